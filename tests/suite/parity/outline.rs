//! What a book says, as lines that look like Markdown, whatever its documents are made of.
//!
//! ```text
//! <section id="a"><h2>Threads</h2><p>See <a href="ch002.xhtml#locks">there</a>.</p>
//! <ul><li><p>One</p><p>more</p></li></ul></section>
//! ```
//!
//! becomes, where the heading of `locks` is "Locks",
//!
//! ```text
//! h2 Threads
//! See [there](→ Locks).
//! - One
//!   more
//! ```
//!
//! A link into the book is told by the text that it leads to, so identifiers and names of files may
//! be any; a picture by the author's file.

use super::chapters::Chapters;
use super::container::{Container, decode, join};
use super::markup::{BLOCKS, Element, Node};
use super::pictures::Pictures;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The line with which a document begins: where the book is split is part of it.
pub(crate) const DOCUMENT: &str = "=====";

/// One line of an outline, and the chapter in which it stands.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub chapter: String,
    pub text: String,
}

/// What tells the names of the book's own files.
pub(crate) struct Names<'a> {
    pub pictures: &'a Pictures,
    pub chapters: &'a Chapters,
}

/// A document of the book, as a tree.
pub(crate) struct Document {
    pub name: String,
    pub tree: Element,
}

/// The outline of all documents of a book, in their order.
pub(crate) fn outline(
    container: &Container,
    documents: &[Document],
    names: &Names<'_>,
) -> Vec<Line> {
    let labels = documents
        .iter()
        .map(|one| (one.name.clone(), Labels::of(&one.tree)))
        .collect::<BTreeMap<_, _>>();
    let mut all = Vec::new();
    let mut input = 0;
    for document in documents {
        let mut walker = Walker {
            container,
            labels: &labels,
            names,
            name: &document.name,
            input,
            lines: Vec::new(),
            text: String::new(),
            prefixes: Vec::new(),
            languages: Vec::new(),
        };
        walker.children(&document.tree);
        walker.flush();
        input = walker.input;
        let chapter = walker
            .lines
            .iter()
            .find_map(|line| line.strip_prefix("h1 "))
            .or(walker.lines.first().map(String::as_str))
            .unwrap_or("nothing");
        let chapter = shortened(chapter);
        let lines = std::iter::once(DOCUMENT.to_owned()).chain(walker.lines);
        all.extend(lines.map(|text| Line { chapter: chapter.clone(), text }));
    }
    all
}

/// What the places of a document that have an identifier begin with.
pub(crate) struct Labels {
    text: String,
    places: BTreeMap<String, usize>,
}

impl Labels {
    /// The labels of a document.
    pub(crate) fn of(tree: &Element) -> Self {
        let mut labels = Self { text: String::new(), places: BTreeMap::new() };
        labels.read(tree, false);
        labels
    }

    fn read(&mut self, element: &Element, in_code: bool) {
        let in_code = in_code || element.is("pre");
        if matches!(&*element.name, "head" | "script" | "style") {
            return;
        }
        let is_block = BLOCKS.contains(&&*element.name) || element.is("br");
        if is_block {
            self.text.push('\n');
        }
        let name = element.attribute("name").filter(|_| element.is("a"));
        for id in [element.attribute("id"), name].into_iter().flatten() {
            self.places.entry(id.to_owned()).or_insert(self.text.len());
        }
        match &*element.name {
            "img" => self.text.push_str(element.attribute("alt").unwrap_or_default()),
            "math" => self.text.push_str(&tex(element)),
            _ => {
                for child in &element.children {
                    match child {
                        Node::Text(text) if in_code => self.text.push_str(text),
                        Node::Text(text) => self.text.push_str(&text.replace('\n', " ")),
                        Node::Element(element) => self.read(element, in_code),
                    }
                }
            }
        }
        if is_block {
            self.text.push('\n');
        }
    }

    /// What stands at an identifier, or at the beginning.
    pub(crate) fn at(&self, id: &str) -> Option<String> {
        let place = if id.is_empty() { 0 } else { *self.places.get(id)? };
        let mut lines = self.text[place..].lines().map(collapsed);
        let line = lines.find(|line| !line.is_empty());
        Some(shortened(&line.unwrap_or_else(|| "the end".to_owned())))
    }
}

