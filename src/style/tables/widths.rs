//! How wide the words of a table are, in ems, as far as that can be estimated without a font: a little
//! more than Georgia takes.

use crate::epub::dom::{Document, MarkKind, NodeId, TextPart};

/// Left and right of what stands in a cell, as the stylesheet has it.
const PADDING: f64 = 1.0;
const DENSE_PADDING: f64 = 0.6;

/// From which need on, and how many columns, a table is dense.
const DENSE_NEED: f64 = 22.0;
const DENSE_COLUMNS: usize = 5;

/// How many ems of a table's type there are on a phone's page at least: 280 pixels of 12 each.
pub(super) const PHONE: f64 = 23.0;

/// What a column has at least whose words may break.
const BROKEN: f64 = 4.0;

/// What stands beside a listing in a cell: its line, and what wraps hangs.
const LISTING: f64 = 2.0;

/// A sign of a formula, with the room around it.
const SIGN: f64 = 0.7;

/// What a list in a cell is indented by.
const INDENTED: f64 = 1.7;

/// What the columns of a table need so that no word breaks.
#[derive(Debug)]
pub(super) struct Widths {
    /// By column, in ems, without the padding.
    columns: Vec<f64>,
    /// The cells that stand in one column, each with its number.
    pub(super) cells: Vec<(NodeId, usize)>,
    /// The columns that keep their words on a phone, where not all can.
    whole: Vec<bool>,
    /// Whether all rows have as many cells.
    pub(super) is_even: bool,
}

impl Widths {
    pub(super) fn of(tree: &Document, table: NodeId) -> Self {
        let mut widths = Self {
            columns: Vec::new(),
            cells: Vec::new(),
            whole: Vec::new(),
            is_even: true,
        };
        let rows = rows(tree, table);
        let count = |row: NodeId| {
            let cells = tree.children(row).iter();
            cells.filter(|&&one| matches!(tree.name(one), Some("td" | "th"))).count()
        };
        widths.is_even = rows.iter().all(|&row| count(row) == count(rows[0]));
        // By column, how many rows a cell from above still reaches into.
        let mut taken: Vec<usize> = Vec::new();
        for row in rows {
            widths.read_row(tree, row, &mut taken);
        }
        widths.keep_short_columns();
        widths
    }

    fn read_row(&mut self, tree: &Document, row: NodeId, taken: &mut Vec<usize>) {
        let mut column = 0;
        for &cell in tree.children(row) {
            if !matches!(tree.name(cell), Some("td" | "th")) {
                continue;
            }
            while taken.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
            }
            let (wide, high) = (span(tree, cell, "colspan"), span(tree, cell, "rowspan"));
            if wide == 1 {
                self.read_cell(tree, cell, column);
            }
            let end = column + wide;
            taken.resize(taken.len().max(end), 0);
            taken[column..end].fill(high);
            column = end;
        }
        for rows in taken.iter_mut() {
            *rows = rows.saturating_sub(1);
        }
    }

    fn read_cell(&mut self, tree: &Document, cell: NodeId, column: usize) {
        let count = self.columns.len().max(column + 1);
        self.columns.resize(count, 0.0);
        let mut word = WordWidths::default();
        let bold = tree.name(cell) == Some("th");
        word.read(tree, cell, TextStyle { code: false, bold });
        self.columns[column] = self.columns[column].max(word.longest());
        self.cells.push((cell, column));
    }

    /// Lets columns keep their words on a phone, the shortest first, as long as the others have room
    /// left to break theirs.
    fn keep_short_columns(&mut self) {
        self.whole = vec![false; self.columns.len()];
        if self.need() <= PHONE {
            return;
        }
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by(|&one, &other| self.columns[one].total_cmp(&self.columns[other]));
        let mut room = PHONE - self.padding();
        let mut left = self.columns.iter().filter(|width| **width > 0.0).count();
        for column in order {
            let width = self.columns[column];
            if width == 0.0 {
                continue;
            }
            left -= 1;
            #[expect(clippy::cast_precision_loss, reason = "a few columns")]
            let others = left as f64 * BROKEN;
            if width + others > room {
                return;
            }
            room -= width;
            self.whole[column] = true;
        }
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn is_whole(&self, column: usize) -> bool {
        self.whole.get(column).copied().unwrap_or_default()
    }

    /// What the longest word of all needs.
    pub(super) fn longest(&self) -> f64 {
        self.columns.iter().copied().fold(0.0, f64::max)
    }

    /// What a column needs, in ems, without the padding.
    pub(super) fn of_column(&self, column: usize) -> f64 {
        self.columns.get(column).copied().unwrap_or_default()
    }

    /// Whether the columns stand close together.
    pub(super) fn is_dense(&self) -> bool {
        self.columns.len() >= DENSE_COLUMNS || self.sum() >= DENSE_NEED
    }

    /// What the table needs so that no word breaks, in ems of its own type.
    pub(super) fn need(&self) -> f64 {
        self.sum() + self.padding()
    }

    fn sum(&self) -> f64 {
        self.columns.iter().sum()
    }

    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    fn padding(&self) -> f64 {
        let one = if self.is_dense() { DENSE_PADDING } else { PADDING };
        self.columns.len() as f64 * one
    }
}

