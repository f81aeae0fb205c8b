//! The last stage: what came of each program, in the order of the book.

use super::schedule::{FinishedUnit, FinishedUnits};
use super::unit::{Target, UnitResult};
use super::{ListingResult, Report, RunInput, plan};
use crate::finding::{self, Finding};
use concfilter::error::Place;
use std::time::Duration;

/// Reports what came of a run, with findings that were made before it.
pub(super) fn report(
    finished: FinishedUnits,
    findings: Vec<Finding>,
    input: RunInput<'_>,
    elapsed: Duration,
) -> Report {
    let book = input.book;
    let mut entries: Vec<((usize, usize), ListingResult)> = Vec::new();
    for skipped in finished.skipped {
        let program = &book.programs[skipped.program];
        let entry = ListingResult {
            file: program.path.clone(),
            language: Some(plan::language(program)).filter(|name| !name.is_empty()),
            ..entry(
                Target::Program(skipped.program),
                &super::place_of(book, skipped.program),
                UnitResult::skipped(skipped.reason),
            )
        };
        entries.push(((program.chapter, program.line), entry));
    }
    for FinishedUnit { recalled, result } in finished.units {
        let unit = recalled.equipped.unit;
        let place = unit.place(book);
        let (at, command) = match unit.target {
            Target::Program(number) => {
                let program = &book.programs[number];
                ((program.chapter, program.line), None)
            }
            Target::Command(number) => {
                let listing = &book.listings[number];
                let command = unit.command.map(|words| words.join(" "));
                ((listing.chapter, listing.block.line), command)
            }
        };
        let entry = ListingResult {
            file: unit.path,
            command,
            language: Some(unit.language).filter(|name| !name.is_empty()),
            ..entry(unit.target, &place, result)
        };
        entries.push((at, entry));
    }
    entries.sort_by_key(|(at, _)| *at);
    let entries: Vec<ListingResult> =
        entries.into_iter().map(|(_, entry)| entry).collect();
    let mut all = findings;
    all.extend(finished.findings);
    all.extend(entries.iter().filter_map(|entry| entry.finding.clone()));
    finding::sort(&mut all);
    Report { entries, findings: all, elapsed, isolation_note: finished.isolation_note }
}

/// An entry without its file.
fn entry(target: Target, place: &Place, result: UnitResult) -> ListingResult {
    ListingResult {
        target,
        file: String::new(),
        command: None,
        chapter: place.file.clone(),
        line: place.line.map_or(0, |line| line as usize),
        status: result.status,
        reason: result.reason,
        seconds: (result.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        language: None,
        cached: result.is_cached,
        tries: result.tries,
        finding: result.finding,
        printed: result.printed,
    }
}
