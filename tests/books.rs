//! Two books that other people wrote, built whole, judged by `EPUBCheck`, and with the newest pandoc
//! by Ace. Their text is not ours to keep here: the test says so and ends where their folder is missing.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::fs;
use std::path::Path;

/// Where the books lie, beside this repository.
const BOOKS: &str = "../shared/corpora/books";

fn judge(name: &str, chapters: usize) {
    let source = support::repo(BOOKS).join(name);
    if !source.is_dir() {
        eprintln!("skipped: {name} is not beside this repository, under {BOOKS}");
        return;
    }
    if !support::epubcheck() {
        return support::skip("no EPUBCheck");
    }
    let pandocs = support::pandoc_versions();
    let books: Vec<_> = std::thread::scope(|scope| {
        let build = |(version, pandoc)| {
            let source = &source;
            scope.spawn(move || built_clean(name, source, pandoc, version, chapters))
        };
        let running: Vec<_> =
            pandocs.iter().map(|(version, pandoc)| build((version, pandoc))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    // It opens each chapter in a browser: once is enough, the shape is the same from all.
    let (Some(ace), Some(dir)) = (support::ace::Ace::find(), books.last()) else {
        return;
    };
    let mut made = fs::read_dir(dir.path().join("out")).unwrap();
    let violations = ace.violations(&made.next().unwrap().unwrap().path());
    assert!(violations.is_empty(), "{violations:#?}");
}

/// Builds the book, which `EPUBCheck` has nothing to say of; the folder that holds it.
fn built_clean(
    name: &str,
    source: &Path,
    pandoc: &Path,
    version: &str,
    chapters: usize,
) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join(name);
    support::copy(source, &book);
    let yaml = support::repo("tests/books").join(name).join("book.yaml");
    fs::write(book.join("book.yaml"), fs::read(yaml).unwrap()).unwrap();
    let out = dir.path().join("out");
    let args = [
        "build".as_ref(),
        book.as_os_str(),
        "--output".as_ref(),
        out.as_os_str(),
        "--pandoc".as_ref(),
        pandoc.as_os_str(),
        "--epubcheck=always".as_ref(),
    ];
    let (code, _, said) = support::concbook(args);
    assert_eq!(code, 0, "{name} with pandoc {version}: {said}");
    assert!(said.contains(&format!("{chapters} chapters")), "{said}");
    // What is left are the book's own doings: pictures on the web, which a test does not fetch,
    // links to files that are no chapters, lines too wide for a page, signs of other scripts, a
    // cover too small for shops. EPUBCheck's codes would be others.
    for line in said.lines().filter(|line| line.contains(": warning[")) {
        let known = [
            "[cover-small]",
            "[glyph-missing]",
            "[image-not-fetched]",
            "[link-outside]",
            "[listing-session]",
            "[listing-tabs]",
            "[listing-wide]",
        ];
        assert!(known.iter().any(|code| line.contains(code)), "pandoc {version}: {line}");
    }
    assert!(!said.contains(": error["), "{said}");
    dir
}

#[test]
fn learn_go_with_tests() {
    judge("learn-go-with-tests", 40);
}

#[test]
fn practical_python() {
    judge("practical-python", 54);
}
