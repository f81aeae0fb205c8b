//! Boxes of the author's that have a ground and no colour of text: text gets the colour that can be
//! read there, for where the page is dark the reader's is light; and so do links, unless the author gives
//! them a colour. What the author sets, stays.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::css::{
    behind_imports, colours_links, has_inline_background, inline_dark_colour,
    inline_text_colour, link_colours, plain_link_colours, plain_text_colours,
    text_colours,
};
use crate::epub::{ContentDocument, LazyDocument, NodeId};
use crate::style::stylesheets::is_pandocs_or_ours;
use concfilter::settings::Edition;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What our rules in a stylesheet of the author's begin with.
const MARK: &str = "/* concbook: text on grounds that have no colour for it */";

/// The class of text in a dark colour of the author's own.
const INK: &str = "own-ink";

/// The class of what has a ground by its `style` attribute; the stylesheet has a colour for links there.
const GROUND: &str = "own-ground";

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, documents, .. } = book;
    // Kindle knows neither variables, which colour links elsewhere, nor colours for the dark.
    let is_kindle = options.presentation.edition == Edition::Kindle;
    let is_sheet =
        |name: &str| Path::new(name).extension().is_some_and(|one| one == "css");
    let names: Vec<String> = epub
        .entries()
        .iter()
        .filter(|entry| is_sheet(&entry.name))
        .map(|entry| entry.name.clone())
        .collect();
    let mut sheets = String::new();
    let is_authors = |name: &String| {
        epub.text(name).is_ok_and(|css| {
            let is_authors = !is_pandocs_or_ours(css);
            if is_authors {
                sheets.push_str(css);
            }
            is_authors
        })
    };
    let authors: Vec<String> = names.into_iter().filter(is_authors).collect();
    let links = !colours_links(&sheets);
    let complete = if is_kindle { completed_for_kindle } else { completed };
    for name in authors {
        let more = epub.text(&name).ok().and_then(|css| complete(css, links));
        if let Some(more) = more {
            epub.put(&name, more.into_bytes());
        }
    }
    let sheets: Arc<str> = Arc::from(sheets);
    let given = format!("{is_kindle} {sheets}");
    let has_styles = |document: &LazyDocument| {
        document.has("style") || document.fact("style-attributes", "", has_styles)
    };
    let styled = documents.0.par_iter_mut().filter(|document| has_styles(document));
    styled.for_each(|document| {
        let sheets = Arc::clone(&sheets);
        document.change("text-colours", &given, move |document| {
            in_styles(document, links, complete);
            if links && !is_kindle {
                mark_grounds(document);
            }
            in_attributes(document, &Spoken::of(&sheets));
            if !is_kindle {
                inks(document);
            }
        });
    });
}

/// Whether anything in a document has a ground or a colour by its `style` attribute.
fn has_styles(document: &ContentDocument) -> bool {
    let tree = &document.tree;
    tree.descendants(tree.root()).any(|node| {
        let style = tree.attr(node, "style");
        style.is_some_and(|css| css.contains("background") || css.contains("color"))
    })
}

/// What stands behind the full stops of stylesheets, up to a space: the classes that they speak of, among
/// other things. In order, so that a class is found without reading the stylesheets for each.
struct Spoken<'a>(BTreeSet<&'a str>);

impl<'a> Spoken<'a> {
    fn of(sheets: &'a str) -> Self {
        let behind = sheets.match_indices('.').map(|(at, stop)| {
            let rest = &sheets[at + stop.len()..];
            rest.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default()
        });
        Self(behind.collect())
    }

    /// Whether the stylesheets hold a full stop and this class behind it.
    fn has(&self, class: &str) -> bool {
        self.0.range(class..).next().is_some_and(|one| one.starts_with(class))
    }
}

/// A stylesheet with the rules that it lacks; `None` where it lacks none, or has them.
fn completed(css: &str, links: bool) -> Option<String> {
    if css.contains(MARK) {
        return None;
    }
    let mut rules = text_colours(css);
    if links {
        rules += &link_colours(css);
    }
    (!rules.is_empty()).then(|| format!("{}\n{MARK}\n{rules}", css.trim_end()))
}

