//! Go: programs of one file are built in one call, each as a package of a module of ours; the others, and
//! what is refused there, where they run; tests together with the files beside them.

use super::{
    Batch, BatchResult, Builds, CommandLine, Compiler, Probe, Steps, Task, Toolchain,
    defines_main, words,
};
use crate::fsx;
use crate::listings::Program;
use crate::listings::run::unit::RunUnit;
use concfilter::error::Result;
use concfilter::lang;
use concfilter::tags::Expect;
use std::fmt::Write as _;
use std::time::Duration;

/// The toolchain of Go.
#[derive(Debug)]
pub(super) struct Go;

impl Toolchain for Go {
    fn language(&self) -> &'static str {
        "go"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe =
            Probe { names: &["go"], args: &["version"], also: &[], product: "Go" };
        Some(&PROBE)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        if task.unit.name().ends_with("_test.go") {
            let mut args = words(&["test"]);
            args.extend(task.sources());
            let beside = beside(task).into_iter();
            args.extend(beside.map(|other| task.tree.join(&other.path).into_os_string()));
            return Steps::start(task.line(args));
        }
        let out = task.out.join("program");
        let mut args = words(&["build", "-o"]);
        args.push(out.clone().into());
        args.extend(task.sources());
        let is_main = is_main(task.code());
        let run = task.start(out);
        Steps {
            compile: Some(task.line(args)),
            run: Some(run).filter(|_| is_main),
            can_fork: false,
        }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::possible(compile))
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(900)
    }
}

/// Whether a text is a program.
fn is_main(code: &str) -> bool {
    code.lines().any(|line| line.trim() == "package main") && defines_main("go", code)
}

/// What means something else in another folder, or in a module.
const ONLY_ALONE: &[&str] =
    &["import \"C\"", "//go:embed", "//go:build", "// +build", "//line "];

/// Builds in one call what is a program by itself. Go builds all that it can: of what it refuses there is no
/// program afterwards.
fn compile(tasks: &[(usize, Task<'_>)], compiler: &Compiler<'_>) -> Result<Builds> {
    let fits = |(_, task): &&(usize, Task<'_>)| {
        let code = task.code();
        !task.unit.name().ends_with("_test.go")
            && task.unit.tags.expected() != Expect::CompileError
            && is_main(code)
            && task.sources().len() == 1
            && !ONLY_ALONE.iter().any(|word| code.contains(word))
    };
    let open: Vec<&(usize, Task<'_>)> = tasks.iter().filter(fits).collect();
    // One alone gains nothing.
    let [(_, first), _, ..] = open.as_slice() else { return Ok(Builds::new()) };
    let module = first.out.join("go-listings");
    fsx::create_dir_all(&module.join("bin"))?;
    let mut about = "module concbook\n".to_owned();
    // Without a module a file is in the language of the version that builds it.
    if let Some([major, minor, ..]) = first.tool.map(|tool| &tool.version[..]) {
        let _ = writeln!(about, "\ngo {major}.{minor}");
    }
    fsx::write_atomic(&module.join("go.mod"), about.as_bytes())?;
    for (number, task) in &open {
        let folder = module.join(format!("l{number}"));
        fsx::create_dir_all(&folder)?;
        // The text is read from the tree, where it has its marks; its lines stay those of its own file.
        let path = task.path();
        let code = fsx::read_text(&path)?;
        let text = format!("//line {}:1\n{code}", path.display());
        fsx::write_atomic(&folder.join("main.go"), text.as_bytes())?;
    }
    let mut args = words(&["build", "-o"]);
    args.push(module.join("bin/").into());
    args.push("./...".into());
    let env = [("GOPROXY", "off"), ("GOFLAGS", "-mod=mod"), ("GOWORK", "off")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let line = CommandLine {
        program: first.program(),
        args,
        env: env.to_vec(),
        dir: Some(module.clone()),
    };
    compiler.run(line, None, &module)?;
    let ready = open.iter().filter_map(|(number, task)| {
        let program = module.join("bin").join(format!("l{number}"));
        let run = task.start(program.clone());
        program.is_file().then(|| (*number, BatchResult::Ready(Steps::start(run))))
    });
    Ok(ready.collect())
}

/// The files that a test is compiled with: those of its package. Where several of them are programs, which is
/// right for a chapter and not for a package, only the one with the name of the test.
fn beside<'a>(task: &Task<'a>) -> Vec<&'a Program> {
    let own = package(task.code());
    let programs = task.input.book.programs.iter();
    let fits = |other: &&Program| {
        is_beside(task.unit, &other.path) && package(&other.code) == own
    };
    let mut all: Vec<&Program> = programs.filter(fits).collect();
    if all.iter().filter(|other| is_main(&other.code)).count() > 1 {
        let named = task.unit.path.replace("_test.go", ".go");
        all.retain(|other| !is_main(&other.code) || other.path == named);
    }
    all
}

/// The package that a file says it is of.
fn package(code: &str) -> Option<&str> {
    code.lines().find_map(|line| line.strip_prefix("package ")?.split_whitespace().next())
}

/// Whether a path is another Go file in the unit's folder, which its tests may be about.
fn is_beside(unit: &RunUnit, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |at| at.0);
    folder == unit.folder()
        && lang::of_file(path) == Some("go")
        && !path.ends_with("_test.go")
}
