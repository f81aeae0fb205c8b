//! The differences from pandoc that are meant, each a rule with its reason.
//!
//! A rule changes the tree of a document before it is read, on the side that it names, so that what
//! is meant looks alike on both. It says how often it did so: a rule that no book needs any more is
//! to go.

use super::chapters::Chapters;
use super::markup::{Element, Node};
use super::outline::{DOCUMENT, Line, collapsed, is_remote};

/// Marks a link of pandoc's that leads to a chapter's file.
pub(crate) const CHAPTER: &str = "chapter:";

/// Who made a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Pandoc,
    Ours,
}

/// A difference that is meant.
pub(crate) struct Rule {
    pub name: &'static str,
    #[expect(dead_code, reason = "it is for whoever reads the list")]
    pub reason: &'static str,
    /// The side that is changed, or both.
    pub side: Option<Side>,
    /// Changes a document, and counts how often.
    pub apply: fn(&mut Element, &Chapters) -> usize,
}

/// All rules, in the order in which they are applied.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "line-anchors",
        reason: "pandoc puts an empty link before each line of highlighted code, which makes \
                 books larger and says nothing",
        side: Some(Side::Pandoc),
        apply: line_anchors,
    },
    Rule {
        name: "identifiers",
        reason: "an identifier is bold code, or plain text where the book says so, and is found \
                 where its marks were forgotten: that is what concbook is for. So whether a \
                 single word is code is not compared; that longer code is code, is",
        side: None,
        apply: identifiers,
    },
    Rule {
        name: "listings",
        reason: "a listing is a figure with its file's name as caption",
        side: Some(Side::Ours),
        apply: listings,
    },
    Rule {
        name: "sluglines",
        reason: "a file's name stands in the caption of its listing, and not in its first line, too",
        side: None,
        apply: sluglines,
    },
    Rule {
        name: "hidden-listings",
        reason: "a listing of the class `hidden` is for the files only, and not shown",
        side: Some(Side::Pandoc),
        apply: hidden,
    },
    Rule {
        name: "listing-tags",
        reason: "lines of a listing that are meant for tools are not shown",
        side: Some(Side::Pandoc),
        apply: tags,
    },
    Rule {
        name: "remote-pictures",
        reason: "a picture on the web that is not in the book becomes a link to it; a reading \
                 system would show nothing",
        side: None,
        apply: remote_pictures,
    },
    Rule {
        name: "drawn-cover",
        reason: "a book without a cover gets one",
        side: Some(Side::Ours),
        apply: drawn_cover,
    },
    Rule {
        name: "landmarks",
        reason: "the landmarks name the place where the text begins, too; they are for reading \
                 systems and not shown",
        side: None,
        apply: landmarks,
    },
    Rule {
        name: "languages",
        reason: "a language has one name, whichever of its names the author wrote",
        side: None,
        apply: languages,
    },
    Rule {
        name: "chapter-links",
        reason: "a link to a chapter's file leads to the chapter; pandoc leaves it leading out \
                 of the book",
        side: Some(Side::Pandoc),
        apply: chapter_links,
    },
    Rule {
        name: "contents-heading",
        reason: "the table of contents is headed by what it is, in the book's language, and not by \
                 the book's title",
        side: Some(Side::Ours),
        apply: contents_heading,
    },
    Rule {
        name: "title-page",
        reason: "the title page says the date in words, and the edition and the number of the book",
        side: Some(Side::Ours),
        apply: title_page,
    },
    Rule {
        name: "notes",
        reason: "a note has its number before it, as the way back, whichever pandoc wrote it",
        side: None,
        apply: notes,
    },
];

