//! The cover: the author's picture, checked and no larger than shops want it; where there is none,
//! one of letters. Either is named for readers who do not see it.

mod breaks;
mod check;
mod draw;

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::pictures::outlines;
use crate::epub::dom::Kind as NodeKind;
use crate::epub::{
    ContentDocument, ContentDocuments, Document, Epub, Item, LazyDocument, NodeId,
    Package, relative, resolve,
};
use crate::finding::{Code, Finding, Subject};
use crate::fonts::runs_from_right;
pub(super) use draw::Words;
use rayon::prelude::*;

/// The cover that we drew, beside the package document.
const DRAWN: &str = "media/concbook-cover.png";

/// A cover of letters.
#[derive(Debug, Clone)]
pub(super) struct DrawnCover {
    /// What is written on it.
    words: Words,
    is_rtl: bool,
    svg: Vec<u8>,
    png: Vec<u8>,
}

/// Why no cover is drawn.
pub(super) enum CoverFailure {
    /// The fonts lack these characters.
    Lacking(String),
    /// The drawing is none that can be shown.
    Undrawable,
}

/// Checks the cover that there is.
pub(super) fn check(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, .. } = book;
    // A cover that an earlier run drew needs no check.
    if let Some(item) = cover(package).filter(|item| item.href != DRAWN) {
        check::check(epub, package, &item, &options.cache, outcome);
    }
}

/// What will stand on a cover that is to be drawn, as far as that can be told before anything is done to the documents;
/// nothing where drawings are remembered. To draw takes as long as ten documents, and can be done beside them.
pub(super) fn words_ahead(
    book: &UnfinishedBook,
    options: &FinishOptions,
) -> Option<Words> {
    let UnfinishedBook { package, documents, .. } = book;
    let is_wanted = options.presentation.cover && cover(package).is_none();
    let title = main_title(package).filter(|_| is_wanted && !options.cache.is_on())?;
    Some(words_of(title, package, documents))
}

/// Draws a cover where there is none and one is wanted, and names it.
pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let drawn = book.cover.take();
    let UnfinishedBook { epub, package, documents, .. } = book;
    if options.presentation.cover && cover(package).is_none() {
        add((epub, package, documents), drawn, options, outcome);
    }
    name_in_metadata(package);
    let title = main_title(package).unwrap_or_default();
    let all = documents.0.par_iter_mut();
    let with_cover = all.filter(|document| has_cover(document));
    with_cover.for_each(|document| name(document, &title));
}

/// The manifest's cover: by its property, or as EPUB 2 had it.
fn cover(package: &Package) -> Option<Item> {
    let items = package.items();
    let by_property =
        |item: &&Item| item.properties.iter().any(|one| one == "cover-image");
    let tree = package.document();
    let old = package.elements("meta").into_iter().find_map(|node| {
        tree.attr(node, "content").filter(|_| tree.attr(node, "name") == Some("cover"))
    });
    let by_id = |item: &&Item| old == Some(&*item.id);
    items.iter().find(by_property).or_else(|| items.iter().find(by_id)).cloned()
}

/// Names the cover as EPUB 2 did, beside its property: some shops and older readers look there only.
fn name_in_metadata(package: &mut Package) {
    let Some(id) = cover(package).map(|item| item.id) else { return };
    let Some(metadata) = package.elements("metadata").into_iter().next() else { return };
    let named = package
        .elements("meta")
        .into_iter()
        .find(|&node| package.document().attr(node, "name") == Some("cover"));
    let tree = package.document_mut();
    if let Some(node) = named {
        tree.set_attr(node, "content", id);
        return;
    }
    let prefix = tree.name(metadata).and_then(|name| name.strip_suffix("metadata"));
    let name = format!("{}meta", prefix.unwrap_or_default());
    let node = tree.create_element(&name, &[("name", "cover"), ("content", &id)]);
    let indent = tree.create(NodeKind::Text("  ".to_owned()));
    let end = tree.create(NodeKind::Text("\n  ".to_owned()));
    for node in [indent, node, end] {
        tree.append(metadata, node);
    }
}

