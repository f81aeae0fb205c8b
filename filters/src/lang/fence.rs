//! Which part of what stands on a fence is the language. What stands behind it says something of the listing:
//!
//! ```text
//! rust,ignore    js{1,3}    language-c    {.python .numberLines}    ts title="x.ts"    c++    .py
//! ----           --                  -      ------                  --                 ---     --
//! ```

use std::borrow::Cow;

/// The language of a fence, in small letters: a class, or all that stands behind the fence.
pub fn word(fence: &str) -> Cow<'_, str> {
    let bare = fence.trim_start_matches(['{', '.', ' ', '\t']);
    let end = bare.find(is_end).unwrap_or(bare.len());
    let name = &bare[..end];
    let bare = ["language-", "lang-"].iter().find_map(|one| {
        let head = name.get(..one.len())?;
        head.eq_ignore_ascii_case(one).then(|| &name[one.len()..])
    });
    // `lang-` alone is a word like others.
    let name = bare.filter(|name| !name.is_empty()).unwrap_or(name);
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// What no name of a language has in it.
pub fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ':' | ';' | '=' | '(' | '[' | '{' | '}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_language_is_no_part_of_it() {
        for (fence, language) in [
            ("rust", "rust"),
            ("rust,ignore", "rust"),
            ("rust,should_panic,edition2021", "rust"),
            ("{python}", "python"),
            ("{.python .numberLines}", "python"),
            ("{ .Python }", "python"),
            ("C++", "c++"),
            ("c#", "c#"),
            ("ts {4}", "ts"),
            ("js{1,3}", "js"),
            ("language-Go", "go"),
            ("lang-r", "r"),
            (".py", "py"),
            ("sh-session", "sh-session"),
            ("text=x", "text"),
            ("", ""),
            ("{#id}", "#id"),
        ] {
            assert_eq!(word(fence), language, "{fence}");
        }
    }
}
