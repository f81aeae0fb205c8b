//! Chapters with new text in them.

use super::Splice;
use crate::fsx;
use crate::project::Chapter;
use concfilter::error::{Error, Place, Result};

/// What became of a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChapterUpdate {
    /// It has its new text.
    Done,
    /// There was nothing to write.
    Unchanged,
    /// It is no longer what was read, so it was let alone.
    Meanwhile,
}

/// Writes a chapter with splices: all at once, and only when it is still the text that was read.
/// Its byte order mark stays.
///
/// # Errors
/// The file cannot be read or written.
pub fn write(chapter: &Chapter, splices: &[Splice]) -> Result<ChapterUpdate> {
    if splices.is_empty() {
        return Ok(ChapterUpdate::Unchanged);
    }
    let (path, read) = (&*chapter.file, chapter.written());
    let new = written(chapter, splices).ok_or_else(|| {
        Error::new("new output for the same lines twice").at(Place::path(path))
    })?;
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let is_marked = fsx::read(path)?.starts_with("\u{feff}".as_bytes());
    let (old, new) = if is_marked {
        (marked(read), marked(&new))
    } else {
        (read.as_bytes().to_vec(), new.into_bytes())
    };
    let done = fsx::replace_atomic(path, &old, &new)?;
    Ok(if done { ChapterUpdate::Done } else { ChapterUpdate::Meanwhile })
}

/// What a chapter's file holds with splices of the chapter's text; `None` when two of them are about the
/// same bytes, or one is about bytes of another file.
pub(super) fn written(chapter: &Chapter, splices: &[Splice]) -> Option<String> {
    let own = |one: &Splice| {
        let (range, text) = match &one.in_file {
            Some(text) => (chapter.written_lines(&one.range)?, text),
            None => (chapter.written_range(&one.range)?, &one.text),
        };
        Some(Splice { range, text: text.clone(), ..one.clone() })
    };
    spliced(chapter.written(), &splices.iter().map(own).collect::<Option<Vec<_>>>()?)
}

/// A text with splices; `None` when two of them are about the same bytes.
pub(super) fn spliced(text: &str, splices: &[Splice]) -> Option<String> {
    let mut splices: Vec<&Splice> = splices.iter().collect();
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for splice in splices {
        new.push_str(text.get(at..splice.range.start)?);
        new.push_str(&splice.text);
        at = splice.range.end;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}
