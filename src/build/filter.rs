//! The whole book's document, through the author's filters and ours.

use crate::finding::{Code, Finding};
use crate::pandoc::Pandoc;
use crate::parse::filters_before;
use crate::project::Project;
use concfilter::ast::{Document, meta};
use concfilter::error::Result;
use concfilter::filter::{self, Counts};
use serde_json::Value;

/// A document that was filtered.
#[derive(Debug)]
pub(super) struct Filtered {
    /// Its JSON.
    pub json: Vec<u8>,
    /// What the filter found.
    pub counts: Counts,
    /// The book's title; empty where it has none, which is a finding.
    pub title: String,
    /// Whether the author gives an identifier for the book.
    pub has_identifier: bool,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Filters a document: first as the author's filters do that stand before concfilter, then as
/// concfilter does.
pub(super) fn filter(
    project: &Project,
    pandoc: &Pandoc,
    document: Document,
) -> Result<Filtered> {
    let mut findings = Vec::new();
    let document = filters_before(project, pandoc, document, &mut findings)?;
    let title = plain_meta(&document, "title");
    if title.is_empty() {
        let place = project.manifest.metadata_place(&["title"]);
        findings.push(
            Finding::new(Code::TitleMissing, place, "the book has no title")
                .hint("Give it one in book.yaml: `metadata: {title: …}`"),
        );
    }
    let has_identifier = document.meta().contains_key("identifier");
    let mut json = Vec::new();
    let settings = Some(&project.settings);
    let counts = filter::run(&document.to_json()?, "epub3", settings, &mut json)?;
    Ok(Filtered { json, counts, title, has_identifier, findings })
}

fn plain_meta(document: &Document, key: &str) -> String {
    match document.meta().get(key).map_or(Value::Null, meta::plain) {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
