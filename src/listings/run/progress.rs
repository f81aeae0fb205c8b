//! What is known of a run that goes on, for the case that it is stopped: what passed is remembered then, and what failed
//! is told.

use super::cache::{Cache, Fingerprints, RecalledUnit, proven};
use super::{RunInput, Status, UnitResult};
use crate::finding::{self, Finding};
use crate::interrupt;
use crate::report::{self, count};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The state of a run, shared by its workers.
#[derive(Debug, Clone)]
pub(super) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    cache: Arc<Mutex<Cache>>,
    all: usize,
    ran: usize,
    passed: usize,
    findings: Vec<Finding>,
}

impl Progress {
    /// The state before the first of so many units.
    pub(super) fn new(cache: &Arc<Mutex<Cache>>, all: usize) -> Self {
        let cache = Arc::clone(cache);
        let state = State { cache, all, ran: 0, passed: 0, findings: Vec::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Notes what came of a unit.
    pub(super) fn note(
        &self,
        unit: &RecalledUnit,
        result: &UnitResult,
        input: RunInput<'_>,
        fingerprints: &mut Fingerprints<'_>,
    ) {
        let proven = proven(unit, result, input, fingerprints);
        let mut state = lock(&self.0);
        state.ran += 1;
        state.passed += usize::from(result.status == Status::Passed);
        state.findings.extend(result.finding.clone());
        if let Some(proven) = proven {
            lock(&state.cache).keep(proven);
        }
    }

    /// What is done when the program is told to end, before what still runs is ended and seems to fail.
    pub(super) fn stop(&self) -> interrupt::Undo {
        let state = Arc::clone(&self.0);
        Box::new(move || {
            let mut state = lock(&state);
            finding::sort(&mut state.findings);
            report::findings(&state.findings);
            let is_kept = lock(&state.cache).write_last();
            let kept = if is_kept { "; what passed is remembered" } else { "" };
            report::note(&format!(
                "stopped: {} of {} ran, {} passed{kept}",
                state.ran,
                count(state.all, "listing"),
                state.passed,
            ));
            // Nobody is to change what was told.
            std::mem::forget(state);
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
