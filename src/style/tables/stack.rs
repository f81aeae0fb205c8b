//! Tables that no phone has room for: there each row stands by itself, its cells one below the other,
//! and each says which column it is of.
//!
//! ```text
//! <td>npm</td>   becomes   <td data-column="Package manager">npm</td>
//! ```

use super::widths::Widths;
use crate::epub::dom::{Document, NodeId};

/// The attribute that says which column a cell is of.
const COLUMN: &str = "data-column";

/// The class of the cell that says which row it is.
const NAME: &str = "row-name";

/// How the classes begin that say up to which width, in ems, the rows stand by themselves.
pub(super) const STACK: &str = "stack-";

/// How the classes begin that say how many ems the longest word of such a table has.
pub(super) const LONG: &str = "long-";

/// These widths.
const STEPS: &[u16] = &[6, 8, 10, 12, 14, 16, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48];

/// With two columns a cell has room enough for its words on any phone, but not in large type.
const LARGE_TYPE: u16 = 14;

/// The class of a table whose words take at least `enough` ems, once its cells say their columns;
/// none where the table has room on every phone, or is none of rows below one head.
pub(super) fn class(
    tree: &mut Document,
    table: NodeId,
    widths: &Widths,
    enough: f64,
) -> Option<(String, bool)> {
    let enough = STEPS.iter().copied().find(|&step| f64::from(step) >= enough);
    let mut step = enough.unwrap_or(STEPS[STEPS.len() - 1]);
    let labels = labels(tree, table)?;
    if labels.len() < 2 || !is_plain(tree, widths, labels.len()) {
        return None;
    }
    if labels.len() == 2 {
        step = step.min(LARGE_TYPE);
    }
    let mut changed = false;
    for &(cell, column) in &widths.cells {
        if tree.ancestors(cell).any(|one| tree.name(one) == Some("thead")) {
            continue;
        }
        let label = &labels[column];
        if column == 0 && !tree.has_class(cell, NAME) {
            super::add_class(tree, cell, NAME);
            changed = true;
        } else if column > 0
            && !label.is_empty()
            && tree.attr(cell, COLUMN) != Some(label)
        {
            tree.set_attr(cell, COLUMN, label.clone());
            changed = true;
        }
    }
    Some((format!("{STACK}{step}"), changed))
}

/// The class that says how long the longest word is: where a row stands by itself, type may be smaller for
/// its sake.
pub(super) fn long(longest: f64) -> Option<String> {
    // What stands to the left of it has a place, too.
    let step = STEPS.iter().find(|&&step| f64::from(step) >= longest + INDENT)?;
    Some(format!("{LONG}{step}"))
}

/// What stands to the left of a cell.
const INDENT: f64 = 1.0;

/// What the columns are called: the cells of the head, where that is one row.
fn labels(tree: &Document, table: NodeId) -> Option<Vec<String>> {
    let named = |parent: NodeId, name: &'static str| {
        let all = tree.children(parent).iter().copied();
        all.filter(move |&one| tree.name(one) == Some(name))
    };
    let mut rows = named(table, "thead").flat_map(|head| named(head, "tr"));
    let (Some(row), None) = (rows.next(), rows.next()) else { return None };
    let cells = tree.children(row).iter().copied();
    let cells = cells.filter(|&one| matches!(tree.name(one), Some("th" | "td")));
    let labels: Vec<String> = cells.map(|cell| tree.label(cell)).collect();
    labels.iter().any(|label| !label.is_empty()).then_some(labels)
}

/// Whether every row has as many cells as there are columns, and none takes more room than its own.
fn is_plain(tree: &Document, widths: &Widths, columns: usize) -> bool {
    let spans = |cell| {
        ["colspan", "rowspan"]
            .iter()
            .any(|name| tree.attr(cell, name).is_some_and(|number| number.trim() != "1"))
    };
    widths.is_even
        && widths.columns() == columns
        && !widths.cells.iter().any(|(cell, _)| spans(*cell))
}

/// The rules for rows that stand by themselves.
pub(super) fn rules() -> String {
    use std::fmt::Write as _;
    let mut css = String::from(
        "\n/* Below these widths each row of a wide table stands by itself. */\n",
    );
    for step in STEPS {
        let one = format!(".{STACK}{step}");
        let _ = write!(
            css,
            "@container (max-width: {step}em) {{\n\
             {one}, {one} caption, {one} tbody, {one} tr, {one} td, {one} tbody th {{ display: block; }}\n\
             {one} {{ --words: var(--long, 1); }}\n\
             {one} thead, {one} colgroup, {one} td:empty {{ display: none; }}\n\
             {one} tr {{ padding: 0.4em 0; }}\n\
             {one} tr + tr {{ border-top: 1px solid #888; }}\n\
             {one} td, {one} tbody th {{ padding: 0.1em 0; padding-inline-start: 1em; text-align: left !important; text-align: start !important; }}\n\
             {one} .{NAME} {{ padding-inline-start: 0; font-weight: bold; }}\n\
             {one} [{COLUMN}]::before {{ content: attr({COLUMN}) \": \"; }}\n\
             }}\n"
        );
    }
    for step in STEPS {
        let _ = writeln!(css, ".{LONG}{step} {{ --long: {step}; }}");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inside: &str) -> (Option<String>, String) {
        let mut tree = Document::parse(&format!("<table>{inside}</table>")).unwrap();
        let table = tree.root_element().unwrap();
        let widths = Widths::of(&tree, table);
        let class = class(&mut tree, table, &widths, 20.5).map(|(class, _)| class);
        (class, tree.to_xml())
    }

    #[test]
    fn cells_of_a_wide_table_say_their_columns() {
        let head =
            "<thead><tr><th>Name</th><th>In <code>Rust</code></th><th></th></tr></thead>";
        let long = "a".repeat(50);
        let row = format!("<tbody><tr><td>{long}</td><td>1</td><td>2</td></tr></tbody>");
        let (class, out) = of(&format!("{head}{row}"));
        assert_eq!(class.as_deref(), Some("stack-21"));
        assert!(out.contains("<td data-column=\"In Rust\">1</td><td>2</td>"), "{out}");
        assert!(out.contains(&format!("<td class=\"row-name\">{long}</td>")), "{out}");
        let two = |row: &str| row.replace("<th></th>", "").replace("<td>2</td>", "");
        let (class, _) = of(&format!("{}{}", two(head), two(&row)));
        assert_eq!(class.as_deref(), Some("stack-14"), "two columns have room");
        for inside in [
            row.clone(),
            format!("{head}{}", row.replace("<td>1</td>", "")),
            format!("{head}{}", row.replace("<td>1", "<td rowspan=\"2\">1")),
            format!("{}{row}", head.replace("</tr>", "</tr><tr><td>x</td></tr>")),
        ] {
            assert_eq!(of(&inside), (None, format!("<table>{inside}</table>")));
        }
    }
}
