//! What one chapter has by itself: the identifiers it gives, how its headings may be called, the
//! pictures on the web that it shows.
//!
//! ````text
//! # Two Words {#a}      ids ["a", "a_2"], finding: "a" is there twice
//! [x]{#a}               headings {"twowords": "a", "a": "a"}
//! ````
//!
//! A survey depends on the chapter's document alone, so chapters are surveyed side by side.

use super::resolve::raw;
use crate::finding::{Code, Finding};
use crate::parse::ParsedChapter;
use crate::project::Chapter;
use crate::reference::loosen;
use concfilter::ast::build::{Attr, attr};
use concfilter::ast::{tag, visit};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What one chapter has.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Survey {
    /// The identifiers of its elements, those in raw HTML too, in the order of the document. Where the
    /// author gives one twice, the second has got another name.
    pub ids: Vec<String>,
    /// The identifiers of its headings, by spellings that ignore what readers of Markdown disagree
    /// on.
    pub headings: BTreeMap<String, String>,
    /// The same by their text as it is: `C` is not `C++`.
    pub titles: BTreeMap<String, String>,
    /// The identifier that links to the chapter lead to.
    pub head: String,
    /// The identifiers of its headings, in their order.
    pub heading_ids: Vec<String>,
    /// By the identifiers of its listings: the numbers of their lines.
    pub lines: BTreeMap<String, Range<u64>>,
    /// The addresses of the pictures on the web that it shows.
    pub remote_pictures: BTreeSet<String>,
    /// What is wrong with it.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// Surveys a chapter.
pub(super) fn survey(chapter: &ParsedChapter) -> Survey {
    let mut survey = Survey::default();
    let mut ids = Ids::default();
    visit(&chapter.blocks, &mut |tag, element| {
        for id in raw::ids(element) {
            ids.add(id, false, &chapter.source, &mut survey);
        }
        let id = attr(element).and_then(|attr| attr[0].as_str()).unwrap_or_default();
        let is_heading = tag == "Header";
        if !id.is_empty() {
            ids.add(id, is_heading, &chapter.source, &mut survey);
        }
        if is_heading {
            let own = if id.is_empty() { None } else { survey.ids.last() };
            let own = own.cloned().unwrap_or_default();
            survey.heading_ids.extend(Some(own.clone()).filter(|own| !own.is_empty()));
            let mut text = String::new();
            plain_text(&element["c"][2], &mut text);
            survey.titles.entry(text.trim().to_owned()).or_insert_with(|| own.clone());
            for name in [loosen(&text), loosen(&own)] {
                survey.headings.entry(name).or_insert_with(|| own.clone());
            }
        }
        if tag == "CodeBlock" && !id.is_empty() {
            let own = survey.ids.last().cloned().unwrap_or_default();
            survey.lines.insert(own, line_numbers(element));
        }
        if tag == "Image"
            && let Some(target) = element["c"][2][0].as_str()
            && (target.starts_with("http://") || target.starts_with("https://"))
        {
            survey.remote_pictures.insert(target.to_owned());
        }
    });
    survey.head.clone_from(&chapter.head);
    survey
}

/// The numbers of a code block's lines.
fn line_numbers(block: &Value) -> Range<u64> {
    let attr = Attr::read(&block["c"][0]).unwrap_or_default();
    let first = ["startFrom", "start-from"].iter().find_map(|key| attr.get(key));
    let first = first.and_then(|text| text.trim().parse().ok()).unwrap_or(1);
    let count = block["c"][1].as_str().unwrap_or_default().lines().count();
    first..first.saturating_add(count as u64)
}

/// The identifiers of a chapter so far.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// The last one as it is written, and whether it is a heading's.
    last: (String, bool),
}

impl Ids {
    /// Adds an identifier to a survey; one that is there already gets another name. Of an anchor
    /// beside a heading that is called alike nothing is said: a link leads to the same place.
    fn add(
        &mut self,
        id: &str,
        is_heading: bool,
        chapter: &Chapter,
        survey: &mut Survey,
    ) {
        let (before, was_heading) =
            std::mem::replace(&mut self.last, (id.to_owned(), is_heading));
        if self.taken.insert(id.to_owned()) {
            survey.ids.push(id.to_owned());
            return;
        }
        let mut others = (2..).map(|n| format!("{id}_{n}"));
        let free = others.find(|id| !self.taken.contains(id));
        let free = free.expect("numbers do not end");
        if before != id || is_heading == was_heading {
            survey.findings.push(twice(id, chapter));
        }
        self.taken.insert(free.clone());
        survey.ids.push(free);
    }
}

fn twice(id: &str, chapter: &Chapter) -> Finding {
    let places = chapter.index.identified(&chapter.text, id);
    let place = match places.get(1).or(places.first()) {
        Some(&offset) => chapter.place(offset),
        None => chapter.whole(),
    };
    let message = format!("the identifier {id:?} is there twice");
    Finding::new(Code::IdDuplicate, place, message)
        .hint("Links to it lead to the first; give one of them another name")
}

/// The characters of inlines.
pub(super) fn plain_text(inlines: &Value, out: &mut String) {
    match inlines {
        Value::Array(items) => items.iter().for_each(|item| plain_text(item, out)),
        Value::Object(_) => match tag(inlines) {
            Some("Str") => out.push_str(inlines["c"].as_str().unwrap_or_default()),
            Some("Space" | "SoftBreak" | "LineBreak") => out.push(' '),
            Some("Code" | "Math") => {
                out.push_str(inlines["c"][1].as_str().unwrap_or_default());
            }
            Some("Note" | "RawInline") | None => {}
            Some(_) => plain_text(&inlines["c"], out),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{heading, parsed};
    use super::*;
    use serde_json::json;

    #[test]
    fn an_identifier_that_is_there_twice_gets_another_name() {
        let span = json!({"t": "Span", "c": [["a", [], []], []]});
        let anchor = json!({"t": "RawInline", "c": ["html", "<a name='b'>"]});
        let blocks = json!([heading("a"), {"t": "Para", "c": [anchor, span]}]);
        let found = survey(&parsed("one.md", blocks));
        assert_eq!(found.ids, ["a", "b", "a_2"]);
        assert_eq!((&*found.head, &*found.headings["a"]), ("a", "a"));
        assert_eq!(found.findings.len(), 1);
    }
}
