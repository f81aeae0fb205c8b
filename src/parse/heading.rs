//! Where a chapter begins: at its heading, wherever that stands, else at its first words.
//!
//! ````text
//! <!-- draft -->             # Sorting
//! # Sorting           ─►     <!-- draft -->
//! Text.                      Text.
//!
//! A motto.                   <div id="sorting"></div>
//! # Sorting           ─►     A motto.
//!                            # Sorting
//! ````
//!
//! pandoc begins a page at each heading of level 1, so what is read before it stands on the page
//! before. Text stays in its order all the same; only what nobody sees is put behind the heading.

use crate::epub::tags::tags;
use concfilter::ast::build::{Attr, attr, attr_mut, div, header};
use concfilter::ast::{tag, visit};
use serde_json::Value;
use std::collections::BTreeSet;

/// Gives a chapter an identifier to link to: that of the heading it begins with, which gets `id` where
/// it has none, else `id` itself. A chapter without a heading of level 1 takes the title of its
/// metadata as one. What links to the chapter lead to.
pub(super) fn begin(
    blocks: &mut Vec<Value>,
    title: Option<Vec<Value>>,
    id: &str,
) -> String {
    let own = Attr(id.to_owned(), vec![], vec![]);
    if let Some(title) = title.filter(|_| !has_top_heading(blocks)) {
        blocks.insert(0, header(1, &own, title));
        return id.to_owned();
    }
    if let Some(heading) = first_heading(blocks) {
        if let Some(attr) = attr_mut(heading)
            && attr[0] == ""
        {
            attr[0] = Value::from(id);
        }
        let named = attr(heading).and_then(|attr| attr[0].as_str());
        return named.unwrap_or(id).to_owned();
    }
    // An element of the author's may be called so.
    let free = free(blocks, id);
    let head = titled(blocks, &free);
    blocks.insert(0, div(&Attr(free.clone(), vec![], vec![]), vec![]));
    head.unwrap_or(free)
}

/// An identifier that no element has.
fn free(blocks: &[Value], id: &str) -> String {
    let mut taken = BTreeSet::new();
    visit(blocks, &mut |_, element| {
        taken.extend(attr(element).and_then(|attr| attr[0].as_str()).map(str::to_owned));
    });
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let mut all = std::iter::once(id.to_owned()).chain(numbered);
    all.find(|id| !taken.contains(id)).expect("numbers do not end")
}

/// The identifier of the heading of level 1 below a chapter's first words, where no other heading comes
/// before it: that is what a link to the chapter means.
fn titled(blocks: &[Value], id: &str) -> Option<String> {
    let mut found: Option<(bool, String)> = None;
    visit(blocks, &mut |tag, element| {
        if tag == "Header" && found.is_none() {
            let own = attr(element).and_then(|attr| attr[0].as_str()).unwrap_or_default();
            found = Some((element["c"][0].as_u64() == Some(1), own.to_owned()));
        }
    });
    found.filter(|(is_top, own)| *is_top && !own.is_empty() && own != id).map(|one| one.1)
}

/// Whether there is a heading of level 1 of which pandoc can make a section.
fn has_top_heading(blocks: &[Value]) -> bool {
    blocks.iter().any(|block| match tag(block) {
        Some("Header") => block["c"][0].as_u64() == Some(1),
        Some("Div") => block["c"][1].as_array().is_some_and(|all| has_top_heading(all)),
        _ => false,
    })
}

/// The heading that blocks begin with, if they do: in divisions and quotes, too. What stands before it
/// and shows nothing is put behind it.
fn first_heading(blocks: &mut Vec<Value>) -> Option<&mut Value> {
    let at = blocks.iter().position(shows)?;
    let before: Vec<Value> = blocks.drain(..at).collect();
    let inside = match tag(blocks.first()?) {
        Some("Header") => {
            blocks.splice(1..1, before);
            return blocks.first_mut();
        }
        Some("Div") => 1,
        Some("BlockQuote") => 0,
        _ => {
            blocks.splice(0..0, before);
            return None;
        }
    };
    let begins = begins_with_heading(&blocks[0]);
    if !begins || inside == 0 {
        // A quote is no place for what stood outside of it.
        blocks.splice(0..0, before);
        let quote = blocks.get_mut(at).filter(|_| begins)?;
        return first_heading(inner(quote)?);
    }
    let division = inner(blocks.first_mut()?)?;
    division.splice(0..0, before);
    first_heading(division)
}

/// The blocks in a division or a quote.
fn inner(block: &mut Value) -> Option<&mut Vec<Value>> {
    match tag(block) {
        Some("Div") => block["c"][1].as_array_mut(),
        Some("BlockQuote") => block["c"].as_array_mut(),
        _ => None,
    }
}

/// Whether the first thing that a block shows is a heading.
fn begins_with_heading(block: &Value) -> bool {
    let all = match tag(block) {
        Some("Header") => return true,
        Some("Div") => &block["c"][1],
        Some("BlockQuote") => &block["c"],
        _ => return false,
    };
    let mut all = all.as_array().into_iter().flatten();
    all.find(|one| shows(one)).is_some_and(begins_with_heading)
}

