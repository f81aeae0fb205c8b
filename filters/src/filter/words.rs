//! Words of the prose that may be identifiers, cut out of a `Str` by their shape alone.

use crate::lang::is_bracketed;
use std::ops::Range;

/// A word with what its shape tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the shape"
)]
pub(super) struct Word {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// `.` or `@` stands before its first name.
    pub mark: Option<u8>,
    /// It has several names, joined by `.`, `::` or `->`.
    pub joined: WordJoint,
    /// `!` follows; not in the range.
    pub bang: bool,
    /// How many bytes of brackets with something in them follow the `!`: `dbg!(x)`; not in the range.
    pub banged: usize,
    /// `?` follows; not in the range.
    pub query: bool,
    /// How many of its bytes are brackets at its end.
    pub tail: usize,
    /// It ends in `()`, perhaps with dots between.
    pub called: bool,
    /// It ends in brackets with something in them: `(x, y)`, `[0]`, `<K, V>`.
    pub filled: bool,
    /// A hyphen and another word follow, as in `ThreadPool-Konstruktor`.
    pub compound: bool,
    /// Another character than space or punctuation touches it: a `/`, a `-`, a bracket.
    pub touched: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordJoint {
    No,
    Dots,
    Colons,
    Arrows,
}

impl Word {
    /// Its names, without what stands around them.
    pub(super) fn names<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.bare(text).split(['.', ':', '-', '>']).filter(|name| !name.is_empty())
    }

    /// The word without its mark and brackets.
    pub(super) fn bare<'a>(&self, text: &'a str) -> &'a str {
        let text = &text[self.range.start..self.range.end - self.tail];
        if self.mark.is_some() { &text[1..] } else { text }
    }

    /// The same word without its brackets.
    pub(super) fn without_brackets(&self) -> Self {
        let range = self.range.start..self.range.end - self.tail;
        Self { range, tail: 0, called: false, filled: false, ..self.clone() }
    }
}

fn begins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$'
}

fn goes_on(byte: u8) -> bool {
    begins(byte) || byte.is_ascii_digit()
}

/// Whether a name may begin at a byte of a text, by a letter of any script that is written with spaces
/// between words.
fn begins_at(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => begins(*byte),
        Some(_) => text[at..].chars().next().is_some_and(is_letter),
        None => false,
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_unspaced(c)
}

/// Where the name ends that goes on at a byte.
fn end_of_name(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if goes_on(byte) {
            at += 1;
        } else if byte.is_ascii() {
            break;
        } else {
            match text[at..].chars().next() {
                Some(c) if is_letter(c) => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// A byte without one of which no shape tells a word from English.
const TELLS: u8 = 1;
/// A byte of another letter than ASCII's.
const FOREIGN: u8 = 2;

/// What each byte may tell.
const TELLING: [u8; 256] = {
    let mut table = [FOREIGN; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        let tells = byte.is_ascii_uppercase()
            || byte.is_ascii_digit()
            || matches!(
                byte,
                b'_' | b'(' | b'[' | b'$' | b'@' | b'.' | b':' | b'!' | b'?' | b'>'
            );
        table[byte as usize] = if tells { TELLS } else { 0 };
        byte += 1;
    }
    table
};

/// Whether a text holds a word that a shape can tell from English: most do not, and this looks
/// at each byte once.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A look into a table is all that most words need.
    let told = bytes.iter().fold(0, |told, &byte| told | TELLING[usize::from(byte)]);
    if told & TELLS == 0 {
        return told & FOREIGN != 0 && has_foreign_hump(text);
    }
    // A capital or a point counts only inside the word: a sentence has them at its ends.
    let mut before = 0_u8;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'_' | b'(' | b'$' | b'@' | b'0'..=b'9' => return true,
            b'A'..=b'Z' if goes_on(before) => return true,
            b'>' if before == b'-' => return true,
            b'.' | b':' => {
                let next = bytes.get(at + 1).copied().unwrap_or(0);
                if begins(next) || byte == b':' && next == b':' {
                    return true;
                }
            }
            b'!' | b'?' | b'[' if begins(before) => return true,
            _ => {}
        }
        before = byte;
    }
    told & FOREIGN != 0 && has_foreign_hump(text)
}

