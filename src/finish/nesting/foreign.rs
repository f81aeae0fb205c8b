//! Formulas and vector images that do not keep to their own grammars.
//!
//! ```text
//! <mrow>a</mrow>                    becomes   <mrow><mtext>a</mtext></mrow>
//! <mtable><mi>a</mi></mtable>       becomes   <mtable><mtr><mtd><mi>a</mi></mtd></mtr></mtable>
//! <mi mathcolor="orange">a</mi>     becomes   <mi style="color: orange">a</mi>
//! ```

use super::super::markup::add_style;
use super::{attributes, wrap, wrap_one};
use crate::elements::content::is_phrasing;
use crate::elements::formulas::{FormulaContent, holds, is_expression, is_name};
use crate::elements::is_element;
use crate::elements::style::are_declarations;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::faults::{MarkupFault, References, is_html};

/// Whether a node is a formula or a vector image, or stands in one and not in HTML within it.
pub(super) fn is_foreign(tree: &Document, node: NodeId) -> bool {
    is_in(tree, node, "math") || is_in(tree, node, "svg")
}

fn is_in(tree: &Document, node: NodeId, outer: &str) -> bool {
    for one in std::iter::once(node).chain(tree.ancestors(node)) {
        match tree.name(one) {
            Some(name) if name == outer => return true,
            Some("body") => return false,
            Some(_) if one != node && is_html(tree, one) => return false,
            _ => {}
        }
    }
    false
}

pub(super) fn repair(
    tree: &mut Document,
    node: NodeId,
    fault: &MarkupFault,
    known: &References,
) -> bool {
    let in_math = is_in(tree, node, "math");
    match fault {
        MarkupFault::Value(key) if in_math => value(tree, node, key, known),
        MarkupFault::Value(key) => attributes::value(tree, node, key, known),
        // It shows one part of several, the first unless a program tells otherwise.
        MarkupFault::Needs("actiontype") => tree.set_attr(node, "actiontype", "toggle"),
        MarkupFault::Text if in_math => text(tree, node),
        MarkupFault::Parts(wanted) => parts(tree, node, *wanted),
        MarkupFault::Misplaced if in_math => return misplaced(tree, node),
        MarkupFault::Unknown if in_math => return unknown(tree, node),
        MarkupFault::Unknown => return html(tree, node),
        MarkupFault::Misplaced => tree.unwrap(node),
        _ => return false,
    }
    true
}

/// What a node's parent holds.
fn parent_holds(tree: &Document, node: NodeId) -> Option<(NodeId, FormulaContent)> {
    let parent = tree.parent(node)?;
    Some((parent, holds(tree.name(parent)?)?))
}

/// Does without a value that is none; colors that MathML does not know, CSS does.
fn value(tree: &mut Document, node: NodeId, key: &str, known: &References) {
    let text = tree.attr(node, key).unwrap_or_default().to_owned();
    match key {
        "style" => return attributes::value(tree, node, key, known),
        // What stands in it, readers do not show.
        "encoding" if tree.name(node) == Some("annotation-xml") => {
            return tree.detach(node);
        }
        "class" | "epub:type" => {
            let kept: Vec<&str> =
                text.split_ascii_whitespace().filter(|one| is_name(one)).collect();
            if !kept.is_empty() {
                return tree.set_attr(node, key, kept.join(" "));
            }
        }
        "mathcolor" | "color" | "mathbackground" | "background" => {
            let is_background = key.ends_with("background");
            let property = if is_background { "background-color" } else { "color" };
            let style = format!("{property}: {}", text.trim());
            if !text.trim().is_empty() && are_declarations(&style) {
                add_style(tree, node, &style);
            }
        }
        _ => {}
    }
    tree.remove_attr(node, key);
}

/// Puts characters into an element that may hold them.
fn text(tree: &mut Document, node: NodeId) {
    let Some((parent, inside)) = parent_holds(tree, node) else { return };
    match inside {
        FormulaContent::Rows => wrap_all(tree, node, &["mtr", "mtd", "mtext"]),
        FormulaContent::Cells(_) => wrap_all(tree, node, &["mtd", "mtext"]),
        FormulaContent::Nothing => tree.rename(parent, "mtext"),
        _ => wrap_one(tree, node, "mtext"),
    }
}

/// Wraps a node into elements, the first outermost.
fn wrap_all(tree: &mut Document, node: NodeId, names: &[&str]) {
    let mut inner = node;
    for name in names.iter().rev() {
        wrap_one(tree, inner, name);
        inner = tree.parent(inner).unwrap_or(inner);
    }
}

