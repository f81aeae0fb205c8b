//! Vector images for readers that draw them badly: beside each SVG a PNG of it on white. What an image
//! may take to be drawn has limits, which are asked before.

use super::{cost, raster, source};
use crate::cache::BuildCache;
use crate::epub::{
    ContentDocument, ContentDocuments, Document, Epub, LazyDocument, NodeId, Package,
    relative, resolve,
};
use crate::finding::{Code, Finding, Subject};
use crate::fonts::faces::{BODY, CODE, CODE_FALLBACK, HEADING};
use image::{DynamicImage, RgbImage, RgbaImage};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How wide a vector image becomes, in pixels: a reader's screen.
const WIDTH: f32 = 1600.0;

/// And how high at most.
const HIGHEST: f32 = 3200.0;

/// The stack that an image is read and drawn on: its elements may stand [`source::DEEPEST`] deep, each a
/// call of several kilobytes in a program that is not optimised. What is not used takes no memory.
const STACK: usize = 128 << 20;

/// How many rows of a page of outlines are drawn at a time.
const BAND: u32 = 128;

/// Puts a PNG beside every SVG that a document shows as a picture, and lets readers choose.
pub(super) fn fallbacks(
    (epub, package, documents): (&mut Epub, &mut Package, &mut ContentDocuments),
    cache: &BuildCache,
    findings: &mut Vec<Finding>,
) {
    let mut made: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut png_at = |epub: &mut Epub, package: &mut Package, path: &str| {
        let png = made.entry(path.to_owned()).or_insert_with(|| {
            add(epub, package, path, cache)
                .map_err(|message| findings.push(undrawn(epub, path, &message)))
                .ok()
        });
        png.clone()
    };
    let shows =
        |document: &&mut LazyDocument| document.has("img") || document.has("image");
    for document in documents.0.iter_mut().filter(shows) {
        let document: &mut ContentDocument = document;
        let tree = &document.tree;
        let images: Vec<(NodeId, String)> = tree
            .descendants(tree.root())
            .filter(|&node| tree.name(node) == Some("img"))
            .filter(|&node| {
                tree.parent(node).is_none_or(|one| tree.name(one) != Some("picture"))
            })
            .filter_map(|node| {
                let path = resolve(&document.path, tree.attr(node, "src")?)?;
                Some((node, path)).filter(|_| is_vector(package, epub, node, tree))
            })
            .collect();
        let covers = in_svg(document, package, epub);
        for (node, path) in images {
            let Some(png) = png_at(epub, package, &path) else { continue };
            let tree = &mut document.tree;
            let svg = relative(&document.path, &path);
            tree.set_attr(node, "src", relative(&document.path, &png));
            let picture = tree.create_element("picture", &[]);
            let source = tree
                .create_element("source", &[("srcset", &svg), ("type", "image/svg+xml")]);
            tree.replace(node, picture);
            tree.append(picture, source);
            tree.append(picture, node);
            document.changed = true;
        }
        // Within an SVG nothing can be chosen from, so the PNG alone is shown.
        for (node, name, path) in covers {
            let Some(png) = png_at(epub, package, &path) else { continue };
            document.tree.set_attr(node, name, relative(&document.path, &png));
            document.changed = true;
        }
    }
}

/// The `<image>` elements that show an SVG of the manifest, as pandoc has a cover, each with the name of its
/// attribute and the path.
fn in_svg(
    document: &ContentDocument,
    package: &Package,
    epub: &Epub,
) -> Vec<(NodeId, &'static str, String)> {
    let tree = &document.tree;
    let images = tree
        .descendants(tree.root())
        .filter(|&node| tree.local_name(node) == Some("image"));
    images
        .flat_map(|node| ["xlink:href", "href"].map(|name| (node, name)))
        .filter_map(|(node, name)| {
            let path = resolve(&document.path, tree.attr(node, name)?)?;
            let is_vector = package.items().iter().any(|item| {
                item.media_type == "image/svg+xml"
                    && resolve(epub.package_path(), &item.href).as_ref() == Some(&path)
            });
            (is_vector && epub.get(&path).is_some()).then_some((node, name, path))
        })
        .collect()
}

/// Whether an `<img>` shows an SVG of the manifest.
fn is_vector(package: &Package, epub: &Epub, node: NodeId, tree: &Document) -> bool {
    let src = tree.attr(node, "src").unwrap_or_default();
    let name = src.rsplit('/').next().unwrap_or_default();
    package.items().iter().any(|item| {
        item.media_type == "image/svg+xml"
            && item.href.rsplit('/').next() == Some(name)
            && resolve(epub.package_path(), &item.href)
                .is_some_and(|path| epub.get(&path).is_some())
    })
}

fn undrawn(epub: &Epub, path: &str, message: &str) -> Finding {
    Finding::new(
        Code::ImageBroken,
        epub.place(path),
        format!("no PNG can be drawn of the picture: {message}"),
    )
    .about(Subject::Picture(path.to_owned()))
    .hint("Simplify it, or give a PNG in its place")
}

