//! What only the whole book knows, handed to the chapters that need it.
//!
//! `pandoc -d book.yaml` reads all chapters as one text: what one defines, another refers to. Here each
//! is read by itself, so that what it defines is its own first; what it refers to and does not define
//! is handed to pandoc before and behind its text, and taken out of the document again.
//!
//! ````text
//! one.md                    two.md               read for two.md
//! \newcommand{\set}{S}      # Two                \newcommand{\set}{S}
//! (@good) An example.       $\set$, see @good,   (@good) x
//! [ref]: a.html             [ref] and [One].     BEGIN, two.md, END
//! # One                                          [ref]: a.html
//!                                                [One]: one.md#One
//! ````
//!
//! A link to a heading of another chapter leads to the chapter's file, as an author would write it; what
//! reads links finds the heading. A chapter that needs nothing is read as it is.

mod book;
mod divisions;
mod examples;
mod hidden;
mod macros;
mod markdown;
mod org;
mod reader;
mod rst;

use crate::finding::Finding;
use crate::project::{Chapter, Project};
use crate::reference::relative;
use concfilter::ast::tag;
use reader::{Notation, Reader};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// The word between what stands before a chapter and the chapter. No author writes it.
const BEGIN: &str = "concbookHandedOverBefore";

/// The word between a chapter and what stands behind it.
const END: &str = "concbookHandedOverBehind";

/// What a chapter is handed. Empty where it needs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Handover {
    /// The text before the chapter's.
    pub before: String,
    /// The text behind it.
    pub behind: String,
    /// The divisions that go on from the chapter before.
    opened: String,
    /// The ends of those that go on in the next one.
    closed: String,
    /// Where links lead by handed definitions, and the byte of the chapter that refers to one first.
    pub targets: Vec<(String, usize)>,
    /// The labels of the notes.
    pub notes: BTreeSet<String>,
}

impl Handover {
    /// Whether the chapter needs nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.behind.is_empty()
    }

    /// The blocks of the chapter alone; `None` where they cannot be told from what was handed over,
    /// as in a chapter that ends within a fence.
    pub(super) fn taken_off(&self, mut blocks: Vec<Value>) -> Option<Vec<Value>> {
        if !self.behind.is_empty() && !cut(&mut blocks) {
            return None;
        }
        if !self.before.is_empty() {
            let begin = blocks.iter().position(|block| is_paragraph_of(block, BEGIN))?;
            blocks.drain(..=begin);
        }
        Some(blocks)
    }
}

/// Takes off what was handed over behind the text; whether it is there. A division that is never closed
/// holds it, too.
fn cut(blocks: &mut Vec<Value>) -> bool {
    if let Some(end) = blocks.iter().position(|block| is_paragraph_of(block, END)) {
        blocks.truncate(end);
        return true;
    }
    let last = blocks.last_mut().filter(|block| tag(block) == Some("Div"));
    let inner = last.and_then(|block| block["c"][1].as_array_mut());
    inner.is_some_and(cut)
}

fn is_paragraph_of(block: &Value, word: &str) -> bool {
    matches!(tag(block), Some("Para" | "Plain"))
        && block["c"].as_array().is_some_and(|inlines| match &inlines[..] {
            [one] => tag(one) == Some("Str") && one["c"] == word,
            _ => false,
        })
}

/// What each chapter of a book is handed, in their order.
pub(super) fn handovers(project: &Project) -> Vec<Handover> {
    let chapters: Vec<&Chapter> = project.chapters.iter().map(|one| &**one).collect();
    // pandoc takes the format of the first file for that of all; read one by one, each has its own.
    let read = |chapter: &&Chapter| Reader::of(project.manifest.format(), &chapter.path);
    let readers: Vec<Reader> = chapters.iter().map(read).collect();
    let rebases = project.manifest.rebases();
    let mut all = vec![Handover::default(); chapters.len()];
    if chapters.len() < 2 {
        return all;
    }
    let book = ReadChapters { chapters: &chapters, readers: &readers, rebases };
    book.markdown(&mut all);
    book.rst(&mut all);
    book.org(&mut all);
    for one in &mut all {
        if !one.before.is_empty() || !one.opened.is_empty() {
            let _ = write!(one.before, "\n{BEGIN}\n\n{}", one.opened);
        }
        if !one.behind.is_empty() || !one.closed.is_empty() {
            one.behind = format!("{}\n{END}\n\n{}", one.closed, one.behind);
        }
    }
    all
}

