//! What can be run of a book, and what comes of it.

use super::attempt::Text;
use super::toolchains::Toolchain;
use super::{PrintedOutput, RunInput, Status};
use crate::finding::Finding;
use crate::listings::instrument::instrument;
use crate::listings::outputs::Expected;
use crate::listings::{ListingSet, Program};
use crate::sandbox::RunLimits;
use concfilter::error::Place;
use concfilter::settings::Listings as Settings;
use concfilter::tags::{Norm, Tags};
use std::sync::OnceLock;
use std::time::Duration;

/// Something to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A program of the book, by its number.
    Program(usize),
    /// The command of a listing that shows another's output (`of=a.py cmd="…"`), by the listing's
    /// number.
    Command(usize),
}

impl Target {
    /// The program that is run, or that the command is about.
    pub fn program(self, book: &ListingSet) -> Option<&Program> {
        match self {
            Self::Program(number) => book.programs.get(number),
            Self::Command(number) => {
                let listing = book.listings.get(number)?;
                book.named(listing.chapter, listing.tags.of.as_deref()?)
            }
        }
    }
}

/// A target with all that the book says about running it.
#[derive(Debug)]
pub(super) struct RunUnit {
    pub target: Target,
    /// The number of the program that is run, or that the command is about.
    pub program: usize,
    pub toolchain: &'static dyn Toolchain,
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
    pub prerequisites: Vec<usize>,
    /// The author's command in place of ours.
    pub command: Option<Vec<String>>,
    /// How long it may run.
    pub limit: Duration,
    /// See [`Self::marked_code`].
    pub marked: OnceLock<Option<String>>,
}

/// What came of a unit.
#[derive(Debug, Clone)]
pub(super) struct UnitResult {
    pub status: Status,
    pub reason: Option<String>,
    pub elapsed: Duration,
    pub is_cached: bool,
    /// How often it was run.
    pub tries: usize,
    pub finding: Option<Finding>,
    pub printed: Option<PrintedOutput>,
    /// What would have to be normalized for its output to be the book's.
    pub norm: Option<Norm>,
    /// The files of the tree that it was seen to read; `None` where nobody saw it.
    pub read: Option<Vec<String>>,
    /// Where it failed, how.
    pub failure: Option<KnownFailure>,
}

/// How a unit failed, to know whether it fails so again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct KnownFailure {
    /// The text that was run when it was settled.
    pub text: Text,
    /// A fingerprint of why, and of all that it printed.
    outcome: String,
}

impl KnownFailure {
    /// How a result of running a text fails; `None` where it does not.
    pub(super) fn of(result: &UnitResult, text: Text) -> Option<Self> {
        let printed = result.printed.as_ref().filter(|_| result.finding.is_some())?;
        let all = (&result.reason, &printed.stdout, &printed.stderr);
        let all = serde_json::json!(all).to_string();
        let outcome = blake3::hash(all.as_bytes()).to_hex().to_string();
        Some(Self { text, outcome })
    }
}

impl UnitResult {
    /// A result with nothing but a status.
    pub(super) fn new(status: Status) -> Self {
        Self {
            status,
            reason: None,
            elapsed: Duration::ZERO,
            is_cached: false,
            tries: 0,
            finding: None,
            printed: None,
            norm: None,
            read: None,
            failure: None,
        }
    }

    /// The result of what is not run.
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::new(Status::Skipped) }
    }
}

impl RunUnit {
    /// The text of the program that it is about.
    pub(super) fn code<'a>(&self, input: RunInput<'a>) -> &'a str {
        &input.book.programs[self.program].code
    }

    /// The program's text with statements that write tokens where it has marks; `None` where it
    /// has no mark, or none that a statement can stand for. It is made once.
    pub(super) fn marked_code(&self, input: RunInput<'_>) -> Option<&str> {
        let code = self.marked.get_or_init(|| {
            if self.target != Target::Program(self.program) {
                return None;
            }
            let program = &input.book.programs[self.program];
            let instrumented = instrument(program, &self.expected);
            instrumented.marked.then_some(instrumented.code)
        });
        code.as_deref()
    }

    /// How much it may take.
    pub(super) fn limits(&self, settings: &Settings) -> RunLimits {
        RunLimits {
            time: self.limit,
            memory: self.tags.memory.unwrap_or(settings.memory),
            processes: self.tags.processes.unwrap_or(settings.processes),
            output: settings.output,
            ..RunLimits::default()
        }
    }

    /// Where it stands in the book.
    pub(super) fn place(&self, book: &ListingSet) -> Place {
        match self.target {
            Target::Program(number) => super::place_of(book, number),
            Target::Command(listing) => book
                .listings
                .get(listing)
                .map_or_else(Place::default, |listing| book.fence(listing)),
        }
    }

    /// The folder of its file in the tree.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The name of its file.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&*self.path, |(_, name)| name)
    }

    /// The name of its file without the extension.
    pub(super) fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}
