//! Passages in which the author marks nothing, or in which somebody else speaks: what is bare there
//! was not forgotten.

use super::detect::Detector;
use super::neighbours::is_one_paragraph;
use crate::ast::raw::{Kind, Leaf, Raw};
use crate::lang::is_identifier;

/// How many words that cannot be English stand bare in a paragraph without a mark before it is
/// taken for one that is meant so.
const BARE: usize = 2;

/// For each leaf, whether it stands in such a passage.
pub(super) fn passages(document: &Raw<'_>, detector: &Detector<'_>) -> Vec<bool> {
    let leaves = document.leaves();
    let mut quiet: Vec<bool> =
        leaves.iter().map(|leaf| leaf.context.in_quote()).collect();
    let mut start = 0;
    while start < leaves.len() {
        let more = leaves[start..].windows(2);
        let length = 1 + more.take_while(|pair| is_one_paragraph(document, pair)).count();
        let paragraph = &leaves[start..start + length];
        let marked = paragraph
            .iter()
            .any(|leaf| leaf.kind == Kind::Code && is_identifier(&document.text(leaf)));
        if !marked {
            let bare = |leaf: &&Leaf| leaf.kind == Kind::Str;
            let found = paragraph.iter().filter(bare);
            let found: usize =
                found.map(|leaf| detector.count_unknown(&document.text(leaf))).sum();
            if found >= BARE {
                quiet[start..start + length].fill(true);
            }
        }
        start += length;
    }
    quiet
}
