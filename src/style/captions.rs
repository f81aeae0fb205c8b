//! What stands above a listing: its title, and the name of its file, once.
//!
//! ```text
//! <figure data-file="a.py"><pre><code># a.py
//! x = 1</code></pre></figure>
//! becomes   <figure data-file="a.py"><figcaption><code>a.py</code></figcaption><pre><code>x = 1</code>…
//! ```
//!
//! The slugline is taken out of the page's text, not hidden by a style: there are readers without
//! styles, and what is copied or read aloud would still have it. The files are extracted from the
//! Markdown, which nothing of this touches. Numbers of lines stay those of the file.

use super::{numbers, tokens};
use crate::epub::dom::{Document, Kind, NodeId};
use concfilter::lang;
use concfilter::settings::Captions;
use std::collections::BTreeSet;

/// A listing that gets its caption.
pub(super) struct CaptionedListing<'a> {
    /// The figure around it.
    pub figure: NodeId,
    /// Its code, as pandoc wrote it.
    pub code: NodeId,
    /// Its language.
    pub language: Option<&'a str>,
}

/// The attribute by which a listing says where its file is kept on the web.
const SOURCE: &str = "data-concbook-source";

/// What a caption says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Caption {
    /// A title in words.
    title: Option<String>,
    /// Names of files.
    files: Vec<String>,
}

/// Puts a listing's caption above it, and takes out the slugline that says the same. How many
/// lines were taken out; `taken` are the identifiers of the document.
pub(super) fn apply(
    tree: &mut Document,
    listing: &CaptionedListing,
    captions: Captions,
    taken: &BTreeSet<String>,
) -> usize {
    let figure = listing.figure;
    let title = take_title(tree, figure);
    let file = tree.attr(figure, "data-file").map(str::to_owned);
    let mut caption = Caption::of(title, file.filter(|_| captions != Captions::Slugline));
    let slugline = if captions == Captions::Caption {
        slugline(tree, listing, &caption.files)
    } else {
        None
    };
    // A listing of nothing but its name has to show something.
    if let Some(own) = slugline.as_ref().filter(|own| own.is_all) {
        caption.files.retain(|file| !is_same_file(file, &own.path));
    }
    let Some(name) = caption.write(tree, figure) else { return 0 };
    if let Some(url) = tree.attr(figure, SOURCE).map(str::to_owned)
        && link_to(tree, name, &url)
    {
        tree.remove_attr(figure, SOURCE);
    }
    let Some(RemovableSlugline { line, lines, is_all: false, .. }) = slugline else {
        return 0;
    };
    // A link to the line leads to the file's name.
    let id = take_lines(tree, listing.code, lines, line);
    let id = id.or_else(|| {
        numbers::line_name(tree, figure, line).filter(|name| !taken.contains(name))
    });
    if let Some(id) = id {
        tree.set_attr(name, "id", id);
    }
    lines
}

impl Caption {
    /// The caption of a listing with a title and a file's name. A title may be a file's name, too:
    /// of two names of one file the one that says more stands there.
    fn of(title: Option<String>, file: Option<String>) -> Self {
        let is_file = |title: &String| {
            lang::of_file(title).is_some() && !title.contains(char::is_whitespace)
        };
        match (title, file) {
            (Some(title), Some(file)) if is_same_file(&title, &file) => {
                let longer = if title.len() > file.len() { title } else { file };
                Self { title: None, files: vec![longer] }
            }
            (Some(title), file) if is_file(&title) => {
                Self { title: None, files: [title].into_iter().chain(file).collect() }
            }
            (title, file) => Self { title, files: file.into_iter().collect() },
        }
    }

