//! Markup that HTML no longer has, as it comes out of raw HTML in chapters: presentational
//! attributes become styles, dead elements their living relatives, and what an ePub may not hold
//! (remote frames, scripts) a link or nothing. Each kind of change is counted and reported.
//!
//! ```text
//! <center>x</center>                  becomes   <div style="text-align: center">x</div>
//! <iframe src="https://a.org/x">      becomes   <a href="https://a.org/x">https://a.org/x</a>
//! a Vec<T> typed without backticks    becomes   a Vec&lt;T&gt;
//! ```

use super::Repair;
use super::outcome::DocumentOutcome;
use super::pass::DocumentContext;
use crate::elements::{
    MEDIA_ADDRESSES, is_block, is_element, is_heading, is_media, is_media_source,
};
use crate::epub::dom::{Document, Kind, Name, NodeId};
use crate::epub::{ContentDocument, Epub, resolve};
use crate::finding::{Code, Finding};
use crate::reference::{https, is_remote};
use std::cell::Cell;
use std::fmt::Write as _;

/// Elements and what stands for them today, with the style that keeps their look.
const ELEMENTS: &[(&str, &str, &str)] = &[
    ("acronym", "abbr", ""),
    ("big", "span", "font-size: larger"),
    ("blink", "span", ""),
    ("center", "div", "text-align: center"),
    ("dir", "ul", ""),
    ("font", "span", ""),
    ("listing", "pre", ""),
    ("marquee", "span", ""),
    ("nobr", "span", "white-space: nowrap"),
    ("noembed", "div", ""),
    ("noframes", "div", ""),
    ("plaintext", "pre", ""),
    ("strike", "s", ""),
    ("tt", "code", ""),
    ("xmp", "pre", ""),
];

/// Elements of forms and scripts, without a use in a book. Checkboxes of task lists stay.
const LIFELESS: &[&str] =
    &["script", "noscript", "basefont", "bgsound", "frameset", "applet", "template"];

pub(super) fn apply(
    document: &mut ContentDocument,
    context: &DocumentContext<'_>,
    outcome: &mut DocumentOutcome,
) {
    let placed = PlacedCount::default();
    let changed = in_document(document, Some(context.epub), &placed);
    outcome.repairs.add(Repair::Markup, changed);
    let changed = changed - placed.0.get();
    if changed > 0 {
        let what = if changed == 1 { "one place" } else { "places" };
        let number = if changed == 1 { String::new() } else { format!("{changed} ") };
        let message =
            format!("{number}{what} with markup that an ePub may not hold, rewritten");
        let place = context.epub.place(&document.path);
        outcome.findings.push(
            Finding::new(Code::HtmlModernised, place, message)
                .hint("Look for raw HTML in the chapter"),
        );
    }
}

/// How many of the places were told of where they stand in their chapter.
#[derive(Debug, Default)]
struct PlacedCount(Cell<usize>);

/// Rewrites one document; how many places there were. What it may show lies in `epub`.
fn in_document(
    document: &mut ContentDocument,
    epub: Option<&Epub>,
    placed: &PlacedCount,
) -> usize {
    let Some(body) = document.find("body") else { return 0 };
    let nodes = elements(&document.tree, body);
    let mut changed = 0;
    for node in nodes {
        // A step may have taken an ancestor out with all that is in it.
        if changed > 0
            && document.tree.ancestors(node).last() != Some(document.tree.root())
        {
            continue;
        }
        changed += usize::from(element(document, node, epub, placed));
        if document.tree.name(node).is_some() {
            changed += usize::from(attributes(&mut document.tree, node));
        }
    }
    for node in document.tree.descendants(body).collect::<Vec<_>>() {
        changed += usize::from(blocks_in_paragraph(&mut document.tree, node));
    }
    document.changed |= changed > 0;
    changed
}

/// The elements below the body, in document order, without vector images and formulas, whose names are
/// their own.
fn elements(tree: &Document, body: NodeId) -> Vec<NodeId> {
    let is_foreign = |node: NodeId| {
        tree.name(node).is_some_and(|name| {
            matches!(name, "svg" | "math")
                || (name.contains(':') && tree.local_name(node) != Some("body"))
        })
    };
    let mut found = Vec::new();
    if tree.ancestors(body).any(is_foreign) {
        return found;
    }
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        if is_foreign(node) {
            continue;
        }
        if node != body && tree.name(node).is_some() {
            found.push(node);
        }
        open.extend(tree.children(node).iter().rev());
    }
    found
}

