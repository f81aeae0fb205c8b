//! From `book.yaml` to the finished ePub, in stages, a file each:
//!
//! ````text
//! project ─ parse ─► chapters ─ survey ─► surveys ─ merge ─► the book's facts
//!         chapters + facts ─ resolve ─► parts ─ filter ─► document ─ write ─► raw ePub
//!                                                 raw ePub ─ finish ─► ePub ─ check ─► findings
//! ````
//!
//! `filter` gives back what `callouts` and `leftovers` then read: the document behind the author's
//! filters. `awaited` tells of the pictures and links that no filter made.
//!
//! `parse` stands in a module of its own, for `identifiers` reads a book by it, too. What a stage
//! gives depends on what it is given and on nothing else; its findings are sorted at the end, so
//! that it makes no difference which of two stages ran first.

mod annotations;
mod awaited;
mod callouts;
mod chapters;
mod date;
mod editions;
mod fetch;
mod filter;
mod formulas;
mod kindle;
mod language;
mod leftovers;
mod listings;
mod merge;
mod presentation;
mod resolve;
mod source_map;
mod stylesheets;
mod survey;
mod target;
mod unchanged;
mod verse;
mod write;

pub use listings::ListingsCheck;

use crate::cache::BuildCache;
use crate::check::epubcheck;
use crate::epub::Epub;
use crate::finding::{self, Finding, Subject};
use crate::finish;
use crate::listings::ListingSet;
use crate::listings::archive::archive as listings_archive;
use crate::listings::run::{Allowed, Report};
use crate::pandoc::Pandoc;
use crate::parse::{FilterRuns, Parsed, ParsedChapter, parse};
use crate::project::{Chapter, ListedChapter, Project, slug};
use crate::style::Highlighting;
use crate::{fsx, report};
use concfilter::ast::{Document, meta};
use concfilter::error::Result;
use concfilter::filter::PassCounts;
use concfilter::settings::{Edition, Presentation, Style};
use indicatif::ProgressBar;
use listings::JudgedListings;
use rayon::prelude::*;
use resolve::Resolved;
use resolve::context::LinkContext;
use resolve::files::Packed;
use resolve::pictures::Awaited;
use source_map::SourceChapter;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unchanged::FolderFiles;

/// What to build, and with what.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Plan {
    /// The book's folder, which holds `book.yaml`.
    pub dir: PathBuf,
    /// The folder the ePub is written to, or the file where it ends in `.epub`; where nothing is
    /// said, the folder `build`, or where `output-file` of `book.yaml` leads.
    pub output: Option<PathBuf>,
    /// The pandoc to use.
    pub pandoc: Pandoc,
    /// Whether `EPUBCheck` runs.
    pub epubcheck: epubcheck::When,
    /// The time given for `dcterms:modified`, in seconds since 1970; unless given, that of the
    /// newest change.
    pub modified: Option<u64>,
    /// The families of text and headings, in place of those that the book asks for.
    pub style: Option<Style>,
    /// The devices an ePub each is made for, in place of those that the book asks for; where there are
    /// none, the book's.
    pub editions: Vec<Edition>,
    /// Whether no cover is drawn, whatever the book asks for.
    pub no_cover: bool,
    /// Whether pictures stay as they are, whatever the book asks for.
    pub keep_pictures: bool,
    /// What is done with the listings.
    pub listings: ListingsCheck,
    /// Whether nothing is fetched from the web.
    pub offline: bool,
    /// What the user lets them do, where they are run.
    pub allowed: Allowed,
    /// Whether each listing that is too wide is told by itself.
    pub verbose: bool,
    /// Whether the ePubs stay in memory, for whoever shows them: then nothing is written, compressed or
    /// asked of `EPUBCheck`.
    pub in_memory: bool,
    /// What is made, though it is there.
    pub remake: Remake,
}

/// What a build makes, though an earlier one made it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Remake {
    /// What has changed.
    #[default]
    Changed,
    /// All; and nothing is remembered for the next build.
    All,
    /// All, and written by pandoc in one run, in place of its parts side by side.
    AllInOneRun,
}

impl Plan {
    /// What is remembered of the book.
    fn cache(&self) -> BuildCache {
        match self.remake {
            Remake::Changed => BuildCache::of_book(self.folder()),
            Remake::All | Remake::AllInOneRun => BuildCache::none(),
        }
    }

    /// The book's folder, also where its `book.yaml` is named.
    fn folder(&self) -> &Path {
        match self.dir.parent() {
            Some(folder) if self.dir.is_file() => folder,
            _ => &self.dir,
        }
    }
}

