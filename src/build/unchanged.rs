//! A book of which nothing has changed since it was built is not built again: what the last build made is
//! still there, and what it told is told again.
//!
//! A build notes every file in the book's folder before it reads any, and at its end, with this list, what it
//! made. The next one believes that only where the list is the same, to each file's content and time, and the
//! ePubs are those that were written. Where a book may depend on more than its own folder (filters, files
//! elsewhere, pictures on the web, links on the disk), nothing is noted, and it is built each time.

use super::{Built, BuiltEpub, ListingsCheck, Plan};
use crate::cache::{CacheKey, FOLDER, KeyMaker};
use crate::finding::Finding;
use crate::finish::{ImageSavings, Repairs};
use crate::fsx;
use crate::pandoc::{defaults, user_data::user_data};
use crate::project::Project;
use clap::ValueEnum as _;
use concfilter::filter::PassCounts;
use concfilter::settings::Edition;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The most files that are noted of a folder.
const MOST_FILES: usize = 5000;

/// How many bytes of a folder are read; of what lies behind, the time tells that it changed, not its content.
const MOST_BYTES: u64 = 256 << 20;

/// Variables that a build may depend on.
const VARIABLES: &[&str] = &["PATH", "HOME", "XDG_DATA_HOME", "LANG", "LC_ALL"];

/// The files of a folder by their paths in it, each with its fingerprint.
type FilePrints = BTreeMap<String, String>;

/// The files in a book's folder, as they were before a build read any.
pub(super) struct FolderFiles(FilePrints);

impl FolderFiles {
    /// Those of a book; nothing where nothing is remembered, or they cannot be told from others.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        if !plan.cache().is_on() {
            return None;
        }
        files(plan.folder()).map(Self)
    }

    /// What lies around the chapters of a book; nothing where it may depend on more than its folder.
    pub(super) fn other_files<'a>(
        &self,
        plan: &'a Plan,
        project: &'a Project,
    ) -> Option<FilesBesidesChapters<'a>> {
        let print = self.besides_chapters(project)?;
        Some(FilesBesidesChapters { plan, project, print })
    }

    /// What tells all but the text of the chapters from another time. ePubs and archives are left out: builds
    /// leave them there, and no book shows one.
    fn besides_chapters(&self, project: &Project) -> Option<String> {
        if !is_self_contained(project) {
            return None;
        }
        let chapters: BTreeSet<_> = project
            .chapters
            .iter()
            .filter_map(|chapter| chapter.file.strip_prefix(&project.dir).ok())
            .map(Path::to_string_lossy)
            .collect();
        let mut all = blake3::Hasher::new();
        for (path, state) in &self.0 {
            let extension = Path::new(path).extension();
            let is_made = extension.is_some_and(|one| one == "epub" || one == "zip");
            if !is_made && !chapters.contains(&**path) {
                all.update(format!("{path}\n{state}\n").as_bytes());
            }
        }
        Some(all.finalize().to_hex().to_string())
    }
}

/// All files in a book's folder but its chapters, as they were when the build began.
#[derive(Clone)]
pub(super) struct FilesBesidesChapters<'a> {
    plan: &'a Plan,
    project: &'a Project,
    print: String,
}

impl FilesBesidesChapters<'_> {
    /// What tells them from those of another time.
    pub(super) fn print(&self) -> &str {
        &self.print
    }

    /// Whether they are still what they were: a picture may be saved while the build goes on.
    pub(super) fn have_stayed(&self) -> bool {
        let now = FolderFiles::of(self.plan);
        now.and_then(|now| now.besides_chapters(self.project)).as_ref()
            == Some(&self.print)
    }
}

/// What a build began with.
pub(super) struct Before {
    key: CacheKey,
    files: FilePrints,
}

/// What is remembered of a build.
#[derive(Debug, Serialize, Deserialize)]
struct RememberedBuild {
    files: FilePrints,
    /// What it wrote, by paths, with the fingerprint of each.
    written: BTreeMap<PathBuf, String>,
    epubs: Vec<(String, PathBuf, usize)>,
    archive: Option<PathBuf>,
    chapters: usize,
    listings: usize,
    identifiers: usize,
    repairs: Repairs,
    savings: ImageSavings,
    fail_if_warnings: bool,
    findings: Vec<Finding>,
}

