//! What the author saved since the last look.
//!
//! The system tells when something happens in a folder of the book; what happened is then seen by comparing
//! all of the book's files with how they were. So a message that is lost, misread or never sent (network
//! drives send none) costs time and no save: a look is taken every few seconds anyhow.

use super::watch::PreviewEvent;
use crate::fsx::{self, Change, EntryKind, Stamp};
use crate::report;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, event};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// How often files are looked at though nothing was told.
const LOOK: Duration = Duration::from_secs(2);

/// The part of the time that such looks may take: one in so many.
const SHARE: u32 = 50;

/// A folder to watch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchRoot {
    /// The folder.
    pub folder: PathBuf,
    /// Whether the folders in it are watched, too.
    pub is_deep: bool,
}

/// A file as it was seen last.
struct WatchedFile {
    stamp: Stamp,
    /// What it held, once that had to be compared.
    hash: Option<blake3::Hash>,
}

/// The files of a book, and how they were.
pub(super) struct FileChanges {
    roots: BTreeSet<WatchRoot>,
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    seen: BTreeMap<PathBuf, WatchedFile>,
    /// How long the last look took.
    took: Duration,
    is_told: bool,
}

impl FileChanges {
    /// Begins to watch; what happens is sent as [`PreviewEvent::Disk`].
    pub(super) fn of(roots: BTreeSet<WatchRoot>, events: Sender<PreviewEvent>) -> Self {
        let tell = move |event: notify::Result<notify::Event>| {
            if event.map_or(true, |event| is_save(&event)) {
                // The preview may have ended meanwhile.
                let _ = events.send(PreviewEvent::Disk);
            }
        };
        let mut changes = Self {
            roots,
            watcher: notify::recommended_watcher(tell).ok(),
            watched: BTreeSet::new(),
            seen: BTreeMap::new(),
            took: Duration::ZERO,
            is_told: false,
        };
        changes.any();
        changes
    }

    /// Watches these folders, too. What lies in them is as it was built; none is given up, for a book that
    /// cannot be read does not tell what it is made of. Whether one is new.
    pub(super) fn add_roots(&mut self, roots: BTreeSet<WatchRoot>) -> bool {
        let new: Vec<WatchRoot> = roots.difference(&self.roots).cloned().collect();
        if new.is_empty() {
            return false;
        }
        self.roots.extend(new.iter().cloned());
        let (files, folders) = self.look();
        self.watch(&folders);
        let is_new = |path: &Path| new.iter().any(|root| path.starts_with(&root.folder));
        for (path, stamp) in files.into_iter().filter(|(path, _)| is_new(path)) {
            self.seen.entry(path).or_insert(WatchedFile { stamp, hash: None });
        }
        true
    }

    /// How long to wait for a message before looking without one.
    pub(super) fn patience(&self) -> Duration {
        LOOK.max(self.took * SHARE)
    }

    /// Whether a file is not as it was when this was asked last.
    pub(super) fn any(&mut self) -> bool {
        let start = Instant::now();
        let (files, folders) = self.look();
        self.watch(&folders);
        let mut old = std::mem::take(&mut self.seen);
        let mut is_changed = false;
        for (path, stamp) in files {
            let before = old.remove(&path);
            let change = before.as_ref().map(|one| one.stamp.change(&stamp));
            let known = before.and_then(|one| one.hash);
            let hash = match change {
                Some(Change::None) => known,
                _ => fsx::read(&path).ok().map(|bytes| blake3::hash(&bytes)),
            };
            let is_same =
                change == Some(Change::None) || known.is_some() && known == hash;
            is_changed |= !is_same;
            self.seen.insert(path, WatchedFile { stamp, hash });
        }
        self.took = start.elapsed();
        is_changed || !old.is_empty()
    }

    /// The files and the folders that there are now.
    fn look(&self) -> (BTreeMap<PathBuf, Stamp>, BTreeSet<PathBuf>) {
        let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
        let mut open: Vec<WatchRoot> = self.roots.iter().cloned().collect();
        let mut through_links = BTreeSet::new();
        while let Some(WatchRoot { folder, is_deep }) = open.pop() {
            // One that went meanwhile is told of by its parent.
            let Ok(names) = fsx::list(&folder) else { continue };
            if !folders.insert(folder.clone()) {
                continue;
            }
            for name in names.iter().filter_map(|name| name.to_str()) {
                let path = folder.join(name);
                if is_foreign(name) {
                    continue;
                }
                match entry(&path) {
                    Some((stamp, EntryKind::File, _)) => {
                        files.insert(path, stamp);
                    }
                    // A link may lead to a folder that it lies in.
                    Some((_, EntryKind::Folder, Some(real)))
                        if !through_links.insert(real.clone()) => {}
                    Some((_, EntryKind::Folder, _))
                        if is_deep && !is_generated(&path) =>
                    {
                        open.push(WatchRoot { folder: path, is_deep });
                    }
                    _ => {}
                }
            }
        }
        (files, folders)
    }

