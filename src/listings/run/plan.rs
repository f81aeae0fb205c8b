//! The first stage: from the book to a unit for each program and for each block that shows the
//! output of a command, and why the others are not run.

use super::RunInput;
use super::data::Data;
use super::toolchains::{self, AUTHOR_COMMAND, FIXTURES, Toolchain};
use super::unit::{RunUnit, Target};
use crate::listings::outputs::{self, Chunk, Expected};
use crate::listings::{ListingKind, ListingSet, Program};
use concfilter::lang;
use concfilter::tags::{self, Expect, Tags};
use rayon::prelude::*;
use std::sync::OnceLock;
use std::time::Duration;

/// All that a book says is to be run.
#[derive(Debug)]
pub(super) struct Planned {
    pub units: Vec<RunUnit>,
    pub skipped: Vec<SkippedProgram>,
}

/// A program that is not run.
#[derive(Debug)]
pub(super) struct SkippedProgram {
    /// Its number.
    pub program: usize,
    pub reason: String,
    /// Its language, where nothing is known to run that.
    pub stranger: Option<Stranger>,
}

/// A language of programs that nothing is known to run.
#[derive(Debug)]
pub(super) struct Stranger {
    pub language: String,
    /// Whether the book shows what the program prints.
    pub shows: bool,
}

/// Why a program is not run.
struct NotRun {
    reason: String,
    stranger: Option<Stranger>,
}

impl From<String> for NotRun {
    fn from(reason: String) -> Self {
        Self { reason, stranger: None }
    }
}

/// How long a program may take that is expected not to end, unless it is said.
const NEVER_ENDS: Duration = Duration::from_secs(5);

/// Finds what there is to run.
pub(super) fn plan(input: RunInput<'_>, data: &Data) -> Planned {
    let book = input.book;
    let mut planned = Planned { units: Vec::new(), skipped: Vec::new() };
    // To find what a program has to print, its text is parsed: where nothing has to be run, that
    // is most of the work.
    let units = book.programs.par_iter().enumerate().map(|(number, program)| {
        let (toolchain, command) = how_to_run(input, program)?;
        let expected = Expected::of(book, program);
        Ok(unit(input, number, toolchain, command, expected))
    });
    let units: Vec<Result<RunUnit, NotRun>> = units.collect();
    for (program, unit) in units.into_iter().enumerate() {
        match unit {
            Ok(unit) => planned.units.push(unit),
            Err(NotRun { reason, stranger }) => {
                planned.skipped.push(SkippedProgram { program, reason, stranger });
            }
        }
    }
    let commands = (0..book.listings.len()).filter_map(|listing| command(input, listing));
    planned.units.extend(commands);
    planned.units.retain(|unit| !data.missing.contains(&unit.program));
    planned.skipped.extend(data.missing.iter().map(|&program| SkippedProgram {
        program,
        reason: "it needs a missing file".to_owned(),
        stranger: None,
    }));
    planned
}

fn unit(
    input: RunInput<'_>,
    number: usize,
    toolchain: &'static dyn Toolchain,
    command: Option<Vec<String>>,
    expected: Expected,
) -> RunUnit {
    let program = &input.book.programs[number];
    RunUnit {
        target: Target::Program(number),
        program: number,
        toolchain,
        language: language(program),
        path: program.path.clone(),
        tags: program.tags.clone(),
        expected,
        block: None,
        prerequisites: prerequisites(input.book, program),
        command,
        limit: limit(input, &program.tags),
        marked: OnceLock::new(),
    }
}

/// The unit of a listing that shows the output of a command on a program; `None` for others.
fn command(input: RunInput<'_>, number: usize) -> Option<RunUnit> {
    let book = input.book;
    let listing = &book.listings[number];
    let program = book.named(listing.chapter, listing.tags.of.as_deref()?)?;
    let program = book.programs.iter().position(|other| other.path == program.path)?;
    if !matches!(listing.kind, ListingKind::Skipped(_)) || listing.tags.cmd.is_empty() {
        return None;
    }
    let (block, expected) = outputs::of_command(book, number)?;
    let command = Some(listing.tags.cmd.clone());
    Some(RunUnit {
        target: Target::Command(number),
        block: Some(Box::new(block)),
        tags: listing.tags.clone(),
        limit: limit(input, &listing.tags),
        prerequisites: Vec::new(),
        ..unit(input, program, AUTHOR_COMMAND, command, expected)
    })
}

