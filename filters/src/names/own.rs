//! The names in listings that have more in them than letters: `make-instance`, `*standard-output*`, `:test`,
//! `x'`, `--var`, `#id`, `data-id`. Which characters a name may hold, its language says.
//!
//! Several words that are one name, as C's `struct node` and SQL's `GROUP BY`, are among them.

use crate::lang::Language;
use crate::lang::languages;
use crate::lang::scan::{PartKind, Scanner};
use std::ops::Range;

/// Words with hyphens that English has.
const ENGLISH: &[&str] = &[
    "best-known",
    "built-in",
    "case-sensitive",
    "compile-time",
    "cross-platform",
    "end-to-end",
    "first-class",
    "fixed-size",
    "full-screen",
    "full-width",
    "general-purpose",
    "hard-coded",
    "high-level",
    "higher-order",
    "in-memory",
    "in-place",
    "left-hand",
    "long-term",
    "low-level",
    "multi-line",
    "non-empty",
    "old-fashioned",
    "one-to-one",
    "open-source",
    "pre-defined",
    "re-use",
    "read-only",
    "real-time",
    "real-world",
    "right-hand",
    "run-time",
    "sans-serif",
    "so-called",
    "step-by-step",
    "sub-class",
    "to-do",
    "top-level",
    "two-column",
    "up-to-date",
    "user-defined",
    "user-friendly",
    "well-known",
    "well-formed",
    "write-only",
];

/// Calls `visit` with every such name of a listing in a language, as its fence has it.
pub(super) fn names(language: Option<&str>, code: &str, mut visit: impl FnMut(&str)) {
    let Some(language) = language.and_then(languages::of_fence) else { return };
    if language.is_record() {
        return;
    }
    if language.reader.first() == Some(&"markup") {
        return markup(code, &mut visit);
    }
    // Most languages have no such names, and to read their listings again would take as long as before.
    let (_, signs) = language.syntax.name_characters();
    let has_marks = ["symbol", "directive"].iter().any(|flag| language.is(flag));
    if signs.trim_matches('$').is_empty() && !has_marks && language.name != "rust" {
        return;
    }
    let is_keyed = language.is_data && language.reader.first() == Some(&"keys");
    if language.is_data && !is_keyed && language.reader.first() != Some(&"css") {
        return;
    }
    let parts: Vec<_> = Scanner::new(&language.syntax, code)
        .filter(|(kind, _)| matches!(kind, PartKind::Name | PartKind::Other))
        .collect();
    let reader = OwnNameReader { language, code, parts: &parts };
    for at in 0..parts.len() {
        reader.read(at, &mut visit);
    }
}

/// Whether a word with a hyphen is English whatever the listings have.
fn is_english(name: &str) -> bool {
    ENGLISH.contains(&name)
}

/// What may touch a symbol from before.
const OPENS: [char; 7] = ['(', '[', '{', ',', '&', '|', '\''];

/// The files that a listing of C's kin includes: `stdio.h`, and no member `h` of `stdio`.
pub(super) fn headers<'a>(
    language: Option<&str>,
    code: &'a str,
) -> impl Iterator<Item = &'a str> {
    let language = language.and_then(languages::of_fence);
    let code = if language.is_some_and(|one| one.is("directive")) { code } else { "" };
    code.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix('#')?.trim_start();
        let rest =
            rest.strip_prefix("include").or_else(|| rest.strip_prefix("import"))?;
        let path = rest.trim_start().strip_prefix(['<', '"'])?;
        let path = &path[..path.find(['>', '"'])?];
        // `vector` is a name, too.
        path.contains('.').then_some(path)
    })
}

struct OwnNameReader<'a> {
    language: &'a Language,
    code: &'a str,
    parts: &'a [(PartKind, Range<usize>)],
}

