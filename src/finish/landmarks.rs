//! The landmark at which a reader who opens the book begins: the first document of its own text.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::dom::Kind;
use crate::epub::{ContentDocument, NodeId, relative, resolve};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn apply(book: &mut UnfinishedBook, _: &FinishOptions, _: &mut FinishOutcome) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    let items = package.items();
    let is_own = |document: &ContentDocument| {
        let tree = &document.tree;
        let types = document.find("body").and_then(|body| tree.attr(body, "epub:type"));
        types.is_some_and(|types| {
            types.split_ascii_whitespace().any(|one| one == "bodymatter")
        })
    };
    // A spine may name the same items very often.
    let mut hrefs: BTreeMap<&str, &str> = BTreeMap::new();
    for item in &items {
        hrefs.entry(&item.id).or_insert(&item.href);
    }
    let own = documents.0.iter().filter(|one| one.fact("bodymatter", "", is_own));
    let own: BTreeSet<&str> = own.map(|document| &*document.path).collect();
    let path = |id: &str| resolve(epub.package_path(), hrefs.get(id)?);
    let mut spine = package.spine().into_iter().filter_map(path);
    let Some(first) = spine.find(|path| own.contains(&**path)) else { return };
    let nav = items.iter().find(|item| item.properties.iter().any(|one| one == "nav"));
    let nav = nav.and_then(|item| resolve(epub.package_path(), &item.href));
    let Some(document) =
        documents.0.iter_mut().find(|document| Some(&document.path) == nav.as_ref())
    else {
        return;
    };
    let tree = &document.tree;
    let is = |node, wanted: &str| {
        tree.attr(node, "epub:type")
            .is_some_and(|types| types.split(' ').any(|one| one == wanted))
    };
    let all: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let Some(landmarks) = all.iter().copied().find(|&node| is(node, "landmarks")) else {
        return;
    };
    let list = tree.descendants(landmarks).find(|&node| tree.name(node) == Some("ol"));
    let there = tree.descendants(landmarks).any(|node| is(node, "bodymatter"));
    let (Some(list), false) = (list, there) else { return };
    let href = relative(&document.path, &first);
    let link = document
        .tree
        .create_element("a", &[("href", &*href), ("epub:type", "bodymatter")]);
    let text = document.tree.create(Kind::Text("Start of Content".to_owned()));
    document.tree.append(link, text);
    let item = document.tree.create_element("li", &[]);
    document.tree.append(item, link);
    document.tree.append(list, item);
    document.changed = true;
}
