//! listing-not-text: listings can be selected, enlarged and read aloud.

use super::book::ParsedBook;
use crate::epub::ContentDocument;
use crate::finding::{Code, Finding};

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    for (page, _) in &book.pages {
        let found = page.document.fact("listings-as-pictures", "", pictures);
        for (offset, picture) in found {
            let place = book.epub.place_at(page.name, offset);
            let message = format!("a listing holds a picture (<{picture}>) for its text");
            let finding = Finding::new(Code::ListingNotText, place, message);
            out.push(finding.hint("Write the listing as text in <pre>"));
        }
    }
}

/// The pictures in listings: where they stand, and their elements.
fn pictures(document: &ContentDocument) -> Vec<(usize, String)> {
    let doc = &document.tree;
    let is_listing = |node| {
        doc.local_name(node) == Some("pre")
            || doc.has_class(node, "listing")
            || doc.has_class(node, "sourceCode")
    };
    // A picture in a picture is the same one.
    let inside =
        |node| matches!(doc.local_name(node), Some("svg" | "object" | "picture"));
    let picture = |node| match doc.local_name(node)? {
        name @ ("img" | "svg" | "object" | "picture")
            if doc.ancestors(node).any(is_listing)
                && !doc.ancestors(node).any(inside) =>
        {
            Some((doc.offset(node), name.to_owned()))
        }
        _ => None,
    };
    doc.descendants(doc.root()).filter_map(picture).collect()
}
