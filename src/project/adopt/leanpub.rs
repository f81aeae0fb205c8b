//! Leanpub: the files that `Book.txt` lists, in most books in the folder `manuscript`.

use super::{AdoptedBook, Chapters, ToolMarkup, below, missing, notes_of_marks};
use crate::fsx;
use concfilter::error::Result;
use std::path::Path;

/// Where the list of files lies, and its folder.
pub(super) fn list(dir: &Path) -> Option<(&'static str, &'static str)> {
    let places = [("manuscript/Book.txt", "manuscript"), ("Book.txt", "")];
    places.into_iter().find(|(file, _)| dir.join(file).is_file())
}

/// What `Book.txt` says. Title and authors stand on Leanpub's own pages.
pub(super) fn read(dir: &Path) -> Result<AdoptedBook> {
    let Some((file, folder)) = list(dir) else { return Err(missing(dir, "Book.txt")) };
    let text = fsx::read_text(&dir.join(file))?;
    // `frontmatter:` and others say where numbers begin.
    let is_mark = |line: &str| {
        line.ends_with(':') || line.starts_with('{') || line.starts_with('#')
    };
    let names =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_mark(line));
    let files: Vec<String> = names.map(|name| below(folder, name)).collect();
    let mut adopted = AdoptedBook {
        // An empty line before a heading is no rule of Markua.
        from: "markdown-blank_before_header",
        ..AdoptedBook::default()
    };
    let marks: &[ToolMarkup] = &[
        (
            &["A> ", "B> ", "D> ", "E> ", "I> ", "Q> ", "T> ", "W> ", "X> "],
            "asides such as `W> ` are text to pandoc; `::: warning` is its own",
        ),
        (
            &["{lang", "{title", "{line-numbers", "{format"],
            "attributes in a line above a block stay text; pandoc has them behind the fence",
        ),
        (&["-# "], "parts such as `-# One` stay text; a SUMMARY.md names parts"),
        (
            &["<<("],
            "includes such as `<<(code/a.py)` stay text; `{{#include code/a.py}}` in a fence is read",
        ),
        (
            &["{pagebreak", "{blurb", "{aside"],
            "directives such as `{pagebreak}` stay text",
        ),
    ];
    adopted.notes.extend(notes_of_marks(dir, &files, marks));
    adopted.chapters = Chapters::Files(files);
    Ok(adopted)
}
