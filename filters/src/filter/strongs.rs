//! How the Markdown of a book has its bold words: pandoc reads `__init__` and `**init**` as the same.

use crate::ast::raw::{LeafKind, RawDocument};
use std::collections::{BTreeMap, HashSet};

/// For each bold word, whether it was typed as `**word**`, in the order of the book. Empty where there is
/// no Markdown, as for the filter alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strongs(BTreeMap<String, Vec<bool>>);

impl Strongs {
    /// Adds the next bold word of the book: whether asterisks stand around it.
    pub fn add(&mut self, word: &str, asterisks: bool) {
        self.0.entry(word.to_owned()).or_default().push(asterisks);
    }

    /// How often each word stands in strong emphasis by itself in a document.
    pub(super) fn words(document: &RawDocument<'_>) -> BTreeMap<String, usize> {
        let mut words = BTreeMap::new();
        for leaf in document.leaves().iter().filter(|leaf| leaf.kind == LeafKind::Strong)
        {
            *words.entry(document.text(leaf).into_owned()).or_default() += 1;
        }
        words
    }

    /// What this says of each of the chapters, which have so many of each word ([`Self::words`]): alone, each is
    /// judged by it as the whole book would be.
    pub(super) fn of_chapters<'a>(
        &self,
        chapters: impl Iterator<Item = &'a BTreeMap<String, usize>> + Clone,
    ) -> Vec<Self> {
        let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, count) in chapters.clone().flatten() {
            *totals.entry(word).or_default() += count;
        }
        let mut done: BTreeMap<&str, usize> = BTreeMap::new();
        let mut share = |word: &'a String, count: usize| {
            let kinds = self.0.get(word)?;
            let from = done.entry(word).or_default();
            let own = *from..*from + count;
            *from = own.end;
            Some(if totals.get(&**word) == Some(&kinds.len()) {
                kinds.get(own)?.to_vec()
            } else {
                vec![kinds.iter().all(|asterisks| *asterisks); count]
            })
        };
        chapters
            .map(|words| {
                let shares = words.iter().filter_map(|(word, count)| {
                    Some((word.clone(), share(word, *count)?))
                });
                Self(shares.collect())
            })
            .collect()
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

    #[test]
    fn chapters_are_judged_as_the_book_is() {
        let of = |kinds: &[bool], counts: &[usize]| -> Vec<Vec<bool>> {
            let mut strongs = Strongs::default();
            kinds.iter().for_each(|kind| strongs.add("init", *kind));
            let words = |count: &usize| BTreeMap::from([("init".to_owned(), *count)]);
            let chapters: Vec<_> = counts.iter().map(words).collect();
            let shares = strongs.of_chapters(chapters.iter());
            shares
                .into_iter()
                .map(|one| one.0.into_values().flatten().collect())
                .collect()
        };
        assert_eq!(of(&[true, false, true], &[1, 2]), [vec![true], vec![false, true]]);
        // Of these the source is not known.
        assert_eq!(of(&[true, false], &[1, 2]), [vec![false], vec![false; 2]]);
        assert_eq!(of(&[true], &[1, 2]), [vec![true], vec![true; 2]]);
        assert_eq!(of(&[], &[1]), [Vec::<bool>::new()]);
    }
}
