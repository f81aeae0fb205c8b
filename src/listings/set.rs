//! All listings of a book: which are files, which are not and why, and the programs they make.

use super::gather::gather;
use super::hidden::Hidden;
use crate::finding::Finding;
use crate::markdown::Block;
use crate::project::{Chapter, Manifest, Project};
use concfilter::error::{Place, Result};
use concfilter::settings::Listings as Settings;
use concfilter::tags::Tags;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingKind {
    /// It is extracted, as a file or as a part of one.
    File,
    /// It is shown only.
    Fragment,
    /// It is passed over: why.
    Skipped(String),
}

/// A code block and what is known of it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The number of its chapter.
    pub chapter: usize,
    /// Where it stands, and what stands in it.
    pub block: Block,
    /// What it is.
    pub kind: ListingKind,
    /// Its language, by its usual name.
    pub language: Option<String>,
    /// Its file's path in the tree.
    pub path: Option<String>,
    /// What is said about it.
    pub tags: Tags,
    /// Those of its lines, from 0, that are tags and nothing else.
    pub tag_lines: Vec<usize>,
    /// Its lines as a page and a program have them, where some are hidden.
    pub hidden: Option<Hidden>,
}

/// A line of Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The number of the chapter.
    pub chapter: usize,
    /// The line in it, from 1.
    pub line: usize,
    /// The number of the listing.
    pub listing: usize,
    /// The number of the line in the listing, from 0.
    pub index: usize,
}

/// A file that listings make.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its path in the tree.
    pub path: String,
    /// The number of the chapter that begins it.
    pub chapter: usize,
    /// How messages call that chapter.
    pub label: String,
    /// The line in which its first listing begins, from 1.
    pub line: usize,
    /// Its language, by its usual name.
    pub language: Option<String>,
    /// Its text.
    pub code: String,
    /// What is said about it, by all its listings together.
    pub tags: Tags,
    /// Where each of its lines comes from.
    pub lines: Vec<Origin>,
    /// The numbers of its listings.
    pub listings: Vec<usize>,
    /// Whether no listing names it: it is run, and none of the files that are extracted.
    pub unnamed: bool,
}

/// The listings of a book.
#[derive(Debug, Clone, Default)]
pub struct ListingSet {
    /// The Markdown files.
    pub chapters: Vec<Arc<Chapter>>,
    /// The folder of each chapter in the tree.
    pub folders: Vec<String>,
    /// All code blocks, in the order of the book.
    pub listings: Vec<Listing>,
    /// The files they make, in the order in which they begin.
    pub programs: Vec<Program>,
    /// What is wrong with how they are marked and named.
    pub findings: Vec<Finding>,
    /// Where book.yaml names each folder that listings import from.
    pub import_places: Vec<Place>,
    /// The settings that hold for none of them.
    pub idle: Vec<Finding>,
    /// How its programs are found; made when the first is looked for, and all are there.
    pub(super) index: OnceLock<ProgramIndex>,
}

/// The numbers of programs.
#[derive(Debug, Clone, Default)]
pub(super) struct ProgramIndex {
    /// By their paths.
    by_path: BTreeMap<String, usize>,
    /// By the last parts of their paths.
    by_name: BTreeMap<String, Vec<usize>>,
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl ListingSet {
    /// The listings of a book's chapters, and of its other trees.
    ///
    /// # Errors
    /// A tree has no files, or a glob in the settings is none.
    pub fn of(project: &Project) -> Result<Self> {
        let mut chapters = project.chapters.clone();
        chapters.extend(project.trees()?);
        let mut set =
            Self::read(chapters, &project.settings.listings, &project.manifest)?;
        // What holds for none of some chapters may hold for another.
        let idle = std::mem::take(&mut set.idle);
        if project.is_whole {
            set.findings.extend(idle);
        }
        Ok(set)
    }

    /// The listings of chapters; the settings stand in the manifest.
    ///
    /// # Errors
    /// A glob in the settings is none.
    pub fn read(
        chapters: Vec<Arc<Chapter>>,
        settings: &Settings,
        manifest: &Manifest,
    ) -> Result<Self> {
        gather(chapters, settings, manifest)
    }

    /// The listings of one chapter that stands nowhere else.
    #[cfg(test)]
    pub(in crate::listings) fn of_text(text: &str) -> Self {
        let chapter = Chapter::of_text("a.md", text, crate::markdown::Dialect::Pandoc);
        Self::read(vec![Arc::new(chapter)], &Settings::default(), &Manifest::default())
            .expect("the settings are the default")
    }

    /// The listings of a chapter, in its order.
    pub fn of_source(&self, chapter: &Arc<Chapter>) -> Vec<&Listing> {
        let is_own = |own: &Arc<Chapter>| Arc::ptr_eq(own, chapter);
        let number = self.chapters.iter().position(is_own);
        let listings = self.listings.iter();
        listings.filter(|listing| Some(listing.chapter) == number).collect()
    }

    /// The program that a listing of this chapter means by a name: one in its own folder, one by
    /// its path in the tree, else the only one whose path ends so.
    pub fn named(&self, chapter: usize, name: &str) -> Option<&Program> {
        let own = self.folders.get(chapter).map(|folder| format!("{folder}/{name}"));
        let found = own.and_then(|path| self.program(&path));
        if let Some(found) = found.or_else(|| self.program(name)) {
            return Some(found);
        }
        let below = format!("/{name}");
        let called = self.index().by_name.get(last(name)).into_iter().flatten();
        let called = called.filter_map(|&number| self.programs.get(number));
        let mut others = called.filter(|one| one.path.ends_with(&below));
        others.next().filter(|_| others.next().is_none())
    }

    /// The program with a path in the tree.
    pub fn program(&self, path: &str) -> Option<&Program> {
        let number = self.index().by_path.get(path)?;
        self.programs.get(*number)
    }

    fn index(&self) -> &ProgramIndex {
        self.index.get_or_init(|| {
            let mut index = ProgramIndex::default();
            for (number, program) in self.programs.iter().enumerate() {
                index.by_path.entry(program.path.clone()).or_insert(number);
                let name = last(&program.path).to_owned();
                index.by_name.entry(name).or_default().push(number);
            }
            index
        })
    }

    /// The bytes of a program's line in its chapter, without what a list or a quote puts before
    /// it and without the line's end.
    pub fn bytes(&self, origin: &Origin) -> Option<Range<usize>> {
        self.listings.get(origin.listing)?.block.lines.get(origin.index).cloned()
    }

    /// The place of a line of a listing, from 0, at its first character.
    pub fn place(&self, listing: &Listing, line: usize) -> Place {
        let Some(chapter) = self.chapters.get(listing.chapter) else {
            return Place::default();
        };
        let at = listing
            .block
            .lines
            .get(line)
            .map_or(listing.block.range.start, |at| at.start);
        chapter.place(at)
    }

    /// The place of a listing's fence.
    pub fn fence(&self, listing: &Listing) -> Place {
        let Some(chapter) = self.chapters.get(listing.chapter) else {
            return Place::default();
        };
        chapter.place(listing.block.range.start)
    }
}

#[cfg(test)]
mod tests;
