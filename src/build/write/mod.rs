//! The filtered document becomes the raw ePub, by pandoc: its parts side by side, each once ([`parts`]), or
//! where that cannot be, in one run.

mod assemble;
mod division;
mod frame;
mod html;
mod ours;
mod page;
mod parts;

pub(super) use page::DivisionPage;
pub(super) use parts::level;

use super::filter::Filtered;
use super::unchanged::FilesBesidesChapters;
use crate::cache::BuildCache;
use crate::epub::Epub;
use crate::finding::Finding;
use crate::fsx;
use crate::pandoc::{self, Message, Pandoc, defaults};
use crate::parse::{FilterRuns, blame, findings_of};
use crate::project::Project;
use concfilter::ast::{Document, deep};
use concfilter::error::Result;
use defaults::DefaultsFile;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What writes a book.
pub(super) struct BookWriter<'a> {
    pub(super) project: &'a Project,
    pub(super) pandoc: &'a Pandoc,
    pub(super) runs: &'a FilterRuns<'a>,
    pub(super) cache: &'a BuildCache,
    /// The time in the ePub, in seconds since 1970.
    pub(super) modified: u64,
    /// Where files may be written.
    pub(super) temp: &'a Path,
    /// Whether the book is written in one run, whatever it is like.
    pub(super) in_one_run: bool,
    /// The files that the book may show; nothing where it may show others.
    pub(super) other_files: Option<FilesBesidesChapters<'a>>,
}

/// How pandoc writes a document.
struct Manner {
    /// A defaults file.
    defaults: Value,
    /// Arguments beside it.
    args: Vec<String>,
}

impl BookWriter<'_> {
    /// Writes the raw ePub of a document; gives it, and what pandoc warned of. `args` are arguments beside those of
    /// `book.yaml`.
    pub(super) fn write(
        &self,
        filtered: &Filtered,
        args: Vec<String>,
    ) -> Result<(Epub, Vec<Finding>)> {
        let manner = self.manner(filtered, args)?;
        let parts = if self.in_one_run {
            None
        } else {
            parts::write(self, &manner, &filtered.json)?
        };
        let (epub, messages) = match parts {
            Some(written) => written,
            None => self.run(&manner, filtered.json.clone())?,
        };
        Ok((epub, self.findings(&messages)))
    }

    /// The same of a document whose pages are made already: its JSON has no blocks. Nothing where pandoc has to write
    /// one that is not there for it.
    pub(super) fn write_pages(
        &self,
        filtered: &Filtered,
        args: Vec<String>,
        pages: &[DivisionPage],
    ) -> Result<Option<(Epub, Vec<Finding>)>> {
        let manner = self.manner(filtered, args)?;
        let head = Document::parse(&filtered.json)?;
        let written = parts::write_pages(self, &manner, head, pages);
        Ok(written.map(|(epub, messages)| (epub, self.findings(&messages))))
    }

    fn manner(&self, filtered: &Filtered, args: Vec<String>) -> Result<Manner> {
        let mut manner = Manner { defaults: self.defaults(filtered)?, args };
        manner.args.extend(formulas(self.project).map(str::to_owned));
        Ok(manner)
    }

    /// The defaults with which a document is written.
    fn defaults(&self, filtered: &Filtered) -> Result<Value> {
        let options = self.project.manifest.options();
        let mut defaults = defaults::writing(options, self.pandoc.version());
        if !defaults["variables"].is_object() {
            defaults["variables"] = json!({});
        }
        if let Some(lang) = filtered.lang {
            defaults["variables"]["lang"] = Value::from(lang);
        }
        if filtered.rtl && !filtered.has_page_progression {
            defaults["metadata"] = json!({"page-progression-direction": "rtl"});
        }
        if let Some(title) = &filtered.page_title
            && defaults["variables"].get("pagetitle").is_none()
        {
            defaults["variables"]["pagetitle"] = Value::from(title.as_str());
        }
        defaults["filters"] = self.runs.restoring(self.temp)?.into_iter().collect();
        Ok(defaults)
    }

    /// One run of pandoc over a document's JSON.
    fn run(&self, manner: &Manner, json: Vec<u8>) -> Result<(Epub, Vec<Message>)> {
        let (bytes, messages) = self.run_at(self.modified, manner, json)?;
        Ok((opened(&bytes)?, messages))
    }

    /// The bytes of the ePub that pandoc makes of a document's JSON at a time, in seconds since 1970.
    fn run_at(
        &self,
        time: u64,
        manner: &Manner,
        json: Vec<u8>,
    ) -> Result<(Vec<u8>, Vec<Message>)> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let raw = self.temp.join(format!("raw-{number}.epub"));
        let file = DefaultsFile::write(&manner.defaults)?;
        let job = self
            .runs
            .job(&file)
            .env("SOURCE_DATE_EPOCH", time.to_string())
            .args(&manner.args)
            .arg("--output")
            .arg(&raw)
            .stdin(json);
        let place = self.project.manifest.file();
        let written = pandoc::finished(job.run()?, &place);
        let (_, messages) = written
            .map_err(|error| blame(error, self.project, self.pandoc, &manner.defaults))?;
        Ok((fsx::read(&raw)?, messages))
    }

    fn findings(&self, messages: &[Message]) -> Vec<Finding> {
        // What cannot be fetched may be named in book.yaml, such as a font.
        let manifest = &self.project.manifest;
        let place = |text: &str| {
            let name = text.strip_prefix("Could not fetch resource ");
            let name = name.and_then(|rest| rest.split_once(": ")).map(|(name, _)| name);
            name.map_or_else(|| manifest.file(), |name| manifest.place_of_text(name))
        };
        let mut findings = findings_of(messages, &self.project.chapters, &place);
        // Those are told by where they stand in their chapter.
        findings.retain(|one| !one.message.contains("Could not convert TeX math"));
        findings
    }
}

fn opened(bytes: &[u8]) -> Result<Epub> {
    Epub::from_bytes("the ePub that pandoc wrote", bytes)
}

/// The pages of a chapter, whose blocks begin with a heading of level 1, and are divided at headings of `level`;
/// nothing where they cannot be. `targets` are those of all links of the book, `version` is pandoc's.
pub(super) fn pages(
    blocks: Vec<Value>,
    level: u64,
    targets: &BTreeSet<String>,
    version: (u32, u32),
) -> Option<Vec<DivisionPage>> {
    let divisions = division::divide(blocks, level)?;
    let page = |one| deep(|| DivisionPage::of(one, targets, (version, true)));
    Some(divisions.into_iter().map(|one| page(one).without_written_blocks()).collect())
}

/// The argument that has formulas written as MathML, which readers set by themselves; what the author
/// says wins.
fn formulas(project: &Project) -> Option<&'static str> {
    let options = project.manifest.options();
    (!options.contains_key("html-math-method")).then_some("--mathml")
}
