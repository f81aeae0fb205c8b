//! Kotlin: an archive a program, started by Java.

use super::{CommandLine, Probe, Steps, Task, Toolchain, defines_main, words};
use crate::proc;
use std::ffi::OsString;
use std::time::Duration;

/// The toolchain of Kotlin.
#[derive(Debug)]
pub(super) struct Kotlin;

impl Toolchain for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn language(&self) -> &'static str {
        "kotlin"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe = Probe {
            names: &["kotlinc"],
            args: &["-version"],
            also: &["java"],
            product: "Kotlin's compiler",
        };
        Some(&PROBE)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let jar = task.out.join("program.jar").into_os_string();
        let mut args = task.sources();
        args.extend(words(&["-nowarn", "-include-runtime", "-d"]));
        args.push(jar.clone());
        let compile =
            CommandLine { program: task.program(), args, ..CommandLine::default() };
        let mut args: Vec<OsString> =
            task.unit.tags.jvmargs.iter().map(OsString::from).collect();
        args.extend(["-jar".into(), jar]);
        args.extend(task.args());
        let java = proc::find("java").unwrap_or_else(|| "java".into());
        let run = CommandLine { program: java, args, ..CommandLine::default() };
        Steps {
            compile: Some(compile),
            run: Some(run).filter(|_| defines_main("kotlin", task.code())),
            can_fork: false,
        }
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_secs(6)
    }
}
