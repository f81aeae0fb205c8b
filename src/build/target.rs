//! Where the finished book goes, and what its files are called.

use super::{Plan, filter};
use crate::project::{Project, slug};
use concfilter::ast::Document;
use concfilter::settings::Edition;
use std::path::{Path, PathBuf, is_separator};

/// The finished book's file. Where several editions are made, the name of the edition follows that of
/// the book.
pub(super) fn target(
    plan: &Plan,
    project: &Project,
    title: &str,
    edition: Option<Edition>,
) -> PathBuf {
    let file = plain(plan, project, title);
    let Some(edition) = edition else {
        return file;
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{}.epub", edition.name()))
}

/// Whether the plan says what the file is called.
pub(super) fn is_named(plan: &Plan) -> bool {
    let is_folder = |path: &Path| {
        path.is_dir() || path.as_os_str().to_string_lossy().ends_with(is_separator)
    };
    plan.output.as_deref().is_some_and(|file| is_epub(file) && !is_folder(file))
}

fn is_epub(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("epub"))
}

/// The same without an edition: where the plan says, else where `book.yaml` says, else in the folder
/// `build`. Its name is that of `output-file`, else the book's title.
pub(super) fn plain(plan: &Plan, project: &Project, title: &str) -> PathBuf {
    let set = project.manifest.output_file();
    let stem = set.and_then(|file| file.file_stem()).and_then(|stem| stem.to_str());
    let stem = stem.map_or_else(|| slug(title), str::to_owned);
    let name = format!("{}.epub", if stem.is_empty() { "book" } else { &stem });
    match (&plan.output, set.and_then(Path::parent)) {
        (Some(file), _) if is_named(plan) => file.clone(),
        (Some(folder), _) => folder.join(name),
        (None, Some(folder)) if folder != Path::new("") => {
            project.dir.join(folder).join(name)
        }
        (None, _) => Path::new("build").join(name),
    }
}

/// The file of the ePub as filters are told it: as `book.yaml` has it, else the finished one.
pub(super) fn for_filters(
    plan: &Plan,
    project: &Project,
    document: &Document,
) -> PathBuf {
    if let Some(file) = project.manifest.output_file() {
        return file.to_owned();
    }
    let file = plain(plan, project, &filter::title(document.meta()));
    // They run in the book's folder, where a relative path means another file.
    std::path::absolute(&file).unwrap_or(file)
}
