//! Notes, tips and warnings that stand apart from the text, however an author writes them: one shape of
//! them all, which the stylesheet sets off.
//!
//! ````text
//! > [!NOTE]                      GitHub             Div .callout .note
//! > Text.                                             Div .title "Note"
//! ::: {.callout-tip title="A"}   Quarto               Para "Text."
//! :::note[A]                     Docusaurus   ─►
//! !!! note "A"                   MkDocs
//! ::: note                       a division, where no stylesheet of the author's sets it
//! <details><summary>A</summary>  HTML
//! ````
//!
//! It looks at what the author's filters leave, so that one which reads callouts itself comes first.

use crate::epub::tags::tags;
use crate::finish::words;
use crate::project::Chapter;
use concfilter::ast::build::{Attr, div, str};
use concfilter::ast::tag;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// The kinds: what authors write, what it is called above the text, and what it is to reading systems
/// (EPUB Structural Semantics Vocabulary 1.1).
const KINDS: &[(&str, &str, Option<&str>)] = &[
    ("abstract", "Abstract", None),
    ("attention", "Attention", Some("notice")),
    ("bug", "Bug", None),
    ("caution", "Caution", Some("notice")),
    ("danger", "Danger", Some("notice")),
    ("error", "Error", Some("notice")),
    ("example", "Example", None),
    ("failure", "Failure", None),
    ("hint", "Hint", Some("tip")),
    ("important", "Important", Some("notice")),
    ("info", "Info", None),
    ("note", "Note", None),
    ("question", "Question", None),
    ("quote", "Quote", None),
    ("seealso", "See also", None),
    ("success", "Success", None),
    ("tip", "Tip", Some("tip")),
    ("todo", "To do", None),
    ("warning", "Warning", Some("notice")),
];

/// A kind by what an author writes, in any case.
fn kind(
    word: &str,
) -> Option<&'static (&'static str, &'static str, Option<&'static str>)> {
    KINDS.iter().find(|kind| word.eq_ignore_ascii_case(kind.0))
}

/// Divisions that are callouts by their name alone.
const DIVISIONS: &[&str] = &["caution", "important", "note", "sidebar", "tip", "warning"];

/// What a kind is called in a language; in English where nobody told us.
fn name(
    kind: &(&'static str, &'static str, Option<&'static str>),
    lang: &str,
) -> &'static str {
    words::callout(lang, kind.0).unwrap_or(kind.1)
}

/// Gives the callouts of a document their shape; whether there are any. What `css`, the author's own
/// stylesheets, says of a division's class is the author's to say: such a division stays. Titles are in
/// the book's language, `lang`; `unspaced` are the kinds that its chapters begin with `:::note`.
pub(super) fn apply(
    blocks: &mut Vec<Value>,
    unspaced: BTreeSet<String>,
    (css, lang): (&str, &str),
) -> bool {
    let is_set = |class: &str| {
        let class = format!(".{class}");
        css.match_indices(&class).any(|(at, class)| {
            let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            !css[at + class.len()..].starts_with(goes_on)
        })
    };
    let divisions = DIVISIONS.iter().copied().filter(|class| !is_set(class)).collect();
    let lang = lang.to_owned();
    let mut callouts = Callouts { unspaced, divisions, lang, any: false };
    callouts.list(blocks);
    callouts.any
}

/// The kinds that chapters begin with `:::note`. pandoc has the same for `::: note`, which is an
/// author's own division.
pub(super) fn unspaced<'a>(
    chapters: impl Iterator<Item = &'a Arc<Chapter>>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for chapter in chapters {
        for line in chapter.text.lines() {
            let rest = line.trim_start().strip_prefix(":::").unwrap_or_default();
            let word = rest.trim_start_matches(':');
            if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
                found.insert(word.trim_end().to_owned());
            }
        }
    }
    found
}

/// Whether a paragraph of a list of blocks may begin a callout that is not closed in it.
pub(super) fn is_open(blocks: &[Value]) -> bool {
    let begins = |block: &Value| {
        let (first, _) = first_line(block)?;
        Some(text(first.first()?).starts_with(":::"))
    };
    blocks.iter().any(|block| begins(block) == Some(true))
}

