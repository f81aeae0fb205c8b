//! Where a listing shows what it prints: lines behind a mark, `#: text`, and a comment or a string
//! that begins with `Output:`.
//!
//! This is the reading of the text alone. A mark inside a string is none, which only a grammar
//! tells; whoever runs listings asks one.

/// Marks that stand for output wherever they begin a line.
const SIGNS: &[&str] = &["#:", "#>", "//:", "//>", "--:", ";:", "%:"];

/// A mark that is an ordinary comment in most listings.
pub const WEAK: &str = "##";

/// What begins and ends a comment or a string that may hold output.
const AROUND: &[(&str, &str)] = &[
    ("/*", "*/"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("r\"\"\"", "\"\"\""),
    ("(*", "*)"),
    ("{-", "-}"),
];

/// A line of output behind a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedOutput<'a> {
    /// What stands before the mark: blanks.
    pub indent: &'a str,
    /// The mark.
    pub sign: &'static str,
    /// What was printed.
    pub text: &'a str,
}

/// A comment or a string that holds output. Lines count from 0, bytes in their line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputBlock<'a> {
    /// The line in which it opens.
    pub opens: usize,
    /// The byte at which it opens.
    pub open_at: usize,
    /// What opens it.
    pub open: &'static str,
    /// The line of the word `Output:`.
    pub head: usize,
    /// Where in that line the output begins: behind the word and what is said in parentheses.
    pub head_end: usize,
    /// What stands in parentheses behind the word.
    pub how: Option<&'a str>,
    /// The line in which it closes.
    pub closes: usize,
    /// Where in that line it closes.
    pub close_at: usize,
    /// What closes it.
    pub close: &'static str,
}

/// Reads a line that begins with a mark. A weak one counts with `weak` only.
pub fn mark(line: &str, weak: bool) -> Option<MarkedOutput<'_>> {
    let line = line.trim_end_matches(['\n', '\r']);
    let bare = line.trim_start_matches([' ', '\t']);
    let indent = &line[..line.len() - bare.len()];
    let signs = SIGNS.iter().chain(weak.then_some(&WEAK));
    signs.into_iter().find_map(|&sign| {
        let rest = bare.strip_prefix(sign)?;
        let text = match rest.strip_prefix(' ') {
            Some(text) => text,
            None if rest.is_empty() || rest.starts_with('\t') => rest,
            None => return None,
        };
        Some(MarkedOutput { indent, sign, text })
    })
}

/// The lines of output behind marks, by their number. Before the first line of code nothing can
/// have been printed: what looks like a mark there is a comment.
pub fn marks<'a>(lines: &[&'a str]) -> Vec<(usize, MarkedOutput<'a>)> {
    let strong = found(lines, false);
    if strong.is_empty() && are_marks(lines) { found(lines, true) } else { strong }
}

fn found<'a>(lines: &[&'a str], weak: bool) -> Vec<(usize, MarkedOutput<'a>)> {
    let code = |line: &&str| !line.trim().is_empty() && super::comment(line).is_none();
    let first = lines.iter().position(code).unwrap_or(lines.len());
    let read = |number: usize| Some((number, mark(lines[number], weak)?));
    (first..lines.len()).filter_map(read).collect()
}

/// Whether `## text` is output in this listing and no comment: each run of such lines stands right
/// behind a line of code that calls something, no deeper than it, and none is empty. One comment
/// of this kind elsewhere, and they are all taken for comments.
fn are_marks(lines: &[&str]) -> bool {
    let mut before: Option<&str> = None;
    let mut any = false;
    let mut in_run = false;
    for line in lines {
        if let Some(mark) = mark(line, true).filter(|mark| mark.sign == WEAK) {
            let fits = in_run
                || before.is_some_and(|code| {
                    let bare = code.trim_start_matches([' ', '\t']);
                    // A command of a shell is called without brackets.
                    let calls = bare.contains('(')
                        || ["echo ", "printf ", "print ", "puts ", "cat "]
                            .iter()
                            .any(|word| bare.starts_with(word));
                    calls && mark.indent.len() <= code.len() - bare.len()
                });
            if !fits || mark.text.trim().is_empty() {
                return false;
            }
            (any, in_run) = (true, true);
            continue;
        }
        in_run = false;
        let is_code = !line.trim().is_empty() && super::comment(line).is_none();
        before = is_code.then_some(*line);
    }
    any
}

/// The comments and strings that hold output, in their order.
pub fn blocks<'a>(lines: &[&'a str]) -> Vec<OutputBlock<'a>> {
    let mut found = Vec::new();
    let mut line = 0;
    while line < lines.len() {
        match block(lines, line) {
            Some(block) => {
                line = block.closes + 1;
                found.push(block);
            }
            None => line += 1,
        }
    }
    found
}

