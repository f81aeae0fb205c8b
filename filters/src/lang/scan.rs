//! Tells a program into comments, strings, numbers and names, without a grammar: one pass that needs nothing
//! to be whole and looks at each byte about once. Highlighting and the names of listings both stand on it.

use super::syntax::{BlockComment, Heredoc, LineComment, Quotes, Syntax};
use std::ops::Range;

/// What a part of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// The end of a line.
    Line,
    /// A comment.
    Comment,
    /// A string, a character, the inside of a heredoc.
    String,
    /// A number.
    Number,
    /// A name or a word of the language.
    Name,
    /// Any other character.
    Other,
}

/// A part of a program, in bytes. Blanks are no parts.
pub type Part = (PartKind, Range<usize>);

/// How far is looked ahead for what may not be there at all, so that no text takes long.
const LONGEST: usize = 255;

/// Reads a program part by part.
#[derive(Debug)]
pub struct Scanner<'a> {
    syntax: &'a Syntax,
    code: &'a str,
    at: usize,
    /// The words that end the heredocs begun in this line.
    heredocs: Vec<&'a str>,
    /// Whether a value ends here, so that a `/` divides it and begins no regular expression.
    is_behind_value: bool,
    /// How many more heredocs may turn out to be none. A text of nothing else would take long.
    patience: usize,
}

impl<'a> Scanner<'a> {
    /// A reader of a program's text.
    pub fn new(syntax: &'a Syntax, code: &'a str) -> Self {
        Self {
            syntax,
            code,
            at: 0,
            heredocs: Vec::new(),
            is_behind_value: false,
            patience: 16,
        }
    }

    /// Goes on behind a place, where the reader knew a part to be longer.
    pub fn skip_to(&mut self, at: usize) {
        self.at = at.max(self.at);
    }

    /// Where the name that begins at a place ends, marks behind it taken in.
    pub fn name_end(&self, start: usize) -> usize {
        let bytes = self.code.as_bytes();
        let behind_sigil =
            start > 0 && bytes[start - 1] == b'$' && !self.syntax.begins(b'$');
        // `$a-b` is a variable and something behind it.
        let goes_on = |byte: u8| {
            self.syntax.goes_on(byte) && !(behind_sigil && self.syntax.is_sign(byte))
        };
        let first =
            usize::from(bytes.get(start).is_some_and(|&byte| self.syntax.begins(byte)));
        let rest = bytes.get(start + first..).unwrap_or_default();
        let end = start + first + rest.iter().take_while(|&&byte| goes_on(byte)).count();
        end + usize::from(self.has_mark(end))
    }

    /// Whether a `?` or `!` here is the last character of a name, and no operator.
    fn has_mark(&self, end: usize) -> bool {
        if !self.syntax.marked_names {
            return false;
        }
        let bytes = self.code.as_bytes();
        let next = bytes.get(end + 1).copied().unwrap_or_default();
        match bytes.get(end) {
            Some(b'!') => !matches!(next, b'=' | b'~'),
            Some(b'?') => !self.syntax.goes_on(next),
            _ => false,
        }
    }

    /// The byte before this place; a space at the beginning.
    fn before(&self) -> u8 {
        self.at.checked_sub(1).map_or(b' ', |at| self.code.as_bytes()[at])
    }

