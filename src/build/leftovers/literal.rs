//! What stands in the text of a paragraph and was meant as markup, told by its shape.

use concfilter::ast::tag;
use regex::{Captures, Regex};
use serde_json::Value;
use std::sync::LazyLock;

/// Stands in a text for code, formulas, pictures and raw text.
const OTHER: char = '\u{fffc}';

/// Markup that stays in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// What the chapter has at that place; the first that is found.
    pub needles: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// The text of inlines: a line feed where the source has one, [`OTHER`] for what is no text. Notes are
/// texts of their own.
pub(super) fn text(inlines: &Value) -> String {
    let mut out = String::new();
    add(inlines, &mut out);
    out
}

fn add(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add(item, out)),
        Value::Object(_) => match tag(value) {
            Some("Str") => out.push_str(value["c"].as_str().unwrap_or_default()),
            Some("Space") => out.push(' '),
            Some("SoftBreak" | "LineBreak") => out.push('\n'),
            Some("Code" | "Math" | "RawInline") => out.push(OTHER),
            Some("Image") => {
                // The only text of a figure to pandocs before 3.
                if value["c"][2][1]
                    .as_str()
                    .is_some_and(|title| title.starts_with("fig:"))
                {
                    add(&value["c"][1], out);
                } else {
                    out.push(OTHER);
                }
            }
            Some("Quoted") => {
                out.push('"');
                add(&value["c"][1], out);
                out.push('"');
            }
            Some("Cite") => add(&value["c"][1], out),
            Some("Note") | None => {}
            Some(_) => add(&value["c"], out),
        },
        _ => {}
    }
}

/// How markup looks that stays in the text.
struct MarkupRule {
    /// `m` is what stays; the rest is what has to stand around it.
    pattern: Regex,
    /// What is said of it, behind its text.
    remark: &'static str,
    hint: &'static str,
    is_meant: IsMeant,
}

