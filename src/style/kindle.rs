//! Puts into the text what Kindle would lose, for it has no generated text, no fields and no flexible boxes.
//!
//! ```text
//! <pre class="numberLines"><code><span class="line in0">a   the number stands in the line: 1 a
//! <li><input type="checkbox" checked="" />done              <li>☑ done
//! <div class="column" style="width: 50%">                   columns stand under each other, in full width
//! ```

use super::lines::{DEEPEST, TAB};
use crate::css::kindle_shows;
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};

/// The class of a number that stands in its line.
const NUMBER: &str = "number";

/// The class of a listing whose numbers stand in its lines.
const NUMBERED: &str = "numbered";

/// Changes a document for Kindle.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &mut document.tree;
    let all: Vec<NodeId> = tree.descendants(tree.root()).collect();
    let mut changed = false;
    for &node in &all {
        match tree.local_name(node) {
            Some("pre") => changed |= listing(tree, node),
            Some("input") if tree.attr(node, "type") == Some("checkbox") => {
                tick(tree, node);
                changed = true;
            }
            Some("div") if tree.has_class(node, "column") => {
                changed |= reduce_style(tree, node, |property| property != "width");
            }
            _ => {}
        }
    }
    document.changed |= changed;
}

/// Writes the numbers of a listing's lines into them, and blanks for its tabs.
fn listing(tree: &mut Document, pre: NodeId) -> bool {
    let code =
        tree.children(pre).iter().copied().find(|&one| tree.name(one) == Some("code"));
    let mut changed = expand_tabs(tree, code.unwrap_or(pre));
    let Some(code) = code else { return changed };
    for class in ["numberLines", "number-lines"] {
        if tree.has_class(pre, class) {
            let classes = tree.attr(pre, "class").unwrap_or_default();
            let classes = classes.replace(class, NUMBERED);
            tree.set_attr(pre, "class", classes);
            number(tree, code);
            changed = true;
        }
    }
    changed
}

/// Writes a number into each line of a listing.
fn number(tree: &mut Document, code: NodeId) {
    let mut last = counter(tree, code, "counter-reset").unwrap_or(0);
    reduce_style(tree, code, |_| true);
    let lines: Vec<NodeId> = tree
        .children(code)
        .iter()
        .copied()
        .filter(|&line| tree.has_class(line, "line"))
        .collect();
    let mut numbers = Vec::new();
    for &line in &lines {
        last += counter(tree, line, "counter-increment").unwrap_or(1);
        numbers.push(last.to_string());
        reduce_style(tree, line, |_| true);
    }
    let width = numbers.iter().map(String::len).max().unwrap_or_default();
    for (&line, number) in lines.iter().zip(numbers) {
        let span = tree.create_element("span", &[("class", NUMBER)]);
        let text = tree.create(Kind::Text(format!("{number:>width$}  ")));
        tree.append(span, text);
        tree.insert(line, 0, span);
        hang_behind(tree, line, width + 2);
    }
}

/// What wraps of a line hangs behind its number as well.
fn hang_behind(tree: &mut Document, line: NodeId, width: usize) {
    let deeper = |class: &str| {
        let depth =
            class.strip_prefix("in").and_then(|depth| depth.parse::<usize>().ok());
        depth.map_or_else(
            || class.to_owned(),
            |depth| format!("in{}", (depth + width).min(DEEPEST)),
        )
    };
    let classes: Vec<String> = tree.classes(line).map(deeper).collect();
    tree.set_attr(line, "class", classes.join(" "));
}

/// The number that a counter of an element's style has: `counter-reset: source-line 4`.
fn counter(tree: &Document, node: NodeId, property: &str) -> Option<i64> {
    let (_, value) = tree.attr(node, "style")?.split_once(property)?;
    let value = value.split(';').next()?;
    value.split_ascii_whitespace().next_back()?.parse().ok()
}

