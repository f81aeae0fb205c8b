//! family-unexpected: body, headings and code are set in the families that the book asks for.

use super::book::{ParsedBook, in_picture};
use crate::elements::{is_code, is_heading, is_prose};
use crate::epub::dom::Kind;
use crate::epub::{Document, NodeId};
use crate::finding::{Code, Finding};
use crate::typeset::Fonts;
use concfilter::error::Place;
use std::collections::BTreeMap;

/// What a run of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TextRole {
    Body,
    Heading,
    Code,
}

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let mut wrong: BTreeMap<(TextRole, String), (Place, usize)> = BTreeMap::new();
    for (page, sheets) in book.pages.iter().filter(|(page, _)| !page.is_nav_or_cover) {
        let doc = page.doc;
        let mut fonts = Fonts::default();
        let mut texts: Vec<(TextRole, NodeId, usize)> = Vec::new();
        fonts.walk(doc, &book.cascade(sheets), |id, font| {
            if has_text(doc, id)
                && let Some(role) = role(doc, id)
            {
                texts.push((role, id, font));
            }
        });
        for (role, id, font) in texts {
            let want = match role {
                TextRole::Body => &book.expected.body,
                TextRole::Heading => &book.expected.heading,
                TextRole::Code => &book.expected.code,
            };
            let first = fonts.all[font].families.first();
            let fits = |want: &String| first.is_some_and(|one| one.is_named(want));
            if !want.as_ref().is_none_or(fits) {
                let first = first.map_or_else(String::new, ToString::to_string);
                let place = || book.epub.place_at(page.name, doc.offset(id));
                wrong.entry((role, first)).or_insert_with(|| (place(), 0)).1 += 1;
            }
        }
    }
    for ((role, family), (place, count)) in wrong {
        let (what, want) = match role {
            TextRole::Body => ("body text", &book.expected.body),
            TextRole::Heading => ("headings", &book.expected.heading),
            TextRole::Code => ("code", &book.expected.code),
        };
        let want = want.as_deref().unwrap_or_default();
        let family = if family.is_empty() { "no family of the book" } else { &family };
        let message = format!(
            "{what} stands in {family} instead of {want} ({count} elements, first here)"
        );
        out.push(Finding::new(Code::FamilyUnexpected, place, message));
    }
}

/// What an element's own text is, by the nearest ancestor that tells; `None` outside the body
/// and in pictures.
fn role(doc: &Document, id: NodeId) -> Option<TextRole> {
    if in_picture(doc, id) {
        return None;
    }
    let line = || std::iter::once(id).chain(doc.ancestors(id));
    let nearest = line().find_map(|node| match doc.local_name(node)? {
        name if is_heading(name) => Some(TextRole::Heading),
        name if is_code(name) => Some(TextRole::Code),
        name if is_prose(name) => Some(TextRole::Body),
        _ => None,
    })?;
    let own = |node: NodeId| {
        matches!(doc.local_name(node), Some("script" | "style" | "button"))
    };
    (!line().any(own)).then_some(nearest)
}

/// Whether an element has text of its own.
fn has_text(doc: &Document, id: NodeId) -> bool {
    let is_text = |&child: &NodeId| matches!(doc.kind(child), Kind::Text(text) if !text.trim().is_empty());
    doc.children(id).iter().any(is_text)
}
