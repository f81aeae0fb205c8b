//! The listings of a book in a folder, read without pandoc: places in the Markdown source are all
//! that matters here, and `book.yaml` has the settings.

use super::ListingsCheck;
use super::book::Book;
use super::join::Chapter as Read;
use crate::finding::Finding;
use crate::fsx;
use crate::listings::run::{self, Report};
use crate::listings::scan::Dialect;
use crate::listings::{self, Chapter};
use crate::proc::Process;
use concfilter::ast::build::Attr;
use concfilter::ast::{Step, walk};
use concfilter::error::{Error, Place, Result};
use concfilter::settings::Settings;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long git may take to show a chapter.
const GIT: Duration = Duration::from_mins(1);

/// The listings of a book, and what holds for them.
#[derive(Debug)]
pub struct Listings {
    /// How messages call the book.
    pub label: String,
    /// The book's folder; `None` for files without a book.
    pub dir: Option<PathBuf>,
    /// The book's title, as `book.yaml` has it.
    pub title: Option<String>,
    /// What is set under `concbook:`.
    pub settings: Settings,
    /// The listings.
    pub book: listings::ListingSet,
    dialect: Dialect,
    place: Place,
}

/// Reads the listings of the book in a folder, or of single files. The settings of the nearest
/// `book.yaml` hold for a file, if there is one.
///
/// # Errors
/// The job could not be done: no `book.yaml`, a chapter that is not there, a setting that is wrong.
pub fn listings(paths: &[PathBuf]) -> Result<Listings> {
    if let [dir] = paths
        && !dir.is_file()
    {
        return of_book(dir);
    }
    if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
        return Err(Error::new("a folder among several paths")
            .at(Place::path(folder))
            .hint("Name one book's folder, or Markdown files"));
    }
    let first = paths.first().and_then(|path| std::path::absolute(path).ok());
    let above = first.iter().flat_map(|path| path.ancestors().skip(1));
    let dir = above.into_iter().find(|dir| dir.join("book.yaml").is_file());
    let (book, settings, dialect, place) = match dir {
        Some(dir) => {
            let book = Book::open(dir)?;
            let (settings, dialect) = (settings(&book)?, dialect(&book));
            let place = book.place();
            (Some(book), settings, dialect, place)
        }
        None => (None, Settings::default(), Dialect::Pandoc, Place::default()),
    };
    let read = |path: &PathBuf| {
        let text = fsx::read_text(path)?;
        Ok(Chapter {
            label: path.display().to_string(),
            path: path.clone(),
            tree: None,
            text,
        })
    };
    let chapters = paths.iter().map(read).collect::<Result<Vec<_>>>()?;
    let read = listings::ListingSet::read(chapters, &settings.listings, dialect, &place)?;
    let names: Vec<String> =
        paths.iter().map(|path| path.display().to_string()).collect();
    Ok(Listings {
        label: names.join(", "),
        title: book.as_ref().and_then(Book::title),
        dir: book.map(|book| book.dir),
        settings,
        book: read,
        dialect,
        place,
    })
}

fn of_book(dir: &Path) -> Result<Listings> {
    let book = Book::open(dir)?;
    let settings = settings(&book)?;
    let read = read(&book, &settings)?;
    let label = dir.display().to_string();
    Ok(Listings {
        label,
        dir: Some(book.dir.clone()),
        title: book.title(),
        settings,
        book: read,
        dialect: dialect(&book),
        place: book.place(),
    })
}

/// The same listings as they were in a state that git knows; a chapter that was not there then is
/// empty.
///
/// # Errors
/// There is no git, no such state, or the chapters are in none of its folders.
pub fn listings_at(read: &Listings, revision: &str) -> Result<listings::ListingSet> {
    let dir = read.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let git = |args: &[&str], dir: &Path| {
        Process::new("git").args(["-C"]).arg(dir).args(args).limit(GIT).run()
    };
    let commit = format!("{revision}^{{commit}}");
    let known = git(&["rev-parse", "--verify", "--quiet", &commit], &dir)?;
    if !known.status.success() {
        return Err(Error::new(format!("git knows no state {revision:?} here"))
            .at(Place::path(&dir))
            .hint("Put the book under git, and name a commit, a branch or a tag"));
    }
    let old = |chapter: &Chapter| {
        let file = if read.dir.is_some() && chapter.path.is_relative() {
            dir.join(&chapter.path)
        } else {
            chapter.path.clone()
        };
        let folder = file.parent().filter(|one| !one.as_os_str().is_empty());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let object = format!("{revision}:./{name}");
        let shown = git(&["show", &object], folder.unwrap_or(Path::new(".")))?;
        let text = String::from_utf8_lossy(&shown.stdout).into_owned();
        let text = if shown.status.success() { text } else { String::new() };
        Ok(Chapter { text, ..chapter.clone() })
    };
    let chapters = read.book.chapters.iter().map(old).collect::<Result<Vec<_>>>()?;
    let settings = &read.settings.listings;
    listings::ListingSet::read(chapters, settings, read.dialect, &read.place)
}

