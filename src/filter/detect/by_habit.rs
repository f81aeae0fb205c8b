//! What the author's own marks add: which words are marked because the author marks them
//! elsewhere, and which are left because the author leaves them.
//!
//! A share of marks decides first. Where it does not, what stands around the word may: other marks
//! in the same enumeration, a noun that says what it is.

use super::{Around, Detector};
use crate::filter::learned::Habit;
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
        around: Around<'_>,
    ) -> Option<Range<usize>> {
        let rest = &text[word.range.end..];
        let listed = around.listed.of(word.range.start, rest);
        let whole = || Some(word.range.clone());
        if listed.left && listed.right {
            return whole();
        }
        let written = &text[word.range.clone()];
        if self.learned.habit(written) == Habit::Marks {
            return whole();
        }
        // All but a plural's `s` may be what the author marks or leaves.
        let told = may_hold(text).then(|| self.distinctive(text, word)).flatten();
        let name = told.as_ref().map_or(written, |range| &text[range.clone()]);
        let habit = self.learned.habit(name);
        let is_named = || noun(around.after(rest)).is_some();
        let found = match habit {
            Habit::Marks => told.is_some(),
            Habit::Wavers(share) => {
                told.is_some() && self.consistent && share >= DISTINCTIVE
                    || name.len() > 1
                        && (listed.marks > 0 && share >= LISTED
                            || listed.marks >= LONG.0 && share >= LONG.1
                            || share >= NAMED && is_named())
            }
            Habit::Unknown => {
                name.len() > 1
                    && (listed.marks >= LONG.0
                        || listed.marks > 0 && self.vocabulary.has(name))
                    || told.is_some() && self.is_forgotten(name, around)
            }
            Habit::Leaves => false,
        };
        let found = found || self.learned.marks_before(written, around.after(rest));
        found.then(|| told.unwrap_or(word.range.clone()))
    }

    /// Whether a name that is never marked was forgotten: the author marks its like, and something
    /// beside its shape speaks for it.
    fn is_forgotten(&self, name: &str, around: Around<'_>) -> bool {
        self.consistent
            && !around.quiet
            && (around.marked || name.contains('_') || self.vocabulary.has(name))
    }
}
