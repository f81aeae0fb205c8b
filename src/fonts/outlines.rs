//! Lines of letters as outlines in SVG, for what is to look the same wherever it is shown.

use super::faces::{BODY, BundledFamily, HEADING};
use super::loaded::LoadedFace;
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use std::fmt::Write as _;

/// Draws lines with the outlines of one face.
pub struct LetterOutlines(LoadedFace<'static>);

impl LetterOutlines {
    /// For titles: the bold face of headings.
    pub fn title() -> Self {
        Self::of(&HEADING, true, false)
    }

    /// For subtitles: the italic face of running text.
    pub fn subtitle() -> Self {
        Self::of(&BODY, false, true)
    }

    /// For authors' names: the regular face of headings.
    pub fn author() -> Self {
        Self::of(&HEADING, false, false)
    }

    fn of(family: &'static BundledFamily, bold: bool, italic: bool) -> Self {
        let mut faces = family.faces.iter();
        let face = faces
            .find(|face| (face.bold, face.italic) == (bold, italic))
            .expect("these families have four faces");
        Self(LoadedFace::bundled(family, face))
    }

    /// Whether there is an outline for a character; a space needs none.
    pub fn has(&self, c: char) -> bool {
        c == ' ' || self.0.has(c)
    }

    /// How wide a line is at a font size, without kerning; in the unit of the size.
    pub fn width(&self, line: &str, size: f64) -> f64 {
        line.chars().map(|c| self.advance(c)).sum::<f64>() * size
    }

    /// An advance as a part of the font size; 0 where the face has no glyph.
    fn advance(&self, c: char) -> f64 {
        let font = &self.0.font;
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let glyph = font.charmap().map(c);
        glyph.and_then(|glyph| metrics.advance_width(glyph)).map_or(0.0, f64::from)
    }

    /// The outlines of a line that begins at `x` on the baseline `y`, as the data of an SVG path.
    pub fn path(&self, line: &str, size: f64, x: f64, y: f64) -> String {
        let font = &self.0.font;
        let mut pen = Pen { out: String::new(), x, y };
        let outlines = font.outline_glyphs();
        // Font sizes are numbers of three digits.
        #[expect(clippy::cast_possible_truncation)]
        let settings =
            || DrawSettings::unhinted(Size::new(size as f32), LocationRef::default());
        for c in line.chars() {
            let glyph = font.charmap().map(c).and_then(|id| outlines.get(id));
            if let Some(glyph) = glyph {
                // A glyph that cannot be drawn leaves its room.
                let _ = glyph.draw(settings(), &mut pen);
            }
            pen.x += self.advance(c) * size;
        }
        pen.out
    }
}

/// Writes a path. In SVG, y grows downwards; in fonts, upwards.
struct Pen {
    out: String,
    x: f64,
    y: f64,
}

impl Pen {
    fn command(&mut self, command: &str, points: &[(f32, f32)]) {
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
        self.command("M", &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.command("L", &[(x, y)]);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.command("Q", &[(cx0, cy0), (x, y)]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.command("C", &[(cx0, cy0), (cx1, cy1), (x, y)]);
    }

    fn close(&mut self) {
        self.out.push('Z');
    }
}
