//! Programs of a book are compiled, run, and held against what the book says of them.
//!
//! ```text
//! book ─ plan ─► Planned ─ select ─► Selected ─ equip ─► Equipped ─ recall ─► Recalled ─ execute ─► Finished ─ report ─► Report
//! ```
//!
//! Each stage is a function from one record to the next. `execute` runs units in workers; how a unit
//! is tried is the list in `attempt`, and whether it did what the book says is for `judge`, whoever
//! ran it. What has to be known of a language stands in its file under `toolchains`.

mod allow;
mod attempt;
mod cache;
mod chapter_lines;
mod compile;
mod data;
mod equip;
mod idle;
mod judge;
mod junit;
mod plan;
mod progress;
mod report;
mod run_context;
mod schedule;
mod select;
mod toolchains;
mod unit;
mod worker;

pub use allow::Allowed;
pub use junit::junit;
pub use select::{Shard, changed_since, known_chapters};
pub use unit::Target;

use super::ListingSet;
use crate::finding::Finding;
use crate::project::Boundary;
use crate::sandbox::Isolation;
use cache::{Cache, Files};
use concfilter::error::{Place, Result};
use concfilter::settings::Listings as Settings;
use concfilter::spelling;
use concfilter::tags::Tags;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use unit::UnitResult;

/// The folder beside `book.yaml` in which results are remembered.
pub const CACHE: &str = crate::cache::FOLDER;

/// What is to be run, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How many listings run at a time; as many as there are processors where unsaid, and others while
    /// these sleep.
    pub workers: Option<usize>,
    /// Of which chapters, by a part of their file's path; of all where there is none.
    pub chapters: Vec<String>,
    /// The paths of the programs that are run; all where unsaid.
    pub only: Option<BTreeSet<String>>,
    /// Which part of them.
    pub shard: Option<Shard>,
    /// How far listings are kept from the rest of the machine.
    pub isolation: Isolation,
    /// What the user allows them.
    pub allowed: Allowed,
    /// Each listing gets a process of its own, no fork of one that runs.
    pub fresh: bool,
    /// Where results are remembered; nowhere where unsaid.
    pub cache: Option<PathBuf>,
}

/// A book, as far as running its listings needs it.
#[derive(Debug, Clone, Copy)]
pub struct RunInput<'a> {
    /// Its listings.
    pub book: &'a ListingSet,
    /// What holds for them.
    pub settings: &'a Settings,
    /// Its folder, with data that listings read; the current one where there is no book.
    pub dir: &'a Path,
    /// From where that data may come.
    pub boundary: &'a Boundary,
}

/// How it ended for one listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It did what the book says.
    Passed,
    /// It did not.
    Failed,
    /// It was not run.
    Skipped,
    /// It did not end in time.
    Timeout,
}

/// What came of one listing.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ListingResult {
    /// What was run.
    #[serde(skip)]
    pub target: Target,
    /// Its path in the tree.
    pub file: String,
    /// The command, where the entry is of a block that shows the output of one on that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The chapter's file.
    pub chapter: String,
    /// The line in which it begins, from 1.
    pub line: usize,
    /// How it ended.
    pub status: Status,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// How long it ran.
    pub seconds: f64,
    /// Its language.
    pub language: Option<String>,
    /// Whether an earlier run proved it.
    pub cached: bool,
    /// How often it was run until that was clear.
    pub tries: usize,
    /// What is wrong, with what it printed.
    #[serde(skip)]
    pub finding: Option<Finding>,
    /// What it printed; nothing where it was not run.
    #[serde(skip)]
    pub printed: Option<PrintedOutput>,
}

/// What a listing printed, and whether it ended as it had to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedOutput {
    /// The text on standard output, with the marks that tell its parts.
    pub stdout: String,
    /// The text on standard error.
    pub stderr: String,
    /// Whether it ended as it had to; its output may still be another.
    pub ended_well: bool,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each listing, in the order of the book.
    pub entries: Vec<ListingResult>,
    /// What is wrong, in order.
    pub findings: Vec<Finding>,
    /// How long it took, in all.
    pub elapsed: Duration,
    /// Why listings could not be kept apart as well as wished.
    pub isolation_note: Option<String>,
}

impl Options {
    /// How listings are shut in, in words: what was proven in another way is not proven in this one.
    fn way(&self) -> String {
        format!("{:?} {} {:?}", self.isolation, self.fresh, self.allowed)
    }
}

impl Report {
    /// How many listings ended so.
    pub fn number(&self, status: Status) -> usize {
        self.entries.iter().filter(|one| one.status == status).count()
    }
}

/// Why nothing can be told by a listing's `since=`, with the author's next step; `None` where it is fine.
pub fn since_unknown(tags: &Tags) -> Option<(String, String)> {
    let since = tags.since.as_ref()?;
    if toolchains::of_version(&since.tool).is_some() {
        return None;
    }
    if matches!(&*since.tool, "c" | "cpp") {
        let message = format!(
            "since={since} names a standard, which no compiler has as its version"
        );
        return Some((
            message,
            "Name the compiler: since=\"gcc 11\", since=\"clang++ 16\"".to_owned(),
        ));
    }
    let message = format!("since={since} names nothing that runs listings");
    let hint = match spelling::near(&since.tool, toolchains::versioned()) {
        Some(near) => format!("Is {near} meant?"),
        None => {
            "Name a language or its program, with a version: since=python3.12".to_owned()
        }
    };
    Some((message, hint))
}

/// Whether something is known to run a language.
pub(super) fn has_toolchain(language: &str) -> bool {
    toolchains::of_language(language).is_some()
}

/// Whether a program has a function `main` of its own.
pub(super) fn defines_main(language: &str, code: &str) -> bool {
    toolchains::defines_main(language, code)
}

/// Runs the listings of a book.
///
/// # Errors
/// The job could not be done: no temporary folder, a file that cannot be written.
pub fn run(input: RunInput<'_>, options: &Options) -> Result<Report> {
    let start = Instant::now();
    let data = data::gather(input)?;
    let files = files(input, &data);
    let cache = Arc::new(Mutex::new(Cache::open(options.cache.as_deref())));
    let known = || cache.lock().unwrap_or_else(PoisonError::into_inner);
    let planned = plan::plan(input, &data);
    let selected = select::select(planned, input, options);
    let equipped = equip::equip(selected, input, options, &mut known());
    let recalled = known().recall(equipped, input, options, &files);
    let finished = schedule::execute(recalled, input, &files, options, &cache)?;
    known().write();
    Ok(report::report(finished, data.findings, input, start.elapsed()))
}

/// All files of the tree: what listings make, and the data that they read.
fn files(input: RunInput<'_>, data: &data::Data) -> Files {
    let mut files = data.files.clone();
    for program in &input.book.programs {
        files.insert(program.path.clone(), program.code.clone().into_bytes());
    }
    files
}

/// The place of a program's fence.
fn place_of(book: &ListingSet, program: usize) -> Place {
    let listing = book.programs.get(program).and_then(|one| one.listings.first());
    let listing = listing.and_then(|listing| book.listings.get(*listing));
    listing.map_or_else(Place::default, |listing| book.fence(listing))
}
