//! Where listings go: a folder for each chapter, and what a slugline means there.

use crate::project::Chapter;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// So many folders of a path are in a name at most.
const MOST: usize = 8;

/// The folder of each chapter: its file's stem, with as many folders before it as it takes to be
/// the only one, and below the name of its tree where it has one.
pub(super) fn folders(chapters: &[Arc<Chapter>]) -> Vec<String> {
    let name = |chapter: &Chapter, parts: usize| {
        let path = chapter.path.with_extension("");
        let all: Vec<String> = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into())
            .collect();
        let mut own = all[all.len().saturating_sub(parts)..].join("/");
        if let Some(tree) = &chapter.tree {
            own = format!("{tree}/{own}");
        }
        own
    };
    let mut folders: Vec<Option<String>> = vec![None; chapters.len()];
    for parts in 1..=MOST {
        let names: Vec<String> = chapters.iter().map(|one| name(one, parts)).collect();
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            *uses.entry(name).or_default() += 1;
        }
        for (folder, name) in folders.iter_mut().zip(&names) {
            if folder.is_none() && (uses[&**name] == 1 || parts == MOST) {
                *folder = Some(name.clone());
            }
        }
    }
    folders.into_iter().flatten().collect()
}

/// The path in the tree that a listing's `path` means in a chapter's folder.
pub(super) fn in_tree(path: &str, folder: &str, roots: &[String]) -> String {
    let is_below = |root: &String| Path::new(path).starts_with(root);
    if roots.iter().any(is_below) { path.to_owned() } else { format!("{folder}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn each_chapter_has_a_folder_of_its_own() {
        let chapter = |path: &str, tree: Option<&str>| {
            let mut chapter = Chapter::of_text(path, "", Dialect::Pandoc);
            chapter.tree = tree.map(str::to_owned);
            Arc::new(chapter)
        };
        let chapters = [
            chapter("a/01_x.md", None),
            chapter("a/00_y.md", None),
            chapter("b/00_y.md", None),
            chapter("solutions/01_x.md", Some("solutions")),
        ];
        assert_eq!(folders(&chapters), ["01_x", "a/00_y", "b/00_y", "solutions/01_x"]);
        let roots = ["utils".to_owned()];
        assert_eq!(in_tree("f.py", "01_x", &roots), "01_x/f.py");
        assert_eq!(in_tree("utils/f.py", "01_x", &roots), "utils/f.py");
        assert_eq!(in_tree("utilsx/f.py", "01_x", &roots), "01_x/utilsx/f.py");
    }
}
