//! Raw HTML in chapters: its identifiers, links and pictures are the book's, as those of Markdown.

use super::context::Named;
use super::links::{self, LinkTarget};
use super::{ElementContext, files, pictures};
use crate::elements::attributes::is_switch;
use crate::elements::{is_media, is_media_source, is_void};
use crate::epub::html::is_xml_name;
use crate::epub::media_types;
use crate::epub::tags::{Tag, tags};
use crate::finding::{Code, Finding};
use crate::finish::TOLD;
use crate::reference::https;
use concfilter::ast::build::{attr_mut, str};
use concfilter::ast::tag;
use concfilter::error::Place;
use serde_json::{Value, json};
use std::ops::Range;
use std::path::Path;

/// Bytes of a piece of HTML, and what is put in their place.
type HtmlEdits = Vec<(Range<usize>, String)>;

/// The identifiers that raw HTML gives; none for every other element. The old `<a name="x">` gives one,
/// too.
pub(in crate::build) fn ids(element: &Value) -> Vec<&str> {
    let Some(html) = html_of(element) else { return Vec::new() };
    let names = tags(html).into_iter().filter_map(|tag| id_of(html, &tag));
    names.map(|name| &html[name]).collect()
}

/// Gives the identifiers of raw HTML other names, in the order of [`ids`].
pub(super) fn rename<'a>(element: &mut Value, next: &mut impl FnMut() -> &'a str) {
    let Some(html) = html_of(element) else { return };
    let edited = edit(html, |tag, edits| {
        let Some(value) = id_of(html, tag) else { return };
        let name = next();
        let whole = tag.attrs.iter().find(|attr| attr.2.as_ref() == Some(&value));
        if let Some((whole, ..)) = whole {
            edits.push((whole.clone(), format!("id=\"{}\"", quoted(name))));
        }
    });
    if let Some(html) = edited {
        element["c"][1] = Value::from(html);
    }
}

/// The bytes of the identifier that a tag gives.
fn id_of(html: &str, tag: &Tag<'_>) -> Option<Range<usize>> {
    let id = tag.value("id");
    let old = (tag.is("a") && id.is_none()).then(|| tag.value("name")).flatten();
    id.or(old).filter(|value| !html[value.clone()].is_empty())
}

/// Leads the links of raw HTML to where they belong, and all that it shows to its files.
pub(super) fn resolve(element: &mut Value, own: &mut ElementContext<'_>) {
    if let Some(without) = html_of(element).and_then(without_doctype) {
        element["c"][1] = Value::from(without);
    }
    let Some(html) = html_of(element) else { return };
    let edited = edit(html, |tag, edits| {
        if !tag.closing {
            start_tag(html, tag, own, edits);
        }
    });
    match edited.as_deref() {
        None => {}
        Some("") => {
            // Raw text that is empty is still an element; pandoc writes nothing for it.
            *element = if tag(element) == Some("RawBlock") {
                json!({"t": "Plain", "c": []})
            } else {
                str("")
            };
        }
        Some(html) => element["c"][1] = Value::from(html),
    }
}

/// Leads the style of an element that pandoc made of HTML to its files.
pub(super) fn style(element: &mut Value, own: &mut ElementContext<'_>) {
    let Some(pairs) = attr_mut(element).and_then(|attr| attr.get_mut(2)?.as_array_mut())
    else {
        return;
    };
    for pair in pairs.iter_mut().filter(|pair| pair[0] == "style") {
        let Some(old) = pair[1].as_str().filter(|css| css.contains("url(")) else {
            continue;
        };
        let new = files::css(old, "a style", own);
        pair[1] = Value::from(new);
    }
}

/// HTML without a declaration of its type, which a document has before its root alone; `None` where it
/// has none.
fn without_doctype(html: &str) -> Option<String> {
    let at = html.to_ascii_lowercase().find("<!doctype")?;
    let end = html[at..].find('>').map_or(html.len(), |end| at + end + 1);
    // One that stands in a comment is a comment's.
    let in_comment = html[..at].rfind("<!--") > html[..at].rfind("-->");
    (!in_comment).then(|| [&html[..at], &html[end..]].concat())
}

