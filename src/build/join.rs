//! Chapters, each read by itself, become one document: identifiers that cannot clash, links that
//! lead to them, pictures that are there.
//!
//! An identifier that stands in one chapter only keeps its name; one that stands in several is
//! prefixed with its chapter in all of them, so the order of chapters changes no name.

use super::links::{self, Target};
use super::names::{Names, normal, slugs};
use super::origin::Origin;
use super::pictures::{self, Picture};
use super::raw;
use crate::finding::{Code, Finding};
use crate::markdown::{Targets, identified};
use crate::reference::{has_scheme, percent_decode};
use concfilter::ast::build::{Attr, attr_mut, div, header};
use concfilter::ast::{Step, tag, walk};
use concfilter::error::Place;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A chapter as it was read.
#[derive(Debug)]
pub(super) struct Chapter {
    /// Its file, relative to the book's folder.
    pub path: PathBuf,
    /// How messages call it.
    pub label: String,
    /// Its Markdown.
    pub text: String,
    /// Its blocks.
    pub blocks: Vec<Value>,
    /// The title in its own metadata.
    pub title: Option<Vec<Value>>,
}

/// What joining needs to know of the book.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    /// The book's folder.
    pub dir: &'a Path,
    /// The same from the root of the file system.
    pub root: PathBuf,
    /// Whether targets come out of the reader relative to the book's folder.
    pub rebased: bool,
    /// Folders in which pictures are looked for, relative to the book's.
    pub resource_path: Vec<PathBuf>,
    /// Pictures on the web that were fetched: address and local file.
    pub fetched: BTreeMap<String, PathBuf>,
}

/// Chapters that were joined.
pub(super) struct Joined {
    /// The blocks of all.
    pub blocks: Vec<Value>,
    /// What each was, in their order.
    pub origins: Vec<Origin>,
    /// What was wrong.
    pub findings: Vec<Finding>,
}

/// Joins chapters; what leads nowhere is reported and taken out.
pub(super) fn join(mut chapters: Vec<Chapter>, around: &Surroundings<'_>) -> Joined {
    let mut findings = Vec::new();
    let slugs = slugs(&chapters);
    for (chapter, slug) in chapters.iter_mut().zip(&slugs) {
        begin_with_heading(chapter, slug);
        distinguish(chapter, &mut findings);
    }
    let names = Names::gather(&mut chapters, &slugs);
    for (index, chapter) in chapters.iter_mut().enumerate() {
        names.rename(index, &mut chapter.blocks);
    }
    for (index, chapter) in chapters.iter_mut().enumerate() {
        let mut blocks = std::mem::take(&mut chapter.blocks);
        let read = &*chapter;
        let mut targets = Targets::read(&*read.label, &read.text);
        walk(&mut blocks, &mut |tag, element| {
            match tag {
                "Link" => {
                    let to = element["c"][2][0].as_str().unwrap_or_default().to_owned();
                    let place = || targets.next(&to);
                    match links::target(&to, index, &names, around, place, &mut findings)
                    {
                        Target::AsWritten => {}
                        Target::Id(id) => {
                            element["c"][2][0] = Value::from(format!("#{id}"));
                        }
                        Target::Dead => links::unlink(element),
                    }
                }
                "Image" => {
                    pictures::image(element, read, around, &mut targets, &mut findings);
                }
                "RawBlock" | "RawInline" => {
                    raw::settle(
                        element,
                        (read, index),
                        &names,
                        around,
                        &mut targets,
                        &mut findings,
                    );
                }
                _ => {}
            }
            Step::Into
        });
        chapter.blocks = blocks;
    }
    let mut joined = Joined { blocks: Vec::new(), origins: Vec::new(), findings };
    for (chapter, head) in chapters.into_iter().zip(names.heads) {
        let Chapter { label, text, blocks, .. } = chapter;
        joined.blocks.extend(blocks);
        joined.origins.push(Origin { label, text, head });
    }
    joined
}

/// Lets a chapter begin with its heading, so that nothing of it ends up in the file of the one
/// before, and gives it an identifier to link to. What stood before the heading follows it. A
/// chapter without a heading of level 1 takes the title of its metadata.
pub(super) fn begin_with_heading(chapter: &mut Chapter, slug: &str) {
    let blocks = &mut chapter.blocks;
    let is_top =
        |block: &Value| tag(block) == Some("Header") && block["c"][0].as_u64() == Some(1);
    match (blocks.iter().position(is_top), chapter.title.take()) {
        (Some(at), _) => blocks[..=at].rotate_right(1),
        (None, Some(title)) => {
            blocks.insert(0, header(1, &Attr(slug.to_owned(), vec![], vec![]), title));
        }
        (None, None) => {}
    }
    let first = blocks.first_mut();
    match first.filter(|block| tag(block) == Some("Header")).and_then(attr_mut) {
        Some(attr) if attr[0] == "" => attr[0] = Value::from(slug),
        Some(_) => {}
        None => blocks.insert(0, div(&Attr(slug.to_owned(), vec![], vec![]), vec![])),
    }
}

/// Gives the second of two things with one identifier in a chapter another. Of an anchor beside a
/// heading that is called alike nothing is said: a link leads to the same place.
fn distinguish(chapter: &mut Chapter, findings: &mut Vec<Finding>) {
    let mut taken = BTreeSet::new();
    let mut last = (false, String::new());
    let (label, text) = (&*chapter.label, &*chapter.text);
    each_id(&mut chapter.blocks, &mut |is_heading, id| {
        let before = std::mem::replace(&mut last, (is_heading, id.clone()));
        if taken.insert(id.clone()) {
            return;
        }
        let free = (2..).map(|n| format!("{id}_{n}")).find(|id| !taken.contains(id));
        if before.1 != *id || !(is_heading || before.0) {
            let places = identified(text, id);
            let place = match places.get(1).or(places.first()) {
                Some(&offset) => Place::in_text(label, text, offset),
                None => Place::file(label),
            };
            let message = format!("the identifier {id:?} is there twice");
            findings
                .push(Finding::new(Code::IdDuplicate, place, message).hint(
                    "Links to it lead to the first; give one of them another name",
                ));
        }
        *id = free.unwrap_or_default();
        taken.insert(id.clone());
    });
}

