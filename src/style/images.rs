//! Pictures that no reader could show: on the web, which an ePub may not reach for (EPUB 3.3,
//! section 3.6), or in no file of the container. A link or their description stands in their place.
//! Those that are there say whether they have a description.

use super::Counts;
use super::documents::{Documents, Open};
use crate::epub::dom::Kind;
use crate::epub::{Epub, NodeId, resolve};
use crate::finding::{Code, Finding};
use crate::reference::has_scheme;

pub(super) fn apply(epub: &Epub, documents: &mut Documents, counts: &mut Counts) {
    for open in &mut documents.0 {
        let tree = &open.tree;
        let images: Vec<NodeId> = tree
            .descendants(tree.root())
            .filter(|&node| tree.name(node) == Some("img"))
            .collect();
        for node in images {
            let source = open.tree.attr(node, "src").unwrap_or_default().to_owned();
            if is_on_the_web(&source) {
                told(epub, open, node, &source, true, counts);
            } else if !source.starts_with("data:")
                && resolve(&open.path, &source)
                    .is_none_or(|path| epub.get(&path).is_none())
            {
                told(epub, open, node, &source, false, counts);
            } else if open.tree.attr(node, "alt").is_none() {
                // 2.17 leaves it out where there is no description, 3.x leaves it empty; without
                // it the file's name is read aloud.
                open.tree.set_attr(node, "alt", "");
                open.changed = true;
            }
        }
    }
}

fn is_on_the_web(source: &str) -> bool {
    source.starts_with("//") || has_scheme(source) && !source.starts_with("data:")
}

/// Puts a picture's description in its place, with a link to what is on the web, and tells of it.
fn told(
    epub: &Epub,
    open: &mut Open,
    node: NodeId,
    source: &str,
    on_the_web: bool,
    counts: &mut Counts,
) {
    let place = epub.place_at(&open.path, open.tree.offset(node));
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
    counts.findings.push(finding);
    let tree = &mut open.tree;
    let said = tree.attr(node, "alt").map(str::trim).filter(|alt| !alt.is_empty());
    let text = said.unwrap_or(source).to_owned();
    let text = tree.create(Kind::Text(text));
    let span = tree.create_element("span", &[("class", "missing-image")]);
    if let Some(id) = tree.attr(node, "id").map(str::to_owned) {
        tree.set_attr(span, "id", id);
    }
    let in_link = tree.ancestors(node).any(|one| tree.name(one) == Some("a"));
    if on_the_web && !in_link {
        let begin = if source.starts_with("//") { "https:" } else { "" };
        let link = tree.create_element("a", &[("href", &format!("{begin}{source}"))]);
        tree.append(link, text);
        tree.append(span, link);
    } else {
        tree.append(span, text);
    }
    tree.replace(node, span);
    open.changed = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_could_show_is_described() {
        let of = |inside: &str| {
            let open = Open::of("E/a.xhtml", &format!("<p>{inside}</p>"));
            let (mut epub, mut counts) = (Epub::empty("t"), Counts::default());
            epub.put("E/a b.png", Vec::new());
            let mut documents = Documents(vec![open]);
            apply(&epub, &mut documents, &mut counts);
            let codes: Vec<_> =
                counts.findings.iter().map(|one| one.code.to_string()).collect();
            let text = documents.0[0].tree.to_xml();
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
        let (there, codes) =
            of("<img src=\"a%20b.png\" /><img src=\"data:image/gif;base64,\" />");
        assert_eq!(there.matches("alt=\"\"").count(), 2, "{there}");
        assert_eq!(codes, "");
    }
}
