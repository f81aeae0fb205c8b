//! Numbers in a listing that a list below it explains: callouts of `AsciiDoc`, code annotations of Quarto.
//!
//! ````text
//! ```python                     x = 1  ①
//! x = 1  # (1)
//! ```                    ─►
//! 1. The explanation.           ①  The explanation.
//! ````
//!
//! A number in a ring stands in the place of the comment, and before its explanation, and each leads to
//! the other. Only where both are there: a comment `# (1)` without a list stays a comment. The signs
//! around the number stay in the text, without a width: what is copied is the source, which runs, and
//! a reader without styles shows the comment.

use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId};
use std::collections::BTreeSet;
use std::ops::Range;

/// Puts numbers in rings in the listings of a document that have explanations.
pub(crate) fn apply(document: &mut ContentDocument) {
    let tree = &document.tree;
    let is_listing = |&node: &NodeId| {
        tree.name(node) == Some("figure") && tree.has_class(node, "listing")
    };
    let figures: Vec<NodeId> = tree.descendants(tree.root()).filter(is_listing).collect();
    let mut names = None;
    for figure in figures {
        if let Some(annotated) = Annotated::of(&document.tree, figure) {
            let names = names.get_or_insert_with(|| Names::of(&document.tree));
            let base = names.next(&document.tree, figure);
            annotated.set(&mut document.tree, &base);
            document.changed = true;
        }
    }
}

/// The numbers that the lines of a text end with.
pub(crate) fn numbers(code: &str) -> BTreeSet<usize> {
    let markers = code.lines().filter_map(marker);
    markers.flat_map(|marker| marker.groups).map(|group| group.number).collect()
}

/// What a line ends with.
#[derive(Debug, PartialEq, Eq)]
struct Marker {
    /// The byte where it begins: the comment, or the first sign.
    start: usize,
    /// The byte behind it.
    end: usize,
    groups: Vec<SignedNumber>,
}

/// A number between its signs: `(1)` or `<1>`.
#[derive(Debug, PartialEq, Eq)]
struct SignedNumber {
    number: usize,
    digits: Range<usize>,
}

/// The numbers at the end of a line, in a comment of any language; `<1>` also without one, as
/// `AsciiDoc` takes it where a language has no comments.
fn marker(line: &str) -> Option<Marker> {
    const AROUND: &[(&str, &str)] = &[("/*", "*/"), ("<!--", "-->"), ("(*", "*)")];
    const LINE: &[&str] = &["//", "--", "#", ";", "%"];
    let mut rest = line.trim_end();
    let end = rest.len();
    let around = AROUND.iter().find(|(open, close)| {
        let inside = rest.strip_suffix(close);
        // `(*)` is neither.
        inside.is_some_and(|inside| inside.contains(open))
    });
    if let Some((_, close)) = around {
        rest = rest[..end - close.len()].trim_end();
    }
    // Material for MkDocs has `(1)!` where the comment's signs are not shown.
    rest = rest.strip_suffix('!').filter(|rest| rest.ends_with(')')).unwrap_or(rest);
    let mut groups = Vec::new();
    let mut in_angles = true;
    while let Some((before, digits, open)) = last_number(rest) {
        in_angles &= open == '<';
        let number = rest[digits.clone()].parse().ok()?;
        groups.push(SignedNumber { number, digits });
        rest = rest[..before].trim_end();
    }
    groups.reverse();
    let first = groups.first()?.digits.start - 1;
    let start = if let Some((open, _)) = around {
        rest.strip_suffix(open)?.len()
    } else if let Some(open) = LINE.iter().find(|open| rest.ends_with(**open)) {
        let code = rest.trim_end_matches(|c: char| open.starts_with(c));
        // `i--` and `f();` end a statement.
        let is_comment = code.is_empty() || code.ends_with(char::is_whitespace);
        is_comment.then_some(code.len())?
    } else {
        let is_apart = line[..first].ends_with(char::is_whitespace);
        (in_angles && is_apart && !rest.is_empty()).then_some(first)?
    };
    Some(Marker { start, end, groups })
}

