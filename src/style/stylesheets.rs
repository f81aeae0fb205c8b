//! Puts concbook's stylesheet into the book, in place of pandoc's and before the author's.
//!
//! `--css` replaces pandoc's default stylesheet whole, so a sheet that is not pandoc's is the
//! author's: it stays, and is linked after ours so that it wins.

use super::{breaks, lines, tables};
use crate::css::{for_kindle, plain_text_colours, text_colours};
use crate::epub::dom::Kind;
use crate::epub::{
    ContentDocument, ContentDocuments, Epub, LazyDocument, NodeId, Package, relative,
    resolve,
};
use crate::fonts::Embedded;
use concfilter::settings::{Edition, Presentation, Style};
use rayon::prelude::*;
use std::sync::Arc;

/// The sheet's place, relative to the package document.
const HREF: &str = "styles/concbook.css";

const BASE: &str = include_str!("../../styles/base.css");
const GEORGIA: &str = include_str!("../../styles/georgia.css");
const CODE: &str = include_str!("../../styles/code.css");
const RTL: &str = include_str!("../../styles/rtl.css");
const COLOR: &str = include_str!("../../styles/color.css");
const PLAIN: &str = include_str!("../../styles/plain.css");
const KINDLE: &str = include_str!("../../styles/kindle.css");

/// What stands before the rules of the faces that the default style names.
const FACES: &str = "\
/* The faces that travel with the book, for devices that lack Georgia, Verdana or Ubuntu Mono; the
   last family draws what Ubuntu Mono has no glyph for, in the same width. */

";

/// For readers that let pictures be as wide as their columns and as high as their pages, with a declaration
/// that is important, as epub.js does: the text may be narrower, and there may be a caption. Not where an
/// author says how large pictures are.
const PICTURES: &str = "
section img:not([style]),
section svg:not([style]) {
  max-width: 100% !important;
}
section figure img:not([style]),
section div.figure img:not([style]) {
  max-height: 80vh !important;
}
";

/// So that the names of running text know how wide its lines are. A container keeps what it counts to
/// itself, so that an author's counters would no longer count through the chapter.
const CONTAINERS: &str = "
:where(body) > section,
:where(body) > nav {
  container-type: inline-size;
}
";

/// For the last page of a sample, whose list is like a table of contents.
const SAMPLE: &str = "
.left-out {
  text-align: left;
  -webkit-hyphens: none;
  -epub-hyphens: none;
  hyphens: none;
}
.left-out ol {
  margin: 0;
  padding-left: 1.2em;
  list-style: none;
}
.left-out > ol {
  padding-left: 0;
}
.left-out li {
  margin: 0.35em 0;
}
";

/// The sheet of a style and an edition: one file, because each further one costs the reader a
/// request per chapter. `highlighting` are rules in place of ours for tokens; `is_rtl` says whether any
/// text runs from right to left.
fn sheet(
    presentation: Presentation,
    highlighting: Option<&str>,
    is_rtl: bool,
    embedded: &Embedded,
) -> String {
    let style = presentation.style;
    let about_faces = if style == Style::Georgia { FACES } else { "" };
    let Embedded { users_rules, bundled_rules, .. } = embedded;
    let faces = format!("{users_rules}{about_faces}{bundled_rules}");
    let mut parts = vec![style.mark().to_owned(), faces, BASE.to_owned()];
    if style == Style::Georgia {
        parts.push(GEORGIA.to_owned());
    }
    parts.push(CODE.to_owned());
    parts.push(lines::rules());
    parts.push(breaks::rules());
    if is_rtl {
        parts.push(RTL.to_owned());
    }
    parts.push(tables::rules());
    match presentation.edition {
        Edition::Color => parts.push(COLOR.to_owned()),
        Edition::Sample => parts.extend([COLOR, SAMPLE].map(str::to_owned)),
        Edition::Eink => parts.push(PLAIN.to_owned()),
        Edition::Kindle => {
            parts.extend([
                PLAIN.to_owned(),
                KINDLE.to_owned(),
                lines::rules_for_kindle(),
            ]);
        }
    }
    // A theme of pandoc's may have a ground, and no colour for what is no token.
    let is_kindle = presentation.edition == Edition::Kindle;
    parts.extend(highlighting.map(|css| {
        if is_kindle {
            format!("{}\n{css}", plain_text_colours(css))
        } else {
            format!("{css}\n{}", text_colours(css))
        }
    }));
    let all = parts.join("\n");
    if is_kindle { for_kindle(&all).0 } else { all }
}

