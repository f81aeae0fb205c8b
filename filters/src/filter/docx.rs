//! Identifiers for Word: a run with the character style `Identifier`. pandoc sets inline code in a
//! style of its own, whatever surrounds it, so the run is written by hand; the span around it
//! lets pandoc define the style where the reference document has none.

use serde_json::json;

/// The style's name.
const STYLE: &str = "Identifier";

/// The font and the size, in halves of a point, that code has in pandoc's own reference document: identifiers look
/// like other code there, and bold.
const FACE: (&str, u32) = ("Consolas", 22);

/// An identifier as pandoc's JSON. Where the reference document has the style, that alone says how it looks; a
/// style that pandoc defines says nothing, so font and bold face stand in the run itself then.
pub(super) fn element(name: &str, by_style: bool, bold: bool) -> String {
    let name = escaped(name);
    let (font, size) = FACE;
    let bold = if bold { "<w:b/>" } else { "" };
    let direct = format!(
        "<w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\" w:cs=\"{font}\"/>{bold}<w:sz w:val=\"{size}\"/>"
    );
    let direct = if by_style { "" } else { &*direct };
    let run = format!(
        "<w:r><w:rPr><w:rStyle w:val=\"{STYLE}\"/>{direct}</w:rPr>\
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
