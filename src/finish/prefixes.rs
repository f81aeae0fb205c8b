//! Prefixes that nothing declares, as text pasted from a word processor brings them: `<o:p>`. A
//! reading system takes such a document for malformed (Namespaces in XML 1.0, section 3).
//!
//! ```text
//! <o:p>x</o:p>         becomes   <span>x</span>
//! <use xlink:href="#a"> gets      xmlns:xlink on the outermost element
//! ```

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::dom::Document;
use crate::epub::{ContentDocument, NodeId};
use std::collections::{BTreeMap, HashSet};

/// Prefixes that mean the same in every ePub.
const KNOWN: &[(&str, &str)] = &[
    ("epub", "http://www.idpf.org/2007/ops"),
    ("m", "http://www.w3.org/1998/Math/MathML"),
    ("math", "http://www.w3.org/1998/Math/MathML"),
    ("ssml", "http://www.w3.org/2001/10/synthesis"),
    ("svg", "http://www.w3.org/2000/svg"),
    ("xlink", "http://www.w3.org/1999/xlink"),
];

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::Markup, in_document(document));
}

/// Repairs one document; how many names there were.
fn in_document(document: &mut ContentDocument) -> usize {
    let tree = &document.tree;
    let nodes: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let mut repaired = 0;
    for node in nodes {
        repaired += element(&mut document.tree, node);
    }
    document.changed |= repaired > 0;
    repaired
}

/// Repairs one element and its attributes, of which there may be very many; how many names there were.
fn element(tree: &mut Document, node: NodeId) -> usize {
    let (own, foreign) = unbound(tree, node);
    let mut repaired = 0;
    if let Some(prefix) = own {
        repaired += 1;
        if !declare(tree, &prefix) {
            tree.rename(node, "span");
        }
    }
    let mut gone = HashSet::new();
    for (prefix, number) in foreign {
        repaired += number;
        if !declare(tree, &prefix) {
            gone.insert(prefix);
        }
    }
    if !gone.is_empty() {
        let is_gone = |name: &str| prefix(name).is_some_and(|one| gone.contains(one));
        tree.retain_attrs(node, |name, _| !is_gone(name));
    }
    repaired
}

fn prefix(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix)
}

/// The prefix of an element's name, and those of its attributes with how many have them, where nothing declares
/// them.
fn unbound(tree: &Document, node: NodeId) -> (Option<String>, BTreeMap<String, usize>) {
    let own = tree.name(node).and_then(prefix);
    let attrs = || tree.attrs(node).iter().filter_map(|(name, _)| prefix(name));
    if own.is_none() && attrs().next().is_none() {
        return (None, BTreeMap::new());
    }
    let bound = tree.prefixes(node);
    let is_unbound =
        |one: &&str| !matches!(*one, "xml" | "xmlns") && !bound.contains_key(one);
    let mut foreign = BTreeMap::new();
    for one in attrs().filter(is_unbound) {
        // A name for each would be made, were it looked for by `entry`.
        match foreign.get_mut(one) {
            Some(number) => *number += 1,
            None => drop(foreign.insert(one.to_owned(), 1)),
        }
    }
    (own.filter(is_unbound).map(str::to_owned), foreign)
}

/// Declares a prefix that means the same everywhere on the outermost element; whether it is one.
fn declare(tree: &mut Document, prefix: &str) -> bool {
    let known = KNOWN.iter().find(|(known, _)| *known == prefix);
    let (Some((_, namespace)), Some(root)) = (known, tree.root_element()) else {
        return false;
    };
    tree.set_attr(root, &format!("xmlns:{prefix}"), *namespace);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_declared_or_gone() {
        for (given, expected) in [
            ("<html><p>a<o:p></o:p></p></html>", "<html><p>a<span></span></p></html>"),
            (
                "<html><p v:shape=\"x\" id=\"a\">b</p></html>",
                "<html><p id=\"a\">b</p></html>",
            ),
            (
                "<html><p epub:type=\"pagebreak\">b</p></html>",
                "<html xmlns:epub=\"http://www.idpf.org/2007/ops\">\
                 <p epub:type=\"pagebreak\">b</p></html>",
            ),
            (
                "<html><a:b xmlns:a=\"x\" xml:lang=\"en\">c</a:b></html>",
                "<html><a:b xmlns:a=\"x\" xml:lang=\"en\">c</a:b></html>",
            ),
        ] {
            let mut document = ContentDocument::of("a.xhtml", given);
            in_document(&mut document);
            assert_eq!(document.tree.to_xml(), expected);
        }
    }
}
