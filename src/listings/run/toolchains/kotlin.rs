//! Kotlin: programs of one file are compiled in one call, each as a package of its own; the others, and what
//! is refused there, by themselves. Java starts them.

use super::{
    Batch, BatchResult, Builds, CommandLine, Compiler, Probe, Steps, Task, Toolchain,
    defines_main, words,
};
use crate::fsx;
use crate::proc;
use crate::sandbox::End;
use concfilter::error::Result;
use concfilter::tags::Expect;
use std::ffi::OsString;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::Duration;

/// The toolchain of Kotlin.
#[derive(Debug)]
pub(super) struct Kotlin;

impl Toolchain for Kotlin {
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
        let jar = task.out.join("program.jar");
        let compile = task.line(compile_args(task.sources(), &jar));
        let run = java(task, &[OsString::from("-jar"), jar.into_os_string()]);
        Steps {
            compile: Some(compile),
            run: Some(run).filter(|_| defines_main("kotlin", task.code())),
            can_fork: false,
        }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::possible(compile))
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_secs(6)
    }
}

fn compile_args(sources: Vec<OsString>, jar: &Path) -> Vec<OsString> {
    let mut args = sources;
    args.extend(words(&["-nowarn", "-include-runtime", "-d"]));
    args.push(jar.into());
    args
}

/// Starts what was compiled, which the virtual machine is told by some words.
fn java(task: &Task<'_>, what: &[OsString]) -> CommandLine {
    let jvm = task.unit.tags.jvmargs.iter().map(OsString::from);
    let args = jvm.chain(what.iter().cloned()).chain(task.args());
    let program = proc::find("java").unwrap_or_else(|| "java".into());
    CommandLine { program, args: args.collect(), ..CommandLine::default() }
}

/// So many times what is refused is left out and the others are compiled.
const CALLS: usize = 3;

/// A program that is compiled with others.
struct Member<'a> {
    number: usize,
    task: &'a Task<'a>,
    /// The class that holds its `main`.
    class: String,
    file: PathBuf,
    /// How the compiler's messages about it begin, behind the folder of all.
    prefix: String,
}

/// Compiles in one call what is a program by itself. Where one is refused nothing is compiled, so those with an error
/// are left out then.
fn compile(tasks: &[(usize, Task<'_>)], compiler: &Compiler<'_>) -> Result<Builds> {
    let mut open: Vec<Member<'_>> = Vec::new();
    for (number, task) in tasks {
        let Some(class) = class(task) else { continue };
        let package = format!("l{number}");
        let folder = task.out.join("kotlin-listings").join(&package);
        let file = folder.join(task.unit.name());
        fsx::create_dir_all(&folder)?;
        // The text is read from the tree, where it has its marks; its lines stay those of its own file.
        let code = fsx::read_text(&task.path())?;
        fsx::write_atomic(&file, format!("package {package}; {code}").as_bytes())?;
        let prefix = format!("{package}{MAIN_SEPARATOR}{}:", task.unit.name());
        let class = format!("{package}.{class}");
        open.push(Member { number: *number, task, class, file, prefix });
    }
    for _ in 0..CALLS {
        // One alone gains nothing.
        let [first, _, ..] = open.as_slice() else { return Ok(Builds::new()) };
        let jar = first.task.out.join("kotlin-listings/programs.jar");
        let sources = open.iter().map(|one| one.file.clone().into_os_string()).collect();
        let line = first.task.line(compile_args(sources, &jar));
        let ran = compiler.run(line, None, first.task.out)?;
        if ran.end == End::Exit(0) {
            let ready = |one: &Member<'_>| {
                let what = [
                    "-cp".into(),
                    jar.clone().into_os_string(),
                    one.class.clone().into(),
                ];
                (one.number, BatchResult::Ready(Steps::start(java(one.task, &what))))
            };
            return Ok(open.iter().map(ready).collect());
        }
        let said = String::from_utf8_lossy(&[&ran.stderr[..], &ran.stdout[..]].concat())
            .into_owned();
        let before = open.len();
        open.retain(|one| !said.contains(&one.prefix));
        if open.len() == before {
            break;
        }
    }
    Ok(Builds::new())
}

/// The class that Kotlin makes of a program's file, where it can be a package of its own: one with a package, or
/// with something said of its file, cannot, and in a name of other characters Kotlin changes them.
fn class(task: &Task<'_>) -> Option<String> {
    let code = task.code();
    let alone = |line: &str| {
        let line = line.trim_start();
        line.starts_with("package ")
            || line.starts_with("@file:")
            || line.starts_with("#!")
    };
    let stem = task.unit.stem();
    let mut chars = stem.chars();
    let first = chars.next().filter(char::is_ascii_alphabetic)?;
    let is_plain = chars.clone().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let fits = is_plain
        && task.unit.prerequisites.is_empty()
        && !matches!(task.unit.tags.expected(), Expect::CompileError | Expect::Compiles)
        && defines_main("kotlin", code)
        && !code.lines().any(alone);
    fits.then(|| format!("{}{}Kt", first.to_ascii_uppercase(), chars.as_str()))
}
