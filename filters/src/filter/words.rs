//! Words of the prose that may be identifiers, cut out of a `Str` by their shape alone.

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
    /// It has several names, joined by `.` or `::`.
    pub joined: Joined,
    /// `!` follows; not in the range.
    pub bang: bool,
    /// `?` follows; not in the range.
    pub query: bool,
    /// It ends in `()`.
    pub called: bool,
    /// Another character than space or punctuation touches it: a `/`, a `-`, a bracket.
    pub touched: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    No,
    Dots,
    Colons,
}

impl Word {
    /// Its names, without what stands around them.
    pub(super) fn names<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.bare(text).split(['.', ':']).filter(|name| !name.is_empty())
    }

    /// The word without its mark and brackets.
    pub(super) fn bare<'a>(&self, text: &'a str) -> &'a str {
        let text = &text[self.range.clone()];
        let text = if self.mark.is_some() { &text[1..] } else { text };
        if self.called { &text[..text.len() - 2] } else { text }
    }
}

fn begins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$'
}

fn goes_on(byte: u8) -> bool {
    begins(byte) || byte.is_ascii_digit()
}

/// The bytes without which no shape tells a word from English.
const TELLING: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = byte.is_ascii_uppercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'_' | b'(' | b'$' | b'@' | b'.' | b':' | b'!' | b'?');
        byte += 1;
    }
    table
};

/// Whether a text holds a word that a shape can tell from English: most do not, and this looks
/// at each byte once.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A look into a table is all that most words need.
    if !bytes.iter().any(|&byte| TELLING[usize::from(byte)]) {
        return false;
    }
    // A capital or a point counts only inside the word: a sentence has them at its ends.
    let mut before = 0_u8;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'_' | b'(' | b'$' | b'@' | b'0'..=b'9' => return true,
            b'A'..=b'Z' if goes_on(before) => return true,
            b'.' | b':' => {
                let next = bytes.get(at + 1).copied().unwrap_or(0);
                if begins(next) || byte == b':' && next == b':' {
                    return true;
                }
            }
            b'!' | b'?' if begins(before) => return true,
            _ => {}
        }
        before = byte;
    }
    false
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mark = matches!(byte(at), b'.' | b'@') && begins(byte(at + 1));
        let mark = mark.then(|| byte(at));
        let mut end = at + usize::from(mark.is_some());
        if !begins(byte(end)) {
            // Numbers are passed over whole, so that `3px` is no word.
            at += 1;
            if byte(start).is_ascii_digit() {
                while goes_on(byte(at)) {
                    at += 1;
                }
            }
            continue;
        }
        let mut joined = Joined::No;
        loop {
            while goes_on(byte(end)) {
                end += 1;
            }
            if byte(end) == b'.' && begins(byte(end + 1)) {
                joined = if joined == Joined::No { Joined::Dots } else { joined };
                end += 1;
            } else if byte(end) == b':' && byte(end + 1) == b':' && begins(byte(end + 2))
            {
                joined = Joined::Colons;
                end += 2;
            } else {
                break;
            }
        }
        let bang = byte(end) == b'!';
        let after = end + usize::from(bang);
        let called = byte(after) == b'(' && byte(after + 1) == b')';
        let stop = if called { after + 2 } else { end };
        let bang = bang && !called;
        found.push(Word {
            range: start..stop,
            mark,
            joined,
            bang,
            query: byte(end) == b'?',
            called,
            touched: is_touched_before(text, start, called)
                || is_touched_behind(text, stop, bang, called),
        });
        at = stop.max(start + 1);
    }
    found
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

/// Whether something touches the word that begins at `start`; of `init()/close()` nothing does.
fn is_touched_before(text: &str, start: usize, called: bool) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let is_second_call = called && before.ends_with(")/");
    !is_second_call && before.chars().next_back().is_some_and(touches)
}

/// Whether something touches the word that ends at `stop`, perhaps with a `!` behind it.
fn is_touched_behind(text: &str, stop: usize, bang: bool, called: bool) -> bool {
    let rest = text.get(stop..).unwrap_or_default();
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
    tail.chars().next().is_some_and(|c| touches(c) && c != '<' || c == '(')
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
        for text in ["a/b_c", "x-y_z", "f(x)", "a=b", "é_a", "n_é", "a[0]"] {
            assert!(words(text).iter().any(|word| word.touched), "{text}");
        }
        assert_eq!(cut("3px"), [""; 0]);
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
