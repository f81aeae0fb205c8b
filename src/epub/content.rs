//! The XHTML content documents of a container, parsed once for all that read or change them, and
//! written back where something changed.

use super::dom::{Fault, Kind, OffsetMap};
use super::{
    Document, DocumentError, DocumentMemory, Epub, LazyDocument, NodeId, Package, html,
    resolve,
};
use crate::finding::{Code, Finding};
use concfilter::error::{Error, Result};
use rayon::prelude::*;

/// A parsed document of the manifest.
#[derive(Debug, Clone)]
pub struct ContentDocument {
    /// Its path in the container.
    pub path: String,
    /// Its tree.
    pub tree: Document,
    /// Whether something changed it: what nothing changed keeps its bytes.
    pub changed: bool,
    /// The figures that its code blocks became.
    pub listings: Vec<NodeId>,
    /// How its nodes moved when it was written last.
    pub moves: OffsetMap,
}

/// The documents, in the manifest's order: the navigation, cover and title page among them.
#[derive(Debug, Clone, Default)]
pub struct ContentDocuments(pub Vec<LazyDocument>);

/// What came of opening a container's documents.
#[derive(Debug, Default)]
pub struct Opened {
    /// Those that could be read.
    pub documents: ContentDocuments,
    /// How many of them were not well-formed, and were read as HTML.
    pub repaired: usize,
    /// What was wrong with them, and with those that could not be read.
    pub findings: Vec<Finding>,
}

impl ContentDocuments {
    /// Parses every XHTML document of the manifest. One that is not well-formed is read as HTML;
    /// one that is no text becomes a finding and stays as it is.
    ///
    /// # Errors
    /// A document defines entities, which is no mistake that an author makes.
    pub fn open(epub: &Epub, package: &Package) -> Result<Opened> {
        Self::open_with(epub, package, |_, _| None)
    }

    /// The same with what is remembered of each document, by its path and text; what is known of one need not
    /// be parsed.
    ///
    /// # Errors
    /// The same.
    pub fn open_with(
        epub: &Epub,
        package: &Package,
        memory: impl Fn(&str, &str) -> Option<DocumentMemory> + Sync,
    ) -> Result<Opened> {
        let paths: Vec<String> = package
            .items()
            .iter()
            .filter(|item| item.media_type == "application/xhtml+xml")
            .filter_map(|item| resolve(epub.package_path(), &item.href))
            .collect();
        let open = |path: &String| {
            let text = epub.text(path).map_err(DocumentError::NoText)?;
            let document =
                |memory, tree| LazyDocument::remembered(path.clone(), text, tree, memory);
            Ok(match memory(path, text) {
                Some(memory) if memory.is_known() => document(memory, None),
                Some(memory) => document(memory, Some(epub.document(path)?)),
                None => {
                    ContentDocument::new(path.clone(), epub.document(path)?, false).into()
                }
            })
        };
        let parsed: Vec<_> = paths.par_iter().with_max_len(1).map(open).collect();
        let mut opened = Opened::default();
        for (path, parsed) in paths.into_iter().zip(parsed) {
            match parsed {
                Ok(document) => opened.documents.0.push(document),
                Err(DocumentError::NoXml(Fault::DefinesEntities, place)) => {
                    let error = Error::new(Fault::DefinesEntities.to_string()).at(place);
                    return Err(error.hint("Write the characters themselves"));
                }
                Err(error) => opened.repair(epub, path, &error),
            }
        }
        Ok(opened)
    }

    /// The document at a path of the container.
    pub fn get(&self, path: &str) -> Option<&LazyDocument> {
        self.0.iter().find(|document| document.path == path)
    }

    /// Writes the changed ones back. They are then as if they had been parsed from what was written.
    pub fn write(&mut self, epub: &mut Epub) {
        let written: Vec<Option<String>> =
            self.0.par_iter_mut().with_max_len(1).map(LazyDocument::write).collect();
        for (document, text) in self.0.iter().zip(written) {
            if let Some(text) = text {
                epub.put(&document.path, text.into_bytes());
            }
        }
    }

    /// Has what is known of each remembered for the next build.
    pub fn remember(&self) {
        self.0.par_iter().for_each(LazyDocument::remember);
    }
}

