//! What an author's own marks teach: a word that is marked nearly always is marked by mistake
//! nowhere else, and one that is hardly ever marked is left alone.

use super::words::words;
use std::collections::HashMap;

/// How often each word stands in inline code, and how often bare.
#[derive(Debug, Clone, Default)]
pub struct Learned(HashMap<String, Counts>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    marked: u32,
    bare: u32,
}

/// The share of a word's uses that have to be marked for the others to be marked, too: hundredths.
const SHARE: u32 = 50;

/// What an author does with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Marks it in most places.
    Marks,
    /// Leaves it bare in most places, though not in all.
    Leaves,
    /// Never marks it.
    Unknown,
}

impl Learned {
    /// Counts a piece of inline code that is an identifier.
    pub fn marked(&mut self, code: &str) {
        self.counts(code).marked += 1;
    }

    /// Counts the words of a `Str`.
    pub fn text(&mut self, text: &str) {
        for word in words(text) {
            if !word.touched {
                self.counts(&text[word.range]).bare += 1;
            }
        }
    }

    fn counts(&mut self, word: &str) -> &mut Counts {
        if !self.0.contains_key(word) {
            self.0.insert(word.to_owned(), Counts::default());
        }
        self.0.entry(word.to_owned()).or_default()
    }

    /// What the author does with a word.
    pub fn habit(&self, word: &str) -> Habit {
        let Some(counts) = self.0.get(word) else { return Habit::Unknown };
        if counts.marked == 0 {
            return Habit::Unknown;
        }
        let all = counts.marked + counts.bare;
        if counts.marked * 100 >= SHARE * all { Habit::Marks } else { Habit::Leaves }
    }

    /// Adds what another chapter teaches.
    pub fn merge(&mut self, other: Self) {
        for (word, counts) in other.0 {
            let own = self.0.entry(word).or_default();
            own.marked += counts.marked;
            own.bare += counts.bare;
        }
    }
}
