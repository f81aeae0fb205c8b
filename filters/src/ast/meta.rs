//! Metadata values: to plain JSON and from plain text.

use serde_json::{Map, Value, json};

/// A metadata value as plain JSON: maps, lists, booleans and strings. Pandoc reads a string as
/// Markdown, so what it took for emphasis is written back the way an identifier or a glob would
/// have been spelt: `__init__`, `*/*.md`.
pub fn plain(value: &Value) -> Value {
    super::deep(|| plain_here(value))
}

fn plain_here(value: &Value) -> Value {
    let content = value.get("c").unwrap_or(&Value::Null);
    match super::tag(value) {
        Some("MetaMap") => {
            let fields = content.as_object().into_iter().flatten();
            let map: Map<_, _> =
                fields.map(|(key, value)| (key.clone(), plain(value))).collect();
            Value::Object(map)
        }
        Some("MetaList") => content.as_array().into_iter().flatten().map(plain).collect(),
        Some("MetaBool" | "MetaString") => content.clone(),
        Some(_) => {
            let mut out = String::new();
            spell(content, &mut out);
            Value::String(out)
        }
        None => Value::Null,
    }
}

/// A metadata value that is plain text.
pub fn string(text: &str) -> Value {
    json!({"t": "MetaString", "c": text})
}

/// The characters of inlines or blocks, markup left out but for emphasis.
fn spell(value: &Value, out: &mut String) {
    super::deep(|| spell_here(value, out));
}

fn spell_here(value: &Value, out: &mut String) {
    if let Value::Array(items) = value {
        return items.iter().for_each(|item| spell(item, out));
    }
    let Some(content) = value.get("c") else {
        if matches!(super::tag(value), Some("Space" | "SoftBreak" | "LineBreak")) {
            out.push(' ');
        }
        return;
    };
    let mut around = |mark: &str, content: &Value| {
        out.push_str(mark);
        spell(content, out);
        out.push_str(mark);
    };
    match super::tag(value) {
        Some("Str") => out.push_str(content.as_str().unwrap_or_default()),
        Some("Strong") => around("__", content),
        Some("Emph") => around("*", content),
        Some("Subscript") => around("~", content),
        Some("Superscript") => around("^", content),
        Some("Code" | "RawInline" | "Math") => {
            out.push_str(content.get(1).and_then(Value::as_str).unwrap_or_default());
        }
        Some("Quoted") => {
            let double = content.get(0).and_then(super::tag) == Some("DoubleQuote");
            around(if double { "\"" } else { "'" }, &content[1]);
        }
        Some("Para" | "Plain") => spell(content, out),
        Some("Link" | "Span" | "Cite") => spell(&content[1], out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_in_settings_is_spelt_back() {
        let value = json!({"t": "MetaList", "c": [
            {"t": "MetaInlines", "c": [{"t": "Strong", "c": [{"t": "Str", "c": "init"}]}]},
            {"t": "MetaBool", "c": true},
            {"t": "MetaInlines", "c": [{"t": "Str", "c": "a"}, {"t": "Space"}, {"t": "Str", "c": "b"}]},
        ]});
        assert_eq!(plain(&value), json!(["__init__", true, "a b"]));
    }
}
