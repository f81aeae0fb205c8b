//! What an element may hold, and which attributes it may have (HTML as EPUB 3.3 takes it, section
//! 6.1.1): as EPUBCheck 5.3 has it in its grammar, asked for every element.

/// What may stand in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Blocks, text and what stands in lines.
    Flow,
    /// Text and what stands in lines.
    Phrasing,
    /// What may stand where the element stands, and these.
    Transparent(&'static [&'static str]),
    /// Blocks, text, and these.
    FlowAnd(&'static [&'static str]),
    /// What stands in lines, and these.
    PhrasingAnd(&'static [&'static str]),
    /// Text alone.
    Text,
    /// These elements alone.
    Only(&'static [&'static str]),
    /// Nothing.
    Nothing,
}

/// Blocks: they stand where flow may stand, and not within lines.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "table",
    "ul",
];

/// What stands within lines.
const PHRASING: &[&str] = &[
    "a", "abbr", "area", "audio", "b", "bdi", "bdo", "br", "button", "canvas", "cite",
    "code", "data", "datalist", "del", "dfn", "em", "embed", "i", "iframe", "img",
    "input", "ins", "kbd", "label", "link", "map", "mark", "math", "meta", "meter",
    "object", "output", "picture", "progress", "q", "ruby", "s", "samp", "script",
    "select", "slot", "small", "span", "strong", "sub", "sup", "svg", "template",
    "textarea", "time", "u", "var", "video", "wbr",
];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "hgroup"];
const ITEMS: &[&str] = &["li", "script", "template"];
const ROWS: &[&str] = &["tr", "script", "template"];

