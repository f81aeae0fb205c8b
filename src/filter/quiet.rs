//! Passages in which the author marks nothing, or in which somebody else speaks: what is bare there
//! was hardly forgotten.

use super::detect::Detector;
use super::neighbours::is_one_paragraph;
use crate::ast::raw::{Kind, Leaf, Raw};
use crate::lang::is_identifier;
use std::ops::Range;

/// How many words that cannot be English stand bare in a paragraph without a mark before it is
/// taken for one that is meant so.
const BARE: usize = 2;

/// How many words a paragraph has at most that is an entry of a table or list: what is bare there by
/// itself, the author does not mark in such entries.
const ENTRY: usize = 2;

/// What the paragraph of a leaf tells of the words in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// The author leaves everything bare here, or somebody else speaks.
    pub quiet: bool,
    /// The author marks something here.
    pub marked: bool,
}

/// For each leaf of a part that begins and ends with a paragraph, what its paragraph tells.
pub(super) fn passages(
    document: &Raw<'_>,
    part: Range<usize>,
    detector: &Detector<'_>,
) -> Vec<Passage> {
    let leaves = document.leaves().get(part).unwrap_or_default();
    let quoted =
        |leaf: &Leaf| Passage { quiet: leaf.context.in_quote(), ..Passage::default() };
    let mut passages: Vec<_> = leaves.iter().map(quoted).collect();
    let mut start = 0;
    while start < leaves.len() {
        let more = leaves[start..].windows(2);
        let length = 1 + more.take_while(|pair| is_one_paragraph(document, pair)).count();
        let paragraph = &leaves[start..start + length];
        let marked = paragraph
            .iter()
            .any(|leaf| leaf.kind == Kind::Code && is_identifier(&document.text(leaf)));
        let quiet = !marked && {
            let bare = || paragraph.iter().filter(|leaf| leaf.kind == Kind::Str);
            let unknown = |leaf| detector.count_unknown(&document.text(leaf));
            bare().count() <= ENTRY || bare().map(unknown).sum::<usize>() >= BARE
        };
        for passage in &mut passages[start..start + length] {
            passage.marked = marked;
            passage.quiet |= quiet;
        }
        start += length;
    }
    passages
}
