//! The fifth stage: who runs what, and when. Compilers first, then the units on all processors, the
//! longest first.

use super::cache::{Cache, Files, Fingerprints, Recalled, RecalledUnit, module_paths};
use super::compile::compile;
use super::equip::Decision;
use super::idle::{Gaps, Load};
use super::plan::SkippedProgram;
use super::progress::Progress;
use super::run_context::RunContext;
use super::unit::UnitResult;
use super::worker::Worker;
use super::{Options, RunInput};
use crate::finding::Finding;
use crate::interrupt;
use crate::sandbox::{self, Chosen, Isolation};
use crate::{fsx, report};
use concfilter::error::{Error, Result};
use concfilter::tags::Expect;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

/// Waits until a worker may begin another unit; whether there is any.
type MayGoOn<'a> = &'a mut dyn FnMut() -> bool;

/// For each processor there are so many workers more, for the times in which listings sleep.
const OTHERS: usize = 3;

/// What came of all units that were asked for.
#[derive(Debug)]
pub(super) struct FinishedUnits {
    pub units: Vec<FinishedUnit>,
    pub skipped: Vec<SkippedProgram>,
    pub findings: Vec<Finding>,
    /// Why listings could not be kept apart as well as wished.
    pub isolation_note: Option<String>,
}

/// A unit with what came of it.
#[derive(Debug)]
pub(super) struct FinishedUnit {
    pub recalled: RecalledUnit,
    pub result: UnitResult,
}

/// Runs the units that are open.
pub(super) fn execute(
    recalled: Recalled,
    input: RunInput<'_>,
    files: &Files,
    options: &Options,
    cache: &Arc<Mutex<Cache>>,
) -> Result<FinishedUnits> {
    let mut isolation_note = None;
    let mut results = BTreeMap::new();
    let runs = recalled.units.iter().any(|unit| unit.equipped.is_open());
    if runs || options.isolation == Isolation::NoNamespaces {
        let chosen = sandbox::choose(options.isolation);
        isolation_note = unheld(&chosen);
        // Before anything runs: then it can still be stopped.
        isolation_note.iter().for_each(|note| report::note(note));
        if runs {
            let sandbox = &*chosen.sandbox;
            let scratch = fsx::temp_dir()?;
            let context = RunContext::new(input, sandbox, options, scratch.path(), files);
            results = run_open(&recalled.units, &context, options, cache)?;
        }
    }
    let units =
        recalled.units.into_iter().enumerate().filter_map(|(number, mut unit)| {
            let decision = std::mem::replace(&mut unit.equipped.decision, Decision::Run);
            let result = match decision {
                Decision::NotSelected => return None,
                Decision::Settled(result) => *result,
                Decision::Run => results.remove(&number)?,
            };
            Some(FinishedUnit { recalled: unit, result })
        });
    Ok(FinishedUnits {
        units: units.collect(),
        skipped: recalled.skipped,
        findings: recalled.findings,
        isolation_note,
    })
}

/// What a sandbox does not hold, and why there is no stronger one.
fn unheld(chosen: &Chosen) -> Option<String> {
    let unheld: Vec<String> =
        chosen.sandbox.unheld().iter().map(ToString::to_string).collect();
    let why = chosen.note.as_deref().unwrap_or("as --isolation none wants it");
    (!unheld.is_empty()).then(|| {
        format!("nothing holds listings back from {} ({why})", unheld.join(", "))
    })
}

