//! What is marked is found again, and nothing is left of the marks.

use super::*;
use crate::finding::Code;
use crate::markdown::Dialect;
use concfilter::ast::build::{Attr, header};
use serde_json::{Value, json};

const A: &str = "# A\n\n<!-- a -- b -->\n\n![x](images/foo.png)\n\n## Same\n\n\
                 <!-- a -- b -->\n\n## Same\n\n<!-- a -- b -->\n\n<img src='raw.png'>\n";
const B: &str = "# B\n\nA tree: 🌳\n";

fn heading(level: u8, text: &str) -> Value {
    header(level, &Attr::default(), vec![json!({"t": "Str", "c": text})])
}

/// The value of an element's mark.
fn mark_of(element: &Value) -> Option<&str> {
    let at = usize::from(element["t"] == "Header");
    element["c"][at][2][0][1].as_str()
}

fn chapter(label: &str, text: &str) -> Chapter {
    Chapter::of_text(label, text, Dialect::Pandoc)
}

fn source(label: &str, text: &str, pictures: Pictures) -> SourceChapter {
    SourceChapter { chapter: Arc::new(chapter(label, text)), pictures }
}

#[test]
fn elements_are_marked_with_their_bytes() {
    let image = json!({"t": "Image", "c": [["", [], []], [], ["images/foo.png", ""]]});
    let mut blocks = vec![
        heading(1, "A"),
        json!({"t": "Para", "c": [image]}),
        heading(2, "Same"),
        heading(2, "Nowhere"),
        heading(2, "Same"),
        json!({"t": "RawBlock", "c": ["html", "<img src='raw.png'>"]}),
    ];
    let pictures = mark(&mut blocks, 3, &chapter("a.md", A));
    let at = |text: &str, number: usize| A.match_indices(text).nth(number).unwrap().0;
    assert_eq!(mark_of(&blocks[0]), Some("3:0"));
    let picture = format!("3:{}", at("![", 0));
    assert_eq!(mark_of(&blocks[1]["c"][0]), Some(&*picture));
    assert_eq!(mark_of(&blocks[2]), Some(&*format!("3:{}", at("## Same", 0))));
    assert_eq!(mark_of(&blocks[3]), None);
    assert_eq!(mark_of(&blocks[4]), Some(&*format!("3:{}", at("## Same", 1))));
    let raw = at("<img", 0);
    let marked = format!("<img {ATTRIBUTE}=\"3:{raw}\" src='raw.png'>");
    assert_eq!(blocks[5]["c"][1], marked);
    let names: Vec<_> = pictures.values().map(String::as_str).collect();
    assert_eq!(names, ["images/foo.png", "raw.png"]);
    // A heading that only the metadata have belongs to the chapter all the same.
    let mut blocks = vec![heading(1, "Nowhere")];
    mark(&mut blocks, 3, &chapter("a.md", A));
    assert_eq!(mark_of(&blocks[0]), Some("3:"));
}

/// An ePub of these documents, as pandoc writes it, without its marks.
fn taken_off(documents: &[(&str, &str)]) -> (Epub, SourceMap) {
    let pictures = Pictures::from([(22, "images/foo.png".to_owned())]);
    let sources = vec![source("a.md", A, pictures), source("b.md", B, Pictures::new())];
    let mut epub = Epub::empty("x.epub");
    for (name, text) in documents {
        epub.put(name, text.replace('@', ATTRIBUTE).into_bytes());
    }
    let map = SourceMap::take_off(&mut epub, sources);
    (epub, map)
}

#[test]
fn findings_about_a_document_are_led_back_to_its_chapter() {
    let second = A.match_indices("## Same").nth(1).unwrap().0;
    let one = format!(
        "<p>\n<h1 id=\"a\" @=\"0:0\">\n<p>x<!-- a -- b --></p>\n<img src=\"../m/0.png\" \
         @=\"0:22\" />\n<h2 @=\"0:{second}\">\n<!-- a -- b -->\n<p>other</p>"
    );
    let (epub, map) = taken_off(&[
        ("nav.xhtml", "<p>\n</p>"),
        ("t/ch1.xhtml", &one),
        ("t/ch2.xhtml", "<p>more of a</p>"),
        ("t/ch3.xhtml", "<p>\n<h1 id=\"b\" @=\"1:0\">\n<p>A tree:\n🌳</p>"),
    ]);
    for entry in epub.entries() {
        assert!(!String::from_utf8_lossy(&entry.data).contains(ATTRIBUTE));
    }
    let find = |finding: Finding| {
        let mut all = [finding];
        let setting = |key: &str| Place::file(format!("book.yaml/{key}"));
        map.map_to_source(&mut all, &epub, &|_| None, &setting);
        let [finding] = all;
        (finding.place.to_string(), finding.detail.unwrap_or_default())
    };
    let said = |place: &str, detail: &str| (place.to_owned(), detail.to_owned());
    for (subject, document, line, col, place) in [
        (None, "t/ch1.xhtml", 3, 12, "a.md:3:1"),
        // The same comment stands in the chapter three times.
        (None, "t/ch1.xhtml", 6, 1, "a.md:13:1"),
        // What the Markdown has not is told by the heading above it.
        (None, "t/ch1.xhtml", 7, 4, "a.md:11:1"),
        (Some('🌳'), "t/ch3.xhtml", 3, 1, "b.md:3:9"),
        (Some('🌳'), "nav.xhtml", 1, 1, "b.md:3:9"),
    ] {
        let at = Place::at(format!("x.epub/{document}"), line, col);
        let detail = at.to_string();
        let mut finding = Finding::new(Code::HtmlRepaired, at, "bad");
        finding.subject = subject.map(|c| Subject::Glyphs(vec![c]));
        assert_eq!(find(finding), said(place, &detail));
    }
    let at = |file: &str| Finding::new(Code::ImageBroken, Place::file(file), "bad");
    // A document without a mark goes on with the chapter before.
    assert_eq!(find(at("x.epub/t/ch2.xhtml")), said("a.md", "x.epub/t/ch2.xhtml"));
    // What no chapter was made into stays where it is.
    for file in ["x.epub/nav.xhtml", "x.epub/a.css", "c.md"] {
        assert_eq!(find(at(file)), said(file, ""));
    }
    let picture = at("x.epub/m/0.png").about(Subject::Picture("m/0.png".to_owned()));
    assert_eq!(find(picture), said("a.md:5:1", "images/foo.png"));
    let setting = at("x.epub/content.opf").about(Subject::Setting("lang".into()));
    assert_eq!(find(setting), said("book.yaml/lang", ""));
}

#[test]
fn a_finished_documents_bytes_are_led_back_to_what_pandoc_wrote() {
    let moves = vec![(10, 3), (40, 20), (60, 12)];
    let found: Vec<_> = [5, 10, 39, 41, 99].iter().map(|&at| back(&moves, at)).collect();
    assert_eq!(found, [0, 3, 3, 20, 12]);
}