/// The block that opens in a line.
fn block<'a>(lines: &[&'a str], opens: usize) -> Option<OutputBlock<'a>> {
    let line = lines[opens].trim_end();
    // Java's older books have the last bracket of the program before it.
    let bare = line.trim_start().trim_start_matches('}').trim_start();
    let (open, close) = AROUND.iter().find(|(open, _)| bare.starts_with(open))?;
    let open_at = line.len() - bare.len();
    let inside = &bare[open.len()..];
    let (head, inside) = match inside.trim() {
        "" => (opens + 1, lines.get(opens + 1)?.trim_end()),
        _ => (opens, inside),
    };
    let rest = inside.trim_start().strip_prefix("Output:")?;
    let end_of = |rest: &str| lines[head].trim_end().len() - rest.len();
    let (own, ends_here) = match rest.find(close) {
        Some(at) => (&rest[..at], Some(at)),
        None => (rest, None),
    };
    let how = own.trim().strip_prefix('(').and_then(|how| how.strip_suffix(')'));
    let head_end = match how {
        Some(how) => end_of(rest) + own.find(how).unwrap_or_default() + how.len() + 1,
        None => end_of(rest),
    };
    let (closes, close_at) = if let Some(at) = ends_here {
        (head, end_of(rest) + at)
    } else {
        let mut below = lines.iter().enumerate().skip(head + 1);
        below.find_map(|(number, line)| Some((number, line.find(close)?)))?
    };
    // With code behind it, it is a comment in a line of code.
    let behind = lines[closes].get(close_at + close.len()..)?.trim();
    let is_end = behind.is_empty() || behind == "//:~" || behind == "/:~";
    is_end.then_some(OutputBlock {
        opens,
        open_at,
        open,
        head,
        head_end,
        how,
        closes,
        close_at,
        close,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(code: &str) -> Vec<usize> {
        let lines: Vec<&str> = code.lines().collect();
        marks(&lines).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn marks_are_read() {
        let read = |line| mark(line, true).map(|one| (one.indent, one.sign, one.text));
        assert_eq!(read("  #: a b \r\n"), Some(("  ", "#:", "a b ")));
        assert_eq!(read("#:"), Some(("", "#:", "")));
        assert_eq!(read("#:   a"), Some(("", "#:", "  a")));
        assert_eq!(read("\t//> a"), Some(("\t", "//>", "a")));
        assert_eq!(read("## a"), Some(("", "##", "a")));
        assert_eq!(mark("## a", false), None);
        for none in ["#:a", "### a", "x #: a", "# : a", "#!/bin/sh"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_is_printed_before_the_first_statement() {
        assert_eq!(lines_of("//: c02/A.java\nf();\n//: 1"), [2]);
        assert_eq!(lines_of("#: all\n\n# a\nx = 1"), [0; 0]);
    }

    #[test]
    fn two_hashes_are_a_mark_where_nothing_speaks_against_it() {
        assert_eq!(lines_of("print(1)\n## 1\nprint(2)\n## 2\n## 3"), [1, 3, 4]);
        assert_eq!(lines_of("if x:\n    print(1)\n    ## 1\n## 2"), [2, 3]);
        assert_eq!(lines_of("echo a\n## a"), [1]);
        for comments in [
            "## Part one\nprint(1)",
            "print(1)\n\n## Part two\nprint(2)",
            "x = 1\n## Part two",
            "print(1)\n## 1\n\n## Part two",
            "print(1)\n#: 1\nprint(2)\n## no",
            "print(1)\n    ## deeper",
            "print(1)\n##",
        ] {
            let weak = lines_of(comments).into_iter();
            assert_eq!(
                weak.filter(|line| *line != 1 || comments.contains("## no")).count(),
                usize::from(comments.contains("#: 1")),
                "{comments}"
            );
        }
    }

    fn read(code: &str) -> Vec<(usize, usize, String, Option<String>)> {
        let lines: Vec<&str> = code.lines().collect();
        let own = |block: &OutputBlock| {
            let mut text = Vec::new();
            for (number, line) in lines.iter().enumerate() {
                let from = if number == block.head { block.head_end } else { 0 };
                let to = if number == block.closes { block.close_at } else { line.len() };
                if (block.head..=block.closes).contains(&number) {
                    text.push(&line[from..to]);
                }
            }
            (block.opens, block.closes, text.join("|"), block.how.map(str::to_owned))
        };
        blocks(&lines).iter().map(own).collect()
    }

    #[test]
    fn blocks_are_read() {
        let none = None::<String>;
        assert_eq!(
            read("x\n/* Output:\na\nb\n*/"),
            [(1, 4, "|a|b|".into(), none.clone())]
        );
        assert_eq!(
            read("\"\"\"\nOutput:\na\n\"\"\""),
            [(0, 3, "|a|".into(), none.clone())]
        );
        assert_eq!(read("/* Output: */"), [(0, 0, " ".into(), none.clone())]);
        assert_eq!(read("/* Output: 42 */"), [(0, 0, " 42 ".into(), none)]);
        let how = |text: &str| Some(text.to_owned());
        assert_eq!(read("/* Output: (None) */"), [(0, 0, " ".into(), how("None"))]);
        assert_eq!(
            read("} /* Output: (First 8 Lines)\na\n*///:~"),
            [(0, 2, "|a|".into(), how("First 8 Lines"))]
        );
        for none in ["/* Output: a", "/* Output: */ f();", "/* a\n*/", "Output:\na"] {
            assert_eq!(read(none), [], "{none}");
        }
    }
}
