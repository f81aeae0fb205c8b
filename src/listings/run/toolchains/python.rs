//! Python: programs, modules of packages, and tests.

use super::interpreter::last_lines;
use super::{
    Asking, CommandLine, MissingPart, Probe, Steps, Task, Tool, Toolchain, has_extension,
    tool, words,
};
use crate::listings::imports;
use crate::listings::run::RunInput;
use crate::listings::run::cache::Files;
use crate::listings::run::unit::RunUnit;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The interpreter itself is asked where it is: what is on `PATH` may be a script that chooses
/// one each time, for three times what a listing takes.
const PROBE: Probe = Probe {
    names: &["python3", "python"],
    args: &[
        "-E",
        "-c",
        // First of all, what lies in the folder that it is asked in is no module.
        "import sys; del sys.path[0]; import os, sysconfig; print(sys.executable); \
         print('%d.%d.%d' % sys.version_info[:3]); \
         own = [sysconfig.get_path(name) for name in ('stdlib', 'platstdlib')]; \
         is_own = lambda path: path in own or os.path.dirname(path) in own; \
         print('\\n'.join(path for path in sys.path if os.path.isdir(path) \
         and (path.endswith('-packages') or not is_own(path))))",
    ],
    also: &[],
    product: "Python 3",
};

/// The toolchain of Python programs.
#[derive(Debug)]
pub(super) struct Python;

/// The toolchain of Python's tests.
#[derive(Debug)]
pub(super) struct Pytest;

impl Toolchain for Python {
    fn language(&self) -> &'static str {
        "python"
    }

    fn probe(&self) -> Option<&Probe> {
        Some(&PROBE)
    }

    fn identify(&self, found: &Path, asking: Asking<'_>) -> Option<Tool> {
        let answer = asking.ask(found, PROBE.args)?;
        let mut lines = answer.lines();
        let own = PathBuf::from(lines.next()?);
        let program = if own.is_file() { own } else { found.to_owned() };
        let version = lines.find_map(tool::version)?;
        let paths = lines.map(PathBuf::from).filter(|path| path.is_dir()).collect();
        Some(Tool { program, version, paths })
    }

    fn is_interpreter(&self, command: &str) -> bool {
        !command.contains(char::is_whitespace)
    }

    fn takes(&self, name: &str) -> bool {
        !is_test(name)
    }

    fn no_program(&self, name: &str) -> Option<&'static str> {
        if name == "conftest.py" {
            return Some("pytest reads it");
        }
        has_extension(name, &["pyi"]).then_some("it declares no program")
    }

    /// A file is run by itself, or as a module where its folder is a package.
    fn steps(&self, task: &Task<'_>) -> Steps {
        let (mut args, dir) = match package(task) {
            Some((root, module)) if task.unit.name() == "__init__.py" => {
                let import = format!("import {module}").into();
                (vec!["-c".into(), import], Some(task.tree.join(root)))
            }
            Some((root, module)) => {
                (vec!["-m".into(), module.into()], Some(task.tree.join(root)))
            }
            None => (vec![OsString::from(task.unit.name())], None),
        };
        let can_fork = dir.is_none();
        args.extend(task.args());
        let program = task.program();
        let run = CommandLine { program, args, dir, ..CommandLine::default() };
        Steps { can_fork, ..Steps::start(run) }
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(10)
    }

    fn is_syntax_error(&self, stderr: &str) -> bool {
        let names = ["SyntaxError: ", "IndentationError: ", "TabError: "];
        // An exception that the program itself met while it ran names its module; the last line
        // of a traceback says which exception it was.
        !stderr.contains(", in <module>")
            && last_lines(stderr)
                .any(|line| names.iter().any(|name| line.starts_with(name)))
    }

    fn unseen_reads(
        &self,
        unit: &RunUnit,
        code: &str,
        seen: &BTreeSet<String>,
        files: &Files,
    ) -> BTreeSet<String> {
        unseen_reads(unit, code, seen, files)
    }
}