/// The rows of a table, not those of tables in it.
fn rows(tree: &Document, table: NodeId) -> Vec<NodeId> {
    let mut rows = Vec::new();
    for &child in tree.children(table) {
        match tree.name(child) {
            Some("tr") => rows.push(child),
            Some("thead" | "tbody" | "tfoot") => rows.extend(
                tree.children(child).iter().filter(|&&row| tree.name(row) == Some("tr")),
            ),
            _ => {}
        }
    }
    rows
}

/// How many columns or rows a cell takes. More than a thousand are no table's (HTML, 4.9.11).
fn span(tree: &Document, cell: NodeId, name: &str) -> usize {
    let number = tree.attr(cell, name).and_then(|text| text.trim().parse().ok());
    number.unwrap_or(1).clamp(1, 1000)
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
struct TextStyle {
    code: bool,
    bold: bool,
}

/// The word at hand, and the longest one so far; in ems.
#[derive(Debug, Default)]
struct WordWidths {
    width: f64,
    longest: f64,
    last: char,
}

impl WordWidths {
    fn longest(mut self) -> f64 {
        self.end();
        self.longest
    }

    fn end(&mut self) {
        self.longest = self.longest.max(self.width);
        self.width = 0.0;
        self.last = ' ';
    }

    fn read(&mut self, tree: &Document, node: NodeId, set: TextStyle) {
        for part in tree.text_parts(node) {
            match part {
                TextPart::Text(text) => text.chars().for_each(|c| self.read_char(c, set)),
                TextPart::Mark(mark) if mark.kind == MarkKind::Break(None) => self.end(),
                TextPart::Mark(_) => {}
            }
        }
        let name = tree.local_name(node).unwrap_or_default();
        let set = TextStyle {
            code: set.code || crate::elements::is_code(name),
            bold: set.bold || matches!(name, "strong" | "b"),
        };
        match name {
            // Listings and formulas wrap or scroll by themselves, pictures shrink.
            "math" => self.read_formula(tree, node),
            "pre" => {
                self.end();
                let before = std::mem::take(&mut self.longest);
                self.read_children(tree, node, TextStyle { code: true, bold: false });
                self.end();
                self.longest = before.max(LISTING + self.longest);
            }
            // A place to break that has a class is none where there is room.
            "wbr" if tree.attr(node, "class").is_some() => {}
            "svg" | "img" | "table" | "script" | "style" | "wbr" | "br" => self.end(),
            "input" => self.width += 1.0,
            "li" | "dd" | "blockquote" => {
                self.end();
                let before = std::mem::take(&mut self.longest);
                self.read_children(tree, node, set);
                self.end();
                self.longest = before.max(self.longest + INDENTED);
            }
            "p" | "div" | "ul" | "ol" | "dl" | "dt" => {
                self.end();
                self.read_children(tree, node, set);
                self.end();
            }
            _ => self.read_children(tree, node, set),
        }
    }

    /// A formula breaks nowhere: its signs stand side by side, or above each other.
    fn read_formula(&mut self, tree: &Document, node: NodeId) {
        for leaf in tree.descendants(node) {
            if matches!(tree.name(leaf), Some("mi" | "mn" | "mo" | "mtext")) {
                let signs = tree.text(leaf).trim().chars().count();
                self.width += SIGN * f64::from(u32::try_from(signs).unwrap_or_default());
            }
        }
    }

    fn read_children(&mut self, tree: &Document, node: NodeId, set: TextStyle) {
        for &child in tree.children(node) {
            self.read(tree, child, set);
        }
    }

    fn read_char(&mut self, c: char, set: TextStyle) {
        let joins = matches!(c, '\u{a0}' | '\u{202f}' | '\u{2060}');
        if !joins && (c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}')) {
            return self.end();
        }
        let is_behind_dash = matches!(self.last, '-' | '\u{2013}') && c.is_alphabetic();
        if is_wide(c) || is_behind_dash && !set.code {
            self.end();
        }
        self.width += advance(c, set);
        self.last = c;
        if is_wide(c) || c == '\u{2014}' {
            self.end();
        }
    }
}

