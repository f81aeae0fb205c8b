//! Whose words a quotation has: the last line of it, where that begins with a dash, stands apart.
//!
//! ```text
//! <blockquote><p>To be, or not to be.</p><p>— Hamlet</p></blockquote>
//! becomes   <blockquote><p>To be, or not to be.</p><p class="attribution">— Hamlet</p></blockquote>
//! ```

use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};

/// The class of the line that says whose words they are.
const ATTRIBUTION: &str = "attribution";

/// How many characters such a line has at most.
const SHORT: usize = 160;

/// Marks whose words the quotations of a document are.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_quotation = |&node: &NodeId| {
        tree.name(node) == Some("blockquote") || tree.has_class(node, "epigraph")
    };
    let all: Vec<NodeId> = tree.descendants(tree.root()).filter(is_quotation).collect();
    for quotation in all {
        document.changed |= mark(&mut document.tree, quotation);
    }
}

fn mark(tree: &mut Document, quotation: NodeId) -> bool {
    let parts = elements(tree, quotation);
    let Some((&last, before)) = parts.split_last() else { return false };
    if tree.name(last) != Some("p") || tree.attr(last, "class").is_some() {
        return false;
    }
    let is_line = |text: &str| begins_with_dash(text) && text.chars().count() <= SHORT;
    // Where each paragraph begins with a dash, they are what people say to each other.
    let is_talk = |&one: &NodeId| begins_with_dash(&tree.text(one));
    if before.last().is_some_and(|one| !is_talk(one)) && is_line(tree.text(last).trim()) {
        tree.set_attr(last, "class", ATTRIBUTION);
        return true;
    }
    last_line(tree, last, &is_line)
}

/// Marks the last line of a paragraph that a break of the author's parts from the others.
fn last_line(
    tree: &mut Document,
    paragraph: NodeId,
    is_line: &dyn Fn(&str) -> bool,
) -> bool {
    let children = tree.children(paragraph).to_vec();
    let Some(at) = children.iter().rposition(|&one| tree.name(one) == Some("br")) else {
        return false;
    };
    if children[at + 1..].iter().any(|&one| tree.has_class(one, ATTRIBUTION)) {
        return false;
    }
    let words =
        |nodes: &[NodeId]| nodes.iter().map(|&one| tree.text(one)).collect::<String>();
    let (before, line) = (words(&children[..at]), words(&children[at + 1..]));
    if !is_line(line.trim()) || begins_with_dash(&before) || before.trim().is_empty() {
        return false;
    }
    let span = tree.create_element("span", &[("class", ATTRIBUTION)]);
    for &node in &children[at + 1..] {
        tree.append(span, node);
    }
    tree.append(paragraph, span);
    true
}

fn elements(tree: &Document, node: NodeId) -> Vec<NodeId> {
    let all = tree.children(node).iter().copied();
    all.filter(
        |&one| !matches!(tree.kind(one), Kind::Text(text) if text.trim().is_empty()),
    )
    .collect()
}

fn begins_with_dash(text: &str) -> bool {
    text.trim_start().starts_with(['\u{2014}', '\u{2015}', '\u{2013}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(inside: &str) -> String {
        let xml = format!("<blockquote>{inside}</blockquote>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        apply(&mut document);
        let once = document.tree.to_xml();
        assert_eq!(document.changed, once != xml);
        document.changed = false;
        apply(&mut document);
        assert_eq!((document.tree.to_xml(), document.changed), (once.clone(), false));
        once.replace("<blockquote>", "").replace("</blockquote>", "")
    }

    #[test]
    fn the_last_line_says_whose_words_they_are() {
        assert_eq!(
            applied("<p>To be.</p>\n<p>— <em>Hamlet</em></p>\n"),
            "<p>To be.</p>\n<p class=\"attribution\">— <em>Hamlet</em></p>\n"
        );
        assert_eq!(
            applied("<p>To be.<br />\n— <em>Hamlet</em></p>"),
            "<p>To be.<br /><span class=\"attribution\">\n— <em>Hamlet</em></span></p>"
        );
    }

    #[test]
    fn other_lines_stay() {
        let long = format!("<p>a</p><p>— {}</p>", "long ".repeat(60));
        for inside in [
            "<p>— Good morning.</p><p>— Is it?</p>",
            "<p>— Good morning.<br />— Is it?</p>",
            "<p>— Hamlet</p>",
            "<p>To be.</p><p>Or not.</p>",
            "<p>To be.</p><p class=\"own\">— Hamlet</p>",
            "<p>To be.</p><pre>— Hamlet</pre>",
            &long,
        ] {
            assert_eq!(applied(inside), inside);
        }
    }
}
