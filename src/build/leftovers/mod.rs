//! What pandoc leaves as the author wrote it, and readers would see as it is: references that lead
//! nowhere, the syntax of other tools, diagrams as their source, languages that do not exist. And what is
//! not there: the description of a picture, the text of a chapter.
//!
//! ````text
//! See [^gone].        Str "[^gone]."                    a.md:3:5: [^gone] stays in the text
//! ```mermaid    ─►    CodeBlock ["", ["mermaid"]]  ─►   a.md:5:1: a mermaid diagram is printed as source
//! ````
//!
//! The document is looked at as it stands behind the author's filters: what one of them read is no
//! leftover. What is text there is no code, and what stands escaped in the chapter is meant as text.

mod fences;
mod literal;

use super::source_map;
use crate::epub::tags::tags;
use crate::finding::{Code, Finding};
use crate::markdown::{BlockForm, squeezed};
use crate::project::{Chapter, Project};
use concfilter::ast::build::attr;
use concfilter::ast::visit;
use concfilter::error::Place;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) use literal::MarkupRules;

/// Judges a book's document behind the author's filters.
pub(super) fn check(
    project: &Project,
    blocks: &[Value],
    chapters: &[&Chapter],
) -> Vec<Finding> {
    let rules = MarkupRules::of(project.manifest.format());
    let (mut findings, shown) = read(&rules, blocks, chapters);
    findings.extend(empty(project, chapters, &shown));
    findings
}

/// Judges the blocks of the chapter with this number; what is wrong with it, and what it shows.
pub(super) fn of_chapter(
    rules: &MarkupRules,
    blocks: &[Value],
    (number, chapters): (usize, &[&Chapter]),
) -> (Vec<Finding>, ShownContent) {
    let (findings, shown) = read(rules, blocks, chapters);
    (findings, shown[number])
}

/// Reads blocks of these chapters, in which marks tell whose they are; what is wrong with them, and what each
/// chapter shows.
fn read(
    rules: &MarkupRules,
    blocks: &[Value],
    chapters: &[&Chapter],
) -> (Vec<Finding>, Vec<ShownContent>) {
    let mut reader = LeftoverReader {
        chapters,
        chapter: 0,
        seen: BTreeMap::new(),
        rules,
        colons: vec![0; chapters.len()],
        shown: vec![ShownContent::Nothing; chapters.len()],
        in_heading: 0,
        fences: BTreeMap::new(),
        findings: Vec::new(),
    };
    for block in blocks {
        visit(std::slice::from_ref(block), &mut |tag, element| reader.look(tag, element));
        reader.in_heading = 0;
    }
    (reader.findings, reader.shown)
}

/// What a chapter shows.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub(super) enum ShownContent {
    Nothing,
    Headings,
    Text,
}

struct LeftoverReader<'a> {
    chapters: &'a [&'a Chapter],
    /// The number of the chapter that is read.
    chapter: usize,
    /// How often a text was looked for, by chapter.
    seen: BTreeMap<(usize, String), usize>,
    rules: &'a MarkupRules,
    /// By chapter: how many divisions are open whose beginning was told of.
    colons: Vec<usize>,
    /// By chapter.
    shown: Vec<ShownContent>,
    /// How many leaves of the heading that is read are still to come.
    in_heading: usize,
    /// By chapter: where the fences stand, by what would be inline code in their place.
    fences: BTreeMap<usize, BTreeMap<String, usize>>,
    findings: Vec<Finding>,
}

impl<'a> LeftoverReader<'a> {
    fn look(&mut self, tag: &str, element: &Value) {
        let mark = attr(element).and_then(source_map::marked);
        if let Some((chapter, _)) =
            mark.filter(|(chapter, _)| *chapter < self.chapters.len())
        {
            self.chapter = chapter;
        }
        if self.chapters.is_empty() {
            return;
        }
        let at = mark.and_then(|(_, at)| at);
        self.note_shown(tag, element);
        match tag {
            "Para" | "Plain" => self.text(&element["c"]),
            "Header" => self.text(&element["c"][2]),
            "Code" => self.inline_code(element),
            "CodeBlock" => self.code_block(element, at),
            "Image" => self.image(element, at),
            "RawBlock" | "RawInline" => self.raw(element),
            _ => {}
        }
    }

