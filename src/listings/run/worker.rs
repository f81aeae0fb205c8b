//! A worker: it runs one unit after the other, each in a fresh copy of the tree.

use super::Status;
use super::attempt::{self, Attempt, AttemptEnd, Build, Chances, ProcessKind, Text};
use super::cache::RecalledUnit;
use super::compile::Compiled;
use super::equip::EquippedUnit;
use super::judge::{self, Trial, judge};
use super::run_context::RunContext;
use super::toolchains::{self, BatchResult, CommandLine, Steps, Task, compiler_limits};
use super::unit::{KnownFailure, RunUnit, Target, UnitResult};
use crate::fsx;
use crate::listings::outputs::Shape;
use crate::listings::paths::in_tree;
use crate::proc::PATH_SEPARATOR;
use crate::sandbox::{
    Command, End, FinishedRun, ForkServer, RunLimits, Script, ServerSetup, Tree,
};
use concfilter::error::Result;
use concfilter::tags::Expect;
use std::path::PathBuf;
use std::time::Instant;

/// Runs units in its own copy of the tree.
#[derive(Debug)]
pub(super) struct Worker<'a> {
    context: &'a RunContext<'a>,
    units: &'a [RecalledUnit],
    compiled: &'a Compiled,
    tree: Tree,
    /// Where its compilers write.
    out: PathBuf,
    server: Server,
}

/// The fork server of a worker.
#[derive(Debug)]
enum Server {
    /// There is none: nobody wants one, or none could be started.
    None,
    /// It is started for the first script.
    NotStarted,
    /// It runs.
    Running(Box<dyn ForkServer>),
}