/// Whether a reader sees anything of a block.
fn shows(block: &Value) -> bool {
    if matches!(tag(block), Some("Header" | "HorizontalRule")) {
        return true;
    }
    let mut found = false;
    visit(std::slice::from_ref(block), &mut |tag, element| {
        found |= match tag {
            "Str" => element["c"].as_str().is_some_and(|text| !text.is_empty()),
            "Code" | "Math" | "Image" | "CodeBlock" | "Header" | "HorizontalRule" => true,
            "RawBlock" | "RawInline" => {
                let is_html =
                    element["c"][0].as_str().is_some_and(|one| one.starts_with("html"));
                is_html && shows_html(element["c"][1].as_str().unwrap_or_default())
            }
            _ => false,
        };
    });
    found
}

/// Whether HTML shows anything: text, or an element that is neither an anchor nor a group of others.
fn shows_html(html: &str) -> bool {
    let tags = tags(html);
    let is_silent = |name: &str| {
        ["a", "span", "div", "section", "p"]
            .iter()
            .any(|one| name.eq_ignore_ascii_case(one))
    };
    if tags.iter().any(|tag| !is_silent(tag.name)) {
        return true;
    }
    let mut text = String::new();
    let mut from = 0;
    for tag in &tags {
        text.push_str(html.get(from..tag.range.start).unwrap_or_default());
        from = tag.range.end;
    }
    text.push_str(html.get(from..).unwrap_or_default());
    while let Some(start) = text.find("<!--") {
        let end = text[start..].find("-->").map_or(text.len(), |at| start + at + 3);
        text.replace_range(start..end, "");
    }
    !text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn heading(id: &str) -> Value {
        json!({"t": "Header", "c": [1, [id, [], []], []]})
    }

    fn para(text: &str) -> Value {
        json!({"t": "Para", "c": [{"t": "Str", "c": text}]})
    }

    fn raw(html: &str) -> Value {
        json!({"t": "RawBlock", "c": ["html", html]})
    }

    fn begun(blocks: &[Value]) -> (Vec<Value>, String) {
        let mut blocks = blocks.to_vec();
        let head = begin(&mut blocks, None, "one");
        (blocks, head)
    }

    #[test]
    fn text_before_the_heading_stays_there() {
        let all = [para("x"), heading("a"), para("y")];
        let anchor = div(&Attr("one".into(), vec![], vec![]), vec![]);
        let (blocks, head) = begun(&all);
        assert_eq!((&blocks[0], &blocks[1..], &*head), (&anchor, &all[..], "a"));
        let (blocks, head) =
            begun(&[para("x"), json!({"t": "Header", "c": [2, ["one", [], []], []]})]);
        assert_eq!((&blocks[0]["c"][0][0], &*head), (&json!("one-2"), "one-2"));
        assert_eq!(begun(&[heading("a"), para("x")]).1, "a");
        assert_eq!(begun(&[heading("")]).0, [heading("one")]);
    }

    #[test]
    fn what_nobody_sees_follows_the_heading() {
        for html in ["<!-- x -->", "<a name=\"b\"></a>", "<div></div>\n<!-- a\nb -->"] {
            let (blocks, head) = begun(&[raw(html), heading("a"), para("x")]);
            assert_eq!((blocks, &*head), (vec![heading("a"), raw(html), para("x")], "a"));
        }
        for html in ["<img src='a.png'>", "<p>x</p>", "<hr>"] {
            assert_eq!(begun(&[raw(html), heading("a")]).0[1], raw(html), "{html}");
        }
    }

    #[test]
    fn a_heading_in_a_division_is_the_chapters() {
        let around =
            |blocks: Vec<Value>| json!({"t": "Div", "c": [["", [], []], blocks]});
        let quote = |blocks: Vec<Value>| json!({"t": "BlockQuote", "c": blocks});
        let comment = raw("<!-- x -->");
        let all = [comment.clone(), around(vec![around(vec![heading("")]), para("x")])];
        let inner = around(vec![heading("one"), comment.clone()]);
        assert_eq!(begun(&all), (vec![around(vec![inner, para("x")])], "one".to_owned()));
        let all = [comment.clone(), quote(vec![heading("")])];
        assert_eq!(begun(&all).0, [comment, quote(vec![heading("one")])]);
        assert_eq!(begun(&[around(vec![para("x"), heading("a")])]).0.len(), 2);
    }

    #[test]
    fn a_title_is_the_heading_where_there_is_none() {
        let mut blocks = vec![para("x")];
        assert_eq!(begin(&mut blocks, Some(vec![]), "one"), "one");
        assert_eq!(blocks, [heading("one"), para("x")]);
        let mut blocks = vec![para("x"), heading("a")];
        begin(&mut blocks, Some(vec![]), "one");
        assert_eq!(blocks[2], heading("a"));
    }
}
