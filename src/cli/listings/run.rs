//! `concbook listings run`: every program is compiled, run and held against the book.

use super::{BookArgs, OpenedListings};
use crate::cli::allow::AllowArgs;
use crate::cli::format::{self, Format};
use crate::cli::strict::StrictArg;
use crate::finding::{self, Code, Finding, Severity};
use crate::fsx;
use crate::listings::check::{before_a_run, nothing_to_run};
use crate::listings::run::{
    self, ListingResult, Options, Report, Shard, Status, changed_since, junit,
    known_chapters,
};
use crate::report::{self, count};
use crate::sandbox::Isolation;
use concfilter::error::{Error, Place, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Compiles and runs listings, and holds what they print against the book
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strict: StrictArg,
    /// Only listings that differ from a state in git, and what depends on them
    #[arg(long, value_name = "REV", num_args = 0..=1, default_missing_value = "HEAD",
          require_equals = true)]
    changed: Option<String>,
    /// Only listings of the chapter with this in its path; may be given several times
    #[arg(long, value_name = "NAME")]
    chapter: Vec<String>,
    /// Known failures, as an earlier run printed them with --format json: they are reported and do
    /// not fail the run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Only this part of the listings: 1/3, 2/3, 3/3
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    #[command(flatten)]
    run: RunArgs,
    /// Also write the results as XML, as test servers read it
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How the results are printed: a table, or JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How listings are run.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    /// How many listings run at a time [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Run again what earlier runs have proven
    #[arg(long)]
    no_cache: bool,
    /// How far listings are kept apart: auto forks a Python that is already started for each
    /// script, process starts each listing by itself, none does so without namespaces
    #[arg(long, value_enum, default_value_t)]
    isolation: IsolationArg,
    #[command(flatten)]
    allow: AllowArgs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum IsolationArg {
    #[default]
    Auto,
    Process,
    None,
}

impl RunArgs {
    /// What they mean for a book.
    pub(super) fn options(&self, read: &OpenedListings) -> Result<Options> {
        let cache = || read.project.dir.join(run::CACHE);
        Ok(Options {
            workers: self.jobs,
            cache: (read.project.is_book && !self.no_cache).then(cache),
            isolation: match self.isolation {
                IsolationArg::None => Isolation::NoNamespaces,
                IsolationArg::Auto | IsolationArg::Process => Isolation::Auto,
            },
            fresh: self.isolation != IsolationArg::Auto,
            allowed: self.allow.allowed(&read.project.dir)?,
            ..Options::default()
        })
    }
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    known_chapters(&read.set, &args.chapter)?;
    let known = args.baseline.as_deref().map(baseline).transpose()?;
    let only = args.changed.as_deref().map(|revision| -> Result<_> {
        let before = read.set.at_revision(&read.project, revision)?;
        Ok(changed_since(&before, &read.set))
    });
    let mut options = args.run.options(&read)?;
    options.chapters.clone_from(&args.chapter);
    options.only = only.transpose()?;
    options.shard = args.shard;
    let mut ran = run::run(read.run_input(), &options)?;
    if let Some(known) = &known {
        accept_known(&mut ran, known);
    }
    if let Some(file) = &args.junit {
        fsx::write_output(file, &junit(&ran)?)?;
    }
    // What keeps a listing from being run is reported, too.
    let mut findings = before_a_run(&read.set);
    findings.extend(nothing_to_run(&read.set));
    findings.extend(read.unknown_languages());
    findings.append(&mut ran.findings);
    finding::sort(&mut findings);
    let text = match args.format {
        Format::Text => table(&ran),
        Format::Json => format!("{:#}\n", results(&read, &ran, &findings)),
    };
    format::write("the results", &text)?;
    report::findings(&findings);
    report::note(&summary(&read.project.label, &ran));
    Ok(args.strict.passes(&findings, args.format))
}

/// What failed in a run: a listing's file, and the command where a command on that file failed.
type Failure = (String, Option<String>);

/// The failures that a file of results has.
fn baseline(file: &std::path::Path) -> Result<BTreeSet<Failure>> {
    let wrong = |message: String| {
        Error::new(message)
            .at(Place::path(file))
            .hint("Make it with `concbook listings run --format json > FILE`")
    };
    let text = fsx::read_named_text(file)
        .map_err(|error| wrong(format!("there is no baseline: {}", error.message())))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("the baseline is no JSON: {error}")))?;
    let Some(listings) = value["listings"].as_array() else {
        return Err(wrong("the baseline has no list of listings".to_owned()));
    };
    let has_failed =
        |entry: &&Value| matches!(entry["status"].as_str(), Some("failed" | "timeout"));
    let failure = |entry: &Value| {
        let word = |key: &str| entry[key].as_str().map(str::to_owned);
        Some((word("file")?, word("command")))
    };
    Ok(listings.iter().filter(has_failed).filter_map(failure).collect())
}

