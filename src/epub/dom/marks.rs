//! Tokens of code, and places where it may break, as marks in the text of a line and not as nodes.
//!
//! Nine of ten elements of a programming book are these, and next to nobody asks for one of them by itself. So a
//! line of a listing is one text:
//!
//! ```text
//! <pre><code><span class="line"><span class="kw">if</span> x.<wbr class="n12" />y</span></code></pre>
//!
//! text "if x.y"     marks: 0 opens kw, 2 closes, 5 may break (n12)
//! ```
//!
//! What is written of it is the same to the byte. Only what looks exactly so in the text, and has one of the
//! [classes](SpanClass) that highlighting gives, becomes a mark; all else is an element. Who has to change a
//! line makes [elements](Document::open_marks) of its marks.

use super::{Document, Kind, Name, NodeId, name};
use crate::elements::letters::LetterIndex;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The classes of spans that are marks, sorted: pandoc's of tokens (skylighting's `short` names), and that of what
/// stays together at the end of a line.
const CLASSES: &[&str] = &[
    "al", "an", "at", "bn", "bu", "cf", "ch", "cn", "co", "cv", "do", "dt", "dv", "er",
    "ex", "fl", "fu", "im", "in", "kw", "nobr", "op", "ot", "pp", "re", "sc", "ss", "st",
    "va", "vs", "wa",
];

/// How many marks stand within each other at most: what is kept together, and tokens in it or around it.
pub const MOST_NESTED: usize = 4;

/// How long the line of a listing is in most books, in bytes, and how many marks it has.
const USUAL_LINE: usize = 64;
const USUAL_MARKS: usize = 16;

/// The class of a span that is a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanClass(u8);

impl SpanClass {
    /// By its name: `kw`.
    pub fn of(name: &str) -> Option<Self> {
        static INDEX: LetterIndex = LetterIndex::of(CLASSES);
        u8::try_from(INDEX.find(name)?).ok().map(Self)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        CLASSES.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The attributes of the element that a mark stands for.
    pub fn attrs(self) -> &'static [(Name, String)] {
        static ALL: LazyLock<Vec<[(Name, String); 1]>> = LazyLock::new(|| {
            let attrs = |one: &&str| [(name("class"), (*one).to_owned())];
            CLASSES.iter().map(attrs).collect()
        });
        ALL.get(usize::from(self.0)).map_or(&[], |attrs| attrs)
    }
}

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// A span with this class begins.
    Open(SpanClass),
    /// The span that began last ends.
    Close,
    /// The line may break here; the number is that of the class, `n12`.
    Break(Option<u8>),
}

/// A mark in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextMark {
    /// The byte of the text before which it stands.
    pub at: u32,
    /// The byte of the parsed document at which its tag stands; 0 for one made later.
    pub offset: u32,
    /// What it says.
    pub kind: MarkKind,
}

/// The marks of a text, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks(pub(super) Vec<TextMark>);

/// A part of a text with marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPart<'t> {
    /// Characters, never none.
    Text(&'t str),
    /// A mark.
    Mark(TextMark),
}

impl MarkKind {
    /// What a start tag or an empty element's, written as we write them and without angle brackets, says:
    /// `span class="kw"`, `wbr class="n12" /`.
    pub(super) fn of_tag(tag: &str, is_empty: bool) -> Option<Self> {
        let (tag, class) = match tag.strip_suffix(if is_empty { "\" " } else { "\"" }) {
            Some(tag) => tag.split_once(" class=\"")?,
            None => (tag.strip_suffix(' ').filter(|_| is_empty)?, ""),
        };
        match (tag, is_empty) {
            ("span", false) => SpanClass::of(class).map(Self::Open),
            ("wbr", true) if class.is_empty() => Some(Self::Break(None)),
            ("wbr", true) => Self::of_break(class),
            _ => None,
        }
    }

    /// A place to break with this class: `n12`.
    pub fn of_break(class: &str) -> Option<Self> {
        let digits =
            class.strip_prefix('n').filter(|rest| !rest.starts_with(['0', '+']))?;
        digits.parse().ok().map(|number| Self::Break(Some(number)))
    }