/// The number that a text ends with, in brackets: the byte before them, its digits, the first bracket.
fn last_number(text: &str) -> Option<(usize, Range<usize>, char)> {
    let open = match text.chars().last()? {
        ')' => '(',
        '>' => '<',
        _ => return None,
    };
    let end = text.len() - 1;
    let before = text[..end].trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = before.len()..end;
    let is_number =
        (1..=2).contains(&digits.len()) && !text[digits.clone()].starts_with('0');
    (is_number && before.ends_with(open)).then(|| (before.len() - 1, digits, open))
}

/// A listing with numbers, and the list that explains them.
struct Annotated {
    lines: Vec<(NodeId, Marker)>,
    list: NodeId,
    items: Vec<NodeId>,
}

impl Annotated {
    fn of(tree: &Document, figure: NodeId) -> Option<Self> {
        let pre =
            tree.children(figure).iter().rfind(|&&one| tree.name(one) == Some("pre"))?;
        let &[code] = tree.children(*pre) else { return None };
        let is_plain = |&line: &NodeId| {
            tree.has_class(line, "line")
                && !tree.descendants(line).any(|one| tree.name(one) == Some("a"))
        };
        let lines: Vec<(NodeId, Marker)> = tree
            .children(code)
            .iter()
            .filter(|line| is_plain(line))
            .filter_map(|&line| Some((line, marker(&tree.text(line))?)))
            .collect();
        if lines.is_empty() {
            return None;
        }
        let list = next_element(tree, figure)?;
        let is_first = tree.attr(list, "start").is_none_or(|start| start == "1");
        if tree.name(list) != Some("ol") || !is_first {
            return None;
        }
        let is_item = |&one: &NodeId| tree.name(one) == Some("li");
        let items: Vec<NodeId> =
            tree.children(list).iter().copied().filter(is_item).collect();
        let numbers = lines.iter().flat_map(|(_, marker)| &marker.groups);
        let numbers: BTreeSet<usize> = numbers.map(|group| group.number).collect();
        numbers.into_iter().eq(1..=items.len()).then_some(Self { lines, list, items })
    }

    /// Puts the rings in; `base` is what their names begin with.
    fn set(self, tree: &mut Document, base: &str) {
        let mut named = BTreeSet::new();
        for (line, marker) in self.lines {
            let text = tree.text(line);
            tree.open_marks_below(line);
            truncate(tree, line, marker.start);
            let mut at = marker.start;
            let last = marker.groups.len() - 1;
            for (index, SignedNumber { number, digits }) in
                marker.groups.into_iter().enumerate()
            {
                let end = if index == last { marker.end } else { digits.end + 1 };
                let link = marker_link(tree, &format!("{base}-{number}"));
                if named.insert(number) {
                    tree.set_attr(link, "id", format!("{base}-{number}-code"));
                }
                for (part, is_sign) in [
                    (&text[at..digits.start], true),
                    (&text[digits.clone()], false),
                    (&text[digits.end..end], true),
                ] {
                    let own = tree.create(Kind::Text(part.to_owned()));
                    if is_sign {
                        let sign = tree.create_element("span", &[("class", "sign")]);
                        tree.append(sign, own);
                        tree.append(link, sign);
                    } else {
                        tree.append(link, own);
                    }
                }
                tree.append(line, link);
                at = end;
            }
            if marker.end < text.len() {
                let rest = tree.create(Kind::Text(text[marker.end..].to_owned()));
                tree.append(line, rest);
            }
        }
        // What pandoc says of the numbers there would outrank the stylesheet.
        for name in ["type", "style"] {
            tree.remove_attr(self.list, name);
        }
        let class =
            tree.attr(self.list, "class").map(|class| format!("{class} annotations"));
        tree.set_attr(
            self.list,
            "class",
            class.unwrap_or_else(|| "annotations".to_owned()),
        );
        for (number, item) in (1..).zip(self.items) {
            let link = marker_link(tree, &format!("{base}-{number}-code"));
            tree.set_attr(link, "id", format!("{base}-{number}"));
            let text = tree.create(Kind::Text(number.to_string()));
            tree.append(link, text);
            let paragraph =
                tree.children(item).iter().find(|&&one| tree.name(one).is_some());
            let paragraph = paragraph.copied().filter(|&one| tree.name(one) == Some("p"));
            let blank = tree.create(Kind::Text(" ".to_owned()));
            let to = paragraph.unwrap_or(item);
            tree.insert(to, 0, blank);
            tree.insert(to, 0, link);
        }
    }
}

