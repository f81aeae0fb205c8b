//! Watching one run: what it prints is taken in, and its time, memory and processes are counted
//! until it ends or takes too much.

use super::processes;
use crate::sandbox::disk::DiskWatch;
use crate::sandbox::{End, RunLimits};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The least time between two looks at the processes, and how many times as long as a look itself
/// it is. A listing that starts processes without end doubles them within milliseconds.
const LOOK: Duration = Duration::from_millis(5);
const REST_OF_LOOK: u32 = 10;

/// The longest time between two looks, however long a look took: on a busy machine a look at many
/// processes takes seconds, and meanwhile they become ten times as many.
const LONGEST_REST: Duration = Duration::from_millis(500);

/// How long output is waited for when all that could print is over.
const REST: Duration = Duration::from_millis(500);

/// Threads that a run may have for each of its processes. Threads are no way to go on for ever,
/// and examples like to start many.
const THREADS: u32 = 64;

/// A run under watch.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    limits: &'a RunLimits,
    start: Instant,
    streams: [Stream; 2],
    left: u64,
    disk: DiskWatch<'a>,
}

/// One of the two pipes that a run prints to.
#[derive(Debug)]
struct Stream {
    pipe: Option<OwnedFd>,
    bytes: Vec<u8>,
}

/// Why a watch is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// What was waited for has come.
    Done,
    /// The run took too much, and has to be ended.
    Limit(End),
}

impl<'a> Watch<'a> {
    /// Begins to watch a run that prints to these two pipes, and whose files lie in these folders.
    pub(super) fn new(
        limits: &'a RunLimits,
        start: Instant,
        pipes: [OwnedFd; 2],
        folders: &'a [PathBuf],
    ) -> Self {
        let disk = DiskWatch::new(folders);
        let streams = pipes.map(|pipe| Stream { pipe: Some(pipe), bytes: Vec::new() });
        Self { limits, start, streams, left: limits.output, disk }
    }

    /// Watches until `done` can be read, or until the run takes too much. `find` lists the first
    /// processes of the run, at most as many as its argument; `early` is called shortly after the
    /// start, again and again until it returns true.
    pub(super) fn until(
        &mut self,
        done: BorrowedFd<'_>,
        find: impl Fn(usize) -> Vec<u32>,
        mut early: impl FnMut() -> bool,
    ) -> Over {
        let end = self.start + self.limits.time;
        let mut seen = early();
        let mut look = self.start + LOOK;
        loop {
            let now = Instant::now();
            if now >= end {
                return Over::Limit(End::Timeout);
            }
            if now >= look {
                if let Some(limit) = over(self.limits, &find(most(self.limits))) {
                    return Over::Limit(limit);
                }
                if let Some(limit) = self.disk.over(self.limits) {
                    return Over::Limit(limit);
                }
                let rest = (now.elapsed() * REST_OF_LOOK).min(LONGEST_REST);
                look = Instant::now() + LOOK.max(rest);
            }
            let mut wait = end.min(look).saturating_duration_since(now);
            if !seen {
                wait = wait.min(Duration::from_millis(1));
            }
            let ready = self.take(Some(done), wait);
            if !seen {
                seen = early();
            }
            if self.left == 0 {
                return Over::Limit(End::Output);
            }
            if ready {
                return Over::Done;
            }
        }
    }

    /// Takes in what is left in the pipes when all is over.
    pub(super) fn rest(&mut self) {
        let end = Instant::now() + REST;
        while self.left > 0 && self.streams.iter().any(|stream| stream.pipe.is_some()) {
            let wait = end.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                break;
            }
            self.take(None, wait);
        }
    }

    /// What was printed to either pipe.
    pub(super) fn printed(self) -> [Vec<u8>; 2] {
        self.streams.map(|stream| stream.bytes)
    }

    /// Waits until there is something to do, and takes in what was printed; whether `done` can be
    /// read.
    fn take(&mut self, done: Option<BorrowedFd<'_>>, wait: Duration) -> bool {
        let mut fds: Vec<PollFd<'_>> = Vec::with_capacity(3);
        fds.extend(done.map(|done| PollFd::from_borrowed_fd(done, PollFlags::IN)));
        let open = self.streams.iter().filter_map(|stream| stream.pipe.as_ref());
        fds.extend(open.map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        let wait = Timespec {
            tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: wait.subsec_nanos().into(),
        };
        if poll(&mut fds, Some(&wait)).is_err() {
            // Interrupted: the caller looks at the clock and comes again.
            return false;
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        let done = done.is_some() && ready.next().unwrap_or(false);
        let ready: Vec<bool> = ready.collect();
        let open = self.streams.iter_mut().filter(|stream| stream.pipe.is_some());
        for (stream, _) in open.zip(ready).filter(|(_, ready)| *ready) {
            stream.read(&mut self.left);
        }
        done
    }
}

impl Stream {
    /// Reads once, which does not wait as there is something to read, or the end.
    fn read(&mut self, left: &mut u64) {
        let Some(pipe) = &self.pipe else { return };
        let mut buffer = [0_u8; 1 << 14];
        match rustix::io::read(pipe.as_fd(), &mut buffer) {
            Ok(0) => self.pipe = None,
            Ok(count) => {
                let room = usize::try_from(*left).unwrap_or(usize::MAX);
                let kept = count.min(room);
                self.bytes.extend_from_slice(&buffer[..kept]);
                *left -= kept as u64;
            }
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => self.pipe = None,
        }
    }
}

/// As many processes as are too many, those that have ended and nobody asked after included.
fn most(limits: &RunLimits) -> usize {
    2 * limits.processes as usize + 2
}

/// The limit that processes are over, if they are.
fn over(limits: &RunLimits, pids: &[u32]) -> Option<End> {
    // So many are not looked at one by one.
    if pids.len() >= most(limits) {
        return Some(End::Processes);
    }
    let usage = processes::usage(pids);
    let threads = limits.processes.saturating_mul(THREADS);
    if usage.processes > limits.processes || usage.threads > threads {
        return Some(End::Processes);
    }
    let too_much = usage.memory > limits.memory && processes::pss(pids) > limits.memory;
    too_much.then_some(End::Memory)
}
