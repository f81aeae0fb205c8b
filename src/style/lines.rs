//! What the lines of a listing are: how deep they stand, and which were printed.

use crate::epub::dom::{Document, NodeId};
use concfilter::lang::printed;

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineClasses {
    /// Its classes: `line`, `in` with its depth in characters, and `output` for what was printed.
    pub class: String,
}

/// The deepest indentation that the stylesheet has a class for; deeper lines hang as these do.
pub(super) const DEEPEST: usize = 24;

/// How many characters a tab stands for; the stylesheet says the same.
pub(super) const TAB: usize = 4;

/// Reads the lines of a listing.
pub(super) fn read<Text: AsRef<str>>(lines: &[Text]) -> Vec<LineClasses> {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let mut printed = vec![false; lines.len()];
    // `## text` is output in some books; only the whole book tells.
    let marks = printed::marks(&lines).into_iter();
    for (line, _) in marks.filter(|(_, mark)| mark.sign != printed::WEAK) {
        printed[line] = true;
    }
    for block in printed::blocks(&lines) {
        printed[block.opens..=block.closes].fill(true);
    }
    let class = |(line, is_printed): (&&str, bool)| {
        let depth = depth(line).min(DEEPEST);
        LineClasses {
            class: format!("line in{depth}{}", if is_printed { " output" } else { "" }),
        }
    };
    lines.iter().zip(printed).map(class).collect()
}

/// The width of a line's indentation, in characters.
fn depth(line: &str) -> usize {
    let mut depth = 0;
    for c in line.chars() {
        match c {
            ' ' => depth += 1,
            '\t' => depth = (depth / TAB + 1) * TAB,
            '\n' | '\r' => return 0,
            _ => return depth,
        }
    }
    0
}

/// Where what wraps of a line stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct HangingIndent {
    /// How many characters to the right of the line's edge.
    pub(super) indent: usize,
    /// Whether numbers stand at its left.
    pub(super) is_numbered: bool,
}

/// Where what wraps of a line stands; for code that is in no line, at the edge.
pub(super) fn hanging_indent(tree: &Document, line: NodeId) -> HangingIndent {
    let depth = |class: &str| class.strip_prefix("in")?.parse::<usize>().ok();
    let Some(depth) = tree.classes(line).find_map(depth) else {
        return HangingIndent::default();
    };
    let is_numbered = |one| {
        let mut classes = tree.classes(one);
        classes.any(|class| matches!(class, "numberLines" | "number-lines"))
    };
    HangingIndent {
        indent: depth + HANGS,
        is_numbered: tree.ancestors(line).any(is_numbered),
    }
}

/// How many characters what wraps hangs past its line's indentation.
pub(super) const HANGS: usize = 2;

/// How many characters the numbers of a listing take; the stylesheet says the same.
pub(super) const NUMBERS: usize = 6;

/// How many they take in a listing of at most [`NARROW`] characters, where deep lines hang no deeper than others.
pub(super) const NARROW_NUMBERS: usize = 4;

/// Up to how many characters a listing with numbers is a narrow one.
pub(super) const NARROW: usize = 24;

/// What is left at least for what wraps, in characters, where the listing has so much room.
pub(super) const ROOM: usize = 12;

/// The rules for hanging indents: padding past the indentation by two characters, and the first
/// line pulled back over all of it. Ubuntu Mono's characters are half an em wide.
///
/// What wraps of a deep line has to have room on a phone at large type, too: it hangs at most two
/// fifths of the listing's width (`cqi`: the listing is a container of its own), less where that leaves
/// no [`ROOM`], and for engines that know no containers at most [`HANGS_AT_MOST`].
pub(super) fn rules() -> String {
    use std::fmt::Write as _;
    let mut css = String::from(
        "\n/* What wraps hangs two characters past its line's indentation. */\n",
    );
    let room = em(ROOM);
    for depth in 0..=DEEPEST {
        // In halves of an em, one a character.
        let halves = depth + HANGS;
        let hanging_indent = em(halves.min(HANGS_AT_MOST));
        let _ = write!(
            css,
            ".in{depth} {{ padding-left: {hanging_indent}; text-indent: -{hanging_indent};"
        );
        if halves > NEVER_TOO_DEEP {
            let hanging_indent = em(halves);
            let _ = write!(
                css,
                " padding-left: min({hanging_indent}, 40cqi, max(1em, 100cqi - {room})); \
                 text-indent: max(-{hanging_indent}, -40cqi, min(-1em, {room} - 100cqi));"
            );
        }
        css.push_str(" }\n");
    }
    css + BESIDE_NUMBERS
}

