//! Where the sample ends, and what stands behind that.

use super::super::unlisted::is_title_page;
use super::{LeftOut, Position};
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::{ContentDocument, LazyDocument, resolve};
use crate::finding::{Code, Finding, Subject};
use crate::finish::pass::UnfinishedBook;
use std::collections::BTreeSet;

/// What the author writes where the sample ends, as a comment in a chapter.
const MARK: &str = "concbook: sample ends";

/// The author's mark.
pub(super) fn marked(book: &UnfinishedBook, order: &[usize]) -> Option<Position> {
    order.iter().find_map(|&at| {
        let tree = &book.documents.0[at].tree;
        let is_mark = |node: &NodeId| {
            matches!(tree.kind(*node), Kind::Comment(text) if is_mark(text))
        };
        Some((at, tree.descendants(tree.root()).find(is_mark)?))
    })
}

/// Comments that speak to us and are no mark.
pub(super) fn unknown(book: &UnfinishedBook) -> Vec<Finding> {
    let mut found = Vec::new();
    for document in &book.documents.0 {
        let tree = &document.tree;
        for node in tree.descendants(tree.root()) {
            let Kind::Comment(text) = tree.kind(node) else { continue };
            if !text.trim_start().starts_with("concbook:") || is_mark(text) {
                continue;
            }
            let place = book.epub.place_at(&document.path, tree.offset(node));
            let message = format!("the comment <!--{text}--> means nothing");
            let hint = format!("A sample ends at <!-- {MARK} -->");
            let finding = Finding::new(Code::SampleMark, place, message).hint(hint);
            found.push(finding.about(Subject::Written(format!("<!--{text}-->"))));
        }
    }
    found
}

fn is_mark(comment: &str) -> bool {
    let words: Vec<&str> = comment.split_whitespace().collect();
    words.join(" ").eq_ignore_ascii_case(MARK)
}

/// The chapters that are counted: sections of the highest level that has several. Those without a number,
/// as a preface, count where none has one.
pub(super) fn chapters(book: &UnfinishedBook, order: &[usize]) -> Vec<Position> {
    let mut found = Vec::new();
    for with_unnumbered in [false, true] {
        for level in 1..=3 {
            found = sections(book, order, level, with_unnumbered);
            if found.len() > 1 {
                return found;
            }
        }
    }
    found
}

fn sections(
    book: &UnfinishedBook,
    order: &[usize],
    level: usize,
    with_unnumbered: bool,
) -> Vec<Position> {
    let class = format!("level{level}");
    let mut found = Vec::new();
    for &at in order {
        let document = &book.documents.0[at];
        let tree = &document.tree;
        if is_around_the_text(document) {
            continue;
        }
        let is_one = |node: &NodeId| {
            tree.has_class(*node, &class)
                && (with_unnumbered || !tree.has_class(*node, "unnumbered"))
                && !tree.has_class(*node, "part")
                && !has_type(tree, *node, "part")
        };
        let all = document.elements("section").into_iter().filter(is_one);
        found.extend(all.map(|node| (at, node)));
    }
    found
}

/// Whether a document is no part of the text: the table of contents, the title page, what pandoc takes for
/// front or back matter.
fn is_around_the_text(document: &LazyDocument) -> bool {
    let tree = &document.tree;
    let body = document.find("body");
    let is = |name| body.is_some_and(|body| has_type(tree, body, name));
    is("frontmatter") || is("backmatter") || is_title_page(document) || is_nav(document)
}

fn is_nav(document: &ContentDocument) -> bool {
    let tree = &document.tree;
    document.elements("nav").into_iter().any(|nav| has_type(tree, nav, "toc"))
}

fn has_type(tree: &Document, node: NodeId, name: &str) -> bool {
    let types = tree.attr(node, "epub:type").unwrap_or_default();
    types.split_ascii_whitespace().any(|one| one == name)
}

/// Takes out all that stands behind a node: in its document, and the documents after it.
pub(super) fn behind(
    book: &mut UnfinishedBook,
    order: &[usize],
    end: Position,
) -> LeftOut {
    let (at, node) = end;
    let last = order.iter().position(|&one| one == at).unwrap_or_default();
    let mut gone: BTreeSet<usize> = order[last + 1..].iter().copied().collect();
    gone.retain(|&one| !is_nav(&book.documents.0[one]));
    let document = &mut book.documents.0[at];
    let ids_before = ids(document);
    prune(document, node);
    notes(document);
    if is_empty(document) {
        gone.insert(at);
    }
    let ids_after = ids(document);
    let path = document.path.clone();
    let mut cut: BTreeSet<(String, String)> =
        ids_before.difference(&ids_after).map(|id| (path.clone(), id.clone())).collect();
    let mut all: BTreeSet<String> = cut.iter().map(|(_, id)| id.clone()).collect();
    let mut documents = BTreeSet::new();
    for &one in gone.iter().rev() {
        let document = book.documents.0.remove(one);
        all.extend(ids(&document));
        documents.insert(document.path);
    }
    if documents.contains(&path) {
        cut.clear();
    }
    for document in &book.documents.0 {
        ids(document).iter().for_each(|id| {
            all.remove(id);
        });
    }
    forget(book, &documents);
    LeftOut { documents, ids: all, cut }
}

