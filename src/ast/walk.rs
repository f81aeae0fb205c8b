//! The one walker over a document: every element, blocks and inlines, outside in.

use super::deep;
use serde_json::Value;

/// What surrounds the element at hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    /// It stands in a heading or in Strong, so it is bold already. A footnote starts afresh.
    pub bold: bool,
}

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

/// Calls `visit` with every element's tag, the element itself and what surrounds it. `visit` may
/// change the element in place; with [`Step::Into`] the walk goes on in what is there then.
/// Constructors that are not known are walked like any other.
pub fn walk(
    blocks: &mut [Value],
    visit: &mut impl FnMut(&str, &mut Value, Context) -> Step,
) {
    for block in blocks {
        descend(block, Context::default(), visit);
    }
}

fn descend(
    value: &mut Value,
    context: Context,
    visit: &mut impl FnMut(&str, &mut Value, Context) -> Step,
) {
    deep(|| match value {
        Value::Array(items) => {
            for item in items {
                descend(item, context, visit);
            }
        }
        Value::Object(_) => {
            let Some(name) = tag(value).map(str::to_owned) else {
                // No element, but it may hold some: a citation with its prefix and suffix.
                let fields = value.as_object_mut().into_iter().flatten();
                fields.for_each(|(_, field)| descend(field, context, visit));
                return;
            };
            if visit(&name, value, context) == Step::Over {
                return;
            }
            let context = match &*name {
                "Header" | "Strong" => Context { bold: true },
                "Note" => Context::default(),
                _ => context,
            };
            if let Some(content) = value.get_mut("c") {
                descend(content, context, visit);
            }
        }
        _ => {}
    });
}
