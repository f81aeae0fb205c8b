//! Lets long names that are not marked as code break where their words end: a column that cannot become
//! narrower than `SSL_OP_NO_SESSION_RESUMPTION`, or than an address, pushes the others off a phone's
//! page. Where code breaks, [`breaks`](crate::style::breaks) says.
//!
//! ```text
//! <td>SSL_OP_NO_TICKET</td>   becomes   <td>SSL_<wbr />OP_<wbr />NO_<wbr />TICKET</td>
//! ```

use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::style::breaks::in_cell;

/// Puts a place to break into each long name of the tables.
pub(super) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_text = |&node: &NodeId| matches!(tree.kind(node), Kind::Text(_));
    let texts: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(is_text)
        .filter(|&node| is_words_of_a_cell(tree, node))
        .collect();
    for text in texts {
        document.changed |= break_up(&mut document.tree, text);
    }
}

/// Whether a text stands in a table's cell, and in nothing there that has rules of its own: a
/// listing, a formula, a drawing.
fn is_words_of_a_cell(tree: &Document, node: NodeId) -> bool {
    for name in tree.ancestors(node).filter_map(|one| tree.local_name(one)) {
        match name {
            "pre" | "code" | "kbd" | "samp" | "tt" | "math" | "svg" | "script"
            | "style" | "textarea" | "option" => return false,
            "td" | "th" => return true,
            _ => {}
        }
    }
    false
}

/// Parts a text at its places to break; whether it has any.
fn break_up(tree: &mut Document, node: NodeId) -> bool {
    let Kind::Text(text) = tree.kind(node) else { return false };
    let text = text.clone();
    let places = in_cell(&text);
    let Some(parent) = tree.parent(node).filter(|_| !places.is_empty()) else {
        return false;
    };
    let siblings = tree.children(parent);
    let Some(at) = siblings.iter().position(|&one| one == node) else { return false };
    tree.detach(node);
    let mut end = text.len();
    // From the last to the first, each part comes to stand at the same place.
    for &start in places.iter().rev() {
        let part = tree.create(Kind::Text(text[start..end].to_owned()));
        let place = tree.create_element("wbr", &[]);
        tree.insert(parent, at, part);
        tree.insert(parent, at, place);
        end = start;
    }
    let first = tree.create(Kind::Text(text[..end].to_owned()));
    tree.insert(parent, at, first);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(xml: &str) -> (String, bool) {
        let mut document = ContentDocument::of("a.xhtml", xml);
        apply(&mut document);
        (document.tree.to_xml(), document.changed)
    }

    #[test]
    fn a_long_name_in_a_cell_breaks_between_its_words() {
        let (once, changed) = applied(
            "<table><tr><td>see lib/python3/site</td><td><a>SSL_OP_NO_TICKET</a> x</td></tr>\
             </table>",
        );
        assert_eq!(
            once,
            "<table><tr><td>see lib/<wbr />python3/<wbr />site</td><td><a>SSL_<wbr />OP_<wbr />\
             NO_<wbr />TICKET</a> x</td></tr></table>"
        );
        assert!(changed);
        assert_eq!(
            applied(&once),
            (once, false),
            "it comes out the same the second time"
        );
    }

    #[test]
    fn all_else_stays() {
        for xml in [
            "<p>SSL_OP_NO_TICKET_FOR_ME</p>",
            "<table><tr><td><code>SSL_OP_NO_TICKET_FOR_ME</code></td></tr></table>",
            "<table><tr><td>Internationalisation</td></tr></table>",
            "<table><tr><td>short_name</td></tr></table>",
            "<table><tr><td><math><mi>SSL_OP_NO_TICKET</mi></math></td></tr></table>",
        ] {
            assert_eq!(applied(xml), (xml.to_owned(), false));
        }
    }
}
