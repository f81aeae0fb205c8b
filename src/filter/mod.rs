//! What the filter does to a document: pure passes over its AST, in this order.

mod fonts;
mod identifiers;
mod listings;

use crate::ast::{Document, meta};
use crate::error::Result;
use crate::settings::Settings;
use serde_json::Value;

/// What the passes found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Code blocks.
    pub listings: usize,
    /// Pieces of inline code that are identifiers, those set as ordinary text left out.
    pub identifiers: usize,
}

/// Applies every pass.
pub fn apply(document: &mut Document, settings: &Settings) -> Counts {
    let counts = Counts {
        listings: listings::apply(&mut document.blocks),
        identifiers: identifiers::apply(&mut document.blocks, &settings.identifiers),
    };
    fonts::apply(document.meta_mut());
    counts
}

/// The settings that a document's metadata hold under `concbook:`.
pub fn settings(document: &Document) -> Result<Settings> {
    let value = document.meta().get("concbook").map_or(Value::Null, meta::plain);
    Settings::read(&value)
}
