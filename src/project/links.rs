//! Where the links and pictures of pandoc's document stand in their chapter.

use super::Chapter;
use crate::reference::percent_decode;
use concfilter::error::Place;
use std::collections::{BTreeMap, VecDeque};

/// The places of one chapter's links and pictures, each asked for once.
#[derive(Debug)]
pub struct LinkPlaces<'a> {
    chapter: &'a Chapter,
    /// The bytes of each target not asked for yet, in the order of the text.
    left: BTreeMap<&'a str, VecDeque<usize>>,
    /// The bytes where targets are referred to that other chapters define.
    handed: BTreeMap<&'a str, usize>,
    /// The byte behind the last attribute without an address that was asked for.
    behind_empty: usize,
    /// The byte behind the last place: what only the text knows is looked for from there.
    behind: usize,
}

/// So many bytes behind the beginning of a link its address is looked for.
const NEAR: usize = 4_000;

impl<'a> LinkPlaces<'a> {
    /// Those of a chapter.
    pub fn of(chapter: &'a Chapter) -> Self {
        let mut left: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for link in &chapter.index.links {
            left.entry(&link.target).or_default().push_back(link.start);
        }
        Self { chapter, left, handed: BTreeMap::new(), behind_empty: 0, behind: 0 }
    }

    /// Those of a chapter that refers to targets of other chapters, at these bytes.
    #[must_use]
    pub fn with(mut self, targets: &'a [(String, usize)]) -> Self {
        self.handed = targets.iter().map(|(target, at)| (&**target, *at)).collect();
        self
    }

    /// The place of the next attribute of raw HTML that has no address.
    fn next_empty(&mut self) -> Place {
        let text = &self.chapter.text;
        let forms = ["href=\"\"", "href=''", "src=\"\"", "src=''"];
        let rest = text.get(self.behind_empty..).unwrap_or_default();
        let found = forms.iter().filter_map(|form| rest.find(form)).min();
        let Some(found) = found.map(|at| at + self.behind_empty) else {
            return self.chapter.whole();
        };
        self.behind_empty = found + 1;
        self.chapter.place(found)
    }

    /// The same for a target that pandoc leads from the book's folder, and the text from the chapter's.
    fn in_folder(&mut self, target: &str) -> Option<usize> {
        let folder = self.chapter.path.parent()?.to_str()?;
        let own = target.strip_prefix(folder)?.strip_prefix('/')?;
        self.left.get_mut(own).and_then(VecDeque::pop_front)
    }

    /// The place of the next link or picture with this target; asked once for each element, in
    /// the order of the document. A target that only the text knows, as in raw HTML, is looked
    /// up there; one that is nowhere gets the file alone.
    pub fn next(&mut self, target: &str) -> Place {
        let decoded = percent_decode(target);
        let next = self.left.get_mut(&*decoded).and_then(VecDeque::pop_front);
        let next = next.or_else(|| self.in_folder(&decoded));
        if target.is_empty() && next.is_none() {
            return self.next_empty();
        }
        let next = next.or_else(|| self.handed.get(target).copied());
        match next.or_else(|| self.in_text(target)) {
            Some(offset) => {
                // A link begins with its text, and its address follows soon.
                let text = &self.chapter.text;
                let end = text.floor_char_boundary(offset + NEAR);
                let own = text.get(offset..end).and_then(|near| near.find(target));
                self.behind = offset + own.map_or(1, |at| at + target.len());
                self.chapter.place(offset)
            }
            None => self.chapter.whole(),
        }
    }

    /// Where the text has a target next, else where it has it first.
    fn in_text(&self, target: &str) -> Option<usize> {
        let text = &self.chapter.text;
        let from = text.ceil_char_boundary(self.behind);
        let next = text[from..].find(target).map(|at| from + at);
        next.or_else(|| text[..from].find(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;

    #[test]
    fn each_occurrence_has_its_own_place() {
        let text =
            "[a](x.md)\n\n`[a](x.md)` and [b][1]\n\n<img src=\"y.png\">\n\n[1]: x.md\n";
        let chapter = Chapter::of_text("c.md", text, Dialect::Pandoc);
        let mut places = LinkPlaces::of(&chapter);
        assert_eq!(places.next("x.md"), Place::at("c.md", 1, 1));
        assert_eq!(places.next("x.md"), Place::at("c.md", 3, 17));
        assert_eq!(places.next("y.png"), Place::at("c.md", 5, 11));
        assert_eq!(places.next("z.png"), Place::file("c.md"));
        // One that stands in raw HTML behind a picture that has the same.
        let twice = "![](x.png)\n\n<img src=\"x.png\">\n\n<img src=\"x.png\">\n";
        let raw = Chapter::of_text("e.md", twice, Dialect::Pandoc);
        let mut places = LinkPlaces::of(&raw);
        let lines: Vec<_> = (0..4).map(|_| places.next("x.png").line).collect();
        assert_eq!(lines, [Some(1), Some(3), Some(5), Some(1)]);
        let empty =
            Chapter::of_text("d.md", "x\n<a href=\"\"> <a href=''>", Dialect::Pandoc);
        let mut places = LinkPlaces::of(&empty);
        assert_eq!(places.next(""), Place::at("d.md", 2, 4));
        assert_eq!(places.next(""), Place::at("d.md", 2, 16));
        // As `rebase_relative_paths` has them.
        let chapter = Chapter::of_text("b/c.md", text, Dialect::Pandoc);
        let mut places = LinkPlaces::of(&chapter);
        assert_eq!(places.next("b/x.md"), Place::at("b/c.md", 1, 1));
    }
}
