//! A chapter as it lies on disk, with the index of its Markdown.

use super::include::{self, Includes, ReadFile};
use super::origins::{self, Origins};
use crate::cache::KeyMaker;
use crate::finding::Finding;
use crate::fsx;
use crate::markdown::{Dialect, Index};
use concfilter::error::{Place, Result};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A Markdown file of the book.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// A name that no other chapter has: letters, digits and hyphens.
    pub id: String,
    /// Its path, relative to the book's folder.
    pub path: PathBuf,
    /// Where it is opened, from the working directory.
    pub file: PathBuf,
    /// How messages call it.
    pub label: String,
    /// The tree it belongs to, where that is not the book's text.
    pub tree: Option<String>,
    /// Its Markdown, with what it includes.
    pub text: String,
    /// What stands where in it.
    pub index: Arc<Index>,
    /// What is wrong with what it includes.
    pub findings: Vec<Finding>,
    /// Where its text comes from, where that is not its file alone, as it is.
    origins: Option<Origins>,
}

impl Chapter {
    /// Reads a chapter's file.
    ///
    /// # Errors
    /// It cannot be read, or is no text.
    pub(super) fn read(
        id: String,
        dir: &Path,
        path: &Path,
        tree: Option<&str>,
        (dialect, includes): (Dialect, &Includes),
    ) -> Result<Self> {
        let file = dir.join(path);
        let text = fsx::read_text(&file)?;
        let chapter = Self {
            id,
            path: path.to_owned(),
            label: file.display().to_string(),
            file,
            tree: tree.map(str::to_owned),
            index: Index::recall("", dialect),
            text: String::new(),
            findings: Vec::new(),
            origins: None,
        };
        Ok(chapter.with_text(text, includes, &include::on_disk))
    }

    /// A chapter that holds this text and lies nowhere else.
    pub fn of_text(path: &str, text: &str, dialect: Dialect) -> Self {
        Self {
            id: super::slug::slug(path),
            path: PathBuf::from(path),
            file: PathBuf::from(path),
            label: path.to_owned(),
            tree: None,
            text: text.to_owned(),
            index: Index::recall(text, dialect),
            findings: Vec::new(),
            origins: None,
        }
    }

    /// The same chapter when its file holds another text. What it includes is read by `read`.
    #[must_use]
    pub fn with_text(
        &self,
        text: String,
        includes: &Includes,
        read: &ReadFile<'_>,
    ) -> Self {
        let dialect = self.index.dialect;
        let file = (&*self.file, &*self.label);
        let expanded = includes
            .is_for(&self.path)
            .then(|| include::expand(file, &text, dialect, includes, read))
            .flatten();
        let (text, origins, findings) = match expanded {
            Some(one) => (one.text, Some(one.origins), one.findings),
            None => (text, None, Vec::new()),
        };
        Self {
            id: self.id.clone(),
            path: self.path.clone(),
            file: self.file.clone(),
            label: self.label.clone(),
            tree: self.tree.clone(),
            index: Index::recall(&text, dialect),
            text,
            findings,
            origins,
        }
    }

    /// The author's place of a byte of its text, which may be one of an included file.
    pub fn place(&self, offset: usize) -> Place {
        match &self.origins {
            Some(origins) => origins.place(offset),
            None => origins::place(&self.label, &self.text, &self.index.lines, offset),
        }
    }

    /// The author's place of a line and a column of its text, both from 1.
    pub fn place_at(&self, line: u32, col: u32) -> Place {
        let number = (line as usize).saturating_sub(1);
        let start = self.index.lines.start(number);
        let text = self.index.lines.line(&self.text, number);
        let inside = text.char_indices().nth((col as usize).saturating_sub(1));
        self.place(start + inside.map_or(text.len(), |(at, _)| at))
    }

    /// Whether its text is not what its file holds.
    pub fn is_assembled(&self) -> bool {
        self.origins.is_some()
    }

    /// What its file holds.
    pub fn written(&self) -> &str {
        self.origins.as_ref().map_or(&self.text, |origins| &origins.files()[0].text)
    }

    /// The bytes of its file that these bytes of its text are; `None` where they are included.
    pub fn written_range(&self, range: &Range<usize>) -> Option<Range<usize>> {
        match &self.origins {
            Some(origins) => origins.in_own_file(range),
            None => Some(range.clone()),
        }
    }

    /// The bytes of its file that these bytes of its text are, where the lines of its file begin otherwise;
    /// `None` where some of them are included.
    pub fn written_lines(&self, range: &Range<usize>) -> Option<Range<usize>> {
        match &self.origins {
            Some(origins) => origins.lines_in_own_file(range),
            None => Some(range.clone()),
        }
    }

    /// What stands in its file before a byte of its text, in that byte's line; `None` where that is included.
    pub fn written_lead(&self, offset: usize) -> Option<&str> {
        let at = self.written_lines(&(offset..offset))?.start;
        let before = self.written().get(..at)?;
        Some(&before[before.rfind('\n').map_or(0, |end| end + 1)..])
    }

    /// Whether the line with this byte begins otherwise in its file.
    pub fn is_rewritten(&self, offset: usize) -> bool {
        let origins = self.origins.as_ref();
        origins.is_some_and(|origins| origins.is_rewritten(&self.text, offset))
    }

    /// The files that its text comes from, its own first.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let included = self.origins.iter().flat_map(|one| &one.files()[1..]);
        std::iter::once(&*self.file).chain(included.map(|one| &*one.file))
    }

    /// Adds all that a chapter is to a key.
    pub fn note(&self, key: KeyMaker) -> KeyMaker {
        // The index is made of the text.
        let Self { id, path, file, label, tree, text, index, findings, origins } = self;
        key.with(text)
            .with_debug(&(id, path, file, label, tree, index.dialect))
            .with_debug(&(findings, origins))
    }

    /// The place of the whole file.
    pub fn whole(&self) -> Place {
        Place::file(&*self.label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "ab\nçd\nx";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        for offset in 0..=text.len() + 1 {
            let wanted = Place::in_text("a.md", text, offset);
            assert_eq!(chapter.place(offset), wanted, "{offset}");
        }
    }
}
