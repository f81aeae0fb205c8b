//! A cover of letters: title, subtitle and authors, set in the book's fonts, drawn as outlines so
//! that it looks the same wherever it is shown.

use crate::fonts::LetterOutlines;
use std::fmt::Write as _;

/// What stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub title: String,
    pub subtitle: String,
    pub authors: Vec<String>,
}

/// Its size, in pixels.
pub(super) const SIZE: (u32, u32) = (1600, 2400);

const MARGIN: f64 = 150.0;
const WIDTH: f64 = 1600.0 - 2.0 * MARGIN;

/// The colours differ enough in brightness to be told apart on electronic paper.
const GROUND: &str = "#17324a";
const LIGHT: &str = "#ffffff";
const SOFT: &str = "#d6e2ea";
const ACCENT: &str = "#e8ad43";

/// The cover as SVG.
///
/// # Errors
/// The characters that the fonts lack.
pub(super) fn draw(words: &Words) -> Result<String, String> {
    let bold = LetterOutlines::title();
    let italic = LetterOutlines::subtitle();
    let plain = LetterOutlines::author();
    let authors = words.authors.join(" · ");
    let lacking: String =
        [(&bold, &words.title), (&italic, &words.subtitle), (&plain, &authors)]
            .into_iter()
            .flat_map(|(letters, text)| text.chars().filter(|&c| !letters.has(c)))
            .collect();
    if !lacking.is_empty() {
        return Err(lacking);
    }
    let mut shapes = String::new();
    let (size, lines) = fitted(&bold, &words.title, 170.0, 6);
    let mut y = 760.0 - size;
    for line in &lines {
        y += size * 1.18;
        set(&mut shapes, &bold, line, size, y, LIGHT);
    }
    y += 90.0;
    let _ = write!(
        shapes,
        "<rect x=\"{MARGIN}\" y=\"{y:.1}\" width=\"240\" height=\"14\" fill=\"{ACCENT}\"/>"
    );
    y += 40.0;
    let (size, lines) = fitted(&italic, &words.subtitle, 84.0, 4);
    for line in &lines {
        y += size * 1.3;
        set(&mut shapes, &italic, line, size, y, SOFT);
    }
    let (size, lines) = fitted(&plain, &authors, 66.0, 3);
    // The last author stands on the line above the margin.
    #[expect(clippy::cast_precision_loss, reason = "three lines at most")]
    let mut y =
        f64::from(SIZE.1) - MARGIN - size * 1.3 * lines.len().saturating_sub(1) as f64;
    for line in &lines {
        set(&mut shapes, &plain, line, size, y, LIGHT);
        y += size * 1.3;
    }
    let title = crate::epub::dom::escape_text(&words.title);
    let (width, height) = SIZE;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\"><title>{title}</title>\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{GROUND}\"/>\
         <rect width=\"{width}\" height=\"56\" fill=\"{ACCENT}\"/>{shapes}</svg>\n"
    ))
}

/// The largest size, up to one, at which a text takes few lines and no word is too wide; and the
/// lines.
fn fitted(
    letters: &LetterOutlines,
    text: &str,
    largest: f64,
    most: usize,
) -> (f64, Vec<String>) {
    let mut size = largest;
    loop {
        let lines = wrapped(letters, text, size);
        let fits = lines.len() <= most
            && lines.iter().all(|line| letters.width(line, size) <= WIDTH);
        if fits || size < 24.0 {
            return (size, lines);
        }
        size *= 0.94;
    }
}

fn wrapped(letters: &LetterOutlines, text: &str, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if letters.width(&format!("{line} {word}"), size) <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn set(
    out: &mut String,
    letters: &LetterOutlines,
    line: &str,
    size: f64,
    y: f64,
    colour: &str,
) {
    let path = letters.path(line, size, MARGIN, y);
    let _ = write!(out, "<path fill=\"{colour}\" d=\"{path}\"/>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(title: &str, subtitle: &str, authors: &[&str]) -> Words {
        let authors = authors.iter().map(|one| (*one).to_owned()).collect();
        Words { title: title.to_owned(), subtitle: subtitle.to_owned(), authors }
    }

    #[test]
    fn any_title_fits() {
        for words in [
            words("R", "", &[]),
            words("Go & <Rust>", "Side by Side", &["A", "B"]),
            words(&"Concurrency ".repeat(40), &"very long ".repeat(60), &["N"; 30]),
            words(&"x".repeat(400), "", &["Someone"]),
        ] {
            let svg = draw(&words).unwrap();
            assert_eq!(svg.matches("<title>").count(), 1);
            let (size, lines) = fitted(&LetterOutlines::title(), &words.title, 170.0, 6);
            assert!(!lines.is_empty() && size >= 22.0);
            assert!(crate::epub::Document::parse(&svg).is_ok());
        }
    }

    #[test]
    fn letters_that_are_not_there_are_told() {
        assert_eq!(draw(&words("並行 Go", "", &[])), Err("並行".to_owned()));
    }
}
