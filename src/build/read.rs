//! Chapters and metadata, read by pandoc: each chapter by itself, side by side.

use super::book::Book;
use super::join::Chapter;
use crate::finding::Finding;
use crate::fsx;
use crate::pandoc::{self, Pandoc};
use concfilter::ast::build::{Attr, div, str};
use concfilter::ast::{Document, Step, walk};
use concfilter::error::{Place, Result};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The chapters of a book, and a document with its metadata and no blocks.
pub(super) struct Read {
    pub head: Document,
    pub chapters: Vec<Chapter>,
    pub findings: Vec<Finding>,
}

/// The metadata of `book.yaml` as pandoc merges them, so that the build sees what the filter
/// would see.
pub(super) fn metadata(book: &Book, pandoc: &Pandoc) -> Result<Document> {
    let defaults = Defaults::write(&book.metadata())?;
    let job = pandoc
        .job()
        .dir(&book.dir)
        .args(["--from", "markdown", "--to", "json", "--defaults"])
        .arg(defaults.path());
    let (json, _) = pandoc::outcome(job.run()?, &book.place())?;
    Document::parse(&json)
}

/// Reads the chapters. A file of metadata alone adds to the book's; a chapter's own metadata
/// fill in what the book leaves open, but for the title, which is the chapter's when the book
/// has one.
pub(super) fn chapters(
    book: &Book,
    pandoc: &Pandoc,
    paths: &[PathBuf],
    metadata: &Document,
) -> Result<Read> {
    let defaults = Defaults::write(&book.reading())?;
    let read = |path: &PathBuf| -> Result<_> {
        let label = book.dir.join(path).display().to_string();
        let text = fsx::read_text(&book.dir.join(path))?;
        let job = pandoc
            .job()
            .dir(&book.dir)
            .args(["--to", "json", "--defaults"])
            .arg(defaults.path())
            .arg("--")
            .arg(path);
        let (json, warnings) = pandoc::outcome(job.run()?, &Place::file(&*label))?;
        Ok((path.clone(), label, text, Document::parse(&json)?, warnings))
    };
    let documents: Vec<_> = paths.par_iter().map(read).collect::<Result<_>>()?;
    let mut head = metadata.clone();
    let mut chapters = Vec::new();
    let mut findings = Vec::new();
    for (path, label, text, mut document, warnings) in documents {
        findings.extend(warnings);
        let blocks = std::mem::take(&mut document.blocks);
        let mut own = std::mem::take(document.meta_mut());
        let mut title = None;
        if blocks.is_empty() {
            for (key, value) in own {
                // What book.yaml says wins, as it does when pandoc runs alone.
                if !metadata.meta().contains_key(&key) {
                    head.meta_mut().insert(key, value);
                }
            }
            continue;
        }
        if head.meta().contains_key("title") || paths.len() > 1 {
            title = own.remove("title").and_then(|mut title| match title["c"].take() {
                Value::Array(inlines) => Some(inlines),
                Value::String(text) => Some(vec![str(&text)]),
                _ => None,
            });
        }
        for (key, value) in own {
            head.meta_mut().entry(key).or_insert(value);
        }
        chapters.push(Chapter { path, label, text, blocks, title });
    }
    Ok(Read { head, chapters, findings })
}

/// Runs the author's filters that stand before concfilter.
pub(super) fn filters_before(
    book: &Book,
    pandoc: &Pandoc,
    document: Document,
    findings: &mut Vec<Finding>,
) -> Result<Document> {
    let (before, _) = book.filters();
    if before.is_empty() {
        return Ok(document);
    }
    let defaults = Defaults::write(&json!({"filters": before}))?;
    let job = pandoc
        .job()
        .dir(&book.dir)
        .args(["--from", "json", "--to", "json", "--defaults"])
        .arg(defaults.path())
        .stdin(document.to_json()?);
    let (json, warnings) = pandoc::outcome(job.run()?, &book.place())?;
    findings.extend(warnings);
    Document::parse(&json)
}

/// Lets pandoc fetch the pictures on the web, all in one run; gives the local file of each that
/// came. The others stay out, and joining reports them.
pub(super) fn fetch(
    pandoc: &Pandoc,
    chapters: &mut [Chapter],
    temp: &Path,
) -> Result<BTreeMap<String, PathBuf>> {
    let mut wanted = BTreeSet::new();
    for chapter in chapters {
        walk(&mut chapter.blocks, &mut |tag, element| {
            if tag == "Image"
                && let Some(target) = element["c"][2][0].as_str()
                && (target.starts_with("http://") || target.starts_with("https://"))
            {
                wanted.insert(target.to_owned());
            }
            Step::Into
        });
    }
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut fetched = BTreeMap::new();
    let media = temp.join("fetched");
    let wanted: Vec<_> = wanted.into_iter().collect();
    // Each picture in a Div of its own, so that order tells which is which in the answer.
    let divs = wanted.iter().map(|target| {
        let image = json!({"t": "Image", "c": [["", [], []], [], [target, ""]]});
        div(&Attr::default(), vec![json!({"t": "Plain", "c": [image]})])
    });
    let empty = pandoc.job().args(["--from", "markdown", "--to", "json"]).run()?;
    let (json, _) = pandoc::outcome(empty, &Place::file("pandoc"))?;
    let mut document = Document::parse(&json)?;
    document.blocks = divs.collect();
    let job = pandoc
        .job()
        .args(["--from", "json", "--to", "json", "--extract-media"])
        .arg(&media)
        .stdin(document.to_json()?);
    // A picture that cannot be fetched is a warning here, and a finding later.
    let (json, _) = pandoc::outcome(job.run()?, &Place::file("pandoc"))?;
    let mut answer = Document::parse(&json)?;
    for (target, block) in wanted.iter().zip(&mut answer.blocks) {
        walk(std::slice::from_mut(block), &mut |tag, element| {
            if tag == "Image"
                && let Some(file) = element["c"][2][0].as_str()
                && Path::new(file).is_file()
            {
                fetched.insert(target.clone(), PathBuf::from(file));
            }
            Step::Into
        });
    }
    Ok(fetched)
}

/// A defaults file for one run of pandoc; gone with the value.
struct Defaults {
    dir: tempfile::TempDir,
}

impl Defaults {
    fn write(options: &Value) -> Result<Self> {
        let dir = fsx::temp_dir()?;
        // YAML holds all of JSON.
        fsx::write_atomic(
            &dir.path().join("defaults.yaml"),
            options.to_string().as_bytes(),
        )?;
        Ok(Self { dir })
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("defaults.yaml")
    }
}
