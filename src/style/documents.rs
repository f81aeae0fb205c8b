//! The XHTML documents of a book, parsed once for all passes and written back where changed.

use super::{Counts, Repair};
use crate::epub::dom::{DEFINES_ENTITIES, Kind, TOO_DEEP, TOO_LARGE};
use crate::epub::{Document, Epub, NodeId, Package, html, resolve};
use crate::finding::{Code, Finding};
use concfilter::error::Result;
use rayon::prelude::*;

/// A parsed document of the manifest.
#[derive(Debug)]
pub(super) struct Open {
    /// Its path in the container.
    pub(super) path: String,
    /// Its tree.
    pub(super) tree: Document,
    /// Whether a pass changed it: what no pass changed keeps its bytes.
    pub(super) changed: bool,
}

#[cfg(test)]
impl Open {
    /// A document for the tests of passes, which nothing changed yet.
    pub(super) fn of(path: &str, xml: &str) -> Self {
        let tree = Document::parse(xml).unwrap();
        Self { path: path.to_owned(), tree, changed: false }
    }
}

/// The documents, in the manifest's order: the navigation, cover and title page among them.
#[derive(Debug, Default)]
pub(super) struct Documents(pub(super) Vec<Open>);

impl Documents {
    /// Parses every XHTML document of the manifest. One that is not well-formed is read as HTML;
    /// one that is no text becomes a finding and stays as it is.
    ///
    /// # Errors
    /// A document defines entities, which is no mistake that an author makes.
    pub(super) fn open(
        epub: &Epub,
        package: &Package,
        counts: &mut Counts,
    ) -> Result<Self> {
        let paths: Vec<String> = package
            .items()
            .iter()
            .filter(|item| item.media_type == "application/xhtml+xml")
            .filter_map(|item| resolve(epub.package_path(), &item.href))
            .collect();
        let parsed: Vec<_> = paths.par_iter().map(|path| epub.document(path)).collect();
        let mut open = Vec::new();
        for (path, parsed) in paths.into_iter().zip(parsed) {
            let error = match parsed {
                Ok(tree) => {
                    open.push(Open { path, tree, changed: false });
                    continue;
                }
                Err(error) => error,
            };
            if error.message() == DEFINES_ENTITIES {
                return Err(error.hint("Write the characters themselves"));
            }
            let place = error.place().cloned().unwrap_or_else(|| epub.place(&path));
            if let Ok(text) = epub.text(&path)
                && ![TOO_DEEP, TOO_LARGE].contains(&error.message())
            {
                let message = format!("{}; read as HTML and mended", error.message());
                counts.repairs.add(Repair::Document, 1);
                counts.findings.push(
                    Finding::new(Code::HtmlRepaired, place, message)
                        .hint("Look for raw HTML near this place in the chapter"),
                );
                open.push(Open { path, tree: html::parse(text), changed: true });
            } else {
                let message = format!("{}; left as it is", error.message());
                counts.findings.push(Finding::new(Code::EpubMalformed, place, message));
            }
        }
        Ok(Self(open))
    }

    /// Writes the changed ones back.
    pub(super) fn close(self, epub: &mut Epub) {
        let changed = self.0.into_par_iter().filter(|open| open.changed);
        let written: Vec<(String, Vec<u8>)> =
            changed.map(|open| (open.path, open.tree.to_xml().into_bytes())).collect();
        for (path, data) in written {
            epub.put(&path, data);
        }
    }
}

impl Open {
    /// The first element with a name, its prefix left out.
    pub(super) fn find(&self, name: &str) -> Option<NodeId> {
        let tree = &self.tree;
        tree.descendants(tree.root()).find(|&node| tree.local_name(node) == Some(name))
    }

    /// Takes a node out together with the white space before it.
    pub(super) fn remove(&mut self, node: NodeId) {
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
