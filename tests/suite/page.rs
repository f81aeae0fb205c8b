//! Whole books as Chromium shows them, at the widths of phones and tablets, in small and in large type,
//! in the themes of reading systems: nothing reaches beyond an edge, no word is cut where there is room
//! for it, everything can be read, and code is set in the book's own fonts.
//!
//! What is wrong is found in the open page, by `page/judge.js`. Known faults stand in `page/known.rs`.

mod book;
mod known;
mod paginated;
mod shown;

use crate::support::cdp::Page;
use crate::support::{TempBook, repo, skip};
use book::Book;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// At which widths in CSS pixels, and sizes of type in per cent, documents are looked at.
struct Matrix {
    widths: &'static [u32],
    sizes: &'static [u32],
}

const WHOLE: Matrix =
    Matrix { widths: &[320, 360, 600, 820], sizes: &[50, 100, 150, 200, 300] };

/// For books of many chapters, where the whole would take minutes.
const COARSE: Matrix = Matrix { widths: &[320, 600], sizes: &[100, 200] };

/// The themes of reading systems: the ground and the colour of the text that they set, or none.
const THEMES: [[&str; 3]; 4] = [
    ["no theme", "", ""],
    ["white", "#ffffff", "#000000"],
    ["sepia", "#f4ecd8", "#5f4b32"],
    ["black", "#000000", "#ffffff"],
];

/// A phone, and the size of type that it comes with: here the words are counted that are cut in
/// tables because there is no room for them.
const PHONE: (u32, u32) = (360, 100);

/// What is wrong with a document: its kind, and the beginning of the text that it is about.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    document: String,
    kind: String,
    text: String,
}

/// The faults of a book, each with where it was seen, and how many words in tables had no room.
#[derive(Default)]
struct Verdict {
    faults: BTreeMap<Fault, Vec<String>>,
    cut: u64,
}

impl Verdict {
    /// Adds the faults that the page told of, seen under these circumstances.
    fn add(&mut self, document: &str, faults: &Value, at: &str) {
        for fault in faults.as_array().unwrap() {
            let text = |at: usize| fault[at].as_str().unwrap().to_owned();
            let key =
                Fault { document: document.to_owned(), kind: text(0), text: text(1) };
            self.faults.entry(key).or_default().push(format!("{at}: {}", text(2)));
        }
    }
}

/// What is wrong, with the first places that it was seen at.
fn line((fault, seen): &(&Fault, &Vec<String>)) -> String {
    let Fault { document, text, .. } = fault;
    let first = seen.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    format!("  {document}: {text:?}, {} times: {first}\n", seen.len())
}

/// Chromium with a page that has no bars at its sides, as on a phone; nothing when it is not installed,
/// which is said.
fn screen() -> Option<Page> {
    let Some(mut page) = Page::open() else {
        skip("Chromium is not installed");
        return None;
    };
    page.call("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    Some(page)
}

/// Opens a document with the judge in it.
fn open(page: &mut Page, document: &Path) {
    let judge = concbook::fsx::read_text(&repo("tests/suite/page/judge.js")).unwrap();
    page.load(document);
    page.evaluate(&judge);
}

/// Looks at the open document in every width, size and theme.
fn look(page: &mut Page, name: &str, matrix: &Matrix, verdict: &mut Verdict) {
    for width in matrix.widths {
        page.width(*width);
        let answers = page.evaluate(&format!("judge.sizes({width}, {:?})", matrix.sizes));
        for answer in answers.as_array().unwrap() {
            let size = answer[0].as_u64().unwrap();
            verdict.add(name, &answer[1], &format!("{width} px, {size} %"));
            if (*width, size) == (PHONE.0, PHONE.1.into()) {
                verdict.cut += answer[2].as_u64().unwrap();
            }
        }
    }
    for system in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": system }]);
        page.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        let answers = page.evaluate(&format!("judge.themes({})", json!(THEMES)));
        for answer in answers.as_array().unwrap() {
            let theme = answer[0].as_str().unwrap();
            verdict.add(name, &answer[1], &format!("{theme}, {system} system"));
        }
    }
    page.call("Emulation.setEmulatedMedia", json!({ "features": [] }));
}

/// Whether a character is in one of the fonts that concbook brings. Readers show the others in
/// fonts of their own.
fn is_ours(character: char) -> bool {
    matches!(character, '\0'..='\u{52f}' | '\u{1e00}'..='\u{26ff}' | '\u{2713}'..='\u{2718}')
}

/// Text that is set in another font than it should be.
fn fonts(
    page: &mut Page,
    name: &str,
    seen: &mut BTreeSet<(String, char)>,
    verdict: &mut Verdict,
) {
    let (_, faults) = crate::chromium::faces(page, seen);
    let faults: Vec<Value> = faults
        .into_iter()
        .filter(|(text, _)| text.chars().all(is_ours))
        .map(|(text, family)| json!(["font", text.trim(), family]))
        .collect();
    verdict.add(name, &json!(faults), "set");
}