/// One more rule, of outlines. What stands in a chapter's file above its heading belongs to that
/// chapter; pandoc leaves it at the end of the one before. The lines are moved in pandoc's outline
/// where they are the same, to where ours has them: right below the heading.
pub(crate) fn above_headings(pandoc: Vec<Line>, ours: &[Line]) -> Vec<Line> {
    let mut documents: Vec<Vec<Line>> = Vec::new();
    for line in pandoc {
        if line.text == DOCUMENT || documents.is_empty() {
            documents.push(Vec::new());
        }
        documents.last_mut().unwrap().push(line);
    }
    let is_same = |one: &[Line], other: &[Line]| {
        let mut pairs = one.iter().zip(other);
        one.len() == other.len() && pairs.all(|(one, other)| one.text == other.text)
    };
    let mut from = 0;
    for number in 1..documents.len() {
        let (before, after) = documents.split_at_mut(number);
        let (before, document) = (&mut before[number - 1], &mut after[0]);
        let Some(heading) = document.get(1).filter(|line| line.text.starts_with("h1 "))
        else {
            continue;
        };
        let Some(place) = (from..ours.len()).find(|&at| ours[at].text == heading.text)
        else {
            continue;
        };
        from = place + 1;
        // Notes stand at the end, below a rule.
        let note = before.iter().position(|line| line.text.starts_with("note: "));
        let end = note.map_or(before.len(), |note| note - 1);
        let count =
            (1..end).take_while(|count| from + count <= ours.len()).find(|&count| {
                let is_next = |line: &Line| {
                    ours.get(from + count).map(|one| &one.text) == Some(&line.text)
                };
                is_same(&before[end - count..end], &ours[from..from + count])
                    && document.get(2).is_none_or(is_next)
            });
        if let Some(count) = count {
            let moved: Vec<_> = before.drain(end - count..end).collect();
            document.splice(2..2, moved);
        }
    }
    documents.concat()
}

/// Changes each list of children; what the function says to change is counted.
fn each(tree: &mut Element, mut change: impl FnMut(&mut Vec<Node>) -> usize) -> usize {
    let mut count = 0;
    tree.each_children(&mut |children| count += change(children));
    count
}

/// Changes each element.
fn each_element(
    tree: &mut Element,
    mut change: impl FnMut(&mut Element) -> bool,
) -> usize {
    each(tree, |children| {
        let mut count = 0;
        for child in children {
            if let Node::Element(element) = child {
                count += usize::from(change(element));
            }
        }
        count
    })
}

fn line_anchors(tree: &mut Element, _: &Chapters) -> usize {
    each(tree, |children| {
        let before = children.len();
        children.retain(|child| match child {
            Node::Element(element) => {
                !(element.is("a") && element.attribute("aria-hidden") == Some("true"))
            }
            Node::Text(_) => true,
        });
        before - children.len()
    })
}

fn identifiers(tree: &mut Element, _: &Chapters) -> usize {
    fn is_code(node: &Node) -> bool {
        matches!(node, Node::Element(element) if element.is("code"))
    }
    fn is_bold(element: &Element) -> bool {
        matches!(&*element.name, "strong" | "b")
    }
    let mut count = 0;
    inline(tree, &mut |children| {
        for child in children {
            if let Node::Element(bold) = child
                && is_bold(bold)
                && matches!(&*bold.children, [one] if is_code(one))
            {
                count += 1;
                *child = bold.children.remove(0);
            }
            if let Node::Element(code) = child
                && code.is("code")
            {
                let text = code.text();
                if !text.is_empty() && !text.contains(char::is_whitespace) {
                    count += 1;
                    *child = Node::Text(text);
                }
            }
        }
    });
    count
}

/// Calls a function on each list of children outside code blocks, the outermost first.
fn inline(element: &mut Element, change: &mut impl FnMut(&mut Vec<Node>)) {
    if element.is("pre") {
        return;
    }
    change(&mut element.children);
    for child in &mut element.children {
        if let Node::Element(element) = child {
            inline(element, change);
        }
    }
}

