//! Documents that are not well-formed, read as HTML: what a browser would show becomes XHTML that
//! every reading system opens.
//!
//! ```text
//! a<br>b&nbsp;c        a<br />b c
//! <p>one<p>two         <p>one</p><p>two</p>
//! <b><i>x</b>y</i>     <b><i>x</i></b><i>y</i>
//! ```

use super::dom::{self, Document, Kind, NodeId, is_xml_char};
use super::tags::tags;
use crate::elements::{is_block, is_element, is_formatting, is_void};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, QualName};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, HashSet};

/// Reads a document by HTML's rules, which know no error; what stands before `<html>` is kept as
/// it is where XML has it so, too. A tag of an element that does not exist, as of `Vec<T>` typed without backticks, becomes
/// the text it was meant as.
pub fn parse(text: &str) -> Document {
    let start = tags(text)
        .into_iter()
        .find(|tag| tag.is("html") && !tag.closing)
        .map_or(0, |tag| tag.range.start);
    // What stands there and is no prolog may be all that somebody wrote.
    let is_prolog = Document::parse(&format!("{}<html/>", &text[..start])).is_ok();
    let (prolog, html) = text.split_at(if is_prolog { start } else { 0 });
    let sink = Sink::new(prolog, html);
    html5ever::parse_document(sink, html5ever::ParseOpts::default()).one(prepared(html))
}

/// The text as HTML's parser needs it. HTML has no `<p />`, and takes it for `<p>`; XHTML means
/// `<p></p>`. What sets text and is not closed by the end of its block is closed there, so that
/// one slip does not set the rest of the chapter.
fn prepared(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<&str> = Vec::new();
    let mut nesting = Nesting::default();
    let mut done = 0;
    let mut foreign = 0_usize;
    for tag in tags(html) {
        let outermost = tag.is("svg") || tag.is("math");
        let inside = foreign > 0 || outermost;
        if outermost && !tag.self_closing {
            foreign = if tag.closing { foreign.saturating_sub(1) } else { foreign + 1 };
        }
        out.push_str(&html[done..tag.range.start]);
        done = tag.range.end;
        let whole = &html[tag.range.clone()];
        // An anchor that links nothing is left open as often as what sets text.
        let anchor = tag.is("a") && (tag.closing || tag.value("href").is_none());
        if !inside && !tag.self_closing && (is_formatting(tag.name) || anchor) {
            let last = open.iter().rposition(|name| tag.is(name));
            match (tag.closing, last) {
                (false, _) => open.push(tag.name),
                (true, Some(at)) => {
                    open.remove(at);
                }
                (true, None) if tag.is("a") => {}
                (true, None) => continue,
            }
        } else if !inside && is_block(tag.name) {
            for name in open.drain(..).rev() {
                nesting.end(name);
                out.extend(["</", name, ">"]);
            }
        }
        if !inside && !is_element(tag.name) {
            out.push_str("&lt;");
            out.push_str(&whole[1..]);
            continue;
        }
        let has_end = !tag.self_closing && !is_void(tag.name);
        if has_end && tag.closing {
            let Ended { early, is_written } = nesting.end(tag.name);
            early.iter().for_each(|name| out.extend(["</", name, ">"]));
            if !is_written {
                continue;
            }
        } else if has_end && let Some(early) = nesting.begin(tag.name) {
            out.extend(["</", early, ">"]);
        }
        if tag.self_closing && !tag.closing && !is_void(tag.name) {
            out.push_str(whole.trim_end_matches('>').trim_end_matches('/'));
            out.push_str("></");
            out.push_str(tag.name);
            out.push('>');
        } else {
            out.push_str(whole);
        }
    }
    out.push_str(&html[done..]);
    out
}

/// So deep may elements nest, twice as deep as in any book; what nests deeper stands beside what it stood in,
/// as in Chromium. Each element costs the parser, and passes behind it, a look at all around it.
const DEEPEST: usize = 200;

/// The elements that are open, as far as tags tell.
#[derive(Default)]
struct Nesting<'t> {
    /// Each with whether it is open in what is written, too.
    open: Vec<(&'t str, bool)>,
    /// How many of each name are open.
    count: BTreeMap<String, usize>,
    /// How many are open in what is written.
    written: usize,
}

