//! Passages in which the author marks nothing, or in which somebody else speaks: what is bare there
//! was hardly forgotten.

use super::detect::Detector;
use super::neighbours::is_one_paragraph;
use crate::ast::raw::{Leaf, LeafKind, RawDocument};
use std::ops::Range;

/// How many words that cannot be English stand bare in a paragraph without a mark before it is
/// taken for one that is meant so.
const BARE: usize = 2;

/// How many words an entry of a table or list has at most. Who leaves a name bare that stands there by
/// itself leaves such names bare in all entries.
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
    document: &RawDocument<'_>,
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
        let marked = paragraph.iter().any(|leaf| {
            leaf.kind == LeafKind::Code && detector.is_identifier(&document.text(leaf))
        });
        let quiet = !marked && {
            let bare = || paragraph.iter().filter(|leaf| leaf.kind == LeafKind::Str);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::book::Book;
    use crate::settings::{Detect, Settings};

    /// Whether a paragraph is quiet; spaces part its leaves, and `` ` `` begins inline code.
    fn is_quiet(text: &str) -> bool {
        let inline = |word: &str| match word.strip_prefix('`') {
            Some(code) => format!(r#"{{"t":"Code","c":[["",[],[]],"{code}"]}}"#),
            None => format!(r#"{{"t":"Str","c":"{word}"}}"#),
        };
        let inlines: Vec<_> = text.split(' ').map(inline).collect();
        let json = format!(
            r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Para","c":[{}]}}]}}"#,
            inlines.join(r#",{"t":"Space"},"#)
        );
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        let mut settings = Settings::default().identifiers;
        settings.detect = Detect::Learned;
        let book = Book::read(&document, &settings);
        let detector = Detector::new(&book.vocabulary, &settings, &book.learned);
        let passages = passages(&document, 0..document.leaves().len(), &detector);
        passages.iter().all(|passage| passage.quiet)
    }

    #[test]
    fn an_entry_without_a_mark_is_quiet() {
        assert!(is_quiet("walk_all") && is_quiet("19.1: walk_all"));
        assert!(!is_quiet("`walk_all walks") && !is_quiet("Call walk_all twice"));
    }

    #[test]
    fn a_paragraph_of_bare_names_is_quiet() {
        assert!(is_quiet("Call walk_all and sort_all twice"));
        assert!(!is_quiet("Call walk_all and `sort_all and load_all twice"));
    }
}
