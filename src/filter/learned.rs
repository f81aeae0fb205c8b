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

/// The share of a word's uses that have to be marked for the others to be marked, too, in
/// hundredths: half of them, less what is forgotten.
const SHARE: u32 = 45;

/// The same for a single letter, which stands for many things.
const LETTER_SHARE: u32 = 60;

/// The share of marks above which a word that cannot be English is marked everywhere, where the
/// author marks most such words.
const DISTINCTIVE_SHARE: u32 = 15;

/// How often a word may stand bare without a mark anywhere and still be one that was forgotten.
const FORGOTTEN: u32 = 2;

/// What an author does with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Marks it in most places.
    Marks,
    /// Marks it here and there.
    Wavers,
    /// Leaves it bare in nearly all places.
    Leaves,
    /// Never marks it, but hardly uses it either.
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

    /// Whether the author marks a word nowhere.
    pub fn is_never_marked(&self, word: &str) -> bool {
        self.0.get(word).is_none_or(|counts| counts.marked == 0)
    }

    /// What the author does with a word.
    pub fn habit(&self, word: &str) -> Habit {
        let counts = self.0.get(word).copied().unwrap_or_default();
        if counts.marked == 0 {
            let forgotten = counts.bare <= FORGOTTEN;
            return if forgotten { Habit::Unknown } else { Habit::Leaves };
        }
        let share = counts.marked * 100 / (counts.marked + counts.bare);
        let enough = if word.len() == 1 { LETTER_SHARE } else { SHARE };
        match share {
            _ if share >= enough => Habit::Marks,
            _ if share >= DISTINCTIVE_SHARE => Habit::Wavers,
            _ => Habit::Leaves,
        }
    }

    /// Whether most of the words that `wanted` takes are marked where they stand.
    pub fn is_consistent(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let taken = self.0.iter().filter(|(word, _)| wanted(word));
        let (marked, bare) = taken.fold((0, 0), |(marked, bare), (_, counts)| {
            (marked + counts.marked, bare + counts.bare)
        });
        marked * 100 >= SHARE * (marked + bare)
    }

    /// Adds what another chapter teaches.
    pub fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(word, counts)| {
            let own = self.0.entry(word).or_default();
            own.marked += counts.marked;
            own.bare += counts.bare;
        });
    }
}
