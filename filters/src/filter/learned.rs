//! What an author's own marks teach: a word that is marked nearly always is marked by mistake
//! nowhere else, and one that is hardly ever marked is left alone.

use super::nouns::noun;
use super::words::{WordJoint, may_hold, words};
use crate::names::known::is_any_name;
use foldhash::HashMap;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often each word stands in inline code, and how often bare.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    words: HashMap<String, MarkCounts>,
    /// The same for words before a noun that says what they are.
    pairs: HashMap<(String, &'static str), MarkCounts>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct MarkCounts {
    marked: u32,
    bare: u32,
}

const MARKED: MarkCounts = MarkCounts { marked: 1, bare: 0 };
const BARE: MarkCounts = MarkCounts { marked: 0, bare: 1 };

/// The share of a word's uses that have to be marked for the others to be marked, too, in
/// hundredths, by how often it is marked at most: half of them, less what is forgotten. Few marks
/// tell less, so that more of them are wanted.
const SHARES: &[(u32, u32)] = &[(1, 50), (3, 44), (u32::MAX, 40)];

/// The same for a single letter, which stands for many things.
const LETTER_SHARE: u32 = 50;

/// The same for a word with a capital in it that is marked more than once: most uses of an English
/// word have none.
const CAPITAL: (u32, u32) = (2, 35);

/// How many of a word's uses before one noun have to be marked for the others to be marked, and
/// which share of them.
const PAIR: (u32, u32) = (3, 50);

/// The share of marks above which an author marks the words that cannot be English.
const CONSISTENT: u32 = 45;

/// How many marks authors forget for each that they set, at most: of finished books 1 to 8 %.
const CARELESS: f64 = 0.1;

/// How often an author marks the words that cannot be English, and how often not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Omission {
    marked: u32,
    bare: u32,
}

impl Omission {
    /// Whether most of them are marked.
    pub fn is_consistent(self) -> bool {
        self.marked * 100 >= CONSISTENT * (self.marked + self.bare)
    }

    /// How many marks of a word are likely to be forgotten that has so many.
    fn forgotten(self, marked: u32) -> f64 {
        if self.marked == 0 || !self.is_consistent() {
            return 0.0;
        }
        let rate = f64::from(self.bare) / f64::from(self.marked);
        f64::from(marked) * rate.min(CARELESS)
    }
}

/// How often a word may stand bare without a mark anywhere and still be one that was forgotten.
const FORGOTTEN: u32 = 3;

/// What an author does with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkingHabit {
    /// Marks it in most places.
    Marks,
    /// Marks it in fewer: in so many of a hundred.
    Wavers(u32),
    /// Leaves it bare everywhere.
    Leaves,
    /// Never marks it, but hardly uses it either.
    Unknown,
}

impl Learned {
    /// Counts a piece of inline code that is an identifier.
    ///
    /// `next` is the text that follows behind a space.
    pub fn marked(&mut self, code: &str, next: &str) {
        self.count(code, MARKED);
        if let Some(noun) = noun(first_word(next)) {
            self.pairs.entry((code.to_owned(), noun)).or_default().marked += 1;
        }
    }

    /// Counts the words of a `Str`, behind which `next` follows. What another word touches counts as
    /// well, as `pop` does in `push/pop`, and so does what a dotted name begins with: an author who
    /// thought of the name each time would have marked it there.
    pub fn text(&mut self, text: &str, next: &str) {
        for word in words(text) {
            let written = &text[word.range.clone()];
            if word.touched && text[word.range.end..].starts_with('(') {
                continue;
            }
            self.count(written, BARE);
            if word.joined != WordJoint::No && word.mark.is_none() {
                let ends = written.match_indices(['.', ':']).map(|(end, _)| end);
                for end in ends.filter(|&end| !written[..end].ends_with(':')) {
                    self.count(&written[..end], BARE);
                }
            }
            if word.range.end == text.len()
                && !word.touched
                && let Some(noun) = noun(first_word(next))
            {
                let pair = (written.to_owned(), noun);
                self.pairs.entry(pair).or_default().bare += 1;
            }
        }
    }

    fn count(&mut self, word: &str, use_of_it: MarkCounts) {
        // Most words come again: a lookup by reference spares their copy.
        if let Some(counts) = self.words.get_mut(word) {
            return counts.add(use_of_it);
        }
        self.words.insert(word.to_owned(), use_of_it);
    }

