//! The same stages chapter by chapter, each remembered: of a chapter that did not change, in a book whose facts did not
//! change, neither the document is read nor is it resolved, filtered or written again.
//!
//! ````text
//! chapter ─ survey ─► survey ─ merge ─► the book's facts
//! chapter + facts ─ resolve ─► JSON and record ─► the filter's record of the book
//! JSON + that record ─ filter, divide ─► pages ─ write ─► raw ePub
//! ````
//!
//! The key of an entry has all that its stage reads. Where a book is one whose chapters cannot be told apart so far (filters
//! of the author's, text that goes on from one chapter to the next), nothing is given, and all chapters become one document.

mod filtered;
mod resolved;
mod surveyed;

use super::filter::{self, Filtered};
use super::unchanged::{FilesBesidesChapters, FolderFiles};
use super::write::{self, BookWriter, DivisionPage};
use super::{
    Plan, Prose, callouts, date, language, leftovers, merge, outline, presentation,
    raw_epubs, source_map, stylesheets, target,
};
use crate::cache::BuildCache;
use crate::finding::Finding;
use crate::listings::ListingSet;
use crate::markdown::strong_words;
use crate::parse::{FilterRuns, KnownChapters};
use crate::project::{Chapter, Project};
use concfilter::ast::{Document, meta};
use concfilter::error::Result;
use concfilter::filter::{FilteredBook, PassCounts, Strongs, run_with_source};
use concfilter::settings::Detect;
use filtered::ChapterFilter;
use resolved::ChapterResolver;
use source_map::SourceChapter;
use std::collections::BTreeSet;
use std::path::Path;

/// The stages up to the raw ePub, chapter by chapter; nothing where a book has to be made as one document. `judged` is
/// what is wrong with the project.
pub(super) fn prose(
    (plan, files): (&Plan, Option<&FolderFiles>),
    (project, judged): (&Project, &[Finding]),
    set: &ListingSet,
    temp: &Path,
) -> Result<Option<Prose>> {
    let cache = plan.cache();
    let Some(level) = write::level(project, &plan.pandoc) else { return Ok(None) };
    let other_files = files.and_then(|files| files.other_files(plan, project));
    let Some(other_files) = other_files.filter(|_| is_plain(project)) else {
        return Ok(None);
    };
    let known = KnownChapters::of(project, &plan.pandoc, &cache)?;
    let head = known.head.meta();
    project.judge_metadata(|key| {
        head.get(key).map_or(serde_json::Value::Null, meta::plain)
    })?;
    let book =
        ChapterwiseBook { plan, project, cache: &cache, known: &known, other_files };
    let Some(joined) = book.join(set, level)? else { return Ok(None) };
    book.write(joined, judged, temp)
}

/// Whether chapters can be told apart in what the filter and the rules see of them. Pictures on the web are looked for
/// before anything is read, too: with one, all would be read in vain.
fn is_plain(project: &Project) -> bool {
    let has_mark = |chapter: &Chapter| chapter.text.contains(source_map::ATTRIBUTE);
    let shows_remote = |chapter: &Chapter| {
        chapter.index.links.iter().any(|link| {
            link.target.starts_with("http") && chapter.text[link.start..].starts_with('!')
        })
    };
    project.settings.identifiers.detect != Detect::Learned
        && !project.chapters.iter().any(|one| has_mark(one) || shows_remote(one))
}

/// A book that is made chapter by chapter.
struct ChapterwiseBook<'a> {
    plan: &'a Plan,
    project: &'a Project,
    cache: &'a BuildCache,
    known: &'a KnownChapters<'a>,
    other_files: FilesBesidesChapters<'a>,
}

/// What the chapters became.
struct JoinedChapters {
    pages: Vec<DivisionPage>,
    sources: Vec<SourceChapter>,
    packed: super::Packed,
    /// What is wrong with them, but for what is left in their text.
    findings: Vec<Finding>,
    /// What is left in their text.
    leftovers: Vec<Finding>,
    outline: Vec<crate::finish::OutlineEntry>,
    counts: PassCounts,
    /// Whether they name files outside the book's folder.
    asks_outside: bool,
}

