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
mod date;
mod fetch;
mod filter;
mod formulas;
mod language;
mod leftovers;
mod listings;
mod merge;
mod presentation;
mod resolve;
mod source_map;
mod stylesheets;
mod survey;
mod verse;
mod write;

pub use listings::ListingsCheck;

use crate::check::{self, epubcheck};
use crate::epub::Epub;
use crate::finding::{self, Finding, Subject};
use crate::finish;
use crate::fonts::UserFont;
use crate::listings::ListingSet;
use crate::listings::archive::archive as listings_archive;
use crate::listings::run::Report;
use crate::outputs::{self, Output, Raw};
use crate::pandoc::Pandoc;
use crate::parse::{FilterRuns, Parsed, ParsedChapter, parse};
use crate::project::{Chapter, Listed, Project, slug};
use crate::style::Highlighting;
use crate::{fsx, report};
use clap::ValueEnum as _;
use concfilter::ast::{Document, meta};
use concfilter::error::{Place, Result};
use concfilter::filter::Counts;
use concfilter::settings::{Edition, Presentation, Style};
use indicatif::ProgressBar;
use listings::JudgedListings;
use rayon::prelude::*;
use resolve::Resolved;
use resolve::context::LinkContext;
use resolve::files::Packed;
use resolve::pictures::Awaited;
use source_map::{Source, SourceMap};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to build, and with what.
#[derive(Debug)]
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
    /// Whether each listing that is too wide is told by itself.
    pub verbose: bool,
}

/// An ePub that a build made.
#[derive(Debug)]
pub struct BuiltEpub {
    /// The devices it is for.
    pub edition: Edition,
    /// Its file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub size: usize,
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
    pub counts: Counts,
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
    let bar = report::progress("building", 5);
    let project = Project::open(&plan.dir)?;
    let set = ListingSet::of(&project)?;
    let temp = fsx::temp_dir()?;
    let (prose, judged) = rayon::join(
        || prose(plan, &project, &set, temp.path(), &bar),
        || listings::judge(&project, &set, plan.listings, plan.verbose),
    );
    let (mut prose, judged) = (prose?, judged?);
    let JudgedListings { ran, findings: of_listings } = judged;
    let mut findings = std::mem::take(&mut prose.findings);
    findings.extend(of_listings);
    let (mut epubs, mut repairs, mut savings) = (Vec::new(), None, None);
    for written in std::mem::take(&mut prose.written) {
        for made in finish_editions(plan, &project, &prose, written, &bar)? {
            findings.extend(made.findings);
            // Of what editions share, the first one tells.
            repairs.get_or_insert(made.repairs);
            savings.get_or_insert(made.savings);
            epubs.push(made.epub);
        }
    }
    let archive = archive(plan, &project, &set, &prose, &mut findings)?;
    bar.finish_and_clear();
    drop_links_of_citations(&mut findings);
    finding::sort(&mut findings);
    // What is wrong in each edition is told once.
    findings.dedup();
    Ok(Built {
        epubs,
        archive,
        chapters: prose.sources.len(),
        counts: prose.counts,
        repairs: repairs.unwrap_or_default(),
        savings: savings.unwrap_or_default(),
        ran,
        fail_if_warnings: project.manifest.is_set("fail-if-warnings"),
        findings,
    })
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
    if !project.settings.listings.archive {
        return Ok(None);
    }
    let beside = plain_target(plan, project, &prose.title);
    let stem = beside.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let edition =
        prose.edition.as_deref().map(slug).filter(|edition| !edition.is_empty());
    let names: Vec<String> =
        [Some(stem), edition, Some("code".to_owned())].into_iter().flatten().collect();
    let file = beside.with_file_name(names.join("-") + ".zip");
    fsx::write_output(&file, &listings_archive(project, set, findings)?)?;
    Ok(Some(file))
}

/// An edition as it was made.
struct Made {
    epub: BuiltEpub,
    repairs: finish::Repairs,
    savings: finish::ImageSavings,
    findings: Vec<Finding>,
}