    /// Notes what a chapter shows.
    fn note_shown(&mut self, tag: &str, element: &Value) {
        let shown = match tag {
            "Header" => {
                visit(
                    element["c"][2].as_array().map_or(&[], Vec::as_slice),
                    &mut |tag, _| {
                        self.in_heading += usize::from(tag == "Str" || tag == "Code");
                    },
                );
                ShownContent::Headings
            }
            "Str" | "Code" if self.in_heading > 0 => {
                self.in_heading -= 1;
                ShownContent::Headings
            }
            "RawBlock" | "RawInline" => {
                let text = element["c"][1].as_str().unwrap_or_default().trim();
                if text.is_empty() || text.starts_with("<!--") && text.ends_with("-->") {
                    return;
                }
                ShownContent::Text
            }
            "Str" | "Code" | "CodeBlock" | "Image" | "Math" => ShownContent::Text,
            _ => return,
        };
        let own = &mut self.shown[self.chapter];
        *own = (*own).max(shown);
    }

    fn chapter(&self) -> &'a Chapter {
        self.chapters[self.chapter]
    }

    /// Judges the text of a paragraph or a heading.
    fn text(&mut self, inlines: &Value) {
        let text = literal::text(inlines);
        for found in self.rules.find(&text, &mut self.colons[self.chapter]) {
            let Some(place) = self.place(&found.needles) else { continue };
            // What could not be included is told already.
            if self.chapter().findings.iter().all(|one| one.place != place) {
                let finding = Finding::new(Code::MarkupLiteral, place, found.message);
                self.findings.push(finding.hint(found.hint));
            }
        }
    }

    /// The place of the next of these texts that the chapter has, outside of code and not escaped.
    fn place(&mut self, needles: &[String]) -> Option<Place> {
        let chapter = self.chapter();
        for needle in needles {
            let places = places(chapter, needle);
            let seen = self.seen.entry((self.chapter, needle.clone())).or_default();
            if let Some(&at) = places.get(*seen).or(places.last()) {
                *seen += 1;
                // A list is looked for from the end of the line before.
                return Some(chapter.place(at + usize::from(needle.starts_with('\n'))));
            }
        }
        None
    }

    fn code_block(&mut self, block: &Value, at: Option<usize>) {
        let chapter = self.chapter();
        let written = at.and_then(|at| {
            chapter.index.blocks.iter().find(|block| block.range.start == at)
        });
        let is_word = written.is_some_and(|block| {
            block.form == BlockForm::Fenced && !block.info.starts_with('{')
        });
        let place = at.map_or_else(|| chapter.whole(), |at| chapter.place(at));
        let line = |line: usize| match written.and_then(|block| block.lines.get(line)) {
            Some(range) => chapter.place(range.start),
            None => place.clone(),
        };
        let mut found = fences::check(block, is_word, &place, line);
        found.retain(|one| chapter.findings.iter().all(|other| other.place != one.place));
        self.findings.extend(found);
    }

    /// Tells of a listing that pandoc made inline code of, as older ones do in lists.
    fn inline_code(&mut self, code: &Value) {
        let text = squeezed(code["c"][1].as_str().unwrap_or_default());
        let chapter = self.chapter();
        let fences = self.fences.entry(self.chapter).or_insert_with(|| {
            let blocks = chapter.index.blocks.iter();
            let sound =
                blocks.filter(|one| one.form == BlockForm::Fenced && one.fault.is_none());
            let by_text =
                sound.map(|one| (squeezed(&one.info) + &squeezed(&one.code), one));
            by_text.map(|(text, one)| (text, one.range.start)).collect()
        });
        if let Some(at) = fences.remove(&text).filter(|_| !text.is_empty())
            && chapter.index.codes.iter().all(|one| squeezed(&one.text) != text)
        {
            let message = "pandoc reads inline code here, and no listing";
            let finding = Finding::new(Code::ListingInline, chapter.place(at), message);
            self.findings.push(finding.hint("Put a blank line before the fence"));
        }
    }

    fn image(&mut self, image: &Value, at: Option<usize>) {
        let text = literal::text(&image["c"][1]);
        if !text.trim().is_empty() || is_decoration(image) {
            return;
        }
        let target = image["c"][2][0].as_str().unwrap_or_default();
        let place = match at {
            Some(at) => self.chapter().place(at),
            None => self
                .place(&[format!("]({target}"), target.to_owned()])
                .unwrap_or_else(|| self.chapter().whole()),
        };
        self.findings.push(without_alt(target, place));
    }

    /// Judges the pictures of raw HTML, where `alt=""` says that one is decoration.
    fn raw(&mut self, element: &Value) {
        let is_html = element["c"][0].as_str().is_some_and(|one| one.starts_with("html"));
        let Some(html) = element["c"][1].as_str().filter(|_| is_html) else { return };
        for tag in tags(html).iter().filter(|tag| tag.is("img") && !tag.closing) {
            let value = |name| tag.value(name).map(|range| &html[range]);
            let is_silent = matches!(value("role"), Some("presentation" | "none"))
                || value("aria-hidden") == Some("true")
                || value("aria-label").is_some();
            let has_alt =
                tag.attrs.iter().any(|(_, name, _)| name.eq_ignore_ascii_case("alt"));
            let Some(source) = value("src").filter(|_| !has_alt && !is_silent) else {
                continue;
            };
            let at = value(source_map::ATTRIBUTE).and_then(source_map::read);
            let place = match at {
                Some((_, Some(at))) => self.chapter().place(at),
                _ => self
                    .place(&[source.to_owned()])
                    .unwrap_or_else(|| self.chapter().whole()),
            };
            self.findings.push(without_alt(source, place));
        }
    }
}

