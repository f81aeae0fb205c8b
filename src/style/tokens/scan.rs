//! Reads a program without a grammar: comments, strings, numbers and words, one after the other.
//! So it needs nothing to be whole, and takes its time once for each byte. What is what, the table of
//! languages says.

use super::{Class, Token};
use concfilter::lang::Language;
use concfilter::lang::languages::WordClass;
use concfilter::lang::scan::{PartKind, Scanner, is_inside, is_word};

/// The tokens of a listing.
pub(super) fn read(language: &Language, code: &str) -> Vec<Token> {
    let scanner = Scanner::new(&language.syntax, code);
    let mut reader = TokenReader { language, code, scanner, tokens: Vec::new() };
    reader.all();
    reader.tokens
}

/// Words of a shell behind which a command stands.
const OPENING: &[&str] = &["do", "elif", "else", "if", "then", "time", "until", "while"];

struct TokenReader<'a> {
    language: &'a Language,
    code: &'a str,
    scanner: Scanner<'a>,
    tokens: Vec<Token>,
}

impl TokenReader<'_> {
    fn all(&mut self) {
        // Whether the next word of a line is a command.
        let mut is_command = true;
        while let Some((kind, range)) = self.scanner.next() {
            let start = range.start;
            match kind {
                PartKind::Line => is_command = true,
                PartKind::Comment => self.tokens.push((range, Class::Co)),
                PartKind::String => {
                    self.tokens.push((range, Class::St));
                    is_command = false;
                }
                PartKind::Number => {
                    self.tokens.push((range, Class::Dv));
                    is_command = false;
                }
                PartKind::Name => is_command = self.word(start, range.end, is_command),
                PartKind::Other if self.mark(start) => is_command = false,
                PartKind::Other => {
                    let byte = self.code.as_bytes()[start];
                    // Behind these a new command begins.
                    is_command =
                        matches!(byte, b'|' | b'&' | b';' | b'(' | b'{' | b'`' | b'!')
                            || is_command && matches!(byte, b'@' | b'+' | b'-');
                }
            }
        }
    }

    /// Tokens that a mark begins: attributes, symbols, directives, commands of TeX.
    fn mark(&mut self, at: usize) -> bool {
        let behind = at + 1;
        let bytes = self.code.as_bytes();
        if !bytes.get(behind).copied().is_some_and(is_letter) {
            return false;
        }
        let before = self.before(at);
        let end = self.scanner.name_end(behind);
        let class = match bytes[at] {
            b'@' if self.language.is("at") && !is_inside(before) => {
                let keyword = self.language.word(&self.code[at..end]).is_some();
                if keyword { Class::Kw } else { Class::At }
            }
            b':' if self.language.is("symbol") && before != b':' && !is_word(before) => {
                Class::Dv
            }
            b'#' if self.language.is("directive") && self.begins_line(at) => Class::Pp,
            b'\\' if self.language.is("backslash") => Class::Fu,
            _ => return false,
        };
        self.tokens.push((at..end, class));
        self.scanner.skip_to(end);
        true
    }

    /// A word; whether the next one may be a command all the same.
    fn word(&mut self, start: usize, end: usize, is_command: bool) -> bool {
        let word = &self.code[start..end];
        let before = self.before(start);
        let after = self.code.as_bytes().get(end).copied().unwrap_or_default();
        let is_member = before == b'.' || before == b'$';
        let has = |flag| self.language.is(flag);
        let is_argument = has("commands") && !is_command && before != b'$';
        let class = match self.language.word(word) {
            // `x.type` and the `in` of `ls in` are no keywords.
            Some(WordClass::Keyword)
                if !is_member && (!is_argument || self.is_clause(word, start)) =>
            {
                Some(Class::Kw)
            }
            Some(WordClass::Constant) if !is_member => Some(Class::Dv),
            Some(WordClass::Type) if !is_member => Some(Class::Dt),
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
    fn is_clause(&self, word: &str, at: usize) -> bool {
        match word {
            "then" | "do" | "done" | "else" | "fi" | "esac" => true,
            "in" => {
                let line = self.code[..at]
                    .rsplit('\n')
                    .next()
                    .expect("a split has a first part");
                ["for ", "case ", "foreach"].iter().any(|one| line.contains(one))
            }
            _ => false,
        }
    }

    /// The byte before a place; a space at the beginning.
    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b' ', |at| self.code.as_bytes()[at])
    }

    fn begins_line(&self, at: usize) -> bool {
        self.code[..at]
            .rsplit('\n')
            .next()
            .expect("a split has a first part")
            .trim()
            .is_empty()
    }
}

/// Letters of ASCII, and the bytes of all others.
fn is_letter(byte: u8) -> bool {
    is_word(byte) && !byte.is_ascii_digit()
}

/// A capital first, and not all capitals, which is how constants are called.
fn is_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
        && (word.len() == 1 || word.contains(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use concfilter::lang::languages::of_fence;

    fn pieces_of(language: &str, code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(of_fence(language).unwrap(), code)
            .into_iter()
            .map(say)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn programs_are_read() {
        for (language, code, expected) in [
            (
                "sql",
                "SELECT a, count(*) FROM t WHERE b = 'it''s' -- c\nAND d < 1.5;",
                "SELECT=kw count=fu FROM=kw WHERE=kw 'it''s'=st -- c=co AND=kw 1.5=dv",
            ),
            (
                "haskell",
                "f :: Int -> [a]\nf' x = show 'c' ++ \"s\" -- c",
                "f=fu Int=dt f'=fu 'c'=st \"s\"=st -- c=co",
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
            (
                "commonlisp",
                "(let* ((a 1)) (string=? a #\\\") (f-g! \"h\")) #| i |#",
                "let*=kw a=fu 1=dv string=?=fu f-g!=fu \"h\"=st #| i |#=co",
            ),
            (
                "ruby",
                "1..n; f?(<<~A) # b\n  'c\nA\n2.times",
                "1=dv f?=fu <<~A=st # b=co   'c\nA=st 2=dv",
            ),
            ("batch", "REM a\nset b=1 & echo c", "REM a=co set=kw 1=dv echo=kw"),
            ("ada", "Put (\"a\"\"b\"); -- c", "\"a\"\"b\"=st -- c=co"),
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
            assert_eq!(pieces_of(language, code), expected, "{language}");
        }
    }

    #[test]
    fn a_shell_begins_with_commands() {
        assert_eq!(
            pieces_of(
                "sh",
                "if [ -f x ]; then echo \"$a\" in | grep -v 'b'; fi # c\ncd $#"
            ),
            "if=kw then=kw echo=fu \"$a\"=st grep=fu 'b'=st fi=kw # c=co cd=fu"
        );
        assert_eq!(
            pieces_of("bash", "for x in a b; do\n  sudo apt-get install\ndone"),
            "for=kw in=kw do=kw sudo=fu done=kw"
        );
    }
}
