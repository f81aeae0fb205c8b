//! How the table of contents looks as a page: chapters stand above their sections, and it is headed by what it is.
//!
//! The heading is "Contents", in the book's language. pandoc heads it with the
//! book's title, unless the author sets `toc-title`.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::words;
use crate::epub::{ContentDocument, LazyDocument, NodeId};

/// The class of a list of chapters that have sections.
pub(super) const SECTIONS: &str = "has-sections";

pub(super) fn apply(book: &mut UnfinishedBook, _: &FinishOptions, _: &mut FinishOutcome) {
    let UnfinishedBook { package, documents, .. } = book;
    let mut navs: Vec<&mut LazyDocument> =
        documents.0.iter_mut().filter(|document| document.has("nav")).collect();
    for document in &mut navs {
        mark_sections(document);
    }
    let lang = package.texts("language").into_iter().next().unwrap_or_default();
    let Some(name) = words::contents(&lang) else { return };
    let titles: Vec<String> =
        package.texts("title").iter().map(|one| plain(one)).collect();
    for document in navs {
        let tree = &document.tree;
        // As pandoc writes it, and nobody else.
        let Some(heading) = document.elements("h1").into_iter().find(|&node| {
            let parent = tree.parent(node).and_then(|parent| tree.name(parent));
            tree.attr(node, "id") == Some("toc-title") && parent == Some("nav")
        }) else {
            continue;
        };
        let text = plain(&tree.text(heading));
        if text.is_empty() || titles.contains(&text) {
            document.tree.set_text(heading, name);
            document.changed = true;
        }
    }
}

/// Marks a list of chapters that have sections.
fn mark_sections(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_toc = |&nav: &NodeId| {
        let types = tree.attr(nav, "epub:type").unwrap_or_default();
        types.split_ascii_whitespace().any(|one| one == "toc")
    };
    let navs = document.elements("nav").into_iter().filter(is_toc);
    let is_list = |&one: &NodeId| tree.name(one) == Some("ol");
    let lists = navs.filter_map(|nav| tree.children(nav).iter().copied().find(is_list));
    let has_sections = |&list: &NodeId| {
        !tree.has_class(list, SECTIONS)
            && tree.descendants(list).any(|one| one != list && is_list(&one))
    };
    let found: Vec<NodeId> = lists.filter(has_sections).collect();
    for list in found {
        let own = document.tree.attr(list, "class").map(|own| format!("{own} "));
        let class = own.unwrap_or_default() + SECTIONS;
        document.tree.set_attr(list, "class", class);
        document.changed = true;
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::{Epub, Package};

    #[test]
    fn chapters_with_sections_are_marked_once() {
        let of = |inside: &str| {
            let xml =
                format!("<nav epub:type=\"toc\"><ol class=\"toc\">{inside}</ol></nav>");
            let mut document = ContentDocument::of("nav.xhtml", &xml);
            mark_sections(&mut document);
            mark_sections(&mut document);
            document.tree.to_xml().contains("<ol class=\"toc has-sections\">")
        };
        assert!(of("<li>A<ol><li>B</li></ol></li>"));
        assert!(!of("<li>A</li>"));
    }

    #[test]
    fn contents_are_headed_in_the_language_of_the_book() {
        let of = |lang: &str, heading: &str| {
            let opf = format!(
                "<package><metadata><dc:title>The\nBook</dc:title><dc:language>{lang}\
                 </dc:language></metadata><manifest></manifest></package>"
            );
            let mut book =
                UnfinishedBook::new(Epub::empty("t.epub"), Package::parse(&opf).unwrap());
            let xml = format!("<body><nav>{heading}<ol></ol></nav></body>");
            book.documents.0.push(ContentDocument::of("nav.xhtml", &xml).into());
            apply(&mut book, &FinishOptions::default(), &mut FinishOutcome::default());
            let out = book.documents.0[0].tree.to_xml();
            out.replace("<body><nav>", "").replace("<ol></ol></nav></body>", "")
        };
        let heading = |text: &str| format!("<h1 id=\"toc-title\">{text}</h1>");
        assert_eq!(of("nl-BE", &heading("The Book")), heading("Inhoudsopgave"));
        assert_eq!(of("en", &heading("")), heading("Contents"));
        for (lang, kept) in [
            ("en", heading("What is in it")),
            ("tlh", heading("The Book")),
            ("en", "<h1>The Book</h1>".to_owned()),
        ] {
            assert_eq!(of(lang, &kept), kept);
        }
    }
}
