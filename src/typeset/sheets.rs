//! The stylesheets of the container, each parsed once, and which of them hold in a document.

use crate::cache::{CacheKey, KeyMaker};
use crate::css::{Cascade, Stylesheet};
use crate::epub::{Document, Epub, LazyDocument, NodeId, resolve};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stylesheet, and where its text is found.
pub struct Sheet<'f> {
    /// The file: the stylesheet's own, or the document that the `<style>` element is in.
    pub file: &'f str,
    /// The byte of the file at which it begins.
    pub start: usize,
    /// What it says about fonts.
    pub css: Stylesheet<'f>,
    /// What tells its file and its text from others.
    key: CacheKey,
}

impl<'f> Sheet<'f> {
    fn new(file: &'f str, start: usize, text: &'f str) -> Self {
        let key = KeyMaker::new("sheet").with(file).with(text).key();
        Self { file, start, css: Stylesheet::parse(text), key }
    }
}

/// A stylesheet as a document has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamedSheet {
    /// One with a file of its own, by its path.
    Linked(String),
    /// The text of a `<style>` element, and the byte at which it begins.
    Element(usize, String),
}

/// Those of a document in their order; drawings have styles of their own.
pub fn named_sheets(document: &LazyDocument) -> Vec<NamedSheet> {
    document.fact("stylesheets", "", |document| {
        let tree = &document.tree;
        let all = tree.descendants(tree.root());
        all.filter_map(|node| named_sheet(&document.path, tree, node)).collect()
    })
}

/// The stylesheet that an element is, or links.
fn named_sheet(path: &str, doc: &Document, node: NodeId) -> Option<NamedSheet> {
    match doc.local_name(node)? {
        "style" if !super::in_picture(doc, node) => {
            let start = doc.children(node).first().map_or(0, |&text| doc.offset(text));
            Some(NamedSheet::Element(start, doc.text(node)))
        }
        "link" => {
            let rel = doc.attr(node, "rel").unwrap_or_default().to_ascii_lowercase();
            let has = |word: &str| rel.split_ascii_whitespace().any(|one| one == word);
            let media = doc.attr(node, "media").unwrap_or("all").trim();
            let is_for_screens = matches!(media, "" | "all" | "screen");
            let holds = has("stylesheet") && !has("alternate") && is_for_screens;
            let href = doc.attr(node, "href").filter(|_| holds)?;
            Some(NamedSheet::Linked(resolve(path, href)?))
        }
        _ => None,
    }
}

/// All stylesheets that were asked for.
pub struct Sheets<'f> {
    epub: &'f Epub,
    /// In the order in which they were read.
    pub all: Vec<Sheet<'f>>,
    /// Those with a file of their own, by its path.
    known: BTreeMap<&'f str, usize>,
}

impl<'f> Sheets<'f> {
    /// None yet, of a container.
    pub fn new(epub: &'f Epub) -> Self {
        Self { epub, all: Vec::new(), known: BTreeMap::new() }
    }

    /// The indices of the stylesheets of the document at a path, and of those that they import, in their order.
    pub fn of(&mut self, path: &'f str, named: &'f [NamedSheet]) -> Vec<usize> {
        let mut out = Vec::new();
        for one in named {
            match one {
                NamedSheet::Linked(file) => self.load(file, &mut out, &mut Vec::new()),
                NamedSheet::Element(start, text) => {
                    self.all.push(Sheet::new(path, *start, text));
                    let at = self.all.len() - 1;
                    self.imports(at, &mut out, &mut vec![at]);
                    out.push(at);
                }
            }
        }
        out
    }

    /// What tells stylesheets from others, by their indices.
    pub fn fingerprint(&self, sheets: &[usize]) -> Vec<u8> {
        sheets.iter().flat_map(|&at| *self.all[at].key.bytes()).collect()
    }

    /// Reads a stylesheet of the container and those it imports.
    pub fn read(&mut self, name: &str) {
        self.load(name, &mut Vec::new(), &mut Vec::new());
    }

    /// Names a stylesheet's file after those it imports, parsed unless that was done. `open`
    /// holds the importing ones, so that a circle of them ends.
    fn load(&mut self, name: &str, out: &mut Vec<usize>, open: &mut Vec<usize>) {
        let Some(entry) = self.epub.entry(name) else { return };
        let at = if let Some(&at) = self.known.get(name) {
            at
        } else {
            let text = self.epub.text(name).unwrap_or_default();
            self.all.push(Sheet::new(&entry.name, 0, text));
            self.known.insert(&entry.name, self.all.len() - 1);
            self.all.len() - 1
        };
        if !out.contains(&at) && !open.contains(&at) {
            open.push(at);
            self.imports(at, out, open);
            open.pop();
            out.push(at);
        }
    }

    fn imports(&mut self, at: usize, out: &mut Vec<usize>, open: &mut Vec<usize>) {
        let Sheet { file, css, .. } = &self.all[at];
        let wanted = css.imports.iter().filter(|import| !import.conditional);
        let names: Vec<_> =
            wanted.filter_map(|import| resolve(file, &import.url)).collect();
        for name in names {
            self.load(&name, out, open);
        }
    }

    /// The cascade of a document's stylesheets.
    pub fn cascade(&self, sheets: &[usize]) -> Cascade<'_, 'f> {
        Cascade::new(sheets.iter().map(|&at| &self.all[at].css))
    }
}
