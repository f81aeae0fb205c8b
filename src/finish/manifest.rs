//! What the package document says that cannot be, and identifiers of the manifest that XML does not allow, as pandoc makes them of a file's name that
//! begins with a digit (XML 1.0, section 3.3.1: an ID is a Name).

use super::Repair;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::{Document, NodeId, Package, problems};
use crate::finding::{Code, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes of the package document that name a resource of the manifest.
const REFERENCES: &[&str] = &["idref", "fallback", "media-overlay", "toc"];

pub(super) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, .. } = book;
    for (node, message) in problems::problems(epub, package) {
        let place = epub.place_at(epub.package_path(), package.document().offset(node));
        outcome.findings.push(Finding::new(Code::EpubPackage, place, message));
    }
    rename(package, outcome);
}

fn rename(package: &mut Package, outcome: &mut FinishOutcome) {
    let tree = package.document_mut();
    let nodes: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let ids = |tree: &Document| -> BTreeSet<String> {
        let ids = nodes.iter().filter_map(|&node| tree.attr(node, "id"));
        ids.map(str::to_owned).collect()
    };
    let mut taken = ids(tree);
    let mut renamed = BTreeMap::new();
    for &node in &nodes {
        let Some(id) = tree.attr(node, "id").map(str::to_owned) else { continue };
        if is_name(&id) {
            continue;
        }
        let new = unused(&id, &taken);
        taken.insert(new.clone());
        tree.set_attr(node, "id", new.clone());
        // Of two that are the same, references mean the first.
        renamed.entry(id).or_insert(new);
        outcome.repairs.add(Repair::Identifier, 1);
    }
    if renamed.is_empty() {
        return;
    }
    for &node in &nodes {
        for name in REFERENCES {
            let new = tree.attr(node, name).and_then(|old| renamed.get(old)).cloned();
            if let Some(new) = new {
                tree.set_attr(node, name, new);
            }
        }
        let is_cover = tree.attr(node, "name") == Some("cover");
        let cover = tree.attr(node, "content").filter(|_| is_cover);
        if let Some(new) = cover.and_then(|old| renamed.get(old)).cloned() {
            tree.set_attr(node, "content", new);
        }
        let refined = tree.attr(node, "refines").and_then(|old| old.strip_prefix('#'));
        if let Some(new) = refined.and_then(|old| renamed.get(old)) {
            let new = format!("#{new}");
            tree.set_attr(node, "refines", new);
        }
    }
}

/// Whether a text is a Name without a colon (Namespaces in XML 1.0, section 3).
fn is_name(id: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    id.starts_with(letter)
        && id
            .chars()
            .all(|c| letter(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}'))
}

/// A name like `id` that nothing has.
fn unused(id: &str, taken: &BTreeSet<String>) -> String {
    let plain = |c: char| if is_name(&format!("a{c}")) { c } else { '_' };
    let name: String =
        std::iter::once('i').chain("d_".chars()).chain(id.chars().map(plain)).collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(|name| !taken.contains(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_names_and_references_follow() {
        let mut package = Package::parse(
            "<package><metadata><meta name=\"cover\" content=\"1_png\" /></metadata><manifest>\
             <item id=\"1_png\" href=\"1.png\" /><item id=\"id_1_png\" href=\"b\" \
             fallback=\"1_png\" /><item id=\"a b\" href=\"c\" /></manifest></package>",
        )
        .unwrap();
        let mut outcome = FinishOutcome::default();
        rename(&mut package, &mut outcome);
        assert_eq!(
            package.to_xml(),
            "<package><metadata><meta name=\"cover\" content=\"id_1_png-2\" /></metadata><manifest>\
             <item id=\"id_1_png-2\" href=\"1.png\" /><item id=\"id_1_png\" href=\"b\" \
             fallback=\"id_1_png-2\" /><item id=\"id_a_b\" href=\"c\" /></manifest></package>"
        );
        assert_eq!(outcome.repairs.of(Repair::Identifier), 2);
    }
}
