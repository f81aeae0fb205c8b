//! A fast reading of a listing: its names, without a grammar.
//!
//! It passes over comments, strings and printed output, and takes every word that is left for a
//! name, with what stands beside it: a bracket that calls it, a dot that makes it part of a path.

use super::syntax::{self, Syntax};

/// How a name is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Use {
    /// `(` follows.
    pub called: bool,
    /// `!` and a bracket follow, as for a macro of Rust, or `!` is the name's last character.
    pub bang: bool,
    /// `?` is the name's last character, as Ruby allows.
    pub query: bool,
    /// `.`, `::` or `->` stands before it.
    pub member: bool,
    /// `.` or `::` follows.
    pub owner: bool,
    /// `@` stands before it.
    pub decorator: bool,
    /// `$` stands before it.
    pub sigil: bool,
}

/// Calls `visit` with every name of a listing in a language (its canonical name), in order. A
/// listing without a language, or in one whose words are no names, has none.
pub fn names<'a>(
    language: Option<&str>,
    code: &'a str,
    mut visit: impl FnMut(&'a str, Use),
) {
    if matches!(language, Some("console" | "shell-session" | "pycon" | "doctest")) {
        return session(Some("python"), code, &mut visit);
    }
    if let Some(syntax) = syntax::of(language) {
        if is_session(code) {
            session(language, code, &mut visit);
        } else {
            Reader { code, at: 0, syntax }.read(&mut visit);
        }
    }
}

/// Whether the text shows a dialogue with an interpreter.
fn is_session(code: &str) -> bool {
    // One search passes over most listings.
    code.contains(">>> ") && code.lines().any(|line| line.starts_with(">>> "))
}

/// Only what stands behind an interpreter's prompts is code; the rest it printed.
fn session<'a>(
    language: Option<&str>,
    code: &'a str,
    visit: &mut impl FnMut(&'a str, Use),
) {
    let Some(syntax) = syntax::of(language) else { return };
    for line in code.lines() {
        let line = line.trim_start();
        if let Some(code) =
            line.strip_prefix(">>> ").or_else(|| line.strip_prefix("... "))
        {
            Reader { code, at: 0, syntax }.read(visit);
        }
    }
}

struct Reader<'a> {
    code: &'a str,
    at: usize,
    syntax: Syntax,
}

/// Whether a byte begins a name. Bytes of other letters than ASCII's count, as they do in the
/// languages that allow any.
fn begins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn goes_on(byte: u8) -> bool {
    begins(byte) || byte.is_ascii_digit()
}

impl<'a> Reader<'a> {
    fn read(&mut self, visit: &mut impl FnMut(&'a str, Use)) {
        let bytes = self.code.as_bytes();
        // What stands before the next name: the last bytes that are neither space nor name.
        let mut before = [0_u8; 2];
        while let Some(&byte) = bytes.get(self.at) {
            if begins(byte) {
                if self.pass_string() {
                    before = [0; 2];
                    continue;
                }
                let start = self.at;
                self.at = self.until(|byte| !goes_on(byte));
                let word = &self.code[start..self.at];
                self.name(word, before, visit);
                before = [0; 2];
            } else if byte.is_ascii_digit() {
                self.at = self.until(|byte| !goes_on(byte) && byte != b'.');
                before = [0; 2];
            } else if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if self.pass_comment() || self.pass_string() {
                before = [0; 2];
            } else {
                before = [before[1], byte];
                self.at += 1;
            }
        }
    }

    fn name(&self, word: &'a str, before: [u8; 2], visit: &mut impl FnMut(&'a str, Use)) {
        let rest = &self.code.as_bytes()[self.at..];
        let next = rest.first().copied().unwrap_or(0);
        let then = rest.get(1).copied().unwrap_or(0);
        let member = before[1] == b'.'
            || before == [b':', b':']
            || before == [b'-', b'>'] && !self.syntax.shell;
        let usage = Use {
            called: next == b'(',
            bang: next == b'!'
                && (matches!(then, b'(' | b'[' | b'{' | b' ')
                    || self.syntax.marked_names && !matches!(then, b'=' | b'~')),
            query: next == b'?' && self.syntax.marked_names && !goes_on(then),
            member,
            owner: next == b'.' && begins(then) || next == b':' && then == b':',
            decorator: before[1] == b'@',
            sigil: word.starts_with('$'),
        };
        if self.syntax.shell && !(word.starts_with('$') || next == b'=' || next == b'(') {
            return;
        }
        let name = word.trim_start_matches('$');
        if !name.is_empty() {
            visit(name, usage);
        }
    }

