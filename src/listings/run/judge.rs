//! Whether a listing did what the book says of it: how it ended, its message, what it printed.

use super::unit::{RunUnit, Target, UnitResult};
use super::{PrintedOutput, RunInput, Status, chapter_lines};
use crate::finding::{Code, Finding};
use crate::listings::compare::{self, Cause, Printed, Verdict};
use crate::listings::instrument::split;
use crate::report;
use crate::sandbox::{End, FinishedRun, RunLimits};
use concfilter::error::Place;
use concfilter::tags::{Expect, Norm};
use regex::Regex;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// So many lines of standard error are shown.
const LAST: usize = 15;

/// What one trial at a unit came to.
#[derive(Debug)]
pub(super) struct Trial {
    /// What the compiler said, where it refused.
    pub refused: Option<String>,
    /// The run; nothing where there was none.
    pub run: Option<FinishedRun>,
    /// Where the tree lay, then where the one lay that compilers were given.
    pub trees: [PathBuf; 2],
    pub limits: RunLimits,
    pub elapsed: Duration,
}

/// What is wrong: in a word or two, by which code, and what shows it.
struct Wrong {
    code: Code,
    reason: String,
    detail: Option<String>,
    hint: Option<String>,
    place: Option<Place>,
    status: Status,
    /// What would have to be normalized for it to be right.
    norm: Option<Norm>,
}

impl Wrong {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            code: Code::ListingFailed,
            reason: reason.into(),
            detail: None,
            hint: None,
            place: None,
            status: Status::Failed,
            norm: None,
        }
    }
}

/// Judges what an attempt came to.
pub(super) fn judge(unit: &RunUnit, input: RunInput<'_>, trial: Trial) -> UnitResult {
    let text = |bytes: &[u8]| without(&String::from_utf8_lossy(bytes), &trial.trees);
    let refused = trial.refused.as_ref().map(|message| without(message, &trial.trees));
    let (stdout, stderr) = match &trial.run {
        Some(run) => (text(&run.stdout), text(&run.stderr)),
        None => (String::new(), refused.clone().unwrap_or_default()),
    };
    let ended = ended(unit, &trial, refused.as_deref(), &stderr);
    let printed = PrintedOutput {
        stdout: stdout.clone(),
        stderr: stderr.clone(),
        ended_well: ended.is_none(),
    };
    let wrong = ended.or_else(|| differs(unit, input, &printed, &trial));
    let read = trial.run.and_then(|run| run.read);
    let read = read
        .map(|all| all.iter().filter_map(|one| inside(one, &trial.trees[0])).collect());
    let mut result = UnitResult {
        elapsed: trial.elapsed,
        printed: Some(printed),
        read,
        ..UnitResult::new(Status::Passed)
    };
    if let Some(wrong) = wrong {
        result.status = wrong.status;
        result.norm = wrong.norm;
        // pytest and others tell on standard output what is wrong.
        let message =
            if stderr.trim().is_empty() { plain(&stdout, unit) } else { stderr };
        result.finding = Some(finding(unit, input, &wrong, &message));
        result.reason = Some(wrong.reason);
    }
    result
}

/// What was printed, without the tokens of marks.
fn plain(stdout: &str, unit: &RunUnit) -> String {
    let parts = split(stdout, &unit.expected);
    let texts = parts.parts.iter().map(|part| &*part.text);
    texts.chain([&*parts.rest]).collect()
}

/// The finding of a unit that was not run, because what it needs does not work.
pub(super) fn unready(unit: &RunUnit, input: RunInput<'_>, reason: &str) -> Finding {
    finding(unit, input, &Wrong::new(reason), "")
}

/// The path in the tree of a file that was read, or the name of a module, which begins with `@`; `None` for what
/// lies elsewhere.
fn inside(path: &Path, tree: &Path) -> Option<String> {
    if let Some(module) = path.to_str().filter(|path| path.starts_with('@')) {
        return Some(module.to_owned());
    }
    let mut parts: Vec<&std::ffi::OsStr> = Vec::new();
    for part in path.strip_prefix(tree).ok()?.components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::ParentDir => drop(parts.pop()?),
            _ => {}
        }
    }
    let path: PathBuf = parts.into_iter().collect();
    Some(path.to_string_lossy().into_owned())
}

/// Text without the temporary folders that the tree lay in.
fn without(text: &str, trees: &[PathBuf]) -> String {
    trees.iter().fold(text.to_owned(), |text, tree| {
        let tree = tree.display().to_string();
        text.replace(&format!("{tree}/"), "").replace(&tree, ".")
    })
}

