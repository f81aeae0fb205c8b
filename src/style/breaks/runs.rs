//! Runs of text and tokens, which are read as one text and written again with their places to break.
//!
//! ```text
//! p<span class="op">-&gt;</span>go   the text "p->go", of which the bytes 1 to 3 stand in a span
//! ```

use super::{Break, TOGETHER, listing};
use crate::epub::dom::{Document, Kind, MarkKind, NodeId, SpanClass, TextMark, TextPart};
use std::ops::Range;
use std::sync::LazyLock;

/// The span around a token.
#[derive(Debug, Clone, PartialEq, Eq)]
enum TokenSpan {
    /// With one of the classes that highlighting gives.
    Class(SpanClass),
    /// With others, or none: the value of its class.
    Other(Option<String>),
}

/// Text and tokens that are read as one text.
#[derive(Debug, Default)]
pub(super) struct TextRun {
    pub(super) text: String,
    /// The nodes that it was read of.
    pub(super) nodes: Vec<NodeId>,
    /// The bytes of each part of the text, and the span around it.
    parts: Vec<(Range<usize>, Option<TokenSpan>)>,
    /// Where it may break, in order.
    pub(super) breaks: Vec<Break>,
    /// The bytes that stay together, each within one part.
    pub(super) together: Vec<Range<usize>>,
}

/// A text as it is written, and what stands in it before which byte.
#[derive(Debug, Default)]
pub(super) struct WrittenRun<'r> {
    pub(super) text: String,
    tags: Vec<(usize, RunTag<'r>)>,
}

#[derive(Debug)]
enum RunTag<'r> {
    Open(&'r TokenSpan),
    Close,
    Break(Option<usize>),
}

/// The span around what stays together.
static TOGETHER_SPAN: LazyLock<TokenSpan> =
    LazyLock::new(|| TokenSpan::of(TOGETHER.to_owned()));

impl TokenSpan {
    /// By the value of its class.
    fn of(class: String) -> Self {
        SpanClass::of(&class).map_or_else(|| Self::Other(Some(class)), Self::Class)
    }

    fn class(&self) -> Option<&str> {
        match self {
            Self::Class(class) => Some(class.name()),
            Self::Other(class) => class.as_deref(),
        }
    }
}

/// The nodes that a run is read of, of one of its nodes: elements in the place of marks that stand within each other.
pub(super) fn readable(tree: &mut Document, node: NodeId) -> Vec<NodeId> {
    if is_flat(tree, node) { vec![node] } else { tree.open_marks(node) }
}

/// Whether a node can be read as it is: it has no places to break yet, and no mark of it stands within another.
pub(super) fn is_flat(tree: &Document, node: NodeId) -> bool {
    let mut depth = 0;
    tree.marks(node).iter().all(|mark| {
        match mark.kind {
            MarkKind::Open(_) => depth += 1,
            MarkKind::Close => depth -= 1,
            MarkKind::Break(_) => return false,
        }
        depth <= 1
    })
}

impl TextRun {
    /// Reads a node that is a text or a token; whether it is one.
    pub(super) fn read(&mut self, tree: &Document, node: NodeId) -> bool {
        match tree.kind(node) {
            Kind::Text(_) => {
                let mut span = None;
                for part in tree.text_parts(node) {
                    match part {
                        TextPart::Text(text) => self.push(text, span.clone()),
                        TextPart::Mark(mark) => {
                            span = match mark.kind {
                                MarkKind::Open(class) => Some(TokenSpan::Class(class)),
                                MarkKind::Close | MarkKind::Break(_) => None,
                            };
                        }
                    }
                }
            }
            Kind::Element { name, .. }
                if name == "span" && !tree.has_class(node, "line") =>
            {
                let is_text = |&one: &NodeId| matches!(tree.kind(one), Kind::Text(_));
                let class = match tree.attrs(node) {
                    [] => None,
                    [(name, class)] if name == "class" => Some(class.clone()),
                    _ => return false,
                };
                if !tree.children(node).iter().all(is_text) {
                    return false;
                }
                let span = class.map_or(TokenSpan::Other(None), TokenSpan::of);
                self.push(&tree.text(node), Some(span));
            }
            _ => return false,
        }
        self.nodes.push(node);
        true
    }

    fn push(&mut self, text: &str, span: Option<TokenSpan>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.parts.push((start..self.text.len(), span));
    }

    /// Whether a range of bytes lies within one part.
    pub(super) fn is_within_part(&self, range: &Range<usize>) -> bool {
        let part = self.parts.partition_point(|(part, _)| part.end <= range.start);
        self.parts.get(part).is_some_and(|(part, _)| range.end <= part.end)
    }