/// What the end of an element asks for.
struct Ended<'t> {
    /// The elements in it to end first.
    early: Vec<&'t str>,
    /// Whether its own end is written.
    is_written: bool,
}

/// Elements that need no end, and what one of them ends: itself and its like, up to what holds them.
const WITHOUT_END: &[(&[&str], &[&str])] = &[
    (&["li"], &["ul", "ol", "menu"]),
    (&["dt", "dd"], &["dl"]),
    (&["td", "th"], &["tr", "table"]),
    (&["tr"], &["tbody", "thead", "tfoot", "table"]),
    (&["tbody", "thead", "tfoot"], &["table"]),
    (&["option"], &["select", "optgroup"]),
];

/// What keeps a paragraph open, whatever is in it.
const HOLDS_PARAGRAPHS: &[&str] = &["td", "th", "table", "button", "object", "caption"];

impl<'t> Nesting<'t> {
    /// Begins an element; what has to be ended before it.
    fn begin(&mut self, name: &'t str) -> Option<&'t str> {
        let is = |one: &&str| one.eq_ignore_ascii_case(name);
        for (alike, holders) in WITHOUT_END {
            if alike.iter().any(is) {
                self.end_like(alike, holders);
            }
        }
        if is_block(name) {
            self.end_like(&["p"], HOLDS_PARAGRAPHS);
        }
        let mut early = None;
        if self.written >= DEEPEST
            && let Some(last) = self.open.iter_mut().rev().find(|one| one.1)
        {
            last.1 = false;
            early = Some(last.0);
            self.written -= 1;
        }
        self.open.push((name, true));
        self.written += 1;
        *self.count.entry(name.to_ascii_lowercase()).or_default() += 1;
        early
    }

    /// Ends the nearest of these elements, unless one that holds it is nearer.
    fn end_like(&mut self, alike: &[&str], holders: &[&str]) {
        if alike.iter().all(|name| self.count.get(*name).is_none_or(|&count| count == 0))
        {
            return;
        }
        let is_in = |name: &str, all: &[&str]| {
            all.iter().any(|one| one.eq_ignore_ascii_case(name))
        };
        let mut near = self.open.iter().rev().take(DEEPEST);
        let nearest = near.find(|(name, _)| is_in(name, alike) || is_in(name, holders));
        if let Some(&(name, _)) = nearest.filter(|(name, _)| is_in(name, alike)) {
            self.end(name);
        }
    }

    /// Ends the nearest element of that name, with all in it.
    fn end(&mut self, name: &str) -> Ended<'t> {
        let mut ended = Ended { early: Vec::new(), is_written: true };
        if self.count.get(&name.to_ascii_lowercase()).is_none_or(|&count| count == 0) {
            return ended;
        }
        while let Some((last, is_written)) = self.open.pop() {
            self.written -= usize::from(is_written);
            if let Some(count) = self.count.get_mut(&last.to_ascii_lowercase()) {
                *count -= 1;
            }
            if last.eq_ignore_ascii_case(name) {
                ended.is_written = is_written;
                break;
            }
            ended.early.extend(is_written.then_some(last));
        }
        // The end of an element ends all in it.
        if ended.is_written {
            ended.early.clear();
        }
        ended
    }
}

/// Builds our tree from the parser's calls.
struct Sink {
    doc: RefCell<Document>,
    /// The names as the parser knows them.
    names: RefCell<BTreeMap<NodeId, QualName>>,
    /// The byte of the text at which each line begins.
    lines: Vec<usize>,
    /// The byte at which the line begins that the parser is in.
    at: Cell<usize>,
}

impl Sink {
    fn new(prolog: &str, text: &str) -> Self {
        let mut doc = Document::empty();
        if !prolog.is_empty() {
            let prolog = doc.create(Kind::Verbatim(prolog.to_owned()));
            doc.append(doc.root(), prolog);
        }
        // Nothing that is done to the text before it is parsed adds a line.
        let lines = text.match_indices('\n').map(|(at, _)| prolog.len() + at + 1);
        let lines = std::iter::once(prolog.len()).chain(lines).collect();
        let at = Cell::new(prolog.len());
        Self { doc: RefCell::new(doc), names: RefCell::default(), lines, at }
    }

