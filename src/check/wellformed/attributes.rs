//! The attributes of an element that has many. The parser holds each against all others; here they are told apart by
//! their names, and it gets the text without most of them, at the same places. It sees each prefix once, so that it
//! tells of one that is not declared; two prefixes for one namespace are not held against each other.
//!
//! ```text
//! <p data-a1="x" … data-a64="x" data-a65="x" data-a66="x">
//! <p data-a1="x" … data-a64="x"                          >
//! ```

use crate::epub::comparisons::start_tags;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// How many attributes the parser is left with, and those that are not plain.
pub(super) const FEW: u64 = 64;

/// The text without the attributes that stand behind many others of their element; where two of them are one, the
/// byte at which the other stands, and its name.
pub(super) fn thinned(xml: &str) -> Result<Cow<'_, str>, (usize, String)> {
    let mut out = None;
    for tag in start_tags(xml).filter(|tag| tag.attributes > FEW) {
        let (mut names, mut prefixes, mut number) = (HashSet::new(), HashSet::new(), 0);
        let mut at = tag.range.start + name_length(&xml[tag.range.clone()]);
        while let Some(attribute) = plain(&xml[..tag.range.end], at) {
            let name = &xml[attribute.name.clone()];
            if !names.insert(name) {
                return Err((attribute.name.start, name.to_owned()));
            }
            number += 1;
            at = attribute.end;
            let is_first =
                name.split_once(':').is_some_and(|(one, _)| prefixes.insert(one));
            // That one says what the element's name means.
            if number > FEW && name != "xmlns" && !is_first {
                let bytes = out.get_or_insert_with(|| xml.as_bytes().to_vec());
                bytes[attribute.name.start..at].fill(b' ');
            }
        }
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(out.map_or(Cow::Borrowed(xml), |bytes| Cow::Owned(text(bytes))))
}

/// The bytes before the first attribute.
fn name_length(tag: &str) -> usize {
    tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len())
}

/// An attribute that can be told apart by its name.
struct PlainAttribute {
    name: Range<usize>,
    end: usize,
}

/// The next attribute that binds no prefix and has a value in which nothing stands for something else. Others are
/// passed over; nothing where there is none or the parser will refuse what comes.
fn plain(xml: &str, mut at: usize) -> Option<PlainAttribute> {
    loop {
        let rest = &xml[at..];
        let start = at + rest.find(|c: char| !c.is_ascii_whitespace())?;
        if start == at {
            return None;
        }
        let is_name = |c: char| c.is_alphanumeric() || "-_.:".contains(c);
        let end = start + xml[start..].find(|c: char| !is_name(c))?;
        let equals = end + xml[end..].find(|c: char| !c.is_ascii_whitespace())?;
        let value = xml[equals..].strip_prefix('=')?.trim_ascii_start();
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
        let text = &value[1..][..value[1..].find(quote)?];
        at = xml.len() - value.len() + text.len() + 2;
        if !xml[at..].starts_with(|c: char| c.is_ascii_whitespace() || "/>".contains(c)) {
            return None;
        }
        let name = &xml[start..end];
        let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.is_ascii()
            && !name.ends_with(':')
            && name.matches(':').count() < 2
            && !name.starts_with("xmlns:");
        if is_plain && !text.contains(['<', '&']) {
            return Some(PlainAttribute { name: start..end, end: at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(number: usize) -> String {
        let all: Vec<_> = (0..number).map(|at| format!(" data-a{at}=\"x\"")).collect();
        all.concat()
    }

    #[test]
    fn attributes_of_an_element_with_few_stay() {
        let xml = format!("<p{}><b{}/></p>", many(64), many(3));
        assert_eq!(thinned(&xml).unwrap(), xml);
    }

    #[test]
    fn what_stands_behind_many_is_blank_and_all_else_at_its_place() {
        let odd = " x:y=\"z\" é='' b='&amp;' xmlns:z='a'\n c='\"'";
        let xml = format!("<p{}{odd} x:d=\"\">x</p>", many(64));
        let blank = format!(
            "<p{} x:y=\"z\" é='' b='&amp;' xmlns:z='a'\n{}>x</p>",
            many(64),
            " ".repeat(" c='\"' x:d=\"\"".len())
        );
        assert_eq!(thinned(&xml).unwrap(), blank);
        let twice = format!("<p{} data-a3='y'>x</p>", many(80));
        assert_eq!(
            thinned(&twice).unwrap_err(),
            (twice.find("data-a3='y'").unwrap(), "data-a3".to_owned())
        );
        // What the parser refuses, it is given.
        for end in [" a=\"b\"c=\"d\"", " a", " a=b", " a=\"<\"", " 1=\"\""] {
            let xml = format!("<p{}{end}/>", many(70));
            assert!(thinned(&xml).unwrap().contains(end), "{end}");
        }
    }
}
