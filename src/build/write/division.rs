//! A document in the divisions that become a file of the ePub each, and what stands in for a division where
//! only the book as a whole is asked for.
//!
//! ````text
//! # One {#one}                      ─► one division: its own blocks, and in its stand-in the heading, the
//! Text with ![](a.png), [a](#two).     picture, and what has an identifier that a link leads to
//! # Two {#two}                      ─► the next
//! ````

use crate::build::source_map::ATTRIBUTE;
use concfilter::ast::build::{attr, attr_mut};
use concfilter::ast::{Step, tag, visit, walk};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What stands before the identifier in a link while its division is written: pandoc knows no such
/// identifier, and leaves the link as it is.
pub(super) const MARK: &str = "concbookLink-";

/// The blocks of a file of the ePub.
#[derive(Debug)]
pub(super) struct Division {
    pub(super) blocks: Vec<Value>,
    /// Whether it begins with a heading.
    has_heading: bool,
}

/// The divisions of a document that pandoc splits at headings of this level and above; nothing where it
/// splits elsewhere, too.
pub(super) fn divide(blocks: Vec<Value>, level: u64) -> Option<Vec<Division>> {
    let mut divisions: Vec<Division> = Vec::new();
    for block in blocks {
        let heading = heading_level(&block);
        if heading.is_some() && attr(&block)?[0].as_str().is_none_or(str::is_empty) {
            // pandoc numbers such headings through the book.
            return None;
        }
        if tag(&block) == Some("Div") && begins_a_section(&block) {
            return None;
        }
        let begins = heading.is_some_and(|own| own <= level);
        if begins || divisions.is_empty() {
            divisions.push(Division { blocks: Vec::new(), has_heading: begins });
        }
        divisions.last_mut()?.blocks.push(block);
    }
    Some(divisions)
}

/// The level of a heading; nothing for what is none.
pub(super) fn heading_level(block: &Value) -> Option<u64> {
    if tag(block) == Some("Header") { block["c"][0].as_u64() } else { None }
}

/// Whether pandoc takes a division for a section: it begins with a heading, or what it begins with does.
fn begins_a_section(block: &Value) -> bool {
    match (tag(block), block["c"][1].get(0)) {
        (Some("Div"), Some(first)) => {
            heading_level(first).is_some() || begins_a_section(first)
        }
        _ => false,
    }
}

impl Division {
    /// The identifiers that links in it lead to.
    pub(super) fn targets(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        visit(&self.blocks, &mut |tag, element| {
            if tag == "Link"
                && let Some(id) = id_of_link(element)
            {
                found.insert(id.to_owned());
            }
        });
        found
    }

    /// What stands in for it: its headings, its pictures and other media in their order, those of notes in
    /// notes, and what has one of these identifiers.
    pub(super) fn stand_in(&self, targets: &BTreeSet<String>) -> Vec<Value> {
        let mut made = StandIn { targets, blocks: Vec::new() };
        for block in &self.blocks {
            if tag(block) == Some("Header") {
                made.blocks.push(block.clone());
            } else {
                made.gather(block);
            }
        }
        if !self.has_heading
            && made.blocks.first().is_none_or(|one| tag(one) == Some("Header"))
        {
            made.blocks.insert(0, json!({"t": "Para", "c": [{"t": "Str", "c": "x"}]}));
        }
        made.blocks.iter_mut().for_each(unplaced);
        made.blocks
    }

    /// Gives its links to identifiers the mark.
    pub(super) fn mark_links(&mut self) {
        mark_links(&mut self.blocks);
    }
}

/// Gives links to identifiers the mark.
pub(super) fn mark_links(blocks: &mut [Value]) {
    walk(blocks, &mut |tag, element| {
        if tag == "Link"
            && let Some(id) = id_of_link(element)
        {
            element["c"][2][0] = Value::from(format!("#{MARK}{id}"));
        }
        Step::Into
    });
}

/// Takes the marks of places off what stands in, so that it is what it was before an edit that moved it.
fn unplaced(block: &mut Value) {
    walk(std::slice::from_mut(block), &mut |tag, element| {
        if let Some(pairs) = attr_mut(element).and_then(|attr| attr[2].as_array_mut()) {
            pairs.retain(|pair| pair[0] != ATTRIBUTE);
        }
        if matches!(tag, "RawBlock" | "RawInline")
            && let Some(text) = element["c"][1].as_str()
            && text.contains(ATTRIBUTE)
        {
            element["c"][1] = Value::from(without_places(text));
        }
        Step::Into
    });
}

/// HTML without the marks of places in its tags.
fn without_places(html: &str) -> String {
    let mark = format!(" {ATTRIBUTE}=\"");
    let mut parts = html.split(&*mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('"').map_or(part, |(_, behind)| behind));
    }
    out
}

/// The identifier that a link leads to.
fn id_of_link(link: &Value) -> Option<&str> {
    link["c"][2][0].as_str()?.strip_prefix('#')
}

struct StandIn<'a> {
    targets: &'a BTreeSet<String>,
    blocks: Vec<Value>,
}

