//! Where links between chapters lead. pandoc leaves `other.md#place` as it is; which text stands at
//! that place is told by pandoc as well, from the one chapter.

use super::container::join;
use super::markup;
use super::outline::{Labels, collapsed, shortened};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The chapters of a book, each read by pandoc alone, when that is first asked for.
pub(crate) struct Chapters {
    pandoc: PathBuf,
    folder: PathBuf,
    format: String,
    /// Their paths in the book's folder, in reading order.
    pub inputs: Vec<String>,
    read: OnceLock<Vec<Chapter>>,
}

struct Chapter {
    /// Its first heading.
    title: String,
    /// Whether that is of level one.
    is_titled: bool,
    labels: Labels,
}

impl Chapters {
    /// The chapters of the book in a folder.
    pub(crate) fn new(
        pandoc: &Path,
        folder: &Path,
        format: &str,
        inputs: Vec<String>,
    ) -> Self {
        Self {
            pandoc: pandoc.to_owned(),
            folder: folder.to_owned(),
            format: format.to_owned(),
            inputs,
            read: OnceLock::new(),
        }
    }

    fn read(&self) -> &[Chapter] {
        self.read.get_or_init(|| {
            let all: Vec<_> =
                self.inputs.par_iter().map(|input| self.one(input)).collect();
            all
        })
    }

    fn one(&self, input: &str) -> Chapter {
        let ended = Command::new(&self.pandoc)
            .args(["--from", &self.format, "--to", "html", input])
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(
            ended.status.success(),
            "{input}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
        let tree = markup::parse(&String::from_utf8_lossy(&ended.stdout));
        let headings = ["h1", "h2", "h3", "h4", "h5", "h6"];
        let title = tree.elements().find(|one| headings.contains(&&*one.name));
        let is_titled = title.is_some_and(|one| one.is("h1"));
        let title = title.map(|one| collapsed(&one.text())).unwrap_or_default();
        Chapter { title, is_titled, labels: Labels::of(&tree) }
    }

    /// The number of the chapter that a text belongs to, after a heading.
    pub(crate) fn at_heading(&self, now: usize, heading: &str) -> usize {
        let Some(all) = self.read.get() else { return now };
        // A chapter without a heading belongs to the one before, for all that can be told here.
        let next = (now + 1..all.len()).find(|&number| !all[number].title.is_empty());
        next.filter(|&number| all[number].title == heading).unwrap_or(now)
    }

    /// Whether a link written in some chapter leads to one.
    pub(crate) fn is_chapter(&self, reference: &str) -> bool {
        let path = reference.split('#').next().unwrap_or_default();
        let name = join("", path);
        let found = !name.is_empty() && self.number("", &name).is_some();
        if found {
            self.read();
        }
        found
    }

    /// The number of the chapter that a path in another chapter means. The path may lack its `.md`,
    /// as it does on sites. Where no chapter lies at the path itself, the first whose path ends so is
    /// meant: from which chapter a text comes is not always known.
    fn number(&self, from: &str, path: &str) -> Option<usize> {
        let position = |is_it: &dyn Fn(&str) -> bool| {
            self.inputs.iter().position(|input| is_it(input))
        };
        let names = [join(from, path), join("", path)];
        let bare =
            |input: &str| input.rsplit_once('.').map_or(input, |one| one.0).to_owned();
        position(&|input| input == names[0])
            .or_else(|| position(&|input| bare(input) == names[0]))
            .or_else(|| position(&|input| ends_with(input, &names[1])))
            .or_else(|| position(&|input| ends_with(&bare(input), &names[1])))
    }

    /// What stands where a link leads that is written in the chapter of that number.
    pub(crate) fn label(&self, from: usize, reference: &str) -> Option<String> {
        let (path, id) = reference.split_once('#').unwrap_or((reference, ""));
        let number = self.number(&self.inputs[from], path)?;
        let chapter = &self.read()[number];
        // A link to a chapter leads to its heading, also where text stands above that.
        if id.is_empty() && chapter.is_titled {
            return Some(shortened(&chapter.title));
        }
        chapter.labels.at(id)
    }
}

/// Whether a path ends with the parts of another.
fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|above| above.is_empty() || above.ends_with('/'))
}