/// Draws a cover, and puts it in as pandoc does with a picture that the author gives.
fn add(
    (epub, package, documents): (&mut Epub, &mut Package, &mut ContentDocuments),
    drawn: Option<DrawnCover>,
    options: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let Some(title) = main_title(package) else { return };
    let words = words_of(title.clone(), package, documents);
    let is_drawn = |drawn: &DrawnCover| {
        drawn.words == words && drawn.is_rtl == is_rtl(options, &words.title)
    };
    let drawn = match drawn.filter(is_drawn) {
        Some(drawn) => Ok(drawn),
        None => DrawnCover::of(words, options),
    };
    let DrawnCover { svg, png, .. } = match drawn {
        Ok(drawn) => drawn,
        Err(CoverFailure::Undrawable) => return,
        Err(CoverFailure::Lacking(lacking)) => {
            let place = epub.place(epub.package_path());
            let message = format!("no cover was drawn: the fonts lack {lacking}");
            outcome.findings.push(
                Finding::new(Code::CoverMissing, place, message)
                    .about(Subject::Setting("epub-cover-image".into()))
                    .hint(
                        "Put a font that has them into the folder `fonts`, name a picture as \
                         `epub-cover-image`, or say `cover: false`",
                    ),
            );
            return;
        }
    };
    let base = epub.package_path().to_owned();
    let files = [("media/concbook-cover.svg", "image/svg+xml"), (DRAWN, "image/png")];
    for ((href, media_type), data) in files.into_iter().zip([svg, png]) {
        let Some(path) = resolve(&base, href) else { return };
        epub.put(&path, data);
        package.add_item(&id(href), href, media_type);
    }
    if let Some(item) = package.items().iter().find(|item| item.href == files[1].0) {
        package.set_property(item.node, "cover-image", true);
    }
    page(epub, package, documents, &title);
}

impl DrawnCover {
    /// A cover with these words, as it is remembered or drawn now.
    pub(super) fn of(
        words: Words,
        options: &FinishOptions,
    ) -> Result<Self, CoverFailure> {
        let is_rtl = is_rtl(options, &words.title);
        // A font from anywhere may be built as no reader of fonts expects: then the cover goes without it.
        let svg = || {
            let draw = || draw::draw(&words, &options.fonts, is_rtl);
            let drawn = std::panic::catch_unwind(draw);
            let drawn = drawn.unwrap_or_else(|_| draw::draw(&words, &[], is_rtl));
            drawn.map(String::into_bytes)
        };
        let fonts = options.fonts.iter().map(|font| blake3::hash(&font.data));
        let given = format!("{:?}", (&words, is_rtl, fonts.collect::<Vec<_>>()));
        let svg = options.cache.made("cover-drawing", given.as_bytes(), svg);
        let svg = svg.map_err(CoverFailure::Lacking)?;
        let draw = || outlines(&svg).ok_or(CoverFailure::Undrawable);
        let png = options.cache.made("cover", &svg, draw)?;
        Ok(Self { words, is_rtl, svg, png })
    }
}

/// Whether the words of a cover run from right to left.
fn is_rtl(options: &FinishOptions, title: &str) -> bool {
    options.rtl || runs_from_right(title)
}

/// What is written on the cover of a book with this title.
fn words_of(title: String, package: &Package, documents: &ContentDocuments) -> Words {
    Words {
        title,
        subtitle: titled(package, "subtitle")
            .or_else(|| subtitle(documents))
            .unwrap_or_default(),
        authors: authors(package),
    }
}

/// The subtitle on the title page, where the package document has none.
fn subtitle(documents: &ContentDocuments) -> Option<String> {
    let of_document = |document: &ContentDocument| {
        let tree = &document.tree;
        let mut all = tree.descendants(tree.root());
        let node = all.find(|&node| {
            tree.name(node) == Some("p") && tree.has_class(node, "subtitle")
        })?;
        Some(tree.text(node).split_whitespace().collect::<Vec<_>>().join(" "))
    };
    documents.0.iter().find_map(|document| document.fact("subtitle", "", of_document))
}

