//! The options of a defaults file, with those of the files that it names under `defaults:`.
//!
//! ````text
//! book.yaml                     common.yaml
//!   defaults: common              from: gfm           from: gfm
//!   css: [a.css]                  css: [b.css]   ─►   css: [b.css, a.css]
//!   metadata: {title: T}          metadata: {lang: en}
//! ````
//!
//! What pandoc does in `Text.Pandoc.App.Opt`, is done here: a file's options follow those of the files that
//! it names, in the order in which it names them; a name is looked up in the working directory, which is
//! the book's folder, then among the author's own defaults files; `${.}` is the folder of the file that was
//! read last. Every value keeps the place where it stands.

use super::yaml::{KeyPath, YamlFile};
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::pandoc::options::{Merge, OptionKey, option};
use crate::pandoc::user_data::user_data;
use concfilter::error::{Error, Place, Result};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// What a defaults file and those that it names make together.
#[derive(Debug, Default)]
pub(super) struct Inherited {
    /// The options, by their longer names, as one file.
    pub file: YamlFile,
    /// Names that are no options, with their values and where they stand.
    pub unknown: Vec<(String, Value, Place)>,
    /// Every option as it is written, with its value and where it stands.
    pub named: Vec<(String, Value, Place)>,
    /// The files read, the first one first.
    pub files: Vec<PathBuf>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
}

/// Reads a defaults file in the book's folder.
///
/// # Errors
/// It is no map of options, or names a file that is not there, or one that names it in turn.
pub(super) fn read(dir: &Path, name: &str) -> Result<Inherited> {
    let path = dir.join(name);
    let mut reading = DefaultsReading {
        dir,
        current: path.clone(),
        open: Vec::new(),
        read: Inherited { file: YamlFile::empty(&path), ..Inherited::default() },
    };
    reading.apply(&path)?;
    Ok(reading.read)
}

/// Defaults files while they are read.
struct DefaultsReading<'a> {
    /// The working directory of pandoc.
    dir: &'a Path,
    /// The file that was begun last.
    current: PathBuf,
    /// The files that are not read to their end, and name one another.
    open: Vec<PathBuf>,
    read: Inherited,
}

impl DefaultsReading<'_> {
    /// Adds the options of a file, after those of the files that it names.
    fn apply(&mut self, path: &Path) -> Result<()> {
        path.clone_into(&mut self.current);
        self.read.files.push(path.to_owned());
        let file = YamlFile::read(path)?;
        let options = match &file.value {
            Value::Object(map) => map,
            Value::Null => &Map::new(),
            _ => {
                let name = path.file_name().unwrap_or_default().display();
                return Err(Error::new(format!("{name} has to be a map of options"))
                    .at(Place::path(path)));
            }
        };
        self.open.push(path.to_owned());
        if let Some(named) = options.get("defaults") {
            self.named(&file, named, options.get("data-dir").and_then(Value::as_str))?;
        }
        self.open.pop();
        let mut sorted: Vec<_> = options.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| *key);
        for (key, value) in sorted {
            self.add(&file, key, value);
        }
        self.interpolate();
        Ok(())
    }

    /// Applies the files that a file names.
    fn named(
        &mut self,
        file: &YamlFile,
        named: &Value,
        data_dir: Option<&str>,
    ) -> Result<()> {
        let names = match named {
            Value::Array(names) => &names[..],
            one => std::slice::from_ref(one),
        };
        for (number, name) in names.iter().enumerate() {
            let number = number.to_string();
            let place = file.place(&["defaults", &number]);
            let Some(name) = name.as_str() else {
                return Err(Error::new(
                    "defaults: has to be the path of a defaults file, or a \
                                list of paths",
                )
                .at(place));
            };
            let path = self.find(name, data_dir);
            if !path.is_file() {
                return Err(Error::new(format!("there is no defaults file {name}"))
                    .at(place)
                    .hint(
                        "Paths under `defaults:` are relative to the book's folder, not to \
                         the file they stand in",
                    ));
            }
            let file_itself = |path: &Path| fsx::canonical(path);
            if self.open.iter().any(|open| file_itself(open) == file_itself(&path)) {
                return Err(Error::new(format!(
                    "the defaults file {name} leads back to itself"
                ))
                .at(place)
                .hint("Take it out of one of the lists under `defaults:`"));
            }
            self.apply(&path)?;
        }
        Ok(())
    }

    /// Where a defaults file of this name is.
    fn find(&self, name: &str, data_dir: Option<&str>) -> PathBuf {
        let mut name = PathBuf::from(name);
        if name.extension().is_none() {
            name.set_extension("yaml");
        }
        let here = self.dir.join(&name);
        let data = data_dir.map_or_else(user_data, |data| self.dir.join(data));
        let own = data.join("defaults").join(&name);
        if !here.is_file() && own.is_file() { own } else { here }
    }

    /// Adds an option of a file.
    fn add(&mut self, from: &YamlFile, key: &str, value: &Value) {
        let place = from.place(&[key]);
        let Some(option) = option(key) else {
            self.read.unknown.push((key.to_owned(), value.clone(), place));
            return;
        };
        if option.name == "defaults" {
            return;
        }
        self.read.named.push((key.to_owned(), value.clone(), place));
        let file = &mut self.read.file;
        match (option.merge, value) {
            (Merge::Append, Value::Bool(true)) if key == "citeproc" => {
                extend(file, option, (from, key, &json!("citeproc")), true);
            }
            (Merge::Append, Value::Bool(_) | Value::Null) => {}
            (Merge::Append, _) => extend(file, option, (from, key, value), false),
            (Merge::Prepend, _) => extend(file, option, (from, key, value), true),
            (Merge::Union, Value::Object(map)) => {
                for (own, value) in map {
                    let to = [option.name, own.as_str()];
                    replace(file, &to, (from, &[key, own], value));
                }
                file.set_place(vec![option.name.to_owned()], from.place(&[key]));
            }
            (Merge::Union, _) => {}
            (Merge::Replace, _) => replace(file, &[option.name], (from, &[key], value)),
        }
    }

    /// Puts folders and environment variables in for their names, in all paths so far.
    fn interpolate(&mut self) {
        let here = std::path::absolute(&self.current).ok();
        let here = here.and_then(|path| fsx::canonical(&path).or(Some(path)));
        let here = here.as_deref().and_then(Path::parent).map(Path::to_owned);
        let here = here.unwrap_or_default();
        let data = self.read.file.value.get("data-dir").and_then(Value::as_str);
        let data = data.map(|data| {
            Variables { here: &here, data: Path::new(""), missing: Vec::new() }.put(data)
        });
        let data = data.map_or_else(user_data, PathBuf::from);
        let mut variables = Variables { here: &here, data: &data, missing: Vec::new() };
        let Value::Object(options) = &mut self.read.file.value else { return };
        for (name, value) in options.iter_mut() {
            if option(name).is_some_and(OptionKey::has_paths) {
                variables.put_all(value, &mut vec![name.clone()]);
            }
        }
        for (keys, variable) in variables.missing {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let finding = Finding::new(
                Code::PandocWarning,
                self.read.file.place(&keys),
                format!("there is no environment variable {variable}"),
            );
            self.read.findings.push(
                finding.hint("Nothing stands in its place; set it before the build"),
            );
        }
    }
}

