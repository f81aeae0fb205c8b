//! Tags in the listing itself: comments at its head, the line that a later listing continues, and
//! what stands behind `Output:`.

use super::keys::{self, TagForm};
use super::others;
use super::said::{TagEntry, unknown};
use super::{Carrier, Problem};
use crate::lang;

/// What a listing says of itself.
#[derive(Debug, Default)]
pub(super) struct InnerTags {
    pub entries: Vec<TagEntry>,
    /// What options of Quarto's cells say.
    pub options: Vec<TagEntry>,
    pub continued: bool,
    pub continuing: bool,
    /// The lines that are tags and nothing else.
    pub lines: Vec<usize>,
}

/// Reads the comments at the head of a listing, and its output's mark. Without a file's name it is
/// a piece of something, and a word in braces may be anything: there only what is much like a
/// tag is a mistake.
pub(super) fn read(code: &str, is_file: bool, problems: &mut Vec<Problem>) -> InnerTags {
    let mut read = InnerTags::default();
    let lines: Vec<&str> = code.lines().collect();
    let blank = |line: &&&str| line.trim().is_empty();
    let start = lines.iter().take_while(blank).count();
    let comments = lines[start..].iter().map_while(|line| lang::comment(line));
    for (line, text) in (start..).zip(comments) {
        let follows = read.lines.last().is_some_and(|last| last + 1 == line);
        let is_tag = if line == start && is_continuing(text) {
            read.continuing = true;
            true
        } else if let Some((key, value)) =
            others::option(text).filter(|_| begins_comment(lines[line], text))
        {
            others::of_option(key, value, line, &mut read.options);
            true
        } else if follows && others::goes_on(text) {
            true
        } else {
            extract(text, line, &mut read.entries, problems)
                || braces(text, line, is_file, &mut read.entries, problems)
        };
        if is_tag {
            read.lines.push(line);
        }
    }
    let last = lines.iter().rposition(|line| !line.trim().is_empty());
    if let Some(last) = last.filter(|last| !read.lines.contains(last))
        && lang::comment(lines[last]).is_some_and(is_continued)
    {
        read.continued = true;
        read.lines.push(last);
    }
    if let Some((line, how)) = output(&lines) {
        match output_value(how) {
            Some(value) => {
                // `{VisuallyInspectOutput}` above says it already, and says more.
                if !read.entries.iter().any(|said| said.key == "output") {
                    let (key, carrier) = ("output", Carrier::Line(line));
                    read.entries.push(TagEntry { key, value, carrier });
                }
            }
            None => problems.push(Problem {
                carrier: Carrier::Line(line),
                unknown: true,
                message: format!("the output is said to be {how:?}, which means nothing"),
                hint: Some(
                    "It can be (First 8 Lines), (First and Last 5 Lines), (Sample) or (None)"
                        .to_owned(),
                ),
            }),
        }
    }
    read
}

/// Whether a comment's text stands behind its sign without a blank between them.
fn begins_comment(line: &str, text: &str) -> bool {
    line.find(text).is_some_and(|at| !line[..at].ends_with(char::is_whitespace))
}

/// `... Continuing`
fn is_continuing(comment: &str) -> bool {
    let text = comment.trim_start_matches(['.', '…', ' ']);
    text.len() < comment.len() && text.trim_end_matches(['.', ' ']) == "Continuing"
}

/// `Continued ...`
fn is_continued(comment: &str) -> bool {
    let text = comment.trim_end_matches(['.', '…', ' ']);
    text.len() < comment.len() && text == "Continued"
}

/// `extract: no-run, why`
fn extract(
    comment: &str,
    line: usize,
    said: &mut Vec<TagEntry>,
    problems: &mut Vec<Problem>,
) -> bool {
    let Some(word) = comment.strip_prefix("extract:").map(str::trim) else {
        return false;
    };
    let end = word.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(word.len());
    let (word, rest) = word.split_at(end);
    let carrier = Carrier::Line(line);
    if word != "no-run" {
        let near = keys::near(word, ["no-run"].into_iter());
        let message = format!("there is no tag `extract: {word}`");
        problems.push(unknown(carrier, message, near.map(|_| "extract: no-run")));
        return true;
    }
    said.push(TagEntry { key: "norun", value: "true".to_owned(), carrier });
    reason(rest, carrier, said);
    true
}

fn reason(text: &str, carrier: Carrier, said: &mut Vec<TagEntry>) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",:;—–-()".contains(c));
    if !text.is_empty() {
        said.push(TagEntry { key: "reason", value: text.to_owned(), carrier });
    }
}

