//! Takes the names of listings and of their lines away that no link leads to. pandoc names them all,
//! `cb1` and `cb1-1`, and a book of forty chapters has fifteen thousand lines.
//!
//! ```text
//! <pre id="cb1"><code><span id="cb1-1">x</span> …   without a link to #cb1 or #cb1-1: <pre><code><span>x</span> …
//! ```

use crate::epub::dom::{Document, NodeId};
use crate::epub::{ContentDocument, ContentDocuments};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Goes through the figures that [`listings`](super::listings) made, by the paths of their documents.
pub(crate) fn apply(
    documents: &mut ContentDocuments,
    figures: &BTreeMap<String, Vec<NodeId>>,
) {
    let wanted = fragments(documents);
    documents.0.par_iter_mut().for_each(|document| {
        for &figure in figures.get(&document.path).into_iter().flatten() {
            remove_names(&mut document.tree, figure, &wanted);
        }
    });
}

/// The fragments that links lead to.
fn fragments(documents: &ContentDocuments) -> BTreeSet<String> {
    let of_document = |document: &ContentDocument| {
        let tree = &document.tree;
        // pandoc links each line of a listing to itself, without a text.
        let links =
            tree.descendants(tree.root()).filter(|&node| !tree.children(node).is_empty());
        let fragment = |node| tree.attr(node, "href")?.split_once('#');
        let found = links.filter_map(fragment).map(|(_, fragment)| fragment.to_owned());
        found.collect::<Vec<_>>()
    };
    documents.0.par_iter().flat_map_iter(of_document).collect()
}

/// Takes the names of figures and their lines away that no link leads to: pandoc names all that it
/// highlights, `cb1` and `cb1-1`. A figure's name that the author chose stays. `wanted` are the
/// fragments that links lead to.
fn remove_names(tree: &mut Document, figure: NodeId, wanted: &BTreeSet<String>) {
    let is_unused = |id: &str| !wanted.contains(id);
    if tree.attr(figure, "id").is_some_and(|id| is_made_up(id) && is_unused(id)) {
        tree.remove_attr(figure, "id");
    }
    // The name of a line that is not shown stands in the caption.
    let in_caption =
        |node| tree.parent(node).is_some_and(|one| tree.name(one) == Some("figcaption"));
    let is_line = |&node: &NodeId| {
        tree.attr(node, "id").is_some_and(is_unused)
            && (tree.has_class(node, "line") || in_caption(node))
    };
    for line in tree.descendants(figure).filter(is_line).collect::<Vec<_>>() {
        tree.remove_attr(line, "id");
    }
}

/// Whether pandoc made an identifier up, which it does where it highlights: `cb1`.
fn is_made_up(id: &str) -> bool {
    id.strip_prefix("cb").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
