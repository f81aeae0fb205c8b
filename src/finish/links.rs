//! Links inside the book, made to arrive: pandoc leads them to the right document only where it
//! knows the identifier, which for raw HTML it does not.
//!
//! ```text
//! in ch001.xhtml, with the identifier `race` in ch002.xhtml:
//! <a href="#race">   becomes   <a href="ch002.xhtml#race">
//! ```

use super::Repair;
use super::identifiers::without_space;
use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::epub::{ContentDocument, Epub, LazyDocument, NodeId, relative, resolve};
use crate::finding::{Code, Finding, Subject};
use crate::reference::{is_remote, percent_decode, valid_url};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What only an element with an address may have: `href` and what tells of it (HTML, section 4.6.2).
const OF_LINKS: &[&str] =
    &["download", "href", "hreflang", "ping", "referrerpolicy", "rel", "target", "type"];

pub(super) fn apply(
    book: &mut UnfinishedBook,
    _: &FinishOptions,
    outcome: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, documents, .. } = book;
    let ids: BTreeMap<String, BTreeSet<String>> = documents
        .0
        .par_iter()
        .map(|document| (document.path.clone(), document.ids()))
        .collect();
    let mend = |document: &mut LazyDocument| {
        let hrefs: Vec<String> = document.fact("hrefs", "", hrefs);
        let new = hrefs.iter().enumerate().filter_map(|(at, href)| {
            match target(epub, &ids, &document.path, href) {
                Destination::Right => None,
                Destination::Moved(href) => Some((at, Some(href))),
                Destination::Nowhere | Destination::NoAddress => Some((at, None)),
            }
        });
        let new: BTreeMap<usize, Option<String>> = new.collect();
        if new.is_empty() {
            return FinishOutcome::default();
        }
        let given = serde_json::to_vec(&new).unwrap_or_default();
        let repairs = new.len();
        let offsets =
            document.change("links", given, move |document| lead(document, &new));
        let mut outcome = FinishOutcome::default();
        outcome.repairs.add(Repair::Link, repairs);
        for (at, offset) in offsets {
            let href = &hrefs[at];
            let why = match target(epub, &ids, &document.path, href) {
                Destination::NoAddress => "is no address of the web",
                _ => "is not in the book",
            };
            let message = format!("the link leads to {href}, which {why}");
            let place = epub.place_at(&document.path, offset);
            outcome.findings.push(
                Finding::new(Code::LinkDead, place, message)
                    .about(Subject::Link(href.clone()))
                    .hint("Readers get its text without the link"),
            );
        }
        outcome
    };
    let mended: Vec<FinishOutcome> = documents.0.par_iter_mut().map(mend).collect();
    for own in mended {
        outcome.repairs.extend(&own.repairs);
        outcome.findings.extend(own.findings);
    }
}

/// The links of a document, in their order.
fn links(document: &ContentDocument) -> impl Iterator<Item = NodeId> + '_ {
    let all = document.elements("a").into_iter();
    all.filter(|&node| document.tree.attr(node, "href").is_some())
}

/// Where the links of a document lead.
fn hrefs(document: &ContentDocument) -> Vec<String> {
    let href = |node| document.tree.attr(node, "href").map(str::to_owned);
    links(document).filter_map(href).collect()
}

/// Leads links, by their numbers, elsewhere or nowhere; where the latter stand.
fn lead(
    document: &mut ContentDocument,
    new: &BTreeMap<usize, Option<String>>,
) -> Vec<(usize, usize)> {
    let mut nowhere = Vec::new();
    for (at, node) in links(document).collect::<Vec<_>>().into_iter().enumerate() {
        match new.get(&at) {
            None => continue,
            Some(Some(href)) => document.tree.set_attr(node, "href", href.clone()),
            Some(None) => {
                nowhere.push((at, document.tree.offset(node)));
                document.tree.retain_attrs(node, |key, _| !OF_LINKS.contains(&key));
            }
        }
        document.changed = true;
    }
    nowhere
}

enum Destination {
    Right,
    Moved(String),
    Nowhere,
    /// On the web or this machine, where nobody can go.
    NoAddress,
}

