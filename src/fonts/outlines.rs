//! Lines of letters as outlines in SVG, for what is to look the same wherever it is shown.
//!
//! ```text
//! كتاب Rust   runs of one direction, in the order in which they are seen:   "Rust", " ", "كتاب"
//!             of each, runs of one face and one script:                     a row of glyphs each
//! ```

use super::faces::{BODY, BundledFamily, HEADING};
use super::loaded::LoadedFace;
use super::scripts::{self, ShapedScript};
use super::user::{self, UserFont};
use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_bidi::{Level, ParagraphBidiInfo};

/// Draws lines with the outlines of a face, and of others where that lacks a character.
pub struct LetterOutlines<'f> {
    /// In order of preference.
    faces: Vec<LoadedFace<'f>>,
    /// What the shaper needs of each face, made when it is asked for.
    shapers: Vec<OnceCell<ShaperData>>,
    /// Whether lines are read from right to left.
    is_rtl: bool,
    /// Widths of lines that were asked for, in parts of the font size.
    widths: RefCell<BTreeMap<String, f64>>,
}

/// A glyph of a line; all lengths are parts of the font size.
struct Glyph {
    face: usize,
    /// None for a character that shows nothing.
    id: Option<GlyphId>,
    advance: f64,
    /// How far it stands from its place on the baseline: to the right, and up.
    offset: (f64, f64),
}

/// A part of a line that one face draws, in one script.
struct GlyphRun<'t> {
    text: &'t str,
    face: usize,
    script: Option<&'static ShapedScript>,
}

impl<'f> LetterOutlines<'f> {
    /// For titles: the bold face of headings.
    pub fn title(fonts: &'f [UserFont], is_rtl: bool) -> Self {
        Self::of(&[(&HEADING, true, false), (&BODY, true, false)], fonts, is_rtl)
    }

    /// For subtitles: the italic face of running text.
    pub fn subtitle(fonts: &'f [UserFont], is_rtl: bool) -> Self {
        let faces =
            [(&BODY, false, true), (&HEADING, false, true), (&HEADING, false, false)];
        Self::of(&faces, fonts, is_rtl)
    }

    /// For authors' names: the regular face of headings.
    pub fn author(fonts: &'f [UserFont], is_rtl: bool) -> Self {
        Self::of(&[(&HEADING, false, false), (&BODY, false, false)], fonts, is_rtl)
    }

    /// These faces of concbook's, and then the author's: those as bold as the first before the others.
    fn of(
        bundled: &[(&'static BundledFamily, bool, bool)],
        fonts: &'f [UserFont],
        is_rtl: bool,
    ) -> Self {
        let own = bundled.iter().filter_map(|&(family, bold, italic)| {
            let mut faces = family.faces.iter();
            let face = faces.find(|face| (face.bold, face.italic) == (bold, italic))?;
            Some(LoadedFace::bundled(family, face))
        });
        let bold = bundled.first().is_some_and(|face| face.1);
        let mut users = user::drawable(fonts);
        users.sort_by_key(|face| (face.bold != bold, face.italic));
        let faces: Vec<LoadedFace<'f>> = own.chain(users).collect();
        let shapers = faces.iter().map(|_| OnceCell::new()).collect();
        Self { faces, shapers, is_rtl, widths: RefCell::default() }
    }

    /// Whether there is an outline for a character; what shows nothing needs none.
    pub fn has(&self, c: char) -> bool {
        is_blank(c) || self.faces.iter().any(|face| face.shows(c))
    }

    /// How wide a line is at a font size; in the unit of the size.
    pub fn width(&self, line: &str, size: f64) -> f64 {
        if let Some(width) = self.widths.borrow().get(line) {
            return width * size;
        }
        let width = self.glyphs(line).iter().map(|glyph| glyph.advance).sum::<f64>();
        self.widths.borrow_mut().insert(line.to_owned(), width);
        width * size
    }

    /// The outlines of a line that begins, at its left, at `x` on the baseline `y`, as the data of an
    /// SVG path.
    pub fn path(&self, line: &str, size: f64, x: f64, y: f64) -> String {
        let mut pen = Pen { out: String::new(), x, y };
        let mut next = x;
        // Font sizes are numbers of three digits.
        #[expect(clippy::cast_possible_truncation)]
        let settings =
            || DrawSettings::unhinted(Size::new(size as f32), LocationRef::default());
        for glyph in self.glyphs(line) {
            (pen.x, pen.y) = (next + glyph.offset.0 * size, y - glyph.offset.1 * size);
            let outlines = self.faces[glyph.face].font.outline_glyphs();
            if let Some(outline) = glyph.id.and_then(|id| outlines.get(id)) {
                // A glyph that cannot be drawn leaves its room.
                let _ = outline.draw(settings(), &mut pen);
            }
            next += glyph.advance * size;
        }
        pen.out
    }

    /// The glyphs of a line from left to right.
    fn glyphs(&self, line: &str) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        for (text, is_rtl) in visual_runs(line, self.is_rtl) {
            let mut runs = self.runs(text);
            if is_rtl {
                runs.reverse();
            }
            for run in runs {
                if is_rtl || run.script.is_some() || run.text.chars().any(is_mark) {
                    self.shape(&run, is_rtl, &mut glyphs);
                } else {
                    self.row(&run, &mut glyphs);
                }
            }
        }
        glyphs
    }

    /// Splits a text of one direction by face and script. What belongs to no script goes with what
    /// stands before it, where that face has it.
    fn runs<'t>(&self, text: &'t str) -> Vec<GlyphRun<'t>> {
        let mut runs: Vec<(
            std::ops::Range<usize>,
            usize,
            Option<&'static ShapedScript>,
        )> = Vec::new();
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            let script = scripts::of(c);
            if let Some(last) = runs.last_mut() {
                let goes_along = is_blank(c)
                    || is_mark(c) && self.faces[last.1].has(c)
                    || script == last.2 && self.face_of(c) == last.1;
                if goes_along {
                    last.0.end = end;
                    continue;
                }
            }
            runs.push((at..end, self.face_of(c), script));
        }
        let run = |(range, face, script)| GlyphRun { text: &text[range], face, script };
        runs.into_iter().map(run).collect()
    }

    /// The first face that shows a character.
    fn face_of(&self, c: char) -> usize {
        self.faces.iter().position(|face| face.shows(c)).unwrap_or(0)
    }

    /// A glyph a character, without kerning.
    fn row(&self, run: &GlyphRun<'_>, out: &mut Vec<Glyph>) {
        let font = &self.faces[run.face].font;
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let charmap = font.charmap();
        out.extend(run.text.chars().map(|c| {
            let id = charmap.map(c);
            let advance =
                id.and_then(|id| metrics.advance_width(id)).map_or(0.0, f64::from);
            Glyph { face: run.face, id, advance, offset: (0.0, 0.0) }
        }));
    }

    /// The glyphs that a script's rules make of a text.
    fn shape(&self, run: &GlyphRun<'_>, is_rtl: bool, out: &mut Vec<Glyph>) {
        let font = &self.faces[run.face].font;
        let data = self.shapers[run.face].get_or_init(|| ShaperData::new(font));
        let shaper = data.shaper(font).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(run.text);
        let direction =
            if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let em = f64::from(shaper.units_per_em().max(1));
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        out.extend(glyphs.map(|(info, at)| Glyph {
            face: run.face,
            id: Some(GlyphId::new(info.glyph_id)),
            advance: f64::from(at.x_advance) / em,
            offset: (f64::from(at.x_offset) / em, f64::from(at.y_offset) / em),
        }));
    }
}

