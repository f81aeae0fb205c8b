//! Two books that other people wrote, built whole, judged by `EPUBCheck`, and with the newest pandoc
//! by Ace and on the page. Their text is not ours to keep here: the test says so and ends where their folder is missing.

use crate::support;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the books lie, beside this repository.
const BOOKS: &str = "../shared/corpora/books";

/// The books, and how many chapters each has.
const LEARN_GO: (&str, usize) = ("learn-go-with-tests", 40);
const PRACTICAL_PYTHON: (&str, usize) = ("practical-python", 54);

/// Whether a book can be judged; why not is said.
fn is_there(name: &str) -> bool {
    if !support::repo(BOOKS).join(name).is_dir() {
        eprintln!("skipped: {name} is not beside this repository, under {BOOKS}");
        return false;
    }
    let judge = support::epubcheck();
    if !judge {
        support::skip("no EPUBCheck");
    }
    judge
}

fn judge(book: (&str, usize)) {
    if !is_there(book.0) {
        return;
    }
    let pandocs = support::pandoc_versions();
    let books: Vec<_> = std::thread::scope(|scope| {
        let build = |(version, pandoc)| {
            scope.spawn(move || built_clean(book, pandoc, version, &[]))
        };
        let running: Vec<_> =
            pandocs.iter().map(|(version, pandoc)| build((version, pandoc))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    // In a browser once is enough, the shape is the same from all.
    let Some(dir) = books.last() else { return };
    if let Some(ace) = support::ace::Ace::find() {
        pass(&ace, dir);
    }
    crate::page::stands(book.0, &made(dir));
}

/// The ePub that was built in a folder.
fn made(dir: &tempfile::TempDir) -> PathBuf {
    let mut made = fs::read_dir(dir.path().join("out")).unwrap();
    made.next().unwrap().unwrap().path()
}

/// Ace finds nothing in the book that was built in a folder.
fn pass(ace: &support::ace::Ace, dir: &tempfile::TempDir) {
    let violations = ace.violations(&made(dir));
    assert!(violations.is_empty(), "{violations:#?}");
}

/// Builds the book, which `EPUBCheck` has nothing to say of; the folder that holds it.
fn built_clean(
    (name, chapters): (&str, usize),
    pandoc: &Path,
    version: &str,
    more: &[&str],
) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join(name);
    support::copy(&support::repo(BOOKS).join(name), &book);
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
    let args = args.into_iter().chain(more.iter().map(OsStr::new));
    let (code, _, said) = support::concbook(args);
    assert_eq!(code, 0, "{name} with pandoc {version} {more:?}: {said}");
    assert!(said.contains(&format!("{chapters} chapters")), "{said}");
    // What is left are the book's own doings: pictures on the web, which a test does not fetch,
    // links to files that are no chapters, lines too wide for a page, signs of other scripts, a
    // cover too small for shops. EPUBCheck's codes would be others.
    for line in said.lines().filter(|line| line.contains(": warning[")) {
        let known = [
            "[cover-small]",
            "[diagram-source]",
            "[glyph-missing]",
            "[image-alt-missing]",
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
    judge(LEARN_GO);
}

#[test]
fn practical_python() {
    judge(PRACTICAL_PYTHON);
}

/// The same in every style and edition, and Ace with every pandoc. `CONCBOOK_BOOK` names one book, where both take
/// longer than one has.
#[test]
#[ignore = "eight builds of four editions before two judges: by hand, before a release"]
fn every_style_and_edition() {
    let ace = support::ace::Ace::find();
    let pandocs = support::pandoc_versions();
    let wanted = std::env::var("CONCBOOK_BOOK").ok();
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|one| one == name);
    let books = [LEARN_GO, PRACTICAL_PYTHON].into_iter();
    for book in books.filter(|book| is_wanted(book.0) && is_there(book.0)) {
        for style in ["georgia", "reader"] {
            for (version, pandoc) in &pandocs {
                let args = ["--style", style, "--edition", "all"];
                let dir = built_clean(book, pandoc, version, &args);
                let files: Vec<PathBuf> = fs::read_dir(dir.path().join("out"))
                    .unwrap()
                    .map(|file| file.unwrap().path())
                    .collect();
                assert_eq!(files.len(), 4, "{files:?}");
                for file in files {
                    if let Some(ace) = &ace {
                        let violations = ace.violations(&file);
                        assert!(violations.is_empty(), "{violations:#?}");
                    }
                    eprintln!("{} {style}, pandoc {version}: clean", file.display());
                }
            }
        }
    }
}
