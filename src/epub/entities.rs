//! Entities that a document defines itself, as drawing programs write them into vector images, put in
//! where they are named (XML 1.0, section 4.4).
//!
//! ```text
//! <!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;"/>
//! becomes   <svg xmlns="http://www.w3.org/2000/svg"/>
//! ```

use std::collections::BTreeMap;

/// How many bytes may come of a document: entities of entities grow without end.
const MOST: usize = 1 << 22;

/// How deep entities may name others.
const DEEPEST: usize = 8;

/// The text with its own entities put in, and without their definitions; `None` where it defines none,
/// or others than plain text: those that lie in other files, or grow without end.
pub fn expanded(text: &str) -> Option<String> {
    let start = text.find("<!DOCTYPE")?;
    let open = start + text[start..].find('[')?;
    let close = open + subset_end(&text[open..])?;
    let end = close + text[close..].find('>')? + 1;
    let entities = definitions(&text[open + 1..close])?;
    if entities.is_empty() {
        return None;
    }
    let mut out = [&text[..start], text[end..].trim_start()].concat();
    for _ in 0..DEEPEST {
        let next = put_in(&out, &entities)?;
        if next == out {
            return Some(out);
        }
        out = next;
    }
    None
}

/// The byte of the bracket that closes a document type's own definitions.
fn subset_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            (']', None) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Names and texts of the entities that are defined; `None` where one lies elsewhere.
fn definitions(subset: &str) -> Option<BTreeMap<&str, &str>> {
    let mut found = BTreeMap::new();
    let mut rest = subset;
    while let Some((_, behind)) = rest.split_once("<!ENTITY") {
        let behind = behind.trim_start();
        let (name, value) = behind.split_once(char::is_whitespace)?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (text, behind) = value[1..].split_once(quote)?;
        found.entry(name).or_insert(text);
        rest = behind;
    }
    Some(found)
}

/// The text with each entity once replaced by what it stands for.
fn put_in(text: &str, entities: &BTreeMap<&str, &str>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let named = behind
            .split_once(';')
            .and_then(|(name, behind)| Some((*entities.get(name)?, behind)));
        let (value, behind) = named.unwrap_or(("&", behind));
        out.push_str(value);
        rest = behind;
        if out.len() > MOST {
            return None;
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_put_in_and_bombs_are_not() {
        let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \
            \"x.dtd\" [\n<!ENTITY a \"b[&c;]\">\n<!ENTITY c 'd'>\n]>\n<svg x=\"&a;\">&amp;&c;</svg>";
        let wanted = "<?xml version=\"1.0\"?>\n<svg x=\"b[d]\">&amp;d</svg>";
        assert_eq!(expanded(text).as_deref(), Some(wanted));
        assert_eq!(expanded("<!DOCTYPE svg><svg/>"), None);
        let file =
            "<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><svg>&a;</svg>";
        assert_eq!(expanded(file), None);
        let circle =
            "<!DOCTYPE svg [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]><svg>&a;</svg>";
        assert_eq!(expanded(circle), None);
        let ten = |of: &str| format!("&{of};").repeat(20);
        let bomb = format!(
            "<!DOCTYPE svg [<!ENTITY a \"{}\"><!ENTITY b \"{}\"><!ENTITY c \"{}\">\
             <!ENTITY d \"{}\"><!ENTITY e \"{}\">]><svg>&e;</svg>",
            "lol".repeat(20),
            ten("a"),
            ten("b"),
            ten("c"),
            ten("d"),
        );
        assert_eq!(expanded(&bomb), None);
    }
}
