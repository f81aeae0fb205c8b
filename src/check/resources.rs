//! file-missing, file-remote, file-foreign, link-dead: what a document shows lies in the book and is of
//! a type that every reading system knows (EPUB 3.3, sections 3.2 to 3.6), and its links lead to
//! pages of the book.

use super::book::{Page, ParsedBook};
use crate::epub::{Document, NodeId, media_types, resolve};
use crate::finding::{Code, Finding, Severity};
use crate::reference::{is_remote, percent_decode};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the container's resources.
struct Resources<'b> {
    /// By their paths: their media types.
    types: BTreeMap<&'b str, &'b str>,
    /// The identifiers of each document.
    ids: BTreeMap<&'b str, BTreeSet<&'b str>>,
}

pub(super) fn check(book: &ParsedBook<'_>, out: &mut Vec<Finding>) {
    let types = book.items.iter().map(|(path, item)| (&**path, &*item.media_type));
    let ids = book.pages.iter().map(|(page, _)| {
        let doc = page.doc;
        let all = doc.descendants(doc.root()).filter_map(|node| doc.attr(node, "id"));
        (page.name, all.collect())
    });
    let resources = Resources { types: types.collect(), ids: ids.collect() };
    for (page, _) in &book.pages {
        let doc = page.doc;
        for node in doc.descendants(doc.root()) {
            let name = match doc.local_name(node) {
                None | Some("p" | "span" | "code" | "em" | "li" | "td") => continue,
                Some(name) => name,
            };
            for (code, message) in element(book, page, node, name, &resources) {
                let place = book.epub.place_at(page.name, doc.offset(node));
                let mut finding = Finding::new(code, place, message);
                // What the build could not do without stands in the book.
                finding.severity = Severity::Error;
                out.push(finding);
            }
        }
    }
}

/// What is wrong with the references of an element.
fn element(
    book: &ParsedBook<'_>,
    page: &Page<'_>,
    node: NodeId,
    name: &str,
    resources: &Resources<'_>,
) -> Vec<(Code, String)> {
    let doc = page.doc;
    let keys: &[&str] = match name {
        "a" => {
            let href = doc.attr(node, "href").or_else(|| doc.attr(node, "xlink:href"));
            return href
                .and_then(|href| link(page, href, resources))
                .into_iter()
                .collect();
        }
        "img" | "audio" | "iframe" | "track" | "source" => &["src"],
        "video" => &["src", "poster"],
        "input" if doc.attr(node, "type") == Some("image") => &["src"],
        "object" => &["data"],
        "embed" => &["src"],
        "image" => &["href", "xlink:href"],
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for key in keys {
        let Some(url) = doc.attr(node, key).map(str::trim).filter(|url| !url.is_empty())
        else {
            continue;
        };
        if url.starts_with("data:") || url.starts_with('#') {
            continue;
        }
        let plays =
            matches!(name, "audio" | "video" | "source" | "track") && *key == "src";
        if is_remote(url) {
            // Sound and film may lie on the web, where the manifest says so.
            if !plays {
                let message = format!("<{name}> shows {url}, which lies on the web");
                found.push((Code::FileRemote, message));
            }
            continue;
        }
        let path = resolve(page.name, url).filter(|path| book.epub.get(path).is_some());
        let Some(path) = path else {
            let is_picture = name == "img";
            let code = if is_picture { Code::ImageMissing } else { Code::FileMissing };
            found.push((code, format!("<{name}> shows {url}, which is not in the book")));
            continue;
        };
        let kind = resources.types.get(&*path).copied().unwrap_or_default();
        if kind.is_empty() {
            let message = format!("<{name}> shows {url}, which is not in the manifest");
            found.push((Code::EpubPackage, message));
        } else if !is_known(doc, node, name, key, kind)
            && !book.fallbacks.contains(&*path)
        {
            let message = format!(
                "<{name}> shows {url}, which is {kind}: readers need not know that type"
            );
            found.push((Code::FileForeign, message));
        }
    }
    found
}

/// Whether every reading system knows a type where it stands, or gets something in its place.
fn is_known(doc: &Document, node: NodeId, name: &str, key: &str, kind: &str) -> bool {
    let parent = doc.parent(node).and_then(|parent| doc.local_name(parent));
    let is_page = matches!(kind, "application/xhtml+xml" | "image/svg+xml");
    match (name, key) {
        ("video", "src") | ("track" | "source", _) => true,
        ("audio", _) => media_types::is_core(kind),
        ("img", _) if parent == Some("picture") => media_types::is_core(kind),
        ("object", _) => {
            is_page
                || media_types::is_core(kind)
                || kind.starts_with("video/")
                || !doc.text(node).trim().is_empty()
                || doc.children(node).iter().any(|&one| doc.name(one).is_some())
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
