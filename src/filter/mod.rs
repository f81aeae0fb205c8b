//! What the filter does to a document: pure passes over its AST, in this order.

mod fonts;
mod identifiers;
mod listings;

use crate::ast::meta;
use crate::ast::raw::{Edits, Raw};
use crate::error::Result;
use crate::settings::Settings;
use serde_json::{Map, Value};

/// What the passes found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Code blocks.
    pub listings: usize,
    /// Pieces of inline code that are identifiers, those set as ordinary text left out.
    pub identifiers: usize,
}

/// Applies every pass. What changes the blocks is in the edits; the metadata are added to in
/// place.
pub fn apply(document: &mut Raw<'_>, settings: &Settings) -> (Edits, Counts) {
    fonts::apply(document);
    let mut edits = Edits::default();
    let counts = Counts {
        listings: listings::apply(document, &mut edits),
        identifiers: identifiers::apply(document, &settings.identifiers, &mut edits),
    };
    (edits, counts)
}

/// The settings that a document's metadata hold under `concbook:`.
pub fn settings(metadata: &Map<String, Value>) -> Result<Settings> {
    let value = metadata.get("concbook").map_or(Value::Null, meta::plain);
    Settings::read(&value)
}
