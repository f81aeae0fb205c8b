//! An ePub as its files, and where its documents stand in reading order.

use super::markup::{self, Element};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The files of an ePub by their names, and what the package document says of them.
pub(crate) struct Container {
    pub files: BTreeMap<String, Vec<u8>>,
    pub package: Element,
    /// The documents of the spine, in its order.
    pub spine: Vec<String>,
    /// The document that holds the contents.
    pub nav: Option<String>,
}

impl Container {
    /// Reads all of an ePub.
    pub(crate) fn open(path: &Path) -> Self {
        let file = std::fs::File::open(path).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut data = Vec::new();
            entry.read_to_end(&mut data).unwrap();
            files.insert(entry.name().unwrap().to_string(), data);
        }
        let read = |name: &str| markup::parse_xml(&String::from_utf8_lossy(&files[name]));
        let container = read("META-INF/container.xml");
        let path = container.find("rootfile").and_then(|e| e.attribute("full-path"));
        let path = path.expect("the container names a package document").to_owned();
        let package = read(&path);
        let mut items = Vec::new();
        package.find_all("item", &mut items);
        let mut references = Vec::new();
        package.find_all("itemref", &mut references);
        let name =
            |item: &Element| join(&path, item.attribute("href").unwrap_or_default());
        let spine = references
            .iter()
            .filter_map(|one| {
                let id = one.attribute("idref");
                items.iter().find(|item| item.attribute("id") == id)
            })
            .map(|item| name(item))
            .collect();
        let is_nav = |item: &&&Element| item.attribute("properties") == Some("nav");
        let nav = items.iter().find(is_nav).map(|item| name(item));
        Self { spine, nav, package: package.clone(), files }
    }

    /// A document as a tree.
    pub(crate) fn document(&self, name: &str) -> Element {
        markup::parse(&String::from_utf8_lossy(&self.files[name]))
    }
}

/// The path that a reference in a file means, without `.` and `..`.
pub(crate) fn join(file: &str, reference: &str) -> String {
    let reference = decode(reference);
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    if reference.starts_with('/') {
        parts.clear();
    }
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A reference with its `%20` and the like as the characters that they are.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        let digits = more.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let value = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match value {
            Some(value) if first == b'%' => {
                bytes.push(value);
                rest = &more[2..];
            }
            _ => {
                bytes.push(first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
