//! How the Markdown of a book has its bold words: pandoc reads `__init__` and `**init**` as the same.

use crate::ast::raw::{LeafKind, RawDocument};
use std::collections::{BTreeMap, HashSet};

/// For each bold word, whether it was typed as `**word**`, in the order of the book. Empty where there is
/// no Markdown, as for the filter alone.
#[derive(Debug, Clone, Default)]
pub struct Strongs(BTreeMap<String, Vec<bool>>);

impl Strongs {
    /// Adds the next bold word of the book: whether asterisks stand around it.
    pub fn add(&mut self, word: &str, asterisks: bool) {
        self.0.entry(word.to_owned()).or_default().push(asterisks);
    }

    /// The leaves of a document that are words typed between asterisks. Where it has another number of them
    /// than the Markdown has, only those count that the Markdown never has otherwise.
    pub(super) fn typed(&self, document: &RawDocument<'_>) -> HashSet<usize> {
        let mut typed = HashSet::new();
        if self.0.is_empty() {
            return typed;
        }
        let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let leaves = document.leaves().iter().enumerate();
        for (index, leaf) in leaves.filter(|(_, leaf)| leaf.kind == LeafKind::Strong) {
            if let Some((word, _)) = self.0.get_key_value(&*document.text(leaf)) {
                found.entry(word).or_default().push(index);
            }
        }
        for (word, kinds) in &self.0 {
            let places = found.remove(&**word).unwrap_or_default();
            let all = kinds.iter().all(|asterisks| *asterisks);
            if places.len() == kinds.len() {
                let own = places.iter().zip(kinds).filter(|(_, asterisks)| **asterisks);
                typed.extend(own.map(|(index, _)| *index));
            } else if all {
                typed.extend(places);
            }
        }
        typed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bold_word_is_what_it_was_typed_as() {
        let strong = r#"{"t":"Strong","c":[{"t":"Str","c":"init"}]}"#;
        let json = format!(
            r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Para","c":[{strong},{strong}]}}]}}"#
        );
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        let typed = |kinds: &[bool]| {
            let mut strongs = Strongs::default();
            kinds.iter().for_each(|kind| strongs.add("init", *kind));
            let mut typed: Vec<_> = strongs.typed(&document).into_iter().collect();
            typed.sort_unstable();
            typed
        };
        // The text stands before the emphasis around it.
        assert_eq!(typed(&[false, true]), [3]);
        assert_eq!(typed(&[true, false]), [1]);
        assert_eq!(typed(&[true]), [1, 3], "of one the source is not known");
        assert_eq!((typed(&[true, false, false]), typed(&[])), (vec![], vec![]));
    }
}
