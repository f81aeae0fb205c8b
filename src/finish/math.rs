//! Formulas: those that pandoc could not read are told of, and those that it could have their TeX as
//! the text for readers who do not see them (MathML Core, section 2.2.1; DAISY, "MathML alttext").
//!
//! ```text
//! <math><semantics>…<annotation encoding="application/x-tex">x^2</annotation></semantics></math>
//! becomes   <math alttext="x^2">…
//! ```
//!
//! Wide ones get a box of their own, which scrolls and leaves the page as wide as it is.

use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::dom::Kind;
use crate::epub::{ContentDocument, Document, NodeId};
use crate::finding::{Code, Finding, Subject};

/// A formula within a line of so many characters may be wider than the page of a telephone.
const WIDE: usize = 24;

/// And in a table, where it has a column.
const CELL: usize = 10;

pub(super) fn apply(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    let nodes: Vec<NodeId> = document.tree.descendants(document.tree.root()).collect();
    for node in nodes {
        let tree = &mut document.tree;
        match tree.local_name(node) {
            Some("math") => {
                let tex = tex_of(tree, node);
                if let Some(tex) = tex.filter(|_| tree.attr(node, "alttext").is_none()) {
                    tree.set_attr(node, "alttext", tex);
                    document.changed = true;
                }
                document.changed |= put_in_box(tree, node);
            }
            Some("span") if tree.has_class(node, "math") => {
                let text = tree.text(node);
                // In the table of contents it is the heading's own once more.
                let in_nav =
                    tree.ancestors(node).any(|one| tree.local_name(one) == Some("nav"));
                if text.starts_with('$') && !in_nav {
                    let place = context.epub.place_at(&document.path, tree.offset(node));
                    outcome.findings.push(unread(text.trim_matches('$'), place));
                }
            }
            _ => {}
        }
    }
}

fn is_in_cell(tree: &Document, math: NodeId) -> bool {
    tree.ancestors(math).any(|one| matches!(tree.name(one), Some("td" | "th")))
}

/// Puts a formula that may be wider than a page into a box that scrolls by itself; whether it did.
fn put_in_box(tree: &mut Document, math: NodeId) -> bool {
    let in_annotation = |&node: &NodeId| {
        let name = tree.local_name(node);
        matches!(name, Some("annotation" | "annotation-xml"))
    };
    let length = |node| tree.text(node).chars().filter(|c| !c.is_whitespace()).count();
    let note = tree.descendants(math).find(in_annotation).map_or(0, length);
    let class = if tree.attr(math, "display") == Some("block") {
        "math-box"
    } else if length(math) - note > if is_in_cell(tree, math) { CELL } else { WIDE } {
        "wide math-box"
    } else {
        return false;
    };
    let parent = tree.parent(math);
    let is_known = |&node: &NodeId| {
        tree.local_name(node) == Some("math") || tree.has_class(node, "math-box")
    };
    let placed = parent.filter(|parent| {
        tree.name(*parent).is_some()
            && !is_known(parent)
            && !tree.ancestors(math).any(|one| tree.local_name(one) == Some("svg"))
    });
    let Some(parent) = placed else { return false };
    let Some(at) = tree.children(parent).iter().position(|&one| one == math) else {
        return false;
    };
    let holder = tree.create_element("span", &[("class", class)]);
    tree.insert(parent, at, holder);
    tree.append(holder, math);
    if class != "math-box" {
        take_sign_behind(tree, parent, holder);
    }
    true
}

/// Moves the comma or the full stop behind a box into it, for a line may end behind any box.
fn take_sign_behind(tree: &mut Document, parent: NodeId, holder: NodeId) {
    let at = tree.children(parent).iter().position(|&one| one == holder);
    let behind = at.and_then(|at| tree.children(parent).get(at + 1)).copied();
    let Some((behind, Kind::Text(text))) = behind.map(|node| (node, tree.kind(node)))
    else {
        return;
    };
    let rest = text.trim_start_matches(|c| ".,;:!?)]’”»".contains(c)).to_owned();
    let signs = text[..text.len() - rest.len()].to_owned();
    if signs.is_empty() {
        return;
    }
    let signs = tree.create(Kind::Text(signs));
    tree.append(holder, signs);
    let rest = tree.create(Kind::Text(rest));
    tree.replace(behind, rest);
}

/// The TeX that a formula was made of.
fn tex_of(tree: &Document, math: NodeId) -> Option<String> {
    let is_tex = |&node: &NodeId| {
        tree.local_name(node) == Some("annotation")
            && tree.attr(node, "encoding") == Some("application/x-tex")
    };
    tree.descendants(math).find(is_tex).map(|node| tree.text(node))
}

fn unread(tex: &str, place: concfilter::error::Place) -> Finding {
    let short: Vec<&str> = tex.split_whitespace().collect();
    let message =
        format!("the formula {} cannot be read, and stays TeX", short.join(" "));
    Finding::new(Code::FormulaUnread, place, message)
        .about(Subject::Written(tex.to_owned()))
        .hint(
            "pandoc reads what LaTeX and amsmath bring; write out other commands, or define \
             them with \\newcommand before the formula",
        )
}

#[cfg(test)]
mod tests {
    use super::super::pass::DocumentOptions;
    use super::*;
    use crate::epub::Epub;

    #[test]
    fn formulas_have_their_tex_and_unread_ones_are_told() {
        let mut document = ContentDocument::of(
            "a.xhtml",
            "<p><math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x\
             </annotation></semantics></math><span class=\"math inline\">$\\foo$</span>\
             <span class=\"math inline\">\\(y\\)</span></p>",
        );
        let (epub, mut outcome) = (Epub::empty("t"), DocumentOutcome::default());
        let context =
            DocumentContext { epub: &epub, options: DocumentOptions::default() };
        apply(&mut document, &context, &mut outcome);
        let math = document.find("math").unwrap();
        assert_eq!(document.tree.attr(math, "alttext"), Some("x"));
        assert_eq!(outcome.findings.len(), 1);
        assert!(outcome.findings[0].message.contains("\\foo"));
    }

    #[test]
    fn a_wide_formula_keeps_the_sign_behind_it() {
        let sum = "<mi>x</mi><mo>+</mo>".repeat(20);
        let mut document = ContentDocument::of(
            "a.xhtml",
            &format!("<p><math>{sum}</math>), and <b>c</b></p>"),
        );
        let (epub, mut outcome) = (Epub::empty("t"), DocumentOutcome::default());
        let context =
            DocumentContext { epub: &epub, options: DocumentOptions::default() };
        for _ in 0..2 {
            apply(&mut document, &context, &mut outcome);
            let xml = document.tree.to_xml();
            assert!(xml.contains("<span class=\"wide math-box\"><math>"), "{xml}");
            assert!(xml.ends_with("</math>),</span> and <b>c</b></p>"), "{xml}");
        }
    }
}