    /// Writes the caption as the first of the figure; the element with its last name of a file,
    /// or else the caption. Nothing where there is nothing to say.
    fn write(self, tree: &mut Document, figure: NodeId) -> Option<NodeId> {
        let parts = self.title.map(|title| (title, false));
        let files = self.files.into_iter().map(|file| (file, true));
        let mut caption = None;
        let mut last = None;
        for (text, is_file) in parts.into_iter().chain(files) {
            let parent =
                *caption.get_or_insert_with(|| tree.create_element("figcaption", &[]));
            if last.is_some() {
                let between = tree.create(Kind::Text(" ".to_owned()));
                tree.append(parent, between);
            }
            let text = tree.create(Kind::Text(text));
            last = Some(parent);
            if is_file {
                let code = tree.create_element("code", &[]);
                tree.append(code, text);
                tree.append(parent, code);
                last = Some(code);
            } else {
                tree.append(parent, text);
            }
        }
        tree.insert(figure, 0, caption?);
        last
    }
}

/// Makes a link of the name of a file; whether it is one.
fn link_to(tree: &mut Document, name: NodeId, url: &str) -> bool {
    if tree.name(name) != Some("code") {
        return false;
    }
    let link = tree.create_element("a", &[("href", url), ("class", "source")]);
    tree.replace(name, link);
    tree.append(link, name);
    true
}

/// Makes a link of the slugline of a listing whose caption names no file: of the file's name in it, else of the
/// line. `code` has its lines by now.
pub(super) fn link_slugline(tree: &mut Document, figure: NodeId, code: NodeId) {
    let Some(url) = tree.attr(figure, SOURCE).map(str::to_owned) else { return };
    tree.remove_attr(figure, SOURCE);
    let text = tree.text(code);
    let Some(found) = lang::slugline(&text) else { return };
    let lines = tree.children(code).iter().copied();
    let mut lines = lines.filter(|&one| tree.has_class(one, "line"));
    let (Some(path), Some(line)) = (found.path, lines.nth(found.line)) else { return };
    let link = tree.create_element("a", &[("href", &*url), ("class", "source")]);
    tree.open_marks_below(line);
    let place = tree.descendants(line).find_map(|node| match tree.kind(node) {
        Kind::Text(text) => text.find(path).map(|at| (node, text.clone(), at)),
        _ => None,
    });
    let Some((node, text, at)) = place else {
        for child in tree.children(line).to_vec() {
            tree.detach(child);
            tree.append(link, child);
        }
        tree.append(line, link);
        return;
    };
    let (before, behind) = (&text[..at], &text[at + path.len()..]);
    let name = tree.create(Kind::Text(path.to_owned()));
    tree.append(link, name);
    tree.replace(node, link);
    put_around(tree, link, before, behind);
}

/// Puts text before a node and behind it.
fn put_around(tree: &mut Document, node: NodeId, before: &str, behind: &str) {
    let Some(parent) = tree.parent(node) else { return };
    let Some(at) = tree.children(parent).iter().position(|&one| one == node) else {
        return;
    };
    for (index, text) in [(at + 1, behind), (at, before)] {
        if !text.is_empty() {
            let text = tree.create(Kind::Text(text.to_owned()));
            tree.insert(parent, index, text);
        }
    }
}

/// Whether two paths name the same file, one of them perhaps from a folder nearer to it.
fn is_same_file(one: &str, other: &str) -> bool {
    let plain = |path: &str| path.trim_start_matches("./").replace('\\', "/");
    let (one, other) = (plain(one), plain(other));
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    !one.is_empty() && !other.is_empty() && (ends(&one, &other) || ends(&other, &one))
}

/// The title that the author gives a listing, under any of the names that tools have for it.
fn take_title(tree: &mut Document, figure: NodeId) -> Option<String> {
    const NAMES: &[&str] =
        &["title", "data-title", "data-caption", "data-lst-cap", "data-filename"];
    let found = NAMES.iter().find_map(|name| tree.attr(figure, name).map(str::to_owned));
    // What stands on the page need not come up beside the pointer, too.
    tree.remove_attr(figure, "title");
    found.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty())
}