fn start_tag(
    html: &str,
    tag: &Tag<'_>,
    own: &mut ElementContext<'_>,
    edits: &mut HtmlEdits,
) {
    let stays = if tag.is("img") {
        pictures::raw(html, tag, own, edits)
    } else if is_media(tag.name) || is_media_source(tag.name) {
        media(html, tag, own, edits)
    } else {
        true
    };
    if !stays {
        return;
    }
    if tag.is("a")
        && let Some((whole, _, value)) = attr(tag, "href")
    {
        match links::target(&html[value], own) {
            LinkTarget::AsWritten => {}
            LinkTarget::Id(id) => edits.push((whole, format!("href=\"#{id}\""))),
            LinkTarget::Dead => edits.push((whole, String::new())),
        }
    }
    let what = format!("a <{}>", tag.name.to_ascii_lowercase());
    if is_drawn(tag) {
        for name in ["href", "xlink:href"] {
            set(html, tag, name, edits, |value| files::reference(value, &what, own));
        }
    }
    // A button that is a picture.
    if tag.is("input") {
        set(html, tag, "src", edits, |value| files::reference(value, &what, own));
    }
    if (tag.is("img") || tag.is("source"))
        && let Some((whole, key, value)) = attr(tag, "srcset")
    {
        let kept = files::srcset(&unquoted(&html[value]), &what, own);
        if kept.is_empty() && tag.is("source") && attr(tag, "src").is_none() {
            edits.clear();
            edits.push((tag.range.clone(), String::new()));
            return;
        }
        let new = format!("{key}=\"{}\"", quoted(&kept));
        edits.push((whole, if kept.is_empty() { String::new() } else { new }));
    }
    if html.contains("url(") || html.contains("URL(") {
        set(html, tag, "style", edits, |value| Some(files::css(value, &what, own)));
    }
    well_formed(html, tag, edits);
    if tag.is("style") && !tag.self_closing {
        let text = &html[tag.range.end..];
        let end = text.to_ascii_lowercase().find("</style").unwrap_or(text.len());
        let css = files::css(&text[..end], "a <style>", own);
        if css != text[..end] {
            edits.push((tag.range.end..tag.range.end + end, css));
        }
    }
}

/// Writes a tag as XML has it: `<input disabled>` is right in HTML, and no fault of the author's.
fn well_formed(html: &str, tag: &Tag<'_>, edits: &mut HtmlEdits) {
    let mut seen = Vec::new();
    let mut own = HtmlEdits::new();
    for (whole, key, value) in &tag.attrs {
        let is_second = seen.iter().any(|one: &&str| one.eq_ignore_ascii_case(key));
        seen.push(*key);
        let is_edited = edits.iter().any(|(range, _)| {
            whole.start < range.end.max(range.start + 1) && range.start < whole.end
        });
        if is_edited {
            continue;
        }
        match value {
            _ if is_second || !is_xml_name(key) => {
                own.push((whole.clone(), String::new()));
            }
            // pandoc writes an empty value as none at all, which is no XML.
            None if is_switch(&key.to_ascii_lowercase()) => {
                own.push((whole.clone(), format!("{key}=\"{key}\"")));
            }
            Some(value) if value.is_empty() && is_switch(&key.to_ascii_lowercase()) => {
                own.push((whole.clone(), format!("{key}=\"{key}\"")));
            }
            None => own.push((whole.clone(), String::new())),
            Some(value) if value.is_empty() => own.push((whole.clone(), String::new())),
            Some(value) if html[..value.start].ends_with(['"', '\'']) => {}
            Some(value) => {
                own.push((
                    value.clone(),
                    format!("\"{}\"", quoted(&html[value.clone()])),
                ));
            }
        }
    }
    if is_void(tag.name) && !tag.self_closing {
        let end = tag.range.end - 1;
        own.push((end..end, " /".to_owned()));
    }
    edits.append(&mut own);
}

/// Whether a tag shows a file within a vector image, or one of its shapes.
fn is_drawn(tag: &Tag<'_>) -> bool {
    ["image", "use", "feImage"].iter().any(|name| tag.is(name))
}

/// An attribute that has a value: its name as written, where all of it stands, and where its value
/// stands.
fn attr<'h>(tag: &Tag<'h>, name: &str) -> Option<(Range<usize>, &'h str, Range<usize>)> {
    let found = tag.attrs.iter().find(|(_, key, _)| key.eq_ignore_ascii_case(name))?;
    Some((found.0.clone(), found.1, found.2.clone()?))
}

/// Changes the value of an attribute, or takes it out where there is none any more.
fn set(
    html: &str,
    tag: &Tag<'_>,
    name: &str,
    edits: &mut HtmlEdits,
    change: impl FnOnce(&str) -> Option<String>,
) {
    let Some((whole, key, value)) = attr(tag, name) else { return };
    let old = unquoted(&html[value]);
    match change(&old) {
        Some(new) if new == old => {}
        Some(new) => edits.push((whole, format!("{key}=\"{}\"", quoted(&new)))),
        None => edits.push((whole, String::new())),
    }
}

