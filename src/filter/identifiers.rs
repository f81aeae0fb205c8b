//! Inline code: identifiers become bold code, words the author finds tedious ordinary text, and
//! all other code stays as it is.

use crate::ast::build::{Attr, str, strong};
use crate::ast::{Context, Step, walk};
use crate::lang::is_identifier;
use crate::settings::Identifiers;
use serde_json::{Value, json};

/// Sets inline code; returns how many identifiers there are.
pub(super) fn apply(blocks: &mut [Value], settings: &Identifiers) -> usize {
    let mut count = 0;
    walk(blocks, &mut |tag, element, context| {
        if tag != "Code" {
            return Step::Into;
        }
        if let Some(code) = set(element, context, settings) {
            count += usize::from(code != Set::Plain);
        }
        Step::Over
    });
    count
}

#[derive(PartialEq, Eq)]
enum Set {
    Plain,
    Identifier,
}

/// Sets one piece of inline code; `None` when it is no identifier.
fn set(element: &mut Value, context: Context, settings: &Identifiers) -> Option<Set> {
    let content = element.get("c")?;
    let mut attr = Attr::read(content.get(0)?)?;
    let code = content.get(1)?.as_str()?.to_owned();
    if settings.plain.contains(code.trim()) {
        *element = str(code.trim());
        return Some(Set::Plain);
    }
    if !is_identifier(&code) {
        return None;
    }
    attr.add_class("identifier");
    let set = json!({"t": "Code", "c": [attr.write(), code]});
    // A heading is bold by itself, and bold in Strong would be set twice.
    *element = if settings.bold && !context.bold { strong(vec![set]) } else { set };
    Some(Set::Identifier)
}