/// A slugline that may be taken out.
struct RemovableSlugline {
    path: String,
    /// The number of its line, from 0.
    line: usize,
    /// How many lines go with it: those before it, and the blank ones behind it.
    lines: usize,
    /// Whether the listing has nothing else.
    is_all: bool,
}

/// The slugline of a listing, where it names one of these files. One that marks a listing as unfinished stays to
/// be seen.
fn slugline(
    tree: &Document,
    listing: &CaptionedListing,
    files: &[String],
) -> Option<RemovableSlugline> {
    if files.is_empty() {
        return None;
    }
    let text = tree.text(listing.code);
    let found = lang::slugline(&text).filter(|found| !found.unfinished)?;
    let path = found.path?;
    if !files.iter().any(|file| is_same_file(file, path)) {
        return None;
    }
    let line = text.lines().nth(found.line)?;
    if !listing.language.is_none_or(|language| is_comment(language, line)) {
        return None;
    }
    let behind = text.lines().skip(found.line + 1);
    // Where one listing shows several files, each has a caption at its first line.
    let names_file = |line: &str| {
        !line.starts_with(char::is_whitespace)
            && lang::slugline(line).is_some_and(|other| other.path != Some(path))
    };
    if behind.clone().any(names_file) {
        return None;
    }
    let blank = behind.take_while(|line| line.trim().is_empty()).count();
    let lines = found.line + 1 + blank;
    let is_all = lines >= text.lines().count();
    Some(RemovableSlugline { path: path.to_owned(), line: found.line, lines, is_all })
}

/// Whether a line that looks like a comment is none that means something else in the language: `# a.md`
/// is a heading in Markdown, and what root runs on a console.
fn is_comment(language: &str, line: &str) -> bool {
    !tokens::is_record(language)
        && tokens::read(language, line)
            .iter()
            .all(|(_, class)| *class == tokens::Class::Co)
}

