//! The elements of HTML: what is known of each stands here, what each may hold and have in [`content`]
//! and [`attributes`], and nowhere else; [`aria`] has their roles, [`forms`] the types of
//! fields, [`formulas`] the elements of formulas, [`style`] the grammar of what styles them.

pub mod aria;
pub mod attributes;
pub mod content;
pub mod depth;
pub mod forms;
pub mod formulas;
pub mod letters;
pub mod style;

use letters::LetterIndex;

/// Nothing but that it is an element.
const NONE: u16 = 0;
/// Text begins anew at its beginning and its end, and a paragraph cannot hold it.
const BLOCK: u16 = 1;
/// It has no content and no end tag (HTML, section 13.1.2).
const VOID: u16 = 1 << 1;
/// A heading of one of six levels.
const HEADING: u16 = 1 << 2;
/// It holds running text, and what is set in it is set as such.
const PROSE: u16 = 1 << 3;
/// It holds code.
const CODE: u16 = 1 << 4;
/// It sets text within a line; where it is never closed, HTML opens it again in every block after it.
const FORMATTING: u16 = 1 << 5;
/// It plays or frames something that has an address of its own.
const MEDIA: u16 = 1 << 6;
/// It names one of several sources of a medium.
const MEDIA_SOURCE: u16 = 1 << 7;

/// All elements that HTML has, or had, by their names (HTML Living Standard, indices and section 16.2);
/// vector images and formulas are known by their outermost names.
const ELEMENTS: &[(&str, u16)] = &[
    ("a", NONE),
    ("abbr", NONE),
    ("acronym", NONE),
    ("address", BLOCK),
    ("applet", NONE),
    ("area", VOID),
    ("article", BLOCK),
    ("aside", BLOCK),
    ("audio", MEDIA),
    ("b", FORMATTING),
    ("base", VOID),
    ("basefont", NONE),
    ("bdi", NONE),
    ("bdo", NONE),
    ("bgsound", NONE),
    ("big", FORMATTING),
    ("blink", NONE),
    ("blockquote", BLOCK | PROSE),
    ("body", BLOCK),
    ("br", VOID),
    ("button", NONE),
    ("canvas", NONE),
    ("caption", PROSE),
    ("center", NONE),
    ("cite", NONE),
    ("code", CODE | FORMATTING),
    ("col", VOID),
    ("colgroup", NONE),
    ("data", NONE),
    ("datalist", NONE),
    ("dd", BLOCK | PROSE),
    ("del", NONE),
    ("details", BLOCK),
    ("dfn", NONE),
    ("dialog", NONE),
    ("dir", NONE),
    ("div", BLOCK),
    ("dl", BLOCK),
    ("dt", BLOCK | PROSE),
    ("em", FORMATTING),
    ("embed", VOID | MEDIA),
    ("fieldset", NONE),
    ("figcaption", BLOCK | PROSE),
    ("figure", BLOCK),
    ("font", FORMATTING),
    ("footer", BLOCK),
    ("form", NONE),
    ("frame", MEDIA),
    ("frameset", NONE),
    ("h1", HEADING | BLOCK),
    ("h2", HEADING | BLOCK),
    ("h3", HEADING | BLOCK),
    ("h4", HEADING | BLOCK),
    ("h5", HEADING | BLOCK),
    ("h6", HEADING | BLOCK),
    ("head", NONE),
    ("header", BLOCK),
    ("hgroup", NONE),
    ("hr", BLOCK | VOID),
    ("html", NONE),
    ("i", FORMATTING),
    ("iframe", MEDIA),
    ("img", VOID),
    ("input", VOID),
    ("ins", NONE),
    ("kbd", CODE),
    ("label", NONE),
    ("legend", NONE),
    ("li", BLOCK | PROSE),
    ("link", VOID),
    ("main", BLOCK),
    ("map", NONE),
    ("mark", NONE),
    ("marquee", NONE),
    ("math", NONE),
    ("menu", NONE),
    ("meta", VOID),
    ("meter", NONE),
    ("nav", BLOCK),
    ("nobr", FORMATTING),
    ("noembed", NONE),
    ("noframes", NONE),
    ("noscript", NONE),
    ("object", MEDIA),
    ("ol", BLOCK),
    ("optgroup", NONE),
    ("option", NONE),
    ("output", NONE),
    ("p", BLOCK | PROSE),
    ("param", VOID),
    ("picture", NONE),
    ("plaintext", NONE),
    ("pre", BLOCK | CODE),
    ("progress", NONE),
    ("q", NONE),
    ("rb", NONE),
    ("rp", NONE),
    ("rt", NONE),
    ("rtc", NONE),
    ("ruby", NONE),
    ("s", FORMATTING),
    ("samp", CODE),
    ("script", NONE),
    ("search", NONE),
    ("section", BLOCK),
    ("select", NONE),
    ("slot", NONE),
    ("small", FORMATTING),
    ("source", VOID | MEDIA_SOURCE),
    ("span", FORMATTING),
    ("strike", FORMATTING),
    ("strong", FORMATTING),
    ("style", NONE),
    ("sub", NONE),
    ("summary", NONE),
    ("sup", NONE),
    ("svg", NONE),
    ("table", BLOCK),
    ("tbody", NONE),
    ("td", BLOCK | PROSE),
    ("template", NONE),
    ("textarea", NONE),
    ("tfoot", NONE),
    ("th", BLOCK | PROSE),
    ("thead", NONE),
    ("time", NONE),
    ("title", NONE),
    ("tr", NONE),
    ("track", VOID | MEDIA_SOURCE),
    ("tt", CODE | FORMATTING),
    ("u", FORMATTING),
    ("ul", BLOCK),
    ("var", NONE),
    ("video", MEDIA),
    ("wbr", VOID),
    ("xmp", NONE),
];

