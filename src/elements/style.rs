//! The syntax of CSS as EPUBCheck holds stylesheets to it (CSS Syntax 3, section 5.4): what browsers
//! pass over in silence is an error there.

use super::depth::{TOO_DEEP, depth};

/// The declarations of a `style` attribute, one by one.
fn split(style: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    let mut escaped = false;
    for (at, c) in style.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (c, quote) {
            ('\\', _) => escaped = true,
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (';', None) if depth == 0 => {
                parts.push(&style[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&style[start..]);
    parts
}

/// Whether a text is a declaration: a name, a colon, and a value without what a value cannot have.
fn is_declaration(text: &str) -> bool {
    let Some((name, value)) = text.split_once(':') else { return false };
    let (name, value) = (name.trim(), value.trim());
    is_name(name)
        && !value.is_empty()
        && is_balanced(value)
        && !matches!(name, "direction" | "unicode-bidi")
}

/// Whether a text is the name of a property (CSS Syntax 3, section 4.3.9): `color`, `-webkit-x`, `--own`, `\31 a`.
fn is_name(name: &str) -> bool {
    let plain = name.trim_start_matches('-');
    let begins =
        plain.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '\\'));
    let (mut escaped, mut good) = (false, begins || name.starts_with("--"));
    for c in name.chars() {
        good &= escaped || c.is_alphanumeric() || matches!(c, '-' | '_' | '\\');
        // The blank behind a character's number is part of it.
        escaped = c == '\\' || escaped && c.is_ascii_hexdigit();
    }
    good
}

/// Whether quotes and brackets are closed, and none is that of a block. A bracket that closes nothing stands in a
/// value as any other sign does: EPUBCheck passes over it, and so do browsers, with all of the declaration.
fn is_balanced(value: &str) -> bool {
    let (mut open, mut quote, mut escaped) = (Vec::new(), None, false);
    for c in value.chars() {
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', _) => escaped = true,
            (c, Some(end)) if c == end => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('(', None) => open.push(')'),
            ('[', None) => open.push(']'),
            ('{' | '}', None) => return false,
            (c, None) if open.last() == Some(&c) => drop(open.pop()),
            _ => {}
        }
    }
    open.is_empty() && quote.is_none()
}

/// Whether a `style` attribute holds declarations alone.
pub fn are_declarations(style: &str) -> bool {
    let is_empty = |text: &str| text.trim().is_empty();
    let style = &without_comments(style);
    depth(style).1.is_none()
        && split(style).into_iter().all(|one| is_empty(one) || is_declaration(one))
}

/// Those declarations of a `style` attribute that are valid.
pub fn valid_declarations(style: &str) -> String {
    if depth(style).1.is_some() {
        return String::new();
    }
    let style = without_comments(style);
    let valid: Vec<_> = split(&style)
        .into_iter()
        .filter(|one| is_declaration(one))
        .map(str::trim)
        .collect();
    valid.join("; ")
}

/// What EPUBCheck refuses in a stylesheet, each with its byte.
pub fn syntax_faults(css: &str) -> Vec<(usize, String)> {
    if let (_, Some(at)) = depth(css) {
        return vec![(at, TOO_DEEP.to_owned())];
    }
    let text = without_marks(css);
    let mut faults = Vec::new();
    rules(&text, 0, false, &mut faults);
    faults
}

/// The text with spaces for its comments, and for the marks that hid it from old browsers.
fn without_marks(css: &str) -> String {
    without_comments(&css.replace("<!--", "    ").replace("-->", "   "))
}

/// The text with a space for each byte of its comments.
fn without_comments(css: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(css.len()), 0);
    while let Some(start) = comment(css, at) {
        let end = css[start + 2..].find("*/").map_or(css.len(), |end| start + end + 4);
        out.push_str(&css[at..start]);
        let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
        out.extend(css[start..end].bytes().map(blank));
        at = end;
    }
    out + &css[at..]
}

/// Where the next comment begins that stands in no string, from a byte on.
fn comment(css: &str, from: usize) -> Option<usize> {
    let mut signs = outside_strings(css, from);
    let begins = |&(at, c): &(usize, char)| c == '/' && css[at + 1..].starts_with('*');
    signs.find(begins).map(|(at, _)| at)
}

