//! What is cut, and what becomes of what led there.

use super::*;
use crate::epub::{ContentDocument, Epub, Package};

const OPF: &str = "<package unique-identifier=\"i\"><metadata><dc:identifier id=\"i\">urn:b\
    </dc:identifier><dc:title>T</dc:title><dc:language>tlh</dc:language></metadata><manifest>\
    <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\" />\
    <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\" />\
    <item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\" />\
    <item id=\"p\" href=\"p.svg\" media-type=\"image/svg+xml\" />\
    <item id=\"q\" href=\"q.png\" media-type=\"image/png\" />\
    <item id=\"k\" href=\"k.png\" media-type=\"image/png\" /></manifest>\
    <spine><itemref idref=\"a\" /><itemref idref=\"b\" /></spine></package>";
const NAV: &str = "<html><head><title>T</title></head><body><nav epub:type=\"toc\"><ol>\
    <li id=\"t1\"><a href=\"a.xhtml#a\">A</a><ol><li><a href=\"a.xhtml#x\">X</a></li></ol></li>\
    <li><span>Part</span><ol><li id=\"t2\"><a href=\"b.xhtml#b\">B <code>c</code></a></li></ol></li>\
    </ol></nav></body></html>";
const A: &str = "<html><body><section class=\"level1\" id=\"a\"><p><a href=\"b.xhtml\" class=\"r\" \
    role=\"doc-x\">b</a> <a href=\"#b\">raw</a> <a href=\"#x\">x</a> <a href=\"https://x.org/#b\">w</a>\
    </p><img src=\"k.png\" /></section></body></html>";
const B: &str = "<html><body><section class=\"level1\" id=\"b\"><img src=\"p.svg\" /></section></body></html>";

fn book(a: &str) -> UnfinishedBook {
    let mut epub = Epub::empty("t.epub");
    epub.put(
        "p.svg",
        b"<svg><image href=\"q.png\" /><image href=\"k.png\" /></svg>".to_vec(),
    );
    for name in ["a.xhtml", "b.xhtml", "q.png", "k.png"] {
        epub.put(name, Vec::new());
    }
    let mut book = UnfinishedBook::new(epub, Package::parse(OPF).unwrap());
    let all = [("nav.xhtml", NAV), ("a.xhtml", a), ("b.xhtml", B)];
    book.documents
        .0
        .extend(all.map(|(path, text)| ContentDocument::of(path, text).into()));
    book
}

/// The documents after the cut by their paths, and what was found.
fn made(a: &str, chapters: usize) -> (UnfinishedBook, FinishOutcome) {
    let mut options = FinishOptions::default();
    options.presentation.edition = Edition::Sample;
    options.sample.chapters = chapters;
    let (mut book, mut outcome) = (book(a), FinishOutcome::default());
    cut(&mut book, &options, &mut outcome);
    (book, outcome)
}

fn text(book: &UnfinishedBook, path: &str) -> String {
    book.documents.get(path).unwrap().tree.to_xml()
}

#[test]
fn what_leads_out_becomes_words() {
    let (book, outcome) = made(A, 1);
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    let a = text(&book, "a.xhtml");
    assert!(a.contains("<span class=\"r\">b</span> raw <a href=\"#x\">x</a> "), "{a}");
    assert!(a.contains("<a href=\"https://x.org/#b\">w</a>"), "{a}");
    let nav = text(&book, "nav.xhtml");
    assert!(!nav.contains("Part") && !nav.contains("b.xhtml"), "{nav}");
    assert!(
        nav.contains("<a href=\"sample-end.xhtml#sample-end\">End of the Sample</a>")
    );
    let end = text(&book, "sample-end.xhtml");
    let rest = "<span>Part</span><ol><li><span>B <code>c</code></span></li></ol>";
    assert!(
        end.contains(rest) && !end.contains("X</") && !end.contains(" id=\"t"),
        "{end}"
    );
    assert!(end.contains("<h2 class=\"unnumbered unlisted\" lang=\"en\""), "{end}");
    let package = book.package.to_xml();
    assert!(book.documents.get("b.xhtml").is_none() && !package.contains("b.xhtml"));
    for (name, is_there) in [("p.svg", false), ("q.png", false), ("k.png", true)] {
        assert_eq!(package.contains(name), is_there, "{name}");
        assert_eq!(book.epub.get(name).is_some(), is_there, "{name}");
    }
    assert!(!package.contains("idref=\"b\""), "{package}");
}

#[test]
fn a_mark_ends_the_sample_within_a_chapter() {
    let mark = "<!--  concbook:\n Sample ends -->";
    let a = format!(
        "<html><body><section class=\"level1\" id=\"a\"><ul><li>1{mark}</li><li>2</li></ul><p \
         id=\"x\">3</p></section><section class=\"footnotes\"><aside epub:type=\"footnote\" \
         id=\"f\">n</aside></section></body></html>"
    );
    let (book, outcome) = made(&a, 1);
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    let a = text(&book, "a.xhtml");
    let left = "<section class=\"level1\" id=\"a\"><ul><li>1</li></ul></section></body>";
    assert!(a.contains(left), "{a}");
    let end = text(&book, "sample-end.xhtml");
    assert!(end.contains("<span>A</span><ol><li><span>X</span></li></ol>"), "{end}");
    let nav = text(&book, "nav.xhtml");
    assert!(nav.contains("<a href=\"a.xhtml#a\">A</a></li>"), "{nav}");
}

#[test]
fn a_mark_that_is_misspelt_is_told() {
    let (_, outcome) =
        made(&A.replace("<p>", "<!-- concbook: sample end --><!-- x --><p>"), 1);
    let [finding] = &outcome.findings[..] else { panic!("{:?}", outcome.findings) };
    assert!(finding.code == "sample-mark" && finding.message.contains("sample end "));
}

#[test]
fn a_sample_of_all_is_refused() {
    for (a, chapters) in [(A.to_owned(), 2), (A.replace("level1", "level7"), 1)] {
        let (book, outcome) = made(&a, chapters);
        let [finding] = &outcome.findings[..] else { panic!("{:?}", outcome.findings) };
        assert_eq!(finding.code, "sample-whole");
        assert_eq!(text(&book, "a.xhtml"), a);
    }
}

#[test]
fn a_sample_is_a_publication_of_its_own() {
    let mut options = FinishOptions::default();
    let mut book = book(A);
    metadata(&mut book, &options, &mut FinishOutcome::default());
    assert_eq!(book.package.to_xml(), Package::parse(OPF).unwrap().to_xml());
    options.presentation.edition = Edition::Sample;
    metadata(&mut book, &options, &mut FinishOutcome::default());
    let package = book.package.to_xml();
    assert!(package.contains("<dc:title>T (Sample)</dc:title>"), "{package}");
    assert!(package.contains("<dc:source>urn:b</dc:source>"), "{package}");
    assert!(package.contains("<dc:identifier id=\"i\">urn:uuid:"), "{package}");
    assert!(text(&book, "nav.xhtml").contains("<title>T (Sample)</title>"));
}
