//! A chapter as it stands in the book, up to the filter: resolved, with its callouts, judged for what is left in its text.
//! It is remembered as JSON, with what it tells of the whole book.

use super::ChapterwiseBook;
use super::surveyed::{self, ChapterTrees};
use crate::build::fetch::Fetched;
use crate::build::leftovers::{self, MarkupRules, ShownContent};
use crate::build::merge::BookFacts;
use crate::build::resolve::context::LinkContext;
use crate::build::resolve::files::Packed;
use crate::build::resolve::resolve;
use crate::build::source_map::Pictures;
use crate::build::{annotations, callouts, verse};
use crate::cache::{CacheKey, KeyMaker};
use crate::finding::{Finding, RememberedFinding};
use crate::listings::ListingSet;
use crate::parse::{KnownChapter, ParsedChapter};
use crate::project::Chapter;
use concfilter::ast::build::attr;
use concfilter::ast::{deep, tag, visit};
use concfilter::error::Result;
use concfilter::filter::ChapterRecord;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What chapters are resolved with.
pub(super) struct ChapterResolver<'a> {
    book: &'a ChapterwiseBook<'a>,
    facts: &'a BookFacts<'a>,
    set: &'a ListingSet,
    /// All chapters with text.
    texts: &'a [&'a Chapter],
    /// The kinds of callouts that chapters begin with `:::note`.
    unspaced: BTreeSet<String>,
    /// The author's own stylesheets.
    css: String,
    /// The book's language.
    lang: String,
    rules: OnceLock<MarkupRules>,
    /// Whether the files of the book's folder are what they were when the build began, once that was asked.
    have_stayed: OnceLock<bool>,
    /// What all entries depend on.
    basis: KeyMaker,
}

/// A chapter that was resolved.
pub(super) struct ResolvedText {
    pub(super) entry: ResolvedEntry,
    pub(super) findings: Vec<Finding>,
    /// What is left in its text.
    pub(super) leftovers: Vec<Finding>,
    /// What it tells of the whole book.
    pub(super) record: ChapterRecord,
    /// Its document as JSON, where that was made now.
    json: Option<Vec<u8>>,
    /// What that is remembered by; none where it is not.
    key: Option<CacheKey>,
    /// Whether it names files outside the book's folder.
    pub(super) asks_outside: bool,
}

/// What is remembered of it, beside its JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct ResolvedEntry {
    /// The fingerprint of its JSON.
    pub(super) fingerprint: String,
    /// Files that it names beside its pictures.
    pub(super) packed: Packed,
    /// Its pictures that are marked for the source map.
    pub(super) pictures: Pictures,
    /// What it shows.
    pub(super) shown: ShownContent,
    /// The identifiers of its elements.
    pub(super) ids: BTreeSet<String>,
    /// The identifiers that its links lead to.
    pub(super) targets: BTreeSet<String>,
    /// Whether it begins where a page does, and nothing of it goes on in the next chapter.
    pub(super) is_apart: bool,
    record: Value,
    findings: Vec<RememberedFinding>,
    leftovers: Vec<RememberedFinding>,
}

