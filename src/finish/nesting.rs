//! Markup that stands where it may not, as raw HTML leaves it: put where it belongs, or made into
//! what may stand there. Nothing that a reader sees goes. What is wrong still, `check` tells.
//!
//! ```text
//! <li>a</li>                            becomes   <ul><li>a</li></ul>
//! <details>a</details>                  becomes   <details><summary>Details</summary>a</details>
//! <b><p>a</p></b>                       becomes   <div style="font-weight: bold"><p>a</p></div>
//! <p onclick="f()" align="left">a</p>   becomes   <p>a</p>
//! ```

mod attributes;
mod foreign;

use super::Repair;
use super::markup::add_style;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::elements::content::{Content, content, is_flow_only};
use crate::elements::is_heading;
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};
use crate::epub::faults::{MarkupFault, References, markup_faults};
use crate::finding::{Code, Finding};
use std::collections::{HashMap, HashSet};

/// One mend may make room for the next; more rounds than this, none needs.
const ROUNDS: usize = 12;

/// Elements that set text within lines, and the style that does so in a block.
const LOOKS: &[(&str, &str)] = &[
    ("b", "font-weight: bold"),
    ("code", "font-family: monospace"),
    ("em", "font-style: italic"),
    ("i", "font-style: italic"),
    ("kbd", "font-family: monospace"),
    ("pre", "font-family: monospace; white-space: pre-wrap"),
    ("s", "text-decoration: line-through"),
    ("samp", "font-family: monospace"),
    ("small", "font-size: smaller"),
    ("strong", "font-weight: bold"),
    ("u", "text-decoration: underline"),
];

pub(super) fn apply(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    let first = markup_faults(&document.tree);
    let Some(&(node, _)) = first.first() else { return };
    let place = context.epub.place_at(&document.path, document.tree.offset(node));
    let mended = in_document(document, first);
    outcome.repairs.add(Repair::Markup, mended);
    if mended > 0 {
        let what =
            if mended == 1 { "one place".to_owned() } else { format!("{mended} places") };
        let message =
            format!("{what} with markup that an ePub may not hold there, put right");
        outcome.findings.push(
            Finding::new(Code::HtmlModernised, place, message)
                .hint("Look for raw HTML in the chapter"),
        );
    }
}

/// Mends a document; how many faults there were.
fn in_document(
    document: &mut ContentDocument,
    mut faults: Vec<(NodeId, MarkupFault)>,
) -> usize {
    let tree = &mut document.tree;
    let mut total = 0;
    for _ in 0..ROUNDS {
        let mut mended = 0;
        let around = |tree: &Document, node| {
            let parent = tree.parent(node);
            (parent, parent.and_then(|parent| tree.name(parent)).map(str::to_owned))
        };
        let placed: Vec<_> = faults
            .into_iter()
            .map(|(node, fault)| (node, fault, around(tree, node)))
            .collect();
        let mut round = Round::of(References::of(tree));
        // A mend may have taken it out, or have put it elsewhere.
        let is_there = |tree: &Document, node, before: &_| {
            tree.ancestors(node).last() == Some(tree.root())
                && around(tree, node) == *before
        };
        for of_one in placed.chunk_by(|one, other| one.0 == other.0) {
            let (node, _, before) = &of_one[0];
            if is_there(tree, *node, before) {
                mended += strip(tree, *node, of_one.iter().map(|(_, fault, _)| fault));
            }
            let others = of_one.iter().filter(|(_, fault, _)| unwanted(fault).is_none());
            for (node, fault, before) in others {
                if is_there(tree, *node, before) {
                    mended += usize::from(repair(tree, *node, fault, &mut round));
                }
            }
        }
        total += mended;
        document.changed |= mended > 0;
        if mended == 0 {
            break;
        }
        faults = markup_faults(tree);
    }
    total
}

/// What a round of mends knows, so that nothing is looked for once a fault: an element may hold very many.
struct Round {
    /// What the document held before it.
    known: References,
    /// How many children of a name an element has, where that was asked for.
    counts: HashMap<(NodeId, &'static str), usize>,
    /// Elements whose sources and tracks come first by now.
    led: HashSet<NodeId>,
}

impl Round {
    fn of(known: References) -> Self {
        Self { known, counts: HashMap::new(), led: HashSet::new() }
    }

