//! Reads a program without a grammar: comments, strings, numbers and words, one after the other.
//! So it needs nothing to be whole, and takes its time once for each byte.

use super::languages::{self, Language, Word};
use super::{Class, Token};
use std::ops::Range;

/// The tokens of a listing; `None` for a language that is not in the table.
pub(super) fn read(language: &str, code: &str) -> Option<Vec<Token>> {
    let language = languages::of(language)?;
    let mut scanner = Scanner { language, code, at: 0, tokens: Vec::new() };
    scanner.all();
    Some(scanner.tokens)
}

/// Words of a shell behind which a command stands.
const OPENING: &[&str] = &["do", "elif", "else", "if", "then", "time", "until", "while"];

struct Scanner<'a> {
    language: &'a Language,
    code: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Scanner<'a> {
    fn all(&mut self) {
        // Whether the next word of a line is a command.
        let mut is_command = true;
        while let Some(byte) = self.code.as_bytes().get(self.at).copied() {
            let start = self.at;
            if byte == b'\n' {
                is_command = true;
                self.at += 1;
            } else if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if let Some(end) = self.comment() {
                self.push(end, Class::Co);
            } else if let Some(end) = self.string() {
                self.push(end, Class::St);
                is_command = false;
            } else if self.mark(byte) {
                is_command = false;
            } else if byte.is_ascii_digit() {
                let end = self.while_from(start, |b| {
                    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_')
                });
                // What ends a sentence is no part of a number.
                let number = self.code[start..end].trim_end_matches('.');
                self.push(start + number.len(), Class::Dv);
                is_command = false;
            } else if is_letter(byte) {
                is_command = self.word(is_command);
            } else {
                // Behind these a new command begins.
                is_command =
                    matches!(byte, b'|' | b'&' | b';' | b'(' | b'{' | b'`' | b'!')
                        || is_command && matches!(byte, b'@' | b'+' | b'-');
                self.at += 1;
            }
        }
    }

    /// Tokens that a mark begins: attributes, symbols, directives, commands of TeX.
    fn mark(&mut self, byte: u8) -> bool {
        let behind = self.at + 1;
        if !self.code.as_bytes().get(behind).copied().is_some_and(is_letter) {
            return false;
        }
        let before = self.before();
        let class = match byte {
            b'@' if self.language.is("at") && !is_inside(before) => {
                let end = self.name_end(behind);
                let keyword = self.language.word(&self.code[self.at..end]).is_some();
                if keyword { Class::Kw } else { Class::At }
            }
            b':' if self.language.is("symbol") && before != b':' && !is_word(before) => {
                Class::Dv
            }
            b'#' if self.language.is("directive") && self.begins_line() => Class::Pp,
            b'\\' if self.language.is("backslash") => Class::Fu,
            _ => return false,
        };
        let end = self.name_end(behind);
        self.push(end, class);
        true
    }

    /// A word; whether the next one may be a command all the same.
    fn word(&mut self, is_command: bool) -> bool {
        let start = self.at;
        let end = self.name_end(start);
        let word = &self.code[start..end];
        let before = self.before();
        let after = self.code.as_bytes().get(end).copied().unwrap_or_default();
        let is_member = before == b'.' || before == b'$';
        let has = |flag| self.language.is(flag);
        let is_argument = has("commands") && !is_command && before != b'$';
        let class = match self.language.word(word) {
            // `x.type` and the `in` of `ls in` are no keywords.
            Some(Word::Keyword)
                if !is_member && (!is_argument || self.is_clause(word)) =>
            {
                Some(Class::Kw)
            }
            Some(Word::Constant) if !is_member => Some(Class::Dv),
            Some(Word::Type) if !is_member => Some(Class::Dt),
            _ if has("commands") => {
                let rest = self.code[end..].trim_start_matches([' ', ':', '?', '+']);
                let assigns = rest.starts_with('=') || after == b':' && !has("targets");
                (is_command && before != b'$' && !assigns).then_some(Class::Fu)
            }
            _ if has("head") => (before == b'(').then_some(Class::Fu),
            _ if has("calls") && after == b'(' => Some(Class::Fu),
            _ if has("top") && self.defines(start, end) => Some(Class::Fu),
            _ if has("upper") && is_type(word) => Some(Class::Dt),
            _ => None,
        };
        self.at = end;
        if let Some(class) = class {
            self.tokens.push((start..end, class));
        }
        class == Some(Class::Kw) && OPENING.contains(&word)
    }

    /// Whether a name at the beginning of a line is one that the line defines.
    fn defines(&self, start: usize, end: usize) -> bool {
        let line = self.code[end..].lines().next().unwrap_or_default();
        (start == 0 || self.code.as_bytes()[start - 1] == b'\n')
            && (line.trim_start().starts_with("::")
                || line.trim_start().starts_with(": ")
                || line.contains('='))
    }

    /// Whether a word of a shell may stand behind others.
    fn is_clause(&self, word: &str) -> bool {
        match word {
            "then" | "do" | "done" | "else" | "fi" | "esac" => true,
            "in" => {
                let line = self.code[..self.at].rsplit('\n').next().unwrap_or_default();
                ["for ", "case ", "foreach"].iter().any(|one| line.contains(one))
            }
            _ => false,
        }
    }

    fn comment(&self) -> Option<usize> {
        let rest = self.rest();
        for (open, close) in &self.language.block_comments {
            // Perl's and Ruby's begin a line.
            if rest.starts_with(open) && (!open.starts_with('=') || self.begins_line()) {
                let end = rest.get(open.len()..)?.find(close);
                return Some(
                    self.at
                        + end.map_or(rest.len(), |end| open.len() + end + close.len()),
                );
            }
        }
        let is_line = |mark: &&&str| {
            // In a shell `#` goes on a word: `$#`, `a#b`.
            rest.starts_with(**mark) && (**mark != "#" || !is_inside(self.before()))
        };
        // In Vim a quotation mark in a line is a string.
        self.language
            .line_comments
            .iter()
            .find(is_line)
            .filter(|mark| **mark != "\"" || self.begins_line())?;
        Some(self.at + rest.find('\n').unwrap_or(rest.len()))
    }

    fn string(&self) -> Option<usize> {
        let rest = self.rest();
        for quotes in &self.language.strings {
            if let Some(inside) = rest.strip_prefix(quotes.open) {
                let begin = self.at + quotes.open.len();
                return Some(begin + inside_end(inside, quotes));
            }
        }
        if self.language.char_quote && rest.starts_with('\'') {
            let mut chars = rest.char_indices().skip(1);
            let (_, first) = chars.next()?;
            if first == '\\' {
                let end = rest.get(3..)?.find(['\'', '\n'])?;
                return rest[end + 3..].starts_with('\'').then_some(self.at + end + 4);
            }
            let (end, last) = chars.next()?;
            return (last == '\'').then_some(self.at + end + 1);
        }
        None
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.at..).unwrap_or_default()
    }

    /// The byte before this place; a space at the beginning.
    fn before(&self) -> u8 {
        self.at.checked_sub(1).map_or(b' ', |at| self.code.as_bytes()[at])
    }

    fn begins_line(&self) -> bool {
        self.code[..self.at].rsplit('\n').next().unwrap_or_default().trim().is_empty()
    }

    fn while_from(&self, start: usize, goes_on: impl Fn(u8) -> bool) -> usize {
        let bytes = self.code.as_bytes().iter().skip(start);
        start + bytes.take_while(|&&byte| goes_on(byte)).count()
    }

    /// Where the name that begins at a place ends.
    fn name_end(&self, start: usize) -> usize {
        let (dash, mark) = (self.language.is("dash"), self.language.is("mark"));
        self.while_from(start, |byte| {
            is_letter(byte)
                || byte.is_ascii_digit()
                || dash && byte == b'-'
                || mark && matches!(byte, b'?' | b'!')
        })
    }

    fn push(&mut self, end: usize, class: Class) {
        let range: Range<usize> = self.at..end;
        self.at = end.max(self.at + 1);
        self.tokens.push((range, class));
    }
}

