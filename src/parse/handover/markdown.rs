//! What one chapter of Markdown defines for the others, and what it refers to.
//!
//! ````text
//! # Two                defines "two", a heading
//! [ref]: a.md "T"      defines "ref", a link
//! [^n]: A note.        defines "^n", a note
//! See [ref][], [x].    refers to "ref", "x"
//! ````
//!
//! What is a definition in one format and none in another is told by the one line above it. Where this
//! finds one too many, pandoc, which reads what is handed over, finds none in it.

use super::hidden::HiddenBytes;
use super::reader::Reader;
use crate::project::Chapter;
use pulldown_cmark::{Event, Options, Parser};
use std::collections::BTreeMap;

/// The longest label (`CommonMark` 0.31, section 6.3).
const LONGEST: usize = 999;

/// What a chapter defines, and what it refers to.
#[derive(Debug, Default)]
pub(super) struct ChapterReferences {
    /// The definitions of links and notes, as they are written; a note's key begins with `^`.
    pub definitions: Vec<(String, String)>,
    /// The headings: what a reference to one is, and how the heading is called in a link to it.
    pub headings: Vec<(String, String, String)>,
    /// By key: where it is first referred to.
    pub uses: BTreeMap<String, usize>,
}

/// Reads a chapter.
pub(super) fn references(
    chapter: &Chapter,
    reader: Reader,
    hidden: &HiddenBytes,
) -> ChapterReferences {
    let Chapter { text, index, .. } = chapter;
    let mut found = ChapterReferences {
        definitions: definitions(text, reader, hidden),
        uses: uses(text, Some(hidden)),
        ..ChapterReferences::default()
    };
    if reader.headings {
        for range in &index.headings {
            let (label, id) = heading(&text[range.clone()]);
            let name = id.map_or_else(|| words(label), str::to_owned);
            found.headings.push((key(label), label.to_owned(), name));
        }
    }
    found
}

/// The definitions of links and notes in a text.
fn definitions(
    text: &str,
    reader: Reader,
    hidden: &HiddenBytes,
) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    let mut may_begin = true;
    let (mut number, mut at) = (0, 0);
    while number < lines.len() {
        let line = unquoted(lines[number]);
        let start = at + (lines[number].len() - line.len());
        let mut taken = 1;
        if may_begin
            && hidden.at(start).is_none()
            && let Some(label) = defined(line)
        {
            let is_note = reader.notes && label.starts_with('^');
            taken = if is_note { note(&lines[number..]) } else { link(&lines[number..]) };
            let own = lines[number..number + taken].iter();
            found.push((key(label), own.map(|line| unquoted(line)).collect()));
        } else {
            may_begin = line.trim().is_empty() || line.starts_with(['#', '>']);
        }
        at += lines[number..number + taken].iter().map(|line| line.len()).sum::<usize>();
        number += taken;
    }
    found
}

/// A line without what quotes put before it, and without less than the indentation of code.
fn unquoted(line: &str) -> &str {
    let mut line = line;
    while let Some(rest) = line.trim_start_matches(' ').strip_prefix('>') {
        line = rest;
    }
    let inner = line.trim_start_matches(' ');
    if line.len() - inner.len() < 4 { inner } else { line }
}

/// The label that a line defines.
fn defined(line: &str) -> Option<&str> {
    let label = bracketed(line)?;
    let rest = line[label.len() + 2..].strip_prefix(':')?;
    let is_one = !label.trim().is_empty() && !rest.starts_with(':');
    is_one.then_some(label)
}

/// How many lines the definition of a link has: address, title and attributes may stand in lines of
/// their own.
fn link(lines: &[&str]) -> usize {
    let has_address = defined(unquoted(lines[0]))
        .is_some_and(|label| !unquoted(lines[0])[label.len() + 3..].trim().is_empty());
    let mut taken = if has_address { 1 } else { 2.min(lines.len()) };
    for line in lines.iter().skip(taken).take(2) {
        let line = line.trim().trim_start_matches(['>', ' ']);
        let pairs = [('"', '"'), ('\'', '\''), ('(', ')'), ('{', '}')];
        let is_more = pairs
            .iter()
            .any(|&(open, close)| line.starts_with(open) && line.ends_with(close));
        if !is_more {
            break;
        }
        taken += 1;
    }
    taken
}

