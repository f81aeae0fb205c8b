//! The processes of a run that is in no namespace: those below its first one, in its group or its
//! session.

use super::processes;
use rustix::process::{Pid, Signal, kill_process_group};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// More processes in the whole system than a moment ago by so many are a reason to look closely.
const SUDDEN: u32 = 64;

/// The least time between two looks at all processes of the system, and how many times as long as
/// such a look itself it is.
const LOOK: Duration = Duration::from_millis(50);
const REST_OF_LOOK: u32 = 20;

/// A process group under watch.
#[derive(Debug)]
pub(super) struct Group {
    first: u32,
    threads: Cell<u32>,
    next: Cell<Instant>,
}

impl Group {
    /// The group of this process.
    pub(super) fn of(first: u32) -> Self {
        let threads = Cell::new(processes::threads_of_all());
        Self { first, threads, next: Cell::new(Instant::now() + LOOK) }
    }

    /// The processes of the run, or the first `most` of them. Those whose parent is gone are found
    /// now and then, and when there are suddenly more in the system: then the group is halted
    /// while they are counted, for the count would not keep up. It stays halted only where there
    /// are `most`, which is too many whatever they do: the caller ends it then.
    pub(super) fn find(&self, most: usize) -> Vec<u32> {
        let (now, threads) = (Instant::now(), processes::threads_of_all());
        let sudden = threads > self.threads.get().saturating_add(SUDDEN);
        let mut found = vec![self.first];
        if !sudden && now < self.next.get() {
            found.extend(processes::descendants(self.first, most));
            return found;
        }
        if sudden {
            self.signal(Signal::STOP);
        }
        found.extend(processes::in_group(self.first, most));
        found.extend(processes::descendants(self.first, most));
        found.sort_unstable();
        found.dedup();
        if sudden && found.len() < most {
            self.signal(Signal::CONT);
        }
        self.threads.set(threads);
        self.next.set(Instant::now() + LOOK.max(now.elapsed() * REST_OF_LOOK));
        found
    }

    /// All of them that can be found now.
    pub(super) fn all(&self) -> Vec<u32> {
        let mut found = processes::in_group(self.first, usize::MAX);
        found.extend(processes::descendants(self.first, usize::MAX));
        // Most of them are both.
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Ends the group. The system does that in one step, so nothing in it can start more meanwhile.
    pub(super) fn end(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.first).ok().and_then(Pid::from_raw) {
            // There may be nobody left.
            let _ = kill_process_group(group, signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc;
    use std::path::Path;
    use std::process::Stdio;

    #[test]
    fn a_group_that_is_counted_goes_on_afterwards() {
        let script = "for one in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait";
        let args = ["-c".into(), script.into()];
        let path = std::env::var("PATH").expect("tests have a PATH");
        let env = [("PATH".to_owned(), path)];
        let streams = [Stdio::null(), Stdio::null(), Stdio::null()];
        let sh = Path::new("/bin/sh");
        let mut child = proc::start(sh, &args, &env, Path::new("/"), streams).unwrap();
        let group = Group::of(child.id());
        let start = Instant::now();
        while group.all().len() < 9 && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(5));
        }
        // As if the system had had no process a moment ago.
        group.threads.set(0);
        let found = group.find(12);
        let halted = found.iter().filter(|&&pid| processes::is_halted(pid)).count();
        proc::end_group(&mut child);
        assert_eq!((found.len(), halted), (9, 0));
    }
}
