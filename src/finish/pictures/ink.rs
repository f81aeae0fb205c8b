//! Drawings in dark lines on nothing, which nobody sees where the page is dark: they are given a class,
//! by which the stylesheet lays a light ground below them.

use super::raster::{self, RasterFormat};
use super::vector;
use crate::epub::{ContentDocument, Document, Epub, LazyDocument, NodeId, resolve};
use crate::finish::outcome::FinishOutcome;
use crate::finish::pass::{FinishOptions, UnfinishedBook};
use std::collections::{BTreeMap, BTreeSet};

/// The class of such a picture.
const CLASS: &str = "dark-drawing";

/// From this value on, of 255, a pixel hides what is below it.
const SOLID: u8 = 128;

/// Below this value, of 255, a pixel cannot be told from a dark page.
const DARK: u32 = 90;

/// How many pixels there are at most for each dark one beside nothing.
const RARE: usize = 1000;

/// Marks the pictures of dark lines on nothing.
pub(in crate::finish) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, documents, .. } = book;
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let may_show = |one: &&mut LazyDocument| one.has("img") || one.has("svg");
    for document in documents.0.iter_mut().filter(may_show) {
        let paths: BTreeSet<String> = document.fact("pictures", "", |document| {
            let all = document.elements("img").into_iter();
            all.filter_map(|node| shown(document, node)).collect()
        });
        let mut is_dark = |path: &String| {
            let of_path = |path: &String| is_dark_drawing(epub, path);
            *known.entry(path.clone()).or_insert_with_key(of_path)
        };
        let dark: BTreeSet<String> =
            paths.into_iter().filter(|path| is_dark(path)).collect();
        let given = format!("{dark:?}");
        document.change("dark-drawings", given, move |document| {
            mark_all(document, &dark);
        });
    }
}

/// The path of the picture that an element shows.
fn shown(document: &ContentDocument, node: NodeId) -> Option<String> {
    resolve(&document.path, document.tree.attr(node, "src").unwrap_or_default())
}

/// Marks the pictures at these paths, and those that are written into the document.
fn mark_all(document: &mut ContentDocument, dark: &BTreeSet<String>) {
    for node in document.elements("img") {
        if shown(document, node).is_some_and(|path| dark.contains(&path)) {
            mark(document, node);
        }
    }
    for node in document.elements("svg") {
        if is_dark_in_text(&document.tree, node) {
            mark(document, node);
        }
    }
}

fn mark(document: &mut ContentDocument, node: NodeId) {
    let tree = &mut document.tree;
    if !tree.has_class(node, CLASS) {
        let own = tree.attr(node, "class").map(|own| format!("{own} "));
        tree.set_attr(node, "class", own.unwrap_or_default() + CLASS);
        document.changed = true;
    }
}

/// Whether a vector image that is written into a document has dark lines on nothing. One that asks for the
/// colour of the text follows the page by itself.
fn is_dark_in_text(tree: &Document, node: NodeId) -> bool {
    if tree.ancestors(node).any(|one| tree.local_name(one) == Some("svg")) {
        return false;
    }
    let mut svg = tree.xml_of(node);
    if svg.contains("currentColor") || svg.contains("<image") {
        return false;
    }
    if !svg.contains("xmlns=") {
        svg = svg.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1);
    }
    vector::sample(svg.as_bytes()).is_some_and(|image| is_dark(&image))
}

fn is_dark_drawing(epub: &Epub, path: &str) -> bool {
    let data = epub.get(path).unwrap_or_default();
    let image = match RasterFormat::of(data) {
        Some(kind) if raster::may_be_transparent(kind, data) => {
            raster::decode(kind, data).ok().map(|image| image.to_rgba8())
        }
        Some(_) => None,
        None if data.windows(4).any(|bytes| bytes == b"<svg") => vector::sample(data),
        None => None,
    };
    image.is_some_and(|image| is_dark(&image))
}

