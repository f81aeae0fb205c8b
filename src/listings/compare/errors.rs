//! What a book shows as output, and what went to standard error.

use std::cell::OnceCell;
use std::collections::BTreeSet;

/// The lines of standard error, which each chunk that differs is held against.
#[derive(Debug)]
pub(in crate::listings) struct ErrorLines<'a> {
    text: &'a str,
    whole: BTreeSet<&'a str>,
    words: OnceCell<Vec<BTreeSet<String>>>,
}

impl<'a> ErrorLines<'a> {
    /// Those of a text.
    pub(in crate::listings) fn of(text: &'a str) -> Self {
        let whole = text.lines().map(str::trim).collect();
        Self { text, whole, words: OnceCell::new() }
    }
}

/// Whether one of some lines of a book, which were not printed as they stand there, went to standard error:
/// as it stands, or nearly so, for numbers of lines, times and folders are others each time, and a long line is
/// wrapped.
pub(super) fn are_among(
    gone: &[&str],
    printed: &[String],
    errors: &ErrorLines<'_>,
) -> bool {
    if gone.is_empty() || errors.whole.is_empty() {
        return false;
    }
    if gone.iter().any(|line| errors.whole.contains(line)) {
        return true;
    }
    let sets = |text: &mut dyn Iterator<Item = &str>| -> Vec<BTreeSet<String>> {
        text.take(MOST).map(words).collect()
    };
    let errors = errors.words.get_or_init(|| sets(&mut errors.text.lines()));
    let printed = sets(&mut printed.iter().map(String::as_str));
    let is_error = |line: &&str| {
        let line = words(line);
        // One word in common is chance.
        line.len() > 1
            && share(&line, errors) >= 7
            && share(&line, errors) > share(&line, &printed)
    };
    gone.iter().take(MOST).any(is_error)
}

/// So many lines are looked at, since each is held against each.
const MOST: usize = 60;

/// The words of a line that tell it from others: those with letters, where it has some of them.
fn words(line: &str) -> BTreeSet<String> {
    let all = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let spelled = |word: &&str| word.chars().any(char::is_alphabetic);
    let some: BTreeSet<String> = all.clone().filter(spelled).map(str::to_owned).collect();
    if some.len() > 1 { some } else { all.map(str::to_owned).collect() }
}

/// How much of a line's words one of the other lines has at best, in tenths.
fn share(line: &BTreeSet<String>, others: &[BTreeSet<String>]) -> usize {
    let common = others.iter().map(|other| line.intersection(other).count());
    common.max().unwrap_or(0) * 10 / line.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_to_standard_error_is_known_though_numbers_of_lines_differ() {
        let among = |gone: &str, printed: &str, stderr: &str| {
            let printed: Vec<String> = printed.lines().map(str::to_owned).collect();
            are_among(&[gone], &printed, &ErrorLines::of(stderr))
        };
        for (gone, printed, stderr) in [
            ("x", "y", "x\n"),
            ("[a.rs:2] 1 + 1 = 2", "", "[a.rs:2:13] 1 + 1 = 2\n"),
            (
                "a.py:3: UserWarning: it is old",
                "1",
                "/t/a.py:7: UserWarning: it is old\n",
            ),
            ("2024-01-02 10:00 WARNING low", "", "2026-11-29 02:00 WARNING low\n"),
            (
                "DeprecationWarning: this is old and",
                "",
                "DeprecationWarning: this is old and will go",
            ),
        ] {
            assert!(among(gone, printed, stderr), "{gone}");
        }
        for (gone, printed, stderr) in [
            ("x", "y", ""),
            ("total 3", "total 4", "warning: total is unused\n"),
            ("took 3 s", "took 4 s", "took 9 s\n"),
            ("one two three", "", "four five three\n"),
        ] {
            assert!(!among(gone, printed, stderr), "{gone}");
        }
    }
}
