//! What was printed before each mark: a mark is a comment where a statement may stand, so that a
//! statement that writes a token can stand there for the run.
//!
//! No line moves and no name is added. A grammar tells whether the statement stands where it is
//! meant to: with it, the program's tree has to be what it was, and one statement more. Where that
//! is not so the mark stays a comment, and what it shows is compared together with what the next
//! one shows.

mod statements;

use super::outputs::{Expected, Shape, grammar, starts};
use super::prompts::driver;
use super::set::Program;
use crate::grammars::outline::{self, OutlineNode};
use statements::Statements;
use std::ops::Range;

/// What begins and ends a token; no program prints these by itself.
const TOKEN: (&str, &str) = ("\u{1}concbook:", "\u{2}");

/// The token that ends what was printed for a chunk.
pub(super) fn token_of(chunk: usize) -> String {
    format!("{}{chunk}{}", TOKEN.0, TOKEN.1)
}

/// A program that tells where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrumented {
    /// Its text; without a token the program's own.
    pub code: String,
    /// Whether it writes any token.
    pub marked: bool,
}

/// What was printed for chunks that cannot be told apart; most often one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPart {
    /// The chunks, by their number.
    pub chunks: Range<usize>,
    /// What was printed for them.
    pub text: String,
}

/// What a program printed, parted at its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedParts {
    /// The parts, in the order of the chunks; each chunk is in one.
    pub parts: Vec<PrintedPart>,
    /// What was printed behind the last mark, where code follows that.
    pub rest: String,
}

/// Puts tokens into a program where it has marks.
pub fn instrument(program: &Program, expected: &Expected) -> Instrumented {
    if expected.shape == Shape::Prompts {
        let name = program.path.rsplit('/').next().unwrap_or_default();
        return Instrumented { code: driver(&expected.examples, name), marked: true };
    }
    let alone = || Instrumented { code: program.code.clone(), marked: false };
    // What is printed behind the last mark belongs to it when no code follows.
    let number =
        expected.chunks.len() - usize::from(expected.ends).min(expected.chunks.len());
    let Some(statements) = Statements::of(grammar(program), &program.code)
        .filter(|_| expected.shape == Shape::Marks && number > 0)
    else {
        return alone();
    };
    let Some(tree) = outline::of(grammar(program), &program.code) else { return alone() };
    let tree: Vec<(&'static str, usize, bool)> = shape(&tree, &[]).collect();
    let starts = starts(&program.code);
    let sites: Vec<Site> = (0..number)
        .filter_map(|chunk| {
            let found = expected.chunks.get(chunk)?;
            let line = found.lines.start;
            let indent = found.lead.len() - found.lead.trim_start().len();
            let from = starts.get(line)? + indent;
            let to = starts.get(line + 1).map_or(program.code.len(), |next| next - 1);
            let statement = statements.writing(&token_of(chunk));
            Some(Site { bytes: from..to, statement })
        })
        .collect();
    let fit = |sites: &[&Site]| {
        let (code, places) = with(&program.code, sites);
        let fits = outline::of(grammar(program), &code)
            .is_some_and(|new| stands(statements, &tree, &new, &code, &places));
        fits.then_some(code)
    };
    let all: Vec<&Site> = sites.iter().collect();
    let code = fit(&all).or_else(|| {
        let fitting = fitting(&all, &|some| fit(some).is_some());
        if fitting.is_empty() { None } else { fit(&fitting) }
    });
    code.map_or_else(alone, |code| Instrumented { code, marked: true })
}

/// Those of some sites that may become statements, where not all of them may: found by halves, so that one
/// among many that may not costs few looks.
fn fitting<'a>(sites: &[&'a Site], fit: &dyn Fn(&[&Site]) -> bool) -> Vec<&'a Site> {
    if sites.len() < 2 {
        return Vec::new();
    }
    let (one, two) = sites.split_at(sites.len() / 2);
    let half = |half: &[&'a Site]| {
        if fit(half) { half.to_vec() } else { fitting(half, fit) }
    };
    [half(one), half(two)].concat()
}

/// A mark that becomes a statement.
struct Site {
    /// The bytes of the comment.
    bytes: Range<usize>,
    statement: String,
}

/// The code with statements for comments, and where these begin in it.
fn with(code: &str, sites: &[&Site]) -> (String, Vec<usize>) {
    let (mut text, mut places, mut at) =
        (String::with_capacity(code.len()), Vec::new(), 0);
    for site in sites {
        text.push_str(&code[at..site.bytes.start]);
        places.push(text.len());
        text.push_str(&site.statement);
        at = site.bytes.end;
    }
    text.push_str(&code[at..]);
    (text, places)
}

