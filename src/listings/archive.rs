//! All files of the listings in one archive, with what a reader wants to know of them.

use super::{ListingSet, extract};
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::project::{Project, remedy};
use crate::report::count;
use concfilter::error::{Error, Place, Result};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The archive of a book's listings: the files, a README, and the book's licence. The same files give the
/// same bytes. What may not come into it is added to the findings.
///
/// # Errors
/// A licence cannot be read, or the archive not be made.
pub fn archive(
    project: &Project,
    book: &ListingSet,
    findings: &mut Vec<Finding>,
) -> Result<Vec<u8>> {
    let notice = project.settings.listings.notice.as_deref();
    let title = project.manifest.title();
    let title = title.as_deref().unwrap_or(&project.label);
    let mut files: BTreeMap<String, Vec<u8>> =
        licences(project, findings)?.into_iter().collect();
    files.insert("README.md".to_owned(), readme(book, title, notice).into_bytes());
    files.extend(extract::files(book, notice));
    let failed =
        |error: &dyn std::fmt::Display| Error::new(format!("cannot zip: {error}"));
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in &files {
        writer.start_file(&**name, options).map_err(|error| failed(&error))?;
        writer.write_all(content).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}

/// The book's licence files, which lie in its folder.
fn licences(
    project: &Project,
    findings: &mut Vec<Finding>,
) -> Result<Vec<(String, Vec<u8>)>> {
    if !project.is_book {
        return Ok(Vec::new());
    }
    let dir = &project.dir;
    let mut found = Vec::new();
    for path in fsx::files_below(dir)? {
        let name = path.to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        if !name.contains(['/', '\\'])
            && (upper.starts_with("LICENSE") || upper.starts_with("LICENCE"))
        {
            let file = dir.join(&path);
            if let Some(why) = project.boundary.refusal(&file) {
                let message = format!("the licence {why}, and is left out");
                findings.push(
                    Finding::new(Code::FileRefused, Place::path(&file), message)
                        .hint(remedy(why, "Keep a copy in the book's folder")),
                );
                continue;
            }
            let content = fsx::read(&file)?;
            found.push((name, content));
        }
    }
    Ok(found)
}

/// What is in the archive, folder by folder.
fn readme(book: &ListingSet, title: &str, notice: Option<&str>) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for program in book.programs.iter().filter(|program| !program.unnamed) {
        let folder = program.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        *folders.entry(folder).or_default() += 1;
    }
    let mut text = format!("# Listings of {title}\n\n");
    if let Some(notice) = notice {
        text.push_str(notice.trim_end());
        text.push_str("\n\n");
    }
    for (folder, number) in folders {
        text.extend(["- `", folder, "/`: ", &count(number, "file"), "\n"]);
    }
    text
}
