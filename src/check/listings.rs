//! listing-not-text: listings can be selected, enlarged and read aloud.

use super::book::ParsedBook;
use crate::finding::{Code, Finding};

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    for (page, _) in &book.pages {
        let doc = page.doc;
        let is_listing = |node| {
            doc.local_name(node) == Some("pre")
                || doc.has_class(node, "listing")
                || doc.has_class(node, "sourceCode")
        };
        for node in doc.descendants(doc.root()) {
            let Some(picture @ ("img" | "svg" | "object" | "picture")) =
                doc.local_name(node)
            else {
                continue;
            };
            // A picture in a picture is the same one.
            let inside =
                |node| matches!(doc.local_name(node), Some("svg" | "object" | "picture"));
            if doc.ancestors(node).any(is_listing) && !doc.ancestors(node).any(inside) {
                let place = book.epub.place_at(page.name, doc.offset(node));
                let message =
                    format!("a listing holds a picture (<{picture}>) for its text");
                let finding = Finding::new(Code::ListingNotText, place, message);
                out.push(finding.hint("Write the listing as text in <pre>"));
            }
        }
    }
}
