//! `concbook build`: a book's folder becomes a finished ePub.

use super::allow::AllowArgs;
use super::format::{self, Format};
use super::source_date::source_date_epoch;
use super::strict::StrictArg;
use crate::build::{Built, BuiltEpub, ListingsCheck, Plan, Remake, build};
use crate::check::epubcheck::When;
use crate::finding::{Finding, Severity};
use crate::pandoc::Pandoc;
use crate::report::{self, count};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use concfilter::error::{Error, Result};
use concfilter::settings::{Edition, Style};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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
    #[command(flatten)]
    strict: StrictArg,
    /// Tell of each listing what otherwise is told once a chapter.
    #[arg(short, long, conflicts_with = "quiet")]
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
    // Other tools mean standard output by it; a folder of that name is hard to take away again.
    if args.output.as_deref() == Some(Path::new("-")) {
        let error = Error::new("an ePub is not written to standard output");
        return Err(error.hint("Name a file that ends in .epub, or a folder"));
    }
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
        Format::Text => print_outcome(&built),
        Format::Json => format::write_json("the result", &result(&built))?,
    }
    let worst = built.findings.iter().map(|one| one.severity).min();
    let fails = args.strict.reason(worst, built.fail_if_warnings, args.format);
    // A sample that would be the whole book is not made.
    Ok(fails.is_none() && !built.epubs.is_empty())
}

/// How many findings of a severity there are.
fn number(built: &Built, severity: Severity) -> usize {
    built.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// Tells people what came of it.
fn print_outcome(built: &Built) {
    report::findings(&built.findings);
    if let Some(digest) = digest(&built.findings) {
        report::note(&digest);
    }
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

/// From how many findings on it is told how many there are of each kind.
const MANY: usize = 8;

/// How many findings there are of each kind, where there are so many that nobody counts them: the most
/// frequent first, `12 image-alt-missing, 3 link-dead`.
fn digest(findings: &[Finding]) -> Option<String> {
    let mut kinds: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for one in findings.iter().filter(|one| one.severity != Severity::Info) {
        *kinds.entry((one.severity, &*one.code)).or_default() += 1;
    }
    if kinds.values().sum::<usize>() < MANY || kinds.len() < 2 {
        return None;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|&((severity, _), number)| (severity, std::cmp::Reverse(number)));
    let all: Vec<String> =
        kinds.iter().map(|((_, code), number)| format!("{number} {code}")).collect();
    Some(format!("in all: {}", all.join(", ")))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use concfilter::error::Place;

    #[test]
    fn many_findings_are_counted_by_their_kinds() {
        let of = |code, number| {
            std::iter::repeat_n(Finding::new(code, Place::default(), "x"), number)
        };
        let few: Vec<_> = of(Code::CoverSmall, 6).chain(of(Code::LinkDead, 1)).collect();
        assert_eq!(digest(&few), None);
        let one: Vec<_> = of(Code::CoverSmall, 20).collect();
        assert_eq!(digest(&one), None);
        let many: Vec<_> = few.into_iter().chain(of(Code::LinkOutside, 9)).collect();
        assert_eq!(
            digest(&many).unwrap(),
            "in all: 1 link-dead, 9 link-outside, 6 cover-small"
        );
    }
}
