//! What a run writes to the disk, in all: the system limits a file, and neither their number nor their sum.

use super::{End, RunLimits};
use crate::fsx;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The least time between two looks, and how many times as long as a look itself it is.
const LOOK: Duration = Duration::from_millis(100);
const REST_OF_LOOK: u32 = 20;

/// Folders under watch. What was in them when the run began counts as well: that is the book's own tree.
#[derive(Debug)]
pub(super) struct DiskWatch<'a> {
    folders: &'a [PathBuf],
    next: Instant,
}

impl<'a> DiskWatch<'a> {
    pub(super) fn new(folders: &'a [PathBuf]) -> Self {
        Self { folders, next: Instant::now() + LOOK }
    }

    /// The limit that the run is over, if it is. Looks only now and then.
    pub(super) fn over(&mut self, limits: &RunLimits) -> Option<End> {
        let start = Instant::now();
        if start < self.next {
            return None;
        }
        let is_over = is_over(self.folders, limits);
        self.next = Instant::now() + LOOK.max(start.elapsed() * REST_OF_LOOK);
        is_over.then_some(End::Disk)
    }
}

fn is_over(folders: &[PathBuf], limits: &RunLimits) -> bool {
    let (mut bytes, mut entries) = (0_u64, 0_u64);
    let mut open: Vec<PathBuf> = folders.to_vec();
    while let Some(folder) = open.pop() {
        // What goes away meanwhile takes no room.
        for name in fsx::list(&folder).unwrap_or_default() {
            let path = folder.join(name);
            let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
            entries += 1;
            bytes = bytes.saturating_add(taken(&meta));
            if bytes > limits.disk || entries > limits.entries {
                return true;
            }
            if meta.is_dir() && is_short(&path) {
                open.push(path);
            }
        }
    }
    false
}

/// Whether a path can be listed: no path of the system's is longer.
fn is_short(path: &Path) -> bool {
    path.as_os_str().len() < 4000
}

/// Bytes that a file takes: one with holes takes less than its size.
#[cfg(all(unix, not(feature = "portable-std")))]
fn taken(meta: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(meta).saturating_mul(512)
}

/// Bytes that a file has.
#[cfg(not(all(unix, not(feature = "portable-std"))))]
fn taken(meta: &std::fs::Metadata) -> u64 {
    meta.len()
}
