//! Inline code: identifiers become bold code, words the author finds tedious ordinary text, and
//! all other code stays as it is.

use crate::ast::raw::{Edits, Kind, Leaf, Raw};
use crate::lang::is_identifier;
use crate::settings::Identifiers;

/// Sets inline code; returns how many identifiers there are.
pub(super) fn apply(
    document: &Raw<'_>,
    settings: &Identifiers,
    edits: &mut Edits,
) -> usize {
    let code = document.leaves().iter().filter(|leaf| leaf.kind == Kind::Code);
    code.filter(|leaf| set(document, leaf, settings, edits) == Some(Set::Identifier))
        .count()
}

#[derive(PartialEq, Eq)]
enum Set {
    Plain,
    Identifier,
}

/// Sets one piece of inline code; `None` when it is no identifier.
fn set(
    document: &Raw<'_>,
    leaf: &Leaf,
    settings: &Identifiers,
    edits: &mut Edits,
) -> Option<Set> {
    let (mut attr, place) = document.attr(leaf)?;
    let code = document.text(leaf);
    if settings.plain.contains(code.trim()) {
        // Its text as it was written, escapes and all.
        let text = document.source(leaf.text_range());
        edits.replace(leaf.range(), &[br#"{"t":"Str","c":""#, text.as_bytes(), br#""}"#]);
        return Some(Set::Plain);
    }
    if !is_identifier(&code) {
        return None;
    }
    attr.add_class("identifier");
    let attr = attr.to_json();
    // A heading is bold by itself, and bold in Strong would be set twice.
    let (open, close) = if settings.bold && !leaf.context.is_bold() {
        (r#"{"t":"Strong","c":["#, "]}")
    } else {
        ("", "")
    };
    // All of the element stays but its attribute.
    let before = document.source(leaf.range().start..place.start);
    let after = document.source(place.end..leaf.range().end);
    let parts = [open, before, &attr, after, close].map(str::as_bytes);
    edits.replace(leaf.range(), &parts);
    Some(Set::Identifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use serde_json::Value;

    /// The inlines that come out, as compact JSON.
    fn set_in(block: &str, settings: &Identifiers) -> String {
        let json =
            format!(r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{block}]}}"#);
        let document = Raw::parse(json.as_bytes()).unwrap();
        let mut edits = Edits::default();
        apply(&document, settings, &mut edits);
        let mut out = Vec::new();
        document.write(edits, &mut out).unwrap();
        serde_json::from_slice::<Value>(&out).unwrap()["blocks"][0]["c"].to_string()
    }

    #[test]
    fn identifiers_are_bold_once() {
        let settings = Settings::default().identifiers;
        let code = r#"{"t":"Code","c":[["",["x"],[]],"run()"]}"#;
        let marked = r#"{"t":"Code","c":[["",["x","identifier"],[]],"run()"]}"#;
        let bold = format!(r#"{{"t":"Strong","c":[{marked}]}}"#);
        let para = set_in(&format!(r#"{{"t":"Para","c":[{code}]}}"#), &settings);
        assert_eq!(para, format!("[{bold}]"));
        let heading = format!(r#"{{"t":"Header","c":[1,["",[],[]],[{code}]]}}"#);
        assert_eq!(set_in(&heading, &settings), format!(r#"[1,["",[],[]],[{marked}]]"#));
        let strong = format!(r#"{{"t":"Strong","c":[{code}]}}"#);
        assert_eq!(set_in(&strong, &settings), format!("[{marked}]"));
        let note = format!(r#"{{"t":"Header","c":[{{"t":"Note","c":[{code}]}}]}}"#);
        assert_eq!(set_in(&note, &settings), format!(r#"[{{"t":"Note","c":[{bold}]}}]"#));
        let settings = Identifiers { bold: false, ..settings };
        let para = set_in(&format!(r#"{{"t":"Para","c":[{code}]}}"#), &settings);
        assert_eq!(para, format!("[{marked}]"));
    }

    #[test]
    fn tedious_words_become_text_and_other_code_stays() {
        let mut settings = Settings::default().identifiers;
        settings.plain.insert("class".to_owned());
        let code = r#"[{"t":"Code","c":[["",[],[]],"class"]},{"t":"Code","c":[["",[],[]],"1 + \"a\""]}]"#;
        assert_eq!(
            set_in(&format!(r#"{{"t":"Para","c":{code}}}"#), &settings),
            r#"[{"t":"Str","c":"class"},{"t":"Code","c":[["",[],[]],"1 + \"a\""]}]"#
        );
    }
}
