//! The reader's way back: each chapter ends with a link at which an error is told of, where the author says
//! where. It knows the chapter, the edition and the version, so that nobody has to write these down.
//!
//! ```text
//! <p class="report"><a href="https://…/issues/new?title=…&amp;body=…">Report an error in this chapter</a></p>
//! ```

use super::modified::timestamp;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::unlisted::is_title_page;
use super::words;
use crate::epub::{ContentDocument, NodeId, resolve};
use rayon::prelude::*;

/// The class of what is added, by which a second run knows it.
const CLASS: &str = "report";

/// A longer heading would make an address that is cut off somewhere.
const LONGEST: usize = 120;

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let texts = |name| book.package.texts(name).into_iter().next().unwrap_or_default();
    let (title, lang) = (texts("title"), texts("language"));
    let pages = pages(book);
    let mut chapter = String::new();
    for (number, page) in pages.iter().enumerate() {
        if let Some(heading) = &page.heading {
            chapter.clone_from(heading);
        }
        let is_last = pages.get(number + 1).is_none_or(|next| next.heading.is_some());
        let document = &mut book.documents.0[page.document];
        if !is_last || chapter.is_empty() || page.has_report {
            continue;
        }
        let short: String = chapter.chars().take(LONGEST).collect();
        let body = about(&title, &short, options);
        if let Some(url) = options.repository.report(&format!("{short}: "), &body) {
            let (chapter, lang) = (chapter.clone(), lang.clone());
            let given = format!("{:?}", (&url, &chapter, &lang));
            document.change("report", given, move |document| {
                add(document, (&url, &chapter), &lang);
            });
        }
    }
}

