//! `book.yaml`: a pandoc defaults file, in whose metadata the settings stand under `concbook:`.

use super::Chapter;
use super::boundary::is_there;
use super::inherit::{self, Inherited};
use super::summary::{self, ListedChapter, Summary};
use super::yaml::YamlFile;
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::markdown::Dialect;
use crate::pandoc::user_data::user_data;
use concfilter::error::{Error, Place, Result};
use concfilter::settings::Settings;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The name of a book's own file.
pub const BOOK_YAML: &str = "book.yaml";

/// The folder of a book that is named by it, or by its `book.yaml`.
///
/// # Errors
/// Another file is named.
pub(super) fn folder(path: &Path) -> Result<&Path> {
    if !path.is_file() {
        return Ok(path);
    }
    if path.file_name() != Some(BOOK_YAML.as_ref()) {
        return Err(Error::new("this is no book's folder, nor its book.yaml")
            .at(Place::path(path))
            .hint("Name the folder in which book.yaml stands"));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    Ok(folder.unwrap_or(Path::new(".")))
}

/// A book's own file; the default is that of files without a book.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The folder that it lies in; chapter files are relative to it.
    dir: PathBuf,
    /// Its options, with those of the files that it names under `defaults:`.
    pub(super) read: Inherited,
    /// The same, by their longer names.
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
    /// There is none, or it is no map of options, or it names a defaults file that cannot be read.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(BOOK_YAML);
        if !path.is_file() {
            let hint = if dir.join("book.yml").is_file() {
                "There is a book.yml; call it book.yaml"
            } else {
                "Name the book's folder, or write a book.yaml with `input-files:` and \
                 `metadata:`; the README shows one"
            };
            let error = Error::new("there is no book.yaml").at(Place::path(&path));
            return Err(error.hint(hint));
        }
        let read = inherit::read(dir, BOOK_YAML)?;
        let options = read.file.value.as_object().cloned().unwrap_or_default();
        let metadata_files = OnceLock::new();
        let dir = dir.to_owned();
        Ok(Self { dir, read, options, metadata_files, of_chapters: Vec::new() })
    }

    /// The folder that it lies in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The defaults files that make it up, `book.yaml` first.
    pub fn files(&self) -> &[PathBuf] {
        &self.read.files
    }

    /// The file itself; no file where there is none.
    pub fn file(&self) -> Place {
        self.read.file.place(&[])
    }

    /// The place of an option, by the keys that lead to it, else of the nearest map around it.
    pub fn place(&self, keys: &[&str]) -> Place {
        self.read.file.place(keys)
    }

    /// The place of the option whose value, or an item of whose value, is this text; else of the
    /// file.
    pub fn place_of_text(&self, text: &str) -> Place {
        let is_it = |value: &Value| value.as_str() == Some(text);
        for (key, value) in &self.options {
            if is_it(value) {
                return self.place(&[key]);
            }
            let items = value.as_array().map_or(&[][..], |items| items);
            if let Some(number) = items.iter().position(is_it) {
                return self.place(&[key, &number.to_string()]);
            }
        }
        self.file()
    }

    /// The place of a value of the metadata, in whichever file it stands, else of the metadata.
    pub fn metadata_place(&self, keys: &[&str]) -> Place {
        let has_first =
            |value: &Value| keys.first().is_some_and(|key| value.get(key).is_some());
        let own = self.options.get("metadata").is_some_and(has_first);
        let mut files = self.metadata_files().ok().into_iter().flatten().rev();
        match files.find(|file| !own && has_first(&file.value)) {
            Some(file) => file.place(keys),
            None => self.read.file.place(&[&["metadata"], keys].concat()),
        }
    }

    /// The place of a setting, by the keys that lead to it from `concbook:` on.
    pub fn setting_place(&self, keys: &[&str]) -> Place {
        let keys = [&["concbook"], keys].concat();
        for count in (2..=keys.len()).rev() {
            if self.read.file.get(&[&["metadata"], &keys[..count]].concat()).is_some() {
                return self.read.file.place(&[&["metadata"], &*keys].concat());
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

    /// The keys of the metadata, of all files.
    pub(super) fn metadata_keys(&self) -> Result<BTreeSet<String>> {
        let own = self.options.get("metadata").into_iter();
        let all = own.chain(self.metadata_files()?.iter().map(|file| &file.value));
        let maps = all.filter_map(Value::as_object);
        Ok(maps.flat_map(|map| map.keys().cloned()).collect())
    }

    fn metadata_files(&self) -> Result<&[YamlFile]> {
        let read = |(number, name): (usize, &str)| {
            let file = self.locate(name, &["metadata"]).ok_or_else(|| {
                Error::new(format!("there is no metadata file {name}"))
                    .at(self.place(&["metadata-files", &number.to_string()]))
                    .hint("Paths in book.yaml are relative to its folder")
            })?;
            YamlFile::read(&file)
        };
        let read = || self.strings("metadata-files").enumerate().map(read).collect();
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
        let value = self.own_settings(files);
        Settings::read(&value).map_err(|wrong| {
            let keys: Vec<&str> = wrong.keys.iter().skip(1).map(String::as_str).collect();
            wrong.error.at(self.setting_place(&keys))
        })
    }

    /// What `book.yaml` and these files set under `concbook:`.
    fn own_settings<'f>(&'f self, files: impl Iterator<Item = &'f YamlFile>) -> Value {
        let own = self.options.get("metadata").and_then(|all| all.get("concbook"));
        let mut value = Value::Null;
        for one in files.filter_map(|file| file.get(&["concbook"])).chain(own) {
            merge(&mut value, one);
        }
        value
    }

    /// The folders beside the book's from which files may come into it. No chapter can open one, so
    /// that a glance at `book.yaml` tells of all.
    pub(super) fn resources(&self) -> Vec<PathBuf> {
        let files = self.metadata_files().ok().into_iter().flatten();
        let own = self.own_settings(files);
        let read = Settings::read(&own).map(|settings| settings.resources);
        read.unwrap_or_default().into_iter().map(PathBuf::from).collect()
    }

    /// The book's title as it is written.
    pub fn title(&self) -> Option<String> {
        match self.metadata("title") {
            Ok(Value::String(title)) => Some(title),
            _ => None,
        }
    }

    /// Where a file that an option names is: in the book's folder, in a folder of its `resource-path`,
    /// or in one of these folders of the author's own files.
    pub fn locate(&self, name: &str, own: &[&str]) -> Option<PathBuf> {
        let data = self.data_dir();
        let own = own.iter().map(|folder| data.join(folder).join(name));
        let listed = self.resource_path();
        let listed = listed.iter().map(|folder| self.dir.join(folder).join(name));
        let mut all = std::iter::once(self.dir.join(name)).chain(listed).chain(own);
        all.find(|file| file.exists())
    }

    /// The folder of the author's own files for pandoc.
    pub(super) fn data_dir(&self) -> PathBuf {
        match self.options.get("data-dir").and_then(Value::as_str) {
            Some(data) => self.dir.join(data),
            None => user_data(),
        }
    }

    /// How Markdown is read, as pandoc names it.
    pub fn format(&self) -> Option<&str> {
        self.options.get("from").and_then(Value::as_str)
    }

    /// How fences are read.
    pub fn dialect(&self) -> Dialect {
        Dialect::of(self.format().unwrap_or("markdown"))
    }

    /// Whether links and pictures in chapters come out relative to the book's folder.
    pub fn rebases(&self) -> bool {
        self.format().is_some_and(|format| format.contains("+rebase_relative_paths"))
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

    /// The format that the book is written in, as pandoc names it.
    pub fn to(&self) -> &str {
        self.options.get("to").and_then(Value::as_str).unwrap_or("epub3")
    }

    /// Whether an option is true.
    pub fn is_set(&self, key: &str) -> bool {
        self.options.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// Where the finished book is to be written, where the author says so.
    pub fn output_file(&self) -> Option<&Path> {
        self.options.get("output-file").and_then(Value::as_str).map(Path::new)
    }

    /// The input files, or where there are none, those that a `SUMMARY.md` lists, in its order, or that
    /// the globs of `concbook: chapters:`
    /// find, sorted by path.
    pub(super) fn chapters(&self, globs: &[String]) -> Result<Summary> {
        if self.strings("input-files").next().is_none()
            && let Some(file) = summary::of_book(&self.dir, globs)
        {
            return summary::read(&self.dir, &file);
        }
        let plain = |path| ListedChapter { path, depth: 0, part: None };
        let chapters = self.chapters_by_name(globs)?.into_iter().map(plain).collect();
        Ok(Summary { chapters, drafts: Vec::new() })
    }

    fn chapters_by_name(&self, globs: &[String]) -> Result<Vec<PathBuf>> {
        let listed: Vec<PathBuf> =
            self.strings("input-files").map(PathBuf::from).collect();
        if listed.is_empty() {
            return self.chapters_by_globs(globs);
        }
        let missing = listed.iter().position(|file| !is_there(&self.dir.join(file)));
        match missing {
            Some(number) => {
                let file = listed[number].display();
                Err(Error::new(format!("there is no chapter {file}"))
                    .at(self.place(&["input-files", &number.to_string()]))
                    .hint("Paths in book.yaml are relative to its folder"))
            }
            None => Ok(listed),
        }
    }

    /// The files that the globs of `concbook: chapters:` find, sorted by path.
    fn chapters_by_globs(&self, globs: &[String]) -> Result<Vec<PathBuf>> {
        let mut found = self.matching(globs, &["chapters"])?;
        // It lists chapters, and is none.
        found.retain(|file| file.file_name() != Some(summary::SUMMARY.as_ref()));
        if !found.is_empty() {
            return Ok(found);
        }
        let error = match globs {
            [] => Error::new("the book has no chapters").at(self.file()),
            [glob] => Error::new(format!("no file matches {glob}"))
                .at(self.setting_place(&["chapters"])),
            _ => Error::new("no file matches any of these")
                .at(self.setting_place(&["chapters"])),
        };
        Err(error.hint(
            "List them under `input-files:`, or give a glob: \
             `metadata: {concbook: {chapters: \"Chapters/*.md\"}}`; a SUMMARY.md will do, too",
        ))
    }

    /// The globs of chapters and trees that match no file, as findings at their places.
    pub(super) fn idle_globs(&self, settings: &Settings) -> Result<Vec<Finding>> {
        let mut idle = Vec::new();
        if self.strings("input-files").next().is_none() {
            idle.extend(self.idle(&settings.chapters, &["chapters"])?);
        }
        for (name, globs) in &settings.listings.trees {
            idle.extend(self.idle(globs, &["listings", "trees", name])?);
        }
        Ok(idle)
    }

    fn idle(&self, globs: &[String], keys: &[&str]) -> Result<Vec<Finding>> {
        let mut idle = Vec::new();
        for (number, glob) in globs.iter().enumerate() {
            if self.matching(std::slice::from_ref(glob), keys)?.is_empty() {
                let number = number.to_string();
                let place = self.setting_place(&[keys, &[number.as_str()]].concat());
                let message = format!("no file matches {glob}");
                idle.push(
                    Finding::new(Code::GlobIdle, place, message)
                        .hint("Globs are relative to the book's folder"),
                );
            }
        }
        Ok(idle)
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

    /// The strings of an option: a list, or one alone.
    pub(super) fn strings(&self, key: &str) -> impl Iterator<Item = &str> {
        let items = match self.options.get(key) {
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
