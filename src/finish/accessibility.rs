//! What the package document says of the book's accessibility, as it follows from what the book
//! holds (EPUB Accessibility 1.1, section 2; the vocabulary is schema.org's). pandoc 2.17 says
//! nothing, and 3.x claims alternative texts for every picture, whether they are there or not.
//!
//! What only a person can judge, whether the book conforms to a standard, is claimed only where the
//! author claims it.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, UnfinishedBook};
use crate::elements::is_heading;
use crate::epub::{
    ContentDocument, ContentDocuments, Document, Epub, NodeId, Package, resolve,
};
use concfilter::settings::Accessibility;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

const MODE: &str = "schema:accessMode";
const SUFFICIENT: &str = "schema:accessModeSufficient";
const FEATURE: &str = "schema:accessibilityFeature";
const HAZARD: &str = "schema:accessibilityHazard";
const SUMMARY: &str = "schema:accessibilitySummary";

/// What the documents hold.
#[derive(Debug, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the book"
)]
struct Holds {
    pictures: usize,
    /// Pictures without a description.
    silent: usize,
    headings: bool,
    listings: bool,
    contents: bool,
    formulas: bool,
    /// Sound or film.
    media: bool,
    /// What may flash: film, animated pictures, scripts.
    moving: bool,
}

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    let UnfinishedBook { epub, package, documents, .. } = book;
    describe(epub, package, documents, &options.accessibility);
}

fn describe(
    epub: &Epub,
    package: &mut Package,
    documents: &ContentDocuments,
    claims: &Accessibility,
) {
    let mut holds = Holds { moving: is_animated(epub, package), ..Holds::default() };
    let each: Vec<Holds> = documents
        .0
        .par_iter()
        .map(|document| document.fact("accessibility", "", Holds::of))
        .collect();
    each.iter().for_each(|one| holds.add(one));
    modes(package, &holds);
    features(package, &holds);
    if holds.moving {
        package.remove_meta(HAZARD, "none");
    }
    if !package.has_meta(HAZARD) {
        package.add_meta(HAZARD, if holds.moving { "unknown" } else { "none" });
    }
    if !package.has_meta(SUMMARY) {
        match &claims.summary {
            Some(summary) => package.add_meta(SUMMARY, summary),
            None => package.add_meta(SUMMARY, &holds.summary()),
        }
    }
    for (property, value) in [
        ("dcterms:conformsTo", &claims.conforms_to),
        ("a11y:certifiedBy", &claims.certified_by),
        ("a11y:exemption", &claims.exemption),
    ] {
        if let Some(value) = value {
            package.add_meta(property, value);
        }
    }
}

fn modes(package: &mut Package, holds: &Holds) {
    package.add_meta(MODE, "textual");
    if holds.pictures > 0 {
        package.add_meta(MODE, "visual");
    }
    if holds.media {
        package.add_meta(MODE, "auditory");
    }
    if holds.silent > 0 || holds.media {
        // Without the pictures something would be missing.
        package.remove_meta(SUFFICIENT, "textual");
    } else {
        package.add_meta(SUFFICIENT, "textual");
    }
    if holds.pictures > 0 && !holds.media {
        package.add_meta(SUFFICIENT, "textual,visual");
    }
}

fn features(package: &mut Package, holds: &Holds) {
    let described = holds.pictures > 0 && holds.silent == 0;
    for (name, has) in [
        ("alternativeText", described),
        ("MathML", holds.formulas),
        ("readingOrder", true),
        ("structuralNavigation", holds.headings),
        ("tableOfContents", holds.contents),
    ] {
        if has {
            package.add_meta(FEATURE, name);
        } else {
            package.remove_meta(FEATURE, name);
        }
    }
}

/// Whether a picture of the book moves: a GIF with a number of repetitions (`NETSCAPE2.0`).
fn is_animated(epub: &Epub, package: &Package) -> bool {
    package.items().iter().filter(|item| item.media_type == "image/gif").any(|item| {
        let path = resolve(epub.package_path(), &item.href);
        let data = path.and_then(|path| epub.get(&path)).unwrap_or_default();
        data.windows(11).any(|bytes| bytes == b"NETSCAPE2.0")
    })
}

impl Holds {
    /// What a document holds.
    fn of(document: &ContentDocument) -> Self {
        let mut own = Self::default();
        own.read(document);
        own
    }

    /// Adds what others hold.
    fn add(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.silent += other.silent;
        self.headings |= other.headings;
        self.listings |= other.listings;
        self.contents |= other.contents;
        self.formulas |= other.formulas;
        self.media |= other.media;
        self.moving |= other.moving;
    }

    fn read(&mut self, document: &ContentDocument) {
        let tree = &document.tree;
        let is_cover = document.find("body").is_some_and(|body| {
            tree.attr(body, "id") == Some("cover")
                || tree.attr(body, "epub:type") == Some("cover")
        });
        for node in tree.descendants(tree.root()).filter(|_| !is_cover) {
            match tree.name(node) {
                Some("img" | "svg") if !is_decoration(tree, node) => {
                    self.pictures += 1;
                    self.silent += usize::from(!is_described(tree, node));
                }
                Some(name) if is_heading(name) => self.headings = true,
                Some("pre") => self.listings = true,
                Some("math") => self.formulas = true,
                Some("audio") => self.media = true,
                Some("video") => (self.media, self.moving) = (true, true),
                Some("script") => self.moving = true,
                Some("nav") => {
                    let types = tree.attr(node, "epub:type").unwrap_or_default();
                    self.contents |=
                        types.split_ascii_whitespace().any(|one| one == "toc");
                }
                _ => {}
            }
        }
    }

