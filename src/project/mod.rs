//! The book as it lies on disk, read without pandoc: `book.yaml`, the settings in it, and the
//! chapters, each read once and its Markdown parsed once. Every command that looks at a book begins
//! here.

pub mod adopt;
mod boundary;
mod cells;
mod chapter;
mod front;
mod include;
mod inherit;
mod judge;
mod links;
mod manifest;
mod mkdocs;
mod origins;
mod pages;
mod repository;
pub mod schema;
mod slug;
mod summary;
pub mod user;
mod yaml;

pub use boundary::{Boundary, OPENED, remedy};
pub use chapter::Chapter;
pub use include::{Includes, ReadFile};
pub use links::LinkPlaces;
pub use manifest::{BOOK_YAML, Manifest};
pub use pages::pages;
pub use repository::Repository;
pub use slug::slug;
pub use summary::ListedChapter;

use crate::finding::Finding;
use crate::markdown::Dialect;
use concfilter::error::{Error, Place, Result};
use concfilter::settings::Settings;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A book in a folder, or Markdown files that are looked at by themselves.
#[derive(Debug)]
pub struct Project {
    /// How messages call it.
    pub label: String,
    /// The book's folder; the working directory for files without a book.
    pub dir: PathBuf,
    /// Its own file; empty for files without a book.
    pub manifest: Manifest,
    /// What is set under `concbook:`.
    pub settings: Settings,
    /// From where files may come into it.
    pub boundary: Boundary,
    /// Its chapters, in the order of the book.
    pub chapters: Vec<Arc<Chapter>>,
    /// The same as a `SUMMARY.md` lists them, with parts and depths.
    pub outline: Vec<ListedChapter>,
    /// The chapters that it lists and that are not written.
    pub drafts: Vec<Finding>,
    /// Whether there is a `book.yaml`.
    pub is_book: bool,
    /// Whether these are all chapters of the book.
    pub is_whole: bool,
}

impl Project {
    /// Reads the book in a folder, which may be named by its `book.yaml`.
    ///
    /// # Errors
    /// There is no `book.yaml`, a setting in it is wrong, or a chapter is not there.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = manifest::folder(dir)?;
        let mut manifest = Manifest::read(dir)?;
        let summary = manifest.chapters(&manifest.settings()?.chapters)?;
        let listed = summary.chapters.iter().map(|one| one.path.clone());
        let paths: Vec<PathBuf> = listed.collect();
        let files: Vec<_> = paths.iter().map(|path| (path.clone(), None)).collect();
        let boundary = Boundary::of_book(dir, &manifest);
        let includes = Includes::of(dir, &boundary, &manifest);
        let chapters = read(dir, &files, manifest.dialect(), &includes)?;
        manifest.add_chapters(&chapters)?;
        Ok(Self {
            label: dir.display().to_string(),
            dir: dir.to_owned(),
            boundary,
            chapters,
            settings: manifest.settings()?,
            manifest,
            outline: summary.chapters,
            drafts: summary.drafts,
            is_book: true,
            is_whole: true,
        })
    }

    /// Reads the book in a folder, or single files. The settings of the nearest `book.yaml` above
    /// the first file hold for them, if there is one.
    ///
    /// # Errors
    /// As for [`Project::open`]; or there is a folder among several paths.
    pub fn find(paths: &[PathBuf]) -> Result<Self> {
        if let [dir] = paths
            && (!dir.is_file() || dir.file_name() == Some(BOOK_YAML.as_ref()))
        {
            return Self::open(dir);
        }
        if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
            return Err(Error::new("a folder among several paths")
                .at(Place::path(folder))
                .hint("Name one book's folder, or Markdown files"));
        }
        let first = paths.first().and_then(|path| std::path::absolute(path).ok());
        let above = first.iter().flat_map(|path| path.ancestors().skip(1));
        let dir = above.into_iter().find(|dir| dir.join(BOOK_YAML).is_file());
        let mut manifest = match dir {
            Some(dir) => Manifest::read(dir)?,
            None => Manifest::default(),
        };
        let files: Vec<_> = paths.iter().map(|path| (path.clone(), None)).collect();
        let names: Vec<String> =
            paths.iter().map(|path| path.display().to_string()).collect();
        let here = Path::new("");
        // What the command line names is asked for, and what lies beside it.
        let beside = paths.iter().filter_map(|path| path.parent());
        let named = paths.iter().map(PathBuf::as_path).chain(beside);
        let boundary = Boundary::of_book(dir.unwrap_or(here), &manifest).with(named);
        let includes = Includes::of(dir.unwrap_or(here), &boundary, &manifest);
        let chapters = read(here, &files, manifest.dialect(), &includes)?;
        manifest.add_chapters(&chapters)?;
        Ok(Self {
            label: names.join(", "),
            dir: dir.map_or_else(|| PathBuf::from("."), Path::to_owned),
            boundary,
            chapters,
            settings: manifest.settings()?,
            manifest,
            outline: Vec::new(),
            drafts: Vec::new(),
            is_book: dir.is_some(),
            is_whole: false,
        })
    }

    /// The Markdown files beside the chapters that `concbook: listings: trees:` names.
    ///
    /// # Errors
    /// A tree has no files, or one of them cannot be read.
    pub fn trees(&self) -> Result<Vec<Arc<Chapter>>> {
        let mut files = Vec::new();
        for (name, globs) in &self.settings.listings.trees {
            let found = self.manifest.tree(name, globs)?;
            files.extend(found.into_iter().map(|path| (path, Some(&**name))));
        }
        read(&self.dir, &files, self.manifest.dialect(), &self.includes())
    }

    /// What including files needs to know.
    pub fn includes(&self) -> Includes {
        Includes::of(&self.dir, &self.boundary, &self.manifest)
    }
}

/// Reads files, side by side; each path has the name of its tree.
fn read(
    dir: &Path,
    files: &[(PathBuf, Option<&str>)],
    dialect: Dialect,
    includes: &Includes,
) -> Result<Vec<Arc<Chapter>>> {
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let ids = slug::ids(&paths);
    let named: Vec<_> = ids.into_iter().zip(files).collect();
    named
        .into_par_iter()
        .map(|(id, (path, tree))| {
            if let Some(why) = includes.boundary.refusal(&dir.join(path)) {
                return Err(refused(&dir.join(path), why));
            }
            Ok(Arc::new(Chapter::read(id, dir, path, *tree, (dialect, includes))?))
        })
        .collect()
}

/// What is said of a chapter that may not be read into the book.
fn refused(file: &Path, why: &str) -> Error {
    Error::new(format!("the chapter {why}"))
        .at(Place::path(file))
        .hint(remedy(why, "Keep it in the book's folder"))
}
