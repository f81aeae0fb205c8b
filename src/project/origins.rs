//! Where each byte of a chapter's text comes from, where that text is put together of several files.
//!
//! ````text
//! # One                        bytes 0–6     one.md, from byte 0
//! fn main() {}                 bytes 7–18    code/main.rs, from byte 120
//! Text.                        bytes 19–24   one.md, from byte 41
//! ````
//!
//! Whoever has a byte of the text asks here for the author's file and line.

use crate::markdown::Lines;
use concfilter::error::Place;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A file that a text is put together of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SourceFile {
    /// Where it is opened, from the working directory.
    pub file: PathBuf,
    /// How messages call it.
    pub label: String,
    /// What it holds.
    pub text: String,
    lines: Lines,
}

impl SourceFile {
    /// A file with this text.
    pub(super) fn new(file: PathBuf, label: String, text: String) -> Self {
        Self { file, label, lines: Lines::read(&text), text }
    }

    /// The place of a byte of it.
    pub(super) fn place(&self, offset: usize) -> Place {
        place(&self.label, &self.text, &self.lines, offset)
    }
}

/// The place of a byte of a text.
pub(super) fn place(label: &str, text: &str, lines: &Lines, offset: usize) -> Place {
    let offset = text.floor_char_boundary(offset);
    let line = lines.number(offset);
    let before = text.get(lines.start(line)..offset);
    let col = before.map_or(0, |before| before.chars().count()) + 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place::at(label, number(line + 1), number(col))
}

/// From here on the text comes from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TextOrigin {
    /// The byte of the text.
    at: usize,
    /// The number of the file.
    file: usize,
    /// The byte of the file.
    from: usize,
    /// Whether it is a copy of the file's bytes; else it stands in the place of that one byte.
    is_copy: bool,
}

/// Where the bytes of a text come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origins {
    /// The chapter's own file first.
    files: Vec<Arc<SourceFile>>,
    pieces: Vec<TextOrigin>,
}

impl Origins {
    /// The files that the text comes from, the chapter's own first.
    pub(super) fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// The author's place of a byte of the text.
    pub(super) fn place(&self, offset: usize) -> Place {
        let Some((file, at)) = self.find(offset) else { return Place::default() };
        self.files[file].place(at)
    }

    /// The bytes of the chapter's own file that these bytes of the text are; `None` where they, or some
    /// of them, come from elsewhere.
    pub(super) fn in_own_file(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.piece(range.start)?;
        let last = self.piece(range.end.saturating_sub(1).max(range.start))?;
        let piece = self.pieces[first];
        let is_own = first == last && piece.is_copy && piece.file == 0;
        let led = |at: usize| piece.from + (at - piece.at);
        is_own.then(|| led(range.start)..led(range.end))
    }

    /// The bytes of the chapter's own file that some whole lines of the text, or parts of one, are, however
    /// those lines begin there; `None` where some of them come from elsewhere.
    pub(super) fn lines_in_own_file(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.piece(range.start)?;
        let last = self.piece(range.end.saturating_sub(1).max(range.start))?;
        let start = self.pieces[first];
        let is_own = self.pieces[first..=last].iter().all(|piece| piece.file == 0);
        // What stands in the place of something ends where the next copy begins.
        let end = match self.pieces[last] {
            piece if piece.is_copy => piece.from + (range.end - piece.at),
            _ => {
                let next = self.pieces.get(last + 1)?;
                (next.is_copy && next.file == 0 && next.at == range.end)
                    .then_some(next.from)?
            }
        };
        let from = start.from + (range.start - start.at);
        (is_own && start.is_copy && from <= end).then_some(from..end)
    }

    /// Whether a line that holds a byte of the text begins otherwise in its file.
    pub(super) fn is_rewritten(&self, text: &str, offset: usize) -> bool {
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let Some(number) = self.piece(start) else { return false };
        // What stands before a list's text may be the file's, and what follows it not.
        if self.piece(offset) != Some(number) {
            return true;
        }
        let piece = self.pieces[number];
        let from = piece.from + (start - piece.at);
        let before = self.files[piece.file].text.get(..from).unwrap_or_default();
        !piece.is_copy || !(before.is_empty() || before.ends_with('\n'))
    }

    fn find(&self, offset: usize) -> Option<(usize, usize)> {
        let piece = self.pieces[self.piece(offset)?];
        let further = if piece.is_copy { offset - piece.at } else { 0 };
        Some((piece.file, piece.from + further))
    }

    /// The number of the piece that holds a byte.
    fn piece(&self, offset: usize) -> Option<usize> {
        self.pieces.partition_point(|piece| piece.at <= offset).checked_sub(1)
    }
}

/// A text that is being put together.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    /// As far as it is.
    pub text: String,
    /// Where that comes from.
    pub origins: Origins,
}