/// A vector image as PNG.
///
/// # Errors
/// It cannot be drawn; the message says why.
pub(in crate::finish) fn png_of(svg: &[u8]) -> Result<Vec<u8>, String> {
    let image = DynamicImage::ImageRgb8(draw(svg)?);
    super::encode_png(image).ok_or_else(|| "its pixels cannot be compressed".to_owned())
}

/// Adds the PNG of a vector image to the container; its path.
fn add(
    epub: &mut Epub,
    package: &mut Package,
    path: &str,
    cache: &BuildCache,
) -> Result<String, String> {
    let target = format!("{path}.png");
    // A cover has one already.
    if epub.get(&target).is_some() {
        return Ok(target);
    }
    let svg = epub.get(path).unwrap_or_default();
    let png = cache.made("drawing", svg, || png_of(svg))?;
    let href = relative(epub.package_path(), &target);
    let id =
        format!("concbook-{}", href.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    epub.put(&target, png);
    package.add_item(&id, &href, "image/png");
    Ok(target)
}

/// A vector image with the fonts that the book's letters are set in.
fn with_fonts(svg: &[u8]) -> Result<Tree, String> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        // A character that an image's font lacks is taken from the first that has it: the headings'
        // has the most.
        for family in [&HEADING, &BODY, &CODE, &CODE_FALLBACK] {
            for face in family.faces {
                fonts
                    .load_font_source(fontdb::Source::Binary(Arc::new(face.font.data())));
            }
        }
        fonts.set_serif_family(BODY.name);
        fonts.set_sans_serif_family(HEADING.name);
        fonts.set_monospace_family(CODE.name);
        Arc::new(fonts)
    });
    read(svg, FONTS.clone())
}

/// How wide or high a vector image is drawn of which only the kind of its pixels is to be known.
const SAMPLE: f32 = 400.0;

/// A vector image as small pixels, on nothing; `None` for what cannot be drawn, or takes too much.
pub(super) fn sample(svg: &[u8]) -> Option<RgbaImage> {
    let tree = with_fonts(svg).ok()?;
    let size = tree.size();
    let scale = SAMPLE / size.width().max(size.height());
    let (width, height) = (whole(size.width() * scale), whole(size.height() * scale));
    cost::check(tree.root(), scale, (width, height)).ok()?;
    let mut pixels = Pixmap::new(width, height)?;
    let transform = Transform::from_scale(scale, scale);
    guarded(|| resvg::render(&tree, transform, &mut pixels.as_mut())).ok()?;
    let plain = pixels.pixels().iter().flat_map(|pixel| {
        let pixel = pixel.demultiply();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    });
    RgbaImage::from_raw(width, height, plain.collect())
}

/// A vector image as pixels, on white: as large as a reader's screen, or smaller where that would take
/// too much.
fn draw(svg: &[u8]) -> Result<RgbImage, String> {
    let tree = with_fonts(svg)?;
    let size = tree.size();
    let largest = (WIDTH / size.width()).min(HIGHEST / size.height());
    let mut message = String::new();
    for smaller in [1.0, 1.5, 2.0, 3.0] {
        let scale = largest / smaller;
        let (width, height) = (whole(size.width() * scale), whole(size.height() * scale));
        match cost::check(tree.root(), scale, (width, height)) {
            Ok(()) => {
                // In one piece: a filter looks at the rows beside its own.
                return rows(&tree, scale, width, 0..height)
                    .and_then(|pixels| RgbImage::from_raw(width, height, pixels))
                    .ok_or_else(|| "it cannot be drawn".to_owned());
            }
            Err(told) => message = told,
        }
    }
    Err(message)
}