    fn begins_line(&self) -> bool {
        let before = &self.code.as_bytes()[..self.at];
        let blanks = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        blanks.is_none_or(|byte| *byte == b'\n')
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.at..).unwrap_or_default()
    }

    /// What begins here, if it is anything but a name, a number or a sign.
    fn opened(&mut self) -> Option<(PartKind, usize)> {
        // Most bytes begin nothing; a place inside a character never does.
        if !self.code.is_char_boundary(self.at) {
            return None;
        }
        if let Some(length) = self.comment() {
            return Some((PartKind::Comment, length));
        }
        if let Some(length) = self.plain() {
            return Some((PartKind::Other, length));
        }
        if let Some(length) = self.heredoc() {
            return Some((PartKind::String, length));
        }
        let length = self.string().or_else(|| self.regex())?;
        Some((PartKind::String, length))
    }

    /// How long a regular expression is, the letters behind it taken in. It ends in its line, and a
    /// `/` in brackets ends none.
    fn regex(&self) -> Option<usize> {
        let rest = self.rest().as_bytes();
        if !self.syntax.regex || self.is_behind_value || rest.first() != Some(&b'/') {
            return None;
        }
        let (mut at, mut in_brackets) = (1, false);
        loop {
            match *rest.get(at)? {
                b'\n' => return None,
                _ if at > LONGEST => return None,
                b'\\' => at += 1,
                b'[' => in_brackets = true,
                b']' => in_brackets = false,
                b'/' if !in_brackets && at > 1 => break,
                _ => {}
            }
            at += 1;
        }
        let letters =
            rest[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        Some(at + 1 + letters)
    }

    /// Whether a value ends with a part, as far as its last byte tells.
    fn ends_value(&self, kind: PartKind, range: &Range<usize>) -> bool {
        let text = &self.code[range.clone()];
        match kind {
            PartKind::Comment => self.is_behind_value,
            PartKind::Line => false,
            PartKind::String | PartKind::Number => true,
            // Words behind which a value begins.
            PartKind::Name => !matches!(
                text,
                "return"
                    | "when"
                    | "if"
                    | "unless"
                    | "while"
                    | "and"
                    | "or"
                    | "not"
                    | "case"
                    | "in"
                    | "typeof"
                    | "split"
                    | "match"
                    | "grep"
            ),
            PartKind::Other => matches!(text, ")" | "]" | "}"),
        }
    }

    fn comment(&self) -> Option<usize> {
        let rest = self.rest();
        for block in &self.syntax.block_comments {
            if let Some((open, fill)) = block.open.at(rest)
                && (!block.first || self.begins_line())
            {
                return Some(open + block_end(&rest[open..], block, fill));
            }
        }
        let line = |one: &&LineComment| self.is_line_comment(rest, one);
        self.syntax.line_comments.iter().find(line)?;
        let end = rest.find('\n').unwrap_or(rest.len());
        Some(rest[..end].trim_end_matches('\r').len())
    }

    fn is_line_comment(&self, rest: &str, comment: &LineComment) -> bool {
        let head = rest.get(..comment.mark.len());
        let is_mark = head.is_some_and(|head| {
            head == comment.mark
                || self.syntax.nocase && head.eq_ignore_ascii_case(comment.mark)
        });
        if !is_mark {
            return false;
        }
        let next = rest.as_bytes().get(comment.mark.len()).copied().unwrap_or(b'\n');
        // A run of the mark's own sign is a comment: `-----`.
        let behind = || {
            let sign = comment.mark.bytes().last().unwrap_or_default();
            let bytes = rest.as_bytes().iter().skip(comment.mark.len());
            bytes.copied().take(LONGEST).find(|byte| *byte != sign).unwrap_or(b'\n')
        };
        (!comment.apart || !is_inside(self.before()))
            && (!comment.unescaped || self.before() != b'\\')
            && (!comment.word || next.is_ascii_whitespace())
            && (comment.except.is_empty()
                || !comment.except.as_bytes().contains(&behind()))
            && (!comment.first || self.begins_line())
    }

    /// A mark and a quote that stands for itself.
    fn plain(&self) -> Option<usize> {
        let rest = self.rest();
        let mark = self.syntax.plain.iter().find(|mark| rest.starts_with(**mark))?;
        if is_word(self.before()) {
            return None;
        }
        let bytes = &rest.as_bytes()[mark.len()..];
        let escape = usize::from(bytes.first() == Some(&b'\\') && *mark != "\\");
        let is_quote = bytes.get(escape).is_some_and(|byte| self.syntax.opens(*byte));
        let ends = bytes.get(escape + 1).is_none_or(|byte| !is_word(*byte));
        (is_quote && ends && bytes[escape].is_ascii()).then_some(mark.len() + escape + 1)
    }

    /// The beginning of a heredoc: its mark and the word that ends it.
    fn heredoc(&mut self) -> Option<usize> {
        let rest = self.rest();
        let fits = |one: &&Heredoc| rest.starts_with(one.mark);
        let heredoc = self.syntax.heredocs.iter().find(fits)?;
        let text = &rest[heredoc.mark.len()..];
        if text.starts_with('<')
            || self.before() == b'<'
            || self.patience == 0
            || self.heredocs.len() > 8
        {
            return None;
        }
        let text = text.strip_prefix(['-', '~']).unwrap_or(text);
        let text =
            if heredoc.apart { text.trim_start_matches([' ', '\t']) } else { text };
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
        let text = text.strip_prefix(['"', '\'', '\\']).unwrap_or(text);
        let end = text.bytes().take_while(|&byte| is_word(byte)).count();
        let (word, text) = text.split_at(end);
        let is_capital = |c: char| c.is_ascii_uppercase() || c == '_';
        if word.is_empty()
            || word.starts_with(|c: char| c.is_ascii_digit())
            || heredoc.upper && quote.is_none() && !word.starts_with(is_capital)
        {
            return None;
        }
        let text = quote.map_or(Some(text), |quote| text.strip_prefix(quote))?;
        let below = rest.split_once('\n').map_or("", |(_, below)| below);
        if heredoc_end(below, word).is_none() {
            self.patience -= 1;
            return None;
        }
        self.heredocs.push(word);
        Some(rest.len() - text.len())
    }

    fn string(&self) -> Option<usize> {
        let rest = self.rest();
        if let Some(length) = quoted(rest, &self.syntax.strings) {
            return Some(length);
        }
        let bytes = rest.as_bytes();
        let is_prefix =
            |byte: &&u8| self.syntax.prefixes.contains(&byte.to_ascii_lowercase());
        let letters = bytes.iter().take(2).take_while(is_prefix).count();
        if letters > 0 && matches!(bytes.get(letters), Some(b'"' | b'\'')) {
            let behind = &rest[letters..];
            let length =
                quoted(behind, &self.syntax.strings).or_else(|| self.character(behind));
            return length.map(|length| letters + length);
        }
        self.character(rest)
    }

    /// How long a character in quotes is.
    fn character(&self, rest: &str) -> Option<usize> {
        if !self.syntax.char_quote || !rest.starts_with('\'') {
            return None;
        }
        let mut chars = rest.char_indices().skip(1);
        let (_, first) = chars.next()?;
        if first == '\\' {
            // An escape may be long: `'\u{1f600}'`.
            let end = rest.get(3..)?.find(['\'', '\n'])?;
            return rest[end + 3..].starts_with('\'').then_some(end + 4);
        }
        let (end, last) = chars.next()?;
        (first != '\n' && last == '\'').then_some(end + 1)
    }

    /// Where a number ends that begins here.
    fn number_end(&self) -> usize {
        let bytes = self.code.as_bytes();
        let of = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let mut at = self.at;
        loop {
            let byte = of(at);
            let goes_on = match byte {
                // A range and a call are no part of a number: `1..n`, `3.times`.
                b'.' => match of(at + 1) {
                    b'0'..=b'9' => true,
                    b'e' | b'E' => matches!(of(at + 2), b'0'..=b'9' | b'+' | b'-'),
                    b'f' | b'F' | b'l' | b'L' | b'd' | b'D' => !is_word(of(at + 2)),
                    _ => false,
                },
                byte => byte.is_ascii_alphanumeric() || byte == b'_',
            };
            if !goes_on {
                return at;
            }
            at += 1;
        }
    }

    /// Where a run of the signs that names may hold ends; where it has a letter, it is a name.
    fn name(&self) -> Option<usize> {
        let bytes = self.code.as_bytes();
        let first = bytes[self.at];
        if first >= 0x80 {
            // Of other scripts a letter begins a name, an arrow none.
            let is_name =
                self.rest().chars().next().is_some_and(unicode_ident::is_xid_start);
            return is_name.then(|| self.name_end(self.at));
        }
        if !self.syntax.is_sign(first) {
            return Some(self.name_end(self.at));
        }
        // Signs alone are none: `->vector` is a name, `->` and `-1` are not.
        let signs = bytes[self.at..].iter().take(LONGEST);
        let signs = signs.take_while(|byte| self.syntax.is_sign(**byte)).count();
        let next = bytes.get(self.at + signs).copied().unwrap_or_default();
        (is_word(next) && !next.is_ascii_digit()).then(|| self.name_end(self.at))
    }

    /// What is left of heredocs at the end of a line: their texts, together.
    fn inside(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        for word in std::mem::take(&mut self.heredocs) {
            let rest = self.rest();
            self.at += heredoc_end(rest, word).unwrap_or(0);
        }
        (self.at > start).then_some(start..self.at)
    }
}