/// Whether lines may end before and behind a character, as in Chinese and Japanese.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// A character's width in ems.
fn advance(c: char, set: TextStyle) -> f64 {
    if is_wide(c) {
        return 1.0;
    }
    if set.code {
        return 0.5;
    }
    let regular = match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | 'J' => 0.4,
        '.' | ',' | ':' | ';' | '!' | '|' | '\'' | '(' | ')' | '[' | ']' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '\u{2014}' => 0.95,
        _ if c.is_uppercase() => 0.76,
        _ if c.is_ascii_digit() => 0.62,
        _ => 0.57,
    };
    if set.bold { regular * 1.12 } else { regular }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(inside: &str) -> Vec<f64> {
        let tree = Document::parse(&format!("<table>{inside}</table>")).unwrap();
        let table = tree.root_element().unwrap();
        let rounded = |width: &f64| (width * 100.0).round() / 100.0;
        Widths::of(&tree, table).columns.iter().map(rounded).collect()
    }

    #[test]
    fn the_longest_word_of_a_column_counts() {
        for (cell, width) in [
            ("aa a", 1.14),
            ("aa-a", 1.71),
            ("a<wbr />aa", 1.14),
            ("a<b>a</b>", 0.57 + 0.57 * 1.12),
            ("<code>aaaa</code>", 2.0),
            ("<p>aa</p><p>a</p>", 1.14),
            ("a\u{a0}a", 0.57 * 3.0),
            ("漢字", 1.0),
            ("<pre>aa aaaa</pre>", 2.0 + LISTING),
            (
                "<math><mi>a</mi><mo>+</mo><annotation>a + b</annotation></math>",
                2.0 * SIGN,
            ),
            ("", 0.0),
        ] {
            let found = columns(&format!("<tr><td>{cell}</td></tr>"))[0];
            assert!((found - width).abs() < 0.01, "{cell}: {found}, not {width}");
        }
    }

    #[test]
    fn cells_stand_in_their_columns() {
        let rows = "<thead><tr><th rowspan=\"2\"></th><td colspan=\"2\">aaaaaaaaa</td></tr>\
                    <tr><td>a</td><td>aa</td></tr></thead><tbody><tr><td>aaa</td></tr></tbody>";
        assert_eq!(columns(rows), [1.71, 0.57, 1.14]);
    }
}
