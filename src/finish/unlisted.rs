//! Headings that the table of contents lacks. pandoc lists those of which it makes sections: not the
//! headings in quotations, lists and raw HTML, and from 3.0 on none of a division that holds several.

use super::contents::{label, targets};
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::dom::{Document, NodeId};
use crate::epub::{ContentDocument, resolve};
use crate::finding::{Code, Finding};
use rayon::prelude::*;

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
    let Some(listed) = nav.as_deref().and_then(|path| documents.get(path)).map(targets)
    else {
        return;
    };
    let of_document = |document: &ContentDocument| {
        let mut found = Vec::new();
        if Some(&document.path) == nav.as_ref() || is_title_page(&document.tree) {
            return found;
        }
        let tree = &document.tree;
        let is_target = |id: &str| listed.contains(&format!("{}#{id}", document.path));
        for node in tree.descendants(tree.root()) {
            let is_wanted = tree.heading_level(node).is_some_and(|level| level <= depth);
            if !is_wanted || is_listed(tree, node, &is_target) {
                continue;
            }
            let words = label(tree, node);
            if words.is_empty() {
                continue;
            }
            let place = epub.place_at(&document.path, tree.offset(node));
            let message =
                format!("the heading \"{words}\" is missing from the table of contents");
            let finding = Finding::new(Code::HeadingUnlisted, place, message);
            found.push(finding.hint(hint(tree, node)));
        }
        found
    };
    let found: Vec<Finding> = documents.0.par_iter().flat_map_iter(of_document).collect();
    outcome.findings.extend(found);
}

/// Whether a document has the title that pandoc makes of the metadata.
pub(super) fn is_title_page(tree: &Document) -> bool {
    tree.descendants(tree.root()).any(|node| {
        tree.attr(node, "epub:type").is_some_and(|types| {
            types.split_ascii_whitespace().any(|one| matches!(one, "titlepage" | "cover"))
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
        book.documents.0.extend(all.map(|(path, text)| ContentDocument::of(path, text)));
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