/// Whether a chapter is reStructuredText.
pub(super) fn is_rst(project: &Project, chapter: &Chapter) -> bool {
    Reader::of(project.manifest.format(), &chapter.path).kind == Notation::Rst
}

/// Whether pandoc warns of a note as of no use that another chapter is handed.
pub(super) fn is_used_elsewhere(warning: &Finding, handed: &[Handover]) -> bool {
    let text = warning.message.split_once("Note with key '").map(|(_, text)| text);
    let label = text
        .filter(|text| text.ends_with("not used.") || text.ends_with("not used"))
        .and_then(|text| text.rsplit_once("' defined at"));
    label.is_some_and(|(label, _)| {
        handed.iter().any(|one| one.notes.contains(&markdown::key(label)))
    })
}

/// The chapters of a book, and how each is read.
struct ReadChapters<'a> {
    chapters: &'a [&'a Chapter],
    readers: &'a [Reader],
    /// Whether paths come out of the reader relative to the book's folder.
    rebases: bool,
}

impl<'a> ReadChapters<'a> {
    /// The chapters of some formats, with their numbers.
    fn of(
        &self,
        wanted: impl Fn(Reader) -> bool,
    ) -> impl Iterator<Item = (usize, &'a Chapter)> {
        let all = self.chapters.iter().zip(self.readers).enumerate();
        all.filter(move |(_, (_, reader))| wanted(**reader))
            .map(|(number, (chapter, _))| (number, *chapter))
    }

    /// The path of a chapter as another one names it, with a place in it.
    fn path(&self, from: usize, to: usize, place: &str) -> String {
        let name = |number: usize| {
            self.chapters[number].path.to_string_lossy().replace('\\', "/")
        };
        let path = if self.rebases || Path::new(&name(to)).is_absolute() {
            name(to)
        } else {
            relative(&name(from), &name(to))
        };
        format!("{}#{}", encoded(&path), encoded(place))
    }

    fn rst(&self, all: &mut [Handover]) {
        let is_rst = |reader: Reader| reader.kind == Notation::Rst;
        let defined: Vec<_> = self
            .of(is_rst)
            .map(|(number, chapter)| (number, rst::definitions(&chapter.text)))
            .collect();
        for (number, chapter) in self.of(is_rst) {
            let text = chapter.text.to_lowercase();
            let own = defined.iter().find(|one| one.0 == number);
            let mut done: BTreeSet<&str> =
                own.iter().flat_map(|(_, own)| own.keys().map(String::as_str)).collect();
            for (other, definitions) in defined.iter().filter(|one| one.0 != number) {
                for (name, one) in definitions {
                    if !rst::uses(&text, name) || !done.insert(name) {
                        continue;
                    }
                    let out = &mut all[number];
                    match one {
                        rst::Definition::Before(written) => out.before.push_str(written),
                        rst::Definition::Written(written) => {
                            let _ = writeln!(out.behind, "{written}");
                        }
                        rst::Definition::Place(place) => {
                            let target = self.path(number, *other, place);
                            let _ = writeln!(out.behind, ".. _`{place}`: {target}\n");
                            let name = name.trim_end_matches('_');
                            out.targets.push((target, text.find(name).unwrap_or(0)));
                        }
                    }
                }
            }
        }
    }

    fn org(&self, all: &mut [Handover]) {
        let is_org = |reader: Reader| reader.kind == Notation::Org;
        let defined: Vec<_> = self
            .of(is_org)
            .map(|(number, chapter)| (number, org::definitions(&chapter.text)))
            .collect();
        for (number, chapter) in self.of(is_org) {
            let text = &chapter.text;
            let out = &mut all[number];
            let before = defined.iter().filter(|one| one.0 < number);
            for (used, line) in before.flat_map(|(_, one)| &one.keywords) {
                if text.contains(used.as_str()) {
                    out.before.push_str(line);
                }
            }
            let own = defined.iter().find(|one| one.0 == number).map(|one| &one.1);
            for (_, one) in defined.iter().filter(|one| one.0 != number) {
                for (label, note) in &one.notes {
                    let is_own = own.is_some_and(|own| own.notes.contains_key(label));
                    if !is_own && text.contains(&format!("[fn:{label}]")) {
                        let _ = writeln!(out.behind, "{note}");
                    }
                }
                for place in one.places.iter().filter(|one| org::uses_place(text, one)) {
                    if own.is_some_and(|own| !own.places.contains(place)) {
                        let _ = writeln!(out.behind, "<<{place}>>\n");
                    }
                }
            }
        }
    }
}

/// A reference with all percent-encoded that could end it.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || "/._~-".contains(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
