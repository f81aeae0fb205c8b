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

/// Where Leanpub looks for pictures, whatever the folder of the chapter: `resources` beside the chapters
/// in Markua, and the chapters' own folder before.
fn resources(dir: &Path, folder: &str) -> Vec<String> {
    let resources = below(folder, "resources");
    let own = if folder.is_empty() { "." } else { folder };
    let mut all = vec![own.to_owned()];
    if dir.join(&resources).is_dir() {
        all.insert(0, resources);
    }
    all
}

/// The cover, which Leanpub knows by its name.
fn cover(dir: &Path, folder: &str) -> Option<String> {
    let places = ["resources", "resources/images", "images"];
    let names = ["title_page.png", "title_page.jpg", "title_page.jpeg"];
    let mut all = places.iter().flat_map(|place| {
        names.iter().map(move |name| below(folder, &format!("{place}/{name}")))
    });
    all.find(|file| dir.join(file).is_file())
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
        resource_path: resources(dir, folder),
        cover: cover(dir, folder),
        ..AdoptedBook::default()
    };
    let marks: &[ToolMarkup] = &[
        (
            &["A> ", "B> ", "D> ", "E> ", "I> ", "Q> ", "T> ", "W> ", "X> "],
            "asides such as `W> ` are text to pandoc; `::: warning` is its own",
        ),
        (
            &[
                "{lang",
                "{title",
                "{line-numbers",
                "{format",
                "{width",
                "{alt",
                "{caption",
                "{class",
                "{id",
                "{sample",
                "{float",
            ],
            "attributes in a line above a block stay text; pandoc has them behind the fence",
        ),
        (
            &["{#"],
            "names in a line above a heading such as `{#one}` stay text; pandoc has them behind it: `# One {#one}`",
        ),
        (
            &["<<["],
            "includes such as `<<[Title](code/a.py)` are links to pandoc; `{{#include code/a.py}}` in a fence is read",
        ),
        (&["-# "], "parts such as `-# One` stay text; a SUMMARY.md names parts"),
        (
            &["<<("],
            "includes such as `<<(code/a.py)` stay text; `{{#include code/a.py}}` in a fence is read",
        ),
        (
            &["{pagebreak", "{blurb", "{aside", "{quiz", "{exercise", "{i:"],
            "directives such as `{pagebreak}` stay text",
        ),
    ];
    adopted.notes.extend(notes_of_marks(dir, &files, marks));
    adopted.chapters = Chapters::Files(files);
    Ok(adopted)
}
