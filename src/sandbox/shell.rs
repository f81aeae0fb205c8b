//! The limits that the system itself holds, set by a shell that then becomes the program.

use super::{Command, RunLimits};
use std::ffi::OsString;

/// Limits that a system does not know are passed over. `sh` counts sizes of files in blocks of
/// 512 bytes, memory in KiB; and shells differ in the letter for processes. Whose parent is no longer
/// the process that started it was started by one that is killed, and nobody would end it.
const SCRIPT: &str = r#"case $1 in - | "$PPID") shift ;; *) exit 125 ;; esac
ulimit -c 0; ulimit -f "$1"; ulimit -n "$2"; ulimit -d "$3"
case $4 in -) ;; *) ulimit -u "$4" || ulimit -p "$4" ;; esac
shift 4
exec 2>&3 3>&-
exec "$@""#;

/// The shell that everybody has.
pub(super) const SH: &str = "/bin/sh";

/// The command line after the name of the shell: it sets the limits and becomes the program. `parent` is the process
/// that it has to be started by, where that is known.
pub(super) fn limited(
    command: &Command,
    base: Option<u32>,
    stacks: u64,
    parent: Option<u32>,
) -> Vec<OsString> {
    let script = format!("exec 3>&2 2>/dev/null; {SCRIPT}");
    let mut args: Vec<OsString> = vec!["-c".into(), script.into(), "sh".into()];
    args.push(parent.map_or_else(|| "-".into(), |parent| parent.to_string().into()));
    args.extend(numbers(&command.limits, base, stacks).map(OsString::from));
    args.push(command.program.clone().into());
    args.extend(command.args.iter().cloned());
    args
}

/// The limits as the script wants them.
fn numbers(limits: &RunLimits, base: Option<u32>, stacks: u64) -> [String; 4] {
    [
        limits.file.div_ceil(512).to_string(),
        limits.files.to_string(),
        (data(limits, stacks) / 1024).to_string(),
        base.map_or_else(|| "-".to_owned(), |base| processes(limits, base).to_string()),
    ]
}

/// Bytes that one process may ask for. More than it may fill: what is asked for and never used
/// costs nothing, and `stacks` of threads are such: three thousand of them ask for 24 GiB. Where nobody
/// looks at what is filled, there is no room for these.
pub(super) fn data(limits: &RunLimits, stacks: u64) -> u64 {
    limits.memory.saturating_mul(2).saturating_add(stacks)
}

/// The user's processes and threads, of which there were `base`, that the system may allow. The
/// system counts all that the user runs, so this only stops what escapes from being counted.
pub(super) fn processes(limits: &RunLimits, base: u32) -> u32 {
    base.saturating_add(4096).saturating_add(limits.processes)
}
