//! What pandoc's title page leaves out or writes for machines: its date in words, which edition the
//! book is, and the number by which shops know it.
//!
//! ```text
//! <p class="date">2026-11-28</p>
//! becomes   <p class="date"><time datetime="2026-11-28">28 November 2026</time></p>
//! ```

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use super::unlisted::is_title_page;
use super::words;
use crate::epub::{ContentDocument, NodeId, Package};
use concfilter::settings::Edition;

/// The classes of what is added, by which a second run knows it.
const EDITION: &str = "edition";
const DEVICE: &str = "device";
const IDENTIFIER: &str = "identifier";

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let UnfinishedBook { package, documents, .. } = book;
    let lang = package.texts("language").into_iter().next().unwrap_or_default();
    for document in documents.0.iter_mut().filter(|document| is_title_page(document)) {
        let Some(page) = title_page(document) else { continue };
        date(document, page, &lang);
        if let Some(edition) = &options.book_edition {
            add(document, page, EDITION, &words::edition(&lang, edition));
        }
        let device = match options.presentation.edition {
            Edition::Color => None,
            Edition::Eink => Some("E-Ink"),
            Edition::Kindle => Some("Kindle"),
            Edition::Sample => Some(words::sample(&lang).name),
        };
        if let Some(device) = device {
            add(document, page, DEVICE, device);
        }
        for identifier in identifiers(package) {
            add(document, page, IDENTIFIER, &identifier);
        }
    }
}

/// The section of pandoc's title page.
fn title_page(document: &ContentDocument) -> Option<NodeId> {
    let tree = &document.tree;
    document.elements("section").into_iter().find(|&node| {
        tree.has_class(node, "titlepage")
            && tree.attr(node, "epub:type") == Some("titlepage")
    })
}

/// Writes a date in words.
fn date(document: &mut ContentDocument, page: NodeId, lang: &str) {
    let tree = &document.tree;
    let of_date =
        |&&node: &&NodeId| tree.name(node) == Some("p") && tree.has_class(node, "date");
    let Some(&node) = tree.children(page).iter().find(of_date) else { return };
    // What has markup of its own is the author's.
    if tree.children(node).iter().any(|&child| tree.name(child).is_some()) {
        return;
    }
    let written = tree.text(node).trim().to_owned();
    let Some(text) = words::date(lang, &written) else { return };
    let tree = &mut document.tree;
    let time = tree.create_element("time", &[("datetime", &written)]);
    tree.set_text(time, &text);
    tree.set_text(node, "");
    tree.append(node, time);
    document.changed = true;
}

/// Adds a line to the end of the title page, or before what the author added below it, unless one of
/// its class says the same.
fn add(document: &mut ContentDocument, page: NodeId, class: &str, text: &str) {
    let tree = &mut document.tree;
    let is_there = tree
        .children(page)
        .iter()
        .any(|&node| tree.has_class(node, class) && tree.text(node).trim() == text);
    if is_there {
        return;
    }
    let line = tree.create_element("p", &[("class", class)]);
    tree.set_text(line, text);
    let children = tree.children(page);
    let place = match class {
        // Editions stand below the titles, the number below all but an abstract.
        IDENTIFIER => children.iter().position(|&node| tree.has_class(node, "abstract")),
        _ => children.iter().position(|&node| {
            ["author", "publisher", "date", "rights", "abstract", IDENTIFIER]
                .iter()
                .any(|class| tree.has_class(node, class))
        }),
    };
    let place = place.unwrap_or(children.len());
    tree.insert(page, place, line);
    document.changed = true;
}

/// The numbers that people know a book by: ISBN and DOI. What pandoc or we made up is for machines.
fn identifiers(package: &Package) -> Vec<String> {
    let tree = package.document();
    let mut found = Vec::new();
    for node in package.elements("identifier") {
        let text = tree.text(node).trim().to_owned();
        let own = tree.attr(node, "opf:scheme").or_else(|| tree.attr(node, "scheme"));
        let kind =
            kind(package, node).or_else(|| own.map(str::to_owned)).unwrap_or_default();
        let bare = |start: &str| {
            let head =
                text.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start));
            head.map(|_| text[start.len()..].trim().to_owned())
        };
        let isbn = bare("urn:isbn:").or_else(|| bare("isbn:")).or_else(|| bare("isbn "));
        let is_isbn = matches!(&*kind, "02" | "15")
            || kind.to_uppercase().starts_with("ISBN")
            || kind.is_empty() && is_isbn(&text);
        if let Some(number) =
            isbn.or_else(|| (is_isbn && !text.is_empty()).then(|| text.clone()))
        {
            found.push(format!("ISBN {number}"));
        } else if kind == "06"
            || kind.eq_ignore_ascii_case("doi")
            || bare("doi:").is_some()
        {
            found.push(format!("DOI {}", bare("doi:").unwrap_or(text)));
        }
    }
    found.dedup();
    found
}

