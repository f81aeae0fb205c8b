//! What the filter does to a document: pure passes over its AST, in this order.

mod applied;
mod book;
mod chapter;
mod detect;
mod docx;
mod enumeration;
mod fonts;
mod identifiers;
mod learned;
mod listings;
mod neighbours;
mod nouns;
mod opendocument;
mod quiet;
mod shapes;
mod siblings;
mod strongs;
mod words;

pub use book::Book;
pub use chapter::{ChapterRecord, ChapterShare, FilteredBook};
pub use detect::{Detector, Neighbours, typed};
pub use learned::Learned;
pub use listings::is_hidden;
pub use nouns::noun;
pub use strongs::Strongs;

use crate::ast::raw::{Edits, RawDocument};
use crate::ast::{drop_deep, meta};
use crate::error::{Error, Result};
use crate::settings::Settings;
use listings::ListingIds;
use serde_json::{Map, Value};
use std::io;

/// What the passes found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassCounts {
    /// Code blocks.
    pub listings: usize,
    /// Pieces of inline code that are identifiers, those set as ordinary text left out.
    pub identifiers: usize,
}

/// Filters the JSON of a document for an output format, as pandoc names it: applies every pass and
/// writes what comes out. Where no settings are given, those in the document's own metadata
/// hold.
///
/// # Errors
/// The JSON is no document that is understood, its settings are wrong, or `out` cannot be
/// written to; nothing has been written in the first two cases.
pub fn run(
    json: &[u8],
    format: &str,
    given: Option<&Settings>,
    out: &mut impl io::Write,
) -> Result<PassCounts> {
    run_with_source(json, format, given, &Strongs::default(), out)
}

/// The same for a document of whose Markdown more is known than pandoc tells.
///
/// # Errors
/// Those of [`run`].
pub fn run_with_source(
    json: &[u8],
    format: &str,
    given: Option<&Settings>,
    strongs: &Strongs,
    out: &mut impl io::Write,
) -> Result<PassCounts> {
    let mut document = RawDocument::parse(json)?;
    let settings = match given {
        Some(given) => given.clone(),
        None => settings(document.meta())?,
    };
    let book = Book::read(&document, &settings.identifiers);
    fonts::apply(&mut document, format);
    let mut edits = Edits::default();
    let mut more = Edits::default();
    let (listings, identifiers) = rayon::join(
        || listings::apply(&document, &mut ListingIds::default(), &mut edits),
        || {
            let settings = &settings.identifiers;
            identifiers::apply(&document, settings, &book, format, strongs, &mut more)
        },
    );
    edits.append(&more);
    let counts = PassCounts { listings, identifiers };
    document.write(edits, out).map_err(|error| {
        Error::new(format!("cannot write the filtered document: {error}"))
    })?;
    Ok(counts)
}

/// The settings that a document's metadata hold under `concbook:`.
pub fn settings(metadata: &Map<String, Value>) -> Result<Settings> {
    let value = metadata.get("concbook").map_or(Value::Null, meta::plain);
    let settings = Settings::read(&value);
    drop_deep([value]);
    Ok(settings?)
}