/// Puts a value in the place of the one that is there.
fn replace(
    file: &mut YamlFile,
    to: &[&str],
    (from, keys, value): (&YamlFile, &[&str], &Value),
) {
    file.remove_places(to);
    let to: KeyPath = to.iter().map(|&key| key.to_owned()).collect();
    for (rest, place) in from.places_below(keys) {
        file.set_place([&to[..], rest].concat(), place.clone());
    }
    let mut at = &mut file.value;
    for key in &to[..to.len() - 1] {
        at = &mut at[key.as_str()];
    }
    if at.is_null() {
        *at = json!({});
    }
    at[to[to.len() - 1].as_str()] = value.clone();
}

/// Adds a list, or one value, to a list: behind what is there, or before it.
fn extend(
    file: &mut YamlFile,
    option: &OptionKey,
    (from, key, value): (&YamlFile, &str, &Value),
    first: bool,
) {
    let name = option.name;
    let old = match file.value.get(name) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    let (new, is_list) = match value {
        Value::Array(items) => (items.clone(), true),
        one => (vec![one.clone()], false),
    };
    let numbered = |rest: &[String], by: usize| -> KeyPath {
        let mut keys = vec![name.to_owned()];
        if let Some((number, rest)) = rest.split_first() {
            let number = number.parse::<usize>().unwrap_or_default() + by;
            keys.push(number.to_string());
            keys.extend(rest.iter().cloned());
        }
        keys
    };
    let (before, behind) = if first { (new.len(), 0) } else { (0, old.len()) };
    let mut places: Vec<(KeyPath, Place)> = file
        .places_below(&[name])
        .map(|(rest, place)| (numbered(rest, before), place.clone()))
        .collect();
    for (rest, place) in from.places_below(&[key]) {
        if is_list {
            places.push((numbered(rest, behind), place.clone()));
        } else {
            places.push((numbered(&["0".to_owned()], behind), place.clone()));
            places.push((vec![name.to_owned()], place.clone()));
        }
    }
    file.remove_places(&[name]);
    for (keys, place) in places {
        file.set_place(keys, place);
    }
    let (one, other) = if first { (new, old) } else { (old, new) };
    file.value[name] = Value::Array([one, other].concat());
}

/// What stands between `${` and `}`.
struct Variables<'a> {
    /// What `.` means.
    here: &'a Path,
    /// What `USERDATA` means.
    data: &'a Path,
    /// Names that mean nothing, and the keys that lead to them.
    missing: Vec<(KeyPath, String)>,
}