    fn text_after(&self, parent: NodeId, index: usize, text: &str) {
        let text: String = text.chars().filter(|&c| is_xml_char(c)).collect();
        let mut doc = self.doc.borrow_mut();
        let before =
            index.checked_sub(1).and_then(|at| doc.children(parent).get(at).copied());
        if !before.is_some_and(|before| doc.push_text(before, &text)) {
            let node = doc.create(Kind::Text(text));
            doc.insert(parent, index, node);
        }
    }

    fn put(&self, parent: NodeId, index: usize, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.doc.borrow_mut().insert(parent, index, node);
            }
            NodeOrText::AppendText(text) => self.text_after(parent, index, &text),
        }
    }
}

/// Whether XML allows the name (section 2.3), at most one prefix before it.
pub fn is_xml_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_';
    let on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let part = |part: &str| part.starts_with(start) && part.chars().all(on);
    name.split(':').count() <= 2 && name.split(':').all(part)
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Document {
        self.doc.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.doc.borrow().root()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.names.borrow(), |names| &names[target])
    }

    fn create_element(
        &self,
        name: QualName,
        attrs: Vec<Attribute>,
        _: ElementFlags,
    ) -> NodeId {
        let written = |name: &QualName| match &name.prefix {
            Some(prefix) if !prefix.is_empty() => {
                dom::name(&format!("{prefix}:{}", name.local))
            }
            _ => dom::name(&name.local),
        };
        let attrs = attrs
            .iter()
            .map(|attr| (written(&attr.name), attr.value.to_string()))
            .filter(|(name, _)| is_xml_name(name))
            .map(|(name, value)| {
                (name, value.chars().filter(|&c| is_xml_char(c)).collect())
            })
            .collect();
        let local = written(&name);
        let valid = is_xml_name(&local);
        let kind =
            Kind::Element { name: if valid { local } else { dom::name("span") }, attrs };
        let node = self.doc.borrow_mut().create_at(kind, self.at.get());
        self.names.borrow_mut().insert(node, name);
        node
    }

    fn set_current_line(&self, line: u64) {
        let number = usize::try_from(line).unwrap_or_default().saturating_sub(1);
        self.at.set(self.lines.get(number).copied().unwrap_or_default());
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        // XML allows no `--` in a comment, nor a `-` at its end (section 2.5).
        let text: String = text.chars().filter(|&c| is_xml_char(c)).collect();
        let mut text = text.replace("--", "- -").replace("--", "- -");
        if text.ends_with('-') {
            text.push(' ');
        }
        self.doc.borrow_mut().create(Kind::Comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.create_comment(format!("{target} {data}").into())
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let end = self.doc.borrow().children(*parent).len();
        self.put(*parent, end, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        if self.doc.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let place = {
            let doc = self.doc.borrow();
            doc.parent(*sibling).and_then(|parent| {
                // It is the last one as a rule.
                let index =
                    doc.children(parent).iter().rposition(|one| one == sibling)?;
                Some((parent, index))
            })
        };
        if let Some((parent, index)) = place {
            self.put(parent, index, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        let mut doc = self.doc.borrow_mut();
        let own: HashSet<dom::Name> =
            doc.attrs(*target).iter().map(|(name, _)| name.clone()).collect();
        let missing = attrs.into_iter().filter_map(|attr| {
            let name = dom::name(&attr.name.local);
            let is_new = is_xml_name(&name) && !own.contains(&name);
            is_new.then(|| (name, attr.value.to_string()))
        });
        doc.set_attrs(*target, missing.collect());
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.doc.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut doc = self.doc.borrow_mut();
        for child in doc.children(*node).to_vec() {
            doc.append(*new_parent, child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(inside: &str) -> String {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<html xmlns=\"x\" xmlns:epub=\"y\"><head>\
                            <title>T</title></head><body epub:type=\"bodymatter\">{inside}</body></html>"
        );
        let xml = parse(&text).to_xml();
        assert!(Document::parse(&xml).is_ok(), "{xml}");
        assert!(
            xml.starts_with(
                "<?xml version=\"1.0\"?>\n<html xmlns=\"x\" xmlns:epub=\"y\">"
            )
        );
        let (_, rest) = xml.split_once("<body epub:type=\"bodymatter\">").unwrap();
        rest.split_once("</body>").unwrap().0.to_owned()
    }

    #[test]
    fn what_stands_before_the_document_and_is_no_prolog_is_text() {
        let prolog = "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<!-- a -->";
        for text in [
            format!(
                "{prolog}<itml><head><title>T</title></head><body>text</body></html>"
            ),
            "<?xml version=\"1.0\" enc><p>text</p><html><body>more</body></html>"
                .to_owned(),
            "text</p><html></html>".to_owned(),
        ] {
            let doc = parse(&text);
            let xml = doc.to_xml();
            assert!(Document::parse(&xml).is_ok(), "{xml}");
            assert!(doc.text(doc.root()).contains("text"), "{xml}");
        }
        let whole = format!("{prolog}<html><head></head><body>a</body></html>");
        assert!(parse(&whole).to_xml().starts_with(prolog));
    }

    #[test]
    fn what_authors_type_becomes_xml() {
        assert_eq!(body("a<br>b&nbsp;c &copy; d"), "a<br />b\u{a0}c © d");
        assert_eq!(body("<p>one<p>two"), "<p>one</p><p>two</p>");
        assert_eq!(body("<!-- a -- b --->"), "<!-- a - - b - -->");
        assert_eq!(body("<input disabled><hr>"), "<input disabled=\"\" /><hr />");
        assert_eq!(body("<a id=\"x\"/>text"), "<a id=\"x\"></a>text");
        assert_eq!(body("<b><i>x</b>y</i>"), "<b><i>x</i></b><i>y</i>");
        assert_eq!(body("<p>a <i>b</p>\n<p>c</p>"), "<p>a <i>b</i></p>\n<p>c</p>");
        assert_eq!(
            body("<p><a name=\"x\">b</p><p>c</p>"),
            "<p><a name=\"x\">b</a></p><p>c</p>"
        );
    }

    #[test]
    fn what_nests_without_end_stands_beside_what_it_stood_in() {
        let depth = |tree: &Document| {
            let all = tree.descendants(tree.root());
            all.map(|node| tree.ancestors(node).count()).max().unwrap()
        };
        for (unit, end, most) in [
            ("<div>a", "", DEEPEST + 4),
            ("<div>a", "</div>", DEEPEST + 4),
            ("<span>a", "", DEEPEST + 4),
            ("<p>a", "", 5),
            ("<ul><li>a</ul><p>a", "</p>", 6),
        ] {
            let html = format!(
                "<html><body>&x;{}{}</body></html>",
                unit.repeat(4000),
                end.repeat(4000)
            );
            let tree = parse(&html);
            assert!(depth(&tree) <= most, "{unit} {}", depth(&tree));
            let text = tree.text(tree.root());
            let letters = unit.matches(">a").count() * 4000;
            assert_eq!(text.matches('a').count(), letters, "{unit}");
        }
        let inner = "<div>".repeat(600);
        let html =
            format!("<html><body>&x;{inner}1<b>2</b>3{}4<p>5", "</div>".repeat(600));
        let tree = parse(&html);
        assert_eq!(tree.text(tree.root()), "&x;12345");
        let last = tree.descendants(tree.root()).last().unwrap();
        assert_eq!(tree.ancestors(last).count(), 4, "behind all of it is the body again");
    }

    #[test]
    fn a_tag_that_is_no_element_is_text() {
        assert_eq!(
            body("<p>A Vec<T> of HashMap<K, V></p>"),
            "<p>A Vec&lt;T&gt; of HashMap&lt;K, V&gt;</p>"
        );
    }

    #[test]
    fn drawings_and_formulas_survive() {
        let svg = "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\" /></svg>";
        assert_eq!(body(svg), svg);
        assert_eq!(body("<math><mi>x</mi></math>"), "<math><mi>x</mi></math>");
    }
}