/// Whether a text is an ISBN by its check digit, where nobody says what it is (ISO 2108): of thirteen digits,
/// or of ten in groups, for ten digits alone may be anything.
fn is_isbn(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let digits: Option<Vec<u32>> = plain
        .char_indices()
        .map(|(at, c)| if at == 9 && c == 'X' { Some(10) } else { c.to_digit(10) })
        .collect();
    let Some(digits) = digits else { return false };
    let sum = |weight: fn(u32) -> u32| -> u32 {
        (0..).zip(&digits).map(|(at, digit)| weight(at) * digit).sum()
    };
    match digits.len() {
        13 => {
            (plain.starts_with("978") || plain.starts_with("979"))
                && digits.iter().all(|digit| *digit < 10)
                && sum(|at| 1 + at % 2 * 2) % 10 == 0
        }
        10 => plain.len() < text.len() && sum(|at| 10 - at) % 11 == 0,
        _ => false,
    }
}

/// Of which kind an identifier is, as ONIX code list 5 numbers them.
fn kind(package: &Package, node: NodeId) -> Option<String> {
    let tree = package.document();
    let target = format!("#{}", tree.attr(node, "id")?);
    let metas = package.elements("meta");
    let meta = metas.into_iter().find(|&meta| {
        tree.attr(meta, "refines") == Some(&target)
            && tree.attr(meta, "property") == Some("identifier-type")
    })?;
    Some(tree.text(meta).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::Epub;
    use concfilter::settings::Presentation;

    #[test]
    fn an_isbn_is_known_by_its_check_digit() {
        for isbn in
            ["978-3-16-148410-0", "9783161484100", "3-16-148410-X", "0-306-40615-2"]
        {
            assert!(is_isbn(isbn), "{isbn}");
        }
        for other in [
            "978-3-16-148410-1",
            "1234567890123",
            "0306406152",
            "3-16-148410-1",
            "1",
            "978-x",
        ] {
            assert!(!is_isbn(other), "{other}");
        }
    }

    const OPF: &str = "<package><metadata><dc:language>de</dc:language><dc:identifier>urn:uuid:1\
        </dc:identifier><dc:identifier id=\"i\">978-3</dc:identifier><meta refines=\"#i\" \
        property=\"identifier-type\" scheme=\"onix:codelist5\">15</meta><dc:identifier>doi:10.1/x\
        </dc:identifier></metadata><manifest></manifest></package>";

    fn applied(inside: &str, options: &FinishOptions) -> String {
        let xml = format!(
            "<html><body><section epub:type=\"titlepage\" class=\"titlepage\">{inside}\
             </section></body></html>"
        );
        let mut book =
            UnfinishedBook::new(Epub::empty("t.epub"), Package::parse(OPF).unwrap());
        book.documents.0.push(ContentDocument::of("t.xhtml", &xml).into());
        apply(&mut book, options, &mut FinishOutcome::default());
        let once = book.documents.0[0].tree.to_xml();
        book.documents.0[0].changed = false;
        apply(&mut book, options, &mut FinishOutcome::default());
        let document = &book.documents.0[0];
        assert_eq!((document.tree.to_xml(), document.changed), (once.clone(), false));
        once
    }

    #[test]
    fn a_title_page_says_date_edition_and_number_in_words() {
        let options = FinishOptions {
            book_edition: Some("2".to_owned()),
            presentation: Presentation {
                edition: Edition::Eink,
                ..Presentation::default()
            },
            ..FinishOptions::default()
        };
        let out = applied(
            "<h1 class=\"title\">T</h1><p class=\"author\">A</p><p class=\"date\">2026-11-28</p>\
             <div class=\"rights\">R</div>",
            &options,
        );
        let wanted = "<h1 class=\"title\">T</h1><p class=\"edition\">2. Auflage</p>\
             <p class=\"device\">E-Ink</p><p class=\"author\">A</p><p class=\"date\">\
             <time datetime=\"2026-11-28\">28. November 2026</time></p>\
             <div class=\"rights\">R</div><p class=\"identifier\">ISBN 978-3</p>\
             <p class=\"identifier\">DOI 10.1/x</p></section>";
        assert!(out.contains(wanted), "{out}");
    }

    #[test]
    fn a_date_that_people_wrote_stays() {
        let out =
            applied("<p class=\"date\">Frühling 2026</p>", &FinishOptions::default());
        assert!(out.contains("<p class=\"date\">Frühling 2026</p>"), "{out}");
        assert!(!out.contains("class=\"edition\""), "{out}");
    }
}
