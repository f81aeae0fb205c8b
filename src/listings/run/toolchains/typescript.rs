//! TypeScript: compiled at once, run by Node.js.

use super::{
    Batch, BatchResult, Builds, CommandLine, Compiler, Probe, Steps, Task, Toolchain,
    words,
};
use crate::proc;
use concfilter::error::Result;
use std::ffi::OsString;
use std::time::Duration;

/// The toolchain of TypeScript.
#[derive(Debug)]
pub(super) struct TypeScript;

impl Toolchain for TypeScript {
    fn language(&self) -> &'static str {
        "typescript"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe = Probe {
            names: &["tsc"],
            args: &["--version"],
            also: &["node"],
            product: "TypeScript's compiler",
        };
        Some(&PROBE)
    }

    fn no_program(&self, name: &str) -> Option<&'static str> {
        name.ends_with(".d.ts").then_some("it declares no program")
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let mut args = arguments(task);
        args.push(task.path().into_os_string());
        let compile = task.line(args);
        Steps { compile: Some(compile), run: Some(start(task)), can_fork: false }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::possible(compile))
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(60)
    }
}

/// Compiles all files in one call. Each is a module, so that no name in one is in the way of
/// another's.
fn compile(tasks: &[(usize, Task<'_>)], compiler: &Compiler<'_>) -> Result<Builds> {
    let mut builds = Builds::new();
    let Some((_, first)) = tasks.first() else { return Ok(builds) };
    let mut args = arguments(first);
    args.extend(tasks.iter().map(|(_, task)| OsString::from(&task.unit.path)));
    let line = first.line(args);
    let ran = compiler.run(line, None, first.tree)?;
    let messages = String::from_utf8_lossy(&ran.stdout).into_owned();
    for (number, task) in tasks {
        let begin = format!("{}(", task.unit.path);
        let own: Vec<&str> =
            messages.lines().filter(|line| line.starts_with(&begin)).collect();
        let built = if own.is_empty() {
            BatchResult::Ready(Steps::start(start(task)))
        } else {
            BatchResult::Refused(own.join("\n"))
        };
        builds.insert(*number, built);
    }
    Ok(builds)
}

/// What the compiler is given beside the files.
fn arguments(task: &Task<'_>) -> Vec<OsString> {
    let mut args = words(&[
        "--target",
        "es2022",
        "--module",
        "commonjs",
        "--moduleDetection",
        "force",
        "--skipLibCheck",
        "--pretty",
        "false",
        "--strict",
        "--esModuleInterop",
        "--rootDir",
    ]);
    args.push(task.tree.into());
    args.push("--outDir".into());
    args.push(task.out.join("ts").into_os_string());
    let types = task.input.dir.join("node_modules/@types");
    if types.is_dir() {
        args.push("--typeRoots".into());
        args.push(std::path::absolute(&types).unwrap_or(types).into_os_string());
    }
    args
}

/// How what was compiled is started.
fn start(task: &Task<'_>) -> CommandLine {
    let path = &*task.unit.path;
    let path = path.rsplit_once('.').map_or(path, |at| at.0);
    let mut args = vec![task.out.join(format!("ts/{path}.js")).into_os_string()];
    args.extend(task.args());
    let node = proc::find("node").or_else(|| proc::find("nodejs"));
    let program = node.unwrap_or_else(|| "node".into());
    CommandLine { program, args, ..CommandLine::default() }
}
