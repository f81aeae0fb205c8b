//! The two tables of contents in step: `toc.ncx`, which old reading systems show, says what the
//! navigation document says (EPUB 3.3, section 5.9; OPF 2.0.1, section 2.4.1).

use super::Repair;
use super::cover::titled;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::unlisted::is_title_page;
use crate::epub::{
    ContentDocument, ContentDocuments, Document, NodeId, Package, percent_decode,
    relative, resolve,
};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// An entry of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ContentsEntry {
    label: String,
    /// The path in the container, with the fragment.
    target: String,
    entries: Vec<ContentsEntry>,
}

pub(super) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    let items = package.items();
    let path = |is: &dyn Fn(&crate::epub::Item) -> bool| {
        let item = items.iter().find(|item| is(item))?;
        resolve(epub.package_path(), &item.href)
    };
    let nav = path(&|item| item.properties.iter().any(|one| one == "nav"));
    let ncx = path(&|item| item.media_type == "application/x-dtbncx+xml");
    let Some(nav) = nav else { return };
    name_documents(package, documents, &nav);
    if name_entries(documents, &nav) {
        outcome.repairs.add(Repair::Contents, 1);
    }
    let Some(ncx) = ncx else { return };
    let Some(nav) = documents.get(&nav) else { return };
    let Ok(mut tree) = epub.document(&ncx) else { return };
    let wanted = entries_of_nav(nav);
    let Some(map) = named(&tree, tree.root(), "navMap") else { return };
    let mut changed = set_identifier(&mut tree, package);
    let there = entries_of_map(&tree, map, &ncx);
    // pandoc has the title page in the old table only; it may stay.
    let extra = there.iter().take_while(|entry| {
        entry.entries.is_empty() && !wanted.iter().any(|one| one.target == entry.target)
    });
    let extra = extra.count();
    if !wanted.is_empty() && there[extra..] != wanted[..] {
        let kept = there[..extra].iter().chain(&wanted).cloned().collect::<Vec<_>>();
        for child in tree.children(map).to_vec() {
            tree.detach(child);
        }
        let mut number = 0;
        fill(&mut tree, map, &kept, &ncx, &mut number);
        outcome.repairs.add(Repair::Contents, 1);
        changed = true;
    }
    let depth = depth(&entries_of_map(&tree, map, &ncx)).max(1).to_string();
    if let Some(node) = head_meta(&tree, "dtb:depth")
        && tree.attr(node, "content") != Some(&depth)
    {
        tree.set_attr(node, "content", depth);
        changed = true;
    }
    if changed {
        epub.put(&ncx, tree.to_xml().into_bytes());
    }
}

/// Calls the contents and the title page as the book, where it has titles of several types: pandoc takes
/// the first of them, or none.
fn name_documents(package: &Package, documents: &mut ContentDocuments, nav: &str) {
    let Some(title) = titled(package, "main") else { return };
    documents.0.par_iter_mut().for_each(|document| {
        if document.path != nav && !is_title_page(document) {
            return;
        }
        let Some(node) = document.find("title") else { return };
        if document.tree.text(node) != title {
            document.tree.set_text(node, &title);
            document.changed = true;
        }
    });
}

/// Gives the entries of the navigation document without a text that of what they lead to: pandoc
/// leaves it out where a heading has markup of its own that is no XHTML. Whether there were any.
fn name_entries(documents: &mut ContentDocuments, nav: &str) -> bool {
    let Some(at) = documents.0.iter().position(|document| document.path == nav) else {
        return false;
    };
    let tree = &documents.0[at].tree;
    let mut names = Vec::new();
    for node in tree.descendants(tree.root()) {
        let in_nav =
            || tree.ancestors(node).any(|one| tree.local_name(one) == Some("nav"));
        if tree.local_name(node) != Some("a") || !tree.label(node).is_empty() || !in_nav()
        {
            continue;
        }
        let Some(href) = tree.attr(node, "href") else { continue };
        let name = name_of(documents, nav, href);
        names.push((node, name.unwrap_or_else(|| href.to_owned())));
    }
    let document = &mut documents.0[at];
    for (node, name) in &names {
        document.tree.set_text(*node, name);
        document.changed = true;
    }
    !names.is_empty()
}

