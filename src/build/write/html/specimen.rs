//! One of each kind of element that is written here, for the pandoc that is there to write, too: where a version
//! of it writes one of them in another way, it writes all. `specimen.json` is what pandoc reads of
//! `specimen.md`.

use concfilter::ast::build::{Attr, attr, span, str};
use concfilter::ast::visit;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The specimen, and what has each of these keys of attributes.
pub(in super::super) fn specimen(keys: &BTreeSet<String>) -> Vec<Value> {
    // It is a list of blocks: a test reads it.
    let mut blocks: Vec<Value> =
        serde_json::from_str(include_str!("specimen.json")).unwrap_or_default();
    let with_key = |key: &String| {
        let pairs = vec![(key.clone(), "a \"b\" 'c' & <d>".to_owned())];
        span(&Attr(String::new(), Vec::new(), pairs), vec![str("x")])
    };
    let spans: Vec<Value> = keys.iter().map(with_key).collect();
    if !spans.is_empty() {
        blocks.push(json!({"t": "Para", "c": spans}));
    }
    blocks
}

/// The keys of attributes in these blocks.
pub(in super::super) fn keys(blocks: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(blocks, &mut |_, element| {
        let pairs = attr(element).and_then(|attr| attr[2].as_array());
        let keys = pairs.into_iter().flatten().filter_map(|pair| pair[0].as_str());
        found.extend(keys.map(str::to_owned));
    });
    found
}
