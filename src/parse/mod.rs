//! Chapters as pandoc reads them: each by itself, side by side, with the book's metadata and the
//! author's filters that stand before concfilter.
//!
//! What a chapter's document is depends on its text, on [`defaults::reading`] and on the version of
//! pandoc, and on nothing else.

pub mod figures;
mod filters;
mod heading;

pub use filters::filters_before;

use crate::finding::Finding;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Pandoc};
use crate::project::{Chapter, Project};
use concfilter::ast::Document;
use concfilter::ast::build::str;
use concfilter::error::Result;
use rayon::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// The chapters of a book as pandoc reads them.
#[derive(Debug)]
pub struct Parsed {
    /// A document with the book's metadata and no blocks.
    pub head: Document,
    /// The chapters, those left out that are metadata alone.
    pub chapters: Vec<ParsedChapter>,
    /// What pandoc warned of.
    pub findings: Vec<Finding>,
}

/// A chapter as pandoc reads it.
#[derive(Debug)]
pub struct ParsedChapter {
    /// Its file.
    pub source: Arc<Chapter>,
    /// Its blocks; the first one is the chapter's heading, or gives the chapter's identifier.
    pub blocks: Vec<Value>,
}

/// Reads the chapters of a book. A file of metadata alone adds to the book's; a chapter's own
/// metadata fill in what the book leaves open, but for the title, which is the chapter's when the
/// book has one.
///
/// # Errors
/// pandoc failed.
pub fn parse(project: &Project, pandoc: &Pandoc) -> Result<Parsed> {
    let options = project.manifest.options();
    let metadata = metadata(project, pandoc)?;
    let defaults = DefaultsFile::write(&defaults::reading(options))?;
    let documents: Vec<_> = project
        .chapters
        .par_iter()
        .map(|chapter| document(project, pandoc, &defaults, chapter))
        .collect::<Result<_>>()?;
    let mut parsed =
        Parsed { head: metadata.clone(), chapters: Vec::new(), findings: Vec::new() };
    for (source, (mut document, warnings)) in project.chapters.iter().zip(documents) {
        parsed.findings.extend(warnings);
        let mut blocks = std::mem::take(&mut document.blocks);
        let mut own = std::mem::take(document.meta_mut());
        let head = parsed.head.meta_mut();
        if blocks.is_empty() {
            for (key, value) in own {
                // What book.yaml says wins, as it does when pandoc runs alone.
                if !metadata.meta().contains_key(&key) {
                    head.insert(key, value);
                }
            }
            continue;
        }
        let mut title = None;
        if head.contains_key("title") || project.chapters.len() > 1 {
            title = own.remove("title").and_then(inlines);
        }
        for (key, value) in own {
            head.entry(key).or_insert(value);
        }
        heading::begin_with_heading(&mut blocks, title, &source.id);
        figures::detach(&mut blocks);
        parsed.chapters.push(ParsedChapter { source: Arc::clone(source), blocks });
    }
    Ok(parsed)
}

/// The metadata of `book.yaml` as pandoc merges them.
fn metadata(project: &Project, pandoc: &Pandoc) -> Result<Document> {
    let defaults = DefaultsFile::write(&defaults::metadata(project.manifest.options()))?;
    let job = pandoc
        .job()
        .dir(&project.dir)
        .args(["--from", "markdown", "--to", "json", "--defaults"])
        .arg(defaults.path());
    let (json, _) = pandoc::outcome(job.run()?, &project.manifest.file())?;
    Document::parse(&json)
}

/// A chapter's document, and what pandoc warned of.
fn document(
    project: &Project,
    pandoc: &Pandoc,
    defaults: &DefaultsFile,
    chapter: &Chapter,
) -> Result<(Document, Vec<Finding>)> {
    // pandoc opens the file itself: its name says which format it has, and from where relative
    // paths lead.
    let job = pandoc
        .job()
        .dir(&project.dir)
        .args(["--to", "json", "--defaults"])
        .arg(defaults.path())
        .arg("--")
        .arg(&chapter.path);
    let (json, warnings) = pandoc::outcome(job.run()?, &chapter.whole())?;
    Ok((Document::parse(&json)?, warnings))
}

/// The inlines of a title in metadata.
fn inlines(mut title: Value) -> Option<Vec<Value>> {
    match title["c"].take() {
        Value::Array(inlines) => Some(inlines),
        Value::String(text) => Some(vec![str(&text)]),
        _ => None,
    }
}
