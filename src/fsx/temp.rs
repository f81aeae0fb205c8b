//! Temporary folders. All of one process lie in one, in which a file is locked as long as the process
//! lives, however it ends. The next run removes folders of ours whose lock is free, and nothing else.
//!
//! ```text
//! $TMPDIR/concbook-4Kq0ZtVb81xY/.owner   locked
//!                              /0 /1 …   the folders that were asked for
//! ```

use super::{failed, system, trash};
use crate::interrupt::{self, Guard};
use concfilter::error::Result;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

const PREFIX: &str = "concbook-";

/// The characters behind that.
const LENGTH: usize = 12;

/// The file that is locked.
const OWNER: &str = ".owner";

static CURRENT: Mutex<Weak<RunFolder>> = Mutex::new(Weak::new());

/// A temporary folder that goes away with the value, when the program is told to end, and with the
/// next run where it was killed.
#[derive(Debug)]
pub struct TempDir {
    // The folder goes first: only then there is nothing left to undo.
    dir: Removed,
    _guard: Guard,
    run: Arc<RunFolder>,
}

impl TempDir {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir.0
    }

    /// The folder that all temporary folders of this process lie in.
    pub fn of_process(&self) -> &Path {
        &self.run.dir.0
    }
}

/// A new temporary folder.
pub fn temp_dir() -> Result<TempDir> {
    let make = || -> io::Result<_> {
        let run = RunFolder::get()?;
        let number = run.next.fetch_add(1, Ordering::Relaxed);
        let path = run.dir.0.join(number.to_string());
        let (dir, guard) = interrupt::guarded(
            || private_folder(&path).map(|()| Removed(path.clone())),
            |dir| undo(dir.0.clone()),
        )?;
        Ok(TempDir { dir, _guard: guard, run })
    };
    let temp = std::env::temp_dir();
    make().map_err(|error| failed("make a temporary folder in", &temp, &error))
}

/// The folder of this process. It lives as long as a folder in it.
#[derive(Debug)]
struct RunFolder {
    dir: Removed,
    next: AtomicU64,
    _guard: Guard,
    _owner: File,
}

impl RunFolder {
    fn get() -> io::Result<Arc<Self>> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = current.upgrade() {
            return Ok(run);
        }
        let temp = std::env::temp_dir();
        let ((dir, owner), guard) =
            interrupt::guarded(|| make(&temp), |(dir, _)| undo(dir.0.clone()))?;
        let run =
            Arc::new(Self { dir, next: AtomicU64::new(0), _guard: guard, _owner: owner });
        *current = Arc::downgrade(&run);
        Ok(run)
    }
}

/// A folder that is removed with the value.
#[derive(Debug)]
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        let _ = remove(&self.0);
    }
}

/// A new folder with its lock.
fn make(temp: &Path) -> io::Result<(Removed, File)> {
    loop {
        let dir = tempfile::Builder::new()
            .prefix(PREFIX)
            .rand_bytes(LENGTH)
            .tempdir_in(temp)?
            .keep();
        let dir = Removed(dir);
        let path = dir.0.join(OWNER);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(owner) if hold(&owner, &path) => return Ok((dir, owner)),
            Ok(_) => {}
            // Another run may have taken the folder for one that was left while it was empty.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !dir.0.exists() => {}
            Err(error) => return Err(error),
        }
    }
}

/// A folder that nobody else may look into.
fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)?;
    system::permit(path, 0o700)
}

/// Removes what runs of ours that were killed left in the folder for temporary files.
pub fn sweep_temp() {
    sweep(&std::env::temp_dir());
}

fn sweep(temp: &Path) {
    // Why it cannot be listed is told when a folder is made in it.
    for name in super::list(temp).unwrap_or_default() {
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        if random.is_some_and(|random| random.len() == LENGTH && is_random(random)) {
            sweep_one(&temp.join(name));
        }
    }
}

fn sweep_one(folder: &Path) {
    let meta = std::fs::symlink_metadata(folder);
    if !meta.is_ok_and(|meta| meta.is_dir() && system::is_own(&meta)) {
        return;
    }
    let owner = folder.join(OWNER);
    if std::fs::symlink_metadata(&owner).is_err() {
        // Who made it was killed before there was anything in it; anything else is not ours.
        let _ = super::remove_folder(folder);
    } else if let Some(_lock) = abandoned(&owner) {
        let _ = remove(folder);
    }
}

