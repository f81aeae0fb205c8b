//! What other tools read around a listing, each as one of our keys says it: words behind a fence's language
//! and lines at a cell's head.
//!
//! ````text
//! ```rust,should_panic          rustdoc, mdBook            expect=exit:101
//! ```python notest              pytest-markdown-docs       norun
//! #| eval: false                Quarto                     norun
//! ````
//!
//! What our own keys say on the fence or in the listing holds before it.

use super::said::{TagEntry, unknown};
use super::{Carrier, Problem, keys};
use crate::ast::build::Attr;
use crate::lang;

/// A word of another tool's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignWord {
    /// The tools that read it.
    pub tool: &'static str,
    /// As it is written.
    pub written: &'static str,
    /// Our key.
    pub key: &'static str,
    /// Its value; `true` for a mark. A `*` stands for what the word has in the place of its own.
    pub value: &'static str,
}

const RUSTDOC: &str = "rustdoc, mdBook";
const PYTEST: &str = "pytest-markdown-docs";
const QUARTO: &str = "Quarto";

const fn word(
    tool: &'static str,
    written: &'static str,
    key: &'static str,
    value: &'static str,
) -> ForeignWord {
    ForeignWord { tool, written, key, value }
}

/// What is read, in the order in which the guide tells of it.
pub const WORDS: &[ForeignWord] = &[
    word(RUSTDOC, "ignore", "norun", "true"),
    word(RUSTDOC, "ignore-*", "norun", "true"),
    word(RUSTDOC, "no_run", "expect", "compiles"),
    word(RUSTDOC, "should_panic", "expect", "exit:101"),
    word(RUSTDOC, "compile_fail", "expect", "compile-error"),
    // Its tests are functions that nothing calls in a program.
    word(RUSTDOC, "test_harness", "norun", "true"),
    word(RUSTDOC, "E*", "match", "error\\[E*\\]"),
    word(RUSTDOC, "edition*", "edition", "*"),
    word(PYTEST, "notest", "norun", "true"),
    word(PYTEST, "continuation", "session", "+"),
    word(PYTEST, "fixture:*", "fixtures", "*"),
    word(QUARTO, "#| eval: false", "norun", "true"),
    word(QUARTO, "#| error: true", "expect", "error"),
    word(QUARTO, "#| output: false", "output", "sample"),
    word(QUARTO, "#| echo: false", "hidden", "true"),
    word(QUARTO, "#| include: false", "hidden", "true"),
];

/// The tool whose words hold for a language's fences.
fn tool(language: &str) -> Option<&'static str> {
    match language {
        "rust" => Some(RUSTDOC),
        "python" => Some(PYTEST),
        _ => None,
    }
}

/// The tool whose words hold for a fence.
fn tool_of(attr: &Attr) -> Option<&'static str> {
    tool(attr.1.iter().find_map(|class| lang::canonical(class))?)
}

/// Whether a class of a fence is a word of the tool that reads it.
pub(super) fn is_word(attr: &Attr, class: &str) -> bool {
    let tool = tool_of(attr);
    WORDS
        .iter()
        .any(|one| Some(one.tool) == tool && in_place_of_star(one, class).is_some())
}

/// What the words behind a fence's language say; `info` is all that stands behind the fence.
pub(super) fn on_fence(
    attr: &Attr,
    info: &str,
    problems: &mut Vec<Problem>,
) -> Vec<TagEntry> {
    let mut said: Vec<TagEntry> = Vec::new();
    let Some(tool) = tool_of(attr) else { return said };
    let is_between = |c: char| c.is_whitespace() || ",{}".contains(c);
    let classes = attr.1.iter().flat_map(|class| class.split(is_between));
    let words = info.split(is_between).map(|word| word.trim_start_matches('.'));
    let mut words: Vec<&str> =
        classes.chain(words).filter(|word| !word.is_empty()).collect();
    let mut seen = Vec::new();
    words.retain(|word| {
        !seen.contains(word) && {
            seen.push(word);
            true
        }
    });
    let fails = words.contains(&"compile_fail");
    for text in words {
        let found = WORDS.iter().filter(|one| one.tool == tool);
        let Some((one, own)) =
            found.into_iter().find_map(|one| Some((one, in_place_of_star(one, text)?)))
        else {
            problems.extend(slip(tool, text));
            continue;
        };
        // A code is what the compiler has to say.
        if one.key == "match" && !fails {
            continue;
        }
        let value = one.value.replace('*', own);
        match said.iter_mut().find(|other| other.key == one.key) {
            Some(other) if one.key == "fixtures" => {
                other.value.push(' ');
                other.value.push_str(&value);
            }
            // Several codes are several messages, of which one is enough.
            Some(other) if one.key == "match" => {
                other.value.push('|');
                other.value.push_str(&value);
            }
            Some(_) => {}
            None => said.push(TagEntry { key: one.key, value, carrier: Carrier::Fence }),
        }
        if one.key == "norun" {
            reason(&mut said, &format!("{text} on its fence"), Carrier::Fence);
        }
    }
    said
}

