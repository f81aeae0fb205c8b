//! Code blocks in one shape, whatever pandoc made of them:
//! `figure.listing > figcaption + pre > code > span.line`.
//!
//! Each source line is a block with a hanging indent past its own indentation, so that what wraps
//! reads as a continuation. The line's end stands inside its block: the text of a listing, as a
//! reader extracts or copies it, is the source.

use super::documents::{Documents, Open};
use super::lines::{self, Line};
use crate::epub::dom::{Document, Kind, NodeId};
use std::collections::BTreeSet;

/// Gives code blocks their shape; with `captions` a file's name stands above its listing.
pub(super) fn apply(documents: &mut Documents, captions: bool) {
    let wanted = fragments(documents);
    for open in &mut documents.0 {
        for pre in code_blocks(&open.tree) {
            if let Some(code) = code_of(&open.tree, pre) {
                in_figure(open, pre, captions);
                set_lines(open, code, &wanted);
                open.changed = true;
            }
        }
    }
}

/// The fragments that links lead to.
fn fragments(documents: &Documents) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for open in &documents.0 {
        let tree = &open.tree;
        for node in tree.descendants(tree.root()) {
            // pandoc links each line of a listing to itself.
            if tree.attr(node, "aria-hidden") != Some("true")
                && let Some((_, fragment)) =
                    tree.attr(node, "href").and_then(|href| href.split_once('#'))
            {
                found.insert(fragment.to_owned());
            }
        }
    }
    found
}

/// Every `<pre>` that has no figure yet.
fn code_blocks(tree: &Document) -> Vec<NodeId> {
    tree.descendants(tree.root())
        .filter(|&node| tree.name(node) == Some("pre"))
        .filter(|&node| {
            let is_ours =
                |one| tree.name(one) == Some("figure") && tree.has_class(one, "listing");
            !tree.ancestors(node).any(is_ours)
        })
        .collect()
}

/// The `<code>` that is all a `<pre>` holds, if it is in a shape that pandoc writes: text alone, or
/// lines in spans with line ends between them.
fn code_of(tree: &Document, pre: NodeId) -> Option<NodeId> {
    let &[code] = tree.children(pre) else { return None };
    if tree.name(code) != Some("code") {
        return None;
    }
    let known = |&child: &NodeId| match tree.kind(child) {
        Kind::Text(text) => !is_highlighted(tree, code) || text == "\n",
        Kind::Element { name, .. } => name == "span" && is_highlighted(tree, code),
        _ => false,
    };
    tree.children(code).iter().all(known).then_some(code)
}

fn is_highlighted(tree: &Document, code: NodeId) -> bool {
    tree.has_class(code, "sourceCode")
}

/// Puts the figure around a block, in the place of pandoc's division where there is one.
fn in_figure(open: &mut Open, pre: NodeId, captions: bool) {
    let tree = &mut open.tree;
    let figure = tree.create_element("figure", &[("class", "listing")]);
    let division = tree.parent(pre).filter(|&parent| {
        tree.name(parent) == Some("div")
            && tree.has_class(parent, "sourceCode")
            && tree.children(parent).len() == 1
    });
    // What names the block names the figure.
    for holder in division.into_iter().chain([pre]) {
        for (name, value) in tree.attrs(holder).to_vec() {
            if name == "id" || name.starts_with("data-") {
                tree.remove_attr(holder, &name);
                tree.set_attr(figure, &name, value);
            }
        }
    }
    tree.replace(division.unwrap_or(pre), figure);
    if let Some(file) =
        tree.attr(figure, "data-file").filter(|_| captions).map(str::to_owned)
    {
        let caption = tree.create_element("figcaption", &[]);
        let code = tree.create_element("code", &[]);
        let text = tree.create(Kind::Text(file));
        tree.append(code, text);
        tree.append(caption, code);
        tree.append(figure, caption);
    }
    tree.append(figure, pre);
}

/// Makes each source line a block.
fn set_lines(open: &mut Open, code: NodeId, wanted: &BTreeSet<String>) {
    let tree = &mut open.tree;
    let lines = if is_highlighted(tree, code) {
        highlighted(tree, code, wanted)
    } else {
        plain(tree, code)
    };
    let texts: Vec<String> = lines.iter().map(|&line| tree.text(line)).collect();
    for (&line, Line { class, .. }) in lines.iter().zip(lines::read(&texts)) {
        tree.set_attr(line, "class", class);
        tree.append(code, line);
    }
}