/// The nodes of a tree without comments, and without those that begin at some bytes, in their order, and all
/// that stands in these.
fn shape<'a>(
    nodes: &'a [OutlineNode],
    without: &'a [usize],
) -> impl Iterator<Item = (&'static str, usize, bool)> + 'a {
    let mut inside: Option<usize> = None;
    nodes.iter().filter_map(move |node| {
        inside = inside.filter(|depth| node.depth > *depth);
        let is_one =
            || node.depth > 0 && without.binary_search(&node.bytes.start).is_ok();
        if inside.is_none() && is_one() {
            inside = Some(node.depth);
        }
        (inside.is_none() && !node.is_comment()).then_some((
            node.kind,
            node.depth,
            node.is_missing,
        ))
    })
}

/// Whether all statements stand where statements do, and nothing else is changed by them.
fn stands(
    statements: &Statements,
    old: &[(&'static str, usize, bool)],
    new: &[OutlineNode],
    code: &str,
    places: &[usize],
) -> bool {
    if !shape(new, places).eq(old.iter().copied()) {
        return false;
    }
    let beside = NodeNeighbours::of(new);
    places.iter().all(|place| {
        let begins = |at: &usize| new[*at].bytes.start == *place && new[*at].depth > 0;
        let first = new.partition_point(|node| node.bytes.start < *place);
        let Some(at) = (first..new.len()).find(begins) else { return false };
        let Some(above) = beside.above[at] else { return false };
        let before = beside.before[at].map(|before| &new[before]);
        let text = before.and_then(|node| code.get(node.bytes.clone()));
        let holders = [Some(above), beside.above[above]];
        let holders: Vec<&str> =
            holders.into_iter().flatten().map(|holder| new[holder].kind).collect();
        let before = before.map(|node| node.kind);
        statements.may_stand(&holders, before, text, beside.is_last[at])
    })
}

/// Of each node of a tree the one that it stands in, the one before it there that is no comment, and whether none
/// such follows.
struct NodeNeighbours {
    above: Vec<Option<usize>>,
    before: Vec<Option<usize>>,
    is_last: Vec<bool>,
}

impl NodeNeighbours {
    fn of(nodes: &[OutlineNode]) -> Self {
        let mut found = Self {
            above: Vec::with_capacity(nodes.len()),
            before: Vec::with_capacity(nodes.len()),
            is_last: vec![true; nodes.len()],
        };
        // The open node of each depth, and the last in it that is no comment.
        let mut open: Vec<(usize, Option<usize>)> = Vec::new();
        let mut tops = None;
        for (number, node) in nodes.iter().enumerate() {
            while open.last().is_some_and(|(above, _)| nodes[*above].depth >= node.depth)
            {
                open.pop();
            }
            let last = open.last_mut().map_or(&mut tops, |(_, last)| last);
            found.before.push(*last);
            if !node.is_comment() {
                last.replace(number);
            }
            found.above.push(open.last().map(|(above, _)| *above));
            open.push((number, None));
        }
        // Whoever is the one before another is not the last.
        let is_code = |number: &usize| !nodes[*number].is_comment();
        for before in (0..nodes.len()).filter(is_code).filter_map(|one| found.before[one])
        {
            found.is_last[before] = false;
        }
        found
    }
}

/// Parts what a program wrote to standard output at the tokens in it. A mark that was passed
/// several times has all that was printed before each time; one that was never passed is taken
/// together with the next that was.
pub fn split(stdout: &str, expected: &Expected) -> PrintedParts {
    let number = expected.chunks.len();
    let mut texts: Vec<Option<String>> = vec![None; number];
    let mut own = String::new();
    let mut rest = stdout;
    while let Some((before, chunk, behind)) = token(rest) {
        own.push_str(before);
        if let Some(text) = texts.get_mut(chunk) {
            text.get_or_insert_default().push_str(&own);
            own.clear();
        }
        rest = behind;
    }
    own.push_str(rest);
    let mut parts = Vec::new();
    let mut first = 0;
    for (chunk, text) in texts.into_iter().enumerate() {
        if let Some(text) = text {
            parts.push(PrintedPart { chunks: first..chunk + 1, text });
            first = chunk + 1;
        }
    }
    if first < number {
        parts.push(PrintedPart { chunks: first..number, text: own });
        own = String::new();
    } else if expected.ends
        && let Some(last) = parts.last_mut()
    {
        last.text.push_str(&own);
        own.clear();
    }
    PrintedParts { parts, rest: own }
}

/// What stands before the first token, the number in it, and what stands behind it.
fn token(text: &str) -> Option<(&str, usize, &str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find(TOKEN.0)?;
        let inside = &text[at + TOKEN.0.len()..];
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        if let Some(behind) = inside[digits..].strip_prefix(TOKEN.1)
            && let Ok(number) = inside[..digits].parse()
        {
            return Some((&text[..at], number, behind));
        }
        from = at + TOKEN.0.len();
    }
}

#[cfg(test)]
mod tests;
