//! Whether a program prints what the book shows.
//!
//! `errors` tells what went to standard error; `normalize` takes off what no book shows, and what the listing asks to be normalized; `trim` leaves
//! what a listing shows of a long output; `unwrap` tells whether lines of the book are lines that
//! were printed, wrapped.

mod errors;
mod normalize;
mod trim;
mod unwrap;

pub(super) use errors::ErrorLines;
pub(super) use normalize::{apply as apply_norm, normalize, norms};
pub(super) use trim::{ellipsis, is_own, shown};

use super::diff;
use super::instrument::split;
use super::outputs::{Chunk, Expected, Shape};
use super::prompts;
use super::wrap::wrap;
use concfilter::tags::{Norm, OutputMatch, Tags};
use similar::{ChangeTag, DiffOp};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a program wrote, as it wrote it; tokens of marks may be in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// To standard output.
    pub stdout: String,
    /// To standard error.
    pub stderr: String,
}

/// What comparing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The book shows what was printed.
    Same,
    /// The book shows nothing, or the author wants it to be let alone.
    NotCompared,
    /// The book shows something else.
    Differs(Difference),
}

/// How the book and what was printed differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The line of the program, from 0, at which the first difference stands.
    pub line: usize,
    /// Whether the book shows nothing yet there, but has a mark for it.
    pub unfilled: bool,
    /// All that differs: lines of the book behind `-`, lines that were printed behind `+`.
    pub diff: String,
    /// What has to be normalized for them to be the same, if that helps.
    pub suggested: Option<Norm>,
    /// Why they differ, where that can be told.
    pub cause: Option<Cause>,
}

impl Difference {
    /// One of which only the line is told.
    fn at(line: usize) -> Self {
        Self { line, unfilled: false, diff: String::new(), suggested: None, cause: None }
    }
}

/// Why a book does not show what was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// What it shows as output went to standard error.
    Errors,
    /// It shows dots for what it leaves out, and does not say so.
    LeftOut,
}

/// Why lines of the book do not stand in what was printed, if that can be told.
pub(super) fn cause(
    old: &[OutputLine],
    new: &[String],
    errors: &ErrorLines<'_>,
) -> Option<Cause> {
    let printed: BTreeSet<&str> = new.iter().map(|line| line.trim()).collect();
    let gone = old.iter().map(|line| line.text.trim());
    let gone: Vec<&str> =
        gone.filter(|line| !line.is_empty() && !printed.contains(line)).collect();
    if gone.iter().any(|line| trim::is_ellipsis(line)) {
        Some(Cause::LeftOut)
    } else if errors::are_among(&gone, new, errors) {
        Some(Cause::Errors)
    } else {
        None
    }
}

/// How outputs are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    /// Which part of it is shown.
    pub output: OutputMatch,
    /// What is normalized.
    pub norm: Norm,
    /// How many characters wide a line of the book may be.
    pub width: usize,
    /// How wide the widest line of this listing is.
    pub widest: usize,
}

impl Comparison {
    /// How a program's output is compared.
    pub(super) fn of(expected: &Expected, tags: &Tags, width: usize) -> Self {
        Self { output: tags.output, norm: tags.norm, width, widest: expected.widest }
    }
}

/// A line of output in the book.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutputLine<'a> {
    /// The column in which it begins, behind its mark.
    pub column: usize,
    /// What it says.
    pub text: &'a str,
}

/// Compares what a program printed with what the book shows; a line of the book may be `width`
/// characters wide.
pub fn compare(
    expected: &Expected,
    printed: &Printed,
    tags: &Tags,
    width: usize,
) -> Verdict {
    if !expected.is_compared(tags) {
        return Verdict::NotCompared;
    }
    let rule = Comparison::of(expected, tags, width);
    let found = differences(expected, printed, rule, Detail::Told);
    let Some(first) = found.first() else { return Verdict::Same };
    let (line, unfilled) = (first.line, first.unfilled);
    let cause = found.iter().find_map(|one| one.cause);
    let suggested = if unfilled {
        None
    } else {
        let is_same_with = |norm: &Norm| {
            let rule = Comparison { norm: *norm, ..rule };
            differences(expected, printed, rule, Detail::Found).is_empty()
        };
        normalize::norms(rule.norm).find(is_same_with)
    };
    let diff = found.iter().map(|one| &*one.diff).collect::<Vec<_>>().join(BETWEEN);
    Verdict::Differs(Difference { line, unfilled, diff, suggested, cause })
}

/// What stands in a diff for lines that are the same.
const BETWEEN: &str = "  ⋮\n";

/// What is wanted of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// What differs and why, which takes long in a long output.
    Told,
    /// Where something differs.
    Found,
}

