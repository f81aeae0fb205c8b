//! The order of chapters as mdBook and `GitBook` have it: the links of a `SUMMARY.md`.
//!
//! ````text
//! [Preface](preface.md)                     preface.md
//! # Part One                           ─►   one.md
//! - [One](one.md)                           one/deep.md
//!   - [Deep](one/deep.md#a)
//!   - [Not yet written]()
//! ````

use super::Chapter;
use crate::fsx;
use crate::markdown::Dialect;
use crate::reference::{has_scheme, resolve};
use concfilter::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The name of the file.
pub(super) const SUMMARY: &str = "SUMMARY.md";

/// Where it is looked for when a book lists no chapters: the book's folder, and the folders in which
/// mdBook and `GitBook` keep their sources.
const PLACES: &[&str] = &["SUMMARY.md", "src/SUMMARY.md", "docs/SUMMARY.md"];

/// The file that gives the order of chapters, relative to the book's folder: the one that the setting
/// `chapters` names, or where it names nothing, the one that is there.
pub(super) fn of_book(dir: &Path, globs: &[String]) -> Option<PathBuf> {
    let is_summary = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.eq_ignore_ascii_case(SUMMARY))
    };
    let is_there = |path: &Path| is_summary(path) && dir.join(path).is_file();
    match globs {
        [] => PLACES.iter().map(PathBuf::from).find(|path| is_there(path)),
        [one] => Some(PathBuf::from(one)).filter(|path| is_there(path)),
        _ => None,
    }
}

/// The chapters that it lists, relative to the book's folder, in its order; each once. Drafts have no
/// file, and what leads to the web or to no text is no chapter.
///
/// # Errors
/// A chapter is not there, or the file cannot be read.
pub(super) fn chapters(dir: &Path, summary: &Path) -> Result<Vec<PathBuf>> {
    let file = dir.join(summary);
    let text = fsx::read_text(&file)?;
    let label = file.display().to_string();
    let listed = Chapter::of_text(&label, &text, Dialect::of("gfm"));
    let mut chapters: Vec<PathBuf> = Vec::new();
    let base = summary.to_string_lossy();
    for link in &listed.index.links {
        let target = &*link.target;
        if target.is_empty() || target.starts_with('#') || has_scheme(target) {
            continue;
        }
        let path = resolve(&base, target.trim_start_matches('/')).map(PathBuf::from);
        let Some(path) = path.filter(|path| is_text(path)) else { continue };
        if !dir.join(&path).is_file() {
            return Err(Error::new(format!("there is no chapter {}", path.display()))
                .at(listed.place(link.start))
                .hint(format!("Paths in {SUMMARY} are relative to its folder")));
        }
        if !chapters.contains(&path) {
            chapters.push(path);
        }
    }
    if chapters.is_empty() {
        let error = Error::new(format!("{SUMMARY} lists no chapters"));
        return Err(error
            .at(listed.whole())
            .hint("Each is a link: `- [Title](file.md)`"));
    }
    Ok(chapters)
}

/// Whether a file can be a chapter: pictures and archives cannot.
fn is_text(path: &Path) -> bool {
    const TEXT: &[&str] =
        &["md", "markdown", "mdown", "mkd", "rst", "org", "adoc", "txt"];
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|own| TEXT.iter().any(|text| own.eq_ignore_ascii_case(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_links_of_a_summary_are_the_chapters() {
        let dir = fsx::temp_dir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fsx::create_dir_all(path.parent().unwrap()).unwrap();
            fsx::write_atomic(&path, text.as_bytes()).unwrap();
        };
        for file in
            ["src/pre face.md", "src/one/README.md", "src/one/deep.md", "src/end.md"]
        {
            write(file, "x");
        }
        let summary = "# Summary\n\n[Preface](pre%20face.md)\n\n# Part\n\n\
                       - [One](./one/README.md)\n    - [Deep](one/deep.md#a)\n    - \
                       [Again](one/deep.md#b)\n- [Draft]()\n- [Web](https://x.org/a.md)\n\n\
                       ---\n\n[End](end.md) ![x](x.png) `[no](no.md)`\n";
        write("src/SUMMARY.md", summary);
        let file = of_book(dir.path(), &[]).unwrap();
        assert_eq!(file, Path::new("src/SUMMARY.md"));
        let wanted =
            ["src/pre face.md", "src/one/README.md", "src/one/deep.md", "src/end.md"];
        assert_eq!(chapters(dir.path(), &file).unwrap(), wanted.map(PathBuf::from));
        write("docs/Summary.md", "- [A](a.md)\n\n* [B](b.md)\n");
        write("docs/a.md", "x");
        let named = of_book(dir.path(), &["docs/Summary.md".to_owned()]).unwrap();
        let error = chapters(dir.path(), &named).unwrap_err();
        assert!(
            error.to_string().ends_with("Summary.md:3:3: there is no chapter docs/b.md")
        );
        assert_eq!(of_book(dir.path(), &["docs/*.md".to_owned()]), None);
    }
}
