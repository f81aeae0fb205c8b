//! HTML's `data-*` attributes have no capitals (`EPUBCheck` `HTM_061`); pandoc makes `startFrom=`
//! into `data-startFrom`.

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::dom::Name;
use crate::epub::{ContentDocument, NodeId};
use std::collections::HashSet;

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::DataAttribute, lower(document));
}

/// Writes their names in small letters; an attribute stays when that name is taken. How many there
/// were.
fn lower(document: &mut ContentDocument) -> usize {
    let tree = &mut document.tree;
    let has_capitals = |name: &str| {
        name.starts_with("data-") && name.contains(|c: char| c.is_ascii_uppercase())
    };
    let is_meant =
        |node: &NodeId| tree.attrs(*node).iter().any(|(name, _)| has_capitals(name));
    let nodes: Vec<NodeId> = tree.descendants(tree.root()).filter(is_meant).collect();
    let mut number = 0;
    for node in nodes {
        let taken: HashSet<Name> =
            tree.attrs(node).iter().map(|(name, _)| name.clone()).collect();
        let mut renamed = Vec::new();
        number += tree.retain_attrs(node, |name, value| {
            let lower = name.to_ascii_lowercase();
            let stays = !has_capitals(name) || taken.contains(&*lower);
            if !stays {
                renamed.push((lower.into(), value.to_owned()));
            }
            stays
        });
        tree.set_attrs(node, renamed);
    }
    document.changed |= number > 0;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(xml: &str) -> String {
        let mut document = ContentDocument::of("a.xhtml", xml);
        lower(&mut document);
        document.tree.to_xml()
    }

    #[test]
    fn data_attributes_lose_their_capitals_and_others_keep_them() {
        assert_eq!(
            lowered("<div data-startFrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"),
            "<div data-startfrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"
        );
        let both = "<p data-aB=\"1\" data-ab=\"2\"></p>";
        assert_eq!(lowered(both), both);
    }
}
