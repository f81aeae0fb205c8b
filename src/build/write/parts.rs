//! A book written in parts, side by side: its divisions, as many in one run as there are processors' shares of
//! them; and an ePub of what stands in for them, which has the contents, the metadata, the media and where
//! each identifier is. What was written of a division before, and of what stands in, is not written again.

use super::assemble::{self, WrittenFile, escaped};
use super::division::divide;
use super::frame;
use super::ours::{self, OurPages};
use super::page::DivisionPage;
use super::{BookWriter, Manner};
use crate::cache::{CacheKey, KeyMaker};
use crate::epub::Epub;
use crate::pandoc::{Message, Pandoc, user_data::user_data};
use crate::project::Project;
use concfilter::ast::{Document, deep};
use concfilter::error::Result;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The first version of pandoc that numbers headings only where it is asked to. Older ones write a number
/// that counts through the book into each.
const OLDEST: (u32, u32) = (3, 0);

/// What stands before such a number.
const NUMBERED: &str = " data-number=\"";

/// Options that make a file depend on more than its own division.
const OF_THE_WHOLE: &[&str] = &[
    "number-sections",
    "number-offset",
    "list-of-figures",
    "list-of-tables",
    "html-math-method",
    "extract-media",
    "top-level-division",
];

/// Options that name files which are written into each division's file.
const FILES: &[&str] = &[
    "template",
    "include-in-header",
    "include-before-body",
    "include-after-body",
    "syntax-definitions",
    "data-dir",
    "abbreviations",
];

/// Options that no division's own file depends on.
const OF_THE_BOOK: &[&str] = &["epub-cover-image", "epub-fonts", "epub-metadata"];

/// The word before the links that ask where identifiers are. No author writes it.
const PROBE: &str = "concbookProbe";

/// Writes a document in parts; nothing where it cannot be parted, or pandoc refuses a part, and the book has
/// to be written in one run.
pub(super) fn write(
    writer: &BookWriter<'_>,
    manner: &Manner,
    json: &[u8],
) -> Result<Option<(Epub, Vec<Message>)>> {
    let Some(level) = level(writer.project, writer.pandoc) else { return Ok(None) };
    let mut document = Document::parse(json)?;
    let divisions = divide(std::mem::take(&mut document.blocks), level);
    let Some(divisions) = divisions.filter(|all| all.len() > 1) else {
        return Ok(None);
    };
    let targets: BTreeSet<String> =
        divisions.par_iter().flat_map_iter(|one| deep(|| one.targets())).collect();
    let version = writer.pandoc.version();
    let is_ours = ours::is_as_usual(&manner.of_division());
    let page = |one| deep(|| DivisionPage::of(one, &targets, (version, is_ours)));
    let pages: Vec<DivisionPage> = divisions.into_par_iter().map(page).collect();
    Ok(write_pages(writer, manner, document, &pages))
}

/// Whether the book is one that can be written in parts, and the level of the headings that begin them.
pub(in crate::build) fn level(project: &Project, pandoc: &Pandoc) -> Option<u64> {
    let options = project.manifest.options();
    let is_set =
        |key: &&str| options.get(*key).is_some_and(|value| value != &json!(false));
    if pandoc.version() < OLDEST
        || !matches!(project.manifest.to(), "epub" | "epub3")
        || OF_THE_WHOLE.iter().any(is_set)
    {
        return None;
    }
    options.get("split-level").map_or(Some(1), Value::as_u64)
}

/// Writes the pages of a book, of which `head` is the document without its blocks; nothing where pandoc refuses one,
/// or where one without its blocks is not as we would write it.
pub(super) fn write_pages(
    writer: &BookWriter<'_>,
    manner: &Manner,
    head: Document,
    pages: &[DivisionPage],
) -> Option<(Epub, Vec<Message>)> {
    let of_division = manner.of_division();
    let book = BookInParts { writer, manner, head, of_division };
    // A failure of a part is told by the run that writes the whole.
    book.write(pages).unwrap_or_default()
}

impl Manner {
    /// How a division is written.
    fn of_division(&self) -> Self {
        let mut defaults = self.defaults.clone();
        if let Some(defaults) = defaults.as_object_mut() {
            OF_THE_BOOK.iter().for_each(|key| {
                defaults.remove(*key);
            });
        }
        Self { defaults, args: self.args.clone() }
    }
}

