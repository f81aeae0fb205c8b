//! The code blocks of Markdown source: what stands in them, and where each of their bytes stands.
//!
//! ````text
//! > ```{.python .norun}      form Fenced, attr .python .norun, prefix "> ",
//! > x = 1                    lines [the bytes of "x = 1"], code "x = 1\n"
//! > ```
//! ````

use super::fence::Info;
use super::info::FenceInfo;
use super::lines::Lines;
use super::scan::FoundBlock;
use concfilter::ast::build::Attr;
use std::ops::Range;

/// Which Markdown a book is written in, as far as fences differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// pandoc's own.
    Pandoc,
    /// `CommonMark` and its relatives, with or without pandoc's extension for attributes.
    CommonMark {
        /// Whether attributes in braces are read.
        attributes: bool,
    },
}

impl Dialect {
    /// The dialect that pandoc's `from:` names.
    pub fn of(format: &str) -> Self {
        let name = format.find(['+', '-']).map_or(format, |at| &format[..at]);
        match name {
            "commonmark" | "gfm" | "commonmark_x" => {
                let on = name == "commonmark_x" || format.contains("+attributes");
                let off = format.contains("-attributes");
                Self::CommonMark { attributes: on && !off }
            }
            _ => Self::Pandoc,
        }
    }
}

/// How a block is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockForm {
    /// Between fences.
    Fenced,
    /// Indented by four spaces.
    Indented,
    /// Between fences, in another format than Markdown, for pandoc to hand through.
    Raw,
}

/// Why a block is none to pandoc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceFault {
    /// The fence is never closed.
    Unclosed,
    /// What stands behind the fence makes it inline code, or text.
    Inline,
    /// It stands in a list, without a blank line before it, and deeper than the list's text: inline
    /// code.
    InlineDeep,
    /// A word and attributes: inline code to pandocs before 3.
    InlineBefore3,
    /// This dialect has no attributes: pandoc takes them for the language's name.
    NoAttributes,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its number among the code blocks of its chapter, from 0.
    pub number: usize,
    /// How it is written.
    pub form: BlockForm,
    /// The line in which it begins, from 1.
    pub line: usize,
    /// The line in which its code begins, from 1; the lines of code stand one below the other.
    pub first: usize,
    /// The bytes from the opening fence to the end of the closing one.
    pub range: Range<usize>,
    /// The bytes of each line of code, without what a list or a quote puts before it and without
    /// the line's end.
    pub lines: Vec<Range<usize>>,
    /// What a list or a quote puts before a line of this block.
    pub prefix: String,
    /// What stands behind the fence.
    pub info: String,
    /// Its attributes, as pandoc has them.
    pub attr: Attr,
    /// What other tools read behind the fence, where pandoc drops it.
    pub extra: FenceInfo,
    /// The code, each line ended by `\n`.
    pub code: String,
    /// Whether lines of the source end in `\r\n`.
    pub crlf: bool,
    /// Why it is no block to pandoc, if so.
    pub fault: Option<FenceFault>,
}

/// Where a piece of text stands, and how many spaces before it the source has not.
pub(super) type TextPiece = (Range<usize>, usize);

/// A block of which not all has been read.
pub(super) struct OpenBlock {
    pub range: Range<usize>,
    pub indented: bool,
    /// Where each piece of its text stands, and how many spaces before it the source has not. A
    /// piece may go over several lines.
    pub pieces: Vec<TextPiece>,
}

/// Reads the code blocks of one text.
pub(super) struct BlockReader<'a> {
    pub text: &'a str,
    pub lines: &'a Lines,
    pub dialect: Dialect,
}