/// What `<meta http-equiv>` may say (HTML, section 4.2.5.3).
pub const PRAGMAS: &[&str] = &[
    "content-security-policy",
    "content-type",
    "default-style",
    "refresh",
    "x-ua-compatible",
];

/// The attributes in which media name what they show.
pub const MEDIA_ADDRESSES: &[&str] = &["src", "data", "href"];

/// The names of [`ELEMENTS`].
const NAMES: [&str; ELEMENTS.len()] = {
    let mut names = [""; ELEMENTS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = ELEMENTS[at].0;
        at += 1;
    }
    names
};

static KNOWN: LetterIndex = LetterIndex::of(&NAMES);

/// The name of an element or an attribute without its prefix. Names are short, and those of all elements are asked for
/// again and again.
pub fn local(name: &str) -> &str {
    match name.bytes().rposition(|byte| byte == b':') {
        Some(at) => &name[at + 1..],
        None => name,
    }
}

/// What is known of an element, by its name in any case.
fn find(name: &str) -> Option<u16> {
    let at = KNOWN.find(name).or_else(|| {
        let capitals = name.bytes().any(|byte| byte.is_ascii_uppercase());
        capitals.then(|| KNOWN.find(&name.to_ascii_lowercase())).flatten()
    })?;
    Some(ELEMENTS[at].1)
}

fn is(name: &str, wanted: u16) -> bool {
    find(name).is_some_and(|traits| traits & wanted != 0)
}

/// Whether HTML has, or had, an element of that name.
pub fn is_element(name: &str) -> bool {
    find(name).is_some()
}

/// Whether an element is a block, at whose beginning and end text begins anew, and which a
/// paragraph cannot hold.
pub fn is_block(name: &str) -> bool {
    is(name, BLOCK)
}

/// Whether an element has no content and no end tag (HTML, section 13.1.2).
pub fn is_void(name: &str) -> bool {
    is(name, VOID)
}

/// Whether an element is a heading.
pub fn is_heading(name: &str) -> bool {
    is(name, HEADING)
}

/// The level of a heading, from 1 to 6, by its element; `None` for what is none.
pub fn heading_level(name: &str) -> Option<u32> {
    is_heading(name).then(|| name.get(1..)?.parse().ok()).flatten()
}

/// Whether an element holds running text: a paragraph, an item, a cell.
pub fn is_prose(name: &str) -> bool {
    is(name, PROSE)
}

/// Whether an element holds code.
pub fn is_code(name: &str) -> bool {
    is(name, CODE)
}

/// Whether an element sets text within a line.
pub fn is_formatting(name: &str) -> bool {
    is(name, FORMATTING)
}

/// Whether an element plays or frames something that has an address of its own.
pub fn is_media(name: &str) -> bool {
    is(name, MEDIA)
}

/// Whether an element names one of several sources of a medium.
pub fn is_media_source(name: &str) -> bool {
    is(name, MEDIA_SOURCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_prefix_or_none() {
        for (name, wanted) in
            [("p", "p"), ("epub:type", "type"), ("a:b:c", "c"), ("é:", "")]
        {
            assert_eq!(local(name), wanted);
        }
    }

    #[test]
    fn elements_are_known_by_their_names_in_any_case() {
        assert!(ELEMENTS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(is_element("wbr") && is_element("STRIKE") && !is_element("t"));
        assert!(is_void("Br") && !is_void("p") && is_block("H1") && !is_block("span"));
        assert_eq!((heading_level("h6"), heading_level("hr")), (Some(6), None));
        assert!(is_media("iframe") && !is_media("source") && is_media_source("source"));
    }
}
