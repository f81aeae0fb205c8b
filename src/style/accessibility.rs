//! What the package document says of the book's accessibility, made true: pandoc claims
//! alternative texts for every picture, whether they are there or not.

use super::documents::Documents;
use crate::epub::{Document, NodeId, Package};

pub(super) fn apply(package: &mut Package, documents: &Documents) {
    let mut pictures = 0;
    let mut silent = 0;
    for open in &documents.0 {
        let tree = &open.tree;
        let is_cover = open.find("body").is_some_and(|body| {
            tree.attr(body, "id") == Some("cover")
                || tree.attr(body, "epub:type") == Some("cover")
        });
        for node in tree.descendants(tree.root()).filter(|_| !is_cover) {
            if matches!(tree.name(node), Some("img" | "svg"))
                && !is_decoration(tree, node)
            {
                pictures += 1;
                silent += usize::from(!is_described(tree, node));
            }
        }
    }
    // Nothing is said of a book that says nothing: whoever made it may not want to.
    if !package.has_meta("schema:accessMode") {
        return;
    }
    if pictures > 0 {
        package.add_meta("schema:accessMode", "visual");
    }
    if silent > 0 || pictures == 0 {
        package.remove_meta("schema:accessibilityFeature", "alternativeText");
    }
    if silent > 0 {
        // Without the pictures something would be missing.
        package.remove_meta("schema:accessModeSufficient", "textual");
        package.add_meta("schema:accessModeSufficient", "textual,visual");
    }
}

fn is_decoration(tree: &Document, node: NodeId) -> bool {
    matches!(tree.attr(node, "role"), Some("presentation" | "none"))
        || tree.attr(node, "aria-hidden") == Some("true")
}

fn is_described(tree: &Document, node: NodeId) -> bool {
    let said =
        |name: &str| tree.attr(node, name).is_some_and(|text| !text.trim().is_empty());
    if said("alt") || said("aria-label") || said("aria-labelledby") || said("title") {
        return true;
    }
    let is_title = |one: NodeId| matches!(tree.local_name(one), Some("title" | "desc"));
    let in_figure = |one: NodeId| {
        tree.name(one) == Some("figure")
            && tree.descendants(one).any(|child| tree.name(child) == Some("figcaption"))
    };
    tree.descendants(node).any(is_title) || tree.ancestors(node).any(in_figure)
}

#[cfg(test)]
mod tests {
    use super::super::documents::Open;
    use super::*;

    fn said(body: &str) -> String {
        let opf = "<package><metadata><meta property=\"schema:accessMode\">textual</meta>\
                   <meta property=\"schema:accessModeSufficient\">textual</meta>\
                   <meta property=\"schema:accessibilityFeature\">alternativeText</meta></metadata>\
                   <manifest></manifest></package>";
        let mut package = Package::parse(opf).unwrap();
        let tree = Document::parse(&format!("<html><body>{body}</body></html>")).unwrap();
        let documents = Documents(vec![Open { path: "a".into(), tree, changed: false }]);
        apply(&mut package, &documents);
        let once = package.to_xml();
        apply(&mut package, &documents);
        assert_eq!(package.to_xml(), once, "a second time");
        once
    }

    #[test]
    fn claims_follow_what_the_book_holds() {
        let silent = said("<img src=\"a\" alt=\"\" />");
        assert!(
            !silent.contains("alternativeText") && silent.contains(">visual<"),
            "{silent}"
        );
        assert!(
            silent.contains(">textual,visual<")
                && silent.matches("Sufficient").count() == 1
        );
        let described = said("<img src=\"a\" alt=\"A quay\" />");
        assert!(described.contains("alternativeText") && described.contains(">visual<"));
        let none = said("<p>text</p>");
        assert!(!none.contains("alternativeText") && !none.contains("visual"), "{none}");
        assert!(said("<figure><img src=\"a\" alt=\"\" /><figcaption>A quay</figcaption></figure>")
            .contains("alternativeText"));
    }
}
