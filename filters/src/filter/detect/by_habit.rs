//! What the author's own marks add: which words are marked because the author marks them
//! elsewhere, and which are left because the author leaves them.
//!
//! A share of marks decides first. Where it does not, what stands around the word may: other marks
//! in the same enumeration, a noun that says what it is.

use super::{Detector, Neighbours};
use crate::filter::learned::MarkingHabit;
use crate::filter::nouns::noun;
use crate::filter::words::{Word, may_hold};
use std::ops::Range;

/// The share of its uses that are marked, in hundredths, from which a word that cannot be English is
/// marked by an author who marks such words.
const DISTINCTIVE: u32 = 20;

/// The same for any word beside a marked one in an enumeration.
const LISTED: u32 = 20;

/// How many marks an enumeration has that counts by itself, and the share that it wants then.
const LONG: (usize, u32) = (3, 5);

/// The same for any word before a noun that says what it is.
const NAMED: u32 = 30;

impl Detector<'_> {
    /// The part of a word that is marked by the author's own habits.
    pub(super) fn by_habit(
        &self,
        text: &str,
        word: &Word,
        neighbours: Neighbours<'_>,
    ) -> Option<Range<usize>> {
        let rest = &text[word.range.end..];
        let listed = neighbours.listed.of(word.range.start, rest);
        let whole = || Some(word.range.clone());
        if listed.left && listed.right {
            return whole();
        }
        let written = &text[word.range.clone()];
        // All but a plural's `s` may be what the author marks or leaves.
        let told = may_hold(text).then(|| self.distinctive(text, word)).flatten();
        if self.learned.habit(written) == MarkingHabit::Marks
            && (told.is_some()
                || self.learned.is_forgotten(written, self.omission)
                    && !is_capital_by_place(written, neighbours, rest))
        {
            return whole();
        }
        let name = told.as_ref().map_or(written, |range| &text[range.clone()]);
        let habit = self.learned.habit(name);
        let is_named = || noun(neighbours.after(rest)).is_some();
        let found = match habit {
            MarkingHabit::Marks => told.is_some(),
            MarkingHabit::Wavers(share) => {
                told.is_some()
                    && self.omission.is_consistent()
                    && !neighbours.quiet
                    && share >= DISTINCTIVE
                    || name.len() > 1
                        && (listed.marks > 0 && share >= LISTED
                            || listed.marks >= LONG.0 && share >= LONG.1
                            || share >= NAMED && is_named())
            }
            // `Finally, `x``: a comma before a mark alone tells nothing of a word never marked.
            MarkingHabit::Unknown => {
                name.len() > 1
                    && (listed.marks >= LONG.0
                        || listed.left && self.vocabulary.has(name))
                    || told.is_some() && self.is_forgotten(name, neighbours)
            }
            MarkingHabit::Leaves => false,
        };
        let found = found || self.learned.marks_before(written, neighbours.after(rest));
        found.then(|| told.unwrap_or(word.range.clone()))
    }

    /// Whether a name that is never marked was forgotten: the author marks its like, and something
    /// beside its shape speaks for it.
    fn is_forgotten(&self, name: &str, neighbours: Neighbours<'_>) -> bool {
        self.omission.is_consistent()
            && !neighbours.quiet
            && (neighbours.marked || name.contains('_') || self.vocabulary.has(name))
    }
}

