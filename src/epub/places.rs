//! Line and column of the bytes of a file. Findings ask for many of one file, which is looked through once.

use std::sync::OnceLock;

/// So many bytes are counted for one place, at the most.
const STEP: usize = 1024;

/// Where the lines of a file's text begin, and some bytes within long ones; made when it is first asked for.
/// Two of one text are the same, so that files compare by their bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(OnceLock<Vec<Mark>>);

/// A byte with its line and column, both from 1.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: usize,
    line: u32,
    column: u32,
}

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}

impl Places {
    /// Line and column of a byte of `text`, which has to be the same at each call. A byte within a character
    /// is the character's first, and one beyond the end is the end.
    pub(super) fn of(&self, text: &str, offset: usize) -> (u32, u32) {
        let marks = self.0.get_or_init(|| marks(text));
        let at = text.floor_char_boundary(offset);
        let behind = marks.partition_point(|mark| mark.at <= at);
        let Mark { at: start, line, column } = marks[behind.saturating_sub(1)];
        let more = text.get(start..at).unwrap_or_default().chars().count();
        (line, column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)))
    }
}

fn marks(text: &str) -> Vec<Mark> {
    let mut mark = Mark { at: 0, line: 1, column: 1 };
    let mut marks = vec![mark];
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c == '\n' {
            mark = Mark { at: end, line: mark.line.saturating_add(1), column: 1 };
            marks.push(mark);
            continue;
        }
        mark.column = mark.column.saturating_add(1);
        let last = marks.last().map_or(0, |last| last.at);
        if end - last >= STEP {
            mark.at = end;
            marks.push(mark);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use concfilter::error::line_col;

    #[test]
    fn places_are_those_that_are_counted_from_the_beginning() {
        let long = "é".repeat(3 * STEP) + "\nx\n\n" + &"ab".repeat(STEP) + "\r\nend";
        let places = Places::default();
        for at in (0..long.len() + 9).step_by(7).chain(long.len() - 9..long.len() + 2) {
            assert_eq!(places.of(&long, at), line_col(&long, at), "{at}");
        }
        assert_eq!(Places::default().of("", 3), (1, 1));
        // However many places are asked for, each is counted from a mark nearby.
        let marks = &places.0.get().unwrap()[..];
        assert!(marks.windows(2).all(|pair| pair[1].at - pair[0].at <= STEP + 4));
    }
}
