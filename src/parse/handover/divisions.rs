//! Divisions that begin in one chapter and end in another: each chapter between gets one of its own.
//!
//! ````text
//! one.md   ::: {.part #a}   # One          ::: {.part #a}  # One  :::
//! two.md   # Two                     ─►    ::: {.part}     # Two  :::
//! three.md # Three   :::                   ::: {.part}     # Three  :::
//! ````
//!
//! A division that no chapter ends stays that of its own chapter: pandoc warns of it.

use super::hidden::HiddenBytes;
use regex::Regex;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// A fence that opens a division (pandoc's manual, `fenced_divs`).
static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^ {0,3}:{3,}[ \t]*(\{[^}]+\}|[\w.#-]+)[ \t]*:*[ \t]*$";
    Regex::new(pattern).expect("the pattern is right")
});

/// An identifier among attributes.
static ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#[^\s}]+").expect("the pattern is right"));

/// What one chapter leaves open, and what it ends that others began.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Fences {
    /// The attributes of the divisions that are not closed, the outermost first.
    pub open: Vec<String>,
    /// How many are closed that were not opened.
    pub closed: usize,
}

/// The fences of a text that have no other in it.
pub(super) fn fences(text: &str, hidden: &HiddenBytes) -> Fences {
    let mut fences = Fences::default();
    let mut may_open = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let inner = line.trim_start_matches(' ');
        if hidden.at(start).is_some() {
            continue;
        }
        let closes = inner.len() > 2 && inner.bytes().all(|byte| byte == b':');
        if closes {
            if fences.open.pop().is_none() {
                fences.closed += 1;
            }
        } else if let Some(found) = OPENS.captures(line).filter(|_| may_open) {
            fences.open.push(found[1].to_owned());
        } else {
            may_open = inner.is_empty() || inner.starts_with('#');
            continue;
        }
        may_open = true;
    }
    fences
}

/// What each chapter is handed: the fences before its text, and those behind it. Chapters are told by
/// their numbers; those that show nothing are none here.
pub(super) fn handed(all: &BTreeMap<usize, Fences>) -> BTreeMap<usize, (String, String)> {
    // By the chapter in which each begins: how many of its open ones end in which other.
    let mut open: Vec<(usize, usize, &str)> = Vec::new();
    let mut pairs: Vec<(usize, usize, usize, &str)> = Vec::new();
    for (&number, fences) in all {
        for _ in 0..fences.closed {
            let Some((from, depth, attributes)) = open.pop() else { break };
            pairs.push((from, depth, number, attributes));
        }
        let own = fences.open.iter().enumerate();
        open.extend(own.map(|(depth, attributes)| (number, depth, &**attributes)));
    }
    // The outermost first.
    pairs.sort_unstable();
    let mut handed: BTreeMap<usize, (String, String)> = BTreeMap::new();
    for (from, _, to, attributes) in pairs {
        for (&number, _) in all.range(from..=to) {
            let (before, behind) = handed.entry(number).or_default();
            if number > from {
                let without_id = ID.replace_all(attributes, "");
                let attributes = match without_id.trim_matches(['{', '}', ' ']) {
                    "" => "{.division}",
                    _ => &*without_id,
                };
                let _ = write!(before, "::: {attributes}\n\n");
            }
            if number < to {
                behind.push_str("\n\n:::\n");
            }
        }
    }
    handed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use crate::project::Chapter;

    #[test]
    fn divisions_that_go_on_are_each_chapters() {
        let texts = [
            "::: own\nx\n:::\n\n::: {.part #a}\n\n# One\n\n```\n:::\n```\n\ntext\n::: no\n",
            "# Two\n\n:::: inner ::::\n",
            "::::\n\n# Three\n\n:::\n\n::: never\n",
        ];
        let all = texts.iter().enumerate().map(|(number, text)| {
            let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
            (number, fences(text, &HiddenBytes::of(&chapter)))
        });
        let all: BTreeMap<_, _> = all.collect();
        assert_eq!(all[&0], Fences { open: vec!["{.part #a}".into()], closed: 0 });
        let handed = handed(&all);
        assert_eq!(handed[&0], (String::new(), "\n\n:::\n".into()));
        assert_eq!(handed[&1], ("::: {.part }\n\n".into(), "\n\n:::\n\n\n:::\n".into()));
        let before = "::: {.part }\n\n::: inner\n\n".to_owned();
        assert_eq!(handed[&2], (before, String::new()));
    }
}
