//! A page of the ePub, as far as it can be written without the others: what it is made of, and what stands in for it.

use super::division::Division;
use super::html::{self, specimen};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// What one division becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::build) struct DivisionPage {
    /// The identifiers that its links lead to.
    pub(in crate::build) targets: BTreeSet<String>,
    /// What stands in for it where only the book as a whole is asked for.
    pub(super) stand_in: Vec<Value>,
    /// Its body as we write it; none where pandoc has to.
    pub(super) body: Option<String>,
    /// The keys of the attributes in that body.
    pub(super) keys: BTreeSet<String>,
    /// Its blocks, with marked links; none where they are not kept, since we write the body.
    pub(super) blocks: Option<Vec<Value>>,
}

impl DivisionPage {
    /// That of a division. `targets` are those of all links of the book, `version` is pandoc's, and `is_ours` whether
    /// we write bodies.
    pub(super) fn of(
        mut division: Division,
        targets: &BTreeSet<String>,
        (version, is_ours): ((u32, u32), bool),
    ) -> Self {
        let own = division.targets();
        let stand_in = division.stand_in(targets);
        division.mark_links();
        let body = Some(&division.blocks)
            .filter(|_| is_ours)
            .and_then(|one| html::body(one, version));
        let keys = if body.is_some() {
            specimen::keys(&division.blocks)
        } else {
            BTreeSet::new()
        };
        Self { targets: own, stand_in, body, keys, blocks: Some(division.blocks) }
    }

    /// The same without blocks that only pandoc would need.
    #[must_use]
    pub(in crate::build) fn without_written_blocks(mut self) -> Self {
        if self.body.is_some() {
            self.blocks = None;
        }
        self
    }
}
