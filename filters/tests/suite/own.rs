//! Small books in languages with names of their own: which words the filter sets that nobody marked.
//!
//! A book is `filters/tests/books/NAME.md`; `NAME.txt` has each addition in order, read by eye. A line with
//! `-` before it is a name that is not found.

use crate::pandocs::{pandoc_versions, skip};
use concfilter::filter;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The least share of a book's names that are found, in hundredths.
const FOUND: usize = 85;

fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books")
}

/// The names set in a document, in order.
fn set(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(element)
            if element.get("t") == Some(&"Code".into())
                && value["c"][0].to_string().contains("identifier") =>
        {
            found.push(value["c"][1].as_str().unwrap().to_owned());
        }
        Value::Object(element) => element.values().for_each(|value| set(value, found)),
        Value::Array(all) => all.iter().for_each(|value| set(value, found)),
        _ => {}
    }
}

fn additions(pandoc: &Path, book: &Path) -> Vec<String> {
    let args = ["-f", "markdown", "-t", "json"];
    let outcome = Command::new(pandoc).args(args).arg(book).output().unwrap();
    let mut out = Vec::new();
    filter::run(&outcome.stdout, "epub3", None, &mut out).unwrap();
    let mut found = Vec::new();
    set(&serde_json::from_slice(&out).unwrap(), &mut found);
    found
}

#[test]
fn names_of_every_language_are_found() {
    let pandocs = pandoc_versions();
    if pandocs.is_empty() {
        return skip("no pandoc");
    }
    for book in ["lisp", "haskell", "css", "ruby", "c"] {
        let list = books().join(book).with_extension("txt");
        let wanted = fs::read_to_string(&list).unwrap_or_default();
        let is_missed = |line: &&str| line.starts_with("- ");
        let missed = wanted.lines().filter(is_missed).count();
        let wanted: Vec<&str> = wanted.lines().filter(|line| !is_missed(line)).collect();
        for (version, pandoc) in &pandocs {
            let found = additions(pandoc, &books().join(book).with_extension("md"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&list, found.join("\n") + "\n").unwrap();
                continue;
            }
            assert_eq!(found, wanted, "{book} with pandoc {version}");
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            continue;
        }
        let share = wanted.len() * 100 / (wanted.len() + missed).max(1);
        assert!(share >= FOUND, "{book}: {share} of 100 names are found");
    }
}