impl Iterator for Scanner<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let (kind, range) = self.part()?;
        if self.syntax.regex {
            self.is_behind_value = self.ends_value(kind, &range);
        }
        Some((kind, range))
    }
}

impl Scanner<'_> {
    fn part(&mut self) -> Option<Part> {
        let bytes = self.code.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let start = self.at;
            let behind_line = start > 0 && bytes[start - 1] == b'\n';
            if behind_line
                && !self.heredocs.is_empty()
                && let Some(range) = self.inside()
            {
                return Some((PartKind::String, range));
            }
            if byte == b'\n' {
                self.at += 1;
                return Some((PartKind::Line, start..self.at));
            }
            if byte.is_ascii_whitespace() {
                self.at += 1;
                continue;
            }
            if self.syntax.opens(byte)
                && let Some((kind, length)) = self.opened()
            {
                self.at += length.max(1);
                return Some((kind, start..self.at));
            }
            let (kind, end) = if byte.is_ascii_digit() {
                (PartKind::Number, self.number_end())
            } else if self.syntax.begins(byte) {
                if let Some(end) = self.name() {
                    (PartKind::Name, end)
                } else {
                    let sign = self.rest().chars().next().map_or(1, char::len_utf8);
                    (PartKind::Other, start + sign)
                }
            } else {
                (PartKind::Other, start + 1)
            };
            self.at = end;
            return Some((kind, start..end));
        }
    }
}