/// A vector image without letters as PNG, in its own size. Trying what compresses it best would take ten
/// times as long and save little.
pub(in crate::finish) fn outlines(svg: &[u8]) -> Option<Vec<u8>> {
    let tree = read(svg, Arc::default()).ok()?;
    let size = tree.size();
    let (width, height) = (whole(size.width()), whole(size.height()));
    let mut data = Vec::new();
    let mut encoder = png::Encoder::new(&mut data, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header().ok()?;
    let mut stream = writer.stream_writer().ok()?;
    // In bands: all pixels at a time take fifteen megabytes.
    for top in (0..height).step_by(BAND as usize) {
        let band = top..height.min(top + BAND);
        stream.write_all(&rows(&tree, 1.0, width, band)?).ok()?;
    }
    stream.finish().ok()?;
    writer.finish().ok()?;
    Some(data)
}

/// A black drawing without letters as a grey PNG, in its own size; `None` for what is too large.
pub(in crate::finish) fn grey_outlines(svg: &[u8]) -> Option<Vec<u8>> {
    let tree = read(svg, Arc::default()).ok()?;
    let size = tree.size();
    let (width, height) = (whole(size.width()), whole(size.height()));
    if size.width() > 4.0 * WIDTH || size.height() > HIGHEST {
        return None;
    }
    let pixels = RgbImage::from_raw(width, height, rows(&tree, 1.0, width, 0..height)?)?;
    super::encode_png(DynamicImage::ImageLuma8(
        DynamicImage::ImageRgb8(pixels).into_luma8(),
    ))
}

/// Reads a vector image that is within the limits of one.
fn read(svg: &[u8], fonts: Arc<fontdb::Database>) -> Result<Tree, String> {
    let text = std::str::from_utf8(svg).map_err(|_| "it is not UTF-8".to_owned())?;
    source::check(text)?;
    let refused = Arc::new(Mutex::new(None));
    let mut options = Options {
        fontdb: fonts,
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    // A vector image names no file of this machine.
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    let resolve = std::mem::replace(
        &mut options.image_href_resolver.resolve_data,
        Box::new(|_, _, _| None),
    );
    let told = Arc::clone(&refused);
    options.image_href_resolver.resolve_data =
        Box::new(move |kind, data, options| match within_limits(&data) {
            Ok(()) => resolve(kind, data, options),
            Err(message) => {
                told.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(message);
                None
            }
        });
    let tree =
        guarded(|| Tree::from_str(text, &options).map_err(|error| error.to_string()))?;
    match refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(message) => Err(format!("a picture in it: {message}")),
        None => tree,
    }
}

/// Whether a picture within a vector image is one that a book may hold.
fn within_limits(data: &[u8]) -> Result<(), String> {
    if let Some(kind) = raster::RasterFormat::of(data) {
        return raster::dimensions(kind, data).map(|_| ());
    }
    // What is compressed may be of any size.
    let is_compressed = data.starts_with(&[0x1f, 0x8b]);
    match std::str::from_utf8(data) {
        Ok(text) => source::check(text),
        Err(_) if is_compressed => Err("it is compressed".to_owned()),
        Err(_) => Ok(()),
    }
}

/// Runs what reads or draws an image on a stack that is large enough for it.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(|| stacker::grow(STACK, work)))
        .map_err(|_| "it cannot be drawn".to_owned())
}

/// How wide and high a vector image is.
///
/// # Errors
/// It cannot be drawn; the message says why.
pub(in crate::finish) fn drawn_size(svg: &[u8]) -> Result<(f64, f64), String> {
    let size = read(svg, Arc::default())?.size();
    Ok((size.width().into(), size.height().into()))
}

/// A length in whole pixels.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(length: f32) -> u32 {
    // It is positive, and at most as large as the limits above.
    length.round().max(1.0) as u32
}

/// Some rows of a vector image's pixels, on white.
fn rows(tree: &Tree, scale: f32, width: u32, rows: Range<u32>) -> Option<Vec<u8>> {
    let mut pixels = Pixmap::new(width, rows.end.checked_sub(rows.start)?)?;
    pixels.fill(Color::WHITE);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand rows")]
    let up = -(rows.start as f32);
    let transform = Transform::from_scale(scale, scale).post_translate(0.0, up);
    guarded(|| resvg::render(tree, transform, &mut pixels.as_mut())).ok()?;
    Some(super::raster::opaque(pixels.take()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_images_are_drawn_on_white_with_our_fonts() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 20'>\
                   <text x='5' y='15' font-family='Verdana'>Text</text></svg>";
        let image = draw(svg.as_bytes()).unwrap();
        assert_eq!(image.dimensions(), (1600, 400));
        assert_eq!(image.get_pixel(0, 0).0, [255; 3]);
        assert!(image.pixels().any(|point| point.0 == [0; 3]), "the letters");
        assert!(draw(b"<svg").unwrap_err().contains("no XML"));
    }

    #[test]
    fn what_no_machine_could_draw_is_told() {
        let svg = |inside: &str| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 20'>{inside}</svg>"
            )
        };
        // The head of a PNG of 30000 × 30000 pixels, its checksum that of these bytes.
        let png = "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwCAYAAABmJ/i6AAAAAElEQVQ1rwYe";
        let image =
            format!("<image width='9' height='9' href='data:image/png;base64,{png}'/>");
        let octaves = "<filter id='f'><feTurbulence baseFrequency='.1' numOctaves='1000000000'/>\
                       </filter><rect width='80' height='20' filter='url(#f)'/>";
        for (inside, said) in [
            ("<g>".repeat(880) + &"</g>".repeat(880), "200 deep"),
            (image, "30000 × 30000 pixels"),
            (octaves.to_owned(), "2 seconds"),
        ] {
            let found = draw(svg(&inside).as_bytes()).unwrap_err();
            assert!(found.contains(said), "{said}: {found}");
        }
        // As deep as is allowed, with a layer at every level.
        let deep = "<g opacity='.9'><circle r='1'/>".repeat(150) + &"</g>".repeat(150);
        assert!(draw(svg(&deep).as_bytes()).is_ok());
    }

    #[test]
    fn outlines_drawn_in_bands_are_the_whole_image() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='500'>\
                    <path d='M0 0L90 500L0 500Z' fill='#17324a'/></svg>";
        let png = outlines(svg).unwrap();
        let image = image::load_from_memory(&png).unwrap().to_rgb8();
        let tree = read(svg, Arc::default()).expect("it was drawn");
        assert_eq!(image.into_raw(), rows(&tree, 1.0, 90, 0..500).unwrap());
    }
}