/// Writes the sheet, with the rules of the faces that are embedded.
pub(crate) fn write(
    epub: &mut Epub,
    presentation: Presentation,
    highlighting: Option<&str>,
    is_rtl: bool,
    embedded: &Embedded,
) {
    if let Some(path) = resolve(epub.package_path(), HREF) {
        let mut css = sheet(presentation, highlighting, is_rtl, embedded);
        let authors = tables::authors_sheets(epub);
        let is_kindle = presentation.edition == Edition::Kindle;
        if !is_kindle
            && !["img", "svg", "max-width", "max-height"]
                .iter()
                .any(|one| authors.contains(one))
        {
            css.push_str(PICTURES);
        }
        if !is_kindle && !authors.contains("counter-") {
            css.push_str(CONTAINERS);
        }
        epub.put(&path, css.into_bytes());
    }
}

/// The rules of a theme of pandoc's in a sheet of ours: a book that was finished has them there alone.
pub(crate) fn kept_theme(epub: &Epub) -> Option<String> {
    let path = resolve(epub.package_path(), HREF)?;
    let css = epub.text(&path).ok().filter(|css| is_ours(css))?;
    let behind = |part: &str| css.rfind(part).map(|at| &css[at + part.len()..]);
    let rules = behind(COLOR).or_else(|| behind(PLAIN))?;
    let is_theme = |line: &&str| {
        ["code span.", "figure.listing > pre {"].iter().any(|one| line.starts_with(one))
    };
    let kept: Vec<&str> = rules.lines().filter(is_theme).collect();
    (!kept.is_empty()).then(|| kept.join("\n") + "\n")
}

/// [`fingerprint`]s of pandoc's `epub.css`, by version.
const PANDOCS: &[u64] = &[
    0x39e0_2fd1_3709_0df8, // 2.17, 2.19
    0x3104_029f_b17d_a111, // from 3.0 on, with its two later fixes one by one
    0x8235_d77f_ce38_cd26,
    0xf13d_72b6_fdd1_f745, // 3.5
    0x325c_cee4_9d39_2415, // 3.6
    0x35a0_1e12_a733_290c, // 3.8, 3.9
];

/// What the book has of stylesheets once ours is in it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Documents that link ours.
    pub(crate) documents: usize,
    /// Stylesheets in the container: ours and the author's.
    pub(crate) stylesheets: usize,
}

pub(crate) fn apply(
    epub: &mut Epub,
    package: &mut Package,
    documents: &mut ContentDocuments,
    presentation: Presentation,
    highlighting: Option<&str>,
) -> Counts {
    let mut counts = Counts::default();
    let replaced = remove_pandocs(epub, package);
    let base = epub.package_path().to_owned();
    if let Some(path) = resolve(&base, HREF) {
        // Which faces are embedded depends on what this sheet asks for.
        let is_rtl = has_rtl(documents);
        write(epub, presentation, highlighting, is_rtl, &Embedded::default());
        package.add_item("concbook-css", HREF, "text/css");
        let given = format!("{:?}", (&replaced, &path));
        let parts = Arc::new((replaced, path));
        let give = |document: &mut LazyDocument| {
            let parts = Arc::clone(&parts);
            document.change("stylesheets", &given, move |document| {
                let (replaced, path) = &*parts;
                unlink(document, replaced);
                usize::from(link(document, path))
            })
        };
        counts.documents += documents.0.par_iter_mut().map(give).sum::<usize>();
    }
    counts.stylesheets =
        package.items().iter().filter(|item| item.media_type == "text/css").count();
    counts
}