impl ChapterwiseBook<'_> {
    /// The chapters up to their pages, which begin at headings of `level`.
    fn join(&self, set: &ListingSet, level: u64) -> Result<Option<JoinedChapters>> {
        let chapters = &self.known.chapters;
        if chapters.len() < 2 {
            return Ok(None);
        }
        let (surveyed, trees) = surveyed::all(self.known, self.cache)?;
        // What stands on the web may change without a word.
        if surveyed.iter().any(|one| !one.survey.remote_pictures.is_empty()) {
            return Ok(None);
        }
        let mut findings = Vec::new();
        findings.extend(surveyed.iter().flat_map(|one| one.roles.iter().cloned()));
        findings.extend(surveyed.iter().flat_map(|one| one.findings.iter().cloned()));
        let sources: Vec<_> = chapters.iter().map(|one| one.source.clone()).collect();
        let surveys = surveyed.iter().map(|one| &one.survey);
        let facts = merge::merge(sources.iter().map(|one| &**one).zip(surveys));
        let outline = outline(self.project, &sources, &facts);
        let texts: Vec<&Chapter> = sources.iter().map(|one| &**one).collect();
        let lang = language::of(self.known.head.meta());
        let css = stylesheets::authors_css(self.project);
        let resolver = ChapterResolver::of(
            (self, &facts),
            (set, &texts),
            callouts::unspaced(sources.iter()),
            (css, lang),
        );
        let resolved = resolver.all(trees)?;
        if !resolved.iter().all(|one| one.entry.is_apart) {
            return Ok(None);
        }
        let mut strongs = Strongs::default();
        for text in &texts {
            strong_words(&text.text, &text.index)
                .for_each(|(word, asterisks)| strongs.add(word, asterisks));
        }
        let records = resolved.iter().map(|one| one.record.clone()).collect();
        let book = FilteredBook::of(records, &strongs);
        let all = resolved.iter().flat_map(|one| one.entry.targets.iter().cloned());
        let targets: BTreeSet<String> = all.collect();
        let filter = ChapterFilter::of(self, (&book, &resolver), &targets, level);
        let Some(filtered) = filter.all(&resolved)? else { return Ok(None) };
        let shown: Vec<_> = resolved.iter().map(|one| one.entry.shown).collect();
        let mut joined = JoinedChapters {
            pages: Vec::new(),
            sources: Vec::new(),
            packed: super::Packed::default(),
            findings,
            leftovers: Vec::new(),
            outline,
            counts: PassCounts::default(),
            asks_outside: resolved.iter().any(|one| one.asks_outside),
        };
        for (own, source) in resolved.into_iter().zip(&sources) {
            joined.findings.extend(own.findings);
            joined.leftovers.extend(own.leftovers);
            joined.packed.extend(own.entry.packed);
            let (chapter, pictures) = (source.clone(), own.entry.pictures);
            joined.sources.push(SourceChapter { chapter, pictures });
        }
        joined.leftovers.extend(leftovers::empty(self.project, &texts, &shown));
        for own in filtered {
            joined.counts.listings += own.listings;
            joined.counts.identifiers += own.identifiers;
            joined.pages.extend(own.pages);
        }
        Ok(Some(joined))
    }

    /// Writes the raw ePubs.
    fn write(
        &self,
        joined: JoinedChapters,
        judged: &[Finding],
        temp: &Path,
    ) -> Result<Option<Prose>> {
        let Self { plan, project, .. } = *self;
        let output = target::for_filters(plan, project, &self.known.head);
        let runs = FilterRuns::new(project, &plan.pandoc, &output, temp);
        let mut filtered = self.filtered_head(joined.counts, joined.leftovers)?;
        let mut findings = self.known.findings.clone();
        findings.extend(joined.findings);
        findings.extend_from_slice(judged);
        findings.append(&mut filtered.findings);
        let modified = plan.modified.map_or_else(|| date::newest(project), Ok)?;
        let presentation =
            presentation::presentation(plan, project.settings.presentation);
        let writer = BookWriter {
            project,
            pandoc: &plan.pandoc,
            runs: &runs,
            cache: self.cache,
            modified,
            temp,
            in_one_run: false,
            // What lies outside the folder may change without a word.
            other_files: Some(self.other_files.clone()).filter(|_| !joined.asks_outside),
        };
        let write = |args| writer.write_pages(&filtered, args, &joined.pages);
        let Some(written) = raw_epubs(plan, project, &mut findings, write)? else {
            return Ok(None);
        };
        Ok(Some(Prose {
            written,
            packed: joined.packed,
            sources: joined.sources,
            counts: filtered.counts,
            title: filtered.title,
            presentation,
            has_identifier: filtered.has_identifier,
            edition: filtered.edition,
            rtl: filtered.rtl,
            outline: joined.outline,
            remote_pictures: 0,
            asks_outside: joined.asks_outside,
            modified,
            findings,
        }))
    }

    /// The document without its blocks, filtered.
    fn filtered_head(
        &self,
        counts: PassCounts,
        findings: Vec<Finding>,
    ) -> Result<Filtered> {
        let mut json = Vec::new();
        let unmarked = self.known.head.to_json()?;
        let settings = Some(&self.project.settings);
        run_with_source(&unmarked, "epub3", settings, &Strongs::default(), &mut json)?;
        filter::described(self.project, json, self.known.head.meta(), counts, findings)
    }

    /// The document of a chapter with these blocks. No metadata stand in it: nothing of the filter's that sees blocks
    /// asks for them.
    fn document(&self, blocks: Vec<serde_json::Value>) -> Document {
        let mut document = self.known.head.clone();
        drop(std::mem::take(document.meta_mut()));
        document.blocks = blocks;
        document
    }
}
