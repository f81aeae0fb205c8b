//! Where links between chapters lead.

use super::ElementContext;
use super::context::LinkContext;
use crate::build::merge::{BookFacts, NearName};
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
            (None, _) if file.iter().any(|file| is_there(context, file)) => {
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
fn is_there(context: &LinkContext<'_>, file: &Path) -> bool {
    let html = file.extension().is_some_and(|extension| extension == "html");
    let page = if html { file.with_extension("md") } else { file.to_owned() };
    let with_md = PathBuf::from(format!("{}.md", file.display()));
    [file.to_owned(), page, with_md].iter().any(|file| context.exists(file))
}

/// So many names are held against a fragment letter by letter: who has more that are much alike gets a hint from
/// some of them, and a book with very many dead links one for each of them before long.
const MOST: usize = 200;

/// The hint for a fragment that names nothing: what it comes nearest to, in the chapter that it should
/// be in, else in the book.
fn nearest(facts: &BookFacts<'_>, aim: usize, fragment: &str) -> String {
    const NAMED: &str =
        "headings are named by their text in lower case with hyphens, or by {#name}";
    let wanted = NearName::of(loosen(&percent_decode(fragment)), "");
    let all = 0..facts.count();
    // What is longer or shorter by whole words is the same heading sooner than another number is.
    let here = longer(facts, aim, &wanted).or_else(|| alike(facts, aim..=aim, &wanted));
    let elsewhere = || {
        let longer =
            all.clone().filter_map(|chapter| longer(facts, chapter, &wanted)).min();
        longer.or_else(|| alike(facts, all.clone(), &wanted))
    };
    let Some((_, chapter, id)) = here.or_else(elsewhere) else {
        return NAMED.replacen('h', "H", 1);
    };
    let path = facts.path(chapter).display();
    format!("The nearest is #{id} in {path}; {NAMED}")
}

/// A name that may have been meant: how far it is from the one that stands there, its chapter, its identifier.
type Meant<'a> = (usize, usize, &'a str);

/// The name of a chapter that begins as the wanted one does, or with which that begins.
fn longer<'a>(
    facts: &'a BookFacts<'_>,
    chapter: usize,
    wanted: &NearName,
) -> Option<Meant<'a>> {
    let (names, text) = (facts.names(chapter), &*wanted.loose);
    let from = |text: &str| names.partition_point(|name| &*name.loose < text);
    // Shorter than four letters is the beginning of too much.
    let begins = text.char_indices().skip(3).map(|(at, c)| &text[..at + c.len_utf8()]);
    let short = begins.clone().flat_map(|begin| {
        names[from(begin)..].iter().take_while(move |name| name.loose == begin)
    });
    let long = names[from(text)..].iter().take_while(|name| name.loose.starts_with(text));
    let long = long.filter(|_| begins.clone().next().is_some());
    let all = short.chain(long).map(|name| (name.longer(wanted), chapter, &*name.id));
    all.min()
}

/// The name of some chapters that is a slip of the wanted one, or another form of its words, not another heading
/// altogether.
fn alike<'a>(
    facts: &'a BookFacts<'_>,
    chapters: impl Iterator<Item = usize>,
    wanted: &NearName,
) -> Option<Meant<'a>> {
    let most = wanted.slip();
    let names = chapters
        .flat_map(|chapter| facts.names(chapter).iter().map(move |name| (chapter, name)));
    let near = names.filter(|(_, name)| name.least_distance(wanted) <= most).take(MOST);
    let measured = near.map(|(chapter, name)| {
        (distance(&wanted.loose, &name.loose), chapter, &*name.id)
    });
    measured.filter(|(distance, ..)| *distance <= most).min()
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