/// The same for Kindle, which knows no `:where`: what has no more weight than the author's rules stands before
/// them, so that theirs hold all the same.
fn completed_for_kindle(css: &str, links: bool) -> Option<String> {
    let mut rules = plain_text_colours(css);
    if links {
        rules += &plain_link_colours(css);
    }
    if css.contains(MARK) || rules.is_empty() {
        return None;
    }
    let (imports, own) = css.split_at(behind_imports(css));
    Some(format!("{imports}\n{MARK}\n{rules}{own}"))
}

/// The same for stylesheets in a document.
fn in_styles(
    document: &mut ContentDocument,
    links: bool,
    complete: fn(&str, bool) -> Option<String>,
) {
    for node in document.elements("style") {
        let css = document.tree.text(node);
        let links = links && !colours_links(&css);
        if let Some(more) = complete(&css, links) {
            document.tree.set_text(node, &more);
            document.changed = true;
        }
    }
}

/// Marks what has a ground by its `style` attribute, and links in it.
fn mark_grounds(document: &mut ContentDocument) {
    let tree = &document.tree;
    let has_ground = |node| {
        let style = tree.attr(node, "style").filter(|one| one.contains("background"));
        style.is_some_and(has_inline_background)
    };
    let is_link =
        |one| tree.local_name(one) == Some("a") && tree.attr(one, "href").is_some();
    let found: Vec<NodeId> = tree
        .descendants(tree.root())
        .filter(|&node| has_ground(node) && !tree.has_class(node, GROUND))
        .filter(|&node| tree.descendants(node).any(is_link))
        .collect();
    for node in found {
        let own = document.tree.attr(node, "class").map(|own| format!("{own} "));
        document.tree.set_attr(node, "class", own.unwrap_or_default() + GROUND);
        document.changed = true;
    }
}

/// The same for elements with a ground of their own, unless a stylesheet speaks of their classes.
fn in_attributes(document: &mut ContentDocument, spoken: &Spoken<'_>) {
    let tree = &document.tree;
    let found: Vec<(NodeId, String)> = tree
        .descendants(tree.root())
        .filter(|&node| !tree.classes(node).any(|class| spoken.has(class)))
        .filter_map(|node| {
            let style =
                tree.attr(node, "style").filter(|one| one.contains("background"))?;
            let colour = inline_text_colour(style)?;
            let style = style.trim_end().trim_end_matches(';');
            Some((node, format!("{style}; color: {colour}")))
        })
        .collect();
    for (node, style) in found {
        document.tree.set_attr(node, "style", style);
        document.changed = true;
    }
}

