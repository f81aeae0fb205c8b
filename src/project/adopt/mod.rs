//! A book that another tool builds: what it says of title, authors and chapters becomes a `book.yaml`,
//! and what has no counterpart here becomes a note to the author. A file a tool.
//!
//! ````text
//! book.toml                          from: "gfm+attributes"
//!   [book]                           metadata:
//!   title = "Boats"            ─►      title: "Boats"
//!   [preprocessor.mermaid]           + "mdBook's preprocessor mermaid does not run here"
//! ````

mod gitbook;
mod leanpub;
mod mdbook;
mod pandoc;
mod quarto;
mod write;

use super::BOOK_YAML;
use crate::fsx;
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// What built the book until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BookTool {
    /// `book.toml` and `SUMMARY.md`.
    Mdbook,
    /// `SUMMARY.md`, with `book.json` or `.gitbook.yaml`.
    Gitbook,
    /// `_quarto.yml`.
    Quarto,
    /// `Book.txt`, in most books in the folder `manuscript`.
    Leanpub,
    /// Markdown files, with a defaults file or metadata where there are any.
    Pandoc,
}

/// What a tool's own files say of a book.
#[derive(Debug, Default)]
struct AdoptedBook {
    /// The reader, as pandoc's `from:` has it; empty where a defaults file says it.
    from: &'static str,
    /// Pandoc's defaults files that hold the rest.
    defaults: Vec<String>,
    /// Its chapters, in their order.
    chapters: Chapters,
    metadata_files: Vec<String>,
    bibliography: Vec<String>,
    csl: Option<String>,
    cover: Option<String>,
    /// Where pictures are looked for, beside the chapter's folder and the book's.
    resource_path: Vec<String>,
    number_sections: bool,
    title: Option<String>,
    subtitle: Option<String>,
    authors: Vec<String>,
    lang: Option<String>,
    date: Option<String>,
    description: Option<String>,
    /// Where the site of the same chapters lies.
    site: Option<String>,
    /// Lines below `listings:`.
    listings: Vec<String>,
    /// What needs a hand: a sentence each.
    notes: Vec<String>,
}

/// Where the order of chapters stands.
#[derive(Debug, PartialEq, Eq)]
enum Chapters {
    /// In a `SUMMARY.md`, at this path.
    Summary(String),
    Files(Vec<String>),
}

impl Default for Chapters {
    fn default() -> Self {
        Self::Files(Vec::new())
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Adoption {
    /// The `book.yaml` that was written.
    pub file: PathBuf,
    /// What needs a hand: a sentence each.
    pub notes: Vec<String>,
}

/// The tool whose files lie in a folder; nothing where there are none.
pub fn tool_of(dir: &Path) -> Option<BookTool> {
    let has = |name: &str| dir.join(name).is_file();
    if has("book.toml") {
        Some(BookTool::Mdbook)
    } else if has("_quarto.yml") || has("_quarto.yaml") {
        Some(BookTool::Quarto)
    } else if leanpub::list(dir).is_some() {
        Some(BookTool::Leanpub)
    } else if has("book.json") || has(".gitbook.yaml") || has("SUMMARY.md") {
        Some(BookTool::Gitbook)
    } else if pandoc::has_markdown(dir) {
        Some(BookTool::Pandoc)
    } else {
        None
    }
}

/// Writes the `book.yaml` of a book that a tool built until now.
///
/// # Errors
/// There is a `book.yaml` already, the tool's own files are not there or cannot be read, or there are no
/// chapters.
pub fn adopt(dir: &Path, tool: BookTool) -> Result<Adoption> {
    let file = dir.join(BOOK_YAML);
    if file.exists() {
        let error = Error::new("there is a book.yaml already").at(Place::path(&file));
        return Err(error.hint("Nothing was written; take it away to have one made"));
    }
    let mut adopted = match tool {
        BookTool::Mdbook => mdbook::read(dir)?,
        BookTool::Gitbook => gitbook::read(dir)?,
        BookTool::Quarto => quarto::read(dir)?,
        BookTool::Leanpub => leanpub::read(dir)?,
        BookTool::Pandoc => pandoc::read(dir)?,
    };
    if let Chapters::Files(files) = &mut adopted.chapters {
        let gone: Vec<String> =
            files.extract_if(.., |file| !dir.join(file).is_file()).collect();
        let notes = gone
            .iter()
            .map(|file| format!("the chapter {file} is not there; it is left out"));
        adopted.notes.extend(notes);
        if files.is_empty() && adopted.defaults.is_empty() {
            let error = Error::new("there are no chapters").at(Place::path(dir));
            return Err(error.hint(
                "Name the folder in which the book lies, or its tool with --from",
            ));
        }
    }
    let written = write::book_yaml(&mut adopted, &name_of(dir));
    fsx::write_atomic(&file, written.as_bytes())?;
    Ok(Adoption { file, notes: adopted.notes })
}

/// A title from the name of a folder: `boats-and_buoys` becomes `Boats and buoys`.
pub fn name_of(dir: &Path) -> String {
    let whole = fsx::canonical(dir).unwrap_or_else(|| dir.to_owned());
    let name = whole
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let words = name.replace(['-', '_'], " ");
    let mut characters = words.trim().chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "My Book".to_owned(),
    }
}

/// What a tool reads in its chapters and pandoc leaves as text: what stands in them for it, and what is told.
type ToolMarkup = (&'static [&'static str], &'static str);

/// What is told of the marks that these chapters have, outside of code.
fn notes_of_marks(dir: &Path, files: &[String], marks: &[ToolMarkup]) -> Vec<String> {
    let mut found = vec![false; marks.len()];
    for text in files.iter().filter_map(|file| fsx::read_text(&dir.join(file)).ok()) {
        let mut is_code = false;
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("```") || line.starts_with("~~~") {
                is_code = !is_code;
            }
            for (found, (signs, _)) in found.iter_mut().zip(marks) {
                // What stands for a mention begins a word, all else a line.
                *found |= !is_code
                    && signs.iter().any(|sign| {
                        line.starts_with(sign)
                            || sign.starts_with('@') && line.contains(sign)
                    });
            }
        }
    }
    let told = found.iter().zip(marks).filter(|(found, _)| **found);
    told.map(|(_, (_, note))| (*note).to_owned()).collect()
}

/// Where a tool's own file has to be and is not.
fn missing(path: &Path, what: &str) -> Error {
    Error::new(format!("there is no {what}"))
        .at(Place::path(path))
        .hint("Name the folder in which it lies, or another tool with --from")
}

/// The path of a file in a folder below the book's: `src` and `a.md` make `src/a.md`.
fn below(folder: &str, file: &str) -> String {
    match folder.trim_start_matches("./").trim_end_matches('/') {
        "" | "." => file.to_owned(),
        folder => format!("{folder}/{file}"),
    }
}

#[cfg(test)]
mod tests;
