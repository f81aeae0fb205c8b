//! `concbook listings extract`: programs become files.

use super::BookArgs;
use crate::cli::format::Format;
use crate::cli::strict::StrictArg;
use crate::finding;
use crate::fsx;
use crate::listings::archive::archive;
use crate::listings::extract::{ExtractOptions, extract};
use crate::report::{self, count};
use concfilter::error::Result;
use std::path::PathBuf;

/// Writes listings to files: those that changed, and nobody else's
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strict: StrictArg,
    /// The folder to write to [default: the book's folder, code]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write nothing; what would be written is an error
    #[arg(long)]
    check: bool,
    /// Remove files that were extracted once, that no listing makes any more, and that nobody
    /// changed since
    #[arg(long, conflicts_with = "check")]
    prune: bool,
    /// Also write all files into a zip archive, with a README and the book's licence
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    archive: Option<PathBuf>,
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    let notice = read.project.settings.listings.notice.as_deref();
    let dir = args.output.clone().unwrap_or_else(|| read.project.dir.join("code"));
    let options = ExtractOptions { check: args.check, prune: args.prune, notice };
    let done = extract(&read.set, &dir, options)?;
    let mut refused = Vec::new();
    if let Some(file) = &args.archive {
        fsx::write_output(file, &archive(&read.project, &read.set, &mut refused)?)?;
    }
    let mut findings = read.set.findings;
    findings.append(&mut refused);
    findings.extend(done.findings);
    finding::sort(&mut findings);
    report::findings(&findings);
    let made = read.set.programs.iter().filter(|program| !program.unnamed);
    let all = count(made.count(), "file");
    let what = if args.check {
        format!("{} as they have to be", done.same)
    } else {
        let pruned = match done.pruned {
            0 => String::new(),
            number => format!(", {number} removed"),
        };
        format!("{} written, {} unchanged{pruned}", done.written, done.same)
    };
    report::note(&format!("{}: {all}, {what}", dir.display()));
    Ok(args.strict.passes(&findings, Format::Text))
}
