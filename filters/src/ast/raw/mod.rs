//! A document that stays the text it came as, for passes that change little of it.
//!
//! [`super::Document`] is a tree and costs many times the text's size. Here one walk checks the
//! text and notes the places of the elements passes ask for, the [`Leaf`]s. Passes answer with
//! [`Edits`], and all between them is copied byte for byte.

mod edits;
mod element;
mod leaf;
mod scan;
mod walk;

pub use edits::Edits;
pub use leaf::{Context, Leaf, LeafKind};

use super::build::Attr;
use super::{
    NO_BLOCKS, NO_META, NO_OBJECT, check_version, deep_value, drop_deep, no_document,
};
use crate::error::{Error, Result, line_col};
use scan::JsonScanner;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io;
use std::ops::Range;

/// A document as pandoc hands it to a filter, and where the leaves in it stand.
#[derive(Debug)]
pub struct RawDocument<'a> {
    json: &'a str,
    meta: Map<String, Value>,
    /// Where the braces of the metadata stand.
    meta_at: Range<usize>,
    /// Entries the metadata get in addition.
    added: Map<String, Value>,
    /// The metadata with an entry changed, where one was.
    changed: Option<Map<String, Value>>,
    leaves: Vec<Leaf>,
}

/// The places of a document's parts.
#[derive(Default)]
struct DocumentParts {
    version: Range<usize>,
    meta: Range<usize>,
    blocks: Range<usize>,
    leaves: Vec<Leaf>,
}

impl<'a> RawDocument<'a> {
    /// Reads the JSON that `pandoc -t json` writes; all of it is checked.
    ///
    /// # Errors
    /// The same as those of [`super::Document::parse`], and a text of 4 GiB or more.
    pub fn parse(json: &'a [u8]) -> Result<Self> {
        if u32::try_from(json.len()).is_err() {
            return Err(Error::new("the document is larger than 4 GiB")
                .hint("Give pandoc the chapters one by one"));
        }
        let (text, parts) = split(json).map_err(|at| no_document(&fault(json, at)))?;
        let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let version: Option<Vec<u64>> = serde_json::from_str(part(&parts.version)).ok();
        check_version(version.as_deref())?;
        // Only an object is read: it comes apart as `drop` below has it.
        let meta = Some(part(&parts.meta)).filter(|meta| meta.starts_with('{'));
        let Some(Ok(Value::Object(meta))) = meta.map(|meta| deep_value(meta.as_bytes()))
        else {
            return Err(no_document(NO_META));
        };
        if !part(&parts.blocks).starts_with('[') {
            return Err(no_document(NO_BLOCKS));
        }
        let (meta_at, leaves) = (parts.meta, parts.leaves);
        Ok(Self { json: text, meta, meta_at, added: Map::new(), changed: None, leaves })
    }

    /// The metadata as they came.
    pub fn meta(&self) -> &Map<String, Value> {
        &self.meta
    }

    /// Adds to the metadata, unless they have the key.
    pub fn add_meta(&mut self, key: &str, value: Value) {
        if !self.meta.contains_key(key) {
            self.added.entry(key).or_insert(value);
        }
    }

    /// Adds a value to a list in the metadata; one that is no list yet becomes its first.
    pub fn extend_meta(&mut self, key: &str, value: Value) {
        let Some(own) = self.meta.get(key) else { return self.add_meta(key, value) };
        let mut list = match own {
            Value::Object(own) if own.get("t") == Some(&Value::from("MetaList")) => {
                own.get("c").and_then(Value::as_array).cloned().unwrap_or_default()
            }
            _ => vec![own.clone()],
        };
        list.push(value);
        let changed = self.changed.get_or_insert_with(|| self.meta.clone());
        changed.insert(key.to_owned(), serde_json::json!({"t": "MetaList", "c": list}));
    }

