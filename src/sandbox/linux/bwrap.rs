//! The command line of bubblewrap.

use crate::sandbox::Command;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders of the system that a run sees empty: what others leave there is not its own, and the
/// sockets in them lead out.
pub(super) const HIDDEN: [&str; 3] = ["/tmp", "/var/tmp", "/run"];

/// Where a run's scratch folders are. They are in memory and end with it.
pub(super) const HOME: &str = "/tmp/home";
pub(super) const TMP: &str = "/tmp";

/// What this bubblewrap on this system can do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    /// Mount a `/proc` of its own.
    pub(super) proc: bool,
    /// Limit the size of folders in memory.
    pub(super) size: bool,
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
    let size = command.limits.memory.to_string();
    let hidden = hidden(command.network);
    for folder in hidden.iter().copied().chain(["/dev/shm"]) {
        if features.size {
            add(&["--size", &size]);
        }
        add(&["--tmpfs", folder]);
    }
    add(&["--dir", HOME]);
    for path in shown(command, &hidden) {
        args.extend(["--ro-bind".into(), path.clone().into(), path.into()]);
    }
    for path in &command.writable {
        args.extend(["--bind".into(), path.into(), path.into()]);
    }
    args.extend(["--chdir".into(), command.dir.clone().into(), "--".into()]);
    args
}

/// The folders to hide. Names are looked up by what lies in `/run`, so it is seen by those who
/// may use the network.
pub(super) fn hidden(network: bool) -> Vec<&'static str> {
    let there = |folder: &&str| {
        let plain = |meta: std::fs::Metadata| meta.is_dir();
        std::fs::symlink_metadata(folder).is_ok_and(plain)
    };
    HIDDEN.into_iter().filter(there).filter(|&f| !(network && f == "/run")).collect()
}

/// What of the hidden folders a program needs: itself with what is installed beside it, what
/// `PATH` names, and what its arguments and environment name by whole paths.
pub(super) fn shown(command: &Command, hidden: &[&str]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut installed = |file: &Path| {
        for file in
            [Some(file.to_owned()), file.canonicalize().ok()].into_iter().flatten()
        {
            // `bin/python` needs `lib/python3`.
            let folder = file
                .parent()
                .and_then(|bin| bin.parent().filter(|up| deep(up)).or(Some(bin)));
            found.extend(folder.map(ToOwned::to_owned));
        }
    };
    installed(&command.program);
    let path = command.env.iter().filter(|(name, _)| name == "PATH");
    for folder in path.flat_map(|(_, value)| std::env::split_paths(value)) {
        installed(&folder.join("program"));
    }
    let values =
        command.env.iter().flat_map(|(_, value)| value.split(':').map(PathBuf::from));
    found.extend(values);
    found.extend(command.args.iter().map(PathBuf::from));
    found.insert(command.dir.clone());
    found.retain(|path| {
        let writable = |folder: &PathBuf| path.starts_with(folder);
        path.is_absolute()
            && hidden
                .iter()
                .any(|folder| path.starts_with(folder) && path != Path::new(folder))
            && !command.writable.iter().any(writable)
            && path.exists()
    });
    let all = found.clone();
    found.retain(|path| !path.ancestors().skip(1).any(|above| all.contains(above)));
    found
}

/// Whether a folder is more than one of the hidden ones themselves.
fn deep(folder: &Path) -> bool {
    !HIDDEN.iter().any(|hidden| Path::new(hidden).starts_with(folder))
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
            args: vec![at("tree/a.py").into(), "/tmp".into(), at("absent").into()],
            env: vec![
                ("PATH".to_owned(), format!("/usr/bin:{}", text("venv/bin"))),
                ("DATA".to_owned(), text("data")),
            ],
            dir: at("tree"),
            stdin: None,
            network: false,
            limits: crate::sandbox::RunLimits::default(),
            writable: vec![at("tree")],
        };
        let shown = shown(&command, &["/tmp"]);
        assert_eq!(shown.into_iter().collect::<Vec<_>>(), [at("data"), at("venv")]);
    }
}