/// Where a chapter has a text outside of code and not escaped.
fn places(chapter: &Chapter, needle: &str) -> Vec<usize> {
    let is_escaped = |at: usize| {
        let inside = &chapter.text[at..at + needle.len()];
        chapter.text[..at].ends_with('\\') || inside.contains('\\')
    };
    let all = chapter.text.match_indices(needle).map(|(at, _)| at);
    all.filter(|&at| !is_escaped(at) && !chapter.index.is_code(at)).collect()
}

/// Whether an author says that a picture is decoration.
fn is_decoration(image: &Value) -> bool {
    let attr = concfilter::ast::build::Attr::read(&image["c"][0]).unwrap_or_default();
    attr.get("alt").is_some()
        || attr.get("aria-hidden") == Some("true")
        || attr.get("aria-label").is_some()
        || matches!(attr.get("role"), Some("presentation" | "none"))
        || attr.1.iter().any(|class| matches!(&**class, "decoration" | "decorative"))
}

fn without_alt(target: &str, place: Place) -> Finding {
    let name = target.rsplit('/').next().unwrap_or(target);
    Finding::new(
        Code::ImageAltMissing,
        place,
        format!("the picture {name} has no description"),
    )
    .hint(
        "Who cannot see it is read ![this]: say what it shows. For mere decoration write \
             ![](…){role=presentation}",
    )
}

/// Chapters without text, and a book of none but such.
pub(super) fn empty(
    project: &Project,
    chapters: &[&Chapter],
    shown: &[ShownContent],
) -> Vec<Finding> {
    if shown.iter().all(|&shown| shown != ShownContent::Text) {
        let message = if shown.contains(&ShownContent::Headings) {
            "the book has headings and no text"
        } else {
            "the book has no text"
        };
        let place = project.manifest.place(&["input-files"]);
        return vec![Finding::new(Code::BookEmpty, place, message)];
    }
    let finding = |chapter: &Chapter| {
        Finding::new(Code::ChapterEmpty, chapter.whole(), "the chapter is empty")
            .hint("Write it, or take it off the list in book.yaml")
    };
    let blank =
        chapters.iter().zip(shown).filter(|(_, shown)| **shown == ShownContent::Nothing);
    let mut found: Vec<Finding> = blank.map(|(chapter, _)| finding(chapter)).collect();
    let gone = project.chapters.iter().filter(|chapter| chapter.text.trim().is_empty());
    found.extend(gone.map(|chapter| finding(chapter)));
    found
}