    /// How many children of that name a parent has.
    fn count(
        &mut self,
        tree: &Document,
        parent: NodeId,
        name: &'static str,
    ) -> &mut usize {
        self.counts.entry((parent, name)).or_insert_with(|| {
            let named = |one: &&NodeId| tree.name(**one) == Some(name);
            tree.children(parent).iter().filter(named).count()
        })
    }
}

/// The attribute that an element may not have, where that is what is wrong.
fn unwanted(fault: &MarkupFault) -> Option<&str> {
    match fault {
        MarkupFault::Attribute(key) | MarkupFault::Handler(key) => Some(key),
        _ => None,
    }
}

/// Takes the attributes that may not be there off an element, all at once, for there may be very many; how many
/// faults that were.
fn strip<'f>(
    tree: &mut Document,
    node: NodeId,
    faults: impl Iterator<Item = &'f MarkupFault>,
) -> usize {
    let (mut number, mut keys) = (0, HashSet::new());
    for key in faults.filter_map(unwanted) {
        number += 1;
        keys.insert(key);
    }
    if number > 0 {
        tree.retain_attrs(node, |key, _| !keys.contains(key));
    }
    number
}

fn repair(
    tree: &mut Document,
    node: NodeId,
    fault: &MarkupFault,
    round: &mut Round,
) -> bool {
    if foreign::is_foreign(tree, node) {
        return foreign::repair(tree, node, fault, &round.known);
    }
    match fault {
        MarkupFault::Misplaced => misplaced(tree, node),
        MarkupFault::Text => text(tree, node),
        MarkupFault::Unknown | MarkupFault::Parts(_) => return false,
        MarkupFault::Within(outer) => within(tree, node, outer),
        MarkupFault::Order => order(tree, node, round),
        MarkupFault::Lacks(name) => lacks(tree, node, name),
        MarkupFault::Outside(_) => tree.detach(node),
        MarkupFault::Needs(name) => attributes::needs(tree, node, name),
        MarkupFault::Attribute(_) | MarkupFault::Handler(_) => return false,
        // Without its state, a role says what is not so.
        MarkupFault::State(_) => tree.remove_attr(node, "role"),
        MarkupFault::Value(key) => attributes::value(tree, node, key, &round.known),
    }
    true
}

/// Puts an element where it may stand, or makes one of it that may stand there.
fn misplaced(tree: &mut Document, node: NodeId) {
    let Some(parent) = tree.parent(node) else { return };
    let name = tree.name(node).unwrap_or_default().to_owned();
    let outer = tree.name(parent).unwrap_or_default().to_owned();
    if outer == "head" {
        // Nobody sees it there.
        return tree.detach(node);
    }
    match &*name {
        "meta" | "base" | "title" | "head" | "link" | "style" | "source" | "track"
        | "param" | "frame" => tree.detach(node),
        "html" | "body" | "option" | "optgroup" | "rb" | "rp" | "rt" | "rtc"
        | "frameset" | "legend" => tree.unwrap(node),
        "summary" | "figcaption" => {
            let block = content(&outer) == Some(Content::Flow);
            tree.rename(node, if block { "div" } else { "span" });
        }
        "li" => wrap(tree, node, &["li"], "ul"),
        "dt" | "dd" => wrap(tree, node, &["dt", "dd"], "dl"),
        "td" | "th" => wrap(tree, node, &["td", "th"], "tr"),
        "tr" | "thead" | "tbody" | "tfoot" | "caption" | "colgroup" => {
            let parts = ["tr", "thead", "tbody", "tfoot", "caption", "colgroup"];
            match &*outer {
                // A table's parts do not nest.
                "tr" | "thead" | "tbody" | "tfoot" => tree.unwrap(node),
                _ => wrap(tree, node, &parts, "table"),
            }
        }
        "col" => wrap(tree, node, &["col"], "colgroup"),
        _ => in_parent(tree, node, &name, parent, &outer),
    }
}

