//! Names that only the languages of the book's listings have: `make-instance`, `background-color`, `x'`.

use super::{Detector, Neighbours};
use crate::names::known::WordKind;
use std::borrow::Cow;
use std::ops::Range;

/// How many marks of punctuation stand behind a name at most.
const MARKS: usize = 4;

/// The bytes of which a name has one that only some languages allow.
const SIGNS: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"-*':?!#<>=/&%+~^.@";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    let mut byte = 0x80;
    while byte < 256 {
        table[byte] = true;
        byte += 1;
    }
    table
};

impl Detector<'_> {
    /// The name that a text is, without the punctuation around it; most texts have no sign in them.
    pub(super) fn name_in(
        &self,
        text: &str,
        neighbours: Neighbours<'_>,
    ) -> Option<Range<usize>> {
        if !has_sign(text) {
            return None;
        }
        let start =
            text.len() - text.trim_start_matches(['(', '"', '“', '‘', '[', '{']).len();
        let mut end = text.len();
        for _ in 0..=MARKS {
            let name = text.get(start..end)?;
            if self.is_own(name) && goes_on(name, &text[end..], neighbours) {
                let len = self.end_of_other(&text[start..], end - start, neighbours);
                return Some(start..start + len);
            }
            if let Some(stem) = self.singular_own(name) {
                return Some(start..start + stem.len());
            }
            let possessive = name.strip_suffix("’s").or(name.strip_suffix("'s"));
            let mark = |c: char| ").,;:!?…”’\"']}".contains(c);
            end = match possessive {
                Some(owner) => start + owner.len(),
                None => end - name.chars().next_back().filter(|c| mark(*c))?.len_utf8(),
            };
        }
        None
    }

    /// Where a name ends that another begins with, which has one mark more: where `string=` is known, the
    /// `?` of “Scheme has string=? for it” ends no sentence, and `string=?` is one name.
    fn end_of_other(&self, text: &str, end: usize, neighbours: Neighbours<'_>) -> usize {
        let is_mark = matches!(&text[end..], "?" | "!");
        if is_mark && self.forms.is_identifier(text) && neighbours.goes_on("") {
            return text.len();
        }
        end
    }

    fn is_own(&self, name: &str) -> bool {
        if name.len() < 2 || self.settings.never.contains(name) {
            return false;
        }
        let typed = typed(name);
        let has_sign =
            || typed.bytes().any(|byte| byte != b'.' && SIGNS[usize::from(byte)]);
        let known =
            || self.known.is_name(&typed) || self.known.is(&typed, WordKind::Keyword);
        self.vocabulary.has_own(&typed)
            || has_sign() && known()
            || self.is_member_of_class(&typed)
    }

    /// `data.frames`, `web-apps`: a name with a sign within and a plural's `s`.
    fn singular_own<'a>(&self, name: &'a str) -> Option<&'a str> {
        let stem = name.strip_suffix('s')?;
        let is_letter = |c: char| c.is_alphanumeric();
        let fits = stem.starts_with(is_letter)
            && stem.ends_with(is_letter)
            && stem.len() > 2
            && !self.vocabulary.has_own(name);
        (fits && self.vocabulary.has_own(&typed(stem)) && self.is_own(stem))
            .then_some(stem)
    }

    /// `Array#each`.
    fn is_member_of_class(&self, name: &str) -> bool {
        let Some((class, method)) = name.split_once('#') else { return false };
        let known = |name: &str| self.vocabulary.has(name) || self.known.is_name(name);
        known(class) && !method.is_empty() && self.forms.is_identifier(name)
    }

    /// `SELECT`, where the book is about SQL. Short words in capitals are emphasized more often.
    pub(super) fn is_sql_word(&self, word: &str) -> bool {
        const EMPHASIZED: &[&str] =
            &["ALL", "AND", "ANY", "FOR", "NEW", "NOT", "OLD", "OUT", "THE", "USE"];
        word.len() > 2 && !EMPHASIZED.contains(&word) && self.forms.is_sql(word)
    }

    /// Whether texts may be parts of names of several words.
    pub fn has_phrases(&self) -> bool {
        self.has_own
    }

    /// Whether words are one name together: `struct node` of the listings, `GROUP BY`.
    pub fn is_phrase(&self, words: &str) -> bool {
        self.vocabulary.has_own(words)
            || words.contains(' ')
                && words.split(' ').all(|word| self.forms.is_sql(word))
                && words.split(' ').any(|word| self.is_sql_word(word))
    }

    /// Whether `*name*` is a name of the listings, which Markdown takes for emphasis.
    pub fn is_starred(&self, name: &str) -> bool {
        let name = format!("*{name}*");
        self.settings.detect != crate::settings::Detect::Off && self.is_own(&name)
    }
}

