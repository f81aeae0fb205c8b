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

/// The lines of a text that are meant.
pub(super) fn select(
    text: &str,
    selection: &Selection,
) -> Result<SelectedLines, SelectionError> {
    let mut selected = SelectedLines::default();
    match selection {
        Selection::Lines(start, end) => {
            let lines = lines(text).count();
            if *start >= lines && *start > 0 {
                return Err(SelectionError::Lines(lines));
            }
            let end = end.unwrap_or(usize::MAX);
            let meant = lines_of(text, *start, end);
            selected.ranges.extend(meant);
        }
        Selection::Anchor(name) => anchored(text, name, &mut selected)?,
    }
    trim(text, &mut selected.ranges);
    Ok(selected)
}

fn lines_of(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let mut meant = lines(text).take(end).skip(start);
    let first = meant.next()?;
    let last = meant.last().unwrap_or_else(|| first.clone());
    Some(first.start..last.end)
}

fn anchored(
    text: &str,
    name: &str,
    selected: &mut SelectedLines,
) -> Result<(), SelectionError> {
    let mut known = Vec::new();
    let mut is_found = false;
    for line in lines(text) {
        let mark = ANCHOR.captures(&text[line.clone()]);
        let is_own = mark.as_ref().is_some_and(|mark| &mark["name"] == name);
        let ends = mark.as_ref().is_some_and(|mark| mark.name("end").is_some());
        if let Some(mark) = &mark
            && !ends
        {
            known.push(mark["name"].to_owned());
        }
        match (is_found, mark.is_some()) {
            (true, true) if is_own && ends => {
                selected.is_open = false;
                return Ok(());
            }
            (true, false) => match selected.ranges.last_mut() {
                Some(last) if last.end == line.start => last.end = line.end,
                _ => selected.ranges.push(line),
            },
            (false, true) if is_own && !ends => {
                is_found = true;
                selected.is_open = true;
            }
            _ => {}
        }
    }
    if is_found { Ok(()) } else { Err(SelectionError::Anchor(known)) }
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
