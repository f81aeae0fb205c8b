//! Lines that only a program has leave the page: `# use std::fs;` in a listing of Rust's.
//!
//! A block is told by its text, which says all that has to be known of it.

use super::hidden::text_of;
use crate::listings::Listing;
use crate::markdown::squeezed;
use concfilter::ast::build::Attr;
use concfilter::ast::{Step, walk};
use serde_json::Value;
use std::collections::BTreeMap;

/// Takes the hidden lines of a chapter's listings out of its code blocks. Nothing is shown of a listing
/// that has no other line.
pub(super) fn remove(blocks: &mut [Value], listings: &[&Listing]) {
    let pages: BTreeMap<String, &str> = listings
        .iter()
        .filter_map(|listing| {
            let hidden = listing.hidden.as_ref()?;
            Some((squeezed(&listing.block.code), &*hidden.page))
        })
        .collect();
    if pages.is_empty() {
        return;
    }
    walk(blocks, &mut |tag, element| {
        if tag == "CodeBlock"
            && let Some(page) = pages.get(&text_of(element))
        {
            element["c"][1] = Value::from(page.trim_end_matches('\n'));
            if page.trim().is_empty()
                && let Some(mut attr) = Attr::read(&element["c"][0])
            {
                attr.add_class("hidden");
                element["c"][0] = attr.write();
            }
        }
        Step::Into
    });
}
