//! What a listing uses that is installed on the machine: modules beside those that its language brings, and programs
//! on `PATH`. By size and time of their files it is seen whether they are what they were.

use crate::listings::imports;
use crate::{fsx, proc};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A package of more files is told by so many of them.
const MOST: usize = 20_000;

/// The modules that a text imports, by their first name.
pub(super) fn modules(code: &str) -> BTreeSet<String> {
    let first = |name: String| name.split('.').next().map(|top| format!("@{top}"));
    imports::modules(code).into_iter().filter_map(first).collect()
}

/// The words of a text that are programs on `PATH`: which of them it calls cannot be seen.
pub(super) fn programs(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_alphanumeric() || "_.+-".contains(c);
    let words = text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty());
    words
        .filter(|word| on_path().contains(*word))
        .map(|word| format!("!{word}"))
        .collect()
}

/// The names of all files on `PATH`.
fn on_path() -> &'static BTreeSet<String> {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // A folder that is not there has no programs.
        let names = std::env::split_paths(&path)
            .flat_map(|folder| fsx::list(&folder).unwrap_or_default());
        names.filter_map(|name| name.into_string().ok()).collect()
    })
}

/// What tells the program of a name from another.
pub(super) fn program(name: &str) -> String {
    let found = proc::find(name);
    let found = found.map(|path| fsx::canonical(&path).unwrap_or(path));
    let mut hash = blake3::Hasher::new();
    found.iter().for_each(|path| note(&mut hash, path));
    hash.finalize().to_hex().to_string()
}

/// What tells an installed module from another, or from none; of `*` the names of all.
pub(super) fn module(name: &str, paths: &[PathBuf]) -> String {
    let mut hash = blake3::Hasher::new();
    let mut open = Vec::new();
    for folder in paths {
        for entry in fsx::list(folder).unwrap_or_default() {
            let entry = entry.to_string_lossy();
            if name == "*" {
                hash.update(entry.as_bytes());
                hash.update(&[0]);
            } else if entry.split('.').next() == Some(name) {
                open.push(folder.join(&*entry));
            }
        }
    }
    let mut left = MOST;
    while let Some(path) = open.pop().filter(|_| left > 0) {
        left -= 1;
        if path.is_dir() && !path.ends_with("__pycache__") {
            let inner = fsx::list(&path).unwrap_or_default();
            open.extend(inner.into_iter().map(|name| path.join(name)));
        } else {
            note(&mut hash, &path);
        }
    }
    hash.finalize().to_hex().to_string()
}

/// Adds a file's path, size and time.
fn note(hash: &mut blake3::Hasher, path: &Path) {
    // What is gone meanwhile has neither, and is another then.
    let (size, time) = (fsx::size(path).ok(), fsx::modified(path).ok());
    hash.update(format!("{} {size:?} {time:?}\n", path.display()).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_another_when_a_file_of_it_is() {
        let dir = fsx::temp_dir().unwrap();
        let paths = [dir.path().to_owned()];
        let absent = module("a", &paths);
        fsx::create_dir_all(&dir.path().join("a/inner")).unwrap();
        fsx::write_new(&dir.path().join("a/inner/b.py"), b"1", 0o644).unwrap();
        let there = module("a", &paths);
        assert_ne!(there, absent);
        assert_eq!(there, module("a", &paths));
        assert_eq!(module("b", &paths), absent);
        let all = module("*", &paths);
        fsx::write_new(&dir.path().join("c.py"), b"1", 0o644).unwrap();
        assert_eq!(there, module("a", &paths));
        assert_ne!(all, module("*", &paths));
        fsx::write_atomic(&dir.path().join("a/inner/b.py"), b"12").unwrap();
        assert_ne!(there, module("a", &paths));
    }

    #[cfg(unix)]
    #[test]
    fn programs_are_words_that_are_on_the_path() {
        let found = programs("x = run(['sh', \"-c\"], no_such_program_at_all)\n");
        assert_eq!(found, BTreeSet::from(["!sh".to_owned()]));
    }
}
