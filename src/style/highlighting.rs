//! Takes pandoc's highlighting rules out of the chapters.
//!
//! The rules stand in every chapter, outrank any `white-space: pre-wrap` and so keep code from
//! wrapping, and their colours are too pale. The stylesheet has better ones, once; where the author
//! chose a style of pandoc's, it has those.

use crate::epub::{ContentDocument, NodeId};
use std::fmt::Write as _;

/// What only pandoc writes, white space left out: its highlighting (skylighting's
/// `styleToCss`), and the rules that 2.17 writes into every document.
const PANDOCS: [&str; 2] = [
    "pre>code.sourceCode{white-space:pre;position:relative;}",
    "code{white-space:pre-wrap;}span.smallcaps{font-variant:small-caps;}",
];

/// Takes the rules out; those of them that colour the tokens, for where the author chose them.
pub(crate) fn apply(document: &mut ContentDocument) -> Option<String> {
    let mut theme = None;
    for style in styles(document) {
        let found = rules(&document.tree.text(style));
        theme = theme.or(Some(found).filter(|rules| !rules.is_empty()));
        document.remove(style);
    }
    theme
}

/// The rules of a sheet of pandoc's that say how tokens look and what is behind them; the others
/// say how lines stand.
fn rules(sheet: &str) -> String {
    let mut found = String::new();
    for rule in sheet.split('}') {
        let Some((selector, body)) = rule.rsplit_once('{') else { continue };
        let selector = selector
            .rsplit(['{', '}', '/', ';'])
            .next()
            .expect("a split has a first part");
        let (selector, body) = (selector.trim(), body.trim());
        if body.is_empty() {
            continue;
        }
        if selector.starts_with("code span.") {
            let _ = writeln!(found, "{selector} {{ {body} }}");
        } else if selector == "div.sourceCode" && body.contains("color") {
            // A background without a colour on it is one for black text.
            let has_color = body.split(';').any(|one| one.trim().starts_with("color"));
            let color = if has_color { "" } else { "color: #000; " };
            let _ = writeln!(found, "figure.listing > pre {{ {color}{body} }}");
        }
    }
    found
}

/// The `<style>` elements that pandoc wrote; 3.x leaves an empty one where it has no rules.
fn styles(document: &ContentDocument) -> Vec<NodeId> {
    let tree = &document.tree;
    tree.descendants(tree.root())
        .filter(|&node| tree.local_name(node) == Some("style"))
        .filter(|&node| {
            let text: String = tree.text(node).split_whitespace().collect();
            text.is_empty() || PANDOCS.iter().any(|own| text.contains(own))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(xml: &str) -> String {
        let mut document = ContentDocument::of("a.xhtml", xml);
        apply(&mut document);
        document.tree.to_xml()
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
    fn the_colours_of_a_style_can_be_kept() {
        let sheet = "/* x */\npre > code.sourceCode { white-space: pre; position: relative; }\n\
             @media screen {\ndiv.sourceCode { overflow: auto; }\n}\ndiv.sourceCode\n  \
             {  background-color: #f8f8f8; }\n@media screen {\npre > a::before { x: y; }\n}\n\
             code span.al { color: #ef2929; } /* Alert */\ncode span.ex { } /* Extension */\n\
             code span.kw { color: #204a87; font-weight: bold; } /* Keyword */\n";
        assert_eq!(
            rules(sheet),
            "figure.listing > pre { color: #000; background-color: #f8f8f8; }\n\
             code span.al { color: #ef2929; }\n\
             code span.kw { color: #204a87; font-weight: bold; }\n"
        );
    }
}