/// A link in a ring, without its text.
fn marker_link(tree: &mut Document, to: &str) -> NodeId {
    let href = format!("#{to}");
    tree.create_element("a", &[("class", "annotation"), ("href", &href)])
}

/// The next element behind a listing, which may be the last in a division.
fn next_element(tree: &Document, node: NodeId) -> Option<NodeId> {
    let mut node = node;
    loop {
        let parent = tree.parent(node)?;
        let siblings = tree.children(parent);
        let at = siblings.iter().position(|&one| one == node)?;
        for &one in &siblings[at + 1..] {
            match tree.kind(one) {
                Kind::Text(text) if text.trim().is_empty() => {}
                Kind::Element { .. } => return Some(one),
                _ => return None,
            }
        }
        if tree.name(parent) != Some("div") {
            return None;
        }
        node = parent;
    }
}

/// Takes the text of a line away from a byte on, and the tokens that are empty then.
fn truncate(tree: &mut Document, line: NodeId, start: usize) {
    let mut at = 0;
    for node in tree.descendants(line).collect::<Vec<_>>() {
        let Kind::Text(text) = tree.kind(node) else { continue };
        let (from, to) = (at, at + text.len());
        at = to;
        if to <= start {
            continue;
        }
        if from < start {
            let kept = tree.create(Kind::Text(text[..start - from].to_owned()));
            tree.replace(node, kept);
            continue;
        }
        let parent = tree.parent(node).filter(|&one| one != line);
        tree.detach(node);
        if let Some(parent) = parent.filter(|&one| tree.children(one).is_empty()) {
            tree.detach(parent);
        }
    }
}

/// Names for the rings of a document.
struct Names {
    taken: BTreeSet<String>,
    count: usize,
}

impl Names {
    fn of(tree: &Document) -> Self {
        let all = tree.descendants(tree.root()).filter_map(|node| tree.attr(node, "id"));
        Self { taken: all.map(str::to_owned).collect(), count: 0 }
    }

