//! The command line of `unshare`, for where namespaces are to be had and bubblewrap is not.

use super::bwrap;
use crate::sandbox::{Command, shell};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

/// All of the command line before the program.
///
/// The shell is the first process in the namespaces. It arranges the file systems, gives up what
/// it may, and waits for the program: when it ends, the system ends all others.
pub(super) fn args(command: &Command) -> Vec<OsString> {
    let mut args: Vec<OsString> =
        ["--user", "--map-root-user", "--mount", "--pid", "--ipc", "--uts", "--fork"]
            .map(OsString::from)
            .into();
    args.extend(["--kill-child", "--mount-proc"].map(OsString::from));
    if !command.network {
        args.push("--net".into());
    }
    args.extend(["--", shell::SH, "-c"].map(OsString::from));
    args.extend([script(command).into(), "sh".into()]);
    args
}

/// What the first process does.
fn script(command: &Command) -> String {
    let mut script = String::from("exec 3>&2 2>/dev/null\n");
    if !command.network {
        script += "(ip link set lo up || ifconfig lo up) >/dev/null </dev/null\n";
    }
    // The mounts of the system, read before there are others.
    script += "mounts=$(while read -r _ _ _ _ point options _; do case $point in\n\
               /proc|/proc/*) ;; *) echo \"$options $point\" ;; esac\n\
               done </proc/self/mountinfo)\n";
    let hidden = bwrap::hidden(command.network);
    let shown = bwrap::shown(command, &hidden);
    let below =
        |path: &Path| hidden.iter().find(|folder| path.starts_with(folder)).copied();
    for path in command.writable.iter().filter(|path| below(path).is_none()) {
        let path = quoted(path);
        let _ = writeln!(script, "mount --bind {path} {path} || exit 125");
    }
    let size = command.limits.memory;
    for folder in hidden.iter().copied().chain(["/dev/shm"]) {
        // What was there before is still to be reached from the folder that the shell is in.
        let _ = writeln!(
            script,
            "cd {folder} && mount -t tmpfs -o mode=1777,size={size} tmpfs {folder} || exit 125"
        );
        let writable = command.writable.iter().map(|path| (path, "rw"));
        for (path, how) in shown.iter().map(|path| (path, "ro")).chain(writable) {
            if below(path) != Some(folder) {
                continue;
            }
            let old = path.strip_prefix(folder).unwrap_or(path);
            let (old, path) = (quoted(&Path::new(".").join(old)), quoted(path));
            let _ = writeln!(
                script,
                "if [ -d {old} ]; then mkdir -p {path}; else mkdir -p $(dirname {path}); : >{path}; fi\n\
                 mount -c --bind {old} {path} || exit 125"
            );
            if how == "ro" {
                let _ = writeln!(script, "mount -o remount,bind,ro,nosuid,nodev {path}");
            }
        }
    }
    // What was mounted over by us is ours.
    let own: Vec<String> = hidden.iter().map(|&folder| folder.to_owned()).collect();
    let inside = own.iter().map(|folder| format!("{folder}/*")).collect::<Vec<_>>();
    let writable = command.writable.iter().map(|path| quoted(path));
    let own: Vec<String> = own.into_iter().chain(inside).chain(writable).collect();
    let _ = writeln!(
        script,
        "echo \"$mounts\" | while read -r options point; do\n\
         case $point in /dev/shm|{own}) continue ;; esac\n\
         case $options in rw*) mount -o \"remount,bind,ro${{options#rw}}\" \"$point\" || \
         [ \"$point\" != / ] || exit 1 ;; esac\ndone || exit 125",
        own = own.join("|")
    );
    // In a shell of its own: this one tells on its standard error of a program that was killed.
    let _ = write!(
        script,
        "mkdir -p {home}\ncd {dir} || exit 125\n\
         (exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all \"$@\" 2>&3 3>&-)\n\
         exit $?",
        home = bwrap::HOME,
        dir = quoted(&command.dir)
    );
    script
}

/// A path as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}
