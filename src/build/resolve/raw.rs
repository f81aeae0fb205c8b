//! Raw HTML in chapters: its identifiers, links and pictures are the book's, as those of Markdown.

use super::links::{self, Target};
use super::{ElementContext, pictures};
use crate::elements::{MEDIA_ADDRESSES, is_media, is_media_source};
use crate::epub::tags::{Tag, tags};
use crate::finding::{Code, Finding};
use crate::reference::{https, is_remote};
use concfilter::ast::build::str;
use concfilter::ast::tag;
use serde_json::{Value, json};
use std::ops::Range;

/// Bytes of a piece of HTML, and what is put in their place.
type Edits = Vec<(Range<usize>, String)>;

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

/// Leads the links of raw HTML to where they belong, and its pictures to their files.
pub(super) fn resolve(element: &mut Value, own: &mut ElementContext<'_>) {
    let Some(html) = html_of(element) else { return };
    let edited = edit(html, |tag, edits| {
        if is_remote_media(html, tag) {
            remote(html, tag, own, edits);
        } else if tag.closing {
        } else if tag.is("img") {
            pictures::raw(html, tag, own, edits);
        } else if tag.is("a")
            && let Some((whole, _, Some(value))) =
                tag.attrs.iter().find(|(_, name, _)| name.eq_ignore_ascii_case("href"))
        {
            match links::target(&html[value.clone()], own) {
                Target::AsWritten => {}
                Target::Id(id) => edits.push((whole.clone(), format!("href=\"#{id}\""))),
                Target::Dead => edits.push((whole.clone(), String::new())),
            }
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

/// Whether a tag shows something on the web, or is an end tag of what may: an ePub may not frame the
/// web, and pandoc would fetch it.
fn is_remote_media(html: &str, tag: &Tag<'_>) -> bool {
    (is_media(tag.name) || is_media_source(tag.name))
        && (tag.closing || address(html, tag).is_none_or(is_remote))
}

fn address<'a>(html: &'a str, tag: &Tag<'_>) -> Option<&'a str> {
    MEDIA_ADDRESSES.iter().find_map(|name| tag.value(name)).map(|value| &html[value])
}

/// Puts a link in the place of what lies on the web.
fn remote(html: &str, tag: &Tag<'_>, own: &mut ElementContext<'_>, edits: &mut Edits) {
    let link = address(html, tag).map(|address| {
        let message = format!("a <{}> shows {address}", tag.name.to_ascii_lowercase());
        let place = own.places.next(address);
        own.findings.push(Finding::new(Code::HtmlModernised, place, message).hint(
            "Readers get a link to it: an ePub holds nothing that lies on the web",
        ));
        let text = tag.value("title").map_or(address, |title| &html[title]);
        format!("<a href=\"{}\">{text}</a>", quoted(&https(address)))
    });
    edits.push((tag.range.clone(), link.unwrap_or_default()));
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
    mut change: impl FnMut(&Tag<'_>, &mut Edits),
) -> Option<String> {
    let mut edits = Edits::new();
    for tag in tags(html) {
        let mut own = Edits::new();
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