/// Takes the first lines out of code in one of pandoc's shapes. The name that the line `named` had.
fn take_lines(
    tree: &mut Document,
    code: NodeId,
    count: usize,
    named: usize,
) -> Option<String> {
    let mut id = None;
    let mut line = 0;
    for child in tree.children(code).to_vec() {
        if line == count {
            break;
        }
        let Kind::Text(text) = tree.kind(child) else {
            if line == named {
                id = tree.attr(child, "id").map(str::to_owned);
            }
            tree.detach(child);
            continue;
        };
        let own = text.matches('\n').count().min(count - line);
        let kept: usize = text.split_inclusive('\n').take(own).map(str::len).sum();
        let rest = text[kept..].to_owned();
        line += own;
        if rest.is_empty() {
            tree.detach(child);
        } else {
            let rest = tree.create(Kind::Text(rest));
            tree.replace(child, rest);
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epub::ContentDocument;
    use crate::style::{Highlighting, listings};

    fn applied(inside: &str, captions: Captions) -> String {
        let mut document = ContentDocument::of("a.xhtml", inside);
        listings::apply(&mut document, captions, Highlighting::Off);
        let xml = document.tree.to_xml();
        let at = xml.find('>').unwrap() + 1;
        xml[at..].replace("<span class=\"line in0\">", "|").replace("</span>", "")
    }

    fn listing(attributes: &str, code: &str) -> String {
        format!("<pre {attributes}><code>{code}</code></pre>")
    }

    #[test]
    fn a_files_name_stands_once() {
        let book = listing(
            "data-file=\"src/a.py\" class=\"python\"",
            "\n# src/a.py\n\nx = 1\ny",
        );
        let caption =
            "<figcaption><code>src/a.py</code></figcaption><pre class=\"python\">";
        let code = "|x = 1\n|y</code></pre></figure>";
        assert_eq!(applied(&book, Captions::Caption), format!("{caption}<code>{code}"));
        let whole = format!("<code>|\n|# src/a.py\n|\n{code}");
        assert_eq!(applied(&book, Captions::Both), format!("{caption}{whole}"));
        assert_eq!(
            applied(&book, Captions::Slugline),
            format!("<pre class=\"python\">{whole}")
        );
    }

    #[test]
    fn what_pandoc_highlighted_loses_the_same_line() {
        let book = "<div class=\"sourceCode\" id=\"x\" data-file=\"a.py\" data-startfrom=\"5\" \
             data-hl_lines=\"2\"><pre class=\"sourceCode numberSource python numberLines\"><code \
             class=\"sourceCode python\" style=\"counter-reset: source-line 4;\"><span \
             id=\"x-5\"><a href=\"#x-5\"></a><span class=\"co\"># a.py</span></span>\n<span \
             id=\"x-6\"><a href=\"#x-6\"></a>x</span></code></pre></div>";
        for highlighting in [Highlighting::Off, Highlighting::Ours, Highlighting::Pandoc]
        {
            let mut document = ContentDocument::of("a.xhtml", book);
            listings::apply(&mut document, Captions::Caption, highlighting);
            let xml = document.tree.to_xml();
            let wanted = "<figcaption><code id=\"x-5\">a.py</code></figcaption><pre class=\"python \
                          numberLines\"><code style=\"counter-reset: source-line 5\">";
            assert!(xml.contains(wanted), "{xml}");
            assert!(
                xml.contains(" marked\"") && xml.contains("x</span></code>"),
                "{xml}"
            );
        }
        // What nothing leads to loses its name again, and what a link leads to has one without
        // highlighting, too.
        let plain = "<pre id=\"x\" data-file=\"a.py\"><code># a.py\nx</code></pre>";
        assert!(applied(plain, Captions::Caption).contains("<code id=\"x-1\">a.py"));
    }

    #[test]
    fn a_line_that_says_something_else_stays() {
        let count = |attributes: &str, code: &str| {
            applied(&listing(attributes, code), Captions::Caption).matches('|').count()
        };
        for (attributes, code) in [
            ("data-file=\"README.md\" class=\"markdown\"", "# README.md\n\nText"),
            ("data-file=\"b.py\" class=\"python\"", "# a.py\n\nx"),
            ("data-file=\"run.sh\" class=\"console\"", "# run.sh\n\nx"),
            ("data-file=\"a.py\" class=\"python\"", "# a.py !!!\n\nx"),
            ("class=\"python\"", "# a.py\n\nx"),
            ("data-file=\"a.py\" class=\"python\"", "# a.py\nx\n# b.py"),
        ] {
            assert_eq!(count(attributes, code), 3, "{attributes}");
        }
        let empty = applied(
            &listing("data-file=\"p/__init__.py\"", "# p/__init__.py\n"),
            Captions::Caption,
        );
        assert_eq!(empty, "<pre><code>|# p/__init__.py\n</code></pre></figure>");
    }

    #[test]
    fn an_authors_caption_is_one() {
        let caption = |attributes: &str| {
            let out = applied(&listing(attributes, "// src/a.c\nx"), Captions::Caption);
            let caption = out.split("<pre").next().unwrap().to_owned();
            (caption.replace("figcaption", "f"), out.contains("// src"))
        };
        let file = "data-file=\"src/a.c\" class=\"c\"";
        for (title, wanted) in [
            ("title=\"a.c\"", "<f><code>src/a.c</code></f>"),
            ("data-filename=\"lib/src/a.c\"", "<f><code>lib/src/a.c</code></f>"),
            ("data-caption=\"Sorting\"", "<f>Sorting <code>src/a.c</code></f>"),
            ("data-lst-cap=\"b.c\"", "<f><code>b.c</code> <code>src/a.c</code></f>"),
        ] {
            let own = format!("{title} {file}");
            assert_eq!(caption(&own), (wanted.to_owned(), false), "{title}");
        }
        // Without the filter's attribute a title is enough.
        let out = caption("title=\"a.c\" class=\"c\"");
        assert_eq!(out, ("<f><code>a.c</code></f>".to_owned(), false));
    }
}
