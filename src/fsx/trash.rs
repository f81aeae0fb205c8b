//! Removing what a program left, however deep, locked or odd it is.

use crate::fsx;
use concfilter::error::Result;
use std::path::{Path, PathBuf};

/// Removes whatever stands at `path`, without following links. `trash_dir` is an empty folder
/// on the same file system.
///
/// A folder in a folder is first moved up into `trash_dir`, so no path here grows long: a listing can
/// nest folders deeper than a path can say.
pub fn remove(path: &Path, trash_dir: &Path) -> Result<()> {
    let Ok(meta) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !meta.is_dir() {
        return fsx::remove_one(path);
    }
    let mut number = 0_usize;
    let mut open = vec![move_to_trash(path, trash_dir, &mut number)?];
    while let Some(folder) = open.pop() {
        for name in fsx::list(&folder)? {
            let entry = folder.join(name);
            if std::fs::symlink_metadata(&entry).is_ok_and(|meta| meta.is_dir()) {
                open.push(move_to_trash(&entry, trash_dir, &mut number)?);
            } else {
                fsx::remove_one(&entry)?;
            }
        }
        fsx::remove_folder(&folder)?;
    }
    Ok(())
}

/// Moves a folder into the trash folder, opened to its owner: without that it can be neither moved nor
/// listed.
fn move_to_trash(folder: &Path, trash_dir: &Path, number: &mut usize) -> Result<PathBuf> {
    // Where the permissions cannot be changed, the move tells why.
    let _ = fsx::permit(folder, 0o700);
    let moved = trash_dir.join(number.to_string());
    *number += 1;
    fsx::rename(folder, &moved)?;
    Ok(moved)
}

#[cfg(test)]
#[cfg(all(unix, not(feature = "portable-std")))]
mod tests {
    use super::*;

    fn workplace() -> (fsx::TempDir, PathBuf, PathBuf) {
        let dir = fsx::temp_dir().unwrap();
        let (work, trash_dir) = (dir.path().join("work"), dir.path().join("trash_dir"));
        fsx::create_dir_all(&work).unwrap();
        fsx::create_dir_all(&trash_dir).unwrap();
        (dir, work, trash_dir)
    }

    #[test]
    fn folders_deeper_than_a_path_can_say_go_away() {
        let (_dir, work, trash_dir) = workplace();
        // Built from below: each new folder takes the old ones in.
        for _ in 0..3000 {
            fsx::create_dir_all(&work.join("outer")).unwrap();
            if work.join("inner").exists() {
                fsx::rename(&work.join("inner"), &work.join("outer/inner")).unwrap();
            }
            fsx::rename(&work.join("outer"), &work.join("inner")).unwrap();
        }
        remove(&work, &trash_dir).unwrap();
        assert!(!work.exists() && fsx::list(&trash_dir).unwrap().is_empty());
    }

    #[test]
    fn what_a_link_leads_to_stays() {
        let (dir, work, trash_dir) = workplace();
        fsx::write_new(&dir.path().join("kept"), b"", 0o600).unwrap();
        std::os::unix::fs::symlink(dir.path(), work.join("folder")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("kept"), work.join("file")).unwrap();
        remove(&work, &trash_dir).unwrap();
        assert!(dir.path().join("kept").exists() && !work.exists());
    }

    #[test]
    fn a_locked_folder_goes_away() {
        let (_dir, work, trash_dir) = workplace();
        fsx::create_dir_all(&work.join("a/b")).unwrap();
        for folder in ["a/b", "a"] {
            fsx::permit(&work.join(folder), 0o0).unwrap();
        }
        remove(&work, &trash_dir).unwrap();
        assert!(!work.exists());
    }
}
