//! One chapter becomes a part of the book: identifiers that cannot clash, links that lead to them,
//! pictures that are there, and hidden listings that are marked as such.
//!
//! ````text
//! # Intro {#intro}               # Intro {#one-intro}
//! [on](two.md)             ─►    [on](#two)
//! ![](gone.png)                  gone.png, with the class missing-image
//! ````
//!
//! It depends on the chapter, the book's facts, its listings, and which files there are; no chapter
//! on another's outcome, so all are resolved side by side.

pub(super) mod context;
mod fences;
pub(super) mod files;
mod hidden;
mod hidden_lines;
pub(super) mod links;
mod pairs;
pub(super) mod pictures;
pub(super) mod raw;

use super::merge::BookFacts;
use super::source_map::{self, Pictures};
use crate::finding::Finding;
use crate::listings::Listing;
use crate::parse::{ParsedChapter, figures};
use crate::project::{Chapter, LinkPlaces};
use concfilter::ast::build::attr_mut;
use concfilter::ast::{Step, walk};
use context::LinkContext;
use files::Packed;
use links::LinkTarget;
use pictures::Awaited;
use serde_json::Value;
use std::sync::Arc;

/// A chapter as it stands in the book.
#[derive(Debug)]
pub(super) struct Resolved {
    /// Its file.
    pub source: Arc<Chapter>,
    /// Its pictures that are marked for the source map.
    pub pictures: Pictures,
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// Files that it names beside its pictures.
    pub packed: Packed,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Pictures and anchors that are nowhere, but may come of the author's filters.
    pub awaited: Vec<Awaited>,
}

/// Resolves the chapter with this number; `listings` are those of it. What leads nowhere is reported
/// and taken out.
pub(super) fn resolve(
    (number, chapter): (usize, ParsedChapter),
    facts: &BookFacts<'_>,
    context: &LinkContext<'_>,
    listings: &[&Listing],
) -> Resolved {
    let ParsedChapter { source, mut blocks, targets, .. } = chapter;
    let pictures = source_map::mark(&mut blocks, number, &source);
    let mut findings = hidden::mark(&mut blocks, listings, &source);
    fences::apply(&mut blocks, listings, &context.repository);
    hidden_lines::remove(&mut blocks, listings);
    findings.extend(pairs::close(&mut blocks, &source));
    let mut packed = Packed::default();
    rename(&mut blocks, facts.ids(number));
    let mut element = ElementContext {
        chapter: &source,
        number,
        facts,
        context,
        places: LinkPlaces::of(&source).with(&targets),
        packed: &mut packed,
        findings: &mut findings,
        awaited: Vec::new(),
    };
    walk(&mut blocks, &mut |tag, value| {
        raw::style(value, &mut element);
        match tag {
            "Link" => link(value, &mut element),
            "Image" => pictures::image(value, &mut element),
            "RawBlock" | "RawInline" => raw::resolve(value, &mut element),
            _ => {}
        }
        Step::Into
    });
    let awaited = element.awaited;
    figures::attach(&mut blocks);
    Resolved { source, pictures, blocks, packed, findings, awaited }
}

/// What the elements of one chapter are resolved with, in the order of the document.
struct ElementContext<'a> {
    chapter: &'a Chapter,
    /// The chapter's number.
    number: usize,
    facts: &'a BookFacts<'a>,
    context: &'a LinkContext<'a>,
    places: LinkPlaces<'a>,
    packed: &'a mut Packed,
    findings: &'a mut Vec<Finding>,
    /// Pictures and anchors that are nowhere, but may come of the author's filters.
    awaited: Vec<Awaited>,
}

