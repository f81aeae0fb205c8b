//! Which words of the prose are identifiers though their author left the marks off: those that
//! cannot be English, by their shape and the names of the book's own listings.
//!
//! Each rule errs on the side of leaving a word alone: bold code where none belongs is worse than
//! one mark that is missing.

mod by_habit;
mod joined;
mod own;

pub use own::typed;

use super::applied;
use super::enumeration::MarkedNeighbours;
use super::learned::{Learned, MarkingHabit, Omission, first_word};
use super::shapes::{
    NameShape, begins_sentence, begins_with_verb, is_abbreviation, is_address, is_camel,
    is_domain, is_environment, is_function_word, is_label, is_plural_acronym, is_version,
};
use super::words::{Word, WordJoint, may_hold, words};
use crate::lang::{Forms, is_file, is_file_extension, is_identifier};
use crate::names::known::{KnownWords, WordKind, is_brand, is_class};
use crate::names::{NameUsage, Vocabulary};
use crate::settings::{Detect, Identifiers};
use std::ops::Range;

/// What decides, gathered from the whole book before its first word is looked at.
#[derive(Debug)]
pub struct Detector<'a> {
    vocabulary: &'a Vocabulary,
    known: KnownWords,
    /// Names in small letters that no sentence has, and the listings call: `malloc`.
    coined: Vec<&'static str>,
    settings: &'a Identifiers,
    learned: &'a Learned,
    /// What names look like in the languages of the listings.
    forms: Forms,
    /// Whether listings have names with more in them than letters.
    has_own: bool,
    /// How often the author leaves the marks off words that cannot be English.
    omission: Omission,
}

/// How often the prose has to use a name that only the language has, and no listing of the book:
/// one that is dropped in passing is left alone.
const SPOKEN_OF: u32 = 3;

/// What stands around a text that is searched.
#[derive(Debug, Clone, Copy, Default)]
pub struct Neighbours<'a> {
    /// Whether the author marks nothing in this passage; what is never marked elsewhere, or seldom,
    /// stays bare then.
    pub quiet: bool,
    /// Whether the author marks anything in this paragraph.
    pub marked: bool,
    /// What stands beside the text in an enumeration.
    pub listed: MarkedNeighbours,
    /// Whether a sentence begins with the text, or it stands in a heading.
    pub begins: bool,
    /// The text that follows in the same paragraph, if a space is all that stands between.
    pub next: &'a str,
}

impl<'a> Neighbours<'a> {
    /// The word behind another of which `rest` is what follows in the same text; nothing where
    /// punctuation stands between.
    fn after(&self, rest: &str) -> &'a str {
        if rest.is_empty() { first_word(self.next) } else { "" }
    }

    /// Whether the sentence goes on behind a `!`.
    fn goes_on(&self, rest: &str) -> bool {
        if rest.is_empty() {
            return self.next.starts_with(|c: char| c.is_lowercase() || c == '(');
        }
        rest.starts_with([',', ';', ':', '.', '?', '-'])
    }
}

