//! The author's filters that stand before concfilter in `book.yaml`.

use crate::finding::Finding;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Pandoc};
use crate::project::Project;
use concfilter::ast::Document;
use concfilter::error::Result;
use serde_json::json;

/// Runs them over a document; what they warn of is added to `findings`.
///
/// # Errors
/// A filter failed.
pub fn filters_before(
    project: &Project,
    pandoc: &Pandoc,
    document: Document,
    findings: &mut Vec<Finding>,
) -> Result<Document> {
    let (before, _) = defaults::filters(project.manifest.options());
    if before.is_empty() {
        return Ok(document);
    }
    let defaults = DefaultsFile::write(&json!({"filters": before}))?;
    let job = pandoc
        .job()
        .dir(&project.dir)
        .args(["--from", "json", "--to", "json", "--defaults"])
        .arg(defaults.path())
        .stdin(document.to_json()?);
    let (json, warnings) = pandoc::outcome(job.run()?, &project.manifest.file())?;
    findings.extend(warnings);
    Document::parse(&json)
}
