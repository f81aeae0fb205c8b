//! YAML files: their values as JSON, and where each of them stands. Plain scalars mean what they mean
//! to pandoc, whose YAML is older: `yes` is true, `007` is 7, `1.10` is a number.
//!
//! ````text
//! metadata:                  1:1  metadata
//!   title: A Book            2:3  metadata, title
//! input-files: [a.md, b.md]  3:21 input-files, 1
//! ````

use crate::fsx;
use concfilter::error::{Error, Place, Result};
use saphyr::{MarkedYaml, Marker, Scalar, ScalarStyle, Tag, YamlData, YamlLoader};
use saphyr_parser::Parser;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The keys that lead to a value; an item's key is its number, from 0.
pub(super) type KeyPath = Vec<String>;

/// The first document of a YAML file, or what several of them make together.
#[derive(Debug, Clone, Default)]
pub(super) struct YamlFile {
    /// What it holds.
    pub value: Value,
    /// The file.
    place: Place,
    /// Where each key of a map and each item of a list stands, by the keys that lead to it.
    places: BTreeMap<KeyPath, Place>,
}

impl YamlFile {
    /// Reads a file.
    ///
    /// # Errors
    /// There is none, or it is no YAML.
    pub(super) fn read(path: &Path) -> Result<Self> {
        Self::parse(&fsx::read_text(path)?, path)
    }

    /// Reads YAML that stands within a file, its first line having this number.
    ///
    /// # Errors
    /// It is no YAML.
    pub(super) fn within(text: &str, path: &Path, first: usize) -> Result<Self> {
        // So that places are those of the file.
        Self::parse(&("\n".repeat(first.saturating_sub(1)) + text), path)
    }

    /// What these keys lead to.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(&self.value, |value, key| match value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            value => value.get(key),
        })
    }

    /// One that holds nothing yet, in this file.
    pub(super) fn empty(path: &Path) -> Self {
        let value = Value::Object(Map::new());
        Self { value, place: Place::path(path), ..Self::default() }
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let mut loader = YamlLoader::<MarkedYaml<'_>>::default();
        // What a plain scalar means, we say ourselves.
        loader.early_parse(false);
        let loaded = Parser::new_from_str(text).load(&mut loader, false);
        let failed = loaded.err().or_else(|| loader.error().cloned());
        if let Some(error) = failed {
            let (line, col) = position(*error.marker());
            return Err(no_yaml(text, path, (line, col), error.info()));
        }
        let mut file = Self { place: Place::path(path), ..Self::default() };
        if let Some(node) = loader.into_documents().first() {
            file.value = file.plain(node, &mut Vec::new());
        }
        Ok(file)
    }

    /// The place of what these keys lead to, else of the nearest map or list around it.
    pub(super) fn place(&self, keys: &[&str]) -> Place {
        let known = |number| {
            let keys: KeyPath =
                keys[..number].iter().map(|&key| key.to_owned()).collect();
            self.places.get(&keys).cloned()
        };
        let place = (1..=keys.len()).rev().find_map(known);
        place.unwrap_or_else(|| self.place.clone())
    }

    /// The places of all that lies at or below these keys, by the keys from there on.
    pub(super) fn places_below(
        &self,
        keys: &[&str],
    ) -> impl Iterator<Item = (&[String], &Place)> {
        let first: KeyPath = keys.iter().map(|&key| key.to_owned()).collect();
        let number = first.len();
        let from = self.places.range(first.clone()..);
        from.take_while(move |(keys, _)| keys.starts_with(&first))
            .map(move |(keys, place)| (&keys[number..], place))
    }

    /// Forgets where what lies at or below these keys stands.
    pub(super) fn remove_places(&mut self, keys: &[&str]) {
        // They stand side by side; to look at all of them for each of many keys would take as long as their square.
        let first: KeyPath = keys.iter().map(|&key| key.to_owned()).collect();
        let from = self.places.range(first.clone()..).map(|(own, _)| own);
        let below: Vec<KeyPath> =
            from.take_while(|own| own.starts_with(&first)).cloned().collect();
        for own in &below {
            self.places.remove(own);
        }
    }

    /// Says where a value stands.
    pub(super) fn set_place(&mut self, keys: KeyPath, place: Place) {
        self.places.insert(keys, place);
    }

    /// A node as JSON; notes where what is in it stands. What JSON has no word for (a date, an odd
    /// key) becomes its text.
    fn plain(&mut self, node: &MarkedYaml<'_>, keys: &mut KeyPath) -> Value {
        match &node.data {
            YamlData::Value(scalar) => plain_scalar(scalar),
            YamlData::Sequence(items) => {
                let mut list = Vec::new();
                for (number, item) in items.iter().enumerate() {
                    list.push(self.field(&number.to_string(), (item, item), keys));
                }
                Value::Array(list)
            }
            YamlData::Mapping(map) => {
                let mut fields = Map::new();
                for (key, value) in map {
                    let name = match &key.data {
                        YamlData::Representation(text, ..) => text.clone().into_owned(),
                        _ => match self.plain(key, &mut vec![String::new()]) {
                            Value::String(text) => text,
                            other => other.to_string(),
                        },
                    };
                    let value = self.field(&name, (key, value), keys);
                    fields.insert(name, value);
                }
                self.merged(fields, keys)
            }
            YamlData::Tagged(_, node) => self.plain(node, keys),
            YamlData::Representation(text, style, tag) => {
                // Among the settings, `y` and `on` are more often names in source code.
                let are_words = keys.iter().any(|key| key == "concbook");
                resolved(text, *style, tag.as_deref(), are_words)
            }
            YamlData::Alias(_) | YamlData::BadValue => Value::Null,
        }
    }

    /// A map with what its merge key `<<` brings: a map, or a list of them, whose keys fill in what
    /// the map itself leaves open.
    fn merged(&mut self, mut fields: Map<String, Value>, keys: &[String]) -> Value {
        let Some(brought) = fields.remove("<<") else { return Value::Object(fields) };
        let (maps, listed) = match brought {
            Value::Array(items) => (items, true),
            one => (vec![one], false),
        };
        for (number, map) in maps.into_iter().enumerate() {
            let Value::Object(map) = map else { continue };
            for (key, value) in map {
                if fields.contains_key(&key) {
                    continue;
                }
                let number = number.to_string();
                let mut from: Vec<&str> = keys.iter().map(String::as_str).collect();
                from.push("<<");
                from.extend(listed.then_some(number.as_str()));
                from.push(&key);
                let moved: Vec<(KeyPath, Place)> = self
                    .places_below(&from)
                    .map(|(rest, place)| {
                        ([keys, std::slice::from_ref(&key), rest].concat(), place.clone())
                    })
                    .collect();
                self.places.extend(moved);
                fields.insert(key, value);
            }
        }
        Value::Object(fields)
    }

    /// A value below the keys; `at` is where it is said to stand.
    fn field(
        &mut self,
        key: &str,
        (at, value): (&MarkedYaml<'_>, &MarkedYaml<'_>),
        keys: &mut KeyPath,
    ) -> Value {
        keys.push(key.to_owned());
        let (line, col) = position(at.span.start);
        self.places.insert(keys.clone(), Place::at(&*self.place.file, line, col));
        let value = self.plain(value, keys);
        keys.pop();
        value
    }
}

