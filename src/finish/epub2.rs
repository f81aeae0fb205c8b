//! An ePub 2 raised to ePub 3 (EPUB 3.3, section 5, and appendix F for what it keeps of the old form):
//! the version, metadata in the new form, a navigation document from the old table of contents, documents
//! of today's type.
//!
//! ```text
//! <dc:creator opf:role="aut">Ann</dc:creator>
//! becomes   <dc:creator id="creator-1">Ann</dc:creator>
//!           <meta refines="#creator-1" property="role" scheme="marc:relators">aut</meta>
//! ```

use super::Repair;
use super::modified::timestamp;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::css::replaced;
use crate::elements::PRAGMAS;
use crate::epub::tags::{Tag, tags};
use crate::epub::{Document, Epub, NodeId, Package, relative, resolve};
use html5ever::data::NAMED_ENTITIES;
use std::fmt::Write as _;

/// Media types of ePub 2 and those of ePub 3 that they are.
const TYPES: &[(&str, &str)] = &[
    ("application/x-font-opentype", "font/otf"),
    ("application/x-font-otf", "font/otf"),
    ("application/x-font-truetype", "font/ttf"),
    ("application/x-font-ttf", "font/ttf"),
    ("application/xml", "application/xhtml+xml"),
    ("image/jpg", "image/jpeg"),
    ("text/html", "application/xhtml+xml"),
    ("text/x-oeb1-css", "text/css"),
    ("text/x-oeb1-document", "application/xhtml+xml"),
];

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, .. } = book;
    let tree = package.document();
    let Some(root) = tree.root_element() else { return };
    let version = tree.attr(root, "version").unwrap_or_default();
    // Version 1 was the Open eBook Forum's; what stands in it is read as version 2.
    if !(version.starts_with('2') || version.starts_with('1')) {
        return;
    }
    package.document_mut().set_attr(root, "version", "3.0".to_owned());
    metadata(package, options);
    media_types(package);
    documents(epub, package);
    navigation(epub, package);
    outcome.repairs.add(Repair::Package, 1);
}

/// Brings the metadata into the new form.
fn metadata(package: &mut Package, options: &FinishOptions) {
    for name in ["dc-metadata", "x-metadata"] {
        for node in package.elements(name) {
            package.document_mut().unwrap(node);
        }
    }
    for node in package.elements("tours") {
        package.document_mut().detach(node);
    }
    let Some(parent) = package.elements("metadata").first().copied() else { return };
    let all: Vec<NodeId> = package.document().children(parent).to_vec();
    let mut date = None;
    let mut number = 0;
    for node in all {
        let tree = package.document_mut();
        let Some(name) = tree.local_name(node).map(str::to_owned) else { continue };
        let taken = |tree: &mut Document, key: &str| {
            let value = [format!("opf:{key}"), key.to_owned()]
                .into_iter()
                .find_map(|key| Some((tree.attr(node, &key)?.to_owned(), key)));
            value.map(|(value, key)| {
                tree.remove_attr(node, &key);
                value
            })
        };
        let event = taken(tree, "event");
        let old = [("role", "marc:relators"), ("file-as", "")]
            .map(|(key, scheme)| (key, scheme, taken(tree, key)));
        for key in ["opf:scheme", "scheme"] {
            if name != "meta" {
                tree.remove_attr(node, key);
            }
        }
        if name == "date" {
            // There is one date, that of publication; the others are told otherwise.
            let is_other = event.is_some_and(|event| event != "publication");
            if is_other || date.is_some() {
                tree.detach(node);
            } else {
                date = Some(tree.text(node));
            }
        }
        for (key, scheme, value) in old {
            let Some(value) = value else { continue };
            let tree = package.document_mut();
            let own = tree.attr(node, "id").map(str::to_owned);
            number += u32::from(own.is_none());
            let id = own.unwrap_or_else(|| format!("{name}-raised-{number}"));
            tree.set_attr(node, "id", id.clone());
            let refines = format!("#{id}");
            let mut attrs = vec![("refines", &*refines), ("property", key)];
            if !scheme.is_empty() {
                attrs.push(("scheme", scheme));
            }
            let meta = tree.create_element("meta", &attrs);
            tree.set_text(meta, &value);
            tree.append(parent, meta);
        }
    }
    cover(package);
    if !package.has_meta("dcterms:modified") {
        let day = date.filter(|date| {
            date.len() == 10
                && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        });
        let day = day.map(|day| format!("{day}T00:00:00Z"));
        let when = options.modified.map(timestamp).or(day);
        package.add_meta(
            "dcterms:modified",
            &when.unwrap_or_else(|| timestamp(315_532_800)),
        );
    }
}

