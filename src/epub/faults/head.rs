//! What is wrong with a document's head, as an author's own lines leave it (`header-includes`).

use super::attributes::attributes;
use super::{MarkupFault, References};
use crate::elements::PRAGMAS;
use crate::epub::dom::{Document, Kind, NodeId};

/// What a head may hold.
const HOLDS: &[&str] = &["base", "link", "meta", "script", "style", "template", "title"];

pub(super) fn head(
    tree: &Document,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    let is_head = |node: &NodeId| tree.name(*node) == Some("head");
    let Some(head) = tree.descendants(tree.root()).find(is_head) else { return };
    let (mut has_title, mut has_charset) = (false, false);
    for &child in tree.children(head) {
        let Some(name) = tree.name(child) else {
            if matches!(tree.kind(child), Kind::Text(text) if !text.trim().is_empty()) {
                faults.push((child, MarkupFault::Text));
            }
            continue;
        };
        if name.contains(':') {
            continue;
        }
        if !HOLDS.contains(&name) || (name == "title" && has_title) {
            faults.push((child, MarkupFault::Misplaced));
            continue;
        }
        has_title |= name == "title";
        if has_charset && tree.attr(child, "charset").is_some() {
            faults.push((child, MarkupFault::Misplaced));
            continue;
        }
        has_charset |= tree.attr(child, "charset").is_some();
        attributes(tree, child, name, known, faults);
        metadata(tree, child, name, faults);
    }
}

/// What metadata have to say, and may.
fn metadata(
    tree: &Document,
    node: NodeId,
    name: &str,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    let has = |key: &str| tree.attr(node, key).is_some();
    let is_said = has("property") || has("itemprop");
    let needs = match name {
        "meta" if !(has("name") || has("http-equiv") || has("charset") || is_said) => {
            "name"
        }
        "meta" if !(has("content") || has("charset")) => "content",
        "link" if !(has("rel") || is_said) => "rel",
        "base" if !(has("href") || has("target")) => "href",
        _ => "",
    };
    if !needs.is_empty() {
        faults.push((node, MarkupFault::Needs(needs)));
    }
    let pragma = tree.attr(node, "http-equiv").map(str::to_ascii_lowercase);
    if pragma.is_some_and(|pragma| !PRAGMAS.contains(&&*pragma)) {
        faults.push((node, MarkupFault::Value("http-equiv".to_owned())));
    }
}