impl StandIn<'_> {
    fn gather(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.gather(item)),
            Value::Object(_) => match tag(value) {
                Some("Note") => {
                    // pandoc numbers media where they stand, and writes notes at the end.
                    let mut note = StandIn { targets: self.targets, blocks: Vec::new() };
                    note.gather(&value["c"]);
                    if !note.blocks.is_empty() {
                        self.plain(json!({"t": "Note", "c": note.blocks}));
                    }
                }
                Some("RawInline") if may_matter(value) => self.plain(value.clone()),
                Some("RawBlock") if may_matter(value) => self.blocks.push(value.clone()),
                Some("Image") => {
                    let c = &value["c"];
                    self.plain(json!({"t": "Image", "c": [c[0], [], c[2]]}));
                }
                Some(tag) => {
                    self.bearer(tag, value);
                    value.get("c").into_iter().for_each(|c| self.gather(c));
                }
                None => value
                    .as_object()
                    .into_iter()
                    .flat_map(serde_json::Map::values)
                    .for_each(|inner| self.gather(inner)),
            },
            _ => {}
        }
    }

    /// Adds the empty twin of an element that has one of the identifiers.
    fn bearer(&mut self, tag: &str, element: &Value) {
        let Some(attr) = attr(element) else { return };
        let Some(id) = attr[0].as_str().filter(|id| self.targets.contains(*id)) else {
            return;
        };
        let attr = json!([id, [], attr[2]]);
        match tag {
            "Header" | "Div" => self.blocks.push(json!({"t": "Div", "c": [attr, []]})),
            "CodeBlock" => self.blocks.push(json!({"t": "CodeBlock", "c": [attr, ""]})),
            "Figure" => {
                let empty = json!({"t": "Figure", "c": [attr, [null, []], []]});
                self.blocks.push(empty);
            }
            "Table" => {
                let end = json!([["", [], []], []]);
                let c = json!([attr, [null, []], [], end, [], end]);
                self.blocks.push(json!({"t": "Table", "c": c}));
            }
            "Span" => self.plain(json!({"t": "Span", "c": [attr, []]})),
            "Code" => self.plain(json!({"t": "Code", "c": [attr, ""]})),
            "Link" => self.plain(json!({"t": "Link", "c": [attr, [], ["", ""]]})),
            _ => {}
        }
    }

    fn plain(&mut self, inline: Value) {
        self.blocks.push(json!({"t": "Plain", "c": [inline]}));
    }
}

/// Whether raw text is HTML that may show a file, or have an identifier.
fn may_matter(raw: &Value) -> bool {
    let is_html = raw["c"][0].as_str().is_some_and(|one| one.starts_with("html"));
    let text = raw["c"][1].as_str().unwrap_or_default().to_ascii_lowercase();
    let names = ["src", "poster", "data", "href", "id"];
    is_html && names.iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u64, id: &str) -> Value {
        json!({"t": "Header", "c": [level, [id, [], []], [{"t": "Str", "c": id}]]})
    }

    fn para(inlines: Value) -> Value {
        json!({"t": "Para", "c": inlines})
    }

    #[test]
    fn a_document_is_divided_where_pandoc_divides_it() {
        let blocks = vec![
            para(json!([])),
            heading(1, "a"),
            heading(2, "b"),
            para(json!([])),
            heading(1, "c"),
        ];
        let sizes = |level| -> Option<Vec<usize>> {
            let divisions = divide(blocks.clone(), level)?;
            Some(divisions.iter().map(|one| one.blocks.len()).collect())
        };
        assert_eq!(sizes(1).unwrap(), [1, 3, 1]);
        assert_eq!(sizes(2).unwrap(), [1, 1, 2, 1]);
        let in_div = json!({"t": "Div", "c": [["", [], []], [heading(1, "d")]]});
        assert!(divide(vec![heading(1, "a"), in_div], 1).is_none());
        assert!(divide(vec![heading(1, "")], 1).is_none());
    }

    #[test]
    fn what_stands_in_has_headings_media_and_what_links_lead_to() {
        let image =
            |file: &str| json!({"t": "Image", "c": [["", [], []], [], [file, ""]]});
        let note = json!({"t": "Note", "c": [para(json!([image("note.png")]))]});
        let span = json!({"t": "Span", "c": [["s", [], []], [{"t": "Str", "c": "x"}]]});
        let link = json!({"t": "Link", "c": [["", [], []], [], ["#s", ""]]});
        let blocks = vec![
            heading(1, "a"),
            para(json!([note, link, image("a.png"), span])),
            json!({"t": "BlockQuote", "c": [heading(2, "inner")]}),
        ];
        let mut division = divide(blocks, 1).unwrap().remove(0);
        assert_eq!(division.targets(), BTreeSet::from(["s".to_owned()]));
        let targets = BTreeSet::from(["s".to_owned(), "inner".to_owned()]);
        let plain = |inline| json!({"t": "Plain", "c": [inline]});
        assert_eq!(
            division.stand_in(&targets),
            [
                heading(1, "a"),
                plain(json!({"t": "Note", "c": [plain(image("note.png"))]})),
                plain(image("a.png")),
                plain(json!({"t": "Span", "c": [["s", [], []], []]})),
                json!({"t": "Div", "c": [["inner", [], []], []]}),
            ]
        );
        let placed = json!({"t": "Header", "c": [1, ["a", [], [[ATTRIBUTE, "3:9"], ["k", "v"]]], []]});
        let raw =
            format!("<img {ATTRIBUTE}=\"3:9\" src=\"a.png\"><br {ATTRIBUTE}=\"3:10\"/>");
        let raw = json!({"t": "RawBlock", "c": ["html", raw]});
        let moved = divide(vec![placed, raw], 1).unwrap().remove(0);
        assert_eq!(
            moved.stand_in(&targets),
            [
                json!({"t": "Header", "c": [1, ["a", [], [["k", "v"]]], []]}),
                json!({"t": "RawBlock", "c": ["html", "<img src=\"a.png\"><br/>"]}),
            ]
        );
        division.mark_links();
        assert_eq!(division.blocks[1]["c"][1]["c"][2][0], "#concbookLink-s");
    }
}
