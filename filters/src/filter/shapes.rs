//! What the characters of a word tell of it, without the book it stands in.

use crate::names::known::is_brand;

/// `AssertEqual`: a function whose `s` is no plural's.
pub(super) fn begins_with_verb(name: &str) -> bool {
    const VERBS: &[&str] = &[
        "add", "assert", "call", "check", "create", "find", "get", "load", "make",
        "parse", "read", "remove", "run", "save", "set", "start", "stop", "test",
        "write",
    ];
    let name = name.to_ascii_lowercase();
    VERBS.iter().any(|verb| name.starts_with(verb))
}

/// `e.g`, `U.S`: what is left of an abbreviation without its last point.
pub(super) fn is_abbreviation(word: &str) -> bool {
    const ABBREVIATIONS: &[&str] = &[
        "a.k.a", "a.m", "d.h", "e.g", "i.e", "p.m", "ph.d", "u.k", "u.s", "w.r.t", "z.b",
    ];
    ABBREVIATIONS.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// Words that begin sentences and hardly ever name a member.
pub(super) fn begins_sentence(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "A",
        "An",
        "And",
        "Because",
        "But",
        "Each",
        "He",
        "Here",
        "How",
        "However",
        "I",
        "If",
        "In",
        "Instead",
        "It",
        "Its",
        "Let",
        "My",
        "Note",
        "Our",
        "She",
        "So",
        "Some",
        "That",
        "The",
        "Their",
        "There",
        "These",
        "They",
        "This",
        "Those",
        "To",
        "Unfortunately",
        "We",
        "What",
        "When",
        "Where",
        "Why",
        "Yes",
        "You",
        "Your",
    ];
    WORDS.contains(&word)
}

/// Words that no name ends in, but a sentence may begin with, where the space was forgotten.
pub(super) fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "an", "and", "are", "as", "at", "but", "by", "can", "for", "from", "has",
        "have", "he", "his", "how", "if", "in", "is", "it", "its", "not", "of", "on",
        "or", "our", "she", "so", "that", "the", "their", "then", "there", "these",
        "they", "this", "to", "was", "we", "what", "when", "where", "which", "who",
        "why", "will", "with", "you", "your",
    ];
    WORDS.contains(&word)
}

/// What a name's characters tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameShape {
    /// As English words are.
    Plain,
    /// `_` in it: `run_all`, `__init__`, `MAX_SIZE`, `_private`.
    Snake,
    /// `$` before it.
    Variable,
    /// A capital in it, none at its beginning.
    Camel,
    /// Capitals at its beginning and in it, and small letters.
    Pascal,
    /// Letters with a digit behind them.
    Digits,
}

impl NameShape {
    pub(super) fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
        if !name.is_ascii() {
            return Self::of_letters(name);
        }
        if name.starts_with('$') {
            return if name.len() > 1 { Self::Variable } else { Self::Plain };
        }
        if name.contains('_') {
            let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
            return if letters > 1 { Self::Snake } else { Self::Plain };
        }
        let small = has(u8::is_ascii_lowercase);
        let hump = bytes.iter().skip(1).any(u8::is_ascii_uppercase);
        if has(u8::is_ascii_digit) {
            return Self::Digits;
        }
        match (hump && small, bytes.first().is_some_and(u8::is_ascii_uppercase)) {
            (false, _) => Self::Plain,
            (true, true) => Self::Pascal,
            (true, false) => Self::Camel,
        }
    }
}

impl NameShape {
    /// The shape of a name with letters that ASCII does not have.
    fn of_letters(name: &str) -> Self {
        let ascii: String = name
            .chars()
            .map(|c| match c {
                _ if c.is_ascii() => c,
                _ if c.is_uppercase() => 'A',
                _ => 'a',
            })
            .collect();
        Self::of(&ascii)
    }
}

/// `readLine`, `readUint16LE`, but not `iPhone`, `tvOS` or `mRNA`: names that marketing and science
/// write so begin with one letter or have no second word in small letters.
pub(super) fn is_camel(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let first = chars.iter().position(|c| c.is_uppercase()).unwrap_or(0);
    let small = chars.first().is_some_and(|c| c.is_lowercase());
    let second =
        chars.windows(2).any(|pair| pair[0].is_uppercase() && pair[1].is_lowercase());
    small && first > 1 && second
}

/// `APIs`, `URLs`.
pub(super) fn is_plural_acronym(name: &str) -> bool {
    let stem = name.strip_suffix('s').unwrap_or(name);
    stem.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `Python3`, `HTML5`: what stands before the digits is a word by itself, with a capital.
pub(super) fn is_version(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    is_brand(stem) || stem.len() > 2 && stem.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `$HOME`: a variable of the environment, and no price.
pub(super) fn is_environment(name: &str) -> bool {
    name.len() > 3
        && name.bytes().skip(1).all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// The last part of an address on the web.
pub(super) fn is_domain(name: &str) -> bool {
    const DOMAINS: &[&str] = &[
        "ai", "app", "at", "au", "be", "br", "ca", "ch", "cn", "co", "com", "de", "dev",
        "edu", "es", "eu", "fr", "gov", "info", "io", "it", "jp", "me", "net", "nl",
        "no", "org", "page", "pl", "ru", "se", "sh", "uk", "us", "xyz",
    ];
    DOMAINS.contains(&name) || name == "www"
}

/// What other filters read as a whole: `{#eq:my_label}`, `@fig:my_fig`, the attributes of something.
pub(super) fn is_label(text: &str) -> bool {
    // Few texts have one of these, and most of them one search tells.
    let is_citation = || {
        let label = text.split_once('@').map_or("", |(_, label)| label);
        let kind =
            label.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(label.len());
        kind > 0 && label[kind..].starts_with(':') && !label[kind..].starts_with("::")
    };
    text.contains("{#") || text.starts_with("{.") || is_citation()
}

/// Whether the text is an address on the web or of mail.
pub(super) fn is_address(text: &str) -> bool {
    text.contains("://")
        || text.starts_with("www.")
        || text.find('@').is_some_and(|at| {
            at > 0 && text[..at].ends_with(|c: char| c.is_alphanumeric())
        })
}
