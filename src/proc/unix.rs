//! Process groups and signals.

use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus};

/// What lets a program go, before all that it reads.
pub(super) const GO: &[u8] = b"go\n";

/// A command that becomes the program as soon as [`GO`] comes, and ends where that does not come: then this process
/// was killed before the janitor knew of the program. A shell reads from a pipe no more than the line.
pub(super) fn gated(program: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "a caller that waits for it")]
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "read -r go && exec \"$@\"", "sh"]).arg(program);
    command
}

/// Why a file cannot be started, in the system's words.
pub(super) fn may_start(program: &Path) -> std::io::Result<()> {
    let meta = std::fs::metadata(program)?;
    let is_program = meta.is_file() && meta.permissions().mode() & 0o111 != 0;
    let refused = || std::io::Error::from(rustix::io::Errno::ACCESS);
    if is_program { Ok(()) } else { Err(refused()) }
}

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
