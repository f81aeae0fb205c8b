//! Where the prose candidates identifiers, and what the filter does there.
//!
//! ```text
//! `run()` starts it; run is called once   run, marked and set in bold; run, bare and left as it is
//! ```

use super::places::ChapterPlaces;
use crate::markdown::strong_words;
use crate::project::Chapter;
use concfilter::ast::Document;
use concfilter::ast::raw::{Leaf, LeafKind, RawDocument};
use concfilter::error::{Place, Result};
use concfilter::filter::{self, Strongs, typed};
use concfilter::lang::{canonical, is_identifier};
use concfilter::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the filter does with a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    Bold,
    Plain,
    Left,
}

/// An identifier at one place of the prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The name alone.
    pub name: String,
    /// As it is written there.
    pub written: String,
    /// Whether it stands in inline code.
    pub marked: bool,
    pub set: Treatment,
    pub place: Place,
    /// The word that follows.
    pub next: String,
}

/// A listing.
#[derive(Debug)]
pub(super) struct ScannedListing {
    /// Its language's canonical name, or empty.
    pub language: &'static str,
    pub code: String,
    /// The place of each of its lines; columns are those of the line's first character.
    pub lines: Vec<Place>,
}

/// What a book mentions, and its listings.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// In the order of the book, those of a chapter's listings left out.
    pub mentions: Vec<Mention>,
    pub listings: Vec<ScannedListing>,
    /// Words of the prose, in small letters, that it has twice or more.
    pub words: BTreeSet<String>,
}

/// A word of the prose, or inline code, before it is known to be an identifier.
struct Candidate {
    chapter: usize,
    written: String,
    marked: bool,
    set: Treatment,
    /// The word that follows inline code.
    next: String,
}

impl Scan {
    /// Runs the filter over a book and lays its output beside its input.
    pub(super) fn read(
        chapters: Vec<(Arc<Chapter>, Document)>,
        settings: &Settings,
    ) -> Result<Self> {
        let mut sizes = Vec::new();
        let mut sources = Vec::new();
        let mut whole: Option<Document> = None;
        for (source, mut chapter) in chapters {
            let blocks = chapter.blocks.clone();
            let own = std::mem::take(&mut chapter.blocks);
            whole.get_or_insert_with(|| chapter.clone()).blocks.extend(own);
            chapter.blocks = blocks;
            sizes.push(RawDocument::parse(&chapter.to_json()?)?.leaves().len());
            sources.push(source);
        }
        let Some(whole) = whole else { return Ok(Self::default()) };
        let before = whole.to_json()?;
        let mut after = Vec::new();
        let mut strongs = Strongs::default();
        for source in &sources {
            strong_words(&source.text, &source.index)
                .for_each(|(word, asterisks)| strongs.add(word, asterisks));
        }
        filter::run_with_source(&before, "epub3", Some(settings), &strongs, &mut after)?;
        let (before, after) = (RawDocument::parse(&before)?, RawDocument::parse(&after)?);
        let mut reader = MentionReader {
            after: &after,
            at: 0,
            candidates: Vec::new(),
            open: String::new(),
        };
        let mut places: Vec<_> =
            sources.iter().map(|source| ChapterPlaces::of(source)).collect();
        let mut scan = Self::default();
        let mut leaves = before.leaves().iter().peekable();
        for (chapter, (size, places)) in sizes.into_iter().zip(&mut places).enumerate() {
            for _ in 0..size {
                let Some(leaf) = leaves.next() else { break };
                let text = before.text(leaf);
                match leaf.kind {
                    LeafKind::Str => reader.text(chapter, &text),
                    LeafKind::Code => {
                        let next = leaves.peek().map(|next| before.text(next));
                        reader.code(chapter, &text, next.as_deref().unwrap_or_default());
                    }
                    LeafKind::CodeBlock => {
                        let attr = before.attr(leaf).map(|(attr, _)| attr);
                        // Of a hidden listing the filter leaves nothing.
                        let language = match attr.filter(filter::is_hidden) {
                            Some(attr) => {
                                attr.1.iter().find_map(|class| canonical(class))
                            }
                            None => Some(reader.language()),
                        };
                        let language = language.unwrap_or_default();
                        let lines = places.listing(&text);
                        scan.listings.push(ScannedListing {
                            language,
                            code: text.into_owned(),
                            lines,
                        });
                    }
                    _ => {}
                }
            }
        }
        scan.add_mentions(reader.candidates, &mut places);
        Ok(scan)
    }