/// The runs of a line from left to right, each with whether it is read from right to left (Unicode
/// Bidirectional Algorithm).
fn visual_runs(line: &str, is_rtl: bool) -> Vec<(&str, bool)> {
    let is_from_right = |c| scripts::of(c).is_some_and(|script| script.is_rtl);
    if !is_rtl && !line.chars().any(is_from_right) {
        return vec![(line, false)];
    }
    let level = if is_rtl { Level::rtl() } else { Level::ltr() };
    let info = ParagraphBidiInfo::new(line, Some(level));
    let (levels, runs) = info.visual_runs(0..line.len());
    let run = |range: std::ops::Range<usize>| {
        let is_rtl = levels.get(range.start).is_some_and(Level::is_rtl);
        line.get(range).map(|text| (text, is_rtl))
    };
    runs.into_iter().filter_map(run).collect()
}

/// Whether a text is read from right to left: by the first of its letters that says so.
pub fn runs_from_right(text: &str) -> bool {
    matches!(unicode_bidi::get_base_direction(text), unicode_bidi::Direction::Rtl)
}

/// Characters that show nothing.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Marks that stand on the letter before them (Unicode, Combining Diacritical Marks).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shaped_and_in_the_order_in_which_it_is_seen() {
        let letters = LetterOutlines::title(&[], false);
        // Joined letters are narrower than the same ones by themselves.
        let alone: f64 = "سلام".chars().map(|c| letters.width(&c.to_string(), 1.0)).sum();
        assert!(letters.width("سلام", 1.0) < 0.9 * alone);
        // The first letter of Hebrew stands at the right, behind the number in it.
        let order = |line: &str, rtl: bool| {
            let runs = visual_runs(line, rtl).into_iter();
            runs.map(|(text, _)| text.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            order("Rust שלום 12", true),
            ["12", " שלום ", "Rust"].map(str::to_owned)
        );
        assert_eq!(order("Rust!", false), ["Rust!"]);
        assert!(runs_from_right("1. שלום Rust") && !runs_from_right("Rust שלום"));
    }

    #[test]
    fn what_one_face_lacks_another_draws() {
        let letters = LetterOutlines::subtitle(&[], false);
        let faces = |text: &str| {
            let runs = letters.runs(text).into_iter();
            runs.map(|run| (run.text.to_owned(), run.face)).collect::<Vec<_>>()
        };
        let run = |text: &str, face| (text.to_owned(), face);
        assert_eq!(
            faces("Go Привет سلام"),
            [run("Go ", 0), run("Привет ", 1), run("سلام", 2)]
        );
        assert!(
            letters.has('П')
                && letters.has('س')
                && !letters.has('漢')
                && !letters.has('न')
        );
        let off = letters.width("e\u{301}", 1.0) - letters.width("é", 1.0);
        assert!(off.abs() < 1e-9, "{off}");
    }
}
