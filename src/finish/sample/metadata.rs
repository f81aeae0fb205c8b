//! What the package document says of a sample: that it is one, and of which book.

use super::super::words;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::{Package, resolve};
use crate::finish::outcome::FinishOutcome;
use crate::finish::pass::{FinishOptions, UnfinishedBook};
use concfilter::settings::Edition;
use uuid::Uuid;

/// Gives a sample an identifier and a title of its own. The whole book's identifier has to be settled.
pub(crate) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    if options.presentation.edition != Edition::Sample {
        return;
    }
    identifiers(&mut book.package);
    let Some((old, new)) = title(&mut book.package) else { return };
    for document in &mut book.documents.0 {
        let heads = [document.find("title"), contents_title(&document.tree)];
        for node in heads.into_iter().flatten() {
            if document.tree.text(node).trim() == old {
                document.tree.set_text(node, &new);
                document.changed = true;
            }
        }
    }
    ncx(book, &new);
}

/// The heading of pandoc's table of contents, which is the book's title where the author sets none.
fn contents_title(tree: &Document) -> Option<NodeId> {
    tree.descendants(tree.root()).find(|&node| {
        tree.name(node) == Some("h1") && tree.attr(node, "id") == Some("toc-title")
    })
}

/// The identifier of the sample follows from that of the book, which it names as its source. A number that
/// shops know the book by is not the sample's.
fn identifiers(package: &mut Package) {
    let tree = package.document();
    let unique =
        tree.root_element().and_then(|root| tree.attr(root, "unique-identifier"));
    let all = package.elements("identifier");
    let own = all.iter().copied().find(|&one| tree.attr(one, "id") == unique);
    let Some(own) = own.or(all.first().copied()) else { return };
    let source = tree.text(own).trim().to_owned();
    let name = format!("{source}\nsample");
    let new = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).urn().to_string();
    let others: Vec<NodeId> = all.into_iter().filter(|&one| one != own).collect();
    let refining: Vec<NodeId> = others
        .iter()
        .chain([&own])
        .filter_map(|&one| Some(format!("#{}", tree.attr(one, "id")?)))
        .flat_map(|id| {
            let metas = package.elements("meta").into_iter();
            metas.filter(move |&meta| tree.attr(meta, "refines") == Some(&id))
        })
        .collect();
    let tree = package.document_mut();
    for node in others.into_iter().chain(refining) {
        tree.detach(node);
    }
    tree.set_text(own, &new);
    for key in ["opf:scheme", "scheme"] {
        tree.remove_attr(own, key);
    }
    let Some(parent) = tree.parent(own) else { return };
    for (name, text) in [("dc:source", &*source), ("dc:type", "preview")] {
        let node = tree.create_element(name, &[]);
        tree.set_text(node, text);
        let line = tree.create(Kind::Text("\n    ".to_owned()));
        tree.append(parent, line);
        tree.append(parent, node);
    }
}

/// Says in the title that it is a sample; what it was, and what it is.
fn title(package: &mut Package) -> Option<(String, String)> {
    let lang = package.texts("language").into_iter().next().unwrap_or_default();
    let tree = package.document();
    let is_main = |node: &NodeId| {
        let id = tree.attr(*node, "id").map(|id| format!("#{id}"));
        id.is_some_and(|id| {
            package.elements("meta").into_iter().any(|meta| {
                tree.attr(meta, "refines") == Some(&id)
                    && tree.attr(meta, "property") == Some("title-type")
                    && tree.text(meta).trim() == "main"
            })
        })
    };
    let titles = package.elements("title");
    let node = titles.iter().copied().find(is_main).or(titles.first().copied())?;
    let old = tree.text(node).trim().to_owned();
    let new = format!("{old} ({})", words::sample(&lang).name);
    package.document_mut().set_text(node, &new);
    Some((old, new))
}

/// Calls the old table of contents as the sample.
fn ncx(book: &mut UnfinishedBook, title: &str) {
    let items = book.package.items();
    let item = items.iter().find(|item| item.media_type == "application/x-dtbncx+xml");
    let path = item.and_then(|item| resolve(book.epub.package_path(), &item.href));
    let Some(path) = path else { return };
    let Ok(mut tree) = book.epub.document(&path) else { return };
    let named = |tree: &Document, inside, name: &str| {
        tree.descendants(inside).find(|&node| tree.local_name(node) == Some(name))
    };
    let head = named(&tree, tree.root(), "docTitle");
    if let Some(node) = head.and_then(|head| named(&tree, head, "text")) {
        tree.set_text(node, title);
        book.epub.put(&path, tree.to_xml().into_bytes());
    }
}