/// The error for a file that is no YAML. A tab among the blanks that a line begins with is the cause
/// of what is found behind it, and is named in its place. A value that goes on over lines is where the
/// parser says it begins: the tab that it found stands in a line further on.
fn no_yaml(text: &str, path: &Path, (line, col): (u32, u32), why: &str) -> Error {
    let name = path.file_name().unwrap_or(path.as_os_str()).display();
    let at = |line, col| Place::at(path.display().to_string(), line, col);
    let tab = text.lines().zip(1u32..).find_map(|(text, number)| {
        let blanks = text.len() - text.trim_start_matches([' ', '\t']).len();
        let tab = text[..blanks].find('\t')?;
        let col = u32::try_from(tab).unwrap_or(u32::MAX).saturating_add(1);
        ((number <= line || why.contains("tab")) && blanks < text.len())
            .then_some((number, col))
    });
    match tab {
        Some((line, col)) => {
            Error::new(format!("{name} is no YAML: the line is indented with a tab"))
                .at(at(line, col))
                .hint("YAML takes spaces only; put two in its place")
        }
        None => Error::new(format!("{name} is no YAML: {why}")).at(at(line, col)),
    }
}

/// What a scalar means to pandoc; `yes` and its kind mean nothing but themselves where they are words.
fn resolved(text: &str, style: ScalarStyle, tag: Option<&Tag>, are_words: bool) -> Value {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if is_text || !matches!(style, ScalarStyle::Plain | ScalarStyle::Literal) {
        return json!(text);
    }
    let is = |words: &[&str]| {
        let lower = text.to_lowercase();
        let title: String = {
            let mut letters = lower.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            first.into_iter().chain([letters.as_str().to_owned()]).collect()
        };
        words.contains(&&*lower)
            && (text == lower || text == text.to_uppercase() || text == title)
    };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        _ if are_words && !is(&["true", "false"]) => {
            number(text).unwrap_or_else(|| json!(text))
        }
        _ if is(&["y", "yes", "on", "true"]) => json!(true),
        _ if is(&["n", "no", "off", "false"]) => json!(false),
        _ => number(text).unwrap_or_else(|| json!(text)),
    }
}

