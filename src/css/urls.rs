//! The files that a stylesheet names, each with its bytes: `url()` and `@import` (CSS Syntax 3,
//! section 4.3.6; CSS Cascade 5, section 2).
//!
//! ```text
//! @import 'a.css' screen;                           'a.css', and the whole of the @import
//! p { background: url(b\ c.png); content: "url(d)" }   b c.png; in a string nothing is named
//! ```

use std::ops::Range;

/// A file that CSS names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReference {
    /// The bytes of the reference: `url(…)`, or a string in quotes.
    pub range: Range<usize>,
    /// The reference itself.
    pub url: String,
    /// The bytes of the whole statement, where it is an `@import`.
    pub import: Option<Range<usize>>,
    /// Whether an `@font-face` names it.
    pub in_face: bool,
}

/// A text with others in the place of some of its parts. One that begins within the part before it goes with that
/// one: an `@import` that is taken out may name several files.
pub fn replaced(text: &str, mut parts: Vec<(Range<usize>, String)>) -> String {
    parts.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in parts {
        if let Some(before) = text.get(done..range.start) {
            out.extend([before, &new]);
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// All files that a stylesheet, or the declarations of a `style` attribute, name. Those that lie in
/// the text itself (`data:`), and those within the same document (`#id`), are none.
pub fn file_references(css: &str) -> Vec<FileReference> {
    let bytes = css.as_bytes();
    let mut found = Vec::new();
    let (mut import, mut in_face) = (None, false);
    let mut at = 0;
    while at < bytes.len() {
        let rest = &css[at..];
        let begin = at;
        if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if starts_with(rest, "@import") {
            import = Some(at);
            at += "@import".len();
        } else if starts_with(rest, "@font-face") {
            in_face = true;
            at += "@font-face".len();
        } else if matches!(bytes[at], b'"' | b'\'') {
            at = string_end(bytes, at);
            if import.is_some() && !found_in(&found, import) {
                let url = unescaped(css[begin + 1..at].trim_end_matches(['"', '\'']));
                push(&mut found, css, begin..at, url, (import, in_face));
            }
        } else if starts_with(rest, "url(") && !follows_a_name(bytes, at) {
            let (end, url) = url_token(css, at);
            at = end;
            push(&mut found, css, begin..at, url, (import, in_face));
        } else {
            match bytes[at] {
                b';' | b'{' => import = None,
                b'}' => in_face = false,
                _ => {}
            }
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Whether the `@import` that begins there has its reference already.
fn found_in(found: &[FileReference], import: Option<usize>) -> bool {
    let last = found.last().and_then(|last| last.import.as_ref());
    last.is_some_and(|range| Some(range.start) == import)
}

fn push(
    found: &mut Vec<FileReference>,
    css: &str,
    range: Range<usize>,
    url: String,
    (import, in_face): (Option<usize>, bool),
) {
    let own = url.is_empty() || url.starts_with('#');
    if own || url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return;
    }
    let statement = |start: usize| {
        let end = css[range.end..].find(';').map_or(css.len(), |at| range.end + at + 1);
        start..end
    };
    let import = import.map(statement);
    found.push(FileReference { range, url, import, in_face });
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn follows_a_name(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The byte behind a string that begins at `at`; it ends at the line's end where it is not closed.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 2,
            b'\n' => return end,
            byte if byte == quote => return end + 1,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// The byte behind a `url(` that begins at `at`, and what stands in it.
fn url_token(css: &str, at: usize) -> (usize, String) {
    let open = at + "url(".len();
    let start = css.len() - css[open..].trim_start().len();
    let bytes = css.as_bytes();
    if let Some(b'"' | b'\'') = bytes.get(start) {
        let end = string_end(bytes, start);
        let close = css[end..].find(')').map_or(css.len(), |close| end + close + 1);
        let inside = css.get(start + 1..end.saturating_sub(1)).unwrap_or_default();
        return (close, unescaped(inside));
    }
    let close = css[start..].find(')').map_or(css.len(), |close| start + close);
    ((close + 1).min(css.len()), unescaped(css[start..close].trim()))
}

/// Text without the backslashes that stand before characters.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().filter(|&next| next != '\n')),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_text_are_replaced_however_they_lie() {
        let of = |parts: &[(Range<usize>, &str)]| {
            let own =
                |(range, new): &(Range<usize>, &str)| (range.clone(), (*new).to_owned());
            replaced("0123456789", parts.iter().map(own).collect())
        };
        assert_eq!(of(&[]), "0123456789");
        assert_eq!(of(&[(4..6, "x"), (0..2, ""), (9..10, "yz")]), "23x678yz");
        assert_eq!(of(&[(2..8, ""), (2..8, ""), (3..5, "x")]), "0189");
        assert_eq!(of(&[(3..3, "a"), (4..4, "b")]), "012a3b456789");
    }

    #[test]
    fn the_faces_of_fonts_name_what_stands_in_them() {
        let css =
            "@font-face { src: url(a) } p { a: url(b) } @font-face{src:url(c), url('d')";
        let faces: Vec<bool> =
            file_references(css).iter().map(|one| one.in_face).collect();
        assert_eq!(faces, [true, false, true, true]);
    }

    #[test]
    fn references_are_found_where_css_has_them() {
        let css = "/* url(no) */ @import 'a.css' screen; @IMPORT url( \"b.css\" );\n\
            p { background: URL(c\\ d.png), url('e)f.png'); content: \"url(no)\" }\n\
            q { fill: url(#g); src: url(data:x); x: myurl(no) } r { cursor: url(h";
        let all = file_references(css);
        let urls: Vec<_> = all.iter().map(|one| &*one.url).collect();
        assert_eq!(urls, ["a.css", "b.css", "c d.png", "e)f.png", "h"]);
        assert_eq!(&css[all[0].range.clone()], "'a.css'");
        assert_eq!(&css[all[0].import.clone().unwrap()], "@import 'a.css' screen;");
        assert_eq!(&css[all[1].import.clone().unwrap()], "@IMPORT url( \"b.css\" );");
        assert_eq!(&css[all[2].range.clone()], "URL(c\\ d.png)");
        assert_eq!(all[3].import, None);
    }
}
