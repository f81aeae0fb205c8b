//! The one walker over a document's tree: every element, blocks and inlines, outside in.

use super::deep;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Where the walk goes after an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// On with what is in it.
    Into,
    /// Past it: what is in it stays as it is.
    Over,
}

/// The constructor's name of an element, such as `Para`; `None` for a value that is no element.
pub fn tag(element: &Value) -> Option<&str> {
    field(element.as_object()?, "t")?.as_str()
}

/// The value of a key. An element has two: to compare both is quicker than to hash one.
fn field<'v>(fields: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    fields.iter().find(|(own, _)| *own == key).map(|(_, value)| value)
}

/// Calls `visit` with every element's tag and the element itself. `visit` may change the element
/// in place; with [`Step::Into`] the walk goes on in what is there then. Constructors that are
/// not known are walked like any other.
pub fn walk(blocks: &mut [Value], visit: &mut impl FnMut(&str, &mut Value) -> Step) {
    for block in blocks {
        descend(block, visit);
    }
}

fn descend(value: &mut Value, visit: &mut impl FnMut(&str, &mut Value) -> Step) {
    deep(|| match value {
        Value::Array(items) => {
            for item in items {
                descend(item, visit);
            }
        }
        Value::Object(_) => {
            let Some(name) = tag(value).map(constructor) else {
                // No element, but it may hold some: a citation with its prefix and suffix.
                let fields = value.as_object_mut().into_iter().flatten();
                fields.for_each(|(_, field)| descend(field, visit));
                return;
            };
            if visit(&name, value) == Step::Over {
                return;
            }
            let fields = value.as_object_mut().into_iter().flatten();
            if let Some((_, content)) = fields.into_iter().find(|(key, _)| *key == "c") {
                descend(content, visit);
            }
        }
        _ => {}
    });
}

/// The name of a constructor, which outlasts the element that has it.
fn constructor(tag: &str) -> Cow<'static, str> {
    // The most frequent first.
    const KNOWN: &[&str] = &[
        "Str",
        "Space",
        "SoftBreak",
        "Code",
        "Para",
        "Plain",
        "Emph",
        "Strong",
        "Link",
        "Span",
        "CodeBlock",
        "Quoted",
        "Header",
        "BulletList",
        "OrderedList",
        "Div",
        "BlockQuote",
        "LineBreak",
        "RawInline",
        "RawBlock",
        "Note",
        "Math",
        "Image",
        "Table",
        "Cite",
        "SingleQuote",
        "DoubleQuote",
    ];
    let known = KNOWN.iter().find(|known| **known == tag);
    known.map_or_else(|| Cow::from(tag.to_owned()), |known| Cow::from(*known))
}

/// Calls `look` with every element's tag and the element itself, in the order of [`walk`].
pub fn visit<'a>(blocks: &'a [Value], look: &mut impl FnMut(&'a str, &'a Value)) {
    for block in blocks {
        look_into(block, look);
    }
}

fn look_into<'a>(value: &'a Value, look: &mut impl FnMut(&'a str, &'a Value)) {
    deep(|| match value {
        Value::Array(items) => visit(items, look),
        Value::Object(fields) => match tag(value) {
            Some(name) => {
                look(name, value);
                if let Some(content) = field(fields, "c") {
                    look_into(content, look);
                }
            }
            None => fields.iter().for_each(|(_, field)| look_into(field, look)),
        },
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_ways_go_through_the_same_elements() {
        let cite = json!([{"citationPrefix": [{"t": "Str", "c": "x"}]}]);
        let mut blocks = [
            json!({"t": "Para", "c": [{"t": "Cite", "c": [cite, [{"t": "Space"}]]}]}),
            json!({"t": "Null"}),
        ];
        let mut walked = Vec::new();
        walk(&mut blocks, &mut |tag, _| {
            walked.push(tag.to_owned());
            Step::Into
        });
        let mut visited = Vec::new();
        visit(&blocks, &mut |tag, _| visited.push(tag.to_owned()));
        assert_eq!(walked, ["Para", "Cite", "Str", "Space", "Null"]);
        assert_eq!(walked, visited);
    }
}
