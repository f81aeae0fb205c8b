//! `MkDocs`'s callouts and tabs, whose text is indented: to pandoc that is code. They are read as what
//! pandoc reads the same way.
//!
//! ````text
//! !!! note "A title"             > [!NOTE] A title
//!                                >
//!     Text.                 ─►   > Text.
//!
//! === "Linux"                    **Linux**
//!
//!     Text.                      Text.
//! ````

use super::origins::Assembly;
use crate::markdown::{Dialect, Index};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// So deep may one stand in another.
const DEEPEST: usize = 8;

/// How a callout or a tab begins, behind what a list or a quote puts before it.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"^(?:(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[A-Za-z][\w-]*)(?:[ \t]+[A-Za-z][\w-]*)*"#,
        r#"(?:[ \t]+"(?P<title>[^\n]*)")?|===[!+]?[ \t]+"(?P<tab>[^\n]+)")[ \t]*$"#
    ))
    .expect("the expression is constant")
});

/// Other names of kinds that callouts have (Material for `MkDocs`, "Supported types").
const ALIASES: &[(&str, &str)] = &[
    ("check", "success"),
    ("cite", "quote"),
    ("done", "success"),
    ("fail", "failure"),
    ("faq", "question"),
    ("help", "question"),
    ("missing", "failure"),
    ("snippet", "example"),
    ("summary", "abstract"),
    ("tldr", "abstract"),
];

/// The kinds that callouts have under their own names.
const KINDS: &[&str] = &[
    "abstract",
    "attention",
    "bug",
    "caution",
    "danger",
    "error",
    "example",
    "failure",
    "hint",
    "important",
    "info",
    "note",
    "question",
    "quote",
    "seealso",
    "success",
    "tip",
    "todo",
    "warning",
];

/// Whether a text may have any.
pub(super) fn may_have(text: &str) -> bool {
    ["!!! ", "??? ", "???+ ", "=== \"", "===! \"", "===+ \""]
        .iter()
        .any(|sign| text.contains(sign))
}

/// A text with its callouts and tabs as pandoc reads them.
pub(super) fn read(mut text: Assembly, dialect: Dialect) -> Assembly {
    // What one holds is no code any more once that one is read.
    for _ in 0..DEEPEST {
        let index = Index::read(&text.text, dialect);
        let edits = edits(&text.text, &index);
        if edits.is_empty() {
            break;
        }
        text = text.replaced(&edits);
    }
    text
}

/// A line: what a list or a quote puts before it, and all of it, without its end.
struct MkdocsLine<'t> {
    start: usize,
    prefix: &'t str,
    rest: &'t str,
}

impl<'t> MkdocsLine<'t> {
    fn read(start: usize, line: &'t str) -> Self {
        let end = line.find(|c| !matches!(c, ' ' | '\t' | '>')).unwrap_or(line.len());
        let (prefix, rest) = line.split_at(end);
        Self { start, prefix, rest }
    }

    fn is_blank(&self) -> bool {
        self.rest.is_empty()
    }

    fn end(&self) -> usize {
        self.start + self.prefix.len() + self.rest.len()
    }

    /// How many bytes of indentation it has behind what stands before another line; `None` where it is
    /// indented less than the text of a callout.
    fn indentation(&self, prefix: &str) -> Option<Range<usize>> {
        let behind = self.prefix.strip_prefix(prefix)?;
        let count = if behind.starts_with('\t') {
            1
        } else if behind.starts_with("    ") {
            4
        } else {
            return None;
        };
        let start = self.start + prefix.len();
        Some(start..start + count)
    }
}

fn edits(text: &str, index: &Index) -> Vec<(Range<usize>, String)> {
    let mut at = 0;
    let lines: Vec<MkdocsLine<'_>> = text
        .split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            MkdocsLine::read(start, line.trim_end_matches(['\n', '\r']))
        })
        .collect();
    let mut edits = Vec::new();
    let mut number = 0;
    while number < lines.len() {
        match block(&lines, number, index) {
            Some(end) => {
                rewrite(&lines[number..end], lines.get(end), &mut edits);
                number = end;
            }
            None => number += 1,
        }
    }
    edits
}

/// The number of the line behind the callout or tab that begins in a line.
fn block(lines: &[MkdocsLine<'_>], number: usize, index: &Index) -> Option<usize> {
    let head = &lines[number];
    let at = head.start + head.prefix.len();
    let begins = number.checked_sub(1).is_none_or(|before| {
        lines[before].is_blank() || lines[before].rest.starts_with('#')
    });
    let in_block = || index.blocks.iter().any(|block| block.range.contains(&at));
    if !begins || !HEAD.is_match(head.rest) || in_block() {
        return None;
    }
    let is_own = |line: &MkdocsLine<'_>| {
        line.is_blank() || line.indentation(head.prefix).is_some()
    };
    let count = lines[number + 1..].iter().take_while(|line| is_own(line)).count();
    let body = &lines[number + 1..number + 1 + count];
    let last = body.iter().rposition(|line| !line.is_blank())?;
    Some(number + 1 + last + 1)
}