impl Before {
    /// What a build begins with; nothing where it is made anew each time.
    pub(super) fn of(plan: &Plan, files: Option<&FolderFiles>) -> Option<Self> {
        if plan.in_memory || plan.listings == ListingsCheck::Run {
            return None;
        }
        let FolderFiles(files) = files?;
        let here = std::path::absolute(&plan.dir).ok()?;
        let mut key = plan.pandoc.note(KeyMaker::new("built"));
        key = key.with_file(&std::env::current_exe().ok()?);
        // Where the ePub and messages name files from.
        key = key.with(here.to_string_lossy().as_bytes());
        key = key.with(std::env::current_dir().ok()?.to_string_lossy().as_bytes());
        key = key.with(plan.dir.to_string_lossy().as_bytes()).with(format!(
            "{:?}",
            (
                &plan.output,
                plan.epubcheck,
                plan.modified,
                plan.style,
                &plan.editions,
                plan.no_cover,
                plan.keep_pictures,
                plan.listings,
                plan.verbose,
            )
        ));
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if VARIABLES.contains(&&*name) || name.starts_with("CONCBOOK_") {
                key = key.with(&*name).with(value.to_string_lossy().as_bytes());
            }
        }
        let key = commit(&here, key)?.key();
        Some(Self { key, files: files.clone() })
    }

    /// What an earlier build made of the same, where that is still there.
    pub(super) fn recall(&self, plan: &Plan) -> Option<Built> {
        let entry = plan.cache().get(self.key)?;
        let entry: RememberedBuild = serde_json::from_slice(&entry).ok()?;
        let is_there = |(file, known): (&PathBuf, &String)| {
            fsx::read(file).is_ok_and(|bytes| fingerprint(&bytes) == *known)
        };
        if without(&self.files, plan.folder(), entry.written.keys()) != entry.files
            || !entry.written.iter().all(is_there)
        {
            return None;
        }
        let epub = |(edition, file, size): (String, PathBuf, usize)| {
            let edition = Edition::from_str(&edition, false).ok()?;
            Some(BuiltEpub { edition, file, size, kept: None })
        };
        Some(Built {
            epubs: entry.epubs.into_iter().map(epub).collect::<Option<_>>()?,
            archive: entry.archive,
            chapters: entry.chapters,
            counts: PassCounts {
                listings: entry.listings,
                identifiers: entry.identifiers,
            },
            repairs: entry.repairs,
            savings: entry.savings,
            ran: None,
            fail_if_warnings: entry.fail_if_warnings,
            findings: entry.findings,
        })
    }

    /// Remembers what a build made, where it depends on nothing but what is noted; `may_change` says that it
    /// shows more than lies in the book's folder.
    pub(super) fn remember(
        self,
        (plan, project): (&Plan, &Project),
        built: &Built,
        may_change: bool,
    ) {
        if may_change || !is_self_contained(project) {
            return;
        }
        let epubs = built.epubs.iter().map(|epub| &epub.file);
        let fingerprints = epubs
            .chain(&built.archive)
            .map(|file| Some((file.clone(), fingerprint(&fsx::read(file).ok()?))));
        let Some(written) = fingerprints.collect::<Option<BTreeMap<_, _>>>() else {
            return;
        };
        let entry = RememberedBuild {
            files: without(&self.files, plan.folder(), written.keys()),
            written,
            epubs: built
                .epubs
                .iter()
                .map(|epub| {
                    (epub.edition.name().to_owned(), epub.file.clone(), epub.size)
                })
                .collect(),
            archive: built.archive.clone(),
            chapters: built.chapters,
            listings: built.counts.listings,
            identifiers: built.counts.identifiers,
            repairs: built.repairs.clone(),
            savings: built.savings,
            fail_if_warnings: built.fail_if_warnings,
            findings: built.findings.clone(),
        };
        if let Ok(bytes) = serde_json::to_vec(&entry) {
            plan.cache().put(self.key, &bytes);
        }
    }
}