/// Says of the cover's picture that it is one.
fn cover(package: &mut Package) {
    let tree = package.document();
    let named = package.elements("meta").into_iter().find_map(|node| {
        (tree.attr(node, "name") == Some("cover")).then(|| tree.attr(node, "content"))?
    });
    let Some(id) = named.map(str::to_owned) else { return };
    let item = package.items().into_iter().find(|item| item.id == id);
    if let Some(item) = item.filter(|item| item.media_type.starts_with("image/")) {
        package.set_property(item.node, "cover-image", true);
    }
}

fn media_types(package: &mut Package) {
    for item in package.items() {
        let new = TYPES.iter().find(|(old, _)| *old == item.media_type);
        if let Some((_, new)) = new {
            let tree = package.document_mut();
            tree.set_attr(item.node, "media-type", (*new).to_owned());
        }
    }
}

/// Gives the documents the type of today, and the characters that the old type had names for.
fn documents(epub: &mut Epub, package: &Package) {
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        let Ok(text) = epub.text(&path) else { continue };
        let is_page = item.media_type == "application/xhtml+xml";
        if !is_page && item.media_type != "application/x-dtbncx+xml" {
            continue;
        }
        let mut new = named_characters(&without_doctype(text, is_page));
        if is_page {
            new = without_equivalents(&new);
            new = new.replace("application/xhtml+xml; charset", "text/html; charset");
        }
        if new != text {
            epub.put(&path, new.into_bytes());
        }
    }
}

/// A document with the characters that its old type had names for; XML by itself knows five.
fn named_characters(text: &str) -> String {
    const OF_XML: &[&str] = &["amp;", "apos;", "gt;", "lt;", "quot;"];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let end = behind.find(|c: char| !c.is_ascii_alphanumeric());
        let name = end.map_or("", |end| &behind[..=end]);
        let found = NAMED_ENTITIES.get(name).filter(|_| !OF_XML.contains(&name));
        if let Some(&(first, second)) = found.filter(|_| name.ends_with(';')) {
            let characters = [first, second].into_iter().filter_map(char::from_u32);
            out.extend(characters.filter(|&c| c != '\0'));
            rest = &behind[name.len()..];
        } else {
            out.push('&');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// A document without `<meta http-equiv>` of what HTML has no more.
fn without_equivalents(text: &str) -> String {
    let is_gone = |tag: &Tag<'_>| {
        tag.is("meta")
            && tag
                .value("http-equiv")
                .is_some_and(|name| !PRAGMAS.contains(&&*text[name].to_ascii_lowercase()))
    };
    let gone = tags(text).into_iter().filter(is_gone);
    replaced(text, gone.map(|tag| (tag.range, String::new())).collect())
}

/// A document with the document type of HTML, or without one.
fn without_doctype(text: &str, is_page: bool) -> String {
    let Some(start) = text.find("<!DOCTYPE") else { return text.to_owned() };
    let Some(end) = text[start..].find('>').map(|end| start + end + 1) else {
        return text.to_owned();
    };
    let new = if is_page { "<!DOCTYPE html>" } else { "" };
    [&text[..start], new, &text[end..]].concat()
}

/// Makes the navigation document of the old table of contents, and of the guide.
fn navigation(epub: &mut Epub, package: &mut Package) {
    let is_nav = |one: &crate::epub::Item| one.properties.iter().any(|one| one == "nav");
    if package.items().iter().any(is_nav) {
        return;
    }
    let base = epub.package_path().to_owned();
    let items = package.items();
    let ncx = items.iter().find(|item| item.media_type == "application/x-dtbncx+xml");
    let ncx = ncx.and_then(|item| resolve(&base, &item.href));
    let Some(path) =
        (1..)
            .map(|number| {
                if number == 1 {
                    "nav.xhtml".into()
                } else {
                    format!("nav-{number}.xhtml")
                }
            })
            .filter_map(|name| Some((resolve(&base, &name)?, name)))
            .find(|(path, _)| epub.get(path).is_none())
    else {
        return;
    };
    let (path, href) = path;
    let mut list = String::new();
    if let Some((ncx, tree)) =
        ncx.and_then(|ncx| Some((ncx.clone(), epub.document(&ncx).ok()?)))
    {
        let map = tree
            .descendants(tree.root())
            .find(|&one| tree.local_name(one) == Some("navMap"));
        if let Some(map) = map {
            points(&tree, map, &ncx, &path, &mut list);
        }
    }
    if list.is_empty() {
        for id in package.spine() {
            let item = items.iter().find(|item| item.id == id);
            if let Some(to) = item.and_then(|item| resolve(&base, &item.href)) {
                entry(
                    &relative(&path, &to),
                    item.map_or("", |item| &item.id),
                    "",
                    &mut list,
                );
            }
        }
        list = format!("<ol>{list}</ol>");
    }
    let landmarks = landmarks(package, &base, &path);
    let title = escaped(package.texts("title").first().map_or("Contents", |title| title));
    let lang =
        package.texts("language").first().map_or_else(|| "en".to_owned(), Clone::clone);
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
         lang=\"{lang}\" xml:lang=\"{lang}\">\n<head><title>{title}</title></head>\n<body>\n\
         <nav epub:type=\"toc\" id=\"toc\"><h1>{title}</h1>{list}</nav>\n{landmarks}</body>\n</html>\n",
        lang = escaped(&lang),
    );
    epub.put(&path, text.into_bytes());
    package.add_item("nav", &href, "application/xhtml+xml");
    let item = package.items().into_iter().find(|item| item.href == href);
    if let Some(item) = item {
        package.set_property(item.node, "nav", true);
    }
}

