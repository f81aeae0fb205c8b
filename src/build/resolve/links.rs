//! Where links between chapters lead.

use super::ElementContext;
use crate::build::merge::BookFacts;
use crate::finding::{Code, Finding, Subject};
use crate::reference::{is_remote, lacking_scheme, loosen, percent_decode};
use concfilter::ast::build::{Attr, span, str};
use concfilter::spelling::distance;
use serde_json::Value;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Where a link leads.
pub(super) enum LinkTarget {
    /// Out of the book, or where it says.
    AsWritten,
    /// To this identifier.
    Id(String),
    /// Nowhere, which is reported.
    Dead,
}

/// Finds where a target in a chapter leads.
pub(super) fn target(target: &str, element: &mut ElementContext<'_>) -> LinkTarget {
    if let Some(id) = on_site(target, element) {
        element.places.next(target);
        return LinkTarget::Id(id);
    }
    if is_remote(target) {
        return LinkTarget::AsWritten;
    }
    let ElementContext { number, facts, context, places, findings, .. } = element;
    let (number, place) = (*number, places.next(target));
    let (path, fragment) = match target.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (target, None),
    };
    let path = path.split('?').next().expect("a split has a first part");
    let mut dead = |code, message: String, hint: &str| {
        let about = Subject::Link(target.to_owned());
        findings.push(Finding::new(code, place.clone(), message).about(about).hint(hint));
        LinkTarget::Dead
    };
    if matches!(target, "" | "#") {
        return dead(
            Code::LinkDead,
            "the link has no address".to_owned(),
            "Readers get the text without the link; write where it leads, or no link",
        );
    }
    let mut aim = number;
    let found = if path.is_empty() {
        fragment.and_then(|fragment| facts.anywhere(number, fragment))
    } else {
        let file = context.locate(facts.path(number), path);
        let chapter = file.iter().find_map(|file| facts.chapter(file));
        let chapter = chapter.or_else(|| beside_page(facts, number, path));
        match (chapter, fragment) {
            (Some(chapter), None | Some("")) => Some(facts.head(chapter).into()),
            (Some(chapter), Some(fragment)) => {
                aim = chapter;
                facts.in_chapter(chapter, fragment)
            }
            (None, _) if file.iter().any(|file| is_there(context.dir, file)) => {
                return dead(
                    Code::LinkOutside,
                    format!("the link leads to {path}, which is not part of the book"),
                    "Readers get the text without the link; list the file under \
                     input-files, or link to where it can be read",
                );
            }
            (None, _) => {
                if let Some(scheme) = lacking_scheme(target) {
                    return dead(
                        Code::LinkDead,
                        format!("the link to {target} lacks {scheme}"),
                        &format!(
                            "Without it {path} is a file beside the chapter; write \
                             {scheme}{target}"
                        ),
                    );
                }
                return dead(
                    Code::LinkDead,
                    format!("the link leads to {path}, which does not exist"),
                    "Paths are relative to the chapter's file",
                );
            }
        }
    };
    match found {
        Some(id) => LinkTarget::Id(id.into_owned()),
        None => dead(
            Code::LinkDead,
            format!(
                "the link leads to {target:?}, but no heading or element is named so"
            ),
            &nearest(facts, aim, fragment.unwrap_or_default()),
        ),
    }
}

/// The identifier that a target on the book's own site leads to.
fn on_site(target: &str, element: &ElementContext<'_>) -> Option<String> {
    let ElementContext { number, facts, context, .. } = element;
    let local = context.on_site(target)?;
    let (path, fragment) = local.split_once('#').unwrap_or((&local, ""));
    let path = path.split('?').next().unwrap_or_default();
    let files = context.locate(facts.path(*number), path);
    let chapter = files.iter().find_map(|file| facts.chapter(file))?;
    let id = match fragment {
        "" => Some(facts.head(chapter).into()),
        fragment => facts.in_chapter(chapter, fragment),
    };
    id.map(Cow::into_owned)
}

/// The chapter that a relative path means to a site where each page has a folder of its own.
fn beside_page(facts: &BookFacts<'_>, number: usize, path: &str) -> Option<usize> {
    if path.starts_with('/')
        || !path.ends_with('/') && Path::new(path).extension().is_some()
    {
        return None;
    }
    let page = facts.path(number).with_extension("");
    facts.chapter(&page.join(percent_decode(path)))
}

/// Whether a path means a file: as written, or the Markdown from which a site makes that page.
fn is_there(dir: &Path, file: &Path) -> bool {
    let html = file.extension().is_some_and(|extension| extension == "html");
    let page = if html { file.with_extension("md") } else { file.to_owned() };
    let with_md = PathBuf::from(format!("{}.md", file.display()));
    [file.to_owned(), page, with_md].iter().any(|file| dir.join(file).exists())
}

/// The hint for a fragment that names nothing: what it comes nearest to, in the chapter that it should
/// be in, else in the book.
fn nearest(facts: &BookFacts<'_>, aim: usize, fragment: &str) -> String {
    const NAMED: &str =
        "headings are named by their text in lower case with hyphens, or by {#name}";
    let wanted = loosen(&percent_decode(fragment));
    let length = wanted.chars().count();
    // What is longer or shorter by whole words is the same heading sooner than another number is.
    let beginning = |chapter: usize| {
        let is_beginning = |name: &str| {
            let (short, long) = if name.len() < wanted.len() {
                (name, &*wanted)
            } else {
                (&*wanted, name)
            };
            short.chars().count() >= 4 && long.starts_with(short)
        };
        let names = facts
            .names(chapter)
            .filter(|(name, id)| !id.is_empty() && is_beginning(name));
        let measured =
            names.map(|(name, id)| (name.chars().count().abs_diff(length), id));
        measured.min().map(|(distance, id)| (distance, chapter, id))
    };
    let in_chapter = |chapter: usize| {
        let names = facts.names(chapter).filter(|(_, id)| !id.is_empty());
        let measured = names.map(|(name, id)| (distance(&wanted, &name), id));
        // A slip, or another form of the words, not another heading altogether.
        let near = measured.filter(|(distance, _)| distance * 5 <= length * 2);
        near.min().map(|(distance, id)| (distance, chapter, id))
    };
    let elsewhere = || {
        let all = 0..facts.count();
        all.clone()
            .filter_map(beginning)
            .min()
            .or_else(|| all.filter_map(in_chapter).min())
    };
    let here = beginning(aim).or_else(|| in_chapter(aim));
    let Some((_, chapter, id)) = here.or_else(elsewhere) else {
        return NAMED.replacen('h', "H", 1);
    };
    let path = facts.path(chapter).display();
    format!("The nearest is #{id} in {path}; {NAMED}")
}

/// Leaves a link's text, and its attributes, without the link.
pub(in crate::build) fn unlink(element: &mut Value) {
    let attr = Attr::read(&element["c"][0]).unwrap_or_default();
    let text = match element["c"][1].take() {
        Value::Array(inlines) if !inlines.is_empty() => inlines,
        _ => vec![str("")],
    };
    *element = span(&attr, text);
}
