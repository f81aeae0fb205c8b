//! Where a content document breaks the rules of HTML that EPUBCheck holds it to: elements where they
//! may not stand, text where there may be none, attributes that do not exist.
//!
//! Whoever finishes a book mends them, whoever judges one tells them; both see the same.

mod attributes;
mod drawings;
mod formulas;
mod head;
mod order;
mod references;

use self::attributes::attributes;
use self::drawings::vector_image;
use self::formulas::formula;
pub use self::formulas::is_html;
use self::head::head;
use self::order::order;
pub use self::references::References;
use self::references::references;
use super::dom::{Document, Kind, NodeId};
use crate::elements::content::{Content, are_apart, content, may_hold, may_hold_text};
use crate::elements::is_element;

/// What is wrong with a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkupFault {
    /// It may not stand in its parent.
    Misplaced,
    /// It is text, and its parent may hold none.
    Text,
    /// It is no element of HTML's, or one that HTML has no more.
    Unknown,
    /// It may not stand anywhere within an element of that name.
    Within(&'static str),
    /// It may stand only within an element of that name.
    Outside(&'static str),
    /// It may not stand behind its siblings, or before them.
    Order,
    /// It has to hold an element of that name.
    Lacks(&'static str),
    /// It has to have that attribute.
    Needs(&'static str),
    /// It may not have that attribute.
    Attribute(String),
    /// Its attribute may not have that value.
    Value(String),
    /// A part of a formula that has to hold so many others holds fewer or more.
    Parts(usize),
    /// Its role asks for that state or property (without `aria-`).
    State(&'static str),
    /// A script would have to listen to it.
    Handler(String),
}

/// All faults in a document's head and below its body, in document order.
pub fn markup_faults(tree: &Document) -> Vec<(NodeId, MarkupFault)> {
    let mut faults = Vec::new();
    let known = References::of(tree);
    head(tree, &known, &mut faults);
    let body = |node: &NodeId| tree.name(*node) == Some("body");
    let Some(body) = tree.descendants(tree.root()).find(body) else { return faults };
    let mut open = vec![PendingElement { node: body, in_lines: false }];
    while let Some(one) = open.pop() {
        let inside = element(tree, one, &known, &mut faults);
        open.extend(inside.into_iter().rev());
    }
    faults
}

/// An element to be looked at, and whether it stands within lines.
#[derive(Clone, Copy)]
struct PendingElement {
    node: NodeId,
    in_lines: bool,
}

/// Looks at an element and what stands in it; the elements to look at next.
fn element(
    tree: &Document,
    PendingElement { node, in_lines }: PendingElement,
    known: &References,
    faults: &mut Vec<(NodeId, MarkupFault)>,
) -> Vec<PendingElement> {
    let Some(name) = tree.name(node) else { return Vec::new() };
    attributes(tree, node, name, known, faults);
    references(tree, node, name, known, faults);
    // A program is text, whatever it looks like.
    let Some(holds) = content(name).filter(|_| name != "script") else {
        return Vec::new();
    };
    // A moment without a date in its attribute says it in its text.
    let holds = match name {
        "time" if tree.attr(node, "datetime").is_none() => Content::Text,
        _ => holds,
    };
    let inner_lines = match holds {
        Content::Transparent(_) => in_lines,
        Content::Phrasing | Content::PhrasingAnd(_) => true,
        _ => false,
    };
    let mut inside = Vec::new();
    for &child in tree.children(node) {
        match (tree.kind(child), tree.name(child)) {
            (Kind::Text(text), _) if !text.trim().is_empty() && !may_hold_text(holds) => {
                faults.push((child, MarkupFault::Text));
            }
            (_, Some(inner)) if inner.contains(':') => {}
            (_, Some(inner)) => {
                if is_of_the_head(tree, child, inner) {
                    faults.push((child, MarkupFault::Misplaced));
                } else if !is_element(inner)
                    || (content(inner).is_none() && !is_foreign(inner))
                {
                    faults.push((child, MarkupFault::Unknown));
                } else if !may_hold(name, holds, in_lines, inner) {
                    faults.push((child, MarkupFault::Misplaced));
                } else if inner == "area" && !is_within(tree, child, "map") {
                    faults.push((child, MarkupFault::Outside("map")));
                } else if let Some(outer) = forbidden_ancestor(tree, child, inner) {
                    faults.push((child, MarkupFault::Within(outer)));
                }
                match inner {
                    "math" => inside.extend(formula(tree, child, known, faults)),
                    "svg" => inside.extend(vector_image(tree, child, known, faults)),
                    _ if is_foreign(inner) => {}
                    _ => {
                        inside
                            .push(PendingElement { node: child, in_lines: inner_lines });
                    }
                }
            }
            _ => {}
        }
    }
    order(tree, node, name, faults);
    inside
}

fn is_within(tree: &Document, node: NodeId, outer: &str) -> bool {
    tree.ancestors(node).any(|one| tree.name(one) == Some(outer))
}

/// What is wrong with the attributes of one element, of a document that holds what is `known`.
pub fn attribute_faults(
    tree: &Document,
    node: NodeId,
    known: &References,
) -> Vec<MarkupFault> {
    let mut faults = Vec::new();
    let name = tree.name(node).unwrap_or_default();
    attributes(tree, node, name, known, &mut faults);
    references(tree, node, name, known, &mut faults);
    faults.into_iter().map(|(_, fault)| fault).collect()
}

/// Whether an element stands in a document's head, or around its body, and never in it.
fn is_of_the_head(tree: &Document, node: NodeId, name: &str) -> bool {
    match name {
        "html" | "head" | "body" | "base" | "title" | "frameset" | "frame" => true,
        "meta" => {
            !["itemprop", "property"].iter().any(|key| tree.attr(node, key).is_some())
        }
        // Sheets are the whole document's.
        "link" => match tree.attr(node, "rel") {
            Some(rel) => rel.to_ascii_lowercase().contains("stylesheet"),
            None => tree
                .attr(node, "itemprop")
                .or_else(|| tree.attr(node, "property"))
                .is_none(),
        },
        _ => false,
    }
}

/// Whether an element's content has a grammar of its own.
fn is_foreign(name: &str) -> bool {
    matches!(name, "svg" | "math" | "template")
}

/// The element around a node within which it may not stand.
fn forbidden_ancestor(tree: &Document, node: NodeId, name: &str) -> Option<&'static str> {
    const OUTER: &[&str] = &[
        "a", "address", "audio", "button", "caption", "dfn", "footer", "form", "header",
        "label", "meter", "progress", "video",
    ];
    // Nearly all of a book.
    if matches!(
        name,
        "p" | "span" | "code" | "em" | "strong" | "li" | "td" | "tr" | "div"
    ) {
        return None;
    }
    let controls = tree.attr(node, "controls").is_some();
    tree.ancestors(node).find_map(|one| {
        let outer = tree.name(one)?;
        let outer = *OUTER.iter().find(|name| **name == outer)?;
        are_apart(outer, name, controls).then_some(outer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inside: &str) -> Vec<String> {
        let xml = format!("<html><body>{inside}</body></html>");
        let tree = Document::parse(&xml).unwrap();
        let faults = markup_faults(&tree).into_iter().map(|(node, fault)| {
            format!("{} {fault:?}", tree.name(node).unwrap_or("text"))
        });
        faults.collect()
    }

    #[test]
    fn what_is_right_is_no_fault() {
        for right in [
            "<p>a <a href=\"x\">b</a></p><ul><li><p>c</p><ul><li>d</li></ul></li></ul>",
            "<table><caption>c</caption><colgroup><col /></colgroup><thead><tr><th>a</th></tr>\
             </thead><tbody><tr><td>b</td></tr></tbody><tbody><tr><td>b</td></tr></tbody>\
             <tfoot><tr><td>b</td></tr></tfoot></table>",
            "<figure><figcaption>c</figcaption><img src=\"a\" alt=\"\" /></figure>",
            "<figure><pre><code>c</code></pre><figcaption>c</figcaption></figure>",
            "<dl><dt>a</dt><dt>b</dt><dd>c</dd><dd>d</dd><dt>e</dt><dd>f</dd></dl>",
            "<video><source src=\"a\" /><track src=\"b\" />x</video><video src=\"a\"><track src=\"b\" /></video>",
            "<ruby>a<rt>b</rt>c<rp>(</rp><rt>d</rt><rp>)</rp> </ruby>",
            "<hgroup><p>a</p><h2>b</h2><p>c</p></hgroup>",
            "<script>a <b>c</b></script>",
            "<dl><div><dt>a</dt><dd>c</dd></div></dl>",
            "<details><summary>s</summary>text</details><ol type=\"a\" start=\"2\"><li>x</li></ol>",
            "<ul role=\"list\"><li role=\"doc-endnote\">x</li></ul><a href=\"x\" role=\"doc-noteref\">1</a>",
            "<h2 aria-level=\"3\">x</h2><p role=\"note\" aria-label=\"y\">x</p>",
            "<label for=\"a\">x</label><input id=\"a\" type=\"date\" value=\"2020-01-31\" />",
            "<table><tr><th id=\"h\">a</th><td><table><tr><td headers=\"h\">x</td></tr></table></td></tr></table>",
            "<map name=\"m\"><area shape=\"rect\" coords=\"0,0,9,9\" href=\"x\" alt=\"x\" /></map>",
            "<input type=\"checkbox\" role=\"switch\" checked=\"\" style=\"color: red\" />",
            "<math><mtable columnalign=\"right left\"><mtr><mtd><mi class=\"a\">x</mi></mtd></mtr></mtable></math>",
            "<svg><foo bar=\"x\" /></svg><p epub:type=\"x\" xml:lang=\"en\">x</p>",
            "<a href=\"x\"><div>block</div></a><video controls=\"\" src=\"a\"><p>x</p></video>",
        ] {
            assert_eq!(of(right), [""; 0], "{right}");
        }
    }

    #[test]
    fn faults_of_the_head_are_found() {
        let of = |inside: &str| {
            let xml = format!("<html><head>{inside}</head><body></body></html>");
            let tree = Document::parse(&xml).unwrap();
            markup_faults(&tree).into_iter().map(|(_, fault)| fault).collect::<Vec<_>>()
        };
        for right in [
            "<meta charset=\"utf-8\" /><title>x</title><link rel=\"stylesheet\" href=\"x\" />",
            "<meta property=\"og:title\" content=\"x\" /><style type=\"text/css\">a</style>",
            "<meta http-equiv=\"X-UA-Compatible\" content=\"x\" /><base href=\"x\" />",
        ] {
            assert_eq!(of(right), [], "{right}");
        }
        for (wrong, fault) in [
            ("text", MarkupFault::Text),
            ("<div></div>", MarkupFault::Misplaced),
            ("<title>x</title><title>y</title>", MarkupFault::Misplaced),
            ("<meta name=\"x\" />", MarkupFault::Needs("content")),
            ("<meta content=\"x\" />", MarkupFault::Needs("name")),
            ("<link href=\"x\" />", MarkupFault::Needs("rel")),
            (
                "<meta http-equiv=\"Cache-Control\" content=\"x\" />",
                MarkupFault::Value("http-equiv".to_owned()),
            ),
            ("<style scoped=\"\">a</style>", MarkupFault::Attribute("scoped".to_owned())),
            ("<link rel=\"icon\" type=\"png\" />", MarkupFault::Value("type".to_owned())),
        ] {
            assert_eq!(of(wrong), [fault], "{wrong}");
        }
    }

    #[test]
    fn faults_are_found() {
        for (wrong, fault) in [
            ("<li>x</li>", "li Misplaced"),
            ("<p><div>x</div></p>", "div Misplaced"),
            ("<p><a><div>x</div></a></p>", "div Misplaced"),
            ("<ul>x</ul>", "text Text"),
            ("<center>x</center>", "center Unknown"),
            ("<a href=\"x\"><b><a href=\"y\">z</a></b></a>", "a Within(\"a\")"),
            ("<details>x</details>", "details Lacks(\"summary\")"),
            ("<figure><figcaption>c</figcaption>x<br /></figure>", ""),
            (
                "<figure><br /><figcaption>c</figcaption><br /></figure>",
                "figcaption Order",
            ),
            ("<table><tr><td>x</td></tr><caption>c</caption></table>", "caption Order"),
            ("<table><thead></thead><thead></thead></table>", "thead Order"),
            ("<dl><dd>x</dd></dl>", "dd Order"),
            ("<dl><dt>x</dt></dl>", "dl Lacks(\"dd\")"),
            ("<p onclick=\"x()\">x</p>", "p Handler(\"onclick\")"),
            ("<p align=\"left\">x</p>", "p Attribute(\"align\")"),
            ("<p dir=\"x\">x</p>", "p Value(\"dir\")"),
            ("<img alt=\"\" />", "img Needs(\"src\")"),
            (
                "<link rel=\"author\" itemprop=\"url\" href=\"x\" />",
                "link Attribute(\"itemprop\")",
            ),
            ("<link rel=\"author\" href=\"x\" /><link property=\"x\" href=\"x\" />", ""),
            ("<link href=\"x\" />", "link Misplaced"),
            ("<meta itemprop=\"x\" />", "meta Needs(\"content\")"),
            (
                "<meta itemprop=\"x\" name=\"x\" content=\"x\" />",
                "meta Attribute(\"name\")",
            ),
            ("<figure>a<figcaption>b</figcaption>c</figure>", "figcaption Order"),
            ("<details>a<summary>b</summary></details>", "summary Order"),
            ("<fieldset>a<legend>b</legend></fieldset>", "legend Order"),
            ("<video>a<source src=\"b\" /></video>", "source Order"),
            ("<audio src=\"a\"><source src=\"b\" /></audio>", "source Misplaced"),
            (
                "<object data=\"a\">b<param name=\"c\" value=\"d\" /></object>",
                "param Order",
            ),
            (
                "<picture><img src=\"a\" alt=\"\" /><source srcset=\"b\" /></picture>",
                "source Order",
            ),
            ("<hgroup><h2>a</h2><h3>b</h3></hgroup>", "h3 Order"),
            ("<hgroup><p>a</p></hgroup>", "hgroup Lacks(\"h1\")"),
            ("<ruby>a</ruby>", "ruby Lacks(\"rt\")"),
            ("<ruby>a<rt>b</rt>c</ruby>", "ruby Lacks(\"rt\")"),
            ("<ruby>a<rp>(</rp><rt>b</rt></ruby>", "rp Order"),
            ("<a itemprop=\"x\">a</a>", "a Attribute(\"itemprop\")"),
            ("<video><track src=\"a\" label=\"\" /></video>", "track Value(\"label\")"),
            (
                "<video><track src=\"a\" default=\"\" /><track src=\"b\" default=\"\" /></video>",
                "track Attribute(\"default\")",
            ),
            ("<noscript>a</noscript>", "noscript Unknown"),
            ("<h2 role=\"note\">x</h2>", "h2 Value(\"role\")"),
            ("<p role=\"note figure\">x</p>", "p Value(\"role\")"),
            ("<label role=\"note\">x</label>", "label Value(\"role\")"),
            ("<p aria-level=\"2\">x</p>", "p Attribute(\"aria-level\")"),
            ("<p aria-live=\"loud\">x</p>", "p Value(\"aria-live\")"),
            ("<p role=\"checkbox\">x</p>", "p State(\"checked\")"),
            ("<label for=\"none\">x</label>", "label Value(\"for\")"),
            ("<p id=\"b\">x</p><label for=\"b\">x</label>", "label Value(\"for\")"),
            (
                "<table><tr><td id=\"h\">x</td><td headers=\"h\">x</td></tr></table>",
                "td Value(\"headers\")",
            ),
            ("<input form=\"none\" />", "input Value(\"form\")"),
            ("<input list=\"none\" />", "input Value(\"list\")"),
            ("<input type=\"text\" checked=\"\" />", "input Attribute(\"checked\")"),
            ("<input type=\"color\" value=\"red\" />", "input Value(\"value\")"),
            ("<input type=\"image\" src=\"x\" />", "input Needs(\"alt\")"),
            ("<area href=\"x\" alt=\"x\" />", "area Outside(\"map\")"),
            ("<map name=\"a\" id=\"b\"></map>", "map Value(\"id\")"),
            (
                "<map name=\"a\"><area coords=\"0,0,1\" href=\"x\" alt=\"\" /></map>",
                "area Value(\"coords\")",
            ),
            ("<p lang=\"en_US\">x</p>", "p Value(\"lang\")"),
            ("<math><mfoo /></math>", "mfoo Unknown"),
            ("<math><mrow>x</mrow></math>", "text Text"),
            ("<math role=\"img\"><mi>x</mi></math>", "math Attribute(\"role\")"),
            ("<math><mo form=\"x\">+</mo></math>", "mo Value(\"form\")"),
            ("<svg aria-labelledby=\"none\" />", "svg Value(\"aria-labelledby\")"),
            ("<svg><defs epub:type=\"x\" /></svg>", "defs Attribute(\"epub:type\")"),
            ("<p aria-describedby=\"none\">x</p>", "p Value(\"aria-describedby\")"),
        ] {
            let wanted: Vec<_> =
                [fault].into_iter().filter(|one| !one.is_empty()).collect();
            assert_eq!(of(wrong), wanted, "{wrong}");
        }
    }
}
