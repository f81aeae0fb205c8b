//! The one folder that all trees and scratch folders of this process lie in, and the small shell
//! beside it that removes the folder when this process is killed.

use crate::interrupt::{self, Guard};
use crate::{fsx, proc};
use concfilter::error::{Error, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

static CURRENT: Mutex<Weak<TempRoot>> = Mutex::new(Weak::new());

/// What the janitor does: it reads from a pipe which process groups run, until
/// the pipe ends: then this process is gone, however it ended, and what it left is removed.
const JANITOR: &str = r#"trap '' HUP INT TERM
running=
while read -r what group; do
  case $what in
    +) running="$running $group" ;;
    -) left=; for one in $running; do [ "$one" = "$group" ] || left="$left $one"; done; running=$left ;;
  esac
done
for group in $running; do kill -s KILL -- "-$group" 2>/dev/null; done
[ -d "$1" ] || exit 0
chmod -R u+rwX -- "$1" 2>/dev/null
rm -rf -- "$1""#;

/// The folder itself. What ends it stands first: it goes away only when nobody works in it.
#[derive(Debug)]
pub(super) struct TempRoot {
    janitor: Arc<Janitor>,
    path: PathBuf,
    /// Removes the folder where there is no janitor.
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
        let path = dir.path().canonicalize().unwrap_or_else(|_| dir.path().to_owned());
        let (janitor, guard) = interrupt::guarded(
            || Ok::<_, Error>(Arc::new(Janitor::start(&path))),
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
        self.janitor.tell('+', group);
    }

    /// Tells the janitor of a process group that is over.
    pub(super) fn group_ended(&self, group: u32) {
        self.janitor.tell('-', group);
    }
}

impl Drop for TempRoot {
    fn drop(&mut self) {
        self.janitor.end();
    }
}

/// The small shell beside this process, where the system has one, and the pipe it reads from.
#[derive(Debug)]
struct Janitor(Mutex<Option<(Child, ChildStdin)>>);

impl Janitor {
    fn start(path: &Path) -> Self {
        let args = ["-c", JANITOR, "concbook-janitor"].map(Into::into);
        let args: Vec<_> = args.into_iter().chain([path.into()]).collect();
        let env = [("PATH".to_owned(), std::env::var("PATH").unwrap_or_default())];
        let streams = [Stdio::piped(), Stdio::null(), Stdio::null()];
        let child =
            proc::start(Path::new("/bin/sh"), &args, &env, Path::new("/"), streams).ok();
        let with_pipe = |mut child: Child| child.stdin.take().map(|pipe| (child, pipe));
        Self(Mutex::new(child.and_then(with_pipe)))
    }

    fn tell(&self, what: char, group: u32) {
        if let Some((_, pipe)) = self.lock().as_mut() {
            // Without a janitor the worst is a folder that stays after a kill.
            let _ = writeln!(pipe, "{what} {group}");
        }
    }

    /// Has it kill the groups that run and remove the folder, and waits for that.
    fn end(&self) {
        if let Some((mut child, pipe)) = self.lock().take() {
            drop(pipe);
            let _ = child.wait();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Child, ChildStdin)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        let _ = super::trash::remove(&self.path, &self.trash_dir);
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
