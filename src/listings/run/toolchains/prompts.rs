//! Records of what was typed at a prompt. What is run of one is the program that `listings::prompts` makes
//! of it, and never its own text.

use super::{Asking, Probe, Steps, Task, Tool, Toolchain, interpreter, python};
use crate::listings::run::cache::Files;
use crate::listings::run::unit::RunUnit;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// The toolchain of records of Python's.
#[derive(Debug)]
pub(super) struct PythonPrompts;

/// The toolchain of records of a shell's.
#[derive(Debug)]
pub(super) struct Shell;

impl Toolchain for PythonPrompts {
    fn name(&self) -> &'static str {
        "pycon"
    }

    fn language(&self) -> &'static str {
        "pycon"
    }

    fn probe(&self) -> Option<&Probe> {
        python::Python.probe()
    }

    fn identify(&self, found: &Path, asking: Asking<'_>) -> Option<Tool> {
        python::Python.identify(found, asking)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        Steps { can_fork: true, ..interpreter::steps(task) }
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }

    /// What a record imports is not looked for: it may depend on all there is.
    fn unseen_reads(
        &self,
        _unit: &RunUnit,
        _code: &str,
        _seen: &BTreeSet<String>,
        _files: &Files,
    ) -> BTreeSet<String> {
        BTreeSet::from(["/".to_owned()])
    }
}

impl Toolchain for Shell {
    fn name(&self) -> &'static str {
        "console"
    }

    fn language(&self) -> &'static str {
        "console"
    }

    fn probe(&self) -> Option<&Probe> {
        const BASH: &interpreter::Interpreter = &interpreter::BASH;
        BASH.probe()
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        interpreter::steps(task)
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }
}
