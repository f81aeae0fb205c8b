//! What the passes know of the whole book before they change a word of it.

use super::learned::Learned;
use super::listings;
use crate::ast::raw::{Kind, Leaf, Raw};
use crate::lang::is_identifier;
use crate::names::Vocabulary;
use crate::settings::{Detect, Identifiers};
use rayon::prelude::*;

/// How many leaves are worth a thread.
const PART: usize = 1 << 14;

/// The record of a whole book. Chapters can be read side by side and merged.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The names of its listings.
    pub vocabulary: Vocabulary,
    /// What its author marks; counted only where that is asked for.
    pub learned: Learned,
}

impl Book {
    /// Reads a document; a large one in parts, side by side.
    pub fn read(document: &Raw<'_>, settings: &Identifiers) -> Self {
        let read = |part| Self::read_part(document, part, settings);
        let leaves = document.leaves();
        if leaves.len() <= PART {
            return read(leaves);
        }
        // As few parts as there are threads: each counts all names anew.
        let part = leaves.len().div_ceil(rayon::current_num_threads()).max(PART);
        let parts = leaves.par_chunks(part).map(read);
        parts.reduce(Self::default, |mut book, part| {
            book.merge(part);
            book
        })
    }

    fn read_part(document: &Raw<'_>, leaves: &[Leaf], settings: &Identifiers) -> Self {
        let mut book = Self::default();
        let learns = settings.detect == Detect::Learned;
        for leaf in leaves {
            match leaf.kind {
                Kind::CodeBlock => {
                    let code = document.text(leaf);
                    if let Some((attr, _)) = document.attr(leaf) {
                        book.vocabulary.add(listings::language(&attr, &code), &code);
                    }
                }
                // A heading is set by rules of its own, and a quotation by somebody else.
                _ if leaf.context.in_heading() || leaf.context.in_quote() => {}
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
