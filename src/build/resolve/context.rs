//! Where links and pictures of chapters may lead: the files of the book's folder.

use super::pictures::{self, Picture};
use crate::build::fetch::Fetched;
use crate::cache::FOLDER;
use crate::pandoc::defaults;
use crate::project::{Boundary, Project, Repository};
use crate::reference::{has_scheme, normal, percent_decode};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What resolving a link needs to know of the book.
#[derive(Debug)]
pub(in crate::build) struct LinkContext<'a> {
    /// The book's folder.
    pub dir: &'a Path,
    /// The same from the root of the file system.
    root: PathBuf,
    /// Whether targets come out of the reader relative to the book's folder.
    rebased: bool,
    /// Folders in which pictures are looked for, relative to the book's.
    resource_path: Vec<PathBuf>,
    /// Pictures on the web that were fetched: address and local file.
    fetched: Fetched,
    /// Whether filters of the author's may make pictures and anchors that are nowhere yet.
    pub has_filters: bool,
    /// Where the book's source is kept on the web.
    pub repository: Repository,
    /// Where the site lies that the book is published as: a path, or an address.
    site: Option<String>,
    /// From where files may come into the book.
    boundary: Boundary,
    /// The chapters by their paths in small letters.
    chapters: BTreeSet<String>,
    /// What was asked of the disk.
    asked: AskedOfDisk,
}

/// What a chapter's links and pictures asked of the disk.
#[derive(Debug, Default)]
pub(in crate::build) struct AskedOfDisk {
    /// Whether any file was asked for.
    any: AtomicBool,
    /// Whether one was that does not lie among the files besides the chapters
    /// ([`FilesBesidesChapters`](crate::build::unchanged::FilesBesidesChapters)).
    others: AtomicBool,
    /// Whether one was that lies outside the book's folder, where nobody looks whether it changed.
    outside: AtomicBool,
}

impl AskedOfDisk {
    /// Whether any file was asked for.
    pub(in crate::build) fn is_any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Whether a file outside the book's folder was asked for.
    pub(in crate::build) fn is_outside(&self) -> bool {
        self.outside.load(Ordering::Relaxed)
    }

    /// Whether the files besides the chapters do not tell all that was asked for.
    pub(in crate::build) fn is_more_than_files(&self) -> bool {
        self.others.load(Ordering::Relaxed)
    }
}

/// A path in small letters: some file systems take both for the same.
fn small(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// Where a file is that a chapter or a stylesheet names.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::build) enum Named {
    /// In the book's folder, or where the book looks for files: relative to the book's folder.
    File(PathBuf),
    /// In its own address, or in the same document.
    Itself,
    /// On the web.
    Remote,
    /// Nowhere.
    Missing,
    /// Where a book has no business: why it is not read, as the end of a sentence about it.
    Refused(String),
}

impl<'a> LinkContext<'a> {
    /// That of a book, with the pictures that were fetched.
    pub(in crate::build) fn of(project: &'a Project, fetched: Fetched) -> Self {
        let mut context = Self::of_folder(&project.dir);
        context.rebased = project.manifest.rebases();
        context.resource_path = project.manifest.resource_path();
        context.fetched = fetched;
        context.has_filters = defaults::has_own_filters(project.manifest.options());
        context.site.clone_from(&project.settings.site);
        context.repository = Repository::of(&project.settings.source);
        context.boundary.clone_from(&project.boundary);
        let chapters = project.chapters.iter().map(|one| small(&normal(&one.path)));
        context.chapters = chapters.collect();
        context
    }

