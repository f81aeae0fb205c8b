//! Code blocks in one shape, whatever pandoc made of them:
//! `figure.listing > figcaption + pre > code > span.line`.
//!
//! Each source line is a block with a hanging indent past its own indentation, so that what wraps
//! reads as a continuation. The line's end stands inside its block: the text of a listing, as a
//! reader extracts or copies it, is the source.

use super::lines::{self, LineClasses};
use super::{Highlighting, captions, numbers, spans, tokens};
use crate::epub::ContentDocument;
use crate::epub::dom::{Document, Kind, NodeId, name};
use concfilter::settings::Captions;
use std::collections::BTreeSet;

/// Gives code blocks their shape, their highlighting, and their captions. The figures that they became.
pub(crate) fn apply(
    document: &mut ContentDocument,
    captions: Captions,
    highlighting: Highlighting,
) -> Vec<NodeId> {
    let tree = &mut document.tree;
    let mut figures = Vec::new();
    let taken = ids(tree);
    for pre in code_blocks(tree) {
        let Some(code) = code_of(tree, pre) else { continue };
        let is_pandocs = is_highlighted(tree, code);
        let figure = in_figure(tree, pre);
        let language = spans::language(tree, pre).or_else(|| spans::language(tree, code));
        let listing =
            captions::CaptionedListing { figure, code, language: language.as_deref() };
        let first = captions::apply(tree, &listing, captions, &taken);
        // The language stands on the block, as where pandoc highlights nothing.
        spans::remove_classes(tree, pre, &["sourceCode", "numberSource"]);
        if is_pandocs {
            tree.remove_attr(code, "class");
        }
        if is_pandocs && highlighting == Highlighting::Pandoc {
            keep_lines(tree, code);
        } else {
            let wanted = highlighting == Highlighting::Ours;
            set_lines(tree, code, language.as_deref().filter(|_| wanted));
        }
        numbers::apply(
            tree,
            &numbers::NumberedListing { figure, pre, code, first },
            &taken,
        );
        captions::link_slugline(tree, figure, code);
        figures.push(figure);
        document.changed = true;
    }
    // Where pandoc's tokens were elements they are most of a chapter, and none of them is in there any more.
    let (left, gone) = tree.counts();
    if gone > left {
        tree.compact(&mut figures);
    }
    figures
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
    let highlighted = is_highlighted(tree, code);
    let is_known = |&child: &NodeId| match tree.kind(child) {
        Kind::Text(text) => !highlighted || text == "\n",
        Kind::Element { name, .. } => {
            highlighted
                && name == "span"
                && tree.descendants(child).all(|one| is_pandocs(tree, one))
        }
        _ => false,
    };
    tree.children(code).iter().all(is_known).then_some(code)
}

/// Whether pandoc puts such a node into a line: text, a token, the line's link to itself.
fn is_pandocs(tree: &Document, node: NodeId) -> bool {
    match tree.kind(node) {
        Kind::Text(_) => true,
        Kind::Element { name, .. } => {
            name == "span" || name == "a" && tree.children(node).is_empty()
        }
        _ => false,
    }
}

fn is_highlighted(tree: &Document, code: NodeId) -> bool {
    tree.has_class(code, "sourceCode")
}

/// Puts the figure around a block, in the place of pandoc's division where there is one.
fn in_figure(tree: &mut Document, pre: NodeId) -> NodeId {
    let figure = tree.create_element("figure", &[("class", "listing")]);
    let division = tree.parent(pre).filter(|&parent| {
        tree.name(parent) == Some("div")
            && tree.has_class(parent, "sourceCode")
            && tree.children(parent).len() == 1
    });
    // What names the block names the figure.
    for holder in division.into_iter().chain([pre]) {
        let mut moved = Vec::new();
        tree.retain_attrs(holder, |name, value| {
            let is_data = name == "id" || name == "title" || name.starts_with("data-");
            let stays = !is_data && is_of_any_element(name, value);
            if !stays {
                // What pandoc takes for HTML's own, such as another tool's `start=` or `label=`, is data.
                let to = if is_data { name.to_owned() } else { format!("data-{name}") };
                moved.push((to.into(), value.to_owned()));
            }
            stays
        });
        tree.set_attrs(figure, moved);
    }
    tree.replace(division.unwrap_or(pre), figure);
    tree.append(figure, pre);
    figure
}

