//! The one folder that all trees and scratch folders of this process lie in, and the janitor that
//! ends what runs there and removes it when this process is killed.

use crate::fsx;
use crate::interrupt::{self, Guard};
use crate::proc::Janitor;
use concfilter::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

static CURRENT: Mutex<Weak<TempRoot>> = Mutex::new(Weak::new());

/// The folder itself. What ends it stands first: it goes away only when nobody works in it.
#[derive(Debug)]
pub(super) struct TempRoot {
    janitor: Arc<Janitor>,
    path: PathBuf,
    _dir: fsx::TempDir,
    next: AtomicU64,
    _guard: Guard,
}

impl TempRoot {
    /// The folder, made when it is not there.
    pub(super) fn get() -> Result<Arc<Self>> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(root) = current.upgrade() {
            return Ok(root);
        }
        let dir = fsx::temp_dir()?;
        // Paths have to be those that a program sees, links resolved.
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (path, all) = (real(dir.path()), real(dir.of_process()));
        let (janitor, guard) = interrupt::guarded(
            || Ok::<_, Error>(Arc::new(Janitor::start(Some(&all)))),
            |janitor| {
                let janitor = Arc::clone(janitor);
                Box::new(move || janitor.end())
            },
        )?;
        let next = AtomicU64::new(0);
        let root = Arc::new(Self { janitor, path, _dir: dir, next, _guard: guard });
        *current = Arc::downgrade(&root);
        Ok(root)
    }

    /// Tells the janitor of a process group that runs now.
    pub(super) fn group_started(&self, group: u32) {
        self.janitor.started(group);
    }

    /// Tells the janitor of a process group that is over.
    pub(super) fn group_ended(&self, group: u32) {
        self.janitor.ended(group);
    }
}

impl Drop for TempRoot {
    fn drop(&mut self) {
        self.janitor.end();
    }
}

/// A folder of its own in the root, gone with the value.
#[derive(Debug)]
pub(super) struct Folder {
    _root: Arc<TempRoot>,
    path: PathBuf,
    trash_dir: PathBuf,
}

impl Folder {
    /// A new folder, whose name begins with `name`.
    pub(super) fn new(name: &str) -> Result<Self> {
        let root = TempRoot::get()?;
        let number = root.next.fetch_add(1, Ordering::Relaxed);
        let path = root.path.join(format!("{name}-{number}"));
        let trash_dir = root.path.join(format!("trash-{number}"));
        fsx::create_dir_all(&path)?;
        fsx::create_dir_all(&trash_dir)?;
        Ok(Self { _root: root, path, trash_dir })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// An empty folder beside it, for what is to be removed.
    pub(super) fn trash_dir(&self) -> &Path {
        &self.trash_dir
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is tried again with the root, and by the janitor.
        let _ = fsx::trash::remove(&self.path, &self.trash_dir);
        let _ = fsx::remove_folder(&self.trash_dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_away_with_all_that_is_in_it() {
        let folder = Folder::new("test").unwrap();
        let path = folder.path().to_owned();
        fsx::create_dir_all(&path.join("a/b")).unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
