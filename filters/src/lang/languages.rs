//! The table of languages: a file in `languages/` is one. All that is known of a language stands there, and
//! who highlights, looks for names, reads a slugline or runs a listing asks here.
//!
//! A file is lines of a key and words, and ends with an example, on which the tests show that it is read:
//!
//! ```text
//! names rust rs               what stands on fences; the first is pandoc's name, where it has one
//! files rs                    extensions of files
//! also m                      extensions that files of another language have, too, and rather
//! attributes d                extensions that are names of attributes more often
//! like NAME                   all that another language says, but for its names and what it `knows`
//! line // #                   what begins a comment that ends with the line. Behind it: apart (not in a
//!                             word), first (first in its line), unescaped (not behind \), word (a blank
//!                             follows), except=CHARACTERS (not before one of them)
//! block /* */                 what begins and ends a comment. Behind it: nests, first
//! string " "                  the same for a string. Behind it: lines (may hold line ends), raw (\ is no
//!                             escape), doubled (its end, twice, stands for itself)
//! prefix r b                  letters that may stand right before a string
//! heredoc <<                  what begins a text that ends with the line of a word. Behind it: apart
//!                             (blanks may follow), upper (a word without quotes is in capitals)
//! regex                       / begins a regular expression where no value stands before it
//! char                        ' holds one character, or stands for something else
//! plain ?                     a quote behind it stands for itself
//! start $                     characters that may begin a name, beside letters and _
//! name -                      characters that may go on in a name, beside letters, digits and _
//! marked                      a name may end in ? or !
//! shell                       words are commands; names are assigned, called by f( or stand behind $
//! data                        words are no names
//! prompt >>> irb…>            what an interpreter writes before what is typed: … stands for characters, 1
//!                             for a number
//! more ...                    what it writes before lines that go on
//! record bash python          a record of a console, and the languages in which something is typed
//! run lua lua5.4              programs that are given a file of it and run that, the usual one first
//! asked -v                    what such a program is asked for its version by, where that is not --version
//! product Lua                 what an author installs to have it, where that has not the name of the program
//! reader NAME                 what reads it for highlighting, where that is not the scanner
//! keyword, type, constant     words for highlighting; keywords are known to `names`, too
//! builtin, exception, module, decorator, macro, exclaimed, dunder, coined   what `names` knows (`WordKind`)
//! knows NAME                  what `names` knows of another language, too
//! flags                       for highlighting. nocase; what is a function: calls f(x), commands at the
//!                             beginning of a line, targets (a:), head (f x), top f = x; upper: Types
//!                             have capitals; at @x, symbol :x, directive #x, backslash \x
//! example                     and behind it a listing: what is hidden in it is no name, what is shown is
//! ```

use super::syntax::Syntax;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// What kind of name a word of a language is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordKind {
    /// A word of the grammar.
    Keyword,
    /// A function, type or constant that is always there, or as good as always.
    Builtin,
    /// An error or signal of the language's own, whose name tells by itself what it is.
    Exception,
    /// What stands before a dot: a module or a type with members.
    Module,
    /// What stands behind `@`.
    Decorator,
    /// What stands before `!`.
    Macro,
    /// The same where it is an English word, so that `!` may be an exclamation.
    Exclaimed,
    /// A function in small letters whose name no sentence has: `malloc`.
    Coined,
    /// What stands between two `_` on either side.
    Dunder,
}

impl WordKind {
    /// Whether it is one of names: a keyword is none, nor what only stands between `__`.
    pub fn is_name(self) -> bool {
        !matches!(self, Self::Keyword | Self::Dunder)
    }

    fn read(key: &str) -> Option<Self> {
        Some(match key {
            "keyword" => Self::Keyword,
            "builtin" => Self::Builtin,
            "exception" => Self::Exception,
            "module" => Self::Module,
            "decorator" => Self::Decorator,
            "macro" => Self::Macro,
            "exclaimed" => Self::Exclaimed,
            "coined" => Self::Coined,
            "dunder" => Self::Dunder,
            _ => return None,
        })
    }
}

/// What a word is for highlighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordClass {
    /// A word of the grammar.
    Keyword,
    /// A type that is always there.
    Type,
    /// A value that is always there.
    Constant,
}