/// An ePub that a build made.
#[derive(Debug)]
pub struct BuiltEpub {
    /// The devices it is for.
    pub edition: Edition,
    /// Its file.
    pub file: PathBuf,
    /// Its size in bytes; 0 where it was not written.
    pub size: usize,
    /// What is in it, where it was not written.
    pub kept: Option<Epub>,
}

/// What a build made.
#[derive(Debug)]
pub struct Built {
    /// The finished ePubs, one for each edition.
    pub epubs: Vec<BuiltEpub>,
    /// The archive of the listings, where the book asks for one.
    pub archive: Option<PathBuf>,
    /// How many chapters it has.
    pub chapters: usize,
    /// What the filter found.
    pub counts: PassCounts,
    /// What was repaired in the ePub that pandoc wrote.
    pub repairs: finish::Repairs,
    /// What pictures became smaller by.
    pub savings: finish::ImageSavings,
    /// What came of running the listings, where that was asked for.
    pub ran: Option<Report>,
    /// Whether the book asks for warnings to count as errors.
    pub fail_if_warnings: bool,
    /// All that is wrong with the book, in order.
    pub findings: Vec<Finding>,
}

/// Builds a book. What is wrong with it is in the findings; the ePub is written all the same.
///
/// # Errors
/// The job could not be done: no `book.yaml`, a chapter that is not there, pandoc failed.
pub fn build(plan: &Plan) -> Result<Built> {
    let files = FolderFiles::of(plan);
    let before = unchanged::Before::of(plan, files.as_ref());
    if let Some(built) = before.as_ref().and_then(|before| before.recall(plan)) {
        return Ok(built);
    }
    let project = Project::open(&plan.dir)?;
    let editions = presentation::editions(plan, project.settings.presentation);
    // Reading, resolving, filtering, writing; then each edition is finished and judged.
    let bar = report::progress("building", 4 + 2 * editions.len());
    let set = ListingSet::of(&project)?;
    let temp = fsx::temp_dir()?;
    let (prose, judged) = rayon::join(
        || prose((plan, files.as_ref()), &project, &set, temp.path(), &bar),
        || listings::judge(&project, &set, (plan.listings, &plan.allowed), plan.verbose),
    );
    let (mut prose, judged) = (prose?, judged?);
    let JudgedListings { ran, findings: of_listings } = judged;
    let mut findings = std::mem::take(&mut prose.findings);
    findings.extend(of_listings);
    let editions = editions::make(plan, &project, &mut prose, &bar)?;
    findings.extend(editions.findings);
    let archive = archive(plan, &project, &set, &prose, &mut findings)?;
    bar.finish_and_clear();
    plan.cache().trim();
    drop_links_of_citations(&mut findings);
    finding::sort(&mut findings);
    // What is wrong in each edition is told once.
    findings.dedup();
    let built = Built {
        epubs: editions.epubs,
        archive,
        chapters: prose.sources.len(),
        counts: prose.counts,
        repairs: editions.repairs,
        savings: editions.savings,
        ran,
        fail_if_warnings: project.manifest.is_set("fail-if-warnings"),
        findings,
    };
    if let Some(before) = before {
        let may_change = prose.remote_pictures > 0 || prose.asks_outside;
        before.remember((plan, &project), &built, may_change || editions.asks_outside);
    }
    Ok(built)
}

/// Leaves the archive of the listings beside the ePub, where the book asks for one; its name is the ePub's,
/// with the edition that the author gives: `boats-2-code.zip`.
fn archive(
    plan: &Plan,
    project: &Project,
    set: &ListingSet,
    prose: &Prose,
    findings: &mut Vec<Finding>,
) -> Result<Option<PathBuf>> {
    if plan.in_memory || !project.settings.listings.archive {
        return Ok(None);
    }
    let beside = target::plain(plan, project, &prose.title);
    let stem = beside.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let edition =
        prose.edition.as_deref().map(slug).filter(|edition| !edition.is_empty());
    let names: Vec<String> =
        [Some(stem), edition, Some("code".to_owned())].into_iter().flatten().collect();
    let file = beside.with_file_name(names.join("-") + ".zip");
    fsx::write_output(&file, &listings_archive(project, set, findings)?)?;
    Ok(Some(file))
}

/// Drops what is said of the links that citeproc makes for keys that no bibliography has: these are told
/// where they are cited.
fn drop_links_of_citations(findings: &mut Vec<Finding>) {
    let missing: BTreeSet<String> = findings
        .iter()
        .filter_map(|finding| match &finding.subject {
            Some(Subject::Citation(key)) => Some(format!("ref-{key}")),
            _ => None,
        })
        .collect();
    findings.retain(|finding| match &finding.subject {
        Some(Subject::Link(target)) => {
            !target.split_once('#').is_some_and(|(_, id)| missing.contains(id))
        }
        _ => true,
    });
}

