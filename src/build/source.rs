//! A book's chapters as the filter gets to see them, for whoever looks at a book without
//! building it.

use super::book::Book;
use super::join::begin_with_heading;
use super::read;
use crate::finding::Finding;
use crate::pandoc::Pandoc;
use concfilter::ast::Document;
use concfilter::error::Result;
use concfilter::filter;
use concfilter::settings::Settings;
use std::path::Path;

/// A book that was read.
#[derive(Debug)]
pub struct Source {
    /// What is set under `concbook:`.
    pub settings: Settings,
    /// The chapters in the book's order.
    pub chapters: Vec<Chapter>,
    /// What was wrong with the book in reading it.
    pub findings: Vec<Finding>,
}

/// A chapter that was read.
#[derive(Debug)]
pub struct Chapter {
    /// How messages call its file.
    pub label: String,
    /// Its Markdown.
    pub text: String,
    /// What pandoc and the author's filters before concfilter made of it, with the book's
    /// metadata.
    pub document: Document,
}

/// Reads the book in a folder.
///
/// # Errors
/// The job could not be done: no `book.yaml`, a chapter that is not there, pandoc failed.
pub fn source(dir: &Path, pandoc: &Pandoc) -> Result<Source> {
    let book = Book::open(dir)?;
    let metadata = read::metadata(&book, pandoc)?;
    let settings =
        filter::settings(metadata.meta()).map_err(|error| error.at(book.place()))?;
    let paths = book.chapters(&settings.chapters)?;
    let read = read::chapters(&book, pandoc, &paths, &metadata)?;
    let mut findings = read.findings;
    let mut chapters = Vec::new();
    for mut chapter in read.chapters {
        // The heading of a chapter is where the filter begins to count anew.
        begin_with_heading(&mut chapter, "");
        let mut document = read.head.clone();
        document.blocks = chapter.blocks;
        let document = read::filters_before(&book, pandoc, document, &mut findings)?;
        chapters.push(Chapter { label: chapter.label, text: chapter.text, document });
    }
    Ok(Source { settings, chapters, findings })
}
