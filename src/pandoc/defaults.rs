//! A book's options, split by the runs of pandoc that they hold in; [`options`](super::options) says
//! which hold where.
//!
//! ````text
//! from: gfm          reading
//! tab-stop: 8        reading, filters, writing
//! toc: true          filters, writing
//! csl: x.csl         metadata
//! output-file: x     none: the build says that itself
//! ````

use super::options::{PandocRuns, option};
use crate::fsx;
use concfilter::error::Result;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The defaults with which a chapter is read.
pub fn reading(options: &Map<String, Value>) -> Value {
    pick(options, |usage| matches!(usage, PandocRuns::Reading | PandocRuns::Everywhere))
}

/// The defaults with which the metadata are read: those of a Markdown book in its own format, as
/// pandoc does.
pub fn metadata(options: &Map<String, Value>) -> Value {
    let mut picked = pick(options, |usage| {
        matches!(usage, PandocRuns::Metadata | PandocRuns::Everywhere)
    });
    let format = options.get("from").and_then(Value::as_str).unwrap_or("markdown");
    let base = format.split(['+', '-']).next().unwrap_or_default();
    let is_markdown = base.starts_with("markdown") || base.starts_with("commonmark");
    let is_markdown = is_markdown || base == "gfm";
    picked["from"] = Value::from(if is_markdown { format } else { "markdown" });
    picked
}

/// The defaults with which filters run and the book is written, without filters; `version` is
/// that of pandoc. The metadata are in the document by then.
pub fn writing(options: &Map<String, Value>, version: (u32, u32)) -> Value {
    let mut picked = pick(options, |usage| {
        matches!(usage, PandocRuns::Writing | PandocRuns::Everywhere)
    });
    if version < (3, 0)
        && let Some(level) =
            picked.as_object_mut().and_then(|all| all.remove("split-level"))
    {
        picked["epub-chapter-level"] = level;
    }
    picked
}

/// The defaults for runs that read and write no text of the author's.
pub fn everywhere(options: &Map<String, Value>) -> Value {
    pick(options, |usage| usage == PandocRuns::Everywhere)
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
        _ => Vec::new(),
    };
    match all.iter().position(is_ours) {
        Some(at) => (all[..at].to_vec(), all[at + 1..].to_vec()),
        None => (all, Vec::new()),
    }
}

/// Whether there is a filter besides concfilter.
pub fn has_own_filters(options: &Map<String, Value>) -> bool {
    let (before, after) = filters(options);
    !before.is_empty() || !after.is_empty()
}

fn pick(options: &Map<String, Value>, wanted: impl Fn(PandocRuns) -> bool) -> Value {
    let picked = options.iter().filter(|(key, value)| {
        !value.is_null() && option(key).is_some_and(|option| wanted(option.usage))
    });
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
    use serde_json::json;

    #[test]
    fn options_are_split_by_the_runs_they_hold_in() {
        let options = json!({
            "from": "gfm", "table-of-contents": true, "metadata": {"title": "x"},
            "output-file": "x", "tab-stop": 8, "bibliography": ["r.bib"], "css": null,
            "split-level": 2,
            "filters": ["a.lua", {"type": "json", "path": "bin/concfilter"}, "b.lua"],
        });
        let options = options.as_object().unwrap();
        assert_eq!(reading(options), json!({"from": "gfm", "tab-stop": 8}));
        let of_metadata = json!({
            "metadata": {"title": "x"}, "tab-stop": 8, "bibliography": ["r.bib"],
            "from": "gfm",
        });
        assert_eq!(metadata(options), of_metadata);
        let written = json!({"table-of-contents": true, "tab-stop": 8, "split-level": 2});
        assert_eq!(writing(options, (3, 9)), written);
        assert_eq!(writing(options, (2, 17))["epub-chapter-level"], 2);
        let (before, after) = filters(options);
        assert_eq!(
            (&before[..], &after[..]),
            (&[json!("a.lua")][..], &[json!("b.lua")][..])
        );
        let rst = json!({"from": "rst"});
        assert_eq!(metadata(rst.as_object().unwrap()), json!({"from": "markdown"}));
    }
}
