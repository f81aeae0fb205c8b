//! The folders of a book: what lies in none of them is not read into it. This is the one place that decides
//! it; whoever reads a file for the book asks here first.
//!
//! What `book.yaml` names is the author's word: chapters of another folder, a `resource-path`, the folders
//! of `concbook: resources:`. What a chapter, a stylesheet or a link on the disk names is not.

use super::Manifest;
use std::path::{Path, PathBuf};

/// How an author opens another folder to the book.
pub const OPENED: &str =
    "list its folder in book.yaml: `metadata: {concbook: {resources: [../shared]}}`";

/// Why what is no file stays out, whatever folder it lies in.
const NO_FILE: &str = "is a pipe or a device";

/// Whether a chapter is there, though it may be what no book takes in: whoever reads it says what it is.
pub(super) fn is_there(file: &Path) -> bool {
    file.exists() && !file.is_dir()
}

/// What an author does about a refusal: `keep` is where a file would have to lie.
pub fn remedy(why: &str, keep: &str) -> String {
    if why.ends_with(NO_FILE) {
        "Name a file: a book that is built twice would find a pipe empty".to_owned()
    } else {
        format!("{keep}, or {OPENED}")
    }
}

/// Folders from which files may come into a book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boundary(Vec<PathBuf>);

impl Boundary {
    /// That of a book's folder: its Git repository, else the folder alone.
    pub fn of(dir: &Path) -> Self {
        Self(vec![repository(dir)])
    }

    /// That of the book in a folder with this `book.yaml`.
    pub(super) fn of_book(dir: &Path, manifest: &Manifest) -> Self {
        let mut named = manifest.resource_path();
        named.extend(manifest.resources());
        // What lies below the book's folder by its name may still be a link that leads elsewhere.
        let chapters = manifest.strings("input-files").map(Path::new);
        let elsewhere =
            chapters.filter(|path| path.is_absolute() || path.starts_with(".."));
        named.extend(elsewhere.filter_map(Path::parent).map(Path::to_owned));
        let named: Vec<PathBuf> = named.iter().map(|folder| dir.join(folder)).collect();
        Self::of(dir).with(named.iter().map(PathBuf::as_path))
    }

    /// The same with folders and files that are the book's, wherever they are.
    #[must_use]
    pub fn with<'p>(mut self, named: impl IntoIterator<Item = &'p Path>) -> Self {
        let real = named.into_iter().filter_map(|one| one.canonicalize().ok());
        self.0.extend(real);
        self.0.sort_unstable();
        self.0.dedup();
        self
    }

    /// Its folders and single files, through no link.
    pub fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.iter()
    }

    /// Why a file may not be read into the book, as the end of a sentence about it; `None` where it may,
    /// and where there is nothing. Links on the disk are followed, and nothing is opened.
    pub fn refusal(&self, file: &Path) -> Option<&'static str> {
        let real = file.canonicalize().ok()?;
        if !self.0.iter().any(|folder| real.starts_with(folder)) {
            return Some("lies outside the book's folder");
        }
        let is_ordinary = real.is_file() || real.is_dir();
        (!is_ordinary).then_some(NO_FILE)
    }
}

/// The root of the Git repository that a folder is in, else the folder.
fn repository(dir: &Path) -> PathBuf {
    let dir = if dir == Path::new("") { Path::new(".") } else { dir };
    let real = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let root = real.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(&real).to_owned()
}
