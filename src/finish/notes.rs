//! Notes that can be told apart and left again. pandoc 3 writes them without a number and without a way
//! back, for reading systems that show a note where its number is touched; in all others they stand
//! at the end of the chapter, and nobody knows which is which. pandoc 2 writes a list, which the former
//! do not know for notes. Both become the same.
//!
//! ```text
//! <aside epub:type="footnote" id="fn1"><p>A note.</p></aside>
//! becomes   <aside epub:type="footnote" id="fn1"><p><a href="#fnref1" class="footnote-number"
//!           role="doc-backlink">1</a> A note.</p></aside>
//! ```

use super::outcome::{DocumentOutcome, FinishOutcome};
use super::pass::{DocumentContext, FinishOptions, UnfinishedBook};
use crate::epub::dom::Kind;
use crate::epub::{ContentDocument, Document, NodeId, resolve};
use concfilter::settings::Notes;
use std::collections::BTreeMap;

/// The class of a note's number.
const NUMBER: &str = "footnote-number";

/// The class of pandoc's link back.
const BACK: &str = "footnote-back";

pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    _: &mut DocumentOutcome,
) {
    from_lists(document);
    number(document);
}

/// Puts the notes that pandoc 2 writes as items of a list into elements of their own.
fn from_lists(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_note = |node: NodeId| {
        tree.name(node) == Some("li") && tree.attr(node, "epub:type") == Some("footnote")
    };
    let is_list = |&list: &NodeId| {
        let mut items =
            tree.children(list).iter().filter(|&&one| tree.name(one).is_some());
        let in_notes =
            tree.parent(list).is_some_and(|one| tree.has_class(one, "footnotes"));
        in_notes && items.all(|&item| is_note(item))
    };
    let lists: Vec<NodeId> =
        document.elements("ol").into_iter().filter(is_list).collect();
    for list in lists {
        let tree = &mut document.tree;
        for item in tree.children(list).to_vec() {
            if tree.name(item).is_some() {
                tree.rename(item, "aside");
                without_way_back(tree, item);
            }
        }
        tree.unwrap(list);
        document.changed = true;
    }
}

/// Takes pandoc's link back out, which stands behind a note's last words.
fn without_way_back(tree: &mut Document, note: NodeId) {
    let is_back =
        |node: &NodeId| tree.name(*node) == Some("a") && tree.has_class(*node, BACK);
    if let Some(link) = tree.descendants(note).filter(is_back).last() {
        tree.detach(link);
    }
}

/// Puts its number before each note, as a link to where it is referred to.
fn number(document: &mut ContentDocument) {
    let references = references(&document.tree);
    for note in document.elements("aside") {
        let tree = &document.tree;
        let is_note = tree.attr(note, "epub:type") == Some("footnote");
        let id = tree.attr(note, "id").filter(|_| is_note);
        let Some((number, back)) = id.and_then(|id| references.get(id)) else { continue };
        let is_back = |node| tree.has_class(node, NUMBER) || tree.has_class(node, BACK);
        if !tree.descendants(note).any(is_back) {
            put(&mut document.tree, note, number, back);
            document.changed = true;
        }
    }
}

/// By the identifier of a note: its number, and where it is referred to.
fn references(tree: &Document) -> BTreeMap<String, (String, String)> {
    let links = tree.descendants(tree.root()).filter(|&node| {
        tree.name(node) == Some("a") && tree.has_class(node, "footnote-ref")
    });
    links
        .filter_map(|link| {
            let note = tree.attr(link, "href")?.strip_prefix('#')?.to_owned();
            let number = tree.text(link).trim().to_owned();
            Some((note, (number, tree.attr(link, "id")?.to_owned())))
        })
        .collect()
}

/// Numbers the notes through the whole book, in the order in which it is read, where the author wants that.
pub(super) fn through_book(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    if options.presentation.notes != Notes::Book {
        return;
    }
    let package_path = book.epub.package_path();
    let items = book.package.items();
    let path = |id: &str| {
        let item = items.iter().find(|item| item.id == id)?;
        resolve(package_path, &item.href)
    };
    let paths: Vec<String> = book.package.spine().into_iter().filter_map(path).collect();
    let mut last = 0;
    for path in paths {
        let documents = &mut book.documents.0;
        if let Some(document) = documents.iter_mut().find(|one| one.path == path) {
            last = renumber(document, last);
        }
    }
}

/// Numbers the notes of a document behind those before it; the last number.
fn renumber(document: &mut ContentDocument, mut last: usize) -> usize {
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    let mut links: Vec<(NodeId, String)> = Vec::new();
    let tree = &document.tree;
    let is_reference = |node: NodeId| tree.has_class(node, "footnote-ref");
    let all = document.elements("a").into_iter();
    for link in all.clone().filter(|&link| is_reference(link)) {
        let Some(note) = tree.attr(link, "href") else { continue };
        if tree.text(link).trim().parse::<usize>().is_err() {
            continue;
        }
        let number = numbers.entry(note.to_owned()).or_insert_with(|| {
            last += 1;
            last.to_string()
        });
        links.push((link, number.clone()));
    }
    for back in all.filter(|&link| tree.has_class(link, NUMBER)) {
        let id = tree.ancestors(back).find_map(|one| tree.attr(one, "id"));
        let number = id.and_then(|id| numbers.get(&format!("#{id}")));
        links.extend(number.map(|number| (back, number.clone())));
    }
    for (link, number) in links {
        // pandoc may set the number within the link higher.
        let tree = &mut document.tree;
        let inner = tree
            .descendants(link)
            .filter(|&one| tree.name(one).is_some())
            .last()
            .unwrap_or(link);
        if tree.text(inner) != number {
            tree.set_text(inner, &number);
            document.changed = true;
        }
    }
    last
}

