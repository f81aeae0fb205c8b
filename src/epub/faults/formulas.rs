//! What is wrong with a formula.

use super::attributes::is_wrong;
use super::references::{References, state};
use super::{MarkupFault, PendingElement};
use crate::elements::content::is_phrasing;
use crate::elements::formulas::{
    FormulaContent, holds, is_expression, may_be, may_have, may_hold,
};
use crate::epub::dom::{Document, Kind, NodeId};

/// Looks at a formula; what of HTML stands in it and is to be looked at next.
pub(super) fn formula(
    tree: &Document,
    math: NodeId,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) -> Vec<PendingElement> {
    let mut prose = Vec::new();
    let mut open = vec![math];
    while let Some(node) = open.pop() {
        let Some(name) = tree.name(node) else { continue };
        attributes(tree, node, name, known, faults);
        let Some(inside) = holds(name) else { continue };
        if inside == FormulaContent::Other {
            other(tree, node, faults);
            continue;
        }
        let mut wrong = false;
        for &child in tree.children(node) {
            let fault = match (tree.kind(child), tree.name(child)) {
                (Kind::Text(text), _) if text.trim().is_empty() => continue,
                (Kind::Text(_), _) => {
                    let may_stand = matches!(
                        inside,
                        FormulaContent::Characters
                            | FormulaContent::Prose
                            | FormulaContent::Text
                    );
                    (!may_stand).then_some(MarkupFault::Text)
                }
                (_, Some(inner))
                    if inside == FormulaContent::Prose && is_html(tree, child) =>
                {
                    prose.push(PendingElement { node: child, in_lines: true });
                    (!is_phrasing(inner)).then_some(MarkupFault::Misplaced)
                }
                (_, Some("math" | "svg")) if inside == FormulaContent::Prose => continue,
                (_, Some(inner)) if may_hold(inside, inner) => {
                    open.push(child);
                    None
                }
                (_, Some(inner)) if holds(inner).is_some() => {
                    open.push(child);
                    Some(MarkupFault::Misplaced)
                }
                (_, Some(_)) => Some(MarkupFault::Unknown),
                _ => continue,
            };
            wrong |= fault.is_some();
            faults.extend(fault.map(|fault| (child, fault)));
        }
        // What is misplaced may go, and the number with it.
        let number = if wrong { None } else { number(tree, node, inside) };
        faults.extend(number.map(|wanted| (node, MarkupFault::Parts(wanted))));
    }
    prose
}

/// Whether an element within a formula says that it is one of HTML's.
pub fn is_html(tree: &Document, node: NodeId) -> bool {
    tree.attr(node, "xmlns") == Some("http://www.w3.org/1999/xhtml")
}

/// How many others an element has to hold, where it holds another number (MathML 3, section 3.1.3).
fn number(tree: &Document, node: NodeId, inside: FormulaContent) -> Option<usize> {
    let names: Vec<&str> =
        tree.children(node).iter().filter_map(|&one| tree.name(one)).collect();
    let wrong = |wanted: usize| (names.len() != wanted).then_some(wanted);
    let few = |least: usize| (names.len() < least).then_some(least);
    match inside {
        FormulaContent::Number(wanted) => wrong(wanted),
        FormulaContent::Stack(least) | FormulaContent::Cells(least) => few(least),
        FormulaContent::Expressions if tree.name(node) == Some("maction") => few(1),
        FormulaContent::Meaning => {
            let expressions = names.iter().filter(|name| is_expression(name)).count();
            let is_first = names.first().is_some_and(|name| is_expression(name));
            (expressions != 1 || !is_first).then_some(1)
        }
        FormulaContent::Scripts => {
            let mut parts = names.split(|name| *name == "mprescripts");
            let behind = parts.next().unwrap_or_default();
            let before = parts.next().unwrap_or_default();
            let is_right = behind.first().is_some_and(|first| *first != "none")
                && !behind.len().is_multiple_of(2)
                && before.len().is_multiple_of(2)
                && parts.next().is_none();
            let wanted = behind.len() + usize::from(behind.len().is_multiple_of(2));
            (!is_right).then_some(wanted.max(1))
        }
        _ => None,
    }
}

/// What is wrong with another form of an expression (EPUB 3.3, section 6.1.3.1).
fn other(tree: &Document, node: NodeId, faults: &mut Vec<(NodeId, MarkupFault)>) {
    let encoding = tree.attr(node, "encoding");
    let inside = || tree.children(node).iter().filter(|&&one| tree.name(one).is_some());
    let are_all = |is_one: fn(&str) -> bool| {
        inside().all(|&one| tree.name(one).is_some_and(is_one))
    };
    let is_right = match encoding {
        Some("MathML-Content" | "application/mathml-content+xml") => {
            tree.attr(node, "name") == Some("contentequiv")
        }
        Some(
            "MathML" | "MathML-Presentation" | "application/mathml-presentation+xml",
        ) => are_all(is_expression),
        Some("SVG1.1") => are_all(|name| name == "svg"),
        Some("application/xhtml+xml" | "text/html") | None => inside().all(|&one| {
            is_html(tree, one) || matches!(tree.name(one), Some("math" | "svg"))
        }),
        Some(_) => false,
    };
    if !is_right {
        faults.push((node, MarkupFault::Value("encoding".to_owned())));
    }
}

fn attributes(
    tree: &Document,
    node: NodeId,
    name: &str,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    for (key, value) in tree.attrs(node) {
        let key = &**key;
        let fault = if !may_have(name, key) {
            MarkupFault::Attribute(key.to_owned())
        } else if !may_be(name, key, value)
            || is_wrong(tree, node, key, value)
            || !state(tree, node, key, value, known)
            || (matches!(key, "xref" | "indenttarget") && !known.has(value))
        {
            MarkupFault::Value(key.to_owned())
        } else {
            continue;
        };
        faults.push((node, fault));
    }
    if name == "maction" && tree.attr(node, "actiontype").is_none() {
        faults.push((node, MarkupFault::Needs("actiontype")));
    }
}
