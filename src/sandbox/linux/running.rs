//! Running a program in a sandbox.

use super::group::Group;
use super::watch::{Over, Watch};
use super::{LinuxSandbox, Mechanism, bwrap, processes, unshare};
use crate::sandbox::scratch::Scratch;
use crate::sandbox::temp_root::TempRoot;
use crate::sandbox::{Command, End, FinishedRun, shell};
use crate::{fsx, proc};
use concfilter::error::{Error, Result};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, waitid,
};
use std::cell::Cell;
use std::ffi::OsString;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A program that was started in a sandbox, and its end.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) child: Child,
    /// The first process in the namespace, without which none is left there, and when it was
    /// started; 0 when it is not known or there is no namespace.
    inner: Cell<u32>,
    inner_start_time: Cell<Option<u64>>,
    /// The process group, where there is no namespace.
    group: Option<Group>,
    /// The scratch folders, by whose path processes are known that have left all else.
    scratch: Scratch,
    root: Arc<TempRoot>,
}

impl LinuxSandbox {
    /// Runs a program, as [`Sandbox::run`](crate::sandbox::Sandbox::run) promises.
    pub(super) fn run_to_end(&self, command: &Command) -> Result<FinishedRun> {
        let start = Instant::now();
        let (stdout, stdout_writer) = pipe()?;
        let (stderr, stderr_writer) = pipe()?;
        let stdin = input(command.stdin.as_deref())?;
        let streams = [stdin.into(), stdout_writer.into(), stderr_writer.into()];
        let running = self.start(command, streams, self.scratch()?)?;
        let mut watch =
            Watch::new(&command.limits, start, [stdout, stderr], &command.bounded);
        let done = running.ended()?;
        let over = watch.until(
            done.as_fd(),
            |most| running.find(most),
            || running.look_for_inner(),
        );
        let end = running.end(over)?;
        watch.rest();
        let [stdout, stderr] = watch.printed();
        Ok(FinishedRun { end, stdout, stderr, elapsed: start.elapsed(), read: None })
    }

    /// Starts a program, within its limits but for those that have to be watched.
    pub(super) fn start(
        &self,
        command: &Command,
        streams: [Stdio; 3],
        scratch: Scratch,
    ) -> Result<Running> {
        command.check()?;
        let mut command = command.clone();
        command.env = scratch.environment(&command);
        let is_group = matches!(self.mechanism, Mechanism::ProcessGroup);
        let parent = is_group.then(std::process::id);
        let limited = shell::limited(&command, self.threads, super::STACKS, parent);
        let shell = || OsString::from(shell::SH);
        let (program, args): (PathBuf, Vec<OsString>) = match &self.mechanism {
            Mechanism::Bubblewrap { program, features } => {
                let mut args = bwrap::args(&command, *features);
                args.push(shell());
                (program.clone(), args)
            }
            Mechanism::Namespaces { program, setpriv } => {
                // It ends the namespaces when it ends, and has to end with this process.
                let mut args = ["--pdeathsig", "KILL"].map(OsString::from).to_vec();
                args.push(program.into());
                args.extend(unshare::args(&command));
                args.push(shell());
                (setpriv.clone(), args)
            }
            Mechanism::ProcessGroup => (shell::SH.into(), Vec::new()),
        };
        let args: Vec<OsString> = args.into_iter().chain(limited).collect();
        let dir = if is_group { command.dir.clone() } else { "/".into() };
        let child = proc::start(&program, &args, &command.env, &dir, streams)?;
        let root = TempRoot::get()?;
        root.group_started(child.id());
        let group = is_group.then(|| Group::of(child.id()));
        Ok(Running {
            child,
            inner: Cell::new(0),
            inner_start_time: Cell::new(None),
            group,
            scratch,
            root,
        })
    }
}

impl Running {
    /// What can be read when the program has ended.
    fn ended(&self) -> Result<OwnedFd> {
        let failed = |error| Error::new(format!("cannot watch a process: {error}"));
        let pid = pid(&self.child).ok_or_else(|| failed(Errno::SRCH))?;
        match pidfd_open(pid, PidfdFlags::empty()) {
            Err(Errno::NOSYS) => waited_for(pid),
            opened => opened.map_err(failed),
        }
    }

    /// The processes of the run, or the first `most` of them.
    pub(super) fn find(&self, most: usize) -> Vec<u32> {
        match &self.group {
            Some(group) => group.find(most),
            None => processes::descendants(self.child.id(), most),
        }
    }