    /// Keeps the words that are identifiers somewhere, and looks up where they stand.
    fn add_mentions(
        &mut self,
        candidates: Vec<Candidate>,
        places: &mut [ChapterPlaces<'_>],
    ) {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        let is_word = |text: &str| text.chars().all(char::is_alphabetic);
        for candidate in candidates.iter().filter(|candidate| !candidate.marked) {
            if is_word(&candidate.written) {
                *words.entry(candidate.written.to_lowercase()).or_default() += 1;
            }
        }
        self.words =
            words.into_iter().filter(|(_, n)| *n > 1).map(|(word, _)| word).collect();
        let is_sure =
            |candidate: &&Candidate| candidate.marked || candidate.set == Treatment::Bold;
        let names: BTreeSet<String> =
            candidates.iter().filter(is_sure).map(|it| name(&it.written)).collect();
        for candidate in candidates {
            let name = name(&candidate.written);
            let Some(places) = places.get_mut(candidate.chapter) else { continue };
            if !names.contains(&name) {
                continue;
            }
            let place = if candidate.marked {
                places.code(&candidate.written)
            } else {
                places.word(&candidate.written)
            };
            let Candidate { written, marked, set, next, .. } = candidate;
            self.mentions.push(Mention { name, written, marked, set, place, next });
        }
    }
}

/// Goes through the filter's output in step with its input.
struct MentionReader<'a, 'd> {
    after: &'a RawDocument<'d>,
    at: usize,
    candidates: Vec<Candidate>,
    /// What is left of a name whose further words the input has in texts of their own.
    open: String,
}

impl MentionReader<'_, '_> {
    /// The next leaf of text in the output, and its text.
    fn next(&mut self) -> Option<(Leaf, String)> {
        loop {
            let leaf = *self.after.leaves().get(self.at)?;
            self.at += 1;
            if matches!(leaf.kind, LeafKind::Str | LeafKind::Code | LeafKind::CodeBlock) {
                return Some((leaf, self.after.text(&leaf).into_owned()));
            }
        }
    }

    /// Takes what the filter made of inline code.
    fn code(&mut self, chapter: usize, written: &str, next: &str) {
        let Some((leaf, _)) = self.next() else { return };
        let set = match leaf.kind {
            LeafKind::Code if self.is_set(&leaf) => Treatment::Bold,
            LeafKind::Code => Treatment::Left,
            _ => Treatment::Plain,
        };
        if set == Treatment::Bold || is_identifier(written) {
            let written = written.trim().to_owned();
            let end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
            let next = next[..end].to_owned();
            self.candidates.push(Candidate { chapter, written, marked: true, set, next });
        }
    }

    /// Takes what the filter made of a text, piece by piece.
    fn text(&mut self, chapter: usize, text: &str) {
        let text = typed(text);
        let mut left = &*text;
        // A name of several words was taken with the first of them.
        let open = std::mem::take(&mut self.open);
        let open = open.trim_start();
        if let Some(rest) = open.strip_prefix(left) {
            rest.clone_into(&mut self.open);
            return;
        }
        left = left.strip_prefix(open).unwrap_or(left);
        while !left.is_empty() {
            let Some((leaf, piece)) = self.next() else { return };
            let piece = typed(&piece).into_owned();
            let is_code = leaf.kind == LeafKind::Code;
            // Strong around `init` has become `__init__`, and Emph around a name of Lisp's one with stars.
            // The brackets of `__init__()` stand in the text behind.
            let bare = piece.strip_suffix("()").unwrap_or(&piece);
            let marked = is_code && bare.trim_matches(['_', '*']) == left;
            if is_code {
                self.unmarked(chapter, &piece, Treatment::Bold);
            } else {
                self.words(chapter, &piece);
            }
            left = match left.strip_prefix(&*piece) {
                Some(rest) if !piece.is_empty() => rest,
                _ if marked => {
                    piece[bare.len()..].clone_into(&mut self.open);
                    ""
                }
                _ => {
                    let rest = piece.strip_prefix(left).filter(|_| is_code);
                    rest.unwrap_or_default().clone_into(&mut self.open);
                    return;
                }
            };
        }
    }