/// Finishes, writes and judges the editions that are made of one raw ePub.
fn finish_editions(
    plan: &Plan,
    project: &Project,
    prose: &Prose,
    written: Written,
    bar: &ProgressBar,
) -> Result<Vec<Made>> {
    let Written { raw, highlighting, editions } = written;
    // What is told of the author's files, which is the same for all editions.
    let mut own = Vec::new();
    let options = finish::Options {
        modified: Some(prose.modified),
        presentation: prose.presentation,
        keep_identifier: prose.has_identifier,
        highlighting,
        fonts: UserFont::of_book(
            &project.dir.join("fonts"),
            &project.boundary,
            &mut own,
        )?,
        obfuscate: project.settings.obfuscate,
        book_edition: prose.edition.clone(),
        accessibility: project.settings.accessibility.clone(),
        rtl: prose.rtl,
        contents_depth: Some(contents_depth(project)),
        outline: prose.outline.clone(),
    };
    let label = target(plan, project, &prose.title, None).display().to_string();
    let mut written = Epub::from_bytes(label, &raw)?;
    let map = SourceMap::take_off(&mut written, prose.sources.clone());
    let context = LinkContext::of(project, fetch::Fetched::new());
    let mut packed = prose.packed.clone();
    own.extend(stylesheets::apply(project, &context, &mut written, &mut packed));
    packed.put(&context, &mut written)?;
    let raw = Raw::new(written, options)?;
    let setting = |key: &str| setting_place(project, key);
    let style = prose.presentation.style;
    let mut all = Vec::new();
    for edition in editions {
        let finish::Finished { mut epub, package, documents, moves, mut outcome } =
            outputs::Epub { style, edition }.finish(&raw)?;
        // Their places are in what pandoc wrote.
        map.map_to_source(&mut outcome.findings, raw.epub(), &BTreeMap::new(), &setting);
        let file =
            target(plan, project, &prose.title, (!prose.is_one).then_some(edition));
        epub.label = file.display().to_string();
        let families = check::Families::of(&epub);
        let mut judged = check::check_open(&epub, &package, &documents, &families);
        drop(documents);
        let bytes = epub.to_bytes()?;
        if let Some(folder) = file.parent() {
            fsx::create_dir_all(folder)?;
        }
        fsx::write_atomic(&file, &bytes)?;
        bar.inc(1);
        bar.set_message("checking");
        judged.extend(epubcheck::run(&file, plan.epubcheck)?.unwrap_or_default());
        map.map_to_source(&mut judged, &epub, &moves, &setting);
        let finish::Outcome { repairs, savings, mut findings, .. } = outcome;
        findings.append(&mut judged);
        findings.extend(own.iter().cloned());
        let epub = BuiltEpub { edition, file, size: bytes.len() };
        all.push(Made { epub, repairs, savings, findings });
    }
    Ok(all)
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
    /// Whether one edition is made, whose file has the book's name alone.
    is_one: bool,
    /// Files that it names, and that pandoc left where they are.
    packed: Packed,
    /// The chapters in their order.
    sources: Vec<Source>,
    counts: Counts,
    title: String,
    presentation: Presentation,
    has_identifier: bool,
    /// Which edition it is, as the author says.
    edition: Option<String>,
    /// Whether its text runs from right to left.
    rtl: bool,
    /// Where its chapters stand in the table of contents.
    outline: Vec<finish::OutlineEntry>,
    /// When the book was changed last, in seconds since 1970.
    modified: u64,
    findings: Vec<Finding>,
}

/// A raw ePub.
struct Written {
    raw: Vec<u8>,
    /// Who highlights code in the editions that are made of it.
    highlighting: Highlighting,
    editions: Vec<Edition>,
}

/// The stages up to the raw ePub.
fn prose(
    plan: &Plan,
    project: &Project,
    set: &ListingSet,
    temp: &Path,
    bar: &ProgressBar,
) -> Result<Prose> {
    bar.set_message("reading");
    let judged = project.judge(plan.pandoc.version())?;
    let parsed = parse(project, &plan.pandoc)?;
    let head = parsed.head.meta();
    project.judge_metadata(|key| {
        head.get(key).map_or(serde_json::Value::Null, meta::plain)
    })?;
    bar.inc(1);
    bar.set_message("resolving");
    let Joined { document, sources, packed, mut findings, awaited, outline } =
        join(plan, project, parsed, set, temp)?;
    findings.extend(judged);
    bar.inc(1);
    bar.set_message("filtering");
    let output = output_for_filters(plan, project, &document);
    let mut runs = FilterRuns::new(project, &plan.pandoc, &output, temp);
    let mut filtered = filter::filter(project, &mut runs, document, &sources)?;
    findings.append(&mut filtered.findings);
    let json = std::mem::take(&mut filtered.json);
    filtered.json = awaited::settle(awaited, json, (&runs, &project.dir), &mut findings)?;
    bar.inc(1);
    bar.set_message("writing");
    let modified = plan.modified.map_or_else(|| date::newest(project), Ok)?;
    let presentation = presentation::presentation(plan, project.settings.presentation);
    let editions = presentation::editions(plan, project.settings.presentation);
    let mut written: Vec<Written> = Vec::new();
    let groups = presentation::by_highlighting(&project.manifest, &editions);
    let last = groups.len() - 1;
    for (number, (highlighting, theme, of_it)) in groups.into_iter().enumerate() {
        // It is large, and seldom needed twice.
        let json = if number == last {
            std::mem::take(&mut filtered.json)
        } else {
            filtered.json.clone()
        };
        let options = plan.pandoc.highlighting(theme);
        let pair = (project, &plan.pandoc);
        let (raw, warnings) =
            write::write(pair, &runs, (&filtered, json), modified, &options, temp)?;
        if written.is_empty() {
            findings.extend(warnings);
        }
        written.push(Written { raw, highlighting, editions: of_it });
    }
    Ok(Prose {
        written,
        is_one: editions.len() == 1,
        packed,
        sources,
        counts: filtered.counts,
        title: filtered.title,
        presentation,
        has_identifier: filtered.has_identifier,
        edition: filtered.edition,
        rtl: filtered.rtl,
        outline,
        modified,
        findings,
    })
}