/// An entry of a list, with the list below it.
fn entry(href: &str, label: &str, inner: &str, out: &mut String) {
    let label = if label.is_empty() { href } else { label };
    let (href, label) = (escaped(href), escaped(label));
    let _ = write!(out, "<li><a href=\"{href}\">{label}</a>{inner}</li>");
}

/// The points of a map as a list.
fn points(tree: &Document, map: NodeId, from: &str, to: &str, out: &mut String) {
    let child = |node, name: &'static str| {
        let mut all = tree.children(node).iter().copied();
        all.find(move |&one| tree.local_name(one) == Some(name))
    };
    let mut entries = String::new();
    for &point in tree.children(map) {
        if tree.local_name(point) != Some("navPoint") {
            continue;
        }
        let label =
            child(point, "navLabel").map_or_else(String::new, |one| tree.label(one));
        let src = child(point, "content").and_then(|one| tree.attr(one, "src"));
        let mut inner = String::new();
        points(tree, point, from, to, &mut inner);
        let Some(path) = src.and_then(|src| resolve(from, src)) else { continue };
        let fragment =
            src.and_then(|src| src.split_once('#')).map(|(_, id)| format!("#{id}"));
        let href = format!("{}{}", relative(to, &path), fragment.unwrap_or_default());
        entry(&href, &label, &inner, &mut entries);
    }
    if !entries.is_empty() {
        let _ = write!(out, "<ol>{entries}</ol>");
    }
}

/// Words of the guide and what they are called among landmarks.
const LANDMARKS: &[(&str, &str)] = &[
    ("acknowledgements", "acknowledgments"),
    ("bibliography", "bibliography"),
    ("colophon", "colophon"),
    ("copyright-page", "copyright-page"),
    ("cover", "cover"),
    ("dedication", "dedication"),
    ("epigraph", "epigraph"),
    ("foreword", "foreword"),
    ("glossary", "glossary"),
    ("index", "index"),
    ("loi", "loi"),
    ("lot", "lot"),
    ("preface", "preface"),
    ("text", "bodymatter"),
    ("title-page", "titlepage"),
    ("toc", "toc"),
];

