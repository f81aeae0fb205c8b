//! Markdown files that pandoc alone builds: a defaults file where there is one, else the files in the
//! order of their names.

use super::{AdoptedBook, Chapters, below};
use crate::fsx;
use concfilter::error::Result;
use std::fmt::Write as _;
use std::path::Path;

/// Where chapters lie, the first that has some.
const FOLDERS: &[&str] = &["chapters", "src", "manuscript", "text", "docs", ""];

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
    Ok(adopted)
}

/// The chapters, in the order of their names: `2.md` before `10.md`.
fn files(dir: &Path) -> Result<Vec<String>> {
    for folder in FOLDERS {
        let path = dir.join(folder);
        if !path.is_dir() {
            continue;
        }
        let names = fsx::list(&path)?;
        let names = names.iter().filter_map(|name| name.to_str());
        let mut chapters: Vec<&str> = names.filter(|name| is_chapter(name)).collect();
        chapters.sort_by_cached_key(|name| by_number(name));
        if !chapters.is_empty() {
            return Ok(chapters.into_iter().map(|name| below(folder, name)).collect());
        }
    }
    Ok(Vec::new())
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