/// Whether an attribute may stand on any element of HTML with this value.
fn is_of_any_element(name: &str, value: &str) -> bool {
    const ROLES: &[&str] = &[
        "application",
        "code",
        "complementary",
        "document",
        "figure",
        "group",
        "img",
        "log",
        "none",
        "note",
        "presentation",
        "region",
    ];
    match name {
        "role" => ROLES.contains(&value) || value.starts_with("doc-"),
        "class" | "dir" | "hidden" | "lang" | "style" | "tabindex" | "translate"
        | "xml:lang" | "xml:space" | "epub:type" => true,
        _ => name.starts_with("aria-") || name.starts_with("on"),
    }
}

/// Makes each source line a block, and highlights it.
fn set_lines(tree: &mut Document, code: NodeId, language: Option<&str>) {
    let text = tree.text(code);
    // The elements of pandoc's lines become ours.
    let all = tree.children(code).iter().copied();
    let pandocs: Vec<NodeId> = all.filter(|&child| tree.name(child).is_some()).collect();
    tree.set_children(code, Vec::new());
    let tokens = language.map(|one| tokens::read(one, &text)).unwrap_or_default();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut at = 0;
    for (index, LineClasses { class }) in lines::read(&lines).into_iter().enumerate() {
        let end = at + lines.get(index).map_or(0, |line| line.len());
        let (line, node) = match pandocs.get(index) {
            Some(&line) => (line, remake(tree, line, class)),
            None => (tree.create_element("span", &[("class", &class)]), None),
        };
        spans::append_to_line(tree, (line, node), &text, at..end, &tokens);
        tree.append(code, line);
        at = end;
    }
}

/// Makes a line of pandoc's one of ours that holds nothing, and keeps its name. A text that it had, for another: so a
/// book's trees do not grow.
fn remake(tree: &mut Document, line: NodeId, class: String) -> Option<NodeId> {
    let id = tree.attr(line, "id").map(|id| (name("id"), id.to_owned()));
    let mut text = None;
    for node in tree.children(line).to_vec() {
        if matches!(tree.kind(node), Kind::Text(_)) && text.is_none() {
            text = Some(node);
        } else {
            tree.remake(node, Kind::Document);
        }
    }
    tree.set_children(line, Vec::new());
    let attrs = std::iter::once((name("class"), class)).chain(id).collect();
    tree.remake(line, Kind::Element { name: name("span"), attrs });
    text
}

/// Makes each of pandoc's lines a block, with its highlighting as it is.
fn keep_lines(tree: &mut Document, code: NodeId) {
    let mut lines: Vec<NodeId> = Vec::new();
    for child in tree.children(code).to_vec() {
        if let Kind::Text(_) = tree.kind(child) {
            if let Some(&last) = lines.last() {
                tree.append(last, child);
            }
            continue;
        }
        for link in tree.children(child).to_vec() {
            if tree.name(link) == Some("a") {
                tree.detach(link);
            }
        }
        lines.push(child);
    }
    let texts: Vec<String> = lines.iter().map(|&line| tree.text(line)).collect();
    for (line, LineClasses { class }) in lines.into_iter().zip(lines::read(&texts)) {
        tree.set_attr(line, "class", class);
    }
}

