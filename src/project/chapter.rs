//! A chapter as it lies on disk, with the index of its Markdown.

use crate::fsx;
use crate::markdown::{Dialect, Index};
use concfilter::error::{Place, Result};
use std::path::{Path, PathBuf};

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
    /// Its Markdown.
    pub text: String,
    /// What stands where in it.
    pub index: Index,
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
        dialect: Dialect,
    ) -> Result<Self> {
        let file = dir.join(path);
        let text = fsx::read_text(&file)?;
        Ok(Self {
            id,
            path: path.to_owned(),
            label: file.display().to_string(),
            file,
            tree: tree.map(str::to_owned),
            index: Index::read(&text, dialect),
            text,
        })
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
            index: Index::read(text, dialect),
        }
    }

    /// The same chapter with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        let index = Index::read(&text, self.index.dialect);
        Self {
            id: self.id.clone(),
            path: self.path.clone(),
            file: self.file.clone(),
            label: self.label.clone(),
            tree: self.tree.clone(),
            text,
            index,
        }
    }

    /// The place of a byte of its text.
    pub fn place(&self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.index.lines.number(offset);
        let before = self.text.get(self.index.lines.start(line)..offset);
        let col = before.map_or(0, |before| before.chars().count()) + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::at(&*self.label, number(line + 1), number(col))
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
