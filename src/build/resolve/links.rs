//! Where links between chapters lead.

use super::ElementContext;
use crate::finding::{Code, Finding};
use crate::reference::is_remote;
use concfilter::ast::build::{Attr, span, str};
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

/// Finds where a target in a chapter leads.
pub(super) fn target(target: &str, element: &mut ElementContext<'_>) -> Target {
    if is_remote(target) {
        return Target::AsWritten;
    }
    let ElementContext { number, facts, context, places, findings, .. } = element;
    let (number, place) = (*number, places.next(target));
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    };
    let path = path.split('?').next().expect("a split has a first part");
    let mut dead = |code, message: String, hint: &str| {
        findings.push(Finding::new(code, place.clone(), message).hint(hint));
        Target::Dead
    };
    let found = if path.is_empty() {
        fragment.and_then(|fragment| facts.anywhere(number, fragment))
    } else {
        let file = context.locate(facts.path(number), path);
        let chapter = file.iter().find_map(|file| facts.chapter(file));
        match (chapter, fragment) {
            (Some(chapter), None | Some("")) => Some(facts.head(chapter)),
            (Some(chapter), Some(fragment)) => facts.in_chapter(chapter, fragment),
            (None, _) if file.iter().any(|file| context.dir.join(file).exists()) => {
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