/// pandoc's own lines, with their ends taken in, and without the links to themselves.
fn highlighted(
    tree: &mut Document,
    code: NodeId,
    wanted: &BTreeSet<String>,
) -> Vec<NodeId> {
    let mut lines: Vec<NodeId> = Vec::new();
    for child in tree.children(code).to_vec() {
        if let Kind::Text(end) = tree.kind(child) {
            let end = end.clone();
            let last = lines.last().copied();
            if let Some(last) = last {
                let end = tree.create(Kind::Text(end));
                tree.append(last, end);
            }
            tree.detach(child);
            continue;
        }
        for link in tree.children(child).to_vec() {
            if tree.name(link) == Some("a")
                && tree.attr(link, "aria-hidden") == Some("true")
            {
                tree.detach(link);
            }
        }
        if tree.attr(child, "id").is_some_and(|id| !wanted.contains(id)) {
            tree.remove_attr(child, "id");
        }
        lines.push(child);
    }
    lines
}

fn plain(tree: &mut Document, code: NodeId) -> Vec<NodeId> {
    let text = tree.text(code);
    for child in tree.children(code).to_vec() {
        tree.detach(child);
    }
    text.split_inclusive('\n')
        .map(|line| {
            let span = tree.create_element("span", &[]);
            let text = tree.create(Kind::Text(line.to_owned()));
            tree.append(span, text);
            span
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(inside: &str, captions: bool) -> String {
        let tree = Document::parse(&format!("<html>{inside}</html>")).unwrap();
        let mut documents =
            Documents(vec![Open { path: "a.xhtml".into(), tree, changed: false }]);
        let before = documents.0[0].tree.text(documents.0[0].tree.root());
        apply(&mut documents, captions);
        let out = documents.0[0].tree.to_xml();
        if !captions {
            assert_eq!(documents.0[0].tree.text(documents.0[0].tree.root()), before);
        }
        // A second time changes nothing.
        documents.0[0].changed = false;
        apply(&mut documents, captions);
        assert!(!documents.0[0].changed);
        out.strip_prefix("<html>").unwrap().strip_suffix("</html>").unwrap().to_owned()
    }

    const HIGHLIGHTED: &str = "<div class=\"sourceCode\" id=\"x\" data-file=\"a.py\">\
        <pre class=\"sourceCode python\"><code class=\"sourceCode python\">\
        <span id=\"x-1\"><a href=\"#x-1\" aria-hidden=\"true\" tabindex=\"-1\"></a>\
        <span class=\"kw\">def</span> f():</span>\n<span id=\"x-2\"><a href=\"#x-2\" \
        aria-hidden=\"true\" tabindex=\"-1\"></a></span>\n<span id=\"x-3\"><a href=\"#x-3\" \
        aria-hidden=\"true\" tabindex=\"-1\"></a>    g()</span></code></pre></div>";

    #[test]
    fn highlighted_code_has_a_line_in_each_block() {
        assert_eq!(
            applied(HIGHLIGHTED, true),
            "<figure class=\"listing\" id=\"x\" data-file=\"a.py\"><figcaption><code>a.py</code>\
             </figcaption><pre class=\"sourceCode python\"><code class=\"sourceCode python\">\
             <span class=\"line in0\"><span class=\"kw\">def</span> f():\n</span><span \
             class=\"line in0\">\n</span><span class=\"line in4\">    g()</span></code></pre></figure>"
        );
        assert!(!applied(HIGHLIGHTED, false).contains("figcaption"));
    }

    #[test]
    fn a_line_that_something_links_to_keeps_its_name() {
        let linked = format!("<p><a href=\"#x-3\">there</a></p>{HIGHLIGHTED}");
        let out = applied(&linked, false);
        assert!(out.contains("id=\"x-3\"") && !out.contains("id=\"x-2\""), "{out}");
    }

    #[test]
    fn plain_code_is_cut_into_lines() {
        assert_eq!(
            applied("<pre class=\"listing\" id=\"y\"><code>a\n  b\n</code></pre>", true),
            "<figure class=\"listing\" id=\"y\"><pre class=\"listing\"><code><span \
             class=\"line in0\">a\n</span><span class=\"line in2\">  b\n</span></code></pre></figure>"
        );
    }

    #[test]
    fn what_is_in_another_shape_stays() {
        for other in [
            "<pre>text</pre>",
            "<pre><code>a <b>b</b></code></pre>",
            "<pre><code>a</code> b</pre>",
        ] {
            assert_eq!(applied(other, true), other);
        }
    }
}
