//! The author's cover: a picture that readers know, with a book's proportions, neither small nor
//! too large.

use super::super::pictures::{
    RasterFormat, decode, dimensions, drawn_size, encode_jpeg, encode_png, png_of,
    scaled, smaller,
};
use super::super::{FinishOutcome, Repair};
use crate::cache::BuildCache;
use crate::epub::{Epub, Item, Package, resolve};
use crate::finding::{Code, Finding, Subject};

/// The least pixels of the shorter side that shops ask for.
const LEAST: u32 = 1000;

/// The most pixels together: readers fail on larger ones.
const MOST: u32 = 4_000_000;

/// Height by width, as books have it.
const PROPORTIONS: std::ops::RangeInclusive<f64> = 1.2..=1.9;

/// Tells what is wrong with a cover, and brings it to size.
pub(super) fn check(
    epub: &mut Epub,
    package: &mut Package,
    item: &Item,
    cache: &BuildCache,
    outcome: &mut FinishOutcome,
) {
    let Some(path) = resolve(epub.package_path(), &item.href) else { return };
    let Some(data) = epub.get(&path) else { return };
    let place = epub.place(&path);
    let mut say = |code: Code, message: String, hint: &str| {
        let finding = Finding::new(code, place.clone(), message).hint(hint);
        outcome.findings.push(finding.about(Subject::Setting("epub-cover-image".into())));
    };
    if item.media_type == "image/svg+xml" || is_svg(data) {
        let drawn = drawn_size(data)
            .and_then(|size| Ok((size, cache.made("drawing", data, || png_of(data))?)));
        match drawn {
            Ok(((width, height), png)) => {
                proportions(width, height, &mut say);
                add_png(epub, package, item, &path, png);
            }
            Err(message) => say(
                Code::CoverBroken,
                format!("the cover is no SVG that can be drawn: {message}"),
                "Save it anew as SVG, or give a JPEG or a PNG",
            ),
        }
        return;
    }
    let Some(kind) = RasterFormat::of(data) else {
        let message = "the cover is no picture that readers know".to_owned();
        return say(Code::CoverBroken, message, "Give a JPEG or a PNG");
    };
    let made = dimensions(kind, data).and_then(|(width, height)| {
        Ok((width, height, fitted(kind, data, (width, height), cache)?))
    });
    let (width, height, made) = match made {
        Ok(made) => made,
        Err(message) => {
            return say(
                Code::CoverBroken,
                format!("the cover: {message}"),
                "Save it anew",
            );
        }
    };
    proportions(f64::from(width), f64::from(height), &mut say);
    if width.min(height) < LEAST {
        say(
            Code::CoverSmall,
            format!(
                "the cover has {width} × {height} pixels, and shops want {LEAST} at least"
            ),
            "1600 × 2560 fits all shops",
        );
    }
    let is_named_so = item.media_type == kind.media_type();
    if let Some(made) = made.filter(|made| *made != data) {
        epub.put(&path, made);
    }
    if !is_named_so {
        package.document_mut().set_attr(item.node, "media-type", kind.media_type());
        outcome.repairs.add(Repair::MediaType, 1);
    }
    package.set_property(item.node, "cover-image", true);
}

/// Puts a PNG beside a cover that is a vector image, for shops and for readers that draw none; it is the
/// cover from then on.
fn add_png(epub: &mut Epub, package: &mut Package, svg: &Item, path: &str, png: Vec<u8>) {
    let href = format!("{}.png", svg.href);
    epub.put(&format!("{path}.png"), png);
    package.add_item(&format!("{}-png", svg.id), &href, "image/png");
    package.set_property(svg.node, "cover-image", false);
    if let Some(item) = package.items().iter().find(|item| item.href == href) {
        package.set_property(item.node, "cover-image", true);
    }
}

/// The cover with as many pixels as readers can show; `None` where it cannot be made.
fn fitted(
    kind: RasterFormat,
    data: &[u8],
    (width, height): (u32, u32),
    cache: &BuildCache,
) -> Result<Option<Vec<u8>>, String> {
    if u64::from(width) * u64::from(height) <= u64::from(MOST) {
        return cache.made("picture", data, || smaller(kind, data)).map(Some);
    }
    let factor = (f64::from(MOST) / (f64::from(width) * f64::from(height))).sqrt();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let image = scaled(decode(kind, data)?, (f64::from(width) * factor) as u32);
    Ok(if kind == RasterFormat::Jpeg { encode_jpeg(image) } else { encode_png(image) })
}

fn proportions(width: f64, height: f64, say: &mut impl FnMut(Code, String, &str)) {
    if !PROPORTIONS.contains(&(height / width.max(1.0))) {
        say(
            Code::CoverProportions,
            format!(
                "the cover is {width:.0} wide and {height:.0} high, which is no book's form"
            ),
            "Shops want it 1.6 times as high as it is wide",
        );
    }
}

/// Whether a file begins as a vector image does, whatever the manifest calls it.
fn is_svg(data: &[u8]) -> bool {
    let start = String::from_utf8_lossy(data.get(..1024).unwrap_or(data)).into_owned();
    start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && start.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(data: &[u8], media_type: &str) -> Vec<String> {
        let mut epub = Epub::empty("a.epub");
        epub.put("cover", data.to_vec());
        let xml = format!(
            "<package><manifest><item id=\"c\" href=\"cover\" media-type=\"{media_type}\" \
             properties=\"cover-image\" /></manifest></package>"
        );
        let mut package = Package::parse(&xml).unwrap();
        let mut outcome = FinishOutcome::default();
        let item = package.items().remove(0);
        check(&mut epub, &mut package, &item, &BuildCache::none(), &mut outcome);
        assert_eq!(epub.get("cover"), Some(data));
        outcome.findings.iter().map(|finding| finding.code.to_string()).collect()
    }

    #[test]
    fn vector_images_are_looked_into() {
        let svg = |size: &str| {
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {size}></svg>")
        };
        let of = |text: &str| codes(text.as_bytes(), "image/svg+xml");
        assert!(of(&svg("viewBox=\"0 0 100 160\"")).is_empty());
        assert_eq!(of(&svg("width=\"300\" height=\"200\"")), ["cover-proportions"]);
        let deep = "<g>".repeat(880) + &"</g>".repeat(880);
        let deep = svg("viewBox=\"0 0 1 2\"").replace("</svg>", &format!("{deep}</svg>"));
        assert_eq!(of(&deep), ["cover-broken"]);
        assert_eq!(of("<svg"), ["cover-broken"]);
        assert_eq!(of("no drawing"), ["cover-broken"]);
        assert_eq!(codes(b"no picture", "image/png"), ["cover-broken"]);
    }
}
