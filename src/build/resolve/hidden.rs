//! The listings that the book hides get the class by which the filter knows hidden ones: a glob in
//! `book.yaml` is of paths in the tree, which a chapter's document does not have.
//!
//! A listing is told by its number among the blocks with the same text: the second block of the source
//! that holds `x = 1` is the second one of pandoc's document. So a hidden listing never takes a shown
//! one along that has the same text.

use crate::finding::{Code, Finding};
use crate::listings::Listing;
use crate::markdown::{BlockForm, FenceFault, squeezed};
use crate::project::Chapter;
use concfilter::ast::build::Attr;
use concfilter::ast::{Step, visit, walk};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Marks the blocks of a chapter that show its hidden listings; gives a finding for each that
/// cannot be told from a shown one.
pub(super) fn mark(
    blocks: &mut [Value],
    listings: &[&Listing],
    chapter: &Chapter,
) -> Vec<Finding> {
    if !listings.iter().any(|listing| listing.tags.hidden) {
        return Vec::new();
    }
    let mut twins: BTreeMap<String, Twins<'_>> = BTreeMap::new();
    for listing in listings.iter().filter(|listing| is_code_block(listing)) {
        let twins = twins.entry(squeezed(&listing.block.code)).or_default();
        twins.listings.push(listing);
    }
    let mut number = 0;
    visit(blocks, &mut |tag, element| {
        if tag == "CodeBlock" {
            if let Some(twins) = twins.get_mut(&text_of(element)) {
                twins.blocks.push(number);
            }
            number += 1;
        }
    });
    let mut hidden = BTreeSet::new();
    let mut findings = Vec::new();
    for twins in twins.values() {
        match twins.hidden() {
            Ok(numbers) => hidden.extend(numbers),
            Err(listing) => {
                let place = chapter.place(listing.block.range.start);
                findings.push(Finding::new(
                    Code::ListingNotHidden,
                    place,
                    "the listing stays in the book: it cannot be told from one with the same text \
                     that is shown",
                ).hint("Hide it where it stands: {.python .hidden}"));
            }
        }
    }
    set_class(blocks, &hidden);
    findings
}

/// Listings with the same text, and the blocks of the document that have it, by their numbers; both
/// in order.
#[derive(Default)]
struct Twins<'a> {
    listings: Vec<&'a Listing>,
    blocks: Vec<usize>,
}

impl Twins<'_> {
    /// The numbers of the blocks that show a hidden listing; else a hidden listing of which no block
    /// can be told.
    fn hidden(&self) -> Result<Vec<usize>, &Listing> {
        let is_hidden = |listing: &&&Listing| listing.tags.hidden;
        let hidden = self.listings.iter().filter(is_hidden).count();
        if hidden == self.listings.len() {
            return Ok(self.blocks.clone());
        }
        if self.blocks.len() == self.listings.len() {
            let pairs = self.listings.iter().zip(&self.blocks);
            return Ok(pairs
                .filter(|(listing, _)| listing.tags.hidden)
                .map(|(_, number)| *number)
                .collect());
        }
        match self.listings.iter().find(is_hidden) {
            Some(listing) => Err(listing),
            None => Ok(Vec::new()),
        }
    }
}

/// Whether pandoc may read a code block there.
pub(super) fn is_code_block(listing: &Listing) -> bool {
    listing.block.form != BlockForm::Raw
        && !matches!(
            listing.block.fault,
            Some(FenceFault::Inline | FenceFault::InlineDeep)
        )
}

/// The text of a code block as it is compared.
pub(super) fn text_of(block: &Value) -> String {
    squeezed(block["c"][1].as_str().unwrap_or_default())
}

/// Gives the code blocks with these numbers the class `hidden`.
fn set_class(blocks: &mut [Value], hidden: &BTreeSet<usize>) {
    let mut number = 0;
    walk(blocks, &mut |tag, element| {
        if tag == "CodeBlock" {
            if hidden.contains(&number)
                && let Some(mut attr) = Attr::read(&element["c"][0])
            {
                attr.add_class("hidden");
                element["c"][0] = attr.write();
            }
            number += 1;
        }
        Step::Into
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listings::ListingSet;
    use crate::markdown::Dialect;
    use crate::project::Manifest;
    use concfilter::settings::Settings;
    use serde_json::json;
    use std::sync::Arc;

    /// Which of the document's code blocks are hidden, and how many findings there are, where a
    /// chapter has these listings and `a/_*` is hidden.
    fn hidden(source: &str, document: &[&str]) -> (Vec<bool>, usize) {
        let chapter = Arc::new(Chapter::of_text("a.md", source, Dialect::Pandoc));
        let settings = json!({"listings": {"files": {"a/_*": {"hidden": true}}}});
        let settings = Settings::read(&settings).unwrap().listings;
        let set =
            ListingSet::read(vec![Arc::clone(&chapter)], &settings, &Manifest::default());
        let set = set.unwrap();
        let listings: Vec<_> = set.listings.iter().collect();
        let block = |code: &&str| json!({"t": "CodeBlock", "c": [["", [], []], code]});
        let mut blocks: Vec<Value> = document.iter().map(block).collect();
        let findings = mark(&mut blocks, &listings, &chapter);
        let is_hidden = |block: &Value| block["c"][0][1] == json!(["hidden"]);
        (blocks.iter().map(is_hidden).collect(), findings.len())
    }

    const HIDDEN: &str = "```{.python file=_x.py}\nx  = 1\n```\n\n";
    const SHOWN: &str = "```python\nx = 1\n```\n\n";

    #[test]
    fn a_hidden_listing_never_takes_its_twin() {
        let other = "```python\ny\n```\n\n";
        let source = [SHOWN, other, HIDDEN, SHOWN].concat();
        let document = ["x = 1", "y", "x\t= 1", "x = 1"];
        assert_eq!(hidden(&source, &document), (vec![false, false, true, false], 0));
        // A block that only pandoc sees, or only the source, moves no other.
        let more = ["z", "x = 1", "y", "x = 1", "x = 1"];
        let wanted = vec![false, false, false, true, false];
        assert_eq!(hidden(&source, &more), (wanted, 0));
    }

    #[test]
    fn what_cannot_be_told_apart_stays_and_is_reported() {
        let source = [SHOWN, HIDDEN].concat();
        assert_eq!(hidden(&source, &["x = 1"; 3]), (vec![false; 3], 1));
        // Where none of them is shown, there is nothing to tell.
        assert_eq!(hidden(HIDDEN, &["x = 1"; 2]), (vec![true; 2], 0));
    }
}
