//! The book as the rules see it: documents, stylesheets and faces, each parsed once. Reports
//! epub-malformed for what cannot be parsed.

use super::Families;
use super::node::Node;
use crate::css::{Cascade, Declaration, FontFace, Stylesheet, inline};
use crate::epub::{Document, Epub, Item, NodeId, problems, resolve};
use crate::error::{Error, Place};
use crate::finding::{Code, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// A document, and the text of the `<style>` elements in it.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) doc: Document,
    /// Whether it is navigation or cover, which need not look like the text.
    pub(super) apart: bool,
    styles: Vec<(NodeId, usize, String)>,
}

/// What was read from the container; a [`Book`] borrows from it.
pub(super) struct Files {
    items: Vec<(String, Item)>,
    pages: Vec<Page>,
}

impl Files {
    /// Parses the package document and all documents of the manifest.
    pub(super) fn read(epub: &Epub, out: &mut Vec<Finding>) -> Self {
        let mut files = Self { items: Vec::new(), pages: Vec::new() };
        match epub.package() {
            Err(error) => out.push(malformed(epub, epub.package_path(), &error)),
            Ok(package) => {
                for (node, message) in problems::problems(epub, &package) {
                    let offset = package.document().offset(node);
                    let place = epub.place_at(epub.package_path(), offset);
                    out.push(Finding::new(Code::EpubPackage, place, message));
                }
                let path = |item: &Item| resolve(epub.package_path(), &item.href);
                let items = package.items().into_iter();
                files.items.extend(items.filter_map(|item| Some((path(&item)?, item))));
            }
        }
        for (name, item) in &files.items {
            let xml =
                ["application/xhtml+xml", "image/svg+xml", "application/x-dtbncx+xml"];
            if !xml.contains(&&*item.media_type) {
                continue;
            }
            match epub.document(name) {
                Err(error) => out.push(malformed(epub, name, &error)),
                Ok(doc) if item.media_type == xml[0] => {
                    let nav = item.properties.iter().any(|property| property == "nav");
                    files.pages.push(Page::new(name, doc, nav));
                }
                Ok(_) => {}
            }
        }
        files
    }
}

fn malformed(epub: &Epub, name: &str, error: &Error) -> Finding {
    let place = error.place().cloned().unwrap_or_else(|| epub.place(name));
    Finding::new(Code::EpubMalformed, place, error.message())
        .hint("A reading system shows an error in place of such a document")
}

impl Page {
    fn new(name: &str, doc: Document, nav: bool) -> Self {
        let cover = |node| {
            let mut types =
                doc.attr(node, "epub:type").unwrap_or_default().split_whitespace();
            matches!(doc.local_name(node), Some("body" | "section" | "html"))
                && types.any(|one| matches!(one, "cover" | "titlepage"))
        };
        let all: Vec<NodeId> = doc.descendants(doc.root()).collect();
        let apart = nav || all.iter().any(|&node| cover(node));
        let styles = all
            .into_iter()
            .filter(|&node| {
                doc.local_name(node) == Some("style") && !in_picture(&doc, node)
            })
            .map(|node| {
                let start =
                    doc.children(node).first().map_or(0, |&text| doc.offset(text));
                (node, start, doc.text(node))
            })
            .collect();
        Self { name: name.to_owned(), doc, apart, styles }
    }

    /// The elements that hold text of the flow: neither in the head nor in a picture.
    fn text_elements(&self) -> Vec<NodeId> {
        let doc = &self.doc;
        let mut found = BTreeSet::new();
        for node in doc.descendants(doc.root()) {
            let is_text = doc.name(node).is_none() && !doc.text(node).trim().is_empty();
            if is_text && !in_picture(doc, node) && !hidden(doc, node) {
                found
                    .extend(doc.ancestors(node).filter(|&node| doc.name(node).is_some()));
            }
        }
        found.into_iter().collect()
    }
}

/// Whether a node stands in a drawing or a formula, which have letters of their own.
pub(super) fn in_picture(doc: &Document, node: NodeId) -> bool {
    let is = |node| matches!(doc.local_name(node), Some("svg" | "math"));
    is(node) || doc.ancestors(node).any(is)
}

fn hidden(doc: &Document, node: NodeId) -> bool {
    let is = |node| matches!(doc.local_name(node), Some("head" | "script" | "style"));
    is(node) || doc.ancestors(node).any(is)
}

/// A stylesheet, and where its text is found.
pub(super) struct Sheet<'f> {
    /// The file: the stylesheet's own, or the document that the `<style>` element is in.
    pub(super) file: &'f str,
    start: usize,
    pub(super) css: Stylesheet<'f>,
}

/// Declarations that choose the font of text: those of a rule or of a `style` attribute.
pub(super) struct Chosen<'b> {
    pub(super) place: Box<dyn Fn(usize) -> Place + 'b>,
    pub(super) declarations: &'b [Declaration],
}

