//! What stands beside a leaf in the same paragraph.

use crate::ast::raw::{Leaf, LeafKind, RawDocument};
use std::borrow::Cow;

/// Whether no block begins between two leaves.
pub(super) fn is_one_paragraph(document: &RawDocument<'_>, pair: &[Leaf]) -> bool {
    // Emphasis stands behind the text it holds.
    let holds = |leaf: &Leaf| matches!(leaf.kind, LeafKind::Emph | LeafKind::Strong);
    pair.get(1).is_some_and(holds) || between(document, pair).is_some()
}

/// What stands between two leaves of one paragraph; `None` for others.
pub(super) fn between<'a>(document: &RawDocument<'a>, pair: &[Leaf]) -> Option<&'a str> {
    let [one, other] = pair else { return None };
    let source = document.source(one.range().end..other.range().start);
    if is_one_space(source) {
        return Some(source);
    }
    let together = other.kind != LeafKind::CodeBlock
        && one.kind != LeafKind::CodeBlock
        && !["\"Para\"", "\"Plain\"", "\"Header\""]
            .iter()
            .any(|block| source.contains(block));
    together.then_some(source)
}

/// The text that follows the leaf at `index` in its paragraph, where only a space stands between;
/// empty where there is none.
pub(super) fn next_text<'a>(document: &RawDocument<'a>, index: usize) -> Cow<'a, str> {
    let leaves = document.leaves();
    let following = leaves
        .get(index + 1..)
        .unwrap_or_default()
        .iter()
        .find(|leaf| !matches!(leaf.kind, LeafKind::Emph | LeafKind::Strong));
    match (leaves.get(index), following) {
        (Some(&leaf), Some(&next))
            if next.kind == LeafKind::Str
                && is_one_paragraph(document, &[leaf, next])
                && is_spaced(document.source(leaf.range().end..next.range().start)) =>
        {
            document.text(&next)
        }
        _ => Cow::Borrowed(""),
    }
}

/// Whether a sentence begins with the `Str` at `index`, or it stands in a heading: then a capital tells
/// nothing.
pub(super) fn begins_sentence(document: &RawDocument<'_>, index: usize) -> bool {
    let leaves = document.leaves();
    let Some(leaf) = leaves.get(index) else { return false };
    let Some(before) = index.checked_sub(1).and_then(|at| leaves.get(at)) else {
        return true;
    };
    leaf.context.in_heading()
        || !is_one_paragraph(document, &[*before, *leaf])
        || document.text(before).ends_with(['.', '!', '?', ':', '”', '…'])
}

/// Whether the text of the `Str` at `index` and that of the next are one word, of which a part is
/// emphasized or a link.
pub(super) fn is_glued(document: &RawDocument<'_>, index: usize) -> bool {
    let Some(pair) = document.leaves().get(index..index + 2) else { return false };
    let text = |leaf: &Leaf| document.text(leaf);
    pair.iter().all(|leaf| leaf.kind == LeafKind::Str)
        && between(document, pair).is_some_and(|between| {
            let parts = [
                "\"Space\"",
                "\"SoftBreak\"",
                "Break\"",
                "\"RawInline\"",
                "\"Math\"",
                "\"Quoted\"",
                "\"Note\"",
                "\"Image\"",
            ];
            !parts.iter().any(|part| between.contains(part))
        })
        && (text(&pair[0]).ends_with(char::is_alphanumeric)
            && text(&pair[1]).starts_with(char::is_alphanumeric)
            // `@@count`, of which pandoc takes `@count` for a citation.
            || text(&pair[0]).ends_with('@') && text(&pair[1]).starts_with('@'))
}

/// Whether a space is among what stands between two leaves.
pub(super) fn is_spaced(between: &str) -> bool {
    is_one_space(between)
        || between.contains("\"Space\"")
        || between.contains("\"SoftBreak\"")
}

/// What stands between most words, as pandoc writes it: to compare is many times as fast as to
/// search, and this is asked of every pair.
pub(super) fn is_one_space(between: &str) -> bool {
    const SPACES: [&str; 2] = [r#",{"t":"Space"},"#, r#",{"t":"SoftBreak"},"#];
    // Other programs than pandoc put blanks into their JSON.
    let is_spaced = |space: &str| {
        between.bytes().filter(|byte| !byte.is_ascii_whitespace()).eq(space.bytes())
    };
    SPACES.contains(&between) || between.len() < 32 && SPACES.into_iter().any(is_spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nexts(blocks: &str) -> Vec<String> {
        let json =
            format!(r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{blocks}]}}"#);
        let document = RawDocument::parse(json.as_bytes()).unwrap();
        (0..document.leaves().len())
            .map(|index| next_text(&document, index).into_owned())
            .collect()
    }

    #[test]
    fn a_word_may_go_on_in_a_link() {
        let glued = |between: &str, next: &str| {
            let json = format!(
                r#"{{"pandoc-api-version":[1,23],"meta":{{}},"blocks":[{{"t":"Para","c":[{{"t":"Str","c":"a"}},{between}{{"t":"Link","c":[["",[],[]],[{{"t":"Str","c":"{next}"}}],["u",""]]}}]}}]}}"#
            );
            is_glued(&RawDocument::parse(json.as_bytes()).unwrap(), 0)
        };
        assert!(glued("", "b") && !glued("", "(b"));
        assert!(!glued(r#"{"t":"Space"},"#, "b"));
    }

    #[test]
    fn the_next_word_is_one_of_the_same_paragraph_behind_a_space() {
        let text = |text: &str| format!(r#"{{"t":"Str","c":"{text}"}}"#);
        let (a, b, space) = (text("a"), text("b"), r#"{"t":"Space"}"#);
        let para = |inlines: &str| format!(r#"{{"t":"Para","c":[{inlines}]}}"#);
        assert_eq!(nexts(&para(&format!("{a},{space},{b}"))), ["b", ""]);
        assert_eq!(nexts(&para(&format!("{a},{b}"))), ["", ""]);
        let two = format!("{},{}", para(&format!("{a},{space}")), para(&b));
        assert_eq!(nexts(&two), ["", ""]);
        let strong = format!(r#"{{"t":"Strong","c":[{a}]}},{space},{b}"#);
        assert_eq!(nexts(&para(&strong)), ["b", "b", ""]);
    }
}
