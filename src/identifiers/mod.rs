//! The identifiers of a whole book: what each one is, where its listings define it, how its author
//! writes it, and what the filter makes of it.
//!
//! What the filter does is not computed again here: the filter runs, and its output is laid beside
//! its input.

mod places;
mod resemblance;
mod rules;
mod scan;
mod vocabulary;

use crate::cache::BuildCache;
use crate::finding::{self, Finding};
use crate::pandoc::Pandoc;
use crate::parse::{Parsed, filters_before, parse};
use crate::project::Project;
use concfilter::error::{Place, Result};
use concfilter::names::known::{KnownWords, WordKind};
use scan::{Mention, Scan, Treatment};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use vocabulary::NameIndex;

/// What is known of a book's identifiers.
#[derive(Debug)]
pub struct IdentifierReport {
    /// The identifiers that the prose mentions, by name.
    pub identifiers: Vec<Identifier>,
    /// The names in the book's listings, in order.
    pub vocabulary: Vec<IndexedName>,
    /// Where the author is not consistent, and what may be a mistake, in order.
    pub findings: Vec<Finding>,
}

/// A name in the listings.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct IndexedName {
    /// Its name.
    pub name: String,
    /// What it is: where it is defined, else where it is imported, else where it is used; `None`
    /// where no grammar tells.
    pub kind: Option<&'static str>,
    /// The line that defines it first.
    pub defined: Option<Place>,
    /// The first line of each listing it stands in.
    pub listings: Vec<Place>,
}

/// An identifier that the prose mentions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Identifier {
    /// Its name, without `()` and other marks around it; paths as they are written.
    pub name: String,
    /// What it is in the listings, else `keyword`, `builtin` or `module`; `None` where nothing
    /// tells.
    pub kind: Option<&'static str>,
    /// The line of a listing that defines it first.
    pub defined: Option<Place>,
    /// How often it stands in listings.
    pub listed: usize,
    /// How often it stands in the prose as inline code.
    pub marked: usize,
    /// How often it stands in the prose without.
    pub unmarked: usize,
    /// What the filter does with it.
    pub filter: Treatments,
}

/// In how many places the filter does what with an identifier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Treatments {
    /// It is set in bold code.
    pub bold: usize,
    /// Its marks are taken away, and it becomes ordinary text.
    pub plain: usize,
    /// It stays as it is.
    pub left: usize,
}

/// Reads the book in a folder and reports on its identifiers.
///
/// # Errors
/// The job could not be done: no `book.yaml`, a chapter that is not there, pandoc failed.
pub fn identifiers(dir: &Path, pandoc: &Pandoc) -> Result<IdentifierReport> {
    let project = Project::open(dir)?;
    let Parsed { head, chapters, mut findings } =
        parse(&project, pandoc, &BuildCache::of_book(dir))?;
    let mut documents = Vec::new();
    for chapter in chapters {
        let mut document = head.clone();
        document.blocks = chapter.blocks;
        let document = filters_before(&project, pandoc, document, &mut findings)?;
        documents.push((chapter.source, document));
    }
    Ok(report(&Scan::read(documents, &project.settings)?, findings))
}

/// What a scanned book comes to; `findings` are those of reading it.
fn report(scan: &Scan, mut findings: Vec<Finding>) -> IdentifierReport {
    let names = NameIndex::read(&scan.listings);
    let known = KnownWords::of(names.languages.iter().copied());
    let mut rows: BTreeMap<&str, Identifier> = BTreeMap::new();
    for mention in &scan.mentions {
        let name = &*mention.name;
        let row = rows.entry(name).or_insert_with(|| row(name, &names, &known));
        *(if mention.marked { &mut row.marked } else { &mut row.unmarked }) += 1;
        *match mention.set {
            Treatment::Bold => &mut row.filter.bold,
            Treatment::Plain => &mut row.filter.plain,
            Treatment::Left => &mut row.filter.left,
        } += 1;
    }
    let mut identifiers: Vec<_> = rows.into_values().collect();
    identifiers.sort_by_cached_key(|row| (row.name.to_lowercase(), row.name.clone()));
    findings.extend(rules::check(&RuleContext {
        identifiers: &identifiers,
        mentions: &scan.mentions,
        words: &scan.words,
        listed: &names,
        known: &known,
    }));
    finding::sort(&mut findings);
    let listed = |(name, found): (&str, &vocabulary::VocabularyEntry)| IndexedName {
        name: name.to_owned(),
        kind: found.kind(),
        defined: found.defined.clone(),
        listings: found.listings.iter().cloned().collect(),
    };
    let vocabulary = names.all().map(listed).collect();
    IdentifierReport { identifiers, vocabulary, findings }
}

/// What the rules judge by.
struct RuleContext<'a> {
    identifiers: &'a [Identifier],
    mentions: &'a [Mention],
    /// Words of the prose, in small letters, that it has twice or more.
    words: &'a BTreeSet<String>,
    listed: &'a NameIndex,
    known: &'a KnownWords,
}

/// An identifier that no place has been counted of yet.
fn row(name: &str, listed: &NameIndex, known: &KnownWords) -> Identifier {
    let (found, defined) = listed.of(name);
    let sorts = [
        (WordKind::Keyword, "keyword"),
        (WordKind::Builtin, "builtin"),
        (WordKind::Exception, "builtin"),
        (WordKind::Macro, "builtin"),
        (WordKind::Decorator, "builtin"),
        (WordKind::Module, "module"),
    ];
    let sort = |word: &str| sorts.iter().find(|(sort, _)| known.is(word, *sort));
    let is_keyword = |word: &str| known.is(word, WordKind::Keyword);
    let kind = match found {
        _ if name.split(' ').all(is_keyword) => Some("keyword"),
        Some(_) => found,
        None => sort(name).map(|(_, kind)| *kind),
    };
    Identifier {
        name: name.to_owned(),
        kind,
        defined: defined.cloned(),
        listed: listed.count(name),
        marked: 0,
        unmarked: 0,
        filter: Treatments::default(),
    }
}