/// How long the string is that a text begins with.
fn quoted(text: &str, strings: &[Quotes]) -> Option<usize> {
    strings.iter().find_map(|quotes| {
        let (open, fill) = quotes.open.at(text)?;
        Some(open + string_end(&text[open..], quotes, fill))
    })
}

/// Where the inside of a string ends, its closing mark taken in. One that may not hold a line end
/// ends with its line.
fn string_end(inside: &str, quotes: &Quotes, fill: &str) -> usize {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let Some(length) = quotes.close.closes(&bytes[at..], fill) {
            let end = at + length;
            if quotes.doubled && quotes.close.closes(&bytes[end..], fill).is_some() {
                at = end + length;
                continue;
            }
            return end;
        }
        match byte {
            b'\\' if !quotes.raw => at += 1,
            b'\n' if !quotes.lines => {
                return inside[..at].trim_end_matches('\r').len();
            }
            _ => {}
        }
        at += 1;
    }
    inside.len()
}

/// Where the inside of a comment ends, its closing mark taken in.
fn block_end(inside: &str, block: &BlockComment, fill: &str) -> usize {
    let bytes = inside.as_bytes();
    let mut depth = 1;
    let mut at = 0;
    while at < bytes.len() {
        let closes = !block.first || at == 0 || bytes[at - 1] == b'\n';
        if closes && let Some(length) = block.close.closes(&bytes[at..], fill) {
            depth -= 1;
            at += length;
            if depth == 0 {
                return at;
            }
        } else if block.nests
            && let Some(length) = block.open.closes(&bytes[at..], fill)
        {
            depth += 1;
            at += length;
        } else {
            at += 1;
        }
    }
    inside.len()
}

/// Where the text of a heredoc ends: behind the line that is its word.
fn heredoc_end(text: &str, word: &str) -> Option<usize> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\n', '\r']);
        let bare = shown.trim_matches([' ', '\t']).trim_end_matches([';', ',', ')']);
        if bare == word {
            return Some(end + shown.len());
        }
        end += line.len();
    }
    None
}

