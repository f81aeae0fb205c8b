//! Runs the lists of passes.

use super::cover::{self, DrawnCover};
use super::encodings;
use super::outcome::{DocumentOutcome, FinishOutcome, RememberedOutcome};
use super::pass::{DocumentContext, FinishOptions, UnfinishedBook};
use super::repairs::Repair;
use super::{BOOK_PASSES, CONTAINER_PASSES, DOCUMENT_PASSES, OPENED_PASSES};
use crate::cache::KeyMaker;
use crate::epub::content::Opened;
use crate::epub::{
    ContentDocument, ContentDocuments, DocumentMemory, Epub, LazyDocument, Package,
};
use crate::finding;
use concfilter::error::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// An ePub of pandoc's after the passes that are the same for every edition. Each edition works on a
/// copy.
#[derive(Debug, Clone)]
pub struct Prepared {
    book: UnfinishedBook,
    outcome: FinishOutcome,
}

/// A finished book, its documents still parsed for whoever judges it.
#[derive(Debug)]
pub struct Finished {
    /// The container; package and documents are written into it.
    pub epub: Epub,
    /// The package document that stands in it.
    pub package: Package,
    /// The content documents that stand in it.
    pub documents: ContentDocuments,
    /// What the passes did.
    pub outcome: FinishOutcome,
}

impl Prepared {
    /// The container, its documents as pandoc wrote them.
    pub fn epub(&self) -> &Epub {
        &self.book.epub
    }
}

/// Runs the passes that every edition shares. Of `options` they see what no edition changes.
///
/// # Errors
/// The package document cannot be read, or is not the only one.
pub fn prepare(mut epub: Epub, options: &FinishOptions) -> Result<Prepared> {
    // On one of the threads that do the work: memory that this thread frees goes to a heap of its
    // own, which the others cannot use.
    rayon::scope(|_| {
        let mut outcome = FinishOutcome::default();
        // The package's own declaration is among them.
        encodings::apply(&mut epub, &mut outcome);
        let package = epub.package()?;
        only_one(&epub)?;
        let mut book = UnfinishedBook::new(epub, package);
        for pass in CONTAINER_PASSES {
            (pass.apply)(&mut book, options, &mut outcome);
        }
        Ok(Prepared { book, outcome })
    })
}

/// What is changed in a document would have to be said in each package that has it.
fn only_one(epub: &Epub) -> Result<()> {
    let others = epub.other_packages();
    if others.is_empty() {
        return Ok(());
    }
    let message = format!("it holds more than one package: {}, too", others.join(", "));
    Err(Error::new(message)
        .at(epub.place("META-INF/container.xml"))
        .hint("Books in several renditions are not packed: name one alone there"))
}

/// Runs the passes over the documents and over the book.
///
/// # Errors
/// A document of the manifest defines entities.
pub fn finish(prepared: Prepared, options: &FinishOptions) -> Result<Finished> {
    rayon::scope(|_| {
        let Prepared { mut book, mut outcome } = prepared;
        let opened = open(&book, options)?;
        outcome.repairs.add(Repair::Document, opened.repaired);
        outcome.findings.extend(opened.findings);
        book.documents = opened.documents;
        for pass in OPENED_PASSES {
            (pass.apply)(&mut book, options, &mut outcome);
        }
        let words = cover::words_ahead(&book, options);
        let draw = |words| DrawnCover::of(words, options).ok();
        ((), book.cover) = rayon::join(
            || each_document(&mut book, options, &mut outcome),
            || words.and_then(draw),
        );
        for pass in BOOK_PASSES {
            (pass.apply)(&mut book, options, &mut outcome);
        }
        Ok(close(book, outcome))
    })
}

/// Opens the documents; those that were finished before as they are, only where somebody asks for their trees.
fn open(book: &UnfinishedBook, options: &FinishOptions) -> Result<Opened> {
    let UnfinishedBook { epub, package, .. } = book;
    if !options.cache.is_on() {
        return ContentDocuments::open(epub, package);
    }
    // Findings name the container.
    let key = KeyMaker::of_program("finished").with(&epub.label);
    ContentDocuments::open_with(epub, package, |path, text| {
        Some(DocumentMemory::of(&options.cache, key.clone().with(path).with(text).key()))
    })
}

/// Runs the passes over each document, all documents side by side, and gathers what they noted.
fn each_document(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, documents, .. } = book;
    let paths: BTreeSet<&str> = documents.0.iter().map(|one| &*one.path).collect();
    let is_sheet =
        |name: &str| Path::new(name).extension().is_some_and(|one| one == "css");
    // What is not there, no pass can depend on.
    let epub =
        Arc::new(epub.with_content_of(|name| is_sheet(name) || paths.contains(name)));
    let options = options.of_documents();
    let mut given =
        KeyMaker::new("passes").with_debug(&options).with(epub.package_path());
    for entry in epub.entries() {
        given = given.with(&entry.name);
        if is_sheet(&entry.name) {
            given = given.with(&*entry.data);
        }
    }
    let given = given.key();
    let work = |document: &mut LazyDocument| {
        let epub = Arc::clone(&epub);
        document.change("passes", given.bytes(), move |document| {
            let context = DocumentContext { epub: &epub, options };
            RememberedOutcome::from(passed(document, &context))
        })
    };
    // One document may take as long as ten others.
    let noted: Vec<_> = documents.0.par_iter_mut().with_max_len(1).map(work).collect();
    for noted in noted {
        let noted = DocumentOutcome::from(noted);
        outcome.repairs.extend(&noted.repairs);
        outcome.findings.extend(noted.findings);
        book.pandoc_theme = book.pandoc_theme.take().or(noted.pandoc_theme);
    }
}

/// Runs the passes over one document.
fn passed(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
) -> DocumentOutcome {
    let mut noted = DocumentOutcome::default();
    for pass in DOCUMENT_PASSES {
        (pass.apply)(document, context, &mut noted);
    }
    noted
}

/// Writes documents and package into the container.
fn close(book: UnfinishedBook, mut outcome: FinishOutcome) -> Finished {
    let UnfinishedBook { mut epub, mut package, mut documents, .. } = book;
    documents.write(&mut epub);
    let path = epub.package_path().to_owned();
    epub.put(&path, package.rewrite().into_bytes());
    finding::sort(&mut outcome.findings);
    Finished { epub, package, documents, outcome }
}
