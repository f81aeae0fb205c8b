//! How often a parser of XML compares: it holds each attribute of an element against all others of it, and each
//! prefix that holds where an element stands against those that the element binds, so that a few kilobytes could
//! take it minutes.
//!
//! ```text
//! <p x:a1="" x:a2="" x:a3="" …/>     <r xmlns:a="" xmlns:b="" …><p xmlns:x=""/><p xmlns:x=""/> …</r>
//! ```

use std::ops::Range;

/// The most comparisons, which take about a second. Of books that are meant to be read, the longest documents
/// want a hundredth of it.
pub const MOST_COMPARISONS: u64 = 100_000_000;

/// What is said of a document that wants more.
pub const TOO_MANY_COMPARISONS: &str = "its elements have too many attributes or namespaces: each is compared with \
    all others, and that is done 100 million times at most";

/// A start tag of XML, as far as it can be told without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartTag {
    /// Its bytes, angle brackets among them.
    pub range: Range<usize>,
    /// How many attributes it has, those that bind prefixes among them.
    pub attributes: u64,
    /// How many of them bind a prefix.
    bound: u64,
    is_empty: bool,
    /// How many end tags stand between the one before and this one.
    ended: usize,
}

/// All start tags of a text, those in the text of entities among them.
pub fn start_tags(xml: &str) -> impl Iterator<Item = StartTag> {
    let (mut at, mut ended) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let open = at + xml.get(at..)?.find('<')?;
            let rest = &xml[open..];
            let behind = |end: &str| {
                open + rest.find(end).map_or(rest.len(), |length| length + end.len())
            };
            at = if rest.starts_with("<!--") {
                behind("-->")
            } else if rest.starts_with("<![CDATA[") {
                behind("]]>")
            } else if rest.starts_with("<?") {
                behind("?>")
            } else if rest.starts_with("<!") {
                open + 2
            } else if rest.starts_with("</") {
                ended += 1;
                open + 2
            } else {
                let tag = StartTag { ended, ..start_tag(rest, open) };
                (at, ended) = (tag.range.end, 0);
                return Some(tag);
            };
        }
    })
}

/// The start tag at the beginning of a text that stands at `open`.
fn start_tag(rest: &str, open: usize) -> StartTag {
    let (mut attributes, mut bound) = (0, 0);
    let (mut quote, mut name, mut is_between) = (None, 0, true);
    for (at, &byte) in rest.as_bytes().iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) if open == byte => (quote, is_between) = (None, true),
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => {
                let (range, is_empty) = (open..open + at + 1, rest[..at].ends_with('/'));
                return StartTag { range, attributes, bound, is_empty, ended: 0 };
            }
            (None, b'=') => {
                attributes += 1;
                bound += u64::from(rest.as_bytes()[name..].starts_with(b"xmlns"));
            }
            (None, _) if byte.is_ascii_whitespace() => is_between = true,
            (None, _) if is_between => (name, is_between) = (at, false),
            (None, _) => {}
        }
    }
    let range = open..open + rest.len();
    StartTag { range, attributes, bound, is_empty: true, ended: 0 }
}

impl StartTag {
    /// Whether it binds a prefix, or the namespace of names without one.
    pub fn binds(&self) -> bool {
        self.bound > 0
    }
}

/// How many comparisons a parser makes of a text, about.
pub fn comparisons(xml: &str) -> u64 {
    comparisons_of(start_tags(xml))
}

/// The same by all start tags of a text.
pub fn comparisons_of(tags: impl Iterator<Item = StartTag>) -> u64 {
    let (mut total, mut scope, mut open) = (0_u64, 0_u64, Vec::new());
    for tag in tags {
        for _ in 0..tag.ended {
            scope -= open.pop().unwrap_or(0);
        }
        let (all, bound) = (tag.attributes, tag.bound);
        let mut own = all.saturating_mul(all) / 2;
        if bound > 0 {
            own = own.saturating_add(scope.saturating_mul(bound + scope / 2));
        }
        // The prefixes of its name and of its attributes are looked for.
        own = own.saturating_add((all + 1).saturating_mul(scope + bound));
        total = total.saturating_add(own);
        if !tag.is_empty {
            open.push(bound);
            scope += bound;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_what_is_none() {
        let xml = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e '<i a=\"\">'>]><!-- <b c=''> -->\
            <a x='>' xmlns='u'><b  xmlns:p = \"1=2\"/><![CDATA[<c d=''>]]></a><d";
        let found: Vec<_> = start_tags(xml)
            .map(|tag| (xml[tag.range].to_owned(), tag.attributes, tag.bound, tag.ended))
            .collect();
        let tag = |text: &str, all, bound, ended| (text.to_owned(), all, bound, ended);
        assert_eq!(
            found,
            [
                tag("<i a=\"\">", 1, 0, 0),
                tag("<a x='>' xmlns='u'>", 2, 1, 0),
                tag("<b  xmlns:p = \"1=2\"/>", 1, 1, 0),
                tag("<d", 0, 0, 1),
            ]
        );
    }

    #[test]
    fn what_is_compared_with_all_others_is_too_much() {
        let many = |number: usize, one: &str| -> String {
            (0..number).map(|at| one.replace('N', &at.to_string())).collect()
        };
        let few = "<p xmlns=\"u\" class=\"c\"><math xmlns=\"m\"/></p>".repeat(100_000);
        for (xml, is_too_much) in [
            (format!("<r>{few}</r>"), false),
            (format!("<r><p {}/></r>", many(20_000, " x:aN=''")), true),
            (
                format!(
                    "<r {}>{}</r>",
                    many(3000, " xmlns:aN='b'"),
                    "<p xmlns:b='c'/>".repeat(3000)
                ),
                true,
            ),
            (
                format!(
                    "<r {}>{}</r>",
                    many(3000, " xmlns:aN='b'"),
                    "<p/>".repeat(50_000)
                ),
                true,
            ),
            // One behind the other, none holds for another.
            (format!("<r>{}</r>", many(20_000, "<p xmlns:aN='b'>x</p>")), false),
        ] {
            assert_eq!(
                comparisons(&xml) > MOST_COMPARISONS,
                is_too_much,
                "{}",
                &xml[..40]
            );
        }
    }
}
