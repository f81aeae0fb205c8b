//! Where a text gives identifiers: as an attribute, in raw HTML, or by the words of a heading.
//!
//! ```text
//! # Two Words   [x]{#two-words}   <a id="two-words">     three times two-words
//! ```

use super::{BlockForm, Index};
use crate::reference::loosen;

impl Index {
    /// The bytes at which a text, which this is the index of, gives an identifier, in its order.
    pub fn identified(&self, text: &str, id: &str) -> Vec<usize> {
        let wanted = loosen(id);
        let is_named = |range: &&std::ops::Range<usize>| {
            let heading = &text[(*range).clone()];
            let words = heading.find(['{', '<']).map_or(heading, |at| &heading[..at]);
            loosen(words) == wanted
        };
        let headings = self.headings.iter().filter(is_named);
        let mut found: Vec<usize> = headings.map(|range| range.start).collect();
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
        found.retain(|&at| !self.is_code(at));
        found.sort_unstable();
        found
    }

    /// Whether a byte stands in code. Text of another format is none.
    pub fn is_code(&self, at: usize) -> bool {
        let block = self.blocks.partition_point(|block| block.range.end <= at);
        let code = self.codes.partition_point(|code| code.range.end <= at);
        self.blocks.get(block).is_some_and(|block| {
            block.form != BlockForm::Raw && block.range.contains(&at)
        }) || self.codes.get(code).is_some_and(|code| code.range.contains(&at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use concfilter::error::line_col;

    #[test]
    fn an_identifier_is_found_however_it_is_given() {
        let text = "# Two Words\n\n<a id=\"two-words\"></a>\n\n`id=\"two-words\"`\n\n\
                    ## Other {#two-words}\n\n[x]{.y #two-words}\n\n[z](#two-words-more)\n";
        let index = Index::read(text, Dialect::Pandoc);
        let lines: Vec<_> = index
            .identified(text, "two-words")
            .iter()
            .map(|&at| line_col(text, at).0)
            .collect();
        assert_eq!(lines, [1, 3, 7, 9]);
        assert!(index.identified(text, "none").is_empty());
    }
}