/// The heading that a link leads to, or the title of its document.
fn name_of(documents: &ContentDocuments, from: &str, href: &str) -> Option<String> {
    let path = resolve(from, href)?;
    let document = documents.get(&path)?;
    let tree = &document.tree;
    let is_heading = |&node: &NodeId| tree.heading_level(node).is_some();
    let place = href.split_once('#').map(|(_, id)| percent_decode(id));
    let target = place
        .and_then(|id| {
            let mut all = tree.descendants(tree.root());
            all.find(|&node| tree.attr(node, "id") == Some(&id))
        })
        .unwrap_or(tree.root());
    let heading =
        std::iter::once(target).chain(tree.descendants(target)).find(is_heading);
    let title = document.find("title");
    let mut names = [heading, title].into_iter().flatten().map(|node| tree.label(node));
    names.find(|name| !name.is_empty())
}

/// Says the book's identifier as the package document says it; whether that was new.
fn set_identifier(tree: &mut Document, package: &Package) -> bool {
    let document = package.document();
    let wanted = document
        .root_element()
        .and_then(|root| document.attr(root, "unique-identifier"))
        .and_then(|id| {
            let all = package.elements("identifier");
            all.into_iter().find(|&node| document.attr(node, "id") == Some(id))
        })
        .map(|node| document.text(node).trim().to_owned());
    let (Some(wanted), Some(node)) = (wanted, head_meta(tree, "dtb:uid")) else {
        return false;
    };
    let new = tree.attr(node, "content") != Some(&wanted);
    if new {
        tree.set_attr(node, "content", wanted);
    }
    new
}

fn head_meta(tree: &Document, name: &str) -> Option<NodeId> {
    tree.descendants(tree.root()).find(|&node| {
        tree.local_name(node) == Some("meta") && tree.attr(node, "name") == Some(name)
    })
}

fn named(tree: &Document, inside: NodeId, name: &str) -> Option<NodeId> {
    tree.descendants(inside).find(|&node| tree.local_name(node) == Some(name))
}

pub(super) fn children<'t>(
    tree: &'t Document,
    node: NodeId,
    name: &'static str,
) -> impl Iterator<Item = NodeId> + 't {
    let all = tree.children(node).iter().copied();
    all.filter(move |&child| tree.local_name(child) == Some(name))
}

/// What a node says, pictures by their descriptions.
pub(super) fn label(tree: &Document, node: NodeId) -> String {
    tree.label(node)
}

/// Where the entries of the table of contents lead; nothing where a book has none.
pub(super) fn targets(document: &ContentDocument) -> BTreeSet<String> {
    fn all(entries: Vec<ContentsEntry>, found: &mut BTreeSet<String>) {
        for entry in entries {
            found.insert(percent_decode(&entry.target));
            all(entry.entries, found);
        }
    }
    let mut found = BTreeSet::new();
    all(entries_of_nav(document), &mut found);
    found
}

/// Where a reference leads, as path in the container with its fragment.
fn target(from: &str, href: &str) -> Option<String> {
    let path = resolve(from, href)?;
    Some(match href.split_once('#') {
        Some((_, fragment)) => format!("{path}#{fragment}"),
        None => path,
    })
}

/// The entries of the table of contents in the navigation document. A heading without a link
/// stands for what its first entry leads to.
fn entries_of_nav(document: &ContentDocument) -> Vec<ContentsEntry> {
    let list = list_of_nav(&document.tree);
    list.map_or_else(Vec::new, |list| {
        entries_of_list(&document.tree, list, &document.path)
    })
}

/// The list of the table of contents in the navigation document.
pub(super) fn list_of_nav(tree: &Document) -> Option<NodeId> {
    let is_toc = |&node: &NodeId| {
        tree.local_name(node) == Some("nav")
            && tree.attr(node, "epub:type").is_some_and(|types| {
                types.split_ascii_whitespace().any(|one| one == "toc")
            })
    };
    let nav = tree.descendants(tree.root()).find(is_toc);
    nav.and_then(|nav| named(tree, nav, "ol"))
}

fn entries_of_list(tree: &Document, list: NodeId, path: &str) -> Vec<ContentsEntry> {
    children(tree, list, "li")
        .filter_map(|item| {
            let inner = children(tree, item, "ol").next();
            let entries =
                inner.map_or_else(Vec::new, |inner| entries_of_list(tree, inner, path));
            let head = tree
                .children(item)
                .iter()
                .copied()
                .find(|&node| matches!(tree.local_name(node), Some("a" | "span")))?;
            let own = tree.attr(head, "href").and_then(|href| target(path, href));
            let target = own.or_else(|| entries.first().map(|one| one.target.clone()))?;
            Some(ContentsEntry { label: tree.label(head), target, entries })
        })
        .collect()
}

fn entries_of_map(tree: &Document, map: NodeId, path: &str) -> Vec<ContentsEntry> {
    children(tree, map, "navPoint")
        .filter_map(|point| {
            let head = children(tree, point, "navLabel").next()?;
            let content = children(tree, point, "content").next()?;
            let target = target(path, tree.attr(content, "src")?)?;
            let entries = entries_of_map(tree, point, path);
            Some(ContentsEntry { label: tree.label(head), target, entries })
        })
        .collect()
}