/// Takes the declarations off an element that Kindle does not show, and those that `keep` names none of;
/// whether there were any.
fn reduce_style(tree: &mut Document, node: NodeId, keep: impl Fn(&str) -> bool) -> bool {
    let Some(style) = tree.attr(node, "style") else { return false };
    let kept: Vec<&str> = style
        .split(';')
        .map(str::trim)
        .filter(|one| {
            let (property, value) = one.split_once(':').unwrap_or((one, ""));
            let property = property.trim().to_ascii_lowercase();
            kindle_shows(&property, value) && keep(&property)
        })
        .collect();
    let kept = kept.join("; ");
    let changed = kept != style;
    if kept.is_empty() {
        tree.remove_attr(node, "style");
    } else if changed {
        tree.set_attr(node, "style", kept);
    }
    changed
}

/// Puts a sign in the place of a box to tick.
fn tick(tree: &mut Document, node: NodeId) {
    let sign = if tree.attr(node, "checked").is_some() { "☑ " } else { "☐ " };
    let text = tree.create(Kind::Text(sign.to_owned()));
    tree.replace(node, text);
}

/// Writes as many blanks as each tab of a listing stands for: Kindle knows one width of tabs only, and not
/// ours.
fn expand_tabs(tree: &mut Document, code: NodeId) -> bool {
    let has_tabs = |&node: &NodeId| matches!(tree.kind(node), Kind::Text(text) if text.contains('\t'));
    let marked: Vec<NodeId> = tree.descendants(code).filter(has_tabs).collect();
    for text in marked {
        tree.open_marks(text);
    }
    let texts: Vec<NodeId> = tree
        .descendants(code)
        .filter(|&node| matches!(tree.kind(node), Kind::Text(_)))
        .collect();
    let mut column = 0;
    let mut changed = false;
    for node in texts {
        let Kind::Text(text) = tree.kind(node) else { continue };
        let mut out = String::with_capacity(text.len());
        let has_tabs = text.contains('\t');
        for c in text.chars() {
            match c {
                '\t' => {
                    let width = TAB - column % TAB;
                    out.extend(std::iter::repeat_n(' ', width));
                    column += width;
                }
                '\n' => {
                    out.push(c);
                    column = 0;
                }
                _ => {
                    out.push(c);
                    column += 1;
                }
            }
        }
        if has_tabs {
            let new = tree.create(Kind::Text(out));
            tree.replace(node, new);
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(xml: &str) -> String {
        let mut document = ContentDocument::of("a.xhtml", xml);
        apply(&mut document);
        let out = document.tree.to_xml();
        document.changed = false;
        apply(&mut document);
        assert!(!document.changed && document.tree.to_xml() == out, "{out}");
        out
    }

    #[test]
    fn numbers_stand_in_their_lines() {
        let out = applied(
            "<pre class=\"c numberLines\"><code style=\"counter-reset: source-line 8\">\
             <span class=\"line in0\">a\n</span><span class=\"line in2 marked\" \
             style=\"counter-increment: source-line 3\">  b</span></code></pre>",
        );
        assert_eq!(
            out,
            "<pre class=\"c numbered\"><code><span class=\"line in4\"><span class=\"number\"> 9  \
             </span>a\n</span><span class=\"line in6 marked\"><span class=\"number\">12  \
             </span>  b</span></code></pre>"
        );
    }

    #[test]
    fn fields_columns_and_tabs_are_text() {
        for (xml, wanted) in [
            (
                "<li><input type=\"checkbox\" checked=\"\" disabled=\"\"/>a</li>",
                "<li>☑ a</li>",
            ),
            (
                "<li><label><input type=\"checkbox\"/>a</label></li>",
                "<li><label>☐ a</label></li>",
            ),
            (
                "<div class=\"column\" style=\"width:50%; color: red\">a</div>",
                "<div class=\"column\" style=\"color: red\">a</div>",
            ),
            (
                "<div class=\"column\" style=\"width:50%;\">a</div>",
                "<div class=\"column\">a</div>",
            ),
            (
                "<pre><code>a<b>\tb\n\t</b> \tc</code></pre>",
                "<pre><code>a<b>   b\n    </b>    c</code></pre>",
            ),
        ] {
            let out = applied(xml);
            assert_eq!(out.replace(" />", "/>"), wanted);
        }
    }
}
