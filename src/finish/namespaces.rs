//! Vector images and formulas typed into a chapter get the namespace that makes them such.
//!
//! ```text
//! <svg><path /></svg>   becomes   <svg xmlns="http://www.w3.org/2000/svg"><path /></svg>
//! ```

use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::ContentDocument;

/// Elements that readers draw only in these namespaces.
const FOREIGN: &[(&str, &str)] = &[
    ("svg", "http://www.w3.org/2000/svg"),
    ("math", "http://www.w3.org/1998/Math/MathML"),
];

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    _: &mut DocumentOutcome,
) {
    declare(document);
}

fn declare(document: &mut ContentDocument) {
    let tree = &document.tree;
    let mut missing = Vec::new();
    for node in tree.descendants(tree.root()) {
        for (name, namespace) in FOREIGN {
            if tree.name(node) == Some(name) && tree.attr(node, "xmlns").is_none() {
                missing.push((node, "xmlns", *namespace));
            }
        }
        let is_svg = tree.name(node) == Some("svg");
        let uses_xlink = || {
            tree.descendants(node).any(|one| {
                tree.attrs(one).iter().any(|(key, _)| key.starts_with("xlink:"))
            })
        };
        let declares = |one| tree.attr(one, "xmlns:xlink").is_some();
        if is_svg
            && uses_xlink()
            && !declares(node)
            && !tree.ancestors(node).any(declares)
        {
            missing.push((node, "xmlns:xlink", "http://www.w3.org/1999/xlink"));
        }
    }
    for (node, name, value) in missing {
        document.tree.set_attr(node, name, value);
        document.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_image_gets_its_namespace() {
        let xml = "<html><body><svg><use xlink:href=\"#a\" /></svg></body></html>";
        let mut document = ContentDocument::of("a.xhtml", xml);
        declare(&mut document);
        let out = document.tree.to_xml();
        assert!(out.contains(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
        ));
        document.changed = false;
        declare(&mut document);
        assert!(!document.changed);
    }
}
