//! An XML document as a tree that can be changed and written back.
//!
//! Text that no one touches is written as it was read, but for the way characters are escaped.
//! Nodes know the byte they began at, so that findings name line and column.

mod marks;
mod name;
mod values;
mod write;

use crate::elements::local;
use marks::Marks;
pub use marks::{MOST_NESTED, MarkKind, SpanClass, TextMark, TextPart, TextParts};
pub use name::{Name, name};
use quick_xml::XmlVersion;
use quick_xml::escape::escape;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::fmt;
pub use values::NodeValues;
pub use write::OffsetMap;

/// How deep elements may nest. Books stay below a hundred; looking for the ancestors of what nests
/// without end would take time without end.
const DEEPEST: usize = 2_000;

/// How many bytes a document may have: nodes and bytes are counted with 32 bits.
const LARGEST: usize = 1 << 30;

/// For how many nodes there is room from the beginning: some megabytes.
const MOST_RESERVED: usize = 1 << 16;

/// What keeps a text from being a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It breaks a rule of XML's, which this names.
    Malformed(String),
    /// Its elements nest deeper than [`DEEPEST`].
    TooDeep,
    /// It is larger than [`LARGEST`].
    TooLarge,
    /// It defines entities, which could grow without end or name files of the reader's machine.
    DefinesEntities,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed(message) => message,
            Self::TooDeep => "elements are nested more than 2000 deep",
            Self::TooLarge => "the document is larger than a gigabyte",
            Self::DefinesEntities => "the document defines entities of its own",
        })
    }
}

/// Why a text could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The byte at which the text stops being a document.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for ParseError {}

/// A node of one [`Document`]; meaningless in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The document itself; the root of the tree.
    Document,
    /// An element with its name as written and its attributes in their order.
    Element {
        /// The name, with its prefix.
        name: Name,
        /// Names and values, unescaped.
        attrs: Vec<(Name, String)>,
    },
    /// Characters, unescaped. In the line of a listing they may have [marks](Document::marks).
    Text(String),
    /// A comment, without its delimiters.
    Comment(String),
    /// Declaration, doctype or processing instruction, as written with its delimiters.
    Verbatim(String),
}

#[derive(Debug, Clone)]
struct Node {
    kind: Kind,
    children: Vec<NodeId>,
    parent: Option<NodeId>,
    offset: u32,
    /// Where among its parent's children it was put; others that come or go before it move it.
    slot: u32,
    /// By how much the last child that was looked for stood elsewhere than where it was put: the next one does, too,
    /// where they are gone through in their order.
    drift: i32,
    /// What stands in a text besides characters.
    marks: Option<Box<Marks>>,
}

impl Node {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            children: Vec::new(),
            parent: None,
            offset: 0,
            slot: 0,
            drift: 0,
            marks: None,
        }
    }
}

/// A tree of nodes.
#[derive(Debug, Clone)]
pub struct Document {
    nodes: Vec<Node>,
    /// Two bits for each name that an element ever had, its prefix left out; several names share one, few both.
    names: [u128; 2],
}

/// The bits of a name of elements.
fn bits(name: &str) -> [u128; 2] {
    let add = |sum: u32, byte| (sum ^ u32::from(byte)).wrapping_mul(16_777_619);
    let sum = local(name).bytes().fold(2_166_136_261, add);
    [1 << (sum >> 25), 1 << (sum >> 18 & 127)]
}

