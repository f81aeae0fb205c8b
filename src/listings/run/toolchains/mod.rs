//! How the files of each language are compiled and started: a [`Toolchain`] a language. What can be compiled in one
//! call is compiled for the whole tree at once; the rest where it runs.
//!
//! A language whose interpreter is given the file needs a line `run` in the table of languages and nothing here. What
//! needs more, a compiler or modules, has a file beside this one, and is named in [`OWN`].

mod c;
mod command;
mod fixtures;
mod go;
mod interpreter;
mod java;
mod javascript;
mod kotlin;
mod prompts;
mod python;
mod rust;
mod tool;
mod typescript;

pub(super) use command::AUTHOR_COMMAND;
pub(super) use fixtures::FIXTURES;
pub(super) use python::preload;
pub(super) use tool::{Asking, Probe, Tool, find, signature};

use super::cache::Files;
use super::unit::RunUnit;
use super::{RunInput, plan};
use crate::grammars::{NameKind, Role, tree};
use crate::sandbox::{Command, FinishedRun, RunLimits, Sandbox};
use concfilter::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The toolchains that are more than an interpreter.
const OWN: &[&dyn Toolchain] = &[
    &python::Python,
    &python::Pytest,
    &java::Java,
    &kotlin::Kotlin,
    &rust::Rust,
    &go::Go,
    &c::C,
    &c::CPP,
    &javascript::JavaScript,
    &typescript::TypeScript,
    &prompts::PythonPrompts,
    &prompts::Shell,
];

/// All toolchains. A file is run by the first of its language that takes its name; the first of a
/// language is what is looked for on the machine, and whose version `since=` is compared with.
fn all() -> impl Iterator<Item = &'static dyn Toolchain> {
    let interpreters = interpreter::INTERPRETERS.iter();
    let interpreters = interpreters.map(|interpreter| interpreter as &dyn Toolchain);
    OWN.iter().copied().chain(interpreters)
}

/// What compiles and starts the files of a language.
pub(super) trait Toolchain: Debug + Sync {
    /// Its name, by which results are remembered; that of its language, unless it is not the only one of it.
    fn name(&self) -> &'static str {
        self.language()
    }

    /// The usual name of its language.
    fn language(&self) -> &'static str;

    /// The toolchain by whose program it runs, where it has none of its own.
    fn runs_by(&self) -> Option<&'static dyn Toolchain> {
        None
    }

    /// How it is found on the machine; `None` where nothing has to be there.
    fn probe(&self) -> Option<&Probe> {
        self.runs_by()?.probe()
    }

    /// What was found, with its version; `None` where it does not work.
    fn identify(&self, found: &Path, asking: Asking<'_>) -> Option<Tool> {
        match self.runs_by() {
            Some(other) => other.identify(found, asking),
            None => tool::identify(found, self.probe()?.args, asking),
        }
    }

    /// Whether a command of the author's only names the interpreter, and how files are run is
    /// known here.
    fn is_interpreter(&self, _command: &str) -> bool {
        false
    }

    /// Whether it runs a file of its language with this name.
    fn takes(&self, _name: &str) -> bool {
        true
    }

    /// Why a file of its language with this name is no program; `None` for a program.
    fn no_program(&self, _name: &str) -> Option<&'static str> {
        None
    }

    /// Whether it compiles a file that is run by the author's command.
    fn compiles_for_commands(&self) -> bool {
        false
    }

    /// How a unit that was not compiled with others is compiled and started.
    fn steps(&self, task: &Task<'_>) -> Steps;

    /// How it compiles many files in one call; `None` where it does not.
    fn batch(&self) -> Option<Batch> {
        None
    }

    /// Whether it compiles many files in one call.
    fn batching(&self) -> Batching {
        self.batch().map_or(Batching::Never, |batch| batch.batching)
    }

    /// How long a program runs, usually, until that was measured.
    fn usual_duration(&self) -> Duration;

    /// Whether standard error says that the text was refused before any of it ran.
    fn is_syntax_error(&self, _stderr: &str) -> bool {
        false
    }

    /// What else has to be installed, if standard error says so.
    fn lacks(&self, _stderr: &str) -> Option<MissingPart> {
        None
    }

    /// Whether nobody sees what its programs read, so that they may depend on all there is.
    fn reads_unseen(&self) -> bool {
        false
    }

    /// Files that a unit may depend on beyond those that it was seen to read.
    fn unseen_reads(
        &self,
        _unit: &RunUnit,
        _code: &str,
        _seen: &BTreeSet<String>,
        _files: &Files,
    ) -> BTreeSet<String> {
        if self.reads_unseen() {
            BTreeSet::from(["/".to_owned()])
        } else {
            BTreeSet::new()
        }
    }
}

