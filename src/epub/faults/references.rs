//! Attributes that name other elements of the document by their identifiers.

use super::MarkupFault;
use crate::epub::dom::{Document, NodeId};
use std::collections::BTreeMap;

/// What a document's attributes may name. It holds its own names, so that the document can be mended by it.
#[derive(Debug)]
pub struct References {
    /// Elements by their identifiers.
    ids: BTreeMap<String, NodeId>,
    /// Whether an image map of that name came before; the node of the first.
    maps: BTreeMap<String, NodeId>,
}

impl References {
    /// All of a document, which is walked through once.
    pub fn of(tree: &Document) -> Self {
        let (mut ids, mut maps) = (BTreeMap::new(), BTreeMap::new());
        for node in tree.descendants(tree.root()) {
            if let Some(id) = tree.attr(node, "id") {
                ids.entry(id.to_owned()).or_insert(node);
            }
            if tree.name(node) == Some("map")
                && let Some(name) = tree.attr(node, "name")
            {
                maps.entry(name.to_owned()).or_insert(node);
            }
        }
        Self { ids, maps }
    }

    /// Whether an element has that identifier.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// The name of the element with that identifier.
    fn name<'d>(&self, tree: &'d Document, id: &str) -> Option<&'d str> {
        tree.name(*self.ids.get(id)?)
    }
}

/// What is wrong with what an element of HTML names.
pub(super) fn references(
    tree: &Document,
    node: NodeId,
    name: &str,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    for (key, value) in tree.attrs(node) {
        let key = &**key;
        let is_right = match (name, key) {
            _ if key.starts_with("aria-") => state(tree, node, key, value, known),
            ("label", "for") => known
                .ids
                .get(&**value)
                .is_some_and(|&one| is_labelable(tree.name(one), tree.attr(one, "type"))),
            ("output", "for") => are_there(value, known),
            ("td" | "th", "headers") => {
                let is_head = |id: &str| {
                    known.ids.get(id).is_some_and(|&one| {
                        tree.name(one) == Some("th") && share_a_table(tree, node, one)
                    })
                };
                value.split_ascii_whitespace().all(is_head)
            }
            ("input", "list") => known.name(tree, value) == Some("datalist"),
            (_, "form") => known.name(tree, value) == Some("form"),
            ("map", "name") => known.maps.get(&**value) == Some(&node),
            ("map", "id") => tree.attr(node, "name").is_none_or(|name| name == value),
            _ => true,
        };
        let is_reported = |(one, fault): &(NodeId, MarkupFault)| {
            *one == node
                && matches!(
                    fault,
                    MarkupFault::Attribute(its) | MarkupFault::Value(its) if its == key
                )
        };
        if !is_right && !faults.iter().rev().take(8).any(is_reported) {
            faults.push((node, MarkupFault::Value(key.to_owned())));
        }
    }
}

/// Whether a state or property names elements that are there.
pub(super) fn state(
    tree: &Document,
    node: NodeId,
    key: &str,
    value: &str,
    known: &References,
) -> bool {
    match key {
        "aria-controls" | "aria-describedby" | "aria-flowto" | "aria-labelledby"
        | "aria-owns" => are_there(value, known),
        "aria-activedescendant" => known.ids.get(value).is_some_and(|&one| {
            one != node && tree.ancestors(one).any(|one| one == node)
        }),
        _ => true,
    }
}

fn are_there(ids: &str, known: &References) -> bool {
    ids.split_ascii_whitespace().all(|id| known.ids.contains_key(id))
}

/// Whether a cell stands in a table that another stands in.
fn share_a_table(tree: &Document, cell: NodeId, other: NodeId) -> bool {
    let tables: Vec<NodeId> =
        tree.ancestors(cell).filter(|&one| tree.name(one) == Some("table")).collect();
    tree.ancestors(other).any(|one| tables.contains(&one))
}

/// Whether a label may belong to an element (HTML, section 4.10.2).
fn is_labelable(name: Option<&str>, kind: Option<&str>) -> bool {
    match name {
        Some("button" | "meter" | "output" | "progress" | "select" | "textarea") => true,
        Some("input") => kind != Some("hidden"),
        _ => false,
    }
}