struct Callouts {
    unspaced: BTreeSet<String>,
    /// The classes of divisions that are callouts.
    divisions: Vec<&'static str>,
    lang: String,
    any: bool,
}

impl Callouts {
    /// Goes through a value that may hold blocks.
    fn descend(&mut self, value: &mut Value) {
        concfilter::ast::deep(|| match value {
            Value::Array(items) if items.first().is_some_and(is_block) => {
                self.list(items);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.descend(item)),
            Value::Object(_) if matches!(tag(value), Some("RawBlock" | "RawInline")) => {
                self.any |= details(value);
            }
            Value::Object(fields) => {
                fields.values_mut().for_each(|field| self.descend(field));
            }
            _ => {}
        });
    }

    /// Goes through a list of blocks.
    fn list(&mut self, blocks: &mut Vec<Value>) {
        let mut at = 0;
        while at < blocks.len() {
            if let Some((callout, count)) = written(&blocks[at..], &self.lang) {
                blocks.splice(at..at + count, [callout]);
                self.any = true;
            } else if let Some(callout) = alert(&blocks[at], &self.lang)
                .or_else(|| self.division(&blocks[at]))
                .or_else(|| self.plain(&blocks[at]))
            {
                blocks[at] = callout;
                self.any = true;
            }
            self.descend(&mut blocks[at]);
            at += 1;
        }
    }

    /// A division that is a callout: Quarto's, and Docusaurus's where pandoc reads divisions.
    fn division(&self, block: &Value) -> Option<Value> {
        if tag(block) != Some("Div") {
            return None;
        }
        let mut attr = Attr::read(&block["c"][0])?;
        let mut inside = block["c"][1].as_array()?.clone();
        if attr.1.iter().any(|class| class == "callout") {
            return None;
        }
        let [class] = &attr.1[..] else { return None };
        let (word, title) = match class.split_once('[') {
            Some((word, title)) => (word, Some(title.trim_end_matches(']').to_owned())),
            None => (class.strip_prefix("callout-").unwrap_or(class), None),
        };
        let is_quartos = class.starts_with("callout-");
        // Newer pandocs read GitHub's alerts, whose title is a division, too.
        let is_alert = inside.first().is_some_and(|first| {
            tag(first) == Some("Div") && first["c"][0][1] == json!(["title"])
        });
        let is_callout = is_quartos || is_alert || self.unspaced.contains(class);
        let kind = kind(word).filter(|_| is_callout)?;
        if is_alert {
            let title = inside.remove(0);
            return Some(callout(attr, kind, title, inside));
        }
        let own = attr.2.iter().position(|(key, _)| key == "title");
        let title = title.or_else(|| own.map(|own| attr.2.remove(own).1));
        let mut heading = None;
        if title.is_none() && is_quartos && inside.first().and_then(tag) == Some("Header")
        {
            heading = Some(inside.remove(0)["c"].take());
        }
        if !is_quartos {
            attr.1.clear();
        }
        let title = match (title, heading) {
            (_, Some(mut heading)) => {
                let mut own = Attr::read(&heading[1])?;
                own.add_class("title");
                div(&own, vec![json!({"t": "Para", "c": heading[2].take()})])
            }
            (title, None) => {
                let lang = attr.get("lang").unwrap_or(&self.lang);
                title_of(name(kind, lang), title.map(|title| written_title(&title)))
            }
        };
        Some(callout(attr, kind, title, inside))
    }

