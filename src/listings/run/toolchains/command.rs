//! Commands of the author's: `run=`, `cmd=`, and `commands:` in `book.yaml`.

use super::{CommandLine, Probe, Steps, Task, Toolchain};
use crate::listings::run::Target;
use crate::proc;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// What runs files by a command of the author's. It is in no table, for it is of no language.
pub(in crate::listings::run) const AUTHOR_COMMAND: &dyn Toolchain = &AuthorCommand;

#[derive(Debug)]
struct AuthorCommand;

impl Toolchain for AuthorCommand {
    fn name(&self) -> &'static str {
        "command"
    }

    fn language(&self) -> &'static str {
        ""
    }

    fn probe(&self) -> Option<&Probe> {
        None
    }

    fn steps(&self, task: &Task<'_>) -> Steps {
        steps(task)
    }

    fn usual_duration(&self) -> Duration {
        Duration::from_millis(200)
    }
}

/// The command in the file's folder, with the file's name in place of `{file}`.
pub(super) fn steps(task: &Task<'_>) -> Steps {
    let unit = task.unit;
    let words = unit.command.as_deref().unwrap_or_default();
    let is_of_listing =
        matches!(unit.target, Target::Command(_)) || !unit.tags.run.is_empty();
    let names_file = words.iter().any(|word| {
        ["{file}", "{stem}", "{path}"].iter().any(|place| word.contains(place))
    });
    let path = task.path().display().to_string();
    let tree = task.tree.display().to_string();
    let out = task.out.display().to_string();
    let fill = |word: &String| {
        let word = word.replace("{file}", unit.name()).replace("{stem}", unit.stem());
        let word = word.replace("{path}", &path).replace("{tree}", &tree);
        word.replace("{out}", &out)
    };
    let mut all = words.iter().map(fill);
    // A command without a word is none, and its program is not found.
    let first = all.next().unwrap_or_default();
    let mut args: Vec<OsString> = all.map(OsString::from).collect();
    if !is_of_listing && !names_file {
        args.push(unit.name().into());
    }
    args.extend(task.args());
    Steps::start(CommandLine {
        program: program(&first, task),
        args,
        ..CommandLine::default()
    })
}

/// The program that the first word of a command means: the toolchain of the file's language, one
/// in the book's folder, or what is on `PATH`.
fn program(word: &str, task: &Task<'_>) -> PathBuf {
    let language = &*task.unit.language;
    if matches!((word, language), ("python" | "python3", "python") | ("java", "java")) {
        return task.program();
    }
    let beside = task.input.dir.join(word);
    if word.contains('/') && beside.is_file() {
        return std::path::absolute(&beside).unwrap_or(beside);
    }
    proc::find(word).unwrap_or_else(|| PathBuf::from(word))
}
