//! Every byte of every book stays what it was: for changes that are to move code and nothing else.
//!
//! `tests/same/BOOK.SERIES.txt` holds, for one book and one series of pandoc, what each style and
//! edition is made of: the fingerprint of the whole ePub, that of each file in it, and what was said
//! on standard error. Books of other people are skipped where they are missing, and a pandoc whose
//! series has no record is, too; both are printed.
//!
//! ```sh
//! cargo test --test suite same                                # the newest pandoc, few editions
//! cargo test --test suite same -- --ignored                   # all that is recorded
//! UPDATE_GOLDEN=1 cargo test --test suite same -- --ignored   # record anew, for a change that is meant
//! ```
//!
//! `CONCBOOK_BIN` names another executable than the one that cargo has built, such as one of an
//! older revision.

use crate::support;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the books of other people lie, beside this repository, and their names.
const CORPORA: &str = "../shared/corpora/books";
const FOREIGN: &[&str] = &["learn-go-with-tests", "practical-python"];

/// Every style in every edition.
const EDITIONS: &[(&str, &str)] = &[
    ("georgia", "color"),
    ("georgia", "eink"),
    ("georgia", "kindle"),
    ("reader", "color"),
    ("reader", "eink"),
    ("reader", "kindle"),
];

/// Those that every run looks at.
const FEW: &[(&str, &str)] = &[("georgia", "color"), ("reader", "kindle")];

/// The time that is put into the books, in seconds.
const DATE: &str = "1767225600";

/// A book as it lies on disk: its folder and its `book.yaml`.
struct Book {
    name: String,
    folder: PathBuf,
    yaml: PathBuf,
}

/// The books of this repository.
fn own() -> Vec<Book> {
    let book = |name: &str, folder: PathBuf| Book {
        name: name.to_owned(),
        yaml: folder.join("book.yaml"),
        folder,
    };
    let mut books = vec![book("sample", support::repo("examples/concurrency"))];
    let parity = support::repo("tests/parity");
    let mut folders: Vec<_> =
        std::fs::read_dir(parity).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.join("book.yaml").is_file()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        books.push(book(&name, folder));
    }
    books
}

/// The books of other people that are there.
fn foreign() -> Vec<Book> {
    let mut books = Vec::new();
    for name in FOREIGN {
        let folder = support::repo(CORPORA).join(name);
        if folder.is_dir() {
            let yaml = support::repo("tests/books").join(name).join("book.yaml");
            books.push(Book { name: (*name).to_owned(), folder, yaml });
        } else {
            eprintln!("skipped: {name} is not beside this repository, under {CORPORA}");
        }
    }
    books
}

/// What an edition is made of: a line each for the whole, for every file, and for what was said.
type Record = Vec<String>;

/// The beginning of a fingerprint, long enough to tell files apart.
fn fingerprint(data: &[u8]) -> String {
    blake3::hash(data).to_hex()[..20].to_owned()
}

impl Book {
    /// Where the records of a series of pandoc lie.
    fn file(&self, series: &str) -> PathBuf {
        support::repo("tests/same").join(format!("{}.{series}.txt", self.name))
    }

    /// Builds an edition of the book.
    fn build(&self, pandoc: &Path, (style, edition): (&str, &str)) -> Record {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        let out = folder.path().join("out");
        support::copy(&self.folder, &book);
        std::fs::copy(&self.yaml, book.join("book.yaml")).unwrap();
        let program = std::env::var_os("CONCBOOK_BIN");
        let ended =
            Command::new(program.unwrap_or(env!("CARGO_BIN_EXE_concbook").into()))
                .arg("build")
                .arg(&book)
                .arg("--output")
                .arg(&out)
                .arg("--pandoc")
                .arg(pandoc)
                .args(["--epubcheck", "never", "--style", style, "--edition", edition])
                .env("SOURCE_DATE_EPOCH", DATE)
                .output()
                .unwrap();
        let mut record = vec![format!("exit {}", ended.status.code().unwrap_or(-1))];
        if let Ok(mut made) = std::fs::read_dir(&out) {
            let path = made.next().unwrap().unwrap().path();
            record.extend(files(&path));
        }
        // Paths and times are of this machine.
        let time = regex::Regex::new(r"in \d+\.\d+ m?s").unwrap();
        let said = String::from_utf8_lossy(&ended.stderr)
            .replace(&*folder.path().to_string_lossy(), "");
        let said = time.replace_all(&said, "in no time");
        record.extend(said.lines().map(|line| format!("| {line}").trim_end().to_owned()));
        record
    }
}

/// The fingerprints of an ePub and of the files in it, in their order.
fn files(path: &Path) -> Record {
    let data = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    let mut record = vec![format!("{} {name}", fingerprint(&data))];
    let mut archive = zip::ZipArchive::new(Cursor::new(data)).unwrap();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut data = Vec::new();
        entry.read_to_end(&mut data).unwrap();
        record.push(format!("{} {}", fingerprint(&data), entry.name().unwrap()));
    }
    record
}

