//! C, C++, Go and Kotlin: one call of the compiler a program, where it runs.

use super::{Line, Places, Recipe, owned, sources, words};
use crate::listings::run::Source;
use crate::listings::run::plan::{Job, Runner};
use crate::proc;
use concfilter::lang;
use std::ffi::OsString;

/// How a program is compiled and started.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    let code = &source.book.programs[job.program].code;
    let program = job.program_of_tool();
    let out = places.out.join("program").into_os_string();
    let sources = sources(job, source, places);
    let line =
        |args: Vec<OsString>| Line { program: program.clone(), args, ..Line::default() };
    let start = Line {
        program: out.clone().into(),
        args: owned(&job.tags.args).collect(),
        ..Line::default()
    };
    let (compile, run) = match job.runner {
        Runner::Go if job.name().ends_with("_test.go") => {
            let mut args = words(&["test"]);
            args.extend(sources);
            let beside =
                source.book.programs.iter().filter(|one| is_beside(job, &one.path));
            args.extend(beside.map(|one| places.tree.join(&one.path).into_os_string()));
            (None, Some(line(args)))
        }
        Runner::Go => {
            let mut args = words(&["build", "-o"]);
            args.push(out);
            args.extend(sources);
            let is_main = code.lines().any(|line| line.trim() == "package main");
            (Some(line(args)), Some(start).filter(|_| is_main && has(code, "main(")))
        }
        Runner::Kotlin => {
            let jar = places.out.join("program.jar").into_os_string();
            let mut args = sources;
            args.extend(words(&["-nowarn", "-include-runtime", "-d"]));
            args.push(jar.clone());
            let mut rest: Vec<OsString> = owned(&job.tags.jvmargs).collect();
            rest.extend([OsString::from("-jar"), jar]);
            rest.extend(owned(&job.tags.args));
            let java = proc::find("java").unwrap_or_else(|| "java".into());
            let run = Line { program: java, args: rest, ..Line::default() };
            (Some(line(args)), Some(run).filter(|_| has(code, "fun main(")))
        }
        _ => {
            let standard =
                if job.runner == Runner::C { "-std=gnu17" } else { "-std=gnu++20" };
            let is_program = has(code, "main(");
            let mut args = words(&[standard]);
            if !is_program {
                args.push("-c".into());
            }
            args.push("-o".into());
            args.push(out);
            args.push("-I".into());
            args.push(places.tree.into());
            // Alone, a file without a program is a part of others.
            args.extend(if is_program {
                sources
            } else {
                sources.into_iter().take(1).collect()
            });
            args.extend(words(&["-lm", "-pthread"]));
            (Some(line(args)), Some(start).filter(|_| is_program))
        }
    };
    Recipe { compile, run, is_script: false }
}

fn has(code: &str, what: &str) -> bool {
    code.contains(what) || code.contains(&what.replace('(', " ("))
}

/// Whether a path is another Go file in the job's folder, which its tests may be about.
fn is_beside(job: &Job, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |at| at.0);
    folder == job.folder()
        && lang::of_file(path) == Some("go")
        && !path.ends_with("_test.go")
}
