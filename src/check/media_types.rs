//! font-media-type: every font stands in the manifest with its media type (EPUB 3.3, section
//! 3.2 and section 5.6.2).

use super::book::Book;
use super::faces::{Format, files};
use crate::finding::{Code, Finding};
use std::collections::BTreeSet;

pub(super) fn check(book: &Book<'_>, out: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for file in files(book) {
        let Some((name, data)) = file.found else { continue };
        if !seen.insert(name.clone()) {
            continue;
        }
        let right: &[&str] = match Format::of(data) {
            Some(Format::TrueType) => {
                &["font/ttf", "application/font-sfnt", "application/vnd.ms-opentype"]
            }
            Some(Format::OpenType) => {
                &["font/otf", "application/font-sfnt", "application/vnd.ms-opentype"]
            }
            Some(Format::Woff) => &["font/woff", "application/font-woff"],
            Some(Format::Woff2) => &["font/woff2"],
            // What is no font is another rule's concern.
            _ => continue,
        };
        let place = book.epub.place(book.epub.package_path());
        let item = book.items.iter().find(|(path, _)| *path == name);
        let message = match item {
            None => format!("the font {name} is not in the manifest"),
            Some((_, item)) if right.contains(&&*item.media_type) => continue,
            Some((_, item)) => {
                format!("the font {name} has the media type {:?}", item.media_type)
            }
        };
        let hint = format!("Name it with the media type {}", right[0]);
        out.push(Finding::new(Code::FontMediaType, place, message).hint(hint));
    }
}
