//! A cover of letters: title, subtitle and authors, set in the book's fonts, drawn as outlines so
//! that it looks the same wherever it is shown.

use super::breaks::{self, Breaks};
use crate::fonts::{LetterOutlines, UserFont};
use std::fmt::Write as _;

/// What stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::finish) struct Words {
    pub title: String,
    pub subtitle: String,
    pub authors: Vec<String>,
}

/// Its size, in pixels.
pub(super) const SIZE: (u32, u32) = (1600, 2400);

const MARGIN: f64 = 150.0;
const WIDTH: f64 = 1600.0 - 2.0 * MARGIN;

/// The line that the title hangs from, and how far up a long one may begin.
const TOP: f64 = 760.0;
const HIGHEST: f64 = 240.0;

/// Between the title's last line and the subtitle: the bar and the room around it.
const BAR: f64 = 130.0;

/// The colours differ enough in brightness to be told apart on electronic paper.
const GROUND: &str = "#17324a";
const LIGHT: &str = "#ffffff";
const SOFT: &str = "#d6e2ea";
const ACCENT: &str = "#e8ad43";

/// How the lines of a text are set.
#[derive(Debug, Clone, Copy)]
struct LineForm {
    /// The largest font size.
    largest: f64,
    /// The most lines at a size of `floor` and above.
    most: usize,
    /// The size down to which no word is broken and no line is added.
    floor: f64,
    /// From line to line, as a part of the size.
    leading: f64,
}

const TITLE: LineForm = LineForm { largest: 170.0, most: 6, floor: 96.0, leading: 1.18 };
const SUBTITLE: LineForm = LineForm { largest: 84.0, most: 4, floor: 48.0, leading: 1.3 };
const AUTHORS: LineForm = LineForm { largest: 66.0, most: 3, floor: 36.0, leading: 1.3 };

/// The least size: smaller letters are not read.
const LEAST: f64 = 24.0;

impl LineForm {
    /// The same, with a smaller size to begin with.
    fn at_most(self, largest: f64) -> Self {
        Self { largest: self.largest.min(largest), ..self }
    }

    /// How high all of its lines may be together.
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    fn room(self) -> f64 {
        self.most as f64 * self.floor * 1.3 * self.leading
    }
}

/// A text in lines.
#[derive(Debug)]
struct TextBlock {
    size: f64,
    leading: f64,
    lines: Vec<String>,
}

impl TextBlock {
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    fn height(&self) -> f64 {
        self.lines.len() as f64 * self.size * self.leading
    }
}

/// The letters of the three texts.
struct CoverLetters<'f> {
    title: LetterOutlines<'f>,
    subtitle: LetterOutlines<'f>,
    authors: LetterOutlines<'f>,
}

/// The cover as SVG. Characters that concbook's faces lack are drawn with the author's `fonts`; `is_rtl`
/// says whether the book is read from right to left.
///
/// # Errors
/// The characters that the fonts lack.
pub(super) fn draw(
    words: &Words,
    fonts: &[UserFont],
    is_rtl: bool,
) -> Result<String, String> {
    let letters = CoverLetters {
        title: LetterOutlines::title(fonts, is_rtl),
        subtitle: LetterOutlines::subtitle(fonts, is_rtl),
        authors: LetterOutlines::author(fonts, is_rtl),
    };
    let authors = words.authors.join(" · ");
    let mut lacking = String::new();
    for (letters, text) in [
        (&letters.title, &words.title),
        (&letters.subtitle, &words.subtitle),
        (&letters.authors, &authors),
    ] {
        for c in text.chars().filter(|&c| !letters.has(c)) {
            if !lacking.contains(c) {
                lacking.push(c);
            }
        }
    }
    if !lacking.is_empty() {
        return Err(lacking);
    }
    let shapes = shapes(&letters, words, &authors, is_rtl);
    let title = crate::epub::dom::escape_text(&words.title);
    let (width, height) = SIZE;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\"><title>{title}</title>\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{GROUND}\"/>\
         <rect width=\"{width}\" height=\"56\" fill=\"{ACCENT}\"/>{shapes}</svg>\n"
    ))
}