/// Whether a word may have its capital from where it stands, and no noun says that it is a name:
/// `Render the page`, but `Render functions`.
fn is_capital_by_place(word: &str, neighbours: Neighbours<'_>, rest: &str) -> bool {
    const NOUNS: &[&str] = &["API", "APIs"];
    let next = neighbours.after(rest);
    word.starts_with(|c: char| c.is_uppercase())
        && neighbours.begins
        && noun(next).is_none()
        && !NOUNS.contains(&next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::enumeration::MarkedNeighbours;
    use crate::filter::learned::Learned;
    use crate::names::Vocabulary;
    use crate::settings::{Detect, Settings};

    const CONSISTENT: (&str, u32, u32) = ("sort_all", 9, 1);
    const CARELESS: (&str, u32, u32) = ("sort_all", 1, 9);

    /// What is found in a text of a book that marks these words so often, and leaves them bare so
    /// often.
    fn found(
        book: &[(&str, u32, u32)],
        text: &str,
        neighbours: Neighbours<'_>,
    ) -> Vec<String> {
        let mut settings = Settings::default().identifiers;
        settings.detect = Detect::Learned;
        let mut vocabulary = Vocabulary::default();
        vocabulary.add(Some("python"), "class ThreadPool:\n    def hold(self): pass\n");
        let mut learned = Learned::default();
        for &(word, marked, bare) in book {
            (0..marked).for_each(|_| learned.marked(word, ""));
            (0..bare).for_each(|_| learned.text(word, ""));
        }
        let detector = Detector::new(&vocabulary, &settings, &learned);
        let found = detector.find(text, neighbours);
        found.into_iter().map(|range| text[range].to_owned()).collect()
    }

    fn listed(left: bool, right: bool, marks: usize) -> Neighbours<'static> {
        let listed = MarkedNeighbours { left, right, marks };
        Neighbours { marked: true, listed, ..Neighbours::default() }
    }

    #[test]
    fn an_english_word_is_forgotten_as_seldom_as_other_marks() {
        let bare = Neighbours::default();
        // Of marks that cannot be English, one in twenty is forgotten.
        let careful = ("sort_all", 40, 2);
        assert_eq!(found(&[careful, ("stop", 40, 4)], "stop", bare), ["stop"]);
        assert_eq!(found(&[careful, ("stop", 40, 5)], "stop", bare), [""; 0]);
        // Who forgets none leaves bare what is bare; who forgets most tells nothing.
        assert_eq!(found(&[("sort_all", 40, 0), ("stop", 40, 1)], "stop", bare), [""; 0]);
        assert_eq!(found(&[("sort_all", 1, 9), ("stop", 40, 1)], "stop", bare), [""; 0]);
        let begins = Neighbours { begins: true, ..bare };
        assert_eq!(found(&[careful, ("Stop", 40, 4)], "Stop", bare), ["Stop"]);
        assert_eq!(found(&[careful, ("Stop", 40, 4)], "Stop", begins), [""; 0]);
        let method = Neighbours { next: "methods", ..begins };
        assert_eq!(found(&[careful, ("Stop", 40, 4)], "Stop", method), ["Stop"]);
    }

    #[test]
    fn what_stands_between_marks_was_forgotten() {
        for word in ["stop", "x", "well"] {
            let between = listed(true, true, 2);
            assert_eq!(found(&[(word, 0, 99)], &format!("{word},"), between), [word]);
            assert_eq!(found(&[(word, 0, 99)], word, listed(true, false, 1)), [""; 0]);
        }
        // A sentence ended before the mark on the right.
        assert_eq!(found(&[("stop", 0, 99)], "stop.", listed(true, true, 2)), [""; 0]);
    }

    #[test]
    fn a_mark_on_one_side_wants_more() {
        let left = listed(true, false, 1);
        assert_eq!(found(&[("stop", 1, 3)], "stop", left), ["stop"]);
        assert_eq!(found(&[("stop", 1, 3)], "stop", Neighbours::default()), [""; 0]);
        assert_eq!(found(&[("stop", 1, 9)], "stop", left), [""; 0]);
        assert_eq!(found(&[("x", 1, 3)], "x", left), [""; 0]);
        // Never marked: a name of the listings, or an enumeration of many marks.
        assert_eq!(found(&[("hold", 0, 2)], "hold", left), ["hold"]);
        assert_eq!(found(&[("hold", 0, 2)], "hold", listed(false, true, 1)), [""; 0]);
        assert_eq!(found(&[("stop", 0, 2)], "stop", listed(true, false, 2)), [""; 0]);
        assert_eq!(found(&[("stop", 0, 2)], "stop", listed(true, false, 3)), ["stop"]);
        assert_eq!(found(&[("stop", 0, 9)], "stop", listed(true, false, 3)), [""; 0]);
    }

    #[test]
    fn a_noun_says_what_a_word_is() {
        let before = |next| Neighbours { next, ..Neighbours::default() };
        assert_eq!(found(&[("stop", 2, 4)], "stop", before("method.")), ["stop"]);
        assert_eq!(found(&[("stop", 2, 4)], "stop", before("day")), [""; 0]);
        assert_eq!(found(&[("stop", 2, 4)], "stop,", before("method")), [""; 0]);
        assert_eq!(found(&[("stop", 2, 6)], "stop", before("method")), [""; 0]);
    }

    #[test]
    fn who_marks_such_words_marks_a_distinctive_one_that_is_marked_seldom() {
        let bare = Neighbours::default();
        let seldom = ("walk_all", 1, 4);
        assert_eq!(found(&[CONSISTENT, seldom], "walk_all", bare), ["walk_all"]);
        assert_eq!(found(&[CARELESS, seldom], "walk_all", bare), [""; 0]);
        let quiet = Neighbours { quiet: true, ..bare };
        assert_eq!(found(&[CONSISTENT, seldom], "walk_all", quiet), [""; 0]);
        assert_eq!(found(&[CONSISTENT, ("walk_all", 1, 5)], "walk_all", bare), [""; 0]);
        assert_eq!(found(&[CONSISTENT, ("stop", 1, 4)], "stop", bare), [""; 0]);
        let pool = ("ThreadPool", 2, 4);
        assert_eq!(found(&[CONSISTENT, pool], "ThreadPools", bare), ["ThreadPool"]);
    }

    #[test]
    fn a_name_never_marked_wants_more_than_its_shape() {
        let find = |word, neighbours| found(&[CONSISTENT], word, neighbours);
        let marked = Neighbours { marked: true, ..Neighbours::default() };
        let quiet = Neighbours { quiet: true, ..Neighbours::default() };
        assert_eq!(find("TaskManager", marked), ["TaskManager"]);
        assert_eq!(find("TaskManager", Neighbours::default()), [""; 0]);
        for word in ["walk_all", "ThreadPool"] {
            assert_eq!(find(word, Neighbours::default()), [word]);
            assert_eq!(find(word, quiet), [""; 0]);
            assert_eq!(found(&[CARELESS], word, marked), [""; 0]);
            assert_eq!(found(&[CONSISTENT, (word, 0, 4)], word, marked), [""; 0]);
        }
    }
}
