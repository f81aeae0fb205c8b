//! Writing a file whole: beside it first, then in its place.
//!
//! Whoever writes holds a lock on the file beside it. So one whose lock is free was left by a run that was
//! killed, and is removed by the next that writes into its folder.

use super::{failed, system, temp};
use crate::interrupt;
use concfilter::error::Result;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What stands around the characters by which two such files differ.
const PREFIX: &str = ".concbook-";
const SUFFIX: &str = ".tmp";

/// The folders that were looked through already: once a run is enough.
static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Writes a file whole if, when all is ready for it, `may` says so; whether it did.
pub(super) fn write_if(
    path: &Path,
    bytes: &[u8],
    may: impl Fn() -> Result<bool>,
) -> Result<bool> {
    let folder = folder_of(path);
    sweep(folder);
    let write = || {
        let (mut file, guard) = beside(path, folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok((file, guard))
    };
    let (file, _guard) = write().map_err(|error| failed("write", path, &error))?;
    if !may()? {
        return Ok(false);
    }
    file.persist(path).map_err(|error| failed("write", path, &error.error))?;
    Ok(true)
}

/// Writes a file whole, but not at once to the disk.
pub(super) fn write_unsynced(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = folder_of(path);
    sweep(folder);
    let write = || -> io::Result<()> {
        let (mut file, _guard) = beside(path, folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| failed("write", path, &error))
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a file whole while the program is told to end: nobody undoes anything any more.
pub fn write_last(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        let mut file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| failed("write", path, &error))
}

/// A new file in the folder of `path`, locked.
fn beside(
    path: &Path,
    folder: &Path,
) -> io::Result<(tempfile::NamedTempFile, interrupt::Guard)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    if let Some(permissions) = system::permissions_for(path) {
        builder.permissions(permissions);
    }
    loop {
        let make = || builder.tempfile_in(folder);
        let (file, guard) =
            interrupt::guarded(make, |file| temp::undo(file.path().to_owned()))?;
        // Between the two steps another run may have taken it for one that was left.
        if temp::hold(file.as_file(), file.path()) {
            return Ok((file, guard));
        }
    }
}

/// Removes what killed runs left in a folder.
pub(super) fn sweep(folder: &Path) {
    let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if !swept.insert(folder.to_owned()) {
        return;
    }
    drop(swept);
    // Why a folder cannot be listed is told when it is written into.
    for name in super::list(folder).unwrap_or_default() {
        let name = Path::new(&name);
        let Some(inner) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        if inner.strip_suffix(SUFFIX).is_some_and(temp::is_random) {
            let file = folder.join(name);
            if let Some(_lock) = temp::abandoned(&file) {
                // What cannot be removed is tried by the next run.
                let _ = super::remove_one(&file);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx::{list, temp_dir, write_atomic, write_new};

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_another_writes_stays() {
        let dir = temp_dir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let kept = [".concbook-a.tmp", ".concbook-abc def.tmp", ".concbook-notes.tmp.md"];
        for name in [".concbook-abcdef.tmp", ".concbook-ghijkl.tmp"].iter().chain(&kept) {
            write_new(&at(name), b"half", 0o644).unwrap();
        }
        let other = std::fs::OpenOptions::new()
            .write(true)
            .open(at(".concbook-ghijkl.tmp"))
            .unwrap();
        assert!(temp::hold(&other, &at(".concbook-ghijkl.tmp")));
        write_atomic(&at("a.txt"), b"whole").unwrap();
        let mut wanted = vec![".concbook-ghijkl.tmp", "a.txt"];
        wanted.extend(kept);
        wanted.sort_unstable();
        assert_eq!(list(dir.path()).unwrap(), wanted);
    }
}
