//! Highlights code in the text that names its language: `` `print(1)`{.python} ``.
//!
//! ```text
//! <code class="python">print(1)</code>
//! becomes   <code class="python"><span class="fu">print</span>(<span class="dv">1</span>)</code>
//! ```

use super::Highlighting;
use super::{spans, tokens};
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};

/// Gives each piece of code in the text its tokens, in place of pandoc's.
pub(crate) fn apply(document: &mut ContentDocument, highlighting: Highlighting) {
    if highlighting == Highlighting::Pandoc {
        return;
    }
    let tree = &document.tree;
    let pieces: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(|&node| is_plain_or_pandocs(tree, node))
        .collect();
    for code in pieces {
        document.changed |= highlight(&mut document.tree, code, highlighting);
    }
}

/// Whether a node is code outside of a listing that holds nothing but text, or what pandoc made
/// of it.
fn is_plain_or_pandocs(tree: &Document, node: NodeId) -> bool {
    if tree.name(node) != Some("code") || tree.attr(node, "class").is_none() {
        return false;
    }
    let is_pandocs = tree.has_class(node, "sourceCode");
    let known = |child: NodeId| match tree.kind(child) {
        Kind::Text(_) => true,
        Kind::Element { name, .. } => is_pandocs && name == "span",
        _ => false,
    };
    tree.descendants(node).all(known)
        && !tree.ancestors(node).any(|one| tree.name(one) == Some("pre"))
}

fn highlight(tree: &mut Document, code: NodeId, highlighting: Highlighting) -> bool {
    let is_pandocs = tree.has_class(code, "sourceCode");
    let text = tree.text(code);
    let tokens = spans::language(tree, code)
        .filter(|_| highlighting == Highlighting::Ours)
        .map(|language| tokens::read(&language, &text))
        .unwrap_or_default();
    if tokens.is_empty() && !is_pandocs {
        return false;
    }
    tree.set_children(code, Vec::new());
    spans::remove_classes(tree, code, &["sourceCode"]);
    spans::append(tree, code, &text, &tokens);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_of_pandocs_shapes_become_one() {
        let ours = "<p><code class=\"python\"><span class=\"fu\">print</span>(<span \
                    class=\"dv\">1</span>)</code></p>";
        for before in [
            "<p><code class=\"sourceCode python\"><span class=\"bu\">print</span>(<span \
             class=\"dv\">1</span>)</code></p>",
            "<p><code class=\"python\">print(1)</code></p>",
            ours,
        ] {
            let mut document = ContentDocument::of("a.xhtml", before);
            apply(&mut document, Highlighting::Ours);
            assert_eq!(document.tree.to_xml(), ours);
            assert_eq!(document.changed, before != ours);
        }
    }
}
