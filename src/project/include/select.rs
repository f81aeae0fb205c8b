//! Which bytes of a file a directive means.
//!
//! ````text
//! use std::fs;
//! // ANCHOR: main
//! fn main() {          `a.rs:main` means these lines, without those that begin or end an anchor
//!     // ANCHOR: body
//!     run();
//!     // ANCHOR_END: body
//! }
//! // ANCHOR_END: main
//! ````

use super::directive::Selection;
use regex::Regex;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Why there are no such lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SelectionError {
    /// The file has only so many lines.
    Lines(usize),
    /// It has no such anchor, but these.
    Anchor(Vec<String>),
}

/// The lines that are meant.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SelectedLines {
    /// Their bytes, without the end of the last line.
    pub ranges: Vec<Range<usize>>,
    /// Whether the anchor is never closed, so that they are all to the end of the file.
    pub is_open: bool,
}

static ANCHOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"ANCHOR(?P<end>_END)?:\s*(?P<name>[\w-]+)")
        .expect("the expression is constant")
});

/// The lines and anchors of a file, which are found once however many parts of it are included.
#[derive(Debug)]
pub(super) struct FileLines {
    lines: Vec<Range<usize>>,
    anchors: Vec<AnchorLine>,
    /// Which of them begins each anchor first.
    begins: HashMap<String, usize>,
}

/// A line that begins or ends an anchor.
#[derive(Debug)]
struct AnchorLine {
    line: usize,
    name: String,
    ends: bool,
}

impl FileLines {
    pub(super) fn read(text: &str) -> Self {
        let lines: Vec<Range<usize>> = lines(text).collect();
        let anchor = |(line, range): (usize, &Range<usize>)| {
            let found = ANCHOR.captures(&text[range.clone()])?;
            let ends = found.name("end").is_some();
            Some(AnchorLine { line, name: found["name"].to_owned(), ends })
        };
        let anchors: Vec<AnchorLine> =
            lines.iter().enumerate().filter_map(anchor).collect();
        let mut begins = HashMap::new();
        for (at, anchor) in anchors.iter().enumerate().filter(|(_, one)| !one.ends) {
            begins.entry(anchor.name.clone()).or_insert(at);
        }
        Self { lines, anchors, begins }
    }

    /// The lines of the text that are meant.
    pub(super) fn select(
        &self,
        text: &str,
        selection: &Selection,
    ) -> Result<SelectedLines, SelectionError> {
        let mut selected = SelectedLines::default();
        match selection {
            Selection::Lines(start, end) => {
                let count = self.lines.len();
                if *start >= count && *start > 0 {
                    return Err(SelectionError::Lines(count));
                }
                self.add(*start..end.map_or(count, |end| end.min(count)), &mut selected);
            }
            Selection::Anchor(name) => self.anchored(name, &mut selected)?,
        }
        trim(text, &mut selected.ranges);
        Ok(selected)
    }

    /// Adds the lines with these numbers, if there are any.
    fn add(&self, numbers: Range<usize>, selected: &mut SelectedLines) {
        let meant = self.lines.get(numbers).unwrap_or_default();
        if let (Some(first), Some(last)) = (meant.first(), meant.last()) {
            selected.ranges.push(first.start..last.end);
        }
    }

    fn anchored(
        &self,
        name: &str,
        selected: &mut SelectedLines,
    ) -> Result<(), SelectionError> {
        let Some(&begin) = self.begins.get(name) else {
            let known = self.anchors.iter().filter(|one| !one.ends);
            return Err(SelectionError::Anchor(
                known.map(|one| one.name.clone()).collect(),
            ));
        };
        let mut from = self.anchors[begin].line + 1;
        for anchor in &self.anchors[begin + 1..] {
            self.add(from..anchor.line, selected);
            if anchor.ends && anchor.name == name {
                return Ok(());
            }
            from = anchor.line + 1;
        }
        self.add(from..self.lines.len(), selected);
        selected.is_open = true;
        Ok(())
    }
}

/// Whether a line begins or ends an anchor.
pub(super) fn is_anchor(line: &str) -> bool {
    ANCHOR.is_match(line)
}

/// The lines of a text, each with its end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(start..*at)
    })
}

/// Takes off the end of the last line.
fn trim(text: &str, ranges: &mut [Range<usize>]) {
    if let Some(last) = ranges.last_mut()
        && text[last.clone()].ends_with('\n')
    {
        last.end -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "use a;\n// ANCHOR: all\nfn f() {\n    // ANCHOR: in-1\n    g();\n    \
                        // ANCHOR_END: in-1\n}\n// ANCHOR_END: all\n<!-- ANCHOR: rest -->\nend\n";

    fn select(
        text: &str,
        selection: &Selection,
    ) -> Result<SelectedLines, SelectionError> {
        FileLines::read(text).select(text, selection)
    }

    fn text(selection: &Selection) -> String {
        let found = select(TEXT, selection).unwrap();
        found.ranges.into_iter().map(|range| &TEXT[range]).collect()
    }

    #[test]
    fn lines_and_anchors_are_found() {
        let anchor = |name: &str| Selection::Anchor(name.to_owned());
        assert_eq!(text(&anchor("all")), "fn f() {\n    g();\n}");
        assert_eq!(text(&anchor("in-1")), "    g();");
        assert_eq!(text(&Selection::ALL), TEXT.trim_end());
        assert_eq!(text(&Selection::Lines(2, Some(3))), "fn f() {");
        assert_eq!(text(&Selection::Lines(9, Some(99))), "end");
        assert!(select(TEXT, &anchor("rest")).unwrap().is_open);
        assert!(!select(TEXT, &anchor("all")).unwrap().is_open);
        assert_eq!(select("", &Selection::ALL), Ok(SelectedLines::default()));
        assert_eq!(text(&Selection::Lines(3, Some(2))), "");
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let none = select(TEXT, &Selection::Anchor("al".to_owned()));
        let known = ["all", "in-1", "rest"].map(str::to_owned).to_vec();
        assert_eq!(none, Err(SelectionError::Anchor(known)));
        assert_eq!(
            select(TEXT, &Selection::Lines(10, None)),
            Err(SelectionError::Lines(10))
        );
    }
}
