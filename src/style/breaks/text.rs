//! How wide a section has to be so that a name of its running text has room in a line.

use super::listing::ROOMS;
use crate::epub::dom::{Document, NodeId};

/// How many characters a name has that breaks nowhere: fewer than a line of lists within lists shows on a
/// phone in the largest type.
pub(super) const SHORT: usize = 6;

/// Names that are no code: what is as short is a word.
pub(super) const SHORT_PROSE: usize = 8;

/// What is longer than this, in characters, breaks in sections of any width: in the next line it would leave
/// much of this one empty. Names that are no code are rather addresses.
pub(super) const LONG: usize = 16;
pub(super) const LONG_PROSE: usize = 14;

/// What stands at both sides of a name and goes with it, in characters: brackets, a comma.
const SIGNS: usize = 2;

/// How much room the lines have that a piece of code stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineRoom {
    /// How many characters narrower than the section they are.
    indent: usize,
    /// How large their type is, in per cent of the section's.
    size: usize,
}

impl LineRoom {
    /// How wide the section has to be, in characters, so that a name has room; none where no section is as wide.
    pub(super) fn room(self, length: usize) -> Option<usize> {
        let least = ((length + SIGNS) * self.size).div_ceil(100) + self.indent;
        ROOMS.iter().copied().find(|&room| room >= least)
    }
}

/// The lines around a piece of code, as the stylesheet sets them.
pub(super) fn line(tree: &Document, code: NodeId) -> LineRoom {
    let mut line = LineRoom { indent: 0, size: 100 };
    for one in tree.ancestors(code) {
        line.indent += match tree.local_name(one) {
            Some("li" | "dd") => 4,
            Some("blockquote") => 6,
            _ if tree.has_class(one, "callout") => 2,
            _ => 0,
        };
        line.size = match tree.local_name(one) {
            Some("h1") => 168,
            Some("h2") => 137,
            Some("h3") => 116,
            _ => line.size,
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_in(xml: &str) -> LineRoom {
        let tree = Document::parse(xml).unwrap();
        let is_code = |&node: &NodeId| tree.name(node) == Some("code");
        let code = tree.descendants(tree.root()).find(is_code).unwrap();
        line(&tree, code)
    }

    #[test]
    fn lists_quotations_and_headings_leave_less_room() {
        let room = |xml: &str, length| line_in(xml).room(length);
        assert_eq!(room("<p><code/></p>", 12), Some(14));
        assert_eq!(room("<ul><li><ul><li><code/></li></ul></li></ul>", 12), Some(24));
        assert_eq!(
            room("<div class=\"callout\"><blockquote><code/></blockquote></div>", 8),
            Some(18)
        );
        assert_eq!(room("<h1><code/></h1>", 12), Some(24));
        assert_eq!(room("<p><code/></p>", 60), None);
    }
}