/// Whether a match is markup after all.
type IsMeant = fn(&Captures<'_>) -> bool;

/// The patterns, what they say and the next step. `^` and `$` are the paragraph's, with `(?m)` a line's.
const RULES: &[(&str, &str, &str, IsMeant)] = &[
    (
        r"(?P<m>\[\^(?P<l>[\w.:-]+)\])(?:$|[^+*?{])",
        "no footnote has that name",
        r"Define it with `[^name]: text`; where it is meant as text, write \[^name]",
        |found| !is_character_class(&found["l"]),
    ),
    (
        r"(?:^|[^\w)\]\[!\\])(?P<m>!?\[(?P<t>[^\[\]^@][^\[\]]*)\]\[(?P<l>[^\[\]^@\n]*)\])(?:$|[^\w(\[{*&])",
        "nothing defines where it leads",
        r"Define it with `[name]: address`; where it is meant as text, write \[",
        is_reference,
    ),
    (
        r"(?:^|[^\w@/.])(?P<m>@(?:(?i:fig|sec|tbl|tab|eq|lst):|(?:fig|sec|tbl|eq|lst)-)[\w:.-]*\w)",
        "nothing read the cross-reference",
        "Name pandoc-crossref before concfilter under filters, or link to it: [text](#name)",
        always,
    ),
    (
        r"(?P<m>\[-?@(?P<l>[A-Za-z][\w:.-]*)(?:[;,][^\[\]\n]*)?\])",
        "nothing read the citation",
        "Name citeproc under filters, and a bibliography; gfm has no citations at all",
        |found| {
            !["fig", "sec", "tbl", "tab", "eq", "lst"].iter().any(|kind| {
                found["l"]
                    .strip_prefix(kind)
                    .is_some_and(|rest| rest.starts_with([':', '-']))
            })
        },
    ),
    (
        r"(?:^|[\s\x{fffc}.,:;)\]])(?P<m>\{(?P<l>#[A-Za-z][\w:.-]*|:\s?[#.][\w-]+|\.[A-Za-z][\w-]*)(?:\s+[^{}\n]*)?\})",
        "attributes are not read there",
        "pandoc's Markdown reads them behind headings, fences, links, pictures, `code` and [text]; \
         other formats need +attributes",
        |found| !matches!(&found["l"], "#if" | "#each" | "#await" | "#key" | "#snippet"),
    ),
    (
        r"(?m)^(?P<m>:::+[^\n]*)",
        "it begins or ends no division",
        "Write ::: and a class or {attributes}, with a blank line before it, and ::: to end it; gfm \
         has no divisions",
        always,
    ),
    (
        r"^(?P<m>\[!\w+\])",
        "it is no alert that is known",
        "GitHub knows NOTE, TIP, IMPORTANT, WARNING and CAUTION",
        always,
    ),
    (
        r"(?P<m>\{\{\s*#\w+[^{}\n]*\}\})",
        "mdBook's directive is not read there",
        "Files are included by {{#include path}} from the book's folder",
        always,
    ),
    (
        r"(?P<m>\{\{[<%]\s*/?[A-Za-z][^{}\n]*[>%]\}\}|\{%-?\s*[A-Za-z]\w*[^\n]*?%\})",
        "nothing expands the shortcode",
        "pandoc has no templates: write in Markdown what it stands for, or name a filter that \
         expands it",
        always,
    ),
    (
        r"(?P<m>\{\{-?\s*(?:site|page|book|config|layout|gitbook|jekyll)\.[\w.]+[^{}\n]*\}\})",
        "nothing expands the variable",
        "pandoc has no templates: write its value",
        always,
    ),
    (
        r#"^(?P<m>(?:!!!|\?\?\?\+?)\s+[A-Za-z][\w-]*|===[!+]?\s+"[^"\n]+")"#,
        "MkDocs's syntax is not read there",
        "Write `> [!NOTE]`: what is indented behind a blank line is code to pandoc; tabs can be headings",
        always,
    ),
    (
        r"(?m)^(?P<m>\*\[[^\]\n]+\]:)",
        "abbreviations are not read",
        "Take the line out; a reader does without it, or write <abbr title=\"…\">",
        always,
    ),
    (
        r"^(?P<m>\[TOC\]|\[toc\]|\[\[toc\]\]|\[\[_TOC_\]\]|\{:toc\})\s*$",
        "the ePub has contents of its own",
        "Take the line out",
        always,
    ),
    (
        r"(?m)^(?P<m>\|?[ \t]*:?(?:-{3,}|—)[-—–]*:?[ \t]*\|[ \t|:—–-]*)$",
        "the lines around it are no table",
        "Put a blank line before the table, and as many columns in this line as in the first",
        always,
    ),
    (
        r"(?:^|[\s(])(?P<m>(?:\{(?:ref|doc|numref|eq|term|cite|citet|citep|abbr|kbd|func|class|meth|mod|file|download|sub|sup|guilabel)\}|:(?:ref|doc|numref|eq|term|abbr|kbd|func|class|meth|mod|file|download|guilabel|py:\w+|c:\w+):))\x{fffc}",
        "a role of Sphinx's is not read",
        "Write a link or plain code",
        always,
    ),
    (
        r"(?m)^(?P<m>\{(?:title|lang|format|caption|line-numbers|linenos|starting-line-number|crop-start|crop-end)\s*[:=][^{}\n]*\})",
        "attributes in a line of their own are not read, and a fence right below them begins no listing",
        "Write them behind the fence, below a blank line: ```{.python title=\"hello.py\"}",
        always,
    ),
    (
        r"(?m)^(?P<m><<\([^()\n]+\))",
        "Leanpub's includes are not read",
        "Write {{#include path}} in a fence of its own",
        always,
    ),
    (
        r"(?m)^(?P<m>\{/?(?:pagebreak|frontmatter|mainmatter|backmatter|blurb|aside|quiz|exercise)\b[^{}\n]*\})\s*$",
        "Leanpub's directive is not read",
        "Take the line out; an aside is a `> [!NOTE]`, or `::: note` in pandoc's Markdown",
        always,
    ),
    (
        r"^(?P<m>[ABDEIQTWX]> )",
        "Leanpub's aside is not read",
        "Write `> [!NOTE]`, or `::: note` in pandoc's Markdown",
        always,
    ),
    (
        r"(?P<m>\^\[)[^\[\]\n]*\s[^\[\]\n]*\]",
        "a footnote in the line is not read in this format",
        "Write [^name] and define it with `[^name]: text`",
        always,
    ),
];

fn always(_: &Captures<'_>) -> bool {
    true
}

/// Whether a name is what a regular expression has in brackets: `a-z0-9`, `\d`.
fn is_character_class(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let is_range = |three: &[char]| three[1] == '-' && three[0] < three[2];
    chars.len() >= 3 && chars.windows(3).any(is_range) && {
        // In a name both sides of a hyphen are words.
        let mut words = name.split('-');
        words.any(|word| word.chars().count() == 1)
    } || chars.len() == 1 && !chars[0].is_alphanumeric()
}

/// Whether `[text][label]` is a link, and not an index: `[i][j]`, `[2][3]`, `[N][]`.
fn is_reference(found: &Captures<'_>) -> bool {
    let (text, label) = (found["t"].trim(), found["l"].trim());
    let is_short = |text: &str| text.chars().count() <= 2;
    let has_letter = |text: &str| text.chars().any(|c| c.is_alphabetic() || c == OTHER);
    has_letter(text) && !(is_short(text) && is_short(label)) && !text.contains("::")
}

/// The rules, compiled once: that takes as long as to read a chapter by them, and a book that is watched is read again
/// and again.
static COMPILED: LazyLock<Vec<MarkupRule>> = LazyLock::new(|| {
    let rule = |&(pattern, says, hint, is_meant): &(&str, _, _, _)| {
        let pattern = Regex::new(pattern).expect("a test compiles each");
        MarkupRule { pattern, remark: says, hint, is_meant }
    };
    RULES.iter().map(rule).collect()
});

/// What is looked for in the texts of a book.
pub(in crate::build) struct MarkupRules {
    rules: &'static [MarkupRule],
}

impl MarkupRules {
    /// Those for a book in this format: none of them hold in what is no Markdown.
    pub(in crate::build) fn of(format: Option<&str>) -> Self {
        let is_markdown = format.is_none_or(|format| {
            ["markdown", "commonmark", "gfm", "ipynb"]
                .iter()
                .any(|one| format.starts_with(one))
        });
        Self { rules: if is_markdown { &COMPILED } else { &[] } }
    }

    /// What stays in a text of a chapter; `open` is how many divisions of it begin without an end.
    pub(super) fn find(&self, text: &str, open: &mut usize) -> Vec<Literal> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if text.contains(['[', '{', '@', ':', '!', '?', '=', '*', '|', '^', '<', '>']) {
            for rule in self.rules {
                for one in rule.pattern.captures_iter(text) {
                    let literal = one["m"].trim_end();
                    if !(rule.is_meant)(&one)
                        || literal.starts_with(":::") && !is_first(literal, open)
                    {
                        continue;
                    }
                    found.push(Literal {
                        needles: needles(literal),
                        message: format!(
                            "{} stays in the text: {}",
                            one_line(literal),
                            rule.remark
                        ),
                        hint: rule.hint,
                    });
                }
            }
        }
        found.extend(list(text));
        found
    }
}

