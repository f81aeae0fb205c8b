//! Elements of the container's documents, as the cascade sees them.

use crate::css::Element;
use crate::epub::dom::{MOST_NESTED, Name, SpanClass};
use crate::epub::{Document, NodeId};
use std::fmt;

/// An element of a document, or what a mark in a text stands for: a token of code.
#[derive(Clone)]
pub struct TypesetElement<'d> {
    /// The document.
    pub doc: &'d Document,
    /// The element; of marks that in which their text stands.
    pub id: NodeId,
    /// The marks that are open.
    pub marks: OpenMarks,
}

/// The marks that are open in a text, the innermost last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenMarks {
    classes: [Option<SpanClass>; MOST_NESTED],
    length: usize,
}

impl OpenMarks {
    /// The innermost.
    pub fn last(&self) -> Option<SpanClass> {
        self.length.checked_sub(1).and_then(|last| self.classes[last])
    }

    /// Those of each mark that is open, the outermost first.
    pub fn levels(&self) -> impl Iterator<Item = Self> + use<> {
        let Self { classes, length } = *self;
        (1..=length).map(move |length| Self { classes, length })
    }

    /// Opens one more.
    pub fn push(&mut self, class: SpanClass) {
        if let Some(next) = self.classes.get_mut(self.length) {
            *next = Some(class);
            self.length += 1;
        }
    }

    /// Closes the innermost.
    pub fn pop(&mut self) {
        self.length = self.length.saturating_sub(1);
    }
}

impl fmt::Debug for TypesetElement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

impl<'d> TypesetElement<'d> {
    /// An element of a document.
    pub fn new(doc: &'d Document, id: NodeId) -> Self {
        Self { doc, id, marks: OpenMarks::default() }
    }

    fn siblings(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        let all =
            self.doc.parent(self.id).map_or(&[][..], |parent| self.doc.children(parent));
        all.iter().copied().filter(|&id| self.doc.name(id).is_some())
    }

    fn is_mark(&self) -> bool {
        self.marks.length > 0
    }
}

/// What stands beside a mark, and what it holds, is asked of a [document without
/// marks](Document::with_marks_opened) only.
impl Element for TypesetElement<'_> {
    fn name(&self) -> &str {
        if self.is_mark() { "span" } else { self.doc.name(self.id).unwrap_or_default() }
    }

    fn attrs(&self) -> &[(Name, String)] {
        match self.marks.last() {
            Some(class) => class.attrs(),
            None => self.doc.attrs(self.id),
        }
    }

    fn parent(&self) -> Option<Self> {
        if self.is_mark() {
            let mut outer = self.clone();
            outer.marks.pop();
            return Some(outer);
        }
        let id = self.doc.parent(self.id)?;
        self.doc.name(id).is_some().then(|| Self::new(self.doc, id))
    }

    fn prev(&self) -> Option<Self> {
        if self.is_mark() {
            return None;
        }
        let id = self.siblings().take_while(|&id| id != self.id).last()?;
        Some(Self::new(self.doc, id))
    }

    fn next(&self) -> Option<Self> {
        if self.is_mark() {
            return None;
        }
        let id = self.siblings().skip_while(|&id| id != self.id).nth(1)?;
        Some(Self::new(self.doc, id))
    }

    fn is_empty(&self) -> bool {
        let holds =
            |&id: &NodeId| self.doc.name(id).is_some() || !self.doc.text(id).is_empty();
        !self.is_mark() && !self.doc.children(self.id).iter().any(holds)
    }
}