    /// Whether the author marks a word before the word that follows, if that is a noun which says
    /// what a name is.
    pub fn marks_before(&self, word: &str, next: &str) -> bool {
        noun(next)
            .and_then(|noun| self.pairs.get(&(word.to_owned(), noun)))
            .is_some_and(|counts| counts.marked >= PAIR.0 && counts.share() >= PAIR.1)
    }

    /// How often a word is used, marked or not, as far as it was counted.
    pub fn uses(&self, word: &str) -> u32 {
        self.words.get(word).map_or(0, |counts| counts.marked + counts.bare)
    }

    /// Counts the words of a `Str` that a language has as names and that cannot be English, for
    /// [`Self::uses`]; the fewest texts hold one.
    pub fn names(&mut self, text: &str) {
        if !may_hold(text) {
            return;
        }
        for word in words(text) {
            let word = word.bare(text);
            if is_any_name(word) {
                self.count(word, BARE);
            }
        }
    }

    /// Whether the author marks a word nowhere.
    pub fn is_never_marked(&self, word: &str) -> bool {
        self.words.get(word).is_none_or(|counts| counts.marked == 0)
    }

    /// What the author does with a word.
    pub fn habit(&self, word: &str) -> MarkingHabit {
        let counts = self.words.get(word).copied().unwrap_or_default();
        if counts.marked == 0 {
            let forgotten = counts.bare <= FORGOTTEN;
            return if forgotten { MarkingHabit::Unknown } else { MarkingHabit::Leaves };
        }
        let by_marks = SHARES.iter().find(|(marked, _)| counts.marked <= *marked);
        let enough = match by_marks {
            _ if word.len() == 1 => LETTER_SHARE,
            _ if counts.marked >= CAPITAL.0
                && word.contains(|c: char| c.is_ascii_uppercase()) =>
            {
                CAPITAL.1
            }
            Some((_, share)) => *share,
            None => CONSISTENT,
        };
        let share = counts.share();
        if share >= enough { MarkingHabit::Marks } else { MarkingHabit::Wavers(share) }
    }

    /// How often the author marks the words that `wanted` takes, and how often not.
    pub fn omission(&self, wanted: impl Fn(&str) -> bool) -> Omission {
        let taken = self.words.iter().filter(|(word, _)| wanted(word));
        taken.fold(Omission::default(), |sum, (_, counts)| Omission {
            marked: sum.marked + counts.marked,
            bare: sum.bare + counts.bare,
        })
    }

    /// Whether a word that may be English is forgotten where it is bare, and not meant so. Of an author who
    /// forgets one mark in twenty, a word marked forty times is forgotten twice; what is bare more than
    /// twice as often is the English word.
    pub fn is_forgotten(&self, word: &str, omission: Omission) -> bool {
        let counts = self.words.get(word).copied().unwrap_or_default();
        omission.forgotten(counts.marked) * 2.0 >= f64::from(counts.bare)
    }

    /// The same as JSON, in one order.
    pub fn to_json(&self) -> Value {
        let counts = |counts: &MarkCounts| json!([counts.marked, counts.bare]);
        let words: BTreeMap<&String, Value> =
            self.words.iter().map(|(word, own)| (word, counts(own))).collect();
        let pairs: BTreeMap<&(String, &str), Value> =
            self.pairs.iter().map(|(pair, own)| (pair, counts(own))).collect();
        let pairs: Vec<Value> =
            pairs.iter().map(|((word, noun), own)| json!([word, noun, own])).collect();
        json!({"words": words, "pairs": pairs})
    }

    /// What [`Self::to_json`] wrote; nothing where it is something else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let counts = |value: &Value| {
            let number = |at: usize| u32::try_from(value[at].as_u64()?).ok();
            Some(MarkCounts { marked: number(0)?, bare: number(1)? })
        };
        let words = value["words"].as_object()?.iter();
        let words = words.map(|(word, own)| Some((word.clone(), counts(own)?)));
        let pairs = value["pairs"].as_array()?.iter().map(|pair| {
            let word = pair[0].as_str()?.to_owned();
            Some(((word, noun(pair[1].as_str()?)?), counts(&pair[2])?))
        });
        Some(Self {
            words: words.collect::<Option<_>>()?,
            pairs: pairs.collect::<Option<_>>()?,
        })
    }

    /// Adds what another chapter teaches.
    pub fn merge(&mut self, other: Self) {
        other.words.into_iter().for_each(|(word, counts)| {
            self.words.entry(word).or_default().add(counts);
        });
        other.pairs.into_iter().for_each(|(pair, counts)| {
            self.pairs.entry(pair).or_default().add(counts);
        });
    }
}

