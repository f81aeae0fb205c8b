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
