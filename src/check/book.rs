//! The book as the rules see it: documents, stylesheets and faces, each parsed once. Reports
//! epub-malformed for what cannot be parsed.

use super::Families;
use crate::css::{Asked, Cascade, Declaration, FontFace, inline};
use crate::epub::dom::{Kind, MarkKind, TextPart};
use crate::epub::{
    ContentDocument, ContentDocuments, Document, Epub, Item, LazyDocument, NodeId,
    Package, entities, problems, resolve,
};
use crate::finding::{Code, Finding};
use crate::typeset::{
    NamedSheet, OpenMarks, Paths, Sheet, Sheets, TypesetElement, for_rules, named_sheets,
};
use concfilter::error::{Error, Place};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A document, and the stylesheets that it names.
pub(super) struct Page<'d> {
    pub(super) name: &'d str,
    pub(super) document: &'d LazyDocument,
    /// Whether it is navigation or cover, which need not look like the text.
    pub(super) is_nav_or_cover: bool,
    named: Vec<NamedSheet>,
}

/// What was read from the container; a [`ParsedBook`] borrows from it.
pub(super) struct ContainerFiles<'d> {
    items: Vec<(String, Item)>,
    /// The paths of resources that another stands in for.
    fallbacks: BTreeSet<String>,
    pages: Vec<Page<'d>>,
}

/// A container's package document and content documents, parsed.
pub(super) struct ParsedContainer {
    pub(super) package: Option<Package>,
    pub(super) documents: ContentDocuments,
}

/// The media type of content documents.
const XHTML: &str = "application/xhtml+xml";

impl ParsedContainer {
    /// Parses the package document and all content documents of the manifest.
    pub(super) fn read(epub: &Epub, out: &mut Vec<Finding>) -> Self {
        let package = match epub.package() {
            Ok(package) => Some(package),
            Err(error) => {
                out.push(malformed(epub, epub.package_path(), &error));
                None
            }
        };
        // What cannot be read is told of where all of the manifest is looked through.
        let document = |(path, item): (String, Item)| {
            let is_page = item.media_type == XHTML;
            let tree = is_page.then(|| epub.document(&path).ok()).flatten()?;
            Some(ContentDocument::new(path, tree, false).into())
        };
        let documents = items(epub, package.as_ref());
        let documents = documents.into_par_iter().filter_map(document).collect();
        let documents = ContentDocuments(documents);
        Self { package, documents }
    }
}

/// The resources of the manifest that lie in the container, with their paths.
fn items(epub: &Epub, package: Option<&Package>) -> Vec<(String, Item)> {
    let items = package.map_or_else(Vec::new, Package::items).into_iter();
    let path = |item: &Item| resolve(epub.package_path(), &item.href);
    items.filter_map(|item| Some((path(&item)?, item))).collect()
}

impl<'d> ContainerFiles<'d> {
    /// Looks through the manifest; what is neither among the documents nor to be read is reported.
    pub(super) fn new(
        epub: &Epub,
        package: Option<&Package>,
        documents: &'d ContentDocuments,
        out: &mut Vec<Finding>,
    ) -> Self {
        if let Some(package) = package {
            for (node, message) in problems::problems(epub, package) {
                let offset = package.document().offset(node);
                let place = epub.place_at(epub.package_path(), offset);
                out.push(Finding::new(Code::EpubPackage, place, message));
            }
        }
        let items = items(epub, package);
        let has_fallback = |item: &Item| {
            package
                .is_some_and(|one| one.document().attr(item.node, "fallback").is_some())
        };
        let fallbacks = items.iter().filter(|(_, item)| has_fallback(item));
        let fallbacks = fallbacks.map(|(path, _)| path.clone()).collect();
        let page = |(name, item): &(String, Item)| {
            if ![XHTML, "image/svg+xml", "application/x-dtbncx+xml"]
                .contains(&&*item.media_type)
            {
                return None;
            }
            let open = documents.get(name).filter(|_| item.media_type == XHTML);
            if let Some(document) = open {
                let nav = item.properties.iter().any(|property| property == "nav");
                return Some(Ok(Page::new(document, nav)));
            }
            let error = epub.document(name).err()?;
            (!is_read_with_entities(epub, name))
                .then(|| Err(Box::new(malformed(epub, name, &error.into()))))
        };
        let read: Vec<_> = items.par_iter().filter_map(page).collect();
        let mut pages = Vec::new();
        for one in read {
            match one {
                Ok(page) => pages.push(page),
                Err(finding) => out.push(*finding),
            }
        }
        Self { items, fallbacks, pages }
    }
}