/// The identifiers of a document.
fn ids(tree: &Document) -> BTreeSet<String> {
    let all = tree.descendants(tree.root()).filter_map(|node| tree.attr(node, "id"));
    all.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::line_names;
    use super::*;
    use crate::epub::ContentDocuments;

    fn applied(inside: &str, captions: Captions, highlighting: Highlighting) -> String {
        let document = ContentDocument::of("a.xhtml", &format!("<html>{inside}</html>"));
        let mut documents = ContentDocuments(vec![document.into()]);
        let document = &mut *documents.0[0];
        let before = document.tree.text(document.tree.root());
        document.listings = apply(document, captions, highlighting);
        line_names::apply(&mut documents);
        let document = &mut *documents.0[0];
        let out = document.tree.to_xml();
        if captions == Captions::Slugline {
            assert_eq!(document.tree.text(document.tree.root()), before);
        }
        // A second time changes nothing.
        document.changed = false;
        assert_eq!(apply(document, captions, highlighting), []);
        assert!(!document.changed);
        out.strip_prefix("<html>").unwrap().strip_suffix("</html>").unwrap().to_owned()
    }

    const HIGHLIGHTED: &str = "<div class=\"sourceCode\" id=\"x\" data-startfrom=\"3\" \
        data-file=\"a.py\"><pre class=\"sourceCode numberSource python numberLines\"><code \
        class=\"sourceCode python\" style=\"counter-reset: source-line 2;\"><span \
        id=\"x-1\"><a href=\"#x-1\"></a><span class=\"im\">def</span> f():</span>\n<span \
        id=\"x-2\"><a href=\"#x-2\"></a></span>\n<span id=\"x-3\"><a href=\"#x-3\"></a>    \
        g()</span></code></pre></div>";

    #[test]
    fn both_of_pandocs_shapes_become_one() {
        let ours = "<figure class=\"listing\" id=\"x\" data-startfrom=\"3\" \
             data-file=\"a.py\"><figcaption><code>a.py</code></figcaption><pre class=\"python \
             numberLines\"><code style=\"counter-reset: source-line 2\"><span class=\"line \
             in0\"><span class=\"kw\">def</span> <span class=\"fu\">f</span>():\n</span><span \
             class=\"line in0\">\n</span><span class=\"line in4\">    <span \
             class=\"fu\">g</span>()</span></code></pre></figure>";
        assert_eq!(applied(HIGHLIGHTED, Captions::Caption, Highlighting::Ours), ours);
        assert!(
            !applied(HIGHLIGHTED, Captions::Slugline, Highlighting::Ours)
                .contains("figcaption")
        );
        let plain = "<pre class=\"python numberLines\" id=\"x\" data-startfrom=\"3\" \
             data-file=\"a.py\"><code>def f():\n\n    g()</code></pre>";
        assert_eq!(applied(plain, Captions::Caption, Highlighting::Ours), ours);
    }

    #[test]
    fn the_highlighting_that_the_author_chose_stays() {
        let out = applied(HIGHLIGHTED, Captions::Slugline, Highlighting::Pandoc);
        let lines = "<code style=\"counter-reset: source-line 2\"><span class=\"line \
             in0\"><span class=\"im\">def</span> f():\n</span><span class=\"line \
             in0\">\n</span><span class=\"line in4\">    g()</span></code>";
        assert!(out.contains(lines), "{out}");
    }

    #[test]
    fn without_highlighting_there_is_none() {
        let out = applied(HIGHLIGHTED, Captions::Slugline, Highlighting::Off);
        assert!(out.contains("<span class=\"line in0\">def f():\n</span>"), "{out}");
    }

    #[test]
    fn what_something_links_to_keeps_its_name() {
        let linked = format!("<p><a href=\"#x-3\">there</a></p>{HIGHLIGHTED}");
        for keep in [Highlighting::Ours, Highlighting::Pandoc, Highlighting::Off] {
            let out = applied(&linked, Captions::Slugline, keep);
            assert!(out.contains("id=\"x-3\"") && !out.contains("id=\"x-2\""), "{out}");
        }
        let plain = "<p><a href=\"#y-8\">there</a></p><pre id=\"y\" data-startfrom=\"7\">\
                     <code>a\nb</code></pre>";
        let out = applied(plain, Captions::Slugline, Highlighting::Ours);
        assert!(out.contains("id=\"y-8\">b<") && !out.contains("y-7"), "{out}");
        let taken = format!("{plain}<h2 id=\"y-8\">there</h2>");
        let out = applied(&taken, Captions::Slugline, Highlighting::Ours);
        assert_eq!(out.matches("id=\"y-8\"").count(), 1);
        let block = HIGHLIGHTED.replace("id=\"x\"", "id=\"cb7\"");
        assert!(!applied(&block, Captions::Slugline, Highlighting::Ours).contains("cb7"));
        let linked = format!("<p><a href=\"#cb7\">there</a></p>{block}");
        assert!(
            applied(&linked, Captions::Slugline, Highlighting::Ours)
                .contains("id=\"cb7\"")
        );
    }

    #[test]
    fn plain_code_is_cut_into_lines() {
        assert_eq!(
            applied(
                "<pre class=\"listing\" id=\"y\"><code>a\n  b\n</code></pre>",
                Captions::Caption,
                Highlighting::Ours
            ),
            "<figure class=\"listing\" id=\"y\"><pre class=\"listing\"><code><span \
             class=\"line in0\">a\n</span><span class=\"line in2\">  b\n</span></code></pre></figure>"
        );
    }

    #[test]
    fn attributes_of_other_tools_are_data() {
        let pre = "<pre class=\"c\" label=\"x\" start=\"4\" role=\"output\"><code>a</code></pre>";
        let out = applied(pre, Captions::Caption, Highlighting::Off);
        let figure = "<figure class=\"listing\" data-label=\"x\" data-start=\"4\" \
                      data-role=\"output\"><pre class=\"c\">";
        assert!(out.starts_with(figure), "{out}");
    }

    #[test]
    fn titles_stand_above_and_marked_lines_have_a_class() {
        let out = applied(
            "<pre class=\"c\" title=\"kernel.c\" data-hl_lines=\"2-3\"><code>a\nb\nc</code></pre>",
            Captions::Caption,
            Highlighting::Off,
        );
        let class = |marked| format!("<span class=\"line in0{marked}\">");
        assert_eq!(
            out,
            format!(
                "<figure class=\"listing\" data-hl_lines=\"2-3\"><figcaption><code>kernel.c</code>\
                 </figcaption><pre class=\"c\"><code>{}a\n</span>{1}b\n</span>{1}c</span></code>\
                 </pre></figure>",
                class(""),
                class(" marked")
            )
        );
        let both = "<pre title=\"Sorting\" data-file=\"a.c\"><code>a</code></pre>";
        let out = applied(both, Captions::Caption, Highlighting::Off);
        assert!(
            out.contains("<figcaption>Sorting <code>a.c</code></figcaption>"),
            "{out}"
        );
    }

    #[test]
    fn what_is_in_another_shape_stays() {
        for other in [
            "<pre>text</pre>",
            "<pre><code>a <b>b</b></code></pre>",
            "<pre><code>a</code> b</pre>",
            "<pre><code class=\"sourceCode\"><span>a <b>b</b></span></code></pre>",
        ] {
            assert_eq!(applied(other, Captions::Caption, Highlighting::Ours), other);
        }
    }

    proptest::proptest! {
        /// Not a byte of a listing changes, whatever it holds.
        #[test]
        fn the_text_stays(
            language in proptest::sample::select(&["python", "go", "html", "diff", "yaml"][..]),
            code in "(\\PC|[ \t\n\"'#<>&/*-]|def |\n    ){0,80}",
        ) {
            let mut tree = Document::parse("<pre><code/></pre>").unwrap();
            let pre = tree.root_element().unwrap();
            tree.set_attr(pre, "class", language);
            let inside = tree.children(pre)[0];
            tree.set_text(inside, &code);
            let mut document =
                ContentDocument::new("a.xhtml".into(), tree, false);
            apply(&mut document, Captions::Slugline, Highlighting::Ours);
            let written = document.tree.to_xml();
            let read = Document::parse(&written).unwrap();
            proptest::prop_assert_eq!(read.text(read.root()), code);
        }
    }
}