fn element(
    document: &mut ContentDocument,
    node: NodeId,
    epub: Option<&Epub>,
    placed: &PlacedCount,
) -> bool {
    let ContentDocument { path, tree, .. } = document;
    // Nearly all of a book.
    if matches!(tree.name(node), Some("span" | "p" | "code" | "a" | "li" | "em" | "td")) {
        return false;
    }
    let Some(name) = tree.name(node).map(str::to_ascii_lowercase) else { return false };
    if let Some((_, new, style)) = ELEMENTS.iter().find(|(old, ..)| *old == name) {
        tree.rename(node, new);
        add_style(tree, node, style);
        return true;
    }
    if LIFELESS.contains(&&*name) {
        document.remove(node);
        return true;
    }
    if name == "style" {
        // A stylesheet may stand in the head only.
        if let Some(head) = document.find("head") {
            document.tree.append(head, node);
        } else {
            document.tree.detach(node);
        }
        return true;
    }
    if is_media(&name) {
        return media(tree, node, path, epub, placed);
    }
    if !is_element(&name) {
        as_text(tree, node);
        return true;
    }
    if tree.name(node) != Some(&name) {
        // XHTML knows small letters only.
        tree.rename(node, &name);
        return true;
    }
    false
}

/// Puts what a reader gets of it into the place of what plays or frames something that the book does
/// not hold: a link where it lies on the web, and what the author wrote for readers that cannot show it.
fn media(
    tree: &mut Document,
    node: NodeId,
    path: &str,
    epub: Option<&Epub>,
    placed: &PlacedCount,
) -> bool {
    let inside =
        tree.descendants(node).filter(|&one| tree.local_name(one) == Some("source"));
    let sources: Vec<NodeId> = std::iter::once(node).chain(inside).collect();
    let is_told = |&one: &NodeId| tree.attr(one, "data-external") == Some("concbook");
    let was_told = sources.iter().any(is_told);
    let mut addresses = Vec::new();
    for &one in &sources {
        // What pandoc was told not to fetch is of no use to readers.
        tree.remove_attr(one, "data-external");
        let own = MEDIA_ADDRESSES.iter().filter_map(|name| tree.attr(one, name));
        addresses.extend(own.map(|address| (one, address.to_owned())));
    }
    let is_there = |address: &str| {
        address.starts_with("data:")
            || !is_remote(address)
                && resolve(path, address)
                    .is_some_and(|file| epub.is_none_or(|epub| epub.get(&file).is_some()))
    };
    let (there, gone): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|(_, address)| is_there(address));
    if !there.is_empty() || (gone.is_empty() && sources.len() > 1) {
        // One source is enough; the others go.
        for &(one, _) in gone.iter().filter(|(one, _)| *one != node) {
            tree.detach(one);
        }
        placed.0.set(placed.0.get() + usize::from(was_told && !gone.is_empty()));
        return !gone.is_empty();
    }
    if gone.is_empty()
        && tree.name(node) != Some("embed")
        && !tree.children(node).is_empty()
    {
        // It may be a program's; what stands in it is shown.
        return false;
    }
    placed.0.set(placed.0.get() + usize::from(was_told));
    let remote = gone.iter().find(|(_, address)| is_remote(address));
    replace_media(tree, node, remote.or(gone.first()).map(|(_, address)| &**address));
    true
}

/// Puts a link to `address`, or its name, and an element's own content into the element's place.
fn replace_media(tree: &mut Document, node: NodeId, address: Option<&str>) {
    let is_frame = matches!(tree.name(node), Some("iframe" | "frame" | "embed"));
    let kept: Vec<NodeId> = tree
        .children(node)
        .iter()
        .copied()
        .filter(|&child| !is_frame && !tree.name(child).is_some_and(is_media_source))
        .collect();
    let has_text = kept.iter().any(|&child| !tree.text(child).trim().is_empty());
    let title = tree.attr(node, "title").map(str::to_owned);
    let mut parts = Vec::new();
    if let Some(address) = address {
        let shown = title.unwrap_or_else(|| https(address));
        let text = tree.create(Kind::Text(shown));
        if is_remote(address) {
            let link = tree.create_element("a", &[("href", &https(address))]);
            tree.append(link, text);
            parts.push(link);
            if has_text {
                parts.push(tree.create(Kind::Text(" ".to_owned())));
            }
        } else if !has_text {
            parts.push(text);
        }
    }
    parts.extend(kept);
    let has_blocks = parts.iter().any(|&one| tree.name(one).is_some_and(is_block));
    let parent = tree.parent(node);
    let in_block = parent.is_some_and(|parent| {
        matches!(tree.name(parent), Some("body" | "section" | "blockquote" | "div"))
    });
    let name = match (in_block, has_blocks) {
        (_, true) => "div",
        (true, false) => "p",
        (false, false) => "span",
    };
    if let ([only], "span") = (&*parts, name) {
        tree.replace(node, *only);
        return;
    }
    let holder = tree.create_element(name, &[]);
    for part in parts {
        tree.append(holder, part);
    }
    tree.replace(node, holder);
}