/// Whether a file is read once the entities that it defines are put in.
fn is_read_with_entities(epub: &Epub, name: &str) -> bool {
    let text = epub.text(name).ok().and_then(entities::expanded);
    text.is_some_and(|text| Document::parse(&text).is_ok())
}

fn malformed(epub: &Epub, name: &str, error: &Error) -> Finding {
    let place = error.place().cloned().unwrap_or_else(|| epub.place(name));
    Finding::new(Code::EpubMalformed, place, error.message())
        .hint("A reading system shows an error in place of such a document")
}

impl<'d> Page<'d> {
    fn new(document: &'d LazyDocument, is_nav: bool) -> Self {
        let named = named_sheets(document);
        let is_nav_or_cover = is_nav || document.fact("cover-page", "", is_cover);
        Self { name: &document.path, document, is_nav_or_cover, named }
    }

    /// Its `<style>` elements: each with the byte its text begins at, and its text.
    pub(super) fn style_elements(&self) -> impl Iterator<Item = (usize, &str)> {
        self.named.iter().filter_map(|one| match one {
            NamedSheet::Element(start, text) => Some((*start, &**text)),
            NamedSheet::Linked(_) => None,
        })
    }
}

/// Whether a document is a cover or a title page.
fn is_cover(document: &ContentDocument) -> bool {
    let doc = &document.tree;
    doc.descendants(doc.root()).any(|node| {
        let mut types =
            doc.attr(node, "epub:type").unwrap_or_default().split_whitespace();
        matches!(doc.local_name(node), Some("body" | "section" | "html"))
            && types.any(|one| matches!(one, "cover" | "titlepage"))
    })
}

/// The elements that hold text of the flow: neither in the head nor in a picture. Those that marks stand for come last.
fn text_elements(doc: &Document) -> Vec<TypesetElement<'_>> {
    let is_shown = |node: NodeId| {
        !matches!(
            doc.local_name(node),
            Some("head" | "script" | "style" | "svg" | "math")
        )
    };
    let mut found = doc.values(false);
    let mut marks = Vec::new();
    let mut open = vec![doc.root()];
    while let Some(node) = open.pop() {
        match doc.kind(node) {
            Kind::Text(text) if !text.trim().is_empty() => {
                let around = doc.ancestors(node);
                let around = around.filter(|&node| doc.name(node).is_some());
                // Those above one that is noted are noted, too.
                for element in around {
                    if std::mem::replace(&mut found[element], true) {
                        break;
                    }
                }
                marks.extend(marks_with_text(doc, node));
            }
            Kind::Text(_) => {}
            _ if is_shown(node) => open.extend(doc.children(node)),
            _ => {}
        }
    }
    let found = found.iter().filter(|(_, is_one)| **is_one).map(|(node, _)| node);
    found.map(|id| TypesetElement::new(doc, id)).chain(marks).collect()
}

/// What the marks of a text stand for that hold characters.
fn marks_with_text(doc: &Document, node: NodeId) -> Vec<TypesetElement<'_>> {
    let mut found = Vec::new();
    let Some(id) = doc.parent(node) else { return found };
    let mut marks = OpenMarks::default();
    for part in doc.text_parts(node) {
        match part {
            TextPart::Text(text) if text.trim().is_empty() => {}
            TextPart::Text(_) => {
                let levels = marks.levels();
                found.extend(levels.map(|marks| TypesetElement { doc, id, marks }));
            }
            TextPart::Mark(mark) => match mark.kind {
                MarkKind::Open(class) => marks.push(class),
                MarkKind::Close => marks.pop(),
                MarkKind::Break(_) => {}
            },
        }
    }
    found
}

/// What chooses the fonts of a document's text.
#[derive(Debug, Default, Serialize, Deserialize)]
struct UsedStyles {
    /// The rules that hold for some text: the place of the sheet among those of the document, and the rule's
    /// place in it.
    rules: BTreeSet<(usize, usize)>,
    /// The `style` attributes of text, each value once: where its first element stands, and the value.
    inline: Vec<(usize, String)>,
}

/// Declarations that choose the font of text: those of a rule or of a `style` attribute.
pub(super) struct FontChoice<'b> {
    pub(super) place: Box<dyn Fn(usize) -> Place + 'b>,
    pub(super) declarations: &'b [Declaration],
}

/// A book, parsed.
pub(super) struct ParsedBook<'f> {
    pub(super) epub: &'f Epub,
    pub(super) expected: &'f Families,
    pub(super) items: &'f [(String, Item)],
    pub(super) fallbacks: &'f BTreeSet<String>,
    /// The documents, each with the indices of its stylesheets in their order.
    pub(super) pages: Vec<(&'f Page<'f>, Vec<usize>)>,
    sheets: Sheets<'f>,
    /// The rules that hold for some text: indices of sheet and rule.
    used: BTreeSet<(usize, usize)>,
    /// The `style` attributes of text, each value once: page, where the element stands, declarations.
    inline: Vec<(&'f Page<'f>, usize, Vec<Declaration>)>,
}