fn listings(tree: &mut Element, _: &Chapters) -> usize {
    each_element(tree, |element| {
        let is_listing = element.is("figure") && element.has_class("listing");
        if is_listing {
            "div".clone_into(&mut element.name);
            let file = element.attribute("data-file").unwrap_or_default().to_owned();
            element.children.retain(|child| match child {
                Node::Element(one) if one.is("figcaption") => {
                    collapsed(&one.text()) != file
                }
                _ => true,
            });
        }
        is_listing
    })
}

fn hidden(tree: &mut Element, _: &Chapters) -> usize {
    each(tree, |children| {
        let before = children.len();
        children.retain(|child| match child {
            Node::Element(element) => {
                let code =
                    if element.is("pre") { Some(element) } else { element.find("pre") };
                let is_listing = element.is("pre") || element.has_class("sourceCode");
                !(is_listing && code.is_some_and(|code| code.has_class("hidden")))
            }
            Node::Text(_) => true,
        });
        before - children.len()
    })
}

fn sluglines(tree: &mut Element, _: &Chapters) -> usize {
    each_element(tree, |pre| {
        let text = pre.text();
        let found = concfilter::lang::slugline(&text).filter(|_| pre.is("pre"));
        let Some(slugline) = found else { return false };
        let lines = text.lines().skip(slugline.line + 1);
        let rest: Vec<_> = lines.skip_while(|line| line.trim().is_empty()).collect();
        pre.children = vec![Node::Text(rest.join("\n"))];
        true
    })
}

/// Lines of listings that tell tools where a file goes on.
const TAGS: &[&str] = &["Continued ...", "... Continuing"];

fn tags(tree: &mut Element, _: &Chapters) -> usize {
    each_element(tree, |pre| {
        let text = pre.text();
        let is_tag = |line: &str| {
            let line = line.trim_start_matches(['#', '/', ' ']).trim_end();
            TAGS.contains(&line)
        };
        let changed = pre.is("pre") && text.lines().any(is_tag);
        if changed {
            let lines: Vec<_> = text.lines().filter(|line| !is_tag(line)).collect();
            pre.children = vec![Node::Text(lines.join("\n"))];
        }
        changed
    })
}

fn remote_pictures(tree: &mut Element, _: &Chapters) -> usize {
    let count = each_element(tree, |element| {
        // Newer ones put a relative path before an address.
        let source = element.attribute("src").unwrap_or_default();
        let place = source.find("http://").or_else(|| source.find("https://"));
        let Some(address) = place.filter(|_| element.is("img")).map(|at| &source[at..])
        else {
            return false;
        };
        let address = address.to_owned();
        let alt = element.attribute("alt").filter(|alt| !alt.is_empty());
        let text = alt.unwrap_or(&address).to_owned();
        *element = Element {
            name: "a".to_owned(),
            attributes: vec![("href".to_owned(), address)],
            children: vec![Node::Text(text)],
        };
        true
    });
    // A figure of a link that says what its caption says is a link.
    let folded = each_element(tree, |element| {
        let texts: Vec<_> = element
            .elements()
            .filter(|one| element.is("figure") && one.find("img").is_none())
            .map(|one| collapsed(&one.text()))
            .collect();
        let link = element.find("a").filter(|link| link.attributes.len() == 1).cloned();
        match (&*texts, link) {
            ([one, other], Some(link)) if one == other => {
                "p".clone_into(&mut element.name);
                element.children = vec![Node::Element(link)];
                true
            }
            _ => false,
        }
    });
    count + folded
}

/// A document without children is none.
fn drawn_cover(tree: &mut Element, _: &Chapters) -> usize {
    let mut pictures = Vec::new();
    for name in ["img", "image"] {
        tree.find_all(name, &mut pictures);
    }
    let is_drawn = |picture: &&Element| {
        let mut values = picture.attributes.iter().map(|(_, value)| value);
        values.any(|value| value.ends_with("/concbook-cover.png"))
    };
    let is_cover = pictures.iter().any(is_drawn);
    if is_cover {
        tree.children.clear();
    }
    usize::from(is_cover)
}

