//! What stands behind a fence, read as pandoc reads it.
//!
//! ```text
//! {#a .python file=a.py}   identifier a, class python, file = a.py
//! {python}                 no attributes: pandoc takes it for text
//! ```

use concfilter::ast::build::Attr;

/// What a fence says, by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Info {
    /// A word, attributes in braces, or nothing.
    Plain(Attr),
    /// A word and attributes behind it: only newer pandocs read a code block there, others
    /// inline code.
    Both(Attr),
    /// Text of this format, which pandoc hands through: `{=html}`.
    Raw(String),
    /// Nothing that pandoc takes for a code block's attributes: it reads inline code, or text.
    Broken(Attr),
}

impl Info {
    /// Reads the text behind a fence.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if let Some(format) =
            text.strip_prefix("{=").and_then(|rest| rest.strip_suffix('}'))
        {
            let format = format.trim();
            if !format.is_empty() && !format.contains(|c: char| c.is_whitespace()) {
                return Self::Raw(format.to_owned());
            }
        }
        let (word, braces) = match text.find('{') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let word = word.trim();
        let class = |word: &str| {
            let first = word.split_whitespace().next().map(str::to_owned);
            Attr(String::new(), first.into_iter().collect(), Vec::new())
        };
        let one = word.split_whitespace().count() <= 1;
        if braces.is_empty() {
            let attr = class(word);
            return if one { Self::Plain(attr) } else { Self::Broken(attr) };
        }
        match attributes(braces) {
            Some(attr) if word.is_empty() => Self::Plain(attr),
            Some(attr) if one => {
                let mut both = class(word);
                both.0 = attr.0;
                both.1.extend(attr.1);
                both.2 = attr.2;
                Self::Both(both)
            }
            _ => Self::Broken(class(word)),
        }
    }

    /// The attributes, as far as there are any.
    pub(super) fn attr(&self) -> Attr {
        match self {
            Self::Plain(attr) | Self::Both(attr) | Self::Broken(attr) => attr.clone(),
            Self::Raw(_) => Attr::default(),
        }
    }
}

/// `{#id .class key="value"}`; `None` where pandoc would not have it.
fn attributes(text: &str) -> Option<Attr> {
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut attr = Attr::default();
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return behind.trim().is_empty().then_some(attr);
        }
        if let Some(behind) = rest.strip_prefix('#') {
            let (id, behind) = name(behind)?;
            id.clone_into(&mut attr.0);
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix('.') {
            let (class, behind) = name(behind)?;
            attr.1.push(class.to_owned());
            rest = behind;
        } else if rest.starts_with('-') && rest[1..].starts_with([' ', '}']) {
            attr.1.push("unnumbered".to_owned());
            rest = &rest[1..];
        } else {
            let (key, behind) = name(rest)?;
            let (value, behind) = value(behind.strip_prefix('=')?)?;
            attr.2.push((key.to_owned(), value));
            rest = behind;
        }
        let trimmed = rest.trim_start();
        if trimmed.len() == rest.len() && !rest.starts_with('}') {
            return None;
        }
        rest = trimmed;
    }
}

/// A name, and what stands behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let goes_on = |c: char| c.is_alphanumeric() || "-_:.".contains(c);
    Some(text.split_at(text.find(|c| !goes_on(c)).unwrap_or(text.len())))
}

/// A value, and what stands behind it. A backslash goes before any character that is no letter
/// and no digit: `\d` keeps it.
fn value(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let text = if quote.is_some() { &text[1..] } else { text };
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if Some(c) == quote => return Some((out, &text[at + 1..])),
            c if quote.is_none() && (c.is_whitespace() || c == '}') => {
                return Some((out, &text[at..]));
            }
            '\\' => {
                let next = text[at + 1..].chars().next()?;
                if next.is_alphanumeric() || next.is_whitespace() {
                    out.push('\\');
                } else {
                    out.push(next);
                    chars.next();
                }
            }
            '&' => {
                let entity = text[at..].find(';').map(|end| &text[at..=at + end]);
                let meant = entity.and_then(|entity| {
                    let meant = quick_xml::escape::unescape(entity).ok()?;
                    (meant != entity).then(|| (meant.into_owned(), entity.len()))
                });
                match meant {
                    Some((meant, length)) => {
                        out.push_str(&meant);
                        while chars
                            .clone()
                            .next()
                            .is_some_and(|(next, _)| next < at + length)
                        {
                            chars.next();
                        }
                    }
                    None => out.push('&'),
                }
            }
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_words(text: &str) -> Option<String> {
        let Attr(id, classes, pairs) = attributes(text)?;
        let mut parts: Vec<String> =
            classes.iter().map(|class| format!(".{class}")).collect();
        parts.extend(pairs.iter().map(|(key, value)| format!("{key}={value}")));
        if !id.is_empty() {
            parts.insert(0, format!("#{id}"));
        }
        Some(parts.join(" "))
    }

    #[test]
    fn attributes_are_read_as_pandoc_reads_them() {
        for (text, wanted) in [
            (r#"{.python file=a.py match="x \" y"}"#, r#".python file=a.py match=x " y"#),
            ("{#id .cls key=val}", "#id .cls key=val"),
            ("{ .a  .b }", ".a .b"),
            (r#"{k=b\"c}"#, r#"k=b"c"#),
            (r#"{.python match='a "b'}"#, r#".python match=a "b"#),
            (r#"{match="\d+\.\\"}"#, r"match=\d+.\"),
            (r#"{match="a &lt; b & c &x;"}"#, "match=a < b & c &x;"),
            ("{}", ""),
        ] {
            assert_eq!(as_words(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "{python}",
            "{.python norun}",
            "{.c++}",
            "{.a",
            "{k=\"x}",
            "{.a}b",
            "{.a.}x",
            "{k=}x}",
        ] {
            assert_eq!(as_words(text), None, "{text}");
        }
    }

    #[test]
    fn the_form_tells_what_pandoc_makes_of_a_block() {
        let class = |classes: &[&str]| {
            let classes = classes.iter().map(|class| (*class).to_owned()).collect();
            Attr(String::new(), classes, Vec::new())
        };
        assert_eq!(Info::read(""), Info::Plain(class(&[])));
        assert_eq!(Info::read(" c++ "), Info::Plain(class(&["c++"])));
        assert_eq!(
            Info::read("{.python .norun}"),
            Info::Plain(class(&["python", "norun"]))
        );
        assert_eq!(
            Info::read("python {.norun}"),
            Info::Both(class(&["python", "norun"]))
        );
        assert_eq!(Info::read("python{.norun}"), Info::Both(class(&["python", "norun"])));
        assert_eq!(Info::read("{=html}"), Info::Raw("html".to_owned()));
        assert_eq!(Info::read("python numberLines"), Info::Broken(class(&["python"])));
        assert_eq!(Info::read("{.python norun}"), Info::Broken(class(&[])));
    }
}
