//! The ePub container in memory: opened whole, changed, written back in one piece.
//!
//! [`Epub::open`] reads any zip that calls itself an ePub and says what it cannot read;
//! [`Epub::to_bytes`] writes the same bytes for the same content, whatever the clock says.

pub mod comparisons;
pub mod content;
pub mod dom;
pub mod encryption;
pub mod entities;
pub mod faults;
pub mod html;
pub mod lazy;
pub mod media_types;
pub mod package;
mod places;
pub mod problems;
pub mod tags;
mod zip;

pub use crate::reference::{percent_decode, relative, resolve};
pub use content::{ContentDocument, ContentDocuments};
pub use dom::{Document, Fault, NodeId, ParseError};
pub use lazy::{DocumentMemory, LazyDocument};
pub use package::{Item, Package};
pub use zip::Limits;

use crate::cache::BuildCache;
use crate::fsx;
use concfilter::error::{Error, Place};
use places::Places;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// A result whose error is [`Error`] unless another is named.
type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a document of the container cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentError {
    /// The container does not hold it, or it is not UTF-8.
    NoText(Error),
    /// It is no XML from this place on.
    NoXml(Fault, Place),
}

impl DocumentError {
    /// What is wrong, without the place.
    pub fn message(&self) -> String {
        match self {
            Self::NoText(error) => error.message().to_owned(),
            Self::NoXml(fault, _) => fault.to_string(),
        }
    }

    /// Where it is wrong.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::NoText(error) => error.place(),
            Self::NoXml(_, place) => Some(place),
        }
    }
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NoText(error) => error,
            DocumentError::NoXml(fault, place) => Self::new(fault.to_string()).at(place),
        }
    }
}

/// One file of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the container, with `/`, relative to the root.
    pub name: String,
    /// Its content, uncompressed; copies of a container share it.
    pub data: Arc<Vec<u8>>,
    places: Places,
}

impl Entry {
    fn new(name: String, data: impl Into<Arc<Vec<u8>>>) -> Self {
        Self { name, data: data.into(), places: Places::default() }
    }
}

/// A container: its files, and the path of its package document.
#[derive(Debug, Clone)]
pub struct Epub {
    /// How messages call it: the path it was opened from.
    pub label: String,
    entries: Vec<Entry>,
    /// Where among them the one of each name is: a book may have very many files, of which each is asked for.
    by_name: HashMap<String, usize>,
    package_path: String,
}

impl Epub {
    /// Opens the ePub in a file.
    ///
    /// # Errors
    /// The file cannot be read, is no zip, or names no package document.
    pub fn open(path: &Path, limits: Limits) -> Result<Self> {
        Self::within(path.display().to_string(), &fsx::read_named(path)?, limits)
    }

    /// Opens an ePub held in memory; `label` is how messages call it.
    pub fn from_bytes(label: impl Into<String>, bytes: &[u8]) -> Result<Self> {
        Self::within(label, bytes, Limits::default())
    }

    fn within(label: impl Into<String>, bytes: &[u8], limits: Limits) -> Result<Self> {
        let label = label.into();
        let open = || -> Result<Self> {
            let entries = zip::read(bytes, limits)?;
            let package_path = package_path(&entries)?;
            let by_name = positions(&entries);
            let epub = Self { label: label.clone(), entries, by_name, package_path };
            if epub.get(encryption::PATH).is_some() {
                encryption::obfuscated(epub.text(encryption::PATH)?)
                    .map_err(|error| error.at(epub.place(encryption::PATH)))?;
            }
            Ok(epub)
        };
        open().map_err(|error| error.at(Place::file(&label)))
    }