/// Something that a toolchain has to have installed beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct MissingPart {
    pub reason: &'static str,
    pub hint: &'static str,
}

/// The toolchain of a language.
pub(super) fn of_language(language: &str) -> Option<&'static dyn Toolchain> {
    all().find(|toolchain| toolchain.language() == language)
}

/// The toolchain whose version a name of a language, or of its program, stands for; `None` where that
/// tells nothing: C and C++ are named by their standards' years, and compilers count otherwise.
pub(super) fn of_version(name: &str) -> Option<&'static dyn Toolchain> {
    let is_meant = |toolchain: &&dyn Toolchain| {
        let has_standards = matches!(toolchain.language(), "c" | "cpp");
        let names = toolchain.probe().map_or(&[][..], |probe| probe.names);
        !has_standards && toolchain.language() == name || names.contains(&name)
    };
    all().find(is_meant)
}

/// The names that [`of_version`] knows.
pub(super) fn versioned() -> impl Iterator<Item = &'static str> {
    let all = all().flat_map(|toolchain| {
        let names = toolchain.probe().map_or(&[][..], |probe| probe.names);
        names.iter().copied().chain([toolchain.language()])
    });
    all.filter(|name| of_version(name).is_some())
}

/// The toolchain that runs a file of a language.
pub(super) fn for_file(language: &str, name: &str) -> Option<&'static dyn Toolchain> {
    all().find(|toolchain| toolchain.language() == language && toolchain.takes(name))
}

/// A command in a copy of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CommandLine {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// Variables beside those that all have.
    pub env: Vec<(String, String)>,
    /// The folder it runs in, in place of the file's.
    pub dir: Option<PathBuf>,
}

/// How a unit is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Steps {
    /// What compiles it first.
    pub compile: Option<CommandLine>,
    /// What starts it; nothing where it has only to compile.
    pub run: Option<CommandLine>,
    /// Whether a Python that is forked can run the file itself.
    pub can_fork: bool,
}

impl Steps {
    /// Only a start.
    fn start(run: CommandLine) -> Self {
        Self { run: Some(run), ..Self::default() }
    }
}

/// Whether a toolchain compiles many files in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Batching {
    /// It does not.
    Never,
    /// It does, and can compile each by itself.
    Possible,
    /// It compiles in no other way.
    Always,
}

/// Compiles many files in one call. A unit that is not in the result is compiled by itself.
///
/// # Errors
/// The compiler cannot be started, or its files cannot be written.
type CompileMany = fn(&[(usize, Task<'_>)], &Compiler<'_>) -> Result<Builds>;

/// How a toolchain compiles many files in one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    batching: Batching,
    pub compile: CompileMany,
}

impl Batch {
    /// By this, and each by itself as well.
    fn possible(compile: CompileMany) -> Self {
        Self { batching: Batching::Possible, compile }
    }

    /// By this alone.
    fn always(compile: CompileMany) -> Self {
        Self { batching: Batching::Always, compile }
    }
}

/// What one call of a compiler for many files made of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BatchResult {
    /// It can be run so.
    Ready(Steps),
    /// The compiler refused it.
    Refused(String),
}

/// What was compiled with others, by the number of the unit.
pub(super) type Builds = BTreeMap<usize, BatchResult>;

/// A unit, and where it is compiled and run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub unit: &'a RunUnit,
    pub tool: Option<&'a Tool>,
    pub input: RunInput<'a>,
    /// The copy of the tree.
    pub tree: &'a Path,
    /// A folder beside it, for what compilers write.
    pub out: &'a Path,
}

impl Task<'_> {
    /// The program of its toolchain; a shell where it needs none.
    fn program(&self) -> PathBuf {
        self.tool.map_or_else(|| "sh".into(), |tool| tool.program.clone())
    }

    /// Its toolchain's program with arguments.
    fn line(&self, args: Vec<OsString>) -> CommandLine {
        CommandLine { program: self.program(), args, ..CommandLine::default() }
    }

    /// The start of what a compiler made of it, with the arguments that the author gives.
    fn start(&self, program: PathBuf) -> CommandLine {
        let args = self.args().collect();
        CommandLine { program, args, ..CommandLine::default() }
    }

    /// The text of its program.
    fn code(&self) -> &str {
        self.unit.code(self.input)
    }

    /// What the author gives the program on its command line.
    fn args(&self) -> impl Iterator<Item = OsString> {
        self.unit.tags.args.iter().map(OsString::from)
    }

    /// The path of its file in the copy of the tree.
    fn path(&self) -> PathBuf {
        self.tree.join(&self.unit.path)
    }

    /// The paths, in the copy of the tree, of its file and of those files of its language that it
    /// needs.
    fn sources(&self) -> Vec<OsString> {
        let programs = &self.input.book.programs;
        let needed =
            self.unit.prerequisites.iter().filter_map(|number| programs.get(*number));
        let alike =
            needed.filter(|program| plan::language(program) == self.unit.language);
        let paths =
            std::iter::once(&*self.unit.path).chain(alike.map(|program| &*program.path));
        paths.map(|path| self.tree.join(path).into_os_string()).collect()
    }
}

