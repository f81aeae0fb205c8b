//! Elements of the container's documents, as the cascade sees them.

use crate::css::Element;
use crate::epub::dom::Name;
use crate::epub::{Document, NodeId};
use std::fmt;

/// An element of a document.
#[derive(Clone)]
pub struct TypesetElement<'d> {
    /// The document.
    pub doc: &'d Document,
    /// The element.
    pub id: NodeId,
}

impl fmt::Debug for TypesetElement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

impl TypesetElement<'_> {
    fn siblings(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        let all =
            self.doc.parent(self.id).map_or(&[][..], |parent| self.doc.children(parent));
        all.iter().copied().filter(|&id| self.doc.name(id).is_some())
    }

    fn element(&self, id: NodeId) -> Self {
        Self { doc: self.doc, id }
    }
}

impl Element for TypesetElement<'_> {
    fn name(&self) -> &str {
        self.doc.name(self.id).unwrap_or_default()
    }

    fn attrs(&self) -> &[(Name, String)] {
        self.doc.attrs(self.id)
    }

    fn parent(&self) -> Option<Self> {
        let id = self.doc.parent(self.id)?;
        self.doc.name(id).is_some().then(|| self.element(id))
    }

    fn prev(&self) -> Option<Self> {
        let id = self.siblings().take_while(|&id| id != self.id).last()?;
        Some(self.element(id))
    }

    fn next(&self) -> Option<Self> {
        let id = self.siblings().skip_while(|&id| id != self.id).nth(1)?;
        Some(self.element(id))
    }

    fn is_empty(&self) -> bool {
        let holds =
            |&id: &NodeId| self.doc.name(id).is_some() || !self.doc.text(id).is_empty();
        !self.doc.children(self.id).iter().any(holds)
    }
}
