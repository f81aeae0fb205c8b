//! Pictures of a chapter: found, or reported and replaced by their description.

use super::join::{Chapter, Surroundings, plain_text};
use crate::ast::build::{Attr, link, span, str};
use crate::error::Place;
use crate::finding::{Code, Finding};
use crate::markdown::Targets;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Where a picture is.
pub(super) enum Picture {
    /// In a file, relative to the book's folder.
    File(PathBuf),
    /// In its own address.
    Inline,
    /// In no file.
    Missing,
    /// On the web, out of reach.
    NotFetched,
}

/// Sets where an image is, or puts its description in its place.
pub(super) fn image(
    element: &mut Value,
    chapter: &Chapter,
    around: &Surroundings<'_>,
    targets: &mut Targets<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(target) = element["c"][2][0].as_str().map(str::to_owned) else { return };
    let place = targets.next(&target);
    match around.picture(&chapter.path, &target) {
        Picture::File(file) => {
            element["c"][2][0] = Value::from(file.to_string_lossy().into_owned());
        }
        Picture::Inline => {}
        missing => {
            findings.push(finding(&missing, &target, place));
            let alt = match element["c"][1].take() {
                Value::Array(inlines) => inlines,
                _ => Vec::new(),
            };
            *element = description(alt, &target, &missing);
        }
    }
}

/// Does the same for the pictures in raw HTML.
pub(super) fn raw(
    element: &mut Value,
    tag: &str,
    chapter: &Chapter,
    around: &Surroundings<'_>,
    targets: &mut Targets<'_>,
    findings: &mut Vec<Finding>,
) {
    if element["c"][0].as_str().is_none_or(|format| !format.starts_with("html")) {
        return;
    }
    let Some(html) = element["c"][1].as_str().map(str::to_owned) else { return };
    let mut out = String::new();
    let mut rest = &*html;
    while let Some(found) = Img::find(rest) {
        out.push_str(&rest[..found.start]);
        let source = &rest[found.source.clone()];
        let place = targets.next(source);
        match around.picture(&chapter.path, source) {
            Picture::File(file) => {
                out.push_str(&rest[found.start..found.source.start]);
                out.push_str(&file.to_string_lossy().replace('"', "%22"));
                out.push_str(&rest[found.source.end..found.end]);
            }
            Picture::Inline => out.push_str(&rest[found.start..found.end]),
            missing => {
                findings.push(finding(&missing, source, place));
                out.push_str(&found.alt);
            }
        }
        rest = &rest[found.end..];
    }
    out.push_str(rest);
    if out.is_empty() {
        // Raw text that is empty is still an element; pandoc writes nothing for it.
        *element =
            if tag == "RawBlock" { json!({"t": "Plain", "c": []}) } else { str("") };
    } else {
        element["c"][1] = Value::from(out);
    }
}

/// An `<img>` tag in HTML.
struct Img {
    start: usize,
    end: usize,
    /// Where the value of `src` stands, without its quotes.
    source: std::ops::Range<usize>,
    /// The alternative text, as HTML.
    alt: String,
}

impl Img {
    /// The first tag that has a `src`.
    fn find(html: &str) -> Option<Self> {
        let lower = html.to_ascii_lowercase();
        let mut from = 0;
        loop {
            let start = from + lower[from..].find("<img")?;
            let end = tag_end(html, start)?;
            if let Some(source) = attribute(html, start + 4, end, "src") {
                let alt = attribute(html, start + 4, end, "alt");
                let alt = alt.map(|range| html[range].replace('<', "&lt;"));
                return Some(Self { start, end, source, alt: alt.unwrap_or_default() });
            }
            from = end;
        }
    }
}

/// The end of the tag that begins at `start`, quotes respected.
fn tag_end(html: &str, start: usize) -> Option<usize> {
    let mut quote = None;
    for (at, c) in html[start..].char_indices() {
        match (quote, c) {
            (None, '>') => return Some(start + at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the value of an attribute stands in a tag, without its quotes.
fn attribute(
    html: &str,
    start: usize,
    end: usize,
    name: &str,
) -> Option<std::ops::Range<usize>> {
    let tag = html[start..end].trim_end_matches('>').trim_end_matches('/');
    let mut at = 0;
    while at < tag.len() {
        let skip = |c: char| c.is_whitespace() || c == '/';
        at += tag[at..].len() - tag[at..].trim_start_matches(skip).len();
        let key = tag[at..].split(|c: char| c.is_whitespace() || c == '=').next()?;
        if key.is_empty() {
            return None;
        }
        at += key.len();
        let value = tag[at..].trim_start();
        let Some(value) = value.strip_prefix('=') else { continue };
        let value = value.trim_start();
        let from = tag.len() - value.len();
        let (open, len) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => (1, value[1..].find(quote)?),
            _ => (0, value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(start + from + open..start + from + open + len);
        }
        at = from + 2 * open + len;
    }
    None
}

fn finding(missing: &Picture, target: &str, place: Place) -> Finding {
    match missing {
        Picture::NotFetched => Finding::new(
            Code::ImageNotFetched,
            place,
            format!("the picture {target} could not be fetched"),
        )
        .hint("Readers get a link to it; keep a copy beside the chapter"),
        _ => Finding::new(
            Code::ImageMissing,
            place,
            format!("the picture {target} does not exist"),
        )
        .hint("Paths are relative to the chapter's file or the book's folder"),
    }
}

/// What readers get for a picture that is not there: its description, and for one on the web a
/// link to it.
fn description(alt: Vec<Value>, target: &str, missing: &Picture) -> Value {
    let mut text = String::new();
    plain_text(&Value::Array(alt.clone()), &mut text);
    let inlines = if text.trim().is_empty() { vec![str(target)] } else { alt };
    let inlines = match missing {
        Picture::NotFetched => vec![link(inlines, target)],
        _ => inlines,
    };
    span(&Attr(String::new(), vec!["missing-image".to_owned()], Vec::new()), inlines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_in_html_are_found() {
        let html = r#"<p><IMG alt='a > b' src="x.png" /></p>"#;
        let img = Img::find(html).unwrap();
        assert_eq!(&html[img.source], "x.png");
        assert_eq!((img.alt.as_str(), &html[img.end..]), ("a > b", "</p>"));
        assert!(Img::find("<img alt=x>").is_none());
        assert!(Img::find("<img src=\"x").is_none());
        let bare = Img::find("<img src=y.png>").unwrap();
        assert_eq!(bare.source, 9..14);
    }
}
