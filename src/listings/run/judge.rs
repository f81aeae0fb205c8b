//! Whether a listing did what the book says of it: how it ended, its message, what it printed.

use super::plan::{Done, Job, Runner};
use super::{Output, Source, Status, places};
use crate::finding::{Code, Finding};
use crate::listings::compare::{self, Printed, Verdict};
use crate::listings::instrument::split;
use crate::listings::run::Target;
use crate::report;
use crate::sandbox::{End, Limits, Ran};
use concfilter::error::Place;
use concfilter::tags::Expect;
use regex::Regex;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// So many lines of standard error are shown.
const LAST: usize = 15;

/// One run of a job.
pub(super) struct Attempt {
    /// What the compiler said, where it refused.
    pub refused: Option<String>,
    /// The run; nothing where there was none.
    pub ran: Option<Ran>,
    /// Where the tree lay, then where the one lay that compilers were given.
    pub trees: [PathBuf; 2],
    pub limits: Limits,
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
        }
    }
}

/// Judges a run.
pub(super) fn judge(job: &Job, source: Source<'_>, attempt: Attempt) -> Done {
    let text = |bytes: &[u8]| without(&String::from_utf8_lossy(bytes), &attempt.trees);
    let refused = attempt.refused.as_ref().map(|said| without(said, &attempt.trees));
    let (stdout, stderr) = match &attempt.ran {
        Some(ran) => (text(&ran.stdout), text(&ran.stderr)),
        None => (String::new(), refused.clone().unwrap_or_default()),
    };
    let ended = ended(job, &attempt, refused.as_deref(), &stderr);
    let printed = Output {
        stdout: stdout.clone(),
        stderr: stderr.clone(),
        ended_well: ended.is_none(),
    };
    let wrong = ended.or_else(|| differs(job, source, &printed, &attempt));
    let read = attempt.ran.and_then(|ran| ran.read);
    let read = read
        .map(|all| all.iter().filter_map(|one| inside(one, &attempt.trees[0])).collect());
    let mut done = Done {
        status: Some(Status::Passed),
        elapsed: attempt.elapsed,
        printed: Some(printed),
        read,
        ..Done::default()
    };
    if let Some(wrong) = wrong {
        done.status = Some(wrong.status);
        // pytest and others tell on standard output what is wrong.
        let said = if stderr.trim().is_empty() { plain(&stdout, job) } else { stderr };
        done.finding = Some(finding(job, source, &wrong, &said));
        done.reason = Some(wrong.reason);
    }
    done
}

/// What was printed, without the tokens of marks.
fn plain(stdout: &str, job: &Job) -> String {
    let parts = split(stdout, &job.expected);
    let texts = parts.parts.iter().map(|part| &*part.text);
    texts.chain([&*parts.rest]).collect()
}

/// The finding of a job that was not run, because what it needs does not work.
pub(super) fn unready(job: &Job, source: Source<'_>, reason: &str) -> Finding {
    finding(job, source, &Wrong::new(reason), "")
}

