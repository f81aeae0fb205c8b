//! Marks and blocks of output in a program, but for those that are text of the program itself.

use super::super::set::{ListingSet, Program};
use crate::grammars::outline;
use concfilter::lang;
use concfilter::lang::printed::{self, MarkedOutput, OutputBlock};
use concfilter::tags::OutputMatch;
use std::cell::OnceCell;
use std::ops::Range;
use std::path::Path;

/// The strings and comments of a program, found when first asked for: where each begins, and where the last
/// ends of all that begin there or before.
#[derive(Default)]
pub(super) struct Literals(OnceCell<Vec<Range<usize>>>);

impl Literals {
    /// Whether a byte stands inside a string or a comment that begins before it.
    fn hold(&self, program: &Program, at: usize) -> bool {
        let all = self.0.get_or_init(|| {
            let mut end = 0;
            let nodes = outline::of(grammar(program), &program.code).unwrap_or_default();
            let is_text = |kind: &str| {
                ["string", "comment", "heredoc", "template", "jsx_text", "raw_text"]
                    .iter()
                    .any(|part| kind.contains(part))
            };
            nodes
                .into_iter()
                .filter(|node| is_text(node.kind))
                .map(|node| {
                    end = end.max(node.bytes.end);
                    node.bytes.start..end
                })
                .collect()
        });
        let before = all.partition_point(|one| one.start < at);
        before.checked_sub(1).is_some_and(|last| at < all[last].end)
    }
}

/// The grammar that reads a program.
pub(in crate::listings) fn grammar(program: &Program) -> &str {
    let extension = Path::new(&program.path).extension();
    match program.language.as_deref() {
        Some("typescript") if extension.is_some_and(|one| one == "tsx") => "tsx",
        language => language.unwrap_or_default(),
    }
}

/// Where each line of a program starts, in bytes.
pub(in crate::listings) fn starts(code: &str) -> Vec<usize> {
    std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Whether a line is blank, or nothing but a comment.
pub(super) fn is_no_code(line: &str) -> bool {
    line.trim().is_empty() || lang::comment(line).is_some()
}

/// The last block of output that stands at the end of one of the program's listings.
pub(super) fn block<'a>(
    program: &Program,
    lines: &[&'a str],
    literals: &Literals,
) -> Option<OutputBlock<'a>> {
    let starts = starts(&program.code);
    let is_at_end = |block: &OutputBlock| {
        let listing = program.lines.get(block.closes).map(|origin| origin.listing);
        let below = lines.iter().zip(&program.lines).skip(block.closes + 1);
        below
            .take_while(|(_, origin)| Some(origin.listing) == listing)
            .all(|(line, _)| is_no_code(line))
    };
    let is_text = |block: &OutputBlock| {
        starts
            .get(block.opens)
            .is_some_and(|at| literals.hold(program, at + block.open_at))
    };
    let mut all = printed::blocks(lines).into_iter().rev();
    all.find(|block| is_at_end(block) && !is_text(block))
}

/// The marks of a program.
pub(super) fn marks<'a>(
    book: &ListingSet,
    program: &Program,
    lines: &[&'a str],
    literals: &Literals,
) -> Vec<(usize, MarkedOutput<'a>)> {
    let mut found = printed::marks(lines);
    let is_weak = found.first().is_some_and(|(_, mark)| mark.sign == printed::WEAK);
    if is_weak && !is_expected(program) && has_marks(book) {
        return Vec::new();
    }
    let starts = starts(&program.code);
    found.retain(|(line, mark)| {
        let at = starts.get(*line).copied().unwrap_or_default() + mark.indent.len();
        !literals.hold(program, at)
    });
    found
}

/// Whether the author says that the listing shows its output.
fn is_expected(program: &Program) -> bool {
    matches!(
        program.tags.output,
        OutputMatch::Exact | OutputMatch::First(_) | OutputMatch::Ends(_)
    )
}

/// Whether the author has another mark than `##`: then that one is a comment.
fn has_marks(book: &ListingSet) -> bool {
    let strong = |line: &str| printed::mark(line, false).is_some();
    book.programs.iter().any(|program| program.code.lines().any(strong))
}