/// The language of a program, by its usual name; empty where neither file nor fence tells it.
pub(super) fn language(program: &Program) -> String {
    let by_file = lang::of_file(&program.path).map(str::to_owned);
    by_file.or_else(|| program.language.clone()).unwrap_or_default()
}

fn limit(input: RunInput<'_>, tags: &Tags) -> Duration {
    let seconds = u64::try_from(input.settings.timeout).unwrap_or(u64::MAX);
    let usual = match tags.expected() {
        Expect::Timeout => NEVER_ENDS,
        _ => Duration::from_secs(seconds),
    };
    tags.timeout.unwrap_or(usual)
}

/// By which toolchain a program is run, and the command where it has one; why it is not, else.
fn how_to_run(
    input: RunInput<'_>,
    program: &Program,
) -> Result<(&'static dyn Toolchain, Option<Vec<String>>), NotRun> {
    if program.tags.norun {
        let reason = program.tags.reason.clone();
        return Err(reason.unwrap_or_else(|| "norun".to_owned()).into());
    }
    let language = language(program);
    // What compiles at all, compiles many files in one call.
    let is_compiled = toolchains::of_language(&language)
        .is_some_and(|toolchain| toolchain.batch().is_some());
    if program.tags.expected() == Expect::Compiles && !is_compiled {
        return Err(
            format!("it is to be compiled, and nothing compiles {language}").into()
        );
    }
    if language == "python" && !program.tags.fixtures.is_empty() {
        return Ok((FIXTURES, None));
    }
    let name = program.path.rsplit_once('/').map_or(&*program.path, |(_, name)| name);
    if !program.tags.run.is_empty() {
        let compiled = lang::of_file(name)
            .and_then(|language| toolchains::for_file(language, name))
            .filter(|toolchain| toolchain.compiles_for_commands());
        let toolchain = compiled.unwrap_or(AUTHOR_COMMAND);
        return Ok((toolchain, Some(program.tags.run.clone())));
    }
    let known = toolchains::for_file(&language, name);
    let mut commands = input.settings.commands.iter();
    if let Some((_, command)) = commands.find(|(name, _)| *name == language)
        && !known.is_some_and(|toolchain| toolchain.is_interpreter(command))
    {
        // Where the words cannot be told apart, settings have said so already.
        let words = tags::words(command).unwrap_or_default();
        return Ok((AUTHOR_COMMAND, Some(words)));
    }
    if let Some(toolchain) = known {
        return match toolchain.no_program(name) {
            Some(reason) => Err(reason.to_owned().into()),
            None => Ok((toolchain, None)),
        };
    }
    Err(not_run(input.book, program, language))
}

/// Why a program is not run in whose language nothing is known to run. Where the book shows what it prints, that is
/// a program all the same.
fn not_run(book: &ListingSet, program: &Program, language: String) -> NotRun {
    let reason = match &*language {
        "diff" | "markdown" | "text" | "" => {
            return "a file that other listings read".to_owned().into();
        }
        "css" | "html" | "ini" | "json" | "sql" | "toml" | "xml" | "yaml"
        | "makefile" | "dockerfile" => "a file that other listings read".to_owned(),
        other => {
            format!("nothing runs {other}: give a command under listings: commands:")
        }
    };
    let expected = Expected::of(book, program);
    let is_filled = |chunk: &Chunk| !chunk.is_unfilled();
    let shows =
        expected.is_compared(&program.tags) && expected.chunks.iter().any(is_filled);
    let is_program = shows || reason.starts_with("nothing");
    let stranger = is_program.then_some(Stranger { language, shows });
    NotRun { reason, stranger }
}

/// The programs that run before one, in order: what it needs, and what sets it up.
fn prerequisites(book: &ListingSet, program: &Program) -> Vec<usize> {
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
