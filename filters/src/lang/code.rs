//! What a piece of inline code is: an identifier, or something else.
//!
//! Identifiers are names and what is written around a name to say which kind it is: `run()`,
//! `@decorator`, `name!`, `List[int]`, `asyncio.sleep`, `std::mem::swap`. Command lines, paths,
//! expressions and literals are not. The grammar is that of names in the languages of `lang`
//! taken together, and knows no book.

use super::is_file_extension;
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
    let bare = bare.strip_suffix("()").or(bare.strip_suffix(['!', '?'])).unwrap_or(bare);
    let (name, arguments) = match bare.find(['<', '[']) {
        Some(at) => (&bare[..at], Some(&bare[at..])),
        None => (bare, None),
    };
    is_path(name) && arguments.is_none_or(is_type_arguments)
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
    let file =
        text.rsplit_once('.').is_some_and(|(_, extension)| is_file_extension(extension));
    names && !file
}

/// A name as Unicode's annex 31 has it, with `_` and `$`.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let start = |c: char| unicode_ident::is_xid_start(c) || c == '_' || c == '$';
    let on = |c: char| unicode_ident::is_xid_continue(c) || c == '$';
    chars.next().is_some_and(start) && chars.all(on)
}

/// `<T>`, `[int]`, `[str, list[int]]`, `<K, V>`: brackets that match, around types. An index such
/// as `[0]` or `[i + 1]` is an expression.
fn is_type_arguments(text: &str) -> bool {
    let mut open = Vec::new();
    let mut word = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '<' | '[' => open.push(c),
            '>' | ']' => {
                let close = if c == '>' { '<' } else { '[' };
                if open.pop() != Some(close) || (open.is_empty() && at + 1 < text.len()) {
                    return false;
                }
            }
            _ => {}
        }
        if matches!(c, '<' | '[' | '>' | ']' | ',' | ' ' | '|') {
            if !(word.is_empty() || is_type(&word)) {
                return false;
            }
            word.clear();
        } else {
            word.push(c);
        }
    }
    open.is_empty() && text.chars().any(char::is_alphabetic)
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
            "a[0]",
            "print(1)",
            "f(x)",
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