/// Locks a new file; whether it is still there, for until then another run may remove it. Where the file system has no
/// locks, nobody gets one, and nobody takes a file for one that was left.
pub(super) fn hold(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => false,
        Ok(()) | Err(TryLockError::Error(_)) => path.exists(),
    }
}

/// The lock of a file of ours that nobody else has: whoever made it has ended.
pub(super) fn abandoned(path: &Path) -> Option<File> {
    let meta = std::fs::symlink_metadata(path).ok()?;
    if !meta.is_file() || !system::is_own(&meta) {
        return None;
    }
    let file = OpenOptions::new().write(true).open(path).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Whether a part of a name is of the kind that names of temporary files have.
pub(super) fn is_random(part: &str) -> bool {
    part.len() >= 6 && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Removes a file or folder, however locked or deep. The file that is locked goes last: while it is
/// there, another run can go on with what this one left.
fn remove(path: &Path) -> Result<()> {
    if !std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir()) {
        return super::remove_one(path);
    }
    // A folder that a listing locked is opened; where that cannot be done, listing it tells why.
    let _ = super::permit(path, 0o700);
    let mut names = super::list(path)?;
    names.sort_by_key(|name| name == OWNER);
    for name in names {
        let inner = path.join(name);
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let removed = if inner.is_symlink() || !inner.is_dir() {
            std::fs::remove_file(&inner)
        } else {
            std::fs::remove_dir_all(&inner)
        };
        if removed.is_err() {
            remove_odd(&inner, path)?;
        }
    }
    super::remove_folder(path)
}

/// Removes what the system's own way cannot, by a folder beside it.
fn remove_odd(path: &Path, folder: &Path) -> Result<()> {
    let made = tempfile::Builder::new().prefix("trash-").tempdir_in(folder);
    let made = made.map_err(|error| failed("make a folder in", folder, &error))?;
    trash::remove(path, made.path())
}

/// Removes a file or folder when the program is told to end. What still runs may write into a folder
/// meanwhile, so that it is tried a few times.
pub(super) fn undo(path: PathBuf) -> interrupt::Undo {
    const TRIES: u32 = 50;
    Box::new(move || {
        for _ in 0..TRIES {
            if remove(&path).is_ok() || !path.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx::{create_dir_all, list, write_new};

    /// A folder as a run leaves it; its owner's lock is held as long as the value lives.
    fn left(temp: &Path) -> (PathBuf, File) {
        let (dir, owner) = make(temp).unwrap();
        let path = dir.0.clone();
        std::mem::forget(dir);
        create_dir_all(&path.join("0/deep")).unwrap();
        write_new(&path.join("0/deep/file"), b"", 0o600).unwrap();
        (path, owner)
    }

    #[test]
    fn what_killed_runs_left_goes_and_what_runs_or_is_not_ours_stays() {
        let temp = temp_dir().unwrap();
        let (running, owner) = left(temp.path());
        let (killed, lock) = left(temp.path());
        drop(lock);
        let at = |name: &str| temp.path().join(name);
        let others = ["concbook-notes", "concbook-abcdefabcdef", "other-abcdefabcdef"];
        for name in others {
            create_dir_all(&at(name)).unwrap();
            write_new(&at(name).join("kept"), b"", 0o600).unwrap();
        }
        create_dir_all(&at("concbook-123456789012")).unwrap();
        sweep(temp.path());
        assert!(!killed.exists() && running.join("0/deep/file").exists());
        let mut wanted = others.map(Into::into).to_vec();
        wanted.push(running.file_name().unwrap().to_owned());
        wanted.sort();
        assert_eq!(list(temp.path()).unwrap(), wanted);
        drop(owner);
        sweep(temp.path());
        assert!(!running.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_a_link_leads_to_is_nobodys_to_remove() {
        let temp = temp_dir().unwrap();
        let elsewhere = temp_dir().unwrap();
        let (path, lock) = left(elsewhere.path());
        drop(lock);
        let link = temp.path().join(path.file_name().unwrap());
        std::os::unix::fs::symlink(&path, link).unwrap();
        sweep(temp.path());
        assert!(path.join("0/deep/file").exists());
    }

    #[cfg(unix)]
    #[test]
    fn folders_that_are_locked_go_too() {
        let temp = temp_dir().unwrap();
        let (path, lock) = left(temp.path());
        drop(lock);
        super::super::permit(&path.join("0/deep"), 0).unwrap();
        super::super::permit(&path.join("0"), 0).unwrap();
        sweep(temp.path());
        assert!(!path.exists());
    }
}
