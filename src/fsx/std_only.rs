//! What is known of files where there is nothing but the standard library: no permissions to speak
//! of, and no time that tells each change, so that contents have to be compared.

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The permissions for a file that is to replace another: the system's own choice.
pub(super) fn permissions_for(_path: &Path) -> Option<Permissions> {
    None
}

/// Always: whose a file is cannot be seen, and a user's folder for temporary files is its own.
pub(super) fn is_own(_meta: &Metadata) -> bool {
    true
}

/// Opens a new file for writing.
pub(super) fn open_new(path: &Path, _mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// None: whether a file has other names is not told here.
pub(super) fn open_same(_path: &Path, _mode: u32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Nothing: what may be read and written here is not told by a mode.
#[expect(clippy::unnecessary_wraps, reason = "a Unix may refuse")]
pub(super) fn permit(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Nothing that proves a file to be unchanged.
pub(super) fn state(_meta: &Metadata) -> Option<([i64; 5], Duration)> {
    None
}