/// Takes out what follows a node, but for the notes of the document; a mark goes itself.
fn prune(document: &mut ContentDocument, node: NodeId) {
    let mut inner = node;
    while let Some(parent) = document.tree.parent(inner) {
        let tree = &document.tree;
        let children = tree.children(parent);
        let from = children.iter().position(|&one| one == inner).unwrap_or_default();
        let later: Vec<NodeId> = children[from + 1..]
            .iter()
            .copied()
            .filter(|&one| !is_blank(tree, one) && !holds_notes(document, one))
            .collect();
        for one in later {
            document.tree.detach(one);
        }
        inner = parent;
    }
    if matches!(document.tree.kind(node), Kind::Comment(_)) {
        document.tree.detach(node);
    }
    document.changed = true;
}

fn is_blank(tree: &Document, node: NodeId) -> bool {
    matches!(tree.kind(node), Kind::Text(text) if text.trim().is_empty())
}

fn is_note(tree: &Document, node: NodeId) -> bool {
    ["footnote", "endnote", "rearnote"].iter().any(|name| has_type(tree, node, name))
}

/// Whether an element is a note, or what pandoc gathers them in.
fn holds_notes(document: &ContentDocument, node: NodeId) -> bool {
    let tree = &document.tree;
    is_note(tree, node)
        || tree.has_class(node, "footnotes")
        || ["footnotes", "endnotes"].iter().any(|name| has_type(tree, node, name))
}

/// Takes out the notes that nothing refers to any more.
fn notes(document: &mut ContentDocument) {
    let tree = &document.tree;
    let references: BTreeSet<String> = document
        .elements("a")
        .into_iter()
        .filter(|&link| !tree.ancestors(link).any(|one| is_note(tree, one)))
        .filter_map(|link| Some(tree.attr(link, "href")?.split_once('#')?.1.to_owned()))
        .collect();
    let is_used = |node| tree.attr(node, "id").is_some_and(|id| references.contains(id));
    let all: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let unused: Vec<NodeId> =
        all.iter().copied().filter(|&one| is_note(tree, one) && !is_used(one)).collect();
    let holders: Vec<NodeId> = all
        .into_iter()
        .filter(|&one| !is_note(tree, one) && holds_notes(document, one))
        .collect();
    for note in unused {
        document.remove(note);
    }
    for holder in holders {
        let tree = &document.tree;
        if !tree.descendants(holder).any(|one| is_note(tree, one)) {
            document.remove(holder);
        }
    }
}

/// Whether a document shows nothing: the mark stood before all that it has.
fn is_empty(document: &ContentDocument) -> bool {
    let tree = &document.tree;
    let Some(body) = document.find("body") else { return true };
    let shows = |node: NodeId| match tree.kind(node) {
        Kind::Text(text) => !text.trim().is_empty(),
        _ => matches!(
            tree.local_name(node),
            Some("img" | "svg" | "math" | "audio" | "video" | "object")
        ),
    };
    !tree.descendants(body).any(shows)
}

fn ids(document: &ContentDocument) -> BTreeSet<String> {
    let tree = &document.tree;
    let all = tree.descendants(tree.root()).filter_map(|node| tree.attr(node, "id"));
    all.map(str::to_owned).collect()
}

/// Takes documents out of the container and the package document.
fn forget(book: &mut UnfinishedBook, paths: &BTreeSet<String>) {
    let package_path = book.epub.package_path().to_owned();
    for path in paths {
        book.epub.remove(path);
    }
    let is_gone = |href: &str| {
        resolve(&package_path, href).is_some_and(|path| paths.contains(&path))
    };
    let gone: Vec<_> =
        book.package.items().into_iter().filter(|item| is_gone(&item.href)).collect();
    let tree = book.package.document();
    let named: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(|&node| {
            let id = tree.attr(node, "idref");
            let is_reference = tree.local_name(node) == Some("reference")
                && tree.attr(node, "href").is_some_and(is_gone);
            is_reference || id.is_some_and(|id| gone.iter().any(|item| item.id == id))
        })
        .collect();
    let tree = book.package.document_mut();
    for node in named.into_iter().chain(gone.iter().map(|item| item.node)) {
        tree.detach(node);
    }
}
