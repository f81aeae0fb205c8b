//! The table of contents as a `SUMMARY.md` has it: chapters below their parts, and in one another, where
//! the headings that pandoc goes by have the same level.
//!
//! ````text
//! One               Part One
//! Deep      ─►        One
//! Two                   Deep
//!                   Part Two
//!                     Two
//! ````
//!
//! Entries that it does not name, such as the second heading of a chapter, stay beside the one before.

use super::outcome::FinishOutcome;
use super::pass::{FinishOptions, OutlineEntry, UnfinishedBook};
use crate::epub::{Document, NodeId, percent_decode};
use crate::finish::contents::{children, list_of_nav};

pub(super) fn apply(
    book: &mut UnfinishedBook,
    options: &FinishOptions,
    _: &mut FinishOutcome,
) {
    if options.outline.is_empty() {
        return;
    }
    let all = book.documents.0.iter_mut().filter(|document| document.has("nav"));
    for document in all {
        if let Some(list) = list_of_nav(&document.tree) {
            nest(&mut document.tree, list, &options.outline);
            document.changed = true;
        }
    }
}

/// Puts the entries of a list where the outline has them.
fn nest(tree: &mut Document, list: NodeId, outline: &[OutlineEntry]) {
    let items: Vec<NodeId> = children(tree, list, "li").collect();
    for &item in &items {
        tree.detach(item);
    }
    let mut place = NextItemPlace { list, part: None, open: Vec::new(), depth: 0 };
    for item in items {
        if let Some(entry) = entry(tree, item, outline) {
            place.enter(tree, entry);
        }
        place.add(tree, item);
    }
}

/// The outline's entry for an item of the table of contents.
fn entry<'o>(
    tree: &Document,
    item: NodeId,
    outline: &'o [OutlineEntry],
) -> Option<&'o OutlineEntry> {
    let link = children(tree, item, "a").next()?;
    let (_, id) = tree.attr(link, "href")?.split_once('#')?;
    let id = percent_decode(id);
    outline.iter().find(|entry| entry.id == id)
}

/// Where the next item goes.
struct NextItemPlace {
    /// The list of the table of contents.
    list: NodeId,
    /// The part that is open: its number, and its list.
    part: Option<(usize, NodeId)>,
    /// The items that are open, from the outermost in.
    open: Vec<NodeId>,
    /// In how many items the next one stands.
    depth: usize,
}

impl NextItemPlace {
    fn enter(&mut self, tree: &mut Document, entry: &OutlineEntry) {
        self.depth = entry.depth;
        let number = entry.part.as_ref().map(|part| part.0);
        if number == self.part.map(|part| part.0) {
            return;
        }
        self.open.clear();
        self.part = entry.part.as_ref().map(|(number, title)| {
            let item = tree.create_element("li", &[]);
            let head = tree.create_element("span", &[]);
            let list = tree.create_element("ol", &[("class", "toc")]);
            tree.set_text(head, title);
            tree.append(item, head);
            tree.append(item, list);
            tree.append(self.list, item);
            (*number, list)
        });
    }

    fn add(&mut self, tree: &mut Document, item: NodeId) {
        // None stands in one that is not there.
        self.open.truncate(self.depth);
        let list = match self.open.last() {
            None => self.part.map_or(self.list, |part| part.1),
            Some(&outer) => {
                let inner = children(tree, outer, "ol").next();
                inner.unwrap_or_else(|| {
                    let inner = tree.create_element("ol", &[("class", "toc")]);
                    tree.append(outer, inner);
                    inner
                })
            }
        };
        tree.append(list, item);
        self.open.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_below_their_parts_and_in_one_another() {
        let nav = "<nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml#pre\">P</a></li>\
                   <li><a href=\"b.xhtml#one\">1</a><ol><li><a href=\"b.xhtml#x\">x</a></li></ol></li>\
                   <li><a href=\"c.xhtml#deep\">D</a></li><li><a href=\"c.xhtml#more\">M</a></li>\
                   <li><a href=\"d.xhtml#two\">2</a></li><li><a href=\"e.xhtml#end\">E</a></li></ol></nav>";
        let mut tree = Document::parse(nav).unwrap();
        let entry = |id: &str, depth, part: Option<(usize, &str)>| OutlineEntry {
            id: id.to_owned(),
            depth,
            part: part.map(|(number, title)| (number, title.to_owned())),
        };
        let outline = [
            entry("pre", 0, None),
            entry("one", 0, Some((1, "A & B"))),
            entry("deep", 1, Some((1, "A & B"))),
            entry("two", 3, Some((2, "C"))),
            entry("end", 0, None),
        ];
        let list = list_of_nav(&tree).unwrap();
        nest(&mut tree, list, &outline);
        assert_eq!(
            tree.to_xml(),
            "<nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml#pre\">P</a></li>\
             <li><span>A &amp; B</span><ol class=\"toc\">\
             <li><a href=\"b.xhtml#one\">1</a><ol><li><a href=\"b.xhtml#x\">x</a></li>\
             <li><a href=\"c.xhtml#deep\">D</a></li><li><a href=\"c.xhtml#more\">M</a></li></ol></li>\
             </ol></li><li><span>C</span><ol class=\"toc\">\
             <li><a href=\"d.xhtml#two\">2</a></li></ol></li>\
             <li><a href=\"e.xhtml#end\">E</a></li></ol></nav>"
        );
    }
}
