//! A call or a type whose brackets hold spaces stands in several pieces of text: `sort_all(x,` and
//! `y)`.

use super::neighbours::{between, is_one_space};
use crate::ast::raw::{LeafKind, Raw};

/// How many pieces one has at most.
const FAR: usize = 8;

/// The text of the `Str` at `index` with all that follows up to where its last bracket closes, and how
/// many leaves that is; `None` where no bracket is open behind a name, or it does not close soon.
pub(super) fn whole(
    document: &Raw<'_>,
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

/// How many more brackets open than close.
fn depth(text: &str) -> i32 {
    let of = |c| match c {
        '(' | '<' | '[' => 1,
        ')' | '>' | ']' => -1,
        _ => 0,
    };
    text.chars().map(of).sum()
}
