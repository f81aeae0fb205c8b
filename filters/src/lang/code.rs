//! What a piece of inline code is: an identifier, or something else.
//!
//! Identifiers are names and what is written around a name to say which kind it is: `run()`,
//! `@decorator`, `name!`, `List[int]`, `asyncio.sleep`, `std::mem::swap`. Command lines, paths,
//! expressions and literals are not. The grammar is that of names in the languages of `lang`
//! taken together, and knows no book.

use super::is_file;
use std::borrow::Cow;

/// Words that stand together as one keyword, `async def` or `not in`, are made of these.
const KEYWORDS: &[&str] = &[
    "abstract",
    "async",
    "await",
    "class",
    "const",
    "def",
    "default",
    "defer",
    "else",
    "enum",
    "except",
    "export",
    "extern",
    "final",
    "fn",
    "for",
    "from",
    "func",
    "function",
    "if",
    "impl",
    "import",
    "in",
    "interface",
    "is",
    "let",
    "mod",
    "mut",
    "new",
    "not",
    "override",
    "private",
    "protected",
    "pub",
    "public",
    "return",
    "sealed",
    "select",
    "static",
    "struct",
    "synchronized",
    "trait",
    "try",
    "type",
    "unsafe",
    "var",
    "virtual",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether inline code is an identifier.
pub fn is_identifier(code: &str) -> bool {
    let code = code.trim();
    if code.contains(char::is_whitespace) && code.split_whitespace().all(is_keyword) {
        return true;
    }
    // A name alone or behind the marks that languages put before one.
    let bare = ["@@", "@", "**", "*", "&", "$", "::", "."]
        .iter()
        .find_map(|mark| code.strip_prefix(mark))
        .unwrap_or(code);
    let bare = bare.strip_suffix(['!', '?']).unwrap_or(bare);
    let (name, brackets) = match bare.find(['<', '[', '(']) {
        Some(at) if !(bare[at..].starts_with("()") && bare.len() > at + 2) => {
            (&bare[..at], Some(&bare[at..]))
        }
        _ => (bare, None),
    };
    is_path(name)
        && brackets.is_none_or(|brackets| is_call(brackets) || is_bracketed(brackets))
}

/// `()`, and what authors put between the brackets where they mean no argument.
fn is_call(brackets: &str) -> bool {
    matches!(brackets, "()" | "(..)" | "(...)" | "(…)")
}

/// Whether brackets behind a name, which are all of the text, leave it one: `(x, y)`, `[0]`, `<K, V>`.
pub fn is_bracketed(brackets: &str) -> bool {
    match brackets.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').is_some_and(|inside| {
            !inside.is_empty() && inside.split(',').all(is_argument)
        }),
        None => is_type_arguments(brackets),
    }
}

/// A parameter or a plain argument: `x`, `*args`, `x: int`, `n=1`, `&mut self`. What has to be
/// computed or quoted makes an expression of the call.
fn is_argument(text: &str) -> bool {
    let text = text.trim();
    let (name, value) =
        text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let (name, kind) =
        name.split_once(": ").map_or((name, None), |(name, kind)| (name, Some(kind)));
    let is_value = |text: &str| {
        is_number(text) || is_path(text.trim_start_matches(['*', '&', '@', '$']))
    };
    let name = name.trim().strip_prefix("&mut ").unwrap_or(name.trim());
    matches!(text, "..." | "…" | "..")
        || is_value(name)
            && value.is_none_or(|value| is_value(value.trim()))
            && kind.is_none_or(|kind| is_value(kind.trim()))
}

/// A whole number, perhaps with its sign.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Names joined by `.`, `::`, `->` or `#`, and not the name of a file.
fn is_path(text: &str) -> bool {
    let mut dotted = Cow::Borrowed(text);
    for mark in ["::", "->", "#"] {
        if dotted.contains(mark) {
            dotted = dotted.replace(mark, ".").into();
        }
    }
    let names =
        dotted.split('.').all(|part| is_name(part.strip_suffix("()").unwrap_or(part)));
    names && !is_file(text)
}