/// Whether more dark than light pixels stand beside nothing, and not just a few.
fn is_dark(image: &image::RgbaImage) -> bool {
    let (width, height) = image.dimensions();
    let is_solid = |x: u32, y: u32| image.get_pixel(x, y).0[3] >= SOLID;
    let (mut dark, mut light) = (0_usize, 0_usize);
    for (x, y, pixel) in image.enumerate_pixels() {
        let beside =
            [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
        let inside = beside.into_iter().filter(|&(x, y)| x < width && y < height);
        if pixel.0[3] < SOLID || inside.into_iter().all(|(x, y)| is_solid(x, y)) {
            continue;
        }
        let [red, green, blue, _] = pixel.0.map(u32::from);
        if (red * 299 + green * 587 + blue * 114) / 1000 < DARK {
            dark += 1;
        } else {
            light += 1;
        }
    }
    dark > light && dark * RARE >= image.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Package;
    use image::{Rgba, RgbaImage};

    /// Lines of a colour on another, as PNG.
    fn lines(ink: [u8; 4], ground: [u8; 4]) -> Vec<u8> {
        let image = RgbaImage::from_fn(60, 60, |x, _| {
            Rgba(if x % 10 < 2 { ink } else { ground })
        });
        let mut data = std::io::Cursor::new(Vec::new());
        image.write_to(&mut data, image::ImageFormat::Png).unwrap();
        data.into_inner()
    }

    #[test]
    fn dark_lines_on_nothing_are_marked() {
        const NOTHING: [u8; 4] = [0; 4];
        const BLACK: [u8; 4] = [20, 20, 40, 255];
        const WHITE: [u8; 4] = [250, 250, 250, 255];
        let svg = |colour: &str, ground: &str| {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\">\
                 <rect width=\"40\" height=\"40\" fill=\"{ground}\" /><path d=\"M4 4 L36 36\" \
                 stroke=\"{colour}\" stroke-width=\"2\" /></svg>"
            );
            svg.into_bytes()
        };
        let files = [
            ("dark.png", lines(BLACK, NOTHING), true),
            ("light.png", lines(WHITE, NOTHING), false),
            ("whole.png", lines(BLACK, WHITE), false),
            ("dark.svg", svg("#222", "none"), true),
            ("light.svg", svg("#fed", "none"), false),
            ("whole.svg", svg("#222", "white"), false),
            ("broken.png", b"\x89PNG\r\n".to_vec(), false),
        ];
        let mut epub = Epub::empty("t.epub");
        let mut xml = String::from("<p>");
        for (name, data, _) in &files {
            epub.put(name, data.clone());
            xml.push_str("<img src=\"");
            xml.push_str(name);
            xml.push_str("\" class=\"own\" />");
        }
        let mut book = UnfinishedBook::new(
            epub,
            Package::parse("<package><manifest /></package>").unwrap(),
        );
        // The same drawings in the text itself.
        for (name, data, _) in files.iter().filter(|(name, ..)| name.ends_with("svg")) {
            let svg = String::from_utf8(data.clone()).unwrap();
            xml.push_str(&svg.replacen("<svg", &format!("<svg id=\"{name}\""), 1));
        }
        book.documents.0.push(ContentDocument::of("a.xhtml", &(xml + "</p>")).into());
        for _ in 0..2 {
            apply(&mut book, &FinishOptions::default(), &mut FinishOutcome::default());
            let out = book.documents.0[0].tree.to_xml();
            for (name, _, is_dark) in &files {
                let class = if *is_dark { "own dark-drawing" } else { "own" };
                let wanted = format!("<img src=\"{name}\" class=\"{class}\" />");
                assert!(out.contains(&wanted), "{wanted}: {out}");
                if let Some((_, svg)) = out.split_once(&format!("<svg id=\"{name}\"")) {
                    let (start, _) = svg.split_once('>').unwrap();
                    assert_eq!(start.contains("dark-drawing"), *is_dark, "{svg}");
                }
            }
        }
    }
}
