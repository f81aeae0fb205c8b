//! Where the names of a listing break, and how wide it has to be so that they need not.
//!
//! A run of characters without a blank breaks behind its dots and brackets where it is longer than a
//! line; what stands between those, only where that is longer than a line itself, and then where its
//! words end:
//!
//! ```text
//! watch.start_all(lookout)      breaks behind `watch.` and `start_all(` in lines of less than 24
//!                               characters, and behind `start_` in lines of less than 10
//! ```

use super::{Break, PART};
use crate::style::lines::{
    HANGS, HangingIndent, NARROW, NARROW_NUMBERS, NEVER_TOO_DEEP, NUMBERS, ROOM,
};
use std::fmt::Write as _;

/// How many characters a run has that breaks nowhere: fewer than a phone shows in a line of the largest
/// type.
pub(super) const SHORT: usize = 8;

/// What is longer than this, in characters, breaks on a page of any width: phones show no more in a
/// line of ordinary type. What is as long as that is data, and capitals in it begin no words.
const LONG: usize = 40;

/// The widths of listings and of sections, in characters, that there are classes for.
pub(super) const ROOMS: &[usize] = &[8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 48];

/// The class of a place to break that is none in a listing of so many characters.
pub(super) fn class(room: usize) -> String {
    format!("n{room}")
}

/// The rules for these classes. Where nobody knows how wide a listing is, names do not break there.
pub(super) fn rules() -> String {
    let all: Vec<String> =
        ROOMS.iter().map(|&room| format!("wbr.{}", class(room))).collect();
    let mut css = format!(
        "\n/* Up to these widths of their listings or sections names break between their words. */\n\
         {} {{ display: none; }}\n",
        all.join(", ")
    );
    for &room in ROOMS {
        // A character is half an em wide.
        let hundredths = room * 50 - 1;
        let (whole, part) = (hundredths / 100, hundredths % 100);
        let _ = writeln!(
            css,
            "@container (max-width: {whole}.{part}em) {{ wbr.{} {{ display: inline; }} }}",
            class(room)
        );
    }
    css
}

/// The places to break of a run, in a line whose wrapped part stands there.
pub(super) fn breaks(run: &str, hanging_indent: HangingIndent) -> Vec<Break> {
    let parts = parts(run);
    let whole = room(run.chars().count(), hanging_indent);
    let mut found = Vec::new();
    for (at, &start) in parts.iter().enumerate() {
        let part = &run[start..parts.get(at + 1).copied().unwrap_or(run.len())];
        if start > 0 {
            found.push(Break { at: start, room: whole });
        }
        let length = part.chars().count();
        if length > SHORT {
            let room = room(length, hanging_indent);
            found.extend(
                words(part, length <= LONG)
                    .into_iter()
                    .map(|at| Break { at: start + at, room }),
            );
        }
    }
    found
}

/// How wide a listing has to be so that `length` characters have room in a line of their own, rounded up
/// to what there is a class for; none where they break on any page.
fn room(length: usize, hanging_indent: HangingIndent) -> Option<usize> {
    if length > LONG {
        return None;
    }
    ROOMS.iter().copied().find(|&width| width >= length + beside(width, hanging_indent))
}

/// How many characters stand beside what wraps, at its left, in a listing that is so many wide.
fn beside(width: usize, HangingIndent { indent, is_numbered }: HangingIndent) -> usize {
    if is_numbered && width <= NARROW {
        return NARROW_NUMBERS + HANGS;
    }
    // By the rules for what hangs: all of it, at most two fifths, and at most what leaves room.
    let most = (width * 2).div_ceil(5).min(width.saturating_sub(ROOM).max(HANGS));
    let hangs = if indent > NEVER_TOO_DEEP { indent.min(most) } else { indent };
    hangs + if is_numbered { NUMBERS } else { 0 }
}

/// The bytes at which the parts of a run begin, the first one's among them: behind brackets and the
/// signs that join names.
fn parts(run: &str) -> Vec<usize> {
    let mut parts = vec![0];
    let mut last = 0;
    let chars: Vec<(usize, char)> = run.char_indices().collect();
    for (index, &(at, next)) in chars.iter().enumerate().skip(1) {
        let char_at = |index: usize| chars.get(index).map(|(_, one)| *one);
        let before = index.checked_sub(2).and_then(char_at);
        let around = (before, chars[index - 1].1, next, char_at(index + 1));
        if begins(around) && is_large(run, last, at) {
            parts.push(at);
            last = at;
        }
    }
    parts
}

/// Whether a part begins with the third of four characters.
fn begins((before, sign, next, after): (Option<char>, char, char, Option<char>)) -> bool {
    // `</p>`
    if next == '<' && after == Some('/') {
        return true;
    }
    let is_behind_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let is_name = next.is_alphanumeric() || next == '_';
    let is_quote = matches!(next, '"' | '\'' | '`' | '“' | '‘' | '«');
    match sign {
        // `3.14`, `10:45` and `1/2` are words.
        '.' | '/' if next.is_ascii_digit() => before.is_some_and(char::is_alphabetic),
        ':' if next.is_ascii_digit() => {
            before.is_some_and(|c| c.is_alphabetic() || matches!(c, '"' | '\''))
        }
        '.' | '/' => is_name && before != Some('<'),
        ':' => is_name || is_quote || "[{(".contains(next),
        ']' => is_name || next == '*',
        '@' => is_name && is_behind_name,
        '<' => (is_name || next == '\'') && is_behind_name,
        '*' => is_name && is_behind_name,
        '>' => is_name && before != Some('-'),
        '+' | '|' => is_name || is_quote,
        '=' => is_name || is_quote || "[{(&*$/".contains(next),
        ',' | ';' | '(' | '[' | '{' => is_name || is_quote || "[{(&*$/|-@".contains(next),
        _ => false,
    }
}

