//! Places in Markdown source: pandoc's AST has none, so links, pictures and identifiers are looked up
//! in the text they came from.

use crate::reference::{loosen, percent_decode};
use concfilter::error::Place;
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::ops::Range;

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

/// Where a text gives an identifier: as an attribute, in raw HTML, or by the words of a heading. Bytes
/// of the text, in its order.
pub fn identified(text: &str, id: &str) -> Vec<usize> {
    let wanted = loosen(id);
    let mut found = Vec::new();
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => code.push(range),
            Event::Start(Tag::Heading { .. }) => {
                let heading = text.get(range.clone()).unwrap_or_default();
                let words = heading.split(['{', '<']).next().unwrap_or_default();
                if loosen(words) == wanted {
                    found.push(range.start);
                }
            }
            _ => {}
        }
    }
    let goes_on = |c: char| c.is_alphanumeric() || "-_.:".contains(c);
    let attribute = format!("#{id}");
    found.extend(text.match_indices(&attribute).map(|(at, _)| at).filter(|&at| {
        text[..at].ends_with(['{', ' '])
            && !text[at + attribute.len()..].starts_with(goes_on)
    }));
    for value in [format!("\"{id}\""), format!("'{id}'")] {
        found.extend(text.match_indices(&value).map(|(at, _)| at).filter(|&at| {
            ["id=", "name="].iter().any(|name| text[..at].ends_with(name))
        }));
    }
    found.retain(|at| !code.iter().any(|range| range.contains(at)));
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use concfilter::error::line_col;

    #[test]
    fn an_identifier_is_found_however_it_is_given() {
        let text = "# Two Words\n\n<a id=\"two-words\"></a>\n\n`id=\"two-words\"`\n\n\
                    ## Other {#two-words}\n\n[x]{.y #two-words}\n\n[z](#two-words-more)\n";
        let lines: Vec<_> = identified(text, "two-words")
            .iter()
            .map(|&at| line_col(text, at).0)
            .collect();
        assert_eq!(lines, [1, 3, 7, 9]);
        assert!(identified(text, "none").is_empty());
    }

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
