//! A value for each node of a document.

use super::{Document, NodeId};
use std::ops::{Index, IndexMut};

/// A value for each node that a document has now; none for those that it gets later.
#[derive(Debug, Clone)]
pub struct NodeValues<T>(Vec<T>);

impl Document {
    /// The same value for each node.
    pub fn values<T: Clone>(&self, value: T) -> NodeValues<T> {
        NodeValues(vec![value; self.nodes.len()])
    }
}

impl<T> NodeValues<T> {
    /// The nodes with their values, by their numbers: in document order, where nothing changed what was parsed.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &T)> {
        (0..).map(NodeId).zip(&self.0)
    }
}

impl<T> Index<NodeId> for NodeValues<T> {
    type Output = T;

    fn index(&self, node: NodeId) -> &T {
        &self.0[node.0 as usize]
    }
}

impl<T> IndexMut<NodeId> for NodeValues<T> {
    fn index_mut(&mut self, node: NodeId) -> &mut T {
        &mut self.0[node.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_node_has_a_value_of_its_own() {
        let doc = Document::parse("<a><b/></a>").unwrap();
        let a = doc.root_element().unwrap();
        let mut values = doc.values(0);
        values[a] = 7;
        let all: Vec<(NodeId, i32)> =
            values.iter().map(|(node, one)| (node, *one)).collect();
        assert_eq!(all, [(doc.root(), 0), (a, 7), (doc.children(a)[0], 0)]);
    }
}
