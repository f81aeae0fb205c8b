//! `concbook check`: judges an ePub.

use super::limits::Limits;
use crate::check::epubcheck::{self, When};
use crate::check::{Families, check};
use crate::epub::Epub;
use crate::finding::{self, Severity};
use crate::report::{self, count};
use concfilter::error::{Error, Result};
use std::io::Write;
use std::path::PathBuf;

/// Checks an ePub: its fonts, its listings, and with EPUBCheck all the rest
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The ePub to check
    file: PathBuf,
    /// How findings are printed: text on standard error, JSON on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Whether EPUBCheck is asked too
    #[arg(long, value_enum, default_value_t)]
    epubcheck: When,
    #[command(flatten)]
    limits: Limits,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// Runs the command; whether the book is free of errors.
///
/// # Errors
/// The file is no ePub, or EPUBCheck is asked for and cannot be run.
pub(super) fn run(args: &Args) -> Result<bool> {
    let epub = Epub::open(&args.file, args.limits.into())?;
    let mut findings = check(&epub, &Families::of(&epub));
    findings.extend(epubcheck::run(&args.file, args.epubcheck)?.unwrap_or_default());
    finding::sort(&mut findings);
    let number =
        |severity| findings.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match args.format {
        Format::Text => {
            report::findings(&findings);
            report::note(&format!(
                "{}: {}",
                epub.label,
                summary(errors, warnings, findings.len())
            ));
        }
        Format::Json => {
            let value = serde_json::json!({
                "file": epub.label,
                "findings": findings,
                "errors": errors,
                "warnings": warnings,
            });
            writeln!(std::io::stdout().lock(), "{value:#}").map_err(|error| {
                Error::new(format!("cannot write the findings: {error}"))
            })?;
        }
    }
    Ok(errors == 0)
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