impl Opened {
    /// Reads a document as HTML that is no XML, where HTML's rules can make one of it.
    fn repair(&mut self, epub: &Epub, path: String, error: &DocumentError) {
        let place = error.place().cloned().unwrap_or_else(|| epub.place(&path));
        let text = epub.text(&path).ok().filter(|text| match error {
            DocumentError::NoXml(Fault::Malformed(_), _) => true,
            // It may be both; HTML's rules bound how deep elements nest.
            DocumentError::NoXml(Fault::TooDeep, _) => !ends_match(text),
            _ => false,
        });
        let Some(text) = text else {
            let message = format!("{}; left as it is", error.message());
            self.findings.push(Finding::new(Code::EpubMalformed, place, message));
            return;
        };
        // What pandoc makes of `alt=""` in raw HTML is right in HTML, and loses nothing.
        let valued =
            super::tags::with_values(text).and_then(|text| Document::parse(&text).ok());
        if let Some(tree) = valued {
            self.documents.0.push(ContentDocument::new(path, tree, true).into());
            return;
        }
        let message = format!("{}; read as HTML and repaired", error.message());
        self.repaired += 1;
        self.findings.push(
            Finding::new(Code::HtmlRepaired, place, message)
                .hint("Look for raw HTML near this place in the chapter"),
        );
        let tree = html::parse(text);
        self.documents.0.push(ContentDocument::new(path, tree, true).into());
    }
}

/// Whether the end tags of a text are those of the elements that are open.
fn ends_match(text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

impl ContentDocument {
    /// A document with this tree; `changed` says whether that is another than the container has.
    pub fn new(path: String, tree: Document, changed: bool) -> Self {
        Self { path, tree, changed, listings: Vec::new(), moves: OffsetMap::new() }
    }

    /// Its text, where something changed it, and from now on as if it had been parsed from that.
    pub(super) fn write(&mut self) -> Option<String> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let (text, moves) = self.tree.rewrite();
        self.moves = moves;
        Some(text)
    }

    /// The first element with a name, its prefix left out.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let tree = &self.tree;
        if !tree.may_have(name) {
            return None;
        }
        tree.descendants(tree.root()).find(|&node| tree.local_name(node) == Some(name))
    }

    /// The elements with a name, in document order.
    pub fn elements(&self, name: &str) -> Vec<NodeId> {
        let tree = &self.tree;
        if !tree.may_have(name) {
            return Vec::new();
        }
        tree.descendants(tree.root())
            .filter(|&node| tree.name(node) == Some(name))
            .collect()
    }

    /// Takes a node out together with the white space before it.
    pub fn remove(&mut self, node: NodeId) {
        let Some(parent) = self.tree.parent(node) else { return };
        let siblings = self.tree.children(parent);
        let before = siblings.iter().position(|&one| one == node).and_then(|at| {
            at.checked_sub(1).and_then(|before| siblings.get(before)).copied()
        });
        if let Some(before) = before
            && matches!(self.tree.kind(before), Kind::Text(text) if text.trim().is_empty())
        {
            self.tree.detach(before);
        }
        self.tree.detach(node);
        self.changed = true;
    }
}

#[cfg(test)]
impl ContentDocument {
    /// A document for the tests of passes, which nothing changed yet.
    pub(crate) fn of(path: &str, xml: &str) -> Self {
        let tree = Document::parse(xml).unwrap();
        Self::new(path.to_owned(), tree, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_without_values_are_no_fault() {
        let page = |body: &str| {
            format!(
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>{body}</body></html>"
            )
        };
        let package = Package::parse(
            "<package><manifest><item id=\"a\" href=\"a.xhtml\" \
             media-type=\"application/xhtml+xml\" /></manifest></package>",
        )
        .unwrap();
        for (body, findings) in [("<img src=\"a\" alt />", 0), ("<img src=\"a\" alt>", 1)]
        {
            let mut epub = Epub::empty("t");
            epub.put("a.xhtml", page(body).into_bytes());
            let opened = ContentDocuments::open(&epub, &package).unwrap();
            assert_eq!(opened.findings.len(), findings, "{:?}", opened.findings);
            let [document] = &*opened.documents.0 else { panic!("one document") };
            let tree = &document.tree;
            let image = document.find("img").unwrap();
            assert_eq!((tree.attr(image, "alt"), document.changed), (Some(""), true));
        }
    }
}