/// Makes room in the parent for an element that is right in itself.
fn in_parent(tree: &mut Document, node: NodeId, name: &str, parent: NodeId, outer: &str) {
    match outer {
        "ul" | "ol" | "menu" => match before(tree, node, "li") {
            Some(item) if matches!(name, "ul" | "ol") => tree.append(item, node),
            _ => wrap_one(tree, node, "li"),
        },
        "dl" => wrap_one(tree, node, "dd"),
        "tr" => wrap_one(tree, node, "td"),
        "table" | "thead" | "tbody" | "tfoot" | "colgroup" => before_table(tree, node),
        "hgroup" => tree.rename(parent, "div"),
        "time" => tree.rename(parent, "span"),
        "iframe" | "textarea" | "option" | "title" => tree.detach(node),
        heading if is_heading(heading) || heading == "summary" || heading == "legend" => {
            in_heading(tree, node, name, parent);
        }
        _ if is_flow_only(name) => holder(tree, parent),
        _ => tree.unwrap(node),
    }
}

/// The element before a node, where it has that name.
fn before(tree: &Document, node: NodeId, name: &str) -> Option<NodeId> {
    let siblings = tree.children(tree.parent(node)?);
    let at = siblings.iter().position(|&one| one == node)?;
    let found = siblings[..at].iter().rev().find(|&&one| tree.name(one).is_some())?;
    (tree.name(*found) == Some(name)).then_some(*found)
}

/// A heading holds lines; what is a block of text is one in it, and the rest stands behind it.
fn in_heading(tree: &mut Document, node: NodeId, name: &str, heading: NodeId) {
    let is_text = matches!(
        name,
        "p" | "div"
            | "section"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "article"
            | "blockquote"
            | "address"
            | "nav"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    );
    if is_text || tree.name(heading) != Some("summary") && name == "figure" {
        tree.rename(node, "span");
        return;
    }
    let Some(parent) = tree.parent(heading) else { return };
    let at = tree.children(parent).iter().position(|&one| one == heading);
    tree.insert(parent, at.map_or(0, |at| at + 1), node);
}

/// Makes a block of an element that stands for lines, or of the one around it that decides.
fn holder(tree: &mut Document, parent: NodeId) {
    let mut holder = parent;
    while let Some(Content::Transparent(_)) = tree.name(holder).and_then(content) {
        let Some(outer) = tree.parent(holder) else { return };
        holder = outer;
    }
    let name = tree.name(holder).unwrap_or_default();
    if let Some((_, style)) = LOOKS.iter().find(|(one, _)| *one == name) {
        add_style(tree, holder, style);
    }
    tree.rename(holder, "div");
}

/// Puts an element and those behind it with such names into a new one.
fn wrap(tree: &mut Document, node: NodeId, names: &[&str], holder: &str) {
    let Some(parent) = tree.parent(node) else { return };
    let Some(at) = tree.position(node) else { return };
    let siblings = tree.children(parent);
    let belongs = |one: NodeId| tree.name(one).is_some_and(|name| names.contains(&name));
    let is_space = |one: NodeId| match tree.kind(one) {
        Kind::Text(text) => text.trim().is_empty(),
        Kind::Comment(_) => true,
        _ => false,
    };
    let run = siblings[at..].iter().copied();
    let mut run: Vec<NodeId> =
        run.take_while(|&one| belongs(one) || is_space(one)).collect();
    while run.last().is_some_and(|&last| !belongs(last)) {
        run.pop();
    }
    let new = tree.create_element(holder, &[]);
    tree.insert(parent, at, new);
    for one in run {
        tree.append(new, one);
    }
}

fn wrap_one(tree: &mut Document, node: NodeId, holder: &str) {
    let new = tree.create_element(holder, &[]);
    tree.replace(node, new);
    tree.append(new, node);
}

/// Puts a node before the table that it stands in, as HTML does (section 13.2.6.1).
fn before_table(tree: &mut Document, node: NodeId) {
    let table = tree.ancestors(node).find(|&one| tree.name(one) == Some("table"));
    let Some(table) = table else { return tree.unwrap(node) };
    let Some(parent) = tree.parent(table) else { return };
    let at = tree.position(table).unwrap_or(0);
    tree.insert(parent, at, node);
    if tree.name(node).is_none()
        && content(tree.name(parent).unwrap_or_default()) == Some(Content::Flow)
    {
        wrap_one(tree, node, "p");
    }
}