    /// Writes the tag that it stands for.
    pub(super) fn write(self, out: &mut String) {
        match self {
            Self::Open(class) => {
                out.push_str("<span class=\"");
                out.push_str(class.name());
                out.push_str("\">");
            }
            Self::Close => out.push_str("</span>"),
            Self::Break(None) => out.push_str("<wbr />"),
            Self::Break(Some(number)) => {
                let _ = write!(out, "<wbr class=\"n{number}\" />");
            }
        }
    }
}

/// A text and its marks, part by part.
#[derive(Debug, Clone)]
pub struct TextParts<'t> {
    text: &'t str,
    marks: std::slice::Iter<'t, TextMark>,
    /// The byte up to which the text was given.
    at: usize,
    /// A mark that comes before what is left of the text.
    next: Option<TextMark>,
}

impl<'t> TextParts<'t> {
    pub(super) fn of(text: &'t str, marks: &'t [TextMark]) -> Self {
        Self { text, marks: marks.iter(), at: 0, next: None }
    }
}

impl<'t> Iterator for TextParts<'t> {
    type Item = TextPart<'t>;

    fn next(&mut self) -> Option<TextPart<'t>> {
        if let Some(mark) = self.next.take() {
            return Some(TextPart::Mark(mark));
        }
        let mark = self.marks.next().copied();
        let end = mark.map_or(self.text.len(), |mark| mark.at as usize);
        let before = self.text.get(self.at..end).filter(|text| !text.is_empty());
        self.at = self.at.max(end);
        if let Some(text) = before {
            self.next = mark;
            return Some(TextPart::Text(text));
        }
        mark.map(TextPart::Mark)
    }
}

impl Document {
    /// Whether an element is the line of a listing, whose text may have marks: `pre > code > span`.
    pub fn is_line(&self, node: NodeId) -> bool {
        let is = |node: Option<NodeId>, name| {
            node.filter(|&node| self.name(node) == Some(name))
        };
        let code = is(Some(node), "span").and_then(|span| is(self.parent(span), "code"));
        code.is_some_and(|code| is(self.parent(code), "pre").is_some())
    }

    /// The marks of a text, in their order.
    pub fn marks(&self, node: NodeId) -> &[TextMark] {
        self.node(node).marks.as_ref().map_or(&[], |marks| &marks.0)
    }

