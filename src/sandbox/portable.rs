//! A sandbox of the standard library: a process with limits on time and output, in a process group
//! and below a shell's limits where the system is a Unix.

use super::capture::Capture;
use super::disk::DiskWatch;
use super::scratch::Scratch;
use super::temp_root::TempRoot;
use super::{
    Bound, Command, End, FinishedRun, ForkServer, Sandbox, SandboxKind, ServerSetup,
};
use crate::{fsx, proc};
use concfilter::error::{Error, Result};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use wait_timeout::ChildExt;

/// How long the end of a program is waited for before the clock and its output are looked at.
const STEP: Duration = Duration::from_millis(20);

/// How long output is waited for when the program has ended.
const REST: Duration = Duration::from_millis(500);

/// The sandbox; it has no state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Portable;

impl Sandbox for Portable {
    fn kind(&self) -> SandboxKind {
        SandboxKind::Portable
    }

    fn unheld(&self) -> &'static [Bound] {
        if cfg!(all(unix, not(feature = "portable-std"))) {
            &[
                Bound::Memory,
                Bound::Processes,
                Bound::Descendants,
                Bound::Network,
                Bound::System,
                Bound::Others,
            ]
        } else {
            &[
                Bound::Memory,
                Bound::Processes,
                Bound::FileSize,
                Bound::OpenFiles,
                Bound::Descendants,
                Bound::Network,
                Bound::System,
                Bound::Others,
            ]
        }
    }

    fn run(&self, command: &Command) -> Result<FinishedRun> {
        let start = Instant::now();
        command.check()?;
        let scratch = Scratch::on_disk()?;
        let mut command = command.clone();
        command.env = scratch.environment(&command);
        let stdin = match &command.stdin {
            Some(bytes) => fsx::nameless(bytes)?.into(),
            None => Stdio::null(),
        };
        let (program, args) = command_line(&command);
        let streams = [stdin, Stdio::piped(), Stdio::piped()];
        let mut child =
            proc::start(&program, &args, &command.env, &command.dir, streams)?;
        let root = TempRoot::get()?;
        root.group_started(child.id());
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take())
        else {
            return Err(Error::new("a process was started without its pipes"));
        };
        let mut capture = Capture::start(stdout, stderr, command.limits.output);
        let end = wait(&mut child, &mut capture, start + command.limits.time, &command);
        proc::end_group(&mut child);
        root.group_ended(child.id());
        capture.rest(REST);
        let end = if capture.is_full() { End::Output } else { end? };
        let [stdout, stderr] = capture.printed();
        Ok(FinishedRun { end, stdout, stderr, elapsed: start.elapsed(), read: None })
    }

    fn fork_server(
        &self,
        _setup: &ServerSetup<'_>,
    ) -> Option<Result<Box<dyn ForkServer>>> {
        None
    }
}

/// Waits until the program ends, until its time is over, or until it has printed too much.
fn wait(
    child: &mut Child,
    capture: &mut Capture,
    deadline: Instant,
    command: &Command,
) -> Result<End> {
    let mut disk = DiskWatch::new(&command.bounded);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(End::Timeout);
        }
        let status = child.wait_timeout(STEP.min(left)).map_err(|error| {
            Error::new(format!("cannot wait for a process to end: {error}"))
        })?;
        if let Some(status) = status {
            return Ok(End::of_status(status));
        }
        if capture.is_full() {
            return Ok(End::Output);
        }
        if let Some(limit) = disk.over(&command.limits) {
            return Ok(limit);
        }
    }
}

/// The program itself; below a shell that limits it, where there is one.
#[cfg(all(unix, not(feature = "portable-std")))]
fn command_line(command: &Command) -> (PathBuf, Vec<OsString>) {
    (
        super::shell::SH.into(),
        super::shell::limited(command, None, 0, Some(std::process::id())),
    )
}

/// The program itself.
#[cfg(not(all(unix, not(feature = "portable-std"))))]
fn command_line(command: &Command) -> (PathBuf, Vec<OsString>) {
    (command.program.clone(), command.args.clone())
}
