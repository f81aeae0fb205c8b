//! Pictures that are in no file and links that lead nowhere, before the author's filters run. A filter may
//! draw a picture, into a file or into pandoc's mediabag, or make the anchor, or put something else in
//! their place; what is still missing behind all filters is told, and readers get its text.

use super::resolve::links::unlink;
use super::resolve::pictures::{Awaited, describe, targets};
use crate::finding::Finding;
use crate::parse::FilterRuns;
use crate::reference::percent_decode;
use concfilter::ast::build::attr;
use concfilter::ast::{Document, Step, visit, walk};
use concfilter::error::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a document shows that all filters are through with.
#[derive(Default)]
struct ShownDocument {
    pictures: BTreeSet<String>,
    links: BTreeSet<String>,
    /// The identifiers of its elements.
    ids: BTreeSet<String>,
}

impl ShownDocument {
    fn of(document: &Document) -> Self {
        let mut shown = Self::default();
        visit(&document.blocks, &mut |tag, element| {
            shown.pictures.extend(targets(element));
            if tag == "Link" {
                shown.links.extend(target_of_link(element).map(str::to_owned));
            }
            let id = attr(element).and_then(|attr| attr[0].as_str());
            shown.ids.extend(id.map(str::to_owned));
        });
        shown
    }
}

fn target_of_link(link: &Value) -> Option<&str> {
    link["c"][2][0].as_str()
}

/// Looks for the pictures and anchors in a document that all filters are through with, given as JSON; what
/// is wrong with those that did not come is added to `findings`.
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
    let shown = ShownDocument::of(&document);
    let is_gone = |one: &Awaited| {
        let target = &one.target;
        if one.is_link {
            let has_anchor =
                target.strip_prefix('#').is_some_and(|id| shown.ids.contains(id));
            return shown.links.contains(target) && !has_anchor;
        }
        // pandoc looks into the mediabag for a target as it is written.
        let is_there =
            media.contains(target) || dir.join(percent_decode(target)).is_file();
        shown.pictures.contains(target) && !is_there
    };
    let gone: Vec<Awaited> = awaited.into_iter().filter(is_gone).collect();
    if gone.is_empty() {
        return Ok(json);
    }
    let is = |target: &str, is_link: bool| {
        gone.iter().any(|one| one.is_link == is_link && one.target == target)
    };
    walk(&mut document.blocks, &mut |tag, element| {
        if tag == "Link" && target_of_link(element).is_some_and(|target| is(target, true))
        {
            unlink(element);
        }
        describe(element, &|target| is(target, false));
        Step::Into
    });
    findings.extend(gone.into_iter().map(|one| one.finding));
    document.to_json()
}
