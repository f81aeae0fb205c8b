//! What an author's own marks teach: a word that is marked nearly always is marked by mistake
//! nowhere else, and one that is hardly ever marked is left alone.

use super::words::{may_hold, words};
use crate::names::known::is_any_name;
use std::collections::HashMap;

/// How often each word stands in inline code, and how often bare.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    words: HashMap<String, Counts>,
    /// The same for words before a noun that says what they are.
    pairs: HashMap<(String, &'static str), Counts>,
}

/// Nouns behind a name that say what it is: `the next method`, `a with block`. What an author
/// marks before one of them is not the word's other meaning.
const NOUNS: &[&str] = &[
    "argument",
    "arguments",
    "attribute",
    "attributes",
    "block",
    "blocks",
    "class",
    "classes",
    "command",
    "constructor",
    "decorator",
    "enum",
    "event",
    "exception",
    "exceptions",
    "expression",
    "expressions",
    "field",
    "fields",
    "function",
    "functions",
    "instance",
    "instances",
    "interface",
    "interfaces",
    "keyword",
    "keywords",
    "loop",
    "loops",
    "macro",
    "macros",
    "method",
    "methods",
    "module",
    "modules",
    "object",
    "objects",
    "operator",
    "operators",
    "option",
    "options",
    "package",
    "packages",
    "parameter",
    "parameters",
    "properties",
    "property",
    "statement",
    "statements",
    "struct",
    "structs",
    "trait",
    "traits",
    "type",
    "types",
    "value",
    "values",
    "variable",
    "variables",
    "variant",
    "variants",
];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    marked: u32,
    bare: u32,
}

/// The share of a word's uses that have to be marked for the others to be marked, too, in
/// hundredths: half of them, less what is forgotten.
const SHARE: u32 = 45;

/// The same for a word that is marked often, and for one that is marked hardly ever, which tells
/// less.
const OFTEN: (u32, u32) = (6, 42);
const HARDLY: (u32, u32) = (2, 50);

/// The share above which a word that cannot be English is marked everywhere, whatever the
/// author does with the others, if it is marked that rarely.
const INCLINED: (u32, u32) = (2, 33);

/// How many of a word's uses before one noun have to be marked for the others to be marked, and
/// which share of them.
const PAIR: (u32, u32) = (3, 50);

/// The same for a single letter, which stands for many things.
const LETTER_SHARE: u32 = 60;

/// The share of marks above which a word that cannot be English is marked everywhere, where the
/// author marks most such words.
const DISTINCTIVE_SHARE: u32 = 27;

/// How often a word may stand bare without a mark anywhere and still be one that was forgotten.
const FORGOTTEN: u32 = 2;

/// What an author does with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Marks it in most places.
    Marks,
    /// Marks it in too few places to tell, for a word of English.
    Inclines,
    /// Marks it here and there.
    Wavers,
    /// Leaves it bare in nearly all places.
    Leaves,
    /// Never marks it, but hardly uses it either.
    Unknown,
}

impl Learned {
    /// Counts a piece of inline code that is an identifier.
    ///
    /// `next` is the text that follows behind a space.
    pub fn marked(&mut self, code: &str, next: &str) {
        self.counts(code).marked += 1;
        if let Some(noun) = noun(first_word(next)) {
            self.pairs.entry((code.to_owned(), noun)).or_default().marked += 1;
        }
    }

    /// Counts the words of a `Str`, behind which `next` follows.
    pub fn text(&mut self, text: &str, next: &str) {
        for word in words(text) {
            if word.touched {
                continue;
            }
            self.counts(&text[word.range.clone()]).bare += 1;
            if word.range.end == text.len()
                && let Some(noun) = noun(first_word(next))
            {
                let pair = (text[word.range].to_owned(), noun);
                self.pairs.entry(pair).or_default().bare += 1;
            }
        }
    }

    fn counts(&mut self, word: &str) -> &mut Counts {
        if !self.words.contains_key(word) {
            self.words.insert(word.to_owned(), Counts::default());
        }
        self.words.entry(word.to_owned()).or_default()
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
                self.counts(word).bare += 1;
            }
        }
    }

    /// Whether the author marks a word nowhere.
    pub fn is_never_marked(&self, word: &str) -> bool {
        self.words.get(word).is_none_or(|counts| counts.marked == 0)
    }

    /// What the author does with a word.
    pub fn habit(&self, word: &str) -> Habit {
        let counts = self.words.get(word).copied().unwrap_or_default();
        if counts.marked == 0 {
            let forgotten = counts.bare <= FORGOTTEN;
            return if forgotten { Habit::Unknown } else { Habit::Leaves };
        }
        let share = counts.share();
        let enough = match counts.marked {
            _ if word.len() == 1 => LETTER_SHARE,
            marked if marked >= OFTEN.0 => OFTEN.1,
            marked if marked <= HARDLY.0 => HARDLY.1,
            _ => SHARE,
        };
        match share {
            _ if share >= enough => Habit::Marks,
            _ if counts.marked > INCLINED.0 => Habit::Leaves,
            _ if share >= INCLINED.1 => Habit::Inclines,
            _ if share >= DISTINCTIVE_SHARE => Habit::Wavers,
            _ => Habit::Leaves,
        }
    }

    /// Whether most of the words that `wanted` takes are marked where they stand.
    pub fn is_consistent(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let taken = self.words.iter().filter(|(word, _)| wanted(word));
        let (marked, bare) = taken.fold((0, 0), |(marked, bare), (_, counts)| {
            (marked + counts.marked, bare + counts.bare)
        });
        marked * 100 >= SHARE * (marked + bare)
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

impl Counts {
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

fn noun(word: &str) -> Option<&'static str> {
    NOUNS.binary_search(&word).ok().and_then(|at| NOUNS.get(at)).copied()
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
        assert_eq!(habit("hold", 5, 5), Habit::Marks);
        assert_eq!(habit("hold", 1, 9), Habit::Leaves);
        // Marked often, a smaller share is enough; marked once, a larger one is wanted.
        assert_eq!(
            (habit("hold", 9, 12), habit("hold", 3, 4)),
            (Habit::Marks, Habit::Leaves)
        );
        assert_eq!(habit("hold", 1, 1), Habit::Marks);
        assert_eq!((habit("x", 5, 5), habit("x", 6, 4)), (Habit::Leaves, Habit::Marks));
        assert_eq!(
            (habit("q_r", 1, 2), habit("q_r", 2, 5)),
            (Habit::Inclines, Habit::Wavers)
        );
        assert_eq!(
            (habit("q_r", 0, 2), habit("q_r", 0, 3)),
            (Habit::Unknown, Habit::Leaves)
        );
    }

    #[test]
    fn a_noun_behind_a_word_tells_what_is_meant() {
        let mut book = learned("next", 3, 2, "method.");
        book.merge(learned("next", 0, 30, "day"));
        assert_eq!(book.habit("next"), Habit::Leaves);
        assert!(book.marks_before("next", "method"));
        assert!(!book.marks_before("next", "day") && !book.marks_before("next", ""));
        assert!(!learned("next", 2, 0, "method").marks_before("next", "method"));
        assert!(!learned("next", 3, 4, "method").marks_before("next", "method"));
        // `day` is no such noun, however often.
        assert!(!learned("next", 9, 0, "day").marks_before("next", "day"));
    }

    #[test]
    fn nouns_are_sorted_to_be_searched() {
        assert!(NOUNS.is_sorted());
        assert_eq!(noun("blocks"), Some("blocks"));
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
