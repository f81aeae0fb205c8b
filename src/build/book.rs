//! `book.yaml`: a pandoc defaults file, split into what reading a chapter needs and what writing
//! the book needs.

use crate::fsx;
use crate::style::Highlighting;
use concfilter::error::{Error, Place, Result};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
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

/// A book's folder with its `book.yaml`.
#[derive(Debug, Clone)]
pub(super) struct Book {
    /// The folder; chapter files and pictures are relative to it.
    pub dir: PathBuf,
    defaults: Map<String, Value>,
}

impl Book {
    /// Reads `book.yaml` in a folder.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        let path = dir.join("book.yaml");
        if !path.is_file() {
            return Err(Error::new("there is no book.yaml").at(Place::path(&path)).hint(
                "Name the book's folder, or write a book.yaml with `input-files:` and \
                 `metadata:`; the README shows one",
            ));
        }
        let value = yaml(&path)?;
        let mut defaults = match value {
            Value::Object(map) => map,
            Value::Null => Map::new(),
            _ => {
                return Err(Error::new("book.yaml has to be a map of options")
                    .at(Place::path(&path)));
            }
        };
        // pandoc resolves `${.}` to the folder of the defaults file; ours stand elsewhere.
        let here = std::path::absolute(dir)
            .map_or_else(|_| ".".to_owned(), |dir| dir.display().to_string());
        defaults.values_mut().for_each(|value| interpolate(value, &here));
        Ok(Self { dir: dir.to_owned(), defaults })
    }

    /// How messages call the book's own file.
    pub(super) fn place(&self) -> Place {
        Place::path(&self.dir.join("book.yaml"))
    }

    /// The input files, or where there are none, those that the globs of `concbook: chapters:`
    /// find, sorted by path.
    pub(super) fn chapters(&self, globs: &[String]) -> Result<Vec<PathBuf>> {
        let listed =
            match self.defaults.get("input-files").or(self.defaults.get("input-file")) {
                Some(Value::Array(files)) => {
                    files.iter().filter_map(Value::as_str).map(PathBuf::from).collect()
                }
                Some(Value::String(file)) => vec![PathBuf::from(file)],
                _ => self.matching(globs)?,
            };
        if listed.is_empty() {
            return Err(Error::new("the book has no chapters").at(self.place()).hint(
                "List them under `input-files:`, or give a glob: \
                 `metadata: {concbook: {chapters: \"Chapters/*.md\"}}`",
            ));
        }
        let missing = listed.iter().find(|file| !self.dir.join(file).is_file());
        match missing {
            Some(file) => {
                Err(Error::new(format!("there is no chapter {}", file.display()))
                    .at(self.place())
                    .hint("Paths in book.yaml are relative to its folder"))
            }
            None => Ok(listed),
        }
    }

    /// The files below the folder that any of the globs matches, sorted by path.
    pub(super) fn matching(&self, globs: &[String]) -> Result<Vec<PathBuf>> {
        let mut set = globset::GlobSetBuilder::new();
        for glob in globs {
            let glob = globset::GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .map_err(|error| Error::new(error.to_string()).at(self.place()))?;
            set.add(glob);
        }
        let set = set
            .build()
            .map_err(|error| Error::new(error.to_string()).at(self.place()))?;
        let files = fsx::files_below(&self.dir)?;
        Ok(files.into_iter().filter(|file| set.is_match(file)).collect())
    }

    /// The file name of the finished book.
    pub(super) fn output_name(&self, title: &str) -> String {
        let named = self.defaults.get("output-file").and_then(Value::as_str);
        let stem = named.and_then(|name| Path::new(name).file_stem()?.to_str());
        let stem = stem.map_or_else(|| super::names::slug(title), str::to_owned);
        format!("{}.epub", if stem.is_empty() { "book" } else { &stem })
    }

    /// Whether links and pictures in chapters come out relative to the book's folder.
    pub(super) fn rebases(&self) -> bool {
        ["from", "reader"].iter().any(|key| {
            let format = self.defaults.get(*key).and_then(Value::as_str);
            format.is_some_and(|format| format.contains("+rebase_relative_paths"))
        })
    }

    /// Folders, relative to the book's, in which pictures are looked for.
    pub(super) fn resource_path(&self) -> Vec<PathBuf> {
        let listed = self.defaults.get("resource-path").and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(PathBuf::from)
            .collect()
    }

    /// The defaults with which a chapter is read.
    pub(super) fn reading(&self) -> Value {
        self.pick(|key| READING.contains(&key))
    }

    /// How Markdown is read, as pandoc names it.
    pub(super) fn format(&self) -> Option<&str> {
        let named = ["from", "reader"].iter().find_map(|key| self.defaults.get(*key));
        named.and_then(Value::as_str)
    }

    /// A value of the metadata as it is written, not read as Markdown: what `book.yaml` says, else
    /// what the last of its metadata files says.
    pub(super) fn own_metadata(&self, key: &str) -> Result<Value> {
        if let Some(value) = self.defaults.get("metadata").and_then(|all| all.get(key)) {
            return Ok(value.clone());
        }
        let named =
            self.defaults.get("metadata-files").or(self.defaults.get("metadata-file"));
        let files: Vec<&str> = match named {
            Some(Value::Array(files)) => files.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(file)) => vec![file],
            _ => Vec::new(),
        };
        for file in files.into_iter().rev() {
            let value = yaml(&self.dir.join(file))?;
            if let Some(value) = value.get(key) {
                return Ok(value.clone());
            }
        }
        Ok(Value::Null)
    }

    /// The defaults with which the metadata are read.
    pub(super) fn metadata(&self) -> Value {
        self.pick(|key| matches!(key, "metadata" | "metadata-file" | "metadata-files"))
    }

    /// The defaults with which the book is written, with the filters that stand after
    /// concfilter.
    pub(super) fn writing(&self) -> Value {
        let mut picked = self.pick(|key| !READING.contains(&key) && !OURS.contains(&key));
        picked["filters"] = Value::Array(self.filters().1);
        picked
    }

    /// How the author wants code highlighted: by us unless the book names a style of pandoc's, or
    /// none. The style is under `syntax-highlighting` from pandoc 3.8 on, else `highlight-style`.
    pub(super) fn highlighting(&self) -> (Highlighting, Option<&str>) {
        let named = ["syntax-highlighting", "highlight-style"]
            .iter()
            .find_map(|key| self.defaults.get(*key));
        match named {
            // YAML has `none` as a word and `null` as nothing; both say it.
            Some(Value::Null) => (Highlighting::Off, None),
            Some(Value::String(name)) => match &**name {
                "none" => (Highlighting::Off, None),
                "default" | "idiomatic" => (Highlighting::Ours, None),
                _ => (Highlighting::Pandoc, Some(name)),
            },
            _ => (Highlighting::Ours, None),
        }
    }

    /// The author's filters before and after concfilter; all come before where it is not named.
    pub(super) fn filters(&self) -> (Vec<Value>, Vec<Value>) {
        let is_ours = |filter: &Value| {
            let name = filter.as_str().or_else(|| filter.get("path")?.as_str());
            name.is_some_and(|name| {
                Path::new(name).file_stem() == Some("concfilter".as_ref())
            })
        };
        let all = match self.defaults.get("filters") {
            Some(Value::Array(filters)) => filters.clone(),
            Some(Value::String(filter)) => vec![json!(filter)],
            _ => Vec::new(),
        };
        match all.iter().position(is_ours) {
            Some(at) => (all[..at].to_vec(), all[at + 1..].to_vec()),
            None => (all, Vec::new()),
        }
    }

    fn pick(&self, wanted: impl Fn(&str) -> bool) -> Value {
        let picked = self.defaults.iter().filter(|(key, _)| wanted(key));
        Value::Object(picked.map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

/// The first document of a YAML file.
fn yaml(path: &Path) -> Result<Value> {
    let text = fsx::read_text(path)?;
    let documents = Yaml::load_from_str(&text).map_err(|error| {
        let mark = error.marker();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let place = Place::at(
            path.display().to_string(),
            number(mark.line()),
            number(mark.col()).saturating_add(1),
        );
        let name = path.file_name().unwrap_or(path.as_os_str()).display();
        Error::new(format!("{name} is no YAML: {}", error.info())).at(place)
    })?;
    Ok(documents.first().map_or(Value::Null, plain))
}

/// YAML as JSON. What JSON has no word for (a date, an odd key) becomes its text.
fn plain(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.iter().map(plain).collect(),
        Yaml::Mapping(map) => {
            let field = |(key, value): (&Yaml, &Yaml)| {
                let key = match plain(key) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                (key, plain(value))
            };
            Value::Object(map.iter().map(field).collect())
        }
        Yaml::Tagged(_, value) => plain(value),
        Yaml::Representation(text, ..) => json!(text),
        _ => Value::Null,
    }
}

fn interpolate(value: &mut Value, here: &str) {
    match value {
        Value::String(text) => *text = text.replace("${.}", here),
        Value::Array(items) => items.iter_mut().for_each(|item| interpolate(item, here)),
        Value::Object(map) => map.values_mut().for_each(|item| interpolate(item, here)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_says_who_highlights() {
        for (line, expected) in [
            ("title: x", (Highlighting::Ours, None)),
            ("highlight-style: tango", (Highlighting::Pandoc, Some("tango"))),
            (
                "highlight-style: ${.}/my.theme",
                (Highlighting::Pandoc, Some("/b/my.theme")),
            ),
            ("highlight-style: null", (Highlighting::Off, None)),
            ("syntax-highlighting: none", (Highlighting::Off, None)),
            ("syntax-highlighting: default", (Highlighting::Ours, None)),
        ] {
            let yaml = Yaml::load_from_str(line).unwrap();
            let Value::Object(mut defaults) = plain(&yaml[0]) else { panic!("{line}") };
            defaults.values_mut().for_each(|value| interpolate(value, "/b"));
            let book = Book { dir: PathBuf::from("/b"), defaults };
            assert_eq!(book.highlighting(), expected, "{line}");
        }
    }
}
