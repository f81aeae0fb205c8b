//! The one walker over a document's tree: every element, blocks and inlines, outside in.

use super::deep;
use serde_json::Value;

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
    element.get("t")?.as_str()
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
            let Some(name) = tag(value).map(str::to_owned) else {
                // No element, but it may hold some: a citation with its prefix and suffix.
                let fields = value.as_object_mut().into_iter().flatten();
                fields.for_each(|(_, field)| descend(field, visit));
                return;
            };
            if visit(&name, value) == Step::Over {
                return;
            }
            if let Some(content) = value.get_mut("c") {
                descend(content, visit);
            }
        }
        _ => {}
    });
}