/// Whether an element is a block.
pub fn is_flow_only(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Whether an element stands within lines.
pub fn is_phrasing(name: &str) -> bool {
    PHRASING.contains(&name)
}

/// What an element may hold; `None` for one that HTML has no more.
pub fn content(name: &str) -> Option<Content> {
    use Content::{
        Flow, FlowAnd, Nothing, Only, Phrasing, PhrasingAnd, Text, Transparent,
    };
    Some(match name {
        "a" | "ins" | "del" | "map" | "canvas" | "slot" => Transparent(&[]),
        "object" => Transparent(&["param"]),
        "audio" | "video" => Transparent(&["source", "track"]),
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "dd"
        | "dialog" | "div" | "dt" | "figcaption" | "footer" | "form" | "header"
        | "li" | "main" | "nav" | "search" | "section" | "td" | "th" => Flow,
        "details" => FlowAnd(&["summary"]),
        "fieldset" => FlowAnd(&["legend"]),
        "figure" => FlowAnd(&["figcaption"]),
        "legend" | "summary" => PhrasingAnd(HEADINGS),
        "ruby" => PhrasingAnd(&["rb", "rp", "rt", "rtc"]),
        "datalist" => PhrasingAnd(&["option"]),
        "abbr" | "b" | "bdi" | "bdo" | "button" | "cite" | "code" | "data" | "dfn"
        | "em" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "i" | "kbd" | "label"
        | "mark" | "meter" | "output" | "p" | "pre" | "progress" | "q" | "rb" | "rt"
        | "rtc" | "s" | "samp" | "small" | "span" | "strong" | "sub" | "sup" | "time"
        | "u" | "var" => Phrasing,
        "option" | "rp" | "script" | "style" | "textarea" | "title" => Text,
        "hgroup" => {
            Only(&["h1", "h2", "h3", "h4", "h5", "h6", "p", "script", "template"])
        }
        "menu" | "ol" | "ul" => Only(ITEMS),
        "dl" => Only(&["div", "dt", "dd", "script", "template"]),
        "optgroup" => Only(&["option", "script", "template"]),
        "picture" => Only(&["img", "script", "source", "template"]),
        "select" => Only(&["optgroup", "option", "script", "template"]),
        "table" => Only(&[
            "caption", "colgroup", "script", "tbody", "template", "tfoot", "thead", "tr",
        ]),
        "tbody" | "tfoot" | "thead" => Only(ROWS),
        "tr" => Only(&["script", "td", "template", "th"]),
        "colgroup" => Only(&["col", "script", "template"]),
        "area" | "br" | "col" | "embed" | "hr" | "iframe" | "img" | "input" | "link"
        | "meta" | "param" | "source" | "track" | "wbr" => Nothing,
        _ => return None,
    })
}

/// Whether an element may stand in another with that content; `in_lines` is whether that one itself
/// stands within lines.
pub fn may_hold(parent: &str, content: Content, in_lines: bool, child: &str) -> bool {
    // A group of terms and their descriptions.
    if parent == "div" && matches!(child, "dt" | "dd") {
        return true;
    }
    let flow = || is_phrasing(child) || is_flow_only(child);
    match content {
        Content::Flow => flow(),
        Content::FlowAnd(more) => flow() || more.contains(&child),
        Content::Phrasing => is_phrasing(child),
        Content::PhrasingAnd(more) => is_phrasing(child) || more.contains(&child),
        Content::Transparent(more) => {
            more.contains(&child) || if in_lines { is_phrasing(child) } else { flow() }
        }
        Content::Only(these) => these.contains(&child),
        Content::Text | Content::Nothing => false,
    }
}

/// Whether text may stand in an element with that content.
pub fn may_hold_text(content: Content) -> bool {
    !matches!(content, Content::Only(_) | Content::Nothing)
}

/// Pairs of elements of which the second may not stand anywhere within the first.
const APART: &[(&str, &str)] = &[
    ("a", "a"),
    ("a", "button"),
    ("a", "details"),
    ("a", "embed"),
    ("a", "iframe"),
    ("a", "input"),
    ("a", "label"),
    ("a", "menu"),
    ("a", "select"),
    ("a", "textarea"),
    ("address", "address"),
    ("address", "footer"),
    ("address", "header"),
    ("audio", "audio"),
    ("audio", "video"),
    ("button", "a"),
    ("button", "button"),
    ("button", "details"),
    ("button", "embed"),
    ("button", "iframe"),
    ("button", "input"),
    ("button", "label"),
    ("button", "menu"),
    ("button", "select"),
    ("button", "textarea"),
    ("caption", "table"),
    ("dfn", "dfn"),
    ("footer", "footer"),
    ("footer", "header"),
    ("form", "form"),
    ("header", "footer"),
    ("header", "header"),
    ("label", "label"),
    ("meter", "meter"),
    ("progress", "progress"),
    ("video", "audio"),
    ("video", "video"),
];

/// Whether an element may not stand anywhere within another. Players with controls are to links what
/// buttons are.
pub fn are_apart(outer: &str, inner: &str, has_controls: bool) -> bool {
    let plays = has_controls && matches!(inner, "audio" | "video");
    APART.contains(&(outer, inner)) || (plays && matches!(outer, "a" | "button"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_hold_what_they_may() {
        let holds = |parent, in_lines, child| {
            may_hold(parent, content(parent).unwrap(), in_lines, child)
        };
        assert!(holds("div", false, "p") && !holds("p", false, "div"));
        assert!(holds("a", false, "div") && !holds("a", true, "div"));
        assert!(holds("div", false, "dt") && !holds("section", false, "dt"));
        assert!(
            holds("figure", false, "figcaption") && !holds("div", false, "figcaption")
        );
        assert!(!holds("ul", false, "ul") && holds("li", false, "ul"));
        assert!(!may_hold_text(Content::Only(ITEMS)) && may_hold_text(Content::Text));
        assert_eq!(content("center"), None);
        assert!(are_apart("a", "video", true) && !are_apart("a", "video", false));
    }

    #[test]
    fn every_element_with_content_is_an_element() {
        for name in BLOCKS.iter().chain(PHRASING) {
            assert!(crate::elements::is_element(name), "{name}");
        }
    }
}
