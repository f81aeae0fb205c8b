//! Where links between chapters lead.

use super::join::Surroundings;
use super::names::Names;
use crate::finding::{Code, Finding};
use crate::reference::has_scheme;
use concfilter::ast::build::{Attr, span, str};
use concfilter::error::Place;
use serde_json::Value;

/// Where a link leads.
pub(super) enum Target {
    /// Out of the book, or where it says.
    AsWritten,
    /// To this identifier.
    Id(String),
    /// Nowhere, which is reported.
    Dead,
}

/// Finds where a target in the chapter with this index leads; `place` is asked only for what has
/// to be reported.
pub(super) fn target(
    target: &str,
    index: usize,
    names: &Names,
    around: &Surroundings<'_>,
    place: impl FnOnce() -> Place,
    findings: &mut Vec<Finding>,
) -> Target {
    if has_scheme(target) || target.starts_with("//") {
        return Target::AsWritten;
    }
    let place = place();
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let mut dead = |code, message: String, hint: &str| {
        findings.push(Finding::new(code, place.clone(), message).hint(hint));
        Target::Dead
    };
    let found = if path.is_empty() {
        fragment.and_then(|fragment| names.anywhere(index, fragment))
    } else {
        let file = around.locate(&names.paths[index], path);
        let chapter = file.iter().find_map(|file| names.chapter(file));
        match (chapter, fragment) {
            (Some(chapter), None | Some("")) => Some(&*names.heads[chapter]),
            (Some(chapter), Some(fragment)) => names.in_chapter(chapter, fragment),
            (None, _) if file.iter().any(|file| around.dir.join(file).exists()) => {
                return dead(
                    Code::LinkOutside,
                    format!("the link leads to {path}, which is not part of the book"),
                    "Readers get the text without the link; list the file under \
                     input-files, or link to where it can be read",
                );
            }
            (None, _) => {
                return dead(
                    Code::LinkDead,
                    format!("the link leads to {path}, which does not exist"),
                    "Paths are relative to the chapter's file",
                );
            }
        }
    };
    match found {
        Some(id) => Target::Id(id.to_owned()),
        None => dead(
            Code::LinkDead,
            format!(
                "the link leads to {target:?}, but no heading or element is named so"
            ),
            "Headings are named by their text in lower case with hyphens, or by {#name}",
        ),
    }
}

/// Leaves a link's text, and its attributes, without the link.
pub(super) fn unlink(element: &mut Value) {
    let attr = Attr::read(&element["c"][0]).unwrap_or_default();
    let text = match element["c"][1].take() {
        Value::Array(inlines) if !inlines.is_empty() => inlines,
        _ => vec![str("")],
    };
    *element = span(&attr, text);
}
