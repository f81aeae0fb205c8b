//! What there is to run: a job for each program and for each block that shows the output of a
//! command, and why the others are not run.

use super::data::Data;
use super::tools::Tool;
use super::unit::Target;
use super::{Entry, Output, Source, Status};
use crate::finding::Finding;
use crate::listings::outputs::{self, Expected};
use crate::listings::{ListingKind, ListingSet, Program};
use concfilter::error::Place;
use concfilter::lang;
use concfilter::tags::{Expect, Tags};
use rayon::prelude::*;
use std::time::Duration;

/// How files of a language are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Runner {
    /// A Python program.
    Python,
    /// Tests for `pytest`.
    Pytest,
    /// Java: compiled at once, started by class.
    Java,
    /// Kotlin.
    Kotlin,
    /// Rust: compiled at once.
    Rust,
    /// Go.
    Go,
    /// C.
    C,
    /// C++.
    Cpp,
    /// JavaScript, by Node.js.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// An interpreter that is given the file.
    Plain,
    /// A command of the author's.
    Command,
}

/// Something to run, and what came of it.
#[derive(Debug)]
pub(super) struct Job {
    pub target: Target,
    /// The number of the program that is run, or that the command is about.
    pub program: usize,
    pub runner: Runner,
    /// The language, by its usual name.
    pub language: String,
    /// The path in the tree of the file that is run.
    pub path: String,
    pub tags: Tags,
    /// What the book says is printed.
    pub expected: Expected,
    /// The block that shows the output of a command, as if it were a program.
    pub block: Option<Box<Program>>,
    /// The numbers of the programs that are run before it.
    pub before: Vec<usize>,
    /// The toolchain, as soon as it is found.
    pub tool: Option<Tool>,
    /// The command in place of ours.
    pub command: Option<Vec<String>>,
    /// How long it may run.
    pub limit: Duration,
    /// How long it ran the last time.
    pub took: Option<Duration>,
    /// Whether it was asked for.
    pub selected: bool,
    /// Whether one that is asked for has it run before.
    pub needed: bool,
    /// What came of it.
    pub result: Option<Done>,
}

/// What came of a job.
#[derive(Debug, Clone, Default)]
pub(super) struct Done {
    pub status: Option<Status>,
    pub reason: Option<String>,
    pub elapsed: Duration,
    pub cached: bool,
    pub finding: Option<Finding>,
    pub printed: Option<Output>,
    /// The files of the tree that it was seen to read; `None` where nobody saw it.
    pub read: Option<Vec<String>>,
}

/// All jobs, and the entries of what is not run.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub jobs: Vec<Job>,
    /// With the number of the program.
    pub skipped: Vec<(usize, String)>,
}

/// How long a program may take that is expected not to end, unless it is said.
const NEVER_ENDS: Duration = Duration::from_secs(5);

/// Finds what there is to run.
pub(super) fn plan(source: Source<'_>, data: &Data) -> Plan {
    let book = source.book;
    let mut plan = Plan::default();
    // To find what a program has to print, its text is parsed: where nothing has to be run, that
    // is most of the work.
    let jobs = book.programs.par_iter().enumerate().map(|(number, program)| {
        let (runner, command) = runner(source, program)?;
        let expected = Expected::of(book, program);
        Ok(job(source, number, runner, command, expected))
    });
    let jobs: Vec<Result<Job, String>> = jobs.collect();
    for (number, job) in jobs.into_iter().enumerate() {
        match job {
            Ok(job) => plan.jobs.push(job),
            Err(reason) => plan.skipped.push((number, reason)),
        }
    }
    for (number, listing) in book.listings.iter().enumerate() {
        let Some(of) = listing.tags.of.as_deref() else { continue };
        let Some(program) = book.named(listing.chapter, of) else { continue };
        let program = book.programs.iter().position(|one| one.path == program.path);
        let Some(program) = program else { continue };
        if matches!(listing.kind, ListingKind::Skipped(_)) && !listing.tags.cmd.is_empty()
        {
            let Some((block, expected)) = outputs::of_command(book, number) else {
                continue;
            };
            let command = Some(listing.tags.cmd.clone());
            let mut job = job(source, program, Runner::Command, command, expected);
            job.target = Target::Command(number);
            job.block = Some(Box::new(block));
            job.tags = listing.tags.clone();
            job.limit = limit(source, &job.tags);
            job.before = Vec::new();
            plan.jobs.push(job);
        }
    }
    plan.jobs.retain(|job| !data.missing.contains(&job.program));
    plan.skipped
        .extend(data.missing.iter().map(|&one| (one, "it needs a missing file".into())));
    plan
}

