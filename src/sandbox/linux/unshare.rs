//! The command line of `unshare`, for where namespaces are to be had and bubblewrap is not.

use super::bwrap;
use crate::sandbox::{Command, shell, visible};
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

/// Devices that everybody has, in place of those of the machine: root may write to its disks.
const DEVICES: &str = r"cd /dev && mount -t tmpfs -o mode=755 tmpfs /dev || exit 125
for one in null zero full random urandom tty; do
[ -e ./$one ] && : >/dev/$one && mount -c --bind ./$one /dev/$one
done
ln -s /proc/self/fd /dev/fd
for one in 0:stdin 1:stdout 2:stderr; do ln -s /proc/self/fd/${one%:*} /dev/${one#*:}; done
mkdir -m 1777 /dev/shm /dev/pts || exit 125
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts /dev/pts && ln -s pts/ptmx /dev/ptmx
";

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
    let hidden = bwrap::hidden();
    let shown = bwrap::shown(command, &hidden);
    let below = |path: &Path| hidden.iter().find(|folder| path.starts_with(folder));
    script += DEVICES;
    script += "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys\n";
    for secret in visible::secret() {
        let _ = writeln!(script, "mount --bind /dev/null {secret} || exit 125");
    }
    for path in command.writable.iter().filter(|path| below(path).is_none()) {
        let path = quoted(path);
        let _ = writeln!(script, "mount --bind {path} {path} || exit 125");
    }
    let size = command.limits.memory;
    for folder in &hidden {
        let name = quoted(folder);
        // What was there before is still to be reached from the folder that the shell is in.
        let _ = writeln!(
            script,
            "cd {name} && mount -t tmpfs -o mode=1777,size={size} tmpfs {name} || exit 125"
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
                "if [ -d {old} ]; then mkdir -p {path}; else mkdir -p \"$(dirname {path})\"; : >{path}; fi\n\
                 mount -c --bind {old} {path} || exit 125"
            );
            if how == "ro" {
                let _ = writeln!(script, "mount -o remount,bind,ro,nosuid,nodev {path}");
            }
        }
        if folder != Path::new(bwrap::TMP) {
            let _ = writeln!(script, "mount -o remount,bind,ro {name} || exit 125");
        }
    }
    let _ = writeln!(
        script,
        "mount -t tmpfs -o mode=1777,size={size} tmpfs {} && \
         mount -o remount,bind,ro /dev || exit 125",
        bwrap::SHARED_MEMORY
    );
    // What was mounted over by us is ours.
    let own = hidden.iter().flat_map(|folder| {
        let name = quoted(folder);
        [name.clone(), format!("{name}/*")]
    });
    let writable = command.writable.iter().map(|path| quoted(path));
    let own: Vec<String> = own.chain(writable).collect();
    let _ = writeln!(
        script,
        "echo \"$mounts\" | while read -r options point; do\n\
         case $point in /dev|/dev/*|{own}) continue ;; esac\n\
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