impl BlockReader<'_> {
    /// The block with this number, of which all pieces are known.
    pub(super) fn block(&self, number: usize, open: &OpenBlock) -> Block {
        let top = self.line_of(open.range.start);
        let whole = self.text.get(open.range.clone()).unwrap_or_default();
        let last =
            open.range.start + whole.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        let bottom = self.line_of(last.saturating_sub(1).max(open.range.start));
        let mut fault = None;
        let (mut first, mut end) = (top, bottom + 1);
        let mut info = String::new();
        if !open.indented {
            let opening = self.line(top);
            let at = open.range.start - self.start(top);
            let fence = opening.get(at..).unwrap_or_default();
            let mark = fence.chars().next().unwrap_or('`');
            let size = fence.len() - fence.trim_start_matches(mark).len();
            fence.get(size..).unwrap_or_default().trim().clone_into(&mut info);
            first = top + 1;
            if bottom > top && self.closes(bottom, mark, size, &open.pieces) {
                end = bottom;
            } else {
                fault = Some(FenceFault::Unclosed);
                end = end.max(first);
            }
        }
        let mut block = Block {
            number,
            form: if open.indented { BlockForm::Indented } else { BlockForm::Fenced },
            line: top + 1,
            first: first + 1,
            range: open.range.start..self.end(bottom).max(open.range.start),
            lines: Vec::new(),
            prefix: String::new(),
            info,
            attr: Attr::default(),
            extra: FenceInfo::default(),
            code: String::new(),
            crlf: self
                .text
                .get(self.end(top)..)
                .is_some_and(|rest| rest.starts_with('\r')),
            fault,
        };
        let mut prefix: Option<&str> = None;
        for line in first..end {
            let (from, spaces) = self.content(line, &open.pieces);
            let to = self.end(line);
            let code = self.text.get(from..to).unwrap_or_default();
            block.code.extend(std::iter::repeat_n(' ', spaces));
            block.code.push_str(code);
            block.code.push('\n');
            block.lines.push(from..to);
            if !code.is_empty() && spaces == 0 {
                let before = self.text.get(self.start(line)..from).unwrap_or_default();
                prefix = Some(
                    prefix.filter(|one| one.len() <= before.len()).unwrap_or(before),
                );
            }
        }
        block.prefix = prefix.map_or_else(|| self.closing_prefix(end), str::to_owned);
        if !open.indented {
            block.read_info(self.dialect);
        }
        block
    }

    /// The block with this number that was found by pandoc's rules.
    pub(super) fn found(&self, number: usize, found: &FoundBlock) -> Block {
        let FoundBlock { fence, code, close } = found;
        let first = fence.or(code.first().copied()).map_or(0, |line| line.start);
        let last = close.as_ref().or(code.last()).or(fence.as_ref());
        let line = self.line_of(first);
        let opening = fence.and_then(|fence| self.text.get(fence.start..fence.end));
        let mut block = Block {
            number,
            form: if fence.is_some() { BlockForm::Fenced } else { BlockForm::Indented },
            line: line + 1,
            first: line + 1 + usize::from(fence.is_some()),
            range: first..last.map_or(first, |line| line.end),
            lines: code.iter().map(|line| line.start..line.end).collect(),
            prefix: String::new(),
            info: opening.map_or("", behind).trim().to_owned(),
            attr: Attr::default(),
            extra: FenceInfo::default(),
            code: String::new(),
            crlf: self
                .text
                .get(self.end(line)..)
                .is_some_and(|rest| rest.starts_with('\r')),
            fault: None,
        };
        for line in code {
            block.code.extend(std::iter::repeat_n(' ', line.spaces));
            block.code.push_str(self.text.get(line.start..line.end).unwrap_or_default());
            block.code.push('\n');
        }
        let before = |at: usize| {
            self.text.get(self.start(self.line_of(at))..at).unwrap_or_default()
        };
        let shown = code.iter().filter(|line| line.start < line.end && line.spaces == 0);
        let prefix =
            shown.map(|line| before(line.start)).min_by_key(|before| before.len());
        let closing =
            || close.map_or("", |close| before(close.without_indent(self.text).start));
        prefix.unwrap_or_else(closing).clone_into(&mut block.prefix);
        if let Some(opening) = opening {
            let size = opening.len() - behind(opening).len();
            let closes =
                |line: &str| line.trim().len() >= size && behind(line.trim()).is_empty();
            block.fault = match close {
                Some(_) => None,
                None if block.code.lines().any(closes) => Some(FenceFault::InlineDeep),
                None => Some(FenceFault::Unclosed),
            };
            block.read_info(self.dialect);
        }
        block
    }

    /// Whether a line is a closing fence and no code.
    fn closes(&self, line: usize, mark: char, size: usize, pieces: &[TextPiece]) -> bool {
        let text = self.line(line).trim_end();
        let before = text.trim_end_matches(mark);
        let (start, end) = (self.start(line), self.end(line));
        let is_code = pieces.iter().any(|(at, _)| at.start < end && start < at.end);
        text.len() - before.len() >= size
            && !is_code
            && before.chars().all(|c| c.is_whitespace() || c == '>')
    }

    /// Where the code of a line begins, and how many spaces stand before it.
    fn content(&self, line: usize, pieces: &[TextPiece]) -> (usize, usize) {
        let (start, end) = (self.start(line), self.end(line));
        let from = pieces.partition_point(|(at, _)| at.end < start);
        let mut first = end;
        let mut spaces = 0;
        for (at, before) in pieces[from..].iter().take_while(|(at, _)| at.start <= end) {
            // A piece that ends where the line starts belongs to the line before.
            if at.end > start || at.is_empty() && at.start == start {
                first = first.min(at.start.max(start));
                spaces += before;
            }
        }
        (first, spaces)
    }

    /// What stands before the closing fence, for a block without code.
    fn closing_prefix(&self, line: usize) -> String {
        let text = self.line(line);
        let end =
            text.find(|c: char| !c.is_whitespace() && c != '>').unwrap_or(text.len());
        text[..end].to_owned()
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.number(at)
    }

    fn start(&self, line: usize) -> usize {
        self.lines.start(line)
    }

    /// Where a line ends, its end left out.
    fn end(&self, line: usize) -> usize {
        self.start(line) + self.line(line).len()
    }

    fn line(&self, line: usize) -> &str {
        self.lines.line(self.text, line)
    }
}

