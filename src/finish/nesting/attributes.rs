//! Attributes that an element lacks, and values that are none.
//!
//! ```text
//! <div role="note figure">                  becomes   <div role="note">
//! <td headers="a gone">                     becomes   <td headers="a">
//! <area coords="0, 0, 10, 10.5" …>          becomes   <area coords="0,0,10,11" …>
//! ```

use crate::elements::style::valid_declarations;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::faults::{MarkupFault, References, attribute_faults};

/// Attributes that hold several words, of which each may be right or wrong.
const LISTS: &[&str] = &[
    "aria-controls",
    "aria-describedby",
    "aria-flowto",
    "aria-labelledby",
    "aria-owns",
    "epub:type",
    "for",
    "headers",
    "role",
];

/// Attributes by which an element may have a role or not, besides states and properties.
const FOR_ROLES: &[&str] = &["href", "list", "type"];

/// Puts a value into the place of one that is none, or does without it, as readers do. Which elements it may name is
/// `known` from before the mends; what these have made wrong is found in the next round.
pub(super) fn value(tree: &mut Document, node: NodeId, key: &str, known: &References) {
    let text = tree.attr(node, key).unwrap_or_default().to_owned();
    let new = match (tree.name(node).unwrap_or_default(), key) {
        // Any value hides, or switches on.
        (_, "hidden" | "open" | "controls" | "checked") => Some(String::new()),
        (_, "style") => Some(valid_declarations(&text)).filter(|kept| !kept.is_empty()),
        ("area", "coords") => match coordinates(tree.attr(node, "shape"), &text) {
            // An area without a place is nowhere.
            None => return tree.detach(node),
            numbers => numbers,
        },
        // As systems of messages write it: en_US.
        (_, "lang" | "xml:lang" | "hreflang" | "srclang") if text.contains('_') => {
            return language(tree, node, key, &text, known);
        }
        // A sign for what is escaped that escapes nothing.
        (_, "href") if tree.name(node) != Some("link") => Some(escaped(&text)),
        // A map is known by its name.
        ("map", "id") => return rename_map(tree, node, &text, known),
        _ if LISTS.contains(&key) => words(tree, node, key, &text, known),
        _ => None,
    };
    match new {
        Some(new) => tree.set_attr(node, key, new),
        None => tree.remove_attr(node, key),
    }
}

/// An address in which what is no escape is escaped.
fn escaped(address: &str) -> String {
    let mut parts = address.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_one =
            part.len() >= 2 && part.bytes().take(2).all(|b| b.is_ascii_hexdigit());
        out.push_str(if is_one { "%" } else { "%25" });
        out.push_str(part);
    }
    out
}

/// Those words of a value that are right; of several roles, readers take the first that they know.
fn words(
    tree: &mut Document,
    node: NodeId,
    key: &str,
    text: &str,
    known: &References,
) -> Option<String> {
    let wrong = MarkupFault::Value(key.to_owned());
    let is_role = key == "role";
    let all = tree.attrs(node).to_vec();
    // The element is judged for each word, so with nothing that the word is not judged by.
    tree.retain_attrs(node, |one, _| {
        one == key || is_role && (FOR_ROLES.contains(&one) || one.starts_with("aria-"))
    });
    for other in LISTS.iter().filter(|&&other| other != key) {
        if tree.attr(node, other).is_some() {
            tree.set_attr(node, other, "");
        }
    }
    let mut kept = Vec::new();
    for word in text.split_ascii_whitespace() {
        tree.set_attr(node, key, word);
        let faults = attribute_faults(tree, node, known);
        let lacks = faults.iter().any(|fault| matches!(fault, MarkupFault::State(_)));
        if !(faults.contains(&wrong) || is_role && lacks) {
            kept.push(word);
            if is_role {
                break;
            }
        }
    }
    tree.retain_attrs(node, |_, _| false);
    tree.set_attrs(node, all);
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// The numbers of a shape of an image map, as EPUBCheck wants them: whole, and with nothing but commas.
fn coordinates(shape: Option<&str>, text: &str) -> Option<String> {
    let parts = text.split(|c: char| c == ',' || c.is_whitespace());
    let mut numbers: Vec<f64> = parts
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok())
        .collect();
    let wanted = match shape {
        Some("circle") => 3,
        Some("poly") => (numbers.len() / 2 * 2).max(6),
        _ => 4,
    };
    if numbers.len() < wanted {
        return None;
    }
    numbers.truncate(wanted);
    let numbers: Vec<String> = numbers
        .into_iter()
        .map(|number| format!("{:.0}", number.round() + 0.0))
        .collect();
    Some(numbers.join(","))
}

/// Calls a map by its identifier, and has the pictures that show it do so.
fn rename_map(tree: &mut Document, map: NodeId, id: &str, known: &References) {
    let old = format!("#{}", tree.attr(map, "name").unwrap_or_default());
    tree.set_attr(map, "name", id);
    for &one in known.shows(&old) {
        tree.set_attr(one, "usemap", format!("#{id}"));
    }
}

/// A language as HTML has it, where that is what is wrong with it.
fn language(
    tree: &mut Document,
    node: NodeId,
    key: &str,
    text: &str,
    known: &References,
) {
    tree.set_attr(node, key, text.replace('_', "-"));
    if attribute_faults(tree, node, known).contains(&MarkupFault::Value(key.to_owned())) {
        tree.remove_attr(node, key);
    }
}

/// Gives an element the attribute that it has to have, or does without the element.
pub(super) fn needs(tree: &mut Document, node: NodeId, name: &str) {
    match (tree.name(node).unwrap_or_default(), name) {
        ("img", _) => {
            let alt = tree.attr(node, "alt").unwrap_or_default().to_owned();
            let text = tree.create(Kind::Text(alt));
            tree.replace(node, text);
        }
        ("source" | "track", _) | ("param", "name") => tree.detach(node),
        ("param", _) => tree.set_attr(node, name, String::new()),
        // It is nowhere.
        ("area", "coords") => tree.detach(node),
        ("area", "href") => tree.remove_attr(node, "alt"),
        ("area" | "optgroup", _) => tree.set_attr(node, name, String::new()),
        // What browsers show where there is none.
        ("input", _) => tree.set_attr(node, name, "Submit"),
        ("bdo" | "data", _) => tree.rename(node, "span"),
        _ => tree.unwrap(node),
    }
}
