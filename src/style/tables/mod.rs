//! Tables that keep their words whole on a phone.
//!
//! A browser makes no column narrower than its longest word, unless words may break anywhere; then
//! it makes any column as narrow as it likes, and cuts words of a table that has room for all of
//! them. How much room a table needs is known here: so each table stands in a box that knows its own
//! width, and its class says from which width on its words stay whole. Down to three quarters of its
//! size, the type gives way before the words do.
//!
//! ```text
//! <table><tr><td>Threads</td><td>Futures</td></tr></table>
//! becomes   <div class="table-box"><table class="words-12">…</table></div>
//! ```
//!
//! A table that is too wide even so is stacked on a phone, row by row ([`stack`]).
//!
//! Engines that know no containers break words anywhere, and show no table that is too wide.

mod stack;
mod widths;

use crate::epub::dom::{Document, NodeId};
use crate::epub::{ContentDocument, Epub};
use std::path::Path;
use widths::Widths;

/// The class of the box around a table.
const BOX: &str = "table-box";

/// The class of a table that has little room between its columns.
const DENSE: &str = "dense";

/// The class of cells whose words stay whole in a table that is too wide for a phone.
const WHOLE: &str = "whole";

/// How the classes begin that say how many ems the words of a table need.
const WORDS: &str = "words-";

/// The least and the largest need that there are classes for, and their step; in ems.
const LEAST: u16 = 8;
const LARGEST: u16 = 64;
const STEP: u16 = 2;

/// The class of a table whose columns are as wide as the browser finds right.
const FREE: &str = "free";

/// The least width of a page, in ems, on which the widths of columns hold.
const NARROWEST: f64 = 40.0;

/// How wide a line of text is, and a character of it, in ems.
const MEASURE: f64 = 31.0;
const CHARACTER: f64 = 0.55;

/// How much longer than a line of text the longest lines of all columns may be together so that the browser
/// finds room for them: what a character takes is reckoned high.
const NEARLY: f64 = 1.1;

/// The part of its width that a column's longest line has to take.
const USED: f64 = 0.7;

/// The least size of type in a table, as a part of the text's.
const SMALLEST: f64 = 0.75;

/// Elements that a box may stand in: as wide as the page, or as what they stand in.
const BLOCKS: &[&str] = &[
    "body",
    "section",
    "div",
    "article",
    "main",
    "aside",
    "header",
    "footer",
    "figure",
    "blockquote",
    "details",
    "ul",
    "ol",
    "li",
    "dl",
    "dd",
];

/// What a declaration says of an element that is as wide as what stands in it. A box that knows its
/// own width gives its parent none, and would have no width there.
const NARROW: &[&str] = &[
    "float",
    "flex",
    "grid",
    "inline",
    "absolute",
    "fixed",
    "fit-content",
    "max-content",
    "min-content",
    "display:table",
    "display: table",
];

/// Lets the tables of a document keep their words.
pub(crate) fn apply(document: &mut ContentDocument, epub: &Epub) {
    let tables = document.elements("table");
    if tables.is_empty() {
        return;
    }
    let sheets = authors_sheets(epub);
    let goes_by_neighbours = ["> table", ">table", "+ table", "+table", "~ table"]
        .iter()
        .any(|selector| sheets.contains(selector));
    for table in tables {
        if !goes_by_neighbours && has_room(&document.tree, table, &sheets) {
            document.changed |= set(&mut document.tree, table);
        }
    }
}

/// The stylesheets of the container that are neither pandoc's nor ours.
pub(super) fn authors_sheets(epub: &Epub) -> String {
    let is_sheet =
        |name: &str| Path::new(name).extension().is_some_and(|one| one == "css");
    let sheets = epub.entries().iter().filter(|entry| is_sheet(&entry.name));
    let texts = sheets.filter_map(|entry| std::str::from_utf8(&entry.data).ok());
    let own = texts.filter(|css| !super::stylesheets::is_pandocs_or_ours(css));
    own.collect::<Vec<_>>().join("\n")
}

/// Whether a table stands in nothing but blocks as wide as the page.
fn has_room(tree: &Document, table: NodeId, sheets: &str) -> bool {
    tree.ancestors(table)
        .filter(|&one| tree.name(one).is_some())
        .take_while(|&one| tree.name(one) != Some("html"))
        .all(|one| {
            tree.name(one).is_some_and(|name| BLOCKS.contains(&name))
                && !tree.attr(one, "style").is_some_and(makes_narrow)
                && !tree.classes(one).any(|class| is_narrow(class, sheets))
        })
}