impl Variables<'_> {
    fn put_all(&mut self, value: &mut Value, keys: &mut KeyPath) {
        match value {
            Value::String(text) if text.contains("${") => {
                let before = self.missing.len();
                *text = self.put(text);
                for (own, _) in &mut self.missing[before..] {
                    own.clone_from(keys);
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter_mut().enumerate() {
                    keys.push(number.to_string());
                    self.put_all(item, keys);
                    keys.pop();
                }
            }
            Value::Object(map) => {
                for (key, item) in map.iter_mut() {
                    keys.push(key.clone());
                    self.put_all(item, keys);
                    keys.pop();
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, name, behind)) = rest
            .split_once("${")
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
            .map(|(before, (name, behind))| (before, name, behind))
        {
            out.push_str(before);
            match name {
                "." => out.push_str(&self.here.display().to_string()),
                "USERDATA" => out.push_str(&self.data.display().to_string()),
                _ => match std::env::var(name) {
                    Ok(value) => out.push_str(&value),
                    Err(_) => self.missing.push((KeyPath::new(), name.to_owned())),
                },
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_files(files: &[(&str, &str)]) -> (fsx::TempDir, Result<Inherited>) {
        let dir = fsx::temp_dir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fsx::create_dir_all(path.parent().unwrap()).unwrap();
            fsx::write_atomic(&path, text.as_bytes()).unwrap();
        }
        let read = read(dir.path(), "book.yaml");
        (dir, read)
    }

    #[test]
    fn options_join_those_of_the_files_named() {
        let (dir, read) = read_files(&[
            (
                "book.yaml",
                "defaults: [sub/one, two.yaml]\ncss: c.css\nreader: gfm\n\
                 metadata: {a: {x: 1}}\nresource-path: [c]\nciteproc: true\n",
            ),
            (
                "sub/one.yaml",
                "css: [a.css]\nfrom: rst\nmetadata: {a: {y: 2}, b: 3}\n\
                 resource-path: [a]\nfilters: [f.lua]\ninput-file: one.md\n",
            ),
            ("two.yaml", "css: ['${.}/b.css']\ntoc: yes\ninput-files: [two.md]\n"),
        ]);
        let file = read.unwrap().file;
        let here = fsx::canonical(dir.path()).unwrap();
        let wanted = json!({
            "css": ["a.css", here.join("b.css"), "c.css"], "from": "gfm",
            "metadata": {"a": {"x": 1}, "b": 3}, "resource-path": ["c", "a"],
            "filters": ["citeproc", "f.lua"], "input-files": ["one.md", "two.md"],
            "table-of-contents": true,
        });
        assert_eq!(file.value, wanted);
        for (keys, wanted) in [
            (&["css", "0"][..], "sub/one.yaml:1:7"),
            (&["css", "1"], "two.yaml:1:7"),
            (&["css", "2"], "book.yaml:2:1"),
            (&["from"], "book.yaml:3:1"),
            (&["metadata", "b"], "sub/one.yaml:3:23"),
            (&["metadata", "a", "x"], "book.yaml:4:16"),
            (&["resource-path", "1"], "sub/one.yaml:4:17"),
            (&["filters", "0"], "book.yaml:6:1"),
            (&["input-files", "1"], "two.yaml:3:15"),
        ] {
            let place = file.place(keys).to_string();
            assert!(place.ends_with(wanted), "{keys:?}: {place}");
        }
    }

    #[test]
    fn variables_hold_in_paths_and_nowhere_else() {
        let (dir, read) = read_files(&[(
            "book.yaml",
            "metadata: {title: '${.}'}\ntemplate: '${.}/${NO_SUCH_VARIABLE}t'\n\
             csl: '${unclosed'\n",
        )]);
        let read = read.unwrap();
        let here = fsx::canonical(dir.path()).unwrap();
        assert_eq!(read.file.value["metadata"]["title"], "${.}");
        assert_eq!(read.file.value["template"], json!(here.join("t")));
        assert_eq!(read.file.value["csl"], "${unclosed");
        assert_eq!(read.findings.len(), 1);
        assert_eq!(read.findings[0].place.line, Some(2));
    }

    #[test]
    fn what_cannot_be_resolved_is_a_finding_at_its_place() {
        let cycle =
            [("book.yaml", "defaults: a\n"), ("a.yaml", "\ndefaults: [./book]\n")];
        let error = read_files(&cycle).1.unwrap_err();
        assert!(error.message().contains("leads back"), "{error}");
        assert!(error.to_string().contains("a.yaml:2:12"), "{error}");
        let error = read_files(&[("book.yaml", "defaults: [a, b]\n")]).1.unwrap_err();
        assert!(
            error.to_string().contains("book.yaml:1:12: there is no defaults file a")
        );
        let twice = [("book.yaml", "defaults: [a, a]\n"), ("a.yaml", "css: x\n")];
        assert_eq!(read_files(&twice).1.unwrap().file.value["css"], json!(["x", "x"]));
    }
}
