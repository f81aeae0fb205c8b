//! The page that ends a sample: what it is of, where the whole book is to be had, what is in it besides.

use super::super::contents::{children, list_of_nav};
use super::super::contents_title::SECTIONS;
use super::super::words;
use super::LeftOut;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::{ContentDocument, LazyDocument, relative, resolve};
use crate::finish::pass::{SampleOptions, UnfinishedBook};
use crate::reference::valid_url;

/// The page's file, beside the table of contents, and the identifier of its section.
const FILE: &str = "sample-end.xhtml";
const ID: &str = "sample-end";

/// Adds the page at the end of the book, and its entry to the table of contents.
pub(super) fn add(book: &mut UnfinishedBook, sample: &SampleOptions, left_out: &LeftOut) {
    let is_nav = |one: &&LazyDocument| list_of_nav(&one.tree).is_some();
    let Some(nav) = book.documents.0.iter().find(is_nav) else { return };
    let (nav_path, mut page) = (nav.path.clone(), ContentDocument::clone(nav));
    page.path = relative_file(&nav_path);
    page.changed = true;
    let lang = book.package.texts("language").into_iter().next().unwrap_or_default();
    let words = words::sample(&lang);
    let title = book.package.texts("title").into_iter().next().unwrap_or_default();
    fill(&mut page, (words, &title), sample.link.as_deref(), (&nav_path, left_out));
    let package_path = book.epub.package_path().to_owned();
    let href = relative(&package_path, &page.path);
    book.epub.put(&page.path, page.tree.to_xml().into_bytes());
    book.package.add_item(ID, &href, "application/xhtml+xml");
    append_to_spine(book, &page.path);
    if let Some(nav) = book.documents.0.iter_mut().find(|one| one.path == nav_path) {
        enter(nav, &page.path, words.end);
    }
    book.documents.0.push(page.into());
}

fn relative_file(nav: &str) -> String {
    nav.rsplit_once('/')
        .map_or_else(|| FILE.to_owned(), |(dir, _)| format!("{dir}/{FILE}"))
}

/// Makes the page of a copy of the table of contents, which has its stylesheets and its entries.
fn fill(
    page: &mut ContentDocument,
    (words, title): (words::SampleWords, &str),
    link: Option<&str>,
    (nav_path, left_out): (&str, &LeftOut),
) {
    let Some(list) = list_of_nav(&page.tree) else { return };
    let Some(body) = page.find("body") else { return };
    if let Some(node) = page.find("title") {
        page.tree.set_text(node, words.end);
    }
    let tree = &mut page.tree;
    let has_entries = keep(tree, list, nav_path, left_out);
    shorten(tree, list);
    let attrs = [("id", ID), ("class", "level1 unnumbered sample-end")];
    let section = tree.create_element("section", &attrs);
    let heading = element(tree, section, "h1", "unnumbered");
    set_words(tree, heading, words, words.end);
    let of = element(tree, section, "p", "sample-of");
    let cite = tree.create_element("cite", &[]);
    tree.set_text(cite, title);
    tree.append(of, cite);
    if let Some(url) = link.and_then(valid_url) {
        let line = element(tree, section, "p", "sample-link");
        let link = tree.create_element("a", &[("href", &*url)]);
        set_words(tree, link, words, words.link);
        tree.append(line, link);
    }
    if has_entries {
        let heading = element(tree, section, "h2", "unnumbered unlisted");
        set_words(tree, heading, words, words.rest);
        let around = element(tree, section, "div", "left-out");
        tree.append(around, list);
    }
    tree.set_children(body, vec![section]);
    tree.set_attr(body, "epub:type", "backmatter");
}

/// Lets a node have words of ours, which may be in another language than the book.
fn set_words(tree: &mut Document, node: NodeId, words: words::SampleWords, text: &str) {
    tree.set_text(node, text);
    if !words.lang.is_empty() {
        for key in ["lang", "xml:lang"] {
            tree.set_attr(node, key, words.lang);
        }
        tree.set_attr(node, "dir", "ltr");
    }
}

fn element(tree: &mut Document, parent: NodeId, name: &str, class: &str) -> NodeId {
    let node = tree.create_element(name, &[("class", class)]);
    let line = tree.create(Kind::Text("\n".to_owned()));
    tree.append(parent, line);
    tree.append(parent, node);
    node
}

