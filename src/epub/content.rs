//! The XHTML content documents of a container, parsed once for all that read or change them, and
//! written back where something changed.

use super::dom::{Fault, Kind, OffsetMap};
use super::{Document, DocumentError, Epub, NodeId, Package, html, resolve};
use crate::finding::{Code, Finding};
use concfilter::error::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A parsed document of the manifest.
#[derive(Debug, Clone)]
pub struct ContentDocument {
    /// Its path in the container.
    pub path: String,
    /// Its tree.
    pub tree: Document,
    /// Whether something changed it: what nothing changed keeps its bytes.
    pub changed: bool,
}

/// The documents, in the manifest's order: the navigation, cover and title page among them.
#[derive(Debug, Clone, Default)]
pub struct ContentDocuments(pub Vec<ContentDocument>);

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
        let paths: Vec<String> = package
            .items()
            .iter()
            .filter(|item| item.media_type == "application/xhtml+xml")
            .filter_map(|item| resolve(epub.package_path(), &item.href))
            .collect();
        let parsed: Vec<_> = paths.par_iter().map(|path| epub.document(path)).collect();
        let mut opened = Opened::default();
        for (path, parsed) in paths.into_iter().zip(parsed) {
            match parsed {
                Ok(tree) => {
                    let document = ContentDocument { path, tree, changed: false };
                    opened.documents.0.push(document);
                }
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
    pub fn get(&self, path: &str) -> Option<&ContentDocument> {
        self.0.iter().find(|document| document.path == path)
    }

    /// Writes the changed ones back; how their nodes moved, by their paths. They are then as if they
    /// had been parsed from what was written.
    pub fn write(&mut self, epub: &mut Epub) -> BTreeMap<String, OffsetMap> {
        let changed = self.0.par_iter_mut().filter(|document| document.changed);
        let written: Vec<(&str, (String, OffsetMap))> = changed
            .map(|document| {
                document.changed = false;
                (&*document.path, document.tree.rewrite())
            })
            .collect();
        let mut all = BTreeMap::new();
        for (path, (text, moves)) in written {
            epub.put(path, text.into_bytes());
            all.insert(path.to_owned(), moves);
        }
        all
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
            self.documents.0.push(ContentDocument { path, tree, changed: true });
            return;
        }
        let message = format!("{}; read as HTML and repaired", error.message());
        self.repaired += 1;
        self.findings.push(
            Finding::new(Code::HtmlRepaired, place, message)
                .hint("Look for raw HTML near this place in the chapter"),
        );
        let tree = html::parse(text);
        self.documents.0.push(ContentDocument { path, tree, changed: true });
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
        Self { path: path.to_owned(), tree, changed: false }
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