/// `{Tag}`, `{Tag: value}`, `{command and its words}`, one or several in a line.
fn braces(
    comment: &str,
    line: usize,
    is_file: bool,
    said: &mut Vec<TagEntry>,
    problems: &mut Vec<Problem>,
) -> bool {
    let mut rest = comment;
    let mut any = false;
    while let Some((inside, behind)) =
        rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
    {
        if !read_braces(
            inside.trim(),
            behind,
            Carrier::Line(line),
            is_file,
            said,
            problems,
        ) {
            break;
        }
        any = true;
        rest = behind.trim_start();
    }
    any
}

/// Reads what stands in one pair of braces; false when it is no tag.
fn read_braces(
    inside: &str,
    behind: &str,
    carrier: Carrier,
    is_file: bool,
    said: &mut Vec<TagEntry>,
    problems: &mut Vec<Problem>,
) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "_-+.".contains(c);
    let end = inside.find(|c| !goes_on(c)).unwrap_or(inside.len());
    let (name, after) = inside.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let value = after.strip_prefix(':').map(str::trim);
    if value.is_none() && after.starts_with(' ') && keys::PROGRAMS.contains(&name) {
        said.push(TagEntry { key: "run", value: inside.to_owned(), carrier });
        return true;
    }
    let form = keys::TAGS.iter().find(|tag| tag.0 == name).map(|tag| tag.1);
    let mut push =
        |key, value: &str| said.push(TagEntry { key, value: value.to_owned(), carrier });
    match (form, value) {
        (Some(TagForm::Alone(key, stands_for)), None) if after.is_empty() => {
            push(key, stands_for);
        }
        (Some(TagForm::Value("timeout")), Some(value))
            if value.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            // Milliseconds, as Java's own timeouts.
            push("timeout", &format!("{value}ms"));
        }
        (Some(TagForm::Value(key)), Some(value)) => push(key, value),
        (Some(TagForm::Reason(key)), None) if after.is_empty() => {
            push(key, "true");
            let by_hand = (name == "ValidateByHand" && behind.trim().is_empty())
                .then_some("to be validated by hand");
            reason(by_hand.unwrap_or(behind), carrier, said);
        }
        (Some(TagForm::Behind(key)), None) if after.is_empty() => {
            let text = behind.trim();
            let text = text.strip_prefix("Since").or(text.strip_prefix("since"));
            push(key, text.unwrap_or(behind).trim());
        }
        (Some(form), _) => {
            let wanted = match form {
                TagForm::Value(_) => format!("{{{name}: …}}"),
                _ => format!("{{{name}}}"),
            };
            problems.push(Problem {
                carrier,
                unknown: false,
                message: format!("the tag {{{inside}}} is not written as it has to be"),
                hint: Some(format!("Write {wanted}")),
            });
        }
        (None, _) => {
            let names = keys::TAGS.iter().map(|tag| tag.0);
            let near = keys::near(name, names);
            // Tags begin with a capital letter or have a colon: other words are an author's own
            // remark, unless they are a tag but for a slip.
            let like_a_tag = (after.is_empty() || value.is_some())
                && (value.is_some() || name.starts_with(|c: char| c.is_uppercase()));
            // A command has options or files among its words: `{note that}` is none.
            let is_command = after.split_whitespace().next().is_some_and(|word| {
                word.starts_with('-')
                    || word.contains(|c: char| c == '.' || c.is_uppercase())
            });
            let program = keys::near(name, keys::PROGRAMS.iter().copied())
                .filter(|_| is_command)
                .map(|program| format!("{{{program} …}}"));
            if near.is_none() && program.is_none() && !(is_file && like_a_tag) {
                return false;
            }
            let near = near.map(|near| format!("{{{near}}}")).or(program);
            let message = format!("there is no tag {{{name}}}");
            problems.push(unknown(carrier, message, near.as_deref()));
        }
    }
    true
}

/// What stands in parentheses behind `Output:`, and its line.
fn output<'a>(lines: &[&'a str]) -> Option<(usize, &'a str)> {
    let mut blocks = lang::printed::blocks(lines).into_iter();
    blocks.find_map(|block| Some((block.head, block.how?.trim())))
}

/// What an author's words about the output are as a value of `output=`.
fn output_value(how: &str) -> Option<String> {
    let words: Vec<String> = how.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match &words[..] {
        ["sample"] => Some("sample".to_owned()),
        ["none"] => Some("none".to_owned()),
        ["first", "line"] => Some("first:1".to_owned()),
        ["first", n, "lines" | "line"] if is_number(n) => Some(format!("first:{n}")),
        ["first", "and", "last", n, "lines" | "line"] if is_number(n) => {
            Some(format!("ends:{n}"))
        }
        _ => None,
    }
}