/// Whether colons are told of: the end of a division whose beginning was told of is not.
fn is_first(colons: &str, open: &mut usize) -> bool {
    let is_end = colons.trim_matches(':').trim().is_empty();
    if is_end && *open > 0 {
        *open -= 1;
        return false;
    }
    *open += usize::from(!is_end);
    true
}

/// Lines that would be a list were there a blank line before them.
fn list(text: &str) -> Option<Literal> {
    let is_item = |line: &str| {
        let line = line.trim_start();
        let mark = line.find(' ').map_or(line, |at| &line[..at]);
        let is_number = |mark: &str| {
            let digits = mark.trim_end_matches(['.', ')']);
            digits.len() + 1 == mark.len()
                && !digits.is_empty()
                && digits.len() < 3
                && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        line.len() > mark.len() && (matches!(mark, "-" | "*" | "+") || is_number(mark))
    };
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| is_item(line)).filter(|&first| first > 0)?;
    let items = lines[first..].iter().filter(|line| is_item(line)).count();
    if items < 2 {
        return None;
    }
    // Code and emphasis are written otherwise than they are read: the first words have to do.
    let line = lines[first].trim_start();
    let until_other =
        line.split([OTHER, '"', '\'', '’', '“', '”']).next().unwrap_or(line);
    let words: Vec<&str> = until_other.split(' ').take(3).collect();
    let mark = words.first().copied().unwrap_or_default();
    Some(Literal {
        needles: vec![
            format!("\n{}", words.join(" ").trim_end()),
            words.join(" ").trim_end().to_owned(),
            format!("\n{mark} "),
        ],
        message: "a list stays in the text: a blank line before it is missing".to_owned(),
        hint: "Put a blank line before its first item",
    })
}

