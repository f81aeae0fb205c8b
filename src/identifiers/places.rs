//! Where in a chapter's Markdown the words, the inline code and the listings of pandoc's document
//! stand, which has no places of its own.

use crate::markdown::{Index, spaced, squeezed};
use crate::project::Chapter;
use concfilter::error::Place;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Runs of letters in a chapter's prose: the numbers of the pieces of prose in which each stands, with its byte.
type Runs<'a> = HashMap<&'a str, Vec<(usize, usize)>>;

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
    /// Where each run of letters stands in the prose, once a word was asked for: to read all prose for each word
    /// would take as long as its square.
    runs: OnceCell<Runs<'a>>,
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
        let (words, runs) = (BTreeMap::new(), OnceCell::new());
        Self { chapter, squeezed, unmarked: by_text, codes, words, runs, behind: 0 }
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
        let all = self.runs.get_or_init(|| runs_of_prose(self.chapter));
        // Of the runs that the word holds, the one that stands in the fewest places.
        let own = runs(word).into_iter();
        let found =
            own.map(|(behind, run)| (behind, all.get(run).map_or(&[][..], |all| all)));
        let Some((behind, places)) = found.min_by_key(|(_, places)| places.len()) else {
            return self.find_signs(word, from);
        };
        let first = places.partition_point(|(_, at)| *at < from + behind);
        places[first..].iter().find_map(|&(piece, at)| {
            let range = &self.chapter.index.prose[piece];
            let at = at.checked_sub(behind).filter(|at| *at >= range.start)?;
            let text = self.chapter.text.get(range.clone())?;
            is_whole(text, at - range.start, word).then_some(at)
        })
    }

    /// The same for a word without letters.
    fn find_signs(&self, word: &str, from: usize) -> Option<usize> {
        let prose = &self.chapter.index.prose;
        let first = prose.partition_point(|range| range.end <= from);
        prose[first..].iter().find_map(|range| {
            let piece = self.chapter.text.get(range.clone())?;
            let mut all = piece.match_indices(word).map(|(at, _)| at);
            let is_it =
                |&at: &usize| range.start + at >= from && is_whole(piece, at, word);
            Some(range.start + all.find(is_it)?)
        })
    }

    /// The place of each line of the next listing: its first character that is no space. Where
    /// the listing is not found, the file alone.
    pub(super) fn listing(&mut self, code: &str) -> Vec<Place> {
        let Index { lines, blocks, .. } = &*self.chapter.index;
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

/// Whether a letter goes on with a word.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a word stands at a byte of a text, and is all of a word there.
fn is_whole(text: &str, at: usize, word: &str) -> bool {
    let after = text.get(at..).and_then(|rest| rest.strip_prefix(word));
    after.is_some_and(|after| {
        !text[..at].ends_with(goes_on)
            && !after.starts_with(goes_on)
            && (word.ends_with(')') || !after.starts_with("()"))
    })
}

/// The runs of letters in a text, each with its byte.
fn runs(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut start) = (Vec::new(), None);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if goes_on(c) {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            found.push((from, &text[from..at]));
        }
    }
    found
}

fn runs_of_prose(chapter: &Chapter) -> Runs<'_> {
    let mut all = Runs::new();
    for (number, range) in chapter.index.prose.iter().enumerate() {
        let piece = chapter.text.get(range.clone()).unwrap_or_default();
        for (at, run) in runs(piece) {
            all.entry(run).or_default().push((number, range.start + at));
        }
    }
    all
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
    fn a_word_is_found_by_the_rarest_of_its_runs() {
        let text =
            "self.a self.b() xself.b() self.bc $b -- b--\n\n\u{e9}self.b self.b -->\n";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let mut places = ChapterPlaces::of(&chapter);
        let mut col = |word: &str| {
            let place = places.word(word);
            (place.line, place.col)
        };
        assert_eq!(col("self.b"), (Some(3), Some(9)));
        assert_eq!(col("self.b()"), (Some(1), Some(8)));
        assert_eq!(col("self.b()"), (None, None));
        assert_eq!(col("$b"), (Some(1), Some(35)));
        assert_eq!(col("-->"), (Some(3), Some(16)));
        assert_eq!(col("self.bd"), (None, None));
    }

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
