//! `concbook listings update`: what programs print, back into the Markdown.

use super::run::RunArgs;
use super::{BookArgs, OpenedListings};
use crate::cli::format::Format;
use crate::cli::strict::StrictArg;
use crate::finding::{self, Code, Finding};
use crate::fsx;
use crate::listings::compare::Printed;
use crate::listings::run::{self, ListingResult, Options, Target};
use crate::listings::update::{ChapterUpdate, Splice, review, update, write};
use crate::report::{self, count};
use concfilter::error::{Error, Place, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;

/// Runs listings, and writes what they print where the book shows something else
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strict: StrictArg,
    /// Show what would be written, and ask; without a terminal nothing is written
    #[arg(long)]
    review: bool,
    #[command(flatten)]
    run: RunArgs,
}

/// Runs the command; whether there is no finding of severity error.
pub(super) fn run(args: &Args) -> Result<bool> {
    let read = args.book.open()?;
    let options = args.run.options(&read)?;
    // Failures are reported of the first run; the second is of listings that did not fail.
    let failed = std::cell::RefCell::new(None);
    let printed = |targets: &[Target]| {
        let (printed, findings) = printed(&read, &options, targets)?;
        failed.borrow_mut().get_or_insert(findings);
        Ok(printed)
    };
    let mut done = update(&read.set, read.project.settings.listings.width(), &printed)?;
    let mut findings = read.set.findings.clone();
    findings.append(&mut done.findings);
    findings.extend(failed.take().into_iter().flatten());
    let wanted = !args.review || agreed(&review(&read.set, &done.splices))?;
    let (mut written, mut chapters) = (0, 0);
    if wanted {
        for (number, splices) in by_chapter(&done.splices) {
            let Some(chapter) = read.set.chapters.get(number) else { continue };
            match write(chapter, &splices)? {
                ChapterUpdate::Done => {
                    written += splices.len();
                    chapters += 1;
                }
                ChapterUpdate::Unchanged => {}
                ChapterUpdate::Meanwhile => findings.push(
                    Finding::new(
                        Code::ListingOutputMeanwhile,
                        Place::file(&*chapter.label),
                        "the chapter was changed while its listings ran: nothing is written",
                    )
                    .hint("Run `concbook listings update` again"),
                ),
            }
        }
    }
    finding::sort(&mut findings);
    report::findings(&findings);
    report::note(&format!(
        "{}: {} ran, {} written in {}{}",
        read.project.label,
        count(done.ran, "listing"),
        count(written, "output"),
        count(chapters, "chapter"),
        if wanted { "" } else { " (reviewed only)" },
    ));
    Ok(args.strict.passes(&findings, Format::Text))
}

/// Runs targets: what they printed, where they ended as they had to, and what is wrong with the
/// others. A wrong output is no finding here, for it is what gets written.
fn printed(
    read: &OpenedListings,
    options: &Options,
    targets: &[Target],
) -> Result<(Vec<Option<Printed>>, Vec<Finding>)> {
    let book = &read.set;
    let path = |target: &Target| target.program(book).map(|program| program.path.clone());
    let only: BTreeSet<String> = targets.iter().filter_map(path).collect();
    let options = Options { only: Some(only), ..options.clone() };
    let ran = run::run(read.run_input(), &options)?;
    let mut outputs: BTreeMap<Target, run::PrintedOutput> = BTreeMap::new();
    // What was never started printed nothing, which is not its output.
    let is_started = |entry: &ListingResult| {
        let finding = entry.finding.as_ref();
        finding.is_none_or(|one| one.code != Code::ListingNoMain.name())
    };
    for entry in ran.entries.into_iter().filter(is_started) {
        outputs.extend(entry.printed.map(|output| (entry.target, output)));
    }
    let printed = targets.iter().map(|target| {
        let output = outputs.remove(target).filter(|output| output.ended_well)?;
        Some(Printed { stdout: output.stdout, stderr: output.stderr })
    });
    let printed = printed.collect();
    let is_output = |one: &Finding| one.code == Code::ListingOutput.name();
    let findings = ran.findings.into_iter().filter(|one| !is_output(one)).collect();
    Ok((printed, findings))
}

fn by_chapter(splices: &[Splice]) -> BTreeMap<usize, Vec<Splice>> {
    let mut all: BTreeMap<usize, Vec<Splice>> = BTreeMap::new();
    for splice in splices {
        all.entry(splice.chapter).or_default().push(splice.clone());
    }
    all
}

/// Shows a diff on standard output, and asks whether it may be written.
fn agreed(diff: &str) -> Result<bool> {
    let failed =
        |error| Error::new(format!("cannot show what would be written: {error}"));
    fsx::write_stdout(diff.as_bytes()).map_err(failed)?;
    if diff.is_empty() || !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    report::question("Write this? [y/N]");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
