//! Files that stylesheets and vector images name, and that the book does not hold: on the web, where
//! no reader looks (EPUB 3.3, section 3.6), or nowhere. The style or the part of the picture goes, and
//! is told. Vector images lose what only a program would use, and entities of their own are put in.
//!
//! ```text
//! p { background: url(https://a.org/x.png) }   becomes   p { background: none }
//! ```

use super::Repair;
use super::outcome::{DocumentOutcome, FinishOutcome};
use super::pass::{DocumentContext, FinishOptions, UnfinishedBook};
use super::pictures::RasterFormat;
use crate::css::{file_references, replaced};
use crate::elements;
use crate::elements::depth::{TOO_DEEP, depth};
use crate::epub::dom::Document;
use crate::epub::tags::tags;
use crate::epub::{ContentDocument, Epub, NodeId, entities, resolve};
use crate::finding::{Code, Finding, Subject};
use crate::reference::is_remote;
use concfilter::error::Place;
use std::ops::Range;

/// What names a file that is not there: the byte, what it names, and what is told of it.
type Absent = (usize, String, Code);

/// Goes through stylesheets and vector images of the container, and says of each picture what it is.
pub(super) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, .. } = book;
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        match &*item.media_type {
            "text/css" => {
                let Ok(text) = epub.text(&path) else { continue };
                if let (_, Some(at)) = depth(text) {
                    let place = epub.place_at(&path, at);
                    outcome.findings.push(unread(place));
                }
                let (new, absent) = sheet(epub, &path, text);
                report_absent(
                    epub,
                    &path,
                    "the stylesheet",
                    absent,
                    &mut outcome.findings,
                );
                if let Some(new) = new {
                    epub.put(&path, new.into_bytes());
                }
            }
            "image/svg+xml" => {
                let Ok(text) = epub.text(&path) else { continue };
                let own = entities::expanded(text);
                let (new, absent) = drawing(epub, &path, own.as_deref().unwrap_or(text));
                report_absent(epub, &path, "the picture", absent, &mut outcome.findings);
                if let Some(new) = new.or(own) {
                    epub.put(&path, new.into_bytes());
                }
            }
            kind if kind.starts_with("image/") => {
                let found = epub
                    .get(&path)
                    .and_then(RasterFormat::of)
                    .map(RasterFormat::media_type);
                if let Some(right) = found.filter(|right| *right != kind) {
                    let tree = package.document_mut();
                    tree.set_attr(item.node, "media-type", right.to_owned());
                    outcome.repairs.add(Repair::MediaType, 1);
                }
            }
            _ => {}
        }
    }
}

/// Goes through the styles of a document, and the pictures within its vector images.
pub(super) fn in_document(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    let epub = context.epub;
    let nodes: Vec<NodeId> = document.tree.descendants(document.tree.root()).collect();
    for node in nodes {
        let tree = &mut document.tree;
        let Some(name) = tree.local_name(node).map(str::to_owned) else { continue };
        let mut absent: Vec<Absent> = Vec::new();
        if let Some(style) = tree.attr(node, "style").filter(|css| css.contains('(')) {
            let (new, found) = sheet(epub, &document.path, style);
            absent.extend(found);
            if let Some(new) = new {
                tree.set_attr(node, "style", new);
                document.changed = true;
            }
        }
        if name == "style" {
            if depth(&tree.text(node)).1.is_some() {
                let place = epub.place_at(&document.path, tree.offset(node));
                outcome.findings.push(unread(place));
            }
            let (new, found) = sheet(epub, &document.path, &tree.text(node));
            absent.extend(found);
            if let Some(new) = new {
                tree.set_text(node, &new);
                document.changed = true;
            }
        }
        if shows_a_file(&name) {
            for key in ["href", "xlink:href"] {
                let Some(url) = tree.attr(node, key) else { continue };
                let Some(code) = fault(epub, &document.path, url) else { continue };
                absent.push((0, url.to_owned(), code));
                tree.remove_attr(node, key);
                document.changed = true;
            }
        }
        for (_, url, code) in absent {
            let place = epub.place_at(&document.path, document.tree.offset(node));
            let message = format!("a <{name}> shows {url}, which {}", why(code));
            outcome.findings.push(Finding::new(code, place, message).hint(HINT));
        }
    }
}

/// That a stylesheet is passed over, for it cannot be read.
fn unread(place: Place) -> Finding {
    Finding::new(
        Code::CssInvalid,
        place,
        format!("{TOO_DEEP}; the stylesheet is not read"),
    )
    .hint("Write the rules one behind the other")
}

const HINT: &str = "Readers do without it; keep a copy beside the file that names it";

fn why(code: Code) -> &'static str {
    if code == Code::FileRemote { "lies on the web" } else { "is not in the book" }
}

/// Whether an element of a vector image shows a file, or a part of one.
fn shows_a_file(name: &str) -> bool {
    matches!(name, "image" | "use" | "feImage")
}