    /// A text and its marks, part by part; nothing for what is no text.
    pub fn text_parts(&self, node: NodeId) -> TextParts<'_> {
        let text = match self.kind(node) {
            Kind::Text(text) => &**text,
            _ => "",
        };
        TextParts::of(text, self.marks(node))
    }

    /// A new text with marks, which stands nowhere yet. It belongs into the line of a listing.
    pub fn create_marked(&mut self, text: String, marks: Vec<TextMark>) -> NodeId {
        let node = self.create(Kind::Text(text));
        self.set_marks(node, marks);
        node
    }

    /// Gives a text other marks.
    pub fn set_marks(&mut self, node: NodeId, marks: Vec<TextMark>) {
        self.node_mut(node).marks = (!marks.is_empty()).then(|| Box::new(Marks(marks)));
    }

    /// Takes the marks off a text.
    pub(super) fn take_marks(&mut self, node: NodeId) -> Vec<TextMark> {
        self.node_mut(node).marks.take().map(|marks| marks.0).unwrap_or_default()
    }

    /// Puts a mark at the end of an element, whose last child is a text or becomes one.
    pub(super) fn push_mark(&mut self, parent: NodeId, kind: MarkKind, offset: usize) {
        let last = self.children(parent).last().copied();
        let is_text = |&node: &NodeId| matches!(self.kind(node), Kind::Text(_));
        let node = last.filter(is_text).unwrap_or_else(|| {
            let text = String::with_capacity(USUAL_LINE);
            self.add(parent, Kind::Text(text), offset)
        });
        let own = self.node_mut(node);
        let Kind::Text(text) = &own.kind else { return };
        let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let offset = u32::try_from(offset).unwrap_or_default();
        let marks = own.marks.get_or_insert_default();
        if marks.0.is_empty() {
            marks.0.reserve_exact(USUAL_MARKS);
        }
        marks.0.push(TextMark { at, offset, kind });
    }

    /// Puts a text with its marks behind another one's.
    pub(super) fn push_marked(&mut self, node: NodeId, more: &str, marks: Vec<TextMark>) {
        let own = self.node_mut(node);
        let Kind::Text(text) = &mut own.kind else { return };
        let before = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(more);
        if !marks.is_empty() {
            let moved =
                marks.into_iter().map(|mark| TextMark { at: mark.at + before, ..mark });
            own.marks.get_or_insert_default().0.extend(moved);
        }
    }

    /// Makes elements of the marks of a text. The nodes that stand in its place now: itself, where it has none.
    pub fn open_marks(&mut self, node: NodeId) -> Vec<NodeId> {
        if self.marks(node).is_empty() {
            return vec![node];
        }
        let (made, _) = self.elements_of_marks(node);
        self.replace_by(node, &made);
        made
    }

    /// Makes elements of all marks below a node.
    pub fn open_marks_below(&mut self, node: NodeId) {
        let marked = |&one: &NodeId| !self.marks(one).is_empty();
        let texts: Vec<NodeId> = self.descendants(node).filter(marked).collect();
        for text in texts {
            self.open_marks(text);
        }
    }

    /// The document with an element for each mark, for who asks what stands beside what.
    pub fn with_marks_opened(&self) -> Cow<'_, Self> {
        if self.nodes.iter().all(|node| node.marks.is_none()) {
            return Cow::Borrowed(self);
        }
        let mut opened = self.clone();
        opened.open_marks_below(opened.root());
        Cow::Owned(opened)
    }

    /// The same in a document that is being parsed, for the last text of an element; the elements that are open then.
    pub(super) fn open_last_marks(&mut self, parent: NodeId) -> Vec<NodeId> {
        let Some(&node) = self.children(parent).last() else { return Vec::new() };
        let (made, open) = self.elements_of_marks(node);
        self.replace_by(node, &made);
        open
    }

    /// The nodes that a text with marks stands for, and those of them that do not end in it.
    fn elements_of_marks(&mut self, node: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
        let text = match self.kind(node) {
            Kind::Text(text) => text.clone(),
            _ => String::new(),
        };
        let marks = self.marks(node).to_vec();
        let (mut next_offset, mut tag) = (self.offset(node), String::new());
        let (mut made, mut open) = (Vec::new(), Vec::<NodeId>::new());
        for part in TextParts::of(&text, &marks) {
            let (kind, offset) = match part {
                TextPart::Text(text) => (Kind::Text(text.to_owned()), next_offset),
                TextPart::Mark(mark) => {
                    let offset = mark.offset as usize;
                    tag.clear();
                    mark.kind.write(&mut tag);
                    next_offset = if offset == 0 { 0 } else { offset + tag.len() };
                    let (element, class) = match mark.kind {
                        MarkKind::Open(class) => ("span", Some(class.name().to_owned())),
                        MarkKind::Break(class) => {
                            ("wbr", class.map(|number| format!("n{number}")))
                        }
                        MarkKind::Close => {
                            open.pop();
                            continue;
                        }
                    };
                    let attrs = class.into_iter().map(|class| (name("class"), class));
                    let attrs = attrs.collect();
                    (Kind::Element { name: name(element), attrs }, offset)
                }
            };
            let is_open = matches!(part, TextPart::Mark(mark) if matches!(mark.kind, MarkKind::Open(_)));
            let own = self.create_at(kind, offset);
            match open.last() {
                Some(&parent) => self.append(parent, own),
                None => made.push(own),
            }
            if is_open {
                open.push(own);
            }
        }
        (made, open)
    }

    /// Puts nodes in another's place.
    fn replace_by(&mut self, node: NodeId, made: &[NodeId]) {
        let Some(parent) = self.parent(node) else { return };
        let own = self.children(parent).iter();
        let children = own
            .flat_map(|child| if *child == node { made.to_vec() } else { vec![*child] });
        let children = children.collect();
        self.set_children(parent, children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "<pre><code><span id=\"a\"><a></a>x &lt; <span class=\"kw\">if</span>\
        <span class=\"nobr\">-<span class=\"fu\">g</span></span>.<wbr class=\"n12\" />y<wbr />\
        <span class=\"st\"></span>\n</span></code></pre>";

    fn elements(doc: &Document) -> usize {
        doc.descendants(doc.root()).filter(|&node| doc.name(node).is_some()).count()
    }

    #[test]
    fn a_line_is_one_text_and_is_written_as_it_was() {
        assert!(CLASSES.is_sorted());
        let mut doc = Document::parse(LINE).unwrap();
        assert_eq!((elements(&doc), doc.to_xml()), (4, LINE.to_owned()));
        assert_eq!(doc.text(doc.root()), "x < if-g.y\n");
        let opened = doc.with_marks_opened().into_owned();
        assert_eq!((elements(&opened), opened.to_xml()), (10, LINE.to_owned()));
        // Each node knows where it stands, marks or not.
        for node in opened.descendants(opened.root()) {
            let rest = &LINE[opened.offset(node)..];
            match opened.kind(node) {
                Kind::Text(text) => {
                    let text = super::super::escape_text(text);
                    assert!(rest.starts_with(&text), "{text}: {rest}");
                }
                _ => assert!(rest.starts_with('<')),
            }
        }
        let (text, _) = doc.rewrite();
        assert_eq!(text, LINE);
        doc.open_marks_below(doc.root());
        assert_eq!((elements(&doc), doc.to_xml()), (10, LINE.to_owned()));
    }

    #[test]
    fn what_is_written_otherwise_is_an_element() {
        let has_none = |doc: &Document| {
            doc.descendants(doc.root()).all(|node| doc.marks(node).is_empty())
        };
        for inside in [
            "<span class='kw'>a</span>",
            "<span class=\"mine\">a</span>",
            "<span class=\"kw\" id=\"x\">a</span>",
            "<wbr class=\"n012\" />",
            "<wbr class=\"n999\" />",
            "<span class=\"kw\">a<b>c</b></span>",
            "<span class=\"nobr\"><span class=\"kw\">a<!-- b --></span></span>",
        ] {
            let xml = format!("<pre><code><span>{inside}</span></code></pre>");
            let doc = Document::parse(&xml).unwrap();
            assert!(has_none(&doc), "{inside}");
            assert_eq!(doc.to_xml(), xml.replace('\'', "\""));
        }
        for xml in [
            "<p><code><span><span class=\"kw\">a</span></span></code></p>",
            "<pre><code><span class=\"kw\">a</span></code></pre>",
        ] {
            let doc = Document::parse(xml).unwrap();
            assert!(has_none(&doc), "{xml}");
        }
        let error = Document::parse("<pre><code><span><span class=\"kw\">a").unwrap_err();
        assert_eq!((error.offset, &*error.to_string()), (17, "<span> is never closed"));
        assert!(Document::parse("<pre><code><span><span class=\"kw\">a</b>").is_err());
        let deep = "<span class=\"kw\">".repeat(9) + "a" + &"</span>".repeat(9);
        let deep = format!("<pre><code><span>{deep}</span></code></pre>");
        assert_eq!(Document::parse(&deep).unwrap().to_xml(), deep);
    }

    #[test]
    fn texts_keep_their_marks_where_they_become_one() {
        let mut doc = Document::parse(LINE).unwrap();
        let line = doc.parent(doc.children(doc.root())[0]).unwrap_or(doc.root());
        let texts: Vec<NodeId> =
            doc.descendants(line).filter(|&node| !doc.marks(node).is_empty()).collect();
        let parent = doc.parent(texts[0]).unwrap();
        let mark = |at, kind| TextMark { at, offset: 0, kind };
        let kw = SpanClass::of("kw").unwrap();
        let more = doc.create_marked(
            "if".to_owned(),
            vec![mark(0, MarkKind::Open(kw)), mark(2, MarkKind::Close)],
        );
        doc.append(parent, more);
        let before = doc.to_xml();
        doc.merge_texts();
        assert_eq!((doc.children(parent).len(), doc.to_xml()), (2, before.clone()));
        doc.compact(&mut []);
        assert_eq!(doc.to_xml(), before);
    }
}