/// The differences, in the order of the program's lines.
fn differences(
    expected: &Expected,
    printed: &Printed,
    rule: Comparison,
    detail: Detail,
) -> Vec<Difference> {
    let parts = split(&printed.stdout, expected);
    let error_lines = ErrorLines::of(match detail {
        Detail::Told => &printed.stderr,
        Detail::Found => "",
    });
    let mut found = Vec::new();
    let is_plain = |output: OutputMatch| {
        !matches!(output, OutputMatch::First(_) | OutputMatch::Ends(_))
    };
    let mut differs =
        |line: usize, old: &[OutputLine], new: &[String], rule: Comparison| {
            if detail == Detail::Found {
                found.push(Difference::at(line));
                return;
            }
            let is_output =
                expected.errors.as_ref().is_none_or(|errors| errors.line != line);
            let cause = (is_output && is_plain(rule.output))
                .then(|| cause(old, new, &error_lines))
                .flatten();
            let starts = |chunk: &Chunk| chunk.lines.start.cmp(&line);
            let unfilled = expected.chunks.binary_search_by(starts).is_ok()
                && old.iter().all(|line| line.text.trim().is_empty());
            let diff = diff(old, new, rule);
            found.push(Difference { line, unfilled, diff, suggested: None, cause });
        };
    if rule.output == OutputMatch::None {
        let new = normalize(&printed.stdout);
        if !new.is_empty() {
            differs(0, &[], &new, rule);
        }
        return found;
    }
    for part in &parts.parts {
        let chunks = expected.chunks.get(part.chunks.clone()).unwrap_or_default();
        let old = lines(chunks);
        if let Some(example) = expected.examples.get(part.chunks.start) {
            let shown: Vec<String> =
                chunks.iter().flat_map(|one| one.text.clone()).collect();
            if !prompts::equal(example, &shown, &part.text, rule.norm) {
                let new = prompts::written(example, &shown, &part.text);
                differs(example.line, &old, &new, rule);
            }
            continue;
        }
        let new = normalize(&part.text);
        if !equal(&old, &new, rule) {
            let line = chunks.first().map_or(0, |chunk| chunk.lines.start);
            differs(line, &old, &new, rule);
        }
    }
    let rest = normalize(&parts.rest);
    if !rest.is_empty() && expected.shape != Shape::None {
        let last = expected.chunks.last().map_or(0, |chunk| chunk.lines.end);
        differs(last, &[], &rest, rule);
    }
    if let Some(errors) = &expected.errors {
        let column = expected.chunks.get(errors.chunk).map_or(0, Chunk::column);
        let old: Vec<OutputLine> =
            errors.text.iter().map(|text| OutputLine { column, text }).collect();
        let new = normalize(&printed.stderr);
        // Errors are shown whole.
        let rule = Comparison { output: OutputMatch::Unsaid, ..rule };
        if !equal(&old, &new, rule) {
            differs(errors.line, &old, &new, rule);
        }
    }
    found.sort_by_key(|one| one.line);
    found
}

/// Whether two runs of a program print the same, by a rule.
pub(super) fn stable(
    expected: &Expected,
    first: &Printed,
    second: &Printed,
    rule: Comparison,
) -> bool {
    // What is not in the book is not wrapped.
    let rule = Comparison { width: usize::MAX / 2, ..rule };
    let same = |first: &str, second: &str| {
        let shown = shown(&normalize(first), rule.output, &ellipsis(&[], rule.output));
        let old: Vec<OutputLine> =
            shown.iter().map(|text| OutputLine { column: 0, text }).collect();
        equal(&old, &normalize(second), rule)
    };
    let (one, other) = (split(&first.stdout, expected), split(&second.stdout, expected));
    one.parts.len() == other.parts.len()
        && one.parts.iter().zip(&other.parts).all(|(one, other)| {
            one.chunks == other.chunks && same(&one.text, &other.text)
        })
        && same(&one.rest, &other.rest)
        && (expected.errors.is_none() || same(&first.stderr, &second.stderr))
}

/// The lines of chunks.
pub(super) fn lines(chunks: &[Chunk]) -> Vec<OutputLine<'_>> {
    let mut lines = Vec::new();
    for chunk in chunks {
        let column = chunk.column();
        lines.extend(chunk.text.iter().map(|text| OutputLine { column, text }));
    }
    lines
}

/// Whether lines of the book say what was printed, by a rule. What was printed is normalized.
pub(super) fn equal(old: &[OutputLine], new: &[String], rule: Comparison) -> bool {
    let mut old: Vec<OutputLine> =
        old.iter().map(|line| normalize::line(*line)).collect();
    while old.last().is_some_and(|line| line.text.is_empty()) {
        old.pop();
    }
    trim::equal(&old, new, rule)
}

/// What differs, as lines behind `-` and `+`, as they would stand in the book.
fn diff(old: &[OutputLine], new: &[String], rule: Comparison) -> String {
    let column = old.first().map_or(0, |line| line.column);
    let new = shown(new, rule.output, &ellipsis(old, rule.output));
    let new: Vec<&str> =
        new.iter().flat_map(|line| wrap(line, column, rule.width)).collect();
    let old: Vec<&str> = old.iter().map(|line| line.text.trim_end()).collect();
    unified(&old, &new)
}

/// Lines that were behind `-`, lines that are behind `+`, and a few that stand around them.
pub(super) fn unified(old: &[&str], new: &[&str]) -> String {
    /// More lines than these nobody reads, and comparing them takes long.
    const MOST: usize = 2000;
    let (old, new) = (&old[..old.len().min(MOST)], &new[..new.len().min(MOST)]);
    let mut text = String::new();
    let groups = diff::groups(old, new);
    for (number, group) in groups.iter().enumerate() {
        if number > 0 {
            text.push_str(BETWEEN);
        }
        for change in group.iter().flat_map(|op: &DiffOp| op.iter_changes(old, new)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let line = format!("{sign} {}", change.value());
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}

#[cfg(test)]
mod tests;
