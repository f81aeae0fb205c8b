//! Golden cases, for the tests of both packages. A case is a folder that holds what goes in and
//! what has to come out:
//!
//! ```text
//! tests/listings/hidden/good.md     goes in
//! tests/listings/hidden/good.txt    has to come out
//! ```
//!
//! `UPDATE_GOLDEN=1` writes what came out over what was expected; the difference is then to be read
//! in git. A file of a case that is neither read nor compared fails, for nobody would notice that
//! it is out of date.

#![allow(dead_code, reason = "the tests of each package use their part of it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One folder while it is judged.
pub(crate) struct Case {
    folder: PathBuf,
    update: bool,
    /// The files and folders of the case that were read or compared.
    used: BTreeSet<PathBuf>,
    /// What came out otherwise than expected.
    wrong: Vec<String>,
    skipped: bool,
}

/// Judges each folder under `root`, in the order of their names.
///
/// # Panics
/// When something is other than expected, or a file has no use; all cases are told at once.
pub(crate) fn judge(root: &Path, judge_one: impl FnMut(&mut Case)) {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let wrong = faults(root, update, judge_one);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is other than expected in all cases, or, with `update`, what has no use.
fn faults(
    root: &Path,
    update: bool,
    mut judge_one: impl FnMut(&mut Case),
) -> Vec<String> {
    let folders = entries(root);
    assert!(!folders.is_empty(), "no cases in {}", root.display());
    let mut wrong = Vec::new();
    for folder in folders {
        let mut case = Case {
            folder,
            update,
            used: BTreeSet::new(),
            wrong: Vec::new(),
            skipped: false,
        };
        judge_one(&mut case);
        let unused = if case.skipped { Vec::new() } else { case.unused() };
        wrong.append(&mut case.wrong);
        wrong.extend(
            unused.iter().map(|file| format!("nothing reads {}", file.display())),
        );
    }
    wrong
}

impl Case {
    /// The case's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The text of a file that goes in.
    pub(crate) fn input(&mut self, name: &str) -> String {
        let path = self.folder.join(name);
        let text = self.optional_input(name);
        text.unwrap_or_else(|| panic!("{} is missing", path.display()))
    }

    /// The text of a file that goes in where the case has one.
    pub(crate) fn optional_input(&mut self, name: &str) -> Option<String> {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).ok()?;
        self.used.insert(path);
        Some(text)
    }

    /// Notes that a program reads a file or a whole folder of the case.
    pub(crate) fn given(&mut self, name: &str) {
        self.used.insert(self.folder.join(name));
    }

    /// Says that this case cannot be judged here, or not wholly, so that its files need no reader.
    pub(crate) fn skip(&mut self) {
        self.skipped = true;
    }

    /// Compares what came out with a file.
    pub(crate) fn expect(&mut self, name: &str, got: &str) {
        self.compare(&self.folder.join(name), got);
    }

    /// Compares what came out with the file `own` where there is one, else with `common`: the
    /// output of an older program, which has a file of its own only where it differs.
    pub(crate) fn expect_variant(&mut self, own: &str, common: &str, got: &str) {
        let (own, common) = (self.folder.join(own), self.folder.join(common));
        let is_common = fs::read_to_string(&common).is_ok_and(|text| text == got);
        if !self.update {
            if is_common && own.exists() {
                self.wrong.push(format!("{} is as the common file", own.display()));
            }
            let file = if own.exists() { own } else { common };
            self.compare(&file, got);
        } else if is_common {
            // It may never have been there.
            let _ = fs::remove_file(&own);
        } else {
            self.compare(&own, got);
        }
    }

    fn compare(&mut self, file: &Path, got: &str) {
        self.used.insert(file.to_owned());
        if self.update {
            fs::write(file, got).unwrap();
        } else if !fs::read_to_string(file).is_ok_and(|expected| expected == got) {
            self.wrong.push(format!("{} is not what came out:\n{got}", file.display()));
        }
    }

    /// The files that nothing has read, below the case's folder.
    fn unused(&self) -> Vec<PathBuf> {
        let mut unused = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder) {
                if self.used.contains(&path) {
                    continue;
                }
                if path.is_dir() { folders.push(path) } else { unused.push(path) }
            }
        }
        unused
    }
}

/// What a folder holds, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case that makes upper case of `in.txt`, with an older program's `old.txt` beside it.
    fn upper(case: &mut Case) {
        let got = case.input("in.txt").to_uppercase();
        case.expect("out.txt", &got);
        case.expect_variant("old.txt", "out.txt", &got);
    }

    #[test]
    fn what_differs_and_what_nobody_reads_are_faults() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::create_dir_all(root.path().join("a")).unwrap();
            fs::write(root.path().join("a").join(name), text).unwrap();
        };
        write("in.txt", "a");
        let count = |update| faults(root.path(), update, upper).len();
        assert_eq!(count(false), 2, "nothing is expected yet");
        assert_eq!(count(true), 0);
        assert_eq!(count(false), 0);
        assert!(!root.path().join("a/old.txt").exists(), "it is as the common one");
        write("old.txt", "A");
        assert_eq!(count(false), 1, "it says nothing of its own");
        write("out.txt", "B");
        assert_eq!(count(false), 1, "the older one alone is right");
        assert_eq!(count(true), 0);
        write("more.txt", "");
        assert_eq!(count(false), 1, "nobody reads it");
        assert_eq!(count(true), 1, "nor is it written");
    }
}
