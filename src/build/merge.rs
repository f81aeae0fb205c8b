//! What only the whole book knows, from the surveys of all chapters: identifiers that cannot clash,
//! and which chapter a path means.
//!
//! ````text
//! one.md  ids ["intro", "a"]         "one-intro", "a"
//! two.md  ids ["intro", "b"]   ─►    "two-intro", "b"
//! ````
//!
//! An identifier that stands in one chapter only keeps its name; one that stands in several is
//! prefixed with its chapter in all of them, so the order of chapters changes no name. It depends
//! on the surveys and the chapters' paths, and on no document: what else a whole book has to know
//! (definitions of links, numbers of examples, macros) finds its place in [`BookFacts`].

use super::survey::Survey;
use crate::cache::KeyMaker;
use crate::project::{Chapter, pages};
use crate::reference::{loosen, normal, percent_decode};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What a whole book knows.
#[derive(Debug)]
pub(super) struct BookFacts<'a> {
    chapters: Vec<ChapterFacts<'a>>,
    /// The number of each chapter, by its path.
    files: BTreeMap<PathBuf, usize>,
}

/// What a whole book knows of one chapter.
#[derive(Debug)]
struct ChapterFacts<'a> {
    survey: &'a Survey,
    /// Its path, without `.` and `..`.
    path: PathBuf,
    /// Its identifiers as the survey has them, and as they are in the book.
    ids: BTreeMap<&'a str, String>,
    /// What a link may have meant, once one leads nowhere.
    names: OnceLock<Vec<NearName>>,
}

/// An identifier of a chapter as its author writes it, with what tells at a glance whether another name can be near
/// it.
#[derive(Debug)]
pub(super) struct NearName {
    /// The spelling that ignores what readers of Markdown disagree on.
    pub(super) loose: String,
    pub(super) id: String,
    length: usize,
    letters: u64,
}

impl NearName {
    pub(super) fn of(loose: String, id: &str) -> Self {
        let length = loose.chars().count();
        // A bit for each letter, which some share.
        let letters = loose.chars().fold(0, |all, c| all | 1 << (u32::from(c) % 64));
        Self { loose, id: id.to_owned(), length, letters }
    }

    /// How many letters it is longer or shorter than another.
    pub(super) fn longer(&self, other: &Self) -> usize {
        self.length.abs_diff(other.length)
    }

    /// Letters that have to be changed at least to make the one of the other: whatever one has and the other has
    /// not, is one of them.
    pub(super) fn least_distance(&self, other: &Self) -> usize {
        let lack = |one: u64, other: u64| (one & !other).count_ones() as usize;
        let lacking =
            lack(self.letters, other.letters).max(lack(other.letters, self.letters));
        lacking.max(self.longer(other))
    }

    /// So many letters may differ in a slip, or in another form of the words.
    pub(super) fn slip(&self) -> usize {
        self.length * 2 / 5
    }
}

/// Merges the surveys of a book's chapters.
pub(super) fn merge<'a>(
    chapters: impl Iterator<Item = (&'a Chapter, &'a Survey)> + Clone,
) -> BookFacts<'a> {
    let own_ids = |survey: &'a Survey| survey.ids.iter().map(String::as_str);
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for id in chapters.clone().flat_map(|(_, survey)| own_ids(survey)) {
        *uses.entry(id).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = uses.keys().map(|&id| id.to_owned()).collect();
    let mut facts = BookFacts { chapters: Vec::new(), files: BTreeMap::new() };
    for (number, (chapter, survey)) in chapters.clone().enumerate() {
        // In the order of their names, so that no order of elements changes one.
        let own: BTreeSet<&str> = own_ids(survey).collect();
        let mut name = |id: &str| {
            if uses[id] == 1 {
                return id.to_owned();
            }
            let base = format!("{}-{id}", chapter.id);
            let numbered = (2..).map(|n| format!("{base}-{n}"));
            let mut all = std::iter::once(base.clone()).chain(numbered);
            all.find(|id| taken.insert(id.clone())).expect("numbers do not end")
        };
        let ids = own.into_iter().map(|id| (id, name(id))).collect();
        let path = normal(&chapter.path);
        facts.files.insert(path.clone(), number);
        let names = OnceLock::new();
        facts.chapters.push(ChapterFacts { survey, path, ids, names });
    }
    // A file that is there comes before a page that is called like it.
    for (number, (chapter, _)) in chapters.enumerate() {
        for page in pages(chapter) {
            facts.files.entry(normal(&page)).or_insert(number);
        }
    }
    facts
}

