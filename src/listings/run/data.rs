//! Files that listings read and that no listing makes: they come from the book's folder.

use super::RunInput;
use crate::finding::{Code, Finding};
use crate::fsx;
use crate::listings::Program;
use crate::listings::paths::in_tree;
use crate::project::{Boundary, OPENED, remedy};
use concfilter::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// Path in the tree, and content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The programs that name a file which is nowhere.
    pub missing: BTreeSet<usize>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Looks for all that listings need: another listing, else a file or a folder beside the chapter
/// or in the book's folder.
pub(super) fn gather(input: RunInput<'_>) -> Result<Data> {
    let book = input.book;
    let mut data = Data::default();
    import_paths(input, &mut data)?;
    for (number, program) in book.programs.iter().enumerate() {
        let tags = &program.tags;
        let fixtures = fixtures(input, program);
        for name in tags.needs.iter().chain(&tags.stdin).chain(&fixtures) {
            let name = name.trim_end_matches('/');
            let folder = book.folders.get(program.chapter).map_or("", String::as_str);
            let path = in_tree(name, folder, &input.settings.roots);
            let inside = format!("{path}/");
            let is_made = book.named(program.chapter, name).is_some()
                || book.programs.iter().any(|one| one.path.starts_with(&inside))
                || is_type(name);
            if is_made {
                continue;
            }
            let chapter = book.chapters.get(program.chapter);
            let beside = chapter.and_then(|one| one.path.parent().map(Path::to_owned));
            let beside = input.dir.join(beside.unwrap_or_default()).join(name);
            let found =
                [beside, input.dir.join(name)].into_iter().find(|one| one.exists());
            let Some(found) = found.filter(|_| concfilter::tags::is_inside(name)) else {
                data.missing.insert(number);
                let message = format!("{} needs {name}, which is nowhere", program.path);
                let place = super::place_of(book, number);
                data.findings.push(
                    Finding::new(Code::ListingMissing, place, message).hint(
                        "Name a listing, or a file beside the chapter or in the book's \
                         folder",
                    ),
                );
                continue;
            };
            for why in copy(&found, &path, input.boundary, &mut data.files)? {
                data.missing.insert(number);
                let message = format!("{} needs {name}, but {why}", program.path);
                let hint = remedy(&why, "Keep a copy in the book's folder");
                let place = super::place_of(book, number);
                data.findings
                    .push(Finding::new(Code::FileRefused, place, message).hint(hint));
            }
        }
    }
    Ok(data)
}

/// The file in which pytest looks for a program's fixtures, where there is one beside the chapter or in the
/// book's folder.
fn fixtures(input: RunInput<'_>, program: &Program) -> Option<String> {
    const NAME: &str = "conftest.py";
    if program.tags.fixtures.is_empty() {
        return None;
    }
    let chapter = input.book.chapters.get(program.chapter);
    let beside = chapter.and_then(|one| one.path.parent()).unwrap_or(Path::new(""));
    let places = [input.dir.join(beside).join(NAME), input.dir.join(NAME)];
    places.iter().any(|one| one.is_file()).then(|| NAME.to_owned())
}

/// The files of the folders that listings import from. Where a listing makes one of them, it is the listing's.
fn import_paths(input: RunInput<'_>, data: &mut Data) -> Result<()> {
    for (number, path) in input.settings.paths.iter().enumerate() {
        let found = input.dir.join(path);
        let is_inside = concfilter::tags::is_inside(path);
        let inside = format!("{path}/");
        let is_made = input.book.programs.iter().any(|one| one.path.starts_with(&inside));
        let mut wrong = |message: String, hint: &str| {
            let place = input.book.import_places.get(number).cloned();
            let place = place.unwrap_or_default();
            let finding = Finding::new(Code::ListingMissing, place, message);
            data.findings.push(finding.hint(hint));
        };
        if !is_inside {
            wrong(
                format!("{path} leads out of the book's folder"),
                "Name a folder of the book, or keep a copy of this one in it",
            );
        } else if found.is_dir() {
            for why in copy(&found, path, input.boundary, &mut data.files)? {
                wrong(format!("{path} cannot be imported from: {why}"), OPENED);
            }
        } else if !is_made {
            wrong(
                format!("there is no folder {path} to import from"),
                "Name a folder of the book, or one that listings are in",
            );
        }
    }
    Ok(())
}

/// Whether a name is a class of the platform or of the book, and no file: `{Requires: Shape}`.
fn is_type(name: &str) -> bool {
    !name.contains(['/', '.'])
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Takes in a file, or all files of a folder; gives why those are left out that are not the book's.
fn copy(
    from: &Path,
    path: &str,
    boundary: &Boundary,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    let mut take = |from: &Path, to: String| -> Result<()> {
        match boundary.refusal(from) {
            Some(why) => refused.push(format!("{} {why}", from.display())),
            None => {
                files.insert(to, fsx::read(from)?);
            }
        }
        Ok(())
    };
    if !from.is_dir() || boundary.refusal(from).is_some() {
        take(from, path.to_owned())?;
        return Ok(refused);
    }
    for file in fsx::files_below(from)? {
        let parts: PathBuf = Path::new(path).join(&file);
        take(&from.join(&file), parts.to_string_lossy().into_owned())?;
    }
    Ok(refused)
}
