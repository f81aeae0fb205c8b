//! epub-malformed: XML that no reading system opens, in every file that one reads as XML. `epub::dom` is lenient
//! where it can be, since what it reads is written anew; this is as strict as the standard: declarations,
//! prefixes that are bound to nothing, what stands behind the last element.

mod attributes;

use crate::epub::comparisons::{
    MOST_COMPARISONS, TOO_MANY_COMPARISONS, comparisons, comparisons_of, start_tags,
};
use crate::epub::tags::tags;
use crate::epub::{ContentDocuments, Epub, Package, resolve};
use crate::finding::{Code, Finding};
use concfilter::error::Place;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// The types of resources that reading systems read as XML.
const XML: &[&str] = &[
    "application/smil+xml",
    "application/x-dtbncx+xml",
    "application/x-dtbook+xml",
    "application/xhtml+xml",
    "image/svg+xml",
];

/// The container's own files, which are read whether a book names them or not (EPUB 3.3, section 4.2.6.3).
const CONTAINER: &[&str] =
    &["META-INF/container.xml", "META-INF/encryption.xml", "META-INF/signatures.xml"];

/// Looks through all files that are read as XML, but for those of which `out` tells already.
pub fn check(
    epub: &Epub,
    package: Option<&Package>,
    documents: &ContentDocuments,
    out: &mut Vec<Finding>,
) {
    let told: BTreeSet<String> = out
        .iter()
        .filter(|finding| finding.code == Code::EpubMalformed.name())
        .map(|finding| finding.place.file.clone())
        .collect();
    let mut paths: BTreeSet<String> =
        CONTAINER.iter().map(|&path| path.to_owned()).collect();
    paths.insert(epub.package_path().to_owned());
    let items = package.map_or_else(Vec::new, Package::items).into_iter();
    let read = items.filter(|item| XML.contains(&&*item.media_type));
    paths.extend(read.filter_map(|item| resolve(epub.package_path(), &item.href)));
    let fault = |path: &String| {
        let mut place = epub.place(path);
        let bytes = epub.get(path).filter(|_| !told.contains(&place.file))?;
        let Ok(text) = epub.text(path) else {
            let message = "it is neither UTF-8 nor UTF-16, and an ePub has nothing else";
            let fault = || Finding::new(Code::EpubMalformed, place, message);
            return (!is_utf16(bytes)).then(fault);
        };
        let judged = match documents.get(path) {
            Some(document) => document.fact("strict", "", |_| strict(text)),
            None => strict(text),
        };
        let (line, column, message) = judged.err()?;
        (place.line, place.col) = (Some(line), Some(column));
        let finding = Finding::new(Code::EpubMalformed, place, message);
        Some(finding.hint("A reading system shows an error in place of such a document"))
    };
    let paths: Vec<String> = paths.into_iter().collect();
    let found: Vec<Finding> =
        paths.par_iter().with_max_len(1).filter_map(fault).collect();
    out.extend(found);
}

/// Whether a text is XML to the letter; else line and column of what is wrong, and what it is.
fn strict(text: &str) -> Result<(), (u32, u32, String)> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    let place = |at| {
        let place = Place::in_text("", text, at);
        (place.line.unwrap_or(1), place.col.unwrap_or(1))
    };
    let (mut most, mut binding) = (0, Vec::new());
    let mut number = comparisons_of(start_tags(text).inspect(|tag| {
        most = most.max(tag.attributes);
        binding.extend(tag.binds().then(|| tag.range.clone()));
    }));
    let mut thinned = Cow::Borrowed(text);
    if most > attributes::FEW {
        thinned = attributes::thinned(text).map_err(|(at, name)| {
            let (line, column) = place(at);
            let message =
                format!("attribute '{name}' at {line}:{column} is already defined");
            (line, column, message)
        })?;
        number = comparisons(&thinned);
    }
    if number > MOST_COMPARISONS {
        return Err((1, 1, TOO_MANY_COMPARISONS.to_owned()));
    }
    let Err(error) = roxmltree::Document::parse_with_options(&thinned, options) else {
        declaration(text).map_err(|message| (1, 1, message))?;
        let wrong = |tag: Range<usize>| {
            let (at, message) = bound_to_nothing(&text[tag.clone()])?;
            Some((tag.start + at, message))
        };
        let found = binding.into_iter().find_map(wrong).or_else(|| glued(text));
        return found.map_or(Ok(()), |(at, message)| {
            let (line, column) = place(at);
            Err((line, column, message))
        });
    };
    let at = error.pos();
    let said = error.to_string();
    let behind = format!(" at {}:{}", at.row, at.col);
    Err((
        at.row.max(1),
        at.col.max(1),
        said.strip_suffix(&behind).unwrap_or(&said).to_owned(),
    ))
}