/// A number as pandoc reads it: decimal, with zeros before it or an exponent behind it, or `0x` and
/// `0o`.
fn number(text: &str) -> Option<Value> {
    let based = |prefix: &str, base| {
        let digits = text.strip_prefix(prefix)?;
        let plain = digits.chars().all(|c| c.is_digit(base));
        i64::from_str_radix(digits, base).ok().filter(|_| plain)
    };
    if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Some(json!(number));
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    if !is_number {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(json!(number));
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(json!(number))
}

fn plain_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.into_inner()),
        Scalar::String(value) => json!(value),
    }
}

/// Line and column, both from 1.
fn position(marker: Marker) -> (u32, u32) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (number(marker.line()), number(marker.col()).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> YamlFile {
        YamlFile::parse(text, Path::new("book.yaml")).unwrap()
    }

    #[test]
    fn every_key_has_its_place() {
        let text = "# A book\nmetadata:\n  title: Ä\n  concbook: {style: x, listings:\n    \
                    {files: {\"a.b/*.py\": {norun: true}}}}\ninput-files:\n- a.md\n- b.md\n";
        let file = parsed(text);
        let at = |keys: &[&str]| file.place(keys).to_string();
        assert_eq!(at(&["metadata"]), "book.yaml:2:1");
        assert_eq!(at(&["metadata", "title"]), "book.yaml:3:3");
        assert_eq!(at(&["metadata", "concbook", "style"]), "book.yaml:4:14");
        let files = ["metadata", "concbook", "listings", "files", "a.b/*.py", "norun"];
        assert_eq!(at(&files), "book.yaml:5:27");
        assert_eq!(at(&["input-files", "1"]), "book.yaml:8:3");
        assert_eq!(at(&["metadata", "lang"]), "book.yaml:2:1", "the map around it");
        assert_eq!(at(&["none"]), "book.yaml");
        assert_eq!(file.value["input-files"], json!(["a.md", "b.md"]));
    }

    #[test]
    fn scalars_mean_what_they_mean_to_pandoc() {
        let text = "[y, No, tRUE, OFF, 007, 1e3, 0x10, ~, 2024-01-01, 1_000, .5, 1.10, 'yes', \
                    !!str yes, +5, -5, 0o17, .inf, '', 9781098156800, 1.2.3]";
        let wanted = json!([
            true,
            false,
            "tRUE",
            false,
            7,
            1000.0,
            16,
            null,
            "2024-01-01",
            "1_000",
            ".5",
            1.1,
            "yes",
            "yes",
            5,
            -5,
            15,
            ".inf",
            "",
            9_781_098_156_800_i64,
            "1.2.3"
        ]);
        assert_eq!(parsed(text).value, wanted);
        let words = parsed("concbook: {always: [y, on, 7], cover: True}\n").value;
        assert_eq!(words["concbook"], json!({"always": ["y", "on", 7], "cover": true}));
    }

    #[test]
    fn a_merge_key_fills_in_what_is_left_open() {
        let file = parsed("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {<<: [*a]}\n");
        assert_eq!(file.value["b"], json!({"x": 1, "y": 3}));
        assert_eq!(file.value["c"], json!({"x": 1, "y": 2}));
        assert_eq!(file.place(&["b", "x"]).line, Some(1));
    }

    #[test]
    fn a_tab_is_an_error_at_its_own_line() {
        let error = |text| YamlFile::parse(text, Path::new("a.yaml")).unwrap_err();
        let tab = error("metadata:\n\ttitle: x\nfrom: y\n");
        assert_eq!(tab.place().unwrap().to_string(), "a.yaml:2:1");
        assert!(tab.message().contains("tab"), "{tab}");
        assert!(!error("a: [b\n").message().contains("tab"));
        // A plain value may go on in the next line, and is where the parser stops.
        let tab = error("metadata:\n  lang: en\n\tconcbook:\n    width: 60\n");
        assert_eq!(tab.place().unwrap().to_string(), "a.yaml:3:1");
        assert!(tab.hint_text().is_some(), "{tab}");
    }
}