/// A language.
#[derive(Debug, Default)]
pub struct Language {
    /// The name that pandoc's highlighting has for it, or the usual one.
    pub name: &'static str,
    /// What authors write on a fence for it, its name first.
    pub spellings: Vec<&'static str>,
    /// How its text is told into comments, strings and names.
    pub syntax: Syntax,
    /// What an interpreter writes before what is typed.
    pub prompts: Vec<&'static str>,
    /// What it writes before lines that go on.
    pub continuations: Vec<&'static str>,
    /// For the record of a console: the languages in which something is typed.
    pub record: Vec<&'static str>,
    /// What reads it for highlighting, with what that has to know; nothing for the scanner.
    pub reader: Vec<&'static str>,
    /// Programs that are given a file of it and run that, the usual one first.
    pub run: Vec<&'static str>,
    /// What such a program is asked for its version by; nothing where that is as with most.
    pub asked: Vec<&'static str>,
    /// Whether its words are no names, as those of data.
    pub is_data: bool,
    /// Extensions that its files may have, and those of another language rather have.
    pub also: Vec<&'static str>,
    flags: Vec<&'static str>,
    text: &'static str,
    like: Option<&'static Self>,
    words: OnceLock<HashMap<&'static str, WordClass>>,
    known: OnceLock<HashSet<(&'static str, WordKind)>>,
}

impl Language {
    fn read(text: &'static str) -> Self {
        let mut language = Self { text, ..Self::default() };
        if let Some(other) = lines(text).find_map(|(key, mut rest)| {
            (key == "like").then(|| rest.next().and_then(of_name))?
        }) {
            language.like = Some(other);
            language.syntax = other.syntax.clone();
            language.flags.clone_from(&other.flags);
            language.reader.clone_from(&other.reader);
            language.is_data = other.is_data;
        }
        for (key, rest) in lines(text) {
            match key {
                "also" => language.also.extend(rest),
                "names" => language.spellings = rest.collect(),
                "prompt" => language.prompts.extend(rest),
                "more" => language.continuations.extend(rest),
                "record" => language.record.extend(rest),
                "reader" => language.reader = rest.collect(),
                "flags" => language.flags.extend(rest),
                "data" => language.is_data = true,
                "run" => language.run = rest.collect(),
                "asked" => language.asked = rest.collect(),
                "product" => {}
                _ => language.syntax.take(key, rest.collect()),
            }
        }
        if let Some(other) = language.like
            && language.prompts.is_empty()
        {
            language.prompts.clone_from(&other.prompts);
            language.continuations.clone_from(&other.continuations);
        }
        language.name = language.spellings.first().copied().unwrap_or_default();
        language.syntax.finish(language.flags.contains(&"nocase"));
        language
    }

    /// Whether the table gives the language a flag.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether a name on a fence stands for what a console showed.
    pub fn is_record(&self) -> bool {
        !self.record.is_empty()
    }

    /// Whether anything is known of what its text is made of: of tables and records nothing is.
    pub fn has_syntax(&self) -> bool {
        let syntax = &self.syntax;
        !(syntax.line_comments.is_empty()
            && syntax.block_comments.is_empty()
            && self.flags.is_empty()
            && self.reader.is_empty())
    }

    /// What a word is for highlighting.
    pub fn word(&self, word: &str) -> Option<WordClass> {
        let words = self.words();
        if self.is("nocase") && word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return words.get(&*word.to_ascii_lowercase()).copied();
        }
        words.get(word).copied()
    }

