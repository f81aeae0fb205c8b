//! Rules over an open ePub, whoever made it: each file is one rule and reports under the codes
//! that its first line names. All findings are collected; none hides another.

mod book;
mod css;
pub mod epubcheck;
mod faces;
mod families;
mod listings;
mod markup;
mod media_types;
mod resources;
mod sizes;
mod stacks;
pub mod wellformed;

use crate::epub::{ContentDocuments, Epub, Package};
use crate::finding::{self, Finding};
use crate::fonts::faces::{BODY, CODE, HEADING};
use book::{ContainerFiles, ParsedBook, ParsedContainer};
use concfilter::settings::Style;
use rayon::prelude::*;

/// A rule over a book: looks at it, and adds what it finds wrong.
type RuleOfBook = fn(&ParsedBook<'_>, &mut Vec<Finding>);

/// The rules, each by itself, so that they look at a book side by side.
const RULES: &[RuleOfBook] = &[
    stacks::check,
    faces::check,
    media_types::check,
    sizes::check,
    families::check,
    listings::check,
    markup::check,
    css::check,
    resources::check,
];

/// The families a book asks for, by what is set in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Families {
    /// Running text; `None` leaves it to the reader.
    pub body: Option<String>,
    /// Headings of all levels; `None` leaves them to the reader.
    pub heading: Option<String>,
    /// Listings, and code within text.
    pub code: Option<String>,
}

impl Families {
    /// Those of the style that an ePub's stylesheets say it has; none where they do not, for then
    /// somebody else made it, who asked for no family of ours.
    pub fn of(epub: &Epub) -> Self {
        let has = |style: Style| {
            let mark = style.mark().as_bytes();
            epub.entries().iter().any(|entry| entry.data.starts_with(mark))
        };
        if has(Style::Georgia) {
            Self::default()
        } else if has(Style::Reader) {
            Self { body: None, heading: None, ..Self::default() }
        } else {
            Self { body: None, heading: None, code: None }
        }
    }
}

impl Default for Families {
    fn default() -> Self {
        let [body, heading, code] =
            [&BODY, &HEADING, &CODE].map(|family| Some(family.asked_for_as().to_owned()));
        Self { body, heading, code }
    }
}

/// Judges a book by all rules, parsing its documents. The findings come in the order they are
/// printed.
pub fn check(epub: &Epub, expected: &Families) -> Vec<Finding> {
    let mut out = Vec::new();
    let ParsedContainer { package, documents } = ParsedContainer::read(epub, &mut out);
    judge(epub, package.as_ref(), &documents, expected, out)
}

/// Judges a book whose documents are parsed already, and stand in the container as they are.
pub fn check_open(
    epub: &Epub,
    package: &Package,
    documents: &ContentDocuments,
    expected: &Families,
) -> Vec<Finding> {
    judge(epub, Some(package), documents, expected, Vec::new())
}

fn judge(
    epub: &Epub,
    package: Option<&Package>,
    documents: &ContentDocuments,
    expected: &Families,
    mut out: Vec<Finding>,
) -> Vec<Finding> {
    let files = ContainerFiles::new(epub, package, documents, &mut out);
    let ((), book) = rayon::join(
        || wellformed::check(epub, package, documents, &mut out),
        || ParsedBook::new(epub, &files, expected),
    );
    let judged: Vec<Vec<Finding>> = RULES
        .par_iter()
        .map(|rule| {
            let mut found = Vec::new();
            rule(&book, &mut found);
            found
        })
        .collect();
    out.extend(judged.into_iter().flatten());
    finding::sort(&mut out);
    out
}