impl Toolchain for Pytest {
    fn name(&self) -> &'static str {
        "pytest"
    }

    fn language(&self) -> &'static str {
        "python"
    }

    fn probe(&self) -> Option<&Probe> {
        Some(&PROBE)
    }

    fn is_interpreter(&self, command: &str) -> bool {
        Python.is_interpreter(command)
    }

    fn takes(&self, name: &str) -> bool {
        is_test(name)
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        let mut args =
            words(&["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]);
        args.push(task.unit.name().into());
        args.extend(task.args());
        let program = task.program();
        Steps::start(CommandLine { program, args, ..CommandLine::default() })
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(400)
    }

    fn lacks(&self, stderr: &str) -> Option<MissingPart> {
        stderr.contains("No module named pytest").then_some(MissingPart {
            reason: "cannot run: pytest is not installed",
            hint: "Install it: pip install pytest",
        })
    }

    fn unseen_reads(
        &self,
        unit: &RunUnit,
        code: &str,
        seen: &BTreeSet<String>,
        files: &Files,
    ) -> BTreeSet<String> {
        unseen_reads(unit, code, seen, files)
    }
}

fn is_test(name: &str) -> bool {
    name != "conftest.py" && (name.starts_with("test_") || name.ends_with("_test.py"))
}

/// The folder above the package that a file is in, and the file's module.
fn package(task: &Task<'_>) -> Option<(String, String)> {
    let unit = task.unit;
    let has_init = |folder: &str| {
        let init = format!("{folder}/__init__.py");
        task.input.book.programs.iter().any(|program| program.path == init)
    };
    let mut root = unit.folder();
    while !root.is_empty() && has_init(root) {
        root = root.rsplit_once('/').map_or("", |at| at.0);
    }
    if root == unit.folder() {
        return None;
    }
    let module =
        unit.path.strip_prefix(root)?.trim_start_matches('/').strip_suffix(".py")?;
    let module = module.strip_suffix("/__init__").unwrap_or(module);
    Some((root.to_owned(), module.replace('/', ".")))
}

/// The modules that programs import and no file of the tree takes the place of: a fork server has
/// them ready.
pub(in crate::listings::run) fn preload<'a>(
    units: impl Iterator<Item = &'a RunUnit>,
    input: RunInput<'_>,
) -> Vec<String> {
    let mut all = BTreeSet::new();
    let is_python = |toolchain: &dyn Toolchain| toolchain.name() == Python.name();
    for unit in units {
        let toolchain = unit.toolchain;
        if is_python(toolchain) || toolchain.runs_by().is_some_and(is_python) {
            all.extend(imports::modules(unit.code(input)));
            // A record of a prompt is run by a program that imports something, too.
            all.extend(unit.marked_code(input).map(imports::modules).unwrap_or_default());
        }
    }
    let paths = input.book.programs.iter().map(|program| &program.path);
    let ours: BTreeSet<&str> = paths.flat_map(|path| path.split(['/', '.'])).collect();
    let is_free = |module: &String| !module.split('.').any(|part| ours.contains(part));
    all.into_iter().filter(is_free).collect()
}

/// What may decide an import though Python does not tell: a module that was imported beforehand
/// leaves no trace, and a listing of its name would take its place. And Python tells who opens or
/// lists a file, and not who only asks whether one is there.
fn unseen_reads(
    unit: &RunUnit,
    code: &str,
    seen: &BTreeSet<String>,
    files: &Files,
) -> BTreeSet<String> {
    let mut names = imports::candidates(unit.folder(), code);
    let modules = seen.union(&names).filter_map(|name| files.get(name));
    let modules = modules.map(|file| &file[..]);
    if [code.as_bytes()].into_iter().chain(modules).any(asks_for_files) {
        names.insert("/".to_owned());
    }
    names
}

/// Whether a Python text may ask for a file's being or size.
fn asks_for_files(code: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "access", "exists", "getmtime", "getsize", "is_dir", "is_file", "isdir",
        "isfile", "islink", "samefile", "stat(",
    ];
    let code = String::from_utf8_lossy(code);
    WORDS.iter().any(|word| code.contains(word))
}