/// Lets dark colours that the author gave to words be lighter where the page is dark: the stylesheet mixes
/// them with white there.
fn inks(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_drawn =
        |node| tree.ancestors(node).any(|one| tree.local_name(one) == Some("svg"));
    let found: Vec<(NodeId, String)> = tree
        .descendants(tree.root())
        .filter(|&node| {
            !tree.has_class(node, INK) && tree.local_name(node) != Some("svg")
        })
        .filter_map(|node| {
            let style = tree.attr(node, "style").filter(|one| one.contains("color"))?;
            let ink = inline_dark_colour(style)?;
            let style = style.trim_end().trim_end_matches(';');
            Some((node, format!("{style}; --ink: {ink}")))
        })
        .filter(|(node, _)| !is_drawn(*node))
        .collect();
    for (node, style) in found {
        let tree = &mut document.tree;
        let own = tree.attr(node, "class").map(|own| format!("{own} "));
        tree.set_attr(node, "class", own.unwrap_or_default() + INK);
        tree.set_attr(node, "style", style);
        document.changed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::{Epub, Package};

    #[test]
    fn a_class_is_found_wherever_stylesheets_hold_it() {
        let sheets =
            ".note,a.own>b.c12{x:0.5em} .é\t.b\n.long-one:hover{}..d @import x.css;.";
        let spoken = Spoken::of(sheets);
        for class in [
            "note", "not", "note,a", "ote", "own", "own>b", "c1", "c12", "c123", "5em",
            "é", "b", "a", "long-one", "long-two", "d", ".d", "css", "x", "zz",
        ] {
            assert_eq!(
                spoken.has(class),
                sheets.contains(&format!(".{class}")),
                "{class}"
            );
        }
        assert!(!Spoken::of("").has("a"));
    }

    #[test]
    fn kindle_gets_rules_that_it_knows() {
        let css = "@import 'b.css';\n.note { background: #eee }\n.note { color: red }\n";
        let mut epub = Epub::empty("t.epub");
        epub.put("a.css", css.as_bytes().to_vec());
        let mut book = UnfinishedBook::new(
            epub,
            Package::parse("<package><manifest /></package>").unwrap(),
        );
        let xml = "<p style=\"color: navy\">a</p>";
        book.documents.0.push(ContentDocument::of("a.xhtml", xml).into());
        let mut options = FinishOptions::default();
        options.presentation.edition = Edition::Kindle;
        for _ in 0..2 {
            apply(&mut book, &options, &mut FinishOutcome::default());
            let wanted = css.replace(
                ";\n.note { b",
                &format!(
                    ";\n{MARK}\n.note {{ color: #000; }}\n.note a {{ color: inherit; }}\n\n.note {{ b"
                ),
            );
            assert_eq!(book.epub.text("a.css").unwrap(), wanted);
            assert_eq!(book.documents.0[0].tree.to_xml(), xml);
        }
    }

    #[test]
    fn links_that_the_author_colours_keep_their_colour() {
        let css = ".note { background: #eee } .note a { color: red }";
        let xml = "<p style=\"background: #ffe; color: red\"><a href=\"#e\">e</a></p>";
        let mut epub = Epub::empty("t.epub");
        epub.put("a.css", css.as_bytes().to_vec());
        let mut book = UnfinishedBook::new(
            epub,
            Package::parse("<package><manifest /></package>").unwrap(),
        );
        book.documents.0.push(ContentDocument::of("a.xhtml", xml).into());
        apply(&mut book, &FinishOptions::default(), &mut FinishOutcome::default());
        assert!(!book.epub.text("a.css").unwrap().contains("--link"));
        assert_eq!(book.documents.0[0].tree.to_xml(), xml);
    }

    #[test]
    fn boxes_with_a_ground_get_a_colour_for_their_text() {
        let mut epub = Epub::empty("t.epub");
        epub.put("a.css", b".note { background: #eee }\n.own { color: red }\n".to_vec());
        let mut book = UnfinishedBook::new(
            epub,
            Package::parse("<package><manifest /></package>").unwrap(),
        );
        let xml = "<html><style>p { background: #000 }</style><p style=\"background: #ffe\">a</p>\
                   <p class=\"own\" style=\"background: #ffe\">b</p><p style=\"margin: 0\">c</p>\
                   <b style=\"color: navy;\">d</b><i style=\"background: #ffe; color: red\"><a \
                   href=\"#e\">e</a></i></html>";
        book.documents.0.push(ContentDocument::of("a.xhtml", xml).into());
        for _ in 0..2 {
            apply(&mut book, &FinishOptions::default(), &mut FinishOutcome::default());
            let css = book.epub.text("a.css").unwrap();
            let wanted = format!(
                "{MARK}\n:where(.note) {{ color: #000; }}\n\
                 :where(.note) a[href][href] {{ color: var(--link); }}\n"
            );
            assert!(css.ends_with(&wanted) && css.matches(MARK).count() == 1, "{css}");
            let out = book.documents.0[0].tree.to_xml();
            for wanted in [
                ":where(p) { color: #fff; }",
                ":where(p) a[href][href] { color: var(--link); }",
                "class=\"own-ground\"><a",
                "<p style=\"background: #ffe; color: #000\">a</p>",
                "<b style=\"color: navy; --ink: #000080\" class=\"own-ink\">d</b>",
                "<p class=\"own\" style=\"background: #ffe\">b</p><p style=\"margin: 0\">c</p>",
            ] {
                assert!(out.contains(wanted), "{out}");
            }
        }
    }
}