/// Rewrites the lines of a callout or a tab.
fn rewrite(
    lines: &[MkdocsLine<'_>],
    behind: Option<&MkdocsLine<'_>>,
    edits: &mut Vec<(Range<usize>, String)>,
) {
    let [head, body @ ..] = lines else { return };
    let Some(found) = HEAD.captures(head.rest) else { return };
    let start = head.start + head.prefix.len();
    let prefix = head.prefix;
    let (title, mark) = if let Some(tab) = found.name("tab") {
        (format!("**{}**", tab.as_str()), "")
    } else {
        let title = found.name("title").map_or("", |title| title.as_str());
        (format!("> {}", alert(&found["kind"], title)), "> ")
    };
    let gap = format!("\n{}", format!("{prefix}{mark}").trim_end());
    edits.push((start..head.end(), format!("{title}{gap}")));
    for line in body {
        if line.is_blank() {
            if !mark.is_empty() {
                let gap = format!("{prefix}{mark}").trim_end().to_owned();
                edits.push((line.start..line.end(), gap));
            }
        } else if let Some(indentation) = line.indentation(prefix) {
            edits.push((indentation, mark.to_owned()));
        }
    }
    // Text that follows at once would go on with the last paragraph.
    if behind.is_some_and(|line| !line.is_blank())
        && let Some(last) = lines.last()
    {
        edits.push((last.end()..last.end(), format!("\n{}", prefix.trim_end())));
    }
}

/// The first line of an alert.
fn alert(kind: &str, title: &str) -> String {
    let word = kind.to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word).map(|(_, kind)| *kind);
    let known = KINDS.iter().find(|known| **known == word).copied();
    let mut own = kind.replace('-', " ");
    if let Some(first) = own.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let name = known.or(alias).unwrap_or("note").to_uppercase();
    match (title, known) {
        ("", Some(_)) => format!("[!{name}]"),
        ("", None) => format!("[!{name}] {own}"),
        (title, _) => format!("[!{name}] {title}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::origins::SourceFile;
    use super::*;

    fn of(text: &str) -> Assembly {
        let mut made = Assembly::default();
        let file = SourceFile::new("a.md".into(), "a.md".to_owned(), text.to_owned());
        let own = made.add_file(file);
        made.copy(own, 0..text.len());
        read(made, Dialect::Pandoc)
    }

    #[test]
    fn callouts_and_tabs_are_what_pandoc_reads() {
        let text = "# A\n\n!!! note \"A title\"\n\n    Text\n\n    ```c\n    x;\n    ```\nbehind\n\n\
                    1. One\n\n    ??? tldr inline end\n        In *it*.\n\n\
                    === \"C\"\n\n    ```c\n    y;\n    ```\n\n=== \"D\"\n\n    D.\n";
        let made = of(text);
        assert_eq!(
            made.text,
            "# A\n\n> [!NOTE] A title\n>\n>\n> Text\n>\n> ```c\n> x;\n> ```\n\nbehind\n\n\
             1. One\n\n    > [!ABSTRACT] Tldr\n    >\n    > In *it*.\n\n\
             **C**\n\n\n```c\ny;\n```\n\n**D**\n\n\nD.\n"
        );
        let place =
            |what: &str| made.origins.place(made.text.find(what).unwrap()).to_string();
        assert_eq!(place("x;"), "a.md:8:5");
        assert_eq!(place("In *it*"), "a.md:15:9");
        assert_eq!(place("y;"), "a.md:20:5");
        assert_eq!(place("behind"), "a.md:10:1");
        assert_eq!(place("[!NOTE]"), "a.md:3:1");
        let is_rewritten = |what: &str| {
            made.origins.is_rewritten(&made.text, made.text.find(what).unwrap())
        };
        assert!(is_rewritten("x;") && is_rewritten("y;") && is_rewritten("D."));
        assert!(!is_rewritten("behind") && !is_rewritten("1. One"));
    }

    #[test]
    fn one_may_stand_in_another_and_code_stays() {
        let text = "!!! own-kind\n    Text\n\n    === \"T\"\n\n        Deep\n\n```\n!!! note\n    x\n\
                    ```\n\nNo!\n!!! note\n    x\n\n!!! note\n\nx\n";
        assert_eq!(
            of(text).text,
            "> [!NOTE] Own kind\n>\n> Text\n>\n> **T**\n>\n>\n> Deep\n\n```\n!!! note\n    x\n\
             ```\n\nNo!\n!!! note\n    x\n\n!!! note\n\nx\n"
        );
    }
}