impl<'a> ChapterResolver<'a> {
    pub(super) fn of(
        (book, facts): (&'a ChapterwiseBook<'a>, &'a BookFacts<'a>),
        (set, texts): (&'a ListingSet, &'a [&'a Chapter]),
        unspaced: BTreeSet<String>,
        (css, lang): (String, String),
    ) -> Self {
        let project = book.project;
        let context = LinkContext::of(project, Fetched::new());
        let basis = facts
            .note(KeyMaker::of_program("resolved"))
            .with(book.other_files.print())
            .with(&css)
            .with(&lang)
            .with_debug(&(&unspaced, &context, project.manifest.format()))
            .with_debug(&project.settings.identifiers);
        // What pandoc's documents begin with.
        let basis = basis.with(book.document(Vec::new()).to_json().unwrap_or_default());
        let (rules, have_stayed) = (OnceLock::new(), OnceLock::new());
        Self { book, facts, set, texts, unspaced, css, lang, rules, have_stayed, basis }
    }

    /// All chapters; `trees` are the documents of those that were read already.
    pub(super) fn all(&self, trees: ChapterTrees) -> Result<Vec<ResolvedText>> {
        let chapters = &self.book.known.chapters;
        chapters
            .par_iter()
            .zip(trees)
            .enumerate()
            .map(|(number, (chapter, tree))| self.resolved(number, chapter, tree))
            .collect()
    }

    fn resolved(
        &self,
        number: usize,
        chapter: &KnownChapter,
        tree: Option<ParsedChapter>,
    ) -> Result<ResolvedText> {
        let key = chapter.key.as_ref().map(|own| {
            let listings = self.set.of_source(&chapter.source);
            let key = self.basis.clone().with(own.key().bytes());
            key.with_debug(&(number, listings))
        });
        if let Some(key) = &key
            && let Some(entry) = self.book.cache.get(key.key())
            && let Some(text) = recalled(&entry, json_key(key))
        {
            return Ok(text);
        }
        let tree = match tree {
            Some(tree) => tree,
            None => surveyed::read(self.book.known, chapter)?.0,
        };
        self.make((number, tree), key)
    }

    /// The JSON of a chapter.
    pub(super) fn json(&self, number: usize, text: &ResolvedText) -> Result<Vec<u8>> {
        if let Some(json) = &text.json {
            return Ok(json.clone());
        }
        let entry = text.key.and_then(|key| self.book.cache.get(key));
        let is_whole = |json: &Vec<u8>| fingerprint(json) == text.entry.fingerprint;
        if let Some(json) = entry.filter(is_whole) {
            return Ok(json);
        }
        // It was damaged, or is gone.
        let chapter = &self.book.known.chapters[number];
        let (tree, _) = surveyed::read(self.book.known, chapter)?;
        let made = self.make((number, tree), None)?;
        Ok(made.json.expect("what is not remembered is kept"))
    }

    fn make(
        &self,
        (number, tree): (usize, ParsedChapter),
        key: Option<KeyMaker>,
    ) -> Result<ResolvedText> {
        let project = self.book.project;
        let context = LinkContext::of(project, Fetched::new());
        let listings = self.set.of_source(&tree.source);
        let resolved = resolve((number, tree), self.facts, &context, &listings);
        let mut blocks = resolved.blocks;
        callouts::apply(&mut blocks, self.unspaced.clone(), (&self.css, &self.lang));
        annotations::apply(&mut blocks);
        verse::apply(&mut blocks);
        let rules = self.rules.get_or_init(|| MarkupRules::of(project.manifest.format()));
        let (leftovers, shown) =
            leftovers::of_chapter(rules, &blocks, (number, self.texts));
        let is_apart = resolved.awaited.is_empty()
            && begins_page(&blocks)
            && !callouts::is_open(&blocks);
        let (ids, targets) = deep(|| identifiers(&blocks));
        let json = self.book.document(blocks).to_json()?;
        let record = ChapterRecord::read(&json, &project.settings.identifiers)?;
        // As it comes back from memory.
        let record_json = record.to_json();
        let record = ChapterRecord::from_json(&record_json).unwrap_or(record);
        let is_sure = !context.asked().is_more_than_files()
            && (!context.asked().is_any() || self.have_files_stayed());
        let key = key.filter(|_| is_sure);
        let remembered = |all: &[Finding]| all.iter().cloned().map(Into::into).collect();
        let entry = ResolvedEntry {
            fingerprint: fingerprint(&json),
            packed: resolved.packed,
            pictures: resolved.pictures,
            shown,
            ids,
            targets,
            is_apart,
            record: record_json,
            findings: remembered(&resolved.findings),
            leftovers: remembered(&leftovers),
        };
        let mut is_kept = self.book.known.keeps_documents;
        if let Some(key) = &key
            && let Ok(bytes) = serde_json::to_vec(&entry)
        {
            self.book.cache.put(json_key(key), &json);
            self.book.cache.put(key.key(), &bytes);
        } else {
            is_kept = true;
        }
        Ok(ResolvedText {
            entry,
            findings: resolved.findings,
            leftovers,
            record,
            json: Some(json).filter(|_| is_kept),
            key: key.as_ref().map(json_key),
            asks_outside: context.asked().is_outside(),
        })
    }

    fn have_files_stayed(&self) -> bool {
        *self.have_stayed.get_or_init(|| self.book.other_files.have_stayed())
    }
}

/// What the JSON of a chapter is remembered by.
fn json_key(key: &KeyMaker) -> CacheKey {
    key.clone().with("blocks").key()
}

fn fingerprint(json: &[u8]) -> String {
    blake3::hash(json).to_hex().to_string()
}

/// What an entry remembers of a chapter, whose JSON another one has.
fn recalled(entry: &[u8], json: CacheKey) -> Option<ResolvedText> {
    let mut entry: ResolvedEntry = serde_json::from_slice(entry).ok()?;
    Some(ResolvedText {
        findings: entry.findings.drain(..).map(Into::into).collect(),
        leftovers: entry.leftovers.drain(..).map(Into::into).collect(),
        record: ChapterRecord::from_json(&entry.record)?,
        entry,
        json: None,
        key: Some(json),
        // One that does is resolved each time.
        asks_outside: false,
    })
}

/// Whether blocks begin with a heading of level 1, at which each book is divided.
fn begins_page(blocks: &[Value]) -> bool {
    let first = blocks.first().filter(|first| tag(first) == Some("Header"));
    first.is_some_and(|first| first["c"][0].as_u64() == Some(1))
}

/// The identifiers of elements, and those that links lead to.
fn identifiers(blocks: &[Value]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut ids, mut targets) = (BTreeSet::new(), BTreeSet::new());
    visit(blocks, &mut |tag, element| {
        let id = attr(element).and_then(|attr| attr[0].as_str()).unwrap_or_default();
        if !id.is_empty() {
            ids.insert(id.to_owned());
        }
        if tag == "Link"
            && let Some(id) =
                element["c"][2][0].as_str().and_then(|to| to.strip_prefix('#'))
        {
            targets.insert(id.to_owned());
        }
    });
    (ids, targets)
}
