//! How wide a line is, and how a long one is wrapped.

/// How many characters wide a text is that begins in a column; a tab goes to the next multiple of
/// four, as in pandoc.
pub(super) fn width_from(column: usize, text: &str) -> usize {
    let step = |at: usize, c| if c == '\t' { at / 4 * 4 + 4 } else { at + 1 };
    text.chars().fold(column, step) - column
}

/// How many characters wide a line is.
pub(super) fn width(line: &str) -> usize {
    width_from(0, line)
}

/// Whether a character is a blank at which lines are wrapped.
pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Wraps a line that begins in the column `lead` so that it ends at `most`: at the last blanks
/// that fit, which are lost, and where there are none, inside the word, which then ends at `most`
/// exactly. A line that fits is left as it is.
pub(super) fn wrap(text: &str, lead: usize, most: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while lead + width_from(lead, rest) > most {
        let Some((here, next)) = cut(rest, lead, most) else { break };
        lines.push(here);
        rest = next;
    }
    lines.push(rest);
    lines
}

/// The part of a line that fits, and what goes into the next; `None` when it cannot be parted.
fn cut(text: &str, lead: usize, most: usize) -> Option<(&str, &str)> {
    let mut column = lead;
    // Where the part ends that may not be wider, and the last blanks behind a word before it.
    let mut end = None;
    let mut gap: Option<(usize, usize)> = None;
    let mut word = None;
    let mut in_gap = false;
    for (at, c) in text.char_indices() {
        let next = if c == '\t' { column / 4 * 4 + 4 } else { column + 1 };
        if is_blank(c) {
            if !in_gap && let Some(word) = word {
                gap = Some((word, word));
            }
            in_gap = true;
        } else {
            if in_gap && let Some((_, end)) = &mut gap {
                *end = at;
            }
            in_gap = false;
            if next > most {
                end = Some(at);
                break;
            }
            word = Some(at + c.len_utf8());
        }
        column = next;
    }
    let end = end?;
    match gap {
        Some((from, to)) => Some((&text[..from], &text[to..])),
        None if end > 0 && !text[..end].trim().is_empty() => {
            Some((&text[..end], &text[end..]))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_at_blanks_and_in_long_words() {
        assert_eq!(wrap("one two three", 0, 8), ["one two", "three"]);
        assert_eq!(wrap("one  two", 0, 5), ["one", "two"]);
        assert_eq!(wrap("abcdefghij", 0, 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a bcdefghij", 0, 4), ["a", "bcde", "fghi", "j"]);
        assert_eq!(wrap("fits it", 3, 10), ["fits it"]);
        assert_eq!(wrap("fits it", 4, 10), ["fits", "it"]);
        assert_eq!(wrap("    abcdef", 0, 6), ["    ab", "cdef"]);
        assert_eq!(wrap("        ab", 0, 6), ["        ab"]);
        assert_eq!(wrap("héé éé", 0, 4), ["héé", "éé"]);
        assert_eq!(wrap("abcdef", 9, 4), ["abcdef"]);
    }
}