impl<'f> ParsedBook<'f> {
    pub(super) fn new(
        epub: &'f Epub,
        files: &'f ContainerFiles<'f>,
        expected: &'f Families,
    ) -> Self {
        let mut book = Self {
            epub,
            expected,
            items: &files.items,
            fallbacks: &files.fallbacks,
            pages: Vec::new(),
            sheets: Sheets::new(epub),
            used: BTreeSet::new(),
            inline: Vec::new(),
        };
        for (name, item) in &files.items {
            if item.media_type == "text/css" {
                book.sheets.read(name);
            }
        }
        for page in &files.pages {
            let sheets = book.sheets.of(page.name, &page.named);
            book.pages.push((page, sheets));
        }
        book.find_used();
        book
    }

    fn find_used(&mut self) {
        let used = |(page, sheets): &(&'f Page<'f>, Vec<usize>)| {
            let given = self.sheets.fingerprint(sheets);
            page.document
                .fact("used-styles", given, |one| self.used_in(&one.tree, sheets))
        };
        let each: Vec<UsedStyles> = self.pages.par_iter().map(used).collect();
        let mut seen = BTreeSet::new();
        for ((page, sheets), used) in self.pages.iter().zip(each) {
            self.used.extend(used.rules.iter().map(|&(at, rule)| (sheets[at], rule)));
            for (offset, style) in used.inline {
                if !seen.contains(&style) {
                    self.inline.push((page, offset, inline(&style)));
                    seen.insert(style);
                }
            }
        }
    }

    /// What chooses the fonts of a document's text, where these sheets hold.
    fn used_in(&self, doc: &Document, sheets: &[usize]) -> UsedStyles {
        let mut used = UsedStyles::default();
        let mut seen = BTreeSet::new();
        let rules = sheets.iter().flat_map(|&sheet| &self.sheets.all[sheet].css.rules);
        let opened = for_rules(doc, Asked::of(rules.clone()).as_ref());
        let doc = &*opened;
        // Elements that are the same to all rules are looked at once.
        let mut paths = Paths::of(doc, rules);
        for node in text_elements(doc) {
            if let Some(style) = doc.attr(node.id, "style")
                && seen.insert(style)
            {
                used.inline.push((doc.offset(node.id), style.to_owned()));
            }
            if !paths.is_new(&node) {
                continue;
            }
            for (place, &sheet) in sheets.iter().enumerate() {
                for (at, rule) in self.sheets.all[sheet].css.rules.iter().enumerate() {
                    if !used.rules.contains(&(place, at))
                        && rule.specificity(&node).is_some()
                    {
                        used.rules.insert((place, at));
                    }
                }
            }
        }
        used
    }

    /// All that chooses the font of some text: rules that hold for it, then `style` attributes.
    pub(super) fn chosen(&self) -> Vec<FontChoice<'_>> {
        let rules = self.used.iter().map(|&(sheet, rule)| {
            let sheet = &self.sheets.all[sheet];
            let place = |offset| self.epub.place_at(sheet.file, sheet.start + offset);
            let place = Box::new(place);
            FontChoice { place, declarations: &sheet.css.rules[rule].declarations }
        });
        let inline = self.inline.iter().map(|(page, offset, declarations)| {
            let place = |_| self.epub.place_at(page.name, *offset);
            FontChoice { place: Box::new(place), declarations }
        });
        rules.chain(inline).collect()
    }

    /// All `@font-face` rules, each with its stylesheet.
    pub(super) fn faces(&self) -> impl Iterator<Item = (&Sheet<'f>, &FontFace)> {
        self.sheets
            .all
            .iter()
            .flat_map(|sheet| sheet.css.faces.iter().map(move |face| (sheet, face)))
    }

    /// Where a face is declared.
    pub(super) fn place(&self, sheet: &Sheet<'_>, face: &FontFace) -> Place {
        self.epub.place_at(sheet.file, sheet.start + face.offset)
    }

    /// The cascade of a document's stylesheets.
    pub(super) fn cascade(&self, sheets: &[usize]) -> Cascade<'_, 'f> {
        self.sheets.cascade(sheets)
    }

    /// What tells a document's stylesheets from others.
    pub(super) fn fingerprint(&self, sheets: &[usize]) -> Vec<u8> {
        self.sheets.fingerprint(sheets)
    }
}
