//! Programs as files in a folder. What was written is noted there, so that a later run knows which
//! files are ours: nobody else's is overwritten or removed.

use super::notice::with_notice;
use super::{ListingSet, Program};
use crate::finding::{Code, Finding};
use crate::fsx;
use concfilter::error::{Error, Place, Result};
use concfilter::tags;
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

/// The file that tells what was written: a fingerprint and a path a line.
pub const MANIFEST: &str = ".concbook-listings";

/// What to do beside writing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExtractOptions<'a> {
    /// Nothing is written: what would be is a finding.
    pub check: bool,
    /// Files that no listing makes any more are removed.
    pub prune: bool,
    /// Text that is appended to each file.
    pub notice: Option<&'a str>,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Files that were written.
    pub written: usize,
    /// Files that were as they have to be.
    pub same: usize,
    /// Files that were removed.
    pub pruned: usize,
    /// What was not done, and why.
    pub findings: Vec<Finding>,
}

/// The files that a book's listings make: path in the tree, and content.
pub fn files(book: &ListingSet, notice: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let file = |program: &Program| {
        (program.path.clone(), with_notice(program, notice).into_bytes())
    };
    book.programs.iter().filter(|program| !program.unnamed).map(file).collect()
}

/// Brings the files in a folder up to date.
///
/// # Errors
/// The list of files cannot be read or written, or a file cannot be removed.
pub fn extract(
    book: &ListingSet,
    dir: &Path,
    options: ExtractOptions<'_>,
) -> Result<Done> {
    let manifest = dir.join(MANIFEST);
    let mut known = read_manifest(&manifest)?;
    let before = known.clone();
    let mut done = Done::default();
    let files = files(book, options.notice);
    for (path, content) in &files {
        if let Err(finding) = inside(dir, path) {
            done.findings.push(*finding);
            continue;
        }
        let file = dir.join(path);
        let there = match file.exists().then(|| fsx::read(&file)).transpose() {
            Ok(there) => there,
            Err(error) => {
                done.findings.push(unwritten(&file, &error));
                continue;
            }
        };
        if there.as_ref() == Some(content) {
            done.same += 1;
            if !options.check {
                known.insert(path.clone(), fingerprint(content));
            }
            continue;
        }
        let message = match (&there, before.get(path)) {
            _ if options.check && there.is_none() => "is not there",
            _ if options.check => "is not what its listing makes",
            (Some(_), None) => "is there already, and is none of ours",
            (Some(there), Some(ours)) if fingerprint(there) != *ours => {
                "was changed since it was extracted"
            }
            _ => {
                match write(&file, content) {
                    Ok(()) => {
                        known.insert(path.clone(), fingerprint(content));
                        done.written += 1;
                    }
                    // The others are written all the same, and noted.
                    Err(error) => done.findings.push(unwritten(&file, &error)),
                }
                continue;
            }
        };
        let hint = if options.check {
            "Run `concbook listings extract`"
        } else {
            "Bring what is new into the chapter, then move the file away"
        };
        done.findings.push(drift(&file, message).hint(hint));
    }
    for (path, ours) in &before {
        if !files.iter().any(|(made, _)| made == path) {
            gone(dir, path, ours, options, &mut known, &mut done)?;
        }
    }
    if !options.check && (known != before || !manifest.exists()) {
        fsx::create_dir_all(dir)?;
        let line = |(path, print): (&String, &String)| format!("{print} {path}\n");
        let text: String = known.iter().map(line).collect();
        fsx::write_atomic(&manifest, text.as_bytes())?;
    }
    Ok(done)
}

/// Writes a file, and the folders above it.
fn write(file: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fsx::create_dir_all(folder)?;
    }
    fsx::write_atomic(file, content)
}

/// A file that could not be read or written.
fn unwritten(file: &Path, error: &Error) -> Finding {
    Finding::new(Code::ListingDrift, Place::path(file), error.message())
}

/// A file of ours that no listing makes any more.
fn gone(
    dir: &Path,
    path: &str,
    ours: &str,
    options: ExtractOptions<'_>,
    known: &mut BTreeMap<String, String>,
    done: &mut Done,
) -> Result<()> {
    let file = dir.join(path);
    if !file.is_file() || inside(dir, path).is_err() {
        known.remove(path);
        return Ok(());
    }
    if options.check {
        let finding = drift(&file, "is made by no listing any more");
        done.findings.push(finding.hint("Run `concbook listings extract --prune`"));
    } else if options.prune {
        if fingerprint(&fsx::read(&file)?) == ours {
            fsx::remove(&file, dir)?;
            known.remove(path);
            done.pruned += 1;
        } else {
            let message =
                "is made by no listing any more, and was changed since it was extracted";
            done.findings.push(drift(&file, message).hint("Remove it by hand"));
        }
    }
    Ok(())
}

fn drift(file: &Path, message: &str) -> Finding {
    Finding::new(Code::ListingDrift, Place::path(file), format!("the file {message}"))
}

/// Whether a path stays in the folder: no link in it leads away.
fn inside(dir: &Path, path: &str) -> std::result::Result<(), Box<Finding>> {
    let mut at = dir.to_owned();
    if !tags::is_inside(path) {
        let wrong = drift(&at.join(path), "would stand outside the folder");
        return Err(Box::new(wrong));
    }
    for part in Path::new(path) {
        at.push(part);
        if fsx::is_link(&at) {
            let wrong = drift(&at, "is a link, which is not followed");
            return Err(Box::new(wrong.hint("Put a folder or a file in its place")));
        }
    }
    Ok(())
}

/// A short text that is another for another content.
fn fingerprint(content: &[u8]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, content).simple().to_string()
}

fn read_manifest(path: &Path) -> Result<BTreeMap<String, String>> {
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = fsx::read_text(path)?;
    let pair = |line: &str| {
        let (print, path) = line.split_once(' ')?;
        Some((path.to_owned(), print.to_owned()))
    };
    let read: Option<_> = text.lines().map(pair).collect();
    read.ok_or_else(|| {
        Error::new("the file is damaged").at(Place::path(path)).hint(
            "Remove it; then files that are there already are taken for somebody else's",
        )
    })
}
