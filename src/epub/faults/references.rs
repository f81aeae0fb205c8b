//! Attributes that name other elements of the document by their identifiers.

use super::MarkupFault;
use crate::epub::dom::{Document, NodeId};
use std::collections::{BTreeMap, HashMap};

/// What a document's attributes may name. It holds its own names, so that the document can be mended by it.
#[derive(Debug)]
pub struct References {
    /// Elements by their identifiers.
    ids: BTreeMap<String, NodeId>,
    /// Whether an image map of that name came before; the node of the first.
    maps: BTreeMap<String, NodeId>,
    /// What shows an image map, by the map that it names.
    shows: BTreeMap<String, Vec<NodeId>>,
    /// The first option of a list that is chosen, by the list.
    chosen: HashMap<NodeId, NodeId>,
    /// The first track of a medium that is shown unless a reader chooses, by the medium.
    shown: HashMap<NodeId, NodeId>,
}

impl References {
    /// All of a document, which is walked through once.
    pub fn of(tree: &Document) -> Self {
        let mut known = Self {
            ids: BTreeMap::new(),
            maps: BTreeMap::new(),
            shows: BTreeMap::new(),
            chosen: HashMap::new(),
            shown: HashMap::new(),
        };
        for node in tree.descendants(tree.root()) {
            known.note(tree, node);
        }
        known
    }

    fn note(&mut self, tree: &Document, node: NodeId) {
        let attr = |key: &str| tree.attr(node, key);
        if let Some(id) = attr("id") {
            self.ids.entry(id.to_owned()).or_insert(node);
        }
        match tree.name(node) {
            Some("map") => {
                if let Some(name) = attr("name") {
                    self.maps.entry(name.to_owned()).or_insert(node);
                }
            }
            Some("img" | "input" | "object") => {
                if let Some(map) = attr("usemap") {
                    self.shows.entry(map.to_owned()).or_default().push(node);
                }
            }
            Some("option") if attr("selected").is_some() => {
                if let Some(list) = list_of(tree, node) {
                    self.chosen.entry(list).or_insert(node);
                }
            }
            Some("track") if attr("default").is_some() => {
                if let Some(medium) = tree.parent(node) {
                    self.shown.entry(medium).or_insert(node);
                }
            }
            _ => {}
        }
    }

    /// What shows the image map of that address, such as `#map`.
    pub fn shows(&self, map: &str) -> &[NodeId] {
        self.shows.get(map).map_or(&[], Vec::as_slice)
    }

    /// Whether an option is chosen where one before it is, and only one may be.
    pub(super) fn is_selected_again(&self, tree: &Document, option: NodeId) -> bool {
        let list = list_of(tree, option);
        let list = list.filter(|&list| tree.attr(list, "multiple").is_none());
        list.is_some_and(|list| self.chosen.get(&list) != Some(&option))
    }

    /// Whether a track before it is the one that is shown.
    pub(super) fn is_default_again(&self, tree: &Document, track: NodeId) -> bool {
        tree.parent(track).is_some_and(|medium| self.shown.get(&medium) != Some(&track))
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

/// The list that an option belongs to.
fn list_of(tree: &Document, option: NodeId) -> Option<NodeId> {
    tree.ancestors(option).find(|&one| tree.name(one) == Some("select"))
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
