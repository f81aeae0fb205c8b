//! The text of a document as a reader sees it, for tests and fuzzing.

use serde_json::Value;

/// The text of a value's elements in document order; what is no text to a reader, such as
/// attributes and the targets of links, left out.
pub(crate) fn of(value: &Value) -> String {
    let mut out = String::new();
    add(value, &mut out);
    out
}

fn add(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add(item, out)),
        Value::Object(map) => {
            match (map.get("t").and_then(Value::as_str), map.get("c")) {
                (Some("Str"), Some(Value::String(text))) => out.push_str(text),
                (Some("Space"), _) => out.push(' '),
                (Some("SoftBreak" | "LineBreak"), _) => out.push('\n'),
                (
                    Some("Code" | "CodeBlock" | "Math" | "RawInline" | "RawBlock"),
                    Some(content),
                ) => {
                    out.push_str(content[1].as_str().unwrap_or_default());
                }
                (Some("Strong"), Some(content)) if is_word(content) => {
                    // As Markdown reads `__init__`, which the filter writes as it was meant.
                    out.push_str("__");
                    add(content, out);
                    out.push_str("__");
                }
                (Some(_), Some(content)) => add(content, out),
                (Some(_), None) => {}
                (None, _) => map.values().for_each(|value| add(value, out)),
            }
        }
        _ => {}
    }
}

/// Whether inlines are one `Str` that could be a name.
fn is_word(inlines: &Value) -> bool {
    let one = inlines.as_array().filter(|inlines| inlines.len() == 1);
    let text =
        one.filter(|one| one[0]["t"] == "Str").and_then(|one| one[0]["c"].as_str());
    text.is_some_and(|text| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
