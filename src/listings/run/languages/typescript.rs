//! TypeScript: compiled at once, run by Node.js.

use super::{All, Built, Compiler, Line, Places, Recipe, owned, words};
use crate::listings::run::Source;
use crate::listings::run::plan::{Job, Plan};
use crate::proc;
use concfilter::error::Result;
use std::ffi::OsString;

/// Compiles all files in one call. Each is a module, so that no name in one is in the way of
/// another's.
pub(super) fn compile(
    plan: &Plan,
    jobs: &[usize],
    source: Source<'_>,
    places: Places<'_>,
    compiler: &Compiler<'_>,
    all: &mut All,
) -> Result<()> {
    let Some(first) = jobs.first().and_then(|first| plan.jobs.get(*first)) else {
        return Ok(());
    };
    let mut args = arguments(source, places);
    args.extend(jobs.iter().map(|job| OsString::from(&plan.jobs[*job].path)));
    let line = Line { program: first.program_of_tool(), args, ..Line::default() };
    let ran = compiler.run(line, None, places.tree)?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    for number in jobs {
        let job = &plan.jobs[*number];
        let opens = format!("{}(", job.path);
        let own: Vec<&str> =
            said.lines().filter(|line| line.starts_with(&opens)).collect();
        let built = if own.is_empty() {
            Built::Ready(Recipe { run: Some(start(job, places)), ..Recipe::default() })
        } else {
            Built::Refused(own.join("\n"))
        };
        all.insert(*number, built);
    }
    Ok(())
}

/// What the compiler is given beside the files.
fn arguments(source: Source<'_>, places: Places<'_>) -> Vec<OsString> {
    let mut args = words(&[
        "--target",
        "es2022",
        "--module",
        "commonjs",
        "--moduleDetection",
        "force",
        "--skipLibCheck",
        "--pretty",
        "false",
        "--strict",
        "--esModuleInterop",
        "--rootDir",
    ]);
    args.push(places.tree.into());
    args.push("--outDir".into());
    args.push(places.out.join("ts").into_os_string());
    let types = source.dir.join("node_modules/@types");
    if types.is_dir() {
        args.push("--typeRoots".into());
        args.push(std::path::absolute(&types).unwrap_or(types).into_os_string());
    }
    args
}

/// How a file is compiled by itself and started.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    let mut args = arguments(source, places);
    args.push(places.tree.join(&job.path).into_os_string());
    let compile = Line { program: job.program_of_tool(), args, ..Line::default() };
    let run = Some(start(job, places));
    Recipe { compile: Some(compile), run, is_script: false }
}

/// How what was compiled is started.
fn start(job: &Job, places: Places<'_>) -> Line {
    let path = job.path.rsplit_once('.').map_or(&*job.path, |at| at.0);
    let mut args = vec![places.out.join(format!("ts/{path}.js")).into_os_string()];
    args.extend(owned(&job.tags.args));
    let node = proc::find("node").or_else(|| proc::find("nodejs"));
    Line { program: node.unwrap_or_else(|| "node".into()), args, ..Line::default() }
}
