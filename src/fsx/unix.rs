//! What a Unix knows of files beyond what the standard library tells on every system: permissions,
//! inodes, and when a file's entry was changed.

use rustix::fs::OFlags;
use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// The permissions for a file that is to replace the one at `path`: what that had, or what an
/// ordinary new file gets. A temporary file is made for its owner's eyes alone.
#[expect(clippy::unnecessary_wraps, reason = "other systems have none to give")]
pub(super) fn permissions_for(path: &Path) -> Option<Permissions> {
    let mode = std::fs::metadata(path).map_or(0o644, |meta| meta.permissions().mode());
    Some(Permissions::from_mode(mode & 0o777))
}

/// Whether a file belongs to the user that this process runs as.
pub(super) fn is_own(meta: &Metadata) -> bool {
    meta.uid() == rustix::process::geteuid().as_raw()
}

/// Opens a new file for writing, with these permissions whatever the umask.
pub(super) fn open_new(path: &Path, mode: u32) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

/// Opens a file for writing that has one name and these permissions, and is the user's.
pub(super) fn open_same(path: &Path, mode: u32) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let flags = i32::from_ne_bytes(flags.to_ne_bytes());
    let file = OpenOptions::new().write(true).custom_flags(flags).open(path)?;
    let meta = file.metadata()?;
    let is_same = meta.is_file()
        && meta.nlink() == 1
        && meta.permissions().mode() & 0o7777 == mode
        && is_own(&meta);
    if is_same { Ok(file) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Sets permissions where they differ: setting them counts as a change of the file.
pub(super) fn permit(path: &Path, mode: u32) -> io::Result<()> {
    let differs = |meta: Metadata| meta.permissions().mode() & 0o7777 != mode;
    if std::fs::symlink_metadata(path).is_ok_and(differs) {
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// Inode, size, permissions with owner, and the two times that tell a change; and how long after
/// 1970 the entry was changed.
#[expect(clippy::unnecessary_wraps, reason = "other systems tell less")]
pub(super) fn state(meta: &Metadata) -> Option<([i64; 5], Duration)> {
    let number = |number: u64| i64::from_ne_bytes(number.to_ne_bytes());
    let nanoseconds =
        |seconds: i64, rest: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(rest);
    let changed = nanoseconds(meta.ctime(), meta.ctime_nsec());
    let modified = nanoseconds(meta.mtime(), meta.mtime_nsec());
    let owned = number(u64::from(meta.mode()) << 32 | u64::from(meta.uid()));
    let state = [number(meta.ino()), number(meta.size()), owned, changed, modified];
    Some((state, Duration::from_nanos(u64::try_from(changed).unwrap_or(0))))
}
