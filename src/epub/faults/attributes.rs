//! What is wrong with the attributes of an element by themselves, and with its role.

use super::{MarkupFault, References};
use crate::elements::aria::Permission;
use crate::elements::attributes::{is_common, is_handler, may_be, may_have};
use crate::elements::forms;
use crate::elements::style::are_declarations;
use crate::epub::dom::{Document, NodeId};
use crate::reference::{is_remote, valid_url};
use std::collections::HashMap;

pub(super) fn attributes(
    tree: &Document,
    node: NodeId,
    name: &str,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    let mut has_state = false;
    // Looked for once, for there may be very many attributes.
    let (field, mut prefixes) = (FormControl::of(tree, node, name), None);
    for (key, value) in tree.attrs(node) {
        let key = &**key;
        // Nearly all of a book; every element may have it, and it may be any.
        if key == "class" {
            continue;
        }
        has_state |= key == "role" || key.starts_with("aria-");
        if !may_have(name, key)
            || !is_known_namespace(name, key, || {
                prefixes.get_or_insert_with(|| tree.prefixes(node))
            })
            || field.as_ref().is_some_and(|field| !field.may_have(key))
            || is_misfit(tree, node, name, key, known)
        {
            faults.push((node, MarkupFault::Attribute(key.to_owned())));
        } else if is_handler(key) {
            faults.push((node, MarkupFault::Handler(key.to_owned())));
        } else if !may_be(name, key, value)
            || field.as_ref().is_some_and(|field| !field.may_be(key, value))
            || is_wrong(tree, node, key, value)
        {
            faults.push((node, MarkupFault::Value(key.to_owned())));
        }
    }
    if has_state {
        role(tree, node, name, faults);
    }
    let needs = match name {
        "img" | "track" => "src",
        "meta" if parent(tree, node) != Some("head") => "content",
        "bdo" => "dir",
        "data" | "meter" => "value",
        "map" => "name",
        "area" if is_shape_without_place(tree, node) => "coords",
        "area" if tree.attr(node, "href").is_some() => "alt",
        "area" if tree.attr(node, "alt").is_some() => "href",
        "input" if tree.attr(node, "type") == Some("image") => "alt",
        "optgroup" => "label",
        "param" if tree.attr(node, "name").is_none() => "name",
        "param" => "value",
        "source" if parent(tree, node) == Some("picture") => "srcset",
        "source" => "src",
        "object" if tree.attr(node, "type").is_none() => "data",
        _ => return,
    };
    if tree.attr(node, needs).is_none() {
        faults.push((node, MarkupFault::Needs(needs)));
    }
}

/// Which roles, states and properties an element may have.
fn permission(tree: &Document, node: NodeId) -> Permission {
    let name = tree.name(node).unwrap_or_default();
    let kind = tree.attr(node, "type").unwrap_or_default();
    match (name, kind) {
        ("a", _) if tree.attr(node, "href").is_none() => Permission::of("span"),
        ("input", "email" | "tel" | "url") if tree.attr(node, "list").is_some() => {
            Permission::of("input list")
        }
        ("input", "") => Permission::of("input text"),
        ("input", _) | ("button", "button" | "reset") => {
            Permission::of(&format!("{name} {kind}"))
        }
        ("li", _) if parent(tree, node) == Some("menu") => Permission::of("menu li"),
        _ => Permission::of(name),
    }
}

/// What is wrong with an element's role, and with the states and properties that go with it.
fn role(
    tree: &Document,
    node: NodeId,
    name: &str,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    let permission = permission(tree, node);
    let role = tree.attr(node, "role");
    if role.is_some_and(|role| !permission.may_be(role)) {
        // What goes with it is judged when it is gone.
        let fault = if may_have(name, "role") {
            MarkupFault::Value("role".to_owned())
        } else {
            MarkupFault::Attribute("role".to_owned())
        };
        faults.push((node, fault));
        return;
    }
    for (key, _) in tree.attrs(node) {
        let Some(state) = key.strip_prefix("aria-") else { continue };
        if may_have(name, key) && !permission.may_have(role, state) {
            faults.push((node, MarkupFault::Attribute(key.to_string())));
        }
    }
    let needs = role.into_iter().flat_map(|role| permission.needs(role));
    let missing =
        needs.filter(|state| tree.attr(node, &format!("aria-{state}")).is_none());
    faults.extend(missing.map(|state| (node, MarkupFault::State(state))));
}