/// The book's title: of several the one that is called so, else the first.
fn main_title(package: &Package) -> Option<String> {
    titled(package, "main").or_else(|| package.texts("title").into_iter().next())
}

/// The title of a type (EPUB 3.3, section D.3.7), where the package document says one.
pub(super) fn titled(package: &Package, kind: &str) -> Option<String> {
    let is_one =
        |&node: &NodeId| refined(package, node, "title-type").as_deref() == Some(kind);
    package.elements("title").into_iter().find(is_one).map(|node| words(package, node))
}

/// The creators who wrote the book: those of whom it is said, and those of whom nothing else is.
fn authors(package: &Package) -> Vec<String> {
    let wrote = |&node: &NodeId| {
        let old = package.document().attr(node, "opf:role").map(str::to_owned);
        let role = refined(package, node, "role").or(old);
        role.is_none_or(|role| matches!(&*role, "aut" | ""))
    };
    let all = package.elements("creator").into_iter().filter(wrote);
    all.map(|node| words(package, node)).filter(|name| !name.is_empty()).collect()
}

/// What a property says of an element of the package document (EPUB 3.3, section 5.5.6).
fn refined(package: &Package, node: NodeId, property: &str) -> Option<String> {
    let tree = package.document();
    let id = format!("#{}", tree.attr(node, "id")?);
    let is_one = |&meta: &NodeId| {
        tree.attr(meta, "refines") == Some(&id)
            && tree.attr(meta, "property") == Some(property)
    };
    package.elements("meta").into_iter().find(is_one).map(|meta| words(package, meta))
}

/// The text of an element, on one line.
fn words(package: &Package, node: NodeId) -> String {
    let text = package.document().text(node);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn id(href: &str) -> String {
    href.rsplit('/').next().unwrap_or(href).replace('.', "-")
}

/// Adds the page that shows the cover, first of all.
fn page(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut ContentDocuments,
    title: &str,
) {
    const HREF: &str = "text/concbook-cover.xhtml";
    let Some(path) = resolve(epub.package_path(), HREF) else { return };
    let language = package.texts("language").into_iter().next().unwrap_or_default();
    let (width, height) = draw::SIZE;
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"\" xml:lang=\"\">\n<head>\n  \
         <meta charset=\"utf-8\" />\n  <title></title>\n</head>\n<body epub:type=\"cover\" id=\"cover\">\n\
         <div id=\"cover-image\"><picture><source srcset=\"../media/concbook-cover.svg\" \
         type=\"image/svg+xml\" /><img src=\"../media/concbook-cover.png\" alt=\"\" \
         width=\"{width}\" height=\"{height}\" /></picture></div>\n</body>\n</html>\n"
    );
    let Ok(mut tree) = Document::parse(&text) else { return };
    if let Some(root) = tree.root_element() {
        tree.set_attr(root, "lang", language.clone());
        tree.set_attr(root, "xml:lang", language);
    }
    let nodes: Vec<NodeId> = tree.descendants(tree.root()).collect();
    for node in nodes {
        if tree.name(node) == Some("title") {
            tree.set_text(node, title);
        }
    }
    epub.put(&path, tree.to_xml().into_bytes());
    package.add_item("concbook-cover-page", HREF, "application/xhtml+xml");
    let spine = package.elements("spine").into_iter().next();
    let document = package.document_mut();
    if let Some(spine) = spine {
        let item =
            document.create_element("itemref", &[("idref", "concbook-cover-page")]);
        let indent = document.create(NodeKind::Text("\n    ".to_owned()));
        document.insert(spine, 0, item);
        document.insert(spine, 0, indent);
    }
    let shown = ContentDocument::new(path.clone(), tree, true);
    documents.0.insert(0, shown.into());
    let navs = documents.0.iter_mut().filter(|document| document.has("nav"));
    navs.for_each(|document| landmark(document, &path));
}