/// The texts and the bar between them.
fn shapes(
    letters: &CoverLetters<'_>,
    words: &Words,
    authors: &str,
    is_rtl: bool,
) -> String {
    let [title, subtitle, authors] = blocks(letters, words, authors);
    // The last author stands on the line above the margin.
    let last = f64::from(SIZE.1) - MARGIN;
    let authors_top = last - authors.height() + authors.size * (authors.leading - 1.0);
    let room = if authors.lines.is_empty() { last } else { authors_top - 80.0 };
    let bottom =
        TOP - title.size + title.height() + BAR + subtitle.height() + 0.3 * subtitle.size;
    let up = (bottom - room).clamp(0.0, TOP - HIGHEST);
    let mut out = String::new();
    let mut y = TOP - up - title.size;
    y = set(&mut out, &letters.title, &title, y, (LIGHT, is_rtl));
    y += 90.0;
    let x = if is_rtl { f64::from(SIZE.0) - MARGIN - 240.0 } else { MARGIN };
    let _ = write!(
        out,
        "<rect x=\"{x}\" y=\"{y:.1}\" width=\"240\" height=\"14\" fill=\"{ACCENT}\"/>"
    );
    y += 40.0;
    set(&mut out, &letters.subtitle, &subtitle, y, (SOFT, is_rtl));
    let y = last - authors.height();
    set(&mut out, &letters.authors, &authors, y, (LIGHT, is_rtl));
    out
}

/// The three texts in lines: as large as their forms allow, and as the cover has room for.
fn blocks(letters: &CoverLetters<'_>, words: &Words, authors: &str) -> [TextBlock; 3] {
    let mut scale = 1.0;
    loop {
        let title = fitted(&letters.title, &words.title, TITLE.at_most(170.0 * scale));
        // What stands below the title is smaller than it.
        let form = SUBTITLE.at_most((84.0 * scale).min(0.85 * title.size));
        let subtitle = fitted(&letters.subtitle, &words.subtitle, form);
        let form = AUTHORS.at_most((66.0 * scale).min(0.8 * title.size));
        let authors = fitted(&letters.authors, authors, form);
        let height = title.height() + BAR + subtitle.height() + authors.height();
        let room = f64::from(SIZE.1) - MARGIN - HIGHEST + title.size - 80.0;
        if height <= room || scale < 0.2 {
            return [title, subtitle, authors];
        }
        scale *= 0.9;
    }
}

/// A text at the largest size at which it takes few lines and none is too wide. Where that would make it
/// small, a word that is too wide breaks between its parts, and there may be more lines; at last a word
/// breaks anywhere.
fn fitted(letters: &LetterOutlines<'_>, text: &str, form: LineForm) -> TextBlock {
    let steps = [
        (form.largest, form.floor, Breaks::Words),
        (form.largest, form.floor, Breaks::Parts),
        (form.largest.min(form.floor), form.floor * 0.4, Breaks::Parts),
        (form.largest.min(form.floor), LEAST, Breaks::Anywhere),
    ];
    let leading = form.leading;
    for (largest, least, breaks) in steps {
        let mut size = largest;
        while size >= least.max(LEAST) {
            let lines = wrapped(letters, text, size, breaks);
            let block = TextBlock { size, leading, lines };
            let is_short = block.lines.len() <= form.most
                || size <= form.floor && block.height() <= form.room();
            let fits = |line: &String| letters.width(line, size) <= WIDTH;
            if is_short && block.lines.iter().all(fits) {
                return block;
            }
            size *= 0.94;
        }
    }
    let lines = wrapped(letters, text, LEAST, Breaks::Anywhere);
    TextBlock { size: LEAST, leading, lines }
}

fn wrapped(
    letters: &LetterOutlines<'_>,
    text: &str,
    size: f64,
    breaks: Breaks,
) -> Vec<String> {
    let fits = |line: &str| letters.width(&breaks::shown(line), size) <= WIDTH;
    let mut lines: Vec<String> = Vec::new();
    for word in breaks::words(text) {
        let breaks = if fits(&word.text) { Breaks::Words } else { breaks };
        let mut gap = if word.is_spaced { " " } else { "" };
        for piece in breaks::pieces(&word.text, breaks) {
            match lines.last_mut() {
                Some(line) if fits(&format!("{line}{gap}{piece}")) => {
                    line.push_str(gap);
                    line.push_str(&piece);
                }
                _ => lines.push(piece),
            }
            gap = "";
        }
    }
    lines.iter().map(|line| breaks::shown(line)).collect()
}

