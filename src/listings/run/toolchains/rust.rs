//! Rust: as many programs as can live in one crate are compiled as modules of one; the others, and
//! what is refused there, by themselves.

use super::{
    Asking, Batch, BatchResult, Builds, CommandLine, Compiler, Probe, Steps, Task, Tool,
    Toolchain, defines_main, tool, words,
};
use crate::fsx;
use crate::sandbox::End;
use concfilter::error::Result;
use concfilter::tags::Expect;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// The toolchain of Rust.
#[derive(Debug)]
pub(super) struct Rust;

impl Toolchain for Rust {
    fn language(&self) -> &'static str {
        "rust"
    }

    fn probe(&self) -> Option<&Probe> {
        const PROBE: Probe =
            Probe { names: &["rustc"], args: &["--version"], also: &[], product: "Rust" };
        Some(&PROBE)
    }

    /// What is on `PATH` may choose among toolchains each time; the one that it chose is taken.
    fn identify(&self, found: &Path, asking: Asking<'_>) -> Option<Tool> {
        let root = asking.ask(found, &["--print", "sysroot"])?;
        let own = Path::new(root.trim()).join("bin/rustc");
        let program = if own.is_file() { &own } else { found };
        tool::identify(program, &["--version"], asking)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let code = task.code();
        let out = task.out.join("program");
        let edition = edition(task).to_string();
        let mut args = words(&["--edition", &edition, "-C", "debuginfo=0"]);
        let is_program = defines_main("rust", code);
        let is_test = !is_program && code.contains("#[test]");
        if is_test {
            args.push("--test".into());
        } else if !is_program {
            args.extend(words(&["--crate-type", "lib", "--emit", "metadata"]));
        }
        args.extend([OsString::from("-o"), out.clone().into_os_string()]);
        args.push(task.path().into_os_string());
        let compile = task.line(args);
        let run = task.start(out);
        let run = Some(run).filter(|_| is_program || is_test);
        Steps { compile: Some(compile), run, can_fork: false }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::possible(compile))
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }
}

/// The variable that says which of the programs is meant.
const WHICH: &str = "CONCBOOK_LISTING";

/// So often those that the compiler refuses are left out and the rest is tried again.
const ROUNDS: usize = 4;

/// What cannot be said in a module, or says something else there.
const ONLY_ALONE: &[&str] = &[
    "#![",
    "crate::",
    "$crate",
    "extern crate",
    "include!(",
    "include_str!(",
    "macro_export",
    "module_path!",
    "no_mangle",
    "type_name",
    "file!()",
    "global_allocator",
    "proc_macro",
    "pub(crate)",
    "CONCBOOK_",
];

/// The edition of the book's listings that name none.
fn of_book(task: &Task<'_>) -> u32 {
    task.input.settings.edition
}

/// The edition that a listing is written in.
fn edition(task: &Task<'_>) -> u32 {
    task.unit.tags.edition.unwrap_or(of_book(task))
}

/// Compiles in one call what can be a module.
fn compile(tasks: &[(usize, Task<'_>)], compiler: &Compiler<'_>) -> Result<Builds> {
    let fits = |(_, task): &&(usize, Task<'_>)| {
        let code = task.code();
        defines_main("rust", code)
            && task.unit.tags.expected() != Expect::CompileError
            && edition(task) == of_book(task)
            && !has_module(code)
            && !ONLY_ALONE.iter().any(|word| code.contains(word))
    };
    let mut open: Vec<&(usize, Task<'_>)> = tasks.iter().filter(fits).collect();
    for _ in 0..ROUNDS {
        // One alone gains nothing.
        let [(_, first), _, ..] = open.as_slice() else { break };
        let binary = first.out.join("rust-listings");
        let main = first.out.join("listings.rs");
        fsx::write_atomic(&main, joined(&open).as_bytes())?;
        let mut args = words(&[
            "--edition",
            &of_book(first).to_string(),
            "-C",
            "debuginfo=0",
            "-A",
            "warnings",
            "--error-format=json",
            "-o",
        ]);
        args.extend([binary.clone().into_os_string(), main.into_os_string()]);
        let line = first.line(args);
        let ran = compiler.run(line, None, first.tree)?;
        if ran.end == End::Exit(0) {
            let ready = open.iter().map(|(number, task)| {
                let run = CommandLine {
                    program: binary.clone(),
                    args: task.args().collect(),
                    env: vec![(WHICH.to_owned(), number.to_string())],
                    dir: None,
                };
                (*number, BatchResult::Ready(Steps::start(run)))
            });
            return Ok(ready.collect());
        }
        let refused = refused(&String::from_utf8_lossy(&ran.stderr));
        let before = open.len();
        open.retain(|(_, task)| !refused.contains(&*task.path().to_string_lossy()));
        if open.len() == before {
            break;
        }
    }
    Ok(Builds::new())
}

/// The crate: a module a program, and a `main` that starts the one that is asked for.
fn joined(tasks: &[&(usize, Task<'_>)]) -> String {
    let mut text = String::new();
    let mut arms = String::new();
    for (number, task) in tasks {
        let path = task.path().display().to_string();
        let _ = writeln!(
            text,
            "mod l{number} {{ include!({path:?}); pub fn concbook_main() -> \
             ::std::process::ExitCode {{ ::std::process::Termination::report(main()) }} }}"
        );
        let _ = writeln!(arms, "Some(\"{number}\") => l{number}::concbook_main(),");
    }
    let _ = writeln!(
        text,
        "fn main() -> ::std::process::ExitCode {{\n\
         match ::std::env::var(\"{WHICH}\").ok().as_deref() {{\n{arms}\
         _ => ::std::process::ExitCode::from(3),\n}}\n}}"
    );
    text
}

/// The files in which the compiler found errors.
fn refused(messages: &str) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().into_iter().flatten();
        let names = spans.filter_map(|span| span["file_name"].as_str());
        files.extend(names.map(str::to_owned));
    }
    files
}

/// Whether a text names a module in a file of its own.
fn has_module(code: &str) -> bool {
    code.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("pub ");
        line.starts_with("mod ") && line.trim_end().ends_with(';')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_errors_are_found_in_the_compilers_messages() {
        let messages = "{\"level\":\"error\",\"spans\":[{\"file_name\":\"/t/a.rs\"}]}\n\
                    {\"level\":\"warning\",\"spans\":[{\"file_name\":\"/t/b.rs\"}]}\nnoise\n\
                    {\"level\":\"error\",\"spans\":[]}\n";
        assert_eq!(refused(messages).into_iter().collect::<Vec<_>>(), ["/t/a.rs"]);
        assert!(has_module("  pub mod a;") && !has_module("mod a { }"));
    }
}
