//! The ePub of what stands in for divisions, remembered: an edit that changes no heading, no picture and no
//! identifier needs it as it was. All that such an edit changes in it is the time of the last change, so it is
//! written at a time of its own, which the book's takes the place of.

use super::{BookWriter, Manner, opened};
use crate::build::unchanged::FilesBesidesChapters;
use crate::cache::{CacheKey, KeyMaker};
use crate::epub::Epub;
use crate::finish::timestamp;
use crate::pandoc::Message;
use concfilter::error::Result;

/// The time at which it is written, in seconds since 1970.
const TIME: u64 = 1_234_567_891;

/// The largest that is remembered: pictures take room, and the whole memory has some hundred megabytes.
const MOST_BYTES: usize = 48 << 20;

/// Writes a document's JSON, or remembers it. `basis` is what all files of divisions depend on, too; none where
/// that is more than can be told.
pub(super) fn write(
    writer: &BookWriter<'_>,
    manner: &Manner,
    basis: Option<KeyMaker>,
    json: Vec<u8>,
) -> Result<(Epub, Vec<Message>)> {
    let Some(key) = basis.and_then(|basis| key(writer, manner, basis, &json)) else {
        return writer.run(manner, json);
    };
    let known = writer.cache.get(key).and_then(|entry| parted(&entry));
    let (bytes, messages) = if let Some(known) = known {
        known
    } else {
        let made = writer.run_at(TIME, manner, json)?;
        remember(writer, key, &made);
        made
    };
    let mut epub = opened(&bytes)?;
    let path = epub.package_path().to_owned();
    let package =
        epub.text(&path)?.replace(&timestamp(TIME), &timestamp(writer.modified));
    epub.put(&path, package.into_bytes());
    Ok((epub, messages))
}

/// Remembers an ePub and what pandoc said of it, unless it is too large, or may show a file that was saved
/// since the key was made.
fn remember(
    writer: &BookWriter<'_>,
    key: CacheKey,
    (bytes, messages): &(Vec<u8>, Vec<Message>),
) {
    let have_stayed =
        || writer.other_files.as_ref().is_some_and(FilesBesidesChapters::have_stayed);
    if bytes.len() <= MOST_BYTES
        && have_stayed()
        && let Ok(said) = serde_json::to_string(messages)
    {
        writer.cache.put(key, &[said.as_bytes(), b"\n", bytes].concat());
    }
}

/// What an entry was made of: a line with the messages, and the ePub.
fn parted(entry: &[u8]) -> Option<(Vec<u8>, Vec<Message>)> {
    let end = entry.iter().position(|byte| *byte == b'\n')?;
    let messages = serde_json::from_slice(&entry[..end]).ok()?;
    Some((entry[end + 1..].to_vec(), messages))
}

/// The key of a document; none where it cannot be told what it depends on, or it has something of its own
/// that looks like the time.
fn key(
    writer: &BookWriter<'_>,
    manner: &Manner,
    basis: KeyMaker,
    json: &[u8],
) -> Option<CacheKey> {
    let other_files = writer.other_files.as_ref()?;
    let defaults = manner.defaults.to_string();
    let text = std::str::from_utf8(json).ok()?;
    let mut names = writer.project.chapters.iter().filter_map(|one| one.path.file_name());
    // A chapter that is shown as a file is one of those files, too, and not counted among them.
    let shows_chapter = names.any(|name| text.contains(&*name.to_string_lossy()));
    let time = timestamp(TIME);
    if shows_chapter || text.contains(&time) || defaults.contains(&time) {
        return None;
    }
    let key = basis.with("frame").with(other_files.print()).with(defaults).with(json);
    Some(key.key())
}
