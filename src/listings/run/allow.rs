//! What the user lets listings do that nobody lets a book do by itself: use the network, and see files that
//! are neither the system's nor the book's.

use super::RunInput;
use super::unit::RunUnit;
use crate::fsx;
use crate::sandbox::visible;
use std::path::{Path, PathBuf};

/// What is allowed beyond what always is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// A listing that says `network=yes` has it.
    pub network: bool,
    /// Folders and files that listings may read, as whole paths.
    pub paths: Vec<PathBuf>,
}

/// Why a listing is not run, and what the user can do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub reason: String,
    pub hint: String,
}

impl Allowed {
    /// Why a unit is not run, if it wants what is not allowed.
    pub(super) fn refuse(&self, unit: &RunUnit, input: RunInput<'_>) -> Option<Refusal> {
        if unit.tags.network && !self.network {
            return Some(Refusal {
                reason: "was not run: it wants the network, which you have not allowed"
                    .to_owned(),
                hint: "Run it with --allow network, if you trust the book".to_owned(),
            });
        }
        let variables = unit.tags.env.iter().map(|(_, value)| value);
        let words = unit.command.iter().flatten().chain(&unit.tags.args);
        let own = input.settings.commands.iter();
        let own = own.filter(|(language, _)| *language == unit.language);
        let words = words.chain(own.map(|(_, command)| command)).chain(variables);
        let paths = words.flat_map(|word| paths(word));
        let path = paths.into_iter().find(|path| self.is_closed(path, input.dir))?;
        Some(Refusal {
            reason: format!(
                "was not run: it names {}, which you have not let listings see",
                path.display()
            ),
            hint: format!(
                "Run it with --allow-path {}, if you trust the book; files of the book's own \
                 are named from its folder",
                path.display()
            ),
        })
    }

    /// Whether something is there that a listing is not to see.
    fn is_closed(&self, path: &Path, book: &Path) -> bool {
        let Some(real) = fsx::canonical(path) else { return false };
        let is_open = |folder: &Path| {
            fsx::canonical(folder).is_some_and(|folder| real.starts_with(folder))
        };
        (visible::is_private(path) || visible::is_private(&real))
            && !is_open(book)
            && !self.paths.iter().any(|folder| is_open(folder))
    }
}

/// The whole paths in a word: the word itself, those in a list of paths, and what stands behind `=`.
fn paths(word: &str) -> Vec<PathBuf> {
    let value = word.split_once('=').map(|(_, value)| value);
    let all = std::env::split_paths(word)
        .chain(value.into_iter().flat_map(std::env::split_paths));
    all.chain([PathBuf::from(word)]).filter(|path| path.is_absolute()).collect()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_words_and_lists() {
        let of = |word: &str| {
            let all = paths(word).into_iter().map(|path| path.display().to_string());
            let mut all: Vec<_> = all.collect();
            all.dedup();
            all
        };
        assert_eq!(of("plain"), Vec::<String>::new());
        assert_eq!(of("a/b"), Vec::<String>::new());
        assert_eq!(of("/a:/b"), ["/a", "/b", "/a:/b"]);
        assert_eq!(of("--data=/a"), ["/a"]);
        assert_eq!(of("/a b"), ["/a b"]);
    }

    #[test]
    fn what_is_not_the_systems_is_closed_until_it_is_allowed() {
        let (book, other) = (fsx::temp_dir().unwrap(), fsx::temp_dir().unwrap());
        fsx::write_new(&other.path().join("a"), b"", 0o644).unwrap();
        let mut allowed = Allowed::default();
        let is_closed =
            |allowed: &Allowed, path: &Path| allowed.is_closed(path, book.path());
        assert!(is_closed(&allowed, &other.path().join("a")));
        assert!(!is_closed(&allowed, &other.path().join("absent")));
        assert!(!is_closed(&allowed, book.path()));
        assert!(!is_closed(&allowed, Path::new("/usr")));
        std::os::unix::fs::symlink(other.path(), book.path().join("link")).unwrap();
        assert!(is_closed(&allowed, &book.path().join("link/a")));
        allowed.paths.push(other.path().to_owned());
        assert!(!is_closed(&allowed, &other.path().join("a")));
    }
}
