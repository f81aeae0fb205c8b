//! Child processes where there is nothing but the standard library: a child can be killed, and what
//! it started cannot.

use std::process::{Command, ExitStatus};

/// Nothing: there are no groups.
pub(super) fn in_own_group(_command: &mut Command) {}

/// Nothing: there are no groups.
pub(super) fn kill_group(_group: u32) {}

/// `None`: there are no signals.
pub(super) fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
