//! `concbook check`: judges ePubs.

use super::files;
use super::format::{self, Format};
use super::limits::LimitArgs;
use super::strict::StrictArg;
use crate::check::epubcheck::{self, When};
use crate::check::{Families, check};
use crate::epub::Epub;
use crate::finding::{self, Finding, Severity};
use crate::report::{self, count};
use concfilter::error::Result;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Checks ePubs: their fonts, their listings, and with EPUBCheck all the rest
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The ePubs to check
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How findings are printed: text on standard error, JSON on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Whether EPUBCheck is asked too
    #[arg(long, value_enum, default_value_t)]
    epubcheck: When,
    #[command(flatten)]
    strict: StrictArg,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command; whether the books are free of errors. One that cannot be read keeps none of the others
/// from being judged.
///
/// # Errors
/// A file is no ePub, or EPUBCheck is asked for and cannot be run.
pub(super) fn run(args: &Args) -> Result<bool> {
    let all: Vec<Result<Judged>> =
        args.files.par_iter().map(|file| judge(args, file)).collect();
    let json = match (args.format, &all[..]) {
        (Format::Text, _) => None,
        (Format::Json, [Ok(one)]) => Some(one.json()),
        (Format::Json, [_]) => None,
        (Format::Json, many) => Some(json_of_all(&args.files, many)),
    };
    let judged = files::readable(all)?;
    if let Some(value) = json {
        format::write_json("the findings", &value)?;
    } else {
        judged.iter().for_each(Judged::print);
    }
    files::all_done(args.files.len(), judged.len(), "checked")?;
    Ok(args.strict.passes(judged.iter().flat_map(|one| &one.findings), args.format))
}

/// An ePub and what is wrong with it.
struct Judged {
    label: String,
    findings: Vec<Finding>,
}

fn judge(args: &Args, file: &Path) -> Result<Judged> {
    let epub = Epub::open(file, args.limits.into())?;
    let mut findings = check(&epub, &Families::of(&epub));
    findings.extend(epubcheck::run(file, args.epubcheck)?.unwrap_or_default());
    finding::sort(&mut findings);
    Ok(Judged { label: epub.label, findings })
}

impl Judged {
    fn number(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|one| one.severity == severity).count()
    }

    fn print(&self) {
        report::findings(&self.findings);
        let (errors, warnings) =
            (self.number(Severity::Error), self.number(Severity::Warning));
        let summary = summary(errors, warnings, self.findings.len());
        report::note(&format!("{}: {summary}", self.label));
    }

    fn json(&self) -> Value {
        json!({
            "file": self.label,
            "findings": self.findings,
            "errors": self.number(Severity::Error),
            "warnings": self.number(Severity::Warning),
        })
    }
}

/// Several files: a list of what is said of each by itself, and the sums. One that could not be read has an
/// `error` in place of findings.
fn json_of_all(paths: &[PathBuf], all: &[Result<Judged>]) -> Value {
    let of = |(path, one): (&PathBuf, &Result<Judged>)| match one {
        Ok(judged) => judged.json(),
        Err(error) => json!({
            "file": path.display().to_string(),
            "error": error.message(),
        }),
    };
    let sum = |severity| {
        let judged = all.iter().filter_map(|one| one.as_ref().ok());
        judged.map(|one| one.number(severity)).sum::<usize>()
    };
    json!({
        "files": paths.iter().zip(all).map(of).collect::<Vec<_>>(),
        "errors": sum(Severity::Error),
        "warnings": sum(Severity::Warning),
    })
}

/// The counts in words: `2 errors, 1 warning`.
fn summary(errors: usize, warnings: usize, all: usize) -> String {
    let notes = all - errors - warnings;
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (notes, "note")]
        .into_iter()
        .filter(|&(number, _)| number > 0)
        .map(|(number, what)| count(number, what))
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}