/// A prefix that a start tag declares to be none, or a namespace that it declares twice, which the parser passes over
/// (Namespaces in XML 1.0, section 2.2; XML 1.0, section 3.1).
fn bound_to_nothing(tag: &str) -> Option<(usize, String)> {
    tags(tag).into_iter().find_map(|tag| {
        let is_none =
            |value: &Option<Range<usize>>| value.as_ref().is_some_and(Range::is_empty);
        let mut names = BTreeSet::new();
        let declared = tag
            .attrs
            .iter()
            .filter(|(_, name, _)| name.split(':').next() == Some("xmlns"));
        declared.into_iter().find_map(|(whole, name, value)| {
            let wrong = if !names.insert(*name) {
                "is declared twice"
            } else if *name != "xmlns" && is_none(value) {
                "binds a prefix to no namespace"
            } else {
                return None;
            };
            Some((whole.start, format!("{name} {wrong}")))
        })
    })
}

/// A processing instruction whose name and text are not parted by a blank, which the parser passes over (XML 1.0,
/// section 2.6).
fn glued(text: &str) -> Option<(usize, String)> {
    // Of most documents the declaration is the only one.
    if !text.strip_prefix("<?xml ").unwrap_or(text).contains("<?") {
        return None;
    }
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<![CDATA[") => "]]>",
            _ if rest.starts_with("<?") => "?>",
            _ => "<",
        };
        let behind = rest.find(end).map_or(rest.len(), |place| place + end.len());
        let inside =
            rest[..behind].strip_prefix("<?").and_then(|one| one.strip_suffix("?>"));
        let is_name = |c: char| c.is_alphanumeric() || "-_.:\u{b7}".contains(c);
        let behind_name = inside.map(|inside| inside.trim_start_matches(is_name));
        if behind_name
            .is_some_and(|one| !one.is_empty() && !one.starts_with(char::is_whitespace))
        {
            let message = "the name of a processing instruction has no blank behind it";
            return Some((start, message.to_owned()));
        }
        at = start + behind;
    }
    None
}

/// What is wrong with the declaration at the beginning, as far as the parser passes over it (XML 1.0, sections 2.8
/// and 4.3.3): versions and encodings that no reading system knows.
fn declaration(text: &str) -> Result<(), String> {
    let Some(rest) = text.strip_prefix("<?xml") else { return Ok(()) };
    let Some((inside, _)) = rest.split_once("?>") else { return Ok(()) };
    // `<?xml-stylesheet?>` is none.
    if inside.starts_with(|c: char| c.is_alphanumeric() || "-_.:".contains(c)) {
        return Ok(());
    }
    let mut rest = inside;
    for (name, is_good) in DECLARED {
        let next = value(rest, name);
        match next {
            Some((value, _)) if !is_good(value) => {
                return Err(format!("the XML declaration names the {name} {value:?}"));
            }
            Some((_, behind)) => rest = behind,
            None if *name == "version" => {
                return Err("the XML declaration names no version".to_owned());
            }
            None => {}
        }
    }
    if rest.trim().is_empty() {
        Ok(())
    } else {
        Err("the XML declaration is none".to_owned())
    }
}

/// A part of the declaration by its name, and which values it may have.
type DeclaredPart = (&'static str, fn(&str) -> bool);

/// What the declaration has, in this order; only the first has to be there.
const DECLARED: &[DeclaredPart] = &[
    ("version", |value| value == "1.0"),
    ("encoding", is_encoding),
    ("standalone", |value| ["yes", "no"].contains(&value)),
];

/// Whether a document that is UTF-8 may have this for its encoding: nothing else, unless it is no name of one, which
/// EPUBCheck passes over.
fn is_encoding(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-8") || !name.is_ascii()
}

/// The value of a part of the declaration that stands first in a text, and what stands behind it.
fn value<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let is_apart = text.starts_with(|c: char| c.is_ascii_whitespace());
    let rest = text.trim_start().strip_prefix(name).filter(|_| is_apart)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    rest[1..].split_once(quote)
}

