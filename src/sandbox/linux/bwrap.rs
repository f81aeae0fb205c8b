//! The command line of bubblewrap.

use crate::sandbox::{Command, visible};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where a run's scratch folders are. They are in memory and end with it.
pub(super) const HOME: &str = "/tmp/home";
pub(super) const TMP: &str = "/tmp";

/// Where programs share memory by names.
pub(super) const SHARED_MEMORY: &str = "/dev/shm";

/// What this bubblewrap on this system can do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    /// Mount a `/proc` of its own.
    pub(super) proc: bool,
    /// Limit the size of folders in memory.
    pub(super) size: bool,
    /// Show the settings of the system as they may only be read.
    pub(super) sys: bool,
}

/// All of the command line before the program.
pub(super) fn args(command: &Command, features: Features) -> Vec<OsString> {
    let mut args: Vec<OsString> = vec!["--unshare-all".into()];
    let mut add = |words: &[&str]| args.extend(words.iter().map(OsString::from));
    if command.network {
        add(&["--share-net"]);
    }
    add(&["--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--dev", "/dev"]);
    add(if features.proc {
        &["--proc", "/proc"]
    } else {
        &["--ro-bind", "/proc", "/proc"]
    });
    if features.sys {
        add(&["--ro-bind", "/proc/sys", "/proc/sys"]);
    }
    for secret in visible::secret() {
        add(&["--ro-bind", "/dev/null", secret]);
    }
    let size = command.limits.memory.to_string();
    let hidden = hidden();
    for folder in hidden.iter().map(PathBuf::as_path).chain([Path::new(SHARED_MEMORY)]) {
        if features.size {
            args.extend(["--size".into(), size.clone().into()]);
        }
        args.extend(["--tmpfs".into(), folder.into()]);
    }
    args.extend(["--dir".into(), HOME.into()]);
    for path in shown(command, &hidden) {
        args.extend(["--ro-bind".into(), path.clone().into(), path.into()]);
    }
    for path in &command.writable {
        args.extend(["--bind".into(), path.into(), path.into()]);
    }
    for folder in hidden.iter().filter(|folder| *folder != Path::new(TMP)) {
        args.extend(["--remount-ro".into(), folder.into()]);
    }
    args.extend(["--chdir".into(), command.dir.clone().into(), "--".into()]);
    args
}

/// The folders to hide. That for temporary files is hidden, and a run has one of its own there.
pub(super) fn hidden() -> Vec<PathBuf> {
    visible::hidden()
}

/// What of the hidden folders a program needs: itself with what is installed beside it, and what it is
/// let see. Neither its arguments nor its environment open anything: they are a book's.
pub(super) fn shown(command: &Command, hidden: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut found = visible::installed(&command.program);
    found.extend(command.readable.iter().cloned());
    found.insert(command.dir.clone());
    found.retain(|path| {
        path.is_absolute()
            && hidden.iter().any(|folder| path.starts_with(folder) && path != folder)
            && !command.writable.iter().any(|folder| path.starts_with(folder))
            && path.exists()
    });
    let all = found.clone();
    found.retain(|path| !path.ancestors().skip(1).any(|above| all.contains(above)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx;

    #[test]
    fn of_hidden_folders_only_what_a_program_needs_is_shown() {
        let dir = tempfile::tempdir_in("/tmp").unwrap();
        let at = |path: &str| dir.path().join(path);
        for folder in ["venv/bin", "venv/lib", "tree", "other", "data"] {
            fsx::create_dir_all(&at(folder)).unwrap();
        }
        fsx::write_new(&at("venv/bin/python"), b"", 0o755).unwrap();
        let text = |path: &str| at(path).display().to_string();
        let command = Command {
            program: at("venv/bin/python"),
            args: vec![at("tree/a.py").into(), "/tmp".into(), at("other").into()],
            env: vec![
                ("PATH".to_owned(), text("other")),
                ("X".to_owned(), text("other")),
            ],
            dir: at("tree"),
            stdin: None,
            network: false,
            limits: crate::sandbox::RunLimits::default(),
            writable: vec![at("tree")],
            readable: vec![at("data"), at("absent"), "/tmp".into()],
            bounded: Vec::new(),
        };
        let shown = shown(&command, &["/tmp".into()]);
        assert_eq!(shown.into_iter().collect::<Vec<_>>(), [at("data"), at("venv")]);
    }
}
