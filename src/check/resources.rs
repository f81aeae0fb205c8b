//! file-missing, file-remote, file-foreign, link-dead: what a document shows lies in the book and is of
//! a type that every reading system knows (EPUB 3.3, sections 3.2 to 3.6), and its links lead to
//! pages of the book.

use super::book::{Page, ParsedBook};
use crate::epub::{ContentDocument, Document, NodeId, media_types, resolve};
use crate::finding::{Code, Finding, Severity};
use crate::reference::{is_remote, percent_decode};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the container's resources.
struct Resources<'b> {
    /// By their paths: their media types.
    types: BTreeMap<&'b str, &'b str>,
    /// The identifiers of each document.
    ids: BTreeMap<&'b str, BTreeSet<String>>,
}

/// A reference of an element to what it shows or leads to.
#[derive(Debug, Serialize, Deserialize)]
struct ElementReference {
    /// Where the element stands.
    offset: usize,
    /// Its name without a prefix.
    name: String,
    /// The attribute.
    key: String,
    url: String,
    /// Whether it stands in a `<picture>`.
    in_picture: bool,
    /// Whether it holds something that stands in for what it shows.
    has_content: bool,
}

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let types = book.items.iter().map(|(path, item)| (&**path, &*item.media_type));
    let ids: Vec<_> =
        book.pages.par_iter().map(|(page, _)| (page.name, page.document.ids())).collect();
    let resources = Resources { types: types.collect(), ids: ids.into_iter().collect() };
    let references: Vec<Vec<ElementReference>> = book
        .pages
        .par_iter()
        .map(|(page, _)| page.document.fact("references", "", references))
        .collect();
    for ((page, _), references) in book.pages.iter().zip(references) {
        for one in references {
            let found = match &*one.name {
                "a" => link(page, &one.url, &resources),
                _ => shown(book, page, &one, &resources),
            };
            let Some((code, message)) = found else { continue };
            let place = book.epub.place_at(page.name, one.offset);
            let mut finding = Finding::new(code, place, message);
            // What the build could not do without stands in the book.
            finding.severity = Severity::Error;
            out.push(finding);
        }
    }
}

/// The references of a document's elements.
fn references(document: &ContentDocument) -> Vec<ElementReference> {
    let doc = &document.tree;
    let of_element = |node: NodeId| {
        let name = doc.local_name(node).unwrap_or_default();
        let has_content = move || {
            let is_element = |&one: &NodeId| doc.name(one).is_some();
            !doc.text(node).trim().is_empty() || doc.children(node).iter().any(is_element)
        };
        let parent = doc.parent(node).and_then(|parent| doc.local_name(parent));
        let reference = move |key: &&'static str| {
            let url = doc.attr(node, key)?;
            Some(ElementReference {
                offset: doc.offset(node),
                name: name.to_owned(),
                key: (*key).to_owned(),
                url: url.to_owned(),
                in_picture: parent == Some("picture"),
                has_content: name == "object" && has_content(),
            })
        };
        let keys = keys(doc, node, name).iter();
        // A link has one target.
        let most = if name == "a" { 1 } else { keys.len() };
        keys.filter_map(reference).take(most)
    };
    doc.descendants(doc.root())
        .filter(|&node| doc.name(node).is_some())
        .flat_map(of_element)
        .collect()
}

/// The attributes by which an element refers to something.
fn keys(doc: &Document, node: NodeId, name: &str) -> &'static [&'static str] {
    match name {
        "a" | "image" => &["href", "xlink:href"],
        "img" | "audio" | "iframe" | "track" | "source" | "embed" => &["src"],
        "video" => &["src", "poster"],
        "input" if doc.attr(node, "type") == Some("image") => &["src"],
        "object" => &["data"],
        _ => &[],
    }
}

/// What is wrong with what an element shows.
fn shown(
    book: &ParsedBook<'_>,
    page: &Page<'_>,
    reference: &ElementReference,
    resources: &Resources<'_>,
) -> Option<(Code, String)> {
    let ElementReference { name, key, url, .. } = reference;
    let url = url.trim();
    if url.is_empty() || url.starts_with("data:") || url.starts_with('#') {
        return None;
    }
    let plays =
        matches!(&**name, "audio" | "video" | "source" | "track") && *key == "src";
    if is_remote(url) {
        // Sound and film may lie on the web, where the manifest says so.
        let message = || format!("<{name}> shows {url}, which lies on the web");
        return (!plays).then(|| (Code::FileRemote, message()));
    }
    let path = resolve(page.name, url).filter(|path| book.epub.get(path).is_some());
    let Some(path) = path else {
        let is_picture = name == "img";
        let code = if is_picture { Code::ImageMissing } else { Code::FileMissing };
        return Some((code, format!("<{name}> shows {url}, which is not in the book")));
    };
    let kind = resources.types.get(&*path).copied().unwrap_or_default();
    if kind.is_empty() {
        let message = format!("<{name}> shows {url}, which is not in the manifest");
        return Some((Code::EpubPackage, message));
    }
    if is_known(reference, kind) || book.fallbacks.contains(&*path) {
        return None;
    }
    let message =
        format!("<{name}> shows {url}, which is {kind}: readers need not know that type");
    Some((Code::FileForeign, message))
}

/// Whether every reading system knows a type where it stands, or gets something in its place.
fn is_known(reference: &ElementReference, kind: &str) -> bool {
    let is_page = matches!(kind, "application/xhtml+xml" | "image/svg+xml");
    match (&*reference.name, &*reference.key) {
        ("video", "src") | ("track" | "source", _) => true,
        ("audio", _) => media_types::is_core(kind),
        ("img", _) if reference.in_picture => media_types::is_core(kind),
        ("object", _) => {
            is_page
                || media_types::is_core(kind)
                || kind.starts_with("video/")
                || reference.has_content
        }
        ("iframe" | "embed", _) => {
            is_page || media_types::is_core(kind) || kind.starts_with("video/")
        }
        _ => media_types::is_core(kind),
    }
}

/// What is wrong with where a link leads.
fn link(
    page: &Page<'_>,
    href: &str,
    resources: &Resources<'_>,
) -> Option<(Code, String)> {
    let href = href.trim();
    if href.is_empty() || is_remote(href) {
        return None;
    }
    let dead = |why: &str| {
        Some((Code::LinkDead, format!("the link leads to {href}, which {why}")))
    };
    let Some(path) = resolve(page.name, href) else { return dead("is not in the book") };
    match resources.types.get(&*path) {
        None => return dead("is not in the book"),
        Some(
            &("application/xhtml+xml" | "image/svg+xml" | "application/x-dtbook+xml"),
        ) => {}
        Some(_) => return dead("is no page of the book"),
    }
    let id = href.split_once('#').map(|(_, id)| id).filter(|id| !id.is_empty())?;
    let ids = resources.ids.get(&*path)?;
    if ids.contains(id) || ids.contains(&*percent_decode(id)) || id.contains('(') {
        return None;
    }
    dead("names no element of that page")
}