/// What is wrong with a reference to a file; `None` where it is there.
fn fault(epub: &Epub, from: &str, url: &str) -> Option<Code> {
    let url = url.trim();
    if url.is_empty() || url.starts_with('#') || url.starts_with("data:") {
        return None;
    }
    if is_remote(url) {
        return Some(Code::FileRemote);
    }
    let is_there = resolve(from, url).is_some_and(|path| epub.get(&path).is_some());
    (!is_there).then_some(Code::FileMissing)
}

/// CSS without what it cannot show; `None` where nothing changes.
fn sheet(epub: &Epub, path: &str, css: &str) -> (Option<String>, Vec<Absent>) {
    let (mut parts, mut absent) = (Vec::new(), Vec::new());
    for one in file_references(css) {
        let Some(code) = fault(epub, path, &one.url) else { continue };
        if one.in_face && code == Code::FileMissing {
            // A font that is not there is told as such.
            continue;
        }
        absent.push((one.range.start, one.url, code));
        let new = if one.in_face { "local('none')" } else { "none" };
        parts.push(match one.import {
            Some(statement) => (statement, String::new()),
            None => (one.range, new.to_owned()),
        });
    }
    ((!absent.is_empty()).then(|| replaced(css, parts)), absent)
}

/// A vector image without programs, and without what it cannot show; `None` where nothing changes.
fn drawing(epub: &Epub, path: &str, svg: &str) -> (Option<String>, Vec<Absent>) {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut absent = Vec::new();
    let mut program = None;
    for tag in tags(svg) {
        let local = elements::local(tag.name);
        if local == "script" {
            match (tag.closing, tag.self_closing) {
                (false, true) => edits.push((tag.range.clone(), String::new())),
                (false, false) => program = Some(tag.range.start),
                (true, _) => {
                    if let Some(start) = program.take() {
                        edits.push((start..tag.range.end, String::new()));
                    }
                }
            }
            continue;
        }
        for (whole, key, value) in &tag.attrs {
            let url = value.clone().map_or("", |value| &svg[value]);
            let is_reference =
                shows_a_file(local) && matches!(*key, "href" | "xlink:href");
            let gone = is_reference.then(|| fault(epub, path, url)).flatten();
            absent.extend(gone.map(|code| (whole.start, url.to_owned(), code)));
            if gone.is_some() || crate::elements::attributes::is_handler(key) {
                edits.push((whole.clone(), String::new()));
            }
        }
        if local == "style" && !tag.closing && !tag.self_closing {
            let start = tag.range.end;
            let end = svg[start..].find("</").map_or(svg.len(), |end| start + end);
            let (new, found) = sheet(epub, path, &svg[start..end]);
            absent
                .extend(found.into_iter().map(|(at, url, code)| (start + at, url, code)));
            edits.extend(new.map(|new| (start..end, new)));
        }
    }
    let out = replaced(svg, edits);
    // What cannot be read stays as it is, and is told by whoever reads it.
    let changed = out != svg && Document::parse(&out).is_ok();
    (changed.then_some(out), absent)
}

/// Makes findings of what is not there.
fn report_absent(
    epub: &Epub,
    path: &str,
    what: &str,
    absent: Vec<Absent>,
    findings: &mut Vec<Finding>,
) {
    for (offset, url, code) in absent {
        let place = epub.place_at(path, offset);
        let message = format!("{what} names {url}, which {}", why(code));
        let finding = Finding::new(code, place, message).hint(HINT);
        findings.push(finding.about(Subject::Picture(path.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container() -> Epub {
        let mut epub = Epub::empty("t");
        epub.put("E/a.png", Vec::new());
        epub
    }

    #[test]
    fn what_is_nowhere_goes_from_stylesheets() {
        let css = "@import url(https://x.org/a.css); p { background: url(a.png), url(b.png) }\n\
                   @font-face { src: url(f.ttf), url(https://x.org/f.ttf) } q { fill: url(#a) }";
        let (new, absent) = sheet(&container(), "E/s.css", css);
        assert_eq!(
            new.unwrap(),
            " p { background: url(a.png), none }\n\
             @font-face { src: url(f.ttf), local('none') } q { fill: url(#a) }"
        );
        let codes: Vec<_> = absent.iter().map(|one| one.2).collect();
        assert_eq!(codes, [Code::FileRemote, Code::FileMissing, Code::FileRemote]);
        assert_eq!(sheet(&container(), "E/s.css", "p { src: url(a.png) }").0, None);
    }

    #[test]
    fn vector_images_lose_programs_and_what_is_nowhere() {
        let svg = "<svg onload=\"x()\"><script>a</script><image href=\"a.png\"/>\
                   <image href=\"https://x.org/b.png\"/><use href=\"#a\"/></svg>";
        let (new, absent) = drawing(&container(), "E/s.svg", svg);
        assert_eq!(
            new.unwrap(),
            "<svg ><image href=\"a.png\"/><image /><use href=\"#a\"/></svg>"
        );
        assert_eq!(absent.len(), 1);
    }
}
