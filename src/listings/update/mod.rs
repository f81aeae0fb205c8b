//! What programs print, back into the Markdown.
//!
//! `edits` finds what changes in a program, and `placed` which mark shows what, where no tokens
//! tell; `harm` refuses what would end the comment or the fence that it stands in; `chapter` leads
//! the changes to the bytes of the chapters, reads them again and refuses what is read otherwise.
//! `write` replaces files, `review` shows what would be replaced, `book` is the whole of it.

mod book;
mod chapter;
mod edits;
mod harm;
mod placed;
mod review;
mod write;

pub use book::{Run, UpdateOutcome, update};
pub use review::review;
pub use write::{ChapterUpdate, write};

use super::compare::{Comparison, Printed};
use super::instrument::split;
use super::outputs::Expected;
use super::set::{ListingSet, Program};
use crate::finding::{Code, Finding};
use std::ops::Range;

/// New text for some bytes of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The number of the chapter.
    pub chapter: usize,
    /// The bytes that go.
    pub range: Range<usize>,
    /// The text that comes.
    pub text: String,
    /// That text as the chapter's file has it, where lines begin otherwise there than in what is read.
    pub in_file: Option<String>,
}

/// What a program's output changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// New text; none where the book shows what was printed.
    pub splices: Vec<Splice>,
    /// Output that cannot be written.
    pub findings: Vec<Finding>,
}

/// A program, what the book shows of its output, and what it printed.
pub type PrintedProgram<'a> = (&'a Program, &'a Expected, &'a Printed);

/// What programs printed as new text for their chapters, with lines of at most `width` characters.
/// Output that is the same after normalizing stays as it is.
pub fn splices(
    book: &ListingSet,
    programs: &[PrintedProgram<'_>],
    width: usize,
) -> Vec<Update> {
    let repeated = chapter::RepeatedListings::of_book(book);
    let plan = |&(program, expected, printed): &PrintedProgram<'_>| {
        let rule = Comparison::of(expected, &program.tags, width);
        let parts = split(&printed.stdout, expected);
        let edits = edits::edits(program, expected, &parts, &printed.stderr, rule)?;
        chapter::plan((book, &repeated), program, expected, &edits, rule)
    };
    let made = chapter::tried(book, programs.iter().map(plan).collect());
    let update =
        |(made, (program, ..)): (Result<_, Refused>, &PrintedProgram<'_>)| match made {
            Ok(splices) => Update { splices, findings: Vec::new() },
            Err(refused) => Update {
                splices: Vec::new(),
                findings: vec![refused.finding(book, program)],
            },
        };
    made.into_iter().zip(programs).map(update).collect()
}

/// Why an output is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    /// The line of the program, from 0.
    line: usize,
    code: Code,
    message: String,
    hint: String,
}

impl Refused {
    fn finding(self, book: &ListingSet, program: &Program) -> Finding {
        let origin = program.lines.get(self.line).or(program.lines.last());
        let listing = |number: usize| book.listings.get(number);
        let place = match origin.and_then(|one| Some((one, listing(one.listing)?))) {
            Some((origin, listing)) => book.place(listing, origin.index),
            None => program
                .listings
                .first()
                .and_then(|one| listing(*one))
                .map(|listing| book.fence(listing))
                .unwrap_or_default(),
        };
        Finding::new(self.code, place, self.message).hint(self.hint)
    }
}

#[cfg(test)]
mod tests;
