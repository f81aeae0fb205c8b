//! Chapters, each read by itself, become one document: identifiers that cannot clash, links that
//! lead to them, pictures that are there.
//!
//! An identifier that stands in one chapter only keeps its name; one that stands in several is
//! prefixed with its chapter in all of them, so the order of chapters changes no name.

use super::pictures::{self, Picture};
use crate::ast::build::{Attr, attr_mut, div, header, span, str};
use crate::ast::{Step, tag, walk};
use crate::error::Place;
use crate::finding::{Code, Finding};
use crate::markdown::Targets;
use crate::reference::{has_scheme, percent_decode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

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
    /// Whether targets come out of the reader relative to the book's folder.
    pub rebased: bool,
    /// Folders in which pictures are looked for, relative to the book's.
    pub resource_path: Vec<PathBuf>,
    /// Pictures on the web that were fetched: address and local file.
    pub fetched: BTreeMap<String, PathBuf>,
}

/// Joins chapters; what leads nowhere is reported and taken out.
pub(super) fn join(
    mut chapters: Vec<Chapter>,
    around: &Surroundings<'_>,
) -> (Vec<Value>, Vec<Finding>) {
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
    for index in 0..chapters.len() {
        let mut blocks = std::mem::take(&mut chapters[index].blocks);
        let chapter = &chapters[index];
        let mut targets = Targets::read(&*chapter.label, &chapter.text);
        walk(&mut blocks, &mut |tag, element| {
            match tag {
                "Link" => {
                    link(element, index, &names, around, &mut targets, &mut findings)
                }
                "Image" => {
                    pictures::image(
                        element,
                        chapter,
                        around,
                        &mut targets,
                        &mut findings,
                    );
                }
                "RawBlock" | "RawInline" => {
                    pictures::raw(
                        element,
                        tag,
                        chapter,
                        around,
                        &mut targets,
                        &mut findings,
                    );
                }
                _ => {}
            }
            Step::Into
        });
        chapters[index].blocks = blocks;
    }
    (chapters.into_iter().flat_map(|chapter| chapter.blocks).collect(), findings)
}

/// A name for use in identifiers: letters, digits, `-` and `_`, in lower case.
pub(super) fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    let text: String = text.to_lowercase().chars().map(plain).collect();
    let parts: Vec<_> = text.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// A name for each chapter: its file's stem, with as many folders before it as it takes to be
/// the only one.
fn slugs(chapters: &[Chapter]) -> Vec<String> {
    let name = |path: &Path, parts: usize| {
        let path = path.with_extension("");
        let all: Vec<_> =
            path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        let from = all.len().saturating_sub(parts);
        let slug = slug(&all[from..].join("-"));
        // An XML identifier begins with a letter.
        if slug.starts_with(char::is_alphabetic) { slug } else { format!("ch-{slug}") }
    };
    let mut taken = BTreeSet::new();
    let find = |chapter: &Chapter| {
        let unique = |parts: usize| {
            let slug = name(&chapter.path, parts);
            let same = chapters.iter().filter(|other| name(&other.path, parts) == slug);
            (same.count() == 1).then_some(slug)
        };
        let slug = (1..8).find_map(unique).unwrap_or_else(|| name(&chapter.path, 8));
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        let mut all = std::iter::once(slug.clone()).chain(numbered);
        all.find(|slug| taken.insert(slug.clone())).unwrap_or_default()
    };
    chapters.iter().map(find).collect()
}

