//! Tables whose cells stand each in a row and a column of their own.

use super::BodyWriter;
use super::attributes::Attributes;
use super::blocks::is_filled;
use concfilter::ast::tag;
use serde_json::Value;
use std::fmt::Write as _;

impl BodyWriter {
    pub(super) fn table(&mut self, out: &mut String, c: &Value) -> Option<()> {
        let [attributes, caption, columns, head, bodies, foot] = c.as_array()?.as_slice()
        else {
            return None;
        };
        let [body] = bodies.as_array()?.as_slice() else { return None };
        let is_plain = body[1] == 0
            && !is_filled(&body[2])
            && !is_filled(&foot[1])
            && [&head[0], &body[0], &foot[0]].iter().all(|one| is_bare(one));
        let attributes = Attributes::read(attributes)?;
        if !is_plain || attributes.has_key(&["style", "width"]) || !is_filled(&body[3]) {
            return None;
        }
        let columns = columns.as_array()?;
        out.push_str("<table");
        attributes.write(out)?;
        let widths = widths(columns)?;
        let all: f64 = widths.iter().sum();
        if !widths.is_empty() && all < 1.0 {
            write!(out, " style=\"width:{}%;\"", (all * 100.0).round_ties_even()).ok()?;
        }
        out.push('>');
        self.caption(out, caption)?;
        if !widths.is_empty() {
            out.push_str("\n<colgroup>");
            for width in widths {
                write!(out, "\n<col style=\"width: {}%\" />", (width * 100.0).trunc())
                    .ok()?;
            }
            out.push_str("\n</colgroup>");
        }
        let alignments: Vec<&str> =
            columns.iter().map(|one| alignment(&one[0])).collect::<Option<_>>()?;
        if is_filled(&head[1]) {
            out.push_str("\n<thead>");
            self.rows(out, "th", &head[1], &alignments)?;
            out.push_str("\n</thead>");
        }
        out.push_str("\n<tbody>");
        self.rows(out, "td", &body[3], &alignments)?;
        out.push_str("\n</tbody>\n</table>");
        Some(())
    }

    fn caption(&mut self, out: &mut String, caption: &Value) -> Option<()> {
        match caption[1].as_array()?.as_slice() {
            [] if caption[0].is_null() => Some(()),
            [only] if caption[0].is_null() && tag(only) == Some("Plain") => {
                out.push_str("\n<caption>");
                self.inlines(out, &only["c"])?;
                out.push_str("</caption>");
                Some(())
            }
            _ => None,
        }
    }

    fn rows(
        &mut self,
        out: &mut String,
        element: &str,
        rows: &Value,
        alignments: &[&str],
    ) -> Option<()> {
        for row in rows.as_array()? {
            let cells = row[1].as_array()?;
            if !is_bare(&row[0]) || cells.len() != alignments.len() {
                return None;
            }
            out.push_str("\n<tr>");
            for (cell, column) in cells.iter().zip(alignments) {
                self.cell(out, element, cell, column)?;
            }
            out.push_str("\n</tr>");
        }
        Some(())
    }

    fn cell(
        &mut self,
        out: &mut String,
        element: &str,
        cell: &Value,
        column: &str,
    ) -> Option<()> {
        let [attributes, own, rows, columns, blocks] = cell.as_array()?.as_slice() else {
            return None;
        };
        if !is_bare(attributes) || *rows != 1 || *columns != 1 {
            return None;
        }
        let own = alignment(own)?;
        let side = if own.is_empty() { column } else { own };
        write!(out, "\n<{element}").ok()?;
        if !side.is_empty() {
            write!(out, " style=\"text-align: {side};\"").ok()?;
        }
        out.push('>');
        self.blocks(out, blocks)?;
        write!(out, "</{element}>").ok()?;
        Some(())
    }
}

/// Whether an `Attr` is empty.
fn is_bare(attr: &Value) -> bool {
    Attributes::read(attr).is_some_and(Attributes::is_empty)
}

fn alignment(value: &Value) -> Option<&'static str> {
    match tag(value)? {
        "AlignLeft" => Some("left"),
        "AlignRight" => Some("right"),
        "AlignCenter" => Some("center"),
        "AlignDefault" => Some(""),
        _ => None,
    }
}

/// The widths of columns, as parts of the line; none where no column has one.
fn widths(columns: &[Value]) -> Option<Vec<f64>> {
    let is_default = |one: &Value| tag(&one[1]) == Some("ColWidthDefault");
    if columns.iter().all(is_default) {
        return Some(Vec::new());
    }
    columns.iter().map(|one| one[1]["c"].as_f64()).collect()
}
