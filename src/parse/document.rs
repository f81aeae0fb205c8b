//! Chapters, as pandoc reads them: each its own file, between what it is handed; what pandoc said of one
//! before need not be said again.

use super::batch::{ChapterBatch, is_markdown, is_named_markdown};
use super::blame::blame;
use super::handover::Handover;
use super::patience;
use super::said::PandocOutput;
use crate::cache::{BuildCache, CacheKey, KeyMaker};
use crate::finding::Finding;
use crate::fsx;
use crate::markdown::Dialect;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::user_data::user_data;
use crate::pandoc::{self, Pandoc};
use crate::proc::{Outcome, Process};
use crate::project::{Chapter, Project};
use concfilter::ast::{Document, Step, walk};
use concfilter::error::{Error, Place, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// How the chapters of a book are read.
pub(super) struct ChapterReader<'a> {
    project: &'a Project,
    pandoc: &'a Pandoc,
    cache: &'a BuildCache,
    options: Value,
    defaults: DefaultsFile,
    batch: Option<ChapterBatch<'a>>,
    /// What all entries of the cache depend on; none where pandoc may read more than a chapter's text.
    basis: Option<KeyMaker>,
}

/// A chapter's document.
#[derive(Debug)]
pub(super) struct ReadDocument {
    pub(super) document: Document,
    /// What pandoc warned of.
    pub(super) warnings: Vec<Finding>,
    /// Whether it is made of what the entry of the chapter remembers, and of nothing else.
    pub(super) is_of_output: bool,
}

/// What a chapter's document begins with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChapterDocumentHead {
    pub(super) metadata: Map<String, Value>,
    /// Whether it has blocks, too.
    pub(super) is_text: bool,
    /// What pandoc warned of.
    pub(super) warnings: Vec<Finding>,
}

/// What is known of a chapter's document.
pub(super) struct KnownDocument {
    /// The fingerprint of what pandoc said of the chapter; none where that is not remembered.
    pub(super) fingerprint: Option<String>,
    /// As much of it as was read.
    pub(super) read: DocumentRead,
}

/// As much of a document as was read.
pub(super) enum DocumentRead {
    Nothing,
    /// What it begins with; the rest is remembered.
    Head(ChapterDocumentHead),
    All(ReadDocument),
}

impl<'a> ChapterReader<'a> {
    pub(super) fn of(
        project: &'a Project,
        pandoc: &'a Pandoc,
        cache: &'a BuildCache,
    ) -> Result<Self> {
        let options = defaults::reading(project.manifest.options());
        let defaults = DefaultsFile::write(&options)?;
        let own = options.as_object();
        let batch = own.and_then(|own| ChapterBatch::of(project, pandoc, own));
        let basis = is_self_contained(project, &options)
            .then(|| pandoc.note(KeyMaker::new("read")).with(options.to_string()));
        Ok(Self { project, pandoc, cache, options, defaults, batch, basis })
    }

    /// The documents of all chapters, and what pandoc warned of in each.
    pub(super) fn documents(
        &self,
        handovers: &[Handover],
    ) -> Result<Vec<(Document, Vec<Finding>)>> {
        let chapters = &self.project.chapters;
        let pairs = || chapters.par_iter().zip(handovers);
        let mut known: Vec<Option<PandocOutput>> =
            pairs().map(|(chapter, handed)| self.recall(chapter, handed)).collect();
        let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
        for (at, output) in self.batch(handovers, &is_known) {
            known[at] = Some(output);
        }
        pairs()
            .zip(known)
            .map(|((chapter, handed), output)| {
                let read = self.document(chapter, handed, output)?;
                Ok((read.document, read.warnings))
            })
            .collect()
    }

    /// What `take` makes of what is known of each chapter, by its number: the documents of those that are remembered
    /// are not read, and of others no more than has to be where none are kept.
    pub(super) fn known<T: Send>(
        &self,
        handovers: &[Handover],
        are_kept: bool,
        take: impl Fn(usize, KnownDocument) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let chapters = &self.project.chapters;
        let fingerprint =
            |at: usize| self.cache.fingerprint(self.key(&chapters[at], &handovers[at])?);
        let known: Vec<Option<String>> =
            (0..chapters.len()).into_par_iter().map(fingerprint).collect();
        let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
        let mut outputs: Vec<Option<PandocOutput>> = vec![None; chapters.len()];
        for (at, output) in self.batch(handovers, &is_known) {
            outputs[at] = Some(output);
        }
        known
            .into_par_iter()
            .zip(outputs)
            .enumerate()
            .map(|(at, (known, output))| {
                let nothing = DocumentRead::Nothing;
                if known.is_some() {
                    return take(at, KnownDocument { fingerprint: known, read: nothing });
                }
                if !are_kept
                    && !chapters[at].is_assembled()
                    && let Some(fingerprint) = fingerprint(at)
                    && let Some(head) =
                        output.as_ref().and_then(|said| said.head(&chapters[at].whole()))
                {
                    let read = DocumentRead::Head(head);
                    let fingerprint = Some(fingerprint);
                    return take(at, KnownDocument { fingerprint, read });
                }
                let read = self.document(&chapters[at], &handovers[at], output)?;
                let fingerprint = fingerprint(at).filter(|_| read.is_of_output);
                take(at, KnownDocument { fingerprint, read: DocumentRead::All(read) })
            })
            .collect()
    }

