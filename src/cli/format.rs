//! How a command prints what it found.

use crate::fsx;
use concfilter::error::{Error, Result};
use serde_json::Value;

/// For people, or for programs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

/// Writes to standard output; `what` is what its error names, as in `cannot write the findings`.
///
/// # Errors
/// It cannot be written, for example because the disk behind it is full.
pub(super) fn write(what: &str, text: &str) -> Result<()> {
    fsx::write_stdout(text.as_bytes())
        .map_err(|error| Error::new(format!("cannot write {what}: {error}")))
}

/// Writes a value as JSON that people can read, too.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_json(what: &str, value: &Value) -> Result<()> {
    write(what, &format!("{value:#}\n"))
}
