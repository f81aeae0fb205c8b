//! The folder in which pandoc looks for an author's templates, filters and defaults files.

use std::path::PathBuf;

/// Where it is when no `data-dir` is given: below `XDG_DATA_HOME`, or the older `~/.pandoc` where
/// only that is there.
pub fn user_data() -> PathBuf {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let home = home.map(PathBuf::from).unwrap_or_default();
    let data = std::env::var_os("XDG_DATA_HOME").filter(|dir| !dir.is_empty());
    let data = data.map_or_else(|| home.join(".local/share"), PathBuf::from);
    let (new, old) = (data.join("pandoc"), home.join(".pandoc"));
    if !new.is_dir() && old.is_dir() { old } else { new }
}