fn job(
    source: Source<'_>,
    number: usize,
    runner: Runner,
    command: Option<Vec<String>>,
    expected: Expected,
) -> Job {
    let program = &source.book.programs[number];
    Job {
        target: Target::Program(number),
        program: number,
        runner,
        language: language(program),
        path: program.path.clone(),
        tags: program.tags.clone(),
        expected,
        block: None,
        before: before(source.book, program),
        tool: None,
        command,
        limit: limit(source, &program.tags),
        took: None,
        selected: true,
        needed: false,
        result: None,
    }
}

/// The language of a program, by its usual name.
pub(super) fn language(program: &Program) -> String {
    let by_file = lang::of_file(&program.path).map(str::to_owned);
    by_file.or_else(|| program.language.clone()).unwrap_or_default()
}

fn limit(source: Source<'_>, tags: &Tags) -> Duration {
    let seconds = u64::try_from(source.settings.timeout).unwrap_or(u64::MAX);
    let usual = match tags.expected() {
        Expect::Timeout => NEVER_ENDS,
        _ => Duration::from_secs(seconds),
    };
    tags.timeout.unwrap_or(usual)
}

/// How a program is run, with a command where it has one; why it is not, else.
fn runner(
    source: Source<'_>,
    program: &Program,
) -> Result<(Runner, Option<Vec<String>>), String> {
    if program.tags.norun {
        return Err(program.tags.reason.clone().unwrap_or_else(|| "norun".to_owned()));
    }
    if !program.tags.run.is_empty() {
        let by_class = lang::of_file(&program.path) == Some("java");
        let runner = if by_class { Runner::Java } else { Runner::Command };
        return Ok((runner, Some(program.tags.run.clone())));
    }
    let language = language(program);
    let own = source.settings.commands.iter().find(|(name, _)| *name == language);
    if let Some((_, command)) = own
        && !is_python(&language, command)
    {
        let words = concfilter::tags::words(command).unwrap_or_default();
        return Ok((Runner::Command, Some(words)));
    }
    let name = program.path.rsplit('/').next().unwrap_or_default();
    let is_test = name.starts_with("test_") || name.ends_with("_test.py");
    Ok((
        match &*language {
            "python" if name == "conftest.py" => return Err("pytest reads it".into()),
            "python" if is_test => Runner::Pytest,
            "python" if has_extension(name, &["pyi"]) => {
                return Err("it declares no program".into());
            }
            "python" => Runner::Python,
            "c" | "cpp" if has_extension(name, &["h", "hh", "hpp"]) => {
                return Err("a header, compiled with what includes it".to_owned());
            }
            "java" if matches!(name, "package-info.java" | "module-info.java") => {
                return Err("it declares no program".to_owned());
            }
            "java" => Runner::Java,
            "kotlin" => Runner::Kotlin,
            "rust" => Runner::Rust,
            "go" => Runner::Go,
            "c" => Runner::C,
            "cpp" => Runner::Cpp,
            "javascript" => Runner::JavaScript,
            "typescript" if name.ends_with(".d.ts") => {
                return Err("it declares no program".to_owned());
            }
            "typescript" => Runner::TypeScript,
            "bash" | "lua" | "perl" | "php" | "ruby" => Runner::Plain,
            "css" | "diff" | "html" | "ini" | "json" | "markdown" | "sql" | "text"
            | "toml" | "xml" | "yaml" | "" | "makefile" | "dockerfile" => {
                return Err("a file that other listings read".to_owned());
            }
            other => {
                return Err(format!(
                    "nothing runs {other}: give a command under listings: commands:"
                ));
            }
        },
        None,
    ))
}

