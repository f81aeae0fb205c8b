//! Letters drawn as outlines.

use super::faces::{Ready, all};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use std::fmt::Write as _;

/// A face to draw with.
pub(crate) struct Letters(Option<Ready>);

/// The face with a file's name.
pub(crate) fn of(file: &str) -> Letters {
    Letters(all().into_iter().find(|ready| ready.face.file == file))
}

impl Letters {
    /// Whether there is an outline for a character; a space needs none.
    pub(crate) fn has(&self, c: char) -> bool {
        self.0.as_ref().is_some_and(|ready| c == ' ' || ready.has(c))
    }

    /// How wide a line is at a size, without kerning.
    pub(crate) fn width(&self, line: &str, size: f64) -> f64 {
        line.chars().map(|c| self.advance(c)).sum::<f64>() * size
    }

    /// An advance as a part of the size.
    fn advance(&self, c: char) -> f64 {
        let advance = self.0.as_ref().and_then(|ready| {
            let metrics =
                ready.font.glyph_metrics(Size::new(1.0), LocationRef::default());
            metrics.advance_width(ready.font.charmap().map(c)?)
        });
        f64::from(advance.unwrap_or_default())
    }

    /// The outlines of a line that begins at `x` and stands on `y`, as an SVG path.
    pub(crate) fn outline(&self, line: &str, size: f64, x: f64, y: f64) -> String {
        let mut pen = Pen { out: String::new(), x, y };
        let Some(ready) = &self.0 else { return pen.out };
        let outlines = ready.font.outline_glyphs();
        // A size in points fits.
        #[expect(clippy::cast_possible_truncation)]
        let settings =
            || DrawSettings::unhinted(Size::new(size as f32), LocationRef::default());
        for c in line.chars() {
            let glyph = ready.font.charmap().map(c).and_then(|id| outlines.get(id));
            if let Some(glyph) = glyph {
                // What cannot be drawn leaves its room.
                let _ = glyph.draw(settings(), &mut pen);
            }
            pen.x += self.advance(c) * size;
        }
        pen.out
    }
}

/// Writes a path; in SVG, what is further down has the larger number.
struct Pen {
    out: String,
    x: f64,
    y: f64,
}

impl Pen {
    fn point(&mut self, command: &str, points: &[(f32, f32)]) {
        self.out.push_str(command);
        for (at, &(x, y)) in points.iter().enumerate() {
            let gap = if at > 0 { " " } else { "" };
            let (x, y) = (self.x + f64::from(x), self.y - f64::from(y));
            let _ = write!(self.out, "{gap}{x:.1} {y:.1}");
        }
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.point("M", &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.point("L", &[(x, y)]);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.point("Q", &[(cx0, cy0), (x, y)]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.point("C", &[(cx0, cy0), (cx1, cy1), (x, y)]);
    }

    fn close(&mut self) {
        self.out.push('Z');
    }
}