    /// What the names of a listing's rings begin with. No other identifier of the document does.
    fn next(&mut self, tree: &Document, figure: NodeId) -> String {
        let own = tree.attr(figure, "id").map(|id| format!("{id}-annotation"));
        loop {
            self.count += 1;
            let base = match &own {
                Some(own) if self.count == 1 => own.clone(),
                Some(own) => format!("{own}-{}", self.count),
                None => format!("annotation-{}", self.count),
            };
            let mut behind = self.taken.range(base.clone()..);
            if behind.next().is_none_or(|next| !next.starts_with(&base)) {
                self.taken.insert(base.clone());
                return base;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::{Highlighting, listings};
    use concfilter::settings::Captions;

    fn applied(code: &str, behind: &str, highlighting: Highlighting) -> String {
        let code = code.replace('<', "&lt;").replace('>', "&gt;");
        let xml = format!(
            "<body><pre class=\"python\"><code>{code}</code></pre>\n{behind}</body>"
        );
        let mut document = ContentDocument::of("a.xhtml", &xml);
        listings::apply(&mut document, Captions::Caption, highlighting);
        let text = |document: &ContentDocument| {
            let tree = &document.tree;
            let pre =
                tree.descendants(tree.root()).find(|&one| tree.name(one) == Some("pre"));
            tree.text(pre.unwrap())
        };
        let before = text(&document);
        document.changed = false;
        apply(&mut document);
        assert_eq!(text(&document), before, "the text stays");
        let out = document.tree.to_xml();
        assert_eq!(document.changed, out.contains("class=\"annotation\""));
        document.changed = false;
        apply(&mut document);
        assert!(!document.changed, "a second time changes nothing");
        out
    }

    #[test]
    fn a_number_and_its_explanation_lead_to_each_other() {
        let list = "<ol style=\"list-style-type: decimal\" type=\"1\">\n<li>One</li>\
                    <li><p>Two</p></li></ol>";
        for highlighting in [Highlighting::Off, Highlighting::Ours] {
            let out = applied("x = 1  # (1)\ny # <2> <1>\n", list, highlighting);
            for wanted in [
                "<a class=\"annotation\" href=\"#annotation-1-1\" id=\"annotation-1-1-code\">\
                 <span class=\"sign\"># (</span>1<span class=\"sign\">)</span></a>\n</span>",
                "<a class=\"annotation\" href=\"#annotation-1-2\" id=\"annotation-1-2-code\">\
                 <span class=\"sign\"># &lt;</span>2<span class=\"sign\">&gt;</span></a><a \
                 class=\"annotation\" href=\"#annotation-1-1\"><span class=\"sign\"> &lt;</span>1",
                "<ol class=\"annotations\">\n<li><a class=\"annotation\" \
                 href=\"#annotation-1-1-code\" id=\"annotation-1-1\">1</a> One</li><li><p><a",
            ] {
                assert!(out.contains(wanted), "{wanted}\n{out}");
            }
            assert!(!out.contains("<span class=\"co\"></span>"), "{out}");
        }
    }

    #[test]
    fn without_both_nothing_changes() {
        let list = "<ol><li>One</li></ol>";
        for (code, behind) in [
            ("x  # (1)", "<p>Text</p>"),
            ("x  # (1)", ""),
            ("x  # (1)", "<p>Text</p><ol><li>One</li></ol>"),
            ("x  # (1)\ny # (2)", list),
            ("x  # (2)", list),
            ("f (1)", list),
            ("x", list),
            ("x # (1)", "<ol start=\"3\"><li>One</li></ol>"),
            ("x # (1)", "<ul><li>One</li></ul>"),
        ] {
            let out = applied(code, behind, Highlighting::Ours);
            assert!(!out.contains("annotation"), "{code} {behind}");
        }
    }

    #[test]
    fn numbers_stand_in_the_comments_of_all_languages() {
        for line in [
            "x # (1)",
            "x // (1)",
            "x # <1>",
            "x // <1>",
            "x /* <1> */",
            "<a/> <!-- <1> -->",
            "SELECT 1 -- (1)",
            "x ;; (1)",
            "x % (1)",
            "x (* (1) *)",
            "# (1)",
            "\"a\": 1 <1>",
            "x #(1)  ",
            "x # (1)!",
        ] {
            assert_eq!(numbers(line), BTreeSet::from([1]), "{line}");
            let marker = marker(line).unwrap();
            assert!(
                !line[..marker.start].contains(['(', '<']) || line.starts_with("<a/>")
            );
        }
        for line in [
            "f(1)",
            "f (1)",
            "i-- (1)",
            "f(); (1)",
            "vec<1>",
            "x # (a)",
            "x # (0)",
            "# (100)",
            "x */ (1)",
            "(*)",
            "<1>",
            "",
            "x # (1) and",
        ] {
            assert_eq!(numbers(line), BTreeSet::new(), "{line}");
        }
    }
}
