//! A book that is built and unpacked, to be looked at.

use crate::support::{TempBook, build, copy, pandoc_versions, repo, skip, spine};
use concbook::fsx;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Where the books of strangers lie, beside this repository.
const STRANGERS: &str = "../shared/corpora/books";

/// A built book. Its files are gone when it is.
pub(super) struct Book {
    pub(super) name: String,
    /// The ePub.
    pub(super) epub: PathBuf,
    /// Its documents in reading order, and the table of contents.
    pub(super) documents: Vec<PathBuf>,
    _folder: TempBook,
}

impl Book {
    /// A book of this repository, built by the newest pandoc; nothing when there is none.
    pub(super) fn of(path: &str) -> Option<Self> {
        Self::built(path.rsplit('/').next().unwrap(), &repo(path), TempBook::new())
    }

    /// A book that is not ours to keep here; nothing where it is missing, which is said.
    pub(super) fn of_strangers(name: &str) -> Option<Self> {
        let text = repo(STRANGERS).join(name);
        if !text.is_dir() {
            eprintln!("skipped: {name} is not beside this repository, under {STRANGERS}");
            return None;
        }
        let folder = TempBook::new();
        let book = folder.path("book");
        copy(&text, &book);
        let yaml = repo("tests/books").join(name).join("book.yaml");
        fsx::write_atomic(&book.join("book.yaml"), &fsx::read(&yaml).unwrap()).unwrap();
        Self::built(name, &book, folder)
    }

    /// The book in the folder `book` of another; nothing when there is no pandoc.
    pub(super) fn in_folder(name: &str, folder: TempBook) -> Option<Self> {
        let book = folder.path("book");
        Self::built(name, &book, folder)
    }

    fn built(name: &str, book: &Path, folder: TempBook) -> Option<Self> {
        let Some((_, pandoc)) = pandoc_versions().pop() else {
            skip("pandoc is not installed");
            return None;
        };
        let out = folder.path("out");
        let (code, _, said) = build((book, &out), &pandoc, &["--epubcheck", "never"]);
        assert_eq!(code, 0, "{said}");
        let files = fsx::files_below(&out).unwrap();
        let is_epub = |file: &&PathBuf| file.extension().is_some_and(|e| e == "epub");
        let epub = out.join(files.iter().find(is_epub).unwrap());
        Some(Self::unpacked(name, epub, folder))
    }

    /// An ePub, unpacked into a folder that may be empty.
    pub(super) fn unpacked(name: &str, epub: PathBuf, folder: TempBook) -> Self {
        let root = folder.path("unpacked");
        let bytes = fsx::read(&epub).unwrap();
        zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(&root).unwrap();
        let mut documents = spine(&root);
        let nav = root.join("EPUB/nav.xhtml");
        if !documents.contains(&nav) {
            documents.push(nav);
        }
        Self { name: name.to_owned(), epub, documents, _folder: folder }
    }
}
