//! A folder of files that is put back to what it was after each run.
//!
//! What changed is seen from what the system notes of each file and folder: its inode, size,
//! permissions and times. Nothing is read, so a tree of 700 files is looked through in about a
//! millisecond; and it is looked through only where the system tells that something was touched.

#[cfg(not(all(target_os = "linux", not(feature = "portable"))))]
#[path = "tree/unwatched.rs"]
mod watch;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod watch;

use super::temp_root::Folder;
use crate::fsx::{self, Change, EntryKind, Stamp, trash};
use concfilter::error::{Error, Place, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use watch::TreeWatch;

/// A worker's own copy of a book's files.
#[derive(Debug)]
pub struct Tree {
    folder: Folder,
    path: PathBuf,
    files: BTreeMap<PathBuf, TreeFile>,
    /// The folders, those above others first; the tree's own is the empty path.
    folders: BTreeMap<PathBuf, TreeFolder>,
    watch: TreeWatch,
}

/// A file as it has to be.
#[derive(Debug)]
struct TreeFile {
    /// Where it lies: to put paths together for each run took as long as to look at the files.
    path: PathBuf,
    content: Vec<u8>,
    mode: u32,
    stamp: Option<Stamp>,
}

/// A folder as it has to be.
#[derive(Debug, Default)]
struct TreeFolder {
    names: BTreeSet<OsString>,
    stamp: Option<Stamp>,
}

impl Tree {
    /// A new folder with these files, by paths relative to it.
    ///
    /// # Errors
    /// A path leads out of the tree, or a file cannot be written.
    pub fn new<P: AsRef<str>, C: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Result<Self> {
        let folder = Folder::new("tree")?;
        let path = folder.path().join("tree");
        let mut tree = Self {
            folder,
            path,
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            watch: TreeWatch::default(),
        };
        tree.folders.insert(PathBuf::new(), TreeFolder::default());
        for (file, content) in files {
            tree.hold(file.as_ref(), content.into())?;
        }
        tree.look_through()?;
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
        self.watch.look();
        let is_new = self.hold(path, content)?;
        let path = Path::new(path);
        let above: Vec<&Path> = path.ancestors().skip(1).collect();
        // A folder that a run put a link in the place of would lead out of the tree.
        for below in above.into_iter().rev() {
            make_folder(&self.path.join(below), self.folder.trash_dir())?;
        }
        let mut made = Restored::Same;
        if let Some(file) = self.files.get_mut(path) {
            made = restore_file(file, self.folder.trash_dir())?;
        }
        if !is_new && made != Restored::MadeAgain {
            self.watch.pass();
        }
        let parent = path.parent().and_then(|parent| self.folders.get_mut(parent));
        if let Some(parent) = parent {
            parent.stamp = None;
        }
        Ok(())
    }

    /// Notes a file without writing it; whether there was none of this path.
    fn hold(&mut self, path: &str, content: Vec<u8>) -> Result<bool> {
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
        let file = TreeFile { path: self.path.join(&path), content, mode, stamp: None };
        Ok(self.files.insert(path, file).is_none())
    }

    /// Puts back whatever was changed, added or removed, so that the next run finds the files as
    /// they were given. Nothing may run in the tree meanwhile.
    ///
    /// # Errors
    /// Something cannot be put back; the tree is of no more use then.
    pub fn restore(&mut self) -> Result<()> {
        if self.watch.saw_nothing() {
            return Ok(());
        }
        let is_first = !self.watch.is_on();
        let touched = self.look_through()?;
        let folders: Vec<PathBuf> =
            self.folders.keys().map(|below| self.path.join(below)).collect();
        let files = self.files.iter();
        let files = files.filter(|(below, _)| is_first || touched.contains(*below));
        self.watch.go_on(
            folders.iter().map(PathBuf::as_path),
            files.map(|(_, file)| &*file.path),
        );
        Ok(())
    }

    /// Looks at all folders and files, and puts them back; the files that were not as they had to be.
    fn look_through(&mut self) -> Result<BTreeSet<PathBuf>> {
        let trash_dir = self.folder.trash_dir();
        for (below, folder) in &mut self.folders {
            restore_folder(&self.path.join(below), folder, trash_dir)?;
        }
        let mut touched = BTreeSet::new();
        for (below, file) in &mut self.files {
            if restore_file(file, trash_dir)? != Restored::Same {
                touched.insert(below.clone());
            }
        }
        let above: BTreeSet<&Path> =
            touched.iter().filter_map(|below| below.parent()).collect();
        for (below, folder) in &mut self.folders {
            // A folder's times are those of its entries' last change, so they are noted last.
            if folder.stamp.is_none() || above.contains(below.as_path()) {
                folder.stamp = Stamp::of(&self.path.join(below)).map(|(stamp, _)| stamp);
            }
        }
        Ok(touched)
    }
}

/// What had to be done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restored {
    /// It was as it had to be.
    Same,
    /// It was written again, and is the same file.
    Rewritten,
    /// There is another file in its place.
    MadeAgain,
}

/// Makes a folder what it has to be, without its files. Forgets what was seen of it when
/// something in it will have to be written.
fn restore_folder(path: &Path, folder: &mut TreeFolder, trash_dir: &Path) -> Result<()> {
    if let (Some(stamp), Some((now, EntryKind::Folder))) = (folder.stamp, Stamp::of(path))
        && stamp.change(&now) == Change::None
    {
        return Ok(());
    }
    make_folder(path, trash_dir)?;
    for name in fsx::list(path)? {
        if !folder.names.contains(&name) {
            trash::remove(&path.join(name), trash_dir)?;
        }
    }
    folder.stamp = None;
    Ok(())
}

/// Makes a folder that may be read and written where none is.
fn make_folder(path: &Path, trash_dir: &Path) -> Result<()> {
    if !Stamp::of(path).is_some_and(|(_, kind)| kind == EntryKind::Folder) {
        trash::remove(path, trash_dir)?;
        fsx::create_dir_all(path)?;
    }
    fsx::permit(path, 0o755)
}

/// Makes a file what it has to be.
fn restore_file(file: &mut TreeFile, trash_dir: &Path) -> Result<Restored> {
    let path = &*file.path;
    if let (Some(stamp), Some((now, EntryKind::File))) = (file.stamp, Stamp::of(path)) {
        let is_same = match stamp.change(&now) {
            Change::None => true,
            Change::Unknown => fsx::read(path).is_ok_and(|bytes| bytes == file.content),
            Change::Some => false,
        };
        if is_same {
            file.stamp = Some(now);
            return Ok(Restored::Same);
        }
    }
    let is_same_file = fsx::rewrite(path, &file.content, file.mode);
    if !is_same_file {
        trash::remove(path, trash_dir)?;
        fsx::write_new(path, &file.content, file.mode)?;
    }
    file.stamp = Stamp::of(path).map(|(stamp, _)| stamp);
    Ok(if is_same_file { Restored::Rewritten } else { Restored::MadeAgain })
}

#[cfg(test)]
#[cfg(all(unix, not(feature = "portable-std")))]
mod tests;