    /// Asks the system for messages about these folders. Each is asked for by itself where the system has it
    /// so, since whole trees have in them what is not the book's.
    fn watch(&mut self, folders: &BTreeSet<PathBuf>) {
        let is_each = cfg!(any(target_os = "linux", target_os = "android"));
        let Some(watcher) = &mut self.watcher else { return };
        self.watched.retain(|folder| folders.contains(folder));
        let roots = self.roots.iter().map(|root| (&root.folder, root.is_deep));
        let wanted: Vec<(&PathBuf, bool)> = if is_each {
            folders.iter().map(|folder| (folder, false)).collect()
        } else {
            roots.collect()
        };
        for (folder, is_deep) in wanted {
            if self.watched.contains(folder) {
                continue;
            }
            let mode = if is_deep {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            let result = watcher.watch(folder, mode);
            self.watched.insert(folder.clone());
            if let (Err(error), false) = (result, self.is_told) {
                self.is_told = true;
                report::note(&format!(
                    "{}: cannot be watched ({error}); changes are looked for every {} seconds",
                    folder.display(),
                    LOOK.as_secs(),
                ));
            }
        }
    }
}

/// What a path is; for a link that of what it leads to, and where that is.
fn entry(path: &Path) -> Option<(Stamp, EntryKind, Option<PathBuf>)> {
    match Stamp::of(path)? {
        (_, EntryKind::Other) => {
            let real = fsx::canonical(path)?;
            let (stamp, kind) = Stamp::of(&real)?;
            Some((stamp, kind, Some(real)))
        }
        (stamp, kind) => Some((stamp, kind, None)),
    }
}

/// Whether a name is none of the author's files: hidden, a copy that an editor keeps, or a finished book.
fn is_foreign(name: &str) -> bool {
    let is_epub = Path::new(name).extension().is_some_and(|one| one == "epub");
    name.starts_with(['.', '#']) || name.ends_with('~') || is_epub
}

/// Whether a folder is full of what tools put there: <https://bford.info/cachedir/>.
fn is_generated(folder: &Path) -> bool {
    folder.ends_with("node_modules") || folder.join("CACHEDIR.TAG").is_file()
}

/// Whether something may have been saved, and not only read.
fn is_save(event: &notify::Event) -> bool {
    use event::{AccessKind, AccessMode};
    let is_read = matches!(event.kind, EventKind::Access(kind)
        if kind != AccessKind::Close(AccessMode::Write));
    let is_own = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_none_or(|name| !is_foreign(name))
    };
    !is_read && (event.paths.is_empty() || event.paths.iter().any(is_own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx::{create_dir_all, remove_one, temp_dir, write_atomic, write_new};
    use std::sync::mpsc;

    #[test]
    fn what_was_saved_is_seen_and_nothing_else() {
        let dir = temp_dir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let save = |name: &str, text: &str| {
            create_dir_all(at(name).parent().unwrap()).unwrap();
            write_atomic(&at(name), text.as_bytes()).unwrap();
        };
        save("a.md", "one");
        let root = WatchRoot { folder: dir.path().to_owned(), is_deep: true };
        let (sender, events) = mpsc::channel();
        let mut changes = FileChanges::of([root].into(), sender);
        // A file this new has to be compared once.
        changes.any();
        assert!(!changes.any());
        save("a.md", "two");
        assert!(events.recv_timeout(Duration::from_secs(5)).is_ok());
        assert!(changes.any() && !changes.any());
        // What is written again as it was is no change.
        save("a.md", "two");
        assert!(!changes.any());
        save("new/deep/b.md", "three");
        assert!(changes.any() && !changes.any());
        while events.try_recv().is_ok() {}
        save("new/deep/b.md", "four");
        assert!(events.recv_timeout(Duration::from_secs(5)).is_ok(), "in a new folder");
        assert!(changes.any());
        for name in
            [".git/index", "build/a.epub", "a.md~", ".a.md.swp", "node_modules/x/a.md"]
        {
            save(name, "x");
        }
        save("target/CACHEDIR.TAG", "");
        save("target/a.md", "x");
        assert!(!changes.any());
        remove_one(&at("a.md")).unwrap();
        assert!(changes.any() && !changes.any());
    }

    #[test]
    fn a_folder_that_comes_later_is_watched_and_hides_no_save() {
        let (dir, other) = (temp_dir().unwrap(), temp_dir().unwrap());
        let (own, beside) = (dir.path().join("a.md"), other.path().join("deep/b.md"));
        create_dir_all(beside.parent().unwrap()).unwrap();
        for file in [&own, &beside] {
            write_new(file, b"one", 0o644).unwrap();
        }
        let root =
            |folder: &Path, is_deep| WatchRoot { folder: folder.to_owned(), is_deep };
        let mut changes =
            FileChanges::of([root(dir.path(), true)].into(), mpsc::channel().0);
        changes.any();
        write_atomic(&own, b"two").unwrap();
        changes.add_roots([root(other.path(), false)].into());
        assert!(changes.any(), "what was saved meanwhile");
        write_atomic(&beside, b"two").unwrap();
        assert!(!changes.any(), "in a folder of that folder");
        changes.add_roots([root(other.path(), true)].into());
        changes.any();
        write_atomic(&beside, b"three").unwrap();
        assert!(changes.any());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_never_in_a_circle() {
        let (dir, other) = (temp_dir().unwrap(), temp_dir().unwrap());
        write_new(&other.path().join("a.md"), b"one", 0o644).unwrap();
        for (from, to) in [(dir.path(), "up"), (other.path(), "other")] {
            std::os::unix::fs::symlink(from, dir.path().join(to)).unwrap();
        }
        let root = WatchRoot { folder: dir.path().to_owned(), is_deep: true };
        let mut changes = FileChanges::of([root].into(), mpsc::channel().0);
        changes.any();
        assert!(!changes.any());
        write_atomic(&other.path().join("a.md"), b"two").unwrap();
        assert!(changes.any());
    }
}