/// Puts text into an element that may hold it.
fn text(tree: &mut Document, node: NodeId) {
    let parent = tree.parent(node).and_then(|parent| tree.name(parent));
    match parent.unwrap_or_default() {
        "ul" | "ol" | "menu" => wrap_one(tree, node, "li"),
        "dl" => wrap_one(tree, node, "dd"),
        "tr" => wrap_one(tree, node, "td"),
        "hgroup" => wrap_one(tree, node, "p"),
        "table" | "thead" | "tbody" | "tfoot" | "colgroup" => before_table(tree, node),
        "picture" | "select" | "optgroup" => {
            if let Some(parent) = tree.parent(node) {
                tree.unwrap(parent);
            }
        }
        // What stands in a frame is for browsers of long ago.
        _ => tree.detach(node),
    }
}

/// Parts what may not stand within each other.
fn within(tree: &mut Document, node: NodeId, outer: &str) {
    let around = tree.ancestors(node).find(|&one| tree.name(one) == Some(outer));
    let Some(around) = around else { return };
    let name = tree.name(node).unwrap_or_default().to_owned();
    let strip = |tree: &mut Document, node: NodeId, name: &str| {
        tree.rename(node, name);
        for key in [
            "type", "href", "for", "value", "disabled", "form", "name", "target",
            "action", "method",
        ] {
            tree.remove_attr(node, key);
        }
    };
    match (outer, &*name) {
        ("a", "a" | "button" | "label") | (_, "dfn" | "label") => {
            strip(tree, node, "span");
        }
        ("a" | "button", _) => strip(tree, around, "span"),
        (_, "form" | "header" | "footer" | "address") => strip(tree, node, "div"),
        ("caption", _) => before_table(tree, node),
        _ => tree.unwrap(node),
    }
}

/// Brings siblings into their order.
fn order(tree: &mut Document, node: NodeId, round: &mut Round) {
    let Some(parent) = tree.parent(node) else { return };
    match tree.name(node).unwrap_or_default() {
        "summary" if *round.count(tree, parent, "summary") == 1 => {
            tree.insert(parent, 0, node);
        }
        "figcaption" if *round.count(tree, parent, "figcaption") == 1 => {
            for behind in behind(tree, node) {
                if matches!(tree.name(behind), Some("br" | "wbr")) {
                    tree.detach(behind);
                }
            }
            tree.append(parent, node);
        }
        "caption" if *round.count(tree, parent, "caption") == 1 => {
            tree.insert(parent, 0, node);
        }
        "caption" => {
            renamed(tree, node, "caption", "div", round);
            before_table(tree, node);
        }
        "summary" => renamed(tree, node, "summary", "div", round),
        "figcaption" => renamed(tree, node, "figcaption", "div", round),
        "legend" => tree.rename(node, "div"),
        "source" | "track" | "param" if round.led.insert(parent) => leading(tree, parent),
        // Its reading stands above it, and no parenthesis.
        "rp" => tree.detach(node),
        heading if is_heading(heading) => tree.rename(node, "p"),
        "thead" | "tfoot"
            if *round.count(tree, parent, "thead") > 1
                || *round.count(tree, parent, "tfoot") > 1 =>
        {
            let is_head = tree.name(node) == Some("thead");
            let name = if is_head { "thead" } else { "tfoot" };
            renamed(tree, node, name, "tbody", round);
        }
        "thead" | "colgroup" => {
            let head = |&one: &NodeId| {
                matches!(tree.name(one), Some("caption")) || tree.name(one).is_none()
            };
            let at = tree.children(parent).iter().take_while(|one| head(one)).count();
            tree.insert(parent, at, node);
        }
        "tfoot" => tree.append(parent, node),
        "tr" => wrap(tree, node, &["tr"], "tbody"),
        "tbody" => match before(tree, node, "tfoot") {
            Some(foot) => tree.append(parent, foot),
            None => tree.unwrap(node),
        },
        "dd" => {
            let term = tree.create_element("dt", &[]);
            let at = tree.position(node).unwrap_or(0);
            tree.insert(parent, at, term);
        }
        _ => {}
    }
}