impl MarkCounts {
    /// How many of its uses are marked, in hundredths.
    fn share(self) -> u32 {
        self.marked * 100 / (self.marked + self.bare).max(1)
    }

    fn add(&mut self, other: Self) {
        self.marked += other.marked;
        self.bare += other.bare;
    }
}

/// The word that a text begins with, without what stands behind it.
pub(super) fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is learned where a word is marked and bare so many times, always before `next`.
    fn learned(word: &str, marked: u32, bare: u32, next: &str) -> Learned {
        let mut learned = Learned::default();
        (0..marked).for_each(|_| learned.marked(word, next));
        (0..bare).for_each(|_| learned.text(word, next));
        learned
    }

    #[test]
    fn a_habit_is_a_share_of_the_uses() {
        let habit =
            |word: &str, marked, bare| learned(word, marked, bare, "").habit(word);
        assert_eq!(habit("hold", 4, 6), MarkingHabit::Marks);
        assert_eq!(habit("hold", 1, 9), MarkingHabit::Wavers(10));
        // Marked often, a smaller share is enough; marked once, a larger one is wanted.
        assert_eq!(
            (habit("hold", 2, 3), habit("hold", 1, 1)),
            (MarkingHabit::Wavers(40), MarkingHabit::Marks)
        );
        assert_eq!(
            (habit("x", 4, 5), habit("x", 5, 5)),
            (MarkingHabit::Wavers(44), MarkingHabit::Marks)
        );
        assert_eq!(
            (habit("Hold", 3, 5), habit("Hold", 1, 2)),
            (MarkingHabit::Marks, MarkingHabit::Wavers(33))
        );
        assert_eq!(
            (habit("q_r", 0, 3), habit("q_r", 0, 4)),
            (MarkingHabit::Unknown, MarkingHabit::Leaves)
        );
    }

    #[test]
    fn a_use_inside_another_word_is_a_use() {
        let mut book = Learned::default();
        for text in
            ["push/pop,", "pop.all", "pop", "pop(x)", "pop_all", "x.pop", "pop::all"]
        {
            book.text(text, "");
        }
        assert_eq!(book.uses("pop"), 4);
        assert_eq!((book.uses("pop.all"), book.uses("pop::all")), (1, 1));
    }

    #[test]
    fn a_noun_behind_a_word_tells_what_is_meant() {
        let mut book = learned("next", 3, 2, "method.");
        book.merge(learned("next", 0, 30, "day"));
        assert_eq!(book.habit("next"), MarkingHabit::Wavers(8));
        assert!(book.marks_before("next", "method"));
        assert!(!book.marks_before("next", "day") && !book.marks_before("next", ""));
        assert!(!learned("next", 2, 0, "method").marks_before("next", "method"));
        assert!(!learned("next", 3, 4, "method").marks_before("next", "method"));
        // `day` is no such noun, however often.
        assert!(!learned("next", 9, 0, "day").marks_before("next", "day"));
    }

    #[test]
    fn what_is_learned_comes_back_from_json() {
        let mut book = learned("next", 3, 2, "method.");
        book.merge(learned("x", 1, 0, "day"));
        let json = book.to_json();
        let read = Learned::from_json(&json).unwrap();
        assert_eq!(read.to_json().to_string(), json.to_string());
        assert!(read.marks_before("next", "method"));
        assert_eq!(read.uses("next"), 5);
        assert!(Learned::from_json(&json!({"words": {"a": 1}, "pairs": []})).is_none());
    }

    #[test]
    fn names_of_languages_are_counted_and_nothing_else() {
        let mut learned = Learned::default();
        for text in ["BTreeMap,", "BTreeMap", "SomethingElse", "while", "a_name"] {
            learned.names(text);
        }
        assert_eq!(learned.uses("BTreeMap"), 2);
        assert_eq!((learned.uses("SomethingElse"), learned.uses("a_name")), (0, 0));
    }
}