/// The attempts that were made at a unit.
#[derive(Debug, Default)]
struct MadeAttempts {
    number: usize,
    /// How those ended that lead to the next.
    ended: Vec<AttemptEnd>,
    last: Option<(Attempt, UnitResult)>,
    others: Vec<(Attempt, UnitResult)>,
    /// What any of them was seen to read.
    read: Option<Vec<String>>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        context: &'a RunContext<'a>,
        units: &'a [RecalledUnit],
        compiled: &'a Compiled,
        number: usize,
    ) -> Result<Self> {
        let out = context.scratch.join(format!("worker-{number}"));
        fsx::create_dir_all(&out)?;
        for dir in &context.kept {
            fsx::create_dir_all(dir)?;
        }
        let server = if context.may_fork { Server::NotStarted } else { Server::None };
        let tree = Tree::new(context.files.clone())?;
        Ok(Self { context, units, compiled, tree, out, server })
    }

    /// Runs the unit with this number.
    pub(super) fn run(&mut self, number: usize) -> Result<UnitResult> {
        let unit = &self.units[number].equipped.unit;
        let start = Instant::now();
        let mut result = match self.run_prerequisites(unit)? {
            Some(reason) => UnitResult {
                finding: Some(judge::unready(unit, self.context.input, &reason)),
                reason: Some(reason),
                ..UnitResult::new(Status::Failed)
            },
            None => self.run_with_retries(number)?,
        };
        self.tree.restore()?;
        result.elapsed = start.elapsed();
        Ok(result)
    }

    /// Runs what the unit needs before it; why that is of no use, where it fails.
    fn run_prerequisites(&mut self, unit: &RunUnit) -> Result<Option<String>> {
        for program in &unit.prerequisites {
            let is_it = |other: &RecalledUnit| {
                other.equipped.unit.target == Target::Program(*program)
            };
            let Some(number) = self.units.iter().position(is_it) else { continue };
            let EquippedUnit { unit: needed, tool, .. } = &self.units[number].equipped;
            // What has to end badly has done so where it was judged.
            if needed.tags.expected() != Expect::Ok || tool.is_none() {
                continue;
            }
            let surest = attempt::surest(self.chances(number));
            let trial = self.run_once(number, surest)?;
            let ended = trial.run.as_ref().is_none_or(|run| run.end == End::Exit(0));
            if trial.refused.is_some() || !ended {
                let reason =
                    format!("was not run: {}, which it needs, fails", needed.path);
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    /// Makes one attempt after the other until it is clear what comes of a unit.
    fn run_with_retries(&mut self, number: usize) -> Result<UnitResult> {
        let mut made = MadeAttempts::default();
        if let Some(result) = self.fails_again(number, &mut made)? {
            return Ok(result);
        }
        let unit = &self.units[number].equipped.unit;
        while let Some(attempt) = attempt::next(self.chances(number), &made.ended) {
            if made.number > 0 {
                self.reset(unit)?;
            }
            self.make(number, attempt, &mut made)?;
        }
        let settled = made.last.take();
        let (attempt, mut result) = settled.expect("there is at least one attempt");
        if result.norm.is_some() {
            let is_alike = |one: &&(Attempt, UnitResult)| one.0.text == attempt.text;
            let second = if let Some((_, second)) = made.others.iter().find(is_alike) {
                second.clone()
            } else {
                self.reset(unit)?;
                made.number += 1;
                let again = self.run_once(number, attempt)?;
                judge(unit, self.context.input, again)
            };
            judge::propose_norm(&mut result, &second);
        }
        result.failure = KnownFailure::of(&result, attempt.text);
        Ok(UnitResult { read: made.read, tries: made.number, ..result })
    }

    /// Tries once what failed the last time, when all that it depends on was the same: what comes of it where it fails
    /// in the same way. A failure that is only now and then has its second chance so.
    fn fails_again(
        &mut self,
        number: usize,
        made: &mut MadeAttempts,
    ) -> Result<Option<UnitResult>> {
        let chances = self.chances(number);
        let RecalledUnit { failed: Some(failed), .. } = &self.units[number] else {
            return Ok(None);
        };
        let Some(first) = attempt::next(chances, &[]).filter(|_| chances.built.is_none())
        else {
            return Ok(None);
        };
        let attempt = Attempt { text: failed.text, ..first };
        if failed.text == Text::Marked && !chances.is_marked {
            return Ok(None);
        }
        self.make(number, attempt, made)?;
        let result = made.last.as_ref().map(|(_, result)| result);
        let failure = result.and_then(|result| KnownFailure::of(result, failed.text));
        if failure.as_ref() == Some(failed) {
            let result = made.last.take().map(|(_, result)| result);
            return Ok(result.map(|result| UnitResult {
                failure,
                tries: made.number,
                norm: None,
                read: made.read.take(),
                ..result
            }));
        }
        if attempt != first {
            made.ended.clear();
        }
        Ok(None)
    }

    /// Makes an attempt at a unit, and judges it.
    fn make(
        &mut self,
        number: usize,
        attempt: Attempt,
        made: &mut MadeAttempts,
    ) -> Result<()> {
        let unit = &self.units[number].equipped.unit;
        let trial = self.run_once(number, attempt)?;
        let mut result = judge(unit, self.context.input, trial);
        // Only a fork server sees what is read.
        made.read = result.read.take().or(made.read.take());
        made.ended.push(AttemptEnd::of(&result, unit));
        made.number += 1;
        made.others.extend(made.last.replace((attempt, result)));
        Ok(())
    }

    /// Makes the tree what the unit found the first time.
    fn reset(&mut self, unit: &RunUnit) -> Result<()> {
        self.tree.restore()?;
        self.run_prerequisites(unit)?;
        Ok(())
    }

    /// What decides how a unit is tried.
    fn chances(&self, number: usize) -> Chances<'a> {
        let unit = &self.units[number].equipped.unit;
        let built = self.compiled.builds.get(&number);
        let can_fork = !matches!(self.server, Server::None)
            && !unit.tags.fresh
            && !unit.tags.network
            && built.is_none()
            && unit.toolchain.steps(&self.task(number)).can_fork;
        Chances {
            built,
            batching: unit.toolchain.batching(),
            is_marked: unit.marked_code(self.context.input).is_some(),
            can_fork,
            has_plain: unit.expected.shape != Shape::Prompts,
        }
    }

    fn task(&self, number: usize) -> Task<'_> {
        let EquippedUnit { unit, tool, .. } = &self.units[number].equipped;
        Task {
            unit,
            tool: tool.as_ref(),
            input: self.context.input,
            tree: self.tree.path(),
            out: &self.out,
        }
    }

    /// Compiles and runs a unit once.
    fn run_once(&mut self, number: usize, attempt: Attempt) -> Result<Trial> {
        let unit = &self.units[number].equipped.unit;
        let input = self.context.input;
        let limits = unit.limits(input.settings);
        let start = Instant::now();
        let built = self.compiled.builds.get(&number);
        let steps = match built.filter(|_| attempt.build == Build::Batch) {
            Some(BatchResult::Ready(steps)) => Ok(steps.clone()),
            Some(BatchResult::Refused(message)) => Err(message.clone()),
            None => Ok(unit.toolchain.steps(&self.task(number))),
        };
        let marked = unit.marked_code(input).filter(|_| attempt.text == Text::Marked);
        if let Some(code) = marked {
            self.tree.set(&unit.path, code.as_bytes().to_vec())?;
        }
        let (refused, run) = match steps {
            Err(message) => (Some(message), None),
            Ok(steps) => self.take_steps(number, steps, attempt.process, &limits)?,
        };
        if marked.is_some() {
            self.tree.set(&unit.path, unit.code(input).as_bytes().to_vec())?;
        }
        Ok(Trial {
            refused,
            run,
            trees: [self.tree.path().to_owned(), self.compiled.tree.clone()],
            limits,
            elapsed: start.elapsed(),
        })
    }

    /// Compiles a unit and starts it: the compiler's message where it refuses, else the run.
    fn take_steps(
        &mut self,
        number: usize,
        steps: Steps,
        process: ProcessKind,
        limits: &RunLimits,
    ) -> Result<(Option<String>, Option<FinishedRun>)> {
        let unit = &self.units[number].equipped.unit;
        if let Some(compile) = steps.compile {
            let made = self.run_fresh(unit, compile, compiler_limits(), None)?;
            if made.end != End::Exit(0) {
                let message = [&made.stderr[..], &made.stdout[..]].concat();
                return Ok((Some(String::from_utf8_lossy(&message).into_owned()), None));
            }
        }
        let is_started = unit.tags.expected() != Expect::Compiles;
        let Some(line) = steps.run.filter(|_| is_started) else {
            return Ok((None, None));
        };
        let stdin = self.stdin(unit);
        let run = match process {
            ProcessKind::ForkServer => self.run_forked(number, line, limits, stdin)?,
            ProcessKind::Fresh => self.run_fresh(unit, line, limits.clone(), stdin)?,
        };
        Ok((None, Some(run)))
    }

    /// What a unit reads as standard input.
    fn stdin(&self, unit: &RunUnit) -> Option<Vec<u8>> {
        let input = self.context.input;
        let name = unit.tags.stdin.as_ref()?;
        let program = input.book.programs.get(unit.program)?;
        let named = input.book.named(program.chapter, name);
        let path = if let Some(named) = named {
            named.path.clone()
        } else {
            let folder = input.book.folders.get(program.chapter)?;
            in_tree(name, folder, &input.settings.roots)
        };
        self.context.files.get(&path).cloned()
    }

    /// Runs a file by the fork server; in a fresh process where there is none, or where it breaks
    /// down.
    fn run_forked(
        &mut self,
        number: usize,
        line: CommandLine,
        limits: &RunLimits,
        stdin: Option<Vec<u8>>,
    ) -> Result<FinishedRun> {
        let unit = &self.units[number].equipped.unit;
        if matches!(self.server, Server::NotStarted) {
            self.server = self.start_server(number);
        }
        if let Server::Running(server) = &mut self.server {
            let script = Script {
                path: unit.path.clone(),
                args: unit.tags.args.clone(),
                env: unit.tags.env.clone(),
                stdin: stdin.clone(),
                limits: limits.clone(),
            };
            if let Ok(run) = server.run(&script) {
                return Ok(run);
            }
            // Another is started for the next listing.
            self.server = Server::NotStarted;
        }
        self.run_fresh(unit, line, limits.clone(), stdin)
    }

    fn start_server(&self, number: usize) -> Server {
        let mut env = self.context.env.clone();
        env.extend(self.tree_env());
        let open = self.units.iter().filter(|unit| unit.equipped.is_open());
        let open = open.map(|unit| &unit.equipped.unit);
        let preload = toolchains::preload(open, self.context.input);
        let Some(tool) = &self.units[number].equipped.tool else { return Server::None };
        let started = self.context.sandbox.fork_server(&ServerSetup {
            python: &tool.program,
            tree: self.tree.path(),
            env: &env,
            preload: &preload,
            writable: &self.writable(),
            readable: &self.context.readable,
        });
        match started {
            Some(Ok(server)) => Server::Running(server),
            // Where it cannot be started once, it is not tried again.
            Some(Err(_)) | None => Server::None,
        }
    }

    /// Runs a command in a process of its own.
    fn run_fresh(
        &self,
        unit: &RunUnit,
        line: CommandLine,
        limits: RunLimits,
        stdin: Option<Vec<u8>>,
    ) -> Result<FinishedRun> {
        let mut env = self.context.env.clone();
        env.extend(self.tree_env());
        env.extend(line.env);
        env.extend(unit.tags.env.iter().cloned());
        self.context.sandbox.run(&Command {
            program: line.program,
            args: line.args,
            env,
            dir: line.dir.unwrap_or_else(|| self.tree.path().join(unit.folder())),
            stdin,
            network: unit.tags.network && self.context.network,
            limits,
            writable: self.writable(),
            readable: self.context.readable.clone(),
            bounded: vec![self.tree.path().to_owned(), self.out.clone()],
        })
    }

    /// Variables that differ from tree to tree: listings at its top are there for all chapters.
    fn tree_env(&self) -> Vec<(String, String)> {
        let settings = self.context.input.settings;
        let tree = self.tree.path();
        let below = settings.paths.iter().chain(&settings.roots);
        let folders = below.map(|path| tree.join(path).display().to_string());
        let all: Vec<_> =
            [tree.display().to_string()].into_iter().chain(folders).collect();
        vec![("PYTHONPATH".to_owned(), all.join(PATH_SEPARATOR))]
    }

    fn writable(&self) -> Vec<PathBuf> {
        let mut all = vec![self.tree.path().to_owned(), self.out.clone()];
        all.extend(self.context.kept.iter().cloned());
        all
    }
}
