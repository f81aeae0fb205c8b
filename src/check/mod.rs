//! Rules over an open ePub, whoever made it: each file is one rule and reports under the codes
//! that its first line names. All findings are collected; none hides another.

mod book;
pub mod epubcheck;
mod faces;
mod families;
mod listings;
mod media_types;
mod node;
mod sizes;
mod stacks;

use crate::epub::Epub;
use crate::finding::{self, Finding};
use book::{Book, Files};

/// The families a book asks for, by what is set in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Families {
    /// Running text.
    pub body: String,
    /// Headings of all levels.
    pub heading: String,
    /// Listings, and code within text.
    pub code: String,
}

impl Default for Families {
    fn default() -> Self {
        let [body, heading, code] =
            ["Georgia", "Verdana", "Ubuntu Mono"].map(str::to_owned);
        Self { body, heading, code }
    }
}

/// Judges a book by all rules. The findings come in the order they are printed.
pub fn check(epub: &Epub, expected: &Families) -> Vec<Finding> {
    let mut out = Vec::new();
    let files = Files::read(epub, &mut out);
    let book = Book::new(epub, &files, expected);
    stacks::check(&book, &mut out);
    faces::check(&book, &mut out);
    media_types::check(&book, &mut out);
    sizes::check(&book, &mut out);
    families::check(&book, &mut out);
    listings::check(&book, &mut out);
    finding::sort(&mut out);
    out
}
