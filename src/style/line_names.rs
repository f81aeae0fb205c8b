//! Takes the names of listings and of their lines away that no link leads to. pandoc names them all,
//! `cb1` and `cb1-1`, and a book of forty chapters has fifteen thousand lines.
//!
//! ```text
//! <pre id="cb1"><code><span id="cb1-1">x</span> …   without a link to #cb1 or #cb1-1: <pre><code><span>x</span> …
//! ```

use crate::epub::{ContentDocument, ContentDocuments, NodeId};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Goes through the figures that [`listings`](super::listings) made.
pub(crate) fn apply(documents: &mut ContentDocuments) {
    let wanted: BTreeSet<String> = documents
        .0
        .par_iter()
        .flat_map_iter(|document| {
            document.fact::<Vec<String>>("fragments", "", fragments)
        })
        .collect();
    documents.0.par_iter_mut().for_each(|document| {
        let names: Vec<String> = document.fact("line-names", "", |document| {
            let named = named(document).into_iter();
            named
                .filter_map(|node| document.tree.attr(node, "id"))
                .map(str::to_owned)
                .collect()
        });
        let unused: BTreeSet<String> =
            names.into_iter().filter(|name| !wanted.contains(name)).collect();
        if !unused.is_empty() {
            let given = format!("{unused:?}");
            document
                .change("line-names", given, move |document| remove(document, &unused));
        }
    });
}

/// The fragments that links of a document lead to.
fn fragments(document: &ContentDocument) -> Vec<String> {
    let tree = &document.tree;
    // pandoc links each line of a listing to itself, without a text.
    let links =
        tree.descendants(tree.root()).filter(|&node| !tree.children(node).is_empty());
    let fragment = |node| tree.attr(node, "href")?.split_once('#');
    links.filter_map(fragment).map(|(_, fragment)| fragment.to_owned()).collect()
}

/// The figures and lines whose names need not stay: pandoc names all that it highlights, `cb1` and `cb1-1`. A
/// figure's name that the author chose stays.
fn named(document: &ContentDocument) -> Vec<NodeId> {
    let tree = &document.tree;
    // The name of a line that is not shown stands in the caption.
    let in_caption =
        |node| tree.parent(node).is_some_and(|one| tree.name(one) == Some("figcaption"));
    let of_figure = |&figure: &NodeId| {
        let own = tree.attr(figure, "id").is_some_and(is_made_up).then_some(figure);
        let is_line = move |&node: &NodeId| {
            tree.attr(node, "id").is_some()
                && (tree.has_class(node, "line") || in_caption(node))
        };
        own.into_iter().chain(tree.descendants(figure).filter(is_line))
    };
    document.listings.iter().flat_map(of_figure).collect()
}

/// Takes names away.
fn remove(document: &mut ContentDocument, unused: &BTreeSet<String>) {
    for node in named(document) {
        if document.tree.attr(node, "id").is_some_and(|id| unused.contains(id)) {
            document.tree.remove_attr(node, "id");
        }
    }
}

/// Whether pandoc made an identifier up, which it does where it highlights: `cb1`.
fn is_made_up(id: &str) -> bool {
    id.strip_prefix("cb").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
