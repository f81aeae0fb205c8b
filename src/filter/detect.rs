//! Which words of the prose are identifiers though their author left the marks off: those that
//! cannot be English, by their shape and the names of the book's own listings.
//!
//! Each rule errs on the side of leaving a word alone: bold code where none belongs is worse than
//! one mark that is missing.

use super::learned::{Habit, Learned};
use super::words::{Joined, Word, may_hold, words};
use crate::lang::is_file_extension;
use crate::names::known::{Known, Sort, is_brand};
use crate::names::{Entry, Vocabulary};
use crate::settings::{Detect, Identifiers};
use std::ops::Range;

/// What decides, gathered from the whole book before its first word is looked at.
#[derive(Debug)]
pub struct Detector<'a> {
    vocabulary: &'a Vocabulary,
    known: Known,
    settings: &'a Identifiers,
    learned: &'a Learned,
}

impl<'a> Detector<'a> {
    /// A detector for a book: the names of its listings, its settings, and what its own marks
    /// teach.
    pub fn new(
        vocabulary: &'a Vocabulary,
        settings: &'a Identifiers,
        learned: &'a Learned,
    ) -> Self {
        let known = Known::of(vocabulary.languages());
        Self { vocabulary, known, settings, learned }
    }

    /// The identifiers in the text of one `Str`, as bytes of it, in order.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let wants_all =
            self.settings.detect == Detect::Learned || !self.settings.always.is_empty();
        if self.settings.detect == Detect::Off && self.settings.always.is_empty()
            || !wants_all && !may_hold(text)
            || is_address(text)
        {
            return Vec::new();
        }
        words(text).into_iter().filter_map(|word| self.decide(text, &word)).collect()
    }

    /// Whether a name is one of those between underscores that Markdown takes for Strong, and
    /// what is between them no English word.
    pub fn is_dunder(&self, name: &str) -> bool {
        let inner = name.trim_matches('_');
        self.settings.detect != Detect::Off
            && !self.settings.never.contains(name)
            && self.known.is(inner, Sort::Dunder)
    }

    fn decide(&self, text: &str, word: &Word) -> Option<Range<usize>> {
        let written = &text[word.range.clone()];
        let settings = self.settings;
        let banned = |word: &str| settings.never.contains(word);
        if word.touched || banned(written) || banned(word.bare(text)) {
            return None;
        }
        if settings.always.contains(written) {
            return Some(word.range.clone());
        }
        if settings.detect == Detect::Off {
            return None;
        }
        if word.bang && !written.contains('.') && self.is_macro(written) {
            return Some(word.range.start..word.range.end + 1);
        }
        if settings.detect == Detect::Learned {
            return match self.learned.habit(written) {
                Habit::Marks => Some(word.range.clone()),
                Habit::Leaves => None,
                Habit::Unknown => self.distinctive(text, word),
            };
        }
        self.distinctive(text, word)
    }

    /// The part of a word that cannot be English: all of it, or all but a plural's `s`.
    fn distinctive(&self, text: &str, word: &Word) -> Option<Range<usize>> {
        let written = &text[word.range.clone()];
        // `float64s`, `http.Handlers`: the listings have the name, the plural is prose.
        if let Some(stem) = written.strip_suffix('s')
            && !word.called
            && !begins_with_verb(stem)
            && word.names(text).last().is_some_and(|last| !self.vocabulary.has(last))
            && stem
                .rsplit(['.', ':'])
                .next()
                .is_some_and(|last| self.vocabulary.has(last))
        {
            let range = word.range.start..word.range.end - 1;
            let stem = Word { range, ..word.clone() };
            return self.is_distinctive(text, &stem).then_some(stem.range);
        }
        self.is_distinctive(text, word).then(|| word.range.clone())
    }

    fn is_distinctive(&self, text: &str, word: &Word) -> bool {
        let written = &text[word.range.clone()];
        match (word.mark, word.joined) {
            (Some(b'@'), _) => self.is_decorator(word.bare(text)),
            (_, Joined::Colons) => true,
            (_, Joined::Dots) => self.is_dotted(text, word),
            (Some(_), Joined::No) => word.called || self.is_member(word.bare(text)),
            (None, Joined::No) => word.called || self.is_single(written),
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.vocabulary.get(name)
    }

    /// `name!`, and no exclamation: the name is one that no sentence ends with.
    fn is_macro(&self, name: &str) -> bool {
        let used = self.entry(name).is_some_and(|entry| entry.bang);
        used && Shape::of(name) != Shape::Plain || self.known.is(name, Sort::Macro)
    }

    fn is_decorator(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        self.entry(first).is_some_and(|entry| entry.decorator)
            || self.known.is(name, Sort::Decorator)
    }

    /// `.name`, which listings have behind a dot.
    fn is_member(&self, name: &str) -> bool {
        !is_file_extension(name)
            && !is_domain(name)
            && name.len() > 1
            && self.entry(name).is_some_and(|entry| entry.member)
    }

    /// A name without a dot.
    fn is_single(&self, name: &str) -> bool {
        let shape = Shape::of(name);
        if shape == Shape::Plain || is_brand(name) {
            return false;
        }
        let in_listings = self.vocabulary.has(name);
        match shape {
            Shape::Plain => false,
            Shape::Snake | Shape::Variable => true,
            Shape::Camel => in_listings || is_camel(name),
            Shape::Pascal => {
                (in_listings || self.vocabulary.is_compound(name))
                    && !is_plural_acronym(name)
                    || is_class(name)
                    || self.known.is(name, Sort::Exception)
            }
            Shape::Digits => in_listings && !is_version(name),
        }
    }

    /// Names with dots between them: not a file, an address, an abbreviation, or two sentences
    /// without a space.
    fn is_dotted(&self, text: &str, word: &Word) -> bool {
        let names: Vec<&str> = word.names(text).collect();
        let (Some(&head), Some(&last)) = (names.first(), names.last()) else {
            return false;
        };
        let bare = word.bare(text);
        if is_abbreviation(bare) || is_brand(bare) {
            return false;
        }
        if word.called {
            return true;
        }
        let has = |name: &str| self.vocabulary.has(name);
        let member = self.entry(last).is_some_and(|entry| entry.member);
        let owner = self.entry(head).is_some_and(|entry| entry.owner);
        let module = self.known.is(head, Sort::Module);
        // `f.c` may be a file or an attribute; the listings tell.
        if is_file_extension(last) && !(last.len() == 1 && owner && member) {
            return false;
        }
        if is_domain(last) && !((owner || module) && member)
            || is_domain(head) && names.len() > 2
        {
            return false;
        }
        if names.iter().all(|name| name.len() == 1) {
            return owner && member;
        }
        let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        // A sentence that ends, and one that begins without a space between.
        let sentence = names.windows(2).any(|pair| {
            capital(pair[1]) && !capital(pair[0]) && begins_sentence(pair[1])
        });
        if sentence && !((owner || module) && member) {
            return false;
        }
        let told = |name: &&str| {
            matches!(Shape::of(name), Shape::Snake | Shape::Camel | Shape::Pascal)
                && !is_brand(name)
        };
        let small_after_capital = capital(head) && !capital(last) && last.len() > 2;
        owner
            || module
            || member
            || names.iter().any(told)
            || small_after_capital
            || has(head) && head.len() > 2 && has(last)
    }
}