    /// A division that is called as a callout is: `::: note`. A title that it begins with is its own.
    fn plain(&self, block: &Value) -> Option<Value> {
        if tag(block) != Some("Div") {
            return None;
        }
        let mut attr = Attr::read(&block["c"][0])?;
        let mut inside = block["c"][1].as_array()?.clone();
        let [class] = &attr.1[..] else { return None };
        let class = *self.divisions.iter().find(|one| *one == class)?;
        let given = attr.2.iter().position(|(key, _)| key == "title");
        let given = given.map(|at| written_title(&attr.2.remove(at).1));
        let title = given.or_else(|| {
            let own = own_title(inside.first()?)?;
            inside.remove(0);
            Some(own)
        });
        let Some(kind) = kind(class) else {
            attr.add_class("callout");
            attr.2.push(("epub:type".to_owned(), class.to_owned()));
            attr.2.push(("role".to_owned(), "note".to_owned()));
            let title = title.map(|title| title_of(class, Some(title)));
            return Some(div(&attr, title.into_iter().chain(inside).collect()));
        };
        attr.1.clear();
        if title.is_none()
            && inside.first().is_some_and(|first| names_kind(first, kind.1))
        {
            return Some(untitled(attr, kind, inside));
        }
        let default = name(kind, attr.get("lang").unwrap_or(&self.lang));
        Some(callout(attr, kind, title_of(default, title), inside))
    }
}

/// The title that a block is: bold text and nothing else.
fn own_title(block: &Value) -> Option<Vec<Value>> {
    let inlines = block["c"].as_array().filter(|_| tag(block) == Some("Para"))?;
    let [only] = &inlines[..] else { return None };
    only["c"].as_array().filter(|_| tag(only) == Some("Strong")).cloned()
}

/// Whether a paragraph begins by naming a kind in bold: `**Note:** …`.
fn names_kind(block: &Value, kind: &str) -> bool {
    let strong = block["c"].get(0).filter(|first| tag(first) == Some("Strong"));
    let word = strong.map_or("", |strong| text(&strong["c"][0]));
    word.trim_end_matches([':', '.', '!']).eq_ignore_ascii_case(kind)
}

/// Makes divisions of the `<details>` in raw HTML, and their titles of its `<summary>`: many readers
/// cannot unfold anything; whether there are any.
fn details(raw: &mut Value) -> bool {
    let is_html = raw["c"][0].as_str().is_some_and(|format| format.starts_with("html"));
    let Some(html) = raw["c"][1].as_str().filter(|_| is_html) else { return false };
    let mut out = String::new();
    let mut done = 0;
    for one in tags(html) {
        let class = match () {
            () if one.is("details") => "callout details",
            () if one.is("summary") => "title",
            () => continue,
        };
        out.push_str(&html[done..one.range.start]);
        done = one.range.end;
        if one.closing {
            out.push_str("</div>");
            continue;
        }
        let id = one
            .value("id")
            .map_or_else(String::new, |id| format!(" id=\"{}\"", &html[id]));
        let _ = write!(out, "<div class=\"{class}\"{id}>");
    }
    if done == 0 {
        return false;
    }
    out.push_str(&html[done..]);
    raw["c"][1] = Value::from(out);
    true
}

fn is_block(value: &Value) -> bool {
    const BLOCKS: &[&str] = &[
        "BlockQuote",
        "BulletList",
        "CodeBlock",
        "DefinitionList",
        "Div",
        "Figure",
        "Header",
        "HorizontalRule",
        "LineBlock",
        "OrderedList",
        "Para",
        "Plain",
        "RawBlock",
        "Table",
    ];
    tag(value).is_some_and(|tag| BLOCKS.contains(&tag))
}

/// The inlines of a title that an attribute has, where pandoc reads no Markdown: text, and code in backticks.
fn written_title(title: &str) -> Vec<Value> {
    let mut inlines = Vec::new();
    let mut rest = title;
    while let Some(start) = rest.find('`') {
        let behind = rest[start..].trim_start_matches('`');
        let marks = &rest[start..rest.len() - behind.len()];
        let Some(end) = behind.find(marks) else { break };
        inlines.push(str(&rest[..start]));
        inlines.push(json!({"t": "Code", "c": [["", [], []], behind[..end].trim()]}));
        rest = &behind[end + marks.len()..];
    }
    inlines.push(str(rest));
    inlines.retain(|one| tag(one) != Some("Str") || !text(one).is_empty());
    inlines
}

