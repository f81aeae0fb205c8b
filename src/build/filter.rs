//! The whole book's document, through the author's filters and ours.

use super::leftovers;
use super::source_map::SourceChapter;
use super::{annotations, callouts, language, stylesheets, verse};
use crate::finding::{Code, Finding};
use crate::markdown::strong_words;
use crate::pandoc::defaults;
use crate::parse::{FilterRuns, findings_of};
use crate::project::{Chapter, Project};
use concfilter::ast::{Document, meta, tag};
use concfilter::error::Result;
use concfilter::filter::{self, PassCounts, Strongs};
use serde_json::{Map, Value};

/// A document that was filtered.
#[derive(Debug)]
pub(super) struct Filtered {
    /// Its JSON.
    pub json: Vec<u8>,
    /// What the filter found.
    pub counts: PassCounts,
    /// The book's title; empty where it has none, which is a finding.
    pub title: String,
    /// What documents are called, where the title has parts with types of their own: of those pandoc
    /// takes none.
    pub page_title: Option<String>,
    /// Whether the author gives an identifier for the book.
    pub has_identifier: bool,
    /// Which edition the book is, as the author says: a number, or words.
    pub edition: Option<String>,
    /// The language of a book that names none.
    pub lang: Option<&'static str>,
    /// Whether its text runs from right to left.
    pub rtl: bool,
    /// Whether the author says in which direction pages are turned.
    pub has_page_progression: bool,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Filters a document: first as the author's filters do that stand before concfilter, then as
/// concfilter does, then as those do that stand behind it.
pub(super) fn filter(
    project: &Project,
    runs: &mut FilterRuns<'_>,
    document: Document,
    sources: &[SourceChapter],
) -> Result<Filtered> {
    let manifest = &project.manifest;
    let (before, after) = defaults::filters(manifest.options());
    let mut messages = Vec::new();
    let mut unmarked = if before.is_empty() {
        document
    } else {
        Document::parse(&runs.run(&before, document.to_json()?, &mut messages)?)?
    };
    let unspaced = callouts::unspaced(sources.iter().map(|source| &source.chapter));
    let (css, lang) = (stylesheets::authors_css(project), language::of(unmarked.meta()));
    callouts::apply(&mut unmarked.blocks, unspaced, (&css, &lang));
    annotations::apply(&mut unmarked.blocks);
    // A filter that follows may look for line blocks.
    if after.is_empty() {
        verse::apply(&mut unmarked.blocks);
    }
    let json = unmarked.to_json()?;
    // Before ours marks names in it, unless more filters follow: they may read what is left. Of the
    // metadata, ours changes nothing.
    let unmarked = after.is_empty().then_some(unmarked);
    let mut filtered = Vec::new();
    let settings = Some(&project.settings);
    let mut strongs = Strongs::default();
    for source in sources {
        let chapter = &source.chapter;
        strong_words(&chapter.text, &chapter.index)
            .for_each(|(word, asterisks)| strongs.add(word, asterisks));
    }
    let chapters: Vec<&Chapter> = sources.iter().map(|one| &*one.chapter).collect();
    let left = |judged: &Document| leftovers::check(project, &judged.blocks, &chapters);
    let (counts, early) = rayon::join(
        || filter::run_with_source(&json, "epub3", settings, &strongs, &mut filtered),
        || unmarked.as_ref().map(left),
    );
    let counts = counts?;
    let json = runs.run(&after, filtered, &mut messages)?;
    let judged = unmarked.map_or_else(|| Document::parse(&json), Ok)?;
    let head = judged.meta();
    let place = |_: &str| manifest.place(&["filters"]);
    let mut findings = findings_of(&messages, &project.chapters, &place);
    findings.extend(early.unwrap_or_else(|| left(&judged)));
    described(project, json, head, counts, findings)
}

/// A document that was filtered, given as JSON, with what its metadata say.
pub(super) fn described(
    project: &Project,
    json: Vec<u8>,
    head: &Map<String, Value>,
    counts: PassCounts,
    mut findings: Vec<Finding>,
) -> Result<Filtered> {
    let manifest = &project.manifest;
    let title = title(head);
    if title.is_empty() {
        let place = manifest.metadata_place(&["title"]);
        findings.push(
            Finding::new(Code::TitleMissing, place, "the book has no title")
                .hint("Give it one in book.yaml: `metadata: {title: …}`"),
        );
    }
    let has_identifier = head.contains_key("identifier");
    let is_nested =
        matches!(head.get("title").and_then(tag), Some("MetaMap" | "MetaList"));
    let page_title = is_nested.then(|| title.clone());
    let lang = language::assumed(manifest, head, &mut findings)?;
    Ok(Filtered {
        json,
        counts,
        title,
        page_title,
        has_identifier,
        edition: edition(head),
        lang,
        rtl: language::is_rtl(head),
        has_page_progression: head.contains_key("page-progression-direction"),
        findings,
    })
}

/// The book's title, without markup: of several the one of the type `main`, as pandoc's ePub metadata
/// have it, else the first.
pub(super) fn title(metadata: &Map<String, Value>) -> String {
    fn text(title: &Value) -> String {
        let text = title.get("text").unwrap_or(title);
        text.as_str().map(|text| text.trim().to_owned()).unwrap_or_default()
    }
    let value = metadata.get("title").map_or(Value::Null, meta::plain);
    match &value {
        Value::Array(all) => {
            let main =
                all.iter().find(|one| one.get("type") == Some(&Value::from("main")));
            main.or_else(|| all.first()).map(text).unwrap_or_default()
        }
        value => text(value),
    }
}

/// Which edition the author says the book is.
fn edition(metadata: &Map<String, Value>) -> Option<String> {
    let text = match metadata.get("edition").map_or(Value::Null, meta::plain) {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_main_title_is_the_title() {
        let of = |title: Value| {
            let metadata = json!({"title": title});
            super::title(metadata.as_object().unwrap())
        };
        let text =
            |text: &str| json!({"t": "MetaInlines", "c": [{"t": "Str", "c": text}]});
        let typed = |kind: &str, own: &str| json!({"t": "MetaMap", "c": {"type": text(kind), "text": text(own)}});
        let list = |all: Vec<Value>| json!({"t": "MetaList", "c": all});
        assert_eq!(of(text("One")), "One");
        assert_eq!(of(typed("main", "One")), "One");
        assert_eq!(of(list(vec![typed("subtitle", "Two"), typed("main", "One")])), "One");
        assert_eq!(of(list(vec![text("One"), text("Two")])), "One");
    }
}
