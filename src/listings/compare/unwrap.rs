//! Whether lines of the book are lines that were printed, of which the long ones are wrapped.
//!
//! A line that was printed and fits the book stands there as one line. One that does not may stand
//! there in several, which were cut at one width throughout: between words where the next word
//! did not fit any more, or anywhere at exactly that width. That width is the book's or, as books
//! change, another that no line of the listing exceeds. So two outputs are taken for the same only
//! where one of them, wrapped, looks like the other.

use super::normalize::apply;
use super::{Comparison, OutputLine};
use crate::listings::wrap::{is_blank, width_from, wrap};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// No book is narrower than this; it rules out chance.
const NARROWEST: usize = 32;

/// Nobody wraps lines wider than this.
const WIDEST: usize = 132;

/// The lines of the book, made ready to be compared.
pub(super) struct Matcher<'a> {
    old: &'a [OutputLine<'a>],
    /// The same lines, normalized.
    normalized: Vec<Cow<'a, str>>,
    /// Which of them stand for any others.
    wild: Vec<bool>,
    rule: Comparison,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(
        old: &'a [OutputLine<'a>],
        rule: Comparison,
        is_wild: impl Fn(&str) -> bool,
    ) -> Self {
        let normalized = old.iter().map(|line| apply(rule.norm, line.text)).collect();
        let wild = old.iter().map(|line| is_wild(line.text)).collect();
        Self { old, normalized, wild, rule }
    }

    /// Whether the lines are those that were printed.
    pub(super) fn matches(&self, new: &[String]) -> bool {
        let column = self.old.iter().map(|line| line.column).max().unwrap_or_default();
        let fits = |line: &String| column + width_from(column, line) <= self.rule.width;
        let normalized: Vec<Cow<str>> =
            new.iter().map(|line| apply(self.rule.norm, line)).collect();
        let equal = |width: Option<usize>| {
            if self.rule.norm.sort {
                self.in_any_order(new, width)
            } else {
                self.in_order(new, &normalized, width)
            }
        };
        let others = self.rule.widest.max(NARROWEST)..=WIDEST;
        let mut widths = std::iter::once(self.rule.width).chain(others);
        equal(None) || !new.iter().all(fits) && widths.any(|width| equal(Some(width)))
    }

    /// Whether the lines are the same in any order.
    fn in_any_order(&self, new: &[String], width: Option<usize>) -> bool {
        let column = self.old.first().map_or(0, |line| line.column);
        let wrapped = new.iter().flat_map(|line| match width {
            Some(width) => wrap(line, column, width),
            None => vec![&**line],
        });
        let mut new: Vec<Cow<str>> =
            wrapped.map(|line| apply(self.rule.norm, line)).collect();
        let mut old: Vec<&Cow<str>> = self.normalized.iter().collect();
        old.sort_unstable();
        new.sort_unstable();
        old.into_iter().eq(&new)
    }

    /// Whether the lines are the same in their order, the long ones wrapped at a width.
    fn in_order(
        &self,
        new: &[String],
        normalized: &[Cow<str>],
        width: Option<usize>,
    ) -> bool {
        // How many lines of the book may be used up so far.
        let mut at: BTreeSet<usize> = [0].into();
        self.pass_wild(&mut at);
        for (line, normalized) in new.iter().zip(normalized) {
            let mut next = BTreeSet::new();
            for &from in &at {
                if self.wild.get(from) == Some(&true) {
                    next.insert(from);
                }
                if self.normalized.get(from) == Some(normalized) {
                    next.insert(from + 1);
                }
                if let Some(width) = width {
                    next.extend(self.wrapped(from, line, normalized, width));
                }
            }
            self.pass_wild(&mut next);
            if next.is_empty() {
                return false;
            }
            at = next;
        }
        at.contains(&self.old.len())
    }

    /// A line that stands for others may stand for none.
    fn pass_wild(&self, at: &mut BTreeSet<usize>) {
        let mut open: Vec<usize> = at.iter().copied().collect();
        while let Some(from) = open.pop() {
            if self.wild.get(from) == Some(&true) && at.insert(from + 1) {
                open.push(from + 1);
            }
        }
    }

    /// Where a line may end that is wrapped from one line of the book on.
    fn wrapped(
        &self,
        from: usize,
        line: &str,
        normalized: &str,
        width: usize,
    ) -> Vec<usize> {
        let Some(first) = self.old.get(from) else { return Vec::new() };
        if first.column + width_from(first.column, line) <= self.rule.width {
            return Vec::new();
        }
        if self.rule.norm.is_empty() {
            self.wrapped_exactly(from, line, width)
        } else {
            self.wrapped_normalized(from, line.len(), normalized, width)
        }
    }

    fn wrapped_exactly(&self, from: usize, line: &str, width: usize) -> Vec<usize> {
        // Where in the line the next line of the book may begin.
        let mut at: BTreeSet<usize> = [0].into();
        let mut ends = Vec::new();
        for (number, part) in self.old.iter().enumerate().skip(from) {
            let used = part.column + width_from(part.column, part.text);
            if part.text.is_empty() || used > width {
                break;
            }
            let mut next = BTreeSet::new();
            for start in at {
                let Some(rest) = line[start..].strip_prefix(part.text) else { continue };
                let behind = rest.trim_start_matches(is_blank);
                if rest.is_empty() && number > from {
                    ends.push(number + 1);
                }
                if behind.is_empty() {
                    continue;
                }
                let gap = rest.len() - behind.len();
                if gap > 0 && used + gap + word(behind) > width {
                    next.insert(line.len() - behind.len());
                }
                // Blanks at the end of a line that was cut are lost.
                let lost = width - used;
                if lost <= gap {
                    next.insert(line.len() - rest.len() + lost);
                }
            }
            at = next;
            if at.is_empty() {
                break;
            }
        }
        ends
    }

    /// The same where something is normalized: the lines of the book are put together first, for a
    /// number may be cut in two.
    fn wrapped_normalized(
        &self,
        from: usize,
        length: usize,
        normalized: &str,
        width: usize,
    ) -> Vec<usize> {
        /// So many ways to put lines together are tried.
        const MOST: usize = 64;
        let mut texts: Vec<String> = vec![String::new()];
        let mut ends = Vec::new();
        for (number, part) in self.old.iter().enumerate().skip(from) {
            let used = part.column + width_from(part.column, part.text);
            if part.text.is_empty() || used > width {
                break;
            }
            for text in &mut texts {
                text.push_str(part.text);
            }
            let is_whole = |text: &String| apply(self.rule.norm, text) == normalized;
            if number > from && texts.iter().any(is_whole) {
                ends.push(number + 1);
            }
            let Some(next) = self.old.get(number + 1) else { break };
            if texts.iter().all(|text| text.len() > 2 * length + WIDEST) {
                break;
            }
            let is_between = used + 1 + word(next.text) > width;
            let is_full = used == width;
            let spaced: Vec<String> =
                texts.iter().map(|text| format!("{text} ")).collect();
            match (is_between, is_full) {
                (true, true) if texts.len() < MOST => texts.extend(spaced),
                (_, true) => {}
                (true, false) => texts = spaced,
                (false, false) => break,
            }
        }
        ends
    }
}

/// The width of the word with which a text begins.
fn word(text: &str) -> usize {
    text.chars().take_while(|c| !is_blank(*c)).count()
}
