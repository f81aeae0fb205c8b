//! The documents of a book whose text runs from right to left say so, which pandoc leaves out.
//!
//! Code in text that runs from right to left gets `dir="ltr"`: it runs from left to right, and its
//! signs do not mix with the words around it. Stylesheets of an ePub may not say so (EPUB 3.3, section 6.3.1.2).

use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::elements::is_code;
use crate::epub::{ContentDocument, NodeId};

pub(super) fn apply(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    _: &mut DocumentOutcome,
) {
    if context.options.rtl
        && let Some(html) = document.find("html")
        && document.tree.attr(html, "dir").is_none()
    {
        document.tree.set_attr(html, "dir", "rtl");
        document.changed = true;
    }
    in_document(document);
}

fn in_document(document: &mut ContentDocument) {
    let tree = &document.tree;
    let mut code = Vec::new();
    let mut steps: Vec<(NodeId, bool)> = vec![(tree.root(), false)];
    while let Some((node, is_rtl)) = steps.pop() {
        let dir = tree.attr(node, "dir");
        let is_code = tree.name(node).is_some_and(is_code);
        if is_code && dir.is_none() {
            if is_rtl {
                code.push(node);
            }
            continue;
        }
        let is_rtl = dir.map_or(is_rtl, |dir| dir.eq_ignore_ascii_case("rtl"));
        steps.extend(tree.children(node).iter().rev().map(|&child| (child, is_rtl)));
    }
    for node in code {
        document.tree.set_attr(node, "dir", "ltr");
        document.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_runs_from_left_to_right() {
        let of = |xml: &str| {
            let mut document = ContentDocument::of("a.xhtml", xml);
            in_document(&mut document);
            assert_eq!(document.changed, document.tree.to_xml() != xml);
            document.tree.to_xml()
        };
        let plain = "<html><pre><code>a</code></pre></html>";
        assert_eq!(of(plain), plain);
        assert_eq!(
            of("<html dir=\"rtl\"><pre><code>a</code></pre><p><code>b</code></p>\
                <p dir=\"ltr\"><code>c</code></p><pre dir=\"rtl\">d</pre></html>"),
            "<html dir=\"rtl\"><pre dir=\"ltr\"><code>a</code></pre><p><code dir=\"ltr\">b</code></p>\
             <p dir=\"ltr\"><code>c</code></p><pre dir=\"rtl\">d</pre></html>"
        );
    }
}