/// The title block of a callout.
fn title_of(default: &str, title: Option<Vec<Value>>) -> Value {
    let inlines =
        title.filter(|title| !title.is_empty()).unwrap_or_else(|| vec![str(default)]);
    let attr = Attr(String::new(), vec!["title".to_owned()], Vec::new());
    div(&attr, vec![json!({"t": "Para", "c": inlines})])
}

fn callout(
    attr: Attr,
    kind: &(&str, &str, Option<&str>),
    title: Value,
    inside: Vec<Value>,
) -> Value {
    untitled(attr, kind, std::iter::once(title).chain(inside).collect())
}

/// A callout whose first paragraph says what it is.
fn untitled(
    mut attr: Attr,
    kind: &(&str, &str, Option<&str>),
    inside: Vec<Value>,
) -> Value {
    attr.add_class("callout");
    attr.add_class(kind.0);
    if let Some(semantics) = kind.2
        && attr.get("epub:type").is_none()
    {
        attr.2.push(("epub:type".to_owned(), semantics.to_owned()));
        attr.2.push(("role".to_owned(), format!("doc-{semantics}")));
    }
    div(&attr, inside)
}

/// The inlines of a paragraph: its first line, and what follows.
fn first_line(paragraph: &Value) -> Option<(&[Value], &[Value])> {
    if !matches!(tag(paragraph), Some("Para" | "Plain")) {
        return None;
    }
    let inlines = paragraph["c"].as_array()?;
    let breaks = |inline: &Value| matches!(tag(inline), Some("SoftBreak" | "LineBreak"));
    let end = inlines.iter().position(breaks).unwrap_or(inlines.len());
    Some((&inlines[..end], inlines.get(end + 1..).unwrap_or_default()))
}

fn text(inline: &Value) -> &str {
    if tag(inline) == Some("Str") { inline["c"].as_str().unwrap_or_default() } else { "" }
}

/// GitHub's alert: a quote whose first line names the kind, and in other tools a title.
fn alert(block: &Value, lang: &str) -> Option<Value> {
    if tag(block) != Some("BlockQuote") {
        return None;
    }
    let quoted = block["c"].as_array()?;
    let (first, rest) = first_line(quoted.first()?)?;
    let word = text(first.first()?).strip_prefix("[!")?;
    let (word, fold) = word.split_once(']')?;
    let kind = kind(word).filter(|_| matches!(fold, "" | "+" | "-"))?;
    let title = first.get(2..).map(<[Value]>::to_vec);
    let mut inside = quoted[1..].to_vec();
    if !rest.is_empty() {
        inside.insert(0, json!({"t": "Para", "c": rest}));
    }
    Some(callout(Attr::default(), kind, title_of(name(kind, lang), title), inside))
}

/// What stands in paragraphs as it was written: Docusaurus's where pandoc reads no divisions, and
/// `MkDocs`'s; and how many blocks it takes.
fn written(blocks: &[Value], lang: &str) -> Option<(Value, usize)> {
    let (first, rest) = first_line(blocks.first()?)?;
    let sign = text(first.first()?);
    if sign.starts_with(":::") {
        return fenced(blocks, first, rest, lang);
    }
    if !matches!(sign, "!!!" | "???" | "???+") {
        return None;
    }
    let kind = kind(text(first.get(2)?))?;
    // Behind a blank line its text is indented code to pandoc, which is no callout any more.
    let is_code = |block: &Value| {
        tag(block) == Some("CodeBlock") && block["c"][0] == json!(["", [], []])
    };
    if rest.is_empty() || blocks.get(1).is_some_and(is_code) {
        return None;
    }
    let title = first.get(4..).map(unquoted);
    let inside = vec![json!({"t": "Para", "c": rest})];
    Some((callout(Attr::default(), kind, title_of(name(kind, lang), title), inside), 1))
}

