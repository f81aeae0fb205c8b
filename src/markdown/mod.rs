//! What Markdown source holds, and at which bytes: pandoc's document has no places, so whoever has to
//! name a line, or to write into the author's own text, asks this index.
//!
//! [`Index::read`] goes through a text once, and everything is known afterwards:
//!
//! ````text
//! # Sorting {#sort}          headings    "Sorting"
//! See [`sorted`](a.md).      links a.md, codes "sorted", prose "See " and "."
//! ```python                  blocks      number 0
//! sorted(x)
//! ```
//! ````

mod blocks;
mod fence;
mod identifiers;
mod info;
mod known;
mod lines;
mod scan;
mod strong;

pub use blocks::{Block, BlockForm, Dialect, FenceFault};
pub use info::{FenceInfo, ranges};
pub use lines::Lines;
pub use strong::strong_words;

use crate::reference::percent_decode;
use blocks::{BlockReader, OpenBlock};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// What one Markdown text holds, each list in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// How its fences are read.
    pub dialect: Dialect,
    /// Its lines.
    pub lines: Lines,
    /// Its code blocks.
    pub blocks: Vec<Block>,
    /// Its links and pictures.
    pub links: Vec<Link>,
    /// Its headings, from the first `#` or letter to the end of the line.
    pub headings: Vec<Range<usize>>,
    /// Its inline code.
    pub codes: Vec<InlineCode>,
    /// Its prose, piece by piece: text and HTML, without metadata and code.
    pub prose: Vec<Range<usize>>,
}

/// A link or a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, percent-encoding undone.
    pub target: String,
    /// Its first byte.
    pub start: usize,
}

/// A piece of inline code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineCode {
    /// Its text, each run of blanks as one space.
    pub text: String,
    /// The first byte of its text.
    pub start: usize,
    /// All of its bytes, backticks included.
    pub range: Range<usize>,
}

impl Index {
    /// Reads a text, whose fences are those of a dialect.
    pub fn read(text: &str, dialect: Dialect) -> Self {
        // With the old footnotes, code in a footnote would be indented code.
        let options = Options::all().difference(Options::ENABLE_OLD_FOOTNOTES)
            | Options::ENABLE_FOOTNOTES;
        let mut index = Self {
            dialect,
            lines: Lines::read(text),
            blocks: Vec::new(),
            links: Vec::new(),
            headings: Vec::new(),
            codes: Vec::new(),
            prose: Vec::new(),
        };
        let mut open = ParserState::default();
        // pandoc's own Markdown is read for code by pandoc's rules, and for all else without the code.
        let mut rest = Cow::Borrowed(text);
        if dialect == Dialect::Pandoc {
            let reader = BlockReader { text, lines: &index.lines, dialect };
            let found = scan::code_blocks(text);
            index.blocks = found
                .iter()
                .enumerate()
                .map(|(number, one)| reader.found(number, one))
                .collect();
            rest = without(text, &found);
            open.ignores_blocks = true;
        }
        for (event, range) in Parser::new_ext(&rest, options).into_offset_iter() {
            index.add(text, &event, range, &mut open);
        }
        index
    }

    fn add(
        &mut self,
        text: &str,
        event: &Event<'_>,
        range: Range<usize>,
        state: &mut ParserState,
    ) {
        let goes_on =
            std::mem::replace(&mut state.in_text, matches!(event, Event::Text(_)));
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let indented = matches!(kind, CodeBlockKind::Indented);
                state.block = Some(OpenBlock { range, indented, pieces: Vec::new() });
            }
            Event::Start(Tag::MetadataBlock(_)) => state.in_metadata = true,
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let target = percent_decode(dest_url);
                self.links.push(Link { target, start: range.start });
            }
            Event::Start(Tag::Heading { .. }) => self.headings.push(range),
            Event::Text(piece) => {
                if let Some(block) = &mut state.block {
                    // Spaces that are left of a tab have no place of their own.
                    let spaces = if range.is_empty() { piece.len() } else { 0 };
                    block.pieces.push((range, spaces));
                } else if !state.in_metadata {
                    self.add_prose(range, goes_on);
                }
            }
            Event::Html(_) if state.block.is_none() && !state.in_metadata => {
                self.prose.push(range);
            }
            Event::Code(code) => self.codes.push(inline_code(text, code, range)),
            Event::End(TagEnd::CodeBlock) => {
                let reader =
                    BlockReader { text, lines: &self.lines, dialect: self.dialect };
                let number = self.blocks.len();
                let open = state.block.take().filter(|_| !state.ignores_blocks);
                let block = open.map(|open| reader.block(number, &open));
                self.blocks.extend(block);
            }
            Event::End(TagEnd::MetadataBlock(_)) => state.in_metadata = false,
            _ => {}
        }
    }

    /// Adds a piece of text; one that follows another continues it.
    fn add_prose(&mut self, range: Range<usize>, goes_on: bool) {
        match self.prose.last_mut().filter(|_| goes_on) {
            Some(last) => last.end = range.end,
            None => self.prose.push(range),
        }
    }
}

/// What is open where the parser stands.
#[derive(Default)]
struct ParserState {
    block: Option<OpenBlock>,
    in_metadata: bool,
    /// The code blocks are known already.
    ignores_blocks: bool,
    /// The last event was a piece of text.
    in_text: bool,
}

/// A text with blanks in the place of its code blocks, so that each byte stands where it stood.
fn without<'t>(text: &'t str, blocks: &[scan::FoundBlock]) -> Cow<'t, str> {
    if blocks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for block in blocks {
        for line in block.fence.iter().chain(&block.code).chain(&block.close) {
            bytes[line.start..line.end].fill(b' ');
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn inline_code(text: &str, code: &str, range: Range<usize>) -> InlineCode {
    let written = &text[range.clone()];
    let open = written.len() - written.trim_start_matches('`').len();
    let inner = &written[open..];
    let space = inner.len() - inner.trim_start().len();
    InlineCode { text: spaced(code), start: range.start + open + space, range }
}

/// Text with each run of blanks as one space, as pandoc has inline code.
pub fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text without blanks: pandoc makes spaces of tabs.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}