/// Gives a part of a formula as many others as it has to hold; one that holds more is a row.
fn parts(tree: &mut Document, node: NodeId, wanted: usize) {
    let elements: Vec<NodeId> = tree
        .children(node)
        .iter()
        .copied()
        .filter(|&one| tree.name(one).is_some())
        .collect();
    let name = tree.name(node).unwrap_or_default();
    let filler = match holds(name) {
        Some(FormulaContent::Cells(_)) => "mtd",
        Some(FormulaContent::Meaning) => return meaning(tree, node, &elements),
        Some(FormulaContent::Scripts) => return scripts(tree, node, &elements),
        _ => "mrow",
    };
    if elements.len() > wanted {
        tree.rename(node, "mrow");
    }
    for _ in elements.len()..wanted {
        let empty = tree.create_element(filler, &[]);
        tree.append(node, empty);
    }
}

/// One expression comes first, and what it means behind it.
fn meaning(tree: &mut Document, node: NodeId, elements: &[NodeId]) {
    let row = tree.create_element("mrow", &[]);
    for &one in elements {
        if tree.name(one).is_some_and(is_expression) {
            tree.append(row, one);
        }
    }
    tree.insert(node, 0, row);
}

/// Scripts come in pairs, around an expression and before it.
fn scripts(tree: &mut Document, node: NodeId, elements: &[NodeId]) {
    let empty = |tree: &mut Document| tree.create_element("none", &[]);
    let is_border = |one: &&NodeId| tree.name(**one) == Some("mprescripts");
    let borders: Vec<NodeId> = elements.iter().filter(is_border).copied().collect();
    for &more in borders.iter().skip(1) {
        tree.detach(more);
    }
    let is_first =
        elements.first().is_some_and(|&one| tree.name(one).is_some_and(is_expression));
    if !is_first {
        let row = tree.create_element("mrow", &[]);
        tree.insert(node, 0, row);
        return;
    }
    let border = borders.first().copied();
    let behind = elements.iter().take_while(|one| Some(**one) != border).count();
    let before = elements.len() - behind - borders.len();
    if behind.is_multiple_of(2) {
        let at = border
            .and_then(|border| tree.children(node).iter().position(|&one| one == border));
        let none = empty(tree);
        tree.insert(node, at.unwrap_or(usize::MAX), none);
    }
    if !before.is_multiple_of(2) {
        let none = empty(tree);
        tree.append(node, none);
    }
}

/// Puts a part of a formula where it may stand, or makes one of it that may stand there.
fn misplaced(tree: &mut Document, node: NodeId) -> bool {
    if is_html(tree, node) {
        tree.unwrap(node);
        return true;
    }
    let Some((parent, inside)) = parent_holds(tree, node) else { return false };
    let name = tree.name(node).unwrap_or_default().to_owned();
    match (&*name, inside) {
        ("annotation" | "annotation-xml" | "mprescripts", _) => tree.detach(node),
        (_, FormulaContent::Text) => flatten(tree, parent),
        ("mtd", FormulaContent::Rows) => wrap(tree, node, &["mtd"], "mtr"),
        ("mtr" | "mlabeledtr", FormulaContent::Cells(_)) => tree.unwrap(node),
        ("mtr" | "mlabeledtr", FormulaContent::Expressions) => {
            wrap(tree, node, &["mtr", "mlabeledtr"], "mtable");
        }
        ("mglyph", FormulaContent::Expressions | FormulaContent::Number(_)) => {
            wrap_one(tree, node, "mtext");
        }
        (_, FormulaContent::Rows) => wrap_all(tree, node, &["mtr", "mtd"]),
        (_, FormulaContent::Cells(_)) => wrap_one(tree, node, "mtd"),
        (
            _,
            FormulaContent::Characters | FormulaContent::Prose | FormulaContent::Nothing,
        ) => {
            tree.rename(parent, "mrow");
        }
        _ => tree.rename(node, "mrow"),
    }
    true
}

/// Leaves the characters of all that an element holds.
fn flatten(tree: &mut Document, node: NodeId) {
    let text = tree.text(node);
    tree.set_text(node, &text);
}

