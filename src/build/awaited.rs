//! Pictures that are in no file before the author's filters run. A filter may draw them, into a file or
//! into pandoc's mediabag, or put something else in their place; what is still missing behind all
//! filters is told, and readers get its description.

use super::resolve::pictures::{Awaited, describe, targets};
use crate::finding::Finding;
use crate::parse::FilterRuns;
use crate::reference::percent_decode;
use concfilter::ast::{Document, Step, visit, walk};
use concfilter::error::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// Looks for the pictures in a document that all filters are through with, given as JSON; what is wrong
/// with those that did not come is added to `findings`.
pub(super) fn settle(
    awaited: Vec<Awaited>,
    json: Vec<u8>,
    (runs, dir): (&FilterRuns<'_>, &Path),
    findings: &mut Vec<Finding>,
) -> Result<Vec<u8>> {
    if awaited.is_empty() {
        return Ok(json);
    }
    let media = runs.media()?;
    let mut document = Document::parse(&json)?;
    let mut shown = BTreeSet::new();
    visit(&document.blocks, &mut |_, element| shown.extend(targets(element)));
    let is_there = |target: &str| {
        // pandoc looks into the mediabag for a target as it is written.
        media.contains(target) || dir.join(percent_decode(target)).is_file()
    };
    let mut gone = BTreeSet::new();
    for Awaited { target, finding } in awaited {
        if shown.contains(&target) && !is_there(&target) {
            gone.insert(target);
            findings.push(finding);
        }
    }
    if gone.is_empty() {
        return Ok(json);
    }
    walk(&mut document.blocks, &mut |_, element| {
        describe(element, &|target| gone.contains(target));
        Step::Into
    });
    document.to_json()
}