    /// The run with its places to break. What stays together `across` several parts has a span around all of them.
    pub(super) fn written(&mut self, across: Vec<Range<usize>>) -> WrittenRun<'_> {
        // A line ends before what stays together, not in it.
        let mut before = Vec::new();
        for range in &across {
            let first = self.breaks.binary_search_by_key(&range.start, |one| one.at);
            before.push(first.ok().map(|first| self.breaks.remove(first)));
        }
        let mut to = WrittenRun::default();
        let mut at = 0;
        for (range, before) in across.into_iter().zip(before) {
            self.write(at..range.start, &mut to);
            to.push_breaks(before);
            to.open(&TOGETHER_SPAN);
            self.write(range.clone(), &mut to);
            to.close();
            at = range.end;
        }
        self.write(at..self.text.len(), &mut to);
        to
    }

    /// Writes a range of the text, in spans as it was.
    fn write<'r>(&'r self, range: Range<usize>, to: &mut WrittenRun<'r>) {
        let first = self.parts.partition_point(|(part, _)| part.end <= range.start);
        for (part, span) in &self.parts[first..] {
            if part.start >= range.end {
                break;
            }
            let own = range.start.max(part.start)..range.end.min(part.end);
            if own.is_empty() {
                continue;
            }
            if let Some(span) = span {
                to.open(span);
            }
            self.write_text(own, to);
            if span.is_some() {
                to.close();
            }
        }
    }

    /// Writes a range of one part, with what stays together in it and its places to break.
    fn write_text(&self, range: Range<usize>, to: &mut WrittenRun<'_>) {
        let mut at = range.start;
        let first = self.together.partition_point(|one| one.start < range.start);
        for one in self.together[first..].iter().take_while(|one| one.end <= range.end) {
            self.write_broken(at..one.start, to);
            if let Ok(found) = self.breaks.binary_search_by_key(&one.start, |one| one.at)
            {
                to.push_breaks([self.breaks[found]]);
            }
            to.open(&TOGETHER_SPAN);
            to.text.push_str(&self.text[one.clone()]);
            to.close();
            at = one.end;
        }
        self.write_broken(at..range.end, to);
    }

    /// Writes a range of one part with its places to break.
    fn write_broken(&self, range: Range<usize>, to: &mut WrittenRun<'_>) {
        let mut at = range.start;
        let first = self.breaks.partition_point(|one| one.at < range.start);
        for place in self.breaks[first..].iter().take_while(|one| one.at < range.end) {
            to.text.push_str(&self.text[at..place.at]);
            to.push_breaks([*place]);
            at = place.at;
        }
        to.text.push_str(&self.text[at..range.end]);
    }
}

impl<'r> WrittenRun<'r> {
    fn open(&mut self, span: &'r TokenSpan) {
        self.tags.push((self.text.len(), RunTag::Open(span)));
    }

    fn close(&mut self) {
        self.tags.push((self.text.len(), RunTag::Close));
    }

    fn push_breaks(&mut self, breaks: impl IntoIterator<Item = Break>) {
        let tags =
            breaks.into_iter().map(|one| (self.text.len(), RunTag::Break(one.room)));
        self.tags.extend(tags);
    }

    /// It as nodes.
    pub(super) fn into_nodes(self, tree: &mut Document) -> Vec<NodeId> {
        let mut made = Vec::new();
        let mut open: Vec<NodeId> = Vec::new();
        let mut at = 0;
        let end = (self.text.len(), None);
        let tags = self.tags.into_iter().map(|(at, tag)| (at, Some(tag)));
        for (next, tag) in tags.chain([end]) {
            let mut put = |tree: &mut Document, node| match open.last() {
                Some(&parent) => tree.append(parent, node),
                None => made.push(node),
            };
            if next > at {
                let text = tree.create(Kind::Text(self.text[at..next].to_owned()));
                put(tree, text);
                at = next;
            }
            match tag {
                Some(RunTag::Open(span)) => {
                    let class = span.class().map(|class| ("class", class));
                    let node = tree.create_element("span", class.as_slice());
                    put(tree, node);
                    open.push(node);
                }
                Some(RunTag::Break(room)) => {
                    let class = room.map(listing::class);
                    let class = class.as_deref().map(|class| ("class", class));
                    let node = tree.create_element("wbr", class.as_slice());
                    put(tree, node);
                }
                Some(RunTag::Close) | None => {
                    open.pop();
                }
            }
        }
        made
    }

    /// What stands in the text as marks, where all of it can be that.
    pub(super) fn marks(&self) -> Option<Vec<TextMark>> {
        let mark = |(at, tag): &(usize, RunTag<'_>)| {
            let kind = match tag {
                RunTag::Open(TokenSpan::Class(class)) => MarkKind::Open(*class),
                RunTag::Open(TokenSpan::Other(_)) => return None,
                RunTag::Close => MarkKind::Close,
                RunTag::Break(room) => {
                    let room = room.map(u8::try_from).transpose().ok()?;
                    MarkKind::Break(room)
                }
            };
            Some(TextMark { at: u32::try_from(*at).ok()?, offset: 0, kind })
        };
        self.tags.iter().map(mark).collect()
    }
}