impl<'a> Detector<'a> {
    /// A detector for a book: the names of its listings, its settings, and what its own marks
    /// teach.
    pub fn new(
        vocabulary: &'a Vocabulary,
        settings: &'a Identifiers,
        learned: &'a Learned,
    ) -> Self {
        let known = KnownWords::of(vocabulary.languages());
        let forms = Forms::of(vocabulary.languages());
        let has_own = vocabulary.has_any_own() || !forms.is_empty();
        let omission = Omission::default();
        let is_called = |name: &&'static str| {
            vocabulary.get(name).is_some_and(|entry| entry.used.called)
        };
        let coined = known.of_kind(WordKind::Coined).filter(is_called).collect();
        let mut detector = Self {
            vocabulary,
            known,
            coined,
            settings,
            learned,
            forms,
            has_own,
            omission,
        };
        if settings.detect == Detect::Learned {
            detector.omission = learned.omission(|word| {
                let found = words(word);
                found.first().is_some_and(|one| {
                    one.range.len() == word.len() && detector.is_distinctive(word, one)
                })
            });
        }
        detector
    }

    /// Whether a text holds no identifier, when no word in it has the shape of one: most texts of a book.
    pub fn is_told_by_shape(&self, text: &str) -> bool {
        self.settings.detect != Detect::Learned
            && self.settings.always.is_empty()
            && !self.is_coined(text)
            && (!self.has_own || !own::has_sign(text) && !applied::may_begin_phrase(text))
    }

    /// The identifiers in the text of one `Str`, as bytes of it, in order.
    pub fn find(&self, text: &str, neighbours: Neighbours<'_>) -> Vec<Range<usize>> {
        if self.has_own
            && self.settings.detect != Detect::Off
            && let Some(range) = self.name_in(text, neighbours)
        {
            return vec![range];
        }
        let wants_all =
            self.settings.detect == Detect::Learned || !self.settings.always.is_empty();
        if self.settings.detect == Detect::Off && self.settings.always.is_empty()
            || !wants_all && !may_hold(text) && !self.is_coined(text)
            || is_address(text)
            || is_label(text)
        {
            return Vec::new();
        }
        if let Some(joined) = self.joined_in(text) {
            return joined;
        }
        let found = words(text)
            .into_iter()
            .flat_map(|word| match self.decide(text, &word, neighbours) {
                None if word.filled => self.inside(text, &word),
                found => found.into_iter().collect(),
            })
            .collect();
        self.whole(text, found)
    }

    /// The identifiers in the brackets of a word that is none: `len(mySlice)`.
    fn inside(&self, text: &str, word: &Word) -> Vec<Range<usize>> {
        let start = word.range.end - word.tail + 1;
        let inside = text.get(start..word.range.end - 1).unwrap_or_default();
        let found = self.find(inside, Neighbours::default());
        found.into_iter().map(|range| start + range.start..start + range.end).collect()
    }

    /// Whether a name is one of those between underscores that Markdown takes for Strong, and
    /// what is between them no English word: Python's, and `__MODULE__` where listings have it.
    pub fn is_dunder(&self, name: &str) -> bool {
        let inner = name.trim_matches('_');
        self.settings.detect != Detect::Off
            && !self.settings.never.contains(name)
            && (self.known.is(inner, WordKind::Dunder)
                || self.vocabulary.has(name)
                    && inner.len() > 1
                    && (inner.contains('_')
                        || inner.bytes().all(|byte| byte.is_ascii_uppercase())))
    }

    /// How many words of a text cannot be English and are never marked.
    pub(super) fn count_unknown(&self, text: &str) -> usize {
        if !may_hold(text) || is_address(text) {
            return 0;
        }
        let unknown = |word: &Word| {
            !word.touched
                && self.learned.is_never_marked(&text[word.range.clone()])
                && self.distinctive(text, word).is_some()
        };
        words(text).iter().filter(|word| unknown(word)).count()
    }

    fn decide(
        &self,
        text: &str,
        word: &Word,
        neighbours: Neighbours<'_>,
    ) -> Option<Range<usize>> {
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
        if word.compound && !self.heads_compound(text, word) {
            return None;
        }
        if word.filled {
            return self.is_applied(text, word).then(|| word.range.clone());
        }
        if word.bang && self.is_macro(text, word, neighbours)
            || word.query && self.is_query(text, word, neighbours)
        {
            return Some(word.range.start..word.range.end + 1 + word.banged);
        }
        if word.banged > 0 {
            return None;
        }
        if word.mark == Some(b'@')
            && is_called_decorator(&text[word.range.end..], neighbours)
        {
            return Some(word.range.clone());
        }
        if settings.detect == Detect::Learned {
            return self.by_habit(text, word, neighbours);
        }
        self.distinctive(text, word)
    }

    /// Whether inline code is an identifier in this book: by its form, unless it is a file of the
    /// book's.
    pub fn is_identifier(&self, code: &str) -> bool {
        let name = code.trim();
        let is_own = || self.forms.is_identifier(name) || self.vocabulary.has_own(name);
        (is_identifier(code) || is_own()) && !self.vocabulary.has_file(name)
    }

    /// Whether a word may be a name in an enumeration of names: the listings have it, and it is no word of
    /// the author's sentence.
    pub(super) fn is_listed(&self, word: &str) -> bool {
        word.len() > 1
            && self.vocabulary.has(word)
            && !self.settings.never.contains(word)
            && !is_function_word(&word.to_lowercase())
            && !(self.settings.detect == Detect::Learned
                && self.learned.habit(word) == MarkingHabit::Leaves)
    }

    /// Whether a word is the name of a product, or an acronym, or one that its author wants bare.
    pub(super) fn is_brand(&self, word: &str) -> bool {
        is_brand(word) || self.settings.never.contains(word)
    }

    /// Whether a name in front of a hyphen is one, and not the first part of something longer that
    /// has hyphens in it, as `x86_64-linux` has.
    fn heads_compound(&self, text: &str, word: &Word) -> bool {
        let known = |name: &str| self.vocabulary.has(name) || self.known.is_name(name);
        let is_camel = |name: &str| {
            matches!(NameShape::of(name), NameShape::Camel | NameShape::Pascal)
        };
        let last = word.names(text).last();
        word.called || last.is_some_and(|last| known(last) || is_camel(last))
    }

    /// Whether a name with something in its brackets is a call or type: `sort_all(x)`, `argv[0]`,
    /// `HashMap<K, V>`. What prose puts into brackets is an ending, as in `option(s)`, or the number of
    /// a note.
    fn is_applied(&self, text: &str, word: &Word) -> bool {
        let brackets = &text[word.range.end - word.tail..word.range.end];
        let inside = &brackets[1..brackets.len() - 1];
        let plain = word.without_brackets();
        let name = &text[plain.range.clone()];
        if self.settings.never.contains(plain.bare(text)) {
            return false;
        }
        if self.settings.detect == Detect::Learned
            && self.learned.habit(name) == MarkingHabit::Leaves
        {
            return false;
        }
        let ending = matches!(inside, "s" | "es" | "ies" | "d" | "ed" | "ing");
        let listed = self.vocabulary.has(inside);
        match brackets.as_bytes().first() {
            Some(b'(') if ending => false,
            Some(b'[')
                if inside.bytes().all(|byte| byte.is_ascii_digit()) && inside != "0" =>
            {
                self.vocabulary.has(name) && NameShape::of(name) != NameShape::Plain
            }
            _ if self.is_distinctive(text, &plain)
                || self.known.is(name, WordKind::Builtin) =>
            {
                true
            }
            Some(b'(') => {
                let called = self.entry(name).is_some_and(|entry| entry.used.called);
                // `rnorm(10)`: no ending of a word is a number. As an argument it is part of its call.
                let before = text[..word.range.start].strip_suffix('(');
                let is_argument = before.is_some_and(|before| {
                    before.ends_with(|c: char| c.is_alphanumeric())
                });
                let number = || {
                    name.len() > 2
                        && !is_argument
                        && inside.bytes().all(|byte| byte.is_ascii_digit())
                };
                called
                    && name.len() > 1
                    && (listed || inside.contains([',', '=']) || number())
            }
            Some(b'[') => self.vocabulary.has(name) && (listed || inside == "0"),
            _ => self.vocabulary.has(name) || self.known.is_name(name),
        }
    }

    /// The part of a word that cannot be English: all of it, or all but a plural's `s`.
    fn distinctive(&self, text: &str, word: &Word) -> Option<Range<usize>> {
        if word.joined == WordJoint::Dots
            && !word.called
            && self.is_other_whole(text, word)
        {
            return None;
        }
        if let Some(stem) = self.singular(text, word) {
            return self.is_distinctive(text, &stem).then_some(stem.range);
        }
        self.is_distinctive(text, word).then(|| word.range.clone())
    }

    /// A plural without its `s`, which is prose: `float64s`, `http.Handlers`. A member in small letters
    /// is no plural, for `math.cos` is a name whatever listings have `co`.
    fn singular(&self, text: &str, word: &Word) -> Option<Word> {
        let written = &text[word.range.clone()];
        let has = |name: &str| {
            self.vocabulary.has(name)
                || self.known.is_name(name)
                || self.forms.is_sql(name)
        };
        let stem = written.strip_suffix('s').filter(|_| word.tail == 0)?;
        let last = word.names(text).last()?;
        let name = stem.rsplit(['.', ':']).next()?;
        // A type of listings with its module is one, and so is a name by itself.
        let is_type = || {
            word.joined == WordJoint::No
                || has(name) && name.starts_with(|c: char| c.is_uppercase())
        };
        let plural = has(name)
            && !has(last)
            && is_type()
            && !begins_with_verb(stem)
            && !is_brand(written);
        let range = word.range.start..word.range.end - 1;
        plural.then(|| Word { range, ..word.clone() })
    }

    /// Whether names with dots between them are something else as a whole: a file, a product, an
    /// abbreviation or an address.
    fn is_other_whole(&self, text: &str, word: &Word) -> bool {
        let bare = word.bare(text);
        let names: Vec<&str> = word.names(text).collect();
        let (Some(&head), Some(&last)) = (names.first(), names.last()) else {
            return false;
        };
        let member = self.entry(last).is_some_and(|entry| entry.used.member);
        let owner = self.entry(head).is_some_and(|entry| entry.used.owner);
        // `f.c` may be a file or an attribute; the listings tell.
        let is_attribute = owner && member;
        is_abbreviation(bare)
            || is_brand(bare)
            || self.vocabulary.has_file(bare)
            || is_file(bare) && !(last.len() == 1 && is_attribute)
            || is_domain(last)
                && !((owner || self.known.is(head, WordKind::Module)) && member)
            || is_domain(head) && names.len() > 2
    }

    fn is_distinctive(&self, text: &str, word: &Word) -> bool {
        let written = &text[word.range.clone()];
        match (word.mark, word.joined) {
            (Some(b'@'), _) => self.is_decorator(word.bare(text)),
            (_, WordJoint::Colons) => true,
            (_, WordJoint::Dots) => self.is_dotted(text, word),
            (_, WordJoint::Arrows) => self.is_pointed(text, word),
            (Some(_), WordJoint::No) => word.called || self.is_member(word.bare(text)),
            (None, WordJoint::No) => word.called || self.is_single(written),
        }
    }

    /// `NULL`, `EAGAIN`: a name that the language brings, in capitals.
    fn is_constant(&self, name: &str) -> bool {
        name.len() > 3
            && name.bytes().all(|byte| byte.is_ascii_uppercase())
            && self.known.is(name, WordKind::Builtin)
            && !matches!(name, "FILE" | "TRUE" | "FALSE" | "DATE" | "TIME" | "NEXT")
    }

    /// `list->count`: an arrow in prose means many things, so the listings have to have both names so.
    fn is_pointed(&self, text: &str, word: &Word) -> bool {
        let names: Vec<&str> = word.names(text).collect();
        let known = names.first().is_some_and(|head| self.vocabulary.has(head));
        known
            && names[1..]
                .iter()
                .all(|name| self.entry(name).is_some_and(|entry| entry.used.member))
    }

    fn entry(&self, name: &str) -> Option<&NameUsage> {
        self.vocabulary.get(name)
    }

    /// `name!`, and no exclamation: the name is one that no sentence ends with, or the sentence
    /// goes on.
    fn is_macro(&self, text: &str, word: &Word, neighbours: Neighbours<'_>) -> bool {
        let Some(name) = word.names(text).last() else { return false };
        let used = self.entry(name).is_some_and(|entry| entry.used.bang);
        let known = self.known.is(name, WordKind::Macro);
        match word.joined {
            WordJoint::Dots | WordJoint::Arrows => {
                used && self.entry(name).is_some_and(|entry| entry.used.member)
            }
            WordJoint::Colons => used || known,
            WordJoint::No => {
                let goes_on = || neighbours.goes_on(&text[word.range.end + 1..]);
                known
                    || used && NameShape::of(name) != NameShape::Plain
                    || (used || self.known.is(name, WordKind::Exclaimed)) && goes_on()
            }
        }
    }

    /// A name whose last character is `?`, and no question that ends.
    fn is_query(&self, text: &str, word: &Word, neighbours: Neighbours<'_>) -> bool {
        let Some(name) = word.names(text).last() else { return false };
        let used = self.entry(name).is_some_and(|entry| entry.used.query);
        let known = || {
            let name = format!("{name}?");
            self.known.is_name(&name) || self.known.is(&name, WordKind::Keyword)
        };
        (used || known())
            && (word.joined == WordJoint::Dots
                || NameShape::of(name) != NameShape::Plain
                || neighbours.goes_on(&text[word.range.end + 1..]))
    }

    fn is_decorator(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        self.entry(first).is_some_and(|entry| entry.used.decorator)
            || self.known.is(name, WordKind::Decorator)
    }

    /// `.name`, which listings have behind a dot.
    fn is_member(&self, name: &str) -> bool {
        !is_file_extension(name)
            && !is_domain(name)
            && name.len() > 1
            && self.entry(name).is_some_and(|entry| entry.used.member)
    }

    /// A name without a dot.
    fn is_single(&self, name: &str) -> bool {
        let shape = NameShape::of(name);
        let in_listings = self.vocabulary.has(name);
        if shape == NameShape::Plain || is_brand(name) {
            // `_x` is too short to tell by itself.
            return in_listings && name.starts_with('_') && name.len() > 1
                || in_listings && self.is_constant(name)
                || self.is_sql_word(name)
                || self.coined.contains(&name);
        }
        let known = self.known.is(name, WordKind::Exception)
            || self.known.is_name(name)
                && (in_listings || self.learned.uses(name) >= SPOKEN_OF);
        match shape {
            NameShape::Plain => false,
            NameShape::Snake => true,
            NameShape::Variable => {
                is_environment(name)
                    || self.entry(&name[1..]).is_some_and(|entry| {
                        entry.used.sigil || NameShape::of(&name[1..]) == NameShape::Snake
                    })
            }
            NameShape::Camel => in_listings || known || is_camel(name),
            NameShape::Pascal => {
                (in_listings || self.vocabulary.is_compound(name))
                    && !is_plural_acronym(name)
                    || known
                    || is_class(name)
            }
            NameShape::Digits => {
                let compound = || self.vocabulary.is_compound(name);
                known
                    || is_camel(name)
                    || (in_listings || compound()) && !is_version(name)
            }
        }
    }

    /// Whether a text is nothing but such a name, with marks around it. They are few, so that to compare lengths is
    /// faster than to look them up; and every text of a book is asked about.
    fn is_coined(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        if self.coined.is_empty() || bytes.len() < 4 {
            return false;
        }
        let Some(start) = bytes.iter().position(u8::is_ascii_alphanumeric) else {
            return false;
        };
        let end = bytes.iter().rposition(u8::is_ascii_alphanumeric).unwrap_or(start);
        let name = &bytes[start..=end];
        self.coined.iter().any(|coined| coined.as_bytes() == name)
    }

    /// Names with dots between them: not a file, an address, an abbreviation, or two sentences
    /// without a space.
    fn is_dotted(&self, text: &str, word: &Word) -> bool {
        let names: Vec<&str> = word.names(text).collect();
        let (Some(&head), Some(&last)) = (names.first(), names.last()) else {
            return false;
        };
        if word.called {
            return !is_abbreviation(word.bare(text)) && !is_brand(word.bare(text));
        }
        let has = |name: &str| self.vocabulary.has(name);
        let member = self.entry(last).is_some_and(|entry| entry.used.member);
        let owner = self.entry(head).is_some_and(|entry| entry.used.owner);
        let module = self.known.is(head, WordKind::Module);
        if self.is_other_whole(text, word) {
            return false;
        }
        if names.iter().all(|name| name.len() == 1) {
            return owner && member;
        }
        let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        // A sentence that ends, and one that begins without a space between.
        let sentence = names.windows(2).any(|pair| {
            let word = pair[1].to_lowercase();
            capital(pair[1])
                && begins_sentence(pair[1])
                && (!capital(pair[0]) || word.len() > 2 && is_function_word(&word))
        });
        if sentence && !((owner || module) && member) {
            return false;
        }
        let told = |name: &&str| {
            matches!(
                NameShape::of(name),
                NameShape::Snake | NameShape::Camel | NameShape::Pascal
            ) && !is_brand(name)
        };
        let small_after_capital = capital(head) && !capital(last) && last.len() > 2;
        owner
            || module
            || member
            || names.iter().any(told)
            || small_after_capital
            || has(head) && head.len() > 2 && !is_function_word(last)
    }
}

/// `@retry decorator`: whether what follows says what a name behind `@` is, and that nobody is
/// addressed by it.
fn is_called_decorator(rest: &str, neighbours: Neighbours<'_>) -> bool {
    const NOUNS: &[&str] = &["annotation", "annotations", "decorator", "decorators"];
    NOUNS.contains(&neighbours.after(rest))
}

#[cfg(test)]
mod tests;
