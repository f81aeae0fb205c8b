//! Where in a chapter's Markdown the words, the inline code and the listings of pandoc's document
//! stand, which has no places of its own.

use crate::markdown::{Index, spaced, squeezed};
use crate::project::Chapter;
use concfilter::error::Place;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// The places of one chapter. Each question is asked once for each element, in the order of the
/// document.
#[derive(Debug)]
pub(super) struct ChapterPlaces<'a> {
    chapter: &'a Chapter,
    /// The lines without their spaces: pandoc turns tabs into them.
    squeezed: Vec<String>,
    /// The numbers of the lines, by what stands behind the marks that they begin with.
    unmarked: HashMap<String, Vec<usize>>,
    /// The bytes of inline code not asked for yet, by its text.
    codes: BTreeMap<&'a str, VecDeque<usize>>,
    /// Up to where each word was found.
    words: BTreeMap<String, usize>,
    /// The line behind the last listing.
    behind: usize,
}

impl<'a> ChapterPlaces<'a> {
    /// Those of a chapter.
    pub(super) fn of(chapter: &'a Chapter) -> Self {
        let mut codes: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for code in &chapter.index.codes {
            codes.entry(&code.text).or_default().push_back(code.start);
        }
        let squeezed: Vec<String> = chapter.text.split('\n').map(squeezed).collect();
        let mut by_text: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, line) in squeezed.iter().enumerate() {
            by_text.entry(unmarked(line).to_owned()).or_default().push(number);
        }
        let words = BTreeMap::new();
        Self { chapter, squeezed, unmarked: by_text, codes, words, behind: 0 }
    }

    /// The place of the next inline code with this text.
    pub(super) fn code(&mut self, code: &str) -> Place {
        let next = self.codes.get_mut(&*spaced(code)).and_then(VecDeque::pop_front);
        next.map_or_else(|| self.chapter.whole(), |at| self.chapter.place(at))
    }

    /// The place of the next such word of the prose.
    pub(super) fn word(&mut self, word: &str) -> Place {
        let from = self.words.get(word).copied().unwrap_or(0);
        match self.find(word, from) {
            Some(at) => {
                self.words.insert(word.to_owned(), at + word.len());
                self.chapter.place(at)
            }
            None => self.chapter.whole(),
        }
    }

    fn find(&self, word: &str, from: usize) -> Option<usize> {
        let goes_on = |c: char| c.is_alphanumeric() || c == '_';
        let prose = &self.chapter.index.prose;
        let first = prose.partition_point(|range| range.end <= from);
        for range in &prose[first..] {
            let piece = self.chapter.text.get(range.clone())?;
            for (at, _) in piece.match_indices(word) {
                let after = &piece[at + word.len()..];
                let whole = !piece[..at].ends_with(goes_on)
                    && !after.starts_with(goes_on)
                    && (word.ends_with(')') || !after.starts_with("()"));
                if whole && range.start + at >= from {
                    return Some(range.start + at);
                }
            }
        }
        None
    }

    /// The place of each line of the next listing: its first character that is no space. Where
    /// the listing is not found, the file alone.
    pub(super) fn listing(&mut self, code: &str) -> Vec<Place> {
        let Index { lines, blocks, .. } = &self.chapter.index;
        let wanted: Vec<String> = code.lines().map(squeezed).collect();
        let skip = wanted.iter().take_while(|line| line.is_empty()).count();
        let text_lines = &wanted[skip..];
        let is_line = |own: &str, line: &str| {
            own.strip_suffix(line).is_some_and(|before| before.chars().all(is_mark))
        };
        let is_here = |first: &usize| {
            let own = self.squeezed.get(*first..*first + text_lines.len());
            let mut pairs = own.into_iter().flatten().zip(text_lines);
            own.is_some() && pairs.all(|(own, line)| is_line(own, line))
        };
        let in_block = |first: &usize| {
            let at = lines.start(*first);
            let next = blocks.partition_point(|block| block.range.end <= at);
            blocks.get(next).is_some_and(|block| block.range.start <= at)
        };
        // A chapter's heading comes first, whatever stood before it; and pandoc knows code that
        // CommonMark does not.
        let begins =
            text_lines.first().and_then(|line| self.unmarked.get(unmarked(line)));
        let begins = begins.map_or(&[][..], Vec::as_slice);
        let (before, behind) =
            begins.split_at(begins.partition_point(|&line| line < self.behind));
        let numbers = || behind.iter().chain(before).copied();
        let found =
            numbers().filter(in_block).find(is_here).or_else(|| numbers().find(is_here));
        let Some(first) = found.filter(|_| !text_lines.is_empty()) else {
            return vec![self.chapter.whole(); wanted.len()];
        };
        self.behind = first + text_lines.len();
        let place = |(n, line): (usize, &str)| {
            let own = lines.line(&self.chapter.text, first + n);
            let start = lines.start(first + n);
            let word = line.split_whitespace().next().unwrap_or_default();
            self.chapter.place(start + own.find(word).unwrap_or_default())
        };
        let before = std::iter::repeat_n(self.chapter.whole(), skip);
        before.chain(code.lines().skip(skip).enumerate().map(place)).collect()
    }
}

/// What quotes and lists may put before a line.
fn is_mark(c: char) -> bool {
    c.is_ascii_digit() || ">-*+.)|#".contains(c)
}

/// What stands behind the marks that a line begins with, those that are its own among them.
fn unmarked(line: &str) -> &str {
    line.trim_start_matches(is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn everything_has_its_place() {
        let text = "---\ntitle: run\n---\n\nA `run`, run() and run.\n\n\
                    ```python\nrun\n```\n\n- x\n\n  ~~~ {.go}\n  run\n    go\n  ~~~\n\nrun `` run ``\n";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let mut places = ChapterPlaces::of(&chapter);
        assert_eq!(places.code("run"), Place::at("a.md", 5, 4));
        assert_eq!(places.word("run()"), Place::at("a.md", 5, 10));
        assert_eq!(places.word("run"), Place::at("a.md", 5, 20));
        assert_eq!(places.listing("run"), [Place::at("a.md", 8, 1)]);
        let wanted = [Place::at("a.md", 14, 3), Place::at("a.md", 15, 5)];
        assert_eq!(places.listing("run\n  go"), wanted);
        assert_eq!(places.word("run"), Place::at("a.md", 18, 1));
        assert_eq!(places.code("run"), Place::at("a.md", 18, 8));
        assert_eq!(places.word("run"), Place::file("a.md"));
        assert_eq!(places.listing("none"), [Place::file("a.md")]);
        assert_eq!(places.listing(""), []);
        let text = "> ```\n> # a\n> b\n> ```\n\n1. - ```\n     # a\n     b\n     ```\n";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let mut places = ChapterPlaces::of(&chapter);
        let lines = |places: Vec<Place>| {
            places
                .into_iter()
                .map(|place| place.line.unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(places.listing("# a\nb")), [2, 3]);
        assert_eq!(lines(places.listing("# a\nb")), [7, 8]);
    }
}