/// `AssertEqual`: a function whose `s` is no plural's.
fn begins_with_verb(name: &str) -> bool {
    const VERBS: &[&str] = &[
        "add", "assert", "call", "check", "create", "find", "get", "load", "make",
        "parse", "read", "remove", "run", "save", "set", "start", "stop", "test",
        "write",
    ];
    let name = name.to_ascii_lowercase();
    VERBS.iter().any(|verb| name.starts_with(verb))
}

/// `e.g`, `U.S`: what is left of an abbreviation without its last point.
fn is_abbreviation(word: &str) -> bool {
    const ABBREVIATIONS: &[&str] = &[
        "a.k.a", "a.m", "d.h", "e.g", "i.e", "p.m", "ph.d", "u.k", "u.s", "w.r.t", "z.b",
    ];
    ABBREVIATIONS.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// Words that begin sentences and hardly ever name a member.
fn begins_sentence(word: &str) -> bool {
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

/// What a name's characters tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
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

impl Shape {
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
        if name.starts_with('$') {
            let long = name.len() > 3
                && bytes[1..].iter().all(|b| b.is_ascii_uppercase() || *b == b'_');
            return if long { Self::Variable } else { Self::Plain };
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

/// `readLine`, but not `iPhone`, `tvOS` or `mRNA`: names that marketing and science write so begin
/// with one letter or end in capitals.
fn is_camel(name: &str) -> bool {
    let first = name.bytes().position(|byte| byte.is_ascii_uppercase()).unwrap_or(0);
    first > 1 && name.bytes().last().is_some_and(|byte| byte.is_ascii_lowercase())
}

/// `APIs`, `URLs`.
fn is_plural_acronym(name: &str) -> bool {
    let stem = name.strip_suffix('s').unwrap_or(name);
    stem.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `KeyError`, `TaskManager`: a class by its ending, whoever defined it.
fn is_class(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "Adapter",
        "Builder",
        "Config",
        "Context",
        "Controller",
        "Error",
        "Exception",
        "Executor",
        "Factory",
        "Handler",
        "Interface",
        "Iterator",
        "Listener",
        "Manager",
        "Provider",
        "Repository",
        "Scheduler",
        "Service",
        "Visitor",
        "Warning",
        "Wrapper",
    ];
    ENDS.iter().any(|end| {
        name.strip_suffix(end).is_some_and(|stem| {
            stem.len() > 1 && stem.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    })
}

/// `Python3`, `HTML5`: what stands before the digits is a word by itself, with a capital.
fn is_version(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    is_brand(stem) || stem.len() > 2 && stem.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The last part of an address on the web.
fn is_domain(name: &str) -> bool {
    const DOMAINS: &[&str] = &[
        "ai", "app", "at", "au", "be", "br", "ca", "ch", "cn", "co", "com", "de", "dev",
        "edu", "es", "eu", "fr", "gov", "info", "io", "it", "jp", "me", "net", "nl",
        "no", "org", "page", "pl", "ru", "se", "sh", "uk", "us", "xyz",
    ];
    DOMAINS.contains(&name) || name == "www"
}

/// Whether the text is an address on the web or of mail.
fn is_address(text: &str) -> bool {
    text.contains("://")
        || text.starts_with("www.")
        || text.find('@').is_some_and(|at| {
            at > 0 && text[..at].ends_with(|c: char| c.is_alphanumeric())
        })
}
