//! Pictures made small: those stored twice become one, what tells of camera and editor goes, PNG is
//! compressed better, and what is wider than a reader's screen is scaled down. None becomes larger, and
//! a broken one stays as it is.

mod cost;
pub(super) mod ink;
mod names;
mod raster;
mod source;
mod twins;
mod vector;

use super::Repair;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::cache::BuildCache;
use crate::epub::{Epub, Item, Package, resolve};
use crate::finding::{Code, Finding, Subject};
use crate::report::{count, size};
use rayon::prelude::*;
use std::fmt;
use std::time::{Duration, Instant};

pub(super) use names::apply as rename;
pub(super) use raster::{
    RasterFormat, decode, dimensions, encode_jpeg, encode_png, scaled, smaller,
};
pub(super) use vector::{drawn_size, grey_outlines, outlines, png_of};

/// What was savings.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize,
)]
pub struct ImageSavings {
    /// Pictures in the book.
    pub pictures: usize,
    /// Those that are smaller now, or gone because another is the same.
    pub smaller: usize,
    /// Bytes that are gone.
    pub bytes: usize,
    /// How long it took.
    pub time: Duration,
}

impl fmt::Display for ImageSavings {
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

/// Makes all pictures of the manifest smaller but the cover, which has a pass of its own. It runs
/// while no document is open: the pixels of a picture and the trees of a book together would take
/// twice the memory.
pub(super) fn shrink(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    if !options.presentation.pictures {
        return;
    }
    let UnfinishedBook { epub, package, .. } = book;
    let start = Instant::now();
    let twins = twins::find(epub, package).0;
    let (others, pictures): (Vec<_>, Vec<_>) =
        all(epub, package).into_iter().partition(|(_, path)| twins.contains_key(path));
    let results = smaller_all(epub, &pictures, &options.cache);
    let savings = &mut outcome.savings;
    savings.pictures = pictures.len() + others.len();
    for ((_, path), result) in pictures.iter().zip(results) {
        let before = epub.get(path).map_or(0, <[u8]>::len);
        match result {
            Ok(data) if data.len() < before => {
                savings.smaller += 1;
                savings.bytes += before - data.len();
                epub.put(path, data);
            }
            Ok(_) => {}
            Err(message) => {
                let finding = Finding::new(Code::ImageBroken, epub.place(path), message)
                    .about(Subject::Picture(path.clone()));
                outcome.findings.push(finding.hint("The picture was left as it is"));
            }
        }
    }
    for (path, twin) in twins {
        let before = epub.get(&path).map_or(0, <[u8]>::len);
        let data = epub.get(&twin).unwrap_or_default().to_vec();
        savings.bytes += before.saturating_sub(data.len());
        epub.put(&path, data);
    }
    savings.time = start.elapsed();
}

/// Makes one of pictures that are the same, and puts a PNG beside vector images where the edition asks.
pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    if !options.presentation.pictures {
        return;
    }
    let UnfinishedBook { epub, package, documents, .. } = book;
    let start = Instant::now();
    let (number, bytes) = twins::merge(epub, package, documents);
    outcome.savings.smaller += number;
    outcome.savings.bytes += bytes;
    outcome.repairs.add(Repair::Picture, number);
    if !options.presentation.edition.has_colors() {
        let parts = (epub, package, documents);
        vector::fallbacks(parts, &options.cache, &mut outcome.findings);
    }
    outcome.savings.time += start.elapsed();
}

/// Each picture in fewer bytes, or as it is. Large ones are worked on one at a time: their pixels
/// take more memory than the rest of a book.
fn smaller_all(
    epub: &Epub,
    pictures: &[(Item, String)],
    cache: &BuildCache,
) -> Vec<Result<Vec<u8>, String>> {
    let one = |(item, path): &(Item, String)| {
        let data = epub.get(path).unwrap_or_default();
        match RasterFormat::of(data) {
            Some(kind) => cache.made("picture", data, || raster::smaller(kind, data)),
            None if item.media_type == "image/svg+xml" => Ok(data.to_vec()),
            None => Err("it is no picture that readers know".to_owned()),
        }
    };
    let is_large = |path: &str| {
        let data = epub.get(path).unwrap_or_default();
        RasterFormat::of(data).is_some_and(|kind| raster::is_large(kind, data))
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
