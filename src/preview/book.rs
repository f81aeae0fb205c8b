//! A finished ePub as the preview serves it: its entries, its documents in reading order with what the contents
//! call them, and in each document the script that tells which place is read.
//!
//! ````text
//! <head>…</head><body><section id="boats">…      the ePub's document
//! <head>…<script src="/book/4f…/page.js"></script></head><body><section id="boats">…
//! ````

use crate::cache::KeyMaker;
use crate::epub::{Document, Epub, NodeId, Package, encryption, media_types, resolve};
use concfilter::error::Result;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A document of the ePub, in the order in which they are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct BookPage {
    /// Its path in the container.
    pub path: String,
    /// What the table of contents calls it; else its path.
    pub title: String,
    /// The first identifier in its text, by which it is found again when chapters come before it.
    pub id: String,
}

/// A file to serve.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServedFile {
    pub media_type: String,
    pub data: Arc<Vec<u8>>,
    /// Where the script is put in, in documents.
    head_end: Option<usize>,
}

impl ServedFile {
    /// Its bytes, documents with the script at this address.
    pub(super) fn with_script(&self, address: &str) -> Vec<u8> {
        let Some(at) = self.head_end else { return self.data.to_vec() };
        let script = format!("<script src=\"{address}\"></script>");
        [&self.data[..at], script.as_bytes(), &self.data[at..]].concat()
    }
}

/// A finished ePub, ready to be served.
#[derive(Debug, PartialEq, Eq)]
pub struct ServedBook {
    pub(super) title: String,
    pub(super) pages: Vec<BookPage>,
    /// What tells apart all that its documents look by: stylesheets, fonts, pictures. Where it is the same, a page
    /// that is open shows another version of its document as a new one would.
    pub(super) looks: String,
    files: HashMap<String, ServedFile>,
}

impl ServedBook {
    /// Makes it ready; fonts that are obfuscated are brought back, for browsers do not know that.
    ///
    /// # Errors
    /// Its package document cannot be read.
    pub fn of(mut epub: Epub) -> Result<Self> {
        let package = epub.package()?;
        if let Ok(text) = epub.text(encryption::PATH) {
            let paths = encryption::obfuscated(text)?;
            // What is obfuscated twice is as it was.
            encryption::obfuscate(&mut epub, &package, &paths);
        }
        let items = package.items();
        let base = epub.package_path().to_owned();
        let types: BTreeMap<String, String> = items
            .iter()
            .filter_map(|item| {
                Some((resolve(&base, &item.href)?, item.media_type.clone()))
            })
            .collect();
        let titles = titles(&epub, &package);
        let mut files = HashMap::new();
        let mut looks = KeyMaker::new("looks");
        let mut ids = HashMap::new();
        for entry in epub.entries() {
            let by_name = || media_types::of(&entry.name).map(str::to_owned);
            let media_type = types.get(&entry.name).cloned().or_else(by_name);
            let media_type = media_type.unwrap_or("application/octet-stream".to_owned());
            let is_page = media_type == "application/xhtml+xml";
            if !is_page && media_type != NCX && entry.name != base {
                looks = looks.with(&entry.name).with(&*entry.data);
            }
            let head = if is_page { head(&entry.data) } else { DocumentHead::default() };
            ids.insert(entry.name.clone(), head.id);
            let data = Arc::clone(&entry.data);
            let file = ServedFile { media_type, data, head_end: head.end };
            files.insert(entry.name.clone(), file);
        }
        let by_id: HashMap<&str, &str> =
            items.iter().map(|item| (&*item.id, &*item.href)).collect();
        let page = |idref: &str| {
            let path = resolve(&base, by_id.get(idref)?)?;
            let title = titles.get(&path).cloned().unwrap_or_else(|| path.clone());
            Some(BookPage { id: ids.remove(&path)?, title, path })
        };
        let pages = package.spine().into_iter().filter_map(page).collect();
        let title = package.texts("title").into_iter().next().unwrap_or_default();
        let looks = looks.key().to_string();
        Ok(Self { title, pages, looks, files })
    }

    /// The file at a path of the container.
    pub(super) fn file(&self, path: &str) -> Option<&ServedFile> {
        self.files.get(path)
    }

    /// The pages that are new or not as they were.
    pub(super) fn changed_since<'b>(
        &'b self,
        old: &'b Self,
    ) -> impl Iterator<Item = &'b BookPage> {
        self.pages.iter().filter(move |page| {
            let of = |book: &'b Self, path| book.files.get(path).map(|file| &file.data);
            let before = old.pages.iter().find(|one| one.id == page.id);
            let path = before.map_or(&page.path, |before| &before.path);
            of(self, &page.path) != of(old, path)
        })
    }
}

/// The NCX, which no page shows.
const NCX: &str = "application/x-dtbncx+xml";

