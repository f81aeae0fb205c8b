//! A fast reading of a listing: its names, without a grammar.
//!
//! It passes over comments, strings and printed output, and takes every word that is left for a
//! name, with what stands beside it: a bracket that calls it, a dot that makes it part of a path.

use crate::lang::languages::{self, Language};
use crate::lang::record;
use crate::lang::scan::{PartKind, Scanner};
use crate::lang::syntax::Syntax;

/// How a name is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct LexicalUse {
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

impl LexicalUse {
    /// A bit for each way.
    pub(super) fn bits(self) -> u8 {
        let ways = [
            self.called,
            self.bang,
            self.query,
            self.member,
            self.owner,
            self.decorator,
            self.sigil,
        ];
        ways.iter().rev().fold(0, |bits, way| bits << 1 | u8::from(*way))
    }

    /// The ways that have their bits set.
    pub(super) fn of_bits(bits: u8) -> Self {
        let has = |at: u8| bits >> at & 1 == 1;
        Self {
            called: has(0),
            bang: has(1),
            query: has(2),
            member: has(3),
            owner: has(4),
            decorator: has(5),
            sigil: has(6),
        }
    }
}

/// Both, where a name is used in two places.
impl std::ops::BitOrAssign for LexicalUse {
    fn bitor_assign(&mut self, other: Self) {
        self.called |= other.called;
        self.bang |= other.bang;
        self.query |= other.query;
        self.member |= other.member;
        self.owner |= other.owner;
        self.decorator |= other.decorator;
        self.sigil |= other.sigil;
    }
}

/// Calls `visit` with every name of a listing in a language (as its fence has it), in order. A
/// listing without a language, or in one whose words are no names, has none.
pub fn names(
    language: Option<&str>,
    code: &str,
    mut visit: impl FnMut(&str, LexicalUse),
) {
    let Some(name) = language else { return };
    let known = languages::of_fence(name);
    if known.is_none() && languages::is_text(name) {
        return;
    }
    let language = known.unwrap_or_else(languages::unknown);
    if language.is_record() || may_be_record(language, code) {
        if let Some(typed) = record::typed(name, code) {
            for part in typed {
                if let Some(language) = languages::of_fence(part.language) {
                    read(language, &part.text, &mut visit);
                }
            }
            return;
        }
        if language.is_record() {
            return;
        }
    }
    read(language, code, &mut visit);
}

/// Whether a look at the text does not rule out that it shows a dialogue with an interpreter.
fn may_be_record(language: &Language, code: &str) -> bool {
    match language.name {
        // One search passes over most listings; what is typed may stand below what is printed.
        "python" => code.contains(">>> ") || code.contains("In ["),
        "bash" => code.contains("$ ") || code.contains("% "),
        _ => {
            let first = code.lines().find(|line| !line.trim().is_empty());
            first.is_some_and(|line| record::typed(language.name, line).is_some())
        }
    }
}

fn read(language: &Language, code: &str, visit: &mut impl FnMut(&str, LexicalUse)) {
    if language.is_data {
        if language.reader.first() == Some(&"markup") {
            scripts(code, visit);
        }
        return;
    }
    NameReader { code, syntax: &language.syntax }.read(visit);
}

/// The names of the programs in a page: those of its scripts.
fn scripts(code: &str, visit: &mut impl FnMut(&str, LexicalUse)) {
    let mut rest = code;
    while let Some((_, behind)) = rest.split_once("<script") {
        let Some((tag, inside)) = behind.split_once('>') else { return };
        let (script, behind) = inside.split_once("</script").unwrap_or((inside, ""));
        let typescript = ["lang=\"ts\"", "lang='ts'"].iter().any(|one| tag.contains(one));
        let name = if typescript { "typescript" } else { "javascript" };
        if let Some(language) =
            languages::of_fence(name).filter(|_| !tag.contains("json"))
        {
            NameReader { code: script, syntax: &language.syntax }.read(visit);
        }
        rest = behind;
    }
}

struct NameReader<'a> {
    code: &'a str,
    syntax: &'a Syntax,
}

