//! From `book.yaml` to the finished ePub, in stages: read, join, filter, write, pack, check.

mod book;
mod fonts;
mod join;
mod links;
mod listings;
mod names;
mod origin;
mod pictures;
mod raw;
mod read;
mod source;

use crate::check::{self, epubcheck};
use crate::epub::Epub;
use crate::finding::{self, Code, Finding};
use crate::finish::{self, Finished};
use crate::listings::run::Report;
use crate::pandoc::{self, Pandoc};
use crate::style::Highlighting;
use crate::{fsx, report};
use concfilter::ast::{Document, meta};
use concfilter::error::{Error, Result};
use concfilter::filter::{self, Counts};
use concfilter::settings::{Edition, Presentation, Style};
pub use fonts::own_fonts;
pub use listings::{Listings, listings, listings_at};
pub use source::{Chapter, Source, source};

use book::Book;
use join::{Surroundings, join};
use origin::{Origin, lead_back};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What to build, and with what.
#[derive(Debug)]
pub struct Plan {
    /// The book's folder, which holds `book.yaml`.
    pub dir: PathBuf,
    /// The folder the ePub is written to.
    pub output: PathBuf,
    /// The pandoc to use.
    pub pandoc: Pandoc,
    /// Whether `EPUBCheck` runs.
    pub epubcheck: epubcheck::When,
    /// The time given for `dcterms:modified`, in seconds since 1970; unless given, that of the
    /// newest source.
    pub modified: Option<u64>,
    /// The families of text and headings, in place of those that the book asks for.
    pub style: Option<Style>,
    /// The devices the ePub is for, in place of those that the book asks for.
    pub edition: Option<Edition>,
    /// Whether no cover is drawn, whatever the book asks for.
    pub no_cover: bool,
    /// Whether pictures stay as they are, whatever the book asks for.
    pub keep_pictures: bool,
    /// What is done with the listings.
    pub listings: ListingsCheck,
}

/// What a build does with the listings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ListingsCheck {
    /// Judges them, runs them, and holds what they print against the book.
    Run,
    /// Judges them without running them.
    #[default]
    Check,
    /// Nothing.
    Off,
}

/// What a build made.
#[derive(Debug)]
pub struct Built {
    /// The finished ePub.
    pub file: PathBuf,
    /// Its size in bytes.
    pub size: usize,
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
    /// All that is wrong with the book, in order.
    pub findings: Vec<Finding>,
}

/// Builds a book. What is wrong with it is in the findings; the ePub is written all the same.
///
/// # Errors
/// The job could not be done: no `book.yaml`, a chapter that is not there, pandoc failed.
pub fn build(plan: &Plan) -> Result<Built> {
    let bar = report::progress("building", 5);
    let book = Book::open(&plan.dir)?;
    bar.set_message("reading");
    let metadata = read::metadata(&book, &plan.pandoc)?;
    let settings =
        filter::settings(metadata.meta()).map_err(|error| error.at(book.place()))?;
    let paths = book.chapters(&settings.chapters)?;
    let mut read = read::chapters(&book, &plan.pandoc, &paths, &metadata)?;
    let modified = match plan.modified {
        Some(time) => time,
        None => newest(&book, &paths)?,
    };
    let temp = fsx::temp_dir()?;
    bar.inc(1);
    bar.set_message("joining");
    let fetched = if settings.fetch {
        read::fetch(&plan.pandoc, &mut read.chapters, temp.path())?
    } else {
        BTreeMap::new()
    };
    let around = surroundings(&book, fetched);
    let own = listings::settings(&book)?;
    let listed = listings::read(&book, &own)?;
    listings::mark_hidden(&listed, &mut read.chapters);
    let count = read.chapters.len();
    let mut findings = read.findings;
    let ran = listings::judge(&book, &own, &listed, plan.listings, &mut findings)?;
    let joined = join(read.chapters, &around);
    findings.extend(joined.findings);
    let mut document = read.head;
    document.blocks = joined.blocks;
    bar.inc(1);
    bar.set_message("filtering");
    document = read::filters_before(&book, &plan.pandoc, document, &mut findings)?;
    let title = plain_meta(&document, "title");
    let keep_identifier = document.meta().contains_key("identifier");
    let mut filtered = Vec::new();
    let counts =
        filter::run(&document.to_json()?, "epub3", Some(&settings), &mut filtered)?;
    bar.inc(1);
    bar.set_message("writing");
    if title.is_empty() {
        findings.push(
            Finding::new(Code::TitleMissing, book.place(), "the book has no title")
                .hint("Give it one in book.yaml: `metadata: {title: …}`"),
        );
    }
    let file = plan.output.join(book.output_name(&title));
    let presentation = presentation(plan, settings.presentation);
    let (highlighting, style) = match book.highlighting() {
        // A style of pandoc's lives by its colours.
        (Highlighting::Pandoc, _) if presentation.edition != Edition::Color => {
            (Highlighting::Ours, None)
        }
        chosen => chosen,
    };
    let options = plan.pandoc.highlighting(style);
    let raw =
        write(&book, plan, filtered, modified, &options, temp.path(), &mut findings)?;
    let written = Epub::from_bytes(file.display().to_string(), &raw)?;
    let options = finish::Options {
        modified: Some(modified),
        presentation,
        keep_identifier,
        highlighting,
        fonts: own_fonts(&book.dir.join("fonts"))?,
        obfuscate: settings.obfuscate,
        accessibility: settings.accessibility,
    };
    let prepared = finish::prepare(written, &options)?;
    let Finished { epub, mut outcome, .. } = finish::finish(prepared, &options)?;
    if !outcome.findings.is_empty() {
        // Their places are in what pandoc wrote.
        let written = Epub::from_bytes(file.display().to_string(), &raw)?;
        lead_back(&mut outcome.findings, &written, &joined.origins);
    }
    findings.append(&mut outcome.findings);
    let bytes = epub.to_bytes()?;
    fsx::create_dir_all(&plan.output)?;
    fsx::write_atomic(&file, &bytes)?;
    bar.inc(1);
    bar.set_message("checking");
    findings.extend(judge(&epub, &file, plan.epubcheck, &joined.origins)?);
    bar.finish_and_clear();
    finding::sort(&mut findings);
    let finish::Outcome { repairs, savings, .. } = outcome;
    Ok(Built {
        file,
        size: bytes.len(),
        chapters: count,
        counts,
        repairs,
        savings,
        ran,
        findings,
    })
}

