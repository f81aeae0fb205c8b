//! `concbook new`: a book to begin with, or the `book.yaml` of a book that another tool builds.

use crate::project::adopt::{self, BookTool};
use crate::{fsx, report};
use clap::ValueEnum as _;
use concfilter::error::{Error, Place, Result};
use std::path::{Path, PathBuf};

/// Begins a book, or takes over one that another tool builds
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the new book; with --from, the one of the book that is there
    dir: PathBuf,
    /// The tool that builds the book until now
    #[arg(long, value_enum, value_name = "TOOL")]
    from: Option<BookTool>,
}

/// The files of a new book, `examples/starter`.
const STARTER: &[(&str, &str)] = &[
    ("book.yaml", include_str!("../../examples/starter/book.yaml")),
    (
        "chapters/01_counting.md",
        include_str!("../../examples/starter/chapters/01_counting.md"),
    ),
    (
        "chapters/02_sharing.md",
        include_str!("../../examples/starter/chapters/02_sharing.md"),
    ),
    ("Makefile", include_str!("../../examples/starter/Makefile")),
    (".gitignore", include_str!("../../examples/starter/.gitignore")),
    (
        ".github/workflows/book.yml",
        include_str!("../../examples/starter/.github/workflows/book.yml"),
    ),
];

/// Writes the files.
///
/// # Errors
/// The folder has files already, or those of the tool are not there.
pub(super) fn run(args: &Args) -> Result<bool> {
    match args.from {
        Some(tool) => adopt(&args.dir, tool),
        None => begin(&args.dir),
    }
}

/// A new book.
fn begin(dir: &Path) -> Result<bool> {
    if dir.exists() && (!dir.is_dir() || !fsx::list(dir)?.is_empty()) {
        return Err(occupied(dir));
    }
    fsx::create_dir_all(dir)?;
    let title = serde_json::json!(adopt::name_of(dir)).to_string();
    for (name, text) in STARTER {
        let file = dir.join(name);
        if let Some(folder) = file.parent() {
            fsx::create_dir_all(folder)?;
        }
        fsx::write_atomic(&file, text.replace("\"My Book\"", &title).as_bytes())?;
    }
    report::note(&format!(
        "{}: a book of two chapters; its title and author stand in book.yaml",
        dir.display()
    ));
    next(dir);
    Ok(true)
}

/// Why a folder cannot become a new book.
fn occupied(dir: &Path) -> Error {
    let error = Error::new("the folder has files already").at(Place::path(dir));
    let tool = adopt::tool_of(dir).filter(|_| dir.is_dir());
    match tool.and_then(|tool| tool.to_possible_value()) {
        Some(tool) => error.hint(format!(
            "`concbook new {} --from {}` writes a book.yaml for the book that is there",
            dir.display(),
            tool.get_name()
        )),
        None => error.hint("Name a folder that does not exist yet"),
    }
}

/// A book that is there.
fn adopt(dir: &Path, tool: BookTool) -> Result<bool> {
    let adoption = adopt::adopt(dir, tool)?;
    report::note(&format!("{} was written", adoption.file.display()));
    if !adoption.notes.is_empty() {
        report::note("what needs a hand:");
        adoption.notes.iter().for_each(|note| report::note(&format!("- {note}")));
    }
    next(dir);
    Ok(true)
}

/// What to do next.
fn next(dir: &Path) {
    report::note(&format!("next: concbook build {}", dir.display()));
}
