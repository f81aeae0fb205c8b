//! What would be written, as a diff.

use super::super::diff;
use super::super::set::ListingSet;
use super::Splice;
use super::write::written;
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
        shown.push_str(&diff::patch(&chapter.label, chapter.written(), &new));
    }
    shown
}