fn landmarks(tree: &mut Element, _: &Chapters) -> usize {
    each(tree, |children| {
        let before = children.len();
        children.retain(|child| match child {
            Node::Element(element) => element.attribute("epub:type") != Some("landmarks"),
            Node::Text(_) => true,
        });
        before - children.len()
    })
}

/// Names of languages that mean another.
const LANGUAGES: &[(&str, &str)] = &[
    ("c++", "cpp"),
    ("console", "shell-session"),
    ("js", "javascript"),
    ("py", "python"),
    ("sh", "bash"),
    ("shell", "bash"),
    ("ts", "typescript"),
    ("yml", "yaml"),
];

fn languages(tree: &mut Element, _: &Chapters) -> usize {
    each_element(tree, |element| {
        let mut changed = false;
        if matches!(&*element.name, "pre" | "code") {
            for (name, value) in &mut element.attributes {
                if name == "class" {
                    let names = value.split_whitespace().map(|class| {
                        let lower = class.to_lowercase();
                        let other = LANGUAGES.iter().find(|(one, _)| *one == lower);
                        other.map_or(class.to_owned(), |(_, usual)| (*usual).to_owned())
                    });
                    let new = names.collect::<Vec<_>>().join(" ");
                    changed = new != *value;
                    *value = new;
                }
            }
        }
        changed
    })
}

fn chapter_links(tree: &mut Element, chapters: &Chapters) -> usize {
    each_element(tree, |element| {
        let mut changed = false;
        if element.is("a") {
            for (name, value) in &mut element.attributes {
                if name == "href" && !is_remote(value) && chapters.is_chapter(value) {
                    *value = format!("{CHAPTER}{value}");
                    changed = true;
                }
            }
        }
        changed
    })
}

fn contents_heading(tree: &mut Element, _: &Chapters) -> usize {
    let Some(title) = tree.find("title").map(Element::text) else { return 0 };
    each_element(tree, |heading| {
        let is_one = heading.is("h1") && heading.attribute("id") == Some("toc-title");
        if is_one {
            heading.children = vec![Node::Text(title.clone())];
        }
        is_one
    })
}

fn title_page(tree: &mut Element, _: &Chapters) -> usize {
    each_element(tree, |page| {
        if !page.has_class("titlepage") {
            return false;
        }
        let before = page.children.len();
        page.children.retain(|child| match child {
            Node::Element(line) => {
                !(line.is("p")
                    && ["edition", "device", "identifier"]
                        .iter()
                        .any(|class| line.has_class(class)))
            }
            Node::Text(_) => true,
        });
        let mut changed = page.children.len() < before;
        for child in &mut page.children {
            if let Node::Element(line) = child
                && let Some(date) =
                    line.find("time").and_then(|one| one.attribute("datetime"))
            {
                line.children = vec![Node::Text(date.to_owned())];
                changed = true;
            }
        }
        changed
    })
}

fn notes(tree: &mut Element, _: &Chapters) -> usize {
    let mut count = each_element(tree, |section| {
        if !section.has_class("footnotes") {
            return false;
        }
        let mut changed = false;
        for child in std::mem::take(&mut section.children) {
            match child {
                Node::Element(list) if list.is("ol") => {
                    changed = true;
                    section.children.extend(list.children.into_iter().map(as_aside));
                }
                other => section.children.push(other),
            }
        }
        changed
    });
    count += each(tree, |children| {
        let before = children.len();
        children.retain(|child| match child {
            Node::Element(link) => {
                !(link.has_class("footnote-number") || link.has_class("footnote-back"))
            }
            Node::Text(_) => true,
        });
        before - children.len()
    });
    count
}

fn as_aside(node: Node) -> Node {
    match node {
        Node::Element(mut item) if item.is("li") => {
            "aside".clone_into(&mut item.name);
            Node::Element(item)
        }
        other => other,
    }
}
