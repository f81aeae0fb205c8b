//! Where the output that a book expects stands in a program's listings.
//!
//! `lang::printed` reads the text; here a grammar tells what stands inside a string and is no
//! mark, and the book tells whether its author writes `## text` for output.

mod find;

pub(super) use find::{grammar, starts};

use super::prompts::{self, Example};
use super::set::{Listing, ListingSet, Program};
use super::wrap::width;
use crate::markdown::FenceFault;
use concfilter::lang::printed;
use concfilter::tags::{OutputMatch, Tags};
use std::ops::Range;

/// The line that begins what went to standard error.
pub const ERRORS: &str = "___[ Error Output ]___";

/// How a listing shows its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    None,
    /// In one piece: a comment or a string that begins with `Output:`, or a block of its own.
    Block,
    /// Behind the statements that print it, line by line behind a mark.
    Marks,
    /// Behind what was typed at a prompt.
    Prompts,
}

/// Output that stands together: a block's, or a run of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The lines of the program, from 0, in which it stands: those of the marks, or those between
    /// a block's first and last one.
    pub lines: Range<usize>,
    /// The lines that were printed, as the book has them.
    pub text: Vec<String>,
    /// What stands before each: the indentation, and the mark with a blank.
    pub lead: String,
}

/// A comment or a string around output. Lines are the program's, from 0, bytes count in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// The line of the word `Output:`.
    pub head: usize,
    /// Where in it the output begins.
    pub head_end: usize,
    /// The line in which it closes.
    pub closes: usize,
    /// Where in it it closes.
    pub close_at: usize,
    /// What opens it.
    pub open: &'static str,
    /// What closes it.
    pub close: &'static str,
}

/// What went to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors {
    /// The line of the program, from 0, that begins it.
    pub line: usize,
    /// The chunk at whose end it stands.
    pub chunk: usize,
    /// Its lines, as the book has them.
    pub text: Vec<String>,
}

/// The output that the book expects of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// How it is shown.
    pub shape: Shape,
    /// Of a block one; of marks one for each run of lines that stand one below the other.
    pub chunks: Vec<Chunk>,
    /// What was typed for each of them, where they stand behind prompts.
    pub examples: Vec<Example>,
    /// What is expected on standard error, where the book has that.
    pub errors: Option<Errors>,
    /// What stands around a block's output, but for one that is a code block of its own.
    pub enclosure: Option<Enclosure>,
    /// Whether no code follows the last chunk: then what is printed after it belongs to it.
    pub ends: bool,
    /// The width of the widest line of the program, in characters.
    pub widest: usize,
}

impl Chunk {
    /// Whether it is a mark, or an empty block, that waits for output.
    pub fn is_unfilled(&self) -> bool {
        self.text.iter().all(|line| line.trim().is_empty())
    }

    /// The column in which its text begins.
    pub(super) fn column(&self) -> usize {
        width(&self.lead)
    }
}

impl Expected {
    /// Finds the output in a program's listings.
    pub fn of(book: &ListingSet, program: &Program) -> Self {
        if let Some(found) = prompts::expected(program) {
            return found;
        }
        let lines: Vec<&str> = program.code.lines().collect();
        let inside = find::Literals::default();
        let mut found = Self {
            shape: Shape::None,
            chunks: Vec::new(),
            examples: Vec::new(),
            errors: None,
            enclosure: None,
            ends: false,
            widest: lines.iter().map(|line| width(line)).max().unwrap_or_default(),
        };
        if let Some(block) = find::block(program, &lines, &inside) {
            found.take_block(&lines, &block);
        } else {
            let marks = find::marks(book, program, &lines, &inside);
            found.take_marks(program, &lines, &marks);
        }
        found.take_errors();
        found
    }

    /// All lines of a program as its output.
    pub(super) fn of_all(program: &Program) -> Self {
        let text: Vec<String> = program.code.lines().map(str::to_owned).collect();
        let widest = text.iter().map(|line| width(line)).max().unwrap_or_default();
        let mut found = Self {
            shape: Shape::Block,
            chunks: vec![Chunk { lines: 0..text.len(), text, lead: String::new() }],
            examples: Vec::new(),
            errors: None,
            enclosure: None,
            ends: true,
            widest,
        };
        found.take_errors();
        found
    }

