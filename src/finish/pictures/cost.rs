//! What it takes to draw a vector image, counted on its tree before it is drawn: a filter of a few
//! letters can ask for hours, a layer for gigabytes.

use super::raster;
use resvg::tiny_skia::Transform;
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{ClipPath, Group, Image, ImageKind, Mask, Node, Paint, Path, Pattern};

/// The most nanoseconds, on a machine of these years; what is counted is coarse.
const MOST_TIME: f64 = 2.0e9;

/// The most bytes of layers at a time, besides the pixels of the whole.
const MOST_MEMORY: f64 = 160.0 * 1024.0 * 1024.0;

/// Nanoseconds a pixel: to fill one, and to put one through a filter.
const FILL: f64 = 1.0;
const FILTER: f64 = 20.0;

/// Nanoseconds a point of an outline.
const POINT: f64 = 50.0;

/// What was counted so far.
struct Cost {
    time: f64,
    /// The canvas, in pixels.
    canvas: (f64, f64),
}

/// Whether an image can be drawn at a scale in a time and with the memory that a picture of a book may
/// take; the limit otherwise.
pub(super) fn check(root: &Group, scale: f32, canvas: (u32, u32)) -> Result<(), String> {
    let canvas = (f64::from(canvas.0), f64::from(canvas.1));
    let mut cost = Cost { time: 0.0, canvas };
    cost.group(root, Transform::from_scale(scale, scale), 0.0)
}

impl Cost {
    /// Adds time, and asks whether memory of so many bytes in all is too much.
    fn add(&mut self, time: f64, memory: f64) -> Result<(), String> {
        self.time += time;
        if self.time > MOST_TIME {
            return Err("it takes longer to draw than 2 seconds".to_owned());
        }
        if memory > MOST_MEMORY {
            return Err("its layers take more memory than 160 MB".to_owned());
        }
        Ok(())
    }

    /// The pixels of a rectangle in the image's units, which layers have at most five canvases wide and
    /// high.
    fn pixels(&self, width: f32, height: f32, at: Transform) -> f64 {
        let (sx, sy) = at.get_scale();
        let side = |length: f32, scale: f32, most: f64| {
            (f64::from(length) * f64::from(scale)).clamp(1.0, 5.0 * most)
        };
        side(width, sx, self.canvas.0) * side(height, sy, self.canvas.1)
    }

    /// A group: `held` bytes are taken around it.
    fn group(&mut self, group: &Group, at: Transform, held: f64) -> Result<(), String> {
        let at = at.pre_concat(group.transform());
        if !group.should_isolate() {
            return self.children(group, at, held);
        }
        let layer = group.layer_bounding_box();
        let pixels = self.pixels(layer.width(), layer.height(), at);
        let held = held + 4.0 * pixels;
        self.add(4.0 * FILL * pixels, held)?;
        self.children(group, at, held)?;
        for filter in group.filters() {
            self.filter(filter, pixels, at, held)?;
        }
        if let Some(clip) = group.clip_path() {
            self.clip(clip, pixels, at, held)?;
        }
        if let Some(mask) = group.mask() {
            self.mask(mask, pixels, at, held)?;
        }
        Ok(())
    }