/// The chapters as one document.
struct Joined {
    document: Document,
    /// The chapters in their order.
    sources: Vec<Source>,
    /// Files that they name, and that pandoc leaves where they are.
    packed: Packed,
    findings: Vec<Finding>,
    /// Pictures that the author's filters may make.
    awaited: Vec<Awaited>,
    /// Where the chapters stand in the table of contents.
    outline: Vec<finish::OutlineEntry>,
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
    let fetched = if project.settings.fetch {
        fetch::fetch(project, &plan.pandoc, &surveys, temp)?
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
        sources.push(Source { chapter: own.source, pictures: own.pictures });
    }
    Ok(Joined { document, sources, packed, findings, awaited, outline })
}

/// Where chapters stand in the table of contents, as a summary has it; nothing where it has neither parts
/// nor chapters in others.
fn outline(
    project: &Project,
    files: &[Arc<Chapter>],
    facts: &merge::BookFacts<'_>,
) -> Vec<finish::OutlineEntry> {
    let is_plain = |one: &Listed| one.depth == 0 && one.part.is_none();
    if project.outline.iter().all(is_plain) {
        return Vec::new();
    }
    let entry = |listed: &Listed| {
        let number = files.iter().position(|file| file.path == listed.path)?;
        let id = facts.head(number).to_owned();
        Some(finish::OutlineEntry { id, depth: listed.depth, part: listed.part.clone() })
    };
    project.outline.iter().filter_map(entry).collect()
}

/// How deep the table of contents goes; pandoc's own depth where the book does not say.
fn contents_depth(project: &Project) -> u32 {
    let said = project.manifest.options().get("toc-depth");
    let number = said.and_then(|value| match value {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    });
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or(3)
}

/// The finished book's file: where the plan says, else where `book.yaml` says, else in the folder
/// `build`. Its name is that of `output-file`, else the book's title; where several editions are made, that of
/// the edition follows.
fn target(
    plan: &Plan,
    project: &Project,
    title: &str,
    edition: Option<Edition>,
) -> PathBuf {
    let file = plain_target(plan, project, title);
    let Some(edition) = edition.and_then(|edition| edition.to_possible_value()) else {
        return file;
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{}.epub", edition.get_name()))
}

/// The same without an edition.
fn plain_target(plan: &Plan, project: &Project, title: &str) -> PathBuf {
    let is_epub = |path: &Path| {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("epub"))
    };
    let set = project.manifest.output_file();
    let stem = set.and_then(|file| file.file_stem()).and_then(|stem| stem.to_str());
    let stem = stem.map_or_else(|| slug(title), str::to_owned);
    let name = format!("{}.epub", if stem.is_empty() { "book" } else { &stem });
    match (&plan.output, set.and_then(Path::parent)) {
        (Some(file), _) if is_epub(file) && !file.is_dir() => file.clone(),
        (Some(folder), _) => folder.join(name),
        (None, Some(folder)) if folder != Path::new("") => {
            project.dir.join(folder).join(name)
        }
        (None, _) => Path::new("build").join(name),
    }
}

/// The file of the ePub as filters are told it: as `book.yaml` has it, else the finished one.
fn output_for_filters(plan: &Plan, project: &Project, document: &Document) -> PathBuf {
    if let Some(file) = project.manifest.output_file() {
        return file.to_owned();
    }
    let file = plain_target(plan, project, &filter::title(document.meta()));
    // They run in the book's folder, where a relative path means another file.
    std::path::absolute(&file).unwrap_or(file)
}

/// Where the author sets what a finding is about: an option of pandoc's, else a value of the metadata.
fn setting_place(project: &Project, key: &str) -> Place {
    let manifest = &project.manifest;
    if manifest.options().get(key).is_some_and(|value| !value.is_null()) {
        return manifest.place(&[key]);
    }
    match key {
        // Among the metadata the cover has a name of its own.
        "epub-cover-image" => manifest.metadata_place(&["cover-image"]),
        _ => manifest.metadata_place(&[key]),
    }
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
