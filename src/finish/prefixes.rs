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
use crate::epub::{ContentDocument, NodeId};

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
        let tree = &document.tree;
        let names = tree.name(node).into_iter().map(|name| (name, false));
        let attrs = tree.attrs(node).iter().map(|(name, _)| (&**name, true));
        let unbound: Vec<(String, bool)> = names
            .chain(attrs)
            .filter(|(name, _)| {
                name.split_once(':')
                    .is_some_and(|(prefix, _)| !is_bound(document, node, prefix))
            })
            .map(|(name, is_attr)| (name.to_owned(), is_attr))
            .collect();
        let tree = &mut document.tree;
        for (name, is_attr) in unbound {
            repaired += 1;
            let prefix = name.split(':').next().unwrap_or_default();
            let known = KNOWN.iter().find(|(known, _)| *known == prefix);
            match (known, tree.root_element()) {
                (Some((_, namespace)), Some(root)) => {
                    tree.set_attr(root, &format!("xmlns:{prefix}"), *namespace);
                }
                _ if is_attr => tree.remove_attr(node, &name),
                _ => tree.rename(node, "span"),
            }
        }
    }
    document.changed |= repaired > 0;
    repaired
}

/// Whether the node or one around it declares a prefix.
fn is_bound(document: &ContentDocument, node: NodeId, prefix: &str) -> bool {
    let tree = &document.tree;
    let declares = |one: NodeId| {
        tree.attrs(one)
            .iter()
            .any(|(name, _)| name.strip_prefix("xmlns:") == Some(prefix))
    };
    matches!(prefix, "xml" | "xmlns")
        || std::iter::once(node).chain(tree.ancestors(node)).any(declares)
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
