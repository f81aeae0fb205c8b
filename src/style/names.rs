//! Lets long names that are not marked as code break where their words end: in tables, where a column that
//! cannot become narrower than `SSL_OP_NO_SESSION_RESUMPTION` pushes the others off a phone's page, and in
//! text, where an address is cut anywhere. Where code breaks, [`breaks`](super::breaks) says.
//!
//! ```text
//! <td>SSL_OP_NO_TICKET</td>   becomes   <td>SSL_<wbr />OP_<wbr />NO_<wbr />TICKET</td>
//! ```

use super::breaks::{in_cell, in_text};
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};

/// Puts a place to break into each long name of a document.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_text = |&node: &NodeId| matches!(tree.kind(node), Kind::Text(_));
    let texts: Vec<(NodeId, bool)> = tree
        .descendants(tree.root())
        .filter(is_text)
        .filter_map(|node| Some((node, is_in_cell(tree, node)?)))
        .collect();
    for (text, in_cell) in texts {
        document.changed |= break_up(&mut document.tree, text, in_cell);
    }
}

/// Whether a text stands in a table's cell; nothing where it stands in what has rules of its own, such as
/// a listing, a formula, a drawing, or is not shown.
fn is_in_cell(tree: &Document, node: NodeId) -> Option<bool> {
    for name in tree.ancestors(node).filter_map(|one| tree.local_name(one)) {
        match name {
            "pre" | "code" | "kbd" | "samp" | "tt" | "math" | "svg" | "script"
            | "style" | "textarea" | "option" | "head" => return None,
            "td" | "th" => return Some(true),
            _ => {}
        }
    }
    Some(false)
}

/// Parts a text at its places to break; whether it has any.
fn break_up(tree: &mut Document, node: NodeId, is_in_cell: bool) -> bool {
    let Kind::Text(text) = tree.kind(node) else { return false };
    let text = text.clone();
    let places = if is_in_cell {
        in_cell(&text).into_iter().map(|at| (at, None)).collect()
    } else {
        in_text(tree, node, &text)
    };
    let Some(parent) = tree.parent(node).filter(|_| !places.is_empty()) else {
        return false;
    };
    let Some(at) = tree.position(node) else { return false };
    tree.detach(node);
    let mut end = text.len();
    // From the last to the first, each part comes to stand at the same place.
    for (start, class) in places.into_iter().rev() {
        let part = tree.create(Kind::Text(text[start..end].to_owned()));
        let attrs = class.as_deref().map(|class| ("class", class));
        let place = tree.create_element("wbr", attrs.as_slice());
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
    fn an_address_in_text_breaks_between_its_parts() {
        let (once, changed) =
            applied("<p>see <a>https://a.example.org/one?two=three#four</a></p>");
        assert_eq!(
            once,
            "<p>see <a>https://<wbr />a.example.<wbr />org/<wbr />one<wbr />?two=<wbr />three\
             <wbr />#four</a></p>"
        );
        assert!(changed);
        assert_eq!(applied(&once), (once, false));
    }

    #[test]
    fn a_short_name_in_text_breaks_where_a_line_has_no_room_for_it() {
        let (once, changed) = applied("<p>text/template</p>");
        assert_eq!(once, "<p>text/<wbr class=\"n16\" />template</p>");
        assert!(changed);
    }

    #[test]
    fn all_else_stays() {
        for xml in [
            "<p>JavaScript and/or Node.js</p>",
            "<p>\u{5e76}\u{53d1}\u{4e0d}\u{662f}Node.js\u{5e76}\u{884c}</p>",
            "<head><title>SSL_OP_NO_TICKET_FOR_ME</title></head>",
            "<table><tr><td><code>SSL_OP_NO_TICKET_FOR_ME</code></td></tr></table>",
            "<table><tr><td>Internationalisation</td></tr></table>",
            "<table><tr><td>short_name</td></tr></table>",
            "<table><tr><td><math><mi>SSL_OP_NO_TICKET</mi></math></td></tr></table>",
        ] {
            assert_eq!(applied(xml), (xml.to_owned(), false));
        }
    }
}
