//! What of a chapter's Markdown pandoc does not read as Markdown: code, and comments of HTML.

use crate::project::Chapter;
use std::ops::Range;

/// The bytes that are not read, in their order.
pub(super) struct HiddenBytes(Vec<Range<usize>>);

impl HiddenBytes {
    /// Those of a chapter.
    pub(super) fn of(chapter: &Chapter) -> Self {
        let Chapter { text, index, .. } = chapter;
        let mut all: Vec<_> =
            index.blocks.iter().map(|block| block.range.clone()).collect();
        all.extend(index.codes.iter().map(|code| code.range.clone()));
        all.sort_by_key(|range| range.start);
        let code = Self(all);
        let mut comments = Vec::new();
        let mut from = 0;
        while let Some(start) = text[from..].find("<!--").map(|at| from + at) {
            let end = text[start..].find("-->").map_or(text.len(), |at| start + at + 3);
            if code.at(start).is_none() {
                comments.push(start..end);
                from = end;
            } else {
                from = start + 1;
            }
        }
        let Self(mut all) = code;
        all.extend(comments);
        all.sort_by_key(|range| range.start);
        Self(all)
    }

    /// The end of what is hidden at a byte.
    pub(super) fn at(&self, offset: usize) -> Option<usize> {
        let next = self.0.partition_point(|range| range.start <= offset);
        // Ranges may lie in one another: a comment may hold code.
        let before = self.0[..next].iter().rev().take(8);
        before.map(|range| range.end).find(|&end| end > offset)
    }
}
