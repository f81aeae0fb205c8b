//! Vector images for readers that draw them badly: beside each SVG a PNG of it on white.

use crate::epub::ContentDocuments;
use crate::epub::{Document, Epub, NodeId, Package, relative, resolve};
use crate::fonts::faces::{BODY, CODE, CODE_FALLBACK, HEADING};
use image::{DynamicImage, RgbImage};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// How wide a vector image becomes, in pixels: a reader's screen.
const WIDTH: f32 = 1600.0;

/// And how high at most.
const HIGHEST: f32 = 3200.0;

/// How many rows of a page of outlines are drawn at a time.
const BAND: u32 = 128;

/// Puts a PNG beside every SVG that a document shows as a picture, and lets readers choose.
pub(super) fn fallbacks(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut ContentDocuments,
) {
    let mut made: BTreeMap<String, Option<String>> = BTreeMap::new();
    for document in &mut documents.0 {
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
        for (node, path) in images {
            let png = made
                .entry(path.clone())
                .or_insert_with(|| add(epub, package, &path))
                .clone();
            let Some(png) = png else { continue };
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
    }
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

/// Adds the PNG of a vector image to the container; its path.
fn add(epub: &mut Epub, package: &mut Package, path: &str) -> Option<String> {
    let png = super::encode_png(DynamicImage::ImageRgb8(draw(epub.get(path)?)?))?;
    let target = format!("{path}.png");
    let href = relative(epub.package_path(), &target);
    let id =
        format!("concbook-{}", href.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    epub.put(&target, png);
    package.add_item(&id, &href, "image/png");
    Some(target)
}

/// A vector image as pixels, on white; `None` for what cannot be drawn.
fn draw(svg: &[u8]) -> Option<RgbImage> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        // A character that an image's font lacks is taken from the first that has it: the headings'
        // has the most.
        for family in [&HEADING, &BODY, &CODE, &CODE_FALLBACK] {
            for face in family.faces {
                fonts.load_font_source(fontdb::Source::Binary(Arc::new(face.font.data)));
            }
        }
        fonts.set_serif_family(BODY.name);
        fonts.set_sans_serif_family(HEADING.name);
        fonts.set_monospace_family(CODE.name);
        Arc::new(fonts)
    });
    let tree = read(svg, FONTS.clone())?;
    let size = tree.size();
    let scale = (WIDTH / size.width()).min(HIGHEST / size.height());
    let (width, height) = (whole(size.width() * scale), whole(size.height() * scale));
    // In one piece: a filter looks at the rows beside its own.
    RgbImage::from_raw(width, height, rows(&tree, scale, width, 0..height)?)
}

/// A vector image without letters as PNG, in its own size. Trying what compresses it best would take ten
/// times as long and save little.
pub(in crate::finish) fn outlines(svg: &[u8]) -> Option<Vec<u8>> {
    let tree = read(svg, Arc::default())?;
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
    let tree = read(svg, Arc::default())?;
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

fn read(svg: &[u8], fonts: Arc<fontdb::Database>) -> Option<Tree> {
    let mut options = Options {
        fontdb: fonts,
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    // A vector image names no file of this machine.
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    Tree::from_data(svg, &options).ok()
}

/// How wide and high a vector image is; `None` for what cannot be drawn.
pub(in crate::finish) fn drawn_size(svg: &[u8]) -> Option<(f64, f64)> {
    let size = read(svg, Arc::default())?.size();
    Some((size.width().into(), size.height().into()))
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
    resvg::render(tree, transform, &mut pixels.as_mut());
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
        assert_eq!(draw(b"<svg"), None);
    }

    #[test]
    fn outlines_drawn_in_bands_are_the_whole_image() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='500'>\
                    <path d='M0 0L90 500L0 500Z' fill='#17324a'/></svg>";
        let png = outlines(svg).unwrap();
        let image = image::load_from_memory(&png).unwrap().to_rgb8();
        let tree = read(svg, Arc::default()).unwrap();
        assert_eq!(image.into_raw(), rows(&tree, 1.0, 90, 0..500).unwrap());
    }
}
