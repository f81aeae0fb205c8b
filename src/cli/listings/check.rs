//! `concbook listings check`: what is wrong before anything runs.

use super::BookArgs;
use crate::cli::format::{self, Format};
use crate::cli::strict::StrictArg;
use crate::finding::{self, Severity};
use crate::listings::check::check;
use crate::report::{self, count};
use concfilter::error::Result;

/// Judges listings without running them
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strict: StrictArg,
    /// How findings are printed: text on standard error, JSON on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Tell of each listing what otherwise is told once a chapter
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    let mut findings = check(&read.set, &read.project.settings.listings, args.verbose);
    findings.extend(read.unknown_languages());
    finding::sort(&mut findings);
    let number =
        |severity| findings.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match args.format {
        Format::Text => {
            report::findings(&findings);
            report::note(&format!(
                "{}: {}, {}, {}",
                read.project.label,
                count(read.set.listings.len(), "code block"),
                count(errors, "error"),
                count(warnings, "warning"),
            ));
        }
        Format::Json => {
            let value = serde_json::json!({
                "book": read.project.label,
                "blocks": read.set.listings.len(),
                "findings": findings,
                "errors": errors,
                "warnings": warnings,
            });
            format::write_json("the findings", &value)?;
        }
    }
    Ok(args.strict.passes(&findings, args.format))
}
