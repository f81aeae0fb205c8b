//! Pictures of a chapter: found, or reported and replaced by their description.

use super::ElementContext;
use super::raw::{self, quoted};
use crate::build::survey::plain_text;
use crate::epub::media_types;
use crate::epub::tags::{Tag, tags};
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::parse::figures;
use crate::project::remedy;
use crate::reference::{lacking_scheme, percent_decode};
use concfilter::ast::build::{Attr, link, span, str};
use concfilter::ast::tag;
use concfilter::error::Place;
use concfilter::lang;
use serde_json::Value;
use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where a picture is.
#[derive(Debug)]
pub(super) enum Picture {
    /// In a file, relative to the book's folder.
    File(PathBuf),
    /// In its own address.
    Inline,
    /// In no file.
    Missing,
    /// In a file that no reader can show.
    Broken(PathBuf, String),
    /// On the web, out of reach.
    NotFetched,
    /// Where a book has no business, and why.
    Refused(String),
}

/// A picture that is in no file, or a link that leads nowhere, before the author's filters have run.
#[derive(Debug)]
pub(in crate::build) struct Awaited {
    /// Where it is said to be, or to lead.
    pub target: String,
    /// Whether it is a link.
    pub is_link: bool,
    /// What is told when that is so afterwards, too.
    pub finding: Finding,
}

/// The targets of an element's pictures: of an image, or of the `<img>` in raw HTML.
pub(in crate::build) fn targets(element: &Value) -> Vec<String> {
    if tag(element) == Some("Image") {
        return element["c"][2][0].as_str().map(str::to_owned).into_iter().collect();
    }
    let Some(html) = raw::html_of(element) else { return Vec::new() };
    let images = tags(html).into_iter().filter(|tag| tag.is("img") && !tag.closing);
    images.filter_map(|tag| Some(html[tag.value("src")?].to_owned())).collect()
}

/// Puts the description of each picture with such a target in its place.
pub(in crate::build) fn describe(element: &mut Value, is_gone: &dyn Fn(&str) -> bool) {
    if tag(element) == Some("Image") {
        let target = element["c"][2][0].as_str().unwrap_or_default().to_owned();
        if is_gone(&target) {
            let alt = match element["c"][1].take() {
                Value::Array(inlines) => inlines,
                _ => Vec::new(),
            };
            *element = description(alt, &target, &Picture::Missing);
        }
        return;
    }
    let Some(html) = raw::html_of(element) else { return };
    let edited = raw::edit(html, |tag, edits| {
        let source = tag.value("src").map(|source| &html[source]);
        if tag.is("img") && source.is_some_and(is_gone) {
            let alt = tag.value("alt").map(|alt| html[alt].replace('<', "&lt;"));
            edits.push((tag.range.clone(), alt.unwrap_or_default()));
        }
    });
    if let Some(html) = edited {
        element["c"][1] = Value::from(html);
    }
}

/// Sets where an image is, or puts its description in its place.
pub(super) fn image(element: &mut Value, own: &mut ElementContext<'_>) {
    let Some(target) = element["c"][2][0].as_str().map(str::to_owned) else { return };
    let place = own.places.next(&target);
    match own.context.picture(&own.chapter.path, &target) {
        Picture::File(file) => {
            own.packed.add_picture(&file);
            element["c"][2][0] = Value::from(file.to_string_lossy().into_owned());
        }
        Picture::Inline => {}
        Picture::Missing if own.context.has_filters => {
            let finding = finding(&Picture::Missing, &target, place);
            own.awaited.push(Awaited { target, is_link: false, finding });
        }
        missing => {
            own.findings.push(finding(&missing, &target, place));
            let alt = match element["c"][1].take() {
                Value::Array(inlines) => inlines,
                _ => Vec::new(),
            };
            let is_detached = figures::is_detached(element);
            *element = description(alt, &target, &missing);
            if is_detached {
                figures::stands_in(element);
            }
        }
    }
}

