//! family-unexpected: body, headings and code are set in the families that the book asks for.

use super::book::ParsedBook;
use crate::elements::{is_code, is_heading, is_prose};
use crate::epub::dom::{MarkKind, NodeValues, TextPart};
use crate::epub::{Document, NodeId};
use crate::finding::{Code, Finding};
use crate::typeset::{Fonts, Typeset, for_rules};
use concfilter::error::Place;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum TextRole {
    Body,
    Heading,
    Code,
}

/// What they are, and the family that they stand in.
type WrongText = (TextRole, String);

/// The texts of a page in a wrong family: where the first of a kind stands, and how many there are.
type WrongTexts = Vec<(WrongText, usize, usize)>;

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let pages: Vec<_> =
        book.pages.iter().filter(|(page, _)| !page.is_nav_or_cover).collect();
    let each: Vec<WrongTexts> = pages
        .par_iter()
        .map(|(page, sheets)| {
            let given =
                [&*book.fingerprint(sheets), format!("{:?}", book.expected).as_bytes()]
                    .concat();
            page.document.fact("families", given, |one| in_page(book, &one.tree, sheets))
        })
        .collect();
    let mut wrong: BTreeMap<WrongText, (Place, usize)> = BTreeMap::new();
    for ((page, _), texts) in pages.iter().zip(each) {
        for (what, offset, count) in texts {
            let place = || book.epub.place_at(page.name, offset);
            wrong.entry(what).or_insert_with(|| (place(), 0)).1 += count;
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

/// The texts of a page that stand in another family than the book asks for.
fn in_page(book: &ParsedBook<'_>, doc: &Document, sheets: &[usize]) -> WrongTexts {
    let mut wrong: BTreeMap<WrongText, (usize, usize)> = BTreeMap::new();
    let mut fonts = Fonts::default();
    let cascade = book.cascade(sheets);
    let doc = &*for_rules(doc, cascade.asked().as_ref());
    let mut around = TextContexts { doc, known: doc.values(None) };
    let mut texts: Vec<(TextRole, usize, usize)> = Vec::new();
    // The element or mark that was noted last: it may hold more than one text.
    let mut last = None;
    fonts.walk(doc, &cascade, |met, font| match met {
        Typeset::Element(id) if has_text(doc, id) => {
            texts.extend(around.role(id).map(|role| (role, doc.offset(id), font)));
        }
        Typeset::Text(node, text, Some(mark)) if !text.trim().is_empty() => {
            if last.replace((node, mark)) != Some((node, mark))
                && let Some(id) = doc.parent(node)
            {
                texts.extend(around.role(id).map(|role| (role, mark, font)));
            }
        }
        _ => {}
    });
    for (role, offset, font) in texts {
        let want = match role {
            TextRole::Body => &book.expected.body,
            TextRole::Heading => &book.expected.heading,
            TextRole::Code => &book.expected.code,
        };
        let first = fonts.all[font].families.first();
        let fits = |want: &String| first.is_some_and(|one| one.is_named(want));
        if !want.as_ref().is_none_or(fits) {
            let first = first.map_or_else(String::new, ToString::to_string);
            wrong.entry((role, first)).or_insert_with(|| (offset, 0)).1 += 1;
        }
    }
    wrong.into_iter().map(|(what, (offset, count))| (what, offset, count)).collect()
}

/// What stands around a text.
#[derive(Debug, Clone, Copy, Default)]
struct TextContext {
    /// What it is, by the nearest element that tells.
    role: Option<TextRole>,
    /// Whether it is shown as no text of the book: in a picture, a script, a button.
    apart: bool,
}

/// What stands around the elements of a document, each told by the element that it stands in.
struct TextContexts<'d> {
    doc: &'d Document,
    known: NodeValues<Option<TextContext>>,
}

impl TextContexts<'_> {
    /// What an element's own text is; `None` outside the body and in pictures.
    fn role(&mut self, id: NodeId) -> Option<TextRole> {
        let around = self.of(id);
        around.role.filter(|_| !around.apart)
    }

    fn of(&mut self, id: NodeId) -> TextContext {
        let line: Vec<NodeId> = std::iter::once(id)
            .chain(self.doc.ancestors(id))
            .take_while(|&node| self.known[node].is_none())
            .collect();
        let above = line.last().and_then(|&last| self.doc.parent(last));
        let above = if line.is_empty() { Some(id) } else { above };
        let mut around = above.and_then(|node| self.known[node]).unwrap_or_default();
        for &node in line.iter().rev() {
            let name = self.doc.local_name(node).unwrap_or_default();
            around.role = match name {
                name if is_heading(name) => Some(TextRole::Heading),
                name if is_code(name) => Some(TextRole::Code),
                name if is_prose(name) => Some(TextRole::Body),
                _ => around.role,
            };
            around.apart |=
                matches!(name, "svg" | "math" | "script" | "style" | "button");
            self.known[node] = Some(around);
        }
        around
    }
}

/// Whether an element has text of its own, outside of marks.
fn has_text(doc: &Document, id: NodeId) -> bool {
    doc.children(id).iter().any(|&child| {
        let mut depth = 0_usize;
        doc.text_parts(child).any(|part| match part {
            TextPart::Text(text) => depth == 0 && !text.trim().is_empty(),
            TextPart::Mark(mark) => {
                match mark.kind {
                    MarkKind::Open(_) => depth += 1,
                    MarkKind::Close => depth = depth.saturating_sub(1),
                    MarkKind::Break(_) => {}
                }
                false
            }
        })
    })
}
