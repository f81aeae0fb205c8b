//! The texts that pandoc wrote of divisions, put in the places of their stand-ins.
//!
//! Written by itself, a division does not know which number its file has, what its media are called in the
//! book, and in which file the identifiers are that its links lead to. The ePub of the stand-ins does.

use super::division::MARK;
use super::html::PICTURE;
use crate::epub::{Epub, resolve};
use std::collections::BTreeMap;

/// A file of a division, as it was written by itself or is remembered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct WrittenFile {
    /// Its name, without folders.
    pub(super) name: String,
    pub(super) text: String,
    /// The fingerprint of each file that it shows, in their order.
    pub(super) media: Vec<String>,
}

/// What stands in the attribute that names a file which pandoc took into the ePub.
const MEDIA: &str = "=\"../media/";

/// The files of an ePub's divisions in their order, each with the path of its folder.
pub(super) fn files(epub: &Epub) -> Vec<&str> {
    let is_division = |name: &&str| {
        let number =
            name.rsplit_once("text/ch").and_then(|(_, rest)| rest.strip_suffix(".xhtml"));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut names: Vec<&str> =
        epub.entries().iter().map(|entry| &*entry.name).filter(is_division).collect();
    names.sort_by_key(|name| (name.len(), *name));
    names
}

/// The name of a file without its folders.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a division's file is, in the ePub in which it was written.
pub(super) fn written(epub: &Epub, path: &str) -> Option<WrittenFile> {
    let text = epub.text(path).ok()?.to_owned();
    let media =
        media(&text).map(|name| fingerprint(epub, path, name)).collect::<Option<_>>()?;
    Some(WrittenFile { name: base(path).to_owned(), text, media })
}

fn fingerprint(epub: &Epub, path: &str, name: &str) -> Option<String> {
    let file = resolve(path, name)?;
    Some(blake3::hash(epub.get(&file)?).to_hex().to_string())
}

/// The names of media in a text, in their order, such as `../media/file0.png`.
fn media(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MEDIA).filter_map(|(at, _)| text[at + 2..].split('"').next())
}

/// The text of a division in the place of its stand-in, whose file in the ePub of the stand-ins is at this path; nothing
/// where the two do not agree. `links` are the targets of links by their identifiers.
pub(super) fn settled(
    written: &WrittenFile,
    epub: &Epub,
    path: &str,
    links: &BTreeMap<String, String>,
) -> Option<String> {
    let stand_in = epub.text(path).ok()?;
    let names: Vec<&str> = media(stand_in).collect();
    if names.len() != written.media.len() {
        return None;
    }
    for (name, fingerprint) in names.iter().zip(&written.media) {
        if self::fingerprint(epub, path, name)?.as_str() != fingerprint.as_str() {
            return None;
        }
    }
    let text = &written.text;
    let title = format!("<title>{}</title>", written.name);
    let text = text.replacen(&title, &format!("<title>{}</title>", base(path)), 1);
    let mut out = String::with_capacity(text.len());
    let mut names = names.into_iter();
    let mut rest = &*text;
    // One walk, for what is put in is not to be looked through.
    let mark = format!("\"#{MARK}");
    while let Some((at, is_link)) = next(rest, &mark) {
        let begin = at + if is_link { 1 } else { 2 };
        let end = begin + rest[begin..].find('"')?;
        out.push_str(&rest[..begin]);
        if is_link {
            out.push_str(links.get(&rest[begin + 1 + MARK.len()..end])?);
        } else {
            out.push_str(names.next()?);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Some(out)
}

/// A page whose body is written by ourselves, in the place of its stand-in; nothing where the two do not agree.
/// What stands around the body is the stand-in's.
pub(super) fn framed(
    body: &str,
    epub: &Epub,
    path: &str,
    links: &BTreeMap<String, String>,
) -> Option<String> {
    let (before, inside, behind) = parted(epub.text(path).ok()?)?;
    let mut names =
        inside.split(PICTURE).skip(1).filter_map(|rest| rest.split('"').next());
    let mut out = String::with_capacity(before.len() + body.len() + behind.len());
    out.push_str(before);
    let mark = format!("\"#{MARK}");
    for (at, text) in body.split(PICTURE).enumerate() {
        if at > 0 {
            out.push_str(PICTURE);
            out.push_str(names.next()?);
        }
        let mut texts = text.split(&*mark);
        out.push_str(texts.next()?);
        for text in texts {
            let (id, rest) = text.split_once('"')?;
            out.push('"');
            out.push_str(links.get(id)?);
            out.push('"');
            out.push_str(rest);
        }
    }
    out.push_str(behind);
    names.next().is_none().then_some(out)
}

/// A page in what stands before its body's text, the text, and what stands behind it.
fn parted(page: &str) -> Option<(&str, &str, &str)> {
    let begin = page.find("<body")?;
    let begin = begin + page[begin..].find(">\n")? + 2;
    let end = begin + page[begin..].rfind("\n</body>")?;
    Some((&page[..begin], &page[begin..end], &page[end..]))
}

/// Where the next link or name of media stands, and whether it is a link.
fn next(text: &str, mark: &str) -> Option<(usize, bool)> {
    match (text.find(mark), text.find(MEDIA)) {
        (Some(link), Some(name)) if link < name => Some((link, true)),
        (Some(link), None) => Some((link, true)),
        (_, Some(name)) => Some((name, false)),
        (None, None) => None,
    }
}

/// An identifier as pandoc writes it into an attribute.
pub(super) fn escaped(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