    fn words(&self) -> &HashMap<&'static str, WordClass> {
        self.words.get_or_init(|| {
            let mut words =
                self.like.map_or_else(HashMap::new, |other| other.words().clone());
            for (key, rest) in lines(self.text) {
                let word = match key {
                    "keyword" => WordClass::Keyword,
                    "type" => WordClass::Type,
                    "constant" => WordClass::Constant,
                    _ => continue,
                };
                words.extend(rest.map(|one| (one, word)));
            }
            words
        })
    }

    /// The words that the language brings, each with its sort, without reading a listing.
    pub fn known(&self) -> &HashSet<(&'static str, WordKind)> {
        self.known.get_or_init(|| {
            let mut known = HashSet::new();
            for (key, rest) in lines(self.text) {
                if let Some(sort) = WordKind::read(key) {
                    known.extend(rest.map(|word| (word, sort)));
                } else if key == "knows" {
                    known.extend(rest.filter_map(of_name).flat_map(Self::known));
                }
            }
            known
        })
    }

    /// The words of the grammar, sorted.
    pub fn keywords(&self) -> Vec<&'static str> {
        self.known_as(WordKind::Keyword)
    }

    /// The words of a sort, sorted.
    pub fn known_as(&self, sort: WordKind) -> Vec<&'static str> {
        let own = self.known().iter().filter(|(_, own)| *own == sort);
        let mut found: Vec<_> = own.map(|(word, _)| *word).collect();
        found.sort_unstable();
        found
    }

    /// The listing at the end of the language's file.
    pub fn example(&self) -> &'static str {
        self.text.split_once("\nexample\n").map_or("", |(_, example)| example)
    }

    /// What an author installs to run it.
    pub fn product(&self) -> &'static str {
        let named = self.text.lines().find_map(|line| line.strip_prefix("product "));
        named.or_else(|| self.run.first().copied()).unwrap_or(self.name)
    }

    /// What begins and ends a comment that is a line of its own, if the language has any.
    pub fn comment(&self) -> Option<(String, String)> {
        if let Some(line) = self.syntax.line_comments.first() {
            return Some((line.mark.to_owned(), String::new()));
        }
        let block = self.syntax.block_comments.iter().find(|block| !block.first)?;
        Some((block.open.plain(), block.close.plain()))
    }
}

/// The lines of a language's file, up to its example: the key and the words behind it.
fn lines(
    text: &'static str,
) -> impl Iterator<Item = (&'static str, std::str::SplitAsciiWhitespace<'static>)> {
    let own = text.lines().take_while(|line| *line != "example");
    own.filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        Some((words.next()?, words))
    })
}

/// A language by its place in the table, read when it is first asked for.
fn at(at: usize) -> Option<&'static Language> {
    static READ: [OnceLock<Language>; COUNT] = [const { OnceLock::new() }; COUNT];
    let text = TEXTS.get(at)?;
    READ.get(at).map(|slot| slot.get_or_init(|| Language::read(text)))
}

fn find(list: &[(&str, usize)], name: &str) -> Option<usize> {
    let at = list.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    list.get(at).map(|(_, language)| *language)
}

/// A language by one of its names, in small letters.
pub(super) fn of_name(name: &str) -> Option<&'static Language> {
    at(find(NAMES, name)?)
}

/// The name of a language by one of its names, in small letters; its file is not read.
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    first_name(find(NAMES, name)?)
}

/// The name of the language that files with an extension are in, in small letters.
pub(super) fn of_extension(extension: &str) -> Option<&'static str> {
    first_name(find(EXTENSIONS, extension)?)
}

/// Whether an extension, in small letters, is one of files, and no name of attributes.
pub(super) fn is_extension(extension: &str) -> bool {
    find(EXTENSIONS, extension).is_some() && find(ATTRIBUTES, extension).is_none()
}

fn first_name(at: usize) -> Option<&'static str> {
    TEXTS.get(at)?.split_ascii_whitespace().nth(1)
}

/// A language as it is written on a fence: [`super::fence::word`] says which part of it that is.
pub fn of_fence(name: &str) -> Option<&'static Language> {
    of_name(&super::fence::word(name))
}

/// What is taken of a language that is not known: the marks that most share.
pub fn unknown() -> &'static Language {
    static UNKNOWN: LazyLock<Language> = LazyLock::new(|| {
        Language::read("line // # -- ;;\nblock /* */\nstring \" \"\nchar\n")
    });
    &UNKNOWN
}

/// All languages, in the order of their names.
pub fn all() -> impl Iterator<Item = &'static Language> {
    (0..COUNT).filter_map(at)
}

/// The languages whose files an interpreter is given, in the order of their names; no other is read for it.
pub fn interpreted() -> impl Iterator<Item = &'static Language> {
    INTERPRETED.iter().filter_map(|(_, language)| at(*language))
}

/// The words of all languages that are names, keywords aside. No language is read for it.
pub fn known_names() -> impl Iterator<Item = &'static str> {
    let all = TEXTS.iter().flat_map(|text| lines(text));
    let names = all.filter(|(key, _)| WordKind::read(key).is_some_and(WordKind::is_name));
    names.flat_map(|(_, rest)| rest)
}

/// Names on fences that no file has, each with whether it is one of a language.
static OTHERS: LazyLock<HashMap<&str, bool>> = LazyLock::new(|| {
    let mut others = HashMap::new();
    for (key, rest) in lines(include_str!("others.txt")) {
        if !key.starts_with('#') {
            others.extend(rest.map(|name| (name, key == "language")));
        }
    }
    others
});

