//! Bold words and what is typed around them, which pandoc does not tell.
//!
//! ```text
//! Call __init__() and **init**   init of underscores, init of asterisks: to pandoc both are Strong
//! ```

use super::Index;

/// The bold words of a text, in order: each with whether asterisks stand around it, and not `__`.
pub fn strong_words<'a>(
    text: &'a str,
    index: &'a Index,
) -> impl Iterator<Item = (&'a str, bool)> {
    index.prose.iter().filter_map(|range| {
        let word = text.get(range.clone())?;
        let around = |mark: &str| {
            text[..range.start].ends_with(mark) && text[range.end..].starts_with(mark)
        };
        let asterisks = around("**");
        (asterisks || around("__")).then_some((word, asterisks))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn asterisks_differ_from_underscores() {
        let text = "Call __init__() and **init**, *init* and `__init__`.\n";
        for dialect in [Dialect::Pandoc, Dialect::CommonMark { attributes: false }] {
            let index = Index::read(text, dialect);
            let found: Vec<_> = strong_words(text, &index).collect();
            assert_eq!(found, [("init", false), ("init", true)]);
        }
    }
}
