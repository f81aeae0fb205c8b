//! Words that stand in one enumeration with a name: of `DRIVER_OK, ACKNOWLEDGE and DRIVER` all are set
//! alike.

use super::detect::{Detector, Neighbours};
use super::enumeration::{is_conjunction, items};
use super::neighbours::between;
use crate::ast::raw::{LeafKind, RawDocument};

/// How many items an enumeration has at least. Of two words, the second may be anything.
const LEAST: usize = 3;

/// How long acronyms are at most, which are in capitals, too.
const ACRONYM: usize = 4;

/// An item of an enumeration.
enum EnumerationItem<'a> {
    /// Inline code, or a word that is an identifier by itself.
    Name(std::borrow::Cow<'a, str>),
    /// Another word.
    Word(std::borrow::Cow<'a, str>),
}

/// The leaves beside the name at `index` that are names because it is one.
pub(super) fn of(
    document: &RawDocument<'_>,
    index: usize,
    detector: &Detector<'_>,
) -> Vec<usize> {
    let all = items(document, index);
    if all.len() < LEAST {
        return Vec::new();
    }
    let read: Vec<_> = all.iter().map(|at| item(document, *at, detector)).collect();
    let names = || {
        read.iter().filter_map(|item| match item {
            EnumerationItem::Name(name) => Some(&**name),
            EnumerationItem::Word(_) => None,
        })
    };
    let in_capitals = names().any(is_in_capitals);
    let belongs = |item: &EnumerationItem<'_>| match item {
        EnumerationItem::Name(_) => true,
        EnumerationItem::Word(word) => {
            detector.is_listed(word)
                || in_capitals
                    && is_in_capitals(word)
                    && word.len() > ACRONYM
                    && !detector.is_brand(word)
        }
    };
    // What stands before the first item may have ended in a comma; behind the last one all is told.
    let mut first = read.iter().rposition(|item| !belongs(item)).map_or(0, |at| at + 1);
    let is_word = |at: usize| matches!(read.get(at), Some(EnumerationItem::Word(_)));
    // `the for statement, len() and range()`: a first word that belongs to what is before it.
    if is_word(first) && !is_introduced(document, all[first]) {
        first += 1;
    }
    // `str() and repr(), use them`: a comma that ends a clause.
    let last = read.len() - 1;
    let ends = !is_word(last) || is_conjunction(document, all[last].saturating_sub(1));
    let named =
        read.iter().skip(first).any(|item| matches!(item, EnumerationItem::Name(_)));
    if !ends || !named || read.len() < LEAST + first || !all[first..].contains(&index) {
        return Vec::new();
    }
    let found = all.iter().zip(&read).skip(first);
    found
        .filter(|(_, item)| matches!(item, EnumerationItem::Word(_)))
        .map(|(at, _)| *at)
        .collect()
}

/// Whether an enumeration may begin with the word at `at`: something announces it.
fn is_introduced(document: &RawDocument<'_>, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "are",
        "be",
        "bits",
        "both",
        "call",
        "calls",
        "constants",
        "either",
        "fields",
        "flags",
        "functions",
        "is",
        "like",
        "members",
        "methods",
        "names",
        "properties",
        "the",
        "types",
        "use",
        "uses",
        "using",
        "values",
        "variables",
        "via",
    ];
    let Some(before) = at.checked_sub(1) else { return true };
    let pair = document.leaves().get(before..=at).unwrap_or_default();
    if between(document, pair).is_none() {
        return true;
    }
    let text = document.text(&pair[0]);
    pair[0].kind == LeafKind::Str
        && (text.ends_with([':', ';', '.']) || WORDS.contains(&&*text.to_lowercase()))
}

fn item<'a>(
    document: &RawDocument<'a>,
    at: usize,
    detector: &Detector<'_>,
) -> EnumerationItem<'a> {
    let leaf = &document.leaves()[at];
    let text = document.text(leaf);
    if leaf.kind == LeafKind::Code {
        return if detector.is_identifier(&text) {
            EnumerationItem::Name(text)
        } else {
            EnumerationItem::Word(text)
        };
    }
    let word = word(&text).to_owned();
    let found = detector.find(&text, Neighbours::default());
    if found.first().is_some_and(|range| *range == (0..word.len())) {
        EnumerationItem::Name(word.into())
    } else {
        EnumerationItem::Word(word.into())
    }
}

/// An item without the punctuation behind it.
pub(super) fn word(text: &str) -> &str {
    text.trim_end_matches([',', '.', ';', ':'])
}

/// `ACKNOWLEDGE`, `MAX_SIZE`.
fn is_in_capitals(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_uppercase).count() > 1
        && word.bytes().all(|byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::learned::Learned;
    use crate::names::Vocabulary;
    use crate::settings::Settings;

    /// The words that are names because of the last item before `|`; `` ` `` begins inline code.
    fn siblings(text: &str, anchor: &str) -> Vec<String> {
        let inline = |word: &str| match word.strip_prefix('`') {
            Some(code) => match code.strip_suffix(',') {
                Some(code) => format!(
                    r#"{{"t":"Code","c":[["",[],[]],"{code}"]}},{{"t":"Str","c":","}}"#
                ),
                None => format!(r#"{{"t":"Code","c":[["",[],[]],"{code}"]}}"#),
            },
            None => format!(r#"{{"t":"Str","c":"{word}"}}"#),
        };
        let inlines: Vec<_> = text.split(' ').map(inline).collect();
        let json = format!(
            r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Para","c":[{}]}}]}}"#,
            inlines.join(r#",{"t":"Space"},"#)
        );
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        let mut vocabulary = Vocabulary::default();
        vocabulary.add(Some("c"), "start(); stop(); join(); time(0);");
        let settings = Settings::default().identifiers;
        let learned = Learned::default();
        let detector = Detector::new(&vocabulary, &settings, &learned);
        let leaves = document.leaves();
        let at = leaves
            .iter()
            .position(|leaf| document.text(leaf).starts_with(anchor))
            .unwrap();
        let found = of(&document, at, &detector);
        found.iter().map(|at| word(&document.text(&leaves[*at])).to_owned()).collect()
    }

    #[test]
    fn words_in_capitals_go_with_a_name_in_capitals() {
        let text = "bits ACKNOWLEDGE, DRIVER, HTTP and DRIVER_OK.";
        assert_eq!(siblings(text, "DRIVER_OK"), [""; 0], "HTTP is none of them");
        let text = "The bits ACKNOWLEDGE, DRIVER, and DRIVER_OK are set";
        assert_eq!(siblings(text, "DRIVER_OK"), ["ACKNOWLEDGE", "DRIVER"]);
        let text = "are ACKNOWLEDGE, DRIVER, and DRIVER_OK.";
        assert_eq!(siblings(text, "DRIVER_OK"), ["ACKNOWLEDGE", "DRIVER"]);
    }

    #[test]
    fn names_of_listings_go_with_a_mark() {
        assert_eq!(siblings("call `start, stop and join now", "start"), ["stop", "join"]);
        assert_eq!(siblings("the time stop, join, `start now", "start"), [""; 0]);
        assert_eq!(siblings("call stop, join und `start now", "start"), ["stop", "join"]);
        assert_eq!(
            siblings("Today: stop, join and `start now", "start"),
            ["stop", "join"]
        );
        for text in
            ["`start, `stop, time and money", "`start and stop", "`start, stop, which is"]
        {
            assert_eq!(siblings(text, "start"), [""; 0], "{text}");
        }
    }
}
