//! Records of what was typed at a prompt. What is run of one is the program that `listings::prompts` makes
//! of it, and never its own text.

use super::{Steps, Task, Toolchain, interpreter, of_language, python};
use std::time::Duration;

/// The toolchain of records of Python's.
#[derive(Debug)]
pub(super) struct PythonPrompts;

/// The toolchain of records of a shell's.
#[derive(Debug)]
pub(super) struct Shell;

impl Toolchain for PythonPrompts {
    fn language(&self) -> &'static str {
        "pycon"
    }

    fn runs_by(&self) -> Option<&'static dyn Toolchain> {
        Some(&python::Python)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        Steps { can_fork: true, ..interpreter::steps(task) }
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }

    /// What a record imports is not looked for.
    fn reads_unseen(&self) -> bool {
        true
    }
}

impl Toolchain for Shell {
    fn language(&self) -> &'static str {
        "console"
    }

    fn runs_by(&self) -> Option<&'static dyn Toolchain> {
        of_language("bash")
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        interpreter::steps(task)
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }
}
