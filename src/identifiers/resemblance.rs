//! When one name may be another with a slip of the finger in it.
//!
//! Names of a program often differ by little on purpose: `readline` and `readlines`, `encode` and
//! `decode`, `Handler` and `Handle`. So a slip has to be inside one long word of the name, and
//! neither word may be the other with something added.

/// The words of a name: `HTTPServer` is made of `HTTP` and `Server`.
pub(super) fn words(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in name.split(|c: char| !c.is_alphabetic()).filter(|part| !part.is_empty()) {
        let mut start = 0;
        let chars: Vec<(usize, char)> = part.char_indices().collect();
        for (n, &(at, c)) in chars.iter().enumerate().skip(1) {
            let before = chars[n - 1].1.is_lowercase();
            let after = chars.get(n + 1).is_some_and(|(_, next)| next.is_lowercase());
            if c.is_uppercase() && (before || after) {
                found.push(&part[start..at]);
                start = at;
            }
        }
        found.push(&part[start..]);
    }
    found
}

/// A word of the first name and the one of the second that it stands for, where the names are the
/// same but for that word, and that word but for a slip.
pub(super) fn slip<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let (all, others) = (words(one), words(other));
    if all.len() != others.len() {
        return None;
    }
    let mut unlike = all.iter().zip(&others).filter(|(one, other)| one != other);
    let (ours, theirs) = unlike.next().map(|(one, other)| (*one, *other))?;
    let single = unlike.next().is_none();
    let marks = |name: &str| name.replace(char::is_alphabetic, "");
    (single && marks(one) == marks(other) && is_slip(ours, theirs, Letters::MANY))
        .then_some((ours, theirs))
}

/// Whether what stands between the underscores of `__cael__` is such a word with a slip in it: so few names
/// are written like this that shorter words count, too.
pub(super) fn is_special_slip(inner: &str, known: &str) -> bool {
    is_slip(inner, known, Letters { least: 4, replaced: 4 })
}

/// How many letters a word has at least in which a slip is seen.
#[derive(Debug, Clone, Copy)]
struct Letters {
    /// For any slip.
    least: usize,
    /// For a letter that is replaced by another: `write` and `white`. Of short words many are one letter
    /// apart.
    replaced: usize,
}

impl Letters {
    const MANY: Self = Self { least: 5, replaced: 7 };
}

/// Whether a word is another with one letter left out, put in or replaced, or two exchanged, all
/// behind the first.
fn is_slip(one: &str, other: &str, letters: Letters) -> bool {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.chars().collect(), other.chars().collect());
    let short = one.len().min(other.len());
    if short < letters.least || one[0] != other[0] || one.len().abs_diff(other.len()) > 1
    {
        return false;
    }
    let before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let behind = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b);
    let behind = behind.count().min(short - before);
    let (rest, else_) =
        (&one[before..one.len() - behind], &other[before..other.len() - behind]);
    match (rest, else_) {
        ([a, b], [c, d]) => a == d && b == c,
        // At the end it is another form of the word.
        ([_], []) | ([], [_]) => behind > 0,
        ([_], [_]) => behind > 0 && short >= letters.replaced,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen() {
        for (one, other) in [
            ("ThreadPoolExector", "ThreadPoolExecutor"),
            ("asynico", "asyncio"),
            ("start_wroker", "start_worker"),
            ("recieve", "receive"),
            ("seperator", "separator"),
        ] {
            assert!(slip(one, other).is_some(), "{one} {other}");
        }
    }

    #[test]
    fn names_that_are_meant_so_are_none() {
        for (one, other) in [
            ("readlines", "readline"),
            ("encode", "decode"),
            ("Handler", "Handle"),
            ("getattr", "setattr"),
            ("test1", "test2"),
            ("Thread", "thread"),
            ("spam", "span"),
            ("untill", "until"),
            ("run_all", "run_one"),
            ("ThreadPool", "ThreadPoolExecutor"),
            ("same", "same"),
            ("started", "starter"),
            ("white", "write"),
        ] {
            assert!(slip(one, other).is_none(), "{one} {other}");
        }
    }
}
