//! Pictures made small: those stored twice become one, what tells of camera and editor goes, PNG is
//! packed better, and what is wider than a reader's screen is scaled down. None becomes larger, and
//! a broken one stays as it is.

mod drawing;
mod raster;

use super::documents::Documents;
use super::{Counts, Repair};
use crate::epub::{Epub, Item, Package, relative, resolve};
use crate::finding::{Code, Finding};
use crate::report::{count, size};
use crate::settings::Edition;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

pub(super) use drawing::outlines;
pub(super) use raster::{Kind, decode, encode_jpeg, encode_png, scaled, smaller};

/// What was saved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    /// Pictures in the book.
    pub pictures: usize,
    /// Those that are smaller now, or gone because another is the same.
    pub smaller: usize,
    /// Bytes that are gone.
    pub bytes: usize,
    /// How long it took.
    pub time: Duration,
}

impl fmt::Display for Saved {
    /// `2 of 5 pictures made smaller by 1.2 MB in 0.3 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pictures = count(self.pictures, "picture");
        let seconds = self.time.as_secs_f64();
        write!(
            f,
            "{} of {pictures} made smaller by {} in {seconds:.1} s",
            self.smaller,
            size(self.bytes)
        )
    }
}

/// Works on all pictures of the manifest but the cover, which has a pass of its own.
pub(super) fn apply(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut Documents,
    edition: Edition,
    counts: &mut Counts,
) {
    let start = Instant::now();
    let twins = merge(epub, package, documents);
    let pictures = all(epub, package);
    let results = smaller_all(epub, &pictures);
    let mut saved = Saved {
        pictures: pictures.len() + twins.0,
        smaller: twins.0,
        bytes: twins.1,
        time: Duration::ZERO,
    };
    for ((_, path), result) in pictures.iter().zip(results) {
        let before = epub.get(path).map_or(0, <[u8]>::len);
        match result {
            Ok(data) if data.len() < before => {
                saved.smaller += 1;
                saved.bytes += before - data.len();
                epub.put(path, data);
            }
            Ok(_) => {}
            Err(message) => {
                let finding = Finding::new(Code::ImageBroken, epub.place(path), message);
                counts.findings.push(finding.hint("The picture was left as it is"));
            }
        }
    }
    if edition != Edition::Color {
        drawing::fallbacks(epub, package, documents);
    }
    counts.repairs.add(Repair::Picture, twins.0);
    saved.time = start.elapsed();
    counts.saved = saved;
}

/// Each picture in fewer bytes, or as it is. Large ones are worked on one at a time: their points
/// take more memory than the rest of a book.
fn smaller_all(epub: &Epub, pictures: &[(Item, String)]) -> Vec<Result<Vec<u8>, String>> {
    let one = |(item, path): &(Item, String)| {
        let data = epub.get(path).unwrap_or_default();
        match Kind::of(data) {
            Some(kind) => raster::smaller(kind, data),
            None if item.media_type == "image/svg+xml" => Ok(data.to_vec()),
            None => Err("it is no picture that readers know".to_owned()),
        }
    };
    let is_large = |path: &str| {
        let data = epub.get(path).unwrap_or_default();
        Kind::of(data).is_some_and(|kind| raster::is_large(kind, data))
    };
    let small: Vec<Option<Result<Vec<u8>, String>>> = pictures
        .par_iter()
        .map(|picture| (!is_large(&picture.1)).then(|| one(picture)))
        .collect();
    let all = pictures.iter().zip(small);
    all.map(|(picture, made)| made.unwrap_or_else(|| one(picture))).collect()
}

/// The pictures of the manifest that are in the container, with their paths; the cover left out.
fn all(epub: &Epub, package: &Package) -> Vec<(Item, String)> {
    let items = package.items().into_iter();
    items
        .filter(|item| item.media_type.starts_with("image/"))
        .filter_map(|item| {
            let path = resolve(epub.package_path(), &item.href)?;
            let is_cover = item.properties.iter().any(|one| one == "cover-image");
            (!is_cover && epub.get(&path).is_some()).then_some((item, path))
        })
        .collect()
}

/// Makes one of pictures with the same bytes; how many went, and their bytes together.
fn merge(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut Documents,
) -> (usize, usize) {
    let mut first: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    let mut twins: BTreeMap<String, String> = BTreeMap::new();
    let mut hrefs = Vec::new();
    for (item, path) in all(epub, package) {
        let data = epub.get(&path).unwrap_or_default();
        // A stylesheet or a drawing may name it, too; those are not rewritten.
        let is_named = epub.entries().iter().any(|entry| {
            let extension = entry.name.rsplit('.').next().unwrap_or_default();
            let is_text = matches!(extension, "css" | "svg");
            let name = path.rsplit('/').next().unwrap_or(&path);
            is_text && String::from_utf8_lossy(&entry.data).contains(name)
        });
        if is_named {
            continue;
        }
        let alike = first.entry((item.media_type, data.len())).or_default();
        let mut others = alike.iter().filter(|other| **other != path);
        match others.find(|other| epub.get(other) == Some(data)) {
            Some(twin) => {
                twins.insert(path, twin.clone());
                hrefs.push(item.href);
            }
            None => alike.push(path),
        }
    }
    if twins.is_empty() {
        return (0, 0);
    }
    for open in &mut documents.0 {
        let tree = &mut open.tree;
        for node in tree.descendants(tree.root()).collect::<Vec<_>>() {
            for name in ["src", "xlink:href", "href", "poster", "data"] {
                let target = tree.attr(node, name).and_then(|to| resolve(&open.path, to));
                if let Some(twin) = target.and_then(|target| twins.get(&target)) {
                    let href = relative(&open.path, twin);
                    tree.set_attr(node, name, href);
                    open.changed = true;
                }
            }
        }
    }
    let mut bytes = 0;
    for path in twins.keys() {
        bytes += epub.get(path).map_or(0, <[u8]>::len);
        epub.remove(path);
    }
    for href in hrefs {
        package.remove_item(&href);
    }
    (twins.len(), bytes)
}