/// Whether a name on a fence is known: as a language, or as what authors call text.
pub fn is_known(name: &str) -> bool {
    let name = super::fence::word(name);
    find(NAMES, &name).is_some() || OTHERS.contains_key(&*name)
}

/// Whether a name on a fence stands for text in no language, such as what a program printed.
pub fn is_text(name: &str) -> bool {
    let name = super::fence::word(name);
    canonical(&name) == Some("text") || OTHERS.get(&*name) == Some(&false)
}

/// What begins and ends a comment in any language, the longest beginning first.
pub(super) fn comments() -> &'static [(&'static str, &'static str)] {
    COMMENTS
}

/// All names that fences have for languages.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_nothing_that_is_not_read() {
        const KEYS: &[&str] = &[
            "names",
            "also",
            "files",
            "attributes",
            "like",
            "line",
            "block",
            "string",
            "prefix",
            "heredoc",
            "regex",
            "char",
            "plain",
            "start",
            "name",
            "marked",
            "shell",
            "data",
            "prompt",
            "more",
            "record",
            "reader",
            "run",
            "asked",
            "product",
            "keyword",
            "type",
            "constant",
            "knows",
            "flags",
        ];
        const FLAGS: &[&str] = &[
            "at",
            "backslash",
            "calls",
            "commands",
            "directive",
            "head",
            "nocase",
            "symbol",
            "targets",
            "top",
            "upper",
        ];
        const { assert!(COUNT > 150) };
        for (text, language) in TEXTS.iter().zip(all()) {
            let name = language.name;
            for (key, rest) in lines(text) {
                assert!(
                    KEYS.contains(&key) || WordKind::read(key).is_some(),
                    "{name}: {key}"
                );
                let mut others = rest.clone();
                if ["like", "knows", "record"].contains(&key) {
                    assert!(
                        others.all(|other| canonical(other) == Some(other)),
                        "{name}: {key}"
                    );
                }
                let mut flags = rest;
                assert!(
                    key != "flags" || flags.all(|flag| FLAGS.contains(&flag)),
                    "{name}"
                );
            }
            assert!(!language.example().trim().is_empty(), "{name} has no example");
            assert_eq!(of_fence(name).map(|one| one.name), Some(name));
        }
        let both: Vec<_> = names().filter(|name| OTHERS.contains_key(name)).collect();
        assert_eq!(both, Vec::<&str>::new(), "they are in others.txt, too");
    }

    #[test]
    fn a_file_alone_says_what_runs_its_language() {
        let all: Vec<_> = interpreted().map(|one| (one.name, one.product())).collect();
        let by_text = TEXTS.iter().filter(|text| text.contains("\nrun ")).count();
        assert_eq!(all.len(), by_text);
        assert!(all.contains(&("bash", "bash")) && all.contains(&("ruby", "Ruby")));
        let lua = of_fence("lua").unwrap();
        assert_eq!((&lua.run[..2], &*lua.asked), (&["lua", "lua5.4"][..], &["-v"][..]));
    }

    #[test]
    fn words_are_known() {
        let sql = of_fence("MySQL").unwrap();
        assert_eq!(sql.word("SELECT"), Some(WordClass::Keyword));
        assert_eq!(sql.word("varchar"), Some(WordClass::Type));
        assert_eq!(
            of_fence("swift").unwrap().word("null"),
            Some(WordClass::Constant),
            "as java"
        );
        assert!(!of_fence("swift").unwrap().keywords().contains(&"synchronized"));
        assert!(
            of_fence("klingon").is_none() && !is_known("klingon") && is_known("stdout")
        );
        assert!(is_text("stdout") && is_text("txt") && !is_text("abc"));
    }

    #[test]
    fn comments_are_known() {
        let of = |name| {
            let (open, close) = of_fence(name)?.comment()?;
            Some(format!("{open} {close}"))
        };
        for (name, comment) in [
            ("rust", Some("// ")),
            ("ini", Some("; ")),
            ("lua", Some("-- ")),
            ("html", Some("<!-- -->")),
            ("ocaml", Some("(* *)")),
            ("json", None),
        ] {
            assert_eq!(of(name).as_deref(), comment, "{name}");
        }
    }
}