/// Gives the listings that `book.yaml` hides the class by which the filter knows hidden ones: a
/// glob is of paths in the tree, which a chapter's document does not have.
pub(super) fn mark_hidden(read: &listings::ListingSet, chapters: &mut [Read]) {
    for (number, source) in read.chapters.iter().enumerate() {
        let hidden =
            read.listings.iter().filter(|one| one.chapter == number && one.tags.hidden);
        let hidden: BTreeSet<String> =
            hidden.map(|one| squeezed(&one.block.code)).collect();
        let same = |chapter: &&mut Read| chapter.path == source.path;
        let Some(chapter) = chapters.iter_mut().find(same) else { continue };
        if hidden.is_empty() {
            continue;
        }
        walk(&mut chapter.blocks, &mut |tag, element| {
            if tag == "CodeBlock"
                && hidden
                    .contains(&squeezed(element["c"][1].as_str().unwrap_or_default()))
                && let Some(mut attr) = Attr::read(&element["c"][0])
            {
                attr.add_class("hidden");
                element["c"][0] = attr.write();
            }
            Step::Into
        });
    }
}

/// Text without blanks: pandoc makes spaces of tabs.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Reads the listings of a book's chapters and of its other trees.
pub(super) fn read(book: &Book, settings: &Settings) -> Result<listings::ListingSet> {
    let mut files: Vec<(PathBuf, Option<&str>)> =
        book.chapters(&settings.chapters)?.into_iter().map(|path| (path, None)).collect();
    for (name, globs) in &settings.listings.trees {
        let own = book.matching(globs)?;
        if own.is_empty() {
            return Err(Error::new(format!("the tree {name} has no files"))
                .at(book.place())
                .hint(
                    "Globs in concbook.listings.trees are relative to the book's folder",
                ));
        }
        files.extend(own.into_iter().map(|path| (path, Some(&**name))));
    }
    let open = |(path, tree): &(PathBuf, Option<&str>)| {
        let file = book.dir.join(path);
        Ok(Chapter {
            label: file.display().to_string(),
            text: fsx::read_text(&file)?,
            path: path.clone(),
            tree: tree.map(str::to_owned),
        })
    };
    let chapters = files.par_iter().map(open).collect::<Result<Vec<_>>>()?;
    listings::ListingSet::read(chapters, &settings.listings, dialect(book), &book.place())
}

/// Judges the listings of a book as far as a build is asked to, and runs them; what is wrong is
/// added to `findings`.
pub(super) fn judge(
    book: &Book,
    settings: &Settings,
    read: &listings::ListingSet,
    how: ListingsCheck,
    findings: &mut Vec<Finding>,
) -> Result<Option<Report>> {
    if how == ListingsCheck::Off {
        return Ok(None);
    }
    let settings = &settings.listings;
    findings.extend(listings::check::check(read, settings.width));
    if how == ListingsCheck::Check {
        return Ok(None);
    }
    let source = run::Source { book: read, settings, dir: &book.dir };
    let cache = Some(book.dir.join(run::CACHE));
    let mut report = run::run(source, &run::Options { cache, ..Default::default() })?;
    findings.append(&mut report.findings);
    Ok(Some(report))
}

/// The settings as `book.yaml` has them, not read as Markdown.
pub(super) fn settings(book: &Book) -> Result<Settings> {
    let value = book.own_metadata("concbook")?;
    Settings::read(&value).map_err(|error| error.at(book.place()))
}

fn dialect(book: &Book) -> Dialect {
    Dialect::of(book.format().unwrap_or("markdown"))
}

impl Book {
    fn title(&self) -> Option<String> {
        match self.own_metadata("title").ok()? {
            Value::String(title) => Some(title),
            _ => None,
        }
    }
}