/// An element that does not exist was meant as text: `Vec<T>` typed without backticks.
fn as_text(tree: &mut Document, node: NodeId) {
    let mut tag = format!("<{}", tree.name(node).unwrap_or_default());
    for (name, value) in tree.attrs(node) {
        tag.push(' ');
        tag.push_str(name);
        if !value.is_empty() {
            let _ = write!(tag, "=\"{value}\"");
        }
    }
    tag.push('>');
    let end = format!("</{}>", tree.name(node).unwrap_or_default());
    let begin = tree.create(Kind::Text(tag));
    tree.insert(node, 0, begin);
    if tree.children(node).len() > 1 {
        let end = tree.create(Kind::Text(end));
        tree.append(node, end);
    }
    tree.unwrap(node);
}

/// Turns presentational attributes into a style.
fn attributes(tree: &mut Document, node: NodeId) -> bool {
    let name = tree.name(node).unwrap_or_default();
    let stays =
        |(key, value): &(Name, String)| style_of(name, key, value.trim()).is_none();
    if tree.attrs(node).iter().all(stays) {
        return false;
    }
    let name = name.to_owned();
    let mut changed = false;
    for (key, value) in tree.attrs(node).to_vec() {
        let Some(style) = style_of(&name, &key, value.trim()) else { continue };
        tree.remove_attr(node, &key);
        match style {
            AttributeChange::Set(style) => add_style(tree, node, &style),
            AttributeChange::Id
                if tree.attr(node, "id").is_none() && !value.is_empty() =>
            {
                tree.set_attr(node, "id", value);
            }
            AttributeChange::Id | AttributeChange::None => {}
        }
        changed = true;
    }
    changed
}

/// What becomes of an attribute.
enum AttributeChange {
    Set(String),
    Id,
    None,
}

