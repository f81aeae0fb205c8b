//! What begins and ends a comment or a string, where both may hold the same signs or the same word:
//! `r##"` ends with `"##`, Lua's `[==[` with `]==]`, and `$body$` with itself.

/// What may stand inside a mark, written in braces: `{#}` any number of `#`, `{}` a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkFill {
    Nothing,
    Repeated(u8),
    Word,
}

/// How much may stand inside a mark.
const LONGEST: usize = 255;

/// A text that begins or ends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    before: &'static str,
    fill: MarkFill,
    after: &'static str,
}

impl Mark {
    /// Reads a mark as the files of languages have it.
    pub(super) fn read(text: &'static str) -> Self {
        let fill = |from: usize, to: usize, fill| Self {
            before: &text[..from],
            fill,
            after: &text[to..],
        };
        if text.len() > 2
            && let Some(at) = text.find("{}")
        {
            return fill(at, at + 2, MarkFill::Word);
        }
        let bytes = text.as_bytes();
        let found = bytes
            .windows(3)
            .position(|part| part[0] == b'{' && part[1].is_ascii() && part[2] == b'}');
        match found {
            Some(at) => fill(at, at + 3, MarkFill::Repeated(bytes[at + 1])),
            None => Self { before: text, fill: MarkFill::Nothing, after: "" },
        }
    }

    /// The mark as it is written where nothing is repeated in it.
    pub fn plain(&self) -> String {
        format!("{}{}", self.before, self.after)
    }

    /// How long the mark is at least; the longest of several is tried first.
    pub(super) fn len(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// The bytes that it may begin with.
    pub(super) fn first(&self) -> impl Iterator<Item = u8> {
        let own = self.before.bytes().next();
        let fill = match self.fill {
            MarkFill::Repeated(byte) if own.is_none() => Some(byte),
            _ => None,
        };
        let after = if own.is_none() { self.after.bytes().next() } else { None };
        own.into_iter().chain(fill).chain(after)
    }

    /// How long the mark is that a text begins with, and what stands inside it.
    pub(super) fn at<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        if !may_begin(self.before, text.as_bytes()) {
            return None;
        }
        let rest = text.strip_prefix(self.before)?;
        let is_inside = |byte: &u8| match self.fill {
            MarkFill::Nothing => false,
            MarkFill::Repeated(wanted) => *byte == wanted,
            MarkFill::Word => byte.is_ascii_alphanumeric() || *byte == b'_',
        };
        // No author repeats a sign more often, and a text of nothing else would take long.
        let length = rest.bytes().take(LONGEST).take_while(is_inside).count();
        rest[length..]
            .starts_with(self.after)
            .then(|| (self.before.len() + length + self.after.len(), &rest[..length]))
    }

    /// How long the mark is at the beginning of `text`, where `fill` has to stand inside it.
    pub(super) fn closes(&self, text: &[u8], fill: &str) -> Option<usize> {
        if !may_begin(self.before, text) {
            return None;
        }
        let fill = if self.fill == MarkFill::Nothing { "" } else { fill };
        let rest = text.strip_prefix(self.before.as_bytes())?;
        let rest = rest.strip_prefix(fill.as_bytes())?;
        rest.starts_with(self.after.as_bytes()).then_some(self.len() + fill.len())
    }
}

/// Whether a text begins with the first byte of a mark. It is asked for every byte of a string or a comment,
/// and to compare two texts of any length is a call each time.
fn may_begin(mark: &str, text: &[u8]) -> bool {
    mark.as_bytes().first().is_none_or(|first| text.first() == Some(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_with_what_stands_in_them() {
        assert_eq!(Mark::read("/*").at("/* a"), Some((2, "")));
        assert_eq!(Mark::read("{").at("{ a }"), Some((1, "")));
        assert_eq!(Mark::read("r{#}\"").at("r##\"a"), Some((4, "##")));
        assert_eq!(Mark::read("r{#}\"").at("r#a"), None);
        assert_eq!(Mark::read("${}$").at("$a_1$ b"), Some((5, "a_1")));
        assert_eq!(Mark::read("]{=}]").closes(b"]==]", "=="), Some(4));
        assert_eq!(Mark::read("]{=}]").closes(b"]==]", "="), None);
        assert_eq!(Mark::read("{#}\"").first().collect::<Vec<_>>(), b"#\"");
    }
}
