//! The keys that authors may write, the tags that stand for them, and which was meant.

use crate::spelling::distance_within;

/// A key that an author can say of a listing: as an attribute or class of its fence, or for many
/// files at once in `book.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value can be. A key without is a mark that is there or not: a class on the fence
    /// (`.norun`), `true` or `false` in `book.yaml`.
    pub value: Option<&'static str>,
    /// A value that it can have; empty for a mark.
    pub example: &'static str,
    /// What it means, in one sentence of Markdown.
    pub meaning: &'static str,
}

/// All keys, in the order in which the guide tells of them.
pub const KEYS: &[Key] = &[
    Key::value(
        "file",
        "a path below the folder of its chapter, without ..",
        "a.py",
        "The file that it is, where it has no slugline or another.",
    ),
    Key::value(
        "continues",
        "a path below the folder of its chapter, without ..",
        "a.py",
        "It is the next part of that file.",
    ),
    Key::value(
        "needs",
        "files and folders, with commas between them",
        "b.py, data/",
        "What has to be there before it runs; a program among them is run first.",
    ),
    Key::value("setup", "a listing's file", "b.py", "A listing that is run before it."),
    Key::mark("norun", "It is extracted and not run."),
    Key::value("reason", "text", "needs a printer", "Why it is not run."),
    Key::mark("fragment", "It is no file, in spite of its slugline."),
    Key::mark("bad", "It is unfinished: neither extracted nor run, and reported."),
    Key::mark("hidden", "It is extracted and run, and left out of the book."),
    Key::mark("program", "It is run, though it names no file."),
    Key::value(
        "session",
        "a name, or + for that of the block before",
        "setup",
        "It is run, and the blocks of its chapter that have the same name are one program.",
    ),
    Key::value(
        "expect",
        "ok, error, compile-error, compiles, exit:N or timeout",
        "error",
        "How it has to end; with `compiles` it is compiled and not started.",
    ),
    Key::value(
        "match",
        "a regular expression",
        "ValueError: .*",
        "What its error, or the compiler's, has to match.",
    ),
    Key::value("run", "a command", "java -ea A", "The command that runs it."),
    Key::value(
        "main",
        "a class or module",
        "A",
        "What is started, where that does not follow from the file.",
    ),
    Key::value("args", "words", "one two", "What the program is given."),
    Key::value(
        "edition",
        "an edition of Rust: 2015, 2018, 2021 or 2024",
        "2018",
        "The edition of Rust that it is written in.",
    ),
    Key::value(
        "fixtures",
        "names with blanks between them",
        "tmp_path",
        "The fixtures that pytest gives it.",
    ),
    Key::value("jvmargs", "words", "-Xmx64m", "What Java's virtual machine is given."),
    Key::value("timeout", "a time: 5s, 500ms or 2m", "5s", "How long it may run."),
    Key::value(
        "memory",
        "a size: 512MiB, 8GiB",
        "8GiB",
        "How much memory it and what it starts may take.",
    ),
    Key::value(
        "processes",
        "a whole number from 1",
        "1000",
        "How many processes it may have at one time.",
    ),
    Key::value("stdin", "a file", "in.txt", "The file that it reads as standard input."),
    Key::value(
        "env",
        "variables: A=1 B=\"two words\"",
        "A=1",
        "Variables of its environment.",
    ),
    Key::value("network", "true or false", "true", "Whether it may use the network."),
    Key::value(
        "spawn",
        "fresh",
        "fresh",
        "A Python listing gets an interpreter of its own.",
    ),
    Key::value(
        "since",
        "a tool's version: python3.12",
        "python3.12",
        "The oldest toolchain that can run it. With an older one it is skipped, and the skip reported.",
    ),
    Key::value(
        "output",
        "exact, sample, none, first:N or ends:N",
        "first:8",
        "How what it prints is compared with the book.",
    ),
    Key::value(
        "norm",
        "any of: addr date digits sort",
        "addr date",
        "What is normalized before outputs are compared: addresses in memory, dates and times, digits, the order of lines.",
    ),
    Key::value(
        "of",
        "a listing's file",
        "a.py",
        "This block is the output of another command on that file.",
    ),
    Key::value("cmd", "a command", "mypy a.py", "That command."),
];

impl Key {
    const fn mark(name: &'static str, meaning: &'static str) -> Self {
        Self { name, value: None, example: "", meaning }
    }

    const fn value(
        name: &'static str,
        value: &'static str,
        example: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { name, value: Some(value), example, meaning }
    }
}

/// What pandoc, the filter, stylesheets and other tools read on a fence, as far as a name is near one
/// of ours. No other name is a mistake either: a fence may carry whatever another program reads.
const OTHERS: &[&str] = &[
    "dir",
    "end",
    "exec",
    "features",
    "fig",
    "file-name",
    "filename",
    "form",
    "hide",
    "lines",
    "line",
    "linenos",
    "mode",
    "name",
    "names",
    "role",
    "span",
    "start",
    "tags",
    "tile",
    "title",
    "version",
];

