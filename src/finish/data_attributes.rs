//! HTML's `data-*` attributes have no capitals (`EPUBCheck` `HTM_061`); pandoc makes `startFrom=`
//! into `data-startFrom`.

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::ContentDocument;

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::DataAttribute, lower(document));
}

/// Writes their names in small letters; an attribute stays when that name is taken. How many there
/// were.
fn lower(document: &mut ContentDocument) -> usize {
    let tree = &document.tree;
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
        document.tree.remove_attr(node, &name);
        document.tree.set_attr(node, &lower, value);
        document.changed = true;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(xml: &str) -> String {
        let mut document = ContentDocument::of("a.xhtml", xml);
        lower(&mut document);
        document.tree.to_xml()
    }

    #[test]
    fn data_attributes_lose_their_capitals_and_others_keep_them() {
        assert_eq!(
            lowered("<div data-startFrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"),
            "<div data-startfrom=\"3\"><svg viewBox=\"0 0 1 1\"></svg></div>"
        );
        let both = "<p data-aB=\"1\" data-ab=\"2\"></p>";
        assert_eq!(lowered(both), both);
    }
}