/// Leaves the entries of a list that are left out, and those that they stand below, as words; whether there
/// are any.
fn keep(tree: &mut Document, list: NodeId, nav: &str, left_out: &LeftOut) -> bool {
    tree.remove_attr(list, "id");
    let mut any = false;
    for item in children(tree, list, "li").collect::<Vec<_>>() {
        let inner = children(tree, item, "ol").next();
        let is_list = inner.is_some_and(|inner| keep(tree, inner, nav, left_out));
        let link = children(tree, item, "a").next();
        let href = link.and_then(|link| tree.attr(link, "href"));
        let is_gone = href.is_some_and(|href| left_out.has(nav, href));
        if !is_list && !is_gone {
            tree.detach(item);
            continue;
        }
        any = true;
        tree.remove_attr(item, "id");
        if let Some(link) = link {
            tree.rename(link, "span");
            for key in ["href", "id", "epub:type", "role"] {
                tree.remove_attr(link, key);
            }
        }
        if let Some(inner) = inner.filter(|_| !is_list) {
            tree.detach(inner);
        }
    }
    any
}

/// How many titles a reader looks through, and how many say too little.
const MOST: usize = 60;
const FEW: usize = 12;

/// Keeps the upper levels of a list that is longer than anybody reads, and lets chapters with sections stand out.
fn shorten(tree: &mut Document, list: NodeId) {
    let mut level = vec![list];
    let mut shown = 0;
    loop {
        let items: Vec<NodeId> =
            level.iter().flat_map(|&one| children(tree, one, "li")).collect();
        let below: Vec<NodeId> =
            items.iter().flat_map(|&one| children(tree, one, "ol")).collect();
        shown += items.len();
        let number: usize =
            below.iter().map(|&one| children(tree, one, "li").count()).sum();
        if below.is_empty() {
            break;
        }
        if shown + number > MOST && shown >= FEW {
            below.into_iter().for_each(|one| tree.detach(one));
            break;
        }
        let own = tree.attr(list, "class").map(|own| format!("{own} "));
        if !tree.has_class(list, SECTIONS) {
            tree.set_attr(list, "class", own.unwrap_or_default() + SECTIONS);
        }
        level = below;
    }
    if !tree.descendants(list).any(|one| one != list && tree.name(one) == Some("ol")) {
        let classes: Vec<&str> =
            tree.classes(list).filter(|&class| class != SECTIONS).collect();
        let classes = classes.join(" ");
        tree.set_attr(list, "class", classes);
    }
}

fn append_to_spine(book: &mut UnfinishedBook, path: &str) {
    let items = book.package.items();
    let package_path = book.epub.package_path();
    let is_it = |href: &str| resolve(package_path, href).is_some_and(|own| own == path);
    let Some(item) = items.iter().find(|item| is_it(&item.href)) else { return };
    let Some(spine) = book.package.elements("spine").into_iter().next() else { return };
    let tree = book.package.document_mut();
    let entry = tree.create_element("itemref", &[("idref", &item.id)]);
    let line = tree.create(Kind::Text("\n    ".to_owned()));
    tree.append(spine, line);
    tree.append(spine, entry);
}

/// Gives the page an entry at the end of the table of contents.
fn enter(nav: &mut ContentDocument, path: &str, name: &str) {
    let Some(list) = list_of_nav(&nav.tree) else { return };
    let href = format!("{}#{ID}", relative(&nav.path, path));
    let tree = &mut nav.tree;
    let item = tree.create_element("li", &[]);
    let link = tree.create_element("a", &[("href", &*href)]);
    tree.set_text(link, name);
    tree.append(item, link);
    tree.append(list, item);
    nav.changed = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of chapters with as many sections each, shortened: how many titles it has, and its class.
    fn shortened(chapters: usize, sections: usize) -> (usize, String) {
        let inside = "<li><span>s</span></li>".repeat(sections);
        let inner =
            if sections > 0 { format!("<ol>{inside}</ol>") } else { String::new() };
        let chapter = format!("<li><span>c</span>{inner}</li>");
        let text = format!("<ol class=\"toc\">{}</ol>", chapter.repeat(chapters));
        let mut tree = Document::parse(&text).unwrap();
        let list = tree.root_element().unwrap();
        shorten(&mut tree, list);
        let class = tree.attr(list, "class").unwrap_or_default().to_owned();
        (tree.to_xml().matches("<li>").count(), class)
    }

    #[test]
    fn a_long_list_has_chapters_alone() {
        let whole = "toc has-sections".to_owned();
        assert_eq!(shortened(10, 3), (40, whole.clone()));
        assert_eq!(shortened(38, 8), (38, "toc".to_owned()));
        assert_eq!(shortened(200, 0), (200, "toc".to_owned()));
        // Four parts say too little.
        assert_eq!(shortened(4, 20), (84, whole));
    }
}
