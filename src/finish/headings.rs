//! The levels of headings, by which a screen reader goes through a book: where a chapter leaves one out,
//! the heading gets an `aria-level` that is one more than that of the heading above it.
//!
//! ```text
//! <h1>A</h1><h3>B</h3>   becomes   <h1>A</h1><h3 aria-level="2">B</h3>
//! ```

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::epub::{ContentDocument, NodeId};

/// Says the level of each heading that follows on one more than a level above it. Its element, and
/// with it its style, stays as the author chose it (WCAG 2.2, technique G141; WAI-ARIA 1.2,
/// `aria-level`).
pub(super) fn apply(
    document: &mut ContentDocument,
    _: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    outcome.repairs.add(Repair::Heading, in_document(document));
}

/// How many there were in one document.
fn in_document(document: &mut ContentDocument) -> usize {
    let tree = &document.tree;
    let headings: Vec<(NodeId, u32)> = tree
        .descendants(tree.root())
        .filter_map(|node| {
            let element = tree.heading_level(node)?;
            let own = tree.attr(node, "aria-level").and_then(|level| level.parse().ok());
            Some((node, own.unwrap_or(element)))
        })
        .collect();
    // The headings that the one at hand stands under: their levels as written, and in the outline.
    let mut above: Vec<(u32, u32)> = Vec::new();
    let mut number = 0;
    for (node, level) in headings {
        while above.pop_if(|(other, _)| *other >= level).is_some() {}
        let outline = above.last().map_or(level, |(_, level)| level + 1);
        above.push((level, outline));
        if outline != level {
            document.tree.set_attr(node, "aria-level", outline.to_string());
            document.changed = true;
            number += 1;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_is_left_out() {
        let of = |inside: &str| {
            let mut document =
                ContentDocument::of("a.xhtml", &format!("<body>{inside}</body>"));
            let number = in_document(&mut document);
            assert_eq!(in_document(&mut document), 0, "twice changes nothing");
            (document.tree.to_xml().replace("<body>", "").replace("</body>", ""), number)
        };
        let right = "<h2></h2><h3></h3><h3></h3><hr /><h1></h1><h2></h2>";
        assert_eq!(of(right), (right.to_owned(), 0));
        assert_eq!(
            of("<h1></h1><h3></h3><h4></h4><h3></h3><h2></h2><h3></h3><h6></h6>"),
            (
                "<h1></h1><h3 aria-level=\"2\"></h3><h4 aria-level=\"3\"></h4>\
                 <h3 aria-level=\"2\"></h3><h2></h2><h3></h3><h6 aria-level=\"4\"></h6>"
                    .to_owned(),
                4
            )
        );
    }
}