/// Text on one line, with single spaces.
pub(crate) fn collapsed(text: &str) -> String {
    let words: Vec<_> = text
        .split(|c: char| c.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 50;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// The TeX of a formula, or its text where nobody kept it.
fn tex(math: &Element) -> String {
    let mut notes = Vec::new();
    math.find_all("annotation", &mut notes);
    let is_tex =
        |note: &&&Element| note.attribute("encoding") == Some("application/x-tex");
    let text = notes.iter().find(is_tex).map_or_else(|| math.text(), |note| note.text());
    collapsed(&text)
}

/// Elements that set their text in a way of their own, and how that is written here.
const MARKS: &[(&str, &str, &str)] = &[
    ("em", "*", "*"),
    ("i", "*", "*"),
    ("strong", "**", "**"),
    ("b", "**", "**"),
    ("code", "`", "`"),
    ("tt", "`", "`"),
    ("kbd", "{kbd:", "}"),
    ("samp", "{samp:", "}"),
    ("var", "{var:", "}"),
    ("sub", "~", "~"),
    ("sup", "^", "^"),
    ("del", "~~", "~~"),
    ("s", "~~", "~~"),
    ("strike", "~~", "~~"),
    ("u", "_", "_"),
    ("ins", "_", "_"),
    ("mark", "==", "=="),
    ("q", "“", "”"),
    ("label", "", ""),
];

/// What stands before the lines of a block: `first` before the first of them, `rest` before others.
struct Prefix {
    first: String,
    rest: String,
    begun: bool,
}

struct Walker<'a> {
    container: &'a Container,
    labels: &'a BTreeMap<String, Labels>,
    names: &'a Names<'a>,
    /// The document's name in the ePub.
    name: &'a str,
    /// The chapter's file, by its number, as far as headings tell.
    input: usize,
    lines: Vec<String>,
    /// The line that has begun.
    text: String,
    prefixes: Vec<Prefix>,
    languages: Vec<String>,
}

impl Walker<'_> {
    fn children(&mut self, element: &Element) {
        for child in &element.children {
            match child {
                Node::Text(text) => self.text.push_str(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let is_block = BLOCKS.contains(&&*element.name);
        let mut said = Vec::new();
        for name in ["lang", "dir"] {
            if let Some(value) = element.attribute(name)
                && self.languages.iter().rev().find(|one| one.starts_with(name))
                    != Some(&format!("{name} {value}"))
            {
                self.languages.push(format!("{name} {value}"));
                // That of the whole document is told by the package.
                if !element.is("html") {
                    said.push(format!("{name} {value}"));
                }
            }
        }
        let depth = self.languages.len();
        if said.is_empty() {
            self.named(element);
        } else if is_block {
            let first = format!("{{{}}} ", said.join(" "));
            self.prefixed(&first.clone(), &first, false, |own| own.named(element));
        } else {
            let _ = write!(self.text, "{{{}: ", said.join(" "));
            self.named(element);
            self.text.push('}');
        }
        self.languages.truncate(depth - said.len());
    }

    /// An element by its name.
    fn named(&mut self, element: &Element) {
        match &*element.name {
            "head" | "script" | "style" | "template" => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let title = collapsed(&element.text());
                self.input = self.names.chapters.at_heading(self.input, &title);
                let first = format!("{} ", element.name);
                self.prefixed(&first, "   ", true, |own| own.children(element));
            }
            "blockquote" => self.prefixed("> ", "> ", false, |own| own.children(element)),
            "ul" => self.items(element, None),
            "ol" => self.items(element, Some(element)),
            "dt" => self.prefixed("term: ", "      ", true, |own| own.children(element)),
            "dd" => self.prefixed(": ", "  ", true, |own| own.children(element)),
            "figure" => {
                self.prefixed("figure: ", "  ", true, |own| own.children(element));
            }
            "figcaption" => {
                self.prefixed("caption: ", "  ", false, |own| own.children(element));
            }
            "summary" => {
                self.prefixed("summary: ", "  ", true, |own| own.children(element));
            }
            "aside" if element.attribute("epub:type") == Some("footnote") => {
                self.prefixed("note: ", "  ", true, |own| own.children(element));
            }
            "table" => self.table(element),
            "pre" => self.code(element),
            "hr" => self.line("---"),
            "br" => self.text.push_str(" ⏎ "),
            "wbr" => {}
            "a" => self.link(element),
            "img" => self.picture(element, "src"),
            "image" => self.picture(element, "xlink:href"),
            "svg" => self.drawing(element),
            "math" => {
                let is_block = element.attribute("display") == Some("block");
                let mark = if is_block { "$$" } else { "$" };
                let _ = write!(self.text, "{mark}{}{mark}", tex(element));
            }
            "span" if element.has_class("math") => {
                // What pandoc cannot write without TeX stands between its dollars already.
                let mark = match element.text() {
                    text if text.starts_with('$') => "",
                    _ if element.has_class("display") => "$$",
                    _ => "$",
                };
                self.text.push_str(mark);
                self.children(element);
                self.text.push_str(mark);
            }
            "input" => {
                let is_done = element.attribute("checked").is_some();
                self.text.push_str(if is_done { "[x] " } else { "[ ] " });
            }
            "audio" | "video" | "object" | "iframe" | "embed" => self.medium(element),
            "source" | "track" if element.attribute("src").is_some() => {
                self.medium(element);
            }
            name if BLOCKS.contains(&name) => {
                self.flush();
                self.children(element);
                self.flush();
            }
            name => {
                let mark = MARKS.iter().find(|mark| mark.0 == name);
                let (_, open, close) = *mark.unwrap_or(match element {
                    one if one.has_class("smallcaps") => &("", "{sc:", "}"),
                    one if one.has_class("underline") => &("", "_", "_"),
                    one if one.has_class("mark") => &("", "==", "=="),
                    _ => &("", "", ""),
                });
                let start = self.text.len();
                self.text.push_str(open);
                self.children(element);
                if self.text.len() == start + open.len() {
                    self.text.truncate(start);
                } else {
                    self.text.push_str(close);
                }
            }
        }
    }

    /// A block with a prefix of its own; an empty one is a line only where that is meant.
    fn prefixed(
        &mut self,
        first: &str,
        rest: &str,
        even_empty: bool,
        inside: impl FnOnce(&mut Self),
    ) {
        self.flush();
        self.prefixes.push(Prefix {
            first: first.to_owned(),
            rest: rest.to_owned(),
            begun: false,
        });
        inside(self);
        self.flush();
        if even_empty && self.prefixes.last().is_some_and(|prefix| !prefix.begun) {
            self.line("");
        }
        self.prefixes.pop();
    }

    /// Ends the line that has begun, if it says anything.
    fn flush(&mut self) {
        let text = collapsed(&std::mem::take(&mut self.text));
        let text = text.trim_end_matches(" ⏎");
        if !text.is_empty() {
            self.line(text);
        }
    }

    fn line(&mut self, text: &str) {
        let mut line = String::new();
        for prefix in &mut self.prefixes {
            line.push_str(if prefix.begun { &prefix.rest } else { &prefix.first });
            prefix.begun = true;
        }
        line.push_str(text);
        line.truncate(line.trim_end().len());
        self.lines.push(line);
    }

    /// The items of a list, with their numbers where it has numbers.
    fn items(&mut self, list: &Element, numbered: Option<&Element>) {
        self.flush();
        let start = numbered.and_then(|list| list.attribute("start"));
        let mut number: i64 = start.and_then(|text| text.parse().ok()).unwrap_or(1);
        for child in list.elements() {
            if !child.is("li") {
                self.element(child);
                continue;
            }
            let value = child.attribute("value").and_then(|text| text.parse().ok());
            number = value.unwrap_or(number);
            let first = match numbered {
                None => "- ".to_owned(),
                Some(list) => match list.attribute("type").unwrap_or("1") {
                    "1" => format!("{number}. "),
                    kind => format!("{kind}{number}. "),
                },
            };
            number += 1;
            self.prefixed(&first, "  ", true, |own| own.element(child));
        }
    }

    /// A table: its caption, then a line for each row.
    fn table(&mut self, table: &Element) {
        self.flush();
        for caption in table.elements().filter(|child| child.is("caption")) {
            self.prefixed("caption: ", "  ", false, |own| own.children(caption));
        }
        let mut rows = Vec::new();
        for child in table.elements() {
            match &*child.name {
                "tr" => rows.push((false, child)),
                "thead" | "tbody" | "tfoot" => {
                    let own = child.elements().filter(|row| row.is("tr"));
                    rows.extend(own.map(|row| (child.is("thead"), row)));
                }
                _ => {}
            }
        }
        for (is_head, row) in rows {
            let mut line = String::from(if is_head { "||" } else { "|" });
            for cell in row.elements() {
                line.push(' ');
                line.push_str(&self.cell(cell));
                line.push_str(" |");
            }
            self.line(&line);
        }
    }

    /// What stands in a cell, on one line, and how the cell is set.
    fn cell(&mut self, cell: &Element) -> String {
        let lines = std::mem::take(&mut self.lines);
        let prefixes = std::mem::take(&mut self.prefixes);
        self.children(cell);
        self.flush();
        let inside = std::mem::replace(&mut self.lines, lines);
        self.prefixes = prefixes;
        let mut text = inside.join(" ¶ ");
        let align = element_style(cell, "text-align").or(cell.attribute("align"));
        if let Some(align) = align {
            let _ = write!(text, " {{{align}}}");
        }
        for name in ["colspan", "rowspan"] {
            if let Some(count) = cell.attribute(name).filter(|&count| count != "1") {
                let _ = write!(text, " {{{name} {count}}}");
            }
        }
        text
    }

    /// A code block: its language, then its lines.
    fn code(&mut self, pre: &Element) {
        self.flush();
        let code = pre.elements().find(|child| child.is("code"));
        let classes = pre.classes().chain(code.into_iter().flat_map(Element::classes));
        let language = classes
            .filter(|class| !["sourceCode", "numberSource", "listing"].contains(class))
            .find(|class| {
                !["numberLines", "lineAnchors", "number-lines"].contains(class)
            });
        let text = pre.text();
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut head = format!("code {}", language.unwrap_or_default());
        if pre.has_class("numberLines") || pre.has_class("number-lines") {
            let reset = code.and_then(|code| element_style(code, "counter-reset"));
            let start = reset.and_then(|reset| reset.split_whitespace().last());
            let start: i64 = start.and_then(|text| text.parse().ok()).unwrap_or(0);
            let _ = write!(head, " {{numbered from {}}}", start + 1);
        }
        self.line(&head);
        self.prefixed("    ", "    ", false, |own| {
            text.split('\n').for_each(|line| own.line(line));
        });
    }

    fn link(&mut self, link: &Element) {
        let Some(href) = link.attribute("href") else {
            return self.children(link);
        };
        self.text.push('[');
        self.children(link);
        let target = self.target(href);
        let title = link.attribute("title").filter(|title| !title.is_empty());
        let title = title.map(|title| format!(" \"{title}\"")).unwrap_or_default();
        let _ = write!(self.text, "]({target}{title})");
    }

    /// Where a link leads.
    fn target(&self, href: &str) -> String {
        if let Some(reference) = href.strip_prefix(super::rules::CHAPTER) {
            return match self.names.chapters.label(self.input, reference) {
                Some(label) => format!("→ {label}"),
                None => format!("→ nowhere: {reference}"),
            };
        }
        if is_remote(href) {
            return href.to_owned();
        }
        let (path, id) = href.split_once('#').unwrap_or((href, ""));
        let file =
            if path.is_empty() { self.name.to_owned() } else { join(self.name, path) };
        match self.labels.get(&file) {
            None if self.container.files.contains_key(&file) => format!("→ file {file}"),
            None => format!("→ nowhere: {href}"),
            Some(labels) => match labels.at(&decode(id)).or_else(|| labels.at(id)) {
                Some(label) => format!("→ {label}"),
                None => format!("→ nowhere: #{id}"),
            },
        }
    }

    fn picture(&mut self, picture: &Element, attribute: &str) {
        let alt = collapsed(picture.attribute("alt").unwrap_or_default());
        let href = picture.attribute(attribute).unwrap_or_default();
        let name = self.file(href);
        let title = picture.attribute("title").filter(|title| !title.is_empty());
        let title = title.map(|title| format!(" \"{title}\"")).unwrap_or_default();
        let _ = write!(self.text, "![{alt}]({name}{title})");
        let style = element_style(picture, "width");
        if let Some(width) = style.or(picture.attribute("width")) {
            let _ = write!(self.text, "{{width {width}}}");
        }
    }

    /// The author's name of a picture.
    fn file(&self, href: &str) -> String {
        if is_remote(href) {
            return href.to_owned();
        }
        let path = href.split('#').next().unwrap_or_default();
        match self.container.files.get(&join(self.name, path)) {
            Some(data) => self.names.pictures.name(data, path),
            None => format!("missing: {href}"),
        }
    }

    fn drawing(&mut self, svg: &Element) {
        let mut pictures = Vec::new();
        svg.find_all("image", &mut pictures);
        if pictures.is_empty() {
            let _ = write!(self.text, "![{}](drawing)", collapsed(&svg.text()));
        }
        pictures.into_iter().for_each(|picture| self.element(picture));
    }

    /// A film, a sound, a frame: what it is, where it lies, and what stands in its place.
    fn medium(&mut self, medium: &Element) {
        let source = medium.attribute("src").or(medium.attribute("data"));
        let source = source.map(|href| self.file(href)).unwrap_or_default();
        let _ = write!(self.text, "<{} {source}>", medium.name);
        self.children(medium);
        let _ = write!(self.text, "</{}>", medium.name);
    }
}

/// The value of a property in an element's own style.
fn element_style<'a>(element: &'a Element, property: &str) -> Option<&'a str> {
    let mut all = element.attribute("style").unwrap_or_default().split(';');
    all.find_map(|one| {
        let (name, value) = one.split_once(':')?;
        (name.trim() == property).then_some(value.trim())
    })
}

/// Whether a reference leaves the book.
pub(crate) fn is_remote(href: &str) -> bool {
    let scheme = href.split(':').next().unwrap_or_default();
    href.starts_with("//")
        || (href.contains(':')
            && scheme.len() > 1
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
}
