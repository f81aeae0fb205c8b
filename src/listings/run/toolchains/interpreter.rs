//! Languages whose interpreter is given the file: which these are, the table of languages tells.

use super::{Probe, Steps, Task, Toolchain};
use concfilter::lang::languages;
use std::sync::LazyLock;
use std::time::Duration;

/// The interpreters of all languages that the table names one of.
pub(super) static INTERPRETERS: LazyLock<Vec<Interpreter>> = LazyLock::new(|| {
    let all = languages::interpreted().map(|language| {
        let args = &*language.asked;
        Interpreter {
            language: language.name,
            probe: Probe {
                names: &language.run,
                args: if args.is_empty() { &["--version"] } else { args },
                also: &[],
                product: language.product(),
            },
        }
    });
    all.collect()
});

/// An interpreter.
#[derive(Debug)]
pub(super) struct Interpreter {
    language: &'static str,
    probe: Probe,
}

impl Toolchain for Interpreter {
    fn language(&self) -> &'static str {
        self.language
    }

    fn probe(&self) -> Option<&Probe> {
        Some(&self.probe)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        steps(task)
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }

    fn is_syntax_error(&self, stderr: &str) -> bool {
        let marks = ["syntax error", "Parse error", "SyntaxError"];
        last_lines(stderr).any(|line| marks.iter().any(|mark| line.contains(mark)))
    }
}

/// The interpreter, the file, and what the program is given.
pub(super) fn steps(task: &Task<'_>) -> Steps {
    let mut args = vec![task.unit.name().into()];
    args.extend(task.args());
    Steps::start(task.line(args))
}

/// The lines among which an interpreter tells why it refused a text.
pub(super) fn last_lines(stderr: &str) -> impl Iterator<Item = &str> {
    stderr.lines().rev().take(12)
}