impl Document {
    /// Parses well-formed XML. Entities other than XML's own five are an error, as they are for
    /// a reading system.
    ///
    /// # Errors
    /// The byte at which the text stops being well-formed, and why.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let malformed =
            |offset, message| ParseError { offset, fault: Fault::Malformed(message) };
        if text.len() > LARGEST {
            return Err(ParseError { offset: 0, fault: Fault::TooLarge });
        }
        let is_odd = |&(_, c): &(usize, char)| !is_xml_char(c);
        let odd = may_hold_odd(text).then(|| text.char_indices().find(is_odd)).flatten();
        if let Some((offset, c)) = odd {
            let message = format!("U+{:04X} is not allowed in XML", u32::from(c));
            return Err(malformed(offset, message));
        }
        let mut doc = Self::empty();
        doc.nodes.reserve_exact(estimated_nodes(text));
        let mut open = vec![doc.root()];
        let mut reader = quick_xml::Reader::from_str(text);
        reader.config_mut().check_comments = true;
        let mut attrs = Vec::new();
        let mut line = MarkedLine::default();
        loop {
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            let fail = |message: String| malformed(offset, message);
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(offset);
                malformed(at, error.to_string())
            })?;
            if line.takes(&mut doc, &event, &mut open, offset) {
                continue;
            }
            let here = *open.last().unwrap_or(&NodeId(0));
            match event {
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    for attr in tag.attributes() {
                        let attr = attr.map_err(|error| fail(error.to_string()))?;
                        let value = attr
                            .normalized_value(XmlVersion::Implicit1_0)
                            .map_err(|error| fail(error.to_string()))?;
                        attrs.push((name(attr.key.as_ref()), value.into_owned()));
                    }
                    let name = name(tag.name().into_inner());
                    #[expect(
                        clippy::drain_collect,
                        reason = "most elements have one, and room for four is a fifth of all memory"
                    )]
                    let attrs = attrs.drain(..).collect();
                    let kind = Kind::Element { name, attrs };
                    let node = doc.add(here, kind, offset);
                    if matches!(event, Event::Start(_)) {
                        line.begin(&doc, node);
                        open.push(node);
                        if open.len() > DEEPEST {
                            return Err(ParseError { offset, fault: Fault::TooDeep });
                        }
                    }
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => doc.add_text(here, &text.xml10_content(), offset),
                Event::CData(text) => doc.add_text(here, &text.xml10_content(), offset),
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c.to_string()),
                        Ok(None) => quick_xml::escape::resolve_xml_entity(
                            &reference.xml10_content(),
                        )
                        .map(str::to_owned),
                        Err(error) => return Err(fail(error.to_string())),
                    };
                    let text = resolved.ok_or_else(|| {
                        fail(format!("unknown entity &{};", reference.xml10_content()))
                    })?;
                    doc.add_text(here, &text, offset);
                }
                Event::Comment(text) => {
                    doc.add(here, Kind::Comment(text.into_inner().into_owned()), offset);
                }
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                    let end = usize::try_from(reader.buffer_position()).unwrap_or(offset);
                    let verbatim = text.get(offset..end).unwrap_or_default().to_owned();
                    // They could grow without end, or name files of the reader's machine.
                    if matches!(event, Event::DocType(_)) && verbatim.contains("<!ENTITY")
                    {
                        return Err(ParseError { offset, fault: Fault::DefinesEntities });
                    }
                    doc.add(here, Kind::Verbatim(verbatim), offset);
                }
                Event::Eof if open.len() > 1 => {
                    let name = doc.name(here).unwrap_or_default();
                    let message = format!("<{name}> is never closed");
                    return Err(malformed(doc.offset(here), message));
                }
                Event::Eof => {
                    doc.shrink();
                    return Ok(doc);
                }
            }
        }
    }

    fn add(&mut self, parent: NodeId, kind: Kind, offset: usize) -> NodeId {
        let node = self.create(kind);
        self.node_mut(node).offset = u32::try_from(offset).unwrap_or_default();
        self.append(parent, node);
        node
    }

    fn add_text(&mut self, parent: NodeId, text: &str, offset: usize) {
        if let Some(&last) = self.children(parent).last()
            && let Kind::Text(before) = &mut self.node_mut(last).kind
        {
            before.push_str(text);
        } else {
            self.add(parent, Kind::Text(text.to_owned()), offset);
        }
    }

    /// A tree of the document node alone.
    pub fn empty() -> Self {
        let root = Node::new(Kind::Document);
        Self { nodes: vec![root], names: [0; 2] }
    }

    fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    fn node_mut(&mut self, node: NodeId) -> &mut Node {
        &mut self.nodes[node.0 as usize]
    }

    /// Adds characters to a text node; false when the node is none.
    pub fn push_text(&mut self, node: NodeId, more: &str) -> bool {
        match &mut self.node_mut(node).kind {
            Kind::Text(text) => {
                text.push_str(more);
                true
            }
            _ => false,
        }
    }

    /// The document node.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The outermost element.
    pub fn root_element(&self) -> Option<NodeId> {
        self.children(self.root()).iter().copied().find(|&node| self.name(node).is_some())
    }

    /// What a node is.
    pub fn kind(&self, node: NodeId) -> &Kind {
        &self.node(node).kind
    }

    /// The byte of the parsed text at which a node began; 0 for one made later.
    pub fn offset(&self, node: NodeId) -> usize {
        self.node(node).offset as usize
    }

    /// The node it stands in.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.node(node).parent
    }

    /// The nodes in it.
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        &self.node(node).children
    }

    /// Its parent, that one's parent, and so on.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&node| self.parent(node))
    }

    /// All nodes below it, in document order.
    pub fn descendants(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut open: Vec<NodeId> = self.children(node).iter().rev().copied().collect();
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(self.children(next).iter().rev());
            Some(next)
        })
    }

    /// An element's name as written, prefix and all.
    pub fn name(&self, node: NodeId) -> Option<&str> {
        match self.kind(node) {
            Kind::Element { name, .. } => Some(name),
            _ => None,
        }
    }

    /// An element's name without its prefix.
    pub fn local_name(&self, node: NodeId) -> Option<&str> {
        self.name(node).map(local)
    }

    /// The level of a heading, from 1 to 6, by its element; `None` for what is none.
    pub fn heading_level(&self, node: NodeId) -> Option<u32> {
        crate::elements::heading_level(self.name(node)?)
    }

    /// An element's attributes.
    pub fn attrs(&self, node: NodeId) -> &[(Name, String)] {
        match self.kind(node) {
            Kind::Element { attrs, .. } => attrs,
            _ => &[],
        }
    }

    /// The value of an attribute, by its name as written.
    pub fn attr(&self, node: NodeId, name: &str) -> Option<&str> {
        self.attrs(node).iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Sets an attribute of an element.
    pub fn set_attr(&mut self, node: NodeId, name: &str, value: impl Into<String>) {
        if let Kind::Element { attrs, .. } = &mut self.node_mut(node).kind {
            if let Some(attr) = attrs.iter_mut().find(|(key, _)| key == name) {
                attr.1 = value.into();
            } else {
                attrs.reserve_exact(1);
                attrs.push((self::name(name), value.into()));
            }
        }
    }

    /// Sets several attributes of an element: a look at each, not one at all of them for each.
    pub fn set_attrs(&mut self, node: NodeId, new: Vec<(Name, String)>) {
        let Kind::Element { attrs, .. } = &mut self.node_mut(node).kind else { return };
        let mut places: HashMap<Name, usize> = HashMap::with_capacity(attrs.len());
        for (at, (name, _)) in attrs.iter().enumerate() {
            places.entry(name.clone()).or_insert(at);
        }
        for (name, value) in new {
            if let Some(&at) = places.get(&name) {
                attrs[at].1 = value;
            } else {
                places.insert(name.clone(), attrs.len());
                attrs.push((name, value));
            }
        }
    }

    /// Makes a node that was parsed another, which has no place of its own in the text; it stands where it stood.
    pub fn remake(&mut self, node: NodeId, kind: Kind) {
        if let Kind::Element { name, .. } = &kind {
            self.note_name(name);
        }
        let own = self.node_mut(node);
        (own.kind, own.offset, own.marks) = (kind, 0, None);
    }

    /// How many nodes are in the tree, and how many were taken out of it and take memory still.
    pub fn counts(&self) -> (usize, usize) {
        let left = self.descendants(self.root()).count() + 1;
        (left, self.nodes.len() - left)
    }

    /// Takes all attributes off an element but those that stay by their name and value, in one look at each; how
    /// many went.
    pub fn retain_attrs(
        &mut self,
        node: NodeId,
        mut stays: impl FnMut(&str, &str) -> bool,
    ) -> usize {
        let Kind::Element { attrs, .. } = &mut self.node_mut(node).kind else { return 0 };
        let before = attrs.len();
        attrs.retain(|(name, value)| stays(name, value));
        before - attrs.len()
    }

    /// The prefixes that are declared where an element stands, with their namespaces.
    pub fn prefixes(&self, node: NodeId) -> HashMap<&str, &str> {
        let mut found = HashMap::new();
        for one in std::iter::once(node).chain(self.ancestors(node)) {
            for (name, value) in self.attrs(one) {
                if let Some(prefix) = name.strip_prefix("xmlns:") {
                    found.entry(prefix).or_insert(&**value);
                }
            }
        }
        found
    }

    /// Gives an element another name.
    pub fn rename(&mut self, node: NodeId, to: &str) {
        self.note_name(to);
        if let Kind::Element { name, .. } = &mut self.node_mut(node).kind {
            *name = self::name(to);
        }
    }

    /// Whether an element may have a name, its prefix left out. Where it is false none has, and nobody has to
    /// look for one in the whole tree.
    pub fn may_have(&self, name: &str) -> bool {
        let [first, second] = bits(name);
        self.names[0] & first != 0 && self.names[1] & second != 0
    }

    /// Notes that an element has a name.
    fn note_name(&mut self, name: &str) {
        let [first, second] = bits(name);
        self.names[0] |= first;
        self.names[1] |= second;
    }

    /// Takes an attribute off an element.
    pub fn remove_attr(&mut self, node: NodeId, name: &str) {
        self.retain_attrs(node, |key, _| key != name);
    }

    /// The element's classes.
    pub fn classes(&self, node: NodeId) -> impl Iterator<Item = &str> {
        self.attr(node, "class").unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether it has a class.
    pub fn has_class(&self, node: NodeId, class: &str) -> bool {
        self.classes(node).any(|one| one == class)
    }

    /// All characters below a node.
    pub fn text(&self, node: NodeId) -> String {
        let mut out = String::new();
        for node in std::iter::once(node).chain(self.descendants(node)) {
            if let Kind::Text(text) = self.kind(node) {
                out.push_str(text);
            }
        }
        out
    }

    /// The same with single spaces, the TeX of formulas for what they are drawn of, and what pictures
    /// are described by, no numbers of notes: for use where nothing but text may stand.
    pub fn label(&self, node: NodeId) -> String {
        let mut out = String::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let formula = (self.local_name(node) == Some("math"))
                .then(|| self.attr(node, "alttext"))
                .flatten();
            if self.attr(node, "epub:type") == Some("noteref") {
                continue;
            }
            match (self.kind(node), formula) {
                (Kind::Text(text), _) => out.push_str(text),
                (_, Some(tex)) => out.push_str(tex),
                _ => {
                    out.push_str(self.attr(node, "alt").unwrap_or_default());
                    open.extend(self.children(node).iter().rev());
                }
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A new node that stands nowhere yet.
    pub fn create(&mut self, kind: Kind) -> NodeId {
        // What is parsed has an eighth of the nodes that can be counted, and passes add a few to
        // each.
        let node = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        if let Kind::Element { name, .. } = &kind {
            self.note_name(name);
        }
        self.nodes.push(Node::new(kind));
        node
    }

    /// A new node that stands nowhere yet, and came from a byte of the text.
    pub(super) fn create_at(&mut self, kind: Kind, offset: usize) -> NodeId {
        let node = self.create(kind);
        if let Some(new) = self.nodes.last_mut() {
            new.offset = u32::try_from(offset).unwrap_or_default();
        }
        node
    }

    /// Puts characters in the place of all that an element holds.
    pub fn set_text(&mut self, node: NodeId, text: &str) {
        for child in self.children(node).to_vec() {
            self.detach(child);
        }
        let text = self.create(Kind::Text(text.to_owned()));
        self.append(node, text);
    }

    /// A new element that stands nowhere yet.
    pub fn create_element(&mut self, name: &str, attrs: &[(&str, &str)]) -> NodeId {
        let own = |&(key, value): &(&str, &str)| (self::name(key), value.to_owned());
        let attrs = attrs.iter().map(own).collect();
        self.create(Kind::Element { name: self::name(name), attrs })
    }

    /// Moves a node to the end of another's children.
    pub fn append(&mut self, parent: NodeId, node: NodeId) {
        self.insert(parent, self.children(parent).len(), node);
    }

    /// Moves a node among another's children, before the one at `index`.
    pub fn insert(&mut self, parent: NodeId, index: usize, node: NodeId) {
        self.detach(node);
        let index = index.min(self.children(parent).len());
        self.node_mut(parent).children.insert(index, node);
        self.put(parent, index, node);
    }

    /// Tells a node where it stands.
    fn put(&mut self, parent: NodeId, slot: usize, node: NodeId) {
        let own = self.node_mut(node);
        own.parent = Some(parent);
        own.slot = u32::try_from(slot).unwrap_or(u32::MAX);
    }

    /// Where a node stands among its parent's children.
    pub fn position(&self, node: NodeId) -> Option<usize> {
        self.slot(self.parent(node)?, node)
    }

    /// Where a node stands among its parent's children. It is looked for from where it was put, in both
    /// directions: an element may have very many children, of which each is asked for.
    fn slot(&self, parent: NodeId, node: NodeId) -> Option<usize> {
        let children = self.children(parent);
        let drift = self.node(parent).drift as isize;
        let from = (self.node(node).slot as usize).saturating_add_signed(drift);
        let from = from.min(children.len());
        let (before, behind) = children.split_at(from);
        let most = before.len().max(behind.len());
        (0..most).find_map(|away| {
            let is_at = |at: usize| children.get(at) == Some(&node);
            let lower = from.checked_sub(away + 1).filter(|&at| is_at(at));
            Some(from + away).filter(|&at| is_at(at)).or(lower)
        })
    }

    /// Notes where a child was found, and by how many the children behind it move.
    fn found(&mut self, parent: NodeId, node: NodeId, at: usize, more: isize) {
        let put = self.node(node).slot as usize;
        let drift = at.cast_signed() - put.cast_signed() + more;
        self.node_mut(parent).drift = i32::try_from(drift).unwrap_or_default();
    }

    /// Takes a node, and all in it, out of the tree.
    pub fn detach(&mut self, node: NodeId) {
        let Some(parent) = self.node(node).parent else { return };
        // What is taken out is the first or the last one as a rule.
        let children = self.children(parent);
        let is_first = children.first() == Some(&node);
        let at = match children.last() {
            Some(last) if *last == node => Some(children.len() - 1),
            _ if is_first => Some(0),
            _ => self.slot(parent, node),
        };
        if let Some(at) = at {
            self.found(parent, node, at, -1);
            self.node_mut(parent).children.remove(at);
        }
        self.node_mut(node).parent = None;
    }

    /// Puts nodes in the place of all that an element holds. Some of them may be what it held.
    pub fn set_children(&mut self, node: NodeId, children: Vec<NodeId>) {
        for child in std::mem::take(&mut self.node_mut(node).children) {
            self.node_mut(child).parent = None;
        }
        for (slot, &child) in children.iter().enumerate() {
            self.detach(child);
            self.put(node, slot, child);
        }
        let own = self.node_mut(node);
        own.children = children;
        own.drift = 0;
    }

    /// Makes one text of texts that stand beside each other, as they are when the document is read again.
    pub fn merge_texts(&mut self) {
        let is_text =
            |doc: &Self, node: &NodeId| matches!(doc.kind(*node), Kind::Text(_));
        let in_pieces = |doc: &Self, node: &NodeId| {
            let children = doc.children(*node).windows(2);
            children.into_iter().any(|two| two.iter().all(|one| is_text(doc, one)))
        };
        let all = std::iter::once(self.root()).chain(self.descendants(self.root()));
        let parents: Vec<NodeId> = all.filter(|node| in_pieces(self, node)).collect();
        for parent in parents {
            let mut kept: Vec<NodeId> = Vec::new();
            for child in self.children(parent).to_vec() {
                let before = kept.last().copied().filter(|one| is_text(self, one));
                match (before, &mut self.node_mut(child).kind) {
                    (Some(before), Kind::Text(more)) => {
                        let more = std::mem::take(more);
                        let marks = self.take_marks(child);
                        self.push_marked(before, &more, marks);
                    }
                    _ => kept.push(child),
                }
            }
            self.set_children(parent, kept);
        }
    }

    /// Puts a node in another's place.
    pub fn replace(&mut self, old: NodeId, new: NodeId) {
        let Some(parent) = self.parent(old) else { return };
        self.detach(new);
        if let Some(slot) = self.slot(parent, old) {
            self.found(parent, old, slot, 0);
            self.node_mut(parent).children[slot] = new;
            self.put(parent, slot, new);
            self.node_mut(old).parent = None;
        }
    }

    /// Puts a node's children in its place.
    pub fn unwrap(&mut self, node: NodeId) {
        let Some(parent) = self.parent(node) else { return };
        let Some(at) = self.slot(parent, node) else { return };
        let children = std::mem::take(&mut self.node_mut(node).children);
        self.found(parent, node, at, children.len().cast_signed() - 1);
        for (index, &child) in children.iter().enumerate() {
            self.put(parent, at + index, child);
        }
        self.node_mut(parent).children.splice(at..=at, children);
        self.node_mut(node).parent = None;
    }

    /// Gives back memory, but for that of a few nodes that passes add: without it, the first of them would take twice
    /// as much as all.
    fn shrink(&mut self) {
        self.nodes.shrink_to(self.nodes.len() + self.nodes.len() / 8);
    }

    /// Forgets the nodes that were taken out. Nodes get other numbers by it: those in `kept` are
    /// told theirs, and any other [`NodeId`] from before means another node.
    pub fn compact(&mut self, kept: &mut [NodeId]) {
        let mut numbers = vec![NodeId(0); self.nodes.len()];
        let (left, _) = self.counts();
        let room = Vec::with_capacity(left + left / 4);
        let mut old = std::mem::replace(&mut self.nodes, room);
        let mut open = vec![(NodeId(0), None)];
        while let Some((from, parent)) = open.pop() {
            let Some(node) = old.get_mut(from.0 as usize) else { continue };
            let own = self.create(std::mem::replace(&mut node.kind, Kind::Document));
            numbers[from.0 as usize] = own;
            let children = std::mem::take(&mut node.children);
            let marks = node.marks.take();
            let made = self.node_mut(own);
            made.offset = node.offset;
            made.marks = marks;
            made.children.reserve_exact(children.len());
            open.extend(children.iter().rev().map(|&child| (child, Some(own))));
            if let Some(parent) = parent {
                let slot = self.children(parent).len();
                self.node_mut(parent).children.push(own);
                self.put(parent, slot, own);
            }
        }
        for node in kept {
            *node = numbers[node.0 as usize];
        }
    }
}

/// The line of a listing that is being parsed: its tokens become marks.
#[derive(Debug, Default)]
struct MarkedLine {
    /// The element of the line.
    node: Option<NodeId>,
    /// How many marks are open in it.
    open: usize,
}

impl MarkedLine {
    /// Notes that an element begins.
    fn begin(&mut self, doc: &Document, node: NodeId) {
        if doc.is_line(node) {
            self.node = Some(node);
        }
    }

    /// Takes an event that begins or ends a mark; whether it is one. Where it is none and stands in a mark, that is
    /// an element after all.
    fn takes(
        &mut self,
        doc: &mut Document,
        event: &Event<'_>,
        open: &mut Vec<NodeId>,
        offset: usize,
    ) -> bool {
        let Some(line) = self.node.filter(|line| open.last() == Some(line)) else {
            return false;
        };
        let kind = match event {
            Event::Start(tag) if self.open < MOST_NESTED => MarkKind::of_tag(tag, false),
            Event::Empty(tag) => MarkKind::of_tag(tag, true),
            Event::End(_) if self.open > 0 => Some(MarkKind::Close),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => return false,
            _ => None,
        };
        let Some(kind) = kind else {
            if self.open > 0 {
                open.extend(doc.open_last_marks(line));
                self.open = 0;
            }
            return false;
        };
        match kind {
            MarkKind::Open(_) => self.open += 1,
            MarkKind::Close => self.open -= 1,
            MarkKind::Break(_) => {}
        }
        doc.push_mark(line, kind, offset);
        true
    }
}

/// How many nodes a text becomes, about: most texts stand before a tag, and tokens of code become no nodes. What is no
/// document may have nothing but the signs of tags.
fn estimated_nodes(text: &str) -> usize {
    let (mut tags, mut tokens) = (0, 0);
    for (at, _) in text.match_indices('<') {
        tags += 1;
        tokens += usize::from(text[at..].starts_with("<span class=\""));
    }
    (tags.max(2 * tokens) - 2 * tokens + tags / 8).min(MOST_RESERVED)
}

/// Whether a text may have characters that XML does not allow: whether it has a byte that one of them begins with. To
/// look at bytes takes little; to look at characters takes a fifth of the time that it takes to parse them.
fn may_hold_odd(text: &str) -> bool {
    let may_begin = |&byte: &u8| {
        byte < b' ' && byte != b'\t' && byte != b'\n' && byte != b'\r' || byte == 0xef
    };
    // A loop that has no exit in its middle is compiled to one that looks at many bytes at once.
    let has_one =
        |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | may_begin(byte));
    text.as_bytes().chunks(4096).any(has_one)
}

/// The characters that XML 1.0 allows (section 2.2).
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Escapes characters for use as an element's text.
pub fn escape_text(text: &str) -> String {
    escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_element_had_is_not_looked_for() {
        let mut doc = Document::parse("<a><m:b/></a>").unwrap();
        assert!(doc.may_have("a") && doc.may_have("b") && doc.may_have("m:b"));
        assert!(!doc.may_have("svg") && !doc.may_have("math"));
        let root = doc.root_element().unwrap();
        doc.rename(root, "svg");
        let made = doc.create_element("math", &[]);
        doc.append(root, made);
        assert!(doc.may_have("svg") && doc.may_have("math"));
        doc.compact(&mut []);
        assert!(doc.may_have("svg") && doc.may_have("math") && !doc.may_have("form"));
    }

    #[test]
    fn what_is_read_is_written() {
        let xml = "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html a=\"1 &lt; &quot;2&quot;\">\
                   <!-- c --><p>x &amp; y</p><br /><i></i></html>\n";
        assert_eq!(Document::parse(xml).unwrap().to_xml(), xml);
    }

    #[test]
    fn malformed_text_is_refused_with_its_place() {
        assert!(Document::parse("<a><b></a>").is_err());
        assert!(Document::parse("<a>").unwrap_err().to_string().contains("never closed"));
        assert!(Document::parse("<a><!-- x -- y --></a>").is_err());
        let error = Document::parse("<a>&nbsp;</a>").unwrap_err();
        assert_eq!((error.offset, &*error.to_string()), (3, "unknown entity &nbsp;"));
    }

    #[test]
    fn many_attributes_are_set_and_taken_off_at_once() {
        let mut doc = Document::parse("<a x=\"1\" y=\"2\"/>").unwrap();
        let a = doc.root_element().unwrap();
        let new = [("y", "3"), ("z", "4"), ("z", "5")];
        doc.set_attrs(a, new.map(|(key, value)| (name(key), value.to_owned())).to_vec());
        assert_eq!(doc.to_xml(), "<a x=\"1\" y=\"3\" z=\"5\"></a>");
        assert_eq!(doc.retain_attrs(a, |key, value| key == "x" || value == "5"), 1);
        assert_eq!(doc.to_xml(), "<a x=\"1\" z=\"5\"></a>");
        assert_eq!(doc.retain_attrs(doc.root(), |_, _| false), 0);
    }

    #[test]
    fn the_nearest_declaration_of_a_prefix_holds() {
        let doc =
            Document::parse("<a xmlns:p=\"1\" xmlns:q=\"2\"><b xmlns:p=\"3\"/></a>")
                .unwrap();
        let b = doc.children(doc.root_element().unwrap())[0];
        assert_eq!(doc.prefixes(b), HashMap::from([("p", "3"), ("q", "2")]));
    }

    #[test]
    fn what_was_taken_out_can_be_forgotten() {
        let mut doc = Document::parse("<a>1<b x=\"y\">2<c/></b>3<!-- d --></a>").unwrap();
        let a = doc.root_element().unwrap();
        let (whole, b) = (doc.to_xml(), doc.children(a)[1]);
        let offset = doc.offset(b);
        let gone = doc.create_element("gone", &[]);
        doc.insert(a, 0, gone);
        doc.detach(gone);
        let mut kept = [b];
        doc.compact(&mut kept);
        assert_eq!(doc.to_xml(), whole);
        let a = doc.root_element().unwrap();
        let b = doc.children(a)[1];
        assert_eq!(kept, [b]);
        assert_eq!((doc.offset(b), doc.parent(b), doc.nodes.len()), (offset, Some(a), 8));
    }

    #[test]
    fn where_a_node_stands_is_known_without_looking_for_it() {
        let mut doc =
            Document::parse(&format!("<a>{}</a>", "<b>x</b>".repeat(50))).unwrap();
        let a = doc.root_element().unwrap();
        let known = |doc: &Document| {
            let slots = doc.children(a).iter().map(|&node| doc.node(node).slot as usize);
            slots.eq(0..doc.children(a).len())
        };
        for node in doc.children(a).to_vec() {
            let c = doc.create_element("c", &[]);
            doc.replace(node, c);
            doc.append(c, node);
        }
        assert!(known(&doc));
        for node in doc.children(a).to_vec() {
            doc.unwrap(node);
        }
        assert!(known(&doc));
        doc.compact(&mut []);
        assert!(known(&doc) && doc.to_xml().starts_with("<a><b>x</b><b>"));
    }

    #[test]
    fn a_node_is_found_wherever_others_moved_it() {
        let mut doc = Document::parse(&format!("<a>{}</a>", "<b/>".repeat(9))).unwrap();
        let a = doc.root_element().unwrap();
        let mut wanted = doc.children(a).to_vec();
        let mut next = 7;
        for _ in 0..400 {
            next = next * 31 % 101;
            let from = next % wanted.len();
            let node = wanted.remove(from);
            doc.detach(node);
            let to = next / 3 % (wanted.len() + 1);
            wanted.insert(to, node);
            doc.insert(a, to, node);
            assert_eq!(doc.children(a), wanted);
            for (at, &node) in wanted.iter().enumerate() {
                assert_eq!(doc.slot(a, node), Some(at));
            }
        }
        assert_eq!(doc.slot(a, a), None);
    }

    #[test]
    fn texts_beside_each_other_become_one() {
        let mut doc = Document::parse("<a>1<b>2</b>3<c/><b>4</b><b>5</b></a>").unwrap();
        let a = doc.root_element().unwrap();
        for node in doc.children(a).to_vec() {
            if doc.name(node) == Some("b") {
                doc.unwrap(node);
            }
        }
        let before = doc.to_xml();
        doc.merge_texts();
        assert_eq!((doc.children(a).len(), doc.to_xml()), (3, before));
        assert_eq!(doc.position(doc.children(a)[2]), Some(2));
        assert_eq!(doc.text(doc.children(a)[2]), "45");
    }

    #[test]
    fn nodes_move() {
        let mut doc = Document::parse("<a><b>1</b><c/></a>").unwrap();
        let a = doc.root_element().unwrap();
        let b = doc.children(a)[0];
        doc.unwrap(b);
        let d = doc.create_element("d", &[("x", "y")]);
        doc.insert(a, 0, d);
        assert_eq!(doc.to_xml(), "<a><d x=\"y\"></d>1<c></c></a>");
    }
}
