//! Code as nodes: a span with a class for each token, text for the rest.
//!
//! ```text
//! x = "a"   <code>x = <span class="st">"a"</span></code>
//! ```

use super::tokens::Token;
use crate::epub::dom::{Document, Kind, MarkKind, NodeId, SpanClass, TextMark};
use concfilter::lang;
use std::ops::Range;

/// Classes of code that name no language: pandoc's own, and the filter's.
const NOT_LANGUAGES: &[&str] = &[
    "identifier",
    "lineAnchors",
    "line-anchors",
    "listing",
    "number-lines",
    "numberLines",
    "numberSource",
    "sourceCode",
];

/// The language that the classes of an element name, as the author wrote it: pandoc's `.python`,
/// and HTML's `language-python`.
pub(super) fn language(tree: &Document, node: NodeId) -> Option<String> {
    let mut own = tree.classes(node).filter(|class| !NOT_LANGUAGES.contains(class));
    let known = own.find(|class| lang::canonical(class).is_some())?;
    let mut prefix = ["language-", "lang-"].iter();
    Some(prefix.find_map(|one| known.strip_prefix(one)).unwrap_or(known).to_owned())
}

/// Takes classes off an element.
pub(super) fn remove_classes(tree: &mut Document, node: NodeId, removed: &[&str]) {
    let Some(before) = tree.attr(node, "class") else { return };
    let kept: Vec<&str> = before
        .split_ascii_whitespace()
        .filter(|class| !removed.contains(class))
        .collect();
    if kept.is_empty() {
        tree.remove_attr(node, "class");
    } else {
        let kept = kept.join(" ");
        tree.set_attr(node, "class", kept);
    }
}

/// Adds a part of a listing's text to its line, the tokens as marks, as the node that is given or a new one. White
/// space at the ends of a token stays outside its span: there is nothing to see of it, or an underline that does not
/// belong.
pub(super) fn append_to_line(
    tree: &mut Document,
    (line, node): (NodeId, Option<NodeId>),
    code: &str,
    part: Range<usize>,
    tokens: &[Token],
) -> Option<NodeId> {
    let text = code.get(part.clone()).filter(|text| !text.is_empty())?;
    let mut marks = Vec::new();
    let mut mark = |at: usize, kind| {
        let at = u32::try_from(at - part.start).unwrap_or(u32::MAX);
        marks.push(TextMark { at, offset: 0, kind });
    };
    let mut at = part.start;
    let first = tokens.partition_point(|(range, _)| range.end <= part.start);
    for (range, class) in tokens.iter().skip(first) {
        if range.start >= part.end {
            break;
        }
        let (start, end) = (range.start.max(part.start), range.end.min(part.end));
        let Some(text) = code.get(start..end) else { continue };
        let start = start + (text.len() - text.trim_start().len());
        let token = text.trim();
        if token.is_empty() || start < at {
            continue;
        }
        at = start + token.len();
        if let Some(class) = SpanClass::of(class.name()) {
            mark(start, MarkKind::Open(class));
            mark(at, MarkKind::Close);
        }
    }
    let node = match node {
        Some(node) => {
            tree.remake(node, Kind::Text(text.to_owned()));
            tree.set_marks(node, marks);
            node
        }
        None => tree.create_marked(text.to_owned(), marks),
    };
    tree.append(line, node);
    Some(node)
}

/// Adds code to an element that is no line, the tokens as elements.
pub(super) fn append(tree: &mut Document, parent: NodeId, code: &str, tokens: &[Token]) {
    if let Some(text) = append_to_line(tree, (parent, None), code, 0..code.len(), tokens)
    {
        tree.open_marks(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Class;
    use super::*;

    #[test]
    fn tokens_become_spans_and_the_text_stays() {
        let mut tree = Document::parse("<a/>").unwrap();
        let root = tree.root_element().unwrap();
        let code = "if x\n  \"a\n  b\"";
        let tokens = [(0..2, Class::Kw), (7..14, Class::St)];
        append_to_line(&mut tree, (root, None), code, 0..5, &tokens);
        append_to_line(&mut tree, (root, None), code, 5..10, &tokens);
        append_to_line(&mut tree, (root, None), code, 10..14, &tokens);
        assert_eq!(
            tree.to_xml(),
            "<a><span class=\"kw\">if</span> x\n  <span class=\"st\">\"a</span>\n  \
             <span class=\"st\">b\"</span></a>"
        );
        assert_eq!(tree.text(root), code);
    }

    #[test]
    fn the_language_is_the_first_class_that_is_one() {
        let of = |classes: &str| {
            let tree = Document::parse(&format!("<a class=\"{classes}\"/>")).unwrap();
            language(&tree, tree.root_element().unwrap())
        };
        assert_eq!(of("listing numberLines python").as_deref(), Some("python"));
        assert_eq!(of("language-rust").as_deref(), Some("rust"));
        assert_eq!(of("mine zig").as_deref(), Some("zig"));
        assert_eq!(of("identifier mine"), None);
    }
}