/// A word that one of a tool's was probably meant to be: the tool says nothing then, and does otherwise.
fn slip(tool: &str, text: &str) -> Option<Problem> {
    if keys::marks().any(|mark| mark == text) {
        return None;
    }
    let words = WORDS.iter().filter(|one| one.tool == tool).map(|one| one.written);
    let near = keys::near(text, words.filter(|word| !word.contains('*')))?;
    let message = format!("there is no word {text}");
    Some(unknown(Carrier::Fence, message, Some(near)))
}

/// What a word has in the place of a `*`; empty where there is none, `None` for another word.
fn in_place_of_star<'t>(word: &ForeignWord, text: &'t str) -> Option<&'t str> {
    let Some((before, behind)) = word.written.split_once('*') else {
        return (word.written == text).then_some("");
    };
    let own = text.strip_prefix(before)?.strip_suffix(behind)?;
    let is_number = || !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match before {
        "E" => own.len() == 4 && is_number(),
        "edition" => is_number(),
        _ => !own.is_empty(),
    };
    fits.then_some(own)
}

fn reason(said: &mut Vec<TagEntry>, why: &str, carrier: Carrier) {
    said.push(TagEntry { key: "reason", value: why.to_owned(), carrier });
}

/// The options of Quarto's cells, beside those that begin with [`BEGINNINGS`].
const OPTIONS: &[&str] = &[
    "annotate",
    "autodep",
    "cache",
    "class",
    "classes",
    "code-annotations",
    "collapse",
    "column",
    "comment",
    "context",
    "dependson",
    "dev",
    "echo",
    "editable",
    "error",
    "eval",
    "exercise",
    "file",
    "filename",
    "freeze",
    "id",
    "include",
    "label",
    "layout",
    "lst-cap",
    "lst-label",
    "message",
    "name",
    "output",
    "panel",
    "prompt",
    "renderings",
    "results",
    "slideshow",
    "tags",
    "tidy",
    "timeout",
    "title",
    "warning",
];

/// How options of Quarto's cells begin.
const BEGINNINGS: &[&str] =
    &["cache-", "cap-", "code-", "fig-", "layout-", "lst-", "output-", "tbl-"];

/// The key and the value of a line at a cell's head, given without the sign of its comment: `| eval: false`.
pub(super) fn option(comment: &str) -> Option<(&str, &str)> {
    let (key, value) = comment.strip_prefix("| ")?.split_once(':')?;
    let is_option =
        OPTIONS.contains(&key) || BEGINNINGS.iter().any(|start| key.starts_with(start));
    // A comment of Lisp's begins so, too.
    (is_option && !value.contains("|#")).then_some((key, value.trim()))
}

/// Whether a line at a cell's head goes on with the option before it: `|   - text`.
pub(super) fn goes_on(comment: &str) -> bool {
    comment
        .strip_prefix('|')
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("  "))
}

