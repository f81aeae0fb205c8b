//! The job could not be done: what, where, and what to do next.
//!
//! An [`Error`] stops the run with exit code 2. What is wrong with the *book* is no error but a finding
//! of `concbook`: those are collected and the run goes on.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use std::fmt;
use std::path::Path;

/// `Result` with concbook's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A place in a text file: line and column count from 1, columns in characters.
///
/// It orders by file, then line, then column, the order in which findings are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the author would name it, relative to where the command was started; for an
    /// entry of a container, `book.epub/EPUB/text/ch001.xhtml`.
    pub file: String,
    /// The line, where known.
    pub line: Option<u32>,
    /// The column, where known; never without a line.
    pub col: Option<u32>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: tidy(file), line: None, col: None }
    }

    /// A whole file, by its path.
    pub fn path(path: &Path) -> Self {
        Self::file(path.display().to_string())
    }

    /// A line and column of a file, both from 1.
    pub fn at(file: impl Into<String>, line: u32, col: u32) -> Self {
        Self { file: tidy(file), line: Some(line), col: Some(col) }
    }

    /// The place of byte `offset` in `text`, the content of `file`. An offset beyond the end is
    /// the end.
    pub fn in_text(file: impl Into<String>, text: &str, offset: usize) -> Self {
        let (line, col) = line_col(text, offset);
        Self::at(file, line, col)
    }
}

/// A path as people say it: `book.yaml`, not `./book.yaml`.
fn tidy(file: impl Into<String>) -> String {
    let file = file.into();
    match file.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => file,
    }
}

/// Line and column, both from 1, of byte `offset` in `text`; columns count characters.
pub fn line_col(text: &str, offset: usize) -> (u32, u32) {
    let offset = (0..=offset.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let col = before[start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(col).unwrap_or(u32::MAX))
}

/// As an object without what is not known: `{"file": "01.md", "line": 3, "col": 1}`.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let mut place = to.serialize_map(None)?;
        place.serialize_entry("file", &self.file)?;
        for (name, number) in [("line", self.line), ("col", self.col)] {
            if let Some(number) = number {
                place.serialize_entry(name, &number)?;
            }
        }
        place.end()
    }
}

/// Both by hand: derives would be a quarter of the time in which this package is compiled.
impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let place = Value::deserialize(from)?;
        let file =
            place["file"].as_str().ok_or_else(|| D::Error::missing_field("file"))?;
        let number = |name: &str| match &place[name] {
            Value::Null => Ok(None),
            value => {
                let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
                let wrong = || D::Error::custom(format!("{name} is no number"));
                number.map(Some).ok_or_else(wrong)
            }
        };
        Ok(Self { file: file.to_owned(), line: number("line")?, col: number("col")? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(col) = self.col {
                write!(f, ":{col}")?;
            }
        }
        Ok(())
    }
}

/// Why the job could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    place: Option<Place>,
    hint: Option<String>,
}

impl Error {
    /// An error with a message: a clause in lower case without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), place: None, hint: None }))
    }

    /// The same error with the place it happened at, unless it has one already: the first to
    /// know is the nearest.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// The same error with the author's next step: a whole sentence without a full stop.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// What a program prints of it: `place: error: message`, then the hint on a line of its own.
    pub fn report(&self) -> String {
        let place = self.place().map_or_else(String::new, |place| format!("{place}: "));
        let hint =
            self.hint_text().map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
        format!("{place}error: {}{hint}", self.message())
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it happened, if that is known.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// The author's next step, if there is one.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.0.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "ab\nçd\nx";
        assert_eq!(line_col(text, 0), (1, 1));
        assert_eq!(line_col(text, 3), (2, 1));
        assert_eq!(line_col(text, 5), (2, 2));
        assert_eq!(line_col(text, 4), (2, 1), "inside a character: its start");
        assert_eq!(line_col(text, 99), (3, 2));
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        for place in [Place::file("a"), Place::at("b.md", 3, 9)] {
            let json = serde_json::to_string(&place).unwrap();
            assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place);
        }
        for json in ["{}", "{\"file\": 1}", "{\"file\": \"a\", \"line\": -1}", "3"] {
            assert!(serde_json::from_str::<Place>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn the_first_place_stays() {
        let error = Error::new("no").at(Place::file("a")).at(Place::file("b"));
        assert_eq!(error.to_string(), "a: no");
        assert_eq!(error.hint("Try").report(), "a: error: no\n  hint: Try");
    }
}