    fn words(&mut self, chapter: usize, text: &str) {
        for written in words(text) {
            self.unmarked(chapter, written, Treatment::Left);
        }
    }

    /// Adds a word that its author did not mark.
    fn unmarked(&mut self, chapter: usize, word: &str, set: Treatment) {
        let (written, next) = (word.to_owned(), String::new());
        self.candidates.push(Candidate { chapter, written, marked: false, set, next });
    }

    /// The language that the filter gives a listing.
    fn language(&mut self) -> &'static str {
        let Some((leaf, _)) = self.next() else { return "" };
        let attr = self.after.attr(&leaf);
        let class = attr.and_then(|(attr, _)| attr.1.into_iter().next());
        class.and_then(|class| canonical(&class)).unwrap_or_default()
    }

    fn is_set(&self, leaf: &Leaf) -> bool {
        let attr = self.after.attr(leaf);
        attr.is_some_and(|(attr, _)| attr.has_class("identifier"))
    }
}

/// The words of a text that may be names, paths of names, or calls of either.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphanumeric() || "_$.:()".contains(c);
    text.split(move |c| !inside(c)).filter_map(|word| {
        let word = word.trim_start_matches(['(', ')', ':', '.']);
        let end = word.trim_end_matches(['.', ':', '(', ')']).len();
        let called = word.get(end..).is_some_and(|rest| rest.starts_with("()"));
        let word = word.get(..end + if called { 2 } else { 0 })?;
        let bare = word.strip_suffix("()").unwrap_or(word);
        (!bare.is_empty() && is_identifier(bare)).then_some(word)
    })
}

/// The name in an identifier as it is written: without what tells only how it is used.
pub(super) fn name(written: &str) -> String {
    // Stars on both sides belong to a name of Lisp's.
    let starred = written.strip_prefix('*').and_then(|rest| rest.strip_suffix('*'));
    if starred.is_some_and(|inner| inner.starts_with(char::is_alphabetic)) {
        return written.to_owned();
    }
    let marks = ["@@", "@", "**", "*", "&", "$", "::", "."];
    let bare = marks.iter().find_map(|mark| written.strip_prefix(mark));
    let bare = bare.unwrap_or(written).replace("()", "");
    let end = bare.find(['<', '[']).unwrap_or(bare.len());
    let name = bare[..end].trim_end_matches(['!', '?']);
    (if name.is_empty() { written } else { name }).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_stays_when_their_marks_go() {
        for (written, wanted) in [
            ("run()", "run"),
            ("@app.route", "app.route"),
            ("**kwargs", "kwargs"),
            ("List[int]", "List"),
            ("Vec<T>", "Vec"),
            ("println!", "println"),
            ("obj.method().other", "obj.method.other"),
            ("async def", "async def"),
            ("__init__", "__init__"),
            ("*debug*", "*debug*"),
            ("*http.Request", "http.Request"),
            ("start_link/2", "start_link/2"),
        ] {
            assert_eq!(name(written), wanted);
        }
    }

    #[test]
    fn words_are_cut_out_of_text() {
        let cut = |text| words(text).collect::<Vec<_>>();
        assert_eq!(cut("(asyncio.sleep(),"), ["asyncio.sleep()"]);
        assert_eq!(cut("end."), ["end"]);
        assert_eq!(cut("“run”"), ["run"]);
        assert_eq!(cut("3.14"), [""; 0]);
        assert_eq!(cut("a/b std::mem:"), ["a", "b", "std::mem"]);
    }
}
