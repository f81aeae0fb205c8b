//! Lets the long words of headings have a hyphen. Headings have none, for a word of usual length goes to the
//! next line; one that is longer than a line would be cut anywhere, without a sign of it.
//!
//! ```text
//! <h1>Die Datenbankverbindungsverwaltung</h1>
//! becomes   <h1>Die <span class="long-word">Datenbankverbindungsverwaltung</span></h1>
//! ```

use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::{ContentDocument, ContentDocuments};
use rayon::prelude::*;
use std::ops::Range;

/// The class of such a word.
const CLASS: &str = "long-word";

/// From how many letters on a word may be longer than a line of a heading on a phone.
const LONG: usize = 20;

/// Marks the long words in the headings of a book, on its title page and in its contents.
pub(crate) fn apply(documents: &mut ContentDocuments) {
    documents.0.par_iter_mut().for_each(|document| {
        document.change("long-words", "", in_document);
    });
}

fn in_document(document: &mut ContentDocument) {
    let tree = &document.tree;
    let texts: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(|&node| matches!(tree.kind(node), Kind::Text(text) if text.len() >= LONG))
        .filter(|&node| is_in_heading(tree, node))
        .collect();
    for text in texts {
        document.changed |= mark(&mut document.tree, text);
    }
}

/// Whether a text stands in a heading, or in what is set as one, and is no code.
fn is_in_heading(tree: &Document, node: NodeId) -> bool {
    let mut is_in = false;
    for one in tree.ancestors(node) {
        let name = tree.local_name(one).unwrap_or_default();
        if matches!(name, "code" | "kbd" | "samp" | "tt" | "math" | "svg" | "head")
            || tree.has_class(one, CLASS)
        {
            return false;
        }
        is_in |= tree.heading_level(one).is_some()
            || name == "nav"
            || ["title", "subtitle"].iter().any(|class| tree.has_class(one, class));
    }
    is_in
}

fn mark(tree: &mut Document, node: NodeId) -> bool {
    let Kind::Text(text) = tree.kind(node) else { return false };
    let text = text.clone();
    let words = long_words(&text);
    let Some(parent) = tree.parent(node).filter(|_| !words.is_empty()) else {
        return false;
    };
    let mut children = tree.children(parent).to_vec();
    let Some(at) = children.iter().position(|&one| one == node) else { return false };
    let mut parts = Vec::new();
    let mut end = 0;
    for word in words {
        if word.start > end {
            parts.push(tree.create(Kind::Text(text[end..word.start].to_owned())));
        }
        let span = tree.create_element("span", &[("class", CLASS)]);
        let inside = tree.create(Kind::Text(text[word.clone()].to_owned()));
        tree.append(span, inside);
        parts.push(span);
        end = word.end;
    }
    if end < text.len() {
        parts.push(tree.create(Kind::Text(text[end..].to_owned())));
    }
    children.splice(at..=at, parts);
    tree.set_children(parent, children);
    true
}

/// The bytes of the long words of a text.
fn long_words(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let parts = text.split_inclusive(|c: char| !c.is_alphabetic());
    let words = parts.map(|part| {
        let word = part.trim_end_matches(|c: char| !c.is_alphabetic());
        let range = start..start + word.len();
        start += part.len();
        range
    });
    // Scripts that have no blanks break anywhere.
    let is_spaced = |word: &str| word.chars().all(|c| c < '\u{e00}');
    words
        .filter(|word| word.len() >= LONG && text[word.clone()].chars().count() >= LONG)
        .filter(|word| is_spaced(&text[word.clone()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_of_headings_may_have_a_hyphen() {
        let long = "Datenbankverbindungsverwaltung";
        let marked = format!("<span class=\"long-word\">{long}</span>");
        let xml = format!(
            "<body><h1 class=\"a\">1 {long}, {long}</h1><h2><code>{long}</code></h2>\
             <p class=\"subtitle\">{long}</p><p>{long}</p><nav><a>Inhaltsverzeichnis</a></nav>\
             <h3>\u{5e76}\u{53d1}\u{7f16}\u{7a0b}\u{5e76}\u{53d1}\u{7f16}\u{7a0b}\u{5e76}\
             \u{53d1}\u{7f16}\u{7a0b}\u{5e76}\u{53d1}\u{7f16}\u{7a0b}\u{5e76}\u{53d1}\u{7f16}\
             </h3></body>"
        );
        let mut document = ContentDocument::of("a.xhtml", &xml);
        in_document(&mut document);
        let once = document.tree.to_xml();
        let heading =
            format!("<h1 class=\"a\">1 {marked}, {marked}</h1><h2><code>{long}<");
        assert!(once.contains(&heading), "{once}");
        assert!(
            once.contains(&format!("<p class=\"subtitle\">{marked}</p><p>{long}</p>"))
        );
        assert_eq!(once.matches(CLASS).count(), 3, "{once}");
        document.changed = false;
        in_document(&mut document);
        assert!(!document.changed, "it comes out the same the second time");
    }
}
