//! The pandocs to test with, for the tests of both packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The pandocs to test with, each with its version: those that the Makefile set up, else the
/// one on `PATH`, else none.
pub(crate) fn pandoc_versions() -> Vec<(String, PathBuf)> {
    let set: Vec<PathBuf> = ["CONCBOOK_PANDOC_2", "CONCBOOK_PANDOC_3"]
        .iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from)
        .collect();
    let candidates = if set.is_empty() { vec![PathBuf::from("pandoc")] } else { set };
    candidates
        .into_iter()
        .filter_map(|pandoc| Some((version(&pandoc)?, pandoc)))
        .collect()
}

/// The version a pandoc tells of itself, or nothing when it cannot be run.
fn version(pandoc: &Path) -> Option<String> {
    let outcome = Command::new(pandoc).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    text.lines().next()?.strip_prefix("pandoc ").map(str::to_owned)
}

/// Says why a test does not judge. Where every judge is required, that is a failure.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var_os("CONCBOOK_REQUIRE_JUDGES").is_none(), "missing: {reason}");
    eprintln!("skipped: {reason}");
}
