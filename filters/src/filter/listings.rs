//! Code blocks: the class `listing`, the language's canonical name, and from the slugline an
//! identifier to link to and the file's path. Lines that are tags are taken away, and hidden
//! listings left out.

use crate::ast::build::Attr;
use crate::ast::raw::{Edits, Leaf, LeafKind, RawDocument};
use crate::lang;
use crate::tags;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Tags code blocks; returns how many there are. `names` has what identifiers were given before.
pub(super) fn apply(
    document: &RawDocument<'_>,
    names: &mut ListingIds,
    edits: &mut Edits,
) -> usize {
    let mut count = 0;
    for leaf in document.leaves().iter().filter(|leaf| leaf.kind == LeafKind::CodeBlock) {
        count += usize::from(set(document, leaf, names, edits).is_some());
    }
    count
}

fn set(
    document: &RawDocument<'_>,
    leaf: &Leaf,
    names: &mut ListingIds,
    edits: &mut Edits,
) -> Option<()> {
    let (mut attr, place) = document.attr(leaf)?;
    if is_hidden(&attr) {
        edits.replace(leaf.range(), &[NOTHING]);
        return None;
    }
    let taken = take_tags_away(document, leaf, edits);
    let first = document.first_line(leaf);
    // `file=` is how an author says it without a slugline. pandoc writes it as `data-file`
    // itself, so it takes that name here: both together would be one attribute twice.
    for (key, _) in &mut attr.2 {
        if key == "file" {
            "data-file".clone_into(key);
        }
    }
    let slug = lang::slug(&first);
    let file = attr.get("data-file").or(slug).map(str::to_owned);
    if let Some(first) = attr.1.first_mut() {
        if let Some(name) = lang::canonical(first) {
            name.clone_into(first);
        }
    } else if let Some(name) = file.as_deref().and_then(lang::of_file) {
        attr.1.push(name.to_owned());
    }
    // Numbers of lines mean those that the author wrote.
    if !taken.is_empty() && says_of_lines(&attr) {
        let lines: Vec<String> =
            taken.iter().map(|line| (line + 1).to_string()).collect();
        attr.2.push(("data-taken".to_owned(), lines.join(",")));
    }
    attr.add_class("listing");
    if let Some(file) = file {
        if attr.0.is_empty() {
            attr.0 = names.of(&file);
        }
        if attr.get("data-file").is_none() {
            attr.2.push(("data-file".to_owned(), file));
        }
    }
    edits.replace(place, &[attr.to_json().as_bytes()]);
    Some(())
}

/// Whether a fence may say something of single lines, by a key or class of any tool.
fn says_of_lines(attr: &Attr) -> bool {
    let names = attr.1.iter().chain(attr.2.iter().map(|(key, _)| key));
    let mut names = names.map(|name| name.to_lowercase());
    names.any(|name| {
        ["line", "highlight", "mark", "start"].iter().any(|one| name.contains(one))
    })
}

/// Whether the author leaves a code block out of the book.
pub fn is_hidden(attr: &Attr) -> bool {
    attr.1.iter().any(|class| class == "hidden")
}

/// A block of which nothing is left in any format.
const NOTHING: &[u8] = br#"{"t":"RawBlock","c":["html",""]}"#;

/// Takes the lines that are tags out of a listing; which they are, from 0.
fn take_tags_away(
    document: &RawDocument<'_>,
    leaf: &Leaf,
    edits: &mut Edits,
) -> Vec<usize> {
    // Tags stand at a listing's beginning, and one at its end.
    const HEAD: usize = 1000;
    const TAIL: usize = 100;
    let source = document.source(leaf.text_range());
    let head = source.floor_char_boundary(HEAD);
    let tail = source.ceil_char_boundary(source.len().saturating_sub(TAIL));
    if !tags::may_have_tags(&source[..head], &source[tail..]) {
        return Vec::new();
    }
    let text = document.text(leaf);
    let gone = tags::lines(&text);
    if gone.is_empty() {
        return gone;
    }
    let lines = text.split('\n').enumerate();
    let kept: Vec<&str> =
        lines.filter(|(line, _)| !gone.contains(line)).map(|(_, text)| text).collect();
    // A string can always be written; its quotes stand in the document already.
    let json = serde_json::to_string(&kept.join("\n")).unwrap_or_default();
    let inside = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    edits.replace(leaf.text_range(), &[inside.as_bytes()]);
    gone
}

/// The language of a listing: what its first class or its file's name says.
pub(super) fn language<'a>(attr: &'a Attr, code: &str) -> Option<&'a str> {
    if let Some(first) = attr.1.first() {
        return Some(lang::canonical(first).unwrap_or(first));
    }
    file(attr, code).and_then(lang::of_file)
}

/// The file that a listing makes.
pub(super) fn file<'a>(attr: &'a Attr, code: &'a str) -> Option<&'a str> {
    attr.get("data-file").or_else(|| attr.get("file")).or_else(|| lang::slug(code))
}

/// The identifiers that were given to listings without one.
#[derive(Debug, Default)]
pub(super) struct ListingIds {
    taken: BTreeSet<String>,
    /// The last number given to listings of one file.
    numbers: BTreeMap<String, usize>,
    /// The files of the listings that were given one, in their order.
    pub(super) files: Vec<String>,
    /// What is to be given first, where that is known.
    given: VecDeque<String>,
}

impl ListingIds {
    /// Those that are to be given, in this order.
    pub(super) fn given(ids: &[String]) -> Self {
        Self { given: ids.iter().cloned().collect(), ..Self::default() }
    }

    /// An identifier made of the file's path. A listing's lines get `-1`, `-2`, … behind it from
    /// pandoc, so a second listing of the same file takes a number behind `_`.
    pub(super) fn of(&mut self, file: &str) -> String {
        self.files.push(file.to_owned());
        if let Some(id) = self.given.pop_front() {
            return id;
        }
        let plain = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
        let base: String = "listing-".chars().chain(file.chars().map(plain)).collect();
        let number = self.numbers.entry(base.clone()).or_insert(0);
        loop {
            *number += 1;
            let id = if *number == 1 { base.clone() } else { format!("{base}_{number}") };
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_listings_have_one_name() {
        let mut names = ListingIds::default();
        let given = ["a.py", "a.py", "a.py_2", "a-py", "a.py"].map(|file| names.of(file));
        assert_eq!(
            given,
            [
                "listing-a-py",
                "listing-a-py_2",
                "listing-a-py_2_2",
                "listing-a-py_3",
                "listing-a-py_4"
            ]
        );
    }
}
