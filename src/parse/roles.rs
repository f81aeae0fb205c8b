//! Roles of Sphinx in reStructuredText, which pandoc does not know: it makes code of them whose `role` is
//! none that HTML has.
//!
//! ````text
//! :ref:`label`               a link to what `.. _label:` stands before, with its heading as text
//! :ref:`text <label>`        a link
//! :doc:`other`               a link to the chapter other.rst
//! :func:`~a.b.run`           code, `run()`
//! :pep:`8`                   a link to PEP 8
//! ````

use super::handover;
use crate::finding::{Code, Finding};
use crate::project::{Chapter, Project};
use crate::reference::{normal, relative};
use concfilter::ast::build::{Attr, link, str};
use concfilter::ast::{Step, tag, walk};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Roles whose text names something in source code, or is typed. Those of a domain, as `py:func`, are the
/// same.
const CODE: &[&str] = &[
    "attr", "class", "command", "const", "data", "dir", "enum", "envvar", "exc", "file",
    "func", "kbd", "keyword", "macro", "makevar", "member", "meth", "mimetype", "mod",
    "obj", "option", "program", "property", "regexp", "samp", "struct", "token", "type",
    "union", "var",
];

/// Roles whose text is read as it is, and those that stress it.
const TEXT: &[&str] = &["abbr", "any", "index", "term"];
const EMPHASIS: &[&str] = &["dfn", "mailheader", "manpage", "newsgroup"];
const STRONG: &[&str] = &["guilabel", "menuselection"];

/// What the chapters of a book name: by their labels, and by their paths.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// By label: the chapter's path, and the heading behind it.
    places: BTreeMap<String, (PathBuf, Option<String>)>,
    /// By a chapter's path without its extension: its first heading.
    titles: BTreeMap<PathBuf, String>,
    /// The paths of the chapters of this format.
    chapters: Vec<PathBuf>,
}

impl Labels {
    /// Those of a book's chapters in reStructuredText.
    pub(super) fn of(project: &Project) -> Self {
        let mut own = Self::default();
        let all = project.chapters.iter();
        for chapter in all.filter(|one| handover::is_rst(project, one)) {
            own.chapters.push(chapter.path.clone());
            own.add(chapter);
        }
        own
    }

    fn add(&mut self, chapter: &Chapter) {
        let lines: Vec<&str> = chapter.text.lines().collect();
        let mut open: Vec<String> = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            if let Some(label) = label(line) {
                open.push(label);
            } else if let Some(title) = title(&lines, number) {
                let page = normal(&chapter.path.with_extension(""));
                self.titles.entry(page).or_insert_with(|| title.to_owned());
                self.name(&mut open, chapter, Some(title));
            } else if !line.trim().is_empty() && !is_overline(&lines, number) {
                self.name(&mut open, chapter, None);
            }
        }
        self.name(&mut open, chapter, None);
    }

    fn name(&mut self, open: &mut Vec<String>, chapter: &Chapter, title: Option<&str>) {
        for label in open.drain(..) {
            let place = (chapter.path.clone(), title.map(str::to_owned));
            self.places.entry(label).or_insert(place);
        }
    }
}

/// The label that a line gives to what is behind it.
fn label(line: &str) -> Option<String> {
    let name = line.trim_start().strip_prefix(".. _")?.trim_end().strip_suffix(':')?;
    let name = name.trim_matches('`');
    (!name.is_empty() && !name.contains(": ")).then(|| key(name))
}

/// Labels are compared without their case.
fn key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The heading that stands in a line: one with a line of signs below it.
fn title<'t>(lines: &[&'t str], number: usize) -> Option<&'t str> {
    let title = lines[number].trim();
    let below = lines.get(number + 1)?.trim_end();
    let is_title = !title.is_empty()
        && is_rule(below)
        && below.chars().count() >= title.chars().count()
        && !is_rule(title);
    is_title.then_some(title)
}

/// Whether the line above a heading is the one given.
fn is_overline(lines: &[&str], number: usize) -> bool {
    is_rule(lines[number].trim_end())
        && lines.get(number + 1).is_some_and(|_| title(lines, number + 1).is_some())
}

fn is_rule(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next().is_some_and(|first| {
        first.is_ascii_punctuation() && chars.all(|other| other == first)
    })
}