/// What a report begins with: the book, the chapter, the edition, the version.
fn about(title: &str, chapter: &str, options: &FinishOptions) -> String {
    let day = options.modified.map(timestamp);
    let day = day.as_deref().and_then(|time| time.split('T').next());
    let parts = [
        Some(title),
        options.book_edition.as_deref(),
        Some(chapter),
        Some(options.presentation.edition.name()),
        day,
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    format!("{}\n\n", parts.join(" · "))
}

/// A document of the text.
struct ReportedPage {
    document: usize,
    /// The heading of the chapter that begins in it.
    heading: Option<String>,
    /// Whether the link is there.
    has_report: bool,
}

/// The documents of the text in reading order.
fn pages(book: &UnfinishedBook) -> Vec<ReportedPage> {
    let items = book.package.items();
    let path = |id: &str| {
        let item = items.iter().find(|item| item.id == id)?;
        resolve(book.epub.package_path(), &item.href)
    };
    let spine = book.package.spine().into_iter().filter_map(path);
    let at = |path: String| book.documents.0.iter().position(|one| one.path == path);
    let numbers: Vec<usize> = spine.filter_map(at).collect();
    numbers.into_par_iter().filter_map(|number| page(book, number)).collect()
}

fn page(book: &UnfinishedBook, number: usize) -> Option<ReportedPage> {
    let document = &book.documents.0[number];
    if is_title_page(document) {
        return None;
    }
    let (heading, has_report) = document.fact("report", "", |document| {
        section(document).map(|_| (heading(document), has_report(document)))
    })?;
    Some(ReportedPage { document: number, heading, has_report })
}

/// The last section of the text that stands in no other.
fn section(document: &ContentDocument) -> Option<NodeId> {
    let tree = &document.tree;
    let body = document.find("body")?;
    let is_text = |&node: &NodeId| {
        let level = |class: &str| class.starts_with("level");
        tree.name(node) == Some("section")
            && tree.classes(node).any(level)
            && !tree.has_class(node, super::sample::CLASS)
    };
    let mut own = tree.children(body).iter().copied();
    own.rfind(is_text)
}

/// The heading of the chapter that begins in a document.
fn heading(document: &ContentDocument) -> Option<String> {
    let tree = &document.tree;
    let is_chapter = |&node: &NodeId| tree.has_class(node, "level1");
    let chapter = document.elements("section").into_iter().rfind(is_chapter);
    let mut inner = tree.descendants(chapter?);
    let heading = inner.find(|&one| tree.heading_level(one).is_some());
    heading.map(|node| tree.label(node))
}

/// Whether the link is there already.
fn has_report(document: &ContentDocument) -> bool {
    let tree = &document.tree;
    document.elements("p").into_iter().any(|node| tree.has_class(node, CLASS))
}

fn add(document: &mut ContentDocument, (url, chapter): (&str, &str), lang: &str) {
    let Some(section) = section(document) else { return };
    let (words, own) = words::report(lang);
    let tree = &mut document.tree;
    let line = tree.create_element("p", &[("class", CLASS)]);
    let label = format!("{words}: {chapter}");
    let link = tree.create_element("a", &[("href", url), ("aria-label", &label)]);
    tree.set_text(link, words);
    for key in ["lang", "xml:lang"].into_iter().filter(|_| !own.is_empty()) {
        tree.set_attr(link, key, own);
    }
    tree.append(line, link);
    tree.append(section, line);
    document.changed = true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::{Epub, Package};
    use crate::project::Repository;
    use concfilter::settings::Source;

    const OPF: &str = "<package><metadata><dc:title>B</dc:title><dc:language>de</dc:language>\
        </metadata><manifest><item id=\"t\" href=\"t.xhtml\" /><item id=\"a\" href=\"a.xhtml\" />\
        <item id=\"b\" href=\"b.xhtml\" /><item id=\"c\" href=\"c.xhtml\" /></manifest><spine>\
        <itemref idref=\"t\" /><itemref idref=\"a\" /><itemref idref=\"b\" /><itemref idref=\"c\" />\
        </spine></package>";

    #[test]
    fn a_chapter_ends_with_a_link_wherever_its_documents_end() {
        let mut book =
            UnfinishedBook::new(Epub::empty("t.epub"), Package::parse(OPF).unwrap());
        let title = "<body><section class=\"level1\" epub:type=\"titlepage\"><h1>B</h1></section></body>";
        let notes = "<section class=\"footnotes\"><p>n</p></section>";
        let all = [
            ("t.xhtml", title.to_owned()),
            ("a.xhtml", "<body><section class=\"level1\"><h1>A&amp;<i>a</i></h1></section></body>".to_owned()),
            ("b.xhtml", format!("<body><section class=\"level2\"><h2>x</h2></section>{notes}</body>")),
            ("c.xhtml", "<body><section class=\"level1\"><h1>C</h1></section></body>".to_owned()),
        ];
        let all = all.map(|(path, text)| ContentDocument::of(path, &text));
        book.documents.0.extend(all.map(Into::into));
        let whole = |book: &UnfinishedBook| -> Vec<String> {
            book.documents.0.iter().map(|one| one.tree.to_xml()).collect()
        };
        let before = whole(&book);
        let mut options = FinishOptions { modified: Some(0), ..FinishOptions::default() };
        apply(&mut book, &options, &mut FinishOutcome::default());
        assert_eq!(whole(&book), before, "where nobody says where");
        let source = Some("https://github.com/me/b".to_owned());
        options.repository =
            Repository::of(&Source { repository: source, ..Source::default() });
        for _ in 0..2 {
            apply(&mut book, &options, &mut FinishOutcome::default());
            let after = whole(&book);
            assert_eq!(after[..2], before[..2]);
            assert!(after[2].contains(
                "<p class=\"report\"><a href=\"https://github.com/me/b/issues/new?title=A%26a%3A%20\
                 &amp;body=B%20%C2%B7%20A%26a%20%C2%B7%20color%20%C2%B7%201970-01-01%0A%0A\" \
                 aria-label=\"Fehler in diesem Kapitel melden: A&amp;a\">Fehler in diesem Kapitel \
                 melden</a></p></section><section class=\"footnotes\">"
            ), "{}", after[2]);
            assert_eq!(after[3].matches("class=\"report\"").count(), 1);
        }
    }
}
