//! What passes put in the place of leaves.

use std::ops::Range;

/// Changes to a document's text: ranges of bytes, and what takes their place.
#[derive(Debug, Clone, Default)]
pub struct Edits {
    /// The range that goes, and where its replacement ends in `text`.
    list: Vec<(Range<usize>, Range<usize>)>,
    /// All replacements, one behind the other.
    text: Vec<u8>,
}

impl Edits {
    /// Puts JSON in the place of a range. Ranges may come in any order but must not overlap;
    /// an empty range inserts.
    pub fn replace(&mut self, range: Range<usize>, parts: &[&[u8]]) {
        let start = self.text.len();
        for part in parts {
            self.text.extend_from_slice(part);
        }
        self.list.push((range, start..self.text.len()));
    }

    /// Adds what another pass, or another part of the same, found.
    pub fn append(&mut self, other: &Self) {
        let base = self.text.len();
        self.text.extend_from_slice(&other.text);
        let moved = |range: &Range<usize>| range.start + base..range.end + base;
        self.list.extend(other.list.iter().map(|(at, text)| (at.clone(), moved(text))));
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The pieces of the text that comes out: spans of `json` from `range`, and replacements.
    pub(super) fn pieces<'a>(
        &'a mut self,
        json: &'a [u8],
        range: Range<usize>,
    ) -> impl Iterator<Item = &'a [u8]> {
        self.list.sort_by_key(|(at, _)| at.start);
        let mut from = range.start;
        let mut pieces = Vec::with_capacity(self.list.len() * 2 + 1);
        for (at, text) in &self.list {
            // One that begins in what is gone already has nothing left to replace.
            if at.start >= from && at.end <= range.end {
                pieces.push(&json[from..at.start]);
                pieces.push(&self.text[text.clone()]);
                from = at.end;
            }
        }
        pieces.push(&json[from..range.end]);
        pieces.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_replaced_stays() {
        let mut edits = Edits::default();
        edits.replace(4..6, &[b"E", b"F"]);
        let mut more = Edits::default();
        more.replace(2..2, &[b"-"]);
        edits.append(&more);
        let out: Vec<u8> = edits.pieces(b"abcdefgh", 1..8).flatten().copied().collect();
        assert_eq!(out, b"b-cdEFgh");
    }
}
