//! The zip archive around the container: read whole, written the same way every time.

use super::Entry;
use crate::cache::BuildCache;
use concfilter::error::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use zip::result::ZipResult;
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
    /// How many times its compressed size a file of more than a megabyte may unpack to.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, unpacked: 2 << 30, ratio: 1000 }
    }
}

/// Up to this size the ratio is not limited: a page of blanks compresses a thousandfold and does no harm.
const SMALL: u64 = 1 << 20;

/// Up to which size it is remembered what became of a file: larger ones are pictures, which hardly get smaller.
const MOST_REMEMBERED: usize = 1 << 20;

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
    if declared_entries(bytes).is_some_and(|declared| declared > archive.len()) {
        return Err(Error::new("the container holds two files of one name")
            .hint("Readers disagree on which they show; pack the book anew"));
    }
    let mut packed = Vec::with_capacity(archive.len());
    let mut left = limits.unpacked;
    // Systems that do not tell capitals apart would keep one of two (OCF, EPUB 3.3, section 4.1.3).
    let mut folded = BTreeSet::new();
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index);
        let raw = raw
            .map_err(|error| Error::new(format!("cannot read entry {index}: {error}")))?;
        let name = raw.name().map_err(|error| {
            Error::new(format!("entry {index} has a bad name: {error}"))
        })?;
        let name = name.into_owned();
        // The crate reads what is no UTF-8 as code page 437, and the two names for what they are.
        let local = local_name(bytes, raw.header_start());
        if std::str::from_utf8(raw.name_raw()).is_err() {
            return Err(Error::new(format!(
                "the name of the entry {name:?} is not UTF-8"
            )));
        }
        if local.is_some_and(|local| local != raw.name_raw()) {
            return Err(Error::new(format!("the entry {name:?} has two names"))
                .hint("Readers disagree on which they show; pack the book anew"));
        }
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
        if let Some(problem) = name_problem(&name) {
            let shown: String = name.chars().take(60).collect();
            return Err(Error::new(format!("the entry {shown:?} {problem}")));
        }
        if is_special(raw.unix_mode()) {
            return Err(Error::new(format!("the entry {name:?} is no plain file"))
                .hint("Put the file itself into the container"));
        }
        if !folded.insert(name.to_lowercase()) {
            return Err(Error::new(format!(
                "the container has two names that differ in capitals alone, one of them {name:?}"
            ))
            .hint("Rename one of the files"));
        }
        if raw.is_dir() {
            if raw.size() > 0 {
                let message = format!("the entry {name:?} is a folder, and holds bytes");
                return Err(Error::new(message));
            }
            continue;
        }
        let declared = raw.size();
        let room =
            left.min(raw.compressed_size().saturating_mul(limits.ratio).max(SMALL));
        packed.push(PackedEntry { index, name, declared, room, is_last: room == left });
        // Nothing of what follows is unpacked.
        if declared > room {
            break;
        }
        left -= declared;
    }
    let unpacked = |packed: PackedEntry| {
        let data = packed.unpack(&mut archive.clone());
        let data =
            data.map_err(|error| error.unwrap_or_else(|| packed.too_large(limits)))?;
        Ok(Entry::new(packed.name, data))
    };
    let unpacked: Vec<Result<Entry>> =
        packed.into_par_iter().with_max_len(1).map(unpacked).collect();
    unpacked.into_iter().collect()
}

/// An entry of an archive that is to be unpacked.
struct PackedEntry {
    index: usize,
    name: String,
    /// How long it is, as the archive tells.
    declared: u64,
    /// How long it may be.
    room: u64,
    /// Whether that is all that there is room for.
    is_last: bool,
}

impl PackedEntry {
    /// Its content, if it is no longer than there is room for; else an error without words.
    fn unpack(
        &self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
    ) -> std::result::Result<Vec<u8>, Option<Error>> {
        let Self { name, declared, room, .. } = self;
        let mut file = archive
            .by_index(self.index)
            .map_err(|error| Error::new(format!("cannot read {name:?}: {error}")))?;
        let failed = |error| Error::new(format!("cannot unpack {name:?}: {error}"));
        // No more than there is room for, and nothing is kept beyond what the archive tells of: both may be anything.
        let kept = *declared.min(room);
        let mut data = Vec::with_capacity(usize::try_from(kept).unwrap_or(0));
        (&mut file).take(kept).read_to_end(&mut data).map_err(failed)?;
        let rest = (&mut file).take(room.saturating_add(1) - data.len() as u64);
        let rest = std::io::copy(&mut { rest }, &mut std::io::sink()).map_err(failed)?;
        let size = data.len() as u64 + rest;
        if size > *room {
            return Err(None);
        }
        if size != *declared {
            let message = format!(
                "the entry {name:?} is {size} bytes long instead of the {declared} it tells of"
            );
            return Err(Some(Error::new(message)));
        }
        Ok(data)
    }