/// The first of some characters from a byte on that stands in no string and no brackets.
fn next(text: &str, from: usize, stops: &[char]) -> Option<(usize, char)> {
    let mut depth = 0_usize;
    for (at, c) in outside_strings(text, from) {
        match c {
            c if depth == 0 && stops.contains(&c) => return Some((at, c)),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The characters from a byte on that stand in no string and behind no backslash. A string ends with its line.
fn outside_strings(text: &str, from: usize) -> impl Iterator<Item = (usize, char)> {
    let (mut quote, mut escaped) = (None, false);
    text[from..].char_indices().filter_map(move |(at, c)| {
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', _) => escaped = true,
            (c, Some(open)) if c == open || c == '\n' => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            (c, None) => return Some((from + at, c)),
        }
        None
    })
}

/// Rules from a byte on; the byte behind the last. Those of a block end with its bracket.
fn rules(
    text: &str,
    from: usize,
    in_block: bool,
    faults: &mut Vec<(usize, String)>,
) -> usize {
    let mut at = from;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if rest.is_empty() {
            if in_block {
                faults.push((from, "a block is never closed".to_owned()));
            }
            return at;
        }
        if rest.starts_with('}') {
            if in_block {
                return at + 1;
            }
            faults.push((at, "a bracket closes nothing".to_owned()));
            at += 1;
            continue;
        }
        let Some((stop, c)) = next(text, at, &['{', ';', '}']) else {
            if !rest.starts_with("@import") && !rest.starts_with("@charset") {
                faults.push((at, "a rule without a block".to_owned()));
            }
            return text.len();
        };
        let head = text[at..stop].trim();
        at = match c {
            '{' if holds_rules(head) => rules(text, stop + 1, true, faults),
            '{' if head.starts_with('@') && !holds_declarations(head) => {
                behind(text, stop + 1).unwrap_or_else(|| {
                    faults.push((stop, "a block is never closed".to_owned()));
                    text.len()
                })
            }
            '{' => {
                if head.is_empty() {
                    faults.push((stop, "a block without a selector".to_owned()));
                }
                block(text, stop + 1, faults)
            }
            ';' if head.starts_with('@') => stop + 1,
            // As within rules that stand in each other (CSS Nesting 1, section 2.1).
            _ if in_block && is_declaration(head) => stop + usize::from(c == ';'),
            _ => {
                faults.push((at, format!("{head:?} is no rule")));
                stop + usize::from(c == ';')
            }
        };
    }
}

/// Whether the block of an at-rule holds declarations. What others hold, readers that do not know them pass over.
fn holds_declarations(head: &str) -> bool {
    let name = head.split(|c: char| c.is_whitespace() || c == ':').next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    matches!(&*name, "@font-face" | "@page")
}

/// The byte behind a block that begins at a byte.
fn behind(text: &str, from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 1);
    while depth > 0 {
        let (stop, c) = next(text, at, &['{', '}'])?;
        depth = if c == '{' { depth + 1 } else { depth - 1 };
        at = stop + 1;
    }
    Some(at)
}

/// Whether the block of an at-rule holds rules.
fn holds_rules(head: &str) -> bool {
    let name =
        head.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    name.ends_with("keyframes")
        || matches!(
            &*name,
            "@media" | "@supports" | "@layer" | "@container" | "@document"
        )
}

/// Declarations from a byte on, up to the bracket that ends them; the byte behind it.
fn block(text: &str, from: usize, faults: &mut Vec<(usize, String)>) -> usize {
    let mut at = from;
    loop {
        let stop = next(text, at, &[';', '}', '{']);
        let end = stop.map_or(text.len(), |(end, _)| end);
        let one = &text[at..end];
        let start = at + one.len() - one.trim_start().len();
        if !one.trim().is_empty() && !is_declaration(one) {
            let name = one.split_once(':').map_or(one, |(first, _)| first).trim();
            faults.push((
                start,
                if matches!(name, "direction" | "unicode-bidi") {
                    format!("an ePub's stylesheet may not set {name}")
                } else {
                    format!("{:?} is no declaration", one.trim())
                },
            ));
        }
        match stop {
            Some((end, ';')) => at = end + 1,
            Some((end, '}')) => return end + 1,
            Some((end, _)) => {
                faults.push((end, "a block within a block".to_owned()));
                at = block(text, end + 1, faults);
            }
            None => {
                faults.push((from, "a block is never closed".to_owned()));
                return text.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_declarations_are_taken_for_declarations() {
        for right in [
            "",
            "color: red",
            "a:b;; c:d;",
            "x: url(a;b) \"c;d\"; -webkit-y: z",
            "content: \"\\\"\"",
            "content: \\( \\\"",
            "\\31 a: b; --: c",
            "/* a; b */ color/**/: red; /* c",
            "margin: ]0; padding: 0)]; x: [)]",
        ] {
            assert!(are_declarations(right), "{right}");
        }
        for wrong in [
            "color:",
            "foo bar",
            "50%",
            "a: b; c",
            "a: {b}",
            "a: (b",
            "direction: rtl",
            "a: (]",
            "a: \"\\\"",
            "]: a",
            "-: a",
            "x y: a",
        ] {
            assert!(!are_declarations(wrong), "{wrong}");
        }
        assert_eq!(valid_declarations("color: ; a: b;foo;c:d"), "a: b; c:d");
    }

    /// As EPUBCheck does.
    #[test]
    fn what_readers_may_not_know_is_passed_over() {
        for right in [
            "@scope (.a) { p { margin: 0 } } q { margin: 0 }",
            "@font-feature-values A { @styleset { nice: 1 } }",
            "@media print { margin: 0; p { color: red } }",
            "@media print { margin: 0 }",
        ] {
            assert_eq!(syntax_faults(right), [], "{right}");
        }
        for wrong in ["@font-face { p { a: b } }", "@media print { p }", "@scope { p {}"]
        {
            assert!(!syntax_faults(wrong).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn a_stylesheet_that_breaks_the_grammar_is_found() {
        let right = "@charset \"x\"; @import url(a;b.css); /* { */ p, q > r { a: b; c: d }\n\
            @media print { p { a: \"}\" } } @font-face { src: url(x) } \
            @keyframes x { 50% { a: b } } p {} :is(a, b) { c: d; }";
        assert_eq!(syntax_faults(right), []);
        // As EPUBCheck does: signs behind a backslash, comments in strings, brackets that close nothing.
        let right =
            "q { content: \"\\\"\"; quotes: '\\'' \"/*\" } p { margin:]]> 0 } b { c: d }";
        assert_eq!(syntax_faults(right), []);
        for (wrong, at) in [
            ("p { a: b", 3),
            ("p { a: b } @foo", 11),
            ("p { a }", 4),
            ("p { a: }", 4),
            ("a: b; p { c: d }", 0),
            ("p { c: d } }", 11),
            ("p { direction: rtl }", 4),
        ] {
            let faults = syntax_faults(wrong);
            assert_eq!(faults.first().map(|one| one.0), Some(at), "{wrong}: {faults:?}");
        }
    }
}
