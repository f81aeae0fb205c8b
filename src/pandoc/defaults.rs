//! A book's options, a pandoc defaults file, split into what reading a chapter needs and what
//! writing the book needs.
//!
//! ````text
//! from: gfm          reading
//! toc: true          writing
//! metadata: {…}      metadata
//! output-file: x     neither: the build says that itself
//! ````

use crate::fsx;
use concfilter::error::Result;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// The options of a defaults file that say how Markdown is read.
const READING: &[&str] = &[
    "from",
    "reader",
    "abbreviations",
    "default-image-extension",
    "indented-code-classes",
    "preserve-tabs",
    "shift-heading-level-by",
    "strip-comments",
    "tab-stop",
    "track-changes",
];

/// The options that the build sets itself.
const OURS: &[&str] = &[
    "input-file",
    "input-files",
    "output-file",
    "to",
    "writer",
    "filters",
    "file-scope",
    "highlight-style",
    "syntax-highlighting",
    "standalone",
    "log-file",
    "fail-if-warnings",
];

/// The defaults with which a chapter is read.
pub fn reading(options: &Map<String, Value>) -> Value {
    pick(options, |key| READING.contains(&key))
}

/// The defaults with which the metadata are read.
pub fn metadata(options: &Map<String, Value>) -> Value {
    pick(options, |key| matches!(key, "metadata" | "metadata-file" | "metadata-files"))
}

/// The defaults with which the book is written, with the filters that stand after concfilter.
pub fn writing(options: &Map<String, Value>) -> Value {
    let mut picked = pick(options, |key| !READING.contains(&key) && !OURS.contains(&key));
    picked["filters"] = Value::Array(filters(options).1);
    picked
}

/// The author's filters before and after concfilter; all come before where it is not named.
pub fn filters(options: &Map<String, Value>) -> (Vec<Value>, Vec<Value>) {
    let is_ours = |filter: &Value| {
        let name = filter.as_str().or_else(|| filter.get("path")?.as_str());
        name.is_some_and(|name| {
            Path::new(name).file_stem() == Some("concfilter".as_ref())
        })
    };
    let all = match options.get("filters") {
        Some(Value::Array(filters)) => filters.clone(),
        Some(Value::String(filter)) => vec![json!(filter)],
        _ => Vec::new(),
    };
    match all.iter().position(is_ours) {
        Some(at) => (all[..at].to_vec(), all[at + 1..].to_vec()),
        None => (all, Vec::new()),
    }
}

fn pick(options: &Map<String, Value>, wanted: impl Fn(&str) -> bool) -> Value {
    let picked = options.iter().filter(|(key, _)| wanted(key));
    Value::Object(picked.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// A defaults file for runs of pandoc; gone with the value.
#[derive(Debug)]
pub struct DefaultsFile {
    dir: fsx::TempDir,
}

impl DefaultsFile {
    /// Writes options to a temporary file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(options: &Value) -> Result<Self> {
        let file = Self { dir: fsx::temp_dir()? };
        // YAML holds all of JSON.
        fsx::write_atomic(&file.path(), options.to_string().as_bytes())?;
        Ok(file)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("defaults.yaml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_split_by_who_needs_them() {
        let options = json!({
            "from": "gfm", "toc": true, "metadata": {"title": "x"}, "output-file": "x",
            "filters": ["a.lua", {"type": "json", "path": "bin/concfilter"}, "b.lua"],
        });
        let options = options.as_object().unwrap();
        assert_eq!(reading(options), json!({"from": "gfm"}));
        assert_eq!(metadata(options), json!({"metadata": {"title": "x"}}));
        let written =
            json!({"toc": true, "metadata": {"title": "x"}, "filters": ["b.lua"]});
        assert_eq!(writing(options), written);
        assert_eq!(filters(options).0, ["a.lua"]);
    }
}
