//! Line blocks, which pandoc 2 makes paragraphs of in an ePub, so that nothing tells verse from prose.
//! Both pandocs get the division that pandoc 3 writes.
//!
//! ```text
//! | One        ─►   Div .line-block
//! | two             Plain "One" LineBreak "two"
//! ```

use concfilter::ast::build::{Attr, div};
use concfilter::ast::{Step, walk};
use serde_json::{Value, json};

/// Makes divisions of the line blocks; whether there are any.
pub(super) fn apply(blocks: &mut [Value]) -> bool {
    let mut any = false;
    walk(blocks, &mut |name, block| {
        if name == "LineBlock"
            && let Some(lines) = block["c"].as_array_mut().map(std::mem::take)
        {
            *block = division(lines);
            any = true;
        }
        Step::Into
    });
    any
}

fn division(lines: Vec<Value>) -> Value {
    let mut inlines = Vec::new();
    for line in lines {
        if !inlines.is_empty() {
            inlines.push(json!({"t": "LineBreak"}));
        }
        match line {
            Value::Array(words) => inlines.extend(words),
            other => inlines.push(other),
        }
    }
    let mut attr = Attr::default();
    attr.add_class("line-block");
    div(&attr, vec![json!({"t": "Plain", "c": inlines})])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_blocks_are_divisions_wherever_they_stand() {
        let word = |text: &str| json!({"t": "Str", "c": text});
        let lines = json!({"t": "LineBlock", "c": [[word("One")], [], [word("two")]]});
        let mut blocks = vec![json!({"t": "BlockQuote", "c": [lines]})];
        assert!(apply(&mut blocks));
        let end = json!({"t": "LineBreak"});
        assert_eq!(
            blocks[0]["c"][0],
            json!({"t": "Div", "c": [["", ["line-block"], []], [
                {"t": "Plain", "c": [word("One"), end, end, word("two")]}
            ]]})
        );
        assert!(!apply(&mut blocks));
    }
}
