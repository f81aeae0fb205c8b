//! Blocks of Python's that pytest gives fixtures, as pytest-markdown-docs runs them.

use super::{CommandLine, MissingPart, Steps, Task, Toolchain, python, words};
use std::time::Duration;

/// The toolchain of such blocks.
pub(in crate::listings::run) const FIXTURES: &dyn Toolchain = &Fixtures;

#[derive(Debug)]
struct Fixtures;

/// A test around the block, which has the fixtures for its globals. What the block prints goes to standard
/// output, and what pytest says to standard error.
const DRIVER: &str = r#"
import contextlib, os, pathlib, sys
path, *names = sys.argv[1:]
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
import builtins
def run(given):
    code = compile(pathlib.Path(path).read_text(encoding="utf-8"), path, "exec")
    with contextlib.redirect_stdout(out):
        exec(code, {"__name__": "__main__", "__file__": path, **given})
    out.flush()
builtins._concbook_run = run
test = pathlib.Path("test_concbook_" + pathlib.Path(path).stem + ".py")
given = ", ".join(names)
test.write_text(f"def test_block({given}):\n    _concbook_run(dict({', '.join(n + '=' + n for n in names)}))\n")
import pytest
sys.exit(pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", "-s", str(test)]))
"#;

impl Toolchain for Fixtures {
    fn name(&self) -> &'static str {
        "fixtures"
    }

    fn language(&self) -> &'static str {
        "python"
    }

    fn runs_by(&self) -> Option<&'static dyn Toolchain> {
        Some(&python::Python)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let mut args = words(&["-c", DRIVER, task.unit.name()]);
        args.extend(task.unit.tags.fixtures.iter().map(Into::into));
        let program = task.program();
        Steps::start(CommandLine { program, args, ..CommandLine::default() })
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(400)
    }

    fn lacks(&self, stderr: &str) -> Option<MissingPart> {
        let plain = stderr.replace('\'', "");
        python::Pytest.lacks(&plain)
    }

    /// What a fixture does is not seen.
    fn reads_unseen(&self) -> bool {
        true
    }
}
