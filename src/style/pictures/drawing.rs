//! Drawings for readers that draw them badly: beside each SVG a PNG of it on white.

use crate::epub::{Document, Epub, NodeId, Package, relative, resolve};
use crate::style::documents::Documents;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// How wide a drawing becomes, in points: a reader's screen.
const WIDTH: f32 = 1600.0;

/// And how high at most.
const HIGHEST: f32 = 3200.0;

/// Puts a PNG beside every SVG that a document shows as a picture, and lets readers choose.
pub(super) fn fallbacks(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut Documents,
) {
    let mut made: BTreeMap<String, Option<String>> = BTreeMap::new();
    for open in &mut documents.0 {
        let tree = &open.tree;
        let images: Vec<(NodeId, String)> = tree
            .descendants(tree.root())
            .filter(|&node| tree.name(node) == Some("img"))
            .filter(|&node| {
                tree.parent(node).is_none_or(|one| tree.name(one) != Some("picture"))
            })
            .filter_map(|node| {
                let path = resolve(&open.path, tree.attr(node, "src")?)?;
                Some((node, path)).filter(|_| is_drawing(package, epub, node, tree))
            })
            .collect();
        for (node, path) in images {
            let png = made
                .entry(path.clone())
                .or_insert_with(|| add(epub, package, &path))
                .clone();
            let Some(png) = png else { continue };
            let tree = &mut open.tree;
            let svg = relative(&open.path, &path);
            tree.set_attr(node, "src", relative(&open.path, &png));
            let picture = tree.create_element("picture", &[]);
            let source = tree
                .create_element("source", &[("srcset", &svg), ("type", "image/svg+xml")]);
            tree.replace(node, picture);
            tree.append(picture, source);
            tree.append(picture, node);
            open.changed = true;
        }
    }
}

/// Whether an `<img>` shows an SVG of the manifest.
fn is_drawing(package: &Package, epub: &Epub, node: NodeId, tree: &Document) -> bool {
    let src = tree.attr(node, "src").unwrap_or_default();
    let name = src.rsplit('/').next().unwrap_or_default();
    package.items().iter().any(|item| {
        item.media_type == "image/svg+xml"
            && item.href.rsplit('/').next() == Some(name)
            && resolve(epub.package_path(), &item.href)
                .is_some_and(|path| epub.get(&path).is_some())
    })
}

/// Adds the PNG of a drawing to the container; its path.
fn add(epub: &mut Epub, package: &mut Package, path: &str) -> Option<String> {
    let png = draw(epub.get(path)?)?;
    let target = format!("{path}.png");
    let href = relative(epub.package_path(), &target);
    let id =
        format!("concbook-{}", href.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    epub.put(&target, png);
    package.add_item(&id, &href, "image/png");
    Some(target)
}

/// A drawing as PNG on white; `None` for what cannot be drawn.
pub(in crate::style) fn draw(svg: &[u8]) -> Option<Vec<u8>> {
    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        for data in crate::style::fonts::files() {
            fonts.load_font_data(data.to_vec());
        }
        fonts.set_serif_family("Gelasio");
        fonts.set_sans_serif_family("DejaVu Sans");
        fonts.set_monospace_family("Ubuntu Mono");
        Arc::new(fonts)
    });
    let mut options = Options {
        fontdb: FONTS.clone(),
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    // A drawing names no file of this machine.
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    let tree = Tree::from_data(svg, &options).ok()?;
    let size = tree.size();
    let scale = (WIDTH / size.width()).min(HIGHEST / size.height());
    // Both are positive, and at most as large as the limits above.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = |length: f32| (length * scale).round().max(1.0) as u32;
    let mut points = Pixmap::new(whole(size.width()), whole(size.height()))?;
    points.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut points.as_mut());
    let image =
        image::RgbaImage::from_raw(points.width(), points.height(), points.take())?;
    super::encode_png(&image::DynamicImage::ImageRgba8(image))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_drawn_on_white_with_our_fonts() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 80 20'>\
                   <text x='5' y='15' font-family='Verdana'>Text</text></svg>";
        let image =
            image::load_from_memory(&draw(svg.as_bytes()).unwrap()).unwrap().to_rgb8();
        assert_eq!(image.dimensions(), (1600, 400));
        assert_eq!(image.get_pixel(0, 0).0, [255; 3]);
        assert!(image.pixels().any(|point| point.0 == [0; 3]), "the letters");
        assert_eq!(draw(b"<svg"), None);
    }
}
