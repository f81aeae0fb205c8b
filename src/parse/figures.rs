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
            if let Some(image) = image(figure)
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
            if let Some(image) = image(figure)
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

/// The picture that is all a figure holds.
fn image(figure: &mut Value) -> Option<&mut Value> {
    let [only] = figure["c"][2].as_array_mut()?.as_mut_slice() else { return None };
    if !matches!(tag(only), Some("Plain" | "Para")) {
        return None;
    }
    let [image] = only["c"].as_array_mut()?.as_mut_slice() else { return None };
    (tag(image) == Some("Image")).then_some(image)
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
        attach(&mut blocks);
        assert_eq!(blocks, before);
    }
}
