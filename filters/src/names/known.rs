//! What is known of languages without reading a listing: keywords, built-in names, modules, and
//! words that only look like identifiers. The words of a language stand in its file in `lang`.

use crate::lang::Language;
pub use crate::lang::WordKind;
use crate::lang::languages;
use foldhash::{HashMap, HashSet};
use std::sync::LazyLock;

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
pub fn is(language: &str, word: &str, sort: WordKind) -> bool {
    languages::of_fence(language).is_some_and(|it| it.known().contains(&(word, sort)))
}

/// The words of that sort in a language, sorted.
pub fn words(language: &str, sort: WordKind) -> Vec<&'static str> {
    languages::of_fence(language).map_or_else(Vec::new, |it| it.known_as(sort))
}

/// Names of all languages, keywords aside.
static NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| languages::known_names().collect());

/// Whether a word is a name that some language brings, by [`KnownWords::is_name`].
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
pub struct KnownWords(HashMap<&'static str, Vec<WordKind>>);

impl KnownWords {
    /// The words of the languages given by their canonical names.
    pub fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: HashMap<&str, Vec<WordKind>> = HashMap::default();
        for language in languages {
            for (word, sort) in
                languages::of_fence(language).into_iter().flat_map(Language::known)
            {
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

    /// All words of that sort.
    pub fn of_kind(&self, kind: WordKind) -> impl Iterator<Item = &'static str> {
        let all = self.0.iter().filter(move |(_, kinds)| kinds.contains(&kind));
        all.map(|(word, _)| *word)
    }

    /// Whether a word is of that sort in any of the languages.
    pub fn is(&self, word: &str, sort: WordKind) -> bool {
        self.0.get(word).is_some_and(|sorts| sorts.contains(&sort))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_language() {
        assert!(
            is("python", "lambda", WordKind::Keyword)
                && !is("go", "lambda", WordKind::Keyword)
        );
        assert!(
            is("typescript", "setTimeout", WordKind::Builtin),
            "typescript is like javascript"
        );
        assert!(is_brand("JavaScript") && !is_brand("ThreadPool"));
        assert!(is_class("HTTPError") && is_class("TaskManager"));
        assert!(!is_class("Error") && !is_class("AppStore") && !is_class("XError"));
        assert!(words("go", WordKind::Keyword).contains(&"defer"));
        let known = KnownWords::of(["rust", "c"]);
        assert!(known.is_name("BTreeMap") && !known.is_name("while"));
        assert!(
            known.is("assert_eq", WordKind::Macro)
                && known.is("size_t", WordKind::Builtin)
        );
    }
}
