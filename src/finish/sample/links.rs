//! Links to what a sample leaves out become their text.

use super::super::contents::children;
use super::LeftOut;
use crate::epub::dom::{Document, NodeId};
use crate::epub::{ContentDocument, resolve};
use crate::finish::pass::UnfinishedBook;

/// What a link has that its text may keep.
const KEPT: &[&str] = &["id", "class", "lang", "xml:lang", "dir", "style", "title"];

pub(super) fn apply(book: &mut UnfinishedBook, left_out: &LeftOut) {
    for document in &mut book.documents.0 {
        entries(document, left_out);
        let tree = &document.tree;
        let links: Vec<NodeId> = tree
            .descendants(tree.root())
            .filter(|&node| matches!(tree.local_name(node), Some("a" | "area")))
            .filter(|&node| {
                let href =
                    ["href", "xlink:href"].into_iter().find_map(|k| tree.attr(node, k));
                href.is_some_and(|href| leads_out(document, left_out, href))
            })
            .collect();
        for link in links {
            plain(&mut document.tree, link);
            document.changed = true;
        }
    }
}

fn leads_out(document: &ContentDocument, left_out: &LeftOut, href: &str) -> bool {
    let has_it = href.split_once('#').is_some_and(|(_, id)| {
        let tree = &document.tree;
        let here =
            resolve(&document.path, href).is_some_and(|path| path == document.path);
        here && tree
            .descendants(tree.root())
            .any(|node| tree.attr(node, "id") == Some(id))
    });
    !has_it && left_out.has(&document.path, href)
}

/// Takes the entries that lead there out of what only leads to places: tables of contents and landmarks.
fn entries(document: &mut ContentDocument, left_out: &LeftOut) {
    let inside = |document: &ContentDocument, name: &str| -> Vec<NodeId> {
        let tree = &document.tree;
        let navs = document.elements("nav").into_iter();
        let all = navs.flat_map(|nav| tree.descendants(nav));
        all.filter(|&node| tree.name(node) == Some(name)).collect()
    };
    // The inner ones first, so that a heading of entries that are all gone goes as well.
    for item in inside(document, "li").into_iter().rev() {
        let empty = child(&document.tree, item, "ol")
            .filter(|&list| child(&document.tree, list, "li").is_none());
        if let Some(list) = empty {
            document.remove(list);
        }
        let tree = &document.tree;
        let goes = match child(tree, item, "a") {
            Some(link) => {
                let href = tree.attr(link, "href").unwrap_or_default();
                leads_out(document, left_out, href)
            }
            None => child(tree, item, "ol").is_none(),
        };
        if goes {
            document.remove(item);
        }
    }
    for list in inside(document, "ol") {
        let nav = document
            .tree
            .parent(list)
            .filter(|_| child(&document.tree, list, "li").is_none());
        if let Some(nav) = nav {
            document.remove(nav);
        }
    }
}

fn child(tree: &Document, node: NodeId, name: &'static str) -> Option<NodeId> {
    children(tree, node, name).next()
}

/// Leaves what a link says.
fn plain(tree: &mut Document, link: NodeId) {
    if tree.local_name(link) == Some("area") {
        return tree.detach(link);
    }
    let is_kept = |key: &str| KEPT.contains(&key);
    if !tree.attrs(link).iter().any(|(key, _)| is_kept(key))
        || tree.name(link) != Some("a")
    {
        return tree.unwrap(link);
    }
    tree.rename(link, "span");
    tree.retain_attrs(link, |key, _| is_kept(key));
}
