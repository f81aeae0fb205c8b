//! The names of a book: a slug for each chapter, and identifiers that cannot clash.

use super::join::{Chapter, each_id};
use crate::reference::{loosen, percent_decode};
use concfilter::ast::build::attr_mut;
use concfilter::ast::{Step, tag, walk};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// A name for use in identifiers: letters, digits, `-` and `_`, in lower case.
pub(super) fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    let text: String = text.to_lowercase().chars().map(plain).collect();
    let parts: Vec<_> = text.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// A name for each chapter: its file's stem, with as many folders before it as it takes to be
/// the only one.
pub(super) fn slugs(chapters: &[Chapter]) -> Vec<String> {
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

/// The identifiers of the book.
pub(super) struct Names {
    /// For each chapter: the identifiers as written, and as they are in the book.
    chapters: Vec<BTreeMap<String, String>>,
    /// For each chapter: the looser spellings of its headings' identifiers.
    loose: Vec<BTreeMap<String, String>>,
    /// Chapter files, normalised.
    files: BTreeMap<PathBuf, usize>,
    /// The identifier at the head of each chapter.
    pub heads: Vec<String>,
    pub paths: Vec<PathBuf>,
}

impl Names {
    pub(super) fn gather(chapters: &mut [Chapter], slugs: &[String]) -> Self {
        let mut ids: Vec<BTreeSet<String>> = Vec::new();
        let mut loose = Vec::new();
        for chapter in chapters.iter_mut() {
            let mut own = BTreeSet::new();
            each_id(&mut chapter.blocks, &mut |_, id| {
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

    pub(super) fn rename(&self, index: usize, blocks: &mut [Value]) {
        each_id(blocks, &mut |_, id| {
            if let Some(new) = self.chapters[index].get(id) {
                id.clone_from(new);
            }
        });
    }

    /// The identifier that a fragment means in a chapter: as written, else as another reader of
    /// Markdown would have named the heading.
    pub(super) fn in_chapter(&self, index: usize, fragment: &str) -> Option<&str> {
        let decoded = percent_decode(fragment);
        let names = &self.chapters[index];
        let found = names
            .get(fragment)
            .or_else(|| names.get(&decoded))
            .or_else(|| names.get(self.loose[index].get(&loosen(&decoded))?));
        found.map(String::as_str)
    }

    /// The identifier that a fragment alone means: in its own chapter, else in any.
    pub(super) fn anywhere(&self, index: usize, fragment: &str) -> Option<&str> {
        let others = (0..self.chapters.len()).filter(|&other| other != index);
        std::iter::once(index)
            .chain(others)
            .find_map(|chapter| self.in_chapter(chapter, fragment))
    }

    /// The chapter that a path means: as written, as a page of a site made from it, or as the
    /// page of a folder.
    pub(super) fn chapter(&self, path: &Path) -> Option<usize> {
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

/// The characters of inlines.
pub(super) fn plain_text(inlines: &Value, out: &mut String) {
    match inlines {
        Value::Array(items) => items.iter().for_each(|item| plain_text(item, out)),
        Value::Object(_) => match tag(inlines) {
            Some("Str") => out.push_str(inlines["c"].as_str().unwrap_or_default()),
            Some("Space" | "SoftBreak" | "LineBreak") => out.push(' '),
            Some("Code" | "Math") => {
                out.push_str(inlines["c"][1].as_str().unwrap_or_default());
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
