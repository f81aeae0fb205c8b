//! All files of the listings in one archive, with what a reader wants to know of them.

use super::{ListingSet, extract};
use crate::report::count;
use concfilter::error::{Error, Result};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Writes the archive: the files, a README, and what is in `beside` (the book's licence). The same
/// files give the same bytes.
///
/// # Errors
/// The archive cannot be written.
pub fn archive(
    book: &ListingSet,
    notice: Option<&str>,
    title: &str,
    beside: Vec<(String, Vec<u8>)>,
) -> Result<Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = beside.into_iter().collect();
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