    /// Whether what the program prints is compared with the book.
    pub fn is_compared(&self, tags: &Tags) -> bool {
        match tags.output {
            OutputMatch::Sample => false,
            OutputMatch::None => true,
            _ => self.shape != Shape::None,
        }
    }

    /// All of it as one text, each line ended by `\n`.
    pub fn joined(&self) -> String {
        let lines = self.chunks.iter().flat_map(|chunk| &chunk.text);
        lines.flat_map(|line| [&**line, "\n"]).collect()
    }

    fn take_block(&mut self, lines: &[&str], block: &printed::OutputBlock) {
        let mut text: Vec<String> = Vec::new();
        for (number, line) in lines.iter().enumerate().take(block.closes + 1) {
            let to = if number == block.closes { block.close_at } else { line.len() };
            if number > block.head && number < block.closes {
                text.push((*line).to_owned());
            } else if number >= block.head {
                let from = if number == block.head { block.head_end } else { 0 };
                // The first line and the last hold output only where an author put it there.
                let own = line.get(from..to).unwrap_or_default().trim_end();
                let own = if number == block.head { own.trim_start() } else { own };
                if !own.is_empty() {
                    text.push(own.to_owned());
                }
            }
        }
        self.shape = Shape::Block;
        self.ends = true;
        self.chunks = vec![Chunk {
            lines: block.head + 1..block.closes.max(block.head + 1),
            text,
            lead: String::new(),
        }];
        self.enclosure = Some(Enclosure {
            head: block.head,
            head_end: block.head_end,
            closes: block.closes,
            close_at: block.close_at,
            open: block.open,
            close: block.close,
        });
    }

    fn take_marks(
        &mut self,
        program: &Program,
        lines: &[&str],
        marks: &[(usize, printed::MarkedOutput)],
    ) {
        let listing = |line: usize| program.lines.get(line).map(|origin| origin.listing);
        for (line, mark) in marks {
            let lead = format!("{}{} ", mark.indent, mark.sign);
            let joins = self.chunks.last().is_some_and(|chunk| {
                chunk.lines.end == *line
                    && chunk.lead == lead
                    && listing(chunk.lines.start) == listing(*line)
            });
            let text = mark.text.to_owned();
            match self.chunks.last_mut().filter(|_| joins) {
                Some(chunk) => {
                    chunk.lines.end += 1;
                    chunk.text.push(text);
                }
                None => self.chunks.push(Chunk {
                    lines: *line..line + 1,
                    text: vec![text],
                    lead,
                }),
            }
        }
        if let Some(last) = self.chunks.last() {
            self.shape = Shape::Marks;
            self.ends = lines[last.lines.end..].iter().all(|line| find::is_no_code(line));
        }
    }

    /// Parts what went to standard error from the rest.
    fn take_errors(&mut self) {
        for (number, chunk) in self.chunks.iter_mut().enumerate() {
            let Some(at) = chunk.text.iter().position(|line| line.trim() == ERRORS)
            else {
                continue;
            };
            let mut text = chunk.text.split_off(at);
            text.remove(0);
            // Some authors close it.
            text.retain(|line| line.trim() != "___[ Error Output is Expected ]___");
            let line = chunk.lines.start + at;
            self.errors = Some(Errors { line, chunk: number, text });
            return;
        }
    }
}

/// A block that is the output of another command (`of=`, `cmd=`) as if it were a program, with all
/// its lines for output; `None` for other listings.
pub fn of_command(book: &ListingSet, number: usize) -> Option<(Program, Expected)> {
    let listing: &Listing = book.listings.get(number)?;
    let of = listing.tags.of.as_ref()?;
    if matches!(listing.block.fault, Some(FenceFault::Unclosed | FenceFault::Inline)) {
        return None;
    }
    let lines: Vec<&str> = listing.block.code.lines().collect();
    let origin = |index: usize| super::Origin {
        chapter: listing.chapter,
        line: listing.block.first + index,
        listing: number,
        index,
    };
    let program = Program {
        path: of.clone(),
        chapter: listing.chapter,
        label: book.chapters.get(listing.chapter)?.label.clone(),
        line: listing.block.line,
        language: listing.language.clone(),
        code: listing.block.code.clone(),
        tags: listing.tags.clone(),
        lines: (0..lines.len()).map(origin).collect(),
        listings: vec![number],
        unnamed: false,
    };
    let expected = Expected::of_all(&program);
    Some((program, expected))
}

#[cfg(test)]
pub(super) mod tests;
