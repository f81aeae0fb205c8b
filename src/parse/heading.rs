//! Each chapter begins with its heading.
//!
//! ````text
//! A motto.                   # Sorting
//! # Sorting         ─►       A motto.
//! Text.                      Text.
//! ````

use concfilter::ast::build::{Attr, attr_mut, div, header};
use concfilter::ast::tag;
use serde_json::Value;

/// Lets a chapter begin with its heading, so that nothing of it ends up in the file of the one
/// before, and gives it the identifier `id` to link to where it has none. What stood before the
/// heading follows it. A chapter without a heading of level 1 takes the title of its metadata.
pub(super) fn begin_with_heading(
    blocks: &mut Vec<Value>,
    title: Option<Vec<Value>>,
    id: &str,
) {
    let is_top =
        |block: &Value| tag(block) == Some("Header") && block["c"][0].as_u64() == Some(1);
    let attr = Attr(id.to_owned(), vec![], vec![]);
    match (blocks.iter().position(is_top), title) {
        (Some(at), _) => blocks[..=at].rotate_right(1),
        (None, Some(title)) => blocks.insert(0, header(1, &attr, title)),
        (None, None) => {}
    }
    let first = blocks.first_mut();
    match first.filter(|block| tag(block) == Some("Header")).and_then(attr_mut) {
        Some(attr) if attr[0] == "" => attr[0] = Value::from(id),
        Some(_) => {}
        None => blocks.insert(0, div(&attr, vec![])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_before_the_heading_follows_it() {
        let heading = |id: &str| json!({"t": "Header", "c": [1, [id, [], []], []]});
        let mut blocks = vec![json!({"t": "Para", "c": []}), heading("a")];
        begin_with_heading(&mut blocks, None, "one");
        assert_eq!(blocks, [heading("a"), json!({"t": "Para", "c": []})]);
        let mut blocks = vec![json!({"t": "Para", "c": []})];
        begin_with_heading(&mut blocks, Some(vec![]), "one");
        assert_eq!(blocks[0], heading("one"));
        let mut blocks = vec![json!({"t": "Para", "c": []})];
        begin_with_heading(&mut blocks, None, "one");
        assert_eq!(blocks[0], json!({"t": "Div", "c": [["one", [], []], []]}));
    }
}
