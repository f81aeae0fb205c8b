//! Child processes where there is nothing but the standard library: a child can be killed, and what
//! it started cannot.

use std::path::Path;
use std::process::{Command, ExitStatus};

/// Nothing: a program starts at once.
pub(super) const GO: &[u8] = b"";

/// The program itself: without a shell nothing can wait for a word of ours.
pub(super) fn gated(program: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "a caller that waits for it")]
    Command::new(program)
}

/// Why a file cannot be started, as far as that is seen before it is tried.
pub(super) fn may_start(program: &Path) -> std::io::Result<()> {
    std::fs::metadata(program).map(|_| ())
}

/// Nothing: there are no groups.
pub(super) fn in_own_group(_command: &mut Command) {}

/// Nothing: there are no groups.
pub(super) fn kill_group(_group: u32) {}

/// `None`: there are no signals.
pub(super) fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
