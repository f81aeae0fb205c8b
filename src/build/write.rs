//! The filtered document becomes the raw ePub, by pandoc.

use crate::finding::Finding;
use crate::fsx;
use crate::pandoc::{self, Pandoc, defaults};
use crate::project::Project;
use concfilter::error::Result;
use std::path::Path;

/// Writes the raw ePub of a document's JSON; gives its bytes, and what pandoc warned of. `options` are
/// arguments beside those of `book.yaml`, `modified` the time in it, in seconds since 1970.
pub(super) fn write(
    project: &Project,
    pandoc: &Pandoc,
    document: Vec<u8>,
    modified: u64,
    options: &[String],
    temp: &Path,
) -> Result<(Vec<u8>, Vec<Finding>)> {
    let raw = temp.join("raw.epub");
    let file = temp.join("write.yaml");
    let defaults = defaults::writing(project.manifest.options());
    fsx::write_atomic(&file, defaults.to_string().as_bytes())?;
    let job = pandoc
        .job()
        .dir(&project.dir)
        .env("SOURCE_DATE_EPOCH", modified.to_string())
        .args(["--from", "json", "--to", "epub3", "--defaults"])
        .arg(&file)
        .args(options)
        .arg("--output")
        .arg(&raw)
        .stdin(document);
    let (_, warnings) = pandoc::outcome(job.run()?, &project.manifest.file())?;
    Ok((fsx::read(&raw)?, warnings))
}