/// Makes another element of one of which its parent may have one alone.
fn renamed(
    tree: &mut Document,
    node: NodeId,
    from: &'static str,
    to: &str,
    round: &mut Round,
) {
    if let Some(parent) = tree.parent(node) {
        let count = round.count(tree, parent, from);
        *count = count.saturating_sub(1);
    }
    tree.rename(node, to);
}

/// Puts what names a medium, and then its tracks, before all else that an element holds; so it puts what is handed
/// to a program.
fn leading(tree: &mut Document, parent: NodeId) {
    let mut rest = tree.children(parent).to_vec();
    let mut sorted = Vec::with_capacity(rest.len());
    for name in ["source", "track", "param"] {
        let is_one = |one: &NodeId| tree.name(*one) == Some(name);
        // Blanks between those that come first stay where they are.
        let is_blank = |one: &NodeId| matches!(tree.kind(*one), Kind::Text(text) if text.trim().is_empty());
        if rest.iter().any(is_one) {
            let stays =
                rest.iter().take_while(|one| is_one(one) || is_blank(one)).count();
            sorted.extend(rest.drain(..stays));
            sorted.extend(rest.extract_if(.., |one| is_one(one)));
        }
    }
    sorted.extend(rest);
    tree.set_children(parent, sorted);
}

fn behind(tree: &Document, node: NodeId) -> Vec<NodeId> {
    let siblings = tree.parent(node).map_or(&[][..], |parent| tree.children(parent));
    siblings.iter().copied().skip_while(|&one| one != node).skip(1).collect()
}

