//! Pictures that are stored twice become one, wherever they are named: in documents, stylesheets
//! and vector images.

use super::all;
use crate::epub::dom::Kind;
use crate::epub::{
    ContentDocument, ContentDocuments, Document, Epub, NodeId, Package, relative, resolve,
};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Of each picture that goes, the one that stays.
pub(super) type TwinPictures = BTreeMap<String, String>;

/// Makes one of pictures with the same bytes; how many went, and their bytes together.
pub(super) fn merge(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut ContentDocuments,
) -> (usize, usize) {
    let (mut twins, mut hrefs) = find(epub, package);
    if twins.is_empty() {
        return (0, 0);
    }
    lead(epub, documents, &mut twins);
    // What was rewritten for those that stay is right as it is, too.
    hrefs.retain(|href| {
        resolve(epub.package_path(), href).is_some_and(|path| twins.contains_key(&path))
    });
    let bytes = twins.keys().map(|path| epub.get(path).map_or(0, <[u8]>::len)).sum();
    epub.remove_all(|name| twins.contains_key(name));
    package.remove_items(&hrefs.into_iter().collect());
    (twins.len(), bytes)
}

/// Leads all that names a picture to the one that stands for it; those that a file names which cannot
/// be read are taken out, and stay.
pub(super) fn lead(
    epub: &mut Epub,
    documents: &mut ContentDocuments,
    twins: &mut TwinPictures,
) {
    // What cannot be read cannot be rewritten, and may name any of them.
    let (mut rewritten, mut unread) = (Vec::new(), Vec::new());
    for entry in epub.entries() {
        let Ok(text) = std::str::from_utf8(&entry.data) else { continue };
        match entry.name.rsplit('.').next() {
            // A name may be written in many ways with a backslash.
            Some("css") if text.contains('\\') => unread.push(text),
            Some("css") => {
                let new = css(text, &entry.name, twins);
                rewritten.extend(new.map(|new| (entry.name.clone(), new)));
            }
            Some("svg") => match Document::parse(text) {
                Ok(mut tree) => {
                    if in_tree(&mut tree, &entry.name, twins) {
                        rewritten.push((entry.name.clone(), tree.to_xml()));
                    }
                }
                Err(_) => unread.push(text),
            },
            // It was not opened because it is broken, and stays as it is.
            Some("xhtml" | "html" | "htm")
                if documents.0.iter().all(|document| document.path != entry.name) =>
            {
                unread.push(text);
            }
            _ => {}
        }
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if twins.keys().any(|path| unread.iter().any(|text| text.contains(&name(path)))) {
        twins.retain(|path, _| !unread.iter().any(|text| text.contains(&name(path))));
    }
    for (path, text) in rewritten {
        epub.put(&path, text.into_bytes());
    }
    let twins = Arc::new(twins.clone());
    let given = format!("{twins:?}");
    for document in &mut documents.0 {
        let twins = Arc::clone(&twins);
        document.change("twins", &given, move |document| {
            let ContentDocument { path, tree, changed, .. } = document;
            *changed |= in_tree(tree, path, &twins);
        });
    }
}

/// The pictures that another before them is the same as, and what the manifest calls them.
pub(super) fn find(epub: &Epub, package: &Package) -> (TwinPictures, Vec<String>) {
    let mut first: BTreeMap<(String, &[u8]), String> = BTreeMap::new();
    let (mut twins, mut hrefs) = (TwinPictures::new(), Vec::new());
    let tree = package.document();
    let fallbacks: BTreeSet<&str> = package
        .elements("item")
        .into_iter()
        .filter_map(|node| tree.attr(node, "fallback"))
        .collect();
    for (item, path) in all(epub, package) {
        if fallbacks.contains(&*item.id) {
            continue;
        }
        let data = epub.get(&path).unwrap_or_default();
        match first.entry((item.media_type, data)) {
            // One that the manifest lists twice is no twin of itself.
            Entry::Occupied(twin) if *twin.get() != path => {
                twins.insert(path, twin.get().clone());
                hrefs.push(item.href);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => {
                place.insert(path);
            }
        }
    }
    (twins, hrefs)
}

/// What a reference in the file `base` becomes; `None` where it leads to no twin.
fn moved(reference: &str, base: &str, twins: &TwinPictures) -> Option<String> {
    let path = resolve(base, reference.trim())?;
    let twin = twins.get(&path)?;
    let rest = reference.find(['#', '?']).and_then(|at| reference.get(at..));
    Some(format!("{}{}", relative(base, twin), rest.unwrap_or_default()))
}

/// Rewrites what a document or a vector image names; whether there was any.
fn in_tree(tree: &mut Document, base: &str, twins: &TwinPictures) -> bool {
    let mut changed = false;
    for node in tree.descendants(tree.root()).collect::<Vec<NodeId>>() {
        for name in ["src", "xlink:href", "href", "poster", "data", "srcset", "style"] {
            let Some(value) = tree.attr(node, name) else { continue };
            let new = match name {
                "style" => css(value, base, twins),
                "srcset" => candidates(value, base, twins),
                _ => moved(value, base, twins),
            };
            if let Some(new) = new {
                tree.set_attr(node, name, new);
                changed = true;
            }
        }
        if tree.local_name(node) == Some("style") {
            for text in tree.children(node).to_vec() {
                let Kind::Text(old) = tree.kind(text) else { continue };
                let Some(new) = css(old, base, twins) else { continue };
                let new = tree.create(Kind::Text(new));
                tree.replace(text, new);
                changed = true;
            }
        }
    }
    changed
}

/// A list of pictures with their widths (HTML, section 4.8.4.2.1).
fn candidates(value: &str, base: &str, twins: &TwinPictures) -> Option<String> {
    let mut changed = false;
    let all: Vec<String> = value
        .split(',')
        .map(|one| {
            let (path, width) = one.trim().split_once(' ').unwrap_or((one.trim(), ""));
            let new = moved(path, base, twins);
            changed |= new.is_some();
            format!("{} {width}", new.as_deref().unwrap_or(path)).trim_end().to_owned()
        })
        .collect();
    changed.then(|| all.join(", "))
}

/// A stylesheet with the pictures it names, in `url()` or as strings, by their new paths; `None`
/// where it names none. Comments stay (CSS Syntax 3, section 4.3).
fn css(text: &str, base: &str, twins: &TwinPictures) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut done, mut at, mut changed) = (0, 0, false);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (start, end) = if let Some(comment) = rest.strip_prefix("/*") {
            at += comment.find("*/").map_or(rest.len(), |end| end + 4);
            continue;
        } else if let Some(quote) = rest.get(..1).filter(|one| matches!(*one, "\"" | "'"))
        {
            let start = at + 1;
            let end = start + rest[1..].find(quote).unwrap_or(rest.len() - 1);
            at = (end + 1).min(text.len());
            (start, end)
        } else if let Some(open) = rest.get(..4).filter(|one| is_url(one)) {
            let inside = &rest[open.len()..];
            if inside.trim_start().starts_with(['"', '\'']) {
                at += open.len();
                continue;
            }
            let start = at + open.len();
            at = start + inside.find(')').unwrap_or(inside.len());
            (start, at)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let named = text.get(start..end).unwrap_or_default();
        if let Some(new) = moved(named, base, twins) {
            out.push_str(&text[done..start]);
            out.push_str(&new);
            done = end;
            changed = true;
        }
    }
    out.push_str(&text[done..]);
    changed.then_some(out)
}

