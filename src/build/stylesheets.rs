//! The author's stylesheets: pandoc puts them into the ePub as they are, and the files that they name
//! stay behind. Those come along, with what they name if they are stylesheets themselves, and what is
//! not there is told by the stylesheet's line.
//!
//! ```text
//! p { background: url(paper.png) }   becomes   p { background: url('../media/paper-91f0ab3c.png') }
//! ```

use super::resolve::context::{LinkContext, Named};
use super::resolve::files::{self, Packed};
use crate::css::{file_references, replaced};
use crate::epub::{Epub, resolve};
use crate::finding::Finding;
use crate::fsx;
use crate::project::Project;
use concfilter::error::Place;
use serde_json::Value;
use std::collections::BTreeSet;
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
            .filter(|entry| is_sheet(&entry.name) && *entry.data == text.as_bytes())
            .map(|entry| entry.name.clone())
            .collect();
        let Some(copy) = copies.first() else { continue };
        let is_there = |url: &str| {
            // What the author leads to a place of the ePub, such as its fonts, is right already.
            resolve(copy, url).is_some_and(|path| epub.get(&path).is_some())
        };
        let sheet = AuthorSheet { file: Path::new(&file), text: &text };
        let out = sheet.led(context, packed, &is_there, &mut findings);
        if out != text {
            for copy in copies {
                epub.put(&copy, out.clone().into_bytes());
            }
        }
    }
    imported(context, packed, &mut findings);
    findings
}

/// Leads the stylesheets that others import, or raw HTML names, to the files that they name themselves.
fn imported(context: &LinkContext<'_>, packed: &mut Packed, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    loop {
        let is_new = |file: &&Path| {
            is_sheet(&file.to_string_lossy()) && !seen.contains(&file.to_path_buf())
        };
        let Some(file) = packed.files().find(is_new).map(Path::to_path_buf) else {
            break;
        };
        if let Ok(text) = fsx::read_text(&context.dir.join(&file)) {
            let sheet = AuthorSheet { file: &file, text: &text };
            let out = sheet.led(context, packed, &|_| false, findings);
            packed.set_text(&file, out);
        }
        seen.insert(file);
    }
}

/// A stylesheet of the author's, by its path in the book's folder.
struct AuthorSheet<'a> {
    file: &'a Path,
    text: &'a str,
}

impl AuthorSheet<'_> {
    /// Its text with references to where the files that it names stand in the ePub.
    fn led(
        &self,
        context: &LinkContext<'_>,
        packed: &mut Packed,
        is_there: &dyn Fn(&str) -> bool,
        findings: &mut Vec<Finding>,
    ) -> String {
        let Self { file, text } = *self;
        let label = context.dir.join(file).display().to_string();
        let mut parts = Vec::new();
        for one in file_references(text).into_iter().rev() {
            if is_there(&one.url) {
                continue;
            }
            match context.file(file, &one.url) {
                Named::Itself => {}
                Named::File(file) => {
                    parts.push((one.range, format!("url('{}')", packed.add(&file))));
                }
                named => {
                    let place = Place::in_text(&*label, text, one.range.start);
                    let what = "the stylesheet";
                    findings.push(files::finding(&named, &one.url, what, place));
                    let new = if one.in_face { "local('none')" } else { "none" };
                    parts.push(match one.import {
                        Some(statement) => (statement, String::new()),
                        None => (one.range, new.to_owned()),
                    });
                }
            }
        }
        replaced(text, parts)
    }
}

fn is_sheet(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|one| one.eq_ignore_ascii_case("css"))
}

/// The text of the stylesheets that the book names, one behind the other; of none that cannot be read,
/// which is told where they are packed.
pub(super) fn authors_css(project: &Project) -> String {
    let read = |name: String| fsx::read_text(&project.dir.join(name)).ok();
    named(project).into_iter().filter_map(read).collect()
}

/// The stylesheets that the book names, relative to its folder.
pub(super) fn named(project: &Project) -> Vec<String> {
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