struct BookInParts<'a> {
    writer: &'a BookWriter<'a>,
    manner: &'a Manner,
    /// The document without its blocks.
    head: Document,
    /// How a division is written.
    of_division: Manner,
}

/// A division's file, and what pandoc said of it.
type File = (WrittenFile, Vec<Message>);

impl BookInParts<'_> {
    fn write(&self, pages: &[DivisionPage]) -> Result<Option<(Epub, Vec<Message>)>> {
        let targets: BTreeSet<String> =
            pages.iter().flat_map(|one| one.targets.iter().cloned()).collect();
        let mut ours =
            OurPages::of(self.writer.pandoc.version(), &self.of_division, pages);
        ours.stand_ins.last_mut().into_iter().for_each(|one| one.push(probe(&targets)));
        let (frame, files) = rayon::join(
            || self.frame(&ours.stand_ins),
            || self.files(pages, &ours.bodies),
        );
        let ((mut epub, mut messages), Some(mut files)) = (frame?, files?) else {
            return Ok(None);
        };
        let Some(links) = links(&epub, &targets) else { return Ok(None) };
        let paths: Vec<String> =
            assemble::files(&epub).into_iter().map(str::to_owned).collect();
        let is_numbered =
            |path: &String| epub.text(path).is_ok_and(|text| text.contains(NUMBERED));
        if paths.len() != pages.len() || paths.iter().any(is_numbered) {
            return Ok(None);
        }
        if !ours.agree(&epub, &paths, &links) {
            ours.bodies.fill(None);
            let Some(all) = self.files(pages, &ours.bodies)? else {
                return Ok(None);
            };
            files = all;
        }
        let text = |at: usize| match (ours.bodies[at], files.get(&at)) {
            (Some(body), _) => assemble::framed(body, &epub, &paths[at], &links),
            (None, Some((written, _))) => {
                assemble::settled(written, &epub, &paths[at], &links)
            }
            (None, None) => None,
        };
        let texts: Option<Vec<String>> =
            (0..paths.len()).into_par_iter().map(text).collect();
        let Some(texts) = texts else { return Ok(None) };
        for (path, text) in paths.iter().zip(texts) {
            epub.put(path, text.into_bytes());
        }
        messages.extend(files.into_values().flat_map(|(_, said)| said));
        Ok(Some((epub, messages)))
    }

    /// The ePub of what stands in for the divisions.
    fn frame(&self, stand_ins: &[Vec<Value>]) -> Result<(Epub, Vec<Message>)> {
        let mut document = self.head.clone();
        document.blocks = stand_ins.iter().flatten().cloned().collect();
        frame::write(self.writer, self.manner, self.basis(), document.to_json()?)
    }

    /// The files of the divisions without a body, from the cache or written now; nothing where one of them cannot
    /// be told from others.
    fn files(
        &self,
        pages: &[DivisionPage],
        bodies: &[Option<&str>],
    ) -> Result<Option<BTreeMap<usize, File>>> {
        let basis = self.basis();
        let without: Vec<usize> =
            (0..pages.len()).filter(|at| bodies[*at].is_none()).collect();
        let blocks: Option<BTreeMap<usize, &[Value]>> =
            without.iter().map(|at| Some((*at, pages[*at].blocks.as_deref()?))).collect();
        let Some(blocks) = blocks else { return Ok(None) };
        let key = |at: usize| {
            let basis = basis.clone()?;
            let mut json = Vec::new();
            // What nests too deeply for this is written anew each time.
            let blocks = deep(|| serde_json::to_writer(&mut json, blocks[&at]));
            Some(basis.with(blocks.ok().map(|()| json)?).key())
        };
        let keys: BTreeMap<usize, CacheKey> =
            without.par_iter().filter_map(|at| Some((*at, key(*at)?))).collect();
        let mut files: BTreeMap<usize, File> = keys
            .par_iter()
            .filter_map(|(at, key)| Some((*at, self.recall(*key)?)))
            .collect();
        let wanted: Vec<usize> =
            without.into_iter().filter(|at| !files.contains_key(at)).collect();
        let share =
            wanted.len().div_ceil(rayon::current_num_threads().clamp(1, 8)).max(1);
        let written: Vec<Option<Vec<(usize, File)>>> = wanted
            .par_chunks(share)
            .map(|share| self.share(&blocks, share))
            .collect::<Result<_>>()?;
        for share in written {
            let Some(share) = share else { return Ok(None) };
            for (at, file) in share {
                if let Some(key) = keys.get(&at) {
                    self.remember(*key, &file);
                }
                files.insert(at, file);
            }
        }
        Ok(Some(files))
    }

    /// Writes some of the divisions in one run; those of which pandoc has something to say in runs of their own,
    /// so that it is known of which.
    fn share(
        &self,
        all: &BTreeMap<usize, &[Value]>,
        share: &[usize],
    ) -> Result<Option<Vec<(usize, File)>>> {
        let mut document = self.head.clone();
        let blocks = share.iter().flat_map(|at| all[at].iter().cloned());
        document.blocks = blocks.collect();
        let (epub, messages) = self.writer.run(&self.of_division, document.to_json()?)?;
        let messages: Vec<Message> =
            messages.into_iter().filter(is_of_division).collect();
        if !messages.is_empty() && share.len() > 1 {
            let (before, behind) = share.split_at(share.len() / 2);
            let (Some(mut files), Some(behind)) =
                (self.share(all, before)?, self.share(all, behind)?)
            else {
                return Ok(None);
            };
            files.extend(behind);
            return Ok(Some(files));
        }
        let paths = assemble::files(&epub);
        if paths.len() != share.len() {
            return Ok(None);
        }
        let file = |(at, path): (&usize, &str)| {
            Some((*at, (assemble::written(&epub, path)?, messages.clone())))
        };
        Ok(share.iter().zip(paths).map(file).collect())
    }

    /// What all divisions' files depend on; none where that is more than can be told.
    fn basis(&self) -> Option<KeyMaker> {
        let options = self.writer.project.manifest.options();
        let is_plain = |key: &&str| options.get(*key).is_none_or(Value::is_null);
        let names_file = self.manner.args.iter().any(|arg| arg.contains(".theme"));
        if !self.writer.cache.is_on()
            || !FILES.iter().all(is_plain)
            || names_file
            || user_data().exists()
        {
            return None;
        }
        // The filter that puts media back has another path in each run.
        let mut defaults = self.of_division.defaults.clone();
        defaults.as_object_mut().and_then(|own| own.remove("filters"));
        let meta: &Map<String, Value> = self.head.meta();
        let key = self.writer.pandoc.note(KeyMaker::new("written"));
        let key = key.with(defaults.to_string()).with_all(&self.of_division.args);
        Some(key.with(serde_json::to_vec(meta).ok()?))
    }

    fn recall(&self, key: CacheKey) -> Option<File> {
        serde_json::from_slice(&self.writer.cache.get(key)?).ok()
    }

    fn remember(&self, key: CacheKey, file: &File) {
        if let Ok(bytes) = serde_json::to_vec(file) {
            self.writer.cache.put(key, &bytes);
        }
    }
}

