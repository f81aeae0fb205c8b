//! C and C++: one call of the compiler a program. Programs of one file are compiled in one shell before anything
//! runs, those that it refuses where they run.

use super::{
    Batch, BatchResult, Builds, CommandLine, CompileMany, Compiler, MissingPart, Probe,
    Steps, Task, Toolchain, defines_main, has_extension, words,
};
use crate::{fsx, proc};
use concfilter::error::Result;
use concfilter::tags::Expect;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// The toolchain of C.
pub(super) const C: CompilerOfC = CompilerOfC {
    language: "c",
    standard: "-std=gnu17",
    usual: Duration::from_millis(400),
    compile: |tasks, compiler| compile(&C, tasks, compiler),
    probe: Probe {
        names: &["cc", "gcc", "clang"],
        args: &["--version"],
        also: &[],
        product: "a C compiler",
    },
};

/// The toolchain of C++.
pub(super) const CPP: CompilerOfC = CompilerOfC {
    language: "cpp",
    standard: "-std=gnu++20",
    usual: Duration::from_millis(900),
    compile: |tasks, compiler| compile(&CPP, tasks, compiler),
    probe: Probe {
        names: &["c++", "g++", "clang++"],
        args: &["--version"],
        also: &[],
        product: "a C++ compiler",
    },
};

/// A compiler of one of the two.
#[derive(Debug)]
pub(super) struct CompilerOfC {
    language: &'static str,
    standard: &'static str,
    usual: Duration,
    compile: CompileMany,
    probe: Probe,
}

impl Toolchain for CompilerOfC {
    fn language(&self) -> &'static str {
        self.language
    }

    fn probe(&self) -> Option<&Probe> {
        Some(&self.probe)
    }

    fn no_program(&self, name: &str) -> Option<&'static str> {
        let is_header = has_extension(name, &["h", "hh", "hpp"]);
        is_header.then_some("a header, compiled with what includes it")
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let out = task.out.join("program");
        let is_program = defines_main(self.language, task.code());
        let compile = self.compile_line(task, &out, is_program);
        let run = task.start(out);
        Steps {
            compile: Some(compile),
            run: Some(run).filter(|_| is_program),
            can_fork: false,
        }
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::possible(self.compile))
    }

    fn usual_duration(&self) -> Duration {
        self.usual
    }

    fn lacks(&self, stderr: &str) -> Option<MissingPart> {
        let is_elsewhere = |line: &str| {
            line.contains("undefined reference to") && !line.contains("`main'")
        };
        stderr.lines().any(is_elsewhere).then_some(MissingPart {
            reason: "cannot be linked: what it calls is in none of its files",
            hint: "Name the listing that has it with needs=…, and it is compiled with it",
        })
    }
}

impl CompilerOfC {
    /// What compiles a unit to a program, or to a part of others.
    fn compile_line(&self, task: &Task<'_>, out: &Path, is_program: bool) -> CommandLine {
        let mut args = words(&[self.standard]);
        if !is_program {
            args.push("-c".into());
        }
        args.extend(["-o".into(), out.into(), "-I".into(), task.tree.into()]);
        // Alone, a file without a program is a part of others.
        let number = if is_program { usize::MAX } else { 1 };
        args.extend(task.sources().into_iter().take(number));
        args.extend(words(&["-lm", "-pthread"]));
        task.line(args)
    }
}

/// Compiles in one shell what is a program by itself, in as many rows as there are processors. What is refused is left
/// out, so that it is compiled where it runs before anything is said of it.
fn compile(
    compiler_of_c: &CompilerOfC,
    tasks: &[(usize, Task<'_>)],
    compiler: &Compiler<'_>,
) -> Result<Builds> {
    let fits = |(_, task): &&(usize, Task<'_>)| {
        let code = task.code();
        task.unit.prerequisites.is_empty()
            && !matches!(
                task.unit.tags.expected(),
                Expect::CompileError | Expect::Compiles
            )
            && defines_main(compiler_of_c.language, code)
            // A file of the book may have marks of its own here.
            && !code.lines().any(includes_file)
    };
    let open: Vec<&(usize, Task<'_>)> = tasks.iter().filter(fits).collect();
    // One alone gains nothing.
    let [(_, first), _, ..] = open.as_slice() else { return Ok(Builds::new()) };
    let folder = first.out.join(format!("{}-listings", compiler_of_c.language));
    fsx::create_dir_all(&folder)?;
    let program = |number: &usize| folder.join(format!("l{number}"));
    let rows = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut script = String::new();
    for row in 0..rows {
        script.push_str("(\n");
        for (number, task) in open.iter().skip(row).step_by(rows) {
            let out = program(number);
            let line = compiler_of_c.compile_line(task, &out, true);
            let words = std::iter::once(line.program.into_os_string()).chain(line.args);
            let words: Vec<String> = words.map(|word| quoted(&word)).collect();
            // As where it is compiled by itself: in the folder of its file.
            let path = task.path();
            let dir = quoted(path.parent().unwrap_or(task.tree).as_os_str());
            // What is half written is no program.
            let half = quoted(out.as_os_str());
            let _ = writeln!(script, "cd {dir} && {} || rm -f {half}", words.join(" "));
        }
        script.push_str(") >/dev/null 2>&1 </dev/null &\n");
    }
    script.push_str("wait\n");
    let file = folder.join("compile.sh");
    fsx::write_atomic(&file, script.as_bytes())?;
    let line = CommandLine {
        program: proc::find("sh").unwrap_or_else(|| "sh".into()),
        args: vec![file.into_os_string()],
        ..CommandLine::default()
    };
    compiler.run(line, None, &folder)?;
    let ready = open.iter().filter_map(|(number, task)| {
        let run = task.start(program(number));
        let is_there = run.program.is_file();
        is_there.then(|| (*number, BatchResult::Ready(Steps::start(run))))
    });
    Ok(ready.collect())
}

/// Whether a line includes a file by a name of the book's, not one of the system's.
fn includes_file(line: &str) -> bool {
    let line = line.trim_start().strip_prefix('#').unwrap_or_default().trim_start();
    let included = line.strip_prefix("include").map(str::trim_start);
    included.is_some_and(|what| !what.starts_with('<'))
}

/// A word as a shell reads it.
fn quoted(word: &OsStr) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_book_are_told_from_those_of_the_system() {
        let lines = ["#include \"a.h\"", " #  include \"a.c\"", "#include NAME"];
        assert!(lines.into_iter().all(includes_file));
        let others =
            ["#include <a.h>", "# include<a.h>", "// include \"a.h\"", "#define A"];
        assert!(!others.into_iter().any(includes_file));
        assert_eq!(quoted(OsStr::new("a b's")), r"'a b'\''s'");
    }
}