/// How a tag in a listing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagForm {
    /// The tag alone stands for a key and its value.
    Alone(&'static str, &'static str),
    /// `{Name: value}` gives a key its value.
    Value(&'static str),
    /// The tag stands for a mark; what follows it is the reason.
    Reason(&'static str),
    /// What follows the tag is the value.
    Behind(&'static str),
}

/// The tags that stand in comments at the head of a listing, with braces around them.
pub const TAGS: &[(&str, TagForm)] = &[
    ("Args", TagForm::Value("args")),
    ("CompileTimeError", TagForm::Alone("expect", "compile-error")),
    ("ErrorOutputExpected", TagForm::Alone("expect", "error")),
    ("ExcludeFromGradle", TagForm::Reason("norun")),
    ("Exec", TagForm::Value("run")),
    ("JVMArgs", TagForm::Value("jvmargs")),
    ("NewFeature", TagForm::Behind("since")),
    ("Requires", TagForm::Value("needs")),
    ("RunFirst", TagForm::Value("needs")),
    ("ThrowsException", TagForm::Alone("expect", "error")),
    ("TimeOut", TagForm::Value("timeout")),
    ("TimeOutDuringTesting", TagForm::Alone("expect", "timeout")),
    ("ValidateByHand", TagForm::Reason("norun")),
    ("VisuallyInspectOutput", TagForm::Alone("output", "sample")),
    ("WillNotCompile", TagForm::Alone("expect", "compile-error")),
    ("main", TagForm::Value("main")),
];

/// Programs with which a tag begins that is a command: `{java -ea Assert1}`.
pub(super) const PROGRAMS: &[&str] = &[
    "bash", "bun", "cargo", "clang", "deno", "dotnet", "g++", "gcc", "go", "gradle",
    "jar", "java", "javac", "javap", "jshell", "kotlin", "kotlinc", "lua", "make",
    "mypy", "node", "npm", "npx", "perl", "php", "pytest", "python", "python3", "ruby",
    "rustc", "scala", "sh", "swift", "tsc", "uv",
];

/// The key of ours that an attribute of a fence was probably meant to be; `None` for one that other
/// tools read.
pub(super) fn meant(key: &str) -> Option<&'static str> {
    let is_others = OTHERS.contains(&key)
        || ["data-", "aria-", "fig-", "tbl-", "lst-"]
            .iter()
            .any(|own| key.starts_with(own));
    if is_others { None } else { near(key, all()) }
}

/// All keys.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name)
}

/// The keys that are there or not.
pub(super) fn marks() -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(|key| key.value.is_none()).map(|key| key.name)
}

/// What the value of a key can be.
pub(super) fn can_be(name: &str) -> &'static str {
    let key = KEYS.iter().find(|key| key.name == name);
    key.and_then(|key| key.value).unwrap_or("true or false")
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
        .filter_map(|one| Some((distance_within(most, &word, &plain(one))?, one)))
        .min()
        .map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::super::{Tags, values};
    use super::*;

    #[test]
    fn every_key_has_an_example_that_says_something() {
        for key in KEYS {
            let example = if key.value.is_some() { key.example } else { "true" };
            let mut tags = Tags::default();
            let set = values::set(&mut tags, key.name, example);
            assert!(set.is_ok(), "{}: {set:?}", key.name);
            assert_ne!(tags, Tags::default(), "{} says nothing", key.name);
        }
        // Each tag stands for a key that exists.
        for (name, form) in TAGS {
            let (TagForm::Alone(key, _)
            | TagForm::Value(key)
            | TagForm::Reason(key)
            | TagForm::Behind(key)) = form;
            assert!(all().any(|one| one == *key), "{name}");
        }
    }

    #[test]
    fn the_word_that_was_meant_is_found() {
        assert_eq!(near("timout", all()), Some("timeout"));
        assert_eq!(near("no-run", all()), Some("norun"));
        assert_eq!(near("hiden", all()), Some("hidden"));
        assert_eq!(near("exepct", all()), Some("expect"));
        assert_eq!(near("note", all()), None);
        assert_eq!(meant("timeoutt"), Some("timeout"));
        for other in [
            "filename",
            "highlight",
            "linenos",
            "lst-cap",
            "lst-label",
            "label",
            "role",
            "code-line-numbers",
            "code-fold",
            "title",
            "hl_lines",
            "linenums",
            "start",
            "end",
            "startFrom",
            "eval",
            "echo",
            "fig-cap",
            "collapse",
            "editable",
            "caption",
            "include",
            "name",
            "tags",
            "span",
            "source",
            "class",
            "width",
            "numbers",
            "results",
            "warning",
            "message",
            "output-location",
            "code-summary",
            "live",
            "exec",
            "lines",
            "style",
            "lang",
        ] {
            assert_eq!(meant(other), None, "{other}");
        }
        assert_eq!(near("x", all()), None);
        let tags = || TAGS.iter().map(|tag| tag.0);
        assert_eq!(near("WillNotComplie", tags()), Some("WillNotCompile"));
        assert_eq!(near("Timeout", tags()), Some("TimeOut"));
    }
}
