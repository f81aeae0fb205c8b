//! A listing's syntax tree as a list: what stands where, and how deep.
//!
//! ```text
//! f()   module > expression_statement > call > identifier, argument_list: each with its bytes and depth
//! ```

use super::{comments, fragment};
use std::ops::Range;

/// A node of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineNode {
    /// Its kind, as the grammar names it.
    pub kind: &'static str,
    /// How many nodes it stands in.
    pub depth: usize,
    /// Its bytes in the listing.
    pub bytes: Range<usize>,
    /// Whether it is there in the text: parsers put in what they miss.
    pub is_missing: bool,
}

impl OutlineNode {
    /// Whether it is a comment.
    pub fn is_comment(&self) -> bool {
        self.kind.contains("comment")
    }
}

/// The nodes of a file that have names, each behind the one it stands in; `None` when the language
/// has no grammar here.
pub fn of(language: &str, code: &str) -> Option<Vec<OutlineNode>> {
    let tree = fragment::file(language, code)?;
    let mut nodes = Vec::new();
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        let node = cursor.node();
        if node.is_named() || node.is_missing() {
            let one = OutlineNode {
                kind: node.kind(),
                depth,
                bytes: node.byte_range(),
                is_missing: node.is_missing(),
            };
            if one.is_comment() {
                let lines = comments::lines(language, code, one.bytes.clone());
                nodes.extend(
                    lines.into_iter().map(|bytes| OutlineNode { bytes, ..one.clone() }),
                );
            } else {
                nodes.push(one);
            }
        }
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Some(nodes);
            }
            depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_behind_their_parents() {
        let shown = |one: OutlineNode| {
            format!("{}{} {:?}", " ".repeat(one.depth), one.kind, one.bytes)
        };
        let nodes: Vec<String> =
            of("python", "f()\n# a\n").unwrap().into_iter().map(shown).collect();
        assert_eq!(
            nodes,
            [
                "module 0..8",
                " expression_statement 0..3",
                "  call 0..3",
                "   identifier 0..1",
                "   argument_list 1..3",
                " comment 4..7"
            ]
        );
        assert_eq!(of("klingon", "x"), None);
    }
}