    /// The document of the chapter with this number.
    pub(super) fn read(&self, number: usize, handed: &Handover) -> Result<ReadDocument> {
        let chapter = &self.project.chapters[number];
        self.document(chapter, handed, self.recall(chapter, handed))
    }

    /// What pandoc says of those chapters that are not known and can be read after one another.
    fn batch(
        &self,
        handovers: &[Handover],
        is_known: &[bool],
    ) -> Vec<(usize, PandocOutput)> {
        let chapters = &self.project.chapters;
        let Some(batch) = &self.batch else { return Vec::new() };
        let is_wanted = |&at: &usize| {
            !is_known[at] && handovers[at].is_empty() && batch.takes(&chapters[at])
        };
        let wanted: Vec<usize> = (0..chapters.len()).filter(is_wanted).collect();
        let texts: Vec<&Chapter> = wanted.iter().map(|&at| &*chapters[at]).collect();
        let outputs = batch.read(&texts);
        let read = wanted.into_iter().zip(outputs).filter_map(|(at, output)| {
            let output = output?;
            self.remember(&chapters[at], &handovers[at], &output);
            Some((at, output))
        });
        read.collect()
    }

    /// What the entry of a chapter depends on.
    fn key(&self, chapter: &Chapter, handed: &Handover) -> Option<CacheKey> {
        let is_text = is_named_markdown(&chapter.path);
        if self.project.manifest.format().is_none() && !is_text {
            return None;
        }
        let path = chapter.path.to_string_lossy();
        let parts = [
            path.as_bytes(),
            &[u8::from(chapter.is_assembled())],
            chapter.text.as_bytes(),
            handed.before.as_bytes(),
            handed.behind.as_bytes(),
        ];
        Some(self.basis.clone()?.with_all(&parts).key())
    }

    fn recall(&self, chapter: &Chapter, handed: &Handover) -> Option<PandocOutput> {
        PandocOutput::from_bytes(self.cache.get(self.key(chapter, handed)?)?)
    }

    fn remember(&self, chapter: &Chapter, handed: &Handover, said: &PandocOutput) {
        if self.cache.is_on()
            && let Some(key) = self.key(chapter, handed)
        {
            self.cache.put(key, &said.to_bytes());
        }
    }

    /// A chapter's document, read with what it is handed, and what pandoc warned of; `known` is what pandoc
    /// said of it already.
    fn document(
        &self,
        chapter: &Chapter,
        handed: &Handover,
        known: Option<PandocOutput>,
    ) -> Result<ReadDocument> {
        if handed.is_empty() && !chapter.is_assembled() {
            return self.whole(chapter, known);
        }
        let parts = Parts::write(chapter, handed)?;
        let said = if let Some(said) = known {
            said.at(parts.dir.path())
        } else {
            let job = self.job(chapter).args(&parts.files);
            let job = job.stdin(handed.behind.clone().into_bytes());
            let outcome =
                job.run().map_err(|error| patience::explained(error, chapter))?;
            let said = successful_output(outcome, chapter)
                .map_err(|error| self.failed(parts.own_error(&error, chapter)))?;
            if parts.body.is_some() || is_as_read(chapter) {
                self.remember(chapter, handed, &said.apart_from(parts.dir.path()));
            }
            said
        };
        let warnings = said.findings(&chapter.whole());
        let mut document = Document::parse(&said.stdout)?;
        if self.project.manifest.rebases() {
            parts.rebase(&mut document, chapter);
        }
        let Some(blocks) = handed.taken_off(std::mem::take(&mut document.blocks)) else {
            // Whatever the chapter is like, none of what was handed over may stay in it.
            let read = self.document(chapter, &Handover::default(), None)?;
            return Ok(ReadDocument { is_of_output: false, ..read });
        };
        document.blocks = blocks;
        let warnings = parts.own_warnings(warnings, chapter);
        Ok(ReadDocument { document, warnings, is_of_output: true })
    }

