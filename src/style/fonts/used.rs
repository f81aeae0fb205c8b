//! Which characters the documents set in which font.

use crate::epub::dom::Kind;
use crate::epub::{ContentDocuments, Document, Epub, NodeId};
use crate::typeset::{Font, Fonts, Sheets, Styles, styles};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A set of characters, a bit for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Chars(Vec<u64>);

impl Chars {
    pub(super) fn insert(&mut self, c: char) {
        let (word, bit) = (c as usize / 64, c as usize % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    pub(super) fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own |= more;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = char> + '_ {
        let words = self.0.iter().enumerate().filter(|(_, word)| **word != 0);
        words.flat_map(|(at, word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).filter_map(move |bit| {
                char::from_u32(u32::try_from(at * 64 + bit).unwrap_or_default())
            })
        })
    }
}

/// The characters set in each font.
pub(super) type Used = BTreeMap<Font, Chars>;

/// Reads all documents.
pub(super) fn read(epub: &Epub, documents: &ContentDocuments) -> Used {
    let styles: Vec<Styles> =
        documents.0.iter().map(|document| styles(&document.tree)).collect();
    let mut sheets = Sheets::new(epub);
    let held: Vec<Vec<usize>> = documents
        .0
        .iter()
        .zip(&styles)
        .map(|(document, styles)| sheets.of(&document.path, &document.tree, styles))
        .collect();
    let sheets = &sheets;
    let each: Vec<Used> = documents
        .0
        .par_iter()
        .zip(&held)
        .map(|(document, held)| {
            let tree = &document.tree;
            let (mut fonts, mut chars) = (Fonts::default(), Vec::<Chars>::new());
            fonts.walk(tree, &sheets.cascade(held), |node, font| {
                if chars.len() <= font {
                    chars.resize_with(font + 1, Chars::default);
                }
                match tree.kind(node) {
                    Kind::Text(text) => {
                        text.chars().for_each(|c| chars[font].insert(c));
                    }
                    _ => made(tree, node).chars().for_each(|c| chars[font].insert(c)),
                }
            });
            fonts.all.into_iter().zip(chars).collect()
        })
        .collect();
    let mut all = Used::new();
    for (font, chars) in each.into_iter().flatten() {
        all.entry(font).or_default().extend(&chars);
    }
    all
}

/// What an element shows besides its text: marks of lists, numbers, quotation marks, letters made
/// small capitals.
fn made(tree: &Document, node: NodeId) -> String {
    let mut made = match tree.local_name(node) {
        Some("ul") => "•◦▪".to_owned(),
        Some("ol") => "0123456789.)".to_owned(),
        Some("q") => "“”‘’".to_owned(),
        // Where a paragraph's words are broken, readers put one of these.
        Some("p") => "-\u{2010}".to_owned(),
        _ => String::new(),
    };
    let numbered = ["numberLines", "number-lines"];
    if tree.classes(node).any(|class| numbered.contains(&class)) {
        made.push_str("0123456789");
    }
    if tree.has_class(node, "smallcaps") {
        made.push_str(&tree.text(node).to_uppercase());
    }
    made
}
