//! Line and column of the bytes of a file. Findings ask for many of one file, which is looked through once.
//! So long as that takes is what one place takes: neither its lines nor whether it is text are asked again.

use std::sync::OnceLock;

/// So many bytes are counted for one place, at the most.
const STEP: usize = 1024;

/// What a text may begin with, and that is no part of it.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Where the lines of a file's text begin, and some bytes within long ones; made when it is first asked for,
/// and `None` where the file is no text. Two of one file are the same, so that files compare by their bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(OnceLock<Option<Vec<KnownPlace>>>);

/// A byte with its line and column, both from 1.
#[derive(Debug, Clone, Copy)]
struct KnownPlace {
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
    /// Line and column of a byte of the text in a file, whose bytes have to be the same at each call; `None`
    /// where they are not UTF-8. A byte within a character is the character's first, and one beyond the end
    /// is the end.
    pub(super) fn of(&self, file: &[u8], offset: usize) -> Option<(u32, u32)> {
        let text = without_mark(file);
        let marks = self.0.get_or_init(|| std::str::from_utf8(text).ok().map(marks));
        let marks = marks.as_ref()?;
        let at = first_of_character(text, offset);
        let behind = marks.partition_point(|mark| mark.at <= at);
        let &KnownPlace { at: start, line, column } =
            marks.get(behind.saturating_sub(1))?;
        let between = text.get(start..at).unwrap_or_default();
        let more = between.iter().filter(|&&byte| begins_character(byte)).count();
        Some((line, column.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))))
    }
}

fn without_mark(file: &[u8]) -> &[u8] {
    let mut text = file;
    while let Some(rest) = text.strip_prefix(BOM) {
        text = rest;
    }
    text
}

/// The byte that begins the character of this one in UTF-8; the end for what lies beyond.
fn first_of_character(text: &[u8], offset: usize) -> usize {
    let at = offset.min(text.len());
    let before = text.get(..=at).unwrap_or_default();
    before.iter().rposition(|&byte| begins_character(byte)).unwrap_or(at)
}

fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn marks(text: &str) -> Vec<KnownPlace> {
    let mut mark = KnownPlace { at: 0, line: 1, column: 1 };
    let mut marks = vec![mark];
    for line in text.split_inclusive('\n') {
        let end = mark.at + line.len();
        // Characters are counted in long lines only.
        if line.len() >= STEP {
            for (at, c) in line.char_indices().take_while(|&(_, c)| c != '\n') {
                mark.column = mark.column.saturating_add(1);
                mark.at = end - line.len() + at + c.len_utf8();
                let last = marks.last().map_or(0, |last| last.at);
                if mark.at - last >= STEP {
                    marks.push(mark);
                }
            }
        }
        if line.ends_with('\n') {
            mark = KnownPlace { at: end, line: mark.line.saturating_add(1), column: 1 };
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
            assert_eq!(places.of(long.as_bytes(), at), Some(line_col(&long, at)), "{at}");
        }
        assert_eq!(Places::default().of(b"", 3), Some((1, 1)));
        // However many places are asked for, each is counted from a mark nearby.
        let marks = places.0.get().unwrap().as_deref().unwrap();
        assert!(marks.windows(2).all(|pair| pair[1].at - pair[0].at <= STEP + 4));
    }

    #[test]
    fn a_file_is_looked_through_once_whether_or_not_it_is_text() {
        let mut file = "\u{feff}a\nb\n".repeat(STEP).into_bytes();
        let (text, other) = (Places::default(), Places::default());
        assert_eq!(text.of(&file, 2), Some((2, 1)));
        let last = file.len() - 1;
        file[last] = 0xff;
        assert_eq!(other.of(&file, 2), None);
        // What would be seen at another look, no one looks at.
        assert_eq!(text.of(&file, 3), Some((2, 2)));
        file[last] = b'\n';
        assert_eq!(other.of(&file, 2), None);
    }
}
