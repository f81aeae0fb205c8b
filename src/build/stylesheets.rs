//! The author's stylesheets: pandoc puts them into the ePub as they are, and the files that they name
//! stay behind. Those come along, and what is not there is told by the stylesheet's line.
//!
//! ```text
//! p { background: url(paper.png) }   becomes   p { background: url('../media/paper-91f0ab3c.png') }
//! ```

use super::resolve::context::{LinkContext, Named};
use super::resolve::files::{self, Packed};
use crate::css::file_references;
use crate::epub::{Epub, resolve};
use crate::finding::Finding;
use crate::fsx;
use crate::project::Project;
use concfilter::error::Place;
use serde_json::Value;
use std::path::Path;

/// Leads the stylesheets of an ePub of pandoc's to the files that they name, and notes those.
pub(super) fn apply(
    project: &Project,
    context: &LinkContext<'_>,
    epub: &mut Epub,
    packed: &mut Packed,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in named(project) {
        let whole = project.dir.join(&file);
        let Ok(text) = fsx::read_text(&whole) else { continue };
        let copies: Vec<String> = epub
            .entries()
            .iter()
            .filter(|entry| is_sheet(&entry.name) && entry.data == text.as_bytes())
            .map(|entry| entry.name.clone())
            .collect();
        let Some(copy) = copies.first() else { continue };
        let label = whole.display().to_string();
        let mut out = text.clone();
        let references = file_references(&text).into_iter().rev();
        for one in references {
            // What the author leads to a place of the ePub, such as its fonts, is right already.
            let inside = resolve(copy, &one.url);
            if inside.is_some_and(|path| epub.get(&path).is_some()) {
                continue;
            }
            let before = &text[..one.range.start];
            let in_face = before.rfind("@font-face") > before.rfind('}');
            match context.file(Path::new(&file), &one.url) {
                Named::Itself => {}
                Named::File(file) => {
                    let to = format!("url('{}')", packed.add(&file));
                    out.replace_range(one.range, &to);
                }
                named => {
                    let place = Place::in_text(&*label, &text, one.range.start);
                    findings.push(files::finding(
                        &named,
                        &one.url,
                        "the stylesheet",
                        place,
                    ));
                    match one.import {
                        Some(statement) => out.replace_range(statement, ""),
                        None if in_face => out.replace_range(one.range, "local('none')"),
                        None => out.replace_range(one.range, "none"),
                    }
                }
            }
        }
        if out != text {
            for copy in copies {
                epub.put(&copy, out.clone().into_bytes());
            }
        }
    }
    findings
}

fn is_sheet(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|one| one.eq_ignore_ascii_case("css"))
}

/// The stylesheets that the book names, relative to its folder.
fn named(project: &Project) -> Vec<String> {
    let options = project.manifest.options();
    let metadata = ["css", "stylesheet"].map(|key| project.manifest.metadata(key).ok());
    let all = [options.get("css").cloned()].into_iter().chain(metadata).flatten();
    let mut found = Vec::new();
    for value in all {
        match value {
            Value::String(one) => found.push(one),
            Value::Array(many) => {
                found.extend(many.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