    /// The document of a chapter that is read as it lies on disk.
    fn whole(
        &self,
        chapter: &Chapter,
        known: Option<PandocOutput>,
    ) -> Result<ReadDocument> {
        let said = if let Some(said) = known {
            said
        } else {
            let job = self.job(chapter).arg(&chapter.path);
            let outcome =
                job.run().map_err(|error| patience::explained(error, chapter))?;
            let said = successful_output(outcome, chapter)
                .map_err(|error| self.failed(error))?;
            if is_as_read(chapter) {
                self.remember(chapter, &Handover::default(), &said);
            }
            said
        };
        Ok(ReadDocument {
            document: Document::parse(&said.stdout)?,
            warnings: said.findings(&chapter.whole()),
            is_of_output: true,
        })
    }

    /// A run of pandoc that reads files of a chapter. pandoc opens them itself: a file's name says which
    /// format it has, from where relative paths lead, and of which lines pandoc warns.
    fn job(&self, chapter: &Chapter) -> Process {
        // A reader of the author's takes as long as it takes.
        let is_known = self.project.manifest.format().is_none_or(is_markdown);
        let job = if is_known {
            patience::job(self.pandoc, chapter.text.len())
        } else {
            self.pandoc.job()
        };
        job.dir(&self.project.dir)
            .args(["--verbose", "--to", "json", "--defaults"])
            .arg(self.defaults.path())
            .args(format(self.project, chapter))
            .arg("--")
    }

    fn failed(&self, error: Error) -> Error {
        blame(error, self.project, self.pandoc, &self.options)
    }
}

/// Whether a chapter's file still holds what was read of it: pandoc opened it later, and the author may have
/// saved it in between.
fn is_as_read(chapter: &Chapter) -> bool {
    fsx::read_text(&chapter.file).is_ok_and(|now| now == chapter.text)
}

/// What a run that reads a chapter said, where it succeeded.
fn successful_output(outcome: Outcome, chapter: &Chapter) -> Result<PandocOutput> {
    let place = chapter.whole();
    pandoc::succeeded(&outcome, &place)
        .map_err(|error| patience::explained(error, chapter))?;
    Ok(PandocOutput::of(outcome))
}

/// Whether what pandoc reads of a chapter depends on its text and these options alone, and on no other file.
fn is_self_contained(project: &Project, options: &Value) -> bool {
    let is_plain = |key: &str| options.get(key).is_none_or(Value::is_null);
    let has_words = user_data().join("abbreviations").exists();
    project.manifest.format().is_none_or(is_markdown)
        && is_plain("abbreviations")
        && is_plain("data-dir")
        && !has_words
}

/// The arguments that name the format of a file of metadata, which its name does not tell.
fn format(project: &Project, chapter: &Chapter) -> &'static [&'static str] {
    let extension = chapter.path.extension().and_then(|one| one.to_str());
    match (project.manifest.format(), extension) {
        (None, Some("yaml" | "yml")) => &["--from", "markdown"],
        _ => &[],
    }
}

/// The files that pandoc reads for one chapter.
struct Parts {
    files: Vec<PathBuf>,
    /// The one with the chapter's text, where that is not the chapter's own.
    body: Option<PathBuf>,
    /// Where those lie that were written; gone with the value.
    dir: fsx::TempDir,
}

impl Parts {
    /// Writes those that do not lie on disk.
    fn write(chapter: &Chapter, handed: &Handover) -> Result<Self> {
        let dir = fsx::temp_dir()?;
        let mut parts = Self { files: Vec::new(), body: None, dir };
        let name = |part: &str| {
            // The format is told by the first file's name.
            let file = parts.dir.path().join(part);
            match chapter.path.extension() {
                Some(extension) => file.with_extension(extension),
                None => file,
            }
        };
        let before = name("before");
        let (title, body) = (name("title"), name("body"));
        if chapter.is_assembled() {
            fsx::write_atomic(&body, chapter.text.as_bytes())?;
            parts.body = Some(body.clone());
        }
        if !handed.before.is_empty() {
            fsx::write_atomic(&before, handed.before.as_bytes())?;
            let lines = title_lines(&chapter.text, chapter.index.dialect);
            if lines > 0 {
                // A title block has to come first. Its lines stay as blank ones, so that the
                // numbers of the others are right.
                let text: Vec<&str> = chapter.text.split_inclusive('\n').collect();
                fsx::write_atomic(&title, (text[..lines].concat() + "\n").as_bytes())?;
                let rest = "\n".repeat(lines) + &text[lines..].concat();
                fsx::write_atomic(&body, rest.as_bytes())?;
                parts.files.push(title);
                parts.body = Some(body);
            }
            parts.files.push(before);
        }
        parts.files.push(parts.body.clone().unwrap_or_else(|| chapter.path.clone()));
        if !handed.is_empty() {
            parts.files.push(PathBuf::from("-"));
        }
        Ok(parts)
    }

