//! How the files of each language are compiled and started. What can be compiled in one call is
//! compiled for the whole tree at once; the rest where it runs.

mod command;
mod compiled;
mod java;
mod python;
mod rust;
mod script;
mod typescript;

pub(super) use python::preload;

use super::Source;
use super::plan::{Job, Plan, Runner};
use crate::listings::run::Target;
use crate::sandbox::{Command, Limits, Ran, Sandbox};
use concfilter::error::Result;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A command in a copy of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// Variables beside those that all have.
    pub env: Vec<(String, String)>,
    /// The folder it runs in, in place of the file's.
    pub dir: Option<PathBuf>,
}

/// How a job is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Recipe {
    /// What compiles it first.
    pub compile: Option<Line>,
    /// What starts it; nothing where it has only to compile.
    pub run: Option<Line>,
    /// Whether a warm Python can run the file itself.
    pub is_script: bool,
}

/// What one call of a compiler for many files made of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Built {
    /// It can be run so.
    Ready(Recipe),
    /// The compiler refused it.
    Refused(String),
}

/// What was compiled beforehand, by the number of the job.
pub(super) type All = BTreeMap<usize, Built>;

/// Where things lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    /// The copy of the tree.
    pub tree: &'a Path,
    /// A folder beside it, for what compilers write.
    pub out: &'a Path,
}

/// Compiles in one call what its language allows to, of the jobs that are to be run.
pub(super) fn compile(
    plan: &Plan,
    source: Source<'_>,
    places: Places<'_>,
    compiler: &Compiler<'_>,
) -> Result<All> {
    let of = |runner: Runner| -> Vec<usize> {
        let jobs = plan.jobs.iter().enumerate();
        let jobs =
            jobs.filter(|(_, job)| job.runner == runner && (job.is_open() || job.needed));
        jobs.map(|(number, _)| number).collect()
    };
    let mut all = All::new();
    for (runner, compile) in [
        (Runner::Java, java::compile as Batch),
        (Runner::Rust, rust::compile),
        (Runner::TypeScript, typescript::compile),
    ] {
        let jobs = of(runner);
        if !jobs.is_empty() {
            compile(plan, &jobs, source, places, compiler, &mut all)?;
        }
    }
    Ok(all)
}

type Batch =
    fn(&Plan, &[usize], Source<'_>, Places<'_>, &Compiler<'_>, &mut All) -> Result<()>;

/// What runs a compiler.
pub(super) struct Compiler<'a> {
    pub sandbox: &'a Sandbox,
    /// Variables that all commands have.
    pub env: Vec<(String, String)>,
    pub writable: Vec<PathBuf>,
}

impl Compiler<'_> {
    /// Runs a compiler to its end.
    fn run(&self, line: Line, stdin: Option<Vec<u8>>, dir: &Path) -> Result<Ran> {
        let mut env = self.env.clone();
        env.extend(line.env);
        self.sandbox.run(&Command {
            program: line.program,
            args: line.args,
            env,
            dir: line.dir.unwrap_or_else(|| dir.to_owned()),
            stdin,
            network: false,
            limits: Limits {
                time: Duration::from_mins(10),
                memory: 8 << 30,
                file: 1 << 30,
                ..Limits::default()
            },
            writable: self.writable.clone(),
        })
    }
}

/// How a job that was not compiled beforehand is run.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    if let Target::Command(_) = job.target {
        return command::recipe(job, source, places);
    }
    match job.runner {
        Runner::Command => command::recipe(job, source, places),
        Runner::Python | Runner::Pytest => python::recipe(job, source, places),
        Runner::Rust => rust::recipe(job, source, places),
        Runner::Go | Runner::C | Runner::Cpp | Runner::Kotlin => {
            compiled::recipe(job, source, places)
        }
        Runner::JavaScript | Runner::Plain => script::recipe(job),
        Runner::TypeScript => typescript::recipe(job, source, places),
        // All Java is compiled beforehand.
        Runner::Java => Recipe::default(),
    }
}

/// The paths, in a copy of the tree, of a job's file and of those files of its language that it
/// needs.
fn sources(job: &Job, source: Source<'_>, places: Places<'_>) -> Vec<OsString> {
    let book = source.book;
    let needed = job.before.iter().filter_map(|number| book.programs.get(*number));
    let alike = needed.filter(|one| super::plan::language(one) == job.language);
    let paths = std::iter::once(&*job.path).chain(alike.map(|one| &*one.path));
    paths.map(|path| places.tree.join(path).into_os_string()).collect()
}

/// The path of a job's file as a command in its folder would name it.
fn name(job: &Job) -> OsString {
    OsString::from(job.name())
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn owned(words: &[String]) -> impl Iterator<Item = OsString> {
    words.iter().map(OsString::from)
}