/// Does the same for an `<img>` in raw HTML; whether it stays.
pub(super) fn raw(
    html: &str,
    tag: &Tag<'_>,
    own: &mut ElementContext<'_>,
    edits: &mut Vec<(Range<usize>, String)>,
) -> bool {
    let whole = tag.attrs.iter().find(|(_, name, _)| name.eq_ignore_ascii_case("src"));
    let Some((whole, _, Some(value))) = whole else { return true };
    let source = &html[value.clone()];
    if source.trim().is_empty() {
        return true;
    }
    let place = own.places.next(source);
    // pandoc takes in the pictures of tags in small letters only.
    let name = tag.range.start + 1..tag.range.start + 1 + tag.name.len();
    edits.push((name, "img".to_owned()));
    match own.context.picture(&own.chapter.path, &source.replace("&amp;", "&")) {
        Picture::File(file) => {
            own.packed.add_picture(&file);
            edits.push((
                whole.clone(),
                format!("src=\"{}\"", quoted(&file.to_string_lossy())),
            ));
        }
        Picture::Inline => {}
        Picture::Missing if own.context.has_filters => {
            let finding = finding(&Picture::Missing, source, place);
            let target = source.to_owned();
            own.awaited.push(Awaited { target, is_link: false, finding });
        }
        missing => {
            own.findings.push(finding(&missing, source, place));
            let alt = tag.value("alt").map(|alt| html[alt].replace('<', "&lt;"));
            edits.clear();
            edits.push((tag.range.clone(), alt.unwrap_or_default()));
            return false;
        }
    }
    true
}

/// A picture in a file of the book's folder, when it is one that can be read as far as its size.
/// What `image` does not know, such as SVG, is taken as it is.
pub(super) fn in_file(dir: &Path, file: PathBuf) -> Picture {
    let broken =
        |why: &dyn std::fmt::Display| Picture::Broken(file.clone(), why.to_string());
    let kind = media_types::of(&file.to_string_lossy()).unwrap_or_default();
    // pandoc makes players of sounds and films.
    if kind.starts_with("audio/") || kind.starts_with("video/") {
        return Picture::File(file);
    }
    let bytes = match fsx::read(&dir.join(&file)) {
        Ok(bytes) => bytes,
        Err(error) => return broken(&error),
    };
    let known = file.extension().and_then(image::ImageFormat::from_extension);
    let known = known.filter(image::ImageFormat::reading_enabled);
    let Some(known) = known.or_else(|| image::guess_format(&bytes).ok()) else {
        return if is_svg(&bytes) { Picture::File(file) } else { broken(&foreign(kind)) };
    };
    // The content tells better than the name; readers go by the content, too.
    let format = image::guess_format(&bytes).unwrap_or(known);
    match image::ImageReader::with_format(Cursor::new(bytes), format).into_dimensions() {
        Ok(_) => Picture::File(file),
        Err(error) => broken(&error),
    }
}

/// Whether a file's text is a vector image: its first element is one. A page that holds one is none.
fn is_svg(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("<!doctype"))
        {
            // It may hold declarations in brackets.
            let open = rest.find(['[', '>']).unwrap_or(rest.len());
            let inside = rest[open..].starts_with('[');
            let close = if inside { "]" } else { ">" };
            let close = rest[open..].find(close).map(|at| open + at);
            close.and_then(|at| rest[at..].find('>').map(|end| at + end + 1))
        } else {
            break;
        };
        let Some(end) = end else { return false };
        rest = rest[end..].trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    let name = name.split(|c: char| c.is_whitespace() || "/>".contains(c)).next();
    name.is_some_and(|name| name == "svg" || name.ends_with(":svg"))
}

/// Whether a file's name is that of a program, which Leanpub's Markua shows as a picture is shown.
fn is_code(target: &str) -> bool {
    lang::of_file(target).is_some() && !target.to_lowercase().ends_with(".svg")
}

