//! Identifiers for Word: a run with the character style `Identifier`. pandoc sets inline code in a
//! style of its own, whatever surrounds it, so the run is written by hand; the span around it
//! lets pandoc define the style where the reference document has none.

use crate::ast::meta;
use serde_json::{Map, Value, json};

/// The style's name.
const STYLE: &str = "Identifier";

/// The font that the document's metadata ask for in code, or ours.
pub(super) fn font(metadata: &Map<String, Value>) -> String {
    match metadata.get("monofont").map(meta::plain) {
        Some(Value::String(font)) => font,
        _ => "Ubuntu Mono".to_owned(),
    }
}

/// An identifier as pandoc's JSON. The font and the bold face stand in the run itself, as a style
/// that pandoc defines has neither.
pub(super) fn element(name: &str, font: &str, bold: bool) -> String {
    let (name, font) = (escaped(name), escaped(font));
    let bold = if bold { "<w:b/>" } else { "" };
    let run = format!(
        "<w:r><w:rPr><w:rStyle w:val=\"{STYLE}\"/><w:rFonts w:ascii=\"{font}\" \
         w:hAnsi=\"{font}\" w:cs=\"{font}\"/>{bold}</w:rPr>\
         <w:t xml:space=\"preserve\">{name}</w:t></w:r>"
    );
    let raw = json!({"t": "RawInline", "c": ["openxml", run]});
    json!({"t": "Span", "c": [["", [], [["custom-style", STYLE]]], [raw]]}).to_string()
}

/// Text for XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