/// Makes information of the findings of known failures, and says which of them work now.
fn accept_known(ran: &mut Report, known: &BTreeSet<Failure>) {
    for entry in &mut ran.entries {
        if !known.contains(&(entry.file.clone(), entry.command.clone())) {
            continue;
        }
        if let Some(finding) = &mut entry.finding {
            for same in ran.findings.iter_mut().filter(|other| *other == finding) {
                same.severity = Severity::Info;
                same.message.push_str(" (as known)");
            }
            finding.severity = Severity::Info;
        } else if entry.status == Status::Passed {
            let place = Place::at(
                &*entry.chapter,
                u32::try_from(entry.line).unwrap_or(u32::MAX),
                1,
            );
            let message = match &entry.command {
                Some(command) => format!("`{command}` on {} works again", entry.file),
                None => format!("{} works again", entry.file),
            };
            let mut finding = Finding::new(Code::ListingFailed, place, message)
                .hint("Write a new baseline, so that it stays so");
            finding.severity = Severity::Info;
            ran.findings.push(finding);
        }
    }
}

fn results(read: &OpenedListings, ran: &Report, findings: &[Finding]) -> Value {
    json!({
        "book": read.project.label,
        "listings": ran.entries,
        "totals": {
            "listings": ran.entries.len(),
            "passed": ran.number(Status::Passed),
            "failed": ran.number(Status::Failed),
            "skipped": ran.number(Status::Skipped),
            "timeout": ran.number(Status::Timeout),
            "cached": ran.entries.iter().filter(|one| one.cached).count(),
        },
        "findings": findings,
        "seconds": (ran.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
    })
}

/// A line a chapter, and one for all.
fn table(ran: &Report) -> String {
    let mut chapters: BTreeMap<&str, Vec<&ListingResult>> = BTreeMap::new();
    for entry in &ran.entries {
        chapters.entry(&entry.chapter).or_default().push(entry);
    }
    let all: Vec<&ListingResult> = ran.entries.iter().collect();
    let head = ["chapter", "passed", "failed", "timeout", "skipped", "seconds"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(chapters.iter().map(|(chapter, entries)| row(chapter, entries)));
    rows.push(row("all", &all));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..6).map(|one| width(one).unwrap_or_default()).collect();
    let mut out = String::new();
    for row in &rows {
        let [chapter, numbers @ ..] = row;
        let _ = write!(out, "{chapter:<0$}", widths[0]);
        for (cell, width) in numbers.iter().zip(&widths[1..]) {
            let _ = write!(out, "  {cell:>0$}", *width);
        }
        out.push('\n');
    }
    for entry in ran.entries.iter().filter(|one| one.status == Status::Skipped) {
        let reason = entry.reason.as_deref().unwrap_or("no reason is given");
        let _ = writeln!(out, "skipped: {}: {reason}", entry.file);
    }
    out
}

fn row(name: &str, entries: &[&ListingResult]) -> [String; 6] {
    let number = |status| {
        let number = entries.iter().filter(|one| one.status == status).count();
        if number == 0 { "-".to_owned() } else { number.to_string() }
    };
    let own = entries.iter().filter(|one| !one.cached).map(|one| one.seconds);
    let seconds = own.fold(0.0, |all, one| all + one);
    [
        name.to_owned(),
        number(Status::Passed),
        number(Status::Failed),
        number(Status::Timeout),
        number(Status::Skipped),
        format!("{seconds:.2}"),
    ]
}

/// What came of a run, in a line.
pub(in crate::cli) fn summary(label: &str, ran: &Report) -> String {
    let cached = ran.entries.iter().filter(|one| one.cached).count();
    let again =
        if cached > 0 { format!(" ({cached} as proven before)") } else { String::new() };
    format!(
        "{label}: {}: {} passed{again}, {} failed, {} skipped, {}; {:.2} s",
        count(ran.entries.len(), "listing"),
        ran.number(Status::Passed),
        ran.number(Status::Failed),
        ran.number(Status::Skipped),
        count(ran.number(Status::Timeout), "timeout"),
        ran.elapsed.as_secs_f64(),
    )
}
