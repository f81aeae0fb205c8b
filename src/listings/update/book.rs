//! All programs of a book, and what they print, as new text for its chapters.

use super::super::compare::{Comparison, Printed, norms, stable};
use super::super::outputs::{self, Chunk, Expected, Shape};
use super::super::run::Target;
use super::super::set::{ListingSet, Program};
use super::{Refused, Splice, splices};
use crate::finding::{Code, Finding};
use concfilter::error::Result;
use concfilter::tags::{Norm, OutputMatch};

/// Runs targets, and tells of each what it printed; `None` of one that did not end as it has to, or
/// that cannot be run: that is somebody else's finding, and never output.
pub type Run<'a> = dyn Fn(&[Target]) -> Result<Vec<Option<Printed>>> + 'a;

/// What an update comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateOutcome {
    /// New text.
    pub splices: Vec<Splice>,
    /// Output that is not written, and why.
    pub findings: Vec<Finding>,
    /// How many programs and commands ran.
    pub ran: usize,
    /// How many of them have new output.
    pub changed: usize,
}

/// Runs what shows its output in the book, and what has new output a second time: what is
/// different each time is not written.
///
/// # Errors
/// What `run` fails with.
pub fn update(book: &ListingSet, width: usize, run: &Run) -> Result<UpdateOutcome> {
    let all = shown(book);
    let targets: Vec<Target> = all.iter().map(|one| one.target).collect();
    let printed = run(&targets)?;
    let mut outcome = UpdateOutcome {
        ran: printed.iter().flatten().count(),
        ..UpdateOutcome::default()
    };
    let ended: Vec<(ShownOutput, Printed)> = all
        .into_iter()
        .zip(printed)
        .filter_map(|(one, printed)| Some((one, printed?)))
        .collect();
    let programs: Vec<_> = ended
        .iter()
        .map(|(one, printed)| (&one.program, &one.expected, printed))
        .collect();
    let updates = splices(book, &programs, width);
    let mut changed = Vec::new();
    for ((one, printed), update) in ended.into_iter().zip(updates) {
        outcome.findings.extend(update.findings);
        if !update.splices.is_empty() {
            changed.push((one, printed, update.splices));
        }
    }
    let targets: Vec<Target> = changed.iter().map(|(one, ..)| one.target).collect();
    let again = if targets.is_empty() { Vec::new() } else { run(&targets)? };
    for ((one, first, splices), second) in changed.into_iter().zip(again) {
        let rule = Comparison::of(&one.expected, &one.program.tags, width);
        let is_stable = |norm: Norm| {
            let rule = Comparison { norm, ..rule };
            second
                .as_ref()
                .is_some_and(|second| stable(&one.expected, &first, second, rule))
        };
        if rule.output == OutputMatch::Sample || is_stable(rule.norm) {
            outcome.changed += 1;
            outcome.splices.extend(splices);
        } else {
            outcome.findings.push(one.unstable(book, is_stable, rule.norm));
        }
    }
    Ok(outcome)
}

/// Something that shows its output in the book.
struct ShownOutput {
    target: Target,
    program: Program,
    expected: Expected,
}

impl ShownOutput {
    fn unstable(
        &self,
        book: &ListingSet,
        is_stable: impl Fn(Norm) -> bool,
        now: Norm,
    ) -> Finding {
        let hint = match norms(now).find(|norm| is_stable(*norm)) {
            Some(norm) => {
                format!("With norm=\"{norm}\" they are the same; else say output=sample")
            }
            None => "Let it print the same each time, or say output=sample".to_owned(),
        };
        let line = self.expected.chunks.first().map_or(0, |chunk| chunk.lines.start);
        let message = "two runs print different things, so nothing is written".to_owned();
        let refused = Refused { line, code: Code::ListingOutputUnstable, message, hint };
        refused.finding(book, &self.program)
    }
}

/// All that shows output, or waits for it.
fn shown(book: &ListingSet) -> Vec<ShownOutput> {
    let programs =
        book.programs.iter().enumerate().map(|(number, program)| ShownOutput {
            target: Target::Program(number),
            program: program.clone(),
            expected: Expected::of(book, program),
        });
    let commands = (0..book.listings.len()).filter_map(|number| {
        let (program, expected) = outputs::of_command(book, number)?;
        let target = Target::Command(number);
        (!program.tags.cmd.is_empty()).then_some(ShownOutput {
            target,
            program,
            expected,
        })
    });
    let is_wanted = |one: &ShownOutput| {
        let is_held = match one.program.tags.output {
            OutputMatch::None => false,
            OutputMatch::Sample => one.expected.chunks.iter().all(Chunk::is_unfilled),
            _ => true,
        };
        is_held && one.expected.shape != Shape::None && !one.program.tags.norun
    };
    programs.chain(commands).filter(is_wanted).collect()
}
