//! The fourth stage: what earlier runs proved, and how long each unit took the last time; and after
//! the run, what is to be remembered of it.

use super::fingerprint::{Files, Fingerprints, common, of_unit, reads};
use super::{Cache, Proven};
use crate::finding::Finding;
use crate::listings::run::equip::{Decision, Equipped, EquippedUnit};
use crate::listings::run::plan::SkippedProgram;
use crate::listings::run::toolchains::Tool;
use crate::listings::run::unit::{KnownFailure, RunUnit, Target};
use crate::listings::run::{Options, RunInput, Status, UnitResult};
use concfilter::tags::{Expect, OutputMatch};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// All units, those settled that earlier runs proved.
#[derive(Debug)]
pub(in crate::listings::run) struct Recalled {
    pub units: Vec<RecalledUnit>,
    pub skipped: Vec<SkippedProgram>,
    pub findings: Vec<Finding>,
}

/// A unit with what is remembered of it.
#[derive(Debug)]
pub(in crate::listings::run) struct RecalledUnit {
    pub equipped: EquippedUnit,
    /// The fingerprint of all that it depends on but for files of the tree.
    pub fingerprint: String,
    /// How long it ran the last time.
    pub took: Option<Duration>,
    /// How it failed then, where all that it depends on is the same.
    pub failed: Option<KnownFailure>,
}

impl Cache {
    /// Settles the units that earlier runs proved.
    pub(in crate::listings::run) fn recall(
        &self,
        equipped: Equipped,
        input: RunInput<'_>,
        options: &Options,
        files: &Files,
    ) -> Recalled {
        let common = common(input) + &options.way();
        let tools = equipped.units.iter().filter_map(|unit| unit.tool.as_ref());
        let mut fingerprints = Fingerprints::new(files, module_paths(tools));
        let units = equipped.units.into_iter().map(|mut unit| {
            let fingerprint = of_unit(&unit, input, &common);
            let proven = self.proven.get(&id(&unit.unit));
            let took = proven.map(|proven| {
                // A time that is none was never measured.
                Duration::try_from_secs_f64(proven.seconds).unwrap_or_default()
            });
            if let (Some(proven), Some(took), true) = (proven, took, unit.is_open())
                && proven.key.as_ref() == Some(&fingerprint)
                && proven.read.iter().all(|(name, known)| fingerprints.of(name) == *known)
            {
                if proven.failed.is_some() {
                    let failed = proven.failed.clone();
                    return RecalledUnit {
                        equipped: unit,
                        fingerprint,
                        took: Some(took),
                        failed,
                    };
                }
                let result = UnitResult::new(Status::Passed);
                unit.decision = Decision::Settled(Box::new(UnitResult {
                    elapsed: took,
                    is_cached: true,
                    ..result
                }));
            }
            RecalledUnit { equipped: unit, fingerprint, took, failed: None }
        });
        Recalled {
            units: units.collect(),
            skipped: equipped.skipped,
            findings: equipped.findings,
        }
    }
}

/// What is to be remembered of a unit, with its name: that it passed, or how it failed, and nothing where its output
/// may be another each time. What failed runs again, but once.
pub(in crate::listings::run) fn proven(
    recalled: &RecalledUnit,
    result: &UnitResult,
    input: RunInput<'_>,
    fingerprints: &mut Fingerprints<'_>,
) -> Option<(String, Proven)> {
    if result.status == Status::Skipped {
        return None;
    }
    let unit = &recalled.equipped.unit;
    let varies = unit.tags.output == OutputMatch::Sample
        || unit.tags.network
        || unit.tags.expected() == Expect::Timeout;
    let is_known = result.status == Status::Passed || result.failure.is_some();
    let is_proven = is_known && !varies;
    let names = if is_proven {
        reads(&recalled.equipped, result, input, fingerprints.files())
    } else {
        BTreeSet::new()
    };
    let read = names.into_iter().map(|name| {
        let fingerprint = fingerprints.of(&name);
        (name, fingerprint)
    });
    let proven = Proven {
        key: is_proven.then(|| recalled.fingerprint.clone()),
        read: read.collect(),
        seconds: result.elapsed.as_secs_f64(),
        failed: result.failure.clone(),
    };
    Some((id(unit), proven))
}

/// Where the toolchains find modules that are installed.
pub(in crate::listings::run) fn module_paths<'a>(
    tools: impl Iterator<Item = &'a Tool>,
) -> Vec<PathBuf> {
    let all: BTreeSet<PathBuf> = tools.flat_map(|tool| tool.paths.clone()).collect();
    all.into_iter().collect()
}

/// By what name a unit is remembered.
fn id(unit: &RunUnit) -> String {
    match (unit.target, &unit.command) {
        (Target::Command(_), Some(command)) => {
            format!("{} {}", unit.path, command.join(" "))
        }
        _ => unit.path.clone(),
    }
}