fn finding(unit: &RunUnit, input: RunInput<'_>, wrong: &Wrong, message: &str) -> Finding {
    let book = input.book;
    let program = &book.programs[unit.program];
    let (message, last) = chapter_lines::in_chapters(message, book, program);
    let is_program = matches!(unit.target, Target::Program(_));
    let place = wrong.place.clone().or(last.filter(|_| is_program));
    let place = place.unwrap_or_else(|| unit.place(book));
    let what = match &unit.command {
        Some(words) if !is_program => format!("`{}` on {}", words.join(" "), unit.path),
        _ => unit.path.clone(),
    };
    let mut finding = Finding::new(wrong.code, place, format!("{what} {}", wrong.reason));
    let lines: Vec<&str> = message.lines().collect();
    let tail = lines[lines.len().saturating_sub(LAST)..].join("\n");
    finding.detail = wrong.detail.clone().or(Some(tail).filter(|tail| !tail.is_empty()));
    finding.hint.clone_from(&wrong.hint);
    finding
}

/// Whether it ended otherwise than it had to.
fn ended(
    unit: &RunUnit,
    trial: &Trial,
    refused: Option<&str>,
    stderr: &str,
) -> Option<Wrong> {
    let expected = unit.tags.expected();
    let end = trial.run.as_ref().map(|run| run.end);
    let is_refused = refused.is_some()
        || matches!(end, Some(End::Exit(1..))) && unit.toolchain.is_syntax_error(stderr);
    match end {
        Some(End::Output) => {
            let most = report::size(usize::try_from(trial.limits.output).unwrap_or(0));
            return Some(Wrong::new(format!("printed more than {most}")));
        }
        Some(End::Memory) => {
            let most = report::size(usize::try_from(trial.limits.memory).unwrap_or(0));
            return Some(Wrong::new(format!("took more than {most} of memory")));
        }
        Some(End::Processes) => {
            let most = trial.limits.processes;
            return Some(Wrong::new(format!("started more than {most} processes")));
        }
        Some(End::Disk) => {
            let most = report::size(usize::try_from(trial.limits.disk).unwrap_or(0));
            let files = report::count(
                usize::try_from(trial.limits.entries).unwrap_or(usize::MAX),
                "file",
            );
            return Some(Wrong::new(format!("wrote more than {most} or {files}")));
        }
        Some(End::Timeout) if expected != Expect::Timeout => {
            let mut wrong =
                Wrong::new(format!("did not end within {}", seconds(unit.limit)));
            wrong.status = Status::Timeout;
            wrong.hint = Some(
                "Where that is right, say expect=timeout; where it takes longer, timeout=…"
                    .to_owned(),
            );
            return Some(wrong);
        }
        _ => {}
    }
    let how = match end {
        _ if is_refused => "did not compile".to_owned(),
        Some(End::Exit(0)) | None => "ended well".to_owned(),
        Some(End::Exit(code)) => format!("ended with exit status {code}"),
        Some(End::Signal(signal)) => format!("was ended by signal {signal}"),
        Some(_) => format!("did not end within {}", seconds(unit.limit)),
    };
    let (is_right, wanted) = match expected {
        Expect::Ok => (!is_refused && matches!(end, Some(End::Exit(0)) | None), ""),
        Expect::Error => (
            !is_refused
                && matches!(end, Some(End::Exit(_) | End::Signal(_)))
                && end != Some(End::Exit(0)),
            "had to end with an error",
        ),
        Expect::CompileError => (is_refused, "had to be refused by the compiler"),
        Expect::Compiles => (!is_refused && end.is_none(), "had to be compiled"),
        Expect::Exit(code) => (
            !is_refused && end.and_then(End::code) == Some(code),
            "had to end with another exit status",
        ),
        Expect::Timeout => (end == Some(End::Timeout), "had to go on"),
    };
    if !is_right {
        let mut wrong = match wanted {
            "" => Wrong::new(how),
            _ => Wrong::new(format!("{how}, and {wanted} (expect={expected})")),
        };
        let instead = match expected {
            Expect::Error if is_refused => Some("compile-error"),
            Expect::CompileError if matches!(end, Some(End::Exit(1..))) => Some("error"),
            _ => None,
        };
        wrong.hint =
            instead.map(|other| format!("Where that is right, say expect={other}"));
        if let Some(missing) = unit.toolchain.lacks(stderr) {
            missing.reason.clone_into(&mut wrong.reason);
            wrong.hint = Some(missing.hint.to_owned());
        }
        return Some(wrong);
    }
    matching(unit, refused.unwrap_or(stderr), &how)
}