/// Whether what lies between two bytes of a run, and what is behind them, is worth a line.
fn is_large(run: &str, last: usize, at: usize) -> bool {
    let least = if run.len() > LONG { PART } else { PART - 1 };
    at - last >= least
        && run.len() - at >= least
        && (run[last..at].contains(char::is_alphanumeric) || at - last > PART)
}

/// Whether a word begins with the second of three characters: `poolExecutor`, `Base64Encoder`.
pub(super) fn begins_with_capital(before: char, c: char, next: Option<char>) -> bool {
    let is_behind_digit =
        before.is_ascii_digit() && next.is_some_and(|one| one.is_ascii_lowercase());
    c.is_ascii_uppercase() && (before.is_ascii_lowercase() || is_behind_digit)
}

/// The bytes before which the words of a part begin, without the first: behind `_`, before a hyphen that
/// stands between words, and, where `capitals` count, before a capital.
fn words(part: &str, capitals: bool) -> Vec<usize> {
    let mut words = Vec::new();
    let mut last = 0;
    let mut chars = part.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let begins = match before {
            Some('_') => c.is_alphanumeric() && !c.is_ascii_digit(),
            Some(one) if c == '-' => {
                one.is_alphanumeric() && next.is_some_and(char::is_alphanumeric)
            }
            Some(one) => capitals && begins_with_capital(one, c, next),
            None => false,
        };
        if begins && is_large(part, last, at) {
            words.push(at);
            last = at;
        }
        before = Some(c);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hanging_indent(indent: usize) -> HangingIndent {
        HangingIndent { indent, is_numbered: false }
    }

    /// A run with its places, each with the width from which on it is none.
    fn broken(run: &str) -> String {
        let mut out = run.to_owned();
        for one in breaks(run, hanging_indent(2)).iter().rev() {
            let room = one.room.map(|room| room.to_string()).unwrap_or_default();
            out.insert_str(one.at, &format!("¦{room}¦"));
        }
        out
    }

    #[test]
    fn a_run_breaks_between_its_names_and_a_name_between_its_words() {
        for (run, wanted) in [
            ("watch.start_all(lookout)", "watch.¦28¦start_¦12¦all(¦28¦lookout)"),
            ("print(\"moor\",end)", "print(¦20¦\"moor\",¦20¦end)"),
            ("std::fs::read", "std::¦16¦fs::¦16¦read"),
            ("getSwitchInterval", "get¦20¦Switch¦20¦Interval"),
            ("--no-default-features", "--no¦24¦-default¦24¦-features"),
            ("x86_64-unknown-gnu", "x86_64¦20¦-unknown¦20¦-gnu"),
            ("p->first->second", "p->first->second"),
            ("2026.11.28:14:05:33", "2026.11.28:14:05:33"),
            ("(1,22,333,4444)", "(1,¦18¦22,¦18¦333,¦18¦4444)"),
            ("<li><a>Twitter</a></li>", "<li><a>¦28¦Twitter¦28¦</a>¦28¦</li>"),
            ("Decode(&payload)", "Decode(¦18¦&payload)"),
            ("env:2026/project", "env:¦18¦2026/¦18¦project"),
            ("f(x)[0]=1", "f(¦12¦x)[¦12¦0]=1"),
            ("parse<'a,", "parse<¦12¦'a,"),
            ("map[string]string", "map[¦20¦string]¦20¦string"),
            ("Int32Array()", "Int32¦14¦Array()"),
            ("'price':98.35,", "'price':¦16¦98.35,"),
            ("you@example.com", "you@¦18¦example.¦18¦com"),
        ] {
            assert_eq!(broken(run), wanted);
        }
    }

    #[test]
    fn what_no_phone_has_room_for_breaks_on_every_page() {
        let path = "/usr/local/share/applications/org.example.Desktop";
        assert_eq!(
            broken(path),
            "/usr/¦¦local/¦¦share/¦¦applications/¦¦org.¦¦example.¦¦Desktop"
        );
        let data = "aB".repeat(40);
        assert_eq!(broken(&data), data, "data has no words");
    }

    #[test]
    fn what_hangs_takes_room() {
        // By what it hangs, by two fifths of the listing, by what is left at least.
        assert_eq!(room(20, hanging_indent(4)), Some(24));
        assert_eq!(room(20, hanging_indent(26)), Some(40));
        assert_eq!(room(10, hanging_indent(26)), Some(12));
        assert_eq!(room(30, hanging_indent(26)), None);
        assert_eq!(room(41, hanging_indent(2)), None);
        let numbered = |indent| HangingIndent { indent, is_numbered: true };
        assert_eq!(room(9, numbered(2)), Some(16));
        assert_eq!(room(9, numbered(20)), Some(16));
        assert_eq!(room(20, numbered(4)), Some(32));
    }

    #[test]
    fn every_class_has_rules() {
        let css = rules();
        for room in ROOMS {
            assert!(css.contains(&format!("wbr.n{room} {{ display: inline")));
        }
        assert!(
            css.contains(
                "@container (max-width: 9.99em) { wbr.n20 { display: inline; } }"
            )
        );
    }
}