/// How many lines a note has: its paragraph, and what is indented below it.
fn note(lines: &[&str]) -> usize {
    let mut taken = 0;
    let mut is_blank = false;
    for (number, line) in lines.iter().enumerate() {
        let blank = line.trim().is_empty();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let other = number > 0 && defined(unquoted(line)).is_some();
        if !blank && !indented && (is_blank || other) {
            break;
        }
        is_blank = blank;
        if !blank {
            taken = number + 1;
        }
    }
    taken
}

/// What a text may refer to, each with the byte where it is first.
pub(super) fn uses(text: &str, hidden: Option<&HiddenBytes>) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for (at, _) in text.match_indices('[') {
        if hidden.is_some_and(|hidden| hidden.at(at).is_some()) {
            continue;
        }
        if let Some(label) = bracketed(&text[at..]).filter(|one| !one.trim().is_empty()) {
            uses.entry(key(label)).or_insert(at);
        }
    }
    uses
}

/// What stands between the brackets that a text begins with.
fn bracketed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let mut depth = 1_usize;
    let mut escaped = false;
    let mut was_break = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if at > LONGEST || c == '\n' && was_break => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        was_break = c == '\n' || was_break && c.is_whitespace();
        if depth == 0 {
            return Some(&inner[..at]);
        }
    }
    None
}

/// Under which a label is looked up.
pub(super) fn key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a heading says, as it is written, and the identifier that it is given.
fn heading(text: &str) -> (&str, Option<&str>) {
    let mut text = text.trim();
    if text.starts_with('#') {
        text = text.trim_start_matches('#').trim();
        let open = text.trim_end_matches('#');
        if open.is_empty() || open.ends_with([' ', '\t']) {
            text = open.trim_end();
        }
    } else if let Some((above, line)) = text.rsplit_once('\n')
        && line.trim().chars().all(|c| matches!(c, '=' | '-'))
    {
        text = above.trim_end();
    }
    let Some(open) = text.rfind('{').filter(|_| text.ends_with('}')) else {
        return (text, None);
    };
    let attributes = &text[open + 1..text.len() - 1];
    let id = attributes.split_whitespace().find_map(|one| one.strip_prefix('#'));
    (text[..open].trim_end().trim_end_matches('#').trim_end(), id)
}

/// The words of a piece of Markdown, without the marks around them.
pub(super) fn words(text: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use std::path::Path;

    fn read(text: &str) -> ChapterReferences {
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let reader = Reader::of(None, Path::new("a.md"));
        references(&chapter, reader, &HiddenBytes::of(&chapter))
    }

    #[test]
    fn definitions_are_taken_as_they_are_written() {
        let text = "[One  two]: <a b>\n  'T'\n[b]:\n  url\n  {.c}\n\nText\n[no]: x\n\n\
                    [^n]: A note\ngoes on\n\n    with more\n\nText\n\n> [q]: r\n\n    [code]: x\n";
        let found = read(text).definitions;
        let wanted = [
            ("one two", "[One  two]: <a b>\n'T'\n"),
            ("b", "[b]:\nurl\n{.c}\n"),
            ("^n", "[^n]: A note\ngoes on\n\n    with more\n"),
            ("q", "[q]: r\n"),
        ];
        assert_eq!(found, wanted.map(|(key, raw)| (key.to_owned(), raw.to_owned())));
    }

    #[test]
    fn headings_are_called_by_what_is_written() {
        let text = "# Two *words* {#own .a}\n\n## `C` & C++ ##\n\nSet\next\n---\n";
        let found = read(text).headings;
        let of = |one: &(String, String, String)| (one.0.clone(), one.2.clone());
        let wanted =
            [("two *words*", "own"), ("`c` & c++", "C & C++"), ("set ext", "Set ext")];
        let found: Vec<_> = found.iter().map(of).collect();
        assert_eq!(found, wanted.map(|(key, name)| (key.to_owned(), name.to_owned())));
    }

    #[test]
    fn all_that_stands_in_brackets_may_be_a_reference() {
        let uses = read("[a [b]][C\nd], `[code]` ![e][] [^f] [no\n\nno]").uses;
        let keys: Vec<_> = uses.keys().map(String::as_str).collect();
        assert_eq!(keys, ["^f", "a [b]", "b", "c d", "e"]);
    }
}