fn makes_narrow(declarations: &str) -> bool {
    let declarations = declarations.to_ascii_lowercase();
    NARROW.iter().any(|word| declarations.contains(word))
}

/// Whether a class may make an element as wide as what stands in it: pandoc's columns, or one that
/// the author's stylesheets name in such a rule.
fn is_narrow(class: &str, sheets: &str) -> bool {
    let rules = |at: usize| sheets[at..].split('}').next().is_some_and(makes_narrow);
    let own = format!(".{class}");
    matches!(class, "column" | "columns")
        || sheets.match_indices(&own).any(|(at, _)| rules(at))
}

/// Puts a table into its box, with the classes that say what its words need; whether that is new.
fn set(tree: &mut Document, table: NodeId) -> bool {
    let widths = Widths::of(tree, table);
    let stacked = stack::class(tree, table, &widths, widths.need() * SMALLEST);
    let (stack, mut changed) =
        stacked.map_or((None, false), |(class, new)| (Some(class), new));
    changed |= set_classes(tree, table, &widths, stack.as_deref());
    for (cell, column) in &widths.cells {
        if widths.is_whole(*column) && !tree.has_class(*cell, WHOLE) {
            add_class(tree, *cell, WHOLE);
            changed = true;
        }
    }
    let parent = tree.parent(table);
    if parent.is_some_and(|parent| tree.has_class(parent, BOX)) {
        return changed;
    }
    let around = tree.create_element("div", &[("class", BOX)]);
    tree.replace(table, around);
    tree.append(around, table);
    true
}

/// Replaces the classes of ours on a table; whether they changed.
fn set_classes(
    tree: &mut Document,
    table: NodeId,
    widths: &Widths,
    stack: Option<&str>,
) -> bool {
    let before = tree.attr(table, "class").map(str::to_owned);
    let is_ours = |class: &str| {
        let number = [WORDS, stack::STACK, stack::LONG]
            .iter()
            .find_map(|one| class.strip_prefix(one));
        matches!(class, DENSE | FREE)
            || number.is_some_and(|number| number.parse::<u16>().is_ok())
    };
    let mut classes: Vec<String> =
        tree.classes(table).filter(|class| !is_ours(class)).map(str::to_owned).collect();
    if widths.is_dense() {
        classes.push(DENSE.to_owned());
    }
    if is_badly_divided(tree, table, widths) {
        classes.push(FREE.to_owned());
    }
    classes.extend(class_of(widths.need()));
    if let Some(stack) = stack {
        classes.push(stack.to_owned());
        classes.extend(stack::long(widths.longest()));
    }
    let after = classes.join(" ");
    if before.as_deref().unwrap_or_default() == after {
        return false;
    }
    if after.is_empty() {
        tree.remove_attr(table, "class");
    } else {
        tree.set_attr(table, "class", after);
    }
    true
}

/// Whether the widths that pandoc gives to columns, which it takes from the source's dashes, serve nobody:
/// words are cut since the column of a long one is narrow, or lines break in one column while another has
/// room that it has no use for, or while all of them would have room side by side.
fn is_badly_divided(tree: &Document, table: NodeId, widths: &Widths) -> bool {
    let columns = tree.descendants(table).filter(|&one| tree.name(one) == Some("col"));
    let shares: Vec<f64> = columns.map_while(|column| share(tree, column)).collect();
    let (mut breaks, mut wastes, mut all) = (false, false, 0.0);
    for (column, share) in shares.iter().enumerate() {
        if widths.of_column(column) > share * NARROWEST {
            return true;
        }
        let cells = widths.cells.iter().filter(|(_, own)| *own == column);
        let lines = cells.map(|(cell, _)| tree.text(*cell).trim().chars().count());
        let longest =
            f64::from(u32::try_from(lines.max().unwrap_or_default()).unwrap_or(u32::MAX));
        let line = longest * CHARACTER + 1.0;
        all += line;
        breaks |= line > share * MEASURE;
        wastes |= line < share * MEASURE * USED;
    }
    breaks && (wastes || all <= MEASURE * NEARLY)
}

/// The part of a table's width that a column has by its `style`.
fn share(tree: &Document, column: NodeId) -> Option<f64> {
    let (_, width) = tree.attr(column, "style")?.split_once("width:")?;
    let share = width.split('%').next()?.trim().parse::<f64>().ok()?;
    Some(share / 100.0)
}

fn add_class(tree: &mut Document, node: NodeId, class: &str) {
    let own = tree.attr(node, "class").map(|own| format!("{own} ")).unwrap_or_default();
    tree.set_attr(node, "class", format!("{own}{class}"));
}