/// `maxÄnderung`: whether a capital that ASCII does not have stands inside a word.
fn has_foreign_hump(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let hump = c.is_uppercase() && before.is_lowercase();
        before = c;
        hump
    })
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mark = matches!(byte(at), b'.' | b'@') && begins_at(text, at + 1);
        let mark = mark.then(|| byte(at));
        let first = at + usize::from(mark.is_some());
        if !begins_at(text, first) {
            // Numbers are passed over whole, so that `3px` is no word.
            at = if byte(start).is_ascii_digit() {
                end_of_name(text, at)
            } else {
                text.ceil_char_boundary(at + 1)
            };
            continue;
        }
        let (end, joined) = end_of_path(text, first);
        let bang = byte(end) == b'!';
        let brackets = brackets(&text[end + usize::from(bang)..]);
        let is_call = matches!(brackets, Brackets::Call(_));
        // `all!(x)` is left to who knows macros.
        let banged = if bang && !is_call { brackets.len() } else { 0 };
        let brackets = if bang && !is_call { Brackets::None } else { brackets };
        let tail = brackets.len() + usize::from(bang && is_call);
        let stop = end + tail;
        let mut word = Word {
            range: start..stop,
            mark,
            joined,
            bang: bang && !is_call,
            banged,
            query: byte(end) == b'?',
            tail,
            called: is_call,
            filled: matches!(brackets, Brackets::Filled(_)),
            compound: false,
            touched: is_touched_before(text, start, is_call),
        };
        let behind = if banged > 0 { stop + 1 + banged } else { stop };
        let rest = &text[behind..];
        word.compound = is_compound(rest);
        word.touched |=
            !word.compound && is_touched_behind(rest, word.bang && banged == 0, is_call);
        found.push(word);
        at = behind;
    }
    found
}

/// Where the names joined by `.`, `::` or `->` end that begin at a byte, and by what they are joined.
fn end_of_path(text: &str, from: usize) -> (usize, WordJoint) {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut end = from;
    let mut joined = WordJoint::No;
    loop {
        end = end_of_name(text, end);
        if byte(end) == b'.' && begins_at(text, end + 1) {
            joined = if joined == WordJoint::No { WordJoint::Dots } else { joined };
            end += 1;
        } else if byte(end) == b':' && byte(end + 1) == b':' && begins_at(text, end + 2) {
            joined = WordJoint::Colons;
            end += 2;
        } else if text[end..].starts_with("->") && begins_at(text, end + 2) {
            joined = WordJoint::Arrows;
            end += 2;
        } else {
            return (end, joined);
        }
    }
}

/// The brackets behind a name, and how many bytes they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    None,
    /// `()`, `(..)`, `(…)`.
    Call(usize),
    /// `(x, y)`, `[0]`, `<K, V>`.
    Filled(usize),
}

impl Brackets {
    fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Call(len) | Self::Filled(len) => len,
        }
    }
}

fn brackets(rest: &str) -> Brackets {
    if let Some(open) =
        ["()", "(..)", "(...)", "(…)"].iter().find(|open| rest.starts_with(**open))
    {
        return Brackets::Call(open.len());
    }
    let close = match rest.bytes().next() {
        Some(b'(') => ')',
        Some(b'[') => ']',
        Some(b'<') => '>',
        _ => return Brackets::None,
    };
    match closing(rest, close).map(|at| &rest[..=at]) {
        Some(inside) if has_labels(inside) => Brackets::Call(inside.len()),
        Some(inside) if is_bracketed(inside) => Brackets::Filled(inside.len()),
        _ => Brackets::None,
    }
}

/// `(from:using:)`, `(_:at:)`: Swift names a function by the labels of its arguments.
fn has_labels(brackets: &str) -> bool {
    let inside = brackets.strip_prefix('(').and_then(|text| text.strip_suffix(":)"));
    inside.is_some_and(|labels| {
        labels
            .split(':')
            .all(|label| begins_at(label, 0) && end_of_name(label, 0) == label.len())
    })
}

/// Where the bracket closes that a text begins with.
fn closing(text: &str, close: char) -> Option<usize> {
    let open = text.chars().next()?;
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == open) - i32::from(c == close);
        (depth == 0).then_some(at)
    })
}

/// Whether a character is none that stands beside words: another part of something longer.
fn touches(c: char) -> bool {
    if c.is_ascii() {
        goes_on(c as u8) || matches!(c, '/' | '-' | '\\' | '=' | '[' | '<' | '&' | '#')
    } else {
        // Typographic quotes and dashes are not part of a word, other letters are.
        c.is_alphanumeric() && !is_unspaced(c) || c == '\u{2010}'
    }
}

/// Whether something touches the word that begins at `start`; of `init()/close()` nothing does. A
/// colon does that itself stands behind a word, as in the label `fig:run_all`.
fn is_touched_before(text: &str, start: usize, called: bool) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let is_second_call = called && before.ends_with(")/");
    let is_labelled = || {
        let label = before.strip_suffix(':');
        label.is_some_and(|label| label.bytes().next_back().is_some_and(goes_on))
    };
    !is_second_call && (before.chars().next_back().is_some_and(touches) || is_labelled())
}

/// Whether something touches the word before `rest`, perhaps with a `!` behind it.
fn is_touched_behind(rest: &str, bang: bool, called: bool) -> bool {
    let tail = rest.get(usize::from(bang)..).unwrap_or_default();
    let is_next_call = || {
        let other = rest.strip_prefix('/');
        other.is_some_and(|text| text.bytes().next().is_some_and(begins))
    };
    if tail.strip_prefix('-').is_some_and(is_suffix)
        || called && (is_ending(rest) || is_next_call())
    {
        return false;
    }
    let label = tail.strip_prefix(':');
    tail.chars().next().is_some_and(|c| touches(c) && c != '<' || c == '(')
        || label.is_some_and(|label| label.bytes().next().is_some_and(goes_on))
}

