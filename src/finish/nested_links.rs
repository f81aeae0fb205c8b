//! A link in a link is none (HTML, section 4.5.1): pandoc 2.17 makes one of an address in the text
//! of another.
//!
//! ```text
//! <a href="u">see <a href="v">v</a></a>   becomes   <a href="u">see v</a>
//! ```

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::ContentDocument;

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::Link, unnest(document));
}

/// Takes the inner links away; how many there were.
fn unnest(document: &mut ContentDocument) -> usize {
    let mut number = 0;
    for node in document.elements("a") {
        let inside =
            document.tree.ancestors(node).any(|one| document.tree.name(one) == Some("a"));
        if inside {
            let in_nav = document
                .tree
                .ancestors(node)
                .any(|one| document.tree.name(one) == Some("nav"));
            match document.tree.attr(node, "id").filter(|_| !in_nav) {
                Some(_) => {
                    document.tree.rename(node, "span");
                    for name in ["href", "target", "rel", "download", "hreflang", "type"]
                    {
                        document.tree.remove_attr(node, name);
                    }
                }
                None => document.tree.unwrap(node),
            }
            document.changed = true;
            number += 1;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_do_not_nest() {
        let mut one =
            ContentDocument::of("a.xhtml", "<a href=\"u\">x <a href=\"v\">y</a></a>");
        unnest(&mut one);
        assert_eq!(one.tree.to_xml(), "<a href=\"u\">x y</a>");
    }
}
