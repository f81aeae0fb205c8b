//! Highlighting: what the words of a listing are, by few short classes.
//!
//! The classes are a part of pandoc's, so that rules which an author wrote for pandoc's
//! highlighting mean the same here. Languages that have a grammar are read by it; the others, and
//! listings that do not parse, by small scanners: `scan` for programs, `markup`, `css` and `data`.
//!
//! ```text
//! return "a" // c   return: kw (a keyword), "a": st (a string), // c: co (a comment)
//! ```

mod css;
mod data;
mod known;
mod markup;
mod scan;

use crate::grammars::pieces::{self, Piece};
use concfilter::lang::languages::{self, Language};
use concfilter::lang::record::{Typed, typed};
use std::ops::Range;

/// What a stretch of a listing is; its name is the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A word of the language, a tag, a heading.
    Kw,
    /// The name of a function, a macro, a command.
    Fu,
    /// The name of a type.
    Dt,
    /// A string or a character, what a patch adds.
    St,
    /// An escape or a mark in a string.
    Sc,
    /// A comment.
    Co,
    /// A number or a constant.
    Dv,
    /// An attribute, an annotation, the key of a setting.
    At,
    /// A line for the preprocessor, a prompt.
    Pp,
    /// What a patch takes away.
    Al,
}

impl Class {
    /// The name in the markup.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kw => "kw",
            Self::Fu => "fu",
            Self::Dt => "dt",
            Self::St => "st",
            Self::Sc => "sc",
            Self::Co => "co",
            Self::Dv => "dv",
            Self::At => "at",
            Self::Pp => "pp",
            Self::Al => "al",
        }
    }
}

/// A stretch of a listing, in bytes.
pub(super) type Token = (Range<usize>, Class);

/// What a longer listing holds is data, and takes long to read.
const LONGEST: usize = 1 << 20;

/// The tokens of a listing, in their order, without overlap. `name` is what the author wrote
/// on the fence; a language that nothing is known of has no tokens.
pub(super) fn read(name: &str, code: &str) -> Vec<Token> {
    if code.len() > LONGEST {
        Vec::new()
    } else {
        known::recall(name, code, || read_listing(name, code))
    }
}

fn read_listing(name: &str, code: &str) -> Vec<Token> {
    let Some(language) = languages::of_fence(name) else { return Vec::new() };
    match typed(language.name, code) {
        _ if language.name == "text" => Vec::new(),
        Some(typed) => record(&typed, code),
        None if !language.has_syntax() => Vec::new(),
        None => tokens_of(language, code),
    }
}

/// Whether a name on a fence stands for the record of a console.
pub(super) fn is_record(name: &str) -> bool {
    languages::of_fence(name).is_some_and(Language::is_record)
}

/// The tokens of a listing in one language.
fn tokens_of(language: &Language, code: &str) -> Vec<Token> {
    if let Some(pieces) = pieces::read(language.name, code) {
        return pieces.into_iter().map(|(range, piece)| (range, class(piece))).collect();
    }
    match language.reader.first() {
        Some(&"markup") => markup::read(code),
        Some(&"css") => css::read(code),
        _ => data::read(language, code).unwrap_or_else(|| scan::read(language, code)),
    }
}

/// The same, by the name of the language.
fn named(name: &str, code: &str) -> Vec<Token> {
    languages::of_fence(name).map_or_else(Vec::new, |language| tokens_of(language, code))
}

fn class(piece: Piece) -> Class {
    match piece {
        Piece::Keyword => Class::Kw,
        Piece::Function => Class::Fu,
        Piece::Type => Class::Dt,
        Piece::String => Class::St,
        Piece::Escape => Class::Sc,
        Piece::Comment => Class::Co,
        Piece::Number => Class::Dv,
        Piece::Attribute => Class::At,
        Piece::Preprocessor => Class::Pp,
    }
}

/// The tokens of a console's record: its prompts, and what was typed. What was printed has none.
fn record(all: &[Typed], code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for typed in all {
        let language = named(typed.language, &typed.text);
        let mut starts = typed.lines.iter().peekable();
        while let Some(&(start, source)) = starts.next() {
            let end = starts.peek().map_or(typed.text.len(), |next| next.0);
            let line = code[..source].rfind('\n').map_or(0, |at| at + 1);
            let prompt = code[line..source].trim_end();
            if !prompt.is_empty() {
                tokens.push((line..line + prompt.len(), Class::Pp));
            }
            let from = language.partition_point(|(range, _)| range.end <= start);
            for (range, class) in
                language[from..].iter().take_while(|(range, _)| range.start < end)
            {
                let first = range.start.max(start) - start;
                // The line's end in the record may be another, and may be missing.
                let last = range.end.min(end.saturating_sub(1)).max(start) - start;
                if first < last {
                    tokens.push((source + first..source + last, *class));
                }
            }
        }
    }
    tokens.sort_by_key(|(range, _)| range.start);
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces_of(language: &str, code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(language, code).into_iter().map(say).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_was_typed_is_highlighted_and_what_was_printed_is_not() {
        assert_eq!(
            pieces_of("console", "$ ls \"a\"\nif x\n$ cd b"),
            "$=pp ls=fu \"a\"=st $=pp cd=fu"
        );
        assert_eq!(pieces_of("sh-session", "a b\n$ ls"), "$=pp ls=fu");
        assert_eq!(pieces_of("terminal", "a if b"), "");
        assert_eq!(
            pieces_of("python", ">>> def f():\n...     pass\r\n>>> f()\n'def'"),
            ">>>=pp def=kw f=fu ...=pp pass=kw >>>=pp f=fu"
        );
    }

    #[test]
    fn names_are_known_by_all_their_spellings() {
        for name in
            ["py", "Python", "golang", "sh", "C++", "js", "rust,ignore", "{.python}"]
        {
            assert!(!read(name, "if (x) { 'a' }").is_empty(), "{name}");
        }
        assert_eq!(read("text", "if 1"), []);
        assert_eq!(read("csv", "\"a\", 1"), []);
        assert_eq!(read("", "if 1"), []);
    }

    #[test]
    fn what_does_not_parse_is_read_all_the_same() {
        let code = "func f() {\n  ?? ?? ?? ?? ?? ?? ?? [[[\n  return \"a\" // c\n";
        assert_eq!(pieces_of("go", code), "func=kw f=fu return=kw \"a\"=st // c=co");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Tokens stand in their order, apart from each other, and cut no character.
        #[test]
        fn tokens_fit_any_text(
            language in prop::sample::select(languages::names().collect::<Vec<_>>()),
            code in "(\\PC|[ \t\r\n\"'`#${}()<>/*:=-]|def |if |[.]{3}|>>> |[$] ){0,60}",
        ) {
            let mut at = 0;
            for (range, _) in read(language, &code) {
                prop_assert!(at <= range.start && range.start < range.end);
                prop_assert!(code.get(range.clone()).is_some(), "{range:?} of {code:?}");
                at = range.end;
            }
            prop_assert!(at <= code.len());
        }
    }
}
