//! XML wants each identifier of a document once, without white space (XHTML's `id`). A link leads to
//! the first, so a later one goes.
//!
//! ```text
//! <p id="a b"></p><p id="x"></p><p id="x"></p>   becomes   <p id="a_b"></p><p id="x"></p><p></p>
//! ```

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::ContentDocument;
use std::collections::BTreeSet;

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::Identifier, unique_ids(document));
}

/// Makes the identifiers valid; how many were not.
fn unique_ids(document: &mut ContentDocument) -> usize {
    let mut taken = BTreeSet::new();
    let mut number = 0;
    for node in document.tree.descendants(document.tree.root()).collect::<Vec<_>>() {
        let Some(old) = document.tree.attr(node, "id") else { continue };
        let id = without_space(old);
        let same = id == old;
        if id.is_empty() || !taken.insert(id.clone()) {
            document.tree.remove_attr(node, "id");
        } else if same {
            continue;
        } else {
            document.tree.set_attr(node, "id", id);
        }
        document.changed = true;
        number += 1;
    }
    number
}

/// An identifier as [`unique_ids`] makes it valid.
pub(super) fn without_space(id: &str) -> String {
    id.split_whitespace().collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_identifier_stands_once_and_without_spaces() {
        let xml = "<b><p id=\"x\"></p><p id=\"x\"></p><a id=\"b c\"></a></b>";
        let mut document = ContentDocument::of("a.xhtml", xml);
        assert_eq!(unique_ids(&mut document), 2);
        assert_eq!(
            document.tree.to_xml(),
            "<b><p id=\"x\"></p><p></p><a id=\"b_c\"></a></b>"
        );
    }
}