/// Whether a command only names the interpreter of Python.
pub(super) fn is_python(language: &str, command: &str) -> bool {
    language == "python" && !command.contains(char::is_whitespace)
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, one)| extensions.contains(&one))
}

/// The programs that run before one, in order: what it needs, and what sets it up.
fn before(book: &ListingSet, program: &Program) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = vec![(program, 0)];
    while let Some((one, depth)) = open.pop() {
        let named = one.tags.needs.iter().chain(&one.tags.setup);
        for name in named {
            let Some(needed) = book.named(one.chapter, name) else { continue };
            let number = book.programs.iter().position(|other| other.path == needed.path);
            let Some(number) = number else { continue };
            // A circle of needs is gone round once.
            if needed.path != program.path && !found.contains(&number) && depth < 32 {
                found.push(number);
                open.push((needed, depth + 1));
            }
        }
    }
    found.reverse();
    found
}

impl Job {
    /// Where it stands in the book.
    pub(super) fn place(&self, book: &ListingSet) -> Place {
        match self.target {
            Target::Program(number) => super::place_of(book, number),
            Target::Command(listing) => book
                .listings
                .get(listing)
                .map_or_else(Place::default, |one| book.fence(one)),
        }
    }

    /// Whether it is to be run.
    pub(super) fn is_open(&self) -> bool {
        self.selected && self.result.is_none()
    }

    /// The folder of its file in the tree.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The name of its file.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The name of its file without the extension.
    pub(super) fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

impl Plan {
    /// What came of everything, in the order of the book.
    pub(super) fn into_entries(self, book: &ListingSet) -> Vec<Entry> {
        let mut entries: Vec<((usize, usize), Entry)> = Vec::new();
        for (number, reason) in self.skipped {
            let program = &book.programs[number];
            let done = Done { reason: Some(reason), ..Done::default() };
            let language = language(program);
            let at = (program.chapter, program.line);
            let place = super::place_of(book, number);
            entries.push((
                at,
                entry(
                    Target::Program(number),
                    &program.path,
                    None,
                    &place,
                    &language,
                    done,
                ),
            ));
        }
        for job in self.jobs.into_iter().filter(|job| job.selected) {
            let (chapter, line) = match job.target {
                Target::Program(number) => {
                    (book.programs[number].chapter, book.programs[number].line)
                }
                Target::Command(number) => {
                    let listing = &book.listings[number];
                    (listing.chapter, listing.block.line)
                }
            };
            let place = job.place(book);
            let done = job.result.unwrap_or_default();
            let command = match job.target {
                Target::Program(_) => None,
                Target::Command(_) => job.command.map(|words| words.join(" ")),
            };
            let entry =
                entry(job.target, &job.path, command, &place, &job.language, done);
            entries.push(((chapter, line), entry));
        }
        entries.sort_by_key(|one| one.0);
        entries.into_iter().map(|one| one.1).collect()
    }
}

fn entry(
    target: Target,
    path: &str,
    command: Option<String>,
    place: &Place,
    language: &str,
    done: Done,
) -> Entry {
    Entry {
        target,
        file: path.to_owned(),
        command,
        chapter: place.file.clone(),
        line: place.line.map_or(0, |line| line as usize),
        status: done.status.unwrap_or(Status::Skipped),
        reason: done.reason,
        seconds: (done.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        language: Some(language.to_owned()).filter(|name| !name.is_empty()),
        cached: done.cached,
        finding: done.finding,
        printed: done.printed,
    }
}
