//! A picture that is a figure has its caption twice, as caption and as alternative text. What is in it is
//! looked at once: a link that leads nowhere is one fault, an identifier is given one time.
//!
//! ````text
//! Figure [caption: A [dead](x)]            Figure [caption: A [dead](x)]
//!   Image [A [dead](x)] "p.png"     ─►       Image [] {caption-is-alt} "p.png"
//! ````

use concfilter::ast::build::Attr;
use concfilter::ast::{Step, tag, walk};
use serde_json::Value;

/// The class of a picture whose alternative text is its caption.
const MARK: &str = "concbook-alt-is-caption";

/// Takes the alternative text off the pictures whose caption it repeats.
pub(super) fn detach(blocks: &mut [Value]) {
    walk(blocks, &mut |tag, figure| {
        if tag == "Figure" && caption(figure).is_some() {
            let caption = caption(figure).cloned();
            if let Some(image) = only(figure, "Image")
                && Some(&image["c"][1]) == caption.as_ref()
                && let Some(mut attr) = Attr::read(&image["c"][0])
            {
                attr.add_class(MARK);
                image["c"][0] = attr.write();
                image["c"][1] = Value::Array(Vec::new());
            }
        }
        Step::Into
    });
}

/// Gives them their caption again, as it has become.
pub fn attach(blocks: &mut [Value]) {
    walk(blocks, &mut |tag, figure| {
        if tag == "Figure" {
            let caption = caption(figure).cloned();
            if let Some(span) = only(figure, "Span").filter(|span| is_detached(span)) {
                describe(span, caption.unwrap_or_default());
            } else if let Some(image) = only(figure, "Image")
                && is_detached(image)
                && let Some(mut attr) = Attr::read(&image["c"][0])
            {
                attr.1.retain(|class| class != MARK);
                image["c"][0] = attr.write();
                image["c"][1] = caption.unwrap_or_default();
            }
        }
        Step::Into
    });
}

/// Marks what stands in the place of such a picture, so that it gets the caption as its text.
pub fn stands_in(span: &mut Value) {
    if let Some(mut attr) = Attr::read(&span["c"][0]) {
        attr.add_class(MARK);
        span["c"][0] = attr.write();
    }
}

/// Gives what stands in the place of a picture the caption as its text.
fn describe(span: &mut Value, caption: Value) {
    if let Some(mut attr) = Attr::read(&span["c"][0]) {
        attr.1.retain(|class| class != MARK);
        span["c"][0] = attr.write();
    }
    match span["c"][1].get_mut(0) {
        Some(link) if tag(link) == Some("Link") => link["c"][1] = caption,
        _ => span["c"][1] = caption,
    }
}

/// Whether a picture's alternative text is its caption, and taken off.
pub fn is_detached(image: &Value) -> bool {
    let attr = Attr::read(&image["c"][0]);
    attr.is_some_and(|attr| attr.1.iter().any(|class| class == MARK))
}

/// The inlines of a caption that is one paragraph.
fn caption(figure: &Value) -> Option<&Value> {
    match figure["c"][1][1].as_array()?.as_slice() {
        [only] if matches!(tag(only), Some("Plain" | "Para")) => Some(&only["c"]),
        _ => None,
    }
}

/// The element of a kind that is all a figure holds.
fn only<'f>(figure: &'f mut Value, kind: &str) -> Option<&'f mut Value> {
    let [only] = figure["c"][2].as_array_mut()?.as_mut_slice() else { return None };
    if !matches!(tag(only), Some("Plain" | "Para")) {
        return None;
    }
    let [inline] = only["c"].as_array_mut()?.as_mut_slice() else { return None };
    (tag(inline) == Some(kind)).then_some(inline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_caption_stands_once_and_comes_back() {
        let text = json!([{"t": "Str", "c": "A"}]);
        let figure = |alt: &Value| {
            let image = json!({"t": "Image", "c": [["", [], []], alt, ["p.png", ""]]});
            let plain = |inlines: Value| json!([{"t": "Plain", "c": inlines}]);
            json!({"t": "Figure", "c": [["", [], []], [null, plain(text.clone())],
                plain(json!([image]))]})
        };
        let before = [figure(&text), figure(&json!([]))];
        let mut blocks = before.clone();
        detach(&mut blocks);
        assert_eq!(blocks[0]["c"][2][0]["c"][0]["c"][1], json!([]));
        assert!(is_detached(&blocks[0]["c"][2][0]["c"][0]));
        assert_eq!(blocks[1], before[1]);
        // What stands in the place of a picture gets the caption, too.
        let mut lost = blocks.clone();
        lost[0]["c"][2][0]["c"][0] = json!({"t": "Span", "c": [["", ["x"], []], []]});
        stands_in(&mut lost[0]["c"][2][0]["c"][0]);
        attach(&mut lost);
        assert_eq!(lost[0]["c"][2][0]["c"][0]["c"], json!([["", ["x"], []], text]));
        attach(&mut blocks);
        assert_eq!(blocks, before);
    }
}
