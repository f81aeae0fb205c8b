//! A folder of files that is put back to what it was after each run.
//!
//! What changed is seen from what the system notes of each file and folder: its inode, size,
//! permissions and times. Nothing is read, so a tree of 700 files is looked through in about a
//! millisecond.

use super::root::Folder;
use super::trash;
use crate::fsx;
use concfilter::error::{Error, Place, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A worker's own copy of a book's files.
#[derive(Debug)]
pub struct Tree {
    folder: Folder,
    path: PathBuf,
    files: BTreeMap<PathBuf, Held>,
    /// The folders, those above others first; the tree's own is the empty path.
    folders: BTreeMap<PathBuf, Names>,
}

/// A file as it has to be.
#[derive(Debug)]
struct Held {
    content: Vec<u8>,
    mode: u32,
    seen: Option<Seen>,
}

/// A folder as it has to be.
#[derive(Debug, Default)]
struct Names {
    names: BTreeSet<OsString>,
    seen: Option<Seen>,
}

/// What the system noted of a file or folder when it was as it has to be.
#[derive(Debug, Clone, Copy)]
struct Seen {
    state: [i64; 5],
    /// Whether a later change may have left the same times: a system's clock moves in steps.
    fresh: bool,
}

/// More than any step of the clock that files are stamped by.
const STEP: Duration = Duration::from_millis(20);

impl Tree {
    /// A new folder with these files, by paths relative to it.
    ///
    /// # Errors
    /// A path leads out of the tree, or a file cannot be written.
    pub fn new(files: &[(String, Vec<u8>)]) -> Result<Self> {
        let folder = Folder::new("tree")?;
        let path = folder.path().join("tree");
        let mut tree =
            Self { folder, path, files: BTreeMap::new(), folders: BTreeMap::new() };
        tree.folders.insert(PathBuf::new(), Names::default());
        for (file, content) in files {
            tree.hold(file, content.clone())?;
        }
        tree.mend()?;
        Ok(tree)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives one file another content, or adds it. All else in the tree stays as it is, though
    /// something may have run there.
    ///
    /// # Errors
    /// The path leads out of the tree, or the file cannot be written.
    pub fn set(&mut self, path: &str, content: Vec<u8>) -> Result<()> {
        self.hold(path, content)?;
        let path = Path::new(path);
        let above: Vec<&Path> = path.ancestors().skip(1).collect();
        // A folder that a run put a link in the place of would lead out of the tree.
        for below in above.into_iter().rev() {
            make_folder(&self.path.join(below), self.folder.pit())?;
        }
        if let Some(file) = self.files.get_mut(path) {
            mend_file(&self.path.join(path), file, self.folder.pit())?;
        }
        let parent = path.parent().and_then(|parent| self.folders.get_mut(parent));
        if let Some(parent) = parent {
            parent.seen = None;
        }
        Ok(())
    }

    /// Notes a file without writing it.
    fn hold(&mut self, path: &str, content: Vec<u8>) -> Result<()> {
        let path = PathBuf::from(path);
        let inside = |part: Component| matches!(part, Component::Normal(_));
        if path.as_os_str().is_empty() || !path.components().all(inside) {
            return Err(Error::new("this path leads out of the tree of listings")
                .at(Place::path(&path)));
        }
        for (at, above) in path.ancestors().zip(path.ancestors().skip(1)) {
            let folder = self.folders.entry(above.to_owned()).or_default();
            folder.names.extend(at.file_name().map(ToOwned::to_owned));
        }
        // As a checkout of the listings would have it: a script can be started by its name.
        let mode = if content.starts_with(b"#!") { 0o755 } else { 0o644 };
        self.files.insert(path, Held { content, mode, seen: None });
        Ok(())
    }

    /// Puts back whatever was changed, added or removed, so that the next run finds the files as
    /// they were given. Nothing may run in the tree meanwhile.
    ///
    /// # Errors
    /// Something cannot be put back; the tree is of no more use then.
    pub fn mend(&mut self) -> Result<()> {
        let pit = self.folder.pit();
        for (below, folder) in &mut self.folders {
            mend_folder(&self.path.join(below), folder, pit)?;
        }
        let mut touched = BTreeSet::new();
        for (below, file) in &mut self.files {
            let path = self.path.join(below);
            if mend_file(&path, file, pit)? {
                touched.extend(below.parent().map(ToOwned::to_owned));
            }
        }
        for (below, folder) in &mut self.folders {
            // A folder's times are those of its entries' last change, so they are noted last.
            if folder.seen.is_none() || touched.contains(below) {
                folder.seen = Seen::of(&self.path.join(below)).map(|(seen, _)| seen);
            }
        }
        Ok(())
    }
}

/// Makes a folder what it has to be, without its files. Forgets what was seen of it when
/// something in it will have to be written.
fn mend_folder(path: &Path, folder: &mut Names, pit: &Path) -> Result<()> {
    if let (Some(seen), Some((now, Kind::Folder))) = (folder.seen, Seen::of(path))
        && seen.state == now.state
        && !seen.fresh
    {
        return Ok(());
    }
    make_folder(path, pit)?;
    for name in fsx::list(path)? {
        if !folder.names.contains(&name) {
            trash::remove(&path.join(name), pit)?;
        }
    }
    folder.seen = None;
    Ok(())
}

/// Makes a folder that may be read and written where none is.
fn make_folder(path: &Path, pit: &Path) -> Result<()> {
    if !Seen::of(path).is_some_and(|(_, kind)| kind == Kind::Folder) {
        trash::remove(path, pit)?;
        fsx::create_dir_all(path)?;
    }
    permit(path, 0o755)
}

/// Makes a file what it has to be; whether it was not.
fn mend_file(path: &Path, file: &mut Held, pit: &Path) -> Result<bool> {
    if let (Some(seen), Some((now, Kind::File))) = (file.seen, Seen::of(path))
        && seen.state == now.state
        && (!seen.fresh || fsx::read(path).is_ok_and(|bytes| bytes == file.content))
    {
        file.seen = Some(now);
        return Ok(false);
    }
    trash::remove(path, pit)?;
    fsx::write_new(path, &file.content, file.mode)?;
    file.seen = Seen::of(path).map(|(seen, _)| seen);
    Ok(true)
}

/// Sets permissions where they differ: to set them is a change, too.
fn permit(path: &Path, mode: u32) -> Result<()> {
    let differs = |meta: std::fs::Metadata| meta.permissions().mode() & 0o7777 != mode;
    if std::fs::symlink_metadata(path).is_ok_and(differs) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(
            |error| {
                Error::new(format!("cannot set permissions: {error}"))
                    .at(Place::path(path))
            },
        )?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Other,
}

impl Seen {
    /// What there is to see now; links are not followed.
    fn of(path: &Path) -> Option<(Self, Kind)> {
        let meta = std::fs::symlink_metadata(path).ok()?;
        let kind = match meta.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            _ => Kind::Other,
        };
        let number = |number: u64| i64::from_ne_bytes(number.to_ne_bytes());
        let nanoseconds = |seconds: i64, rest: i64| {
            seconds.wrapping_mul(1_000_000_000).wrapping_add(rest)
        };
        let changed = nanoseconds(meta.ctime(), meta.ctime_nsec());
        let modified = nanoseconds(meta.mtime(), meta.mtime_nsec());
        let owned = number(u64::from(meta.mode()) << 32 | u64::from(meta.uid()));
        let state = [number(meta.ino()), number(meta.size()), owned, changed, modified];
        let changed = Duration::from_nanos(u64::try_from(changed).unwrap_or(0));
        let age = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(Duration::ZERO, |now| now.saturating_sub(changed));
        Some((Self { state, fresh: age < STEP }, kind))
    }
}

#[cfg(test)]
mod tests;
