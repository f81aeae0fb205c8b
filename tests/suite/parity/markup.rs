//! The documents of an ePub as trees, read as a browser would: pandoc passes raw HTML on, so what
//! it writes need not be XML.
//!
//! This is a reader of its own, so that no fault of concbook's reader hides one of its writer.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use std::cell::RefCell;

/// An element, or text.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// An element with what stands in it. Names are in lower case, prefixes are part of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Whether it has a class.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.classes().any(|one| one == class)
    }

    /// Its classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_whitespace()
    }

    /// Whether it is a `name`.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The elements right in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of that name in it, at any depth.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        self.elements()
            .find_map(|child| if child.is(name) { Some(child) } else { child.find(name) })
    }

    /// All elements of that name in it, at any depth, in order.
    pub(crate) fn find_all<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for child in self.elements() {
            if child.is(name) {
                found.push(child);
            }
            child.find_all(name, found);
        }
    }

    /// Its text, as it is written.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    fn push_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(more) => text.push_str(more),
                Node::Element(element) => element.push_text(text),
            }
        }
    }

    /// Calls a function on each list of children, the innermost first.
    pub(crate) fn each_children(&mut self, change: &mut impl FnMut(&mut Vec<Node>)) {
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.each_children(change);
            }
        }
        change(&mut self.children);
    }
}

/// Reads a document of XHTML or HTML.
pub(crate) fn parse(text: &str) -> Element {
    read(text, VOID)
}

/// Reads another document, such as a package document, whose names mean nothing in HTML.
pub(crate) fn parse_xml(text: &str) -> Element {
    read(text, &[])
}

fn read(text: &str, void: &'static [&'static str]) -> Element {
    let builder = Builder { open: RefCell::default(), void };
    builder.open.borrow_mut().push(Element::default());
    let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    // A script would stop it; all of the text is there, so it goes on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let mut open = tokenizer.sink.open.take();
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().unwrap_or_default()
}

/// The elements that are open, the outermost first.
struct Builder {
    open: RefCell<Vec<Element>>,
    /// Elements that never hold anything.
    void: &'static [&'static str],
}

/// Elements that never hold anything.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
];

/// Elements that no paragraph holds, and that end one which is open.
pub(crate) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(Node::Element(element));
    }
}

impl Builder {
    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let mut open = self.open.borrow_mut();
        let name: &str = &tag.name;
        if BLOCKS.contains(&name) {
            let inner = open
                .iter()
                .rposition(|one| BLOCKS.contains(&&*one.name))
                .filter(|&at| open[at].is("p") || (name == "li" && open[at].is("li")));
            while inner.is_some_and(|at| open.len() > at) {
                close(&mut open);
            }
        }
        let attributes = tag
            .attrs
            .iter()
            .map(|one| (one.name.local.to_string(), one.value.to_string()))
            .collect();
        open.push(Element { name: name.to_owned(), attributes, children: Vec::new() });
        if tag.self_closing || self.void.contains(&name) {
            close(&mut open);
        } else if matches!(name, "script" | "style") {
            return TokenSinkResult::RawData(RawKind::Rawtext);
        }
        TokenSinkResult::Continue
    }

    fn end(&self, name: &str) {
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().rposition(|one| one.is(name)) {
            while open.len() > at.max(1) {
                close(&mut open);
            }
        }
    }

    fn text(&self, more: &str) {
        if let Some(element) = self.open.borrow_mut().last_mut() {
            match element.children.last_mut() {
                Some(Node::Text(text)) => text.push_str(more),
                _ => element.children.push(Node::Text(more.to_owned())),
            }
        }
    }
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                return self.start(&tag);
            }
            Token::TagToken(tag) => self.end(&tag.name),
            Token::CharacterTokens(text) => self.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
