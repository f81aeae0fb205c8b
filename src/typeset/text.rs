//! Which characters the documents set in which font.
//!
//! ```text
//! <p>An <em>if</em> is <code>→</code></p>
//!
//! Georgia, Gelasio, serif, 400           " Ains" and what a paragraph's hyphenation shows
//! Georgia, Gelasio, serif, 400 italic    "fi"
//! Ubuntu Mono, Concbook Mono, 400        "→"
//! ```

use super::walk::for_rules;
use super::{Font, Fonts, NamedSheet, Sheets, Typeset, named_sheets};
use crate::epub::{ContentDocument, ContentDocuments, Document, Epub, NodeId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A set of characters, a bit for each.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct CharSet(Vec<u64>);

impl From<String> for CharSet {
    fn from(text: String) -> Self {
        let mut set = Self::default();
        text.chars().for_each(|c| set.insert(c));
        set
    }
}

impl From<CharSet> for String {
    fn from(set: CharSet) -> Self {
        set.iter().collect()
    }
}

impl CharSet {
    /// Adds a character.
    pub fn insert(&mut self, c: char) {
        let (word, bit) = (c as usize / 64, c as usize % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    /// Adds all characters of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Whether a character is in it.
    pub fn has(&self, c: char) -> bool {
        let (word, bit) = (c as usize / 64, c as usize % 64);
        self.0.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// Its characters, in the order of their code points.
    pub fn iter(&self) -> impl Iterator<Item = char> + '_ {
        let words = (0_u32..).zip(&self.0).filter(|(_, word)| **word != 0);
        words.flat_map(|(at, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.filter_map(move |bit| char::from_u32(at * 64 + bit))
        })
    }
}

/// The characters set in each font.
pub type TextByFont = BTreeMap<Font, CharSet>;

/// The text of all documents of a container.
pub fn text_by_font(epub: &Epub, documents: &ContentDocuments) -> TextByFont {
    let named: Vec<Vec<NamedSheet>> = documents.0.par_iter().map(named_sheets).collect();
    let mut sheets = Sheets::new(epub);
    let pairs = documents.0.iter().zip(&named);
    let linked: Vec<Vec<usize>> =
        pairs.map(|(document, named)| sheets.of(&document.path, named)).collect();
    let sheets = &sheets;
    let each: Vec<Vec<(Font, CharSet)>> = documents
        .0
        .par_iter()
        .with_max_len(1)
        .zip(&linked)
        .map(|(document, linked)| {
            let text = |document: &ContentDocument| {
                text_of(&document.tree, sheets, linked).into_iter().collect()
            };
            document.fact("text-by-font", sheets.fingerprint(linked), text)
        })
        .collect();
    let mut all = TextByFont::new();
    for (font, chars) in each.into_iter().flatten() {
        all.entry(font).or_default().extend(&chars);
    }
    all
}

/// Calls `visit` with each text of the documents and the font that it is set in: the document's number,
/// the byte at which the element stands that holds the text, its font, and the text. What passes made stands where
/// what it is in does.
pub fn visit_text(
    epub: &Epub,
    documents: &ContentDocuments,
    mut visit: impl FnMut(usize, usize, &Font, &str),
) {
    let named: Vec<Vec<NamedSheet>> = documents.0.iter().map(named_sheets).collect();
    let mut sheets = Sheets::new(epub);
    for (number, (document, named)) in documents.0.iter().zip(&named).enumerate() {
        let linked = sheets.of(&document.path, named);
        let cascade = sheets.cascade(&linked);
        let tree = for_rules(&document.tree, cascade.asked().as_ref());
        let mut fonts = Fonts::default();
        let mut texts = Vec::new();
        fonts.walk(&tree, &cascade, |met, font| {
            if let Typeset::Text(node, text, mark) = met {
                let around = tree.ancestors(node).map(|node| tree.offset(node));
                let mut offsets = mark.into_iter().chain(around);
                texts.push((offsets.find(|&at| at > 0).unwrap_or(0), font, text));
            }
        });
        for (offset, font, text) in texts {
            visit(number, offset, &fonts.all[font], text);
        }
    }
}

/// The text of one document with these stylesheets.
fn text_of(tree: &Document, sheets: &Sheets<'_>, linked: &[usize]) -> TextByFont {
    let (mut fonts, mut chars) = (Fonts::default(), Vec::<CharSet>::new());
    let cascade = sheets.cascade(linked);
    let tree = &*for_rules(tree, cascade.asked().as_ref());
    fonts.walk(tree, &cascade, |met, font| {
        if chars.len() <= font {
            chars.resize_with(font + 1, CharSet::default);
        }
        match met {
            Typeset::Text(_, text, _) => text.chars().for_each(|c| chars[font].insert(c)),
            Typeset::Element(node) => {
                generated(tree, node).chars().for_each(|c| chars[font].insert(c));
            }
        }
    });
    fonts.all.into_iter().zip(chars).collect()
}

/// What a reading system shows of an element besides its text: list markers, numbers, quotation marks,
/// hyphens, letters made small capitals.
fn generated(tree: &Document, node: NodeId) -> String {
    let mut text = match tree.local_name(node) {
        Some("ul") => "•◦▪".to_owned(),
        Some("ol") => "0123456789.)".to_owned(),
        Some("q") => "“”‘’".to_owned(),
        // Where a word of a paragraph is hyphenated, readers put one of these.
        Some("p") => "-\u{2010}".to_owned(),
        _ => String::new(),
    };
    // What a cell is called where each row of its table stands by itself.
    if let Some(column) = tree.attr(node, "data-column") {
        text.push_str(column);
        text.push_str(": ");
    }
    let numbered = ["numberLines", "number-lines"];
    if tree.classes(node).any(|class| numbered.contains(&class)) {
        text.push_str("0123456789");
    }
    if tree.has_class(node, "smallcaps") {
        text.push_str(&tree.text(node).to_uppercase());
    }
    text
}
