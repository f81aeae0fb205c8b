//! Rust: as many programs as can live in one crate are compiled as modules of one; the others, and
//! what is refused there, by themselves.

use super::{All, Built, Compiler, Line, Places, Recipe, command, owned, words};
use crate::fsx;
use crate::listings::run::Source;
use crate::listings::run::plan::{Job, Plan};
use concfilter::error::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;

/// The variable that says which of the programs is meant.
const WHICH: &str = "CONCBOOK_LISTING";

/// So often those that the compiler refuses are left out and the rest is tried again.
const ROUNDS: usize = 4;

/// What cannot be said in a module, or says something else there.
const ONLY_ALONE: &[&str] = &[
    "#![",
    "crate::",
    "$crate",
    "extern crate",
    "include!(",
    "include_str!(",
    "macro_export",
    "module_path!",
    "no_mangle",
    "type_name",
    "file!()",
    "global_allocator",
    "proc_macro",
    "pub(crate)",
    "CONCBOOK_",
];

/// Compiles in one call what can be a module.
pub(super) fn compile(
    plan: &Plan,
    jobs: &[usize],
    source: Source<'_>,
    places: Places<'_>,
    compiler: &Compiler<'_>,
    all: &mut All,
) -> Result<()> {
    let fits = |number: &&usize| {
        let job = &plan.jobs[**number];
        let code = &source.book.programs[job.program].code;
        job.command.is_none()
            && has_main(code)
            && job.tags.expected() != concfilter::tags::Expect::CompileError
            && !has_module(code)
            && !ONLY_ALONE.iter().any(|word| code.contains(word))
    };
    let mut open: Vec<usize> = jobs.iter().filter(fits).copied().collect();
    let binary = places.out.join("rust-listings");
    for _ in 0..ROUNDS {
        // One alone gains nothing.
        if open.len() < 2 {
            return Ok(());
        }
        let main = places.out.join("listings.rs");
        fsx::write_atomic(&main, joined(plan, &open, places).as_bytes())?;
        let mut args = words(&[
            "--edition",
            "2021",
            "-C",
            "debuginfo=0",
            "-A",
            "warnings",
            "--error-format=json",
            "-o",
        ]);
        args.extend([binary.clone().into_os_string(), main.into_os_string()]);
        let program = plan.jobs[open[0]].program_of_tool();
        let ran =
            compiler.run(Line { program, args, ..Line::default() }, None, places.tree)?;
        if ran.end == crate::sandbox::End::Exit(0) {
            for number in open {
                let job = &plan.jobs[number];
                let run = Line {
                    program: binary.clone(),
                    args: owned(&job.tags.args).collect(),
                    env: vec![(WHICH.to_owned(), number.to_string())],
                    dir: None,
                };
                all.insert(
                    number,
                    Built::Ready(Recipe { run: Some(run), ..Recipe::default() }),
                );
            }
            return Ok(());
        }
        let refused = refused(&String::from_utf8_lossy(&ran.stderr));
        let before = open.len();
        open.retain(|number| {
            let path = places.tree.join(&plan.jobs[*number].path);
            !refused.contains(&*path.to_string_lossy())
        });
        if open.len() == before {
            return Ok(());
        }
    }
    Ok(())
}

/// The crate: a module a program, and a `main` that starts the one that is asked for.
fn joined(plan: &Plan, jobs: &[usize], places: Places<'_>) -> String {
    let mut text = String::new();
    let mut arms = String::new();
    for number in jobs {
        let path = places.tree.join(&plan.jobs[*number].path);
        let path = path.display().to_string();
        let _ = writeln!(
            text,
            "mod l{number} {{ include!({path:?}); pub fn concbook_main() -> \
             ::std::process::ExitCode {{ ::std::process::Termination::report(main()) }} }}"
        );
        let _ = writeln!(arms, "Some(\"{number}\") => l{number}::concbook_main(),");
    }
    let _ = writeln!(
        text,
        "fn main() -> ::std::process::ExitCode {{\n\
         match ::std::env::var(\"{WHICH}\").ok().as_deref() {{\n{arms}\
         _ => ::std::process::ExitCode::from(3),\n}}\n}}"
    );
    text
}

/// The files in which the compiler found errors.
fn refused(messages: &str) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        if message["level"] != "error" {
            continue;
        }
        let spans = message["spans"].as_array().into_iter().flatten();
        let names = spans.filter_map(|span| span["file_name"].as_str());
        files.extend(names.map(str::to_owned));
    }
    files
}

/// How a program is compiled by itself and started.
pub(super) fn recipe(job: &Job, source: Source<'_>, places: Places<'_>) -> Recipe {
    if job.command.is_some() {
        return command::recipe(job, source, places);
    }
    let code = &source.book.programs[job.program].code;
    let out = places.out.join("program");
    let mut args = words(&["--edition", "2021", "-C", "debuginfo=0"]);
    let is_program = has_main(code);
    let is_test = !is_program && code.contains("#[test]");
    if is_test {
        args.push("--test".into());
    } else if !is_program {
        args.extend(words(&["--crate-type", "lib", "--emit", "metadata"]));
    }
    args.extend([OsString::from("-o"), out.clone().into_os_string()]);
    args.push(places.tree.join(&job.path).into_os_string());
    let compile = Line { program: job.program_of_tool(), args, ..Line::default() };
    let run =
        Line { program: out, args: owned(&job.tags.args).collect(), ..Line::default() };
    let run = Some(run).filter(|_| is_program || is_test);
    Recipe { compile: Some(compile), run, is_script: false }
}

fn has_main(code: &str) -> bool {
    code.lines()
        .any(|line| line.starts_with("fn main(") || line.starts_with("pub fn main("))
}

/// Whether a text names a module in a file of its own.
fn has_module(code: &str) -> bool {
    code.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("pub ");
        line.starts_with("mod ") && line.trim_end().ends_with(';')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_errors_are_found_in_the_compilers_messages() {
        let said = "{\"level\":\"error\",\"spans\":[{\"file_name\":\"/t/a.rs\"}]}\n\
                    {\"level\":\"warning\",\"spans\":[{\"file_name\":\"/t/b.rs\"}]}\nnoise\n\
                    {\"level\":\"error\",\"spans\":[]}\n";
        assert_eq!(refused(said).into_iter().collect::<Vec<_>>(), ["/t/a.rs"]);
        assert!(has_main("// a\nfn main() {}") && !has_main("fn mainly() {}"));
        assert!(has_module("  pub mod a;") && !has_module("mod a { }"));
    }
}