    /// The first byte from here on that `stop` takes, or the end.
    fn until(&self, stop: impl Fn(u8) -> bool) -> usize {
        let bytes = &self.code.as_bytes()[self.at..];
        self.at + bytes.iter().position(|&byte| stop(byte)).unwrap_or(bytes.len())
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn pass_comment(&mut self) -> bool {
        let rest = self.rest();
        for (open, close) in self.syntax.block_comments {
            if let Some(inside) = after(rest, open) {
                let end = inside.find(close).map_or(inside.len(), |at| at + close.len());
                self.at += open.len() + end;
                return true;
            }
        }
        if self.syntax.line_comments.iter().any(|mark| after(rest, mark).is_some()) {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        false
    }

    fn pass_string(&mut self) -> bool {
        let rest = self.rest();
        for &(open, close, lines, escapes) in self.syntax.strings {
            if let Some(inside) = after(rest, open) {
                self.at += open.len() + string_end(inside, close, lines, escapes);
                return true;
            }
        }
        if self.syntax.char_quote && rest.starts_with('\'') {
            self.at += char_end(rest);
            return true;
        }
        false
    }
}

/// What stands behind a mark that the text begins with. Asked at every byte of all listings, and
/// the first byte mostly answers.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let first = text.as_bytes().first() == mark.as_bytes().first();
    if first { text.strip_prefix(mark) } else { None }
}

/// Where the rest of a string ends, its closing mark taken in. One that may not hold a line end
/// ends with its line.
fn string_end(inside: &str, close: &str, lines: bool, escapes: bool) -> usize {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 1,
            b'\n' if !lines => return at,
            byte if byte == close.as_bytes()[0]
                && bytes[at..].starts_with(close.as_bytes()) =>
            {
                return at + close.len();
            }
            _ => {}
        }
        at += 1;
    }
    inside.len()
}

/// How long a character's literal is, or a single `'`.
fn char_end(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        // An escape may be long: `'\u{1f600}'`.
        Some((_, '\\')) => {
            let end = rest.get(3..).and_then(|rest| rest.find(['\'', '\n']));
            end.map_or(1, |end| end + 4)
        }
        Some((_, '\n')) | None => 1,
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(language: &str, code: &str) -> Vec<String> {
        let mut found = Vec::new();
        names(Some(language), code, |name, _| found.push(name.to_owned()));
        found
    }

    #[test]
    fn comments_and_strings_hold_no_names() {
        assert_eq!(
            read("python", "a = 'b' # c\nd(\"\"\"e\nf\"\"\", g)"),
            ["a", "d", "g"]
        );
        assert_eq!(
            read("go", "a := `b\nc` // d\n/* e\n f */ g.H(\"i\\\"j\")"),
            ["a", "g", "H"]
        );
        assert_eq!(
            read("rust", "fn a<'b>(c: &'b str) { d('e', '\\'', r#\"f\"g\"#) }"),
            ["fn", "a", "b", "c", "b", "str", "d"]
        );
        assert_eq!(read("javascript", "let a = 'b' + `c ${d}` // e"), ["let", "a"]);
        assert_eq!(read("java", "char a = '\"'; b(\"c\");"), ["char", "a", "b"]);
        assert_eq!(read("ruby", "a # b\n=begin\nc\n=end\nd"), ["a", "d"]);
    }

    #[test]
    fn what_was_printed_holds_no_names() {
        assert_eq!(
            read("python", ">>> a(b)\nc d\n>>> for e in f:\n...     g\nh"),
            ["a", "b", "for", "e", "in", "f", "g"]
        );
        assert_eq!(read("text", "a b"), [""; 0]);
        assert_eq!(read("python", "a()\n#: b c\n"), ["a"]);
        assert_eq!(read("java", "a();\n/* Output:\nb c\n*/"), ["a"]);
    }

    #[test]
    fn a_shell_knows_names_by_their_marks() {
        assert_eq!(
            read("bash", "cd a && B=1 c $D '$e' # f\ng() { h; }"),
            ["B", "D", "g"]
        );
    }

    #[test]
    fn uses_are_told() {
        let mut found = Vec::new();
        names(Some("rust"), "@a b!(c) d.e() f::g h $i", |name, usage| {
            found.push((name, usage));
        });
        let of = |wanted: &str| found.iter().find(|(name, _)| *name == wanted).unwrap().1;
        assert!(of("a").decorator && of("b").bang && !of("c").called);
        assert!(of("i").sigil);
        assert!(of("d").owner && of("e").member && of("e").called);
        assert!(of("f").owner && of("g").member && of("h") == Use::default());
    }

    #[test]
    fn nothing_that_ends_too_soon_breaks_it() {
        for code in [
            "'", "'\\", "\"a", "'''", "/*", "r#\"", "é'", "'é", "`", "a'", "$", "@", "\\",
        ] {
            for language in ["python", "rust", "go", "javascript", "bash", "unheard-of"] {
                read(language, code);
            }
        }
    }
}