/// What joining needs to know of a book.
fn surroundings(book: &Book, fetched: BTreeMap<String, PathBuf>) -> Surroundings<'_> {
    Surroundings {
        dir: &book.dir,
        root: std::path::absolute(&book.dir).unwrap_or_default(),
        rebased: book.rebases(),
        resource_path: book.resource_path(),
        fetched,
    }
}

/// What is wrong with the finished ePub, which was written to `file`.
fn judge(
    epub: &Epub,
    file: &Path,
    when: epubcheck::When,
    origins: &[Origin],
) -> Result<Vec<Finding>> {
    let mut findings = check::check(epub, &check::Families::of(epub));
    findings.extend(epubcheck::run(file, when)?.unwrap_or_default());
    lead_back(&mut findings, epub, origins);
    Ok(findings)
}

/// How the ePub looks: as the book asks, and as the plan overrules it.
fn presentation(plan: &Plan, book: Presentation) -> Presentation {
    Presentation {
        style: plan.style.unwrap_or(book.style),
        edition: plan.edition.unwrap_or(book.edition),
        cover: book.cover && !plan.no_cover,
        pictures: book.pictures && !plan.keep_pictures,
        ..book
    }
}

/// Writes the raw ePub of a document's JSON with pandoc.
fn write(
    book: &Book,
    plan: &Plan,
    document: Vec<u8>,
    modified: u64,
    options: &[String],
    temp: &Path,
    findings: &mut Vec<Finding>,
) -> Result<Vec<u8>> {
    let raw = temp.join("raw.epub");
    let defaults = temp.join("write.yaml");
    fsx::write_atomic(&defaults, book.writing().to_string().as_bytes())?;
    let job = plan
        .pandoc
        .job()
        .dir(&book.dir)
        .env("SOURCE_DATE_EPOCH", modified.to_string())
        .args(["--from", "json", "--to", "epub3", "--defaults"])
        .arg(&defaults)
        .args(options)
        .arg("--output")
        .arg(&raw)
        .stdin(document);
    let (_, warnings) = pandoc::outcome(job.run()?, &book.place())?;
    findings.extend(warnings);
    fsx::read(&raw)
}

fn plain_meta(document: &Document, key: &str) -> String {
    match document.meta().get(key).map_or(Value::Null, meta::plain) {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// When the newest of the book's sources was changed, in seconds since 1970.
fn newest(book: &Book, chapters: &[PathBuf]) -> Result<u64> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for path in chapters.iter().map(PathBuf::as_path).chain([Path::new("book.yaml")]) {
        newest = newest.max(fsx::modified(&book.dir.join(path))?);
    }
    Ok(newest.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// The time that reproducible builds set (reproducible-builds.org/specs/source-date-epoch), in
/// seconds since 1970.
///
/// # Errors
/// The variable is set but is no number, or lies behind the last date that can be written.
pub fn source_date_epoch() -> Result<Option<u64>> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    // The year 9999 is the last one that a date in the package document can name.
    const LAST: u64 = 253_402_300_799;
    let Some(value) = std::env::var_os(NAME) else { return Ok(None) };
    let seconds = value.to_str().and_then(|text| text.trim().parse().ok());
    seconds.filter(|&seconds| seconds <= LAST).map(Some).ok_or_else(|| {
        Error::new(format!("{NAME} is {}, not a number of seconds", value.display()))
            .hint(format!("Set {NAME} to seconds since 1970, or unset it"))
    })
}