fn fill(
    tree: &mut Document,
    parent: NodeId,
    entries: &[ContentsEntry],
    path: &str,
    number: &mut usize,
) {
    for entry in entries {
        let id = format!("navPoint-{number}");
        *number += 1;
        let (to, fragment) = match entry.target.split_once('#') {
            Some((to, fragment)) => (to, format!("#{fragment}")),
            None => (&*entry.target, String::new()),
        };
        let src = format!("{}{fragment}", relative(path, to));
        let point = tree.create_element("navPoint", &[("id", &id)]);
        let head = tree.create_element("navLabel", &[]);
        let text = tree.create_element("text", &[]);
        let content = tree.create_element("content", &[("src", &src)]);
        tree.set_text(text, &entry.label);
        tree.append(head, text);
        tree.append(point, head);
        tree.append(point, content);
        fill(tree, point, &entry.entries, path, number);
        tree.append(parent, point);
    }
}

fn depth(entries: &[ContentsEntry]) -> usize {
    entries.iter().map(|entry| 1 + depth(&entry.entries)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Epub;

    const OPF: &str = "<package unique-identifier=\"b\"><metadata><dc:identifier id=\"b\">\
        urn:x</dc:identifier></metadata><manifest><item id=\"n\" href=\"nav.xhtml\" \
        media-type=\"application/xhtml+xml\" properties=\"nav\" /><item id=\"x\" \
        href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\" /></manifest></package>";

    fn applied(ncx: &str) -> (String, FinishOutcome) {
        let nav = "<html><nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml#x\">One <code>y</code>\
            </a><ol><li><a href=\"a.xhtml#z\">Two</a></li></ol></li></ol></nav></html>";
        let mut epub = Epub::empty("t.epub");
        epub.put("toc.ncx", ncx.as_bytes().to_vec());
        let mut book = UnfinishedBook::new(epub, Package::parse(OPF).unwrap());
        book.documents.0.push(ContentDocument::of("nav.xhtml", nav).into());
        let mut outcome = FinishOutcome::default();
        apply(&mut book, &FinishOptions::default(), &mut outcome);
        let epub = book.epub;
        (epub.text("toc.ncx").unwrap().to_owned(), outcome)
    }

    #[test]
    fn entries_without_a_text_are_named_by_what_they_lead_to() {
        let nav = "<html><nav><a href=\"a.xhtml#x\"></a><a href=\"a.xhtml\"> </a>\
                   <a href=\"b.xhtml\"><b></b></a><a href=\"a.xhtml\">kept</a></nav></html>";
        let chapter = "<html><title>T</title><section id=\"x\"><h1>H <i>i</i></h1></section></html>";
        let mut documents = ContentDocuments(vec![
            ContentDocument::of("nav.xhtml", nav).into(),
            ContentDocument::of("a.xhtml", chapter).into(),
        ]);
        assert!(name_entries(&mut documents, "nav.xhtml"));
        assert_eq!(
            documents.0[0].tree.to_xml(),
            "<html><nav><a href=\"a.xhtml#x\">H i</a><a href=\"a.xhtml\">H i</a>\
             <a href=\"b.xhtml\">b.xhtml</a><a href=\"a.xhtml\">kept</a></nav></html>"
        );
        assert!(!name_entries(&mut documents, "nav.xhtml"));
    }

    #[test]
    fn the_old_table_follows_the_new_one() {
        let title = "<navPoint id=\"navPoint-0\"><navLabel><text>T</text></navLabel>\
                     <content src=\"t.xhtml\" /></navPoint>";
        let head = "<head><meta name=\"dtb:uid\" content=\"old\" />\
                    <meta name=\"dtb:depth\" content=\"1\" /></head>";
        let (out, outcome) =
            applied(&format!("<ncx>{head}<navMap>{title}</navMap></ncx>"));
        assert!(out.contains(title) && out.contains("<text>One y</text>"), "{out}");
        assert!(out.contains("<content src=\"a.xhtml#z\" />"), "{out}");
        assert!(out.contains("name=\"dtb:uid\" content=\"urn:x\""), "{out}");
        assert!(out.contains("name=\"dtb:depth\" content=\"2\""), "{out}");
        assert_eq!(outcome.repairs.of(Repair::Contents), 1);
        let (again, outcome) = applied(&out);
        assert!(outcome.repairs.is_empty() && again == out, "{again}");
    }
}