/// Gives an element what it has to hold.
fn lacks(tree: &mut Document, node: NodeId, name: &str) {
    match name {
        "summary" => {
            if tree.children(node).iter().any(|&one| tree.name(one) == Some("summary")) {
                // It is there, and comes first in its turn.
                return;
            }
            let summary = tree.create_element("summary", &[]);
            // What browsers show where there is none.
            let text = tree.create(Kind::Text("Details".to_owned()));
            tree.append(summary, text);
            tree.insert(node, 0, summary);
        }
        "rt" => {
            let has_reading = tree
                .children(node)
                .iter()
                .any(|&one| matches!(tree.name(one), Some("rt" | "rtc")));
            if !has_reading {
                return tree.unwrap(node);
            }
            let reading = tree.create_element("rt", &[]);
            tree.append(node, reading);
        }
        "dd" => {
            let description = tree.create_element("dd", &[]);
            tree.append(node, description);
        }
        _ => tree.unwrap(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn mended(inside: &str) -> String {
        let xml = format!("<html><head /><body>{inside}</body></html>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        let faults = markup_faults(&document.tree);
        in_document(&mut document, faults);
        let left = markup_faults(&document.tree);
        let out = document.tree.to_xml();
        assert_eq!(left, [], "{inside} became {out}");
        let (_, out) = out.split_once("<body>").unwrap();
        out.split_once("</body>").unwrap().0.to_owned()
    }

    #[test]
    fn what_is_misplaced_gets_its_place() {
        for (wrong, right) in [
            ("<li>a</li> <li>b</li>x", "<ul><li>a</li> <li>b</li></ul>x"),
            ("<td>a</td>", "<table><tr><td>a</td></tr></table>"),
            ("<dt>a</dt><dd>b</dd>", "<dl><dt>a</dt><dd>b</dd></dl>"),
            (
                "<ol><li>a</li><ul><li>b</li></ul></ol>",
                "<ol><li>a<ul><li>b</li></ul></li></ol>",
            ),
            ("<ul>a<p>b</p></ul>", "<ul><li>a</li><li><p>b</p></li></ul>"),
            (
                "<table><tr><td>a</td></tr><p>b</p></table>",
                "<p>b</p><table><tr><td>a</td></tr></table>",
            ),
            (
                "<table><thead><th>a</th></thead></table>",
                "<table><thead><tr><th>a</th></tr></thead></table>",
            ),
            (
                "<h2>a<p>b</p><ul><li>c</li></ul></h2>",
                "<h2>a<span>b</span></h2><ul><li>c</li></ul>",
            ),
            (
                "<p><b><p>a</p></b></p>",
                "<div><div style=\"font-weight: bold\"><p>a</p></div></div>",
            ),
            (
                "<p><a href=\"x\"><div>a</div></a></p>",
                "<div><a href=\"x\"><div>a</div></a></div>",
            ),
            (
                "<html><head><title>t</title></head><body><p>a</p></body></html>",
                "<p>a</p>",
            ),
        ] {
            assert_eq!(mended(wrong), right, "{wrong}");
        }
    }

    #[test]
    fn a_head_holds_metadata_alone() {
        let xml = "<html><head>text<div>a</div><title>t</title><meta name=\"b\" />\
                   <style scoped=\"\">c</style></head><body></body></html>";
        let mut document = ContentDocument::of("a.xhtml", xml);
        let faults = markup_faults(&document.tree);
        assert_eq!(in_document(&mut document, faults), 4);
        assert_eq!(
            document.tree.to_xml(),
            "<html><head><title>t</title><style>c</style></head><body></body></html>"
        );
    }

    #[test]
    fn order_and_what_is_lacking() {
        for (wrong, right) in [
            ("<details>a</details>", "<details><summary>Details</summary>a</details>"),
            (
                "<details><p>a</p><summary>b</summary></details>",
                "<details><summary>b</summary><p>a</p></details>",
            ),
            (
                "<figure><img src=\"a\" alt=\"\" /><figcaption>b</figcaption><br /></figure>",
                "<figure><img src=\"a\" alt=\"\" /><figcaption>b</figcaption></figure>",
            ),
            (
                "<table><tr><td>a</td></tr><caption>b</caption></table>",
                "<table><caption>b</caption><tr><td>a</td></tr></table>",
            ),
            (
                "<dl><dd>a</dd><dt>b</dt></dl>",
                "<dl><dt></dt><dd>a</dd><dt>b</dt><dd></dd></dl>",
            ),
            (
                "<summary>a</summary><figcaption>b</figcaption>",
                "<div>a</div><div>b</div>",
            ),
            (
                "<figure>a<figcaption>b</figcaption>c</figure>",
                "<figure>ac<figcaption>b</figcaption></figure>",
            ),
            (
                "<video>a<track src=\"b\" /><source src=\"c\" /></video>",
                "<video><source src=\"c\" /><track src=\"b\" />a</video>",
            ),
            (
                "<hgroup><h2>a</h2><h3>b</h3></hgroup>",
                "<hgroup><h2>a</h2><p>b</p></hgroup>",
            ),
            ("<ruby>a<rt>b</rt>c</ruby>", "<ruby>a<rt>b</rt>c<rt></rt></ruby>"),
            ("<ruby>a</ruby>", "a"),
            ("<p>a<img alt=\"b\" /></p>", "<p>ab</p>"),
            ("<p role=\"note figure\">a</p>", "<p role=\"note\">a</p>"),
            ("<h2 role=\"note\" aria-sort=\"x\">a</h2>", "<h2>a</h2>"),
            ("<span role=\"checkbox\">a</span>", "<span>a</span>"),
            (
                "<p id=\"b\" aria-labelledby=\"b none\">a</p>",
                "<p id=\"b\" aria-labelledby=\"b\">a</p>",
            ),
            ("<p lang=\"en_US\">a</p>", "<p lang=\"en-US\">a</p>"),
            (
                "<img src=\"a\" alt=\"\" usemap=\"#m\" /><map name=\"m\" id=\"n\">\
                 <area coords=\"0, 0,9.6 9\" href=\"x\" alt=\"\" /></map>",
                "<img src=\"a\" alt=\"\" usemap=\"#n\" /><map name=\"n\" id=\"n\">\
                 <area coords=\"0,0,10,9\" href=\"x\" alt=\"\" /></map>",
            ),
            (
                "<input type=\"image\" src=\"a\" /><input type=\"text\" checked=\"\" />",
                "<input type=\"image\" src=\"a\" alt=\"Submit\" /><input type=\"text\" />",
            ),
            ("<p onclick=\"x\" foo=\"y\" dir=\"z\">a</p>", "<p>a</p>"),
            ("<button><a href=\"x\">a</a></button>", "<span><a href=\"x\">a</a></span>"),
            (
                "<a href=\"x\">a<button type=\"submit\">b</button></a>",
                "<a href=\"x\">a<span>b</span></a>",
            ),
        ] {
            assert_eq!(mended(wrong), right, "{wrong}");
        }
    }
}
