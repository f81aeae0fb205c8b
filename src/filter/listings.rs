//! Code blocks: the class `listing`, the language's canonical name, and from the slugline an
//! identifier to link to and the file's path.

use crate::ast::raw::{Edits, Kind, Leaf, Raw};
use crate::lang;
use std::collections::BTreeSet;

/// Tags code blocks; returns how many there are.
pub(super) fn apply(document: &Raw<'_>, edits: &mut Edits) -> usize {
    let mut taken = BTreeSet::new();
    let blocks = document.leaves().iter().filter(|leaf| leaf.kind == Kind::CodeBlock);
    blocks.filter(|leaf| set(document, leaf, &mut taken, edits).is_some()).count()
}

fn set(
    document: &Raw<'_>,
    leaf: &Leaf,
    taken: &mut BTreeSet<String>,
    edits: &mut Edits,
) -> Option<()> {
    let (mut attr, place) = document.attr(leaf)?;
    let code = document.text(leaf);
    // `file=` is how an author says it without a slugline. pandoc writes it as `data-file`
    // itself, so it takes that name here: both together would be one attribute twice.
    for (key, _) in &mut attr.2 {
        if key == "file" {
            "data-file".clone_into(key);
        }
    }
    let slug = lang::slug(&code);
    let file = attr.get("data-file").or(slug).map(str::to_owned);
    if let Some(first) = attr.1.first_mut() {
        if let Some(name) = lang::canonical(first) {
            name.clone_into(first);
        }
    } else if let Some(name) = file.as_deref().and_then(lang::of_file) {
        attr.1.push(name.to_owned());
    }
    attr.add_class("listing");
    if let Some(file) = file {
        if attr.0.is_empty() {
            attr.0 = unique(&file, taken);
        }
        if attr.get("data-file").is_none() {
            attr.2.push(("data-file".to_owned(), file));
        }
    }
    edits.replace(place, &[attr.write().to_string().as_bytes()]);
    Some(())
}

/// An identifier made of the file's path. A listing's lines get `-1`, `-2`, … behind it from
/// pandoc, so a second listing of the same file takes a number behind `_`.
fn unique(file: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    let id: String = "listing-".chars().chain(file.chars().map(plain)).collect();
    let ids = std::iter::once(id.clone()).chain((2..).map(|n| format!("{id}_{n}")));
    ids.into_iter().find(|id| taken.insert(id.clone())).unwrap_or(id)
}
