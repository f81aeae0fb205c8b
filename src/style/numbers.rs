//! Numbers of a listing's lines: shown where the author asks for them, in the names that links lead
//! to, and in what the author marks. Each tool has words of its own for it.
//!
//! ```text
//! <figure data-hl_lines="2"><pre class="numberLines">   line 2 has the class `marked`
//! <figure data-linenos="true" data-linenostart="5">     numbered from 5
//! ```
//!
//! They count the lines that the author wrote: the slugline and tags, too, which are not shown.

use crate::epub::dom::{Document, NodeId};
use crate::markdown::ranges;
use std::collections::BTreeSet;

/// A listing whose lines stand in elements.
pub(super) struct NumberedListing {
    pub figure: NodeId,
    pub pre: NodeId,
    pub code: NodeId,
    /// How many lines above the first that is shown were taken out with the slugline.
    pub first: usize,
}

/// The names that tools have for lines to mark.
const MARKED: &[&str] = &[
    "data-hl_lines",
    "data-hl-lines",
    "data-highlight",
    "data-highlight-lines",
    "data-highlight_lines",
    "data-highlightlines",
    "data-line-highlight",
    "data-emphasize-lines",
    "data-emphasize_lines",
    "data-code-line-numbers",
    "data-line",
    "data-mark",
    "data-ln",
];

/// The names that tools have for numbers beside the lines.
const NUMBERED: &[&str] = &[
    "data-linenos",
    "data-linenums",
    "data-lineno",
    "data-line-numbers",
    "data-linenumbers",
    "data-showlinenumbers",
    "data-show-line-numbers",
    "data-code-line-numbers",
];

/// The classes that tools have for the same; the stylesheet knows the first.
const CLASSES: &[&str] = &["numberLines", "number-lines", "line-numbers", "linenos"];

/// The names that tools have for the number of the first line.
const FIRST: &[&str] = &[
    "data-startfrom",
    "data-start-from",
    "data-linenostart",
    "data-lineno-start",
    "data-firstnumber",
    "data-first-number",
    "data-start",
    "data-linenums",
    "data-showlinenumbers",
];

/// Numbers, names and marks the lines of a listing. `taken` are the identifiers of the document.
pub(super) fn apply(
    tree: &mut Document,
    listing: &NumberedListing,
    taken: &BTreeSet<String>,
) {
    let lines = tree.children(listing.code).to_vec();
    let written = written(tree, listing, lines.len());
    tree.remove_attr(listing.code, "style");
    if is_numbered(tree, listing) {
        show(tree, listing, &written);
    }
    for (index, &line) in (listing.first..).zip(&lines) {
        if tree.attr(line, "id").is_none()
            && let Some(name) = line_name(tree, listing.figure, index)
            && !taken.contains(&name)
        {
            tree.set_attr(line, "id", name);
        }
    }
    mark(tree, listing.figure, &lines, &written);
    tree.remove_attr(listing.figure, "data-taken");
}

/// Of each line that is shown the number among those that the author wrote, from 1.
fn written(tree: &Document, listing: &NumberedListing, count: usize) -> Vec<usize> {
    let taken = tree.attr(listing.figure, "data-taken").unwrap_or_default();
    let taken: BTreeSet<usize> =
        taken.split(',').filter_map(|number| number.parse().ok()).collect();
    let left = (1..).filter(|number| !taken.contains(number));
    left.skip(listing.first).take(count).collect()
}

/// Whether the author asks for numbers beside the lines.
fn is_numbered(tree: &Document, listing: &NumberedListing) -> bool {
    const NO: &[&str] = &["false", "no", "off", "none", "0"];
    let is_asked = |name: &&str| {
        tree.attr(listing.figure, name).map(str::trim).is_some_and(|value| {
            // In Quarto the same name marks lines.
            let is_mark = *name == "data-code-line-numbers" && value != "true";
            !NO.contains(&value) && !is_mark
        })
    };
    CLASSES.iter().any(|class| tree.has_class(listing.pre, class))
        || NUMBERED.iter().any(is_asked)
}

/// Shows the numbers, which begin where the author says.
fn show(tree: &mut Document, listing: &NumberedListing, written: &[usize]) {
    if !CLASSES[..2].iter().any(|class| tree.has_class(listing.pre, class)) {
        let own = tree.attr(listing.pre, "class").map(|class| format!("{class} "));
        let class = own.unwrap_or_default() + CLASSES[0];
        tree.set_attr(listing.pre, "class", class);
    }
    let said = FIRST.iter().find_map(|name| {
        tree.attr(listing.figure, name).and_then(|text| text.trim().parse::<i32>().ok())
    });
    let before = i64::from(said.unwrap_or(1)) - 1;
    let number = |index: usize| {
        let own = written.get(index).copied().unwrap_or(1);
        i32::try_from(before.saturating_add_unsigned(own as u64)).unwrap_or(i32::MAX)
    };
    if number(0) != 1 {
        let style = format!("counter-reset: source-line {}", number(0) - 1);
        tree.set_attr(listing.code, "style", style);
    }
    for (index, line) in
        tree.children(listing.code).to_vec().into_iter().enumerate().skip(1)
    {
        let step = number(index).saturating_sub(number(index - 1));
        if step > 1 {
            tree.set_attr(
                line,
                "style",
                format!("counter-increment: source-line {step}"),
            );
        }
    }
}

