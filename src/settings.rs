//! Everything an author can set under `concbook:`, read once into one record.
//!
//! The filter reads the key from the document's metadata and the build from the same metadata as
//! pandoc merged it, so the two always agree. Passes see this record, never the raw metadata.

use crate::error::{Error, Result};
use serde_json::Value;
use std::collections::BTreeSet;

/// The settings of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Globs of the chapter files, relative to the book's folder, used when `input-files` names
    /// none.
    pub chapters: Vec<String>,
    /// Whether pictures on the web are fetched when the book is built.
    pub fetch: bool,
    /// How identifiers in the prose are set.
    pub identifiers: Identifiers,
}

/// How identifiers in the prose are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifiers {
    /// Whether they are set in bold.
    pub bold: bool,
    /// Words that become ordinary text.
    pub plain: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chapters: Vec::new(),
            fetch: true,
            identifiers: Identifiers { bold: true, plain: BTreeSet::new() },
        }
    }
}

impl Settings {
    /// Reads the value of `concbook:`, as plain JSON; null gives the defaults.
    ///
    /// # Errors
    /// A key that does not exist, or a value of the wrong type, named by its path.
    pub fn read(value: &Value) -> Result<Self> {
        let mut settings = Self::default();
        for (key, value) in fields(value, "concbook")? {
            match key {
                "chapters" => settings.chapters = strings(value, "concbook.chapters")?,
                "fetch" => settings.fetch = boolean(value, "concbook.fetch")?,
                "identifiers" => {
                    let path = "concbook.identifiers";
                    for (key, value) in fields(value, path)? {
                        let identifiers = &mut settings.identifiers;
                        match key {
                            "bold" => {
                                identifiers.bold =
                                    boolean(value, &format!("{path}.bold"))?;
                            }
                            "plain" => {
                                let words = strings(value, &format!("{path}.plain"))?;
                                identifiers.plain = words.into_iter().collect();
                            }
                            _ => return Err(unknown(path, key, &["bold", "plain"])),
                        }
                    }
                }
                _ => {
                    return Err(unknown(
                        "concbook",
                        key,
                        &["chapters", "fetch", "identifiers"],
                    ));
                }
            }
        }
        Ok(settings)
    }
}

fn fields<'a>(value: &'a Value, path: &str) -> Result<Vec<(&'a str, &'a Value)>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Object(map) => {
            Ok(map.iter().map(|(key, value)| (&**key, value)).collect())
        }
        _ => Err(wrong(path, "a map", value)),
    }
}

fn boolean(value: &Value, path: &str) -> Result<bool> {
    value.as_bool().ok_or_else(|| wrong(path, "true or false", value))
}

/// A list of strings; one string is a list of one.
fn strings(value: &Value, path: &str) -> Result<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(wrong(path, "a list of words", value)),
    };
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

fn wrong(path: &str, wanted: &str, value: &Value) -> Error {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    Error::new(format!("{path} has to be {wanted}, but is {found}"))
        .hint("Settings stand in the metadata, under concbook:")
}

fn unknown(path: &str, key: &str, known: &[&str]) -> Error {
    Error::new(format!("{path} has no setting {key:?}"))
        .hint(format!("It has: {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_settings_are_read() {
        let read = Settings::read(&json!({
            "chapters": "a/*.md", "fetch": false,
            "identifiers": {"bold": false, "plain": ["class", "def"]},
        }));
        let settings = read.unwrap();
        assert_eq!(settings.chapters, ["a/*.md"]);
        assert!(!settings.fetch && !settings.identifiers.bold);
        assert!(settings.identifiers.plain.contains("def"));
        assert_eq!(Settings::read(&Value::Null).unwrap(), Settings::default());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        let message = |value| Settings::read(&value).unwrap_err().to_string();
        assert_eq!(
            message(json!({"identifiers": {"plain": {"a": 1}}})),
            "concbook.identifiers.plain has to be a list of words, but is a map"
        );
        assert_eq!(message(json!([])), "concbook has to be a map, but is a list");
        assert!(message(json!({"fetch": "no"})).contains("true or false, but is text"));
        assert!(message(json!({"chapter": "x"})).contains("no setting \"chapter\""));
    }
}
