//! The order of chapters as mdBook and `GitBook` have it: the links of a `SUMMARY.md`, its parts, and how
//! deep a chapter stands.
//!
//! ````text
//! [Preface](preface.md)                     preface.md
//! # Part One                           ─►   one.md         the first of Part One
//! - [One](one.md)                           one/deep.md    1 deep
//!   - [Deep](one/deep.md#a)                 end.md         of no part
//!   - [Not yet written]()
//!
//! [End](end.md)
//! ````

use super::Chapter;
use super::boundary::is_there;
use crate::finding::{Code, Finding, Severity};
use crate::fsx;
use crate::markdown::Dialect;
use crate::reference::{has_scheme, resolve};
use concfilter::error::{Error, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
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

/// A chapter that it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedChapter {
    /// Its path, relative to the book's folder.
    pub path: PathBuf,
    /// In how many others it stands.
    pub depth: usize,
    /// The title of the part that it belongs to, and that part's number.
    pub part: Option<(usize, String)>,
}

/// What it lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// The chapters, in its order; each once.
    pub chapters: Vec<ListedChapter>,
    /// Its drafts, which the book goes without.
    pub drafts: Vec<Finding>,
}

/// Where a link stands: in how many lists, and below which part.
struct LinkPlace {
    start: usize,
    lists: usize,
    part: Option<(usize, String)>,
}

/// The places of the links in a summary. Its first heading, where it begins with one, is its own title.
fn link_places(text: &str) -> Vec<LinkPlace> {
    let mut found = Vec::new();
    let (mut lists, mut is_first, mut number) = (0, true, 0);
    let mut part: Option<(usize, String)> = None;
    let mut heading: Option<String> = None;
    for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::List(_)) => lists += 1,
            Event::End(TagEnd::List(_)) => lists -= 1,
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) if heading.is_some() => {
                heading.iter_mut().for_each(|heading| heading.push_str(&text));
            }
            Event::End(TagEnd::Heading(_)) => {
                let title = heading.take().filter(|_| !is_first);
                number += 1;
                part = title.map(|title| (number, title));
                is_first = false;
            }
            Event::Start(Tag::Link { .. }) => {
                // What stands in no list behind one is of no part.
                if lists == 0 {
                    part = None;
                }
                is_first = false;
                found.push(LinkPlace { start: range.start, lists, part: part.clone() });
            }
            _ => {}
        }
    }
    found
}

/// The chapters that it lists. What leads to the web or to no text is no chapter.
///
/// # Errors
/// A chapter is not there, or the file cannot be read.
pub(super) fn read(dir: &Path, summary: &Path) -> Result<Summary> {
    let file = dir.join(summary);
    let text = fsx::read_text(&file)?;
    let label = file.display().to_string();
    let listed = Chapter::of_text(&label, &text, Dialect::of("gfm"));
    let places = link_places(&text);
    let mut read = Summary::default();
    let base = summary.to_string_lossy();
    for link in &listed.index.links {
        let target = &*link.target;
        if target.is_empty() {
            let message = "the chapter is a draft, and no part of the book";
            let mut draft =
                Finding::new(Code::ChapterEmpty, listed.place(link.start), message);
            draft.severity = Severity::Info;
            read.drafts.push(draft.hint("Name its file once it is written"));
            continue;
        }
        if target.starts_with('#') || has_scheme(target) {
            continue;
        }
        let path = resolve(&base, target.trim_start_matches('/')).map(PathBuf::from);
        let Some(path) = path.filter(|path| is_text(path)) else { continue };
        if !is_there(&dir.join(&path)) {
            return Err(Error::new(format!("there is no chapter {}", path.display()))
                .at(listed.place(link.start))
                .hint(format!("Paths in {SUMMARY} are relative to its folder")));
        }
        if read.chapters.iter().all(|one| one.path != path) {
            let place = places.iter().find(|place| place.start == link.start);
            let depth = place.map_or(0, |place| place.lists.saturating_sub(1));
            let part = place.and_then(|place| place.part.clone());
            read.chapters.push(ListedChapter { path, depth, part });
        }
    }
    if read.chapters.is_empty() {
        let error = Error::new(format!("{SUMMARY} lists no chapters"));
        return Err(error
            .at(listed.whole())
            .hint("Each is a link: `- [Title](file.md)`"));
    }
    Ok(read)
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
        let read_of = |path: &Path| read(dir.path(), path);
        let found = read_of(&file).unwrap();
        let paths: Vec<_> = found.chapters.iter().map(|one| one.path.clone()).collect();
        assert_eq!(paths, wanted.map(PathBuf::from));
        let depths: Vec<_> = found.chapters.iter().map(|one| one.depth).collect();
        assert_eq!(depths, [0, 0, 1, 0]);
        let parts = found
            .chapters
            .iter()
            .map(|one| one.part.as_ref().map(|(_, title)| &**title).unwrap_or_default());
        assert_eq!(parts.collect::<Vec<_>>(), ["", "Part", "Part", ""]);
        let drafts: Vec<_> = found.drafts.iter().map(|one| one.place.line).collect();
        assert_eq!(drafts, [Some(10)]);
        write("docs/Summary.md", "- [A](a.md)\n\n* [B](b.md)\n");
        write("docs/a.md", "x");
        let named = of_book(dir.path(), &["docs/Summary.md".to_owned()]).unwrap();
        let error = read_of(&named).unwrap_err();
        assert!(
            error.to_string().ends_with("Summary.md:3:3: there is no chapter docs/b.md")
        );
        assert_eq!(of_book(dir.path(), &["docs/*.md".to_owned()]), None);
    }
}