/// Marks the lines that the author names.
fn mark(tree: &mut Document, figure: NodeId, lines: &[NodeId], written: &[usize]) {
    let named = MARKED.iter().find_map(|name| ranges(tree.attr(figure, name)?));
    let Some(named) = named else { return };
    for (&line, number) in lines.iter().zip(written) {
        if named.iter().any(|range| range.contains(number))
            && let Some(class) = tree.attr(line, "class").map(str::to_owned)
            && class.starts_with("line")
        {
            tree.set_attr(line, "class", format!("{class} marked"));
        }
    }
}

/// The name of a line of a listing that has a name itself, as pandoc gives it where it highlights:
/// `name-7` is the line with the number 7. Names that no link needs go again, see
/// [`line_names`](super::line_names). `index` counts the lines that pandoc was given, from 0.
pub(super) fn line_name(tree: &Document, figure: NodeId, index: usize) -> Option<String> {
    let name = tree.attr(figure, "id")?;
    let first = tree.attr(figure, "data-startfrom");
    let first: i64 = first.and_then(|text| text.trim().parse().ok()).unwrap_or(1);
    Some(format!("{name}-{}", first.saturating_add_unsigned(index as u64)))
}

#[cfg(test)]
mod tests {
    use super::super::{Highlighting, listings};
    use crate::epub::ContentDocument;
    use concfilter::settings::Captions;

    fn applied(attributes: &str, code: &str) -> String {
        let xml = format!("<pre {attributes}><code>{code}</code></pre>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        listings::apply(&mut document, Captions::Caption, Highlighting::Off);
        document.tree.to_xml()
    }

    #[test]
    fn lines_are_marked_by_any_tools_name() {
        for name in [
            "data-hl_lines=\"2 3\"",
            "data-highlight=\"2-3\"",
            "data-line=\"2,3\"",
            "data-code-line-numbers=\"2-3\"",
            "data-emphasize-lines=\"2,3\"",
        ] {
            let out = applied(name, "a\nb\nc\nd");
            let marked = "marked\">b\n</span><span class=\"line in0 marked\">c\n</span>";
            assert!(out.contains(marked), "{out}");
            assert_eq!(out.matches("marked").count(), 2, "{out}");
            assert!(!out.contains("numberLines"), "{out}");
        }
    }

    #[test]
    fn lines_are_numbered_by_any_tools_name() {
        for (attributes, first) in [
            ("class=\"numberLines\"", 1),
            ("class=\"line-numbers\" data-start=\"4\"", 4),
            ("data-linenos=\"1\"", 1),
            ("data-linenos=\"true\" data-linenostart=\"5\"", 5),
            ("data-linenums=\"7\"", 7),
            ("data-code-line-numbers=\"true\"", 1),
            ("class=\"numberLines\" data-startfrom=\"-2\"", -2),
        ] {
            let out = applied(attributes, "a\nb");
            assert!(out.contains("numberLines\""), "{out}");
            let reset = format!("counter-reset: source-line {}\"", first - 1);
            assert_eq!(out.contains(&reset), first != 1, "{attributes}: {out}");
            assert_eq!(out.contains("counter-reset"), first != 1, "{attributes}: {out}");
        }
        for none in ["data-linenos=\"false\"", "data-start=\"4\"", "class=\"python\""] {
            let out = applied(none, "a\nb");
            assert!(!out.contains("numberLines") && !out.contains("counter"), "{out}");
        }
    }

    #[test]
    fn numbers_count_what_is_not_shown() {
        // The slugline is line 1, tags were lines 2 and 5 of six.
        let out = applied(
            "class=\"python numberLines\" data-file=\"a.py\" data-taken=\"2,5\" data-hl_lines=\"4,6\"",
            "# a.py\nthree\nfour\nsix",
        );
        assert!(out.contains("counter-reset: source-line 2\""), "{out}");
        assert!(out.contains("<span class=\"line in0\">three"), "{out}");
        assert!(out.contains("<span class=\"line in0 marked\">four"), "{out}");
        let six = "<span class=\"line in0 marked\" style=\"counter-increment: source-line 2\">six";
        assert!(out.contains(six) && !out.contains("data-taken"), "{out}");
    }
}
