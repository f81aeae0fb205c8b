//! Attributes, and what is escaped in them and in text.

use crate::build::write::assemble::escaped;
use crate::elements::attributes;
use serde_json::Value;

/// Attributes of single elements that pandoc writes under their own names wherever they stand (measured).
const KNOWN: &[&str] = &[
    "abbr",
    "alt",
    "charset",
    "checked",
    "cite",
    "color",
    "cols",
    "colspan",
    "controls",
    "coords",
    "data",
    "datetime",
    "disabled",
    "download",
    "for",
    "form",
    "headers",
    "height",
    "high",
    "href",
    "hreflang",
    "kind",
    "list",
    "loading",
    "loop",
    "low",
    "max",
    "media",
    "method",
    "min",
    "multiple",
    "muted",
    "name",
    "open",
    "optimum",
    "pattern",
    "placeholder",
    "preload",
    "required",
    "reversed",
    "rows",
    "rowspan",
    "scope",
    "selected",
    "shape",
    "size",
    "sizes",
    "span",
    "src",
    "srcset",
    "start",
    "step",
    "target",
    "type",
    "value",
    "width",
    "wrap",
];

/// Attributes of every element that came to HTML later than pandoc's list of them (measured).
const LATER: &[&str] = &["inert", "popover", "inlist", "xmlns"];

/// An element's identifier, classes and pairs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub(super) id: &'a str,
    pub(super) classes: &'a [Value],
    pub(super) pairs: &'a [Value],
}

impl<'a> Attributes<'a> {
    /// Reads an `Attr`; nothing for one that says a thing twice.
    pub(super) fn read(attr: &'a Value) -> Option<Self> {
        let [id, classes, pairs] = attr.as_array()?.as_slice() else { return None };
        let (id, classes, pairs) = (id.as_str()?, classes.as_array()?, pairs.as_array()?);
        let is_twice = |(at, pair): (usize, &Value)| {
            pair[0] == "id"
                || pair[0] == "class" && !classes.is_empty()
                || pairs[..at].iter().any(|before| before[0] == pair[0])
        };
        if pairs.iter().enumerate().any(is_twice) {
            return None;
        }
        Some(Self { id, classes, pairs })
    }

    pub(super) fn is_empty(self) -> bool {
        self.id.is_empty() && self.classes.is_empty() && self.pairs.is_empty()
    }

    /// Whether one of the classes fits.
    pub(super) fn has_class(self, fits: impl Fn(&str) -> bool) -> bool {
        self.classes.iter().filter_map(Value::as_str).any(fits)
    }

    /// The value of a key.
    pub(super) fn value(self, key: &str) -> Option<&'a str> {
        self.pairs.iter().find(|pair| pair[0] == key).and_then(|pair| pair[1].as_str())
    }

    /// Whether one of the keys is among these.
    pub(super) fn has_key(self, keys: &[&str]) -> bool {
        self.pairs
            .iter()
            .any(|pair| pair[0].as_str().is_some_and(|key| keys.contains(&key)))
    }

    /// Writes all, a blank before each.
    pub(super) fn write(self, out: &mut String) -> Option<()> {
        self.write_id(out)?;
        self.write_classes(out, &[])?;
        self.write_pairs(out)
    }

    pub(super) fn write_id(self, out: &mut String) -> Option<()> {
        if self.id.is_empty() {
            return Some(());
        }
        let begins_with_letter = self.id.starts_with(char::is_alphabetic);
        let before = if begins_with_letter { "" } else { "id_" };
        write_attribute(out, "id", &format!("{before}{}", self.id))
    }

    /// Writes the classes behind others.
    pub(super) fn write_classes(self, out: &mut String, others: &[&str]) -> Option<()> {
        let own = self.classes.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
        let all = [others, &own].concat();
        if all.is_empty() {
            Some(())
        } else {
            write_attribute(out, "class", &all.join(" "))
        }
    }

    pub(super) fn write_pairs(self, out: &mut String) -> Option<()> {
        self.write_pairs_except(out, &[])
    }

    /// Writes the pairs but those with one of these keys.
    pub(super) fn write_pairs_except(
        self,
        out: &mut String,
        keys: &[&str],
    ) -> Option<()> {
        for pair in self.pairs {
            let (key, value) = (pair[0].as_str()?, pair[1].as_str()?);
            if keys.contains(&key) {
                continue;
            }
            if is_as_it_is(key) {
                write_attribute(out, key, value)?;
            } else {
                write_attribute(out, &format!("data-{key}"), value)?;
            }
        }
        Some(())
    }
}

/// Whether pandoc writes a key under its own name, and not with `data-` before it.
fn is_as_it_is(key: &str) -> bool {
    let is_common = attributes::is_common(key) && !LATER.contains(&key);
    is_common || KNOWN.contains(&key)
}

/// Writes an attribute, a blank before it; nothing where its name is not plain, or its value holds what XML
/// has no room for.
pub(super) fn write_attribute(out: &mut String, name: &str, value: &str) -> Option<()> {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.')
    };
    if name.is_empty() || !name.bytes().all(is_plain) {
        return None;
    }
    is_writable(value).then(|| {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        out.push_str(&escaped(value));
        out.push('"');
    })
}

/// Whether a text has none of the characters that pandoc leaves out or changes.
pub(super) fn is_writable(text: &str) -> bool {
    text.chars().all(|c| {
        c >= ' ' && !('\u{7f}'..='\u{9f}').contains(&c) || matches!(c, '\n' | '\t')
    }) && !text.contains(['\u{fffe}', '\u{ffff}'])
}

/// Writes running text: quotation marks stay as they are, and two arrows are kept from becoming pictures.
pub(super) fn write_text(out: &mut String, text: &str) -> Option<()> {
    if !is_writable(text) {
        return None;
    }
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '↩' | '↔' => {
                out.push(c);
                out.push('\u{fe0e}');
            }
            c => out.push(c),
        }
    }
    Some(())
}
