//! What would be written, as a diff.

use super::super::set::ListingSet;
use super::Splice;
use super::write::written;
use similar::TextDiff;
use std::collections::BTreeMap;

/// The diff of all chapters that splices change, as `patch` reads it.
pub fn review(book: &ListingSet, splices: &[Splice]) -> String {
    let mut by_chapter: BTreeMap<usize, Vec<Splice>> = BTreeMap::new();
    for splice in splices {
        by_chapter.entry(splice.chapter).or_default().push(splice.clone());
    }
    let mut shown = String::new();
    for (number, own) in by_chapter {
        let Some(chapter) = book.chapters.get(number) else { continue };
        let Some(new) = written(chapter, &own) else { continue };
        let diff = TextDiff::from_lines(chapter.written(), &*new);
        let mut diff = diff.unified_diff();
        shown.push_str(&diff.header(&chapter.label, &chapter.label).to_string());
    }
    shown
}
