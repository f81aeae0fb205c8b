//! Chapters of which only those are read that somebody asks for: of one that did not change, its metadata and what
//! pandoc warned of are remembered, and a key of all that its document depends on.

use super::document::{
    ChapterDocumentHead, ChapterReader, DocumentRead, KnownDocument, ReadDocument,
};
use super::handover::{self, Handover};
use super::patience;
use super::roles::Labels;
use super::{ChapterMeta, ParsedChapter, begun, fill_in, metadata};
use crate::cache::{BuildCache, KeyMaker};
use crate::finding::Finding;
use crate::pandoc::Pandoc;
use crate::project::{Chapter, Project};
use concfilter::ast::Document;
use concfilter::error::Result;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes of text a book has at most whose documents are kept from one stage to the next. A document takes a
/// hundred times the memory of its text; those of a longer book are read from what is remembered of them, for each
/// stage anew. `CONCBOOK_KEPT_BYTES` names another number.
const MOST_KEPT: usize = 2_000_000;

/// The chapters of a book, as [`parse`](super::parse) has them, each read when it is asked for.
pub struct KnownChapters<'a> {
    /// A document with the book's metadata and no blocks.
    pub head: Document,
    /// The chapters, those left out that are metadata alone.
    pub chapters: Vec<KnownChapter>,
    /// What pandoc warned of.
    pub findings: Vec<Finding>,
    /// Whether documents are kept for the next stage.
    pub keeps_documents: bool,
    reader: ChapterReader<'a>,
    handovers: Vec<Handover>,
    labels: Labels,
}

/// A chapter that may not be read yet.
pub struct KnownChapter {
    /// Its file.
    pub source: Arc<Chapter>,
    /// What all that is made of its document depends on; none where that cannot be told.
    pub key: Option<KeyMaker>,
    /// Its number among the chapters of the project.
    number: usize,
    title: Option<Vec<Value>>,
    /// Its document, where it was read already and not asked for since.
    document: Mutex<Option<Document>>,
}

/// What is known of one chapter, and its document where that had to be read.
struct HeadRead {
    head: ChapterDocumentHead,
    key: Option<KeyMaker>,
    document: Option<Document>,
}

impl<'a> KnownChapters<'a> {
    /// Those of a book.
    ///
    /// # Errors
    /// Those of [`parse`](super::parse).
    pub fn of(
        project: &'a Project,
        pandoc: &'a Pandoc,
        cache: &'a BuildCache,
    ) -> Result<Self> {
        let mut head = metadata(project, pandoc, cache)?;
        let handovers = handover::handovers(project);
        let reader = ChapterReader::of(project, pandoc, cache)?;
        let length: usize = project.chapters.iter().map(|one| one.text.len()).sum();
        let most = patience::asked("CONCBOOK_KEPT_BYTES").unwrap_or(MOST_KEPT);
        let keeps_documents = length <= most;
        let labels = Labels::of(project);
        let basis = KeyMaker::of_program("document")
            .with_debug(&(project.manifest.rebases(), &labels));
        let read = |number: usize, known: KnownDocument| {
            let (chapter, handed) = (&project.chapters[number], &handovers[number]);
            let is_remembered = known.fingerprint.is_some();
            let key = known.fingerprint.map(|fingerprint| {
                chapter.note(basis.clone()).with(fingerprint).with_debug(handed)
            });
            let mut head =
                head_of(cache, key, known.read, || reader.read(number, handed))?;
            head.document = head.document.filter(|_| keeps_documents || !is_remembered);
            Ok(head)
        };
        let mut all: Vec<HeadRead> = reader.known(&handovers, keeps_documents, read)?;
        let metas = all.iter_mut().map(|one| ChapterMeta {
            metadata: std::mem::take(&mut one.head.metadata),
            is_text: one.head.is_text,
        });
        let titles = fill_in(project, &mut head, metas.collect());
        let (mut chapters, mut findings) = (Vec::new(), Vec::new());
        for (number, (one, title)) in all.into_iter().zip(titles).enumerate() {
            findings.extend(one.head.warnings);
            if one.head.is_text {
                let title_text = serde_json::to_string(&title).ok();
                chapters.push(KnownChapter {
                    source: Arc::clone(&project.chapters[number]),
                    key: one.key.zip(title_text).map(|(key, title)| key.with(title)),
                    number,
                    title,
                    document: Mutex::new(one.document),
                });
            }
        }
        findings.retain(|finding| !handover::is_used_elsewhere(finding, &handovers));
        Ok(Self { head, chapters, findings, keeps_documents, reader, handovers, labels })
    }

    /// One of the chapters as pandoc reads it, and what is wrong with it.
    ///
    /// # Errors
    /// pandoc failed.
    pub fn read(&self, chapter: &KnownChapter) -> Result<(ParsedChapter, Vec<Finding>)> {
        let handed = &self.handovers[chapter.number];
        let known =
            chapter.document.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut document = match known {
            Some(document) => document,
            None => self.reader.read(chapter.number, handed)?.document,
        };
        let blocks = std::mem::take(&mut document.blocks);
        let of_what = (Arc::clone(&chapter.source), handed.targets.clone());
        Ok(begun(of_what, blocks, chapter.title.clone(), &self.labels))
    }
}

/// What is remembered of a chapter by this key, or what its document tells.
fn head_of(
    cache: &BuildCache,
    key: Option<KeyMaker>,
    read: DocumentRead,
    read_now: impl FnOnce() -> Result<ReadDocument>,
) -> Result<HeadRead> {
    if matches!(read, DocumentRead::Nothing)
        && let Some(entry) = key.as_ref().and_then(|key| cache.get(key.key()))
        && let Ok(head) = serde_json::from_slice(&entry)
    {
        return Ok(HeadRead { head, key, document: None });
    }
    let parted = |read: ReadDocument| {
        let ReadDocument { mut document, warnings, is_of_output } = read;
        let metadata = std::mem::take(document.meta_mut());
        let is_text = !document.blocks.is_empty();
        (
            ChapterDocumentHead { metadata, is_text, warnings },
            Some(document),
            is_of_output,
        )
    };
    let (head, document, is_of_output) = match read {
        DocumentRead::Nothing => parted(read_now()?),
        DocumentRead::Head(head) => (head, None, true),
        DocumentRead::All(read) => parted(read),
    };
    // What has a subject is not told from what has none in its JSON.
    let is_plain = head.warnings.iter().all(|warning| warning.subject.is_none());
    let key = key.filter(|_| is_of_output && is_plain);
    if let Some(key) = &key
        && let Ok(entry) = serde_json::to_vec(&head)
    {
        cache.put(key.key(), &entry);
    }
    Ok(HeadRead { head, key, document })
}
