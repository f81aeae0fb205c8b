//! What the passes know of the whole book before they change a word of it.

use super::learned::Learned;
use super::listings;
use super::neighbours::next_text;
use crate::ast::raw::{LeafKind, RawDocument};
use crate::lang::is_identifier;
use crate::names::Vocabulary;
use crate::settings::{Detect, Identifiers};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::ops::Range;

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
    pub fn read(document: &RawDocument<'_>, settings: &Identifiers) -> Self {
        let read = |part| Self::read_part(document, part, settings);
        let leaves = document.leaves().len();
        if leaves <= PART {
            return read(0..leaves);
        }
        // As few parts as there are threads: each counts all names anew.
        let part = leaves.div_ceil(rayon::current_num_threads()).max(PART);
        let starts: Vec<_> = (0..leaves).step_by(part).collect();
        let parts =
            starts.into_par_iter().map(|from| read(from..leaves.min(from + part)));
        parts.reduce(Self::default, |mut book, part| {
            book.merge(part);
            book
        })
    }

    fn read_part(
        document: &RawDocument<'_>,
        part: Range<usize>,
        settings: &Identifiers,
    ) -> Self {
        let mut book = Self::default();
        let learns = settings.detect == Detect::Learned;
        let detects = settings.detect != Detect::Off;
        let leaves = document.leaves().get(part.clone()).unwrap_or_default();
        for (index, leaf) in part.zip(leaves) {
            match leaf.kind {
                LeafKind::CodeBlock => {
                    let code = document.text(leaf);
                    if let Some((attr, _)) = document.attr(leaf) {
                        book.vocabulary.add(listings::language(&attr, &code), &code);
                        if let Some(file) = listings::file(&attr, &code) {
                            book.vocabulary.add_file(file);
                        }
                    }
                }
                // A heading is set by rules of its own.
                _ if leaf.context.in_heading() => {}
                LeafKind::Code if learns => {
                    let code = document.text(leaf);
                    if is_identifier(&code) {
                        book.learned.marked(&code, &next_text(document, index));
                    }
                }
                LeafKind::Str if learns => {
                    let text = document.text(leaf);
                    book.learned.text(&text, &next_text(document, index));
                }
                LeafKind::Str | LeafKind::Code if detects => {
                    book.learned.names(&document.text(leaf));
                }
                _ => {}
            }
        }
        book
    }

    /// The same as JSON, in one order: two books of which the filter knows the same have the same text.
    pub fn to_json(&self) -> Value {
        json!({"vocabulary": self.vocabulary.to_json(), "learned": self.learned.to_json()})
    }

    /// What [`Self::to_json`] wrote; nothing where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            vocabulary: Vocabulary::from_json(&value["vocabulary"])?,
            learned: Learned::from_json(&value["learned"])?,
        })
    }

    /// Adds all that another part of the book has.
    pub fn merge(&mut self, other: Self) {
        self.vocabulary.merge(other.vocabulary);
        self.learned.merge(other.learned);
    }
}
