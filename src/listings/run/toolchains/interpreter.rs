//! Languages whose interpreter is given the file.

use super::{Probe, Steps, Task, Toolchain};
use std::time::Duration;

/// An interpreter that is found by these names, and tells its version when asked so.
const fn interpreter(
    language: &'static str,
    product: &'static str,
    names: &'static [&'static str],
    args: &'static [&'static str],
) -> Interpreter {
    Interpreter { language, probe: Probe { names, args, also: &[], product } }
}

pub(super) const BASH: Interpreter =
    interpreter("bash", "bash", &["bash", "sh"], &["--version"]);
pub(super) const RUBY: Interpreter =
    interpreter("ruby", "Ruby", &["ruby"], &["--version"]);
pub(super) const PERL: Interpreter =
    interpreter("perl", "Perl", &["perl"], &["--version"]);
pub(super) const PHP: Interpreter = interpreter("php", "PHP", &["php"], &["--version"]);
pub(super) const LUA: Interpreter =
    interpreter("lua", "Lua", &["lua", "lua5.4", "lua5.3"], &["-v"]);

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