/// What an option says, as our keys say it.
pub(super) fn of_option(key: &str, value: &str, line: usize, said: &mut Vec<TagEntry>) {
    let value = value.trim_matches(['"', '\'']);
    let value = match value.to_ascii_lowercase().as_str() {
        "no" | "off" => "false".to_owned(),
        "yes" | "on" => "true".to_owned(),
        other => other.to_owned(),
    };
    let written = format!("#| {key}: {value}");
    let carrier = Carrier::Line(line);
    for word in WORDS.iter().filter(|word| word.written == written) {
        // It may be said by two options, as that it is not shown.
        if !said.iter().any(|said| said.key == word.key) {
            said.push(TagEntry { key: word.key, value: word.value.to_owned(), carrier });
        }
        if word.key == "norun" {
            reason(said, &format!("{key}: {value} at its head"), carrier);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expect, OutputMatch, Tags};
    use super::*;

    fn read(classes: &[&str], info: &str, code: &str) -> Tags {
        let classes = classes.iter().map(|class| (*class).to_owned()).collect();
        let attr = Attr(String::new(), classes, Vec::new());
        let read = Tags::read_block(&attr, info, code, &[]);
        assert_eq!(read.problems, [], "{info}");
        read.tags
    }

    #[test]
    fn words_of_rustdoc_say_what_our_keys_say() {
        let rust = |words: &str| {
            let info = format!("rust,{words}");
            read(&[&info], &info, "x();\n")
        };
        assert!(rust("ignore").norun && rust("ignore-windows").norun);
        assert_eq!(rust("ignore").reason.as_deref(), Some("ignore on its fence"));
        assert!(rust("test_harness").norun);
        assert_eq!(rust("no_run").expect, Some(Expect::Compiles));
        assert_eq!(rust("should_panic").expect, Some(Expect::Exit(101)));
        let fails = rust("edition2018,compile_fail,E0277,E0308");
        assert_eq!(fails.expect, Some(Expect::CompileError));
        assert_eq!(fails.matches.as_deref(), Some(r"error\[E0277\]|error\[E0308\]"));
        assert_eq!(fails.edition, Some(2018));
        assert_eq!(rust("E0277,editable"), Tags::default());
        for (slip, meant) in
            [("should-panic", "should_panic"), ("compile_fails", "compile_fail")]
        {
            let attr = Attr(String::new(), vec!["rust".to_owned()], Vec::new());
            let wrong =
                Tags::read_block(&attr, &format!("rust,{slip}"), "x", &[]).problems;
            assert_eq!(wrong[0].hint, Some(format!("Did you mean {meant}?")), "{slip}");
        }
        // It is no slip for a mark of ours.
        assert_eq!(
            read(&["rust", "no_run"], "{.rust .no_run}", "x").expect,
            Some(Expect::Compiles)
        );
        // Other languages have no such words.
        assert_eq!(read(&["go,ignore"], "go,ignore", "x"), Tags::default());
        // What our own keys say holds.
        let own = read(&["rust", "should_panic"], "", "// {CompileTimeError}\nx();\n");
        assert_eq!(own.expect, Some(Expect::CompileError));
    }

    #[test]
    fn words_of_tests_in_markdown_say_what_our_keys_say() {
        let python = |words: &str| read(&["python"], &format!("python {words}"), "x\n");
        assert!(python("notest").norun);
        let both = python("continuation fixture:capsys fixture:tmp_path");
        assert_eq!(both.session.as_deref(), Some("+"));
        assert_eq!(both.fixtures, ["capsys", "tmp_path"]);
        assert!(read(&["python", "notest"], "{.python .notest}", "x\n").norun);
    }

    #[test]
    fn options_of_cells_say_what_our_keys_say_and_leave_the_page() {
        let code = "#| label: fig-x\n#| eval: false\n#| echo: false\n#| include: false\n\
                    #| fig-cap: |\n#|   A caption\nx\n#| eval: true\n";
        let attr = Attr::default();
        let found = Tags::read_block(&attr, "", code, &[]);
        assert!(found.tags.norun && found.tags.hidden);
        assert_eq!(found.lines, [0, 1, 2, 3, 4, 5]);
        let says = |code: &str| read(&["python"], "", code);
        assert_eq!(says("#| error: true\nx\n").expect, Some(Expect::Error));
        assert_eq!(says("#| output: no\nx\n").output, OutputMatch::Sample);
        assert_eq!(
            says("//| eval: false\nx\n").reason.as_deref(),
            Some("eval: false at its head")
        );
        // A comment of Lisp's, and a table.
        for other in
            ["#| Author: x |#\n", "#| author: x\n", "#|a|b\n", "# | eval: false\n#| b\n"]
        {
            assert_eq!(Tags::read_block(&attr, "", other, &[]).lines, [0; 0], "{other}");
        }
    }

    #[test]
    fn every_word_stands_for_a_key_that_exists() {
        for word in WORDS {
            assert!(
                super::super::KEYS.iter().any(|key| key.name == word.key),
                "{word:?}"
            );
        }
    }
}