fn target(
    epub: &Epub,
    ids: &BTreeMap<String, BTreeSet<String>>,
    from: &str,
    href: &str,
) -> Destination {
    if is_remote(href) {
        return match valid_url(href) {
            Some(url) if url == href => Destination::Right,
            Some(url) => Destination::Moved(url),
            None => Destination::NoAddress,
        };
    }
    let Some(path) = resolve(from, href) else { return Destination::Nowhere };
    let Some((_, fragment)) = href.split_once('#') else {
        return if epub.get(&path).is_some() {
            Destination::Right
        } else {
            Destination::Nowhere
        };
    };
    let has = |path: &str, id: &str| ids.get(path).is_some_and(|ids| ids.contains(id));
    let plain = percent_decode(fragment);
    if has(&path, fragment) || has(&path, &plain) {
        return Destination::Right;
    }
    // The identifier may have been made valid, by pandoc or here, and the link not; of raw HTML
    // pandoc leaves the identifier and makes the link so.
    let written = plain.strip_prefix("id_").unwrap_or(&plain).to_owned();
    for id in [plain.clone(), format!("id_{plain}"), without_space(&plain), written] {
        let to = |path: &str| {
            let path = if path == from { String::new() } else { relative(from, path) };
            Destination::Moved(format!("{path}#{id}"))
        };
        if has(&path, &id) {
            return to(&path);
        }
        // One document alone may have it: then there is no doubt.
        let mut holders = ids.keys().filter(|path| has(path, &id));
        if let (Some(holder), None) = (holders.next(), holders.next()) {
            return to(holder);
        }
    }
    if !ids.contains_key(&path) && epub.get(&path).is_some() {
        Destination::Right
    } else {
        Destination::Nowhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_of_another_document_is_found() {
        let all = BTreeMap::from([
            ("EPUB/a.xhtml".to_owned(), BTreeSet::from(["x".to_owned()])),
            ("EPUB/b.xhtml".to_owned(), ["y", "id_3d", "@a/b"].map(str::to_owned).into()),
        ]);
        let epub = Epub::empty("t.epub");
        let find = |href| match target(&epub, &all, "EPUB/b.xhtml", href) {
            Destination::Right => "right".to_owned(),
            Destination::Moved(to) => to,
            Destination::Nowhere | Destination::NoAddress => "nowhere".to_owned(),
        };
        assert_eq!(find("#y"), "right");
        assert_eq!(find("#x"), "a.xhtml#x");
        assert_eq!(find("a.xhtml#x"), "right");
        assert_eq!(find("#3d"), "#id_3d");
        assert_eq!(find("#id_@a/b"), "#@a/b");
        assert_eq!(find("#z"), "nowhere");
        assert_eq!(find("c.xhtml"), "nowhere");
        assert_eq!(find("https://example.org/#q"), "right");
    }

    #[test]
    fn a_link_that_leads_nowhere_loses_all_that_is_of_a_link() {
        let page = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head>\
            <body><p><a href=\"gone.xhtml\" target=\"_blank\" rel=\"x\" download=\"\" hreflang=\"en\" \
            type=\"text/html\" ping=\"x\" referrerpolicy=\"origin\" class=\"c\" id=\"i\" title=\"t\">a</a> \
            <a href=\"#i\" target=\"_blank\" rel=\"x\">b</a></p></body></html>";
        let path = "EPUB/a.xhtml".to_owned();
        let mut book = unfinished(&path, page);
        let mut outcome = FinishOutcome::default();
        apply(&mut book, &FinishOptions::default(), &mut outcome);
        let made = book.documents.0[0].tree.to_xml();
        assert!(made.contains("<a class=\"c\" id=\"i\" title=\"t\">a</a>"), "{made}");
        assert!(
            made.contains("<a href=\"#i\" target=\"_blank\" rel=\"x\">b</a>"),
            "{made}"
        );
        assert_eq!(outcome.repairs.of(Repair::Link), 1);
        assert_eq!(outcome.findings[0].code, Code::LinkDead.name());
    }

    /// A book of one page.
    fn unfinished(path: &str, page: &str) -> UnfinishedBook {
        let mut epub = Epub::empty("t.epub");
        epub.put(path, page.into());
        let tree = crate::epub::Document::parse(page).unwrap();
        let package = crate::epub::Package::parse(
            "<package><metadata/><manifest/><spine/></package>",
        )
        .unwrap();
        let mut book = UnfinishedBook::new(epub, package);
        book.documents.0.push(ContentDocument::new(path.to_owned(), tree, false).into());
        book
    }
}
