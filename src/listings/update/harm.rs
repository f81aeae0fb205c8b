//! Output that would not stay output where it is written: it would end its comment, or be read by
//! a compiler.

use super::super::outputs::{Expected, Shape};
use super::Refused;
use crate::finding::Code;
use concfilter::lang::languages;

/// Whether a comment may stand in one that a mark opens.
fn nests(language: &str, open: &str) -> bool {
    let comments = languages::of_fence(language).map(|one| &one.syntax.block_comments);
    let mut comments = comments.into_iter().flatten();
    comments.any(|comment| comment.nests && comment.open.plain() == open)
}

/// What would go wrong with lines of output, if anything.
pub(super) fn of(language: &str, expected: &Expected, text: &[String]) -> Option<String> {
    let control = |c: &char| {
        *c != '\t'
            && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
    };
    if let Some(c) = text.iter().flat_map(|line| line.chars()).find(control) {
        return Some(format!("it has the character U+{:04X}", u32::from(c)));
    }
    let has = |part: &str| text.iter().any(|line| line.contains(part));
    let says = |part: &str| Some(format!("it has `{part}`"));
    if let Some(enclosure) = &expected.enclosure {
        if has(enclosure.close) {
            return says(enclosure.close);
        }
        if has(enclosure.open) && nests(language, enclosure.open) {
            return says(enclosure.open);
        }
        let is_string =
            enclosure.open.contains(['"', '\'']) && !enclosure.open.starts_with('r');
        let escapes = ["\\x", "\\u", "\\U", "\\N"];
        if let Some(escape) = escapes.iter().find(|one| is_string && has(one)) {
            return says(escape);
        }
    }
    match language {
        // Java reads these before it knows what a comment is.
        "java" if has("\\u") => says("\\u"),
        "c" | "cpp" if expected.shape == Shape::Marks => {
            let joins = |line: &String| line.ends_with('\\') || line.ends_with("??/");
            text.iter().any(joins).then(|| "a line of it ends with `\\`".to_owned())
        }
        "php" if has("?>") => says("?>"),
        _ => None,
    }
}

/// Why such an output is not written.
pub(super) fn refused(line: usize, why: String) -> Refused {
    Refused {
        line,
        code: Code::ListingOutputRefused,
        message: format!("the output cannot stand here: {why}"),
        hint: "Let the listing print something else, or show its output in another way"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_in_comments_where_the_language_allows() {
        for (language, open, expected) in [
            ("rust", "/*", true),
            ("kotlin", "/*", true),
            ("haskell", "{-", true),
            ("ocaml", "(*", true),
            ("c", "/*", false),
            ("pascal", "(*", false),
            ("unheard-of", "/*", false),
        ] {
            assert_eq!(nests(language, open), expected, "{language}");
        }
    }
}