    /// That of a folder.
    pub(in crate::build) fn of_folder(dir: &'a Path) -> Self {
        Self {
            dir,
            // Where the working directory is gone, the folder alone has to do.
            root: std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()),
            rebased: false,
            resource_path: Vec::new(),
            fetched: Fetched::new(),
            repository: Repository::default(),
            site: None,
            has_filters: false,
            boundary: Boundary::of(dir),
            chapters: BTreeSet::new(),
            asked: AskedOfDisk::default(),
        }
    }

    /// What was asked of the disk so far.
    pub(in crate::build) fn asked(&self) -> &AskedOfDisk {
        &self.asked
    }

    /// Notes that a file is asked for, relative to the book's folder.
    fn note_asked(&self, file: &Path) {
        self.asked.any.store(true, Ordering::Relaxed);
        let path = small(file);
        let is_made = [".epub", ".zip"].iter().any(|end| path.ends_with(end));
        let first = path.split(['/', '\\']).next().unwrap_or_default();
        let is_skipped = matches!(first, "" | ".." | ".git" | FOLDER);
        // Most paths from the root are meant from the site's.
        if first == ".." || file.is_absolute() && file.exists() {
            self.asked.outside.store(true, Ordering::Relaxed);
        }
        if is_made || is_skipped || file.is_absolute() || self.chapters.contains(&path) {
            self.asked.others.store(true, Ordering::Relaxed);
        }
    }

    /// Whether there is a file or a folder, relative to the book's.
    pub(super) fn exists(&self, path: &Path) -> bool {
        // A folder may come and go with nothing in it.
        self.asked.any.store(true, Ordering::Relaxed);
        self.asked.others.store(true, Ordering::Relaxed);
        self.dir.join(path).exists()
    }

    /// A target on the site that the book is published as, as a path from its root; what Jekyll puts
    /// in for the site's place is one, too.
    pub(super) fn on_site(&self, target: &str) -> Option<String> {
        let decoded = percent_decode(target);
        let plain = decoded.replace(' ', "");
        let mut rest = &*plain;
        for variable in ["{{site.url}}", "{{site.baseurl}}"] {
            rest = rest.strip_prefix(variable).unwrap_or(rest);
        }
        if rest.len() < plain.len() {
            return Some(format!("/{}", rest.trim_start_matches('/')));
        }
        let site = self.site.as_deref()?.trim_end_matches('/');
        // An address has the path of the site, too.
        let path =
            site.split_once("://").map(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let bases = [Some(site), path.flatten()];
        bases.into_iter().flatten().filter(|base| !base.is_empty()).find_map(|base| {
            let base = if has_scheme(base) || base.starts_with('/') {
                base.to_owned()
            } else {
                format!("/{base}")
            };
            let rest = target.strip_prefix(&base)?;
            let is_whole = rest.is_empty() || rest.starts_with(['/', '#', '?']);
            is_whole.then(|| format!("/{}", rest.trim_start_matches('/')))
        })
    }

    /// Where a relative path in a chapter may lead, relative to the book's folder, the likeliest
    /// first.
    pub(super) fn locate(&self, chapter: &Path, path: &str) -> Vec<PathBuf> {
        let path = percent_decode(path);
        // A path from the root means the root of the site, which is the book's folder, or that of
        // the repository, in which the book has a folder of its own.
        if let Some(path) = path.strip_prefix('/') {
            let path = normal(Path::new(path));
            let folders = path.ancestors().skip(1).filter(|one| self.root.ends_with(one));
            let inside = folders.filter_map(|folder| path.strip_prefix(folder).ok());
            let mut all: Vec<_> = inside.map(Path::to_owned).collect();
            all.reverse();
            return all;
        }
        let path = PathBuf::from(path);
        let beside = chapter.parent().unwrap_or(Path::new("")).join(&path);
        let mut all = vec![normal(&beside), normal(&path)];
        if self.rebased {
            all.swap(0, 1);
        }
        all.dedup();
        all
    }

    /// The file of a picture, relative to the book's folder.
    pub(super) fn picture(&self, chapter: &Path, target: &str) -> Picture {
        if !self.fetched.contains_key(target)
            && let Some(target) = self.on_site(target)
            && let Picture::File(file) = self.local_picture(chapter, &target)
        {
            return Picture::File(file);
        }
        self.local_picture(chapter, target)
    }

    fn local_picture(&self, chapter: &Path, target: &str) -> Picture {
        if let Some(file) = self.fetched.get(target) {
            return Picture::File(file.clone());
        }
        match self.file(chapter, target) {
            Named::File(file) => pictures::in_file(self.dir, file),
            Named::Itself => Picture::Inline,
            Named::Remote => Picture::NotFetched,
            Named::Missing => Picture::Missing,
            Named::Refused(why) => Picture::Refused(why),
        }
    }

    /// The file that `target` names, which stands in a chapter's file or in another of the book's.
    pub(in crate::build) fn file(&self, base: &Path, target: &str) -> Named {
        if target.starts_with("data:") || target.starts_with('#') || target.is_empty() {
            return Named::Itself;
        }
        if let Some(on_site) = self.on_site(target)
            && let named @ Named::File(_) = self.local(base, &on_site)
        {
            return named;
        }
        self.local(base, target)
    }

    fn local(&self, base: &Path, target: &str) -> Named {
        let is_file =
            target.get(..5).is_some_and(|one| one.eq_ignore_ascii_case("file:"));
        let is_url = has_scheme(target) && !is_file;
        if is_url || target.starts_with("//") {
            return Named::Remote;
        }
        let path = target.split(['#', '?']).next().expect("a split has a first part");
        let mut all = self.locate(base, path);
        let path = percent_decode(path);
        all.extend(self.resource_path.iter().map(|folder| normal(&folder.join(&path))));
        let mut outside = None;
        for file in all {
            self.note_asked(&file);
            let whole = self.dir.join(&file);
            if !whole.exists() || whole.is_dir() {
                continue;
            }
            match self.boundary.refusal(&whole) {
                None => return Named::File(file),
                Some(why) => outside.get_or_insert(Named::Refused(why.to_owned())),
            };
        }
        let absolute = if is_file { &path["file:".len()..] } else { &*path };
        let absolute = Path::new(absolute.strip_prefix("//").unwrap_or(absolute));
        if absolute.is_absolute() {
            self.note_asked(absolute);
        }
        match outside {
            Some(outside) => outside,
            None if absolute.is_absolute() && absolute.is_file() => {
                Named::Refused("is a path of this machine alone".to_owned())
            }
            None => Named::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsx;

    #[test]
    fn files_out_of_the_book_are_refused() {
        let outside = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = outside.path().join(path);
            fsx::create_dir_all(path.parent().unwrap()).unwrap();
            fsx::write_atomic(&path, b"x").unwrap();
        };
        write("secret.png");
        write("repo/shared.png");
        write("repo/book/a.png");
        let dir = outside.path().join("repo/book");
        let named = |target: &str| {
            LinkContext::of_folder(&dir).file(Path::new("text/one.md"), target)
        };
        assert_eq!(named("../a.png"), Named::File("a.png".into()));
        assert!(matches!(named("../../shared.png"), Named::Refused(_)));
        write("repo/.git/HEAD");
        assert_eq!(named("../../shared.png"), Named::File("../shared.png".into()));
        assert!(matches!(named("../../../secret.png"), Named::Refused(_)));
        let absolute = outside.path().join("secret.png");
        assert!(matches!(named(absolute.to_str().unwrap()), Named::Refused(_)));
        assert_eq!(named("none.png"), Named::Missing);
        assert_eq!(named("https://example.org/a.png"), Named::Remote);
        assert_eq!(named("data:,x"), Named::Itself);
    }

    #[test]
    fn what_is_asked_of_the_disk_is_noted() {
        let dir = tempfile::tempdir().unwrap();
        fsx::create_dir_all(&dir.path().join("text/b")).unwrap();
        fsx::write_atomic(&dir.path().join("text/b/c.svg"), b"x").unwrap();
        let asked = |target: &str| {
            let mut context = LinkContext::of_folder(dir.path());
            context.chapters.insert("text/two.md".to_owned());
            context.file(Path::new("text/one.md"), target);
            let asked = context.asked();
            (asked.is_any(), asked.is_more_than_files(), asked.is_outside())
        };
        assert_eq!(asked("#a"), (false, false, false));
        assert_eq!(asked("https://example.org/a.png"), (false, false, false));
        for inside in ["a.png", "../text/b/c.svg"] {
            assert_eq!(asked(inside), (true, false, false), "{inside}");
        }
        for other in ["Two.md", "/etc/a.png", ".concbook/x", "out/Book.epub"] {
            assert_eq!(asked(other), (true, true, false), "{other}");
        }
        for outside in ["../../a.png", "../text/gone.svg"] {
            assert_eq!(asked(outside), (true, true, true), "{outside}");
        }
        let context = LinkContext::of_folder(dir.path());
        assert!(
            !context.exists(Path::new("a.md")) && context.asked().is_more_than_files()
        );
    }

    #[test]
    fn a_target_on_the_site_is_a_path_from_its_root() {
        let of = |site: Option<&str>, target: &str| {
            let site = site.map(str::to_owned);
            let context = LinkContext { site, ..LinkContext::of_folder(Path::new(".")) };
            context.on_site(target)
        };
        let is = |path: &str| Some(path.to_owned());
        assert_eq!(of(Some("/base/"), "/base/page/"), is("/page/"));
        assert_eq!(of(Some("base"), "/base#x"), is("/#x"));
        assert_eq!(of(Some("/base/"), "/based/page"), None);
        let site = Some("https://x.org/base");
        assert_eq!(of(site, "https://x.org/base/page"), is("/page"));
        assert_eq!(of(site, "/base/page"), is("/page"));
        assert_eq!(of(site, "https://x.org/other"), None);
        assert_eq!(of(None, "%7B%7B%20site.baseurl%20%7D%7D/a/"), is("/a/"));
        assert_eq!(of(None, "/page"), None);
    }

    #[test]
    fn a_path_from_the_root_is_the_books_or_the_repositorys() {
        let context = LinkContext::of_folder(Path::new("/home/ann/book/docs"));
        let locate = |path| context.locate(Path::new("a/one.md"), path);
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(locate("/a/b.md"), paths(&["a/b.md"]));
        assert_eq!(locate("/docs/a/b.md"), paths(&["docs/a/b.md", "a/b.md"]));
        assert_eq!(locate("/book/docs/b.md"), paths(&["book/docs/b.md", "b.md"]));
        assert_eq!(locate("/docs"), paths(&["docs"]));
    }
}
