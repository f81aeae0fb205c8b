//! Python: programs, modules of packages, and tests.

use super::{Line, Places, Recipe, command, name, owned, words};
use crate::listings::imports;
use crate::listings::run::Source;
use crate::listings::run::plan::{Job, Runner};
use std::collections::BTreeSet;
use std::ffi::OsString;

/// How a Python file is run: by itself, as a module where its folder is a package, by pytest.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    if job.command.is_some() {
        return command::recipe(job, source, places);
    }
    let program = job.program_of_tool();
    if job.runner == Runner::Pytest {
        let mut args =
            words(&["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]);
        args.push(name(job));
        args.extend(owned(&job.tags.args));
        let run = Line { program, args, ..Line::default() };
        return Recipe { run: Some(run), ..Recipe::default() };
    }
    let (args, dir) = match package(job, source) {
        Some((root, module)) => {
            let args = if job.name() == "__init__.py" {
                vec![OsString::from("-c"), format!("import {module}").into()]
            } else {
                vec![OsString::from("-m"), module.into()]
            };
            (args, Some(places.tree.join(root)))
        }
        None => (vec![name(job)], None),
    };
    let is_script = dir.is_none();
    let args = args.into_iter().chain(owned(&job.tags.args)).collect();
    let run = Line { program, args, dir, ..Line::default() };
    Recipe { run: Some(run), is_script, ..Recipe::default() }
}

/// The folder above the package that a file is in, and the file's module.
fn package(job: &Job, source: Source<'_>) -> Option<(String, String)> {
    let has_init = |folder: &str| {
        let init = format!("{folder}/__init__.py");
        source.book.programs.iter().any(|one| one.path == init)
    };
    let mut root = job.folder();
    while !root.is_empty() && has_init(root) {
        root = root.rsplit_once('/').map_or("", |at| at.0);
    }
    if root == job.folder() {
        return None;
    }
    let module =
        job.path.strip_prefix(root)?.trim_start_matches('/').strip_suffix(".py")?;
    let module = module.strip_suffix("/__init__").unwrap_or(module);
    Some((root.to_owned(), module.replace('/', ".")))
}

/// The modules that open jobs import and no file of the tree takes the place of: a warm
/// Python has them ready.
pub(in crate::listings::run) fn preload(jobs: &[Job], source: Source<'_>) -> Vec<String> {
    let book = source.book;
    let open = jobs.iter().filter(|job| job.is_open());
    let open = open.filter(|job| job.runner == Runner::Python);
    let mut all = BTreeSet::new();
    for job in open {
        all.extend(imports::modules(&book.programs[job.program].code));
    }
    let ours: BTreeSet<&str> =
        book.programs.iter().flat_map(|one| one.path.split(['/', '.'])).collect();
    let is_free = |module: &String| !module.split('.').any(|part| ours.contains(part));
    all.into_iter().filter(is_free).collect()
}
