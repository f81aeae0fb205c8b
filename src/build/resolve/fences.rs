//! What other tools read behind a fence, and pandoc drops: a title, lines to mark, numbers of lines.
//!
//! ````text
//! ```c [kernel.c] {4-5}   ─►   CodeBlock ["", ["c"], [["title", "kernel.c"], ["hl_lines", "4-5"]]]
//! ````
//!
//! A listing is told by its number among the blocks with the same text, as hidden ones are.

use super::hidden::{is_code_block, text_of};
use crate::listings::Listing;
use crate::markdown::{Extra, squeezed};
use concfilter::ast::build::Attr;
use concfilter::ast::{Step, visit, walk};
use serde_json::Value;
use std::collections::BTreeMap;

/// Gives the code blocks of a chapter what its fences say.
pub(super) fn apply(blocks: &mut [Value], listings: &[&Listing]) {
    let says = |extra: &Extra| {
        extra.title.is_some() || extra.marked.is_some() || extra.numbered.is_some()
    };
    if !listings.iter().any(|listing| says(&listing.block.extra)) {
        return;
    }
    let mut written: BTreeMap<String, Vec<&Extra>> = BTreeMap::new();
    for listing in listings.iter().filter(|listing| is_code_block(listing)) {
        let block = &listing.block;
        written.entry(squeezed(&block.code)).or_default().push(&block.extra);
    }
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    visit(blocks, &mut |tag, element| {
        if tag == "CodeBlock" {
            *read.entry(text_of(element)).or_default() += 1;
        }
    });
    let mut left: BTreeMap<&str, _> = written
        .iter()
        .filter(|(text, extras)| read.get(*text) == Some(&extras.len()))
        .map(|(text, extras)| (text.as_str(), extras.iter()))
        .collect();
    walk(blocks, &mut |tag, element| {
        if tag == "CodeBlock"
            && let Some(extra) = left.get_mut(&*text_of(element)).and_then(Iterator::next)
            && says(extra)
        {
            set(element, extra);
        }
        Step::Into
    });
}

fn set(block: &mut Value, extra: &Extra) {
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
    if let Some(first) = extra.numbered {
        attr.add_class("numberLines");
        if first != 1 && attr.get("startFrom").is_none() {
            attr.2.push(("startFrom".to_owned(), first.to_string()));
        }
    }
    block["c"][0] = attr.write();
}