/// What the table of contents calls each document: the first entry that leads to it.
fn titles(epub: &Epub, package: &Package) -> HashMap<String, String> {
    let is_nav = |properties: &[String]| properties.iter().any(|one| one == "nav");
    let nav = package.items().into_iter().find(|item| is_nav(&item.properties));
    let path = nav.and_then(|nav| resolve(epub.package_path(), &nav.href));
    let tree = path.as_ref().and_then(|path| epub.document(path).ok());
    let (Some(path), Some(tree)) = (path, tree) else { return HashMap::new() };
    let mut titles = HashMap::new();
    let is_toc = |node: NodeId| {
        tree.local_name(node) == Some("nav")
            && tree.attr(node, "epub:type").is_some_and(|types| types.contains("toc"))
    };
    for link in tree.descendants(tree.root()).filter(|&node| is_link(&tree, node)) {
        let target = tree.attr(link, "href").and_then(|href| resolve(&path, href));
        if let Some(target) = target
            && tree.ancestors(link).any(is_toc)
        {
            titles.entry(target).or_insert_with(|| tree.label(link));
        }
    }
    titles
}

fn is_link(tree: &Document, node: NodeId) -> bool {
    tree.local_name(node) == Some("a")
}

/// What is looked up at the head of a document.
#[derive(Debug, Default, PartialEq, Eq)]
struct DocumentHead {
    /// The byte before `</head>`.
    end: Option<usize>,
    /// The first identifier in the body.
    id: String,
}

fn head(data: &[u8]) -> DocumentHead {
    let text = std::str::from_utf8(data).unwrap_or_default();
    let mut reader = Reader::from_str(text);
    let mut found = DocumentHead::default();
    loop {
        let before = usize::try_from(reader.buffer_position()).ok();
        match reader.read_event() {
            Ok(Event::End(end)) if end.local_name().into_inner() == "head" => {
                found.end = found.end.or(before);
            }
            Ok(Event::Start(start) | Event::Empty(start)) if found.end.is_some() => {
                if let Ok(Some(id)) = start.try_get_attribute("id") {
                    found.id = id.value.into_owned();
                    return found;
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"E/a.opf\"/>\
        </rootfiles></container>";
    const OPF: &str = "<package unique-identifier=\"i\"><metadata><dc:title>Boats</dc:title>\
        <dc:identifier id=\"i\">x</dc:identifier></metadata><manifest>\
        <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
        <item id=\"b\" href=\"t/b%20c.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"f\" href=\"f.ttf\" media-type=\"font/ttf\"/>\
        </manifest><spine><itemref idref=\"b\"/><itemref idref=\"n\"/></spine></package>";
    const NAV: &str = "<html xmlns:epub=\"e\"><head/><body><nav epub:type=\"landmarks\">\
        <a href=\"t/b%20c.xhtml\">Start</a></nav><nav epub:type=\"toc\"><ol><li>\
        <a href=\"t/b%20c.xhtml#x\">1 <b>Ropes</b></a></li></ol></nav></body></html>";
    const PAGE: &str = "<html><head><!-- </head> --><title id=\"t\">x</title></head>\
        <body><p>y</p><section id=\"ropes\"/></body></html>";

    fn epub(page: &str) -> Epub {
        let mut epub = Epub::empty("a.epub");
        for (name, data) in [
            ("META-INF/container.xml", CONTAINER),
            ("E/a.opf", OPF),
            ("E/nav.xhtml", NAV),
            ("E/t/b c.xhtml", page),
            ("E/f.ttf", "font"),
        ] {
            epub.put(name, data.into());
        }
        Epub::from_bytes("a.epub", &epub.to_bytes().unwrap()).unwrap()
    }

    #[test]
    fn pages_have_their_titles_and_their_script_in_the_real_head() {
        let book = ServedBook::of(epub(PAGE)).unwrap();
        assert_eq!(book.title, "Boats");
        let page = &book.pages[0];
        assert_eq!(
            [&page.path, &page.title, &page.id],
            ["E/t/b c.xhtml", "1 Ropes", "ropes"]
        );
        let file = book.file("E/t/b c.xhtml").unwrap();
        let served = String::from_utf8(file.with_script("/s.js")).unwrap();
        let script = "</title><script src=\"/s.js\"></script></head>";
        assert_eq!(served, PAGE.replacen("</title></head>", script, 1));
        // A head without an end tag has no place for it, and a font neither.
        assert_eq!(
            book.file("E/nav.xhtml").unwrap().with_script("/s.js"),
            NAV.as_bytes()
        );
        assert_eq!(book.file("E/f.ttf").unwrap().with_script("/s.js"), b"font");
        assert!(
            book.file("E/../E/a.opf").is_none() && book.file("/etc/passwd").is_none()
        );
    }

    #[test]
    fn obfuscated_fonts_come_back() {
        let mut hidden = epub(PAGE);
        let package = hidden.package().unwrap();
        encryption::obfuscate(&mut hidden, &package, &["E/f.ttf".to_owned()]);
        assert_ne!(hidden.get("E/f.ttf").unwrap(), b"font");
        let book = ServedBook::of(hidden).unwrap();
        assert_eq!(book.file("E/f.ttf").unwrap().data[..], b"font"[..]);
    }

    #[test]
    fn pages_that_changed_are_known() {
        let of = |page: &str| ServedBook::of(epub(page)).unwrap();
        let old = of(PAGE);
        let new = of(&PAGE.replace('y', "z"));
        let changed: Vec<_> = new.changed_since(&old).map(|page| &*page.title).collect();
        assert_eq!(changed, ["1 Ropes"]);
        assert_eq!(of(PAGE).changed_since(&old).count(), 0);
    }
}
