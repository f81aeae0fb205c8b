//! How a command prints what it found.

use concfilter::error::{Error, Result};
use serde_json::Value;
use std::io::Write;

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
/// It cannot be written, for example because nobody reads it any more.
pub(super) fn write(what: &str, text: &str) -> Result<()> {
    std::io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .map_err(|error| Error::new(format!("cannot write {what}: {error}")))
}

/// Writes a value as JSON that people can read, too.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_json(what: &str, value: &Value) -> Result<()> {
    write(what, &format!("{value:#}\n"))
}