/// Stands for what was said of the edition before, which was the same.
const AS_BEFORE: &str = "| as before";

/// The records of a file, by style and edition.
fn recorded(text: &str) -> BTreeMap<String, Record> {
    let mut records = BTreeMap::new();
    let mut before = Record::new();
    for part in text.split("## ").skip(1) {
        let mut lines = part.lines().map(str::to_owned);
        let edition = lines.next().unwrap();
        let mut record: Record = lines.collect();
        if record.last().is_some_and(|line| line == AS_BEFORE) {
            record.pop();
            record.extend(before);
        }
        before = said(&record).to_vec();
        records.insert(edition, record);
    }
    records
}

/// Records as a file holds them.
fn written(records: &BTreeMap<String, Record>) -> String {
    let mut text = String::new();
    let mut before: &[String] = &[];
    for (edition, record) in records {
        let own = said(record);
        let files = &record[..record.len() - own.len()];
        let _ = writeln!(text, "## {edition}\n{}", files.join("\n"));
        let is_same = !own.is_empty() && own == before;
        let own_text = if is_same { AS_BEFORE.to_owned() } else { own.join("\n") };
        let _ = writeln!(text, "{own_text}");
        before = own;
    }
    text
}

/// What was said, the last lines of a record.
fn said(record: &[String]) -> &[String] {
    let start = record.iter().position(|line| line.starts_with('|'));
    &record[start.unwrap_or(record.len())..]
}

/// What differs between two records, one line each.
fn changes(was: &[String], is: &[String]) -> String {
    let mut text = String::new();
    for change in similar::TextDiff::from_slices(
        &was.iter().map(String::as_str).collect::<Vec<_>>(),
        &is.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .iter_all_changes()
    {
        if change.tag() != similar::ChangeTag::Equal {
            let _ = writeln!(text, "{} {}", change.tag(), change.value());
        }
    }
    text
}

/// Holds editions of books against what is recorded; with `UPDATE_GOLDEN`, records them.
fn hold(books: &[Book], pandocs: &[(String, PathBuf)], editions: &[(&str, &str)]) {
    if pandocs.is_empty() {
        support::skip("no pandoc");
    }
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut messages = String::new();
    for book in books {
        for (version, pandoc) in pandocs {
            let series: Vec<_> = version.split('.').take(2).collect();
            let file = book.file(&series.join("."));
            if !file.is_file() && !update {
                // The newest pandoc of today is not the newest of tomorrow.
                eprintln!("skipped: {} has no record for pandoc {version}", book.name);
                continue;
            }
            let mut records =
                recorded(&std::fs::read_to_string(&file).unwrap_or_default());
            let made: Vec<_> = editions
                .par_iter()
                .map(|&edition| {
                    (format!("{} {}", edition.0, edition.1), book.build(pandoc, edition))
                })
                .collect();
            for (edition, is) in made {
                let was = records.insert(edition.clone(), is.clone()).unwrap_or_default();
                if was != is {
                    let _ = write!(
                        messages,
                        "\n{}, {edition}, pandoc {version}: - was, + is\n{}",
                        book.name,
                        changes(&was, &is)
                    );
                }
            }
            if update {
                std::fs::write(&file, written(&records)).unwrap();
            }
        }
    }
    assert!(update || messages.is_empty(), "{messages}");
}

#[test]
fn our_books_have_the_bytes_that_they_had() {
    let newest = support::pandoc_versions().pop();
    hold(&own(), &newest.into_iter().collect::<Vec<_>>(), FEW);
}

#[test]
fn other_peoples_books_have_the_bytes_that_they_had() {
    let newest = support::pandoc_versions().pop();
    hold(&foreign(), &newest.into_iter().collect::<Vec<_>>(), &FEW[..1]);
}

#[test]
fn every_record_belongs_to_a_book() {
    let mut names: Vec<_> = own().into_iter().map(|book| book.name).collect();
    names.extend(FOREIGN.iter().map(|&name| name.to_owned()));
    for entry in std::fs::read_dir(support::repo("tests/same")).unwrap() {
        let file = entry.unwrap().file_name().to_string_lossy().into_owned();
        let is_known = |name: &String| file.starts_with(&format!("{name}."));
        assert!(names.iter().any(is_known), "{file} is a record of no book");
    }
}

/// All that is recorded of our books.
#[test]
#[ignore = "every edition from every pandoc: before and after a change that moves code"]
fn our_books_in_all_editions_have_the_bytes_that_they_had() {
    hold(&own(), &support::pandoc_versions(), EDITIONS);
}

/// All that is recorded of other people's books.
#[test]
#[ignore = "every edition from every pandoc: before and after a change that moves code"]
fn other_peoples_books_in_all_editions_have_the_bytes_that_they_had() {
    hold(&foreign(), &support::pandoc_versions(), EDITIONS);
}
