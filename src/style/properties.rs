//! What a document holds, said in the manifest: drawings, formulas, scripts (EPUB 3.3, section
//! D.8). Drawings and formulas typed into a chapter get the namespace that makes them such.

use super::documents::{Documents, Open};
use crate::epub::{Epub, Package, resolve};

/// Elements that are only themselves in a namespace of their own.
const FOREIGN: &[(&str, &str)] = &[
    ("svg", "http://www.w3.org/2000/svg"),
    ("math", "http://www.w3.org/1998/Math/MathML"),
];

pub(super) fn apply(epub: &Epub, package: &mut Package, documents: &mut Documents) {
    for open in &mut documents.0 {
        namespaces(open);
    }
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        let Some(open) = documents.0.iter().find(|open| open.path == path) else {
            continue;
        };
        for (name, has) in [
            ("svg", open.find("svg").is_some()),
            ("mathml", open.find("math").is_some()),
            ("scripted", open.find("script").is_some() || open.find("form").is_some()),
        ] {
            package.set_property(item.node, name, has);
        }
    }
}

fn namespaces(open: &mut Open) {
    let tree = &open.tree;
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
        open.tree.set_attr(node, name, value);
        open.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_gets_its_namespace() {
        let xml = "<html><body><svg><use xlink:href=\"#a\" /></svg></body></html>";
        let mut open = Open::of("a.xhtml", xml);
        namespaces(&mut open);
        let out = open.tree.to_xml();
        assert!(out.contains(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
        ));
        open.changed = false;
        namespaces(&mut open);
        assert!(!open.changed);
    }
}
