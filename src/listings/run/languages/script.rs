//! Files that an interpreter is given.

use super::{Line, Recipe, name, owned};
use crate::listings::run::plan::Job;

/// The interpreter, the file, and what the program is given.
pub(super) fn recipe(job: &Job) -> Recipe {
    let mut args = vec![name(job)];
    args.extend(owned(&job.tags.args));
    let run = Line { program: job.program_of_tool(), args, ..Line::default() };
    Recipe { run: Some(run), ..Recipe::default() }
}
