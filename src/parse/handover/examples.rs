//! Numbered examples: their numbers go on from chapter to chapter, and a label is known in all of them.
//!
//! ````text
//! (@good) An example.      "good"
//! (@) Another one.         ""
//! As @good shows.          uses "good"
//! ````

use super::hidden::HiddenBytes;
use regex::Regex;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// What stands before a marker in its line (quotes, other lists), and its label.
static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^((?:[ \t]*(?:>|[-+*:~][ \t]|\(?(?:\d+|[A-Za-z]|[ivxIVX]+|#)[.)][ \t]|\[\^[^\]]+\]:))*[ \t]*)(?:\(@((?:[_-]?[\p{L}\p{N}])*)\)|@((?:[_-]?[\p{L}\p{N}])*)[.)])(?:[ \t]|$)";
    Regex::new(pattern).expect("the pattern is right")
});

/// A label where it is referred to.
static USE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"@((?:[_-]?[\p{L}\p{N}])+)";
    Regex::new(pattern).expect("the pattern is right")
});

/// The beginning of a list's item.
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^[> \t]*(?:[-+*][ \t]|\(?@[\w-]*[.)]|\(?(?:\d+|[A-Za-z]|#)[.)][ \t])";
    Regex::new(pattern).expect("the pattern is right")
});

/// A line on which a list may follow without a blank one.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^[> \t]*(?:#|:{3,}|`{3,}|~{3,}|<|\[\^?[^\]]+\]:)";
    Regex::new(pattern).expect("the pattern is right")
});

/// The labels of the examples in a text, in their order; empty ones for those without.
pub(super) fn labels(text: &str, hidden: &HiddenBytes) -> Vec<String> {
    let mut labels = Vec::new();
    // In a paragraph no list begins; in a list each line may be its next item.
    let (mut is_fresh, mut in_list) = (true, false);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if line.trim_matches(['>', ' ', '\t']).is_empty() {
            (is_fresh, in_list) = (true, false);
            continue;
        }
        let may_begin = is_fresh || in_list || line.starts_with([':', '~']);
        let found = MARKER.captures(line).filter(|_| may_begin);
        let found = found.filter(|found| hidden.at(start + found[1].len()).is_none());
        if let Some(found) = found {
            let label = found.get(2).or(found.get(3)).map_or("", |label| label.as_str());
            labels.push(label.to_owned());
        }
        in_list |= is_fresh && ITEM.is_match(line);
        is_fresh = LINE.is_match(line);
    }
    labels
}

/// The labels that a text may refer to.
pub(super) fn uses(text: &str) -> BTreeSet<&str> {
    USE.captures_iter(text)
        .filter_map(|found| found.get(1))
        .map(|one| one.as_str())
        .collect()
}

/// Examples with these labels, as Markdown.
pub(super) fn written<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for label in labels {
        let _ = writeln!(out, "(@{label}) x");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use crate::project::Chapter;

    #[test]
    fn markers_are_told_from_references() {
        let text = "(@a) one\nmore\n(@) two\n\nAs\n(@a) shows\n\n@b. three\n\n- x\n  (@c-d) y\n\n> (@) z\n\n\
                    ```\n(@no) code\n```\n\n<!--\n(@no) comment\n-->\n\n# Heading\n(@e) x\n\nTerm\n:   (@f) x\n\n[^n]: (@) x\n\n(iv) (@) x\n";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let found = labels(text, &HiddenBytes::of(&chapter));
        assert_eq!(found, ["a", "", "b", "c-d", "", "e", "f", "", ""]);
        assert!(uses("see (@c-d), @a.").is_superset(&BTreeSet::from(["a", "c-d"])));
    }
}
