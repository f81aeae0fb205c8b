//! What is known about programming languages without reading their code: their names, how a
//! listing names its file, where it shows what it prints, and what a piece of inline code is.

mod code;
pub mod fence;
mod files;
pub mod languages;
mod mark;
mod own;
pub mod printed;
pub mod record;
pub mod scan;
mod slugline;
pub mod syntax;

pub use code::{is_bracketed, is_identifier};
pub use files::{is_file, is_file_extension};
pub use languages::{Language, WordKind};
pub use own::Forms;
pub use slugline::{Slugline, comment, impossible, slug, slugline};

/// The canonical name of a language as written on a fence, in any case; `None` for a name that
/// is not known. What stands behind it, as in `rust,ignore`, says something else of the listing.
pub fn canonical(name: &str) -> Option<&'static str> {
    languages::canonical(&fence::word(name))
}

/// The language of a file, by its name's extension, in any case.
pub fn of_file(path: &str) -> Option<&'static str> {
    languages::of_extension(&path.rsplit_once('.')?.1.to_lowercase())
}

/// Whether a file may be in a language, by its name's extension: in the one that such files are in, or in
/// one that has the extension, too, as Objective-C and MATLAB have `.m`.
pub fn may_be_in(path: &str, language: &str) -> bool {
    let Some((_, extension)) = path.rsplit_once('.') else { return false };
    of_file(path).is_some_and(|name| canonical(language) == Some(name))
        || languages::of_fence(language)
            .is_some_and(|one| one.also.contains(&&*extension.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        assert_eq!(canonical("Py"), Some("python"));
        assert_eq!(canonical("C++"), Some("cpp"));
        assert_eq!(canonical("klingon"), None);
        assert_eq!(canonical("rust,ignore,edition2021"), Some("rust"));
        assert_eq!(canonical(",rust"), None);
        assert_eq!(of_file("reuse/Lisa.java"), Some("java"));
        assert_eq!(of_file("Makefile"), None);
    }

    #[test]
    fn languages_share_extensions() {
        for (path, language) in
            [("a.m", "matlab"), ("a.M", "objc"), ("a.pl", "prolog"), ("a.sql", "mysql")]
        {
            assert!(may_be_in(path, language), "{path} {language}");
        }
        assert!(!may_be_in("a.java", "kotlin") && !may_be_in("a", "c"));
    }
}