/// Why readers cannot show a file of that media type.
fn foreign(kind: &str) -> String {
    if kind.starts_with("image/") || kind == "application/pdf" {
        format!("readers of ePubs show no {kind}")
    } else {
        "it is no picture".to_owned()
    }
}

fn finding(missing: &Picture, target: &str, place: Place) -> Finding {
    match missing {
        Picture::NotFetched => Finding::new(
            Code::ImageNotFetched,
            place,
            format!("the picture {target} could not be fetched"),
        )
        .hint("Readers get a link to it; keep a copy beside the chapter"),
        Picture::Broken(file, why) => Finding::new(
            Code::ImageBroken,
            place,
            format!("the picture {} cannot be read: {why}", file.display()),
        )
        .hint(if is_code(target) {
            format!(
                "Readers get its description; the text of a file is shown by {{{{#include {target}}}}} \
                 in a fence"
            )
        } else {
            "Readers get its description; export the picture anew, as PNG, JPEG or SVG"
                .to_owned()
        }),
        Picture::Refused(why) => {
            Finding::new(Code::FileRefused, place, format!("the picture {target} {why}"))
                .hint(remedy(
                    why,
                    "Readers get its description; keep a copy in the book's folder",
                ))
        }
        _ => Finding::new(
            Code::ImageMissing,
            place,
            format!("the picture {} does not exist", percent_decode(target)),
        )
        .hint(match lacking_scheme(target) {
            Some(scheme) => format!("For a picture on the web write {scheme}{target}"),
            None => {
                "Paths are relative to the chapter's file or the book's folder".to_owned()
            }
        }),
    }
}

/// What readers get for a picture that is not there: its description, and for one on the web a
/// link to it.
fn description(alt: Vec<Value>, target: &str, missing: &Picture) -> Value {
    let mut text = String::new();
    plain_text(&Value::Array(alt.clone()), &mut text);
    let has_text = !text.trim().is_empty();
    let inlines = match missing {
        Picture::NotFetched if has_text => vec![link(alt, target)],
        Picture::NotFetched => vec![link(vec![str(target)], target)],
        _ if has_text => alt,
        _ => vec![str(&percent_decode(target))],
    };
    span(&Attr(String::new(), vec!["missing-image".to_owned()], Vec::new()), inlines)
}

#[cfg(test)]
mod tests {
    use super::{Picture, finding, is_code, is_svg};
    use concfilter::error::Place;
    use std::path::PathBuf;

    #[test]
    fn a_program_is_no_picture() {
        assert!(is_code("code/x.py") && is_code("Main.JAVA"));
        assert!(!is_code("a.png") && !is_code("py") && !is_code("a.svg"));
        let broken = Picture::Broken(PathBuf::from("code/x.py"), "why".to_owned());
        let told = finding(&broken, "code/x.py", Place::file("a.md"));
        assert!(told.hint.is_some_and(|hint| hint.contains("{{#include code/x.py}}")));
    }

    #[test]
    fn a_picture_that_is_missing_is_told_by_the_name_of_its_file() {
        let told = finding(&Picture::Missing, "my%20own.png", Place::file("a.md"));
        assert_eq!(told.message, "the picture my own.png does not exist");
    }

    #[test]
    fn a_page_with_a_vector_image_is_none() {
        let svgs = [
            "<svg/>",
            "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE svg [<!ENTITY a \"<b>\">]>\n<!-- <p> -->\n\
             <svg xmlns=\"x\">",
            "<!DOCTYPE svg PUBLIC \"x\" \"y\"><s:svg xmlns:s=\"x\"/>",
        ];
        for text in svgs {
            assert!(is_svg(text.as_bytes()), "{text}");
        }
        for text in ["", "# A\n\n<svg/>", "<html><svg/></html>", "<!-- <svg/>", "<svgx/>"]
        {
            assert!(!is_svg(text.as_bytes()), "{text}");
        }
    }
}