/// A paragraph that asks where the targets of links are.
fn probe(targets: &BTreeSet<String>) -> Value {
    let mut probe = vec![json!({"t": "Str", "c": PROBE})];
    let text = json!({"t": "Str", "c": "x"});
    probe.extend(targets.iter().map(
        |id| json!({"t": "Link", "c": [["", [], []], [text], [format!("#{id}"), ""]]}),
    ));
    json!({"t": "Para", "c": probe})
}

/// Whether a message is about a division, and not about what the whole book has, which is told of that.
fn is_of_division(message: &Message) -> bool {
    let of_book = [
        "Could not fetch resource ",
        "Could not convert TeX math ",
        "This document format ",
    ];
    !of_book.iter().any(|start| message.text.starts_with(start))
}

/// The targets of links, as pandoc leads them, by the identifiers as pandoc writes them.
fn links(epub: &Epub, targets: &BTreeSet<String>) -> Option<BTreeMap<String, String>> {
    let last = assemble::files(epub).pop()?;
    let (_, probe) = epub.text(last).ok()?.split_once(PROBE)?;
    let mut hrefs = probe
        .match_indices("href=\"")
        .filter_map(|(at, open)| probe[at + open.len()..].split('"').next());
    targets.iter().map(|id| Some((escaped(id), hrefs.next()?.to_owned()))).collect()
}
