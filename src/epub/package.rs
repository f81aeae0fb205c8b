//! The package document: metadata, manifest, spine (EPUB 3.3, section 5).

use super::dom::{Document, Kind, NodeId};
use concfilter::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// One resource of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its identifier in the package document.
    pub id: String,
    /// Its reference, relative to the package document, as written.
    pub href: String,
    /// Its media type.
    pub media_type: String,
    /// Its properties (`nav`, `cover-image`, `svg`, …).
    pub properties: Vec<String>,
    /// The element, for places in messages.
    pub node: NodeId,
}

/// A package document that can be changed and written back.
#[derive(Debug, Clone)]
pub struct Package {
    doc: Document,
    manifest: NodeId,
}

impl Package {
    /// Parses a package document.
    pub fn parse(text: &str) -> Result<Self> {
        let doc = Document::parse(text).map_err(|error| {
            let offset = error.offset;
            Error::new(format!(
                "the package document is malformed at byte {offset}: {error}"
            ))
        })?;
        let manifest = doc
            .descendants(doc.root())
            .find(|&node| doc.local_name(node) == Some("manifest"))
            .ok_or_else(|| Error::new("the package document has no manifest"))?;
        Ok(Self { doc, manifest })
    }

    /// The document, to read.
    pub fn document(&self) -> &Document {
        &self.doc
    }

    /// The document, to change.
    pub fn document_mut(&mut self) -> &mut Document {
        &mut self.doc
    }

    /// The elements with a name, its prefix left out: `title` for `dc:title`.
    pub fn elements(&self, name: &str) -> Vec<NodeId> {
        let is = |&node: &NodeId| self.doc.local_name(node) == Some(name);
        self.doc.descendants(self.doc.root()).filter(is).collect()
    }