/// The inlines of a title without its quotation marks.
fn unquoted(title: &[Value]) -> Vec<Value> {
    if let [only] = title
        && tag(only) == Some("Quoted")
    {
        return only["c"][1].as_array().cloned().unwrap_or_default();
    }
    let mut title = title.to_vec();
    let strip = |inline: &mut Value, trim: fn(&str) -> &str| {
        if tag(inline) == Some("Str") {
            inline["c"] = Value::from(trim(text(inline)));
        }
    };
    if let Some(first) = title.first_mut() {
        strip(first, |text| text.trim_start_matches(['"', '“']));
    }
    if let Some(last) = title.last_mut() {
        strip(last, |text| text.trim_end_matches(['"', '”']));
    }
    title
}

/// `:::note Title` in a paragraph, up to the paragraph that `:::` ends.
fn fenced(
    blocks: &[Value],
    first: &[Value],
    rest: &[Value],
    lang: &str,
) -> Option<(Value, usize)> {
    let colons = |text: &str| text.len() >= 3 && text.bytes().all(|byte| byte == b':');
    let sign = text(first.first()?);
    // `::: note` has its word behind a space.
    let (word, behind) = if colons(sign) {
        (text(first.get(2)?), first.get(4..).unwrap_or_default())
    } else {
        (sign.trim_start_matches(':'), first.get(2..).unwrap_or_default())
    };
    let (word, bracket) =
        word.split_once('[').map_or((word, None), |(w, b)| (w, Some(b)));
    let word = word.trim_start_matches("{.").trim_end_matches('}');
    let kind = kind(word.strip_prefix("callout-").unwrap_or(word))?;
    let mut title = behind.to_vec();
    if let Some(begin) = bracket {
        if !title.is_empty() {
            title.insert(0, json!({"t": "Space"}));
        }
        title.insert(0, str(begin));
        let last = title.last_mut()?;
        *last = str(text(last).strip_suffix(']')?);
    }
    let mut inside = Vec::new();
    let mut line = rest;
    for (number, block) in blocks.iter().enumerate() {
        if number > 0 {
            match block["c"].as_array() {
                Some(inlines) if matches!(tag(block), Some("Para" | "Plain")) => {
                    line = inlines;
                }
                _ => {
                    inside.push(block.clone());
                    continue;
                }
            }
        }
        let is_end = line.last().is_some_and(|last| colons(text(last)));
        let kept = line.len().saturating_sub(if is_end { 2 } else { 0 });
        // Another one that begins in this one has an end of its own: too much to tell here.
        if number > 0
            && line.first().is_some_and(|one| text(one).starts_with(":::"))
            && line.len() > 1
        {
            return None;
        }
        if kept > 0 {
            inside.push(json!({"t": "Para", "c": line[..kept]}));
        }
        if is_end {
            let title = Some(title).filter(|title| !title.is_empty());
            let callout =
                callout(Attr::default(), kind, title_of(name(kind, lang), title), inside);
            return Some((callout, number + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn para(words: &[&str]) -> Value {
        let inlines: Vec<Value> = words
            .iter()
            .map(|word| match *word {
                " " => json!({"t": "Space"}),
                "\n" => json!({"t": "SoftBreak"}),
                word => str(word),
            })
            .collect();
        json!({"t": "Para", "c": inlines})
    }

    /// The kind, the title and the number of blocks inside of the first block.
    fn first(mut blocks: Vec<Value>) -> Option<(String, String, usize)> {
        let mut callouts = Callouts {
            unspaced: ["tip[Title]".to_owned()].into(),
            divisions: vec!["note", "sidebar"],
            lang: "en-GB".to_owned(),
            any: false,
        };
        callouts.list(&mut blocks);
        let inside = blocks[0]["c"][1].as_array()?;
        let classes = blocks[0]["c"][0][1].as_array()?;
        if !callouts.any {
            return None;
        }
        let mut title = String::new();
        super::super::survey::plain_text(&inside[0]["c"][1][0]["c"], &mut title);
        Some((classes.last()?.as_str()?.to_owned(), title, inside.len() - 1))
    }

    #[test]
    fn callouts_of_every_tool_become_one_shape() {
        let own = |kind: &str, title: &str, count| {
            Some((kind.to_owned(), title.to_owned(), count))
        };
        let quote = |first: Value| json!({"t": "BlockQuote", "c": [first, para(&["b"])]});
        let division = |class: &str, pairs: Value, first: Value| json!({"t": "Div", "c": [["", [class], pairs], [first]]});
        assert_eq!(
            first(vec![quote(para(&["[!NOTE]", "\n", "a"]))]),
            own("note", "Note", 2)
        );
        assert_eq!(first(vec![quote(para(&["[!tip]-", " ", "T"]))]), own("tip", "T", 1));
        assert_eq!(first(vec![quote(para(&["[!FOO]", "\n", "a"]))]), None);
        assert_eq!(first(vec![quote(para(&["[x]", "\n", "a"]))]), None);
        let quarto = division("callout-note", json!([["title", "T"]]), para(&["a"]));
        assert_eq!(first(vec![quarto]), own("note", "T", 1));
        let code = division(
            "callout-note",
            json!([["title", "A `b` or ``c`d``"]]),
            para(&["a"]),
        );
        let mut blocks = vec![code.clone()];
        assert_eq!(first(vec![code]), own("note", "A b or c`d", 1));
        assert!(apply(&mut blocks, BTreeSet::new(), ("", "en")));
        let title = &blocks[0]["c"][1][0]["c"][1][0]["c"];
        assert_eq!(title[1]["c"][1], "b");
        assert_eq!(written_title("a ` b"), [str("a ` b")], "it has no end");
        let heading =
            json!({"t": "Header", "c": [2, ["h", [], []], [{"t": "Str", "c": "H"}]]});
        let quarto = division("callout-warning", json!([]), heading);
        assert_eq!(first(vec![quarto]), own("warning", "H", 0));
        let docusaurus = division("tip[Title]", json!([]), para(&["a"]));
        assert_eq!(first(vec![docusaurus]), own("tip", "Title", 1));
        let plain = division("note", json!([]), para(&["a"]));
        assert_eq!(first(vec![plain.clone()]), own("note", "Note", 1));
        let bold =
            |words| json!({"t": "Para", "c": [{"t": "Strong", "c": [str(words)]}]});
        let titled = division("note", json!([]), bold("T"));
        assert_eq!(first(vec![titled]), own("note", "T", 0));
        assert_eq!(first(vec![division("tip", json!([]), para(&["a"]))]), None);
        let german = division("note", json!([["lang", "de-AT"]]), para(&["a"]));
        assert_eq!(first(vec![german]), own("note", "Hinweis", 1));
        let sidebar = division("sidebar", json!([]), para(&["a"]));
        assert_eq!(first(vec![sidebar]).map(|found| found.0).as_deref(), Some("callout"));
        let mut said = para(&["", " ", "a"]);
        said["c"][0] = json!({"t": "Strong", "c": [str("Note:")]});
        let mut blocks = vec![division("note", json!([]), said)];
        assert!(apply(&mut blocks, BTreeSet::new(), (".notes {} .sidebar p {}", "en")));
        assert_eq!(blocks[0]["c"][1].as_array().unwrap().len(), 1, "it has its title");
        // What the author's stylesheet sets is the author's.
        assert!(!apply(
            &mut vec![plain],
            BTreeSet::new(),
            ("div.note { color: red }", "en")
        ));
        let literal =
            vec![para(&[":::note", " ", "T", "\n", "a"]), para(&["b", "\n", ":::"])];
        assert_eq!(first(literal), own("note", "T", 2));
        assert_eq!(first(vec![para(&[":::tip[T]", "\n", ":::"])]), own("tip", "T", 0));
        assert_eq!(first(vec![para(&[":::note", "\n", "a"])]), None);
        let mkdocs = para(&["!!!", " ", "note", " ", "\"T\"", "\n", "a"]);
        assert_eq!(first(vec![mkdocs]), own("note", "T", 1));
        let mut html = json!({"t": "RawBlock", "c": ["html", "<details open id=\"x\">\n<summary>T</summary>"]});
        assert!(details(&mut html));
        let wanted =
            "<div class=\"callout details\" id=\"x\">\n<div class=\"title\">T</div>";
        assert_eq!(html["c"][1], wanted);
    }
}
