//! `concbook build`: a book's folder becomes a finished ePub.

use super::allow::AllowArgs;
use super::format::{self, Format};
use super::source_date::source_date_epoch;
use crate::build::{Built, BuiltEpub, ListingsCheck, Plan, Remake, build};
use crate::check::epubcheck::When;
use crate::finding::{Finding, Severity, any_error};
use crate::pandoc::Pandoc;
use crate::report::{self, count};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use concfilter::error::Result;
use concfilter::settings::{Edition, Style};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::LazyLock;

/// Builds a book into a finished, checked ePub3.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// The book's folder, with its book.yaml.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The folder to write the ePub to, or the file, where it ends in .epub; if not given, the
    /// folder build, or where output-file in book.yaml leads.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Whether to run EPUBCheck: auto runs it where it is installed.
    #[arg(long, value_enum, default_value = "auto")]
    epubcheck: When,
    /// The families of text and headings, in place of the book's setting.
    #[arg(long, value_enum)]
    style: Option<Style>,
    /// The devices the ePub is for, in place of the book's setting: one or several, such as color,kindle,
    /// each of which becomes a file of its own.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "EDITION")]
    edition: Vec<Wanted>,
    /// Draw no cover where the book has none.
    #[arg(long)]
    no_cover: bool,
    /// Leave pictures as they are.
    #[arg(long)]
    keep_pictures: bool,
    /// What is done with the listings: check judges them without running them, run runs them, too.
    #[arg(long, value_enum, default_value = "check")]
    listings: ListingsCheck,
    /// Fetch nothing from the web: pictures there come from an earlier build.
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    allow: AllowArgs,
    /// How the result is printed: text on standard error, JSON on standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Let warnings fail the build as errors do.
    #[arg(long)]
    strict: bool,
    /// Tell errors and warnings only.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Tell of each listing what otherwise is told once a chapter.
    #[arg(short, long)]
    verbose: bool,
    /// Make everything anew: neither use what earlier builds made nor keep what this one makes.
    #[arg(long)]
    no_cache: bool,
    /// As --no-cache, and let pandoc write the book in one run, in place of its parts side by side; the
    /// ePub is the same.
    #[arg(long, hide = true, conflicts_with = "no_cache")]
    in_one_run: bool,
    /// The pandoc to use, in place of the one on PATH.
    #[arg(long, value_name = "FILE")]
    pandoc: Option<PathBuf>,
}

/// An edition, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    One(Edition),
    All,
}

impl Wanted {
    fn editions(self) -> Vec<Edition> {
        match self {
            Self::One(edition) => vec![edition],
            Self::All => Edition::value_variants().to_vec(),
        }
    }
}

impl ValueEnum for Wanted {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<Wanted>> = LazyLock::new(|| {
            let each = Edition::value_variants().iter().copied().map(Wanted::One);
            each.chain([Wanted::All]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::One(edition) => edition.to_possible_value(),
            Self::All => Some(PossibleValue::new("all").help("A file for each of them")),
        }
    }
}

/// Builds; gives whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let built = build(&Plan {
        dir: args.dir.clone(),
        output: args.output.clone(),
        pandoc: Pandoc::find(args.pandoc.as_deref())?,
        epubcheck: args.epubcheck,
        modified: source_date_epoch()?,
        style: args.style,
        editions: args.edition.iter().flat_map(|one| one.editions()).collect(),
        no_cover: args.no_cover,
        keep_pictures: args.keep_pictures,
        listings: args.listings,
        offline: args.offline,
        allowed: args.allow.allowed(&args.dir)?,
        verbose: args.verbose,
        in_memory: false,
        remake: match (args.no_cache, args.in_one_run) {
            (_, true) => Remake::AllInOneRun,
            (true, false) => Remake::All,
            (false, false) => Remake::Changed,
        },
    })?;
    match args.format {
        Format::Text => print_outcome(&built, args.quiet),
        Format::Json => format::write_json("the result", &result(&built))?,
    }
    let warnings = number(&built, Severity::Warning);
    let fails = warnings > 0 && (args.strict || built.fail_if_warnings);
    if fails && args.format == Format::Text {
        let why = if args.strict {
            "--strict is given"
        } else {
            "fail-if-warnings is set in book.yaml"
        };
        report::note(&format!("{why}, and there are warnings"));
    }
    // A sample that would be the whole book is not made.
    Ok(!fails && !built.epubs.is_empty() && !any_error(&built.findings))
}

/// How many findings of a severity there are.
fn number(built: &Built, severity: Severity) -> usize {
    built.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// Tells people what came of it.
fn print_outcome(built: &Built, quiet: bool) {
    if quiet {
        let told = |one: &&Finding| one.severity != Severity::Info;
        let findings: Vec<_> = built.findings.iter().filter(told).cloned().collect();
        return report::findings(&findings);
    }
    report::findings(&built.findings);
    if !built.repairs.is_empty() {
        report::note(&format!("repaired: {}", built.repairs));
    }
    if built.savings.smaller > 0 {
        report::note(&built.savings.to_string());
    }
    if let Some(ran) = &built.ran {
        report::note(&super::listings::summary("listings", ran));
    }
    if let Some(archive) = &built.archive {
        report::note(&format!("{}: the listings, for readers", archive.display()));
    }
    for epub in &built.epubs {
        report::note(&format!(
            "{}: {}, {}, {}, {} kB; {}, {}",
            epub.file.display(),
            count(built.chapters, "chapter"),
            count(built.counts.listings, "listing"),
            count(built.counts.identifiers, "identifier"),
            epub.size.div_ceil(1000),
            count(number(built, Severity::Error), "error"),
            count(number(built, Severity::Warning), "warning"),
        ));
    }
}

/// What came of it, for programs: `{"files": [{"file": …, …}], "findings": […], "errors": 0, …}`.
fn result(built: &Built) -> Value {
    json!({
        "files": built.epubs.iter().map(file).collect::<Vec<_>>(),
        "archive": built.archive.as_ref().map(|file| file.display().to_string()),
        "chapters": built.chapters,
        "listings": built.counts.listings,
        "identifiers": built.counts.identifiers,
        "findings": built.findings,
        "errors": number(built, Severity::Error),
        "warnings": number(built, Severity::Warning),
    })
}

/// One of its files.
fn file(epub: &BuiltEpub) -> Value {
    json!({
        "file": epub.file.display().to_string(),
        "edition": epub.edition.name(),
        "bytes": epub.size,
    })
}
