//! Marks elements of a chapter with the bytes of its Markdown at which they stand.

use super::ATTRIBUTE;
use crate::build::survey::plain_text;
use crate::epub::tags::tags;
use crate::project::Chapter;
use crate::reference::{loosen, percent_decode};
use concfilter::ast::build::attr_mut;
use concfilter::ast::{Step, walk};
use pulldown_cmark::{Event, Options, Parser};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

/// By the bytes at which they stand: what the author calls pictures.
pub(in crate::build) type Pictures = BTreeMap<usize, String>;

/// Marks headings, code blocks and pictures of the chapter with this number, and its first block; the
/// pictures that it marked. Elements are told apart by what they hold, and those that hold the same by
/// their order. What is not found in the text belongs to the mark before it.
pub(in crate::build) fn mark(
    blocks: &mut [Value],
    number: usize,
    chapter: &Chapter,
) -> Pictures {
    let mut places = MarkablePlaces::of(chapter);
    let mut pictures = Pictures::new();
    let mut is_first = true;
    walk(blocks, &mut |tag, element| {
        let at = match tag {
            "Header" => {
                let mut words = String::new();
                plain_text(&element["c"][2], &mut words);
                take(&mut places.headings, &loosen(&words))
            }
            "CodeBlock" => {
                let code = element["c"][1].as_str().unwrap_or_default();
                take(&mut places.blocks, &without_blanks(code))
            }
            "Image" => {
                let target = element["c"][2][0].as_str().unwrap_or_default();
                let at = take(&mut places.pictures, &percent_decode(target));
                pictures.extend(at.map(|at| (at, target.to_owned())));
                at
            }
            "RawBlock" | "RawInline" => {
                places.mark_raw(element, number, &mut pictures);
                None
            }
            _ => None,
        };
        if std::mem::take(&mut is_first) || at.is_some() {
            set(element, &value(number, at));
        }
        Step::Into
    });
    pictures
}

/// The value of a mark.
fn value(chapter: usize, at: Option<usize>) -> String {
    format!("{chapter}:{}", at.map_or_else(String::new, |at| at.to_string()))
}

/// Gives an element a mark, where it can have attributes.
fn set(element: &mut Value, value: &str) {
    if let Some(Value::Array(pairs)) = attr_mut(element).and_then(|attr| attr.get_mut(2))
    {
        pairs.push(json!([ATTRIBUTE, value]));
    }
}

/// The places of elements by what they hold, those of one kind that hold the same in the order of the
/// text.
type ByHeld = BTreeMap<String, VecDeque<usize>>;

/// Takes the next place of what is held.
fn take(places: &mut ByHeld, held: &str) -> Option<usize> {
    places.get_mut(held)?.pop_front()
}

/// Where what can be marked stands in a chapter.
struct MarkablePlaces<'a> {
    text: &'a str,
    /// By their words.
    headings: ByHeld,
    /// By their code, without blanks: pandoc makes spaces of tabs.
    blocks: ByHeld,
    /// By their targets.
    pictures: ByHeld,
    /// How many of each tag of raw HTML were marked.
    tags: BTreeMap<String, usize>,
}

impl<'a> MarkablePlaces<'a> {
    fn of(chapter: &'a Chapter) -> Self {
        let Chapter { text, index, .. } = chapter;
        let mut places = Self {
            text,
            headings: ByHeld::new(),
            blocks: ByHeld::new(),
            pictures: ByHeld::new(),
            tags: BTreeMap::new(),
        };
        for range in &index.headings {
            let heading = text.get(range.clone()).unwrap_or_default();
            let all = places.headings.entry(loosen(&words(heading))).or_default();
            all.push_back(range.start);
        }
        for block in &index.blocks {
            let all = places.blocks.entry(without_blanks(&block.code)).or_default();
            all.push_back(block.range.start);
        }
        for link in &index.links {
            if text[link.start..].starts_with('!') {
                let all = places.pictures.entry(link.target.clone()).or_default();
                all.push_back(link.start);
            }
        }
        places
    }

    /// Marks the pictures in raw HTML, whose tags stand in the text as they are.
    fn mark_raw(&mut self, element: &mut Value, number: usize, pictures: &mut Pictures) {
        let is_html = element["c"][0].as_str().is_some_and(|one| one.starts_with("html"));
        let Some(html) = element["c"][1].as_str().filter(|_| is_html) else { return };
        let mut out = String::new();
        let mut done = 0;
        for tag in tags(html).iter().filter(|tag| tag.is("img")) {
            let whole = &html[tag.range.clone()];
            let seen = self.tags.entry(whole.to_owned()).or_default();
            let at = self.text.match_indices(whole).nth(*seen);
            let (Some((at, _)), Some(source)) = (at, tag.value("src")) else { continue };
            *seen += 1;
            pictures.insert(at, html[source].to_owned());
            let name = tag.range.start + 1 + tag.name.len();
            out.push_str(&html[done..name]);
            let _ = write!(out, " {ATTRIBUTE}=\"{}\"", value(number, Some(at)));
            done = name;
        }
        if done > 0 {
            out.push_str(&html[done..]);
            element["c"][1] = Value::from(out);
        }
    }
}

/// The words of a heading, without the marks that Markdown puts around them.
fn words(heading: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(heading, Options::all()) {
        if let Event::Text(text) | Event::Code(text) = event {
            words.push_str(&text);
        }
    }
    words
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}
