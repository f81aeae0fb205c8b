//! The stylesheets of the container, each parsed once, and which of them hold in a document.

use crate::css::{Cascade, Stylesheet};
use crate::epub::{Document, Epub, NodeId, resolve};
use std::collections::BTreeMap;

/// A stylesheet, and where its text is found.
pub struct Sheet<'f> {
    /// The file: the stylesheet's own, or the document that the `<style>` element is in.
    pub file: &'f str,
    /// The byte of the file at which it begins.
    pub start: usize,
    /// What it says about fonts.
    pub css: Stylesheet<'f>,
}

/// The `<style>` elements of a document, each with the byte its text begins at, and its text.
pub type Styles = Vec<(NodeId, usize, String)>;

/// Those of a document; drawings have styles of their own.
pub fn styles(doc: &Document) -> Styles {
    doc.descendants(doc.root())
        .filter(|&node| {
            doc.local_name(node) == Some("style") && !super::in_picture(doc, node)
        })
        .map(|node| {
            let start = doc.children(node).first().map_or(0, |&text| doc.offset(text));
            (node, start, doc.text(node))
        })
        .collect()
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

    /// The indices of a document's stylesheets, linked and in `<style>`, in document order.
    pub fn of(
        &mut self,
        name: &'f str,
        doc: &'f Document,
        styles: &'f Styles,
    ) -> Vec<usize> {
        let mut out = Vec::new();
        let styles: BTreeMap<NodeId, _> =
            styles.iter().map(|(node, start, text)| (*node, (start, text))).collect();
        for node in doc.descendants(doc.root()) {
            if let Some((start, text)) = styles.get(&node) {
                let css = Stylesheet::parse(text);
                self.all.push(Sheet { file: name, start: **start, css });
                let at = self.all.len() - 1;
                self.imports(at, &mut out, &mut vec![at]);
                out.push(at);
            } else if doc.local_name(node) == Some("link") {
                let rel = doc.attr(node, "rel").unwrap_or_default().to_ascii_lowercase();
                let has =
                    |word: &str| rel.split_ascii_whitespace().any(|one| one == word);
                let media = doc.attr(node, "media").unwrap_or("all").trim();
                let href = doc.attr(node, "href").and_then(|href| resolve(name, href));
                if let Some(href) = href
                    && has("stylesheet")
                    && !has("alternate")
                    && matches!(media, "" | "all" | "screen")
                {
                    self.load(&href, &mut out, &mut Vec::new());
                }
            }
        }
        out
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
            let css = self.epub.text(name).map(Stylesheet::parse).unwrap_or_default();
            self.all.push(Sheet { file: &entry.name, start: 0, css });
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
