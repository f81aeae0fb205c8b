//! Identifiers for `OpenDocument`. pandoc sets inline code in a style of its own, whatever surrounds it, so
//! that bold around it is lost.

use serde_json::json;

/// An identifier as pandoc's JSON. The style `Identifier`, where a reference document has it, stands inside
/// those that pandoc's documents have for bold and for code, and decides; by itself, where the author says that it is
/// there.
pub(super) fn element(name: &str, by_style: bool, bold: bool) -> String {
    let mut text = crate::filter::docx::escaped(name);
    let styles = ["Identifier", "Source_Text", "Strong_20_Emphasis"];
    let number = match (by_style, bold) {
        (true, _) => 1,
        (false, false) => 2,
        (false, true) => 3,
    };
    for style in styles.into_iter().take(number) {
        text = format!("<text:span text:style-name=\"{style}\">{text}</text:span>");
    }
    json!({"t": "RawInline", "c": ["opendocument", text]}).to_string()
}