/// Gives the elements of a chapter these identifiers, in the order in which it was surveyed.
fn rename<'a>(blocks: &mut [Value], mut ids: impl Iterator<Item = &'a str>) {
    let mut next =
        || ids.next().expect("a chapter has the identifiers that were surveyed");
    walk(blocks, &mut |_, element| {
        raw::rename(element, &mut next);
        if let Some(Value::String(id)) =
            attr_mut(element).and_then(|attr| attr.get_mut(0))
            && !id.is_empty()
        {
            next().clone_into(id);
        }
        Step::Into
    });
}

fn link(element: &mut Value, context: &mut ElementContext<'_>) {
    let to = element["c"][2][0].as_str().unwrap_or_default().to_owned();
    match links::target(&to, context) {
        LinkTarget::AsWritten => {}
        LinkTarget::Id(id) => element["c"][2][0] = Value::from(format!("#{id}")),
        LinkTarget::Dead if context.context.has_filters && !to.is_empty() => {
            let finding = context.findings.pop();
            let awaited =
                finding.map(|finding| Awaited { target: to, is_link: true, finding });
            context.awaited.extend(awaited);
        }
        LinkTarget::Dead => links::unlink(element),
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::merge;
    use super::super::survey::survey;
    use super::super::tests::{heading, parsed};
    use super::*;
    use concfilter::ast::tag;
    use serde_json::json;
    use std::path::Path;

    /// The chapters as they stand in a book.
    fn resolved(chapters: Vec<ParsedChapter>) -> Vec<Resolved> {
        let surveys: Vec<_> = chapters.iter().map(survey).collect();
        let sources: Vec<_> =
            chapters.iter().map(|one| Arc::clone(&one.source)).collect();
        let facts = merge(sources.iter().map(|one| &**one).zip(&surveys));
        let context = LinkContext::of_folder(Path::new("."));
        let chapters = chapters.into_iter().enumerate();
        chapters.map(|chapter| resolve(chapter, &facts, &context, &[])).collect()
    }

    fn to(target: &str) -> Value {
        json!({"t": "Para", "c": [{"t": "Link", "c": [["", [], []], [], [target, ""]]}]})
    }

    #[test]
    fn links_between_chapters_lead_to_identifiers_that_cannot_clash() {
        let one = parsed("a/one.md", json!([heading("intro"), to("../b/two.md#intro")]));
        let two = parsed(
            "b/two.md",
            json!([heading("intro"), to("#intro"), to("../a/one.md")]),
        );
        let [one, two] = &resolved(vec![one, two])[..] else { panic!("two chapters") };
        let target = |block: &Value| block["c"][0]["c"][2][0].clone();
        assert_eq!(one.blocks[0]["c"][1][0], "one-intro");
        assert_eq!(target(&one.blocks[1]), "#two-intro");
        assert_eq!(target(&two.blocks[1]), "#two-intro");
        assert_eq!(target(&two.blocks[2]), "#one-intro");
        assert_eq!((&one.findings, &two.findings), (&vec![], &vec![]));
    }

    #[test]
    fn headings_called_alike_are_numbered_through_the_book() {
        let one =
            parsed("one.md", json!([heading("a"), heading("s"), to("#s-1"), to("#s-3")]));
        let two = parsed("two.md", json!([heading("b"), heading("s"), heading("s-1")]));
        let three =
            parsed("three.md", json!([heading("c"), heading("s"), heading("s2")]));
        let all = resolved(vec![one, two, three]);
        let target = |block: &Value| block["c"][0]["c"][2][0].clone();
        // What a chapter calls so itself comes first.
        assert_eq!(target(&all[0].blocks[2]), "#s-1");
        assert_eq!(target(&all[0].blocks[3]), "#three-s");
        assert_eq!(all[0].findings, []);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_reported_and_becomes_text() {
        let one = parsed("one.md", json!([heading("a"), to("gone.md"), to("#gone")]));
        let [one] = &resolved(vec![one])[..] else { panic!("one chapter") };
        let codes: Vec<_> = one.findings.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, ["link-dead", "link-dead"]);
        assert_eq!(tag(&one.blocks[1]["c"][0]), Some("Span"));
    }
}
