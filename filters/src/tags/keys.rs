//! The keys that authors may write, the tags that stand for them, and which was meant.

/// Keys that take a value.
pub(super) const VALUES: &[&str] = &[
    "args",
    "cmd",
    "continues",
    "env",
    "expect",
    "file",
    "jvmargs",
    "main",
    "match",
    "needs",
    "network",
    "norm",
    "of",
    "output",
    "reason",
    "run",
    "setup",
    "since",
    "spawn",
    "stdin",
    "timeout",
];

/// Keys that are there or not: classes on a fence, `true` or `false` in `book.yaml`.
pub(super) const MARKS: &[&str] = &["bad", "fragment", "hidden", "norun"];

/// What pandoc, the filter and stylesheets read on a fence.
const OTHERS: &[&str] =
    &["caption", "dir", "id", "lang", "lnos", "startFrom", "startfrom", "style", "title"];

/// How a tag in a listing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The tag alone stands for a key and its value.
    Alone(&'static str, &'static str),
    /// `{Name: value}` gives a key its value.
    Value(&'static str),
    /// The tag stands for a mark; what follows it is the reason.
    Reason(&'static str),
    /// What follows the tag is the value.
    Behind(&'static str),
}

/// The tags of listings.
pub(super) const TAGS: &[(&str, Form)] = &[
    ("Args", Form::Value("args")),
    ("CompileTimeError", Form::Alone("expect", "compile-error")),
    ("ErrorOutputExpected", Form::Alone("expect", "error")),
    ("ExcludeFromGradle", Form::Reason("norun")),
    ("Exec", Form::Value("run")),
    ("JVMArgs", Form::Value("jvmargs")),
    ("NewFeature", Form::Behind("since")),
    ("Requires", Form::Value("needs")),
    ("RunFirst", Form::Value("needs")),
    ("ThrowsException", Form::Alone("expect", "error")),
    ("TimeOut", Form::Value("timeout")),
    ("TimeOutDuringTesting", Form::Alone("expect", "timeout")),
    ("ValidateByHand", Form::Reason("norun")),
    ("VisuallyInspectOutput", Form::Alone("output", "sample")),
    ("WillNotCompile", Form::Alone("expect", "compile-error")),
    ("main", Form::Value("main")),
];

/// Programs with which a tag begins that is a command: `{java -ea Assert1}`.
pub(super) const PROGRAMS: &[&str] = &[
    "bash", "bun", "cargo", "clang", "deno", "dotnet", "g++", "gcc", "go", "gradle",
    "jar", "java", "javac", "javap", "jshell", "kotlin", "kotlinc", "lua", "make",
    "mypy", "node", "npm", "npx", "perl", "php", "pytest", "python", "python3", "ruby",
    "rustc", "scala", "sh", "swift", "tsc", "uv",
];

/// Whether a key on a fence is read by others than us.
pub(super) fn is_others(key: &str) -> bool {
    OTHERS.contains(&key) || key.starts_with("data-") || key.starts_with("aria-")
}

/// All keys.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    VALUES.iter().chain(MARKS).copied()
}

/// The known word that a wrong one was probably meant to be.
pub(super) fn near(
    word: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let word = plain(word);
    // A short word is soon another one.
    let most = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    known
        .map(|one| (distance(&word, &plain(one)), one))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, one)| one)
}

/// How many letters have to be put in, left out or replaced, or pairs exchanged, to make one word
/// the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.chars().collect(), other.chars().collect());
    let width = other.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_was_meant_is_found() {
        assert_eq!(near("timout", all()), Some("timeout"));
        assert_eq!(near("no-run", all()), Some("norun"));
        assert_eq!(near("hiden", all()), Some("hidden"));
        assert_eq!(near("exepct", all()), Some("expect"));
        assert_eq!(near("note", all()), None);
        assert_eq!(near("x", all()), None);
        let tags = || TAGS.iter().map(|tag| tag.0);
        assert_eq!(near("WillNotComplie", tags()), Some("WillNotCompile"));
        assert_eq!(near("Timeout", tags()), Some("TimeOut"));
    }
}
