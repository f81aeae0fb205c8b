//! What is wrong with the order of an element's children, and which of them are missing.

use super::MarkupFault;
use crate::epub::dom::{Document, Kind, NodeId};
use std::collections::BTreeSet;

/// A child, and its element's name; none for text.
type Child<'d> = (NodeId, &'d str);

pub(super) fn order(
    tree: &Document,
    node: NodeId,
    name: &str,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) {
    let child = |&child: &NodeId| match tree.kind(child) {
        Kind::Text(text) if !text.trim().is_empty() => Some((child, "")),
        _ => Some((child, tree.name(child)?)),
    };
    // Gathered for the few elements in which order matters.
    let all =
        || -> Vec<Child<'_>> { tree.children(node).iter().filter_map(child).collect() };
    let children = || -> Vec<Child<'_>> {
        all().into_iter().filter(|one| !one.1.is_empty()).collect()
    };
    let mut push = |node, fault| faults.push((node, fault));
    match name {
        "details" => {
            let all = all();
            let first = all.iter().find(|one| !one.1.is_empty());
            if first.is_none_or(|one| one.1 != "summary") {
                push(node, MarkupFault::Lacks("summary"));
            }
            only_first(&all, "summary", &mut push);
        }
        "figure" => caption(&all(), &mut push),
        "fieldset" => only_first(&all(), "legend", &mut push),
        "table" => table(&children(), &mut push),
        "dl" | "div" => terms(node, name, &children(), &mut push),
        "audio" | "video" => {
            if tree.attr(node, "src").is_some() {
                // Browsers never come to them.
                for (child, _) in children().iter().filter(|one| one.1 == "source") {
                    push(*child, MarkupFault::Misplaced);
                }
            } else {
                leading(&all(), &["source", "track"], &mut push);
            }
        }
        "object" => leading(&all(), &["param"], &mut push),
        "picture" => {
            let children = children();
            if !children.iter().any(|one| one.1 == "img") {
                push(node, MarkupFault::Lacks("img"));
            }
            leading(&children, &["source", "img"], &mut push);
        }
        "hgroup" => {
            let children = children();
            let is_heading = |one: &&Child<'_>| crate::elements::is_heading(one.1);
            let mut headings = children.iter().filter(is_heading);
            if headings.next().is_none() {
                push(node, MarkupFault::Lacks("h1"));
            }
            headings.for_each(|(child, _)| push(*child, MarkupFault::Order));
        }
        "ruby" => ruby(node, &all(), &mut push),
        _ => {}
    }
}

/// An element that comes first, or not at all.
fn only_first(
    children: &[Child<'_>],
    name: &str,
    push: &mut impl FnMut(NodeId, MarkupFault),
) {
    for (child, _) in children.iter().skip(1).filter(|one| one.1 == name) {
        push(*child, MarkupFault::Order);
    }
}

/// Elements that stand before all others, in this order.
fn leading(
    children: &[Child<'_>],
    names: &[&str],
    push: &mut impl FnMut(NodeId, MarkupFault),
) {
    let rank = |name: &str| names.iter().position(|one| *one == name);
    let mut highest = 0;
    for &(child, name) in children.iter().filter(|one| one.1 != "script") {
        match rank(name) {
            Some(own) if own < highest => push(child, MarkupFault::Order),
            Some(own) => highest = own,
            None => highest = names.len(),
        }
    }
}

/// A figure's caption comes first or last.
fn caption(children: &[Child<'_>], push: &mut impl FnMut(NodeId, MarkupFault)) {
    let last = children.len().saturating_sub(1);
    let mut captions =
        children.iter().enumerate().filter(|(_, one)| one.1 == "figcaption");
    let first = captions.next();
    if let Some((_, (child, _))) = first.filter(|(at, _)| *at != 0 && *at != last) {
        push(*child, MarkupFault::Order);
    }
    captions.for_each(|(_, (child, _))| push(*child, MarkupFault::Order));
}

/// Each part of a text has its reading behind it, in parentheses for old browsers or without (HTML,
/// section 4.5.10).
fn ruby(
    node: NodeId,
    children: &[Child<'_>],
    push: &mut impl FnMut(NodeId, MarkupFault),
) {
    let is_reading = |one: Option<&Child<'_>>| {
        one.is_some_and(|(_, name)| matches!(*name, "rt" | "rtc"))
    };
    let is_parenthesis = |one: Option<&Child<'_>>| one.is_some_and(|one| one.1 == "rp");
    for (at, (child, _)) in children.iter().enumerate().filter(|(_, one)| one.1 == "rp") {
        // Between two readings, one closes and opens.
        let opens =
            is_reading(children.get(at + 1)) && is_parenthesis(children.get(at + 2));
        let before = at.checked_sub(1).and_then(|at| children.get(at));
        let closes = is_reading(before)
            && at.checked_sub(2).is_some_and(|at| is_parenthesis(children.get(at)));
        if !opens && !closes {
            push(*child, MarkupFault::Order);
        }
    }
    let last = children.iter().rev().find(|one| one.1 != "rp");
    if !is_reading(last) {
        push(node, MarkupFault::Lacks("rt"));
    }
}

/// Parts of a table have their order (HTML, section 4.9.1).
fn table(children: &[(NodeId, &str)], push: &mut impl FnMut(NodeId, MarkupFault)) {
    let rank = |name| match name {
        "caption" => 0,
        "colgroup" => 1,
        "thead" => 2,
        "tbody" | "tr" => 3,
        "tfoot" => 4,
        _ => 5,
    };
    let mut highest = 0;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for &(child, name) in children {
        let own = rank(name);
        if own == 5 {
            continue;
        }
        let is_second =
            matches!(name, "caption" | "thead" | "tfoot") && seen.contains(name);
        let is_mixed = (name == "tr" && seen.contains("tbody"))
            || (name == "tbody" && seen.contains("tr"));
        if own < highest || is_second || is_mixed {
            push(child, MarkupFault::Order);
        } else {
            highest = own;
        }
        seen.insert(name);
    }
}

/// Each group of a list of terms has terms, and then descriptions.
fn terms(
    node: NodeId,
    name: &str,
    children: &[(NodeId, &str)],
    push: &mut impl FnMut(NodeId, MarkupFault),
) {
    let is_term = |name: &str| matches!(name, "dt" | "dd");
    if name == "div" && !children.iter().any(|one| is_term(one.1)) {
        return;
    }
    let mut before = "";
    for &(child, name) in children.iter().filter(|one| is_term(one.1)) {
        if name == "dd" && before.is_empty() {
            push(child, MarkupFault::Order);
        }
        before = name;
    }
    if before == "dt" {
        push(node, MarkupFault::Lacks("dd"));
    }
}