fn put(tree: &mut Document, note: NodeId, number: &str, back: &str) {
    let href = format!("#{back}");
    let attrs = [("href", &*href), ("class", NUMBER), ("role", "doc-backlink")];
    let link = tree.create_element("a", &attrs);
    tree.set_text(link, number);
    let space = tree.create(Kind::Text(" ".to_owned()));
    let first = tree.children(note).iter().copied().find(
        |&one| !matches!(tree.kind(one), Kind::Text(text) if text.trim().is_empty()),
    );
    let parent = first.filter(|&one| tree.name(one) == Some("p")).unwrap_or(note);
    tree.insert(parent, 0, space);
    tree.insert(parent, 0, link);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(inside: &str) -> String {
        let text = "<p>x<a href=\"#fn1\" class=\"footnote-ref\" id=\"fnref1\">1</a></p>";
        let xml =
            format!("<body>{text}<section class=\"footnotes\">{inside}</section></body>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        from_lists(&mut document);
        number(&mut document);
        let once = document.tree.to_xml();
        document.changed = false;
        from_lists(&mut document);
        number(&mut document);
        assert_eq!((document.tree.to_xml(), document.changed), (once.clone(), false));
        let (_, out) = once.split_once("<section class=\"footnotes\">").unwrap();
        out.replace("</section></body>", "")
    }

    const LINK: &str =
        "<a href=\"#fnref1\" class=\"footnote-number\" role=\"doc-backlink\">1</a> ";

    #[test]
    fn a_note_has_its_number_and_a_way_back() {
        let note = |inside: &str| {
            format!("<aside epub:type=\"footnote\" id=\"fn1\">{inside}</aside>")
        };
        assert_eq!(
            applied(&note("\n<p>A.</p><p>B.</p>")),
            note(&format!("\n<p>{LINK}A.</p><p>B.</p>"))
        );
        assert_eq!(applied(&note("<pre>c</pre>")), note(&format!("{LINK}<pre>c</pre>")));
        // One that nothing refers to, and one of the author's.
        for own in [
            "<aside epub:type=\"footnote\" id=\"fn7\"><p>A.</p></aside>".to_owned(),
            "<aside id=\"fn1\"><p>A.</p></aside>".to_owned(),
            note("<p>A. <a class=\"footnote-back\" href=\"#fnref1\">back</a></p>"),
        ] {
            assert_eq!(applied(&own), own);
        }
    }

    #[test]
    fn notes_are_numbered_through_the_book_where_the_author_wants_that() {
        let chapter = |numbers: [usize; 2]| {
            let text: Vec<String> = numbers
                .iter()
                .enumerate()
                .map(|(at, number)| {
                    format!(
                        "<p>x<a href=\"#fn{at}\" class=\"footnote-ref\" id=\"r{at}\"><sup>{number}\
                         </sup></a></p><aside epub:type=\"footnote\" id=\"fn{at}\"><p><a \
                         href=\"#r{at}\" class=\"footnote-number\">{number}</a> A.</p></aside>"
                    )
                })
                .collect();
            format!("<body>{}</body>", text.concat())
        };
        let package = "<package><manifest><item id=\"b\" href=\"b.xhtml\" /><item id=\"a\" \
                       href=\"a.xhtml\" /></manifest><spine><itemref idref=\"a\" /><itemref \
                       idref=\"b\" /></spine></package>";
        let mut options = FinishOptions::default();
        for (notes, second) in [(Notes::Chapter, [1, 2]), (Notes::Book, [3, 4])] {
            options.presentation.notes = notes;
            let mut book = UnfinishedBook::new(
                crate::epub::Epub::empty("t.epub"),
                crate::epub::Package::parse(package).unwrap(),
            );
            for path in ["b.xhtml", "a.xhtml"] {
                let document = ContentDocument::of(path, &chapter([1, 2]));
                book.documents.0.push(document.into());
            }
            for _ in 0..2 {
                through_book(&mut book, &options, &mut FinishOutcome::default());
                let [b, a] = &book.documents.0[..] else { panic!() };
                assert_eq!(a.tree.to_xml(), chapter([1, 2]));
                assert_eq!(b.tree.to_xml(), chapter(second));
            }
        }
    }

    #[test]
    fn the_notes_of_a_list_become_the_same() {
        let back =
            "<a href=\"#fnref1\" class=\"footnote-back\" role=\"doc-backlink\">↩︎</a>";
        let list = format!(
            "<ol start=\"1\">\n<li id=\"fn1\" epub:type=\"footnote\"><p>A.{back}</p></li>\n</ol>"
        );
        assert_eq!(
            applied(&list),
            format!(
                "\n<aside id=\"fn1\" epub:type=\"footnote\"><p>{LINK}A.</p></aside>\n"
            )
        );
        let other = "<ol><li><p>x</p></li></ol>";
        assert_eq!(applied(other), other);
    }
}
