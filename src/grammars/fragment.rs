//! A listing as a syntax tree: parsed as a file, or inside whatever makes a file of it.

use super::comments;
use super::grammar::{self, LoadedGrammar};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tree_sitter::{Node, Parser, Tree};

/// How much of a listing may be errors, in percent of its characters, before it is not read by
/// its grammar. A listing with an omission, or with a line of output, is below.
const TOLERATED: usize = 20;

/// A listing that its grammar understands.
pub(super) struct ParsedFragment {
    pub tree: Tree,
    /// What was parsed: as long as the listing, and something before and after it.
    pub text: String,
    /// Where the listing starts in `text`, in bytes.
    pub before: usize,
    pub loaded: &'static LoadedGrammar,
}

thread_local! {
    static PARSERS: RefCell<BTreeMap<String, Parser>> = const { RefCell::new(BTreeMap::new()) };
}

/// Parses a listing; `None` when its language has no grammar or it does not look like it.
pub(super) fn parse(language: &str, code: &str) -> Option<ParsedFragment> {
    let loaded = grammar::of(language)?;
    let code = without_omissions(language, code);
    let size = code.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    if size == 0 {
        return None;
    }
    let mut best: Option<(usize, ParsedFragment)> = None;
    let wrappers = std::iter::once(&("", "")).chain(loaded.grammar.wrappers);
    for (before, after) in wrappers {
        let text = format!("{before}{code}{after}");
        let tree = tree(language, loaded, &text)?;
        let wrong = errors(tree.root_node());
        if best.as_ref().is_none_or(|(least, _)| wrong < *least) {
            best = Some((
                wrong,
                ParsedFragment { tree, text, before: before.len(), loaded },
            ));
        }
        if wrong == 0 {
            break;
        }
    }
    let (wrong, parsed) = best?;
    if wrong > 0
        && language == "typescript"
        && let Some(other) = parse("tsx", &code)
        && errors(other.tree.root_node()) < wrong
    {
        return Some(other);
    }
    (wrong * 100 <= size * TOLERATED).then_some(parsed)
}

fn tree(language: &str, loaded: &LoadedGrammar, text: &str) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        if !parsers.contains_key(language) {
            let mut parser = Parser::new();
            parser.set_language(&loaded.language).ok()?;
            parsers.insert(language.to_owned(), parser);
        }
        let text = comments::joined(language, text);
        parsers.get_mut(language)?.parse(&*text, None)
    })
}

/// A text as a file of its language; `None` for a language without a grammar.
pub(super) fn file(language: &str, text: &str) -> Option<Tree> {
    tree(language, grammar::of(language)?, text)
}

/// The line, from 0, in which a text stops to be code of its language; `None` where it does not,
/// or where the language has no grammar.
pub(super) fn first_error(language: &str, text: &str) -> Option<usize> {
    let tree = tree(language, grammar::of(language)?, text)?;
    let root = tree.root_node();
    let mut cursor = root.walk();
    let row = |node: Node| {
        let before = text.as_bytes().get(..node.start_byte()).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count()
    };
    while cursor.node().has_error() {
        let node = cursor.node();
        if node.is_error() || node.is_missing() || !cursor.goto_first_child() {
            return Some(row(node));
        }
        while !cursor.node().has_error() {
            if !cursor.goto_next_sibling() {
                return Some(row(node));
            }
        }
    }
    None
}

/// How many bytes of the text are errors; what is missing counts as one byte.
fn errors(root: Node) -> usize {
    if !root.has_error() {
        return 0;
    }
    let mut sum = 0;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() {
            sum += node.byte_range().len().max(1);
        } else if node.is_missing() {
            sum += 1;
        }
        let inside = node.has_error() && !node.is_error();
        if inside && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return sum;
            }
        }
    }
}

/// Blanks lines that hold nothing but `...`, which authors write for what they leave out. In
/// Python that is a statement.
fn without_omissions(language: &str, code: &str) -> String {
    if language == "python" || !(code.contains("...") || code.contains('…')) {
        return code.to_owned();
    }
    let blank = |line: &str| match line.trim() {
        "..." | "…" | "...;" => line.replace(['.', ';'], " ").replace('…', "   "),
        _ => line.to_owned(),
    };
    code.split_inclusive('\n').map(blank).collect()
}