impl NameReader<'_> {
    fn read(&self, visit: &mut impl FnMut(&str, LexicalUse)) {
        let bytes = self.code.as_bytes();
        // What stands before the next name: the last bytes that are neither space nor name.
        let mut before = [0_u8; 2];
        for (kind, range) in Scanner::new(self.syntax, self.code) {
            match kind {
                PartKind::Line => {}
                PartKind::Other => before = [before[1], bytes[range.start]],
                PartKind::Name => {
                    self.name(&self.code[range.clone()], range.end, before, visit);
                    before = [0; 2];
                }
                PartKind::Comment | PartKind::String | PartKind::Number => {
                    before = [0; 2];
                }
            }
        }
    }

    fn name(
        &self,
        word: &str,
        end: usize,
        before: [u8; 2],
        visit: &mut impl FnMut(&str, LexicalUse),
    ) {
        let rest = &self.code.as_bytes()[end..];
        let next = rest.first().copied().unwrap_or(0);
        let then = rest.get(1).copied().unwrap_or(0);
        let shell = self.syntax.shell;
        let member = before[1] == b'.'
            || before == [b':', b':']
            || before == [b'-', b'>'] && !shell;
        let marked = |mark: char| self.syntax.marked_names && word.ends_with(mark);
        let usage = LexicalUse {
            called: next == b'(',
            bang: marked('!')
                || next == b'!' && matches!(then, b'(' | b'[' | b'{' | b' '),
            query: marked('?'),
            member,
            owner: next == b'.' && self.syntax.begins(then)
                || next == b':' && then == b':',
            decorator: before[1] == b'@',
            sigil: word.starts_with('$')
                || before[1] == b'$'
                || shell && before == [b'$', b'{'],
        };
        if shell && !(usage.sigil || next == b'=' || next == b'(') {
            return;
        }
        let name = word.trim_start_matches('$');
        let name = if self.syntax.marked_names {
            name.trim_end_matches(['?', '!'])
        } else {
            name
        };
        if !name.is_empty() {
            visit(name, usage);
        }
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
    fn each_language_has_its_own_comments_and_strings() {
        for (language, code, expected) in [
            ("sql", "SELECT a FROM b WHERE c = 'd''e' -- f", "SELECT a FROM b WHERE c"),
            ("lua", "local a = [[b\nc]] .. 'd' -- e\n--[[ f\ng ]] h()", "local a h"),
            ("php", "$a = b('c'); # d\n// e", "a b"),
            ("perl", "my $a = 'b'; # c", "my a"),
            ("sh-session", "$ A=1 b\nc=2 d()\n$ echo ${E}\nf", "A E"),
            ("console", "$ cd a\n>>> b = c\nd e", "b c"),
            ("haskell", "a' b = \"c\" -- d\n{- e {- f -} g -}", "a' b"),
            ("terminal", "no prompt = here", ""),
            ("stdout", "what a program printed", ""),
            ("python", "a = f'b' + rb'c'", "a"),
            ("clojure", "(defn a-b? [c] \"d\") ; e", "defn a-b? c"),
            ("unheard-of", "a // b\nc # d\ne \"f\"", "a c e"),
            ("vue", "<p>a b</p>\n<script setup>\nconst c = 'd'\n</script>", "const c"),
        ] {
            assert_eq!(read(language, code).join(" "), expected, "{language}");
        }
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
        let of = |language, code, wanted: &str| {
            let mut found = None;
            names(Some(language), code, |name, usage| {
                if name == wanted {
                    found = Some(usage);
                }
            });
            found.unwrap()
        };
        let rust = |name| of("rust", "@a b!(c) d.e() f::g h $i", name);
        assert!(rust("a").decorator && rust("b").bang && !rust("c").called);
        assert!(rust("i").sigil);
        assert!(rust("d").owner && rust("e").member && rust("e").called);
        assert!(
            rust("f").owner && rust("g").member && rust("h") == LexicalUse::default()
        );
        let ruby = |name| of("ruby", "a? b!; c?(d) e != 1", name);
        assert!(ruby("a").query && ruby("b").bang && ruby("c").query && ruby("c").called);
        assert!(!ruby("e").bang);
    }

    #[test]
    fn nothing_that_ends_too_soon_breaks_it() {
        for code in [
            "'", "'\\", "\"a", "'''", "/*", "r#\"", "é'", "'é", "`", "a'", "$", "@",
            "\\", "<script", "<script>",
        ] {
            for language in ["python", "rust", "go", "bash", "html", "unheard-of"] {
                read(language, code);
            }
        }
    }
}