/// The guide as landmarks.
fn landmarks(package: &Package, base: &str, to: &str) -> String {
    let tree = package.document();
    let mut entries = String::new();
    let mut seen = Vec::new();
    let spine = package.spine();
    let items = package.items();
    let read = items.iter().filter(|item| spine.contains(&&*item.id));
    let read: Vec<_> = read.filter_map(|item| resolve(base, &item.href)).collect();
    for node in package.elements("reference") {
        let old = tree.attr(node, "type").unwrap_or_default();
        let Some((_, new)) = LANDMARKS.iter().find(|(one, _)| *one == old) else {
            continue;
        };
        let href = tree.attr(node, "href").unwrap_or_default();
        let path = resolve(base, href).filter(|path| read.contains(path));
        let (Some(path), false) = (path, seen.contains(new)) else { continue };
        seen.push(*new);
        let fragment =
            href.split_once('#').map_or(String::new(), |(_, id)| format!("#{id}"));
        let label = tree.attr(node, "title").unwrap_or(new);
        let _ = write!(
            entries,
            "<li><a epub:type=\"{new}\" href=\"{}{}\">{}</a></li>",
            escaped(&relative(to, &path)),
            escaped(&fragment),
            escaped(label)
        );
    }
    if entries.is_empty() {
        return entries;
    }
    format!(
        "<nav epub:type=\"landmarks\" hidden=\"hidden\"><h2>Landmarks</h2><ol>{entries}</ol></nav>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPF: &str = "<package version=\"2.0\" unique-identifier=\"i\"><metadata>\
        <dc:title>T</dc:title><dc:creator opf:role=\"aut\" opf:file-as=\"B, A\">A B</dc:creator>\
        <dc:identifier id=\"i\" opf:scheme=\"ISBN\">1</dc:identifier>\
        <dc:date opf:event=\"publication\">2001-02-03</dc:date><dc:date opf:event=\"creation\">\
        2000</dc:date><meta name=\"cover\" content=\"c\" /></metadata><manifest>\
        <item id=\"c\" href=\"c.jpg\" media-type=\"image/jpg\" />\
        <item id=\"n\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\" />\
        <item id=\"a\" href=\"a.html\" media-type=\"application/xhtml+xml\" /></manifest>\
        <spine toc=\"n\"><itemref idref=\"a\" /></spine>\
        <guide><reference type=\"text\" href=\"a.html#x\" title=\"Go\" /></guide></package>";

    #[test]
    fn named_characters_become_what_they_name() {
        let text = "a&nbsp;b &Alpha;&oelig; &lt;&amp; &gone; &#8212; & x";
        assert_eq!(named_characters(text), "a\u{a0}b Αœ &lt;&amp; &gone; &#8212; & x");
    }

    #[test]
    fn an_old_package_is_raised() {
        let mut epub = Epub::empty("t.epub");
        epub.put(
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path=\"a.opf\" /></rootfiles></container>".into(),
        );
        epub.put("a.opf", OPF.into());
        epub.put("c.jpg", vec![0xff]);
        epub.put(
            "toc.ncx",
            "<!DOCTYPE ncx PUBLIC \"x\" \"y\"><ncx><navMap><navPoint><navLabel><text>One &amp; two</text>\
             </navLabel><content src=\"a.html#x\" /></navPoint></navMap></ncx>"
                .into(),
        );
        epub.put(
            "a.html",
            "<!DOCTYPE html PUBLIC \"x\" \"y\">\n<html><head><title>a</title></head><body>\
             <p id=\"x\">a&nbsp;b</p></body></html>"
                .into(),
        );
        let epub = Epub::from_bytes("t.epub", &epub.to_bytes().unwrap()).unwrap();
        let package = epub.package().unwrap();
        let mut book = UnfinishedBook::new(epub, package);
        let mut outcome = FinishOutcome::default();
        apply(&mut book, &FinishOptions::default(), &mut outcome);
        let opf = book.package.to_xml();
        for wanted in [
            "version=\"3.0\"",
            "<meta refines=\"#creator-raised-1\" property=\"role\" scheme=\"marc:relators\">aut</meta>",
            "property=\"file-as\">B, A</meta>",
            "<dc:date>2001-02-03</dc:date>",
            "media-type=\"image/jpeg\" properties=\"cover-image\"",
            "2001-02-03T00:00:00Z",
            "properties=\"nav\"",
        ] {
            assert!(opf.contains(wanted), "no {wanted} in {opf}");
        }
        assert!(!opf.contains("opf:") && !opf.contains("creation"), "{opf}");
        let nav = book.epub.text("nav.xhtml").unwrap();
        assert!(
            nav.contains("<ol><li><a href=\"a.html#x\">One &amp; two</a></li></ol>"),
            "{nav}"
        );
        assert!(
            nav.contains("<a epub:type=\"bodymatter\" href=\"a.html#x\">Go</a>"),
            "{nav}"
        );
        assert!(book.epub.text("a.html").unwrap().starts_with("<!DOCTYPE html>\n"));
        let before = book.package.to_xml();
        apply(&mut book, &FinishOptions::default(), &mut outcome);
        assert_eq!(book.package.to_xml(), before, "once is enough");
    }
}
