//! When a book was changed last: its date in the ePub.

use crate::fsx;
use crate::proc::Process;
use crate::project::{BOOK_YAML, Project};
use concfilter::error::Result;
use std::time::SystemTime;

/// When the book was changed last, in seconds since 1970: the newest commit where it is kept in git, so
/// that two clones make the same bytes; else the newest of its files.
///
/// It is the newest commit of all, not that of the book's folder: a clone without history, which is what
/// builds on servers have, knows no other.
pub(super) fn newest(project: &Project) -> Result<u64> {
    match committed(project) {
        Some(time) => Ok(time),
        None => newest_file(project),
    }
}

/// When the newest commit was made; nothing where git does not keep the book, or is not there.
fn committed(project: &Project) -> Option<u64> {
    let dir = std::path::absolute(&project.dir).ok()?;
    if !project.is_book || !dir.ancestors().any(|folder| folder.join(".git").exists()) {
        return None;
    }
    // Only commands that read git's own records: those that compare files may run programs which the
    // repository's settings name, and a stranger's book must not.
    git(project, &["ls-files", "--error-unmatch", "--", BOOK_YAML])?;
    let said = git(
        project,
        &["rev-list", "--max-count=1", "--no-commit-header", "--format=%ct", "HEAD"],
    )?;
    said.trim().parse().ok()
}

/// What git says; nothing where it fails.
fn git(project: &Project, args: &[&str]) -> Option<String> {
    let outcome = Process::new("git")
        .args(["-c", "core.fsmonitor=false"])
        .args(args)
        .dir(&project.dir)
        // Where a clone left files out, they are not fetched for this.
        .env("GIT_NO_LAZY_FETCH", "1")
        .run()
        .ok()?;
    outcome
        .status
        .success()
        .then(|| String::from_utf8_lossy(&outcome.stdout).into_owned())
}

/// When the newest of the book's sources was changed.
fn newest_file(project: &Project) -> Result<u64> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for file in project.manifest.files() {
        newest = newest.max(fsx::modified(file)?);
    }
    for chapter in &project.chapters {
        for file in chapter.files() {
            newest = newest.max(fsx::modified(file)?);
        }
    }
    Ok(newest.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