/// Whether a file says by its first bytes that it is UTF-16, which an ePub may have, too (EPUB 3.3, section 3.9).
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(attribute: &str) -> String {
        (0..20_000).map(|at| attribute.replace('N', &at.to_string())).collect()
    }

    #[test]
    fn what_parsers_of_xml_refuse_is_told_with_its_place() {
        for (text, line) in [
            ("<svg xmlns=\"x\"><g></svg>", Some(1)),
            ("<ncx>", Some(1)),
            ("<?xml?><html/>", Some(1)),
            ("<?xml encoding=\"utf-8\"?><html/>", Some(1)),
            ("<?xml version=\"1.1\"?><html/>", Some(1)),
            ("<?xml version='1.0' encoding=\"x\"?><html/>", Some(1)),
            ("<?xml version='1.0' encoding=\"utf-9\"?><html/>", Some(1)),
            ("<?xml version='1.0' encoding=\"ISO-8859-1\"?><html/>", Some(1)),
            ("<?xml version='1.0' encoding=\"\u{e9}\"?><html/>", None),
            ("<?xml version='1.0' standalone=\"\"?><html/>", Some(1)),
            ("<?xml version='1.0' lang='en'?><html/>", Some(1)),
            ("<?xml version = '1.0' encoding='UTF-8' standalone=\"no\" ?><html/>", None),
            ("<?xml-stylesheet href=\"a.css\"?><html/>", None),
            ("<a>\n<dc:title/></a>", Some(2)),
            ("<a x:y=\"\"/>", Some(1)),
            ("<a b=\"\" b=\"\"/>", Some(1)),
            ("<a/><a/>", Some(1)),
            ("<a xmlns=\"x\"\n xmlns=\"x\"/>", Some(2)),
            ("<a xmlns:x=\"y\"\n xmlns:x=\"z\"/>", Some(2)),
            ("<?xml version=\"1.0\"?><?x y?><a>\n<?x\"y\"?></a>", Some(2)),
            ("<a><?x?><!-- <?x\"y\"?> --><![CDATA[<?x\"y\"?>]]></a>", None),
            ("<a/>x", Some(1)),
            ("<a>&nbsp;</a>", Some(1)),
            ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", None),
            ("<a xmlns:x=\"y\" x:b=\"\"/>", None),
            ("<a xmlns=\"\"/>", None),
            ("<a>\n<b xmlns:x=''/></a>", Some(2)),
            (&format!("<a>\n<b{}/></a>", many(" aN=''")), None),
            (&format!("<a>\n<b{} a3=''/></a>", many(" aN=''")), Some(2)),
            (&format!("<a>\n<b{} x:y=''/></a>", many(" aN=''")), Some(2)),
            (&format!("<a xmlns:x='b'>\n<b{}/></a>", many(" x:aN=''")), None),
            (&format!("<a>\n<b{}/></a>", many(" xmlns:aN='b' aN:c=''")), Some(1)),
        ] {
            let found = strict(text).err().map(|(line, ..)| line);
            let start: String = text.chars().take(80).collect();
            assert_eq!(found, line, "{start} {:?}", strict(text));
        }
    }

    #[test]
    fn the_files_of_the_container_are_read_as_well() {
        for path in CONTAINER {
            let mut epub = Epub::empty("a.epub");
            for (text, number) in [("<signatures/>", 0), ("<signatures", 1), ("", 1)] {
                epub.put(path, text.into());
                let mut out = Vec::new();
                check(&epub, None, &ContentDocuments::default(), &mut out);
                assert_eq!(out.len(), number, "{path}: {text}");
            }
        }
    }

    #[test]
    fn a_file_is_utf16_by_its_first_bytes() {
        assert!(is_utf16(b"\xff\xfe<\0"));
        assert!(!is_utf16(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"));
        assert!(!is_utf16(b"<a>\xe9</a>"));
    }
}