/// The path in the tree of a file that was read; `None` for what lies elsewhere.
fn inside(path: &Path, tree: &Path) -> Option<String> {
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

fn finding(job: &Job, source: Source<'_>, wrong: &Wrong, said: &str) -> Finding {
    let book = source.book;
    let program = &book.programs[job.program];
    let (said, last) = places::in_chapters(said, book, program);
    let is_program = matches!(job.target, Target::Program(_));
    let place = wrong.place.clone().or(last.filter(|_| is_program));
    let place = place.unwrap_or_else(|| job.place(book));
    let what = match &job.command {
        Some(words) if !is_program => format!("`{}` on {}", words.join(" "), job.path),
        _ => job.path.clone(),
    };
    let mut finding = Finding::new(wrong.code, place, format!("{what} {}", wrong.reason));
    let lines: Vec<&str> = said.lines().collect();
    let tail = lines[lines.len().saturating_sub(LAST)..].join("\n");
    finding.detail = wrong.detail.clone().or(Some(tail).filter(|tail| !tail.is_empty()));
    finding.hint.clone_from(&wrong.hint);
    finding
}

/// Whether it ended otherwise than it had to.
fn ended(
    job: &Job,
    attempt: &Attempt,
    refused: Option<&str>,
    stderr: &str,
) -> Option<Wrong> {
    let expected = job.tags.expected();
    let end = attempt.ran.as_ref().map(|ran| ran.end);
    let is_refused = refused.is_some() || is_syntax_error(job, end, stderr);
    match end {
        Some(End::Output) => {
            let most = report::size(usize::try_from(attempt.limits.output).unwrap_or(0));
            return Some(Wrong::new(format!("printed more than {most}")));
        }
        Some(End::Memory) => {
            let most = report::size(usize::try_from(attempt.limits.memory).unwrap_or(0));
            return Some(Wrong::new(format!("took more than {most} of memory")));
        }
        Some(End::Processes) => {
            let most = attempt.limits.processes;
            return Some(Wrong::new(format!("started more than {most} processes")));
        }
        Some(End::Timeout) if expected != Expect::Timeout => {
            let mut wrong =
                Wrong::new(format!("did not end within {}", seconds(job.limit)));
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
        Some(_) => format!("did not end within {}", seconds(job.limit)),
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
        if job.runner == Runner::Pytest && stderr.contains("No module named pytest") {
            "cannot run: pytest is not installed".clone_into(&mut wrong.reason);
            wrong.hint = Some("Install it: pip install pytest".to_owned());
        }
        return Some(wrong);
    }
    matching(job, refused.unwrap_or(stderr), &how)
}

/// Whether the message is another than the one that was to come.
fn matching(job: &Job, said: &str, how: &str) -> Option<Wrong> {
    let pattern = job.tags.matches.as_ref()?;
    let wanted = Regex::new(&format!("(?m){pattern}"));
    match wanted {
        Ok(wanted) if wanted.is_match(said) => None,
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

/// Whether what prints is not what the book shows.
fn differs(
    job: &Job,
    source: Source<'_>,
    printed: &Output,
    attempt: &Attempt,
) -> Option<Wrong> {
    attempt.ran.as_ref()?;
    let printed =
        Printed { stdout: printed.stdout.clone(), stderr: printed.stderr.clone() };
    let found =
        compare::compare(&job.expected, &printed, &job.tags, source.settings.width);
    let Verdict::Differs(difference) = found else { return None };
    let mut wrong = Wrong::new("does not print what the book shows");
    wrong.code = Code::ListingOutput;
    let shown = job.block.as_deref().unwrap_or(&source.book.programs[job.program]);
    wrong.place = places::place(source.book, shown, difference.line + 1);
    wrong.detail = Some(difference.diff);
    let update = "`concbook listings update` writes what it prints into the chapter";
    wrong.hint = Some(match difference.suggested {
        Some(norm) => format!("{update}; norm=\"{norm}\" normalizes the difference"),
        None => update.to_owned(),
    });
    Some(wrong)
}

/// Whether an interpreter refused the text before it ran.
fn is_syntax_error(job: &Job, end: Option<End>, stderr: &str) -> bool {
    if !matches!(end, Some(End::Exit(1..))) {
        return false;
    }
    let marks: &[&str] = match job.runner {
        Runner::Python => &["SyntaxError: ", "IndentationError: ", "TabError: "],
        Runner::JavaScript => &["SyntaxError: "],
        Runner::Plain => &["syntax error", "Parse error", "SyntaxError"],
        _ => return false,
    };
    let last = stderr.lines().rev().take(12);
    let is_own = |line: &str| match job.runner {
        // The last line of a traceback says which exception it was.
        Runner::Python => marks.iter().any(|mark| line.starts_with(mark)),
        _ => marks.iter().any(|mark| line.contains(mark)),
    };
    // An exception that the program itself met while it ran names its module.
    let ran = stderr.contains(", in <module>") && job.runner == Runner::Python;
    !ran && last.into_iter().any(is_own)
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}
