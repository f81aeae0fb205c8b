//! The folders of a book: what lies in none of them is not read into it.

use std::path::{Path, PathBuf};

/// Folders from which files may come into a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary(Vec<PathBuf>);

impl Boundary {
    /// That of a book's folder: its Git repository, else the folder alone.
    pub fn of(dir: &Path) -> Self {
        Self(vec![repository(dir)])
    }

    /// The same with folders that the author names: they are the book's, wherever they are.
    #[must_use]
    pub fn with<'p>(mut self, folders: impl IntoIterator<Item = &'p Path>) -> Self {
        let real = folders.into_iter().filter_map(|one| one.canonicalize().ok());
        self.0.extend(real);
        self.0.sort_unstable();
        self.0.dedup();
        self
    }

    /// Whether a file lies within, wherever links on the disk lead.
    pub fn holds(&self, file: &Path) -> bool {
        let real = file.canonicalize();
        real.is_ok_and(|real| self.0.iter().any(|folder| real.starts_with(folder)))
    }
}

/// The root of the Git repository that a folder is in, else the folder.
fn repository(dir: &Path) -> PathBuf {
    let dir = if dir == Path::new("") { Path::new(".") } else { dir };
    let real = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let root = real.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(&real).to_owned()
}
