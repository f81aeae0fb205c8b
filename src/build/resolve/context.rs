//! Where links and pictures of chapters may lead: the files of the book's folder.

use super::pictures::{self, Picture};
use crate::build::fetch::Fetched;
use crate::build::merge::normal;
use crate::pandoc::defaults;
use crate::project::Project;
use crate::reference::{has_scheme, percent_decode};
use std::path::{Path, PathBuf};

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
    /// Where the site lies that the book is published as: a path, or an address.
    site: Option<String>,
}

impl<'a> LinkContext<'a> {
    /// That of a book, with the pictures that were fetched.
    pub(in crate::build) fn of(project: &'a Project, fetched: Fetched) -> Self {
        Self {
            rebased: project.manifest.rebases(),
            resource_path: project.manifest.resource_path(),
            fetched,
            site: project.settings.site.clone(),
            has_filters: defaults::has_own_filters(project.manifest.options()),
            ..Self::of_folder(&project.dir)
        }
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
            site: None,
            has_filters: false,
        }
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
        if has_scheme(target) || target.starts_with("//") {
            return match self.fetched.get(target) {
                Some(file) => Picture::File(file.clone()),
                None if target.starts_with("data:") => Picture::Inline,
                None => Picture::NotFetched,
            };
        }
        let path = target.split(['#', '?']).next().expect("a split has a first part");
        let mut all = self.locate(chapter, path);
        all.extend(self.resource_path.iter().map(|folder| normal(&folder.join(path))));
        let found = all.into_iter().find(|file| self.dir.join(file).is_file());
        found.map_or(Picture::Missing, |file| pictures::in_file(self.dir, file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