/// What runs a compiler.
#[derive(Debug)]
pub(super) struct Compiler<'a> {
    pub sandbox: &'a dyn Sandbox,
    /// Variables that all commands have.
    pub env: Vec<(String, String)>,
    pub writable: Vec<PathBuf>,
    pub readable: Vec<PathBuf>,
}

impl Compiler<'_> {
    /// Runs a compiler to its end.
    fn run(
        &self,
        line: CommandLine,
        stdin: Option<Vec<u8>>,
        dir: &Path,
    ) -> Result<FinishedRun> {
        let mut env = self.env.clone();
        env.extend(line.env);
        self.sandbox.run(&Command {
            program: line.program,
            args: line.args,
            env,
            dir: line.dir.unwrap_or_else(|| dir.to_owned()),
            stdin,
            network: false,
            limits: RunLimits { time: Duration::from_mins(10), ..compiler_limits() },
            writable: self.writable.clone(),
            readable: self.readable.clone(),
            bounded: self.writable.clone(),
        })
    }
}

/// Compilers take more than most programs.
pub(super) fn compiler_limits() -> RunLimits {
    RunLimits {
        time: Duration::from_mins(5),
        memory: 8 << 30,
        file: 1 << 30,
        disk: 16 << 30,
        entries: 1_000_000,
        ..RunLimits::default()
    }
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// Whether a program has a function `main` of its own: a name that ends so, a comment and a string
/// are none.
pub(super) fn defines_main(language: &str, code: &str) -> bool {
    match tree::read(language, code) {
        Some(names) => names.iter().any(|one| {
            one.name == "main"
                && one.role == Role::Defined
                && matches!(one.kind, NameKind::Function | NameKind::Method)
        }),
        // What its compiler may read and this grammar does not is taken by its words.
        None => code.match_indices("main").any(|(at, word)| {
            let before = code[..at].chars().next_back();
            before.is_none_or(char::is_whitespace)
                && code[at + word.len()..].trim_start().starts_with('(')
        }),
    }
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_is_a_function_of_that_name() {
        for (language, code, wanted) in [
            ("c", "int main(void) { return 0; }", true),
            ("c", "int main (void)\n{ return 0; }", true),
            ("c", "int domain(int x) { return x; }", false),
            ("c", "// main() calls it\nint f(void) { return 0; }", false),
            ("c", "int f(void) { return main(); }", false),
            ("cpp", "auto main() -> int {}", true),
            ("go", "package main\n\nfunc main() {}\n", true),
            ("go", "package main\n\nfunc remain() {}\n", false),
            ("kotlin", "fun main() { println(1) }", true),
            ("kotlin", "suspend fun main(args: Array<String>) {}", true),
            ("kotlin", "fun domain() {}", false),
            ("rust", "#[tokio::main]\nasync fn main() {}", true),
            ("rust", "fn mainly() {}", false),
            ("rust", "//! fn main()\nfn f() {}", false),
        ] {
            assert_eq!(defines_main(language, code), wanted, "{code}");
        }
    }

    #[test]
    fn each_file_has_one_toolchain() {
        let name =
            |language: &str, file: &str| for_file(language, file).map(Toolchain::name);
        assert_eq!(name("python", "a.py"), Some("python"));
        assert_eq!(name("python", "test_a.py"), Some("pytest"));
        assert_eq!(name("python", "a_test.py"), Some("pytest"));
        assert_eq!(name("cobol", "a.cob"), None);
        for (number, toolchain) in all().enumerate() {
            assert!(toolchain.probe().is_some(), "{}", toolchain.name());
            let before: Vec<_> = all().take(number).collect();
            let is_new = before.iter().all(|other| other.name() != toolchain.name());
            assert!(is_new, "{} stands there twice", toolchain.name());
        }
    }
}
