//! What a program sees of the files of this machine: the system's own folders, and of all others what its toolchains
//! need and what the user lets it see. What a book says opens nothing.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The folders at the top that are the system's. Whatever else stands there, homes, other disks, sockets, what services
/// keep, is hidden.
const SYSTEM: &[&str] = &[
    "Applications",
    "Library",
    "System",
    "bin",
    "dev",
    "etc",
    "gnu",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "nix",
    "opt",
    "proc",
    "sbin",
    "snap",
    "sys",
    "usr",
];

/// What toolchains keep in folders that are hidden otherwise, and no secrets lie in.
const SHARED: &[&str] = &[
    "/run/systemd/resolve",
    "/var/cache/fontconfig",
    "/var/lib/alternatives",
    "/var/lib/ca-certificates",
    "/var/lib/gems",
    "/var/lib/ghc",
    "/var/lib/texmf",
];

/// Files of the system that only root may read; a listing that root runs is not to.
#[cfg(all(target_os = "linux", not(feature = "portable")))]
const SECRET: &[&str] =
    &["/etc/gshadow", "/etc/gshadow-", "/etc/shadow", "/etc/shadow-", "/etc/sudoers"];

/// Of folders in a home that programs are installed in, the parts with programs: beside them lie keys and keyrings.
const PARTS: &[(&str, &[&str])] = &[
    (".cargo", &["bin", "git", "registry"]),
    (".local", &["bin", "include", "lib", "lib64", "share/pipx", "share/uv"]),
    ("go", &["bin", "pkg"]),
];

/// The links that are followed to a program.
#[cfg(all(target_os = "linux", not(feature = "portable")))]
const LINKS: usize = 20;

/// The folders that a program sees empty, but for what it needs of them; each is there.
#[cfg(all(target_os = "linux", not(feature = "portable")))]
pub(super) fn hidden() -> Vec<PathBuf> {
    let top = crate::fsx::list(Path::new("/")).unwrap_or_default();
    let top = top.into_iter().map(|name| Path::new("/").join(name));
    let mut all: Vec<PathBuf> = top.filter(|path| is_private(path)).collect();
    // A home among the system's folders.
    all.extend(home().filter(|home| !all.iter().any(|above| home.starts_with(above))));
    let is_folder =
        |path: &PathBuf| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    all.retain(is_folder);
    all
}

/// The secret files that are there.
#[cfg(all(target_os = "linux", not(feature = "portable")))]
pub(super) fn secret() -> impl Iterator<Item = &'static str> {
    SECRET.iter().copied().filter(|path| Path::new(path).is_file())
}

/// Whether what stands at a whole path belongs to the user, to other users or to services. A path that leads through
/// links is asked about as it is written.
pub fn is_private(path: &Path) -> bool {
    let mut parts = path.components().filter(|part| !matches!(part, Component::RootDir));
    let Some(first) = parts.next() else { return false };
    let is_system = SYSTEM.iter().any(|name| first.as_os_str() == *name);
    !is_system || home().is_some_and(|home| path.starts_with(home))
}

/// The user's home, where that is more than a folder of the system's.
fn home() -> Option<PathBuf> {
    let home = PathBuf::from(std::env::var_os("HOME")?);
    (home.is_absolute() && home.components().count() > 2 || home == Path::new("/root"))
        .then_some(home)
}

/// What of hidden folders programs need that the user's own environment names: the folders of `PATH` with what is
/// installed beside them, and whole paths in other variables.
pub fn of_environment(env: &[(String, String)]) -> Vec<PathBuf> {
    let mut found: BTreeSet<PathBuf> = SHARED.iter().map(PathBuf::from).collect();
    for (name, value) in env {
        for path in std::env::split_paths(value).filter(|path| path.is_absolute()) {
            if name == "PATH" {
                found.extend(beside(&path));
            } else {
                found.extend(parts(&path));
            }
        }
    }
    found.retain(|path| path.exists());
    found.into_iter().collect()
}

/// Where a program is installed, and all that it is a link to.
#[cfg(all(target_os = "linux", not(feature = "portable")))]
pub(super) fn installed(program: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut file = program.to_owned();
    for _ in 0..LINKS {
        let Some(folder) = file.parent() else { break };
        found.extend(beside(folder));
        let Ok(link) = std::fs::read_link(&file) else { break };
        file = folder.join(link);
    }
    let real = program.canonicalize().ok();
    let folder = real.as_deref().and_then(Path::parent);
    found.extend(folder.into_iter().flat_map(beside));
    found
}

/// What is installed with the programs of a folder: `bin/python` needs `lib/python3`.
fn beside(folder: &Path) -> Vec<PathBuf> {
    let is_bin = folder
        .file_name()
        .is_some_and(|name| name == "bin" || name == ".bin" || name == "sbin");
    match folder.parent().filter(|above| is_bin && !is_whole(above)) {
        Some(above) => parts(above),
        None => vec![folder.to_owned()],
    }
}

/// A folder, or what of it may be seen.
fn parts(path: &Path) -> Vec<PathBuf> {
    if is_whole(path) {
        return Vec::new();
    }
    let name = home().and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned()));
    let known = PARTS.iter().find(|(known, _)| name.as_deref() == Some(Path::new(known)));
    match known {
        Some((_, inner)) => inner.iter().map(|inner| path.join(inner)).collect(),
        None => vec![path.to_owned()],
    }
}

/// Whether a folder is a home, or above one, or a whole folder at the top.
fn is_whole(path: &Path) -> bool {
    path.components().count() <= 2
        || path == Path::new("/var/tmp")
        || path.parent() == Some(Path::new("/home"))
        || home().is_some_and(|home| home.starts_with(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_systems_is_seen_and_what_is_anybodys_is_not() {
        for path in ["/usr/share/dict/words", "/etc/hosts", "/opt/java/bin", "/proc/self"]
        {
            assert!(!is_private(Path::new(path)), "{path}");
        }
        for path in ["/home/b/notes", "/root/.ssh", "/tmp/x", "/run/docker.sock", "/srv"]
        {
            assert!(is_private(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_home_is_never_shown_whole() {
        let home = home().expect("tests have a home");
        let at = |path: &str| home.join(path);
        assert_eq!(beside(&at("bin")), [at("bin")]);
        assert_eq!(beside(&at("tools/bin")), [at("tools")]);
        assert_eq!(beside(&at("tools/scripts")), [at("tools/scripts")]);
        assert_eq!(beside(&at(".cargo/bin"))[0], at(".cargo/bin"));
        assert!(parts(&home).is_empty() && parts(Path::new("/home/other")).is_empty());
        assert!(!parts(&at(".local")).contains(&at(".local")));
    }
}