    fn children(
        &mut self,
        group: &Group,
        at: Transform,
        held: f64,
    ) -> Result<(), String> {
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, at, held)?,
                Node::Path(path) => self.path(path, at, held)?,
                Node::Image(image) => self.image(image, at, held)?,
                Node::Text(text) => self.group(text.flattened(), at, held)?,
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, at: Transform, held: f64) -> Result<(), String> {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let points = path.data().points().len() as f64;
        let bounds = path.bounding_box();
        let (sx, sy) = at.get_scale();
        let side = |length: f32, scale: f32, most: f64| {
            (f64::from(length) * f64::from(scale)).min(most)
        };
        let pixels = side(bounds.width(), sx, self.canvas.0)
            * side(bounds.height(), sy, self.canvas.1);
        // What has few points fills its box.
        let filled = if points < 16.0 { pixels } else { pixels / 16.0 };
        let fill = if path.fill().is_some() { FILL * filled } else { 0.0 };
        self.add(POINT * points + fill, held)?;
        let fill = path.fill().map(resvg::usvg::Fill::paint);
        let stroke = path.stroke().map(resvg::usvg::Stroke::paint);
        for paint in [fill, stroke].into_iter().flatten() {
            if let Paint::Pattern(pattern) = paint {
                self.pattern(pattern, at, held)?;
            }
        }
        Ok(())
    }

    /// A tile is drawn whole, however little of it is seen.
    fn pattern(
        &mut self,
        pattern: &Pattern,
        at: Transform,
        held: f64,
    ) -> Result<(), String> {
        let (sx, sy) = at.pre_concat(pattern.transform()).get_scale();
        let rect = pattern.rect();
        let pixels = f64::from(rect.width() * sx) * f64::from(rect.height() * sy);
        let held = held + 4.0 * pixels;
        self.add(FILL * pixels, held)?;
        self.group(pattern.root(), Transform::from_scale(sx, sy), held)
    }

    fn clip(
        &mut self,
        clip: &ClipPath,
        pixels: f64,
        at: Transform,
        held: f64,
    ) -> Result<(), String> {
        let held = held + 5.0 * pixels;
        self.add(4.0 * FILL * pixels, held)?;
        self.group(clip.root(), at.pre_concat(clip.transform()), held)?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, pixels, at, held))
    }

    fn mask(
        &mut self,
        mask: &Mask,
        pixels: f64,
        at: Transform,
        held: f64,
    ) -> Result<(), String> {
        let held = held + 6.0 * pixels;
        self.add(6.0 * FILL * pixels, held)?;
        self.group(mask.root(), at, held)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, pixels, at, held))
    }

    /// The results of all steps stay until the last.
    fn filter(
        &mut self,
        filter: &Filter,
        pixels: f64,
        at: Transform,
        held: f64,
    ) -> Result<(), String> {
        let (sx, sy) = at.get_scale();
        let mut held = held + 4.0 * pixels;
        for primitive in filter.primitives() {
            held += 4.0 * pixels;
            let times = match primitive.kind() {
                Kind::Morphology(step) => {
                    let side =
                        |radius: f32, scale: f32| 2.0 * f64::from(radius * scale) + 1.0;
                    let area =
                        side(step.radius_x().get(), sx) * side(step.radius_y().get(), sy);
                    area.min(pixels) / FILTER * 2.0
                }
                Kind::Turbulence(step) => 6.0 * f64::from(step.num_octaves()),
                Kind::ConvolveMatrix(step) => {
                    f64::from(step.matrix().columns()) * f64::from(step.matrix().rows())
                        / 4.0
                }
                Kind::Image(step) => {
                    self.group(step.root(), at, held)?;
                    1.0
                }
                _ => 1.0,
            };
            self.add(FILTER * pixels * times.max(1.0), held)?;
        }
        Ok(())
    }

    /// A picture in the picture: all of its pixels are read.
    fn image(&mut self, image: &Image, at: Transform, held: f64) -> Result<(), String> {
        let data = match image.kind() {
            ImageKind::SVG(tree) => {
                let pixels = self.canvas.0 * self.canvas.1;
                let held = held + 4.0 * pixels;
                self.add(4.0 * FILL * pixels, held)?;
                return self.group(tree.root(), at, held);
            }
            ImageKind::JPEG(data)
            | ImageKind::PNG(data)
            | ImageKind::GIF(data)
            | ImageKind::WEBP(data) => data,
        };
        let pixels = raster::RasterFormat::of(data)
            .and_then(|kind| raster::dimensions(kind, data).ok())
            .map_or(0.0, |(width, height)| f64::from(width) * f64::from(height));
        // Decoders hold rows of up to eight bytes a pixel beside the result.
        self.add(FILTER * pixels, held + 8.0 * pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::usvg::{Options, Tree};

    /// What is told of an image of 100 × 160 that is drawn sixteen times as large.
    fn told(inside: &str) -> Result<(), String> {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='160'>{inside}</svg>"
        );
        let tree = Tree::from_str(&svg, &Options::default()).unwrap();
        check(tree.root(), 16.0, (1600, 2560))
    }

    fn filtered(step: &str) -> String {
        format!(
            "<filter id='f'>{step}</filter><rect width='100' height='160' filter='url(#f)'/>"
        )
    }

    #[test]
    fn what_takes_too_long_or_too_much_is_told() {
        let layers = |levels: usize| {
            "<g opacity='.5'>".repeat(levels)
                + "<rect width='100' height='160'/><circle r='9'/>"
                + &"</g>".repeat(levels)
        };
        let region = "<filter id='f' x='-99' y='-99' width='999' height='999'><feFlood/></filter>\
                      <rect width='100' height='160' filter='url(#f)'/>";
        let tile = "<pattern id='p' width='9e4' height='9e4' patternUnits='userSpaceOnUse'>\
                    <rect width='1' height='1'/></pattern><rect width='9' height='9' fill='url(#p)'/>";
        let many = "<rect width='100' height='160'/>".repeat(2000);
        for (inside, said) in [
            (filtered("<feMorphology radius='1e6'/>"), "longer to draw"),
            (filtered("<feMorphology radius='9'/>"), "longer to draw"),
            (
                filtered("<feTurbulence baseFrequency='.1' numOctaves='1000000000'/>"),
                "longer to draw",
            ),
            (filtered(&"<feOffset dx='1'/>".repeat(40)), "memory"),
            (region.to_owned(), "memory"),
            (tile.to_owned(), "longer to draw"),
            (layers(12), "memory"),
            (many, "longer to draw"),
        ] {
            let found = told(&inside).unwrap_err();
            assert!(found.contains(said), "{inside}: {found}");
        }
        for inside in [
            "<rect width='100' height='160'/>".repeat(100),
            filtered("<feGaussianBlur stdDeviation='2'/>"),
            filtered("<feMorphology radius='.1'/>"),
            layers(4),
            "<circle r='.5'/>".repeat(20_000),
        ] {
            assert_eq!(told(&inside), Ok(()), "{}", &inside[..40]);
        }
    }
}