/// Adds the newest commit, which dates a book that git keeps; nothing where git keeps it in a way that is
/// not looked into.
fn commit(here: &Path, key: KeyMaker) -> Option<KeyMaker> {
    let Some(git) = here.ancestors().map(|one| one.join(".git")).find(|git| git.exists())
    else {
        return Some(key);
    };
    if !git.is_dir() {
        return None;
    }
    let head = fsx::read(&git.join("HEAD")).ok()?;
    let name = String::from_utf8_lossy(&head);
    let name = name.strip_prefix("ref: ").map(str::trim).unwrap_or_default();
    Some(
        key.with(&head)
            .with(fsx::read(&git.join(name)).unwrap_or_default())
            .with_file(&git.join("packed-refs"))
            .with_file(&git.join("index")),
    )
}

/// The files in a folder, each with what tells it from another; nothing where there are too many, or links.
fn files(dir: &Path) -> Option<FilePrints> {
    let mut found = FilePrints::new();
    let mut open = vec![PathBuf::new()];
    let mut left = MOST_BYTES;
    while let Some(folder) = open.pop() {
        for name in fsx::list(&dir.join(&folder)).ok()? {
            let (path, file) = (folder.join(&name), dir.join(&folder).join(&name));
            if folder.as_os_str().is_empty() && (name == FOLDER || name == ".git") {
                continue;
            }
            let meta = file.symlink_metadata().ok()?;
            if meta.is_dir() {
                open.push(path);
                continue;
            }
            if !meta.is_file() || found.len() >= MOST_FILES {
                return None;
            }
            let content = if let Some(rest) = left.checked_sub(meta.len()) {
                left = rest;
                fingerprint(&fsx::read(&file).ok()?)
            } else {
                String::new()
            };
            let state = format!("{} {:?} {content}", meta.len(), meta.modified().ok());
            found.insert(path.to_string_lossy().into_owned(), state);
        }
    }
    Some(found)
}

/// The files without those that the build itself wrote.
fn without<'a>(
    files: &FilePrints,
    dir: &Path,
    written: impl Iterator<Item = &'a PathBuf>,
) -> FilePrints {
    let mut files = files.clone();
    let dir = std::path::absolute(dir).unwrap_or_default();
    for file in written {
        let file = std::path::absolute(file).unwrap_or_default();
        if let Ok(inside) = file.strip_prefix(&dir) {
            files.remove(&*inside.to_string_lossy());
        }
    }
    files
}

fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Whether a book is made of what lies in its folder, and of nothing else.
fn is_self_contained(project: &Project) -> bool {
    let options = project.manifest.options();
    let mut named = options.iter().filter(|(key, _)| !is_told(key));
    let listings = &project.settings.listings;
    let mut globs =
        listings.trees.iter().flat_map(|(_, globs)| globs).chain(&listings.roots);
    let manifest = project.manifest.files();
    let mut files = project.chapters.iter().flat_map(|chapter| chapter.files());
    let is_inside = |file: &Path| {
        file.strip_prefix(&project.dir)
            .is_ok_and(|path| !leads_out(&path.to_string_lossy()))
    };
    !defaults::has_own_filters(options)
        && !user_data().exists()
        && project.settings.resources.is_empty()
        && !options.values().any(names_outside)
        && !named.any(|(_, value)| is_on_the_web(value))
        && !globs.any(|glob| leads_out(glob))
        && manifest.iter().all(|file| is_inside(file))
        && files.all(is_inside)
}

/// Whether an option's values stand in the book, and name nothing that is read.
fn is_told(option: &str) -> bool {
    matches!(option, "metadata" | "variables")
}

/// Whether a value names a file on the web.
fn is_on_the_web(value: &Value) -> bool {
    value.to_string().contains("://")
}

/// Whether a value holds a path that may lead out of the folder.
fn names_outside(value: &Value) -> bool {
    match value {
        Value::String(text) => leads_out(text),
        Value::Array(items) => items.iter().any(names_outside),
        Value::Object(map) => map.values().any(names_outside),
        _ => false,
    }
}

fn leads_out(text: &str) -> bool {
    text.starts_with(['/', '~'])
        || text.contains("..")
        || text.contains("${")
        || text.contains('\\')
}
