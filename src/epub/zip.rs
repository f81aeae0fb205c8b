//! The zip archive around the container: read whole, written the same way every time.

use super::Entry;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The most that a container may unpack to: a book is some megabytes, so what is larger is an
/// accident or an attack.
const MAX_UNPACKED: u64 = 2 << 30;

/// All files of an archive, folders left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Entry>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        Error::new(format!("not a zip archive: {error}"))
            .hint("Give the .epub file that pandoc wrote")
    })?;
    let mut entries = Vec::with_capacity(archive.len());
    let mut names = BTreeSet::new();
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let mut file = archive
            .by_index(index)
            .map_err(|error| Error::new(format!("cannot read entry {index}: {error}")))?;
        let name = file
            .name()
            .map_err(|error| {
                Error::new(format!("entry {index} has a bad name: {error}"))
            })?
            .into_owned();
        if file.is_dir() {
            continue;
        }
        if file.enclosed_name().is_none() || name.contains('\\') || name.starts_with('/')
        {
            return Err(Error::new(format!(
                "the entry {name:?} leads out of the container"
            )));
        }
        if !names.insert(name.clone()) {
            return Err(Error::new(format!("the entry {name:?} is there twice")));
        }
        let mut data = Vec::new();
        (&mut file)
            .take(left + 1)
            .read_to_end(&mut data)
            .map_err(|error| Error::new(format!("cannot unpack {name:?}: {error}")))?;
        left = left.checked_sub(data.len() as u64).ok_or_else(|| {
            Error::new(format!("the container unpacks to more than {MAX_UNPACKED} bytes"))
        })?;
        entries.push(Entry { name, data });
    }
    Ok(entries)
}

/// Writes files as an ePub's archive.
pub(super) fn write(entries: &[Entry]) -> Result<Vec<u8>> {
    let failed =
        |error: &dyn std::fmt::Display| Error::new(format!("cannot zip: {error}"));
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let stored = options.compression_method(CompressionMethod::Stored);
    let deflated = options
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("mimetype", stored).map_err(|error| failed(&error))?;
    writer.write_all(b"application/epub+zip").map_err(|error| failed(&error))?;
    for entry in entries.iter().filter(|entry| entry.name != "mimetype") {
        writer.start_file(&*entry.name, deflated).map_err(|error| failed(&error))?;
        writer.write_all(&entry.data).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}
