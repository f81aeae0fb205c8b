//! The zip archive around the container: read whole, written the same way every time.

use super::Entry;
use crate::error::{Error, Result};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// How large a container may be. A book is some megabytes: what is far larger is an accident or an
/// attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files.
    pub entries: usize,
    /// The most bytes of all files together, unpacked.
    pub unpacked: u64,
    /// How many times its packed size a file of more than a megabyte may unpack to.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, unpacked: 2 << 30, ratio: 1000 }
    }
}

/// A file so small that its ratio is nobody's harm: a page of blanks packs well.
const SMALL: u64 = 1 << 20;

/// All files of an archive, folders left out.
pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Entry>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        Error::new(format!("not a zip archive, or one that is cut off: {error}"))
            .hint("Give the .epub file that pandoc wrote")
    })?;
    if archive.len() > limits.entries {
        let message = format!(
            "the container holds {} files, more than {}",
            archive.len(),
            limits.entries
        );
        return Err(Error::new(message).hint("Raise the limit with --max-entries"));
    }
    // The reader keeps the last of several entries with one name; others keep the first.
    if entries_told(bytes).is_some_and(|told| told > archive.len()) {
        return Err(Error::new("the container holds two files of one name")
            .hint("Readers disagree on which they show; pack the book anew"));
    }
    let mut entries = Vec::with_capacity(archive.len());
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index);
        let raw = raw
            .map_err(|error| Error::new(format!("cannot read entry {index}: {error}")))?;
        let name = raw.name().map_err(|error| {
            Error::new(format!("entry {index} has a bad name: {error}"))
        })?;
        let name = name.into_owned();
        if raw.encrypted() {
            return Err(Error::new(format!("the entry {name:?} is encrypted"))
                .hint("A book with copy protection cannot be packed or checked"));
        }
        if raw.is_symlink() {
            return Err(Error::new(format!(
                "the entry {name:?} is a link to another file"
            ))
            .hint("Put the file itself into the container"));
        }
        if raw.enclosed_name().is_none() || has_bad_name(&name) {
            return Err(Error::new(format!(
                "the entry {name:?} leads out of the container"
            )));
        }
        if raw.is_dir() {
            continue;
        }
        let packed = raw.compressed_size();
        drop(raw);
        let most = left.min(packed.saturating_mul(limits.ratio).max(SMALL));
        let mut file = archive
            .by_index(index)
            .map_err(|error| Error::new(format!("cannot read {name:?}: {error}")))?;
        let mut data = Vec::new();
        (&mut file)
            .take(most.saturating_add(1))
            .read_to_end(&mut data)
            .map_err(|error| Error::new(format!("cannot unpack {name:?}: {error}")))?;
        let size = data.len() as u64;
        if size > left {
            let message =
                format!("the container unpacks to more than {} bytes", limits.unpacked);
            return Err(Error::new(message).hint("Raise the limit with --max-size"));
        }
        if size > most {
            let message = format!(
                "the entry {name:?} unpacks to more than {} times its size",
                limits.ratio
            );
            return Err(Error::new(message).hint("Raise the limit with --max-ratio"));
        }
        left -= size;
        entries.push(Entry { name, data });
    }
    Ok(entries)
}

/// How many entries the end of the archive tells of (APPNOTE 4.3.16); `None` where it does not.
fn entries_told(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = bytes.get(end + 10..end + 12)?;
    let count = u16::from_le_bytes([count[0], count[1]]);
    // All bits set mean that the number stands elsewhere, in the form for large archives.
    (count != u16::MAX).then_some(usize::from(count))
}

/// Whether a name is one that some system takes for a path out of the container, or for none.
fn has_bad_name(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.is_empty() || name.starts_with('/') || name.contains(['\\', '\0']) || drive
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