    /// What pandoc failed with, in words that name the chapter and no copy of it.
    fn own_error(&self, error: &Error, chapter: &Chapter) -> Error {
        let Some(body) = &self.body else { return error.clone() };
        let path = chapter.path.display().to_string();
        let message = error.message().replace(&body.display().to_string(), &path);
        let own = Error::new(message).at(error.place().cloned().unwrap_or_default());
        match error.hint_text() {
            Some(hint) => own.hint(hint),
            None => own,
        }
    }

    /// Lets paths lead from the chapter's folder that `rebase_relative_paths` has lead from a copy's.
    fn rebase(&self, document: &mut Document, chapter: &Chapter) {
        let copied = format!("{}/", self.dir.path().display());
        let folder = chapter.path.parent().filter(|one| *one != Path::new(""));
        let own = folder.map_or_else(String::new, |one| format!("{}/", one.display()));
        walk(&mut document.blocks, &mut |tag, element| {
            if matches!(tag, "Link" | "Image")
                && let Some(path) = element["c"][2][0].as_str()
                && let Some(path) = path.strip_prefix(&copied)
            {
                element["c"][2][0] = format!("{own}{path}").into();
            }
            Step::Into
        });
    }

    /// The warnings about the chapter itself: those about what it was handed are told where that
    /// stands.
    fn own_warnings(&self, warnings: Vec<Finding>, chapter: &Chapter) -> Vec<Finding> {
        let path = chapter.path.display().to_string();
        let body = self.body.as_ref().map(|body| body.display().to_string());
        let own = warnings.into_iter().filter_map(|mut warning| {
            if let Some(body) = &body {
                warning.message = warning.message.replace(body.as_str(), &path);
            }
            own_warning(warning, &path, chapter)
        });
        own.collect()
    }
}

/// A warning at the line of the file with this path that it names, or about no line; nothing where it is
/// about what that file was handed.
fn own_warning(mut warning: Finding, path: &str, chapter: &Chapter) -> Option<Finding> {
    if !warning.message.contains(" line ") {
        return Some(warning);
    }
    let named = format!("{path} line ");
    let at = warning.message.find(&named)? + named.len();
    let mut numbers = warning.message[at..].splitn(2, " column ").map(|text| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    if let (Some(Some(line)), Some(Some(col))) = (numbers.next(), numbers.next()) {
        warning.place = Place::at(&*warning.place.file, line, col);
        if chapter.is_assembled() {
            warning.place = chapter.place_at(line, col);
            let read = format!("{path} line {line} column {col}");
            // The place tells it.
            warning.message = warning.message.replace(&format!(" at {read}"), "");
        }
    }
    // Behind the chapter's end stands what it was handed.
    if let Some(end) = warning.message.find(" unclosed at line ")
        && let Some(comma) = warning.message[end..].find(',')
    {
        warning.message.replace_range(end + " unclosed".len()..end + comma, "");
    }
    Some(warning)
}

/// How many lines a text begins with that have to come first: those of pandoc's title block, and in
/// `CommonMark` those of the metadata.
fn title_lines(text: &str, dialect: Dialect) -> usize {
    if dialect == Dialect::Pandoc {
        let title = text.lines().take_while(|line| line.starts_with(['%', ' ']));
        return if text.starts_with('%') { title.count() } else { 0 };
    }
    let is_end = |line: &str| matches!(line.trim_end(), "---" | "...");
    match text.lines().next() {
        Some(first) if first.trim_end() == "---" => {
            text.lines().skip(1).position(is_end).map_or(0, |count| count + 2)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    #[test]
    fn warnings_are_at_the_chapters_lines() {
        let of = |text: &str| {
            let place = Place::at("b/c.md", 4, 1);
            let warning = Finding::new(Code::PandocWarning, place, text);
            let chapter = Chapter::of_text("c.md", "", Dialect::Pandoc);
            own_warning(warning, "c.md", &chapter)
                .map(|one| (one.place.to_string(), one.message))
        };
        let said = |place: &str, text: &str| Some((place.to_owned(), text.to_owned()));
        assert_eq!(
            of("Div at c.md line 11 column 2 unclosed at line 4 column 1, closing it."),
            said("b/c.md:11:2", "Div at c.md line 11 column 2 unclosed, closing it.")
        );
        assert_eq!(of("Note at line 4 column 1 but not used"), None);
        assert_eq!(of("Macro at /tmp/x/before.md line 4 column 1"), None);
        assert_eq!(of("No place"), said("b/c.md:4:1", "No place"));
    }
}