    /// Looks for the first process in the namespace; whether it is known, or there is none.
    pub(super) fn look_for_inner(&self) -> bool {
        if self.group.is_none() && self.inner.get() == 0 {
            let first = processes::children(self.child.id()).first().copied();
            self.inner.set(first.unwrap_or(0));
            self.inner_start_time.set(first.and_then(processes::start_time));
        }
        self.group.is_some() || self.inner.get() != 0
    }

    /// Ends all that is left of the run; how it ended.
    fn end(mut self, over: Over) -> Result<End> {
        if let Over::Limit(_) = over {
            self.kill();
        }
        let status = self.child.wait().map_err(|error| {
            Error::new(format!("cannot wait for a process to end: {error}"))
        })?;
        self.sweep();
        Ok(match over {
            Over::Done => End::of_status(status),
            Over::Limit(end) => end,
        })
    }

    /// Ends the run, which has not ended by itself.
    pub(super) fn kill(&self) {
        if let Some(group) = &self.group {
            group.end();
            processes::end_all(|| group.all());
        } else {
            self.look_for_inner();
            match self.inner.get() {
                0 => {}
                inner => processes::signal(inner, Signal::KILL),
            }
        }
        processes::signal(self.child.id(), Signal::KILL);
    }

    /// The process of the program itself.
    pub(super) fn program(&self) -> u32 {
        let inner = self.inner.get();
        let program = processes::children(inner).first().copied();
        program.filter(|_| inner != 0).unwrap_or(self.child.id())
    }

    /// Ends the run of a program that runs others, each in a group of its own.
    pub(super) fn stop(&mut self, program: u32) {
        if self.group.is_some() {
            for child in processes::children(program) {
                Group::of(child).end();
            }
            processes::end_all(|| processes::descendants(program, usize::MAX));
        }
        self.kill();
        // It was killed, so this does not wait for long.
        let _ = self.child.wait();
        self.sweep();
    }

    /// Takes the run out of what is ended with this process.
    pub(super) fn leave(&self) {
        self.root.group_ended(self.child.id());
    }

    /// Sees to it that nothing is left of a run whose first process has ended.
    fn sweep(&self) {
        if let Some(folder) = &self.scratch.folder {
            self.group.iter().for_each(Group::end);
            processes::end_all(|| processes::with_env_marker(folder.path()));
        }
        // The system ends what is in the namespace; that takes a moment.
        let (inner, start) = (self.inner.get(), Instant::now());
        while inner != 0
            && processes::alive(inner)
            && processes::start_time(inner) == self.inner_start_time.get()
            && start.elapsed() < Duration::from_secs(10)
        {
            processes::signal(inner, Signal::KILL);
            std::thread::sleep(Duration::from_micros(200));
        }
        self.leave();
    }
}

/// The same where the system has no descriptors of processes, as Linux before 5.3 and programs that stand in for it:
/// a pipe that a thread closes which waits for the program, and leaves its end to be told to whoever asks.
fn waited_for(pid: Pid) -> Result<OwnedFd> {
    let (ended, writer) = pipe()?;
    std::thread::spawn(move || {
        let how = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(pid), how).is_err_and(|error| error == Errno::INTR) {}
        drop(writer);
    });
    Ok(ended)
}

pub(super) fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// A pipe: the end to read from, and the end to write to.
pub(super) fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
        .map_err(|error| Error::new(format!("cannot make a pipe: {error}")))
}

/// Standard input: nothing, or a file without a name, so that no writer has to wait for a reader.
pub(super) fn input(bytes: Option<&[u8]>) -> Result<OwnedFd> {
    if let Some(bytes) = bytes {
        return Ok(fsx::nameless(bytes)?.into());
    }
    let null = std::fs::OpenOptions::new().read(true).open("/dev/null");
    null.map(Into::into)
        .map_err(|error| Error::new(format!("cannot open /dev/null: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    #[test]
    fn the_end_of_a_program_is_seen_without_descriptors_of_processes() {
        let args = ["-c", "read x"].map(OsString::from);
        let (reader, writer) = pipe().unwrap();
        let streams = [reader.into(), Stdio::null(), Stdio::null()];

        let mut child =
            proc::start(shell::SH.as_ref(), &args, &[], "/".as_ref(), streams).unwrap();
        let ended = waited_for(pid(&child).unwrap()).unwrap();
        let is_told = |seconds| {
            let limit = Timespec { tv_sec: seconds, tv_nsec: 0 };
            // A test beside it may send a signal.
            let mut fds = [PollFd::new(&ended, PollFlags::IN)];
            rustix::io::retry_on_intr(|| poll(&mut fds, Some(&limit))).unwrap() == 1
        };
        assert!(!is_told(0), "it runs");
        drop(writer);
        assert!(is_told(60), "it has ended");
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
}
