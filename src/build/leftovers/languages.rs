//! The known language that a slip of the finger on a fence was probably meant to be.

use concfilter::lang::{fence, languages};
use concfilter::spelling::distance;

/// The known language that a name was probably meant to be.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let name = fence::word(name);
    let most = match name.chars().count() {
        // Of short words too many are one letter apart.
        0..=3 => return None,
        4..=5 => 1,
        _ => 2,
    };
    // So are short names of languages few know; `phpp` is meant as one that many do.
    let is_meant = |one: &&str| one.len() > 2;
    let known =
        languages::names().filter(is_meant).map(|one| (distance(&name, one), one));
    known.filter(|(distance, _)| *distance <= most).min().map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_languages() {
        for known in [
            "python",
            "C++",
            "c#",
            "console",
            "text",
            "output",
            "jsonc",
            "vue",
            "rust,ignore",
            "rust,should_panic",
            "language-go",
            "js{1}",
            "{python}",
            "{.python .numberLines}",
            "Dockerfile",
            "asm",
            "lox",
            "none",
        ] {
            assert!(languages::is_known(known), "{known}");
        }
        for (slip, near) in [
            ("pyhton", Some("python")),
            ("javascrpit", Some("javascript")),
            ("jsno", Some("json")),
            ("bahs", Some("bash")),
            ("haskel", Some("haskell")),
            ("comonlisp", Some("commonlisp")),
            ("frobnicate", None),
            ("qq", None),
        ] {
            assert!(!languages::is_known(slip), "{slip}");
            assert_eq!(nearest(slip), near, "{slip}");
        }
    }
}