/// Runs the open units on all workers; what came of each, by its number.
fn run_open(
    units: &[RecalledUnit],
    context: &RunContext<'_>,
    options: &Options,
    cache: &Arc<Mutex<Cache>>,
) -> Result<BTreeMap<usize, UnitResult>> {
    let order = order(units);
    let bar = report::progress("running", order.len());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.set_message("compiling");
    let compiled = compile(context, units, &needed(units), context.files)?;
    let progress = Progress::new(cache, order.len());
    let ((), _guard) = interrupt::guarded(|| Ok::<_, Error>(()), |()| progress.stop())?;
    let tools = units.iter().filter_map(|unit| unit.equipped.tool.as_ref());
    let paths = module_paths(tools);
    let processors =
        std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let most = order.len().max(1);
    let workers = options.workers.unwrap_or(processors).clamp(1, most);
    // Where the author says how many, there are no others.
    let others = match options.workers {
        Some(_) => 0,
        None => (OTHERS * workers).min(most - workers),
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let running = Mutex::new(vec![String::new(); workers + others]);
    let work = |worker_number: usize, may_go_on: MayGoOn<'_>| -> Result<()> {
        if !may_go_on() {
            return Ok(());
        }
        let mut worker = Worker::new(context, units, &compiled, worker_number)?;
        let mut fingerprints = Fingerprints::new(context.files, paths.clone());
        loop {
            if !may_go_on() {
                return Ok(());
            }
            let Some(&number) = order.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return Ok(());
            };
            if let Ok(mut running) = running.lock() {
                running[worker_number].clone_from(&units[number].equipped.unit.path);
                let busy = running.iter().filter(|path| !path.is_empty());
                bar.set_message(busy.map(|path| &**path).collect::<Vec<_>>().join("  "));
            }
            let result = worker.run(number)?;
            bar.inc(1);
            progress.note(&units[number], &result, context.input, &mut fingerprints);
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.insert(number, result);
        }
    };
    on_threads(workers, others, processors, &work)?;
    bar.finish_and_clear();
    Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Has workers do their work, each on a thread: the first ones at once, others while the listings sleep.
fn on_threads(
    workers: usize,
    others: usize,
    processors: usize,
    work: &(impl Fn(usize, MayGoOn<'_>) -> Result<()> + Sync),
) -> Result<()> {
    std::thread::scope(|scope| {
        let mut ends = Vec::new();
        let mut threads = Vec::new();
        let load = Load::new(processors);
        for number in 0..others {
            let (end, mut gaps) = Gaps::new(&load);
            ends.push(end);
            let work = move || work(workers + number, &mut || gaps.wait());
            threads.push(scope.spawn(work));
        }
        let first = (0..workers)
            .map(|number| scope.spawn(move || work(number, &mut || true)))
            .collect::<Vec<_>>();
        let mut joined: Vec<_> = first.into_iter().map(ScopedJoinHandle::join).collect();
        // Nothing is left to begin, so that no other has to wait for it.
        drop(ends);
        joined.extend(threads.into_iter().map(ScopedJoinHandle::join));
        for ended in joined {
            ended.map_err(|_| Error::new("a worker broke down; this is a bug"))??;
        }
        Ok(())
    })
}

/// Of each unit, whether an open one has its program run before.
fn needed(units: &[RecalledUnit]) -> Vec<bool> {
    let open = units.iter().filter(|unit| unit.equipped.is_open());
    let programs: Vec<usize> =
        open.flat_map(|unit| unit.equipped.unit.prerequisites.clone()).collect();
    units.iter().map(|unit| programs.contains(&unit.equipped.unit.program)).collect()
}

/// The numbers of the open units, the longest first: by what they took the last time, else by
/// what their kind usually takes.
fn order(units: &[RecalledUnit]) -> Vec<usize> {
    let open = units.iter().enumerate().filter(|(_, unit)| unit.equipped.is_open());
    let mut order: Vec<(Duration, usize)> = open
        .map(|(number, unit)| (unit.took.unwrap_or_else(|| usual(unit)), number))
        .collect();
    order.sort_by_key(|(took, number)| (std::cmp::Reverse(*took), *number));
    order.into_iter().map(|(_, number)| number).collect()
}

fn usual(unit: &RecalledUnit) -> Duration {
    let unit = &unit.equipped.unit;
    match unit.tags.expected() {
        Expect::Timeout => unit.limit,
        _ => unit.toolchain.usual_duration(),
    }
}
