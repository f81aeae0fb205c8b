//! Verses: each line of a line block is a block of its own, so that what wraps of it hangs.
//!
//! ```text
//! <div class="line-block">a<br />b</div>
//! becomes   <div class="line-block"><span class="verse">a<br /></span><span class="verse">b</span></div>
//! ```
//!
//! A reader without styles shows what it showed before: a break at the end of a block begins no line.

use crate::epub::ContentDocument;
use crate::epub::dom::{Document, NodeId};

/// Cuts the line blocks of a document into verses.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_block = |&node: &NodeId| {
        tree.has_class(node, "line-block")
            && !tree.children(node).is_empty()
            && !tree.children(node).iter().any(|&child| is_block(tree, child))
    };
    let blocks: Vec<NodeId> = tree.descendants(tree.root()).filter(is_block).collect();
    document.changed |= !blocks.is_empty();
    for block in blocks {
        cut(&mut document.tree, block);
    }
}

/// Whether a node is none of pandoc's in a line block: a verse already, or a block.
fn is_block(tree: &Document, node: NodeId) -> bool {
    tree.has_class(node, "verse") || matches!(tree.name(node), Some("div" | "p"))
}

fn cut(tree: &mut Document, block: NodeId) {
    let mut verse: Option<NodeId> = None;
    for child in tree.children(block).to_vec() {
        tree.detach(child);
        let open = *verse.get_or_insert_with(|| {
            let open = tree.create_element("span", &[("class", "verse")]);
            tree.append(block, open);
            open
        });
        let ends = tree.name(child) == Some("br");
        tree.append(open, child);
        if ends {
            verse = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_block() {
        let of = |inside: &str| {
            let xml = format!("<div class=\"line-block\">{inside}</div>");
            let mut document = ContentDocument::of("a.xhtml", &xml);
            apply(&mut document);
            let out = document.tree.to_xml();
            document.changed = false;
            apply(&mut document);
            assert!(!document.changed, "twice changes nothing");
            out.replace("<div class=\"line-block\">", "").replace("</div>", "")
        };
        assert_eq!(
            of("a <em>b</em><br />\n\u{a0}c<br />\n<br />\nd"),
            "<span class=\"verse\">a <em>b</em><br /></span>\
             <span class=\"verse\">\n\u{a0}c<br /></span>\
             <span class=\"verse\">\n<br /></span><span class=\"verse\">\nd</span>"
        );
        assert_eq!(of("<p>x</p>"), "<p>x</p>");
    }
}