/// The prose of a book as the raw ePub, and what finishing it needs to know.
struct Prose {
    /// What pandoc wrote: once, or once for each way in which editions have code highlighted.
    written: Vec<Written>,
    /// Files that it names, and that pandoc left where they are.
    packed: Packed,
    /// The chapters in their order.
    sources: Vec<SourceChapter>,
    counts: PassCounts,
    title: String,
    presentation: Presentation,
    has_identifier: bool,
    /// Which edition it is, as the author says.
    edition: Option<String>,
    /// Whether its text runs from right to left.
    rtl: bool,
    /// Where its chapters stand in the table of contents.
    outline: Vec<finish::OutlineEntry>,
    /// How many pictures on the web its chapters show.
    remote_pictures: usize,
    /// Whether its chapters name files outside the book's folder.
    asks_outside: bool,
    /// When the book was changed last, in seconds since 1970.
    modified: u64,
    findings: Vec<Finding>,
}

/// A raw ePub.
struct Written {
    raw: Epub,
    /// Who highlights code in the editions that are made of it.
    highlighting: Highlighting,
    editions: Vec<Edition>,
}

/// The stages up to the raw ePub.
fn prose(
    (plan, files): (&Plan, Option<&FolderFiles>),
    project: &Project,
    set: &ListingSet,
    temp: &Path,
    bar: &ProgressBar,
) -> Result<Prose> {
    bar.set_message("reading");
    let judged = project.judge(plan.pandoc.version())?;
    let of_what = (project, &*judged);
    if let Some(prose) = chapters::prose((plan, files), of_what, set, temp)? {
        bar.inc(4);
        return Ok(prose);
    }
    let parsed = parse(project, &plan.pandoc, &plan.cache())?;
    let head = parsed.head.meta();
    project.judge_metadata(|key| {
        head.get(key).map_or(serde_json::Value::Null, meta::plain)
    })?;
    bar.inc(1);
    bar.set_message("resolving");
    let Joined {
        document,
        sources,
        packed,
        mut findings,
        awaited,
        outline,
        remote_pictures,
        asks_outside,
    } = join(plan, project, parsed, set, temp)?;
    findings.extend(judged);
    bar.inc(1);
    bar.set_message("filtering");
    let output = target::for_filters(plan, project, &document);
    let mut runs = FilterRuns::new(project, &plan.pandoc, &output, temp);
    let mut filtered = filter::filter(project, &mut runs, document, &sources)?;
    findings.append(&mut filtered.findings);
    let json = std::mem::take(&mut filtered.json);
    filtered.json = awaited::settle(awaited, json, (&runs, &project.dir), &mut findings)?;
    bar.inc(1);
    bar.set_message("writing");
    let modified = plan.modified.map_or_else(|| date::newest(project), Ok)?;
    let presentation = presentation::presentation(plan, project.settings.presentation);
    let cache = plan.cache();
    // What stands on the web, or outside the folder, may change without a word.
    let files = files.filter(|_| remote_pictures == 0 && !asks_outside);
    let writer = write::BookWriter {
        project,
        pandoc: &plan.pandoc,
        runs: &runs,
        cache: &cache,
        modified,
        temp,
        in_one_run: plan.remake == Remake::AllInOneRun,
        other_files: files.and_then(|files| files.other_files(plan, project)),
    };
    let write = |args| writer.write(&filtered, args).map(Some);
    let written = raw_epubs(plan, project, &mut findings, write)?.unwrap_or_default();
    bar.inc(1);
    Ok(Prose {
        written,
        packed,
        sources,
        counts: filtered.counts,
        title: filtered.title,
        presentation,
        has_identifier: filtered.has_identifier,
        edition: filtered.edition,
        rtl: filtered.rtl,
        outline,
        remote_pictures,
        asks_outside,
        modified,
        findings,
    })
}

/// Writes the raw ePubs of a book, one for each way in which its editions have code highlighted: `write` is given
/// pandoc's arguments for that. Nothing where it gives nothing.
fn raw_epubs(
    plan: &Plan,
    project: &Project,
    findings: &mut Vec<Finding>,
    write: impl Fn(Vec<String>) -> Result<Option<(Epub, Vec<Finding>)>>,
) -> Result<Option<Vec<Written>>> {
    let editions = presentation::editions(plan, project.settings.presentation);
    let mut all: Vec<Written> = Vec::new();
    for (highlighting, theme, editions) in
        presentation::by_highlighting(&project.manifest, &editions)
    {
        let Some((raw, warnings)) = write(plan.pandoc.highlighting(theme))? else {
            return Ok(None);
        };
        // pandoc warns of the same each time.
        if all.is_empty() {
            findings.extend(warnings);
        }
        all.push(Written { raw, highlighting, editions });
    }
    Ok(Some(all))
}

