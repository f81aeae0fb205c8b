//! What the user's own file says of a book: `concbook/allow.yaml` in the folder of configuration, outside of every book.
//!
//! ```yaml
//! ~/books/streams:
//!   network: true
//!   paths: [~/data/streams]
//! ```

use super::yaml::YamlFile;
use crate::fsx;
use concfilter::error::{Error, Result};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// What a user lets the listings of a book do, whenever they run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserAllowance {
    /// Those that say `network=yes` have it.
    pub network: bool,
    /// Folders and files that they may read, as whole paths.
    pub paths: Vec<PathBuf>,
}

/// Where the user's file lies: below `XDG_CONFIG_HOME`, or `~/.config` where that says nothing. None where there is no
/// home either.
pub fn allow_file() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    let folder = folder.map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| home().map(|home| home.join(".config")))?;
    Some(folder.join("concbook/allow.yaml"))
}

fn home() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    home.filter(|home| !home.is_empty()).map(PathBuf::from)
}

impl UserAllowance {
    /// What a file says of the book in a folder; nothing where it is not there, or where it lies in the book itself,
    /// which cannot allow itself anything.
    ///
    /// # Errors
    /// The file is no YAML, or says what it cannot.
    pub fn read(file: &Path, book: &Path) -> Result<Self> {
        let mut allowed = Self::default();
        let (Some(real), Some(book)) = (fsx::canonical(file), fsx::canonical(book))
        else {
            return Ok(allowed);
        };
        // One may name a book by its `book.yaml`.
        let own = if book.is_file() { book.parent().unwrap_or(&book) } else { &book };
        if real.starts_with(own) {
            return Ok(allowed);
        }
        let yaml = YamlFile::read(file)?;
        let Some(folders) = map(&yaml.value) else {
            return Err(Error::new(
                "folders of books are wanted, each with what it allows",
            )
            .at(yaml.place(&[]))
            .hint(EXAMPLE));
        };
        for (folder, value) in &folders {
            let whole = whole(folder).ok_or_else(|| {
                Error::new(format!("{folder} is no whole path"))
                    .at(yaml.place(&[folder]))
                    .hint("Begin it with / or ~/")
            })?;
            let allowance_of = allowance_of(&yaml, folder, value)?;
            if fsx::canonical(&whole).is_some_and(|whole| book.starts_with(whole)) {
                allowed.network |= allowance_of.network;
                allowed.paths.extend(allowance_of.paths);
            }
        }
        Ok(allowed)
    }
}

const EXAMPLE: &str = "Such as  ~/books/streams: {network: true, paths: [~/data]}";

/// A map; nothing at all is an empty one.
fn map(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Null => Some(Map::new()),
        Value::Object(map) => Some(map.clone()),
        _ => None,
    }
}

/// A whole path; `~` is the user's home.
fn whole(path: &str) -> Option<PathBuf> {
    let whole = match path.strip_prefix('~') {
        Some("") => home()?,
        Some(rest) => home()?.join(rest.strip_prefix('/')?),
        None => PathBuf::from(path),
    };
    whole.is_absolute().then_some(whole)
}

/// What stands at one folder.
fn allowance_of(yaml: &YamlFile, folder: &str, value: &Value) -> Result<UserAllowance> {
    let mut allowance_of = UserAllowance::default();
    let wrong = |keys: &[&str], what: &str| {
        Error::new(what.to_owned()).at(yaml.place(keys)).hint(EXAMPLE)
    };
    let fields =
        map(value).ok_or_else(|| wrong(&[folder], "what it allows is wanted"))?;
    for (key, value) in &fields {
        let at = [folder, key.as_str()];
        match (key.as_str(), value) {
            ("network", Value::Bool(network)) => allowance_of.network = *network,
            ("network", _) => return Err(wrong(&at, "network is true or false")),
            ("paths", Value::Array(paths)) => {
                for path in paths {
                    let path = path.as_str().and_then(whole);
                    let path = path.and_then(|path| fsx::canonical(&path));
                    allowance_of.paths.push(path.ok_or_else(|| {
                        wrong(&at, "paths are whole paths of what is there")
                    })?);
                }
            }
            ("paths", _) => return Err(wrong(&at, "paths is a list")),
            _ => return Err(wrong(&at, &format!("{key} is neither network nor paths"))),
        }
    }
    Ok(allowance_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_speaks_of_folders_and_what_lies_in_them() {
        let dir = fsx::temp_dir().unwrap();
        let at = |name: &str| fsx::canonical(dir.path()).unwrap().join(name);
        for folder in ["books/one", "books/two", "data", "other"] {
            fsx::create_dir_all(&at(folder)).unwrap();
        }
        let file = at("allow.yaml");
        let text = format!(
            "{}:\n  network: true\n{}:\n  paths: [{}]\n{}:\n",
            at("books").display(),
            at("books/one").display(),
            at("data").display(),
            at("gone").display()
        );
        fsx::write_atomic(&file, text.as_bytes()).unwrap();
        let of = |book: &str| UserAllowance::read(&file, &at(book)).unwrap();
        assert_eq!(
            of("books/one"),
            UserAllowance { network: true, paths: vec![at("data")] }
        );
        assert_eq!(of("books/two"), UserAllowance { network: true, paths: Vec::new() });
        assert_eq!(of("other"), UserAllowance::default());
        // A book that the file lies in would allow itself what it likes.
        fsx::write_atomic(
            &file,
            format!("{}: {{network: true}}\n", at("").display()).as_bytes(),
        )
        .unwrap();
        assert_eq!(
            UserAllowance::read(&file, &at("")).unwrap(),
            UserAllowance::default()
        );
        let none = UserAllowance::read(&at("no.yaml"), &at("other")).unwrap();
        assert_eq!(none, UserAllowance::default());
    }

    #[test]
    fn what_it_cannot_say_is_an_error_with_its_place() {
        let dir = fsx::temp_dir().unwrap();
        let file = dir.path().join("allow.yaml");
        let book = fsx::temp_dir().unwrap();
        for (text, says) in [
            ("- a\n", "folders of books are wanted"),
            ("a/b: {network: true}\n", "a/b is no whole path"),
            ("/a: yes\n", "what it allows is wanted"),
            ("/a:\n  net: true\n", "net is neither network nor paths"),
            ("/a:\n  network: [1]\n", "network is true or false"),
            ("/a:\n  paths: [no/such]\n", "paths are whole paths"),
            ("/a:\n  paths: /no\n", "paths is a list"),
            ("/a: [\n", "allow.yaml"),
        ] {
            fsx::write_atomic(&file, text.as_bytes()).unwrap();
            let error = UserAllowance::read(&file, book.path()).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("allow.yaml:"), "{error}");
        }
    }
}