    /// That it is longer than there is room for.
    fn too_large(&self, limits: Limits) -> Error {
        if self.is_last {
            let most = limits.unpacked;
            return Error::new(format!(
                "the container unpacks to more than {most} bytes"
            ))
            .hint("Raise the limit with --max-size");
        }
        let (name, most) = (&self.name, limits.ratio);
        Error::new(format!(
            "the entry {name:?} unpacks to more than {most} times its size"
        ))
        .hint("Raise the limit with --max-ratio")
    }
}

/// How many entries the end of the archive tells of (APPNOTE 4.3.16); `None` where it does not.
fn declared_entries(bytes: &[u8]) -> Option<usize> {
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

/// What is wrong with a name that stays inside the container; the rules are those of the format
/// (EPUB 3.3, section 4.1.3) as far as systems fail on what breaks them.
fn name_problem(name: &str) -> Option<&'static str> {
    let mut parts = name.strip_suffix('/').unwrap_or(name).split('/');
    if parts.clone().any(|part| matches!(part, "" | "." | "..")) {
        return Some("is no plain path");
    }
    if name.chars().any(char::is_control) {
        return Some("has a control character in its name");
    }
    parts.any(|part| part.len() > 255).then_some("has a name longer than 255 bytes")
}

/// Whether the mode is that of a device, a pipe or a socket.
fn is_special(mode: Option<u32>) -> bool {
    const KINDS: u32 = 0o170_000;
    mode.is_some_and(|mode| !matches!(mode & KINDS, 0 | 0o100_000 | 0o040_000))
}

/// The name in the header before an entry's data (APPNOTE 4.3.7).
fn local_name(bytes: &[u8], header: u64) -> Option<&[u8]> {
    let header = bytes.get(usize::try_from(header).ok()?..)?;
    let length = usize::from(u16::from_le_bytes([*header.get(26)?, *header.get(27)?]));
    header.get(30..30 + length)
}

/// Writes files as an ePub's archive. What became of those of a usual size is remembered in `cache`.
pub(super) fn write(entries: &[Entry], cache: &BuildCache) -> Result<Vec<u8>> {
    let failed =
        |error: &dyn std::fmt::Display| Error::new(format!("cannot zip: {error}"));
    let stored = options().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("mimetype", stored).map_err(|error| failed(&error))?;
    writer.write_all(b"application/epub+zip").map_err(|error| failed(&error))?;
    // Compressing takes most of the time: each file becomes an archive of its own, whose entry is then put to
    // the others as it is.
    let files: Vec<&Entry> =
        entries.iter().filter(|entry| entry.name != "mimetype").collect();
    let parts: Vec<_> =
        files.par_iter().with_max_len(1).map(|entry| archive_of(entry, cache)).collect();
    for part in parts {
        let merged = part.and_then(|part| writer.merge_archive(part));
        merged.map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}

/// An archive of one file, made or remembered.
fn archive_of(
    entry: &Entry,
    cache: &BuildCache,
) -> ZipResult<ZipArchive<Cursor<Vec<u8>>>> {
    let made = || ZipArchive::new(Cursor::new(compressed(entry)?));
    if !cache.is_on() || entry.data.len() > MOST_REMEMBERED {
        return made();
    }
    let given = [entry.name.as_bytes(), &[0], &entry.data].concat();
    let bytes = cache.made("zipped", &given, || compressed(entry))?;
    ZipArchive::new(Cursor::new(bytes)).or_else(|_| made())
}

/// The bytes of an archive that holds one file.
fn compressed(entry: &Entry) -> ZipResult<Vec<u8>> {
    let deflated = options()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(&*entry.name, deflated)?;
    writer.write_all(&entry.data)?;
    Ok(writer.finish()?.into_inner())
}

/// What all entries have: neither times nor other rights than those of plain files.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}