/// The chapters as one document.
struct Joined {
    document: Document,
    /// The chapters in their order.
    sources: Vec<SourceChapter>,
    /// Files that they name, and that pandoc leaves where they are.
    packed: Packed,
    findings: Vec<Finding>,
    /// Pictures that the author's filters may make.
    awaited: Vec<Awaited>,
    /// Where the chapters stand in the table of contents.
    outline: Vec<finish::OutlineEntry>,
    /// How many pictures on the web they show.
    remote_pictures: usize,
    /// Whether they name files outside the book's folder.
    asks_outside: bool,
}

/// Makes one document of the chapters: each is surveyed and resolved by itself, with what the
/// whole book knows.
fn join(
    plan: &Plan,
    project: &Project,
    parsed: Parsed,
    set: &ListingSet,
    temp: &Path,
) -> Result<Joined> {
    let Parsed { head: mut document, mut chapters, mut findings } = parsed;
    chapters.par_iter_mut().for_each(|one| formulas::read(&mut one.blocks));
    let mut surveys: Vec<_> = chapters.par_iter().map(survey::survey).collect();
    findings.extend(surveys.iter_mut().flat_map(|survey| survey.findings.drain(..)));
    let remote_pictures = surveys.iter().map(|one| one.remote_pictures.len()).sum();
    let fetched = if project.settings.fetch {
        let how = (&plan.pandoc, plan.offline);
        fetch::fetch(project, how, &surveys, temp, &mut findings)?
    } else {
        fetch::Fetched::new()
    };
    let files: Vec<_> = chapters.iter().map(|one| one.source.clone()).collect();
    let facts = merge::merge(files.iter().map(|one| &**one).zip(&surveys));
    let outline = outline(project, &files, &facts);
    let context = LinkContext::of(project, fetched);
    let resolve = |(number, chapter): (usize, ParsedChapter)| {
        let own = set.of_source(&chapter.source);
        resolve::resolve((number, chapter), &facts, &context, &own)
    };
    let resolved: Vec<Resolved> =
        chapters.into_par_iter().enumerate().map(resolve).collect();
    let (mut sources, mut packed) = (Vec::new(), Packed::default());
    let mut awaited = Vec::new();
    for own in resolved {
        findings.extend(own.findings);
        awaited.extend(own.awaited);
        packed.extend(own.packed);
        document.blocks.extend(own.blocks);
        sources.push(SourceChapter { chapter: own.source, pictures: own.pictures });
    }
    if plan.offline && project.settings.fetch {
        fetch::offline(&mut findings);
    }
    let asks_outside = context.asked().is_outside();
    Ok(Joined {
        document,
        sources,
        packed,
        findings,
        awaited,
        outline,
        remote_pictures,
        asks_outside,
    })
}

/// Where chapters stand in the table of contents, as a summary has it; nothing where it has neither parts
/// nor chapters in others.
fn outline(
    project: &Project,
    files: &[Arc<Chapter>],
    facts: &merge::BookFacts<'_>,
) -> Vec<finish::OutlineEntry> {
    let is_plain = |one: &ListedChapter| one.depth == 0 && one.part.is_none();
    if project.outline.iter().all(is_plain) {
        return Vec::new();
    }
    let entry = |listed: &ListedChapter| {
        let number = files.iter().position(|file| file.path == listed.path)?;
        let id = facts.head(number).to_owned();
        Some(finish::OutlineEntry { id, depth: listed.depth, part: listed.part.clone() })
    };
    project.outline.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use serde_json::{Value, json};

    /// A chapter with these blocks.
    pub(super) fn parsed(path: &str, blocks: Value) -> ParsedChapter {
        let Value::Array(blocks) = blocks else { panic!("no list of blocks") };
        let stem = path.rsplit('/').next().unwrap().trim_end_matches(".md").to_owned();
        let mut source = Chapter::of_text(path, "", Dialect::Pandoc);
        source.id = stem;
        let attr = blocks.first().and_then(concfilter::ast::build::attr);
        let head = attr.and_then(|attr| attr[0].as_str()).unwrap_or_default().to_owned();
        ParsedChapter { source: Arc::new(source), blocks, head, targets: Vec::new() }
    }

    pub(super) fn heading(id: &str) -> Value {
        json!({"t": "Header", "c": [1, [id, [], []], [{"t": "Str", "c": id}]]})
    }
}