impl Assembly {
    /// Adds a file; its number.
    pub(super) fn add_file(&mut self, file: SourceFile) -> usize {
        self.origins.files.push(Arc::new(file));
        self.origins.files.len() - 1
    }

    /// A file, by its number.
    pub(super) fn file(&self, number: usize) -> Arc<SourceFile> {
        Arc::clone(&self.origins.files[number])
    }

    /// Goes on with bytes of a file.
    pub(super) fn copy(&mut self, file: usize, range: Range<usize>) {
        let source = self.file(file);
        let Some(text) = source.text.get(range.clone()) else { return };
        let at = self.text.len();
        let follows = self.origins.pieces.last().is_some_and(|last| {
            last.is_copy && last.file == file && last.from + (at - last.at) == range.start
        });
        if !text.is_empty() && !follows {
            let piece = TextOrigin { at, file, from: range.start, is_copy: true };
            self.origins.pieces.push(piece);
        }
        self.text.push_str(text);
    }

    /// The same with other text in the place of some bytes, which stand in the order of the text.
    pub(super) fn replaced(&self, edits: &[(Range<usize>, String)]) -> Self {
        let files = self.origins.files.clone();
        let mut made = Self::default();
        made.origins.files = files;
        let mut at = 0;
        for (range, text) in edits {
            made.copy_from(self, at..range.start);
            if let Some((file, from)) = self.origins.find(range.start) {
                made.write(text, file, from);
            }
            at = range.end;
        }
        made.copy_from(self, at..self.text.len());
        made
    }

    /// Goes on with bytes of another text of the same files.
    fn copy_from(&mut self, other: &Self, range: Range<usize>) {
        let pieces = &other.origins.pieces;
        let mut at = range.start;
        let mut number = other.origins.piece(at).unwrap_or_default();
        while at < range.end {
            let Some(piece) = pieces.get(number) else { return };
            number += 1;
            let end = pieces.get(number).map_or(range.end, |next| next.at.min(range.end));
            if piece.is_copy {
                let from = piece.from + (at - piece.at);
                self.copy(piece.file, from..from + (end - at));
            } else if let Some(text) = other.text.get(at..end) {
                self.write(text, piece.file, piece.from);
            }
            at = end;
        }
    }

    /// Goes on with a text that stands in the place of a byte of a file.
    pub(super) fn write(&mut self, text: &str, file: usize, from: usize) {
        if !text.is_empty() {
            let at = self.text.len();
            self.origins.pieces.push(TextOrigin { at, file, from, is_copy: false });
            self.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_led_to_the_files_that_they_come_from() {
        let mut made = Assembly::default();
        let source = |name: &str, text: &str| {
            SourceFile::new(name.into(), name.to_owned(), text.to_owned())
        };
        let in_own_file = made.add_file(source("a.md", "one\ntwo X\nthree\n"));
        let other = made.add_file(source("b.rs", "// no\nfn ä() {}\nlast\n"));
        made.copy(in_own_file, 0..8);
        made.copy(other, 6..16);
        made.write("> ", other, 17);
        made.copy(other, 17..21);
        made.copy(in_own_file, 9..16);
        assert_eq!(made.text, "one\ntwo fn ä() {}> last\nthree\n");
        let place =
            |what: &str| made.origins.place(made.text.find(what).unwrap()).to_string();
        let wanted = [
            ("two", "a.md:2:1"),
            ("fn", "b.rs:2:1"),
            ("()", "b.rs:2:5"),
            ("> ", "b.rs:3:1"),
            ("st\n", "b.rs:3:3"),
            ("three", "a.md:3:1"),
        ];
        for (what, wanted) in wanted {
            assert_eq!(place(what), wanted, "{what}");
        }
        assert_eq!(made.origins.place(made.text.len()).to_string(), "a.md:4:1");
        let bytes = |what: &str| {
            let at = made.text.find(what).unwrap();
            made.origins.in_own_file(&(at..at + what.len()))
        };
        assert_eq!(bytes("three"), Some(10..15));
        assert_eq!(bytes("two fn"), None);
        assert_eq!(bytes("fn"), None);
        let at = |what: &str| made.text.find(what).unwrap();
        let edits = [
            (at("wo")..at("fn"), "-".to_owned()),
            (at("()")..at("()"), String::new()),
            (at("> ")..at("st\n"), "LA".to_owned()),
        ];
        let other = made.replaced(&edits);
        assert_eq!(other.text, "one\nt-fn ä() {}LAst\nthree\n");
        let place =
            |what: &str| other.origins.place(other.text.find(what).unwrap()).to_string();
        let wanted = [
            ("-", "a.md:2:2"),
            ("fn", "b.rs:2:1"),
            ("()", "b.rs:2:5"),
            ("LA", "b.rs:3:1"),
            ("st", "b.rs:3:3"),
            ("three", "a.md:3:1"),
        ];
        for (what, wanted) in wanted {
            assert_eq!(place(what), wanted, "{what}");
        }
    }
}
