//! Go: built where it runs; tests together with the files beside them.

use super::{CommandLine, Probe, Steps, Task, Toolchain, defines_main, words};
use crate::listings::run::unit::RunUnit;
use concfilter::lang;
use std::ffi::OsString;
use std::time::Duration;

/// The toolchain of Go.
#[derive(Debug)]
pub(super) struct Go;

impl Toolchain for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn language(&self) -> &'static str {
        "go"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe =
            Probe { names: &["go"], args: &["version"], also: &[], product: "Go" };
        Some(&PROBE)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let line = |args: Vec<OsString>| CommandLine {
            program: task.program(),
            args,
            ..CommandLine::default()
        };
        if task.unit.name().ends_with("_test.go") {
            let mut args = words(&["test"]);
            args.extend(task.sources());
            let programs = task.input.book.programs.iter();
            let beside = programs.filter(|other| is_beside(task.unit, &other.path));
            args.extend(beside.map(|other| task.tree.join(&other.path).into_os_string()));
            return Steps::start(line(args));
        }
        let out = task.out.join("program");
        let mut args = words(&["build", "-o"]);
        args.push(out.clone().into());
        args.extend(task.sources());
        let code = task.code();
        let is_main = code.lines().any(|line| line.trim() == "package main")
            && defines_main("go", code);
        let run = CommandLine {
            program: out,
            args: task.args().collect(),
            ..CommandLine::default()
        };
        Steps {
            compile: Some(line(args)),
            run: Some(run).filter(|_| is_main),
            can_fork: false,
        }
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(900)
    }
}

/// Whether a path is another Go file in the unit's folder, which its tests may be about.
fn is_beside(unit: &RunUnit, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |at| at.0);
    folder == unit.folder()
        && lang::of_file(path) == Some("go")
        && !path.ends_with("_test.go")
}
