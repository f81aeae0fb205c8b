//! What commands that take several files have in common: one that cannot be read is told, and the others are
//! worked on all the same.

use crate::report;
use concfilter::error::{Error, Result};

/// What came of the files that could be worked on; the errors of the others are told. One file alone is the
/// command's own error.
pub(super) fn readable<T>(mut all: Vec<Result<T>>) -> Result<Vec<T>> {
    if all.len() == 1 {
        return all.remove(0).map(|one| vec![one]);
    }
    let mut done = Vec::new();
    for one in all {
        match one {
            Ok(one) => done.push(one),
            Err(error) => report::error(&error),
        }
    }
    Ok(done)
}

/// # Errors
/// Fewer files were worked on than were named.
pub(super) fn all_done(named: usize, done: usize, what: &str) -> Result<()> {
    match named - done {
        0 => Ok(()),
        missing => Err(Error::new(format!("{missing} of {named} files were not {what}"))),
    }
}
