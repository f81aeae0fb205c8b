//! What a document is, said to reading systems: its title, and the ARIA role that goes with each
//! `epub:type`.

use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::{ContentDocument, Document, NodeId};

/// `epub:type`s and the roles that say the same (EPUB Structural Semantics Vocabulary 1.1 and
/// DPUB-ARIA 1.1).
const ROLES: &[(&str, &str)] = &[
    ("abstract", "doc-abstract"),
    ("acknowledgments", "doc-acknowledgments"),
    ("afterword", "doc-afterword"),
    ("appendix", "doc-appendix"),
    ("biblioref", "doc-biblioref"),
    ("bibliography", "doc-bibliography"),
    ("chapter", "doc-chapter"),
    ("colophon", "doc-colophon"),
    ("conclusion", "doc-conclusion"),
    ("dedication", "doc-dedication"),
    ("endnotes", "doc-endnotes"),
    ("epigraph", "doc-epigraph"),
    ("epilogue", "doc-epilogue"),
    ("errata", "doc-errata"),
    ("foreword", "doc-foreword"),
    ("footnote", "doc-footnote"),
    ("footnotes", "doc-endnotes"),
    ("glossary", "doc-glossary"),
    ("glossref", "doc-glossref"),
    ("index", "doc-index"),
    ("introduction", "doc-introduction"),
    ("noteref", "doc-noteref"),
    ("pagebreak", "doc-pagebreak"),
    ("part", "doc-part"),
    ("preface", "doc-preface"),
    ("prologue", "doc-prologue"),
    ("toc", "doc-toc"),
];

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    _: &mut DocumentOutcome,
) {
    title(document);
    empty_headings(document);
    roles(document);
    deprecated_roles(document);
}

/// Titles a document by its first heading, where its title is no more than its file's name.
fn title(document: &mut ContentDocument) {
    let file = document.path.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(title) = document.find("title") else { return };
    let own = document.tree.text(title);
    if !own.trim().is_empty() && own.trim() != file {
        return;
    }
    let tree = &document.tree;
    let is_heading = |&node: &NodeId| tree.heading_level(node).is_some();
    let heading = tree.descendants(tree.root()).find(is_heading);
    let text = heading.map_or_else(String::new, |node| tree.label(node));
    if text.is_empty() {
        return;
    }
    document.tree.set_text(title, &text);
    document.changed = true;
}

/// Makes plain cells of a table's headings without words, which are read aloud as headings.
fn empty_headings(document: &mut ContentDocument) {
    let tree = &document.tree;
    let empty: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(|&node| tree.name(node) == Some("th") && is_blank(tree, node))
        .collect();
    for node in empty {
        document.tree.rename(node, "td");
        document.tree.remove_attr(node, "scope");
        document.changed = true;
    }
}

/// Whether an element shows nothing.
fn is_blank(tree: &Document, node: NodeId) -> bool {
    let shows = |one| matches!(tree.name(one), Some("img" | "svg" | "math" | "input"));
    tree.text(node).trim().is_empty() && !tree.descendants(node).any(shows)
}

/// Gives sections and divisions with an `epub:type` its role, unless they have one.
fn roles(document: &mut ContentDocument) {
    const HOLDERS: &[&str] = &["section", "nav", "div", "aside"];
    // Of links and phrases, as ARIA in HTML allows them.
    const OWN: &[(&str, &[&str])] =
        &[("a", &["biblioref", "glossref", "noteref"]), ("span", &["pagebreak"])];
    let holds =
        |name: &str| HOLDERS.contains(&name) || OWN.iter().any(|(own, _)| *own == name);
    let tree = &document.tree;
    let mut found = Vec::new();
    for node in tree.descendants(tree.root()) {
        if tree.name(node).is_some_and(holds)
            && tree.attr(node, "role").is_none()
            && let Some(types) = tree.attr(node, "epub:type")
            && let Some((_, role)) = ROLES.iter().find(|(one, _)| {
                let own = OWN.iter().find(|(name, _)| tree.name(node) == Some(*name));
                own.is_none_or(|(_, types)| types.contains(one))
                    && types.split_ascii_whitespace().any(|own| own == *one)
            })
        {
            found.push((node, *role));
        }
    }
    for (node, role) in found {
        document.tree.set_attr(node, "role", role);
        document.changed = true;
    }
}

/// Takes off roles that DPUB-ARIA 1.1 has given up, as pandoc 2 writes one to each entry of a
/// bibliography: items of a list are announced as such.
fn deprecated_roles(document: &mut ContentDocument) {
    const DEPRECATED: &[&str] = &["doc-biblioentry", "doc-endnote"];
    let tree = &document.tree;
    let has_one = |&node: &NodeId| {
        tree.attr(node, "role").is_some_and(|role| DEPRECATED.contains(&role))
    };
    let found: Vec<NodeId> = tree.descendants(tree.root()).filter(has_one).collect();
    for node in found {
        document.tree.remove_attr(node, "role");
        document.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(xml: &str) -> ContentDocument {
        ContentDocument::of("EPUB/text/ch001.xhtml", xml)
    }

    #[test]
    fn a_chapter_is_called_by_its_heading() {
        let mut one = open(
            "<html><head><title>ch001.xhtml</title></head><body><h1>A <code>b</code>\nc</h1></body></html>",
        );
        title(&mut one);
        assert!(one.tree.to_xml().contains("<title>A b c</title>"));
        let named =
            "<html><head><title>Mine</title></head><body><h1>A</h1></body></html>";
        let mut other = open(named);
        title(&mut other);
        assert_eq!(other.tree.to_xml(), named);
    }

    #[test]
    fn roles_of_old_are_taken_off() {
        let mut one = open(
            "<html><div role=\"list\"><div id=\"ref-a\" role=\"doc-biblioentry\">A</div></div></html>",
        );
        deprecated_roles(&mut one);
        let out = one.tree.to_xml();
        assert!(
            out.contains("<div id=\"ref-a\">A</div>") && out.contains("role=\"list\""),
            "{out}"
        );
    }

    #[test]
    fn types_have_roles() {
        let mut one = open(
            "<html><section epub:type=\"appendix\"></section><section epub:type=\"part\" \
             role=\"own\"></section><p epub:type=\"toc\"></p></html>",
        );
        roles(&mut one);
        let out = one.tree.to_xml();
        assert!(out.contains("epub:type=\"appendix\" role=\"doc-appendix\""), "{out}");
        assert_eq!(out.matches("role=").count(), 2, "{out}");
    }
}
