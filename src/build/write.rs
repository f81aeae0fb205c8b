//! The filtered document becomes the raw ePub, by pandoc.

use super::filter::Filtered;
use crate::finding::Finding;
use crate::fsx;
use crate::pandoc::{self, Pandoc, defaults};
use crate::parse::{FilterRuns, blame, findings_of};
use crate::project::Project;
use concfilter::error::Result;
use defaults::DefaultsFile;
use serde_json::{Value, json};
use std::path::Path;

/// Writes the raw ePub of a document, whose JSON is given apart; gives its bytes, and what pandoc warned of. `options` are
/// arguments beside those of `book.yaml`, `modified` the time in it, in seconds since 1970.
pub(super) fn write(
    (project, pandoc): (&Project, &Pandoc),
    runs: &FilterRuns<'_>,
    (filtered, json): (&Filtered, Vec<u8>),
    modified: u64,
    options: &[String],
    temp: &Path,
) -> Result<(Vec<u8>, Vec<Finding>)> {
    let raw = temp.join("raw.epub");
    let manifest = &project.manifest;
    let mut defaults = defaults::writing(manifest.options(), pandoc.version());
    if !defaults["variables"].is_object() {
        defaults["variables"] = json!({});
    }
    if let Some(lang) = filtered.lang {
        defaults["variables"]["lang"] = Value::from(lang);
    }
    if filtered.rtl && !filtered.has_page_progression {
        defaults["metadata"] = json!({"page-progression-direction": "rtl"});
    }
    if let Some(title) = &filtered.page_title
        && defaults["variables"].get("pagetitle").is_none()
    {
        defaults["variables"]["pagetitle"] = Value::from(title.as_str());
    }
    defaults["filters"] = runs.restoring(temp)?.into_iter().collect();
    let file = DefaultsFile::write(&defaults)?;
    let job = runs
        .job(&file)
        .env("SOURCE_DATE_EPOCH", modified.to_string())
        .args(options)
        .args(formulas(project))
        .arg("--output")
        .arg(&raw)
        .stdin(json);
    let written = pandoc::finished(job.run()?, &manifest.file());
    let (_, messages) =
        written.map_err(|error| blame(error, project, pandoc, &defaults))?;
    // What cannot be fetched may be named in book.yaml, such as a font.
    let place = |text: &str| {
        let name = text.strip_prefix("Could not fetch resource ");
        let name = name.and_then(|rest| rest.split_once(": ")).map(|(name, _)| name);
        name.map_or_else(|| manifest.file(), |name| manifest.place_of_text(name))
    };
    let mut findings = findings_of(&messages, &project.chapters, &place);
    // Those are told by where they stand in their chapter.
    findings.retain(|one| !one.message.contains("Could not convert TeX math"));
    Ok((fsx::read(&raw)?, findings))
}

/// The argument that has formulas written as MathML, which readers set by themselves; what the author
/// says wins.
fn formulas(project: &Project) -> Option<&'static str> {
    let options = project.manifest.options();
    (!options.contains_key("html-math-method")).then_some("--mathml")
}