/// Draws the lines of a text below `y`; the baseline of the last one.
fn set(
    out: &mut String,
    letters: &LetterOutlines<'_>,
    block: &TextBlock,
    mut y: f64,
    (colour, is_rtl): (&str, bool),
) -> f64 {
    for line in &block.lines {
        y += block.size * block.leading;
        let width = letters.width(line, block.size);
        let x = if is_rtl { f64::from(SIZE.0) - MARGIN - width } else { MARGIN };
        let path = letters.path(line, block.size, x, y);
        let _ = write!(out, "<path fill=\"{colour}\" d=\"{path}\"/>");
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(title: &str, subtitle: &str, authors: &[&str]) -> Words {
        let authors = authors.iter().map(|one| (*one).to_owned()).collect();
        Words { title: title.to_owned(), subtitle: subtitle.to_owned(), authors }
    }

    /// The blocks of a cover.
    fn set_in(words: &Words, is_rtl: bool) -> [TextBlock; 3] {
        let letters = CoverLetters {
            title: LetterOutlines::title(&[], is_rtl),
            subtitle: LetterOutlines::subtitle(&[], is_rtl),
            authors: LetterOutlines::author(&[], is_rtl),
        };
        blocks(&letters, words, &words.authors.join(" · "))
    }

    #[test]
    fn any_title_fits() {
        for words in [
            words("R", "", &[]),
            words("Go & <Rust>", "Side by Side", &["A", "B"]),
            words(&"Concurrency ".repeat(40), &"very long ".repeat(60), &["N"; 30]),
            words(&"x".repeat(400), "", &["Someone"]),
            words("Donaudampfschifffahrtsgesellschaftskapitän", "Ein Handbuch", &["K"]),
            words("البرمجة المتزامنة", "كتاب عن Rust", &["أحمد"]),
        ] {
            let svg = draw(&words, &[], false).unwrap();
            assert_eq!(svg.matches("<title>").count(), 1);
            assert!(crate::epub::Document::parse(&svg).is_ok());
            let [title, subtitle, authors] = set_in(&words, false);
            let letters = LetterOutlines::title(&[], false);
            for line in &title.lines {
                assert!(letters.width(line, title.size) <= WIDTH, "{title:?}");
            }
            assert!(!title.lines.is_empty() && title.size >= LEAST, "{title:?}");
            assert!(subtitle.size <= title.size.max(LEAST), "{title:?} {subtitle:?}");
            let height = title.height() + BAR + subtitle.height() + authors.height();
            assert!(height < f64::from(SIZE.1) - MARGIN, "{title:?} {subtitle:?}");
        }
    }

    #[test]
    fn a_long_word_breaks_between_its_parts_before_it_becomes_small() {
        let [title, subtitle, _] = set_in(
            &words("Hochverfügbarkeits-Clustermanagement", "Ein Handbuch", &[]),
            false,
        );
        assert_eq!(title.lines, ["Hochverfügbarkeits-", "Clustermanagement"]);
        assert!(title.size >= 96.0 && subtitle.size < title.size, "{title:?}");
        // One without parts stays whole, and what stands below it is smaller still.
        let [title, subtitle, _] =
            set_in(&words(&"abcdefghij".repeat(3), "A Subtitle", &[]), false);
        assert_eq!(title.lines.len(), 1);
        assert!(subtitle.size < title.size, "{title:?} {subtitle:?}");
    }

    #[test]
    fn text_from_right_to_left_begins_at_the_right() {
        let arabic = words("سلام", "", &[]);
        let begins = |is_rtl| {
            let svg = draw(&arabic, &[], is_rtl).unwrap();
            let (_, bar) = svg.split_once("height=\"56\"").unwrap();
            bar.contains("<rect x=\"1210\"")
        };
        assert!(begins(true) && !begins(false));
    }

    #[test]
    fn letters_that_are_not_there_are_told() {
        let lacking =
            |title: &str, subtitle: &str| draw(&words(title, subtitle, &[]), &[], false);
        assert_eq!(lacking("並行 Go 並", ""), Err("並行".to_owned()));
        assert_eq!(lacking("नमस्ते", ""), Err("नमस्ते".to_owned()));
        // A font of the author's has one.
        let data = include_bytes!("../../../fonts/stix-two-math/STIXTwoMath-Regular.otf");
        let font = UserFont { path: "own.otf".to_owned(), data: data.to_vec() };
        assert_eq!(lacking("の", ""), Err("の".to_owned()));
        let drawn =
            draw(&words("の", "", &[]), &[font], false).expect("it has the letter");
        assert!(drawn.contains("<path fill=\"#ffffff\" d=\"M"), "{drawn}");
        // The italic face of text lacks them, another has them.
        assert!(lacking("Go", "Привет, κόσμε").is_ok());
    }
}
