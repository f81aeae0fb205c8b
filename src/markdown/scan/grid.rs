//! The cells of a grid table, each as lines of its own.
//!
//! ````text
//! +-------+------+
//! | ```py | text |     two cells: "```py", "x", "```" and "text", "", ""
//! | x     |      |
//! | ```   |      |
//! +-------+------+
//! ````
//!
//! A cell may span columns and lines, as pandoc reads it from 3 on; older ones read such a table otherwise.

use super::starts::ContainerLine;
use std::collections::BTreeSet;

/// The cells of a table, row by row; `None` where the lines are none.
pub(super) fn cells(
    text: &str,
    lines: &[ContainerLine],
) -> Option<Vec<Vec<ContainerLine>>> {
    let str = |line: ContainerLine| {
        text.get(line.start..line.end).unwrap_or_default().trim_end()
    };
    let is_border = |line: ContainerLine| {
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
    let is_simple = |line: &ContainerLine| {
        let own = str(*line);
        if is_border(*line) {
            bars.iter().all(|bar| own.chars().nth(*bar) == Some('+'))
                && own.matches('+').count() == bars.len()
        } else {
            !own.contains("+-") && !own.contains("-+")
        }
    };
    if !lines.iter().all(is_simple) {
        let grid: Vec<Vec<char>> =
            lines.iter().map(|line| str(*line).chars().collect()).collect();
        let traced = trace(&grid, *bars.first()?, *bars.last()?).unwrap_or_default();
        let part = |area: &CellArea| {
            cell(text, &lines[area.top + 1..area.bottom], area.left, area.right)
        };
        return Some(traced.iter().map(part).collect());
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

/// A cell of a table, by the lines and columns of its border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CellArea {
    top: usize,
    left: usize,
    bottom: usize,
    right: usize,
}

/// So many signs are looked at in one table: borders that lead nowhere end there.
const MOST: usize = 4_000_000;

/// The cells of a table in which some span others, found as docutils and pandoc from 3 on find them: along
/// their borders, from each corner to the right, down, left and up again. `None` where they do not fill it.
fn trace(grid: &[Vec<char>], first: usize, last: usize) -> Option<Vec<CellArea>> {
    let mut tracer = Tracer { grid, bottom: grid.len() - 1, right: last, steps: 0 };
    // By column, up to which line it is filled.
    let mut filled = vec![0; last + 1];
    let mut corners = BTreeSet::from([(0, first)]);
    let mut areas = Vec::new();
    while let Some((top, left)) = corners.pop_first() {
        if top == tracer.bottom || left == last || top < filled[left] {
            continue;
        }
        let Some(area) = tracer.area(top, left) else { continue };
        if filled[left..area.right].iter().any(|line| *line != top) {
            return None;
        }
        filled[left..area.right].fill(area.bottom);
        areas.push(area);
        corners.extend([(top, area.right), (area.bottom, left)]);
    }
    areas.sort();
    let is_full = filled[first..last].iter().all(|line| *line == tracer.bottom);
    (is_full && tracer.steps < MOST).then_some(areas)
}

/// Goes along the borders of a table.
struct Tracer<'g> {
    grid: &'g [Vec<char>],
    /// The last line.
    bottom: usize,
    /// The last column.
    right: usize,
    steps: usize,
}

impl Tracer<'_> {
    fn sign(&mut self, line: usize, column: usize) -> char {
        self.steps += 1;
        let sign = self.grid.get(line).and_then(|line| line.get(column)).copied();
        sign.filter(|_| self.steps < MOST).unwrap_or(' ')
    }

    /// The smallest cell with this corner.
    fn area(&mut self, top: usize, left: usize) -> Option<CellArea> {
        if self.sign(top, left) != '+' {
            return None;
        }
        for right in left + 1..=self.right {
            match self.sign(top, right) {
                '+' => {
                    if let Some(bottom) = self.bottom_of(top, left, right) {
                        return Some(CellArea { top, left, bottom, right });
                    }
                }
                '-' | '=' | ':' => {}
                _ => return None,
            }
        }
        None
    }

    fn bottom_of(&mut self, top: usize, left: usize, right: usize) -> Option<usize> {
        for bottom in top + 1..=self.bottom {
            match self.sign(bottom, right) {
                '+' => {
                    let is_closed = (left + 1..right)
                        .all(|column| "+-=:".contains(self.sign(bottom, column)))
                        && self.sign(bottom, left) == '+'
                        && (top + 1..bottom)
                            .all(|line| "+|".contains(self.sign(line, left)));
                    if is_closed {
                        return Some(bottom);
                    }
                }
                '|' => {}
                _ => return None,
            }
        }
        None
    }
}

/// The lines of a cell between two columns.
fn cell(
    text: &str,
    row: &[ContainerLine],
    left: usize,
    right: usize,
) -> Vec<ContainerLine> {
    let part = |line: &ContainerLine| {
        let own = text.get(line.start..line.end).unwrap_or_default();
        let at = |column: usize| {
            own.char_indices().nth(column).map_or(own.len(), |(at, _)| at)
        };
        let (from, to) = (at(left + 1), at(right));
        let inside = own.get(from..to).unwrap_or_default().trim_end();
        let start = line.start + from;
        // Columns of a cell begin anew.
        ContainerLine { start, end: start + inside.len(), spaces: 0, col: 0 }
    };
    let lines: Vec<ContainerLine> = row.iter().map(part).collect();
    let begins_blank = |line: &ContainerLine| {
        let text = text.get(line.start..line.end).unwrap_or_default();
        text.is_empty() || text.starts_with(' ')
    };
    if lines.iter().all(begins_blank) {
        return lines.iter().map(|line| line.gobble_at_most(text, 1)).collect();
    }
    lines
}