/// Whether a text has a byte of which a name has one that only some languages allow.
pub(super) fn has_sign(text: &str) -> bool {
    text.bytes().any(|byte| SIGNS[usize::from(byte)])
}

/// Whether a name that ends in a mark which ends sentences, too, does not end this one.
fn goes_on(name: &str, rest: &str, neighbours: Neighbours<'_>) -> bool {
    let Some(bare) = name.strip_suffix(['?', '!']) else { return true };
    let has_more = bare.bytes().any(|byte| !byte.is_ascii_alphanumeric());
    has_more || neighbours.goes_on(rest)
}

/// A name as it was typed: pandoc makes quotes and dashes typographic.
pub fn typed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || !name.contains(['’', '–']) {
        return Cow::Borrowed(name);
    }
    name.replace('’', "'").replace('–', "--").into()
}

#[cfg(test)]
mod tests {
    use crate::filter::detect::tests::found_in;

    fn find(language: &str, code: &str, text: &str, next: &str) -> Vec<String> {
        found_in(language, code, text, next)
    }

    #[test]
    fn names_of_lisp_are_found() {
        let code = "(defun read-all (x) (make-instance 'x :test *my-out*) (null? x) (set-it! x))";
        let find = |text: &str, next: &str| find("lisp", code, text, next);
        for word in [
            "read-all",
            "make-instance",
            ":test",
            "*my-out*",
            "let*",
            "remove-if",
            "set-it!",
        ] {
            assert_eq!(find(&format!("({word}),"), ""), [word], "{word}");
        }
        assert_eq!(find("read-all’s", ""), ["read-all"]);
        assert_eq!(find("read-all?", ""), ["read-all"]);
        assert_eq!(find("read-all?", "Yes"), ["read-all"]);
        assert_eq!(find("read-all?", "where"), ["read-all?"]);
        assert_eq!(find("read-all?”", "asked"), ["read-all"]);
        assert_eq!(find("null?", "and"), ["null?"]);
        for text in ["null?", "well-read", "x", "left-over", ":", "read-only"] {
            assert_eq!(find(text, ""), [""; 0], "{text}");
        }
    }

    #[test]
    fn each_language_has_its_names() {
        let find =
            |language: &str, code: &str, text: &str| find(language, code, text, "");
        let css = "#main .card { --gap: 1px }";
        for (text, name) in [
            ("background-color", "background-color"),
            ("#main.", "#main"),
            (".card,", ".card"),
            ("–gap", "–gap"),
        ] {
            assert_eq!(find("css", css, text), [name], "{text}");
        }
        assert_eq!(find("css", css, "left-over"), [""; 0]);
        assert_eq!(find("haskell", "go' x = foldl' x", "(go’,"), ["go’"]);
        assert_eq!(find("haskell", "go' x = foldl' x", "dogs’"), [""; 0]);
        assert_eq!(
            find("ruby", "attr_reader :size\nclass Box; end", ":size,"),
            [":size"]
        );
        assert_eq!(find("ruby", "class Box; end", "Box#each"), ["Box#each"]);
        assert_eq!(find("bash", "run-parts x", "run-parts."), ["run-parts"]);
        assert_eq!(find("sql", "SELECT x", "SELECT,"), ["SELECT"]);
        for text in ["NOT", "HELLO", "select"] {
            assert_eq!(find("sql", "SELECT x", text), [""; 0], "{text}");
        }
        assert_eq!(find("python", "select", "SELECT"), [""; 0]);
        assert_eq!(find("html", "<p data-id='x'>", "data-id"), ["data-id"]);
    }
}
