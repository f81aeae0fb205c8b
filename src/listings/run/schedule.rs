//! Who runs what, and when: compilers first, then the listings on all processors, the longest
//! first.

use super::cache::Files;
use super::data::Data;
use super::execute::{Setting, Worker};
use super::languages::{self, Compiler, Places};
use super::plan::{Job, Plan, Runner};
use super::{Options, Source};
use crate::fsx;
use crate::listings::instrument::instrument;
use crate::listings::outputs::Shape;
use crate::report;
use crate::sandbox::{Sandbox, Tree};
use concfilter::error::{Error, Result};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// All files of the tree: what listings make, and the data that they read.
pub(super) fn files(source: Source<'_>, data: &Data) -> Files {
    let mut files = data.files.clone();
    for program in &source.book.programs {
        files.insert(program.path.clone(), program.code.clone().into_bytes());
    }
    files
}

/// Runs the jobs of a plan that are open, and notes what came of each.
pub(super) fn run(
    plan: &mut Plan,
    source: Source<'_>,
    files: &Files,
    sandbox: &Sandbox,
    options: &Options,
) -> Result<()> {
    mark_needed(plan);
    let scratch = fsx::temp_dir()?;
    let setting = Setting::new(source, sandbox, options, scratch.path(), files);
    let all: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, content)| (path.clone(), content.clone())).collect();
    let order = order(plan);
    let bar = report::progress("running", order.len());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.set_message("compiling");
    let (built, compiled_in) = compile(plan, source, &setting, &all)?;
    let usual = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers = options.workers.unwrap_or(usual).clamp(1, order.len().max(1));
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let running = Mutex::new(vec![String::new(); workers]);
    let jobs = &plan.jobs;
    let work = |number: usize| -> Result<()> {
        let mut worker =
            Worker::new(&setting, jobs, (&built, &compiled_in), &all, number)?;
        loop {
            let Some(job) = order.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return Ok(());
            };
            if let Ok(mut running) = running.lock() {
                running[number].clone_from(&jobs[*job].path);
                bar.set_message(running.join("  "));
            }
            let result = worker.run(*job)?;
            bar.inc(1);
            if let Ok(mut done) = done.lock() {
                done.push((*job, result));
            }
        }
    };
    std::thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> =
            (0..workers).map(|number| scope.spawn(move || work(number))).collect();
        for thread in threads {
            let ended = thread.join();
            ended.map_err(|_| Error::new("a worker broke down; this is a bug"))??;
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    for (job, result) in done.into_inner().unwrap_or_default() {
        plan.jobs[job].result = Some(result);
    }
    Ok(())
}

/// Compiles what can be compiled for all of the tree at once; and where the tree lay.
fn compile(
    plan: &Plan,
    source: Source<'_>,
    setting: &Setting<'_>,
    files: &[(String, Vec<u8>)],
) -> Result<(languages::All, PathBuf)> {
    let mut tree = Tree::new(files)?;
    for job in plan.jobs.iter().filter(|job| is_batched(job)) {
        let code = instrument(&source.book.programs[job.program], &job.expected).code;
        tree.set(&job.path, code.into_bytes())?;
    }
    let out = setting.scratch.join("compiled");
    fsx::create_dir_all(&out)?;
    let mut env = setting.env.clone();
    env.push(("HOME".to_owned(), out.display().to_string()));
    let writable = vec![out.clone(), tree.path().to_owned()];
    let compiler = Compiler { sandbox: setting.sandbox, env, writable };
    let places = Places { tree: tree.path(), out: &out };
    let mut built = languages::compile(plan, source, places, &compiler)?;
    // Where a compiler does not take the marks, it is given the text without them.
    let refused: Vec<usize> = built
        .iter()
        .filter(|(number, one)| is_to_blame(&plan.jobs[**number], one))
        .map(|(number, _)| *number)
        .collect();
    for number in &refused {
        let job = &plan.jobs[*number];
        let code = source.book.programs[job.program].code.clone();
        tree.set(&job.path, code.into_bytes())?;
    }
    if !refused.is_empty() {
        let places = Places { tree: tree.path(), out: &out };
        built = languages::compile(plan, source, places, &compiler)?;
    }
    Ok((built, tree.path().to_owned()))
}

/// Whether a job may be compiled together with others.
fn is_batched(job: &Job) -> bool {
    job.expected.shape == Shape::Marks
        && matches!(job.runner, Runner::Java | Runner::Rust | Runner::TypeScript)
        && (job.is_open() || job.needed)
}

/// Whether marks may be why Java was refused, which is compiled no other way.
fn is_to_blame(job: &Job, built: &languages::Built) -> bool {
    job.runner == Runner::Java
        && matches!(built, languages::Built::Refused(_))
        && job.tags.expected() != concfilter::tags::Expect::CompileError
        && job.expected.shape == Shape::Marks
}

fn mark_needed(plan: &mut Plan) {
    let open = plan.jobs.iter().filter(|job| job.is_open());
    let needed: Vec<usize> = open.flat_map(|job| job.before.clone()).collect();
    for job in &mut plan.jobs {
        job.needed = needed.contains(&job.program);
    }
}

/// The numbers of the open jobs, the longest first: by what they took the last time, else by
/// what their kind usually takes.
fn order(plan: &Plan) -> Vec<usize> {
    let jobs = plan.jobs.iter().enumerate().filter(|(_, job)| job.is_open());
    let mut order: Vec<(Duration, usize)> = jobs
        .map(|(number, job)| (job.took.unwrap_or_else(|| usual(job)), number))
        .collect();
    order.sort_by_key(|(took, number)| (std::cmp::Reverse(*took), *number));
    order.into_iter().map(|(_, number)| number).collect()
}

fn usual(job: &Job) -> Duration {
    if job.tags.expected() == concfilter::tags::Expect::Timeout {
        return job.limit;
    }
    Duration::from_millis(match job.runner {
        Runner::Kotlin => 6000,
        Runner::Go | Runner::Cpp => 900,
        Runner::Pytest | Runner::C => 400,
        Runner::Java | Runner::Command => 200,
        Runner::JavaScript | Runner::TypeScript => 60,
        Runner::Rust | Runner::Python | Runner::Plain => 10,
    })
}