/// The class for what the words of a table need; none where no page has that much room.
fn class_of(need: f64) -> Option<String> {
    let mut steps = (LEAST..=LARGEST).step_by(usize::from(STEP));
    let step = steps.find(|&step| f64::from(step) >= need)?;
    Some(format!("{WORDS}{step}"))
}

/// The rules for what the words of tables need.
pub(super) fn rules() -> String {
    use std::fmt::Write as _;
    let mut css = String::from(
        "\n/* From these widths on the words of a table stay whole, in smaller type where it has to be. */\n",
    );
    for step in (LEAST..=LARGEST).step_by(usize::from(STEP)) {
        let enough = f64::from(step) * SMALLEST;
        let _ = writeln!(
            css,
            "@container (min-width: {enough}em) {{ .{WORDS}{step} {{ --words: {step}; overflow-wrap: break-word; }} }}"
        );
    }
    css + &stack::rules()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(body: &str, css: &str) -> String {
        let mut epub = Epub::empty("t.epub");
        epub.put("own.css", css.as_bytes().to_vec());
        let xml = format!("<html><body>{body}</body></html>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        apply(&mut document, &epub);
        let once = document.tree.to_xml();
        document.changed = false;
        apply(&mut document, &epub);
        assert_eq!((document.tree.to_xml(), document.changed), (once.clone(), false));
        once
    }

    const TABLE: &str =
        "<table class=\"own\"><tr><th>Threads</th><td>Futures</td></tr></table>";

    #[test]
    fn a_table_says_what_its_words_need() {
        let out = applied(TABLE, "");
        let start = "<div class=\"table-box\"><table class=\"own words-12\">";
        assert!(out.contains(start), "{out}");
        let wide = TABLE.replace("Futures", &"Futures ".repeat(40));
        assert!(applied(&wide, "").contains(start), "words count, not lines");
        let long = TABLE.replace("Futures", &"x".repeat(200));
        assert!(applied(&long, "").contains("<table class=\"own dense\">"));
        let again = applied(&TABLE.replace("own", "words-99 words-of dense"), "");
        assert!(again.contains("<table class=\"words-of words-12\">"), "{again}");
    }

    #[test]
    fn widths_that_serve_nobody_are_let_go() {
        let table = |shares: [u32; 2], cells: [&str; 2]| {
            let columns =
                shares.map(|share| format!("<col style=\"width: {share}%\" />")).concat();
            let cells = cells.map(|cell| format!("<td>{cell}</td>")).concat();
            let xml =
                format!("<table><colgroup>{columns}</colgroup><tr>{cells}</tr></table>");
            applied(&xml, "").contains(FREE)
        };
        let (short, line) = ("Thread.start", "word ".repeat(20));
        assert!(table([60, 40], [short, &line]), "one has room, and the other none");
        assert!(!table([25, 75], [short, &line]));
        assert!(!table([60, 40], [short, "a few words"]));
        assert!(table([80, 20], [&"word ".repeat(6), short]), "both have room");
        assert!(table([20, 80], [&"x".repeat(40), &line]), "a word is cut");
    }

    #[test]
    fn what_gives_its_width_to_a_parent_gets_no_box() {
        let div = "</div>";
        for (before, after, css) in [
            ("<div style=\"float: left\">", div, ""),
            ("<div class=\"column\">", div, ""),
            (
                "<div class=\"side\">",
                div,
                "p { float: none } .side, .x { display: inline-block }",
            ),
            ("<div>", div, "div > table { margin: 0 }"),
            ("<div><a href=\"#\">", "</a></div>", ""),
        ] {
            let out = applied(&format!("{before}{TABLE}{after}"), css);
            assert!(!out.contains("table-box"), "{out}");
        }
        let css = "p { float: left } .side { color: red }";
        let out = applied(&format!("<div class=\"side\">{TABLE}</div>"), css);
        assert!(out.contains("table-box"), "{out}");
    }

    #[test]
    fn short_columns_stay_whole_beside_long_ones() {
        let long = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze";
        let row =
            format!("<tr><td>Threads</td><td>{long}</td><td rowspan=\"2\">one</td></tr>");
        let out =
            applied(&format!("<table>{row}<tr><td>a</td><td>b</td></tr></table>"), "");
        assert!(out.contains("<td class=\"whole\">Threads</td>"), "{out}");
        assert!(out.contains("<td>b</td>"), "{out}");
        assert!(out.contains("class=\"whole\">one</td>"), "{out}");
    }
}