    /// The leaves of the blocks in document order; emphasis stands behind the `Str` it holds.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The text of a leaf: its characters, without markup. Empty for headings.
    pub fn text(&self, leaf: &Leaf) -> Cow<'a, str> {
        unescaped(self.source(leaf.text_range()), leaf.escaped)
    }

    /// The text of a leaf up to the end of its first line that is not blank. All of a long
    /// listing is not unescaped for it.
    pub fn first_line(&self, leaf: &Leaf) -> Cow<'a, str> {
        let text = self.source(leaf.text_range());
        let mut line = 0;
        for (end, _) in text.match_indices("\\n") {
            // An escaped backslash before an `n` is no line end: then the line goes on.
            let escaped =
                text[..end].bytes().rev().take_while(|&byte| byte == b'\\').count();
            if escaped % 2 == 1 {
                continue;
            }
            if !unescaped(&text[line..end], true).trim().is_empty() {
                return unescaped(&text[..end], leaf.escaped);
            }
            line = end;
        }
        self.text(leaf)
    }

    /// The JSON of a range.
    pub fn source(&self, range: Range<usize>) -> &'a str {
        self.json.get(range).unwrap_or_default()
    }

    /// The attribute of a `Code` or `CodeBlock`, and where it stands; `None` for other leaves and
    /// for an attribute of another shape than Pandoc's.
    pub fn attr(&self, leaf: &Leaf) -> Option<(Attr, Range<usize>)> {
        if !matches!(leaf.kind, LeafKind::Code | LeafKind::CodeBlock) {
            return None;
        }
        let range = element::attr(self.json.as_bytes(), leaf.start as usize)?;
        Some((Attr::parse(self.json.get(range.clone())?)?, range))
    }

    /// Writes the document as it came but for the edits and what was added to the metadata.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn write(&self, mut edits: Edits, out: &mut impl io::Write) -> io::Result<()> {
        if let Some(changed) = &self.changed {
            let mut meta = changed.clone();
            meta.extend(self.added.clone());
            edits.replace(self.meta_at.clone(), &[&super::deep_json(&meta)?]);
            drop_deep(meta.into_iter().map(|(_, value)| value));
        } else if !self.added.is_empty() {
            let added = serde_json::to_vec(&self.added)?;
            let entries = added.get(1..added.len() - 1).unwrap_or_default();
            let comma: &[u8] = if self.meta.is_empty() { b"" } else { b"," };
            let brace = self.meta_at.end - 1;
            edits.replace(brace..brace, &[comma, entries]);
        }
        let json = self.json.as_bytes();
        edits.pieces(json, 0..json.len()).try_for_each(|piece| out.write_all(piece))
    }
}

/// The values come apart one by one, as those of [`super::Document`].
impl Drop for RawDocument<'_> {
    fn drop(&mut self) {
        let changed = self.changed.take().unwrap_or_default();
        let all = std::mem::take(&mut self.meta).into_iter().chain(changed);
        drop_deep(all.map(|(_, value)| value));
    }
}

/// The characters that the inside of a JSON string stands for.
fn unescaped(text: &str, escaped: bool) -> Cow<'_, str> {
    if !escaped {
        return Cow::Borrowed(text);
    }
    serde_json::from_str(&format!("\"{text}\"")).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Checks a document's text and finds its parts; where it is broken, the byte at which that shows.
fn split(json: &[u8]) -> std::result::Result<(&str, DocumentParts), usize> {
    let text = std::str::from_utf8(json).map_err(|error| error.valid_up_to())?;
    let mut scanner = JsonScanner::new(json, 0);
    match parts(&mut scanner, text) {
        Some(parts) => Ok((text, parts)),
        None => Err(scanner.at),
    }
}

fn parts(scanner: &mut JsonScanner<'_>, text: &str) -> Option<DocumentParts> {
    let mut parts = DocumentParts::default();
    scanner.expect(b'{')?;
    if !scanner.eat(b"}") {
        loop {
            let (from, to, _) = scanner.string()?;
            scanner.expect(b':')?;
            let start = scanner.at;
            // The last one counts, should there be two of a key.
            match text.get(from..to)? {
                "pandoc-api-version" => {
                    scanner.skip()?;
                    parts.version = start..scanner.at;
                }
                "meta" => {
                    scanner.skip()?;
                    parts.meta = start..scanner.at;
                }
                "blocks" => {
                    parts.leaves.clear();
                    walk::walk(scanner, &mut parts.leaves)?;
                    parts.blocks = start..scanner.at;
                }
                _ => scanner.skip()?,
            }
            scanner.space();
            match scanner.next()? {
                b',' => scanner.space(),
                b'}' => break,
                _ => return None,
            }
        }
    }
    scanner.space();
    scanner.peek().is_none().then_some(parts)
}

/// Where the list of a document's blocks stands, and each of the blocks in it; nothing where it is not plainly
/// to be seen.
pub(super) fn blocks(json: &[u8]) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let mut scanner = JsonScanner::new(json, 0);
    let mut found = None;
    scanner.expect(b'{')?;
    loop {
        let (from, to, _) = scanner.string()?;
        scanner.expect(b':')?;
        if &json[from..to] == b"blocks" {
            if found.is_some() {
                return None;
            }
            let start = scanner.at;
            let blocks = items(&mut scanner)?;
            found = Some((start..scanner.at, blocks));
        } else {
            scanner.skip()?;
        }
        scanner.space();
        match scanner.next()? {
            b',' => scanner.space(),
            b'}' => return found,
            _ => return None,
        }
    }
}

