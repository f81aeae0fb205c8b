//! Prefixes that nothing declares, as text pasted from a word processor brings them: `<o:p>`. A
//! reading system takes such a document for malformed (Namespaces in XML 1.0, section 3).

use super::documents::{Documents, Open};
use super::{Counts, Repair};
use crate::epub::NodeId;

/// Prefixes that mean the same in every ePub.
const KNOWN: &[(&str, &str)] = &[
    ("epub", "http://www.idpf.org/2007/ops"),
    ("m", "http://www.w3.org/1998/Math/MathML"),
    ("math", "http://www.w3.org/1998/Math/MathML"),
    ("ssml", "http://www.w3.org/2001/10/synthesis"),
    ("svg", "http://www.w3.org/2000/svg"),
    ("xlink", "http://www.w3.org/1999/xlink"),
];

pub(super) fn apply(documents: &mut Documents, counts: &mut Counts) {
    for open in &mut documents.0 {
        counts.repairs.add(Repair::Markup, in_document(open));
    }
}

/// Mends one document; how many names there were.
fn in_document(open: &mut Open) -> usize {
    let tree = &open.tree;
    let nodes: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let mut mended = 0;
    for node in nodes {
        let tree = &open.tree;
        let names = tree.name(node).into_iter().map(|name| (name, false));
        let attrs = tree.attrs(node).iter().map(|(name, _)| (&**name, true));
        let unbound: Vec<(String, bool)> = names
            .chain(attrs)
            .filter(|(name, _)| {
                name.split_once(':')
                    .is_some_and(|(prefix, _)| !is_bound(open, node, prefix))
            })
            .map(|(name, is_attr)| (name.to_owned(), is_attr))
            .collect();
        let tree = &mut open.tree;
        for (name, is_attr) in unbound {
            mended += 1;
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
    open.changed |= mended > 0;
    mended
}

/// Whether the node or one around it declares a prefix.
fn is_bound(open: &Open, node: NodeId, prefix: &str) -> bool {
    let tree = &open.tree;
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
            let mut open = Open::of("a.xhtml", given);
            in_document(&mut open);
            assert_eq!(open.tree.to_xml(), expected);
        }
    }
}
