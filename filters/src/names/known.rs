//! What is known of languages without reading a listing: keywords, built-in names, modules, and
//! words that only look like identifiers. The lists are data files beside this one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// What kind of name a word of a language is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
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
    /// What stands between two `_` on either side.
    Dunder,
}

impl Sort {
    fn is_name(self) -> bool {
        !matches!(self, Self::Keyword | Self::Dunder)
    }
}

type Words = HashSet<(&'static str, Sort)>;

const FILES: &[(&str, &str)] = &[
    ("bash", include_str!("data/bash.txt")),
    ("c", include_str!("data/c.txt")),
    ("cpp", include_str!("data/cpp.txt")),
    ("cs", include_str!("data/cs.txt")),
    ("go", include_str!("data/go.txt")),
    ("java", include_str!("data/java.txt")),
    ("javascript", include_str!("data/javascript.txt")),
    ("kotlin", include_str!("data/kotlin.txt")),
    ("python", include_str!("data/python.txt")),
    ("ruby", include_str!("data/ruby.txt")),
    ("rust", include_str!("data/rust.txt")),
    ("typescript", include_str!("data/typescript.txt")),
];

static LANGUAGES: LazyLock<BTreeMap<&str, Words>> = LazyLock::new(|| {
    let read = |&(language, text): &(&'static str, &'static str)| {
        let mut words = Words::new();
        let mut open = vec![text];
        while let Some(text) = open.pop() {
            for line in text.lines() {
                let mut parts = line.split_ascii_whitespace();
                let sort = match parts.next() {
                    Some("keyword") => Sort::Keyword,
                    Some("builtin") => Sort::Builtin,
                    Some("exception") => Sort::Exception,
                    Some("module") => Sort::Module,
                    Some("decorator") => Sort::Decorator,
                    Some("macro") => Sort::Macro,
                    Some("exclaimed") => Sort::Exclaimed,
                    Some("dunder") => Sort::Dunder,
                    // All that another language has, too.
                    Some("like") => {
                        let other = parts.next().unwrap_or_default();
                        open.extend(
                            FILES.iter().filter(|file| file.0 == other).map(|f| f.1),
                        );
                        continue;
                    }
                    _ => continue,
                };
                words.extend(parts.map(|word| (word, sort)));
            }
        }
        (language, words)
    };
    FILES.iter().map(read).collect()
});

static BRANDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| plain_words(include_str!("data/brands.txt")));

static CLASSES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| plain_words(include_str!("data/classes.txt")));

/// The words of a file that holds nothing else, but for lines with `#` before them.
fn plain_words(text: &'static str) -> HashSet<&'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_ascii_whitespace).collect()
}

/// Whether a word is a word of that sort in a language (its canonical name).
pub fn is(language: &str, word: &str, sort: Sort) -> bool {
    LANGUAGES.get(language).is_some_and(|words| words.contains(&(word, sort)))
}

/// The words of that sort in a language, sorted.
pub fn words(language: &str, sort: Sort) -> Vec<&'static str> {
    let all = LANGUAGES.get(language).into_iter().flatten();
    let mut found: Vec<_> =
        all.filter(|(_, own)| *own == sort).map(|(word, _)| *word).collect();
    found.sort_unstable();
    found
}

/// Names of all languages, keywords aside.
static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let all = LANGUAGES.values().flatten();
    all.filter(|(_, sort)| sort.is_name()).map(|(word, _)| *word).collect()
});

/// Whether a word is a name that some language brings, by [`Known::is_name`].
pub fn is_any_name(word: &str) -> bool {
    NAMES.contains(word)
}

/// Whether a word is a name of a product or person, an acronym or a unit, however it looks.
pub fn is_brand(word: &str) -> bool {
    BRANDS.contains(word)
}

/// Whether a word of several in capitals, `KeyError` or `TaskManager`, names a class by its ending,
/// whoever defined it.
pub fn is_class(word: &str) -> bool {
    let last = word.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
    let stem = &word[..last];
    stem.len() > 1
        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && CLASSES.contains(&word[last..])
}

/// The words of several languages together, by sort.
#[derive(Debug, Clone, Default)]
pub struct Known(HashMap<&'static str, Vec<Sort>>);

impl Known {
    /// The words of the languages given by their canonical names.
    pub fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: HashMap<&str, Vec<Sort>> = HashMap::new();
        for language in languages {
            for (word, sort) in LANGUAGES.get(language).into_iter().flatten() {
                let sorts = known.entry(word).or_default();
                if !sorts.contains(sort) {
                    sorts.push(*sort);
                }
            }
        }
        Self(known)
    }

    /// Whether a word is a name that any of the languages brings, by whatever sort but keywords
    /// and what only stands between `__`.
    pub fn is_name(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|sorts| sorts.iter().any(|sort| sort.is_name()))
    }

    /// Whether a word is of that sort in any of the languages.
    pub fn is(&self, word: &str, sort: Sort) -> bool {
        self.0.get(word).is_some_and(|sorts| sorts.contains(&sort))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_language() {
        assert!(
            is("python", "lambda", Sort::Keyword) && !is("go", "lambda", Sort::Keyword)
        );
        assert!(
            is("typescript", "setTimeout", Sort::Builtin),
            "typescript is like javascript"
        );
        assert!(is_brand("JavaScript") && !is_brand("ThreadPool"));
        assert!(is_class("HTTPError") && is_class("TaskManager"));
        assert!(!is_class("Error") && !is_class("AppStore") && !is_class("XError"));
        assert!(words("go", Sort::Keyword).contains(&"defer"));
        let known = Known::of(["rust", "c"]);
        assert!(known.is_name("BTreeMap") && !known.is_name("while"));
        assert!(known.is("assert_eq", Sort::Macro) && known.is("size_t", Sort::Builtin));
    }

    #[test]
    fn every_language_has_its_words() {
        for (language, _) in FILES {
            assert!(!words(language, Sort::Keyword).is_empty(), "{language}");
        }
    }
}