/// Makes a part of a formula of an element that is none; what says what a formula means, and not how
/// it looks, is left for the author.
fn unknown(tree: &mut Document, node: NodeId) -> bool {
    let Some((parent, inside)) = parent_holds(tree, node) else { return false };
    let name = tree.name(node).unwrap_or_default().to_owned();
    let in_lines = is_phrasing(&name);
    let has_text = |&one: &NodeId| matches!(tree.kind(one), Kind::Text(text) if !text.trim().is_empty());
    let children = tree.children(node).to_vec();
    let holds_text = children.iter().any(has_text);
    let names: Vec<&str> = children.iter().filter_map(|&one| tree.name(one)).collect();
    let are_expressions = names.iter().all(|name| is_expression(name));
    match inside {
        FormulaContent::Text => flatten(tree, parent),
        FormulaContent::Prose if in_lines => {
            tree.set_attr(node, "xmlns", "http://www.w3.org/1999/xhtml");
        }
        FormulaContent::Characters | FormulaContent::Prose | FormulaContent::Nothing => {
            tree.unwrap(node);
        }
        _ if name == "ci" && names.is_empty() => tree.rename(node, "mi"),
        _ if name == "cn" && names.is_empty() => tree.rename(node, "mn"),
        _ if in_lines => wrap_one(tree, node, "mtext"),
        _ if names.is_empty() && holds_text => tree.rename(node, "mtext"),
        _ if !names.is_empty() && are_expressions => tree.rename(node, "mrow"),
        _ => return false,
    }
    true
}

/// HTML within a vector image has to say that it is.
fn html(tree: &mut Document, node: NodeId) -> bool {
    let Some(parent) = tree.parent(node) else { return false };
    let name = tree.name(node).unwrap_or_default();
    if tree.name(parent) == Some("title") {
        flatten(tree, parent);
        return true;
    }
    let is_one = is_element(name);
    if is_one {
        tree.set_attr(node, "xmlns", "http://www.w3.org/1999/xhtml");
    }
    is_one
}

#[cfg(test)]
mod tests {
    use super::super::tests::mended;

    #[test]
    fn formulas_keep_to_their_grammar() {
        for (wrong, right) in [
            ("<mrow>a</mrow>", "<mrow><mtext>a</mtext></mrow>"),
            (
                "<mtable><mi>a</mi><mtd><mi>b</mi></mtd></mtable>",
                "<mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>",
            ),
            ("<mtr><mtd /></mtr>", "<mtable><mtr><mtd></mtd></mtr></mtable>"),
            ("<mi><mi>a</mi></mi>", "<mrow><mi>a</mi></mrow>"),
            (
                "<mtext>a <b>c</b></mtext>",
                "<mtext>a <b xmlns=\"http://www.w3.org/1999/xhtml\">c</b></mtext>",
            ),
            ("<mi>a<b>c</b></mi>", "<mi>ac</mi>"),
            ("<annotation>x</annotation><mi>a</mi>", "<mi>a</mi>"),
            ("<mi mathcolor=\"orange\">a</mi>", "<mi style=\"color: orange\">a</mi>"),
            ("<mo stretchy=\"yes\" foo=\"a\">+</mo>", "<mo>+</mo>"),
            (
                "<maction><mi>a</mi></maction>",
                "<maction actiontype=\"toggle\"><mi>a</mi></maction>",
            ),
            ("<mfrac><mi>a</mi></mfrac>", "<mfrac><mi>a</mi><mrow></mrow></mfrac>"),
            (
                "<semantics><mi>a</mi><mi>b</mi><annotation>c</annotation></semantics>",
                "<semantics><mrow><mi>a</mi><mi>b</mi></mrow><annotation>c</annotation></semantics>",
            ),
            (
                "<mmultiscripts><mi>a</mi><mi>b</mi></mmultiscripts>",
                "<mmultiscripts><mi>a</mi><mi>b</mi><none></none></mmultiscripts>",
            ),
            ("<msub>a<mi>b</mi></msub>", "<msub><mtext>a</mtext><mi>b</mi></msub>"),
            ("<foo><mi>a</mi></foo>", "<mrow><mi>a</mi></mrow>"),
            ("<ci>a</ci>", "<mi>a</mi>"),
        ] {
            let inside = mended(&format!("<math>{wrong}</math>"));
            assert_eq!(inside, format!("<math>{right}</math>"), "{wrong}");
        }
    }

    #[test]
    fn vector_images_keep_to_what_an_epub_asks() {
        for (wrong, right) in [
            ("<defs epub:type=\"x\" />", "<defs></defs>"),
            ("<g id=\"a b\" aria-labelledby=\"c\" />", "<g></g>"),
            (
                "<foreignObject><p>a</p></foreignObject>",
                "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">a</p></foreignObject>",
            ),
            ("<title>a <b>c</b></title>", "<title>a c</title>"),
        ] {
            let inside = mended(&format!("<svg>{wrong}</svg>"));
            assert_eq!(inside, format!("<svg>{right}</svg>"), "{wrong}");
        }
    }
}
