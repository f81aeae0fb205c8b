//! `book.yaml`: a pandoc defaults file, in whose metadata the settings stand under `concbook:`.

use super::Chapter;
use super::yaml::YamlFile;
use crate::fsx;
use crate::markdown::Dialect;
use concfilter::error::{Error, Place, Result};
use concfilter::settings::Settings;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The name of a book's own file.
pub const BOOK_YAML: &str = "book.yaml";

/// A book's own file; the default is that of files without a book.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The folder that it lies in; chapter files are relative to it.
    dir: PathBuf,
    file: YamlFile,
    /// Its options, as pandoc reads them.
    options: Map<String, Value>,
    /// Its `metadata-files`, read when they are first asked for.
    metadata_files: OnceLock<Result<Vec<YamlFile>>>,
    /// The metadata of chapters that hold settings, in the order of the chapters.
    of_chapters: Vec<YamlFile>,
}

impl Manifest {
    /// Reads `book.yaml` in a folder.
    ///
    /// # Errors
    /// There is none, or it is no map of options.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(BOOK_YAML);
        if !path.is_file() {
            return Err(Error::new("there is no book.yaml").at(Place::path(&path)).hint(
                "Name the book's folder, or write a book.yaml with `input-files:` and \
                 `metadata:`; the README shows one",
            ));
        }
        let file = YamlFile::read(&path)?;
        let mut options = match &file.value {
            Value::Object(map) => map.clone(),
            Value::Null => Map::new(),
            _ => {
                return Err(Error::new("book.yaml has to be a map of options")
                    .at(Place::path(&path)));
            }
        };
        // pandoc resolves `${.}` to the folder of the defaults file; ours stand elsewhere.
        let here = std::path::absolute(dir)
            .map_or_else(|_| ".".to_owned(), |dir| dir.display().to_string());
        options.values_mut().for_each(|value| interpolate(value, &here));
        let metadata_files = OnceLock::new();
        let dir = dir.to_owned();
        Ok(Self { dir, file, options, metadata_files, of_chapters: Vec::new() })
    }

    /// The file itself; no file where there is none.
    pub fn file(&self) -> Place {
        self.file.place(&[])
    }

    /// The place of an option, by the keys that lead to it, else of the nearest map around it.
    pub fn place(&self, keys: &[&str]) -> Place {
        self.file.place(keys)
    }

    /// The place of a value of the metadata, in whichever file it stands, else of the metadata.
    pub fn metadata_place(&self, keys: &[&str]) -> Place {
        let has_first =
            |value: &Value| keys.first().is_some_and(|key| value.get(key).is_some());
        let own = self.options.get("metadata").is_some_and(has_first);
        let mut files = self.metadata_files().ok().into_iter().flatten().rev();
        match files.find(|file| !own && has_first(&file.value)) {
            Some(file) => file.place(keys),
            None => self.file.place(&[&["metadata"], keys].concat()),
        }
    }

    /// The place of a setting, by the keys that lead to it from `concbook:` on.
    pub fn setting_place(&self, keys: &[&str]) -> Place {
        let keys = [&["concbook"], keys].concat();
        for count in (2..=keys.len()).rev() {
            if self.file.get(&[&["metadata"], &keys[..count]].concat()).is_some() {
                return self.file.place(&[&["metadata"], &*keys].concat());
            }
            let files = self.metadata_files().ok().into_iter().flatten();
            let mut all: Vec<&YamlFile> = files.chain(&self.of_chapters).collect();
            all.reverse();
            let found = all.into_iter().find(|file| file.get(&keys[..count]).is_some());
            if let Some(file) = found {
                return file.place(&keys);
            }
        }
        self.metadata_place(&keys)
    }

    /// Notes the settings in the metadata of chapters.
    ///
    /// # Errors
    /// They are no YAML.
    pub(super) fn add_chapters(&mut self, chapters: &[Arc<Chapter>]) -> Result<()> {
        for chapter in chapters {
            self.of_chapters.extend(super::front::settings(chapter)?);
        }
        Ok(())
    }

    /// The options of the defaults file.
    pub fn options(&self) -> &Map<String, Value> {
        &self.options
    }

    /// A value of the metadata as it is written, not read as Markdown: what `book.yaml` says, else
    /// what the last of its metadata files says; null where none says anything.
    ///
    /// # Errors
    /// A metadata file is not there, or is no YAML.
    pub fn metadata(&self, key: &str) -> Result<Value> {
        if let Some(value) = self.options.get("metadata").and_then(|all| all.get(key)) {
            return Ok(value.clone());
        }
        let mut values =
            self.metadata_files()?.iter().rev().filter_map(|file| file.value.get(key));
        Ok(values.next().cloned().unwrap_or(Value::Null))
    }

    fn metadata_files(&self) -> Result<&[YamlFile]> {
        let read = || {
            let files = self.strings(&["metadata-files", "metadata-file"]);
            files.map(|file| YamlFile::read(&self.dir.join(file))).collect()
        };
        match self.metadata_files.get_or_init(read) {
            Ok(files) => Ok(files),
            Err(error) => Err(error.clone()),
        }
    }

    /// What is set under `concbook:`. As among all of pandoc's metadata, `book.yaml` wins, then the
    /// last chapter that says it, then the last of the metadata files; each setting by itself.
    ///
    /// # Errors
    /// A setting is wrong, at its place.
    pub fn settings(&self) -> Result<Settings> {
        let files = self.metadata_files()?.iter().chain(&self.of_chapters);
        let own = self.options.get("metadata").and_then(|all| all.get("concbook"));
        let mut value = Value::Null;
        for one in files.filter_map(|file| file.get(&["concbook"])).chain(own) {
            merge(&mut value, one);
        }
        Settings::read(&value).map_err(|wrong| {
            let keys: Vec<&str> = wrong.keys.iter().skip(1).map(String::as_str).collect();
            wrong.error.at(self.setting_place(&keys))
        })
    }

    /// The book's title as it is written.
    pub fn title(&self) -> Option<String> {
        match self.metadata("title") {
            Ok(Value::String(title)) => Some(title),
            _ => None,
        }
    }

    /// How Markdown is read, as pandoc names it.
    pub fn format(&self) -> Option<&str> {
        let named = ["from", "reader"].iter().find_map(|key| self.options.get(*key));
        named.and_then(Value::as_str)
    }

    /// How fences are read.
    pub fn dialect(&self) -> Dialect {
        Dialect::of(self.format().unwrap_or("markdown"))
    }

    /// Whether links and pictures in chapters come out relative to the book's folder.
    pub fn rebases(&self) -> bool {
        ["from", "reader"].iter().any(|key| {
            let format = self.options.get(*key).and_then(Value::as_str);
            format.is_some_and(|format| format.contains("+rebase_relative_paths"))
        })
    }

    /// Folders, relative to the book's, in which pictures are looked for.
    pub fn resource_path(&self) -> Vec<PathBuf> {
        let listed = self.options.get("resource-path").and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(PathBuf::from)
            .collect()
    }

    /// What the name of the finished book's file begins with, where the author says so.
    pub fn output_stem(&self) -> Option<&str> {
        let named = self.options.get("output-file").and_then(Value::as_str);
        named.and_then(|name| Path::new(name).file_stem()?.to_str())
    }

    /// The input files, or where there are none, those that the globs of `concbook: chapters:`
    /// find, sorted by path.
    pub(super) fn chapters(&self, globs: &[String]) -> Result<Vec<PathBuf>> {
        const INPUT: [&str; 2] = ["input-files", "input-file"];
        let is_listed = |value: &Value| value.is_array() || value.is_string();
        let input = INPUT.iter().find_map(|key| self.options.get(*key));
        let listed = if input.is_some_and(is_listed) {
            self.strings(&INPUT).map(PathBuf::from).collect()
        } else {
            self.matching(globs, &["chapters"])?
        };
        if listed.is_empty() {
            return Err(Error::new("the book has no chapters").at(self.file()).hint(
                "List them under `input-files:`, or give a glob: \
                 `metadata: {concbook: {chapters: \"Chapters/*.md\"}}`",
            ));
        }
        let missing = listed.iter().position(|file| !self.dir.join(file).is_file());
        match missing {
            Some(number) => {
                let key = INPUT.iter().find(|key| self.options.contains_key(**key));
                let keys = [key.copied().unwrap_or_default(), &number.to_string()];
                let file = listed[number].display();
                Err(Error::new(format!("there is no chapter {file}"))
                    .at(self.place(&keys))
                    .hint("Paths in book.yaml are relative to its folder"))
            }
            None => Ok(listed),
        }
    }

    /// The files of a tree of Markdown beside the chapters, sorted by path.
    pub(super) fn tree(&self, name: &str, globs: &[String]) -> Result<Vec<PathBuf>> {
        let keys = ["listings", "trees", name];
        let found = self.matching(globs, &keys)?;
        if found.is_empty() {
            return Err(Error::new(format!("the tree {name} has no files"))
                .at(self.setting_place(&keys))
                .hint(
                    "Globs in concbook.listings.trees are relative to the book's folder",
                ));
        }
        Ok(found)
    }

    /// The files below the folder that any of the globs matches, sorted by path. The globs are
    /// those of the setting that `keys` lead to.
    fn matching(&self, globs: &[String], keys: &[&str]) -> Result<Vec<PathBuf>> {
        let wrong = |error: &globset::Error| {
            let number = globs.iter().position(|one| Some(&**one) == error.glob());
            let number = number.unwrap_or_default().to_string();
            Error::new(error.to_string())
                .at(self.setting_place(&[keys, &[number.as_str()]].concat()))
        };
        let mut set = globset::GlobSetBuilder::new();
        for glob in globs {
            let glob = globset::GlobBuilder::new(glob).literal_separator(true).build();
            set.add(glob.map_err(|error| wrong(&error))?);
        }
        let set = set.build().map_err(|error| wrong(&error))?;
        let files = fsx::files_below(&self.dir)?;
        Ok(files.into_iter().filter(|file| set.is_match(file)).collect())
    }

    /// The strings of the first of these options that is there: a list, or one alone.
    fn strings(&self, keys: &[&str]) -> impl Iterator<Item = &str> {
        let value = keys.iter().find_map(|key| self.options.get(*key));
        let items = match value {
            Some(Value::Array(items)) => &items[..],
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        items.iter().filter_map(Value::as_str)
    }
}

/// Puts one value over another: maps key by key, all else as a whole.
fn merge(below: &mut Value, over: &Value) {
    match (below, over) {
        (Value::Object(below), Value::Object(over)) => {
            for (key, value) in over {
                merge(below.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (below, over) => *below = over.clone(),
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