/// Whether a byte is one of a word.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a byte before a mark makes the mark a part of something.
pub fn is_inside(before: u8) -> bool {
    is_word(before) || matches!(before, b'$' | b'{' | b'&' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::super::languages;
    use super::*;
    use std::fmt::Write as _;

    /// The parts of a listing that are no signs.
    fn said(language: &str, code: &str) -> String {
        let language = languages::of_fence(language).unwrap();
        let mut said = String::new();
        for (kind, range) in Scanner::new(&language.syntax, code) {
            let mark = match kind {
                PartKind::Comment => "c",
                PartKind::String => "s",
                PartKind::Number => "n",
                PartKind::Name => "",
                PartKind::Line | PartKind::Other => continue,
            };
            let _ = write!(said, "{mark}[{}]", &code[range]);
        }
        said
    }

    #[test]
    fn each_language_shows_what_is_code() {
        for language in languages::all() {
            let code = language.example();
            let parts: Vec<_> = Scanner::new(&language.syntax, code)
                .filter(|(kind, _)| *kind == PartKind::Name)
                .map(|(_, range)| &code[range])
                .collect();
            if language.is_record() || language.is_data {
                continue;
            }
            let name = language.name;
            assert!(!parts.contains(&"hidden"), "{name}: {parts:?}");
            let shown = parts.iter().any(|name| name.to_lowercase().contains("shown"));
            assert!(shown, "{name}: {parts:?}");
        }
    }

    #[test]
    fn comments_and_strings_end_where_the_language_says() {
        for (language, code, expected) in [
            ("sql", "a = 'it''s' -- b", "[a]s['it''s']c[-- b]"),
            ("sql", "'a\\' b \"c\" $x$ 'd $x$", "s['a\\'][b][c]s[$x$ 'd $x$]"),
            (
                "lua",
                "a = [==[ ]] ]==] --[[ b\n]] c",
                "[a]s[[==[ ]] ]==]]c[--[[ b\n]]][c]",
            ),
            ("php", "$a = 'b'; # c\n#[D]\n// e", "[a]s['b']c[# c][D]c[// e]"),
            ("rust", "/* a /* b */ c */ d", "c[/* a /* b */ c */][d]"),
            ("c", "/* a /* b */ c", "c[/* a /* b */][c]"),
            ("rust", "r##\"a\"# b\"## c 'd' 'e", "s[r##\"a\"# b\"##][c]s['d'][e]"),
            (
                "bash",
                "cat <<'E' | a # b\n$c\nE\nd$# e#f",
                "[cat]s[<<'E'][a]c[# b]s[$c\nE][d][e][f]",
            ),
            ("bash", "a <<< b; cat << E\nE", "[a][b][cat]s[<< E]s[E]"),
            ("ruby", "a << b\nx = <<~T\n  c\n  T\nd", "[a][b][x]s[<<~T]s[  c\n  T][d]"),
            ("python", "f'a' + rb\"b\" + g", "s[f'a']s[rb\"b\"][g]"),
            ("haskell", "f' x --> y -- z\nw --- v", "[f'][x][y]c[-- z][w]c[--- v]"),
            ("latex", "a\\% b % c", "[a][b]c[% c]"),
            ("clojure", "(a-b? \\\" c) ; d", "[a-b?][c]c[; d]"),
            (
                "commonlisp",
                "(let* ((x -1)) (+ *y* #\\\" ->z)) #| #| |# |#",
                "[let*][x]n[1][*y*][->z]c[#| #| |# |#]",
            ),
            ("ruby", "a? != b! ? c : d?e", "[a?][b!][c][d][e]"),
            ("erlang", "[$\", A] % b", "[A]c[% b]"),
            (
                "cpp",
                "R\"x(a)\"b)x\" 1'0.5e3 u'c'",
                "s[R\"x(a)\"b)x\"]n[1]n[0.5e3]s[u'c']",
            ),
            ("ruby", "1..n 3.times 2.5 1.e4", "n[1][n]n[3][times]n[2.5]n[1.e4]"),
            ("powershell", "Get-Item $a-b", "[Get-Item][a][b]"),
            (
                "vb",
                "x = \"a\"\"b\" ' c\nREM d\nremote",
                "[x]s[\"a\"\"b\"]c[' c]c[REM d][remote]",
            ),
            ("perl", "=head1 a\nb\n=cut\n$#c # d", "c[=head1 a\nb\n=cut][c]c[# d]"),
            (
                "js",
                "a = /b'[/]\\/c/gi; d / e / f; (/g/)",
                "[a]s[/b'[/]\\/c/gi][d][e][f]s[/g/]",
            ),
            ("ruby", "return /a b/ if x / y\nz", "[return]s[/a b/][if][x][y][z]"),
            ("awk", "/a/ { b /= 2 }\n/c", "s[/a/][b]n[2][c]"),
            ("css", ".a-b { --c: d(1px) }", "[a-b][--c][d]n[1px]"),
        ] {
            assert_eq!(said(language, code), expected, "{language}");
        }
    }

    #[test]
    fn what_never_ends_is_read_to_the_end() {
        for code in [
            "'", "'\\", "\"a", "'''", "/*", "r#\"", "é'", "'é", "`", "a'", "$", "@",
            "\\", "<<A", "#|", "$$", "[[", "--[==[", "R\"(", "?", "f'", "{", "é",
        ] {
            for language in languages::all() {
                let mut at = 0;
                for (_, range) in Scanner::new(&language.syntax, code) {
                    assert!(
                        range.start >= at && range.end > range.start,
                        "{}",
                        language.name
                    );
                    assert!(
                        code.get(range.clone()).is_some(),
                        "{}: {code}",
                        language.name
                    );
                    at = range.end;
                }
            }
        }
    }
}
