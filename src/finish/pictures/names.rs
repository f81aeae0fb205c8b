//! Pictures whose names say that they are another kind of picture than they are, as a JPEG that was
//! saved as `photo.png`: they get the name of their kind (EPUBCheck: PKG-022).
//!
//! ```text
//! media/file0.png, a JPEG   becomes   media/file0.jpg
//! ```

use super::super::outcome::FinishOutcome;
use super::super::pass::{FinishOptions, UnfinishedBook};
use super::raster::RasterFormat;
use super::twins::{TwinPictures, lead};
use crate::epub::{Epub, Package, media_types, relative, resolve};
use std::collections::BTreeSet;

/// Gives such pictures other names, in the manifest and wherever they are named.
pub(in crate::finish) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    let mut renamed = misnamed(epub, package);
    if renamed.is_empty() {
        return;
    }
    lead(epub, documents, &mut renamed);
    for item in package.items() {
        let path = resolve(epub.package_path(), &item.href);
        let Some(new) = path.and_then(|path| renamed.get(&path)) else { continue };
        let href = relative(epub.package_path(), new);
        package.document_mut().set_attr(item.node, "href", href);
    }
    let data = |old: &String| epub.get(old).unwrap_or_default().to_vec();
    let moved: Vec<_> = renamed.iter().map(|(old, new)| (new, data(old))).collect();
    epub.remove_all(|name| renamed.contains_key(name));
    for (new, data) in moved {
        epub.put(new, data);
    }
}

/// By their paths: pictures of another kind than their names say, and the names of their kind.
fn misnamed(epub: &Epub, package: &Package) -> TwinPictures {
    let (mut renamed, mut taken) = (TwinPictures::new(), BTreeSet::new());
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        let Some(kind) = epub.get(&path).and_then(RasterFormat::of) else { continue };
        let is_wrong = media_types::of(&path).is_some_and(|named| {
            named.starts_with("image/") && named != kind.media_type()
        });
        let Some((stem, _)) = path.rsplit_once('.').filter(|_| is_wrong) else {
            continue;
        };
        let extension = kind.extension();
        let numbered = (2..).map(|number| format!("{stem}-{number}.{extension}"));
        let mut names = std::iter::once(format!("{stem}.{extension}")).chain(numbered);
        let is_free = |name: &String| epub.get(name).is_none() && !taken.contains(name);
        if let Some(new) = names.find(is_free) {
            taken.insert(new.clone());
            renamed.insert(path, new);
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_gets_the_name_of_its_kind() {
        let package = Package::parse(
            "<package><manifest><item id=\"a\" href=\"m/a.png\" media-type=\"image/jpeg\" />\
             <item id=\"b\" href=\"m/b.jpe\" media-type=\"image/jpeg\" />\
             <item id=\"c\" href=\"m/a.jpg\" media-type=\"image/jpeg\" /></manifest></package>",
        )
        .unwrap();
        let mut epub = Epub::empty("t");
        let jpeg = [0xff, 0xd8, 0xff, 0].to_vec();
        let folder =
            epub.package_path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let inside =
            |name: &str| format!("{folder}/{name}").trim_start_matches('/').to_owned();
        let names = ["m/a.png", "m/b.jpe", "m/a.jpg", "s.css"].map(inside);
        for name in &names[..3] {
            epub.put(name, jpeg.clone());
        }
        epub.put(&names[3], b"p { background: url(m/a.png) }".to_vec());
        let mut book = UnfinishedBook::new(epub, package);
        apply(&mut book, &FinishOptions::default(), &mut FinishOutcome::default());
        assert!(book.package.to_xml().contains("href=\"m/a-2.jpg\""));
        assert_eq!(
            book.epub.text(&names[3]).unwrap(),
            "p { background: url(m/a-2.jpg) }"
        );
        assert!(book.epub.get(&names[0]).is_none() && book.epub.get(&names[1]).is_some());
    }
}
