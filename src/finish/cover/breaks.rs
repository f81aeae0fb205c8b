//! Where a line of a cover may break.
//!
//! ```text
//! Client/Server-Architektur   as a whole;  if that is too wide:  Client/ Server- Architektur
//! 並行処理                     並 行 処 理
//! ```

/// How much of a word may be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Nothing: lines break between words.
    Words,
    /// A word that is too wide, between its parts.
    Parts,
    /// A part that is too wide, anywhere.
    Anywhere,
}

/// What stays on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnbrokenText {
    pub text: String,
    /// Whether a space stands before it.
    pub is_spaced: bool,
}

/// The words of a text. Chinese and Japanese break between their characters.
pub(super) fn words(text: &str) -> Vec<UnbrokenText> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let mut is_spaced = true;
        for text in split(word, |before, after| {
            (is_ideograph(before) || is_ideograph(after)) && !is_bound(before, after)
        }) {
            words.push(UnbrokenText { text, is_spaced });
            is_spaced = false;
        }
    }
    words
}

/// The pieces of a word that is too wide.
pub(super) fn pieces(word: &str, breaks: Breaks) -> Vec<String> {
    match breaks {
        Breaks::Words => vec![word.to_owned()],
        Breaks::Parts => split(word, is_between_parts),
        // No mark is taken from its letter.
        Breaks::Anywhere => split(word, |_, after| after.is_alphanumeric()),
    }
}

/// Whether one part of a word ends and another begins between two characters: behind a hyphen or another
/// sign, and at a capital.
fn is_between_parts(before: char, after: char) -> bool {
    matches!(
        before,
        '-' | '–'
            | '—'
            | '/'
            | '_'
            | '.'
            | ':'
            | ','
            | '·'
            | '+'
            | '&'
            | '\u{2010}'
            | '\u{ad}'
            | '\u{200b}'
    ) || before.is_lowercase() && after.is_uppercase()
}

fn split(word: &str, may_break: impl Fn(char, char) -> bool) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = None;
    for c in word.chars() {
        match pieces.last_mut() {
            Some(piece) if !before.is_some_and(|before| may_break(before, c)) => {
                piece.push(c);
            }
            _ => pieces.push(c.to_string()),
        }
        before = Some(c);
    }
    pieces
}

/// Characters that a line may break before and behind (Unicode Line Breaking, class ID).
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

/// Whether a sign must not begin the line, or not end it.
fn is_bound(before: char, after: char) -> bool {
    "（「『【〈《〔［(".contains(before)
        || "、。，．：；！？）」』】〉》〕］ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;!?)"
            .contains(after)
}

/// A line as it is shown: a soft hyphen shows where the line ends at it.
pub(super) fn shown(line: &str) -> String {
    let ends = line.ends_with('\u{ad}');
    let mut text: String =
        line.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}')).collect();
    if ends {
        text.push('-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_where_a_reader_expects() {
        let texts = |text: &str| {
            words(text).into_iter().map(|word| word.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(" Go  and Rust-1"), ["Go", "and", "Rust-1"]);
        assert_eq!(
            texts("並行、処理 Go（言）"),
            ["並", "行、", "処", "理", "Go", "（言）"]
        );
        assert!(!words("並行")[1].is_spaced && words("a b")[1].is_spaced);
        let parts = |word: &str| pieces(word, Breaks::Parts);
        assert_eq!(
            parts("Client/Server-Architektur"),
            ["Client/", "Server-", "Architektur"]
        );
        assert_eq!(parts("TypeScript"), ["Type", "Script"]);
        assert_eq!(parts("HTTP"), ["HTTP"]);
        assert_eq!(pieces("ae\u{301}b", Breaks::Anywhere), ["a", "e\u{301}", "b"]);
        assert_eq!(pieces("a-b", Breaks::Words), ["a-b"]);
        assert_eq!(
            (shown("Schiff\u{ad}"), shown("a\u{ad}b")),
            ("Schiff-".into(), "ab".into())
        );
    }
}
