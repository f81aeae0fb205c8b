//! Fences that name a language which nobody knows, and which known one was probably meant.

use crate::finding::{Code, Finding, Severity};
use crate::listings::set::ListingSet;
use crate::markdown::BlockForm;
use concfilter::ast::build::Attr;
use concfilter::error::Place;
use concfilter::lang::{fence, languages};
use concfilter::spelling::distance;
use std::collections::BTreeSet;

/// What draws a picture from a fence, where a filter or a site has it drawn.
const DIAGRAMS: &[&str] = &[
    "asy",
    "asymptote",
    "blockdiag",
    "bpmn",
    "c4plantuml",
    "d2",
    "ditaa",
    "dot",
    "erd",
    "excalidraw",
    "graphviz",
    "kroki",
    "mermaid",
    "mindmap",
    "nomnoml",
    "nwdiag",
    "pikchr",
    "plantuml",
    "puml",
    "seqdiag",
    "structurizr",
    "svgbob",
    "tikz",
    "umlet",
    "vega",
    "vega-lite",
    "vegalite",
    "wavedrom",
];

/// The languages of a book's fences that nobody knows, each where it comes first. In a book that has
/// filters of its own a build alone can tell: what a filter draws or runs is gone behind it.
pub fn of_book(book: &ListingSet) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let listings = book.listings.iter().filter(|one| {
        one.block.form == BlockForm::Fenced
            && one.block.fault.is_none()
            && !one.block.info.starts_with('{')
    });
    let first = listings
        .filter(|one| one.block.attr.1.first().is_some_and(|class| seen.insert(class)));
    first.filter_map(|one| unknown(&one.block.attr, &book.fence(one))).collect()
}

/// The kind of diagram that a fence's word stands for, if it is one.
pub fn diagram(word: &str) -> Option<&'static str> {
    DIAGRAMS.iter().find(|diagram| word.eq_ignore_ascii_case(diagram)).copied()
}

/// Tells of a fence, by its attributes, whose word no language has for a name, and no diagram.
pub fn unknown(attr: &Attr, place: &Place) -> Option<Finding> {
    let mut classes = attr
        .1
        .iter()
        .filter(|class| *class != "listing" && *class != "hidden")
        .peekable();
    let word = classes.peek()?.as_str();
    if diagram(word).is_some() || classes.any(|class| languages::is_known(class)) {
        return None;
    }
    let message = format!("no language is called {word}");
    let mut finding = Finding::new(Code::ListingLanguage, place.clone(), message);
    if let Some(near) = nearest(word) {
        return Some(finding.hint(format!("Did you mean {near}?")));
    }
    // It may be one that only the author knows.
    finding.severity = Severity::Info;
    Some(finding.hint("The listing has no colours; text says that none are wanted"))
}

/// The known language that a name was probably meant to be.
fn nearest(name: &str) -> Option<&'static str> {
    let name = fence::word(name);
    let most = match name.chars().count() {
        // Of short words too many are one letter apart.
        0..=3 => return None,
        4..=5 => 1,
        _ => 2,
    };
    // So are short names of languages few know; `phpp` is meant as one that many do.
    let is_meant = |one: &&str| one.len() > 2;
    let known =
        languages::names().filter(is_meant).map(|one| (distance(&name, one), one));
    known.filter(|(distance, _)| *distance <= most).min().map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_where_it_comes_first() {
        let text = "```pyhton\nx\n```\n\n```mermaid\nx\n```\n\n```frob\nx\n```\n\n~~~ {.frob}\nx\n~~~\n\n\
                    ```pyhton\ny\n```\n\n    indented\n\n```\nplain\n```\n\n```rust,ignore\n```\n";
        let found = of_book(&ListingSet::of_text(text));
        let told: Vec<String> = found.iter().map(Finding::to_string).collect();
        let lines = told.iter().map(|one| one.lines().next().unwrap_or_default());
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                "a.md:1:1: warning[listing-language]: no language is called pyhton",
                "a.md:9:1: info[listing-language]: no language is called frob",
            ]
        );
    }

    #[test]
    fn slips_are_told_from_languages() {
        for known in [
            "python",
            "C++",
            "c#",
            "console",
            "text",
            "output",
            "jsonc",
            "vue",
            "rust,ignore",
            "rust,should_panic",
            "language-go",
            "js{1}",
            "{python}",
            "{.python .numberLines}",
            "Dockerfile",
            "asm",
            "lox",
            "none",
        ] {
            assert!(languages::is_known(known), "{known}");
        }
        for (slip, near) in [
            ("pyhton", Some("python")),
            ("javascrpit", Some("javascript")),
            ("jsno", Some("json")),
            ("bahs", Some("bash")),
            ("haskel", Some("haskell")),
            ("comonlisp", Some("commonlisp")),
            ("frobnicate", None),
            ("qq", None),
        ] {
            assert!(!languages::is_known(slip), "{slip}");
            assert_eq!(nearest(slip), near, "{slip}");
        }
    }
}