/// Whether any text of the book runs from right to left.
pub(crate) fn has_rtl(documents: &ContentDocuments) -> bool {
    let has_rtl = |document: &ContentDocument| {
        let tree = &document.tree;
        let mut nodes = tree.descendants(tree.root());
        nodes.any(|node| tree.attr(node, "dir") == Some("rtl"))
    };
    documents.0.par_iter().any(|document| document.fact("rtl", "", has_rtl))
}

/// Whether a sheet is one that no author wrote.
pub(crate) fn is_pandocs_or_ours(css: &str) -> bool {
    PANDOCS.contains(&fingerprint(css)) || is_ours(css)
}

/// Whether a sheet is one of ours.
fn is_ours(css: &str) -> bool {
    let styles = [Style::Georgia, Style::Reader];
    styles.iter().any(|style| css.starts_with(style.mark()))
}

/// Takes pandoc's own sheets out of container and manifest; their paths.
fn remove_pandocs(epub: &mut Epub, package: &mut Package) -> Vec<String> {
    let mut removed = Vec::new();
    for item in package.items() {
        let Some(path) = resolve(epub.package_path(), &item.href) else { continue };
        if item.media_type == "text/css"
            && epub.text(&path).is_ok_and(|css| PANDOCS.contains(&fingerprint(css)))
        {
            epub.remove(&path);
            package.remove_item(&item.href);
            removed.push(path);
        }
    }
    removed
}

/// Takes the links to removed sheets out of a document.
fn unlink(document: &mut ContentDocument, removed: &[String]) {
    for node in links(document) {
        let href = document.tree.attr(node, "href").unwrap_or_default();
        if resolve(&document.path, href).is_some_and(|path| removed.contains(&path)) {
            document.remove(node);
        }
    }
}

/// Links the sheet at `path` before all other styles of a document, unless it is linked; whether
/// it is linked now. What has no head is no document that can be styled.
fn link(document: &mut ContentDocument, path: &str) -> bool {
    let links = links(document);
    let linked = |&node: &NodeId| {
        let href = document.tree.attr(node, "href").unwrap_or_default();
        resolve(&document.path, href).as_deref() == Some(path)
    };
    if links.iter().any(linked) {
        return true;
    }
    let Some(head) = document.find("head") else { return false };
    let tree = &mut document.tree;
    let children = tree.children(head).to_vec();
    let first = children.iter().position(|&node| {
        links.contains(&node) || tree.local_name(node) == Some("style")
    });
    let prefix =
        tree.name(head).and_then(|name| name.strip_suffix("head")).unwrap_or_default();
    let name = format!("{prefix}link");
    let href = relative(&document.path, path);
    let attrs = [("rel", "stylesheet"), ("type", "text/css"), ("href", &*href)];
    let node = tree.create_element(&name, &attrs);
    // The line break goes where it keeps the head's indentation.
    let (at, before, after) = match first {
        Some(at) => (at, None, "\n  "),
        None => (children.len(), Some("  "), "\n"),
    };
    let after = tree.create(Kind::Text(after.to_owned()));
    tree.insert(head, at, after);
    tree.insert(head, at, node);
    if let Some(before) = before {
        let before = tree.create(Kind::Text(before.to_owned()));
        tree.insert(head, at, before);
    }
    document.changed = true;
    true
}

/// The elements of a document that link stylesheets.
fn links(document: &ContentDocument) -> Vec<NodeId> {
    let tree = &document.tree;
    tree.descendants(tree.root())
        .filter(|&node| tree.local_name(node) == Some("link"))
        .filter(|&node| {
            let rel = tree.attr(node, "rel").unwrap_or_default();
            rel.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case("stylesheet"))
        })
        .collect()
}

