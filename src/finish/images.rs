//! Pictures that no reader could show: on the web, which an ePub may not reach for (EPUB 3.3,
//! section 3.6), or in no file of the container. A link or their description stands in their place.
//! Those that are there say whether they have a description.
//!
//! ```text
//! <img src="https://a.org/x.png" alt="A quay">
//! becomes   <span class="missing-image"><a href="https://a.org/x.png">A quay</a></span>
//! ```

use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::dom::Kind;
use crate::epub::{ContentDocument, Epub, NodeId, media_types, resolve};
use crate::finding::{Code, Finding};
use crate::reference::{https, is_remote};

pub(super) fn apply(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    let epub = context.epub;
    for node in document.elements("source") {
        name_type(document, node);
    }
    for node in document.elements("img") {
        let source = document.tree.attr(node, "src").unwrap_or_default().to_owned();
        if is_on_the_web(&source) {
            replace(epub, document, node, &source, true, outcome);
        } else if document.tree.attr(node, "src").is_some()
            && !source.starts_with("data:")
            && resolve(&document.path, &source)
                .is_none_or(|path| epub.get(&path).is_none())
        {
            // Into the contents pandoc copies a heading with its paths as they are in the chapter.
            let here = source.trim_start_matches("../");
            let is_here = resolve(&document.path, here)
                .is_some_and(|path| epub.get(&path).is_some());
            if is_here && here != source && !document.elements("nav").is_empty() {
                document.tree.set_attr(node, "src", here);
                document.changed = true;
                continue;
            }
            replace(epub, document, node, &source, false, outcome);
        } else if document.tree.attr(node, "alt").is_none() {
            // 2.17 leaves it out where there is no description, 3.x leaves it empty; without
            // it the file's name is read aloud.
            document.tree.set_attr(node, "alt", "");
            document.changed = true;
        }
    }
}

/// Says which type the pictures of a `<source>` have, so that readers need not fetch one to know.
fn name_type(document: &mut ContentDocument, node: NodeId) {
    let tree = &mut document.tree;
    let parent = tree.parent(node).and_then(|parent| tree.name(parent));
    if parent != Some("picture") || tree.attr(node, "type").is_some() {
        return;
    }
    let first = tree.attr(node, "srcset").unwrap_or_default().split([' ', ',']).next();
    if let Some(kind) = first.and_then(media_types::of) {
        tree.set_attr(node, "type", kind.to_owned());
        document.changed = true;
    }
}

fn is_on_the_web(source: &str) -> bool {
    is_remote(source) && !source.starts_with("data:")
}

/// Puts a picture's description in its place, with a link to what is on the web, and reports it.
fn replace(
    epub: &Epub,
    document: &mut ContentDocument,
    node: NodeId,
    source: &str,
    on_the_web: bool,
    outcome: &mut DocumentOutcome,
) {
    let place = epub.place_at(&document.path, document.tree.offset(node));
    let finding = if on_the_web {
        Finding::new(
            Code::ImageNotFetched,
            place,
            format!("the picture {source} is on the web"),
        )
        .hint("Readers get a link to it; keep a copy beside the chapter")
    } else {
        Finding::new(
            Code::ImageMissing,
            place,
            format!("the picture {source} is not in the book"),
        )
        .hint("Readers get its description")
    };
    outcome.findings.push(finding);
    let tree = &mut document.tree;
    let alt = tree.attr(node, "alt").map(str::trim).filter(|alt| !alt.is_empty());
    let text = alt.unwrap_or(source).to_owned();
    let text = tree.create(Kind::Text(text));
    let span = tree.create_element("span", &[("class", "missing-image")]);
    if let Some(id) = tree.attr(node, "id").map(str::to_owned) {
        tree.set_attr(span, "id", id);
    }
    let in_link = tree.ancestors(node).any(|one| tree.name(one) == Some("a"));
    if on_the_web && !in_link {
        let link = tree.create_element("a", &[("href", &https(source))]);
        tree.append(link, text);
        tree.append(span, link);
    } else {
        tree.append(span, text);
    }
    tree.replace(node, span);
    document.changed = true;
}

#[cfg(test)]
mod tests {
    use super::super::pass::DocumentOptions;
    use super::*;

    #[test]
    fn what_no_reader_could_show_is_described() {
        let of = |inside: &str| {
            let xml = format!("<p>{inside}</p>");
            let mut document = ContentDocument::of("E/a.xhtml", &xml);
            let (mut epub, mut outcome) = (Epub::empty("t"), DocumentOutcome::default());
            epub.put("E/a b.png", Vec::new());
            let context =
                DocumentContext { epub: &epub, options: DocumentOptions::default() };
            apply(&mut document, &context, &mut outcome);
            let codes: Vec<_> =
                outcome.findings.iter().map(|one| one.code.to_string()).collect();
            let text = document.tree.to_xml();
            (text.replace("<p>", "").replace("</p>", ""), codes.join(" "))
        };
        let span =
            |inside: &str| format!("<span class=\"missing-image\">{inside}</span>");
        assert_eq!(
            of("<img src=\"http://x.org/a.png\" alt=\"A quay\" />"),
            (
                span("<a href=\"http://x.org/a.png\">A quay</a>"),
                "image-not-fetched".into()
            )
        );
        assert_eq!(
            of("<a href=\"b\"><img src=\"//x.org/a.png\" alt=\" \" /></a>"),
            (
                format!("<a href=\"b\">{}</a>", span("//x.org/a.png")),
                "image-not-fetched".into()
            )
        );
        assert_eq!(
            of("<img src=\"b.png\" alt=\"B\" id=\"i\" />"),
            (
                "<span class=\"missing-image\" id=\"i\">B</span>".into(),
                "image-missing".into()
            )
        );
        // pandoc copies a heading into the contents with the path of its chapter.
        let nav = "<nav><img src=\"../a%20b.png\" alt=\"B\" /></nav>";
        assert_eq!(of(nav), (nav.replace("../", ""), String::new()));
        let (there, codes) =
            of("<img src=\"a%20b.png\" /><img src=\"data:image/gif;base64,\" />");
        assert_eq!(there.matches("alt=\"\"").count(), 2, "{there}");
        assert_eq!(codes, "");
    }
}
