//! Where in a chapter's Markdown the words, the inline code and the listings of pandoc's document
//! stand, which has no places of its own.

use concfilter::error::Place;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// The places of one chapter. Each question is asked once for each element, in the order of the
/// document.
#[derive(Debug)]
pub(super) struct Places<'a> {
    file: &'a str,
    text: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    /// The lines without their spaces: pandoc turns tabs into them.
    squeezed: Vec<String>,
    /// The pieces of inline code not asked for yet, by their text.
    codes: BTreeMap<String, VecDeque<usize>>,
    /// Where prose stands.
    prose: Vec<Range<usize>>,
    /// Where code blocks stand, as far as `CommonMark` has them.
    blocks: Vec<Range<usize>>,
    /// Up to where each word was found.
    words: BTreeMap<String, usize>,
    /// The line behind the last listing.
    behind: usize,
}

impl<'a> Places<'a> {
    /// Reads a chapter's text; `file` is how messages call it.
    pub(super) fn read(file: &'a str, text: &'a str) -> Self {
        let mut codes: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        let (mut prose, mut blocks) = (Vec::new(), Vec::new());
        let mut inside = 0_usize;
        let events = Parser::new_ext(text, Options::all()).into_offset_iter();
        for (event, range) in TextMergeWithOffset::new(events) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => {
                    inside += 1;
                    blocks.push(range);
                }
                Event::Start(Tag::MetadataBlock(_)) => inside += 1,
                Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => {
                    inside = inside.saturating_sub(1);
                }
                Event::Code(code) => {
                    let written = &text[range.clone()];
                    let open = written.len() - written.trim_start_matches('`').len();
                    let inner = &written[open..];
                    let space = inner.len() - inner.trim_start().len();
                    codes
                        .entry(spaced(&code))
                        .or_default()
                        .push_back(range.start + open + space);
                }
                Event::Text(_) | Event::Html(_) if inside == 0 => prose.push(range),
                _ => {}
            }
        }
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let squeezed = text.split('\n').map(squeezed).collect();
        let words = BTreeMap::new();
        Self { file, text, lines, squeezed, codes, prose, blocks, words, behind: 0 }
    }

    /// The place of the next inline code with this text.
    pub(super) fn code(&mut self, code: &str) -> Place {
        let next = self.codes.get_mut(&spaced(code)).and_then(VecDeque::pop_front);
        next.map_or_else(|| Place::file(self.file), |at| self.place(at))
    }

    /// The place of the next such word of the prose.
    pub(super) fn word(&mut self, word: &str) -> Place {
        let from = self.words.get(word).copied().unwrap_or(0);
        match self.find(word, from) {
            Some(at) => {
                self.words.insert(word.to_owned(), at + word.len());
                self.place(at)
            }
            None => Place::file(self.file),
        }
    }

    fn find(&self, word: &str, from: usize) -> Option<usize> {
        let goes_on = |c: char| c.is_alphanumeric() || c == '_';
        let first = self.prose.partition_point(|range| range.end <= from);
        for range in &self.prose[first..] {
            let piece = self.text.get(range.clone())?;
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
        let wanted: Vec<String> = code.lines().map(squeezed).collect();
        let skip = wanted.iter().take_while(|line| line.is_empty()).count();
        let told = &wanted[skip..];
        let is_line = |own: &str, line: &str| {
            // Quotes and lists may put something before a line.
            let before = own.strip_suffix(line);
            let mark = |c: char| c.is_ascii_digit() || ">-*+.)|#".contains(c);
            before.is_some_and(|before| before.chars().all(mark))
        };
        let is_here = |first: &usize| {
            let own = self.squeezed.get(*first..*first + told.len());
            let mut pairs = own.into_iter().flatten().zip(told);
            own.is_some() && pairs.all(|(own, line)| is_line(own, line))
        };
        let in_block = |first: &usize| {
            let at = self.lines.get(*first).copied().unwrap_or_default();
            let next = self.blocks.partition_point(|block| block.end <= at);
            self.blocks.get(next).is_some_and(|block| block.start <= at)
        };
        // A chapter's heading comes first, whatever stood before it; and pandoc knows code that
        // CommonMark does not.
        let lines = || (self.behind..self.lines.len()).chain(0..self.behind);
        let found =
            lines().filter(in_block).find(is_here).or_else(|| lines().find(is_here));
        let Some(first) = found.filter(|_| !told.is_empty()) else {
            return vec![Place::file(self.file); wanted.len()];
        };
        self.behind = first + told.len();
        let place = |(n, line): (usize, &str)| {
            let own = self.line(first + n).unwrap_or_default();
            let start = self.lines.get(first + n).copied().unwrap_or_default();
            let word = line.split_whitespace().next().unwrap_or_default();
            self.place(start + own.find(word).unwrap_or_default())
        };
        let before = std::iter::repeat_n(Place::file(self.file), skip);
        before.chain(code.lines().skip(skip).enumerate().map(place)).collect()
    }

    fn line(&self, number: usize) -> Option<&'a str> {
        let start = *self.lines.get(number)?;
        let end = self.lines.get(number + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end)
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::at(self.file, number(line), number(before.chars().count() + 1))
    }
}

/// Text with single spaces, as pandoc has it.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_place() {
        let text = "---\ntitle: run\n---\n\nA `run`, run() and run.\n\n\
                    ```python\nrun\n```\n\n- x\n\n  ~~~ {.go}\n  run\n    go\n  ~~~\n\nrun `` run ``\n";
        let mut places = Places::read("a.md", text);
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
    }
}