/// `None` for an attribute that may stay.
fn style_of(element: &str, attribute: &str, value: &str) -> Option<AttributeChange> {
    let cell = matches!(element, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot");
    let set = |style: String| Some(AttributeChange::Set(style));
    match (element, attribute) {
        ("img" | "table", "align") if matches!(value, "left" | "right") => {
            set(format!("float: {value}"))
        }
        ("img", "align") | (_, "valign") => Some(keyword("vertical-align", value)),
        ("table", "align") => set("margin-left: auto; margin-right: auto".to_owned()),
        (_, "align") => Some(keyword("text-align", value)),
        (_, "bgcolor") => set(format!("background-color: {value}")),
        (_, "nowrap") => set("white-space: nowrap".to_owned()),
        ("br", "clear") => {
            set(format!("clear: {}", if value == "all" { "both" } else { value }))
        }
        ("font" | "span", "color") => set(format!("color: {value}")),
        ("span", "face") => set(format!("font-family: {value}")),
        ("ul" | "li", "type") => set(format!("list-style-type: {value}")),
        ("img", "hspace") => {
            set(format!("margin-left: {0}; margin-right: {0}", length(value)))
        }
        ("img", "vspace") => {
            set(format!("margin-top: {0}; margin-bottom: {0}", length(value)))
        }
        ("img", "width" | "height") if value.parse::<u32>().is_err() => {
            set(format!("{attribute}: {}", length(value)))
        }
        (_, "width" | "height")
            if cell
                || matches!(element, "table" | "col" | "hr" | "p" | "div" | "pre") =>
        {
            set(format!("{attribute}: {}", length(value)))
        }
        ("a" | "img" | "p", "name") => Some(AttributeChange::Id),
        (heading, "name") if is_heading(heading) => Some(AttributeChange::Id),
        ("span", "size")
        | ("table" | "img", "border")
        | ("table", "cellpadding" | "cellspacing" | "frame" | "rules" | "summary")
        | ("hr", "size" | "noshade" | "color")
        | ("ul" | "ol" | "dl", "compact")
        | ("td" | "th", "axis" | "char" | "charoff" | "abbr" | "scope")
            if !(element == "th" && matches!(attribute, "abbr" | "scope")) =>
        {
            Some(AttributeChange::None)
        }
        _ => None,
    }
}

/// A style with a word of HTML's old attributes, as CSS spells it; none for a word that CSS lacks.
fn keyword(property: &str, value: &str) -> AttributeChange {
    let value = value.to_ascii_lowercase();
    let word = match (property, &*value) {
        ("vertical-align", "center" | "middle" | "absmiddle") => "middle",
        ("vertical-align", "texttop") => "text-top",
        ("vertical-align", "absbottom") => "bottom",
        ("vertical-align", "top" | "bottom" | "baseline")
        | ("text-align", "left" | "right" | "center" | "justify") => &value,
        ("text-align", "middle") => "center",
        _ => return AttributeChange::None,
    };
    AttributeChange::Set(format!("{property}: {word}"))
}

/// A length as HTML has it, as CSS has it.
fn length(value: &str) -> String {
    if value.parse::<f64>().is_ok() { format!("{value}px") } else { value.to_owned() }
}

pub(super) fn add_style(tree: &mut Document, node: NodeId, style: &str) {
    if style.is_empty() {
        return;
    }
    let all = match tree.attr(node, "style").map(|old| old.trim().trim_end_matches(';')) {
        Some(old) if !old.is_empty() => format!("{style}; {old}"),
        _ => style.to_owned(),
    };
    tree.set_attr(node, "style", all);
}

/// A paragraph with a block in it, as XML lets authors write it, is a division.
fn blocks_in_paragraph(tree: &mut Document, node: NodeId) -> bool {
    let block = |child: NodeId| tree.name(child).is_some_and(is_block);
    match tree.name(node) {
        Some("p") if tree.descendants(node).any(block) => {}
        Some("span") if tree.children(node).iter().any(|&child| block(child)) => {}
        _ => return false,
    }
    tree.rename(node, "div");
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(inside: &str) -> String {
        let xml = format!("<html><head></head><body>{inside}</body></html>");
        let mut document = ContentDocument::of("a.xhtml", &xml);
        let changed = in_document(&mut document, None, &PlacedCount::default());
        let out = document.tree.to_xml();
        assert_eq!(changed > 0, out != xml, "{out}");
        let (_, out) = out.split_once("<body>").unwrap();
        out.split_once("</body>").unwrap().0.to_owned()
    }

    #[test]
    fn looks_become_styles() {
        assert_eq!(
            rewritten("<p align=\"center\" style=\"color: red;\">x</p>"),
            "<p style=\"text-align: center; color: red\">x</p>"
        );
        assert_eq!(
            rewritten("<center>x</center>"),
            "<div style=\"text-align: center\">x</div>"
        );
        assert_eq!(
            rewritten("<td width=\"20\">x</td>"),
            "<td style=\"width: 20px\">x</td>"
        );
        assert_eq!(
            rewritten("<img src=\"a\" width=\"50%\" border=\"0\" />"),
            "<img src=\"a\" style=\"width: 50%\" />"
        );
        assert_eq!(rewritten("<a name=\"here\"></a>"), "<a id=\"here\"></a>");
        assert_eq!(
            rewritten("<font color=\"red\">x</font>"),
            "<span style=\"color: red\">x</span>"
        );
    }

    #[test]
    fn what_is_right_stays() {
        for right in [
            "<img src=\"a\" width=\"50\" alt=\"b\" />",
            "<svg><g align=\"x\"></g></svg>",
            "<th scope=\"col\">x</th>",
            "<ol type=\"a\"><li>x</li></ol>",
            "<span>x</span>",
        ] {
            assert_eq!(rewritten(right), right);
        }
    }

    #[test]
    fn what_an_epub_may_not_hold_becomes_a_link_or_text() {
        assert_eq!(
            rewritten("<iframe src=\"https://example.org/v\" title=\"A film\"></iframe>"),
            "<p><a href=\"https://example.org/v\">A film</a></p>"
        );
        assert_eq!(rewritten("<p>a<script>x()</script></p>"), "<p>a</p>");
        assert_eq!(rewritten("<p>Vec<T></T></p>"), "<p>Vec&lt;T&gt;</p>");
        assert_eq!(rewritten("<p><div>x</div></p>"), "<div><div>x</div></div>");
    }
}
