//! What stands in several pieces of text: a call or a type whose brackets hold spaces, as `sort_all(x,` and
//! `y)`, and names of several words.

use super::detect::Detector;
use super::neighbours::{between, is_one_space};
use crate::ast::raw::{LeafKind, RawDocument};
use std::ops::Range;

/// How many pieces one has at most.
const FAR: usize = 8;

/// The text of the `Str` at `index` with all that follows up to where its last bracket closes, and how
/// many leaves that is; `None` where no bracket is open behind a name, or it does not close soon.
pub(super) fn whole(
    document: &RawDocument<'_>,
    index: usize,
    text: &str,
) -> Option<(String, usize)> {
    // A bracket that opens inside a word is rare, and asked for at every text.
    let at = text.rfind(['(', '<', '['])?;
    let before = text[..at].chars().next_back()?;
    let is_open = before.is_alphanumeric() || before == '_' || before == '<';
    let mut depth = depth(text);
    if !is_open || depth < 1 {
        return None;
    }
    let mut whole = text.to_owned();
    for last in index..index + FAR {
        let pair = document.leaves().get(last..last + 2)?;
        // Emphasis that begins between two pieces must not be cut.
        let follows = pair[1].kind == LeafKind::Str
            && between(document, pair).is_some_and(is_one_space);
        if !follows {
            return None;
        }
        let piece = document.text(&pair[1]);
        depth += self::depth(&piece);
        whole.push(' ');
        whole.push_str(&piece);
        if depth <= 0 {
            return Some((whole, last + 2 - index));
        }
    }
    None
}

/// How many bytes of brackets and quotes a text begins with.
fn opening(text: &str) -> usize {
    text.len() - text.trim_start_matches(['(', '“', '"']).len()
}

/// Whether a name of C's follows, `struct node`.
fn is_aggregate(word: &str) -> bool {
    matches!(word, "struct" | "enum" | "union")
}

/// Whether a text may be the first of several that are one name, though no shape tells of it.
pub(super) fn may_begin_phrase(text: &str) -> bool {
    is_aggregate(&text[opening(text)..])
}

/// The name of several words that begins in the `Str` at `index`: the text of all the leaves it stands in,
/// its bytes there, and how many leaves those are.
pub(super) fn phrase(
    document: &RawDocument<'_>,
    index: usize,
    text: &str,
    detector: &Detector<'_>,
) -> Option<(String, Range<usize>, usize)> {
    let start = opening(text);
    let first = &text[start..];
    let capitals = first.len() > 1 && first.bytes().all(|byte| byte.is_ascii_uppercase());
    if !capitals && !is_aggregate(first) {
        return None;
    }
    let mut whole = text.to_owned();
    let mut found = None;
    for last in index..index + FAR {
        let Some(pair) = document.leaves().get(last..last + 2) else { break };
        let follows = pair[1].kind == LeafKind::Str
            && between(document, pair).is_some_and(is_one_space);
        if !follows {
            break;
        }
        whole.push(' ');
        let piece = document.text(&pair[1]);
        let word = piece.trim_end_matches([')', ',', '.', ';', ':', '?', '!', '”', '"']);
        let end = whole.len() + word.len();
        whole.push_str(&piece);
        if !detector.is_phrase(&whole[start..end]) {
            break;
        }
        found = Some((whole.clone(), start..end, last + 2 - index));
        if word.len() < piece.len() {
            break;
        }
    }
    found
}

/// How many more brackets open than close.
fn depth(text: &str) -> i32 {
    let of = |c| match c {
        '(' | '<' | '[' => 1,
        ')' | '>' | ']' => -1,
        _ => 0,
    };
    text.chars().map(of).sum()
}
