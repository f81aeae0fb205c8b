//! The part of a long output that a listing shows, and the lines that stand for the rest.

use super::unwrap::Matcher;
use super::{Comparison, OutputLine};
use concfilter::tags::OutputMatch;

/// What stands for lines that are left out, where the author has no own line for it.
const DOTS: &str = "...";

/// What is written for the lines that are left out: the line the author has, else `...`; nothing where the
/// author shows as many lines as are asked for, and no such line behind them.
pub(in crate::listings) fn ellipsis(old: &[OutputLine], output: OutputMatch) -> String {
    let own = old.iter().map(|line| line.text.trim()).find(|line| is_ellipsis(line));
    let is_full = matches!(output, OutputMatch::First(most) if old.len() >= most);
    own.unwrap_or(if is_full { "" } else { DOTS }).to_owned()
}

/// An author's own line for what is left out: dots between strokes, `...____...`, or dots in
/// brackets. No program prints that by chance.
pub(in crate::listings) fn is_own(line: &str) -> bool {
    let line = line.trim();
    let strokes = line.contains("...")
        && line.contains("___")
        && line.chars().all(|c| matches!(c, '.' | '_'));
    strokes || matches!(line, "[...]" | "[…]")
}

/// Whether a line stands for others under `output=first` and `ends`.
pub(super) fn is_ellipsis(line: &str) -> bool {
    matches!(line.trim(), "..." | "…") || is_own(line)
}

/// The lines of an output that a listing shows, with `dots` for the rest.
pub(in crate::listings) fn shown(
    new: &[String],
    output: OutputMatch,
    dots: &str,
) -> Vec<String> {
    let (first, last) = match output {
        // Its end is left out, which needs no line that says so.
        OutputMatch::First(most) if new.len() > most && dots.is_empty() => {
            return new[..most].to_vec();
        }
        OutputMatch::First(most) if new.len() > most => (most, 0),
        OutputMatch::Ends(most) if new.len() / 2 >= most && new.len() > 2 * most => {
            (most, most)
        }
        _ => return new.to_vec(),
    };
    let mut shown = new[..first].to_vec();
    shown.push(if dots.is_empty() { DOTS } else { dots }.to_owned());
    shown.extend_from_slice(&new[new.len() - last..]);
    shown
}

/// Whether the lines of the book are what it has to show of an output.
pub(super) fn equal(old: &[OutputLine], new: &[String], rule: Comparison) -> bool {
    let all = |old: &[OutputLine], new: &[String]| {
        let is_wild: fn(&str) -> bool = match rule.output {
            OutputMatch::First(_) | OutputMatch::Ends(_) => is_ellipsis,
            _ => is_own,
        };
        // What is there to the letter needs no line that stands for others.
        Matcher::new(old, rule, |_| false).matches(new)
            || old.iter().any(|line| is_wild(line.text))
                && Matcher::new(old, rule, is_wild).matches(new)
    };
    match rule.output {
        OutputMatch::First(most) if new.len() > most => {
            let new = &new[..most];
            let without = match old.split_last() {
                Some((last, before)) if is_ellipsis(last.text) => before,
                _ => old,
            };
            all(without, new) || all(old, new)
        }
        OutputMatch::Ends(most) if new.len() / 2 >= most && new.len() > 2 * most => {
            let (first, last) = (&new[..most], &new[new.len() - most..]);
            let gaps = old.iter().enumerate().filter(|(_, line)| is_ellipsis(line.text));
            gaps.map(|(at, _)| at)
                .any(|at| all(&old[..at], first) && all(&old[at + 1..], last))
        }
        _ => all(old, new),
    }
}
