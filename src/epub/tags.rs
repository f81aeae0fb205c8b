//! HTML as authors type it, tag by tag: enough to find and change attributes in place, whatever
//! the tags add up to.
//!
//! ```text
//! <img src="x" alt />   its name, the bytes of `src="x"` and `alt`; with_values: <img src="x" alt="" />
//! ```

use crate::elements::attributes::is_switch;
use std::fmt::Write as _;
use std::ops::Range;

/// An attribute of a tag: where the whole of it stands, its name, and where its value stands
/// without its quotes.
pub type TagAttr<'a> = (Range<usize>, &'a str, Option<Range<usize>>);

/// A start or end tag in a piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its bytes, angle brackets among them.
    pub range: Range<usize>,
    /// The element's name as written.
    pub name: &'a str,
    /// Whether it is an end tag.
    pub closing: bool,
    /// Whether it ends in `/>`.
    pub self_closing: bool,
    /// The attributes in their order.
    pub attrs: Vec<TagAttr<'a>>,
}

impl Tag<'_> {
    /// Where the value of an attribute stands, by its name in any case.
    pub fn value(&self, name: &str) -> Option<Range<usize>> {
        let found =
            self.attrs.iter().find(|(_, key, _)| key.eq_ignore_ascii_case(name))?;
        found.2.clone()
    }

    /// Whether this is a tag of that element, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// All tags of a piece of HTML. Comments, declarations and what stands in `<script>` and
/// `<style>` hold none.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found: Vec<Tag<'_>> = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|offset| at + offset) {
        let rest = &html[open..];
        let skip = |end: &str| rest.find(end).map(|length| open + length + end.len());
        at = if rest.starts_with("<!--") {
            skip("-->").unwrap_or(html.len())
        } else if rest.starts_with("<![CDATA[") {
            skip("]]>").unwrap_or(html.len())
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            skip(">").unwrap_or(html.len())
        } else if let Some(tag) = tag(html, open) {
            let end = tag.range.end;
            let raw = !tag.closing
                && !tag.self_closing
                && (tag.is("script") || tag.is("style"));
            let close = format!("</{}", tag.name);
            found.push(tag);
            if raw { end + closing(&html[end..], &close) } else { end }
        } else {
            open + 1
        };
    }
    found
}

/// Where an end tag stands, in any case; the end of the text where there is none.
fn closing(text: &str, close: &str) -> usize {
    let mut windows = text.as_bytes().windows(close.len());
    let found = windows.position(|bytes| bytes.eq_ignore_ascii_case(close.as_bytes()));
    found.unwrap_or(text.len())
}

/// HTML in which every attribute has a value, as XML wants it and HTML does not: `<img alt>` means
/// `<img alt="">`; `None` where all have one.
pub fn with_values(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    for (range, name, value) in tags(html).into_iter().flat_map(|tag| tag.attrs) {
        if value.is_none() {
            out.push_str(&html[done..range.end]);
            done = range.end;
            let value = if is_switch(name) { name } else { "" };
            let _ = write!(out, "=\"{value}\"");
        }
    }
    out.push_str(&html[done..]);
    (done > 0).then_some(out)
}

/// The tag that begins at `open`, if one does.
fn tag(html: &str, open: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let closing = bytes.get(open + 1) == Some(&b'/');
    let start = open + 1 + usize::from(closing);
    if !bytes.get(start)?.is_ascii_alphabetic() {
        return None;
    }
    let ends = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let upto = |from: usize, stop: &dyn Fn(u8) -> bool| {
        bytes[from..]
            .iter()
            .position(|&byte| stop(byte))
            .map_or(bytes.len(), |n| from + n)
    };
    let mut at = upto(start, &ends);
    let name = &html[start..at];
    let mut attrs = Vec::new();
    let mut self_closing = false;
    loop {
        match *bytes.get(at)? {
            b'>' => {
                let range = open..at + 1;
                return Some(Tag { range, name, closing, self_closing, attrs });
            }
            b'/' => {
                self_closing = bytes.get(at + 1) == Some(&b'>');
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let begin = at;
                // HTML lets a name begin with `=`; one byte is always taken, so this ends.
                at = upto(at + 1, &|byte| ends(byte) || byte == b'=');
                let key = html.get(begin..at)?;
                let equals = upto(at, &|byte| !byte.is_ascii_whitespace());
                let mut value = None;
                if bytes.get(equals) == Some(&b'=') {
                    let from = upto(equals + 1, &|byte| !byte.is_ascii_whitespace());
                    if let quote @ (b'"' | b'\'') = *bytes.get(from)? {
                        let end = upto(from + 1, &|byte| byte == quote);
                        bytes.get(end)?;
                        value = Some(from + 1..end);
                        at = end + 1;
                    } else {
                        let stop = |byte: u8| byte.is_ascii_whitespace() || byte == b'>';
                        at = upto(from, &stop);
                        value = Some(from..at);
                    }
                }
                attrs.push((begin..at, key, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_without_values_get_some() {
        let html = "<p hidden>a <img src=\"x\" alt /> <b c=\"d\">b</b></p>";
        assert_eq!(
            with_values(html).as_deref(),
            Some(
                "<p hidden=\"hidden\">a <img src=\"x\" alt=\"\" /> <b c=\"d\">b</b></p>"
            )
        );
        assert_eq!(with_values("<p class=\"a\">a</p>"), None);
    }

    #[test]
    fn tags_and_their_attributes_are_found() {
        let html = r#"a < b <P class=x data-y='a > b'>t<br/><!-- <i> --><a href="u" hidden></a>"#;
        let found = tags(html);
        let names: Vec<_> = found.iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["P", "br", "a", "a"]);
        assert_eq!(&html[found[0].value("DATA-Y").unwrap()], "a > b");
        assert_eq!(&html[found[0].value("class").unwrap()], "x");
        assert!(found[1].self_closing && found[3].closing);
        assert_eq!(found[2].attrs[1].1, "hidden");
        assert_eq!(&html[found[2].attrs[0].0.clone()], "href=\"u\"");
    }

    #[test]
    fn what_is_no_tag_is_left_alone() {
        assert_eq!(tags("1 <2 <- x <3> <").len(), 0);
        assert_eq!(tags("<a href=\"x").len(), 0);
        assert_eq!(tags("<script>if (a <b>c) {}</SCRIPT>").len(), 2);
        assert_eq!(tags("<é <a =x>").len(), 1);
    }
}
