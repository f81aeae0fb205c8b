//! Places in Markdown source: pandoc's AST has none, so links and pictures are looked up in the
//! text they came from.

use crate::error::Place;
use crate::reference::percent_decode;
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::collections::BTreeMap;
use std::collections::VecDeque;

/// Where the links and pictures of one chapter stand.
#[derive(Debug)]
pub struct Targets<'a> {
    file: String,
    text: &'a str,
    /// The places of each target not asked for yet, in the order of the text.
    left: BTreeMap<String, VecDeque<usize>>,
}

impl<'a> Targets<'a> {
    /// Reads a chapter's text; `file` is how messages call it.
    pub fn read(file: impl Into<String>, text: &'a str) -> Self {
        let mut left: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
            if let Event::Start(
                Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. },
            ) = event
            {
                left.entry(percent_decode(&dest_url)).or_default().push_back(range.start);
            }
        }
        Self { file: file.into(), text, left }
    }

    /// The place of the next link or picture with this target; asked once for each element, in
    /// the order of the document. A target that only the text knows, as in raw HTML, is looked
    /// up there; one that is nowhere gets the file alone.
    pub fn next(&mut self, target: &str) -> Place {
        let next =
            self.left.get_mut(&percent_decode(target)).and_then(VecDeque::pop_front);
        match next.or_else(|| self.text.find(target)) {
            Some(offset) => Place::in_text(&*self.file, self.text, offset),
            None => Place::file(&*self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_occurrence_has_its_own_place() {
        let text =
            "[a](x.md)\n\n`[a](x.md)` and [b][1]\n\n<img src=\"y.png\">\n\n[1]: x.md\n";
        let mut targets = Targets::read("c.md", text);
        assert_eq!(targets.next("x.md"), Place::at("c.md", 1, 1));
        assert_eq!(targets.next("x.md"), Place::at("c.md", 3, 17));
        assert_eq!(targets.next("y.png"), Place::at("c.md", 5, 11));
        assert_eq!(targets.next("z.png"), Place::file("c.md"));
    }
}
