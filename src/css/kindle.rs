//! What Kindle shows of a stylesheet. Its converter drops the rest without a word, so the edition for it has
//! nothing else, and an author's own stylesheet is told what it loses.
//!
//! ```text
//! pre { margin: 0; tab-size: 4 }     becomes   pre { margin: 0; }
//! a, :where(p) b { color: red }      becomes   a { color: red }
//! @container (width > 9em) { … }     becomes   nothing
//! ```
//!
//! A stylesheet is read as text, by the shape of its blocks, so that what stays is written as it was.

use super::guard::within_depth;
use super::kindle_values::{shows_property, shows_value};
use std::ops::Range;

/// Pseudo-classes that a selector may have; no pseudo-element is among them.
const PSEUDO_CLASSES: &[&str] =
    &["active", "first-child", "focus", "hover", "lang", "link", "visited"];

/// At-rules that Kindle reads, besides `@media`, whose rules are looked at one by one.
const AT_RULES: &[&str] = &["@charset", "@font-face", "@import", "@namespace", "@page"];

/// What Kindle drops of a stylesheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The byte where it stands.
    pub offset: usize,
    /// What it is, as one would look it up: `tab-size`, `::before`, `@container`, `min()`.
    pub what: String,
}

/// A stylesheet without what Kindle drops, and what that was. One whose blocks stand too deep in each other
/// is left as it is.
pub fn for_kindle(css: &str) -> (String, Vec<Dropped>) {
    let read = || {
        let mut reduced = Reduced { css, out: String::new(), dropped: Vec::new() };
        reduced.rules(0..css.len());
        (reduced.out, reduced.dropped)
    };
    within_depth(css, read).unwrap_or_else(|| (css.to_owned(), Vec::new()))
}

/// Whether Kindle shows a declaration.
pub fn kindle_shows(property: &str, value: &str) -> bool {
    shows_property(property) && shows_value(property, value).is_none()
}

/// The byte behind the statements that a stylesheet has to begin with, where rules may be put.
pub fn behind_imports(css: &str) -> usize {
    let mut end = 0;
    for block in blocks(css, 0..css.len()) {
        if block.body.is_some() {
            break;
        }
        end = block.whole.end;
    }
    end
}

/// A stylesheet that is being reduced.
struct Reduced<'a> {
    css: &'a str,
    out: String,
    dropped: Vec<Dropped>,
}

