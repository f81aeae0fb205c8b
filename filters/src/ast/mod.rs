//! Pandoc's JSON: read, checked, walked, written back.
//!
//! There are two ways. [`Document`] is a tree, for who joins and moves; [`raw`] leaves the text as
//! it is, for the filter, which changes little.
//!
//! In the tree elements stay JSON values, so that whatever this code does not know (a constructor
//! of a newer pandoc, a `Null` of an older one) passes through as it came, numbers to the last
//! bit. Both shapes of the API that pandoc 2.17 and 3.x speak are the same tree of `{"t", "c"}`
//! here.

pub mod build;
pub mod meta;
pub mod raw;
mod walk;

pub use walk::{Step, tag, visit, walk};

use crate::error::{Error, Result};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How many blocks are worth a thread.
const PART: usize = 64;

/// How many bytes are worth more threads than one.
const LARGE: usize = 64 << 10;

/// A document as pandoc hands it to a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Everything but the blocks: version, metadata, and keys a newer pandoc may add.
    head: Map<String, Value>,
    /// The document's blocks.
    pub blocks: Vec<Value>,
}

impl Document {
    /// Reads the JSON that `pandoc -t json` writes.
    ///
    /// # Errors
    /// The text is no JSON, no pandoc document, or of an API version that is not understood.
    pub fn parse(json: &[u8]) -> Result<Self> {
        if json.len() >= LARGE
            && let Some(document) = Self::parse_in_parts(json)
        {
            return Ok(document);
        }
        Self::parse_in_one(json)
    }

    /// Reads a large document, its blocks side by side; nothing where it is not as it should be.
    fn parse_in_parts(json: &[u8]) -> Option<Self> {
        let (list, blocks) = raw::blocks(json)?;
        let head = [&json[..list.start], b"[]", &json[list.end..]].concat();
        let mut document = Self::parse_in_one(&head).ok()?;
        let values: Vec<Option<Value>> =
            blocks.into_par_iter().map(|at| deep_value(&json[at]).ok()).collect();
        // One that is not there ends the list, and all are needed.
        let count = values.len();
        document.blocks.extend(values.into_iter().map_while(|value| value));
        (document.blocks.len() == count).then_some(document)
    }

    fn parse_in_one(json: &[u8]) -> Result<Self> {
        let value = deep_value(json).map_err(|error| no_document(&error.to_string()))?;
        let Value::Object(mut head) = value else {
            return Err(no_document(NO_OBJECT));
        };
        let version = head.get("pandoc-api-version").and_then(Value::as_array);
        let numbers: Option<Vec<_>> =
            version.and_then(|parts| parts.iter().map(Value::as_u64).collect());
        check_version(numbers.as_deref())?;
        if !head.get("meta").is_some_and(Value::is_object) {
            return Err(no_document(NO_META));
        }
        match head.insert("blocks".to_owned(), Value::Null) {
            Some(Value::Array(blocks)) => Ok(Self { head, blocks }),
            _ => Err(no_document(NO_BLOCKS)),
        }
    }

    /// Writes the document as JSON, its keys in the order they came in.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let parts: serde_json::Result<Vec<Vec<u8>>> =
            self.blocks.par_chunks(PART).map(deep_json).collect();
        self.with_blocks(&parts.map_err(|error| unwritten(&error))?)
    }

    /// Writes the document as JSON with these blocks in place of its own: lists of them, each as JSON.
    fn with_blocks(&self, parts: &[Vec<u8>]) -> Result<Vec<u8>> {
        let size = parts.iter().map(Vec::len).sum::<usize>();
        let mut json = Vec::with_capacity(size + (4 << 10));
        for (key, value) in &self.head {
            json.push(if json.is_empty() { b'{' } else { b',' });
            json.extend(deep_json(key).map_err(|error| unwritten(&error))?);
            json.push(b':');
            if key != "blocks" {
                json.extend(deep_json(value).map_err(|error| unwritten(&error))?);
                continue;
            }
            json.push(b'[');
            let inside = parts.iter().filter_map(|part| part.get(1..part.len() - 1));
            for (number, blocks) in inside.filter(|one| !one.is_empty()).enumerate() {
                if number > 0 {
                    json.push(b',');
                }
                json.extend_from_slice(blocks);
            }
            json.push(b']');
        }
        json.push(b'}');
        Ok(json)
    }

    /// The metadata.
    pub fn meta(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> =
            std::sync::LazyLock::new(Map::new);
        self.head.get("meta").and_then(Value::as_object).unwrap_or(&NONE)
    }

    /// The metadata, to change.
    pub fn meta_mut(&mut self) -> &mut Map<String, Value> {
        let meta = self.head.entry("meta").or_insert_with(|| Value::Object(Map::new()));
        if !meta.is_object() {
            *meta = Value::Object(Map::new());
        }
        match meta {
            Value::Object(map) => map,
            _ => unreachable!("made an object above"),
        }
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        drop_deep(std::mem::take(&mut self.blocks));
        drop_deep(std::mem::take(&mut self.head).into_iter().map(|(_, value)| value));
    }
}