/// FNV-1a over a sheet without its white space: the same for a sheet that only changed its line
/// ends, another for one that the author edited.
fn fingerprint(css: &str) -> u64 {
    css.bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sheet without rules of faces.
    fn plain(presentation: Presentation) -> String {
        sheet(presentation, None, false, &Embedded::default())
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value =
                f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    const LIGHT: [&str; 2] = ["#ffffff", "#f4ecd8"];
    const DARK: [&str; 1] = ["#000000"];

    /// The colours that a part of a sheet sets on text, each with its line.
    fn colours(css: &str) -> Vec<(&str, &str)> {
        css.lines()
            .filter_map(|line| Some((line, line.trim().strip_prefix("color:")?.trim())))
            .map(|(line, colour)| (line, colour.trim_end_matches(';')))
            .filter(|(_, colour)| !matches!(*colour, "currentColor" | "inherit"))
            .collect()
    }

    #[test]
    fn token_colours_can_be_read_on_every_background() {
        let whole = plain(Presentation::default());
        let (whole, _) = whole.split_once("@supports").unwrap();
        let (light, dark) = whole.split_once("@media").unwrap();
        for (part, backgrounds) in [(light, &LIGHT[..]), (dark, &DARK[..])] {
            let colours = colours(part);
            assert_eq!(colours.len(), 9, "a colour for each rule of tokens and numbers");
            for (line, colour) in colours {
                for background in backgrounds {
                    let found = contrast(colour, background);
                    assert!(found >= 4.5, "{line} on {background}: {found}");
                }
            }
        }
    }

    /// Grounds and texts of readers' themes: white, sepia, grey, green, blue, black.
    const THEMES: [(&str, &str); 14] = [
        ("#ffffff", "#000000"),
        ("#ffffff", "#333333"),
        ("#f4ecd8", "#000000"),
        ("#f4ecd8", "#5f4b32"),
        ("#f8f1e3", "#4f321c"),
        ("#e6e6e6", "#111111"),
        ("#c7edcc", "#222222"),
        ("#000000", "#ffffff"),
        ("#000000", "#cccccc"),
        ("#121212", "#b0b0b0"),
        ("#1e1e1e", "#d4d4d4"),
        ("#333333", "#ffffff"),
        ("#4a4a4d", "#ffffff"),
        ("#002b36", "#93a1a1"),
    ];

    #[test]
    fn mixed_colours_can_be_read_in_every_theme() {
        let tones: Vec<&str> = COLOR
            .lines()
            .filter_map(|line| line.trim().split_once("currentColor 50%, "))
            .map(|(_, tone)| &tone[..7])
            .collect();
        assert_eq!(tones.len(), 9);
        for tone in tones {
            for (ground, text) in THEMES {
                let half = |at: usize| {
                    let part =
                        |of: &str| u16::from_str_radix(&of[at..at + 2], 16).unwrap();
                    u16::midpoint(part(tone), part(text))
                };
                let mixed = format!("#{:02x}{:02x}{:02x}", half(1), half(3), half(5));
                let found = contrast(&mixed, ground);
                assert!(found >= 4.5, "{tone} with {text} on {ground}: {found}");
                assert_ne!(mixed, text);
            }
        }
    }

    #[test]
    fn every_class_has_a_rule_in_each_edition_that_can_show_it() {
        for class in ["kw", "fu", "dt", "st", "sc", "co", "dv", "at", "pp", "al"] {
            let rule = format!("code .{class}");
            assert_eq!(COLOR.matches(&rule).count(), 3, "{class}: light, dark and mixed");
        }
    }

    #[test]
    fn editions_without_colour_have_none() {
        for edition in [Edition::Eink, Edition::Kindle] {
            let css = plain(Presentation { edition, ..Presentation::default() });
            assert!(!css.contains("prefers-color-scheme") && !css.contains("opacity"));
            assert_eq!(colours(&css), []);
        }
        // Why Kindle has none: no grey fits both, and contrast depends on luminance alone.
        let fits = |grey: u8| {
            let grey = format!("#{grey:02x}{grey:02x}{grey:02x}");
            contrast(&grey, "#f4ecd8") >= 4.5 && contrast(&grey, "#000000") >= 4.5
        };
        assert!(!(0..=255).any(fits));
    }

    #[test]
    fn kindle_drops_nothing_of_its_sheet() {
        let theme = "pre { background: #222; tab-size: 4 }\ncode span.kw::before { content: 'x' }";
        for style in [Style::Georgia, Style::Reader] {
            let kindle = Presentation {
                style,
                edition: Edition::Kindle,
                ..Presentation::default()
            };
            let css = sheet(kindle, Some(theme), true, &Embedded::default());
            assert_eq!(for_kindle(&css), (css.clone(), vec![]));
            // What an engine of today has to be asked for, in words of our own.
            for gone in
                ["@container", "@supports", "::", ":where", "var(", "counter", "cqi"]
            {
                assert!(!css.contains(gone), "{gone}");
            }
            for kept in
                [style.mark(), PLAIN, ".in24 {\n  padding-left: 8em;", "color: #fff;"]
            {
                assert!(css.contains(kept), "{kept}: {css}");
            }
        }
    }

    #[test]
    fn no_rule_sets_a_background_that_glares() {
        for edition in [Edition::Color, Edition::Eink, Edition::Kindle] {
            let css = plain(Presentation { edition, ..Presentation::default() });
            let backgrounds =
                css.lines().filter(|line| line.trim().starts_with("background"));
            // That below dark drawings is for dark pages.
            let for_dark =
                ["background-color: #fff;", "background-color: oklch(from currentColor"];
            assert!(backgrounds.clone().all(|line| {
                line.trim() == "background: none;"
                    || for_dark.iter().any(|start| line.trim().starts_with(start))
            }));
            assert_eq!(css.contains("#fff;"), edition == Edition::Color);
            // A grey line can be seen on any page, and glares on none.
            for line in css.lines().filter(|line| line.contains("border")) {
                let Some((_, rest)) = line.split_once('#') else { continue };
                let grey = format!("#{0}{0}{0}", &rest[..1].repeat(2));
                for page in LIGHT.into_iter().chain(DARK) {
                    let found = contrast(&grey, page);
                    assert!((2.3..8.0).contains(&found), "{line} on {page}: {found}");
                }
            }
        }
    }

    #[test]
    fn the_readers_style_sets_no_family_but_that_of_code() {
        let css = plain(Presentation { style: Style::Reader, ..Presentation::default() });
        let families: Vec<&str> = css
            .lines()
            .filter(|line| line.contains("font-family"))
            .map(str::trim)
            .collect();
        assert_eq!(families.len(), 1, "the code: {families:?}");
        assert!(families.iter().all(|line| line.contains(" Mono\"")));
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn the_authors_faces_come_first_and_rules_end_before_the_others_begin() {
        let embedded = Embedded {
            users_rules: "@font-face { A }\n".to_owned(),
            bundled_rules: "@font-face { B }\n".to_owned(),
            ..Embedded::default()
        };
        let css = sheet(Presentation::default(), None, false, &embedded);
        let start = format!(
            "{}\n@font-face {{ A }}\n{FACES}@font-face {{ B }}\n\n{BASE}",
            Style::Georgia.mark()
        );
        assert!(css.starts_with(&start), "{css}");
        let css = plain(Presentation { style: Style::Reader, ..Presentation::default() });
        let start = format!("{}\n\n{BASE}", Style::Reader.mark());
        assert!(css.starts_with(&start), "{css}");
    }

    #[test]
    fn an_edited_sheet_is_not_pandocs() {
        assert_eq!(fingerprint("a { b: c }"), fingerprint("a {\r\n b: c }\n"));
        assert_ne!(fingerprint("a { b: c }"), fingerprint("a { b: d }"));
    }
}