/// Judges every third document of a book that others built, coarsely.
pub(crate) fn stands(name: &str, epub: &Path) {
    let mut book = Book::unpacked(name, epub.to_owned(), TempBook::new());
    book.documents = book.documents.into_iter().step_by(3).collect();
    judge(Some(book), &COARSE);
}

/// Judges a book; nothing when it, a pandoc or Chromium is missing, which is said.
fn judge(book: Option<Book>, matrix: &Matrix) {
    let Some(book) = book else { return };
    let Some(mut page) = screen() else { return };
    let (mut verdict, mut seen) = (Verdict::default(), BTreeSet::new());
    for document in &book.documents {
        let name = document.file_name().unwrap().to_str().unwrap();
        open(&mut page, document);
        look(&mut page, name, matrix, &mut verdict);
        if name != "title_page.xhtml" {
            fonts(&mut page, name, &mut seen, &mut verdict);
        }
    }
    let wrong = known::unexpected(&book.name, &verdict);
    assert!(wrong.is_empty(), "{}:\n{wrong}", book.name);
}

#[test]
fn the_book_of_all_constructs_stands_at_every_size_and_theme() {
    judge(Book::of("tests/books/torture"), &WHOLE);
}

#[test]
fn the_sample_stands_at_every_size_and_theme() {
    judge(Book::of("examples/concurrency"), &WHOLE);
}

/// Judges a book of strangers as a whole.
fn judge_whole(name: &str) {
    let Some(mut book) = Book::of_strangers(name) else { return };
    book.name += ", whole";
    judge(Some(book), &WHOLE);
}

#[test]
#[ignore = "forty chapters twenty times: by hand, before a release"]
fn learn_go_with_tests_stands_at_every_size_and_theme() {
    judge_whole("learn-go-with-tests");
}

#[test]
#[ignore = "sixty chapters twenty times: by hand, before a release"]
fn practical_python_stands_at_every_size_and_theme() {
    judge_whole("practical-python");
}

/// A sheet that spoils a page, the document it spoils, and the kind of fault that it makes.
const SPOILT: &[(&str, &str, &str)] = &[
    ("ch001", "pre, pre * { white-space: pre !important }", "beyond"),
    (
        "ch001",
        "pre, pre * { white-space: pre !important } pre { overflow: hidden }",
        "beyond",
    ),
    ("ch007", "p { width: 120% }", "beyond"),
    (
        "ch006",
        "section img:not([style]) { max-width: none !important; width: 900px }",
        "beyond",
    ),
    ("ch003", "td { word-break: break-all !important }", "cut"),
    ("ch003", "table { table-layout: fixed; width: 30% !important }", "cut"),
    ("ch007", "p { word-break: break-all }", "cut"),
    (
        "ch001",
        "pre { width: 7em } .nobr { white-space: pre-wrap !important }",
        "operator",
    ),
    ("ch001", "pre * { word-break: break-all !important }", "split"),
    ("ch007", "p { color: #999 }", "contrast"),
    ("ch001", "code span { color: #7b1a8b !important }", "contrast"),
    ("ch001", "pre.numberLines .line::before { color: #aaa !important }", "contrast"),
    ("ch006", "img { background: #0078c8 !important }", "picture"),
    ("ch001", "code, code * { font-family: serif !important }", "font"),
];

/// A judge that never complains is no judge: what each of these sheets does has to be seen.
#[test]
fn the_judge_sees_what_a_bad_sheet_does() {
    let Some(book) = Book::of("tests/books/torture") else { return };
    let Some(mut page) = screen() else { return };
    let matrix = Matrix { widths: &[PHONE.0], sizes: &[PHONE.1] };
    let mut judged = |document: &str, sheet: &str| {
        let is_it = |path: &&std::path::PathBuf| path.file_stem().unwrap() == document;
        open(&mut page, book.documents.iter().find(is_it).unwrap());
        page.evaluate(&format!(
            "{{ const s = document.createElement('style'); s.textContent = {sheet:?};
               document.head.append(s) }}"
        ));
        let mut verdict = Verdict::default();
        look(&mut page, document, &matrix, &mut verdict);
        fonts(&mut page, document, &mut BTreeSet::new(), &mut verdict);
        verdict.faults
    };
    let mut clean = BTreeMap::new();
    for (document, sheet, kind) in SPOILT {
        let before = clean.entry(document).or_insert_with(|| judged(document, ""));
        let after = judged(document, sheet);
        let is_new = |fault: &&Fault| fault.kind == *kind && !before.contains_key(fault);
        assert!(after.keys().any(|fault| is_new(&fault)), "{document}: {kind}: {sheet}");
    }
}