impl Reduced<'_> {
    /// Adds what stays of the rules in a part of the stylesheet, each with the comments before it; whether any
    /// does.
    fn rules(&mut self, part: Range<usize>) -> bool {
        let css = self.css;
        let (mut from, end) = (part.start, part.end);
        let before = self.out.len();
        for block in blocks(css, part) {
            let lead = &css[from..block.whole.start];
            from = block.whole.end;
            let undo = self.out.len();
            self.out.push_str(lead);
            if !self.rule(&block) {
                self.out.truncate(undo);
            }
        }
        let any = self.out.len() > before;
        if any {
            self.out.push_str(&css[from..end]);
        }
        any
    }

    /// Adds what stays of a rule; whether anything does.
    fn rule(&mut self, block: &CssBlock) -> bool {
        let prelude = &self.css[block.prelude.clone()];
        let name = prelude.split(|c: char| c.is_whitespace() || c == '(').next();
        match (name.filter(|name| name.starts_with('@')), &block.body) {
            (Some(name), _) if AT_RULES.contains(&&*name.to_ascii_lowercase()) => {
                self.out.push_str(&self.css[block.whole.clone()]);
                true
            }
            (Some(name), Some(body)) if name.eq_ignore_ascii_case("@media") => {
                self.out.push_str(&self.css[block.whole.start..body.start]);
                let any = self.rules(body.clone());
                self.out.push('}');
                any
            }
            (Some(name), _) => {
                self.drop(block.prelude.start, name.to_owned());
                false
            }
            (None, Some(body)) => self.style(block, body),
            // A statement that is no rule.
            (None, None) => true,
        }
    }

    /// Adds what stays of a rule with declarations; whether anything does.
    fn style(&mut self, block: &CssBlock, body: &Range<usize>) -> bool {
        let css = self.css;
        let before = self.dropped.len();
        let selectors: Vec<&str> = parts(css, block.prelude.clone(), b',')
            .filter(|one| match unknown_in_selector(&css[one.clone()]) {
                Some(what) => {
                    self.drop(one.start, what);
                    false
                }
                None => true,
            })
            .map(|one| css[one].trim())
            .collect();
        if selectors.is_empty() {
            return false;
        }
        let declarations: Vec<&str> = parts(css, body.clone(), b';')
            .map(|one| without_comments(css, one))
            .filter(|one| !one.is_empty() && self.declaration(one.clone()))
            .map(|one| css[one].trim_end())
            .collect();
        if declarations.is_empty() {
            return false;
        }
        if self.dropped.len() == before {
            self.out.push_str(&css[block.whole.clone()]);
        } else {
            self.out.push_str(&selectors.join(",\n"));
            self.out.push_str(" {\n");
            for one in declarations {
                self.out.extend(["  ", one, ";\n"]);
            }
            self.out.push('}');
        }
        true
    }

    /// Whether a declaration stays.
    fn declaration(&mut self, part: Range<usize>) -> bool {
        let text = &self.css[part.clone()];
        let Some((property, value)) = text.split_once(':') else { return true };
        let property = property.trim().to_ascii_lowercase();
        let lost = if shows_property(&property) {
            shows_value(&property, value)
        } else {
            Some(property)
        };
        let stays = lost.is_none();
        if let Some(what) = lost {
            self.drop(part.start, what);
        }
        stays
    }

    fn drop(&mut self, offset: usize, what: String) {
        self.dropped.push(Dropped { offset, what });
    }
}

/// What Kindle does not know in a selector: `::before`, `:where`.
fn unknown_in_selector(selector: &str) -> Option<String> {
    let bytes = selector.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'[' => at = closing(bytes, at),
            b'~' => return Some("~".to_owned()),
            b'\\' => at += 1,
            b':' => {
                let colons = bytes[at..].iter().take_while(|&&c| c == b':').count();
                let rest = &selector[at + colons..];
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                    .unwrap_or(rest.len());
                let name = rest[..end].to_ascii_lowercase();
                if colons > 1 || !PSEUDO_CLASSES.contains(&&*name) {
                    return Some(format!("{}{name}", &selector[at..at + colons]));
                }
                at += colons + end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A rule or a statement of a stylesheet.
#[derive(Debug)]
struct CssBlock {
    whole: Range<usize>,
    prelude: Range<usize>,
    /// What stands between its braces.
    body: Option<Range<usize>>,
}

/// The rules and statements in a part of a stylesheet, without the comments between them.
fn blocks(css: &str, part: Range<usize>) -> impl Iterator<Item = CssBlock> + '_ {
    let bytes = &css.as_bytes()[..part.end];
    let mut at = part.start;
    std::iter::from_fn(move || {
        at = skip(bytes, at);
        let start = at;
        (start < bytes.len()).then_some(())?;
        while at < bytes.len() && !matches!(bytes[at], b'{' | b';') {
            at = behind(bytes, at);
        }
        let prelude = start..at.min(bytes.len());
        let body = (bytes.get(at) == Some(&b'{')).then(|| {
            let close = closing(bytes, at);
            let inside = at + 1..close.min(bytes.len());
            at = close;
            inside
        });
        at = (at + 1).min(bytes.len());
        Some(CssBlock { whole: start..at, prelude, body })
    })
}

/// The parts of a piece of a stylesheet between signs that stand in no brackets and no string.
fn parts(
    css: &str,
    piece: Range<usize>,
    sign: u8,
) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = &css.as_bytes()[..piece.end];
    let mut start = piece.start;
    std::iter::from_fn(move || {
        let begin = skip(bytes, start);
        (begin < bytes.len()).then_some(())?;
        let mut at = begin;
        while at < bytes.len() && bytes[at] != sign {
            at = behind(bytes, at);
        }
        let end = at.min(bytes.len());
        start = end + 1;
        Some(begin..end)
    })
}