/// Reads the roles in a chapter's blocks; gives a finding for each that nobody knows.
pub(super) fn apply(
    blocks: &mut [Value],
    chapter: &Chapter,
    labels: &Labels,
) -> Vec<Finding> {
    if !labels.chapters.contains(&chapter.path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    walk(blocks, &mut |tag, element| {
        match tag {
            "Code" => {
                if let Some((role, text)) = role(element) {
                    let read = read(&role, &text, chapter, labels);
                    *element = read.unwrap_or_else(|| {
                        findings.push(unknown(&role, &text, chapter));
                        json!({"t": "Code", "c": [["", [], []], text]})
                    });
                }
            }
            "Header" => without_domains(element.pointer_mut("/c/2")),
            "Link" | "Span" | "Quoted" => without_domains(element.pointer_mut("/c/1")),
            _ => without_domains(element.get_mut("c")),
        }
        Step::Into
    });
    findings
}

/// Takes off the domain that older pandocs leave before a role: `:py:func:` is `:py` and a `func`.
fn without_domains(inlines: Option<&mut Value>) {
    let Some(inlines) = inlines.and_then(Value::as_array_mut) else { return };
    for number in 1..inlines.len() {
        if role(&inlines[number]).is_none() || tag(&inlines[number - 1]) != Some("Str") {
            continue;
        }
        let before = inlines[number - 1]["c"].as_str().unwrap_or_default();
        let end = ["py", "c", "cpp", "js", "rst", "std"]
            .iter()
            .find_map(|domain| before.strip_suffix(&format!(":{domain}")));
        if let Some(end) = end {
            inlines[number - 1]["c"] = Value::from(end);
        }
    }
}

/// The role of a piece of code, and its text.
fn role(element: &Value) -> Option<(String, String)> {
    if tag(element) != Some("Code") {
        return None;
    }
    let attr = Attr::read(&element["c"][0])?;
    let is_role = attr.1.iter().any(|class| class == "interpreted-text");
    let role = attr.get("role").filter(|_| is_role)?;
    Some((role.to_owned(), element["c"][1].as_str()?.to_owned()))
}

/// What a role means; `None` where nobody knows.
fn read(role: &str, text: &str, chapter: &Chapter, labels: &Labels) -> Option<Value> {
    let name = role.rsplit(':').next().unwrap_or(role);
    let (title, target) = match text
        .strip_suffix('>')
        .and_then(|one| one.rsplit_once('<'))
    {
        Some((title, target)) if !title.trim().is_empty() => (Some(title.trim()), target),
        _ => (None, text),
    };
    let shown = title.unwrap_or(target);
    Some(match name {
        "ref" | "numref" => to_label(title, target, chapter, labels),
        "doc" => to_chapter(title, target, chapter, labels),
        "download" => link(words(shown), target),
        "pep" => numbered(title, target, "PEP", |number| {
            format!("https://peps.python.org/pep-{number:0>4}/")
        }),
        "rfc" => numbered(title, target, "RFC", |number| {
            format!("https://datatracker.ietf.org/doc/html/rfc{number}")
        }),
        name if CODE.contains(&name) => {
            json!({"t": "Code", "c": [["", [], []], code(name, title, target)]})
        }
        name if TEXT.contains(&name) => {
            json!({"t": "Span", "c": [["", [], []], words(shown)]})
        }
        name if EMPHASIS.contains(&name) => json!({"t": "Emph", "c": words(shown)}),
        name if STRONG.contains(&name) => {
            json!({"t": "Strong", "c": words(&shown.replace("-->", "→").replace('&', ""))})
        }
        _ => return None,
    })
}

/// How a name in code is shown: `~a.b.c` is its last part, and functions have `()`.
fn code(role: &str, title: Option<&str>, target: &str) -> String {
    if let Some(title) = title {
        return title.to_owned();
    }
    let shown = match target.strip_prefix('~') {
        Some(path) => path.rsplit('.').next().unwrap_or(path),
        None => target.strip_prefix('!').unwrap_or(target),
    };
    let calls = matches!(role, "func" | "meth") && !shown.ends_with(')');
    format!("{shown}{}", if calls { "()" } else { "" })
}

fn to_label(
    title: Option<&str>,
    target: &str,
    chapter: &Chapter,
    labels: &Labels,
) -> Value {
    let found = labels.places.get(&key(target));
    let text = title.or_else(|| found?.1.as_deref()).unwrap_or(target);
    let place = encoded(target.trim());
    match found {
        Some((path, _)) if *path != chapter.path => {
            link(words(text), &format!("{}#{place}", from(chapter, path)))
        }
        _ => link(words(text), &format!("#{place}")),
    }
}

fn to_chapter(
    title: Option<&str>,
    target: &str,
    chapter: &Chapter,
    labels: &Labels,
) -> Value {
    let path = target.trim().trim_end_matches(".rst");
    let page = match path.strip_prefix('/') {
        Some(path) => PathBuf::from(path),
        None => chapter.path.parent().unwrap_or(Path::new("")).join(path),
    };
    let found = labels.titles.get(&normal(&page)).map(String::as_str);
    let text = title.or(found).unwrap_or(path);
    link(words(text), &format!("{}.rst", encoded(path)))
}

fn numbered(
    title: Option<&str>,
    target: &str,
    series: &str,
    address: impl Fn(&str) -> String,
) -> Value {
    let (number, place) = target.split_once('#').unwrap_or((target, ""));
    let place = if place.is_empty() { String::new() } else { format!("#{place}") };
    let text = title.map_or_else(|| format!("{series} {number}"), str::to_owned);
    link(words(&text), &(address(number.trim()) + &place))
}

/// The path of another chapter as this one names it.
fn from(chapter: &Chapter, path: &Path) -> String {
    let name = |path: &Path| path.to_string_lossy().replace('\\', "/");
    encoded(&relative(&name(&chapter.path), &name(path)))
}

/// A reference without what would end it.
fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace(' ', "%20").replace('#', "%23")
}

