//! Markdown files that pandoc alone builds: a defaults file where there is one, else the files in the
//! order of their names.

use super::{AdoptedBook, Chapters, below};
use crate::fsx;
use concfilter::error::Result;
use std::fmt::Write as _;
use std::path::Path;

/// Where chapters lie, the first that has some; the book's folder itself comes last.
const FOLDERS: &[&str] = &["chapters", "src", "manuscript", "text", "docs"];

/// Folders whose Markdown is another's.
const FOREIGN: &[&str] = &[
    "node_modules",
    "vendor",
    "target",
    "build",
    "_build",
    "_site",
    "_book",
    "out",
    "dist",
];

/// What gives pandoc its options where no defaults file does.
const SCRIPTS: &[&str] = &[
    "Makefile",
    "makefile",
    "GNUmakefile",
    "build.sh",
    "make.sh",
    "justfile",
    "Justfile",
];

/// Pandoc's defaults files, by the names that its manual and many books have.
const DEFAULTS: &[&str] = &["defaults.yaml", "defaults.yml", "epub.yaml", "epub.yml"];

/// Its metadata, in files of their own.
const METADATA: &[&str] = &["metadata.yaml", "metadata.yml", "meta.yaml", "meta.yml"];

/// What is no chapter, whatever lies beside it.
const OTHERS: &[&str] = &[
    "readme.md",
    "changelog.md",
    "contributing.md",
    "license.md",
    "code_of_conduct.md",
    "todo.md",
];

/// Whether there are Markdown files where chapters lie.
pub(super) fn has_markdown(dir: &Path) -> bool {
    !files(dir).unwrap_or_default().is_empty()
}

/// What its files say.
pub(super) fn read(dir: &Path) -> Result<AdoptedBook> {
    let there = |names: &[&str]| -> Vec<String> {
        let is_there = |name: &&&str| dir.join(name).is_file();
        names.iter().filter(is_there).map(|name| (*name).to_owned()).collect()
    };
    let mut adopted = AdoptedBook {
        from: "markdown",
        defaults: there(DEFAULTS).into_iter().take(1).collect(),
        metadata_files: there(METADATA),
        ..AdoptedBook::default()
    };
    let own = adopted.defaults.first().map(|file| fsx::read_text(&dir.join(file)));
    let own = own.transpose()?.unwrap_or_default();
    let says = |keys: &[&str]| {
        own.lines().any(|line| keys.iter().any(|key| line.starts_with(key)))
    };
    if says(&["from:", "reader:"]) {
        adopted.from = "";
    }
    if !says(&["input-file"]) {
        let mut all = there(&["title.txt", "title.md"]);
        all.extend(files(dir)?);
        all.dedup();
        adopted.chapters = Chapters::Files(all);
        adopted
            .notes
            .push("chapters are in the order of their names; see input-files".to_owned());
    }
    let calls_pandoc = |name: &&&str| {
        fsx::read_text(&dir.join(name)).is_ok_and(|text| text.contains("pandoc"))
    };
    if let Some(script) = SCRIPTS.iter().find(calls_pandoc) {
        adopted.notes.push(format!(
            "options that {script} gives to pandoc are not taken over; book.yaml names them without dashes: `toc-depth: 2`"
        ));
    }
    Ok(adopted)
}

/// The chapters, in the order of their names: `2.md` before `10.md`, and what lies in folders below by
/// the folder's name. Beside the chapters of the book's own folder, others are no part of it.
fn files(dir: &Path) -> Result<Vec<String>> {
    let mut chapters = Vec::new();
    gather(dir, "", 0, &mut chapters)?;
    let is_in = |file: &str, folder: &str| {
        file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let named =
        FOLDERS.iter().find(|folder| chapters.iter().any(|file| is_in(file, folder)));
    if let Some(folder) = named {
        chapters.retain(|file| is_in(file, folder));
    } else if chapters.iter().any(|file| !file.contains('/')) {
        chapters.retain(|file| !file.contains('/'));
    }
    chapters.sort_by_cached_key(|file| by_number(file));
    Ok(chapters)
}

/// The chapters in a folder of the book's and in those below, but in no hidden one, in none that is
/// another's, and in none so deep that no book has it.
fn gather(dir: &Path, folder: &str, depth: u8, chapters: &mut Vec<String>) -> Result<()> {
    for name in fsx::list(&dir.join(folder))? {
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let path = below(folder, name);
        let whole = dir.join(&path);
        if whole.is_dir() {
            let is_own = !FOREIGN.contains(&name) && !fsx::is_link(&whole);
            if is_own && depth < 4 {
                gather(dir, &path, depth + 1, chapters)?;
            }
        } else if is_chapter(name) {
            chapters.push(path);
        }
    }
    Ok(())
}

fn is_chapter(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_markdown =
        [".md", ".markdown", ".pandoc"].iter().any(|end| lower.ends_with(end));
    is_markdown && !OTHERS.contains(&&*lower) && lower != "title.md"
}

/// A name with its numbers filled up, so that they sort by value.
fn by_number(name: &str) -> String {
    let mut key = String::new();
    let mut digits = String::new();
    for c in name.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
        } else {
            if !digits.is_empty() {
                let _ = write!(key, "{digits:0>20}");
                digits.clear();
            }
            key.push(c);
        }
    }
    key
}