impl BookFacts<'_> {
    /// Adds all that is known to a key.
    pub(super) fn note(&self, key: KeyMaker) -> KeyMaker {
        let note = |key: KeyMaker, own: &ChapterFacts<'_>| {
            // What a link may have meant is made of the survey.
            let ChapterFacts { survey, path, ids, names: _ } = own;
            key.with_debug(&(survey, path, ids))
        };
        let Self { chapters, files } = self;
        chapters.iter().fold(key, note).with_debug(files)
    }

    /// The identifiers of a chapter as they are in the book, in the order of its elements.
    pub(super) fn ids(&self, chapter: usize) -> impl Iterator<Item = &str> {
        let own = &self.chapters[chapter];
        own.survey.ids.iter().map(|id| &*own.ids[id.as_str()])
    }

    /// The identifier that a chapter begins with.
    pub(super) fn head(&self, chapter: usize) -> &str {
        let own = &self.chapters[chapter];
        own.ids.get(own.survey.head.as_str()).map_or("", |id| id)
    }

    /// The path of a chapter.
    pub(super) fn path(&self, chapter: usize) -> &Path {
        &self.chapters[chapter].path
    }

    /// The identifier that a fragment means in a chapter: as written, else as another reader of
    /// Markdown would have named the heading.
    /// Lines of a listing have one, too: `name-7`.
    pub(super) fn in_chapter(
        &self,
        chapter: usize,
        fragment: &str,
    ) -> Option<Cow<'_, str>> {
        let decoded = percent_decode(fragment);
        let ChapterFacts { survey, ids, .. } = &self.chapters[chapter];
        let by_heading = || {
            let loosely = || survey.headings.get(&loosen(&decoded));
            ids.get(survey.titles.get(&*decoded).or_else(loosely)?.as_str())
        };
        let found = ids.get(fragment).or_else(|| ids.get(&*decoded)).or_else(by_heading);
        found.map(|id| Cow::from(&**id)).or_else(|| {
            let (name, number) = decoded.rsplit_once('-')?;
            let lines = survey.lines.get(name)?;
            let is_line = number.parse().is_ok_and(|number| lines.contains(&number));
            is_line.then(|| Cow::from(format!("{}-{number}", ids[name])))
        })
    }

    /// The identifier that a fragment alone means: in its own chapter, else in any, else as pandoc
    /// numbers headings that are called alike through the whole book.
    pub(super) fn anywhere(
        &self,
        chapter: usize,
        fragment: &str,
    ) -> Option<Cow<'_, str>> {
        let others = (0..self.chapters.len()).filter(|&other| other != chapter);
        std::iter::once(chapter)
            .chain(others)
            .find_map(|chapter| self.in_chapter(chapter, fragment))
            .or_else(|| self.numbered(fragment).map(Cow::from))
    }

    /// The heading that `summary-2` means in a book: the third one called `summary`.
    fn numbered(&self, fragment: &str) -> Option<&str> {
        let decoded = percent_decode(fragment);
        let (name, number) = decoded.rsplit_once('-')?;
        let number: usize = number.parse().ok()?;
        let is_alike = |id: &&String| {
            id.strip_prefix(name).is_some_and(|more| {
                let number = more.strip_prefix('-');
                more.is_empty() || number.is_some_and(|one| one.parse::<usize>().is_ok())
            })
        };
        let mut all = self.chapters.iter().flat_map(|own| {
            let alike = own.survey.heading_ids.iter().filter(is_alike);
            alike.map(|id| &*own.ids[id.as_str()])
        });
        all.nth(number)
    }

    /// The identifiers of a chapter as its author writes them, in the order of their spelling.
    pub(super) fn names(&self, chapter: usize) -> &[NearName] {
        let ChapterFacts { survey, names, .. } = &self.chapters[chapter];
        names.get_or_init(|| {
            let headings =
                survey.headings.iter().map(|(name, id)| NearName::of(name.clone(), id));
            let ids = survey.ids.iter().map(|id| NearName::of(loosen(id), id));
            let all = headings.chain(ids).filter(|name| !name.id.is_empty());
            let mut all: Vec<_> = all.collect();
            all.sort_by(|one, other| {
                (&one.loose, &one.id).cmp(&(&other.loose, &other.id))
            });
            all
        })
    }

    /// How many chapters there are.
    pub(super) fn count(&self) -> usize {
        self.chapters.len()
    }

    /// The chapter that a path means: as written, as a page of a site made from it, or as the
    /// page of a folder.
    pub(super) fn chapter(&self, path: &Path) -> Option<usize> {
        let html = path.extension().is_some_and(|extension| extension == "html");
        let page = if html { path.with_extension("md") } else { path.to_owned() };
        let with_md = PathBuf::from(format!("{}.md", path.display()));
        // What front matter calls a page, has no extension.
        let bare = if html { path.with_extension("") } else { path.to_owned() };
        let readme = path.join("README.md");
        [path.to_owned(), page, with_md, readme, path.join("index.md"), bare]
            .iter()
            .find_map(|path| self.files.get(&normal(path)).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use concfilter::spelling::distance;

    #[test]
    fn no_two_names_are_nearer_than_their_letters_tell() {
        let names = [
            "",
            "a",
            "intro",
            "intor",
            "introduction",
            "h12",
            "h21",
            "\u{e9}t\u{e9}",
            "zig",
            "gone7",
        ];
        for one in names.map(|name| NearName::of(name.to_owned(), "")) {
            for other in names.map(|name| NearName::of(name.to_owned(), "")) {
                let told = one.least_distance(&other);
                assert!(told <= distance(&one.loose, &other.loose), "{one:?} {other:?}");
            }
            assert_eq!(one.least_distance(&one), 0);
        }
        let far = NearName::of("gone7".to_owned(), "")
            .least_distance(&NearName::of("h7".to_owned(), ""));
        assert_eq!(far, 4);
    }
}