/// Text as inlines.
fn words(text: &str) -> Vec<Value> {
    let mut inlines = Vec::new();
    for word in text.split_whitespace() {
        if !inlines.is_empty() {
            inlines.push(json!({"t": "Space"}));
        }
        inlines.push(str(word));
    }
    inlines
}

fn unknown(role: &str, text: &str, chapter: &Chapter) -> Finding {
    let written = format!(":{role}:`{text}`");
    let at = chapter.text.find(&written);
    let place = at.map_or_else(|| chapter.whole(), |at| chapter.place(at));
    let message = format!("nothing knows the role {role}");
    Finding::new(Code::MarkupLiteral, place, message).hint(format!(
        "Readers get its text as code; define it, with `.. role:: {role}`, or write it otherwise"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn roles_are_what_they_mean() {
        let one = Chapter::of_text("d/one.rst", "", Dialect::Pandoc);
        let two = "=====\nTwo T\n=====\n\n.. _lab:\n.. _Other Lab:\n\nNext One\n--------\n\n\
                   .. _bare:\n\ntext\n";
        let two = Chapter::of_text("d/e/two.rst", two, Dialect::Pandoc);
        let mut labels = Labels::default();
        labels.chapters.push(one.path.clone());
        labels.add(&two);
        let of = |role: &str, text: &str| {
            let attr = json!(["", ["interpreted-text"], [["role", role]]]);
            let code = json!({"t": "Code", "c": [attr, text]});
            let before = json!({"t": "Str", "c": "(:py"});
            let mut blocks = [json!({"t": "Para", "c": [before, code]})];
            let findings = apply(&mut blocks, &one, &labels);
            assert_eq!(blocks[0]["c"][0]["c"], "(", "{role}");
            (blocks[0]["c"][1].clone(), findings)
        };
        let is = |role: &str, text: &str, wanted: Value| {
            let (read, findings) = of(role, text);
            assert_eq!(read, wanted, "{role}");
            assert_eq!(findings, [], "{role}");
        };
        is("ref", "lab", link(words("Next One"), "e/two.rst#lab"));
        is("ref", "my text <other lab>", link(words("my text"), "e/two.rst#other%20lab"));
        is("ref", "bare", link(words("bare"), "e/two.rst#bare"));
        is("ref", "gone", link(words("gone"), "#gone"));
        is("doc", "e/two", link(words("Two T"), "e/two.rst"));
        is("doc", "here </d/e/two>", link(words("here"), "/d/e/two.rst"));
        is("pep", "8", link(words("PEP 8"), "https://peps.python.org/pep-0008/"));
        let code = |text: &str| json!({"t": "Code", "c": [["", [], []], text]});
        is("func", "~a.b.run", code("run()"));
        is("py:meth", "x.y", code("x.y()"));
        is("class", "Shown <a.B>", code("Shown"));
        is("kbd", "C-x", code("C-x"));
        is("guilabel", "&Open file", json!({"t": "Strong", "c": words("Open file")}));
        let (read, findings) = of("own", "x");
        assert_eq!(read, code("x"));
        assert_eq!(findings[0].message, "nothing knows the role own");
    }
}