fn is_url(text: &str) -> bool {
    text.eq_ignore_ascii_case("url(")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twins() -> TwinPictures {
        [("E/media/b.png".to_owned(), "E/media/a.png".to_owned())].into()
    }

    #[test]
    fn stylesheets_name_the_one_that_stays() {
        let of = |text: &str| css(text, "E/styles/a.css", &twins());
        for (given, expected) in [
            (
                "p { background: url(../media/b.png) }",
                "p { background: url(../media/a.png) }",
            ),
            ("url( \"../media/b.png\" )", "url( \"../media/a.png\" )"),
            ("URL('../media/./b.png#x')", "URL('../media/a.png#x')"),
            ("image-set('../media/b.png' 1x)", "image-set('../media/a.png' 1x)"),
            ("/* ' */ url(../media/b.png", "/* ' */ url(../media/a.png"),
        ] {
            assert_eq!(of(given).as_deref(), Some(expected));
        }
        for same in ["/* url(../media/b.png) */", "url(b.png)", "\"", "é'", "url(", "/*"]
        {
            assert_eq!(of(same), None, "{same}");
        }
    }

    #[test]
    fn documents_and_vector_images_name_the_one_that_stays() {
        let xml = "<svg><style>a{fill:url('media/b.png')}</style><image xlink:href=\"media/b.png\"/>\
                   <img srcset=\"x.png 1x, media/b.png 2x\" style=\"background:url(media/b.png)\"/></svg>";
        let mut tree = Document::parse(xml).unwrap();
        assert!(in_tree(&mut tree, "E/a.svg", &twins()));
        let new = tree.to_xml();
        assert!(!new.contains("b.png"), "{new}");
        assert_eq!(new.matches("media/a.png").count(), 4, "{new}");
        assert!(!in_tree(&mut tree, "E/a.svg", &twins()));
    }

    proptest::proptest! {
        #[test]
        fn any_stylesheet_is_read(text in "(url\\(|['\"()/*é ]|media/b.png){0,12}") {
            if let Some(new) = css(&text, "E/x.css", &twins()) {
                proptest::prop_assert!(new.contains("media/a.png"));
            }
        }
    }
}
