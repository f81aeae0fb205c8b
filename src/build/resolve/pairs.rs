//! Tags of elements that hide what stands in them, in pairs: one that is never closed would take the
//! rest of the chapter with it.
//!
//! ```text
//! <audio src="a.mp3" controls>      becomes   <audio src="a.mp3" controls></audio>
//! The <title> of a page             becomes   The &lt;title&gt; of a page
//! ```

use super::raw::html_of;
use crate::epub::tags::tags;
use crate::finding::{Code, Finding};
use crate::project::Chapter;
use concfilter::ast::{Step, walk};
use serde_json::Value;
use std::ops::Range;

/// Elements whose content readers see otherwise than as text, or not at all.
const HIDING: &[&str] = &[
    "audio",
    "canvas",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];

/// A start tag whose end tag did not come yet.
struct OpenTag<'h> {
    item: usize,
    range: Range<usize>,
    name: &'h str,
    /// Whether it is nothing but a name in angle brackets.
    is_bare: bool,
}

/// What is put into the place of bytes of an item.
type ItemEdit = (usize, Range<usize>, String);

/// Closes them where they begin, unless they are closed among the same siblings. End tags that
/// nothing opens go.
pub(super) fn close(blocks: &mut [Value], chapter: &Chapter) -> Vec<Finding> {
    let mut findings = Vec::new();
    pair(blocks, chapter, &mut findings);
    walk(blocks, &mut |_, element| {
        if let Some(content) = element.get_mut("c") {
            lists(content, &mut |items| pair(items, chapter, &mut findings));
        }
        Step::Into
    });
    findings
}

/// Calls `each` with the lists of an element's own content.
fn lists(content: &mut Value, each: &mut impl FnMut(&mut [Value])) {
    let Value::Array(items) = content else { return };
    if items.iter().any(|item| html_of(item).is_some()) {
        each(items);
    }
    for item in items.iter_mut().filter(|item| item.is_array()) {
        lists(item, each);
    }
}

/// Pairs the tags of siblings.
fn pair(items: &mut [Value], chapter: &Chapter, findings: &mut Vec<Finding>) {
    for (item, range, text) in edits(items, chapter, findings) {
        if let Some(html) = html_of(&items[item]) {
            let edited = [&html[..range.start], &text, &html[range.end..]].concat();
            items[item]["c"][1] = Value::from(edited);
        }
    }
}

/// The edits that pair the tags, the last one first.
fn edits(
    items: &[Value],
    chapter: &Chapter,
    findings: &mut Vec<Finding>,
) -> Vec<ItemEdit> {
    let mut open: Vec<OpenTag<'_>> = Vec::new();
    let (mut unclosed, mut edits) = (Vec::new(), Vec::<ItemEdit>::new());
    for (item, html) in items.iter().enumerate() {
        let Some(html) = html_of(html) else { continue };
        for tag in tags(html) {
            if !HIDING.iter().any(|name| tag.is(name)) {
                continue;
            }
            if !tag.closing {
                let is_bare = tag.attrs.is_empty();
                let own = OpenTag { item, range: tag.range, name: tag.name, is_bare };
                if !tag.self_closing {
                    open.push(own);
                }
                continue;
            }
            match open.iter().rposition(|one| tag.is(one.name)) {
                Some(at) => unclosed.extend(open.drain(at..).skip(1)),
                None => edits.push((item, tag.range, String::new())),
            }
        }
    }
    for OpenTag { item, range, name, is_bare } in unclosed.into_iter().chain(open) {
        let html = html_of(&items[item]).unwrap_or_default();
        let tag = &html[range.clone()];
        findings.push(finding(tag, name, is_bare, chapter));
        edits.push(if is_bare {
            (item, range, format!("&lt;{name}&gt;"))
        } else {
            (item, range.end..range.end, format!("</{name}>"))
        });
    }
    edits.sort_by_key(|(item, range, _)| (*item, range.start));
    edits.reverse();
    edits
}

fn finding(tag: &str, name: &str, is_bare: bool, chapter: &Chapter) -> Finding {
    let place = match chapter.text.find(tag) {
        Some(at) => chapter.place(at),
        None => chapter.whole(),
    };
    let name = name.to_ascii_lowercase();
    let (what, hint) = if is_bare {
        ("shown as text", format!("Write `<{name}>` in backticks, or close it"))
    } else {
        ("closed where it begins", format!("Write </{name}> behind what belongs to it"))
    };
    let message = format!("<{name}> is never closed; {what}");
    Finding::new(Code::HtmlRepaired, place, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use serde_json::json;

    fn raw(html: &str) -> Value {
        json!({"t": "RawBlock", "c": ["html", html]})
    }

    fn closed(items: &[Value]) -> (String, usize) {
        let mut blocks = vec![json!({"t": "BlockQuote", "c": items})];
        let chapter = Chapter::of_text("a.md", "", Dialect::Pandoc);
        let findings = close(&mut blocks, &chapter);
        let items = blocks[0]["c"].as_array().unwrap().iter();
        let text: Vec<_> = items.filter_map(html_of).collect();
        (text.join("|"), findings.len())
    }

    #[test]
    fn what_hides_is_closed_where_it_begins() {
        let pair = [raw("<audio src=a>"), raw("<p>x"), raw("</audio>")];
        assert_eq!(closed(&pair), ("<audio src=a>|<p>x|</audio>".into(), 0));
        let open = [raw("<video src=a>"), raw("<iframe src=b></VIDEO>"), raw("</audio>")];
        let wanted = "<video src=a>|<iframe src=b></iframe></VIDEO>|";
        assert_eq!(closed(&open), (wanted.into(), 1));
        let bare = [raw("the <title> and <object data=a>"), raw("<audio src=a />")];
        let wanted = "the &lt;title&gt; and <object data=a></object>|<audio src=a />";
        assert_eq!(closed(&bare), (wanted.into(), 2));
    }
}
