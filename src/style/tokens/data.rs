//! Reads data and settings, patches, and Markdown: formats in which the line says what is what.
//!
//! ```text
//! a: b # c     a: at (a key), # c: co (a comment)
//! +new line    st (what a patch adds)
//! ```

use super::{Class, Token};
use concfilter::lang::Language;

/// The tokens of a listing in a language that one of these readers is for; `None` for others.
pub(super) fn read(language: &Language, code: &str) -> Option<Vec<Token>> {
    let (reader, arguments) = language.reader.split_first()?;
    let comments: Vec<&str> =
        language.syntax.line_comments.iter().map(|comment| comment.mark).collect();
    let mark = arguments.first().and_then(|mark| mark.chars().next()).unwrap_or('=');
    // Characters that may stand before the name.
    let lead = arguments.get(1).copied().unwrap_or_default();
    let line = |line: &str| match *reader {
        "keys" => keys(line, mark, &comments, lead),
        "patch" => patch(line),
        _ => markdown(line),
    };
    match *reader {
        "json" => return Some(json(code)),
        "keys" | "patch" | "markdown" => {}
        _ => return None,
    }
    let mut tokens = Vec::new();
    let mut offset = 0;
    let mut fence = false;
    for text in code.split_inclusive('\n') {
        let shown = text.trim_end_matches(['\n', '\r']);
        if *reader == "markdown" && shown.trim_start().starts_with("```") {
            fence = !fence;
            tokens.push((offset..offset + shown.len(), Class::Pp));
        } else if fence {
            tokens.push((offset..offset + shown.len(), Class::St));
        } else {
            let found = line(shown).into_iter();
            tokens.extend(
                found.map(|(range, class)| {
                    (offset + range.start..offset + range.end, class)
                }),
            );
        }
        offset += text.len();
    }
    Some(tokens)
}

/// A line of settings: the name before `mark`, and what stands behind it. `lead` are characters
/// that may stand before the name.
fn keys(line: &str, mark: char, comments: &[&str], lead: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let start = line.len()
        - line.trim_start_matches(|c| lead.contains(c) || c == ' ' || c == '\t').len();
    let rest = &line[start..];
    if rest.starts_with('[') && rest.trim_end().ends_with(']') && mark == '=' {
        let inside = rest.trim_matches(['[', ']', ' ']);
        let at = start + (inside.as_ptr() as usize - rest.as_ptr() as usize);
        tokens.push((at..at + inside.len(), Class::Kw));
        return tokens;
    }
    if ["---", "...", "%YAML"].contains(&line.trim_end()) && mark == ':' {
        tokens.push((0..line.trim_end().len(), Class::Pp));
        return tokens;
    }
    let mut at = start;
    let is_comment = comments.iter().any(|comment| rest.starts_with(comment));
    if !is_comment && let Some(end) = key_end(rest, mark) {
        tokens.push((start..start + rest[..end].trim_end().len(), Class::At));
        at = start + end + mark.len_utf8();
    }
    values(line, at, comments, &mut tokens);
    tokens
}

/// Where the name that a line of settings begins with ends.
fn key_end(line: &str, mark: char) -> Option<usize> {
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = match quote {
        Some(quote) => line[1..].find(quote)? + 2,
        None => 0,
    };
    let end = from + line.get(from..)?.find(mark)?;
    let is_name = |c: char| c.is_alphanumeric() || "_-./$<>*&! \\@".contains(c);
    let name = if quote.is_some() { &line[from..end] } else { &line[..end] };
    // In YAML a colon inside a word is a part of it: `https://a`.
    let ends =
        mark != ':' || line[end + 1..].is_empty() || line[end + 1..].starts_with(' ');
    (end > 0 && ends && name.chars().all(is_name)).then_some(end)
}

/// Strings, numbers, constants and a comment.
fn values(line: &str, from: usize, comments: &[&str], tokens: &mut Vec<Token>) {
    let mut at = from;
    while let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &line[at..];
        let begins =
            at == 0 || line[..at].ends_with([' ', '\t', ',', '[', '{', '=', ':']);
        if begins && comments.iter().any(|comment| rest.starts_with(comment)) {
            tokens.push((at..line.len(), Class::Co));
            return;
        }
        let end = match c {
            '"' | '\'' if begins => at + quoted(rest, c),
            '[' | '{' => at + 1,
            _ if begins => {
                at + rest.find([' ', ',', ']', '}', '\t']).unwrap_or(rest.len())
            }
            _ => at + c.len_utf8(),
        };
        let word = &line[at..end];
        if begins && matches!(c, '"' | '\'') {
            // In braces YAML and TOML have names too.
            let is_key = line[end..].starts_with(':');
            tokens.push((at..end, if is_key { Class::At } else { Class::St }));
        } else if begins && is_constant(word) {
            tokens.push((at..end, Class::Dv));
        }
        at = if end > at { end } else { at + c.len_utf8() };
    }
}

