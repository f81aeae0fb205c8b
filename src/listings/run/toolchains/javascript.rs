//! JavaScript, by Node.js.

use super::interpreter::{self, last_lines};
use super::{Probe, Steps, Task, Toolchain};
use std::time::Duration;

/// The toolchain of JavaScript.
#[derive(Debug)]
pub(super) struct JavaScript;

impl Toolchain for JavaScript {
    fn language(&self) -> &'static str {
        "javascript"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe = Probe {
            names: &["node", "nodejs"],
            args: &["--version"],
            also: &[],
            product: "Node.js",
        };
        Some(&PROBE)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        interpreter::steps(task)
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(60)
    }

    fn is_syntax_error(&self, stderr: &str) -> bool {
        last_lines(stderr).any(|line| line.contains("SyntaxError: "))
    }
}
