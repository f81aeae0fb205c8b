//! font-media-type: every font stands in the manifest with its media type (EPUB 3.3, section
//! 3.2 and section 5.6.2).

use super::book::ParsedBook;
use super::faces::files;
use crate::finding::{Code, Finding};
use crate::fonts::FontFormat;
use std::collections::BTreeSet;

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for file in files(book) {
        let Some((name, data)) = file.found.filter(|_| !file.obfuscated) else {
            continue;
        };
        if !seen.insert(name.clone()) {
            continue;
        }
        // What is no font is another rule's concern.
        let Some(format) = FontFormat::of(data) else { continue };
        let right = format.media_types();
        let Some(best) = right.first() else { continue };
        let place = book.epub.place(book.epub.package_path());
        let item = book.items.iter().find(|(path, _)| *path == name);
        let message = match item {
            None => format!("the font {name} is not in the manifest"),
            Some((_, item)) if right.contains(&&*item.media_type) => continue,
            Some((_, item)) => {
                format!("the font {name} has the media type {:?}", item.media_type)
            }
        };
        let hint = format!("Name it with the media type {best}");
        out.push(Finding::new(Code::FontMediaType, place, message).hint(hint));
    }
}