/// How long a quoted text is.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            '\n' => return at,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Numbers, dates, and what stands for true, false and nothing.
fn is_constant(word: &str) -> bool {
    let known = ["true", "false", "null", "yes", "no", "on", "off", "~", "inf", "nan"];
    let number = word.strip_prefix(['-', '+']).unwrap_or(word);
    known.contains(&&*word.to_ascii_lowercase())
        || number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_alphanumeric() || "._-:+".contains(c))
            && number.bytes().filter(u8::is_ascii_alphabetic).count() <= 2
}

fn json(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = code.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &code[at..];
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '+' | '.' | '_');
        let (length, class) = match c {
            '"' | '\'' => {
                let end = quoted(rest, c);
                let is_key = rest[end..].trim_start().starts_with(':');
                (end, Some(if is_key { Class::At } else { Class::St }))
            }
            '/' if rest.starts_with("//") => {
                (rest.find('\n').unwrap_or(rest.len()), Some(Class::Co))
            }
            '/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |end| end + 2), Some(Class::Co))
            }
            c if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let is_key = rest[end..].trim_start().starts_with(':');
                let class = if is_key { Class::At } else { Class::Dv };
                (end, (is_key || is_constant(&rest[..end])).then_some(class))
            }
            c => (c.len_utf8(), None),
        };
        tokens.extend(class.map(|class| (at..at + length, class)));
        at += length;
    }
    tokens
}

fn patch(line: &str) -> Vec<Token> {
    let class = if line.starts_with("@@") {
        Class::Pp
    } else if ["---", "+++", "diff ", "index ", "Index: ", "new file", "deleted file"]
        .iter()
        .any(|start| line.starts_with(start))
    {
        Class::At
    } else if line.starts_with(['+', '>']) {
        Class::St
    } else if line.starts_with(['-', '<']) {
        Class::Al
    } else {
        return Vec::new();
    };
    vec![(0..line.len(), class)]
}

fn markdown(line: &str) -> Vec<Token> {
    let text = line.trim_start();
    let start = line.len() - text.len();
    let heading = text.trim_start_matches('#');
    if text.len() > heading.len() && heading.starts_with(' ') {
        return vec![(start..line.len(), Class::Kw)];
    }
    let mut tokens = Vec::new();
    let marker = text.split_once(' ').map_or(text, |(first, _)| first);
    let number = marker.trim_end_matches(['.', ')']);
    let is_item = ["-", "*", "+", ">"].contains(&marker)
        || marker.len() > number.len() && number.bytes().all(|b| b.is_ascii_digit());
    if is_item && !number.is_empty() {
        tokens.push((start..start + marker.len(), Class::Pp));
    }
    let mut at = if is_item { start + marker.len() } else { start };
    while let Some(open) = line[at..].find('`').map(|found| at + found) {
        let Some(close) = line[open + 1..].find('`') else { break };
        at = open + close + 2;
        tokens.push((open..at, Class::St));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use concfilter::lang::languages::of_fence;

    fn pieces_of(language: &str, code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(of_fence(language).unwrap(), code)
            .unwrap()
            .into_iter()
            .map(say)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn settings_are_read() {
        for (language, code, expected) in [
            (
                "json",
                "{\"a\": [1, null, \"x\\\"\", -2.5e3], // c\n b: true}",
                "\"a\"=at 1=dv null=dv \"x\\\"\"=st -2.5e3=dv // c=co b=at true=dv",
            ),
            (
                "yaml",
                "---\n# c\na: b # c\nd-e: [1, \"x\"]\n- f: true\n  g: https://h#i",
                "---=pp # c=co a=at # c=co d-e=at 1=dv \"x\"=st f=at true=dv g=at",
            ),
            (
                "toml",
                "[a.b]\nn = \"x\" # c\nm = 2024-01-01\no = [1, 2]",
                "a.b=kw n=at \"x\"=st # c=co m=at 2024-01-01=dv o=at 1=dv 2=dv",
            ),
            ("ini", "; c\n[a]\nb=c", "; c=co a=kw b=at"),
            ("env", "A_B=1", "A_B=at 1=dv"),
        ] {
            assert_eq!(pieces_of(language, code), expected, "{language}");
        }
    }

    #[test]
    fn patches_and_markdown_are_read() {
        assert_eq!(
            pieces_of("diff", "--- a\r\n+++ b\n@@ -1 @@\n-x\n+y\n z"),
            "--- a=at +++ b=at @@ -1 @@=pp -x=al +y=st"
        );
        assert_eq!(
            pieces_of("markdown", "# H\na `b` c\n\n1. d\n- `e\n```py\nf\n```\n"),
            "# H=kw `b`=st 1.=pp -=pp ```py=pp f=st ```=pp"
        );
    }
}