/// The bars of lines that were printed or that the author marks, for Kindle, which draws nothing beside a
/// line but its border: the line moves to the left by as much as it gets wider.
pub(super) fn rules_for_kindle() -> String {
    use std::fmt::Write as _;
    let mut css = String::new();
    // In hundredths of an em: how wide a bar is, and how far it stands from the text.
    for (class, bar, gap) in [("output", 15, 25), ("marked", 35, 20)] {
        let margin = bar + gap;
        let _ = writeln!(
            css,
            "pre > code > .{class} {{ margin-left: -0.{margin}em; border-left: 0.{bar}em solid; }}"
        );
        for depth in 0..=DEEPEST {
            let padding = (depth + HANGS).min(HANGS_AT_MOST) * 50 + gap;
            let (whole, part) = (padding / 100, padding % 100);
            let _ = writeln!(
                css,
                "pre > code > .{class}.in{depth} {{ padding-left: {whole}.{part:02}em; }}"
            );
        }
    }
    css
}

/// Beside numbers there is less room by far.
const BESIDE_NUMBERS: &str = "\
@container (max-width: 12em) {
  pre.numberLines > code > .line,
  pre.number-lines > code > .line {
    margin-left: 2em;
    padding-left: 1em;
    text-indent: -1em;
  }
  pre.numberLines > code > .line::before,
  pre.number-lines > code > .line::before {
    left: -2em;
    width: 1.5em;
  }
}
";

/// How deep what wraps hangs where the width of a listing is not known, in halves of an em.
const HANGS_AT_MOST: usize = 16;

/// What is less than two fifths of any listing, in halves of an em.
pub(super) const NEVER_TOO_DEEP: usize = 4;

/// Halves of an em, written without a fraction where there is none.
fn em(halves: usize) -> String {
    format!("{}{}em", halves / 2, if halves.is_multiple_of(2) { "" } else { ".5" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(lines: &[&str]) -> Vec<String> {
        read(lines).into_iter().map(|line| line.class).collect()
    }

    #[test]
    fn lines_stand_as_deep_as_they_are_indented() {
        let deep = format!("{}x", " ".repeat(90));
        assert_eq!(
            classes(&["a\n", "  b\n", "\tc\n", " \td\n", "   \n", &deep]),
            ["line in0", "line in2", "line in4", "line in4", "line in0", "line in24"]
        );
    }

    #[test]
    fn printed_lines_have_a_class() {
        assert_eq!(
            classes(&[
                "f()",
                "#: 1",
                "#:",
                "#:no",
                "/* Output:",
                "a",
                "*/",
                "/* Output: */ g();"
            ]),
            [
                "line in0",
                "line in0 output",
                "line in0 output",
                "line in0",
                "line in0 output",
                "line in0 output",
                "line in0 output",
                "line in0"
            ]
        );
    }

    #[test]
    fn indents_hang() {
        let css = rules();
        assert!(css.contains(".in0 { padding-left: 1em; text-indent: -1em; }"));
        assert!(css.contains(
            ".in3 { padding-left: 2.5em; text-indent: -2.5em; \
             padding-left: min(2.5em, 40cqi, max(1em, 100cqi - 6em)); \
             text-indent: max(-2.5em, -40cqi, min(-1em, 6em - 100cqi)); }"
        ));
        assert!(css.contains(
            ".in24 { padding-left: 8em; text-indent: -8em; \
             padding-left: min(13em, 40cqi, max(1em, 100cqi - 6em)); \
             text-indent: max(-13em, -40cqi, min(-1em, 6em - 100cqi)); }"
        ));
    }
}
