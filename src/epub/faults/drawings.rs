//! What is wrong with a vector image within a document. EPUBCheck lets it hold any element with any
//! attribute; what it asks of identifiers, of the inflection of elements and of HTML within it is here
//! (EPUB 3.3, section 6.1.3.2).

use super::attributes::is_wrong;
use super::formulas::is_html;
use super::references::{References, state};
use super::{MarkupFault, PendingElement};
use crate::elements::content::{is_flow_only, is_phrasing};
use crate::elements::formulas::is_name;
use crate::epub::dom::{Document, NodeId};

/// Elements that readers see, and that may say what they are.
const SEEN: &[&str] = &[
    "a", "audio", "canvas", "circle", "ellipse", "g", "iframe", "image", "line", "path",
    "polygon", "polyline", "rect", "svg", "switch", "symbol", "text", "textPath",
    "tspan", "unknown", "use", "video",
];

/// Looks at a vector image; what of HTML stands in it and is to be looked at next.
pub(super) fn vector_image(
    tree: &Document,
    svg: NodeId,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) -> Vec<PendingElement> {
    let mut inside = Vec::new();
    let mut open = vec![svg];
    while let Some(node) = open.pop() {
        let Some(name) = tree.name(node) else { continue };
        attributes(tree, node, name, known, faults);
        let holds_html = matches!(name, "foreignObject" | "title");
        for &child in tree.children(node) {
            match tree.name(child) {
                Some(inner) if holds_html && is_html(tree, child) => {
                    if !is_phrasing(inner) && !is_flow_only(inner) {
                        faults.push((child, MarkupFault::Misplaced));
                    }
                    inside.push(PendingElement { node: child, in_lines: false });
                }
                Some("math") => {}
                Some("svg") if name == "foreignObject" => open.push(child),
                Some(_) if holds_html => faults.push((child, MarkupFault::Unknown)),
                Some(_) => open.push(child),
                None => {}
            }
        }
    }
    inside
}

fn attributes(
    tree: &Document,
    node: NodeId,
    name: &str,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    for (key, value) in tree.attrs(node) {
        let key = &**key;
        let is_right = match key {
            "id" => !value.is_empty() && !value.contains(char::is_whitespace),
            "epub:type" if SEEN.contains(&name) => {
                !value.trim().is_empty() && value.split_ascii_whitespace().all(is_name)
            }
            _ if key.starts_with("epub:") => {
                faults.push((node, MarkupFault::Attribute(key.to_owned())));
                continue;
            }
            "style" => !is_wrong(tree, node, key, value),
            _ => state(tree, node, key, value, known),
        };
        if !is_right {
            faults.push((node, MarkupFault::Value(key.to_owned())));
        }
    }
}