/// What stands behind the signs that a line begins with.
fn behind(line: &str) -> &str {
    line.trim_start_matches(line.chars().next().unwrap_or('`'))
}

impl Block {
    /// Reads what stands behind the fence.
    fn read_info(&mut self, dialect: Dialect) {
        if let Dialect::CommonMark { attributes } = dialect {
            let braces = self.info.contains('{');
            let extra = FenceInfo::read(&self.info);
            if !(braces && attributes) || extra.marked.is_some() {
                let word = self.info.split_whitespace().next().map(str::to_owned);
                let is_read = extra.is_whole || extra.marked.is_some();
                let word = if is_read { Some(extra.word.clone()) } else { word };
                self.attr.1.extend(word.filter(|word| !word.is_empty()));
                if braces && !is_read {
                    self.fault.get_or_insert(FenceFault::NoAttributes);
                }
                self.extra = extra;
                return;
            }
        } else if self.info.starts_with('{') {
            self.join_info();
        }
        let read = Info::read(&self.info);
        match read {
            Info::Raw(_) => self.form = BlockForm::Raw,
            Info::Both(_) if dialect == Dialect::Pandoc => {
                self.fault.get_or_insert(FenceFault::InlineBefore3);
            }
            Info::Broken(_) if dialect == Dialect::Pandoc => {
                self.fault.get_or_insert(FenceFault::Inline);
            }
            _ => {}
        }
        self.attr = read.attr();
    }

    /// pandoc lets attributes go on in the next lines.
    fn join_info(&mut self) {
        const MOST: usize = 8;
        let mut joined = self.info.clone();
        for (count, line) in self.code.lines().enumerate().take(MOST) {
            if matches!(Info::read(&joined), Info::Plain(_) | Info::Raw(_)) {
                if count > 0 {
                    let gone: usize =
                        self.code.split_inclusive('\n').take(count).map(str::len).sum();
                    self.code.drain(..gone);
                    self.lines.drain(..count);
                    self.first += count;
                    self.info = joined;
                }
                return;
            }
            joined.push(' ');
            joined.push_str(line.trim());
        }
    }
}

#[cfg(test)]
mod tests;