    /// The texts of the elements with a name that hold any, white space normalized.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let text = |node| {
            let text = self.doc.text(node);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let all = self.elements(name).into_iter().map(text);
        all.filter(|text| !text.is_empty()).collect()
    }

    /// The manifest's resources, in their order.
    pub fn items(&self) -> Vec<Item> {
        let own = |node, name| self.doc.attr(node, name).unwrap_or_default().to_owned();
        let item = |&node: &NodeId| {
            (self.doc.local_name(node) == Some("item")).then(|| Item {
                id: own(node, "id"),
                href: own(node, "href"),
                media_type: own(node, "media-type"),
                properties: own(node, "properties")
                    .split_ascii_whitespace()
                    .map(str::to_owned)
                    .collect(),
                node,
            })
        };
        self.doc.children(self.manifest).iter().filter_map(item).collect()
    }

    /// The resources in reading order, by their manifest identifiers.
    pub fn spine(&self) -> Vec<&str> {
        self.doc
            .descendants(self.doc.root())
            .filter(|&node| self.doc.local_name(node) == Some("itemref"))
            .filter_map(|node| self.doc.attr(node, "idref"))
            .collect()
    }

    /// Adds a resource, in place of one with the same reference; one that stands there as it is
    /// wanted stays where it is, so that a second run changes nothing. The identifier is `id`,
    /// or `id` with a number when another resource has it.
    pub fn add_item(&mut self, id: &str, href: &str, media_type: &str) {
        let there = |item: &Item| item.href == href && item.media_type == media_type;
        if self.items().iter().any(there) {
            return;
        }
        self.remove_item(href);
        let items = self.items();
        let taken = |id: &str| items.iter().any(|item| item.id == id);
        let id = std::iter::once(id.to_owned())
            .chain((2..).map(|n| format!("{id}-{n}")))
            .find(|id| !taken(id))
            .unwrap_or_default();
        let attrs = [("id", &*id), ("href", href), ("media-type", media_type)];
        let item = self.doc.create_element("item", &attrs);
        let indent = self.doc.create(Kind::Text("  ".to_owned()));
        let end = self.doc.create(Kind::Text("\n  ".to_owned()));
        for node in [indent, item, end] {
            self.doc.append(self.manifest, node);
        }
    }

    /// Adds a property to a resource of the manifest, or takes it off.
    pub fn set_property(&mut self, item: NodeId, name: &str, wanted: bool) {
        let old = self.doc.attr(item, "properties").unwrap_or_default().to_owned();
        let mut all: Vec<&str> = old.split_ascii_whitespace().collect();
        if all.contains(&name) == wanted {
            return;
        }
        if wanted {
            all.push(name);
        } else {
            all.retain(|one| *one != name);
        }
        if all.is_empty() {
            self.doc.remove_attr(item, "properties");
        } else {
            self.doc.set_attr(item, "properties", all.join(" "));
        }
    }

    /// Takes the resource with this reference out of the manifest.
    pub fn remove_item(&mut self, href: &str) {
        self.remove_items(&BTreeSet::from([href.to_owned()]));
    }

    /// Takes all resources with these references out of the manifest, in one walk.
    pub fn remove_items(&mut self, hrefs: &BTreeSet<String>) {
        let mut gone = BTreeMap::<NodeId, BTreeSet<NodeId>>::new();
        for item in self.items().into_iter().filter(|item| hrefs.contains(&item.href)) {
            if let Some(parent) = self.doc.parent(item.node) {
                gone.entry(parent).or_default().insert(item.node);
            }
        }
        for (parent, gone) in gone {
            let mut left = self.doc.children(parent).to_vec();
            left.retain(|child| !gone.contains(child));
            self.doc.set_children(parent, left);
        }
    }

    /// The `<meta>` elements with a property.
    fn metas(&self, property: &str) -> Vec<NodeId> {
        let is = |&node: &NodeId| self.doc.attr(node, "property") == Some(property);
        self.doc.descendants(self.doc.root()).filter(is).collect()
    }

    /// Whether the metadata have a property.
    pub fn has_meta(&self, property: &str) -> bool {
        !self.metas(property).is_empty()
    }

    /// Adds a property with a value behind the last of its kind, or of all metadata, unless it is
    /// there.
    pub fn add_meta(&mut self, property: &str, value: &str) {
        let own = self.metas(property);
        if own.iter().any(|&node| self.doc.text(node) == value) {
            return;
        }
        let is_metadata = |&node: &NodeId| self.doc.local_name(node) == Some("metadata");
        let metadata = self.doc.descendants(self.doc.root()).find(is_metadata);
        let Some(parent) =
            own.last().and_then(|&last| self.doc.parent(last)).or(metadata)
        else {
            return;
        };
        let children = self.doc.children(parent);
        let last =
            own.last().and_then(|last| children.iter().position(|node| node == last));
        let at = last.map_or(children.len(), |at| at + 1);
        let node = self.doc.create_element("meta", &[("property", property)]);
        let text = self.doc.create(Kind::Text(value.to_owned()));
        self.doc.append(node, text);
        let indent = self.doc.create(Kind::Text("\n    ".to_owned()));
        self.doc.insert(parent, at, node);
        self.doc.insert(parent, at, indent);
    }

    /// Takes a property with a value out of the metadata.
    pub fn remove_meta(&mut self, property: &str, value: &str) {
        for node in self.metas(property) {
            if self.doc.text(node) == value {
                self.doc.detach(node);
            }
        }
    }

    /// Sets the text of `<meta property="dcterms:modified">`, where there is one.
    pub fn set_modified(&mut self, when: &str) {
        let node = self
            .doc
            .descendants(self.doc.root())
            .find(|&node| self.doc.attr(node, "property") == Some("dcterms:modified"));
        if let Some(node) = node {
            self.doc.set_text(node, when);
        }
    }

    /// The package document as text.
    pub fn to_xml(&self) -> String {
        self.doc.to_xml()
    }

    /// The package document as text; its elements are then as if they had been parsed from it.
    pub fn rewrite(&mut self) -> String {
        self.doc.rewrite().0
    }
}