/// What to look for in the chapter: all of it, else its first words, which no typography changes.
fn needles(literal: &str) -> Vec<String> {
    let label = literal.rsplit_once("][").map(|(_, label)| label);
    let literal = literal.split(OTHER).next().unwrap_or(literal);
    let mut all = vec![literal.to_owned(), literal.replace('\n', " ")];
    let words = |count: usize| {
        literal.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
    };
    all.extend([words(2), words(1)]);
    if let Some(label) = label {
        all.truncate(2);
        all.push(format!("][{label}"));
    }
    all.retain(|needle| needle.len() > 1);
    all.dedup();
    all
}

/// A text for a message: in one line, and not too long.
fn one_line(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(OTHER, "…");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let found = MarkupRules::of(None).find(text, &mut 0);
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn markup_that_stays_is_found() {
        for text in [
            "See [^gone].",
            "See [^gone-1]",
            "A [text][gone], too",
            "[`code` and\nmore][the label].",
            "[the docs][1]",
            "[text][]",
            "in @fig:x and",
            "(@sec-intro)",
            "as [@knuth] says",
            "[-@knuth, p. 3]",
            "\u{fffc} {#eq:x}",
            "Title {#id .cls}",
            "{: .note}",
            ":::note\nText\n:::",
            "[!FOO]\nText",
            "{{#include a.rs}}",
            "{{< video x >}}",
            "{% highlight ruby %}",
            "{{ site.baseurl }}/x",
            "!!! note \"Title\"\nText",
            "=== \"Tab\"",
            "*[HTML]: Hyper",
            "[[toc]]",
            "a | b\n—|—\n1 | 2",
            "a | b\n---|---",
            "see {ref}\u{fffc}",
            "Text:\n- a\n- b",
            "Text:\n1. a\n2. b",
            "word^[a note]",
        ] {
            assert_eq!(told(text).len(), 1, "{text}: {:?}", told(text));
        }
    }

    #[test]
    fn what_is_meant_as_text_is_not() {
        for text in [
            "[ ] a task",
            "[x] done, [sic], array[i], array[i][j], m[0][1], [i][j], [2][3]int, [][]string",
            "map[string][]int and []byte",
            "@decorator and ann@example.org, @types/node, @media",
            "the class [^a-z] or [^0-9]+ or [^,]",
            "a set {1, 2}, {name}, {}, {.}, {#}, ${x}",
            "{{ name }} and {{x}}",
            "1 - 2\n- 3",
            "5 % {x} %",
            "Wait!!! note this",
            "Why??? note",
            "a == b, a === b",
            "std::vector<int>[a][b]",
            "x[^1]: y^2",
            "| a | b |",
            "— he said —\nand left",
            "10:30 ::: 11",
            "[T][N]",
        ] {
            let found: Vec<_> =
                told(text).into_iter().filter(|one| !one.contains("[^1]")).collect();
            assert_eq!(found, [""; 0], "{text}");
        }
    }
}