/// Where the items of a list stand.
fn items(scanner: &mut JsonScanner<'_>) -> Option<Vec<Range<usize>>> {
    let mut items = Vec::new();
    scanner.expect(b'[')?;
    if scanner.eat(b"]") {
        return Some(items);
    }
    loop {
        let start = scanner.at;
        scanner.skip()?;
        items.push(start..scanner.at);
        scanner.space();
        match scanner.next()? {
            b',' => scanner.space(),
            b']' => return Some(items),
            _ => return None,
        }
    }
}

/// What is wrong with a text at which reading stopped at this byte.
fn fault(json: &[u8], at: usize) -> String {
    // The words of another reader, so that one fault is always called the same. It lets through
    // what it has no use for, and that is text and numbers that stand for nothing.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(json) {
        return error.to_string();
    }
    if json.trim_ascii_start().first() != Some(&b'{') {
        return NO_OBJECT.to_owned();
    }
    let (line, column) = line_col(&String::from_utf8_lossy(json), at);
    format!("a character or number that cannot be at line {line} column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, text and surroundings of each leaf of the blocks.
    fn leaves(blocks: &str) -> Vec<String> {
        let json =
            format!(r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":{blocks}}}"#);
        let raw = RawDocument::parse(json.as_bytes()).unwrap();
        let tell = |leaf: &Leaf| {
            let context = leaf.context;
            let around = [
                (context.is_bold(), " bold"),
                (context.in_heading(), " heading"),
                (context.in_link(), " link"),
            ];
            let around: String =
                around.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
            format!("{:?} {}{around}", leaf.kind, raw.text(leaf))
        };
        raw.leaves().iter().map(tell).collect()
    }

    #[test]
    fn leaves_know_what_surrounds_them() {
        let found = leaves(
            r##"[{"t":"Header","c":[2,["",[],[]],[{"t":"Str","c":"a"},
                {"t":"Note","c":[{"t":"Para","c":[{"t":"Str","c":"b"}]}]},{"t":"Str","c":"c"}]]},
                {"t":"Para","c":[{"t":"Link","c":[["",[],[]],[{"t":"Code","c":[["",[],[]],"d"]}],
                ["#x",""]]},{"t":"Strong","c":[{"t":"Emph","c":[{"t":"Str","c":"e"}]}]}]},
                {"t":"CodeBlock","c":[["",[],[]],"f\n\"\u00e9\""]},
                {"citationId":"g","citationPrefix":[{"t":"Str","c":"h"}]}]"##,
        );
        assert_eq!(
            found,
            [
                "Header(2) ",
                "Str a bold heading",
                "Str b",
                "Str c bold heading",
                "Code d link",
                "Str e bold",
                "Emph e bold",
                "CodeBlock f\n\"é\"",
                "Str h",
            ]
        );
    }

    #[test]
    fn the_first_line_is_the_first_that_is_not_blank() {
        for (text, line) in [
            ("a", "a"),
            ("a\nb", "a"),
            ("\n \t\n\\n a\nb", "\n \t\n\\n a"),
            ("\\\\n\nb", "\\\\n"),
            ("\n\n", "\n\n"),
            ("é\u{1}\nb", "é\u{1}"),
            ("", ""),
        ] {
            let json = format!(
                r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Str","c":{}}}]}}"#,
                Value::from(text)
            );
            let raw = RawDocument::parse(json.as_bytes()).unwrap();
            assert_eq!(raw.first_line(&raw.leaves()[0]), line);
        }
    }

    #[test]
    fn emphasis_around_one_word_is_a_leaf_however_it_is_written() {
        for alone in [
            r#"{"t":"Strong","c":[{"t":"Str","c":"a"}]}"#,
            r#"{ "t" : "Strong" , "c" : [ { "c" : "a" , "t" : "Str" } ] }"#,
            r#"{"c":[{"t":"Str","c":"a"}],"t":"Strong"}"#,
        ] {
            assert_eq!(
                leaves(&format!("[{alone}]")),
                ["Str a bold", "Strong a"],
                "{alone}"
            );
        }
        for more in [
            r#"{"t":"Strong","c":[{"t":"Str","c":"a"},{"t":"Space"}]}"#,
            r#"{"t":"Strong","c":[{"t":"LineBreak"},{"t":"Str","c":"a"}]}"#,
            r#"{"t":"Strong","c":[[{"t":"Str","c":"a"}]]}"#,
            r#"{"t":"Strong","c":[{"t":"Str","c":"a"}],"new":1}"#,
        ] {
            assert_eq!(leaves(&format!("[{more}]")), ["Str a bold"], "{more}");
        }
    }
}
