//! What the passes know of the whole book before they change a word of it.

use super::learned::Learned;
use super::listings;
use crate::ast::raw::{Kind, Raw};
use crate::lang::is_identifier;
use crate::names::Vocabulary;
use crate::settings::{Detect, Identifiers};

/// The record of a whole book. Chapters can be read side by side and merged.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The names of its listings.
    pub vocabulary: Vocabulary,
    /// What its author marks; counted only where that is asked for.
    pub learned: Learned,
}

impl Book {
    /// Reads a document.
    pub fn read(document: &Raw<'_>, settings: &Identifiers) -> Self {
        let mut book = Self::default();
        let learns = settings.detect == Detect::Learned;
        for leaf in document.leaves() {
            match leaf.kind {
                Kind::CodeBlock => {
                    let code = document.text(leaf);
                    if let Some((attr, _)) = document.attr(leaf) {
                        book.vocabulary.add(listings::language(&attr, &code), &code);
                    }
                }
                Kind::Code if learns => {
                    let code = document.text(leaf);
                    if is_identifier(&code) {
                        book.learned.marked(&code);
                    }
                }
                Kind::Str if learns => book.learned.text(&document.text(leaf)),
                _ => {}
            }
        }
        book
    }

    /// Adds all that another part of the book has.
    pub fn merge(&mut self, other: Self) {
        self.vocabulary.merge(other.vocabulary);
        self.learned.merge(other.learned);
    }
}