/// A book, parsed.
pub(super) struct Book<'f> {
    pub(super) epub: &'f Epub,
    pub(super) expected: &'f Families,
    pub(super) items: &'f [(String, Item)],
    /// The documents, each with the indices of its stylesheets in their order.
    pub(super) pages: Vec<(&'f Page, Vec<usize>)>,
    pub(super) sheets: Vec<Sheet<'f>>,
    /// The rules that hold for some text: indices of sheet and rule.
    used: BTreeSet<(usize, usize)>,
    /// The `style` attributes of text, each value once: page, element, declarations.
    inline: Vec<(&'f Page, NodeId, Vec<Declaration>)>,
    /// The stylesheets with a file of their own, by its path.
    known: BTreeMap<&'f str, usize>,
}

impl<'f> Book<'f> {
    pub(super) fn new(epub: &'f Epub, files: &'f Files, expected: &'f Families) -> Self {
        let mut book = Self {
            epub,
            expected,
            items: &files.items,
            pages: Vec::new(),
            sheets: Vec::new(),
            used: BTreeSet::new(),
            inline: Vec::new(),
            known: BTreeMap::new(),
        };
        for (name, item) in &files.items {
            if item.media_type == "text/css" {
                book.load(name, &mut Vec::new(), &mut Vec::new());
            }
        }
        for page in &files.pages {
            let sheets = book.sheets_of(page);
            book.pages.push((page, sheets));
        }
        book.find_used();
        book
    }

    /// The stylesheets of a document: linked and in `<style>`, in document order.
    fn sheets_of(&mut self, page: &'f Page) -> Vec<usize> {
        let doc = &page.doc;
        let mut out = Vec::new();
        for node in doc.descendants(doc.root()) {
            if let Some((_, start, text)) =
                page.styles.iter().find(|style| style.0 == node)
            {
                let css = Stylesheet::parse(text);
                self.sheets.push(Sheet { file: &page.name, start: *start, css });
                let at = self.sheets.len() - 1;
                self.imports(at, &mut out, &mut vec![at]);
                out.push(at);
            } else if doc.local_name(node) == Some("link") {
                let rel = doc.attr(node, "rel").unwrap_or_default().to_ascii_lowercase();
                let has =
                    |word: &str| rel.split_ascii_whitespace().any(|one| one == word);
                let media = doc.attr(node, "media").unwrap_or("all").trim();
                let href =
                    doc.attr(node, "href").and_then(|href| resolve(&page.name, href));
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

    /// Names a stylesheet's file after those it imports, parsed unless that was done. `open`
    /// holds the importing ones, so that a circle of them ends.
    fn load(&mut self, name: &str, out: &mut Vec<usize>, open: &mut Vec<usize>) {
        let Some(entry) = self.epub.entries().iter().find(|entry| entry.name == name)
        else {
            return;
        };
        let at = if let Some(&at) = self.known.get(name) {
            at
        } else {
            let css = self.epub.text(name).map(Stylesheet::parse).unwrap_or_default();
            self.sheets.push(Sheet { file: &entry.name, start: 0, css });
            self.known.insert(&entry.name, self.sheets.len() - 1);
            self.sheets.len() - 1
        };
        if !out.contains(&at) && !open.contains(&at) {
            open.push(at);
            self.imports(at, out, open);
            open.pop();
            out.push(at);
        }
    }

    fn imports(&mut self, at: usize, out: &mut Vec<usize>, open: &mut Vec<usize>) {
        let Sheet { file, css, .. } = &self.sheets[at];
        let wanted = css.imports.iter().filter(|import| !import.conditional);
        let names: Vec<_> =
            wanted.filter_map(|import| resolve(file, &import.url)).collect();
        for name in names {
            self.load(&name, out, open);
        }
    }

    fn find_used(&mut self) {
        let mut seen = BTreeSet::new();
        for (page, sheets) in &self.pages {
            for id in page.text_elements() {
                let node = Node { doc: &page.doc, id };
                for &sheet in sheets {
                    for (at, rule) in self.sheets[sheet].css.rules.iter().enumerate() {
                        if !self.used.contains(&(sheet, at))
                            && rule.specificity(&node).is_some()
                        {
                            self.used.insert((sheet, at));
                        }
                    }
                }
                if let Some(style) = page.doc.attr(id, "style")
                    && seen.insert(style)
                {
                    self.inline.push((page, id, inline(style)));
                }
            }
        }
    }

    /// All that chooses the font of some text: rules that hold for it, then `style` attributes.
    pub(super) fn chosen(&self) -> Vec<Chosen<'_>> {
        let rules = self.used.iter().map(|&(sheet, rule)| {
            let sheet = &self.sheets[sheet];
            let place = |offset| self.epub.place_at(sheet.file, sheet.start + offset);
            let place = Box::new(place);
            Chosen { place, declarations: &sheet.css.rules[rule].declarations }
        });
        let inline = self.inline.iter().map(|(page, node, declarations)| {
            let place = |_| self.epub.place_at(&page.name, page.doc.offset(*node));
            Chosen { place: Box::new(place), declarations }
        });
        rules.chain(inline).collect()
    }

    /// All `@font-face` rules, each with its stylesheet.
    pub(super) fn faces(&self) -> impl Iterator<Item = (&Sheet<'f>, &FontFace)> {
        self.sheets
            .iter()
            .flat_map(|sheet| sheet.css.faces.iter().map(move |face| (sheet, face)))
    }

    /// Where a face is declared.
    pub(super) fn place(&self, sheet: &Sheet<'_>, face: &FontFace) -> Place {
        self.epub.place_at(sheet.file, sheet.start + face.offset)
    }

    /// The cascade of a document's stylesheets.
    pub(super) fn cascade(&self, sheets: &[usize]) -> Cascade<'_, 'f> {
        Cascade::new(sheets.iter().map(|&at| &self.sheets[at].css))
    }
}
