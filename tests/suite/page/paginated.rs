//! Whole books in two reading systems that are not ours, page by page, on a phone and on a tablet: no
//! heading, caption or head of a table stands alone at the end of a page, nothing is cut off at its foot,
//! few pages are left empty for more than a fifth, each for a reason, and their dark themes can be read.
//!
//! The readers are opened by `readers.js`; `pages.js` looks at their pages.

use super::book::Book;
use super::{Verdict, known, screen};
use crate::support::cdp::Page;
use crate::support::{TempBook, repo, skip};
use concbook::fsx;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A phone and a tablet, in CSS pixels.
const SCREENS: [(u32, u32); 2] = [(360, 560), (600, 800)];

/// A reading system: its name, the files of its package, and the system's theme in which it is dark.
type Reader = (&'static str, &'static [&'static str], &'static str);

const READERS: [Reader; 2] = [
    ("epubjs", &["jszip/dist/jszip.min.js", "epubjs/dist/epub.min.js"], "light"),
    ("foliate", &["foliate-js/view.js"], "dark"),
];

/// The page of a reader that has the book in it.
fn page_of(packages: &Path, files: &[&str], epub: &Path) -> String {
    let scripts = files.iter().map(|file| {
        let is_module = if file.starts_with("foliate") { "type=module " } else { "" };
        format!("<script {is_module}src='file://{}/{file}'></script>", packages.display())
    });
    let bytes: Vec<String> =
        fsx::read(epub).unwrap().iter().map(ToString::to_string).collect();
    format!(
        "<!DOCTYPE html><meta charset=utf-8><title>reader</title>\
         <style>:root {{ color-scheme: light dark }} html, body {{ margin: 0; height: 100% }}\
         #area {{ width: 100vw; height: 100vh }}</style>{}<div id=area></div>\
         <script>window.data = new Uint8Array([{}])</script>",
        scripts.collect::<String>(),
        bytes.join(",")
    )
}

/// What a reader shows of a book on a screen, a value for each section.
fn shown(page: &mut Page, reader: &str, file: &Path, screen: (u32, u32)) -> Value {
    page.size(screen.0, screen.1);
    page.load(file);
    let script =
        |name: &str| fsx::read_text(&repo("tests/suite/page").join(name)).unwrap();
    page.evaluate(&script("pages.js"));
    page.evaluate(&script("readers.js"));
    page.evaluate(&format!("readers.{reader}({})", json!(script("judge.js"))))
}

/// Looks at a book in all readers and on all screens. At most one page of so many may be left empty for
/// more than a fifth.
fn judge(book: Option<Book>, one_of: usize) {
    let Some(packages) = std::env::var_os("CONCBOOK_NODE_MODULES").map(PathBuf::from)
    else {
        return skip("epub.js and foliate-js");
    };
    let Some(book) = book else { return };
    let Some(mut page) = screen() else { return };
    let (mut verdict, mut pages, mut empty) = (Verdict::default(), 0, Vec::new());
    for (reader, files, system) in READERS {
        let folder =
            TempBook::new().file("page.html", page_of(&packages, files, &book.epub));
        let features = json!([{ "name": "prefers-color-scheme", "value": system }]);
        page.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        for screen in SCREENS {
            let at = format!("{reader}, {} × {} px", screen.0, screen.1);
            let sections = shown(&mut page, reader, &folder.path("page.html"), screen);
            for section in sections.as_array().unwrap() {
                let name =
                    section["section"].as_str().unwrap().rsplit('/').next().unwrap();
                verdict.add(name, &section["faults"], &at);
                verdict.add(name, &section["dark"], &format!("{at}, dark"));
                pages += usize::try_from(section["pages"].as_u64().unwrap()).unwrap();
                let gaps = section["gaps"].as_array().unwrap().iter();
                empty.extend(
                    gaps.map(|gap| format!("{at}: {name}: {} {}", gap[1], gap[0])),
                );
            }
        }
    }
    eprintln!(
        "{}: {} of {pages} pages are more than a fifth empty:",
        book.name,
        empty.len()
    );
    eprintln!("{}", empty.join("\n"));
    let wrong = known::unexpected(&format!("{}, paged", book.name), &verdict);
    assert!(wrong.is_empty(), "{}:\n{wrong}", book.name);
    assert!(pages > 100 && empty.len() * one_of <= pages, "{} of {pages}", empty.len());
}

#[test]
fn the_book_of_all_constructs_falls_well_on_its_pages() {
    judge(Book::of("tests/books/torture"), 12);
}

#[test]
fn the_sample_falls_well_on_its_pages() {
    judge(Book::of("examples/concurrency"), 20);
}

/// A document in columns, whose sheet leaves nothing together: a heading, a caption and a head of a table
/// stand alone, a caption behind its picture, a box reaches below its page, and a page is left empty for no reason.
#[test]
fn the_judge_sees_what_falls_badly() {
    let Some(mut page) = screen() else { return };
    let html = "<!DOCTYPE html><meta charset=utf-8><style>
        html { box-sizing: border-box; width: 300px; height: 200px; padding: 0 10px; column-width: 280px;
               column-gap: 20px; column-fill: auto; overflow: hidden; margin: 0; font: 20px/1 serif }
        body, p, h1, table, caption, figcaption, figure { margin: 0; padding: 0; font: 20px/20px serif }
        div { height: 175px } figure div { height: 190px } .next { break-before: column }
        th, td { height: 20px; padding: 0 }</style><body>
        <div>a</div><h1>Alone</h1><p>text</p><div class=next>b</div>
        <figure><figcaption>Above</figcaption><p>text</p></figure>
        <div class=next>c</div><table cellspacing=0><thead><tr><th>Head</th></tr></thead>
        <tbody><tr><td>cell</td></tr></tbody></table>
        <figure class=next><div>d</div><figcaption>Below</figcaption></figure>
        <p class=next>Short</p><p class=next>Without a reason</p>
        <img class=next width=50 height=260 src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>";
    let folder = TempBook::new().file("page.html", html);
    page.size(600, 200);
    page.load(&folder.path("page.html"));
    page.evaluate(&fsx::read_text(&repo("tests/suite/page/pages.js")).unwrap());
    let said = page.evaluate("pages(window, document.documentElement, 300)");
    let kinds: Vec<(&str, &str)> = said["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault[0].as_str().unwrap(), fault[1].as_str().unwrap()))
        .collect();
    for wanted in [
        ("alone", "Alone"),
        ("alone", "Above"),
        ("alone", "Head"),
        ("alone", "Below"),
        ("gap", "Without a reason"),
        ("below", "img"),
    ] {
        assert!(kinds.contains(&wanted), "{wanted:?}: {said:#}");
    }
}