/// Whether the message is another than the one that was to come.
fn matching(unit: &RunUnit, message: &str, how: &str) -> Option<Wrong> {
    let pattern = unit.tags.matches.as_ref()?;
    let wanted = Regex::new(&format!("(?m){pattern}"));
    match wanted {
        Ok(wanted) if wanted.is_match(message) => None,
        Ok(_) => {
            let reason = format!("{how}, but its message does not match \"{pattern}\"");
            Some(Wrong::new(reason))
        }
        Err(error) => {
            let line = error.to_string();
            let line = line.lines().last().unwrap_or_default().trim().to_owned();
            let mut wrong =
                Wrong::new(format!("has a match= that is no pattern: {line}"));
            wrong.code = Code::ListingTagWrong;
            Some(wrong)
        }
    }
}

/// What is wrong with a listing that is compiled and never started, although the book shows what it
/// prints, or how: nobody saw that.
fn not_started(unit: &RunUnit, input: RunInput<'_>) -> Option<Wrong> {
    let shows = unit.expected.chunks.iter().find(|chunk| !chunk.is_unfilled());
    let errors = unit.expected.errors.as_ref().map(|errors| errors.line);
    let is_compared = unit.expected.is_compared(&unit.tags);
    let line = shows.map(|chunk| chunk.lines.start).or(errors).filter(|_| is_compared)?;
    let mut wrong = Wrong::new(
        "has no `main`: it is compiled, and nothing prints what the book shows",
    );
    wrong.code = Code::ListingNoMain;
    let shown = unit.block.as_deref().unwrap_or(&input.book.programs[unit.program]);
    wrong.place = chapter_lines::place(input.book, shown, line + 1);
    wrong.hint = Some(
        "Give it a `main`, or say what starts it with run=\"…\"; norun with a reason tells readers \
         that nothing does"
            .to_owned(),
    );
    Some(wrong)
}

/// Whether what prints is not what the book shows.
fn differs(
    unit: &RunUnit,
    input: RunInput<'_>,
    printed: &PrintedOutput,
    trial: &Trial,
) -> Option<Wrong> {
    if trial.run.is_none() {
        if unit.tags.expected() == Expect::Compiles {
            return None;
        }
        return not_started(unit, input);
    }
    let printed =
        Printed { stdout: printed.stdout.clone(), stderr: printed.stderr.clone() };
    let found =
        compare::compare(&unit.expected, &printed, &unit.tags, input.settings.width());
    let Verdict::Differs(difference) = found else { return None };
    let mut wrong = Wrong::new("does not print what the book shows");
    wrong.code = Code::ListingOutput;
    let shown = unit.block.as_deref().unwrap_or(&input.book.programs[unit.program]);
    wrong.place = chapter_lines::place(input.book, shown, difference.line + 1);
    wrong.detail = Some(abridged(&difference.diff));
    let hint = match difference.cause {
        Some(Cause::Errors) => {
            wrong.reason.push_str(": that goes to standard error");
            "Show it behind a line `___[ Error Output ]___`, or let the listing print it"
        }
        Some(Cause::LeftOut) => {
            "For what the book leaves out say output=first:N or output=ends:N, or show a line `[...]`"
        }
        None => "`concbook listings update` writes what it prints into the chapter",
    };
    wrong.hint = Some(hint.to_owned());
    wrong.norm = difference.suggested;
    Some(wrong)
}

/// The first and the last lines of a long text.
fn abridged(text: &str) -> String {
    const FIRST: usize = 60;
    const LAST: usize = 10;
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= FIRST + LAST + 1 {
        return text.to_owned();
    }
    let left_out =
        format!("  ⋮ {} more", report::count(lines.len() - FIRST - LAST, "line"));
    let mut short = lines[..FIRST].to_vec();
    short.push(&left_out);
    short.extend(&lines[lines.len() - LAST..]);
    short.join("\n") + "\n"
}

/// Adds to a finding that a `norm=` takes away what differs, where two runs do differ by that.
pub(super) fn propose_norm(result: &mut UnitResult, second: &UnitResult) {
    let Some(norm) = result.norm.take() else { return };
    let stdout = |result: &UnitResult| {
        result.printed.as_ref().map(|printed| printed.stdout.clone())
    };
    if stdout(result) == stdout(second) {
        return;
    }
    if let Some(hint) = result.finding.as_mut().and_then(|finding| finding.hint.as_mut())
    {
        hint.extend([
            "; norm=\"",
            &*norm.to_string(),
            "\" normalizes what is another each time",
        ]);
    }
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}