    /// What a shop shows, in whole sentences.
    fn summary(&self) -> String {
        let mut sentences = vec![
            "The text can be enlarged, reflows, and can be read aloud or in braille.",
        ];
        if self.headings && self.contents {
            sentences.push("Headings and a table of contents lead through it.");
        }
        if self.listings {
            sentences.push("Program listings are text.");
        }
        if self.formulas {
            sentences.push("Formulas are MathML.");
        }
        if self.pictures > 0 {
            sentences.push(match self.silent {
                0 => "All pictures have a description.",
                _ => "Some pictures have no description.",
            });
        }
        sentences.join(" ")
    }
}

fn is_decoration(tree: &Document, node: NodeId) -> bool {
    matches!(tree.attr(node, "role"), Some("presentation" | "none"))
        || tree.attr(node, "aria-hidden") == Some("true")
}

fn is_described(tree: &Document, node: NodeId) -> bool {
    let has_text =
        |name: &str| tree.attr(node, name).is_some_and(|text| !text.trim().is_empty());
    if has_text("alt")
        || has_text("aria-label")
        || has_text("aria-labelledby")
        || has_text("title")
    {
        return true;
    }
    let is_title = |one: NodeId| matches!(tree.local_name(one), Some("title" | "desc"));
    let in_figure = |one: NodeId| {
        tree.name(one) == Some("figure")
            && tree.descendants(one).any(|child| tree.name(child) == Some("figcaption"))
    };
    tree.descendants(node).any(is_title) || tree.ancestors(node).any(in_figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(metadata: &str, body: &str, said: &Accessibility) -> String {
        let opf = format!(
            "<package><metadata>{metadata}</metadata><manifest></manifest></package>"
        );
        let mut package = Package::parse(&opf).unwrap();
        let documents = ContentDocuments(vec![
            ContentDocument::of("a", &format!("<html><body>{body}</body></html>")).into(),
        ]);
        let epub = Epub::empty("t.epub");
        describe(&epub, &mut package, &documents, said);
        let once = package.to_xml();
        describe(&epub, &mut package, &documents, said);
        assert_eq!(package.to_xml(), once, "a second time");
        once
    }

    fn said(body: &str) -> String {
        let pandocs = "<meta property=\"schema:accessMode\">textual</meta>\
            <meta property=\"schema:accessModeSufficient\">textual</meta>\
            <meta property=\"schema:accessibilityFeature\">alternativeText</meta>\
            <meta property=\"schema:accessibilityHazard\">none</meta>";
        said_of(pandocs, body, &Accessibility::default())
    }

    #[test]
    fn claims_follow_what_the_book_holds() {
        let silent = said("<img src=\"a\" alt=\"\" />");
        assert!(
            !silent.contains("alternativeText") && silent.contains(">visual<"),
            "{silent}"
        );
        assert!(
            silent.contains(">textual,visual<")
                && silent.matches("Sufficient").count() == 1
        );
        let described = said("<img src=\"a\" alt=\"A quay\" />");
        assert!(described.contains("alternativeText") && described.contains(">visual<"));
        let none = said("<p>text</p>");
        assert!(!none.contains("alternativeText") && !none.contains("visual"), "{none}");
        assert!(said("<figure><img src=\"a\" alt=\"\" /><figcaption>A quay</figcaption></figure>")
            .contains("alternativeText"));
        let moving = said("<video src=\"a.mp4\"></video><math></math>");
        assert!(moving.contains(">unknown<") && !moving.contains(">none<"), "{moving}");
        assert!(moving.contains(">auditory<") && moving.contains(">MathML<"), "{moving}");
    }

    #[test]
    fn a_book_of_which_nothing_was_said_gets_all_of_it() {
        let contents = "<nav epub:type=\"toc\"></nav><h1>A</h1><pre></pre>";
        let out = said_of("", contents, &Accessibility::default());
        for wanted in [
            ">textual<",
            ">structuralNavigation<",
            ">tableOfContents<",
            ">none<",
            "listings are text",
        ] {
            assert!(out.contains(wanted), "{wanted}: {out}");
        }
        assert!(!out.contains("conformsTo"), "{out}");
        let claims = Accessibility {
            summary: Some("Mine.".to_owned()),
            conforms_to: Some("EPUB Accessibility 1.1 - WCAG 2.1 Level AA".to_owned()),
            certified_by: Some("A. Author".to_owned()),
            exemption: None,
        };
        let out = said_of("", contents, &claims);
        for wanted in [">Mine.<", "dcterms:conformsTo", "a11y:certifiedBy"] {
            assert!(out.contains(wanted), "{wanted}: {out}");
        }
    }
}
