//! What can be run of a book.

use crate::listings::{ListingSet, Program};

/// Something to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A program of the book, by its number.
    Program(usize),
    /// The command of a listing that shows another's output (`of=a.py cmd="…"`), by the listing's
    /// number.
    Command(usize),
}

impl Target {
    /// The program that is run, or that the command is about.
    pub fn program(self, book: &ListingSet) -> Option<&Program> {
        match self {
            Self::Program(number) => book.programs.get(number),
            Self::Command(number) => {
                let listing = book.listings.get(number)?;
                book.named(listing.chapter, listing.tags.of.as_deref()?)
            }
        }
    }
}