/// Calls `change` with every identifier that is not empty, those in raw HTML too, and whether it is a
/// heading's.
pub(super) fn each_id(blocks: &mut [Value], change: &mut impl FnMut(bool, &mut String)) {
    walk(blocks, &mut |tag, element| {
        raw::each_id(element, &mut |id| change(false, id));
        if let Some(Value::String(id)) =
            attr_mut(element).and_then(|attr| attr.get_mut(0))
            && !id.is_empty()
        {
            change(tag == "Header", id);
        }
        Step::Into
    });
}

impl Surroundings<'_> {
    /// Where a relative path in a chapter may lead, relative to the book's folder, the likeliest
    /// first.
    pub(super) fn locate(&self, chapter: &Path, path: &str) -> Vec<PathBuf> {
        let path = percent_decode(path);
        // A path from the root means the root of the site, which is the book's folder, or that of
        // the repository, in which the book has a folder of its own.
        if let Some(path) = path.strip_prefix('/') {
            let path = normal(Path::new(path));
            let folders = path.ancestors().skip(1).filter(|one| self.root.ends_with(one));
            let inside = folders.filter_map(|folder| path.strip_prefix(folder).ok());
            let mut all: Vec<_> = inside.map(Path::to_owned).collect();
            all.reverse();
            return all;
        }
        let path = PathBuf::from(path);
        let beside = chapter.parent().unwrap_or(Path::new("")).join(&path);
        let mut all = vec![normal(&beside), normal(&path)];
        if self.rebased {
            all.swap(0, 1);
        }
        all.dedup();
        all
    }

    /// The file of a picture, relative to the book's folder.
    pub(super) fn picture(&self, chapter: &Path, target: &str) -> Picture {
        if has_scheme(target) || target.starts_with("//") {
            return match self.fetched.get(target) {
                Some(file) => Picture::File(file.clone()),
                None if target.starts_with("data:") => Picture::Inline,
                None => Picture::NotFetched,
            };
        }
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let mut all = self.locate(chapter, path);
        all.extend(self.resource_path.iter().map(|folder| normal(&folder.join(path))));
        let found = all.into_iter().find(|file| self.dir.join(file).is_file());
        found.map_or(Picture::Missing, |file| pictures::in_file(self.dir, file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn chapter(path: &str, blocks: Value) -> Chapter {
        let Value::Array(blocks) = blocks else { unreachable!() };
        Chapter {
            path: PathBuf::from(path),
            label: path.to_owned(),
            text: String::new(),
            blocks,
            title: None,
        }
    }

    fn around() -> Surroundings<'static> {
        Surroundings {
            dir: Path::new("."),
            root: PathBuf::from("/home/ann/book/docs"),
            rebased: false,
            resource_path: Vec::new(),
            fetched: BTreeMap::new(),
        }
    }

    fn heading(id: &str) -> Value {
        json!({"t": "Header", "c": [1, [id, [], []], [{"t": "Str", "c": id}]]})
    }

    fn to(target: &str) -> Value {
        json!({"t": "Para", "c": [{"t": "Link", "c": [["", [], []], [], [target, ""]]}]})
    }

    #[test]
    fn links_between_chapters_lead_to_identifiers_that_cannot_clash() {
        let one = chapter("a/one.md", json!([heading("intro"), to("../b/two.md#intro")]));
        let two = chapter(
            "b/two.md",
            json!([heading("intro"), to("#intro"), to("../a/one.md")]),
        );
        let Joined { blocks, findings, .. } = join(vec![one, two], &around());
        let target = |block: &Value| block["c"][0]["c"][2][0].clone();
        assert_eq!(blocks[0]["c"][1][0], "one-intro");
        assert_eq!(target(&blocks[1]), "#two-intro");
        assert_eq!(target(&blocks[3]), "#two-intro");
        assert_eq!(target(&blocks[4]), "#one-intro");
        assert_eq!(findings, []);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_reported_and_becomes_text() {
        let one = chapter("one.md", json!([heading("a"), to("gone.md"), to("#gone")]));
        let Joined { blocks, findings, .. } = join(vec![one], &around());
        let codes: Vec<_> = findings.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, ["link-dead", "link-dead"]);
        assert_eq!(blocks[1]["c"][0]["t"], "Span");
    }

    #[test]
    fn a_path_from_the_root_is_the_books_or_the_repositorys() {
        let locate = |path| around().locate(Path::new("a/one.md"), path);
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(locate("/a/b.md"), paths(&["a/b.md"]));
        assert_eq!(locate("/docs/a/b.md"), paths(&["docs/a/b.md", "a/b.md"]));
        assert_eq!(locate("/book/docs/b.md"), paths(&["book/docs/b.md", "b.md"]));
        assert_eq!(locate("/docs"), paths(&["docs"]));
    }

    #[test]
    fn what_stands_before_the_heading_follows_it() {
        let one = chapter("one.md", json!([{"t": "Para", "c": []}, heading("a")]));
        let blocks = join(vec![one], &around()).blocks;
        assert_eq!(tag(&blocks[0]), Some("Header"));
    }
}
