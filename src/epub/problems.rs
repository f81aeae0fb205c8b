//! What a package document says that cannot be (EPUB 3.3, sections 5.6 and 5.7): reading systems
//! refuse such a book, or leave pages out.
//!
//! ```text
//! <itemref idref="ch9"/>   where no item of the manifest is called ch9
//! ```

use super::{Epub, NodeId, Package, resolve};
use crate::reference::has_scheme;
use std::collections::BTreeSet;

/// Every such statement, with the element it stands on; the document's root where one is missing.
pub fn problems(epub: &Epub, package: &Package) -> Vec<(NodeId, String)> {
    let tree = package.document();
    let mut found = Vec::new();
    let (mut ids, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for item in package.items() {
        let mut say = |message: String| found.push((item.node, message));
        for (name, value) in
            [("id", &item.id), ("href", &item.href), ("media-type", &item.media_type)]
        {
            if value.trim().is_empty() {
                say(format!("an item of the manifest has no {name}"));
            }
        }
        if !item.id.is_empty() && !ids.insert(item.id.clone()) {
            say(format!("two items of the manifest have the identifier {:?}", item.id));
        }
        let href = item.href.trim();
        if href.is_empty() {
            continue;
        }
        let is_remote = ["http:", "https:"].iter().any(|scheme| href.starts_with(scheme));
        let is_page = item.media_type == "application/xhtml+xml";
        match resolve(epub.package_path(), href).filter(|_| !has_scheme(href)) {
            // Sound and film may lie on the web.
            None if is_remote && !is_page => {}
            None => say(format!("{href:?} leads out of the container")),
            Some(path) => {
                // A page that is not there is a finding of whoever reads it.
                if !is_page && epub.get(&path).is_none() {
                    say(format!("{href:?} is not in the container"));
                }
                if !paths.insert(path) {
                    say(format!("{href:?} stands in the manifest twice"));
                }
            }
        }
    }
    let mut read = BTreeSet::new();
    for node in package.elements("itemref") {
        match tree.attr(node, "idref").unwrap_or_default() {
            "" => found.push((node, "a place of the spine names no item".to_owned())),
            id if !ids.contains(id) => {
                let message =
                    format!("the spine names {id:?}, which the manifest has not");
                found.push((node, message));
            }
            id if !read.insert(id) => {
                found.push((node, format!("the spine names {id:?} twice")));
            }
            _ => {}
        }
    }
    if read.is_empty() {
        let root = tree.root_element().unwrap_or(tree.root());
        found.push((root, "the spine names nothing to read".to_owned()));
    }
    found
}