/// Whether an attribute may stand at such an element, but not at this one.
fn is_misfit(
    tree: &Document,
    node: NodeId,
    name: &str,
    key: &str,
    known: &References,
) -> bool {
    let parent = parent(tree, node);
    match (name, key) {
        ("li", "value") => parent != Some("ol"),
        // What it is a link to is said in one of two ways.
        ("link", "itemprop") => tree.attr(node, "rel").is_some(),
        ("meta", "name" | "charset" | "http-equiv") => parent != Some("head"),
        ("a", "rev") => true,
        ("a" | "area", "itemprop") => tree.attr(node, "href").is_none(),
        ("audio" | "video", "itemprop") => tree.attr(node, "src").is_none(),
        ("embed" | "iframe", "itemprop") => true,
        ("object", "itemprop") => tree.attr(node, "data").is_none(),
        ("track", "default") => known.is_default_again(tree, node),
        (
            "button",
            "formaction" | "formenctype" | "formmethod" | "formnovalidate" | "formtarget",
        ) => matches!(tree.attr(node, "type"), Some("button" | "reset")),
        ("area", "coords") => tree.attr(node, "shape") == Some("default"),
        ("img", "ismap") => !tree
            .ancestors(node)
            .any(|one| tree.name(one) == Some("a") && tree.attr(one, "href").is_some()),
        ("option", "selected") => known.is_selected_again(tree, node),
        ("source", "src") => parent == Some("picture"),
        ("source", "srcset" | "sizes" | "media" | "width" | "height") => {
            parent != Some("picture")
        }
        (
            "a",
            "download" | "hreflang" | "ping" | "referrerpolicy" | "target" | "type",
        ) => tree.attr(node, "href").is_none(),
        _ => false,
    }
}

/// Whether an attribute's value is wrong by more than the attribute's own rules.
pub(super) fn is_wrong(tree: &Document, node: NodeId, key: &str, value: &str) -> bool {
    match key {
        "wrap" => value == "hard" && tree.attr(node, "cols").is_none(),
        "coords" => !are_coordinates(tree.attr(node, "shape"), value),
        "style" => !are_declarations(value),
        "cite" => !is_remote(value) || valid_url(value).as_deref() != Some(value),
        "xml:lang" => {
            let lang = tree.attr(node, "lang");
            lang.is_some_and(|lang| !lang.eq_ignore_ascii_case(value))
        }
        _ => false,
    }
}

fn parent(tree: &Document, node: NodeId) -> Option<&str> {
    tree.parent(node).and_then(|parent| tree.name(parent))
}

/// What a form's field is asked for.
struct FormControl<'t> {
    kind: &'t str,
    takes_many: bool,
}

impl<'t> FormControl<'t> {
    fn of(tree: &'t Document, node: NodeId, name: &str) -> Option<Self> {
        (name == "input").then(|| Self {
            kind: tree.attr(node, "type").unwrap_or("text"),
            takes_many: tree.attr(node, "multiple").is_some(),
        })
    }

    fn may_have(&self, key: &str) -> bool {
        is_common(key) || forms::may_have(self.kind, key)
    }

    fn may_be(&self, key: &str, value: &str) -> bool {
        forms::may_be(self.kind, key, value, self.takes_many)
    }
}

/// Whether an attribute with a prefix is one that HTML takes: XML's, the ePub's own, those for speech, and those
/// that somebody defined for himself (EPUB 3.3, section 6.1.3.6). One whose prefix is not declared makes the document
/// no XML, which is a finding of its own.
fn is_known_namespace<'p, 't: 'p>(
    name: &str,
    key: &str,
    prefixes: impl FnOnce() -> &'p mut HashMap<&'t str, &'t str>,
) -> bool {
    const FOR_READERS: &[&str] = &[
        "http://www.idpf.org/2007/ops",
        "http://www.w3.org/2001/10/synthesis",
        "http://www.w3.org/2001/xml-events",
    ];
    match key.split_once(':') {
        None | Some(("xmlns", _) | ("xml", "base" | "lang" | "space")) => true,
        Some(("xml", _)) => false,
        Some(("epub", local)) => {
            local == "type"
                && !matches!(
                    name,
                    "base" | "link" | "meta" | "script" | "style" | "template" | "title"
                )
        }
        Some((prefix, _)) => prefixes().get(prefix).is_none_or(|namespace| {
            FOR_READERS.contains(namespace) || !is_reserved(namespace)
        }),
    }
}

/// Whether a namespace is one that only the standard's makers give names in.
fn is_reserved(namespace: &str) -> bool {
    let host = namespace.split_once("://").map(|(_, rest)| rest.split('/').next());
    let host = host.flatten().unwrap_or_default();
    ["w3.org", "idpf.org"].iter().any(|reserved| host.contains(reserved))
}

/// Whether an area of an image map says its shape, and not where it is.
fn is_shape_without_place(tree: &Document, node: NodeId) -> bool {
    let shape = tree.attr(node, "shape");
    shape.is_some_and(|shape| shape != "default") && tree.attr(node, "coords").is_none()
}

/// Whether numbers are those of a shape of an image map (HTML, section 4.8.14).
fn are_coordinates(shape: Option<&str>, value: &str) -> bool {
    let numbers: Vec<&str> = value.trim().split(',').collect();
    let are_numbers = numbers.iter().all(|number| {
        let digits = number.strip_prefix('-').unwrap_or(number);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let right = match shape {
        Some("circle") => numbers.len() == 3 && !numbers[2].starts_with('-'),
        Some("poly") => numbers.len() >= 6 && numbers.len().is_multiple_of(2),
        _ => numbers.len() == 4,
    };
    are_numbers && right
}
