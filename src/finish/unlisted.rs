//! Headings that the table of contents lacks. pandoc lists those of which it makes sections: not the
//! headings in quotations, lists and raw HTML, and from 3.0 on none of a division that holds several.

use super::contents::{label, targets};
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::dom::{Document, NodeId};
use crate::epub::{ContentDocument, LazyDocument, resolve};
use crate::finding::{Code, Finding};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    let Some(depth) = options.contents_depth else { return };
    let items = package.items();
    let nav = items.iter().find(|item| item.properties.iter().any(|one| one == "nav"));
    let nav = nav.and_then(|item| resolve(epub.package_path(), &item.href));
    let nav = nav.as_deref().and_then(|path| documents.get(path));
    let Some(listed) = nav.map(|nav| targets(nav)) else { return };
    let nav = nav.map(|nav| &*nav.path);
    let of_document = |document: &LazyDocument| {
        if Some(&*document.path) == nav || is_title_page(document) {
            return Vec::new();
        }
        let within = format!("{}#", document.path);
        let ids = listed.range(within.clone()..);
        let ids: BTreeSet<&str> =
            ids.map_while(|one| one.strip_prefix(&*within)).collect();
        let given = format!("{depth} {ids:?}");
        let all: Vec<UnlistedHeading> =
            document.fact("unlisted", given, |document| unlisted(document, depth, &ids));
        let finding = |one: UnlistedHeading| {
            let place = epub.place_at(&document.path, one.offset);
            let words = one.words;
            let message =
                format!("the heading \"{words}\" is missing from the table of contents");
            Finding::new(Code::HeadingUnlisted, place, message).hint(one.hint)
        };
        all.into_iter().map(finding).collect()
    };
    let found: Vec<Finding> = documents.0.par_iter().flat_map_iter(of_document).collect();
    outcome.findings.extend(found);
}

/// A heading that the table of contents lacks.
#[derive(Debug, Serialize, Deserialize)]
struct UnlistedHeading {
    offset: usize,
    words: String,
    /// What the author can do.
    hint: Cow<'static, str>,
}

/// The headings of a document down to a level that no entry leads to; `ids` are where entries lead in it.
fn unlisted(
    document: &ContentDocument,
    depth: u32,
    ids: &BTreeSet<&str>,
) -> Vec<UnlistedHeading> {
    let tree = &document.tree;
    let is_target = |id: &str| ids.contains(id);
    let is_wanted =
        |&node: &NodeId| tree.heading_level(node).is_some_and(|level| level <= depth);
    tree.descendants(tree.root())
        .filter(is_wanted)
        .filter(|&node| !is_listed(tree, node, &is_target))
        .map(|node| UnlistedHeading {
            offset: tree.offset(node),
            words: label(tree, node),
            hint: hint(tree, node).into(),
        })
        .filter(|one| !one.words.is_empty())
        .collect()
}

/// Whether a document has the title that pandoc makes of the metadata.
pub(super) fn is_title_page(document: &LazyDocument) -> bool {
    document.fact("title-page", "", |document| {
        let tree = &document.tree;
        tree.descendants(tree.root()).any(|node| {
            tree.attr(node, "epub:type").is_some_and(|types| {
                let mut types = types.split_ascii_whitespace();
                types.any(|one| matches!(one, "titlepage" | "cover"))
            })
        })
    })
}

/// Whether an entry leads to a heading or to its section, or the author wants none to.
fn is_listed(tree: &Document, heading: NodeId, is_target: &dyn Fn(&str) -> bool) -> bool {
    let section = tree.parent(heading).filter(|&parent| {
        let first = tree.children(parent).iter().find(|&&one| tree.name(one).is_some());
        first == Some(&heading)
    });
    [Some(heading), section].into_iter().flatten().any(|node| {
        tree.has_class(node, "unlisted") || tree.attr(node, "id").is_some_and(is_target)
    })
}

/// What the author can do, by what stands around a heading.
fn hint(tree: &Document, heading: NodeId) -> &'static str {
    let mut around = tree.ancestors(heading).filter_map(|node| tree.name(node));
    let is_plain = |name: &&str| !matches!(*name, "section" | "body" | "html");
    match around.find(is_plain) {
        Some("div") => {
            "pandoc lists no heading of a division with several: put a division around each \
             section, or say {.unlisted}"
        }
        Some("blockquote" | "li" | "dd" | "td" | "th" | "aside") => {
            "pandoc lists only headings that stand by themselves; if it is none, make it bold \
             text, else take it out of what is around it, or say {.unlisted}"
        }
        _ => {
            "pandoc does not list headings of raw HTML: write it as Markdown, or give it \
             class=\"unlisted\""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::{ContentDocument, Epub, Package};

    const OPF: &str = "<package><manifest><item id=\"n\" href=\"nav.xhtml\" \
        media-type=\"application/xhtml+xml\" properties=\"nav\" /></manifest></package>";

    #[test]
    fn headings_without_an_entry_are_told() {
        let nav = "<html><nav epub:type=\"toc\"><h1>Contents</h1><ol><li><a href=\"a.xhtml#x\">X\
                   </a></li><li><a href=\"a.xhtml#%C3%A4\">Y</a></li></ol></nav></html>";
        let text = "<body><section id=\"x\"><h1>X</h1><h2 id=\"ä\">Y</h2><div><h2 id=\"z\">Z\
                    </h2></div><h2 class=\"unlisted\">U</h2><h3>deep</h3></section></body>";
        let mut book =
            UnfinishedBook::new(Epub::empty("t.epub"), Package::parse(OPF).unwrap());
        let all = [("nav.xhtml", nav), ("a.xhtml", text)];
        book.documents
            .0
            .extend(all.map(|(path, text)| ContentDocument::of(path, text).into()));
        let mut outcome = FinishOutcome::default();
        let options =
            FinishOptions { contents_depth: Some(2), ..FinishOptions::default() };
        apply(&mut book, &options, &mut outcome);
        let [finding] = &outcome.findings[..] else { panic!("{:?}", outcome.findings) };
        assert!(finding.message.contains("\"Z\""), "{finding}");
        apply(&mut book, &FinishOptions::default(), &mut outcome);
        assert_eq!(outcome.findings.len(), 1, "of a foreign book nobody knows the depth");
    }
}
