//! What the scanner knows of languages, read from a table.

use concfilter::names::known::{self, Sort};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What a word of a language is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Keyword,
    Type,
    Constant,
}

/// A kind of string.
#[derive(Debug, Clone)]
pub(super) struct Quotes {
    pub open: &'static str,
    pub close: &'static str,
    /// Whether it may hold line ends.
    pub lines: bool,
    /// Whether `\` is no escape in it.
    pub raw: bool,
}

/// A language as the table has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Language {
    pub line_comments: Vec<&'static str>,
    pub block_comments: Vec<(&'static str, &'static str)>,
    pub strings: Vec<Quotes>,
    /// Whether `'` holds one character, or is something else.
    pub char_quote: bool,
    words: HashMap<&'static str, Word>,
    flags: Vec<&'static str>,
}

impl Language {
    /// Whether the table gives the language a flag.
    pub(super) fn is(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// What a word is.
    pub(super) fn word(&self, word: &str) -> Option<Word> {
        if self.is("nocase") && word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.words.get(&*word.to_ascii_lowercase()).copied();
        }
        self.words.get(word).copied()
    }

    fn read(&mut self, line: &'static str, all: &[(&'static str, Self)]) {
        let mut parts = line.split_ascii_whitespace();
        let words = |language: &mut Self, words: Vec<&'static str>, kind| {
            language.words.extend(words.into_iter().map(|word| (word, kind)));
        };
        match parts.next() {
            Some("like") => {
                let name = parts.next().unwrap_or_default();
                if let Some((_, other)) = all.iter().find(|(known, _)| *known == name) {
                    *self = other.clone();
                }
            }
            Some("line") => self.line_comments.extend(parts),
            Some("block") => {
                if let (Some(open), Some(close)) = (parts.next(), parts.next()) {
                    self.block_comments.push((open, close));
                }
            }
            Some("string") => {
                if let (Some(open), Some(close)) = (parts.next(), parts.next()) {
                    let flags: Vec<_> = parts.collect();
                    let (lines, raw) = (flags.contains(&"lines"), flags.contains(&"raw"));
                    self.strings.push(Quotes { open, close, lines, raw });
                    // The longest first, as one may begin another.
                    self.strings.sort_by_key(|one| std::cmp::Reverse(one.open.len()));
                }
            }
            Some("char") => self.char_quote = true,
            Some("keyword") => words(self, parts.collect(), Word::Keyword),
            Some("type") => words(self, parts.collect(), Word::Type),
            Some("constant") => words(self, parts.collect(), Word::Constant),
            Some("known") => {
                let name = parts.next().unwrap_or_default();
                words(self, known::words(name, Sort::Keyword), Word::Keyword);
            }
            Some("flags") => self.flags.extend(parts),
            _ => {}
        }
    }
}

struct Table {
    languages: Vec<(&'static str, Language)>,
    /// Where each name stands in `languages`.
    names: BTreeMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { languages: Vec::new(), names: BTreeMap::new() };
    let text = include_str!("languages.txt");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(' ') {
            if let Some((name, mut language)) = table.languages.pop() {
                language.read(line, &table.languages);
                table.languages.push((name, language));
            }
            continue;
        }
        let at = table.languages.len();
        table.names.extend(line.split_ascii_whitespace().map(|name| (name, at)));
        let name = line.split_ascii_whitespace().next().unwrap_or_default();
        table.languages.push((name, Language::default()));
    }
    table
});

/// A language by any of its names.
pub(super) fn of(name: &str) -> Option<&'static Language> {
    let at = *TABLE.names.get(name.to_ascii_lowercase().as_str())?;
    TABLE.languages.get(at).map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        assert!(TABLE.languages.len() > 50);
        for (name, language) in &TABLE.languages {
            assert!(!language.line_comments.is_empty() || *name == "ocaml", "{name}");
            assert!(!language.words.is_empty() || !language.flags.is_empty(), "{name}");
        }
        let count = include_str!("languages.txt")
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']))
            .flat_map(str::split_ascii_whitespace)
            .count();
        assert_eq!(count, TABLE.names.len(), "a name stands twice");
    }

    #[test]
    fn words_are_known() {
        let sql = of("MySQL").unwrap();
        assert_eq!(sql.word("SELECT"), Some(Word::Keyword));
        assert_eq!(sql.word("varchar"), Some(Word::Type));
        assert_eq!(of("swift").unwrap().word("null"), Some(Word::Constant), "as java");
        assert_eq!(of("go").unwrap().word("func"), Some(Word::Keyword));
        assert!(of("klingon").is_none());
    }
}