/// `-Konstruktor`, `-а`: whether a hyphen and words of letters follow, and nothing more.
fn is_compound(rest: &str) -> bool {
    let Some(word) = rest.strip_prefix('-').filter(|word| !is_suffix(word)) else {
        return false;
    };
    let end = word.find(|c: char| !c.is_alphabetic() && c != '-').unwrap_or(word.len());
    let (letters, behind) = word.split_at(end);
    letters.split('-').all(|part| !part.is_empty())
        && !behind.starts_with(|c: char| c.is_alphanumeric() || "_/\\(=[<".contains(c))
        && !behind
            .strip_prefix('.')
            .is_some_and(|tail| tail.starts_with(char::is_alphanumeric))
}

/// Letters of scripts that are written without spaces between words: a name stands beside them as
/// beside a space.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{0e00}'..='\u{0eff}' | '\u{20000}'..='\u{3ffff}')
}

/// What prose adds to a call: `ref()ed`, `join()s`.
fn is_ending(rest: &str) -> bool {
    let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    matches!(&rest[..end], "s" | "es" | "d" | "ed" | "ing")
        && !rest[end..]
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '('))
}

/// What prose adds to a name with a hyphen: `asyncio.run-like`.
fn is_suffix(text: &str) -> bool {
    const SUFFIXES: &[&str] = &[
        "aware",
        "backed",
        "based",
        "compatible",
        "driven",
        "free",
        "like",
        "only",
        "related",
        "safe",
        "specific",
        "style",
    ];
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    SUFFIXES.contains(&&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text)
            .iter()
            .filter(|word| !word.touched)
            .map(|w| &text[w.range.clone()])
            .collect()
    }

    #[test]
    fn words_are_cut_from_their_punctuation() {
        assert_eq!(cut("(asyncio.sleep(),"), ["asyncio.sleep()"]);
        assert_eq!(cut("“std::mem::swap”."), ["std::mem::swap"]);
        assert_eq!(cut("Thread’s"), ["Thread", "s"]);
        assert_eq!(cut("@property,"), ["@property"]);
        assert_eq!(cut(".iter()"), [".iter()"]);
        assert_eq!(cut("self.x…"), ["self.x"]);
        assert!(words("panic!")[0].bang);
        assert_eq!(cut("panic!-based"), ["panic"]);
        assert_eq!(cut("ref()ed,"), ["ref()", "ed"]);
        assert_eq!(cut("それはi32を"), ["i32"]);
        assert_eq!(cut("init()/run()/x.close()."), ["init()", "run()", "x.close()"]);
    }

    #[test]
    fn what_is_touched_is_no_word_of_its_own() {
        for text in ["a/b_c", "x-y_z", "f(x+1)", "a=b", "a[x+1]", "fig:a_b", "a_b:c"] {
            assert!(words(text).iter().any(|word| word.touched), "{text}");
        }
        assert_eq!(cut("3px"), [""; 0]);
    }

    #[test]
    fn brackets_are_part_of_a_word() {
        for text in [
            "f(x)",
            "f(..)",
            "f(…)",
            "f(...)",
            "f(x, y)",
            "f(self, *args)",
            "a[0]",
            "a[i]",
            "M<K, V>",
            "fetch(from:using:)",
            "view(_:at:)",
            "R<(), E>",
            "x.f(n=1)",
        ] {
            let found = words(text);
            assert_eq!(found[0].range, 0..text.len(), "{text}");
            assert!(!found[0].touched && found[0].tail > 0, "{text}");
        }
        assert_eq!(words("f(x) and g(y)")[0].range, 0..4);
        assert_eq!(words("f(x),")[0].bare("f(x),"), "f");
    }

    #[test]
    fn a_word_may_be_part_of_a_compound() {
        for text in
            ["ThreadPool-Konstruktor,", "run_all-Aufruf.", "ThreadPool-а", "a_b-x-y"]
        {
            let word = &words(text)[0];
            assert!(word.compound && !word.touched, "{text}");
        }
        for text in ["x86_64-linux_gnu", "a_b-c.d", "a_b-", "a_b-3", "a_b-c/d"] {
            assert!(words(text)[0].touched && !words(text)[0].compound, "{text}");
        }
    }

    #[test]
    fn letters_beyond_ascii_are_letters() {
        assert_eq!(
            cut("größe_max, naïve_bayes() maxÄnderung"),
            ["größe_max", "naïve_bayes()", "maxÄnderung"]
        );
        assert!(may_hold("maxÄnderung") && !may_hold("Änderung") && !may_hold("“Ärger”"));
    }

    #[test]
    fn most_words_are_known_at_a_glance() {
        for text in ["the", "end.", "(Well,", "it’s", "“Yes!”", "so:", "I"] {
            assert!(
                !may_hold(text) || text.contains('!') || text.contains('('),
                "{text}"
            );
        }
        for text in ["a_b", "a.b", "a::b", "f()", "aB", "x1", "$A", "@a", ".a", "p!"] {
            assert!(may_hold(text), "{text}");
        }
    }
}