/// A part without the comments that it begins with.
fn without_comments(css: &str, part: Range<usize>) -> Range<usize> {
    skip(&css.as_bytes()[..part.end], part.start)..part.end
}

/// The first byte from here on that is neither space nor in a comment.
fn skip(bytes: &[u8], mut at: usize) -> usize {
    loop {
        if bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        } else if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"/*")) {
            at = behind(bytes, at);
        } else {
            return at.min(bytes.len());
        }
    }
}

/// The byte behind what begins here: a comment, a string, what brackets hold, or one byte.
fn behind(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b'/' if bytes[at..].starts_with(b"/*") => bytes[at + 2..]
            .windows(2)
            .position(|two| two == b"*/")
            .map_or(bytes.len(), |end| at + 2 + end + 2),
        quote @ (b'"' | b'\'') => {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != quote {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        }
        b'(' | b'[' | b'{' => closing(bytes, at) + 1,
        b'\\' => at + 2,
        _ => at + 1,
    }
}

/// The byte that closes the bracket at `at`; behind the text where there is none.
fn closing(bytes: &[u8], at: usize) -> usize {
    let mut open = vec![bytes[at]];
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            one @ (b'(' | b'[' | b'{') => {
                open.push(one);
                at += 1;
            }
            b')' | b']' | b'}' => {
                open.pop();
                if open.is_empty() {
                    return at;
                }
                at += 1;
            }
            _ => at = behind(bytes, at),
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduced(css: &str) -> (String, Vec<String>) {
        let (out, dropped) = for_kindle(css);
        (out, dropped.into_iter().map(|one| one.what).collect())
    }

    #[test]
    fn what_kindle_shows_stays_as_it_is_written() {
        for css in [
            "/* a; { */ @charset \"x\";\n@font-face { src: url(a;b.ttf) }\np { margin: 0 /* ; */ }\n",
            "a[href=\":where(x)\"], b > c + d:first-child, :lang(ja) { color: RED }",
            "@media amzn-kf8 { p { MARGIN: 0 } }",
            "p { font: 1em/1.2 \"a;}b\", serif; -webkit-hyphens: none }",
            "",
            "p{margin:0",
            "p{margin:0}}q{margin:0}",
        ] {
            assert_eq!(reduced(css), (css.to_owned(), vec![]), "{css}");
        }
    }

    #[test]
    fn what_kindle_drops_goes_with_what_was_said_of_it() {
        for (css, left, lost) in [
            ("p { margin: 0; tab-size: 4 }", "p {\n  margin: 0;\n}", &["tab-size"][..]),
            ("a, :where(p, q) b { color: red }", "a {\n  color: red;\n}", &[":where"]),
            (
                "/* a */ p::before { content: \"}\" } /* b */ b { margin: 0 }",
                " /* b */ b { margin: 0 }",
                &["::before"],
            ),
            ("@container (width > 1em) { p { margin: 0 } }", "", &["@container"]),
            ("@media screen { p { columns: 2 } }", "", &["columns"]),
            (
                "p { width: min(1em, 2em); width: 1em }",
                "p {\n  width: 1em;\n}",
                &["min()"],
            ),
            ("p { width: 10cqi } q { display: flex }", "", &["cqi", "display: flex"]),
            ("p { --a: 1; color: var(--a) }", "", &["--a", "var()"]),
            ("a:first-line, a ~ b { margin: 0 }", "", &[":first-line", "~"]),
        ] {
            let (out, dropped) = reduced(css);
            assert_eq!(out, left, "{css}");
            assert_eq!(dropped, lost, "{css}");
            assert_eq!(reduced(&out), (out.clone(), vec![]));
        }
    }

    #[test]
    fn rules_go_behind_imports() {
        for (css, at) in [("@import 'a;b';\np {}", 14), ("p {} @import 'a'", 0), ("", 0)]
        {
            assert_eq!(behind_imports(css), at, "{css}");
        }
    }
}
