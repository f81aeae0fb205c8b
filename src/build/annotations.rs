//! Explanations of numbers in a listing that pandoc reads as a paragraph: `<1> text` of `AsciiDoc`, and
//! `(1) text` in dialects that number no lists so. They become the list that
//! [`style::annotations`](crate::style::annotations) looks for.
//!
//! ```text
//! <1> One.                        OrderedList [1] One.
//! <2> Two.                   ─►                [2] Two.
//! ```

use crate::style::annotations::numbers;
use concfilter::ast::{deep, tag};
use serde_json::{Value, json};

/// Makes lists of the explanations below listings; whether there are any.
pub(super) fn apply(blocks: &mut Vec<Value>) -> bool {
    let mut any = list(blocks);
    for block in blocks {
        any |= descend(block);
    }
    any
}

fn descend(value: &mut Value) -> bool {
    deep(|| match value {
        Value::Array(items) => {
            let any = list(items);
            items.iter_mut().fold(any, |any, item| descend(item) | any)
        }
        Value::Object(fields) => {
            fields.values_mut().fold(false, |any, field| descend(field) | any)
        }
        _ => false,
    })
}

/// Goes through the blocks of a list.
fn list(blocks: &mut Vec<Value>) -> bool {
    let mut any = false;
    let mut at = 0;
    while at + 1 < blocks.len() {
        at += 1;
        if tag(&blocks[at - 1]) != Some("CodeBlock") || tag(&blocks[at]) != Some("Para") {
            continue;
        }
        let code = blocks[at - 1]["c"][1].as_str().unwrap_or_default();
        let wanted = numbers(code);
        if let Some((items, count)) = explanations(&blocks[at..])
            && wanted.into_iter().eq(1..=items.len())
        {
            let items: Vec<Value> = items
                .into_iter()
                .map(|text| json!([{"t": "Plain", "c": text}]))
                .collect();
            let kind = json!([1, {"t": "Decimal"}, {"t": "Period"}]);
            let list = json!({"t": "OrderedList", "c": [kind, items]});
            blocks.splice(at..at + count, [list]);
            any = true;
        }
    }
    any
}

/// The explanations that paragraphs begin with, and how many paragraphs they are.
fn explanations(blocks: &[Value]) -> Option<(Vec<Vec<Value>>, usize)> {
    let mut items: Vec<Vec<Value>> = Vec::new();
    let mut count = 0;
    for block in blocks.iter().take_while(|block| tag(block) == Some("Para")) {
        let inlines = block["c"].as_array()?;
        if !is_number(inlines.first()?, items.len() + 1) {
            break;
        }
        count += 1;
        let mut begins = true;
        for (at, inline) in inlines.iter().enumerate() {
            let is_break = matches!(tag(inline), Some("SoftBreak" | "LineBreak"));
            let behind = inlines.get(at + 1);
            if begins {
                items.push(Vec::new());
                begins = false;
            } else if is_break
                && behind.is_some_and(|one| is_number(one, items.len() + 1))
            {
                begins = true;
            } else if let Some(item) = items.last_mut()
                && !(item.is_empty() && tag(inline) == Some("Space"))
            {
                item.push(inline.clone());
            }
        }
    }
    (!items.is_empty()).then_some((items, count))
}

/// Whether a piece of text is a number in brackets.
fn is_number(inline: &Value, number: usize) -> bool {
    let text = inline["c"].as_str().filter(|_| tag(inline) == Some("Str"));
    text.is_some_and(|text| {
        text == format!("<{number}>") || text == format!("({number})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn para(text: &str) -> Value {
        let inline = |word: &str| match word {
            " " => json!({"t": "Space"}),
            "\n" => json!({"t": "SoftBreak"}),
            word => json!({"t": "Str", "c": word}),
        };
        let words = text.split_inclusive([' ', '\n']).flat_map(|word| {
            let (bare, end) = word.split_at(word.trim_end().len());
            [bare.to_owned(), end.to_owned()]
        });
        let words = words.filter(|word| !word.is_empty());
        json!({"t": "Para", "c": words.map(|word| inline(&word)).collect::<Vec<_>>()})
    }

    #[test]
    fn explanations_become_a_list() {
        let code = json!({"t": "CodeBlock", "c": [["", [], []], "a # (1)\nb # (2)"]});
        let text = |blocks: &[Value]| serde_json::to_string(blocks).unwrap();
        for below in [
            vec![para("<1> One\nmore.\n<2> Two.")],
            vec![para("(1) One\nmore."), para("(2) Two.")],
        ] {
            let mut own = vec![code.clone()];
            own.extend(below);
            own.push(para("End."));
            // In a quote.
            let mut blocks = vec![json!({"t": "BlockQuote", "c": own})];
            assert!(apply(&mut blocks));
            let inside = blocks[0]["c"].as_array().unwrap();
            let tags: Vec<_> = inside.iter().filter_map(tag).collect();
            assert_eq!(tags, ["CodeBlock", "OrderedList", "Para"]);
            let items = inside[1]["c"][1].as_array().unwrap();
            assert_eq!(items.len(), 2, "{items:?}");
            assert_eq!(items[1][0]["c"], para("Two.")["c"]);
            assert_eq!(items[0][0]["c"], para("One\nmore.")["c"]);
            assert!(!apply(&mut blocks));
        }
        for below in [para("<1> One."), para("Text (1)"), para("<2> Two.\n<1> One.")] {
            let mut blocks = vec![code.clone(), below];
            let before = text(&blocks);
            assert!(!apply(&mut blocks));
            assert_eq!(text(&blocks), before);
        }
    }
}
