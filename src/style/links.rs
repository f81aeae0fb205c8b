//! Links inside the book, made to arrive: pandoc leads them to the right document only where it
//! knows the identifier, which for raw HTML it does not.

use super::documents::{Documents, Open};
use super::{Counts, Repair};
use crate::epub::{Epub, NodeId, relative, resolve};
use crate::finding::{Code, Finding};
use crate::reference::{has_scheme, percent_decode};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn apply(epub: &Epub, documents: &mut Documents, counts: &mut Counts) {
    for open in &mut documents.0 {
        counts.repairs.add(Repair::Link, unnest(open));
        counts.repairs.add(Repair::Identifier, unique_ids(open));
    }
    let ids: BTreeMap<String, BTreeSet<String>> =
        documents.0.iter().map(|open| (open.path.clone(), ids(open))).collect();
    for open in &mut documents.0 {
        for node in open.elements("a") {
            let Some(href) = open.tree.attr(node, "href").map(str::to_owned) else {
                continue;
            };
            match target(epub, &ids, &open.path, &href) {
                Target::Right => {}
                Target::Moved(href) => {
                    counts.repairs.add(Repair::Link, 1);
                    open.tree.set_attr(node, "href", href);
                    open.changed = true;
                }
                Target::Nowhere => {
                    counts.repairs.add(Repair::Link, 1);
                    let place = epub.place_at(&open.path, open.tree.offset(node));
                    let message =
                        format!("the link leads to {href}, which is not in the book");
                    counts.findings.push(
                        Finding::new(Code::LinkDead, place, message)
                            .hint("Readers get its text without the link"),
                    );
                    open.tree.remove_attr(node, "href");
                    open.changed = true;
                }
            }
        }
    }
}

enum Target {
    Right,
    Moved(String),
    Nowhere,
}

fn target(
    epub: &Epub,
    ids: &BTreeMap<String, BTreeSet<String>>,
    from: &str,
    href: &str,
) -> Target {
    if has_scheme(href) || href.starts_with("//") {
        return Target::Right;
    }
    let Some(path) = resolve(from, href) else { return Target::Nowhere };
    let Some((_, fragment)) = href.split_once('#') else {
        return if epub.get(&path).is_some() { Target::Right } else { Target::Nowhere };
    };
    let has = |path: &str, id: &str| ids.get(path).is_some_and(|ids| ids.contains(id));
    let plain = percent_decode(fragment);
    if has(&path, fragment) || has(&path, &plain) {
        return Target::Right;
    }
    // The identifier may have been made valid, by pandoc or here, and the link not; of raw HTML
    // pandoc leaves the identifier and makes the link so.
    let written = plain.strip_prefix("id_").unwrap_or(&plain).to_owned();
    for id in [plain.clone(), format!("id_{plain}"), without_space(&plain), written] {
        let to = |path: &str| {
            let path = if path == from { String::new() } else { relative(from, path) };
            Target::Moved(format!("{path}#{id}"))
        };
        if has(&path, &id) {
            return to(&path);
        }
        // One document alone may have it: then there is no doubt.
        let mut holders = ids.keys().filter(|path| has(path, &id));
        if let (Some(holder), None) = (holders.next(), holders.next()) {
            return to(holder);
        }
    }
    if !ids.contains_key(&path) && epub.get(&path).is_some() {
        Target::Right
    } else {
        Target::Nowhere
    }
}

/// An identifier as [`unique_ids`] makes it valid.
fn without_space(id: &str) -> String {
    id.split_whitespace().collect::<Vec<_>>().join("_")
}

fn ids(open: &Open) -> BTreeSet<String> {
    let tree = &open.tree;
    tree.descendants(tree.root())
        .filter_map(|node| tree.attr(node, "id"))
        .map(str::to_owned)
        .collect()
}

/// A link in a link is none: pandoc 2.17 makes one of an address in the text of another. How many
/// there were.
fn unnest(open: &mut Open) -> usize {
    let mut number = 0;
    for node in open.elements("a") {
        let inside =
            open.tree.ancestors(node).any(|one| open.tree.name(one) == Some("a"));
        if inside {
            let in_nav =
                open.tree.ancestors(node).any(|one| open.tree.name(one) == Some("nav"));
            match open.tree.attr(node, "id").filter(|_| !in_nav) {
                Some(_) => {
                    open.tree.rename(node, "span");
                    for name in ["href", "target", "rel", "download", "hreflang", "type"]
                    {
                        open.tree.remove_attr(node, name);
                    }
                }
                None => open.tree.unwrap(node),
            }
            open.changed = true;
            number += 1;
        }
    }
    number
}

/// XML wants each identifier once, without white space (XHTML's `id`); a link leads to the
/// first, so a later one goes. How many were not so.
fn unique_ids(open: &mut Open) -> usize {
    let mut taken = BTreeSet::new();
    let mut number = 0;
    for node in open.tree.descendants(open.tree.root()).collect::<Vec<_>>() {
        let Some(old) = open.tree.attr(node, "id") else { continue };
        let id = without_space(old);
        let same = id == old;
        if id.is_empty() || !taken.insert(id.clone()) {
            open.tree.remove_attr(node, "id");
        } else if same {
            continue;
        } else {
            open.tree.set_attr(node, "id", id);
        }
        open.changed = true;
        number += 1;
    }
    number
}

impl Open {
    /// The elements with a name, in document order.
    fn elements(&self, name: &str) -> Vec<NodeId> {
        let tree = &self.tree;
        tree.descendants(tree.root())
            .filter(|&node| tree.name(node) == Some(name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &str, body: &str) -> Open {
        Open::of(path, &format!("<html><body>{body}</body></html>"))
    }

    #[test]
    fn a_fragment_of_another_document_is_found() {
        let one =
            open("EPUB/a.xhtml", "<p id=\"x\"></p><p id=\"x\"></p><a id=\"b c\"></a>");
        let mut documents = Documents(vec![one]);
        unique_ids(&mut documents.0[0]);
        assert_eq!(
            documents.0[0].tree.to_xml(),
            "<html><body><p id=\"x\"></p><p></p><a id=\"b_c\"></a></body></html>"
        );
        let all = BTreeMap::from([
            ("EPUB/a.xhtml".to_owned(), BTreeSet::from(["x".to_owned()])),
            ("EPUB/b.xhtml".to_owned(), ["y", "id_3d", "@a/b"].map(str::to_owned).into()),
        ]);
        let epub = Epub::empty("t.epub");
        let find = |href| match target(&epub, &all, "EPUB/b.xhtml", href) {
            Target::Right => "right".to_owned(),
            Target::Moved(to) => to,
            Target::Nowhere => "nowhere".to_owned(),
        };
        assert_eq!(find("#y"), "right");
        assert_eq!(find("#x"), "a.xhtml#x");
        assert_eq!(find("a.xhtml#x"), "right");
        assert_eq!(find("#3d"), "#id_3d");
        assert_eq!(find("#id_@a/b"), "#@a/b");
        assert_eq!(find("#z"), "nowhere");
        assert_eq!(find("c.xhtml"), "nowhere");
        assert_eq!(find("https://example.org/#q"), "right");
    }

    #[test]
    fn links_do_not_nest() {
        let mut one = open("a.xhtml", "<a href=\"u\">x <a href=\"v\">y</a></a>");
        unnest(&mut one);
        assert_eq!(one.tree.to_xml(), "<html><body><a href=\"u\">x y</a></body></html>");
    }
}
