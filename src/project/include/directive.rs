//! How mdBook's directives are written.
//!
//! ````text
//! {{#include a.rs}}              all of a file
//! {{#include a.rs:main}}         what stands between ANCHOR: main and ANCHOR_END: main
//! {{#include a.rs:2:10}}         its lines 2 to 10; `:2` is one line, `:2:` and `::10` are open
//! {{#rustdoc_include a.rs:main}} the same; a program of Rust's has the other lines, too
//! {{#playground a.rs editable}}  all of a file, as a listing
//! {{#title A title}}             the title of a web page
//! \{{#include a.rs}}             that text, without the backslash
//! ````

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A directive in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it asks for.
    pub kind: DirectiveKind,
}

/// What a directive asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DirectiveKind {
    /// Lines of a file; the others may come along as lines that only a program has.
    Include { path: String, selection: Selection, hides: bool },
    /// A listing of Rust: the file, and what stands behind the language.
    Playground { path: String, attributes: Vec<String> },
    /// Nothing that an ePub has.
    Title,
    /// To be read as text.
    Escaped,
}

/// Which lines of a file are meant, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// From one to before another.
    Lines(usize, Option<usize>),
    /// Those of an anchor.
    Anchor(String),
}

impl Selection {
    /// All lines.
    pub(super) const ALL: Self = Self::Lines(0, None);
}

/// mdBook's regular expression, within one line.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<escaped>\\)?\{\{[ \t]*#(?P<name>\w+)(?:[ \t]+(?P<rest>[^}\n]+))?\}\}",
    )
    .expect("the expression is constant")
});

/// The directives of a text, in its order; those with other names are none.
pub(super) fn directives(text: &str) -> Vec<Directive> {
    // Nearly every text has none, which a search for `{{` finds out faster than the expression.
    if !text.contains("{{") {
        return Vec::new();
    }
    let found = DIRECTIVE.captures_iter(text).filter_map(|found| {
        let rest = found.name("rest").map_or("", |rest| rest.as_str());
        let kind = kind(&found["name"], rest)?;
        let kind =
            if found.name("escaped").is_some() { DirectiveKind::Escaped } else { kind };
        Some(Directive { range: found.get(0)?.range(), kind })
    });
    found.collect()
}

fn kind(name: &str, rest: &str) -> Option<DirectiveKind> {
    let mut words = rest.split_whitespace().map(str::to_owned);
    Some(match name {
        "title" => DirectiveKind::Title,
        "include" | "rustdoc_include" => {
            let word = words.next()?;
            let (path, lines) = word.split_once(':').unwrap_or((&word, ""));
            let hides = name == "rustdoc_include";
            DirectiveKind::Include {
                path: path.to_owned(),
                selection: selection(lines),
                hides,
            }
        }
        "playground" | "playpen" => {
            DirectiveKind::Playground { path: words.next()?, attributes: words.collect() }
        }
        _ => return None,
    })
}

/// What stands behind a path.
fn selection(text: &str) -> Selection {
    let mut parts = text.splitn(3, ':');
    let first = parts.next().unwrap_or_default();
    let end = parts.next().map(|end| end.parse::<usize>().ok());
    match (first.parse::<usize>(), end) {
        (Ok(line), None) => {
            let start = line.saturating_sub(1);
            Selection::Lines(start, Some(start + 1))
        }
        (Ok(line), Some(end)) => Selection::Lines(line.saturating_sub(1), end),
        (Err(_), end) if first.is_empty() => Selection::Lines(0, end.flatten()),
        (Err(_), _) => Selection::Anchor(first.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_as_mdbook_reads_them() {
        let of = |text: &str| {
            let mut found = directives(text);
            assert_eq!(found.len(), 1, "{text}");
            found.remove(0).kind
        };
        let lines = |text: &str| match of(&format!("{{{{#include a.rs{text}}}}}")) {
            DirectiveKind::Include { path, selection, hides: false }
                if path == "a.rs" =>
            {
                selection
            }
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(lines(""), Selection::ALL);
        assert_eq!(lines(":"), Selection::ALL);
        assert_eq!(lines(":2"), Selection::Lines(1, Some(2)));
        assert_eq!(lines(":2:"), Selection::Lines(1, None));
        assert_eq!(lines("::10"), Selection::Lines(0, Some(10)));
        assert_eq!(lines(":2:10"), Selection::Lines(1, Some(10)));
        assert_eq!(lines(":main-part"), Selection::Anchor("main-part".to_owned()));
        let wanted = DirectiveKind::Playground {
            path: "b.rs".to_owned(),
            attributes: vec!["editable".to_owned(), "ignore".to_owned()],
        };
        assert_eq!(of("x {{ #playground b.rs editable ignore }} y"), wanted);
        assert!(matches!(
            of("{{#rustdoc_include a.rs:2}}"),
            DirectiveKind::Include { hides: true, .. }
        ));
        assert_eq!(of("{{#title A title}}"), DirectiveKind::Title);
        assert_eq!(of(r"\{{#include a.rs}}"), DirectiveKind::Escaped);
        for other in ["{{#if x}}", "{{include a}}", "{{#include}}", "{{#include a\n}}"] {
            assert_eq!(directives(other), [], "{other}");
        }
    }
}
