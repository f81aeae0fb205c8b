//! Long runs of comments in Python, which its grammar reads as one comment each.
//!
//! Wherever a statement may end, tree-sitter's scanner for Python looks through all comments that
//! follow, and so again behind each of them: a listing with 16,000 lines of `#: output` took minutes.
//!
//! ```text
//! f()             f()
//! #: 1            #: 1 #: 2 #: 3
//! #: 2
//! #: 3
//! ```
//!
//! Each byte keeps its place, for a line's end becomes a blank; `lines` gives the comments back. The first
//! comment's indentation alone says to which block a run belongs, so that those with less begin another.

use std::borrow::Cow;
use std::ops::Range;

/// The language whose scanner looks through comments again and again.
const LANGUAGE: &str = "python";

/// Runs of fewer lines are read as they are.
const LONG: usize = 32;

/// A run of lines that are comments or blank.
struct CommentRun {
    /// From its first comment to the end of its last.
    bytes: Range<usize>,
    /// How far its first comment is indented.
    indent: usize,
    lines: usize,
}

/// A text of which each long run of comments is one line, of as many bytes.
pub(super) fn joined<'a>(language: &str, text: &'a str) -> Cow<'a, str> {
    if language != LANGUAGE {
        return Cow::Borrowed(text);
    }
    let long = runs(text).into_iter().filter(|run| run.lines >= LONG);
    let mut new = String::new();
    let mut at = 0;
    for run in long {
        new.push_str(&text[at..run.bytes.start]);
        new.push_str(&text[run.bytes.clone()].replace(['\n', '\r'], " "));
        at = run.bytes.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    new.push_str(&text[at..]);
    Cow::Owned(new)
}

/// Of the lines in a text that begin with `#`, those that may be joined. In a string of several lines they
/// are none, and to join them changes nothing but what it says.
fn runs(text: &str) -> Vec<CommentRun> {
    let mut all = Vec::new();
    let mut open: Option<CommentRun> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - own.len();
        let end = at + line.trim_end_matches(['\n', '\r']).len();
        if own.starts_with('#') {
            match &mut open {
                Some(run) if run.indent <= indent => {
                    run.bytes.end = end;
                    run.lines += 1;
                }
                _ => {
                    let run = CommentRun { bytes: at + indent..end, indent, lines: 1 };
                    all.extend(open.replace(run));
                }
            }
        } else if !own.trim().is_empty() {
            all.extend(open.take());
        }
        at += line.len();
    }
    all.extend(open);
    all
}

/// The bytes of each line of a comment that may be a run of them.
pub(super) fn lines(
    language: &str,
    text: &str,
    comment: Range<usize>,
) -> Vec<Range<usize>> {
    let own = text.get(comment.clone()).unwrap_or_default();
    if language != LANGUAGE || !own.contains('\n') {
        return vec![comment];
    }
    let mut at = comment.start;
    let line = |line: &str| {
        let bare = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        (!bare.is_empty()).then(|| start..start + bare.len())
    };
    own.split_inclusive('\n').filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammars::outline;
    use crate::grammars::pieces;

    /// How many lines in a row are comments, at most, in what the grammar is given.
    fn longest(text: &str) -> usize {
        let text = joined("python", text);
        let (mut most, mut now) = (0, 0);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            now = if line.trim_start().starts_with('#') { now + 1 } else { 0 };
            most = most.max(now);
        }
        most
    }

    #[test]
    fn no_run_that_a_grammar_is_given_is_long() {
        let alike = "#: x\n".repeat(5000);
        let stairs: String = (0..5000).map(|n| " ".repeat(n % 7) + "# x\r\n\n").collect();
        for text in [&alike, &stairs] {
            let text = format!("if f():\n    g()\n{text}h()\n{text}");
            assert!(longest(&text) < LONG, "{}", longest(&text));
            assert_eq!(joined("python", &text).len(), text.len());
        }
        assert_eq!(joined("ruby", &alike), alike);
    }

    #[test]
    fn comments_are_where_they_were() {
        let run = |lines: usize| "    #: é\r\n\n    # b \n".repeat(lines);
        let code = |lines: usize| {
            format!(
                "if f():\n    g()\n{0}    h('''\n{0}''')\n{0}# end\n{0}i()\n",
                run(lines)
            )
        };
        let nodes = |code: &str| -> Vec<(String, usize)> {
            let all = outline::of("python", code).unwrap();
            let text_and_depth = |node: outline::OutlineNode| {
                (code[node.bytes].trim_end().to_owned(), node.depth)
            };
            all.into_iter()
                .filter(outline::OutlineNode::is_comment)
                .map(text_and_depth)
                .collect()
        };
        // Of few lines, which are read as they are, and of many.
        let (few, many) = (nodes(&code(1)), nodes(&code(50)));
        assert_eq!((few.len(), many.len()), (7, 3 * 100 + 1));
        let distinct = |nodes: &[(String, usize)]| {
            let mut all = nodes.to_vec();
            all.sort();
            all.dedup();
            all
        };
        assert_eq!(distinct(&few), distinct(&many));
        let shape = |code: &str| {
            let all = outline::of("python", code).unwrap();
            let code = all.into_iter().filter(|node| !node.is_comment());
            code.map(|node| (node.kind, node.depth, node.is_missing)).collect::<Vec<_>>()
        };
        assert_eq!(shape(&code(1)), shape(&code(50)));
        let colours = pieces::read("python", &run(50)).unwrap();
        assert_eq!(colours.len(), 100);
    }
}
