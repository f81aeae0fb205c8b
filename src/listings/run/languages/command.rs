//! Commands of the author's: `run=`, `cmd=`, and `commands:` in `book.yaml`.

use super::{Line, Places, Recipe};
use crate::listings::run::Source;
use crate::listings::run::Target;
use crate::listings::run::plan::Job;
use crate::proc;
use std::ffi::OsString;
use std::path::PathBuf;

/// The command in the file's folder, with the file's name in place of `{file}`.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    let words = job.command.clone().unwrap_or_default();
    let is_own = matches!(job.target, Target::Command(_)) || !job.tags.run.is_empty();
    let named = words.iter().any(|word| {
        ["{file}", "{stem}", "{path}"].iter().any(|place| word.contains(place))
    });
    let path = places.tree.join(&job.path).display().to_string();
    let fill = |word: &String| {
        let tree = places.tree.display().to_string();
        let out = places.out.display().to_string();
        let word = word.replace("{file}", job.name()).replace("{stem}", job.stem());
        let word = word.replace("{path}", &path).replace("{tree}", &tree);
        OsString::from(word.replace("{out}", &out))
    };
    let mut all = words.iter().map(fill);
    let first = all.next().unwrap_or_default().to_string_lossy().into_owned();
    let mut args: Vec<OsString> = all.collect();
    if !is_own && !named {
        args.push(job.name().into());
    }
    args.extend(super::owned(&job.tags.args));
    let run = Line { program: program(&first, job, source), args, ..Line::default() };
    Recipe { run: Some(run), ..Recipe::default() }
}

/// The program that the first word of a command means: the toolchain of the file's language, one
/// in the book's folder, or what is on `PATH`.
pub(super) fn program(word: &str, job: &Job, source: Source<'_>) -> PathBuf {
    let is_python = matches!(word, "python" | "python3") && job.language == "python";
    if is_python || (word == "java" && job.language == "java") {
        return job.program_of_tool();
    }
    let beside = source.dir.join(word);
    if word.contains('/') && beside.is_file() {
        return std::path::absolute(&beside).unwrap_or(beside);
    }
    proc::find(word).unwrap_or_else(|| PathBuf::from(word))
}