impl<'a> OwnNameReader<'a> {
    fn text(&self, at: usize) -> &'a str {
        let range = self.parts.get(at).map_or(0..0, |(_, range)| range.clone());
        self.code.get(range).unwrap_or_default()
    }

    /// What stands right before a part, without a blank between.
    fn before(&self, at: usize) -> &'a str {
        let start = self.parts.get(at).map_or(0, |(_, range)| range.start);
        let previous = at.checked_sub(1).and_then(|at| self.parts.get(at));
        match previous.filter(|(_, range)| range.end == start) {
            Some((_, range)) => self.code.get(range.clone()).unwrap_or_default(),
            None => "",
        }
    }

    fn read(&self, at: usize, visit: &mut impl FnMut(&str)) {
        let name = self.text(at);
        if self.parts.get(at).is_none_or(|(kind, _)| *kind != PartKind::Name) {
            return;
        }
        let has_sign = name
            .bytes()
            .any(|byte| !byte.is_ascii_alphanumeric() && byte < 0x80 && byte != b'_');
        // `--dry-run` is an option.
        let is_option = self.language.syntax.shell && self.before(at) == "-";
        if has_sign
            && !is_option
            && !name.starts_with('$')
            && name.len() > 1
            && !is_english(name)
        {
            visit(name);
        }
        let before = self.before(at);
        if self.language.reader.first() == Some(&"css") {
            let is_colour =
                before == "#" && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if matches!(before, "." | "#" | "@") && !is_colour {
                visit(&format!("{before}{name}"));
            }
        }
        // `a::b` has two colons, and `a ? b :c` is not written so; a bracket opens before `{:id`.
        let begins = |before: &str| before.is_empty() || before.ends_with(OPENS);
        if before == ":" && self.language.is("symbol") && begins(self.before(at - 1)) {
            visit(&format!(":{name}"));
        }
        if before == "@" && self.before(at - 1) == "@" {
            visit(&format!("@@{name}"));
        }
        if before == "#" && self.language.is("directive") {
            visit(&format!("#{name}"));
        }
        if before == "'" && self.language.name == "rust" {
            visit(&format!("'{name}"));
        }
        if matches!(name, "struct" | "enum" | "union") && self.language.is("directive") {
            let next = self.text(at + 1);
            if next.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                visit(&format!("{name} {next}"));
            }
        }
    }
}

/// The attributes and elements of a page that have a hyphen in their names.
fn markup(code: &str, visit: &mut impl FnMut(&str)) {
    for (at, _) in code.match_indices('<') {
        let tag = code[at + 1..].split('>').next().expect("a split has a first part");
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut quote = None;
        let mut start = 0;
        for (end, c) in tag.char_indices().chain([(tag.len(), ' ')]) {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if matches!(c, '"' | '\'') => quote = Some(c),
                None if is_name(c) => continue,
                None => {
                    let name = &tag[start..end];
                    if name.contains('-') && name.starts_with(char::is_alphabetic) {
                        visit(name);
                    }
                }
            }
            start = end + c.len_utf8().min(tag.len() - end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(language: &str, code: &str) -> Vec<String> {
        let mut found = Vec::new();
        names(Some(language), code, |name| found.push(name.to_owned()));
        found
    }

    #[test]
    fn headers_are_files() {
        let code =
            "#include <stdio.h>\n # include \"sys/x.h\"\n#include <vector>\nint h;";
        let of = |language| headers(Some(language), code).collect::<Vec<_>>();
        assert_eq!(of("c"), ["stdio.h", "sys/x.h"]);
        assert_eq!(of("python"), [""; 0]);
    }

    #[test]
    fn names_hold_what_their_language_allows() {
        let code = "(let* ((x (make-instance 'thing :test 1))) ; not-this\n (print *standard-output* \"nor-this\"))";
        assert_eq!(
            read("lisp", code),
            ["let*", "make-instance", ":test", "*standard-output*"]
        );
        assert_eq!(
            read("scheme", "(string=? (list->vector a) read-only)"),
            ["string=?", "list->vector"]
        );
        assert_eq!(read("ocaml", "let x' = f x''"), ["x'", "x''"]);
        assert_eq!(read("haskell", "foldl' f z (y:ys) -- no-name'"), ["foldl'"]);
        let code = "#main .card { background-color: #ffaa00; --gap: 1px; } @media x {}";
        assert_eq!(
            read("css", code),
            ["#main", ".card", "background-color", "--gap", "@media"]
        );
        assert_eq!(
            read("html", "<my-tag data-id=\"a-b\" class='c-d'>e-f</my-tag>"),
            ["my-tag", "data-id", "my-tag"]
        );
        assert_eq!(
            read("c", "#include <a.h>\nstruct node *n = a-b;"),
            ["#include", "struct node"]
        );
        assert_eq!(read("rust", "fn a<'b>(x: &'static str) { 'c' }"), ["'b", "'static"]);
        assert_eq!(read("ruby", "attr_reader :size, a::B, @@n"), [":size", "@@n"]);
        assert_eq!(
            read("ruby", "[:one, {:two => 1}, a(:three)]"),
            [":one", ":two", ":three"]
        );
        assert_eq!(read("clojure", "{:id 1}"), [":id"]);
        assert_eq!(read("elixir", "f(:a_b)"), [":a_b"]);
        assert_eq!(
            read("bash", "run-parts --dry-run /etc; apt-get x"),
            ["run-parts", "apt-get"]
        );
        assert_eq!(read("python", "a-b"), [""; 0]);
    }
}
