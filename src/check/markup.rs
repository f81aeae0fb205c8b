//! markup-invalid: what a content document may not hold by the rules of HTML (EPUB 3.3, section
//! 6.1.1).

use super::book::ParsedBook;
use crate::epub::faults::{MarkupFault, markup_faults};
use crate::epub::{ContentDocument, NodeId};
use crate::finding::{Code, Finding};
use rayon::prelude::*;

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let each: Vec<Vec<(usize, String)>> = book
        .pages
        .par_iter()
        .map(|(page, _)| page.document.fact("markup", "", faults))
        .collect();
    for ((page, _), faults) in book.pages.iter().zip(each) {
        for (offset, message) in faults {
            let place = book.epub.place_at(page.name, offset);
            out.push(Finding::new(Code::MarkupInvalid, place, message));
        }
    }
}

/// What is wrong with a document, and where.
fn faults(document: &ContentDocument) -> Vec<(usize, String)> {
    let doc = &document.tree;
    let told = |(node, fault): (NodeId, MarkupFault)| {
        let name = doc.name(node).unwrap_or("text");
        let parent = doc.parent(node).and_then(|parent| doc.name(parent));
        let parent = parent.unwrap_or_default();
        let message = match &fault {
            MarkupFault::Misplaced => format!("<{name}> may not stand in <{parent}>"),
            MarkupFault::Text => format!("text may not stand in <{parent}>"),
            MarkupFault::Unknown => format!("<{name}> is no element of HTML"),
            MarkupFault::Within(outer) => {
                format!("<{name}> may not stand within <{outer}>")
            }
            MarkupFault::Outside(outer) => {
                format!("<{name}> may stand only within <{outer}>")
            }
            MarkupFault::State(state) => {
                let role = doc.attr(node, "role").unwrap_or_default();
                format!("<{name}> with the role {role} lacks aria-{state}")
            }
            MarkupFault::Order => {
                format!("<{name}> may not stand at this place of <{parent}>")
            }
            MarkupFault::Lacks(inner) => format!("<{name}> has to hold <{inner}>"),
            MarkupFault::Needs(key) => format!("<{name}> lacks the attribute {key}"),
            MarkupFault::Attribute(key) => {
                format!("<{name}> may not have the attribute {key}")
            }
            MarkupFault::Value(key) => {
                let value = doc.attr(node, key).unwrap_or_default();
                format!("{value:?} is no value of the attribute {key} of <{name}>")
            }
            MarkupFault::Parts(wanted) => {
                format!("<{name}> has to hold {wanted} other elements")
            }
            // They are right in books with programs, which say so in their manifest.
            MarkupFault::Handler(_) => return None,
        };
        Some((doc.offset(node), message))
    };
    markup_faults(doc).into_iter().filter_map(told).collect()
}