    /// A container without files.
    pub fn empty(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            entries: Vec::new(),
            by_name: HashMap::new(),
            package_path: String::new(),
        }
    }

    /// A copy in which files have their names alone, but for those that `is_wanted`.
    #[must_use]
    pub fn with_content_of(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let data = |entry: &Entry| {
            if is_wanted(&entry.name) { Arc::clone(&entry.data) } else { Arc::default() }
        };
        let entries = self.entries.iter();
        let entries = entries.map(|one| Entry::new(one.name.clone(), data(one)));
        Self {
            label: self.label.clone(),
            entries: entries.collect(),
            by_name: self.by_name.clone(),
            package_path: self.package_path.clone(),
        }
    }

    /// The container as a file's bytes: `mimetype` first and stored, the rest in the order of
    /// the entries, without times (EPUB 3.3, section 4.2).
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.to_bytes_with(&BuildCache::none())
    }

    /// The same, with what is remembered of earlier builds.
    pub fn to_bytes_with(&self, cache: &BuildCache) -> Result<Vec<u8>> {
        let written = zip::write(&self.entries, cache);
        written.map_err(|error| error.at(Place::file(&self.label)))
    }

    /// All files, in the container's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The content of a file.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.entry(name).map(|entry| &**entry.data)
    }

    /// A file by its name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(*self.by_name.get(name)?)
    }

    /// The content of a file as text; an error names the file when it is none.
    pub fn text(&self, name: &str) -> Result<&str> {
        let data = self.get(name).ok_or_else(|| {
            Error::new("the container holds no such file").at(self.place(name))
        })?;
        std::str::from_utf8(data)
            .map(|text| text.trim_start_matches('\u{feff}'))
            .map_err(|_| Error::new("not UTF-8 text").at(self.place(name)))
    }

    /// Puts a file in, in place of one with the same name or at the end.
    pub fn put(&mut self, name: &str, data: Vec<u8>) {
        let entry = Entry::new(name.to_owned(), data);
        if let Some(&at) = self.by_name.get(name) {
            self.entries[at] = entry;
        } else {
            self.by_name.insert(name.to_owned(), self.entries.len());
            self.entries.push(entry);
        }
    }

    /// Takes a file out.
    pub fn remove(&mut self, name: &str) {
        self.remove_all(|other| other == name);
    }

    /// Takes files out by their names, all in one walk.
    pub fn remove_all(&mut self, is_gone: impl Fn(&str) -> bool) {
        self.entries.retain(|entry| !is_gone(&entry.name));
        self.by_name = positions(&self.entries);
    }

    /// The package documents beside that one: other renditions of the book (EPUB Multiple-Rendition
    /// Publications 1.1).
    pub fn other_packages(&self) -> Vec<String> {
        let all = package_paths(&self.entries).unwrap_or_default();
        all.into_iter().filter(|path| *path != self.package_path).collect()
    }

    /// The path of the package document.
    pub fn package_path(&self) -> &str {
        &self.package_path
    }

    /// The package document, parsed.
    pub fn package(&self) -> Result<Package> {
        Package::parse(self.text(&self.package_path)?)
            .map_err(|error| error.at(self.place(&self.package_path)))
    }

    /// A document of the container, parsed. A syntax error carries its place.
    pub fn document(&self, name: &str) -> Result<Document, DocumentError> {
        let text = self.text(name).map_err(DocumentError::NoText)?;
        Document::parse(text).map_err(|error| {
            let place = Place::in_text(self.entry_label(name), text, error.offset);
            DocumentError::NoXml(error.fault, place)
        })
    }

    /// A file of the container as a place in messages.
    pub fn place(&self, name: &str) -> Place {
        Place::file(self.entry_label(name))
    }

    /// The place of byte `offset` of a file of the container.
    pub fn place_at(&self, name: &str, offset: usize) -> Place {
        match self.entry(name).and_then(|entry| entry.places.of(&entry.data, offset)) {
            Some((line, column)) => Place::at(self.entry_label(name), line, column),
            None => self.place(name),
        }
    }

    fn entry_label(&self, name: &str) -> String {
        format!("{}/{name}", self.label)
    }
}

/// Where the file of each name stands.
fn positions(entries: &[Entry]) -> HashMap<String, usize> {
    let names = entries.iter().enumerate();
    names.map(|(at, entry)| (entry.name.clone(), at)).collect()
}

/// The first package document that `META-INF/container.xml` names.
fn package_path(entries: &[Entry]) -> Result<String> {
    let path = package_paths(entries)?.swap_remove(0);
    if entries.iter().all(|entry| entry.name != path) {
        return Err(no_epub(&format!("its package document {path} is not there")));
    }
    Ok(path)
}

fn no_epub(what: &str) -> Error {
    Error::new(format!("not an ePub: {what}"))
        .hint("Give the .epub file that pandoc wrote")
}

/// The package documents that `META-INF/container.xml` names, each once: at least one.
fn package_paths(entries: &[Entry]) -> Result<Vec<String>> {
    const CONTAINER: &str = "META-INF/container.xml";
    const PACKAGE: &str = "application/oebps-package+xml";
    let data = entries
        .iter()
        .find(|entry| entry.name == CONTAINER)
        .ok_or_else(|| no_epub("it has no META-INF/container.xml"))?;
    let text = std::str::from_utf8(&data.data)
        .map_err(|_| no_epub("META-INF/container.xml is not UTF-8 text"))?;
    let container = Document::parse(text)
        .map_err(|error| no_epub(&format!("{CONTAINER}: {error}")))?;
    let roots = container.descendants(container.root());
    let roots = roots.filter(|&node| container.local_name(node) == Some("rootfile"));
    let mut paths: Vec<String> = Vec::new();
    for node in roots {
        // The book may be there in another format, too.
        let kind = container.attr(node, "media-type");
        let is_package = kind.is_none_or(|kind| kind == PACKAGE);
        if let Some(path) = container.attr(node, "full-path").map(percent_decode)
            && (is_package || paths.is_empty())
            && !paths.contains(&path)
        {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(no_epub("META-INF/container.xml names no package document"));
    }
    Ok(paths)
}
