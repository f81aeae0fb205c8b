//! What is set under `concbook: listings:`.

use super::{Look, boolean, fields, number, strings, unknown, wrong};
use crate::error::Result;
use serde_json::Value;

/// What holds for the listings of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listings {
    /// How many characters a line of code may have.
    pub width: usize,
    /// Folders of the tree: a path that begins with one is not relative to its chapter's.
    pub roots: Vec<String>,
    /// Trees of Markdown beside the chapters: their name, and the globs of their files.
    pub trees: Vec<(String, Vec<String>)>,
    /// Text that is appended to extracted files.
    pub notice: Option<String>,
    /// Globs of extracted files, and the keys and values that hold for them.
    pub files: Vec<(String, Vec<(String, String)>)>,
}

impl Default for Listings {
    fn default() -> Self {
        Self {
            width: 56,
            roots: Vec::new(),
            trees: Vec::new(),
            notice: None,
            files: Vec::new(),
        }
    }
}

/// Reads the value of `listings:`.
pub(super) fn read(value: &Value, look: &mut Look, read: &mut Listings) -> Result<()> {
    const PATH: &str = "concbook.listings";
    for (key, value) in fields(value, PATH)? {
        let path = format!("{PATH}.{key}");
        match key {
            "captions" => look.captions = boolean(value, &path)?,
            "width" => read.width = number(value, &path)?,
            "roots" => {
                let bare = |root: String| root.trim_end_matches('/').to_owned();
                read.roots = strings(value, &path)?.into_iter().map(bare).collect();
            }
            "notice" => {
                let Value::String(text) = value else {
                    return Err(wrong(&path, "text", value));
                };
                read.notice = Some(text.clone());
            }
            "trees" => {
                for (name, globs) in fields(value, &path)? {
                    let globs = strings(globs, &format!("{path}.{name}"))?;
                    read.trees.push((name.to_owned(), globs));
                }
            }
            "files" => {
                for (glob, keys) in fields(value, &path)? {
                    let own = format!("{path}.{glob}");
                    let mut said = Vec::new();
                    for (key, value) in fields(keys, &own)? {
                        let value = said_text(value, &format!("{own}.{key}"))?;
                        said.push((key.to_owned(), value));
                    }
                    read.files.push((glob.to_owned(), said));
                }
            }
            _ => {
                let known = ["captions", "files", "notice", "roots", "trees", "width"];
                return Err(unknown(PATH, key, &known));
            }
        }
    }
    Ok(())
}

/// A value as it would stand on a fence.
fn said_text(value: &Value, path: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(_) => Ok(strings(value, path)?.join(",")),
        _ => Err(wrong(path, "text, true or false", value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_holds_for_listings_is_read() {
        let said = json!({"listings": {
            "width": "60", "roots": ["utils/", "rust"], "notice": "See the book.",
            "trees": {"solutions": "solutions/*.md"},
            "files": {"a/*.py": {"norun": true, "timeout": "5s", "needs": ["x", "y"]}},
        }});
        let read = Settings::read(&said).unwrap().listings;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let wanted = Listings {
            width: 60,
            roots: vec!["utils".to_owned(), "rust".to_owned()],
            trees: vec![("solutions".to_owned(), vec!["solutions/*.md".to_owned()])],
            notice: Some("See the book.".to_owned()),
            files: vec![(
                "a/*.py".to_owned(),
                vec![pair("norun", "true"), pair("timeout", "5s"), pair("needs", "x,y")],
            )],
        };
        assert_eq!(read, wanted);
        for wrong in [
            json!({"listings": {"widht": 3}}),
            json!({"listings": {"width": "wide"}}),
            json!({"listings": {"files": {"*.py": "norun"}}}),
            json!({"listings": {"files": {"*.py": {"env": {"A": "1"}}}}}),
            json!({"listings": {"notice": ["x"]}}),
        ] {
            assert!(Settings::read(&wrong).is_err(), "{wrong}");
        }
    }
}
