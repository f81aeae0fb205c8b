//! Chapters as pandoc reads them: each by itself, side by side, with the book's metadata and the
//! author's filters that stand before concfilter.
//!
//! What a chapter's document is depends on its text, on what the other chapters define for it
//! ([`handover`]), on [`defaults::reading`] and on the version of pandoc, and on nothing else.

mod document;
pub mod figures;

mod batch;
mod blame;
mod filters;
mod handover;
mod heading;
mod known;
mod messages;
mod patience;
mod roles;
mod said;
mod site;

pub use batch::read_ahead;
pub use blame::blame;
pub use filters::{FilterRuns, filters_before};
pub use known::{KnownChapter, KnownChapters};
pub use messages::findings as findings_of;

use crate::cache::{BuildCache, KeyMaker};
use crate::finding::Finding;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Pandoc};
use crate::project::{Chapter, Project};
use concfilter::ast::Document;
use concfilter::ast::build::str;
use concfilter::error::Result;
use document::ChapterReader;
use rayon::prelude::*;
use serde_json::{Map, Value};
use site::PageMetadata;
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
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// The identifier that links to the chapter lead to; one of its elements has it.
    pub head: String,
    /// Where links lead that other chapters define, and the byte of its text that refers to one first.
    pub targets: Vec<(String, usize)>,
}

/// Reads the chapters of a book. Their metadata and those of files of metadata alone fill in what
/// `book.yaml` leaves open, the last one first, but for the title, which is the chapter's when the book
/// has one.
///
/// What was read before and is remembered in `cache` is not read again.
///
/// # Errors
/// pandoc failed.
pub fn parse(project: &Project, pandoc: &Pandoc, cache: &BuildCache) -> Result<Parsed> {
    let mut head = metadata(project, pandoc, cache)?;
    let mut handovers = handover::handovers(project);
    let documents = ChapterReader::of(project, pandoc, cache)?.documents(&handovers)?;
    let mut documents: Vec<_> = documents
        .into_iter()
        .map(|(mut document, warnings)| {
            let metadata = std::mem::take(document.meta_mut());
            (
                ChapterMeta { metadata, is_text: !document.blocks.is_empty() },
                document,
                warnings,
            )
        })
        .collect();
    let metas = documents.iter_mut().map(|(own, ..)| std::mem::take(own)).collect();
    let titles = fill_in(project, &mut head, metas);
    let mut parsed = Parsed { head, chapters: Vec::new(), findings: Vec::new() };
    let mut texts_read = Vec::new();
    for (((source, handed), title), (_, mut document, warnings)) in
        project.chapters.iter().zip(&mut handovers).zip(titles).zip(documents)
    {
        parsed.findings.extend(warnings);
        let blocks = std::mem::take(&mut document.blocks);
        if !blocks.is_empty() {
            let targets = std::mem::take(&mut handed.targets);
            texts_read.push((Arc::clone(source), blocks, title, targets));
        }
    }
    let labels = roles::Labels::of(project);
    let begun: Vec<_> = texts_read
        .into_par_iter()
        .map(|(source, blocks, title, targets)| {
            begun((source, targets), blocks, title, &labels)
        })
        .collect();
    for (chapter, findings) in begun {
        parsed.chapters.push(chapter);
        parsed.findings.extend(findings);
    }
    parsed.findings.retain(|finding| !handover::is_used_elsewhere(finding, &handovers));
    Ok(parsed)
}

/// The metadata of a chapter.
#[derive(Debug, Clone, Default)]
struct ChapterMeta {
    metadata: Map<String, Value>,
    /// Whether it has blocks, too.
    is_text: bool,
}

/// Fills in what the metadata of the book leave open by those of its chapters, in their order; the title of each
/// chapter that is not the book's.
fn fill_in(
    project: &Project,
    book: &mut Document,
    chapters: Vec<ChapterMeta>,
) -> Vec<Option<Vec<Value>>> {
    let options = project.manifest.options();
    let set = options.get("metadata");
    let is_set = |key: &str| {
        let is_option = matches!(key, "bibliography" | "csl" | "citation-abbreviations");
        is_option && options.get(key).is_some_and(|value| !value.is_null())
            || set.is_some_and(|set| set.get(key).is_some())
    };
    let texts = chapters.iter().filter(|one| one.is_text);
    let pages = PageMetadata::of(texts.map(|one| &one.metadata));
    let mut titles = Vec::new();
    for ChapterMeta { metadata: mut own, is_text } in chapters {
        let head = book.meta_mut();
        if is_text {
            pages.take_off(&mut own);
        }
        let mut title = None;
        if is_text && (head.contains_key("title") || project.chapters.len() > 1) {
            title = own.remove("title").and_then(inlines);
        }
        // As when pandoc runs alone.
        own.retain(|key, _| !is_set(key));
        head.extend(own);
        titles.push(title);
    }
    titles
}

/// A chapter of these blocks, and what is wrong with them.
fn begun(
    (source, targets): (Arc<Chapter>, Vec<(String, usize)>),
    mut blocks: Vec<Value>,
    title: Option<Vec<Value>>,
    labels: &roles::Labels,
) -> (ParsedChapter, Vec<Finding>) {
    let findings = roles::apply(&mut blocks, &source, labels);
    let head = heading::begin(&mut blocks, title, &source.id);
    figures::detach(&mut blocks);
    (ParsedChapter { source, blocks, head, targets }, findings)
}

/// The metadata of `book.yaml` as pandoc merges them.
fn metadata(project: &Project, pandoc: &Pandoc, cache: &BuildCache) -> Result<Document> {
    let options = defaults::metadata(project.manifest.options());
    // Files that it names may change while it does not.
    let files = ["metadata-files", "data-dir", "abbreviations"];
    let is_whole = files.iter().all(|key| options.get(key).is_none_or(Value::is_null));
    let key = pandoc.note(KeyMaker::new("metadata")).with(options.to_string()).key();
    if is_whole
        && let Some(json) = cache.get(key)
        && let Ok(document) = Document::parse(&json)
    {
        return Ok(document);
    }
    let file = DefaultsFile::write(&options)?;
    let job = patience::job(pandoc, options.to_string().len())
        .dir(&project.dir)
        .args(["--to", "json", "--defaults"])
        .arg(file.path());
    let place = project.manifest.file();
    let outcome = job.run().map_err(|error| error.at(place.clone()))?;
    let read = pandoc::outcome(outcome, &place);
    let (json, _) = read.map_err(|error| blame(error, project, pandoc, &options))?;
    if is_whole {
        cache.put(key, &json);
    }
    Document::parse(&json)
}

/// The inlines of a title in metadata.
fn inlines(mut title: Value) -> Option<Vec<Value>> {
    match title["c"].take() {
        Value::Array(inlines) => Some(inlines),
        Value::String(text) => Some(vec![str(&text)]),
        _ => None,
    }
}
