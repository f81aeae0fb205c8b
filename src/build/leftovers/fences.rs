//! Code blocks that were meant as something else than code, or whose language nobody knows.

use crate::finding::{Code, Finding};
use crate::listings::check::language;
use concfilter::ast::build::Attr;
use concfilter::error::Place;
use concfilter::lang::languages;
use serde_json::Value;

/// What mdBook replaces in a listing.
const INCLUDES: &[&str] = &["include", "rustdoc_include", "playground", "playpen"];

/// Judges a code block. `is_word` says that its language stands behind the fence as a word, `place`
/// where the fence is, and `line` where a line of its code is, from 0.
pub(super) fn check(
    block: &Value,
    is_word: bool,
    place: &Place,
    line: impl Fn(usize) -> Place,
) -> Vec<Finding> {
    let attr = Attr::read(&block["c"][0]).unwrap_or_default();
    let code = block["c"][1].as_str().unwrap_or_default();
    let first = attr.1.first().map_or("", |class| class.as_str());
    let mut found: Vec<Finding> = not_included(first, code)
        .into_iter()
        .map(|(number, text)| {
            let message = format!("{text} stays in the listing: it is not read there");
            Finding::new(Code::MarkupLiteral, line(number), message)
                .hint("Files are included by {{#include path}}, alone in its line, from the book's folder")
        })
        .collect();
    let name = first.trim_matches(['{', '}']);
    if let Some(diagram) = language::diagram(name) {
        let message = format!("a {diagram} diagram is printed as its source");
        found.push(Finding::new(Code::DiagramSource, place.clone(), message).hint(
            "Name a filter that draws it before concfilter, or put a picture of it there; a \
             listing that is meant as one can be called text",
        ));
    } else if first.starts_with('{')
        && first.ends_with('}')
        && is_name(name)
        && languages::of_fence(name).is_none()
    {
        let message = format!("what {first} stands for is printed as its source");
        found.push(Finding::new(Code::MarkupLiteral, place.clone(), message).hint(
            "pandoc has no directives: write in Markdown what it stands for; a listing's language \
             stands without braces",
        ));
    } else if is_word {
        found.extend(language::unknown(&attr, place));
    }
    found
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_:".contains(c))
}

/// The lines of a listing that mdBook would replace, but for a listing that shows how.
fn not_included<'a>(language: &str, code: &'a str) -> Vec<(usize, &'a str)> {
    let reader =
        languages::of_fence(language).and_then(|one| one.reader.first().copied());
    if languages::is_text(language) || matches!(reader, Some("markdown" | "markup")) {
        return Vec::new();
    }
    let is_include = |(_, line): &(usize, &str)| {
        let inside = line.strip_prefix("{{#").and_then(|line| line.strip_suffix("}}"));
        inside.is_some_and(|inside| {
            INCLUDES.contains(&inside.split_whitespace().next().unwrap_or_default())
        })
    };
    let lines = code.lines().enumerate().map(|(number, line)| (number, line.trim()));
    lines.filter(is_include).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(class: &str, code: &str) -> Vec<String> {
        let block = serde_json::json!({"t": "CodeBlock", "c": [["", [class], []], code]});
        let place = Place::file("a.md");
        let found = check(&block, true, &place, |_| place.clone());
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn a_language_in_braces_is_one_and_a_directive_none() {
        for known in [
            "{python}",
            "rust,ignore",
            "rust,should_panic",
            "c++",
            "language-go",
            "stdout",
        ] {
            assert_eq!(found(known, "x"), [""; 0], "{known}");
        }
        assert_eq!(
            found("{note}", "x"),
            ["what {note} stands for is printed as its source"]
        );
        assert_eq!(found("pyhton", "x"), ["no language is called pyhton"]);
    }

    #[test]
    fn inclusions_are_shown_in_markup_and_text() {
        let code = "{{#include a.md}}";
        for shown in ["md", "gfm", "html", "hbs", "text", "stdout"] {
            assert_eq!(found(shown, code), [""; 0], "{shown}");
        }
        assert_eq!(found("python", code).len(), 1);
    }
}
