//! C and C++: one call of the compiler a program.

use super::{
    CommandLine, Probe, Steps, Task, Toolchain, defines_main, has_extension, words,
};
use std::time::Duration;

/// The toolchain of C.
pub(super) const C: CompilerOfC = CompilerOfC {
    language: "c",
    standard: "-std=gnu17",
    usual: Duration::from_millis(400),
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
    probe: Probe,
}

impl Toolchain for CompilerOfC {
    fn name(&self) -> &'static str {
        self.language
    }

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
        let mut args = words(&[self.standard]);
        if !is_program {
            args.push("-c".into());
        }
        args.extend(["-o".into(), out.clone().into(), "-I".into(), task.tree.into()]);
        // Alone, a file without a program is a part of others.
        let number = if is_program { usize::MAX } else { 1 };
        args.extend(task.sources().into_iter().take(number));
        args.extend(words(&["-lm", "-pthread"]));
        let compile =
            CommandLine { program: task.program(), args, ..CommandLine::default() };
        let run = CommandLine {
            program: out,
            args: task.args().collect(),
            ..CommandLine::default()
        };
        Steps {
            compile: Some(compile),
            run: Some(run).filter(|_| is_program),
            can_fork: false,
        }
    }

    fn usual_duration(&self) -> Duration {
        self.usual
    }
}