/// A name, perhaps in a module and with types in brackets: `std::vector<int>`.
pub(super) fn is_type_name(text: &str) -> bool {
    let (name, brackets) = text.find('<').map_or((text, ""), |at| text.split_at(at));
    is_path(name) && (brackets.is_empty() || is_type_arguments(brackets))
}

/// A name as Unicode's annex 31 has it, with `_` and `$`.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let start = |c: char| unicode_ident::is_xid_start(c) || c == '_' || c == '$';
    let on = |c: char| unicode_ident::is_xid_continue(c) || c == '$';
    chars.next().is_some_and(start) && chars.all(on)
}

/// `<T>`, `[int]`, `[str, list[int]]`, `<K, V>`, `<(), E>`: brackets that match, around types, or an
/// index that is a name or a number. One that is computed, such as `[i + 1]`, is an expression.
fn is_type_arguments(text: &str) -> bool {
    let mut open = Vec::new();
    let mut word = String::new();
    let index = text.starts_with('[');
    for (at, c) in text.char_indices() {
        let close = match c {
            '>' => Some('<'),
            ']' => Some('['),
            ')' => Some('('),
            _ => None,
        };
        if let Some(close) = close {
            let last = open.pop();
            // A further index may follow: `a[0][i]`.
            let ends = open.is_empty() && at + 1 < text.len();
            if last != Some(close) || ends && !(index && text[at + 1..].starts_with('['))
            {
                return false;
            }
        } else if matches!(c, '<' | '[' | '(') {
            open.push(c);
        }
        if matches!(c, '<' | '[' | '(' | '>' | ']' | ')' | ',' | ' ' | '|') {
            if !(word.is_empty() || is_type(&word) || is_number(&word)) {
                return false;
            }
            word.clear();
        } else {
            word.push(c);
        }
    }
    open.is_empty()
        && text.chars().any(|c| c.is_alphabetic() || index && c.is_ascii_digit())
}

/// A name that may be a type: behind `&`, `*`, `?` or a lifetime's `'`, or dotted, or `...`.
fn is_type(word: &str) -> bool {
    let bare = word.trim_start_matches(['&', '*', '\'']).trim_end_matches('?');
    word == "..." || word == "?" || is_path(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told() {
        for code in [
            "class",
            "x",
            "run()",
            "asyncio.sleep",
            "asyncio.run()",
            "std::mem::swap",
            "@dataclass",
            "@app.route",
            "__init__",
            "println!",
            "List[int]",
            "Vec<T>",
            "Map<String, List<Integer>>",
            "dict[str, int | None]",
            "*args",
            "**kwargs",
            "async def",
            "not in",
            "yield from",
            "obj.method().other",
            "naïve",
            "empty?",
            "$HOME",
            ".append()",
            "Foo::bar",
            "self.lock",
            "HashMap<&str, Vec<u8>>",
            "MAX_SIZE",
            "f(x)",
            "f(x, y)",
            "run(self, *args, **kwargs)",
            "run(key=None, n: int)",
            "print(1)",
            "run(..)",
            "run(...)",
            "obj.run(…)",
            "a[i]",
            "a[0]",
            "argv[-1]",
            "m[0][i]",
            "Result<(), E>",
            "Vec<(K, V)>",
            "größe_max",
        ] {
            assert!(is_identifier(code), "{code}");
        }
    }

    #[test]
    fn everything_else_is_told_apart() {
        for code in [
            "pip install trio",
            "ls -la",
            "/etc/passwd",
            "src/main.rs",
            "main.py",
            "x + 1",
            "x = 1",
            "42",
            "3.14",
            "\"text\"",
            "'c'",
            "f(x + 1)",
            "f(g(x))",
            "print(\"a\")",
            "f(",
            "f(x)(y)",
            "Cargo.lock",
            "App.vue",
            "D3.js",
            "a[1:2]",
            "[0]",
            "==",
            "->",
            "",
            "--flag",
            "-v",
            "https://example.org",
            "0x1f",
            "a[i + 1]",
            "package.json",
            "utf-8",
            "{}",
            "()",
            "[]",
            ".",
            "...",
            "foo bar",
            "[1, 2]",
            "i < 3",
            "<div>",
            "a.",
            "List[",
        ] {
            assert!(!is_identifier(code), "{code}");
        }
    }
}