/// Lets values come apart one by one: dropped as they are, each level would take stack.
pub fn drop_deep(values: impl IntoIterator<Item = Value>) {
    let mut open: Vec<_> = values.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => open.extend(map.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}

const NO_OBJECT: &str = "it is no JSON object";
const NO_META: &str = "it has no \"meta\" object";
const NO_BLOCKS: &str = "it has no \"blocks\" array";

/// The input is not what pandoc writes.
fn no_document(why: &str) -> Error {
    Error::new(format!("the input is not a pandoc document: {why}")).hint(
        "This is a filter: run `pandoc --filter concfilter`, or give it the output of \
         `pandoc -t json`",
    )
}

/// Reads a JSON value. pandoc nests as deep as it likes; the stack grows instead (see [`deep`]).
fn deep_value(json: &[u8]) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    reader.disable_recursion_limit();
    let value = Value::deserialize(serde_stacker::Deserializer::new(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// The JSON of what may nest deep.
fn deep_json<T: serde::Serialize + ?Sized>(what: &T) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::new();
    let mut writer = serde_json::Serializer::new(&mut json);
    what.serialize(serde_stacker::Serializer::new(&mut writer))?;
    Ok(json)
}

fn unwritten(error: &serde_json::Error) -> Error {
    Error::new(format!("cannot write the document: {error}"))
}

/// Runs something that recurses as deep as the document nests, on a stack that is large enough.
pub fn deep<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 << 10, 4 << 20, run)
}

/// The oldest API understood is 1.22, which pandoc 2.17 speaks: tables had another shape before.
/// A newer minor version may add constructors, which pass through; a new major version may
/// change what the known ones hold.
fn check_version(numbers: Option<&[u64]>) -> Result<()> {
    match numbers {
        Some([1, minor, ..]) if *minor >= 22 => Ok(()),
        Some(parts) => {
            let parts: Vec<_> = parts.iter().map(u64::to_string).collect();
            let version = parts.join(".");
            Err(Error::new(format!("pandoc's API version {version} is not supported"))
                .hint("Use pandoc 2.17 or newer (API 1.22 and later 1.x)"))
        }
        None => Err(Error::new(
            "the input is not a pandoc document: it has no \"pandoc-api-version\"",
        )
        .hint("Give the output of `pandoc -t json`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> String {
        Document::parse(json.as_bytes()).unwrap_err().message().to_owned()
    }

    #[test]
    fn broken_input_is_named() {
        assert!(message("{").contains("not a pandoc document"));
        assert!(message("[]").contains("no JSON object"));
        assert!(
            message(r#"{"pandoc-api-version":[1,20],"meta":{},"blocks":[]}"#)
                .contains("1.20 is not supported")
        );
        assert!(
            message(r#"{"pandoc-api-version":[2,0],"meta":{},"blocks":[]}"#)
                .contains("2.0 is not supported")
        );
        assert!(message(r#"{"pandoc-api-version":[1,23],"meta":{}}"#).contains("blocks"));
        assert!(message(r#"{"meta":{},"blocks":[]}"#).contains("pandoc-api-version"));
    }

    #[test]
    fn the_same_comes_out() {
        let json = r#"{"pandoc-api-version":[1,23,1],"meta":{},"blocks":[{"t":"New","c":0.1234567890123456789e-3}],"more":1}"#;
        let doc = Document::parse(json.as_bytes()).unwrap();
        let back: Value = serde_json::from_slice(&doc.to_json().unwrap()).unwrap();
        assert_eq!(back, serde_json::from_str::<Value>(json).unwrap());
    }

    #[test]
    fn large_documents_are_read_and_written_as_small_ones_are() {
        let blocks: Vec<String> = (0..30_000)
            .map(|n| format!("{{\"t\":\"Para\",\"c\":[{n}.50e1, \"é\\n\"]}}"))
            .collect();
        let of = |blocks: &[String]| {
            let blocks = blocks.join(" , ");
            format!(
                "{{ \"pandoc-api-version\":[1,23] , \"blocks\" :[ {blocks} ],\"meta\":{{\"a\":[]}}}} "
            )
        };
        let json = of(&blocks);
        assert!(json.len() >= LARGE);
        let one = Document::parse_in_one(json.as_bytes()).unwrap();
        assert_eq!(Document::parse_in_parts(json.as_bytes()).as_ref(), Some(&one));
        assert_eq!(Document::parse(json.as_bytes()).unwrap(), one);
        let again = one.to_json().unwrap();
        assert!(again.starts_with(b"{\"pandoc-api-version\":[1,23],\"blocks\":[{\"t\":"));
        assert_eq!(Document::parse(&again).unwrap(), one);
        for broken in ["nul", "{", "1,,2", "\"\\x\""] {
            let mut blocks = blocks.clone();
            blocks[20_000] = broken.to_owned();
            let json = of(&blocks);
            assert_eq!(Document::parse_in_parts(json.as_bytes()), None, "{broken}");
            assert!(Document::parse(json.as_bytes()).is_err(), "{broken}");
        }
        let none = of(&[]);
        assert_eq!(Document::parse_in_parts(none.as_bytes()).unwrap().blocks.len(), 0);
    }

    #[test]
    fn nesting_has_no_limit() {
        let depth = 20_000;
        let open = r#"{"t":"BlockQuote","c":["#.repeat(depth);
        let close = "]}".repeat(depth);
        let json = format!(
            r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{open}{close}]}}"#
        );
        let mut doc = Document::parse(json.as_bytes()).unwrap();
        walk(&mut doc.blocks, &mut |_, _| Step::Into);
        assert_eq!(doc.to_json().unwrap().len(), json.len());
    }
}
