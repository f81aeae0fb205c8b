//! The cells of a grid table, each as lines of its own.
//!
//! ````text
//! +-------+------+
//! | ```py | text |     two cells: "```py", "x", "```" and "text", "", ""
//! | x     |      |
//! | ```   |      |
//! +-------+------+
//! ````

use super::starts::Line;

/// The cells of a table, row by row; `None` where the lines are none.
pub(super) fn cells(text: &str, lines: &[Line]) -> Option<Vec<Vec<Line>>> {
    let str = |line: Line| text.get(line.start..line.end).unwrap_or_default().trim_end();
    let is_border = |line: Line| {
        let text = str(line).trim_start();
        text.len() > 2
            && text.starts_with('+')
            && text.ends_with('+')
            && text.chars().all(|c| "+-=:".contains(c))
    };
    let (first, last) = (*lines.first()?, *lines.last()?);
    if !is_border(first) || !is_border(last) || lines.len() < 3 {
        return None;
    }
    let bars: Vec<usize> = str(first)
        .chars()
        .enumerate()
        .filter(|(_, c)| *c == '+')
        .map(|(at, _)| at)
        .collect();
    // Which blocks stand in cells that span others nobody has to know.
    let is_simple = |line: &Line| {
        let own = str(*line);
        if is_border(*line) {
            bars.iter().all(|bar| own.chars().nth(*bar) == Some('+'))
                && own.matches('+').count() == bars.len()
        } else {
            !own.contains("+-") && !own.contains("-+")
        }
    };
    if !lines.iter().all(is_simple) {
        return Some(Vec::new());
    }
    let mut cells = Vec::new();
    for row in lines.split(|line| is_border(*line)).filter(|row| !row.is_empty()) {
        let mut left = *bars.first()?;
        for &right in &bars[1..] {
            cells.push(cell(text, row, left, right));
            left = right;
        }
    }
    Some(cells)
}

/// The lines of a cell between two columns.
fn cell(text: &str, row: &[Line], left: usize, right: usize) -> Vec<Line> {
    let part = |line: &Line| {
        let own = text.get(line.start..line.end).unwrap_or_default();
        let at = |column: usize| {
            own.char_indices().nth(column).map_or(own.len(), |(at, _)| at)
        };
        let (from, to) = (at(left + 1), at(right));
        let inside = own.get(from..to).unwrap_or_default().trim_end();
        let start = line.start + from;
        // Columns of a cell begin anew.
        Line { start, end: start + inside.len(), spaces: 0, col: 0 }
    };
    let lines: Vec<Line> = row.iter().map(part).collect();
    let begins_blank = |line: &Line| {
        let text = text.get(line.start..line.end).unwrap_or_default();
        text.is_empty() || text.starts_with(' ')
    };
    if lines.iter().all(begins_blank) {
        return lines.iter().map(|line| line.gobble_at_most(text, 1)).collect();
    }
    lines
}