/// Letters of ASCII, and the bytes of all others.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit()
}

/// Whether a byte before a mark makes the mark a part of something.
fn is_inside(before: u8) -> bool {
    is_word(before) || matches!(before, b'$' | b'{' | b'&' | b'\\')
}

/// A capital first, and not all capitals, which is how constants are called.
fn is_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
        && (word.len() == 1 || word.contains(char::is_lowercase))
}

/// Where the inside of a string ends, its closing mark taken in. One that may not hold a line end
/// ends with its line.
fn inside_end(inside: &str, quotes: &languages::Quotes) -> usize {
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        if inside[at..].starts_with(quotes.close) {
            return at + quotes.close.len();
        }
        match c {
            '\\' if !quotes.raw => {
                chars.next();
            }
            '\n' if !quotes.lines => return at,
            _ => {}
        }
    }
    inside.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(language: &str, code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(language, code).unwrap().into_iter().map(say).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn programs_are_read() {
        for (language, code, expected) in [
            (
                "sql",
                "SELECT a, count(*) FROM t WHERE b = 'it''s' -- c\nAND d < 1.5;",
                "SELECT=kw count=fu FROM=kw WHERE=kw 'it'=st 's'=st -- c=co AND=kw 1.5=dv",
            ),
            (
                "haskell",
                "f :: Int -> [a]\nf' x = show 'c' ++ \"s\" -- c",
                "f=fu Int=dt f=fu 'c'=st \"s\"=st -- c=co",
            ),
            (
                "swift",
                "@main struct A: B { func f(_ x: Int) -> String? { nil } } // c",
                "@main=at struct=kw A=dt B=dt func=kw f=fu Int=dt String=dt nil=dv // c=co",
            ),
            (
                "elixir",
                "defmodule A do\n  def f?(x), do: {:ok, x} # c\nend",
                "defmodule=kw A=dt do=kw def=kw f?=fu do=kw :ok=dv # c=co end=kw",
            ),
            (
                "scala",
                "object A { val x = \"\"\"a\nb\"\"\" }",
                "object=kw A=dt val=kw \"\"\"a\nb\"\"\"=st",
            ),
            (
                "lua",
                "local t = f([[a\nb]], nil) -- c",
                "local=kw f=fu [[a\nb]]=st nil=dv -- c=co",
            ),
            (
                "r",
                "f <- function(x) mean(x, na.rm = TRUE)",
                "function=kw mean=fu TRUE=dv",
            ),
            (
                "php",
                "function f(int $a): string { return g(\"$a\"); }",
                "function=kw f=fu int=dt string=dt return=kw g=fu \"$a\"=st",
            ),
            (
                "clojure",
                "(defn f [x] (println \"a\" :k nil)) ; c",
                "defn=kw println=fu \"a\"=st :k=dv nil=dv ; c=co",
            ),
            (
                "dockerfile",
                "FROM rust:1 AS b\nRUN cargo # c",
                "FROM=kw 1=dv AS=kw RUN=kw # c=co",
            ),
            (
                "powershell",
                "Get-Item -Path x | Where-Object { $_.y } # c",
                "Get-Item=fu Where-Object=fu # c=co",
            ),
            ("makefile", "all: a\n\tcc -o $@ $< # c", "all=fu cc=fu # c=co"),
            ("latex", "\\section{A} % c", "\\section=fu % c=co"),
            (
                "c",
                "#define N 'x'\nint f(void) { return NULL; }",
                "#define=pp 'x'=st int=dt f=fu void=dt return=kw NULL=dv",
            ),
            (
                "rust",
                "fn f<'a>(x: &'a str) -> Vec<u8> { r#\"a\"#; 'c' }",
                "fn=kw str=dt Vec=dt u8=dt r#\"a\"#=st 'c'=st",
            ),
        ] {
            assert_eq!(said(language, code), expected, "{language}");
        }
    }

    #[test]
    fn a_shell_begins_with_commands() {
        assert_eq!(
            said("sh", "if [ -f x ]; then echo \"$a\" in | grep -v 'b'; fi # c\ncd $#"),
            "if=kw then=kw echo=fu \"$a\"=st grep=fu 'b'=st fi=kw # c=co cd=fu"
        );
        assert_eq!(
            said("bash", "for x in a b; do\n  sudo apt-get install\ndone"),
            "for=kw in=kw do=kw sudo=fu done=kw"
        );
    }
}