/// Text as it stands between quotes.
fn unquoted(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// Leads what plays or frames a file to it; whether it stays. What lies on the web, or nowhere, is
/// marked: pandoc fetches nothing then, and what is left of it is made of the whole element once the
/// ePub is finished.
fn media(
    html: &str,
    tag: &Tag<'_>,
    own: &mut ElementContext<'_>,
    edits: &mut HtmlEdits,
) -> bool {
    let what = format!("a <{}>", tag.name.to_ascii_lowercase());
    for name in ["src", "data"] {
        let Some((whole, key, value)) = attr(tag, name) else { continue };
        let target = unquoted(&html[value]);
        match own.context.file(&own.chapter.path, &target) {
            Named::Itself => {}
            Named::File(file) if is_shown(tag, &file) => {
                // pandoc takes in what these name.
                let by_pandoc =
                    ["audio", "video", "source"].iter().any(|one| tag.is(one));
                let to = if by_pandoc {
                    file.to_string_lossy().into_owned()
                } else {
                    own.packed.add(&file)
                };
                edits.push((whole, format!("{key}=\"{}\"", quoted(&to))));
            }
            named => {
                let place = own.places.next(&target);
                own.findings.push(left_out(&named, &target, &what, place));
                if is_media_source(tag.name) && named != Named::Remote {
                    edits.push((tag.range.clone(), String::new()));
                    return false;
                }
                let to = quoted(&https(&target));
                edits.push((whole, format!("{key}=\"{to}\" {TOLD}")));
            }
        }
    }
    set(html, tag, "poster", edits, |value| {
        match own.context.file(&own.chapter.path, value) {
            Named::Itself => Some(value.to_owned()),
            Named::File(file) => Some(file.to_string_lossy().into_owned()),
            named => {
                let place = own.places.next(value);
                own.findings.push(files::finding(&named, value, &what, place));
                None
            }
        }
    });
    true
}

/// Whether readers may show a file where a tag names it: a frame or an object shows no pages of the
/// web, and no programs.
fn is_shown(tag: &Tag<'_>, file: &Path) -> bool {
    let kind = media_types::of(&file.to_string_lossy()).unwrap_or_default();
    let plays = kind.starts_with("audio/") || kind.starts_with("video/");
    let is_open = tag.is("object") && kind == "application/pdf";
    plays || is_open || media_types::is_core(kind) || tag.is("track") || tag.is("source")
}

/// What is told of what a tag plays or frames, and readers do not get.
fn left_out(named: &Named, target: &str, what: &str, place: Place) -> Finding {
    match named {
        Named::Remote => Finding::new(
            Code::HtmlModernised,
            place,
            format!("{what} shows {target}"),
        )
        .hint("Readers get a link to it: an ePub holds nothing that lies on the web"),
        Named::File(_) => {
            let message =
                format!("{what} shows {target}, which is no sound, film or picture");
            Finding::new(Code::FileForeign, place, message).hint(
                "Readers get what stands in its place; link to where it can be read",
            )
        }
        _ => files::finding(named, target, what, place),
    }
}

/// The text of raw HTML; `None` for every other element.
pub(super) fn html_of(element: &Value) -> Option<&str> {
    if !matches!(tag(element), Some("RawBlock" | "RawInline")) {
        return None;
    }
    let format = element["c"][0].as_str()?;
    format.starts_with("html").then(|| element["c"][1].as_str()).flatten()
}

/// HTML with the edits that `change` makes for its tags; `None` when there are none.
pub(super) fn edit(
    html: &str,
    mut change: impl FnMut(&Tag<'_>, &mut HtmlEdits),
) -> Option<String> {
    let mut edits = HtmlEdits::new();
    for tag in tags(html) {
        let mut own = HtmlEdits::new();
        change(&tag, &mut own);
        edits.append(&mut own);
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut done = 0;
    for (range, text) in edits {
        out.push_str(&html[done..range.start]);
        out.push_str(&text);
        done = range.end;
    }
    out.push_str(&html[done..]);
    Some(out)
}

/// Text for use between double quotes.
pub(super) fn quoted(text: &str) -> String {
    text.replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_in_html_are_the_books() {
        let mut element =
            json!({"t": "RawInline", "c": ["html", "<a name='x'></a><b id=y>"]});
        assert_eq!(ids(&element), ["x", "y"]);
        let mut names = ["ch-x", "ch-y"].into_iter();
        rename(&mut element, &mut || names.next().unwrap());
        assert_eq!(element["c"][1], "<a id=\"ch-x\"></a><b id=\"ch-y\">");
        let tex = json!({"t": "RawInline", "c": ["tex", "<b id=y>"]});
        assert_eq!(ids(&tex), [""; 0]);
    }
}
