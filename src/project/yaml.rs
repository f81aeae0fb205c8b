//! YAML files: their values as JSON, and where each of them stands.
//!
//! ````text
//! metadata:                  1:1  metadata
//!   title: A Book            2:3  metadata, title
//! input-files: [a.md, b.md]  3:21 input-files, 1
//! ````

use crate::fsx;
use concfilter::error::{Error, Place, Result};
use saphyr::{LoadableYamlNode, MarkedYaml, Marker, Scalar, YamlData};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The first document of a YAML file.
#[derive(Debug, Clone, Default)]
pub(super) struct YamlFile {
    /// What it holds.
    pub value: Value,
    /// The file.
    place: Place,
    /// Line and column of each key of a map and of each item of a list, by the keys that lead to
    /// it; an item's key is its number, from 0.
    positions: BTreeMap<Vec<String>, (u32, u32)>,
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

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let (line, col) = position(*error.marker());
            let name = path.file_name().unwrap_or(path.as_os_str()).display();
            Error::new(format!("{name} is no YAML: {}", error.info())).at(Place::at(
                path.display().to_string(),
                line,
                col,
            ))
        })?;
        let mut file = Self { place: Place::path(path), ..Self::default() };
        if let Some(node) = documents.first() {
            file.value = file.plain(node, &mut Vec::new());
        }
        Ok(file)
    }

    /// The place of what these keys lead to, else of the nearest map or list around it.
    pub(super) fn place(&self, keys: &[&str]) -> Place {
        let known = |number| {
            let keys: Vec<String> =
                keys[..number].iter().map(|&key| key.to_owned()).collect();
            self.positions.get(&keys).copied()
        };
        match (1..=keys.len()).rev().find_map(known) {
            Some((line, col)) => Place::at(&*self.place.file, line, col),
            None => self.place.clone(),
        }
    }

    /// A node as JSON; notes where what is in it stands. What JSON has no word for (a date, an odd
    /// key) becomes its text.
    fn plain(&mut self, node: &MarkedYaml<'_>, keys: &mut Vec<String>) -> Value {
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
                let mut fields = serde_json::Map::new();
                for (key, value) in map {
                    let name = match self.plain(key, &mut vec![String::new()]) {
                        Value::String(text) => text,
                        other => other.to_string(),
                    };
                    let value = self.field(&name, (key, value), keys);
                    fields.insert(name, value);
                }
                Value::Object(fields)
            }
            YamlData::Tagged(_, node) => self.plain(node, keys),
            YamlData::Representation(text, ..) => json!(text),
            YamlData::Alias(_) | YamlData::BadValue => Value::Null,
        }
    }

    /// A value below the keys; `at` is where it is said to stand.
    fn field(
        &mut self,
        key: &str,
        (at, value): (&MarkedYaml<'_>, &MarkedYaml<'_>),
        keys: &mut Vec<String>,
    ) -> Value {
        keys.push(key.to_owned());
        self.positions.insert(keys.clone(), position(at.span.start));
        let value = self.plain(value, keys);
        keys.pop();
        value
    }
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

    #[test]
    fn every_key_has_its_place() {
        let text = "# A book\nmetadata:\n  title: Ä\n  concbook: {style: x, listings:\n    \
                    {files: {\"a.b/*.py\": {norun: true}}}}\ninput-files:\n- a.md\n- b.md\n";
        let file = YamlFile::parse(text, Path::new("book.yaml")).unwrap();
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
}
