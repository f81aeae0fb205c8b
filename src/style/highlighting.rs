//! Takes pandoc's highlighting rules out of the chapters, and mends the data attributes that
//! come with them.
//!
//! The rules stand in every chapter, outrank any `white-space: pre-wrap` and so keep code from
//! wrapping, and their colours are too pale. The stylesheet has better ones, once. The classes on
//! the code stay.

use super::documents::{Documents, Open};
use super::{Counts, Repair};
use crate::epub::NodeId;

/// What only pandoc writes, white space left out: its highlighting (skylighting's
/// `styleToCss`), and the rules that 2.17 writes into every document.
const PANDOCS: [&str; 2] = [
    "pre>code.sourceCode{white-space:pre;position:relative;}",
    "code{white-space:pre-wrap;}span.smallcaps{font-variant:small-caps;}",
];

pub(super) fn apply(documents: &mut Documents, counts: &mut Counts) {
    for open in &mut documents.0 {
        for style in styles(open) {
            open.remove(style);
        }
        counts.repairs.add(Repair::DataAttribute, lower_data_attributes(open));
    }
}

/// The `<style>` elements that pandoc wrote; 3.x leaves an empty one where it has no rules.
fn styles(open: &Open) -> Vec<NodeId> {
    let tree = &open.tree;
    tree.descendants(tree.root())
        .filter(|&node| tree.local_name(node) == Some("style"))
        .filter(|&node| {
            let text: String = tree.text(node).split_whitespace().collect();
            text.is_empty() || PANDOCS.iter().any(|own| text.contains(own))
        })
        .collect()
}

/// HTML's `data-*` attributes have no capitals (`EPUBCheck` `HTM_061`); pandoc makes `startFrom=`
/// into `data-startFrom`. An attribute stays when its lower-case name is taken.
/// How many there were.
fn lower_data_attributes(open: &mut Open) -> usize {
    let tree = &open.tree;
    let mut renames = Vec::new();
    for node in tree.descendants(tree.root()) {
        for (name, value) in tree.attrs(node) {
            let lower = name.to_ascii_lowercase();
            if name.starts_with("data-")
                && lower != *name
                && tree.attr(node, &lower).is_none()
            {
                renames.push((node, name.clone(), lower, value.clone()));
            }
        }
    }
    let number = renames.len();
    for (node, name, lower, value) in renames {
        open.tree.remove_attr(node, &name);
        open.tree.set_attr(node, &lower, value);
        open.changed = true;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Document;

    fn applied(xml: &str) -> String {
        let tree = Document::parse(xml).unwrap();
        let open = Open { path: "a.xhtml".into(), tree, changed: false };
        let mut documents = Documents(vec![open]);
        apply(&mut documents, &mut Counts::default());
        documents.0[0].tree.to_xml()
    }

    #[test]
    fn pandocs_rules_go_and_the_authors_stay() {
        let pandocs = "<style>\n pre &gt; code.sourceCode { white-space: pre; position: \
                       relative; }\n code span.al { color: #ff0000; }</style>";
        let authors = "<style>code span.al { color: red }</style>";
        let html = |inside: &str| format!("<html><head>{inside}</head></html>");
        assert_eq!(applied(&html(&format!("\n  {pandocs}{authors}"))), html(authors));
    }

    #[test]
    fn data_attributes_lose_their_capitals_and_others_keep_them() {
        assert_eq!(
            applied("<div data-startFrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"),
            "<div data-startfrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"
        );
        let both = "<p data-aB=\"1\" data-ab=\"2\"></p>";
        assert_eq!(applied(both), both);
    }
}
