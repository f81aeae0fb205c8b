//! Names for chapters and files: `Part 1/01_Why!.md` is `01_why`, or `part-1-01_why` where another
//! chapter is called so.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// So many parts of a path are in a name at most.
const MOST: usize = 8;

/// A name for use in identifiers: letters, digits, `-` and `_`, in lower case.
pub fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    let text: String = text.to_lowercase().chars().map(plain).collect();
    let parts: Vec<_> = text.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// A name for each chapter: its file's stem, with as many folders before it as it takes to be
/// the only one.
pub(super) fn ids(paths: &[PathBuf]) -> Vec<String> {
    let name = |path: &Path, parts: usize| {
        let path = path.with_extension("");
        let all: Vec<_> =
            path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        let from = all.len().saturating_sub(parts);
        let slug = slug(&all[from..].join("-"));
        // An XML identifier begins with a letter.
        if slug.starts_with(char::is_alphabetic) { slug } else { format!("ch-{slug}") }
    };
    // How many have each name, by how many parts of their paths it has; found once, and where it is asked for.
    let counts: [OnceCell<HashMap<String, usize>>; MOST] = Default::default();
    let count = |slug: &str, parts: usize| {
        let all = counts[parts].get_or_init(|| {
            let mut all = HashMap::new();
            for path in paths {
                *all.entry(name(path, parts)).or_default() += 1;
            }
            all
        });
        all[slug]
    };
    let mut taken = BTreeSet::new();
    let find = |path: &PathBuf| {
        let unique = |parts: usize| {
            let slug = name(path, parts);
            (count(&slug, parts) == 1).then_some(slug)
        };
        let slug = (1..MOST).find_map(unique).unwrap_or_else(|| name(path, MOST));
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        let mut all = std::iter::once(slug.clone()).chain(numbered);
        all.find(|slug| taken.insert(slug.clone())).expect("numbers do not end")
    };
    paths.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chapter_has_a_name_of_its_own() {
        let paths = ["a/01 Why!.md", "b/Two.md", "c/two.md", "c/two.md"];
        let names = ids(&paths.map(PathBuf::from));
        assert_eq!(names, ["ch-01-why", "b-two", "c-two", "c-two-2"]);
    }
}
