//! Compiling, before anything runs, what toolchains compile in one call for the whole tree.

use super::cache::{Files, RecalledUnit};
use super::run_context::RunContext;
use super::toolchains::{BatchResult, Batching, Builds, Compiler, Task, Toolchain};
use crate::fsx;
use crate::sandbox::Tree;
use concfilter::error::Result;
use concfilter::tags::Expect;
use std::path::{Path, PathBuf};

/// What was compiled, and the tree that compilers were given: their messages name paths in it.
#[derive(Debug)]
pub(super) struct Compiled {
    pub builds: Builds,
    pub tree: PathBuf,
}

/// Compiles the units that are run or that others need, as far as their toolchains do so in one
/// call.
pub(super) fn compile(
    context: &RunContext<'_>,
    units: &[RecalledUnit],
    is_needed: &[bool],
    files: &Files,
) -> Result<Compiled> {
    let mut tree = Tree::new(files.clone())?;
    let mut toolchains: Vec<(&'static dyn Toolchain, Vec<usize>)> = Vec::new();
    for (number, recalled) in units.iter().enumerate() {
        let unit = &recalled.equipped.unit;
        let is_run = recalled.equipped.is_open() || is_needed[number];
        if !is_run || unit.toolchain.batch().is_none() {
            continue;
        }
        if let Some(code) = unit.marked_code(context.input) {
            tree.set(&unit.path, code.as_bytes().to_vec())?;
        }
        let same = |(toolchain, _): &&mut (&dyn Toolchain, _)| {
            toolchain.name() == unit.toolchain.name()
        };
        match toolchains.iter_mut().find(same) {
            Some((_, numbers)) => numbers.push(number),
            None => toolchains.push((unit.toolchain, vec![number])),
        }
    }
    let out = context.scratch.join("compiled");
    fsx::create_dir_all(&out)?;
    let mut env = context.env.clone();
    env.push(("HOME".to_owned(), out.display().to_string()));
    let mut writable = vec![out.clone(), tree.path().to_owned()];
    for dir in &context.kept {
        fsx::create_dir_all(dir)?;
        writable.push(dir.clone());
    }
    let readable = context.readable.clone();
    let compiler = Compiler { sandbox: context.sandbox, env, writable, readable };
    let mut builds = Builds::new();
    for (toolchain, numbers) in toolchains {
        let Some(batch) = toolchain.batch() else { continue };
        let all = |tree: &Tree| {
            let tasks = tasks(context, units, &numbers, tree.path(), &out);
            (batch.compile)(&tasks, &compiler)
        };
        let mut built = all(&tree)?;
        // What is compiled in no other way is given to the compiler once more, without its marks
        // where these may be why it was refused.
        let is_blamed = |number: &&usize| {
            let unit = &units[**number].equipped.unit;
            toolchain.batching() == Batching::Always
                && matches!(built.get(*number), Some(BatchResult::Refused(_)))
                && unit.tags.expected() != Expect::CompileError
                && unit.marked_code(context.input).is_some()
        };
        let blamed: Vec<usize> = numbers.iter().filter(is_blamed).copied().collect();
        for number in &blamed {
            let unit = &units[*number].equipped.unit;
            tree.set(&unit.path, unit.code(context.input).as_bytes().to_vec())?;
        }
        if !blamed.is_empty() {
            built = all(&tree)?;
        }
        builds.extend(built);
    }
    Ok(Compiled { builds, tree: tree.path().to_owned() })
}

fn tasks<'a>(
    context: &RunContext<'a>,
    units: &'a [RecalledUnit],
    numbers: &[usize],
    tree: &'a Path,
    out: &'a Path,
) -> Vec<(usize, Task<'a>)> {
    let task = |&number: &usize| {
        let equipped = &units[number].equipped;
        let (unit, tool, input) = (&equipped.unit, equipped.tool.as_ref(), context.input);
        (number, Task { unit, tool, input, tree, out })
    };
    numbers.iter().map(task).collect()
}
