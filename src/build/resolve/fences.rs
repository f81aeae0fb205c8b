//! What other tools read behind a fence, and pandoc drops: a title, lines to mark, numbers of lines. And
//! where the file of a listing is kept, which its caption leads to.
//!
//! ````text
//! ```c [kernel.c] {4-5}   ─►   CodeBlock ["", ["c"], [["title", "kernel.c"], ["hl_lines", "4-5"]]]
//! ````
//!
//! A listing is told by its number among the blocks with the same text, as hidden ones are.

use super::hidden::{is_code_block, text_of};
use crate::listings::Listing;
use crate::markdown::{FenceInfo, squeezed};
use crate::project::Repository;
use concfilter::ast::build::Attr;
use concfilter::ast::{Step, visit, walk};
use serde_json::Value;
use std::collections::BTreeMap;

/// The attribute that has the address of a listing's file.
const SOURCE: &str = "data-concbook-source";

/// Gives the code blocks of a chapter what its fences say, and the addresses of their files.
pub(super) fn apply(
    blocks: &mut [Value],
    listings: &[&Listing],
    repository: &Repository,
) {
    let file = |listing: &Listing| repository.file(listing.path.as_deref()?);
    let says = |listing: &Listing| {
        let extra = &listing.block.extra;
        extra.title.is_some()
            || extra.marked.is_some()
            || extra.numbered.is_some()
            || file(listing).is_some()
    };
    if !listings.iter().any(|listing| says(listing)) {
        return;
    }
    let mut written: BTreeMap<String, Vec<&Listing>> = BTreeMap::new();
    for listing in listings.iter().filter(|listing| is_code_block(listing)) {
        written.entry(squeezed(&listing.block.code)).or_default().push(listing);
    }
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    visit(blocks, &mut |tag, element| {
        if tag == "CodeBlock" {
            *read.entry(text_of(element)).or_default() += 1;
        }
    });
    let mut left: BTreeMap<&str, _> = written
        .iter()
        .filter(|(text, own)| read.get(*text) == Some(&own.len()))
        .map(|(text, own)| (text.as_str(), own.iter()))
        .collect();
    walk(blocks, &mut |tag, element| {
        if tag == "CodeBlock"
            && let Some(listing) =
                left.get_mut(&*text_of(element)).and_then(Iterator::next)
            && says(listing)
        {
            set(element, &listing.block.extra, file(listing));
        }
        Step::Into
    });
}

fn set(block: &mut Value, extra: &FenceInfo, file: Option<String>) {
    let Some(mut attr) = Attr::read(&block["c"][0]) else { return };
    // What stands behind the word without a blank is part of the name to pandoc.
    if let Some(first) = attr.1.first_mut()
        && first.starts_with(&extra.word)
    {
        first.clone_from(&extra.word);
    }
    attr.1.retain(|class| !class.is_empty());
    for (key, value) in [("title", &extra.title), ("hl_lines", &extra.marked)] {
        if let Some(value) = value
            && attr.get(key).is_none()
        {
            attr.2.push((key.to_owned(), value.clone()));
        }
    }
    attr.2.extend(file.map(|url| (SOURCE.to_owned(), url)));
    if let Some(first) = extra.numbered {
        attr.add_class("numberLines");
        if first != 1 && attr.get("startFrom").is_none() {
            attr.2.push(("startFrom".to_owned(), first.to_string()));
        }
    }
    block["c"][0] = attr.write();
}
