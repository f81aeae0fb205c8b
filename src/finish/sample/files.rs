//! Pictures and other files that only what is left out showed.

use crate::css::file_references;
use crate::epub::dom::Document;
use crate::epub::resolve;
use crate::finish::pass::UnfinishedBook;
use std::collections::BTreeSet;

/// Attributes that name a file.
const KEYS: &[&str] = &["src", "href", "xlink:href", "poster", "data", "altimg"];

/// The paths of the files that the documents show, and of those that vector images show in turn.
pub(super) fn shown(book: &UnfinishedBook) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in &book.documents.0 {
        of_tree(&document.tree, &document.path, &mut found);
    }
    let mut open: Vec<String> = found.iter().cloned().collect();
    while let Some(path) = open.pop() {
        if book.documents.get(&path).is_some() {
            continue;
        }
        let Ok(tree) = book.epub.document(&path) else { continue };
        let mut inner = BTreeSet::new();
        of_tree(&tree, &path, &mut inner);
        open.extend(inner.into_iter().filter(|one| found.insert(one.clone())));
    }
    found
}

fn of_tree(tree: &Document, path: &str, found: &mut BTreeSet<String>) {
    for node in tree.descendants(tree.root()) {
        for key in KEYS {
            found.extend(tree.attr(node, key).and_then(|url| resolve(path, url)));
        }
        for one in tree.attr(node, "srcset").unwrap_or_default().split(',') {
            let url = one.split_whitespace().next();
            found.extend(url.and_then(|url| resolve(path, url)));
        }
        let css = match tree.local_name(node) {
            Some("style") => Some(tree.text(node)),
            _ => tree.attr(node, "style").map(str::to_owned),
        };
        let named = css.iter().flat_map(|css| file_references(css));
        found.extend(named.filter_map(|one| resolve(path, &one.url)));
    }
}

/// Takes out the files that were shown before and are no more.
pub(super) fn remove(book: &mut UnfinishedBook, before: &BTreeSet<String>) {
    let mut kept = shown(book);
    let items = book.package.items();
    let path = |href: &str| resolve(book.epub.package_path(), href);
    for item in &items {
        let Some(own) = path(&item.href) else { continue };
        if item.media_type == "text/css"
            && let Ok(css) = book.epub.text(&own)
        {
            let named = file_references(css).into_iter();
            kept.extend(named.filter_map(|one| resolve(&own, &one.url)));
        }
    }
    let is_page = |kind: &str| matches!(kind, "application/xhtml+xml" | "text/css");
    let gone: Vec<(String, String)> = items
        .into_iter()
        .filter(|item| !is_page(&item.media_type))
        .filter(|item| !item.properties.iter().any(|one| one == "cover-image"))
        .filter_map(|item| Some((path(&item.href)?, item.href)))
        .filter(|(path, _)| before.contains(path) && !kept.contains(path))
        .collect();
    for (path, href) in gone {
        book.epub.remove(&path);
        book.package.remove_item(&href);
    }
}