/// Names the cover's page among the landmarks, where a document has them.
fn landmark(document: &mut ContentDocument, path: &str) {
    let tree = &mut document.tree;
    let nav = tree.descendants(tree.root()).find(|&node| {
        tree.name(node) == Some("nav")
            && tree.attr(node, "epub:type") == Some("landmarks")
    });
    let list = nav.and_then(|nav| {
        tree.descendants(nav).find(|&node| tree.name(node) == Some("ol"))
    });
    let Some(list) = list else { return };
    let href = relative(&document.path, path);
    let link = tree.create_element("a", &[("href", &href), ("epub:type", "cover")]);
    let text = tree.create(NodeKind::Text("Cover".to_owned()));
    let item = tree.create_element("li", &[]);
    tree.append(link, text);
    tree.append(item, link);
    tree.append(list, item);
    document.changed = true;
}

/// The first element that is the cover by its name or its type.
fn cover_of(tree: &Document) -> Option<NodeId> {
    let is_cover = |node: &NodeId| {
        tree.attr(*node, "id") == Some("cover-image")
            || tree.attr(*node, "epub:type").is_some_and(|types| types.contains("cover"))
    };
    tree.descendants(tree.root()).find(is_cover)
}

/// Whether a document may show the cover.
fn has_cover(document: &LazyDocument) -> bool {
    document.fact("cover", "", |document| cover_of(&document.tree).is_some())
}

/// Gives the cover's picture a name, where it has none.
fn name(document: &mut ContentDocument, title: &str) {
    let tree = &mut document.tree;
    let Some(holder) = cover_of(tree) else { return };
    let label = format!("Cover of {title}");
    let pictures: Vec<NodeId> = tree
        .descendants(holder)
        .filter(|&node| matches!(tree.name(node), Some("svg" | "img")))
        .collect();
    for node in pictures {
        let is_svg = tree.name(node) == Some("svg");
        let attribute = if is_svg { "aria-label" } else { "alt" };
        if tree.attr(node, attribute).is_some_and(|label| !label.is_empty()) {
            continue;
        }
        tree.set_attr(node, attribute, label.clone());
        if is_svg {
            tree.set_attr(node, "role", "img");
        }
        document.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cover_is_named_for_older_readers() {
        let of = |metadata: &str| {
            let xml = format!(
                "<package><metadata>{metadata}</metadata><manifest><item id=\"a\" href=\"a.svg\" \
                 media-type=\"image/svg+xml\" /><item id=\"b\" href=\"b.png\" \
                 media-type=\"image/png\" properties=\"cover-image\" /></manifest></package>"
            );
            let mut package = Package::parse(&xml).unwrap();
            name_in_metadata(&mut package);
            let once = package.to_xml();
            name_in_metadata(&mut package);
            assert_eq!(package.to_xml(), once);
            let (inside, _) = once.split_once("</metadata>").unwrap();
            inside.to_owned()
        };
        let wanted = "<meta name=\"cover\" content=\"b\" />";
        for metadata in ["", "<meta name=\"cover\" content=\"a\" />"] {
            let found = of(metadata);
            assert!(found.contains(wanted.trim_end_matches(" />")), "{found}");
            assert_eq!(found.matches("<meta ").count(), 1, "{found}");
        }
    }

    #[test]
    fn pandocs_cover_gets_a_name() {
        let xml =
            "<html><body><div id=\"cover-image\"><svg><image/></svg></div></body></html>";
        let mut document = ContentDocument::of("a.xhtml", xml);
        name(&mut document, "A Book");
        assert!(
            document
                .tree
                .to_xml()
                .contains("<svg aria-label=\"Cover of A Book\" role=\"img\">")
        );
        document.changed = false;
        name(&mut document, "A Book");
        assert!(!document.changed);
    }
}