/// Lets a chapter begin with its heading, so that nothing of it ends up in the file of the one
/// before, and gives it an identifier to link to. What stood before the heading follows it. A
/// chapter without a heading of level 1 takes the title of its metadata.
fn begin_with_heading(chapter: &mut Chapter, slug: &str) {
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

/// Gives the second of two things with one identifier in a chapter another.
fn distinguish(chapter: &mut Chapter, findings: &mut Vec<Finding>) {
    let mut taken = BTreeSet::new();
    let place = Place::file(&*chapter.label);
    each_id(&mut chapter.blocks, &mut |id| {
        if taken.insert(id.clone()) {
            return;
        }
        let free = (2..).map(|n| format!("{id}_{n}")).find(|id| !taken.contains(id));
        let message = format!("the identifier {id:?} is there twice");
        findings.push(
            Finding::new(Code::IdDuplicate, place.clone(), message)
                .hint("Links to it lead to the first; give one of them another name"),
        );
        *id = free.unwrap_or_default();
        taken.insert(id.clone());
    });
}

/// Calls `change` with every identifier that is not empty.
fn each_id(blocks: &mut [Value], change: &mut impl FnMut(&mut String)) {
    walk(blocks, &mut |_, element| {
        if let Some(Value::String(id)) =
            attr_mut(element).and_then(|attr| attr.get_mut(0))
            && !id.is_empty()
        {
            change(id);
        }
        Step::Into
    });
}

/// The identifiers of the book.
struct Names {
    /// For each chapter: the identifiers as written, and as they are in the book.
    chapters: Vec<BTreeMap<String, String>>,
    /// For each chapter: the looser spellings of its headings' identifiers.
    loose: Vec<BTreeMap<String, String>>,
    /// Chapter files, normalised.
    files: BTreeMap<PathBuf, usize>,
    /// The identifier at the head of each chapter.
    heads: Vec<String>,
    paths: Vec<PathBuf>,
}

impl Names {
    fn gather(chapters: &mut [Chapter], slugs: &[String]) -> Self {
        let mut ids: Vec<BTreeSet<String>> = Vec::new();
        let mut loose = Vec::new();
        for chapter in chapters.iter_mut() {
            let mut own = BTreeSet::new();
            each_id(&mut chapter.blocks, &mut |id| {
                own.insert(id.clone());
            });
            ids.push(own);
            loose.push(loose_names(&mut chapter.blocks));
        }
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for id in ids.iter().flatten() {
            *uses.entry(id).or_default() += 1;
        }
        let mut taken: BTreeSet<String> = uses.keys().map(|&id| id.to_owned()).collect();
        let mut names: Vec<BTreeMap<String, String>> = Vec::new();
        for (own, slug) in ids.iter().zip(slugs) {
            let mut map = BTreeMap::new();
            for id in own {
                let new = if uses[&**id] == 1 {
                    id.clone()
                } else {
                    let base = format!("{slug}-{id}");
                    let numbered = (2..).map(|n| format!("{base}-{n}"));
                    let mut all = std::iter::once(base.clone()).chain(numbered);
                    all.find(|id| taken.insert(id.clone())).unwrap_or_default()
                };
                map.insert(id.clone(), new);
            }
            names.push(map);
        }
        let head = |(chapter, names): (&mut Chapter, &BTreeMap<String, String>)| {
            let attr = chapter.blocks.first_mut().and_then(attr_mut);
            let id = attr.and_then(|attr| attr[0].as_str()).unwrap_or_default();
            names.get(id).cloned().unwrap_or_default()
        };
        let heads = chapters.iter_mut().zip(&names).map(head).collect();
        let paths: Vec<_> =
            chapters.iter().map(|chapter| normal(&chapter.path)).collect();
        let files = paths.iter().enumerate().map(|(index, path)| (path.clone(), index));
        Self { files: files.collect(), chapters: names, loose, heads, paths }
    }

    fn rename(&self, index: usize, blocks: &mut [Value]) {
        each_id(blocks, &mut |id| {
            if let Some(new) = self.chapters[index].get(id) {
                id.clone_from(new);
            }
        });
    }

    /// The identifier that a fragment means in a chapter: as written, else as another reader of
    /// Markdown would have named the heading.
    fn in_chapter(&self, index: usize, fragment: &str) -> Option<&str> {
        let decoded = percent_decode(fragment);
        let names = &self.chapters[index];
        let found = names
            .get(fragment)
            .or_else(|| names.get(&decoded))
            .or_else(|| names.get(self.loose[index].get(&loosen(&decoded))?));
        found.map(String::as_str)
    }

    /// The identifier that a fragment alone means: in its own chapter, else in any.
    fn anywhere(&self, index: usize, fragment: &str) -> Option<&str> {
        let others = (0..self.chapters.len()).filter(|&other| other != index);
        std::iter::once(index)
            .chain(others)
            .find_map(|chapter| self.in_chapter(chapter, fragment))
    }

    /// The chapter that a path means: as written, as a page of a site made from it, or as the
    /// page of a folder.
    fn chapter(&self, path: &Path) -> Option<usize> {
        let html = path.extension().is_some_and(|extension| extension == "html");
        let page = if html { path.with_extension("md") } else { path.to_owned() };
        let with_md = PathBuf::from(format!("{}.md", path.display()));
        [path.to_owned(), page, with_md, path.join("README.md"), path.join("index.md")]
            .iter()
            .find_map(|path| self.files.get(&normal(path)).copied())
    }
}

/// Headings by a spelling that ignores what readers of Markdown disagree on.
fn loose_names(blocks: &mut [Value]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    walk(blocks, &mut |tag, element| {
        if tag == "Header" {
            let id = element["c"][1][0].as_str().unwrap_or_default().to_owned();
            let mut text = String::new();
            plain_text(&element["c"][2], &mut text);
            for name in [loosen(&text), loosen(&id)] {
                names.entry(name).or_insert_with(|| id.clone());
            }
        }
        Step::Into
    });
    names
}

fn loosen(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The characters of inlines.
pub(super) fn plain_text(inlines: &Value, out: &mut String) {
    match inlines {
        Value::Array(items) => items.iter().for_each(|item| plain_text(item, out)),
        Value::Object(_) => match tag(inlines) {
            Some("Str") => out.push_str(inlines["c"].as_str().unwrap_or_default()),
            Some("Space" | "SoftBreak" | "LineBreak") => out.push(' '),
            Some("Code" | "Math") => {
                out.push_str(inlines["c"][1].as_str().unwrap_or_default())
            }
            Some("Note" | "RawInline") | None => {}
            Some(_) => plain_text(&inlines["c"], out),
        },
        _ => {}
    }
}

/// A relative path without `.` and `..`, as far as it can be told.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Sets where a link leads, or takes the link off its text.
fn link(
    element: &mut Value,
    index: usize,
    names: &Names,
    around: &Surroundings<'_>,
    targets: &mut Targets<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(target) = element["c"][2][0].as_str().map(str::to_owned) else { return };
    if has_scheme(&target) || target.starts_with("//") {
        return;
    }
    let place = targets.next(&target);
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (&*target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let mut dead = |code, message: String, hint: &str| {
        findings.push(Finding::new(code, place.clone(), message).hint(hint));
    };
    let found = if path.is_empty() {
        fragment.and_then(|fragment| names.anywhere(index, fragment))
    } else {
        let file = around.locate(&names.paths[index], path);
        let chapter = file.iter().find_map(|file| names.chapter(file));
        match (chapter, fragment) {
            (Some(chapter), None | Some("")) => Some(&*names.heads[chapter]),
            (Some(chapter), Some(fragment)) => names.in_chapter(chapter, fragment),
            (None, _) => {
                let exists = file.iter().any(|file| around.dir.join(file).exists());
                if exists {
                    dead(
                        Code::LinkOutside,
                        format!(
                            "the link leads to {path}, which is not part of the book"
                        ),
                        "Readers get the text without the link; list the file under \
                         input-files, or link to where it can be read",
                    );
                } else {
                    dead(
                        Code::LinkDead,
                        format!("the link leads to {path}, which does not exist"),
                        "Paths are relative to the chapter's file",
                    );
                }
                return unlink(element);
            }
        }
    };
    if let Some(id) = found {
        element["c"][2][0] = Value::from(format!("#{id}"));
    } else {
        dead(
            Code::LinkDead,
            format!(
                "the link leads to {target:?}, but no heading or element is named so"
            ),
            "Headings are named by their text in lower case with hyphens, or by {#name}",
        );
        unlink(element);
    }
}

/// Leaves a link's text, and its attributes, without the link.
fn unlink(element: &mut Value) {
    let attr = Attr::read(&element["c"][0]).unwrap_or_default();
    let text = match element["c"][1].take() {
        Value::Array(inlines) if !inlines.is_empty() => inlines,
        _ => vec![str("")],
    };
    *element = span(&attr, text);
}

impl Surroundings<'_> {
    /// Where a relative path in a chapter may lead, relative to the book's folder, the likeliest
    /// first.
    pub(super) fn locate(&self, chapter: &Path, path: &str) -> Vec<PathBuf> {
        let path = percent_decode(path);
        // A path from the root means the root of the site, which is the book's folder.
        if let Some(path) = path.strip_prefix('/') {
            return vec![normal(Path::new(path))];
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
        found.map_or(Picture::Missing, Picture::File)
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
        let (blocks, findings) = join(vec![one, two], &around());
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
        let (blocks, findings) = join(vec![one], &around());
        let codes: Vec<_> = findings.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, ["link-dead", "link-dead"]);
        assert_eq!(blocks[1]["c"][0]["t"], "Span");
    }

    #[test]
    fn what_stands_before_the_heading_follows_it() {
        let one = chapter("one.md", json!([{"t": "Para", "c": []}, heading("a")]));
        let (blocks, _) = join(vec![one], &around());
        assert_eq!(tag(&blocks[0]), Some("Header"));
    }
}
