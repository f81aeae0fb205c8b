//! Process groups and signals.

use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

/// Has a program start in a process group of its own.
pub(super) fn in_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Kills all processes of the group with the number of the child that it was made for. The system does that in one
/// step, so nothing in the group can start more meanwhile.
pub(super) fn kill_group(group: u32) {
    if let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // There may be nobody left.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// The signal that ended a process.
pub(super) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}
