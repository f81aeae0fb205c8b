//! The language of a book that names none. pandoc takes that of the machine it runs on, and so makes another
//! book on another one.

use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::Manifest;
use concfilter::error::Result;
use serde_json::{Map, Value};

/// The language assumed.
const ASSUMED: &str = "en-US";

/// The language to write the book in where neither its metadata, nor its variables, nor its file of
/// ePub metadata name one; that is a finding.
pub(super) fn assumed(
    manifest: &Manifest,
    metadata: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) -> Result<Option<&'static str>> {
    let options = manifest.options();
    let is_named = ["lang", "language"].iter().any(|&key| metadata.contains_key(key))
        || options.get("variables").is_some_and(|all| all["lang"].is_string());
    if is_named {
        return Ok(None);
    }
    if let Some(file) = options.get("epub-metadata").and_then(Value::as_str)
        && fsx::read_text(&manifest.dir().join(file))?.contains("<dc:language")
    {
        return Ok(None);
    }
    let place = manifest.place(&["metadata"]);
    let message = format!("the book names no language; {ASSUMED} is assumed");
    findings.push(
        Finding::new(Code::LanguageMissing, place, message)
            .hint("Name it in book.yaml: `metadata: {lang: en-GB}`"),
    );
    Ok(Some(ASSUMED))
}
