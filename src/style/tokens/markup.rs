//! Reads HTML and XML: tags, attributes, comments, entities. Scripts and styles inside are read
//! in their own languages.
//!
//! ```text
//! <p class="a">x &amp; y   p: kw, class: at, "a": st, &amp;: dv
//! ```

use super::{Class, Token};

/// The tokens of a listing.
pub(super) fn read(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(found) = code.get(at..).and_then(|rest| rest.find(['<', '&', '{'])) {
        let start = at + found;
        let rest = &code[start..];
        let closed = |open: &str, close: &str| {
            let inside = rest.strip_prefix(open)?;
            Some(
                inside
                    .find(close)
                    .map_or(rest.len(), |end| open.len() + end + close.len()),
            )
        };
        let (end, class) = if let Some(end) = closed("<!--", "-->") {
            (end, Some(Class::Co))
        } else if let Some(end) = closed("<![CDATA[", "]]>") {
            (end, Some(Class::St))
        } else if let Some(end) = closed("<?", "?>").or_else(|| closed("<!", ">")) {
            (end, Some(Class::Pp))
        } else if let Some(end) = closed("{{", "}}").or_else(|| closed("{%", "%}")) {
            // What templates fill in.
            (end, Some(Class::Pp))
        } else if let Some(after) = rest.strip_prefix('&') {
            let name = after.find(|c: char| !c.is_alphanumeric() && c != '#');
            let end = 1 + name.unwrap_or(rest.len() - 1);
            if rest[end..].starts_with(';') {
                (end + 1, Some(Class::Dv))
            } else {
                (1, None)
            }
        } else if rest.starts_with('<') {
            (tag(code, start, &mut tokens), None)
        } else {
            (1, None)
        };
        tokens.extend(class.map(|class| (start..start + end, class)));
        at = start + end;
    }
    tokens
}

/// Reads a tag and, behind one that begins a script or a style, what it holds. How long it is.
fn tag(code: &str, start: usize, tokens: &mut Vec<Token>) -> usize {
    let bytes = code.as_bytes();
    let skip = |from: usize, wanted: &dyn Fn(u8) -> bool| {
        from + bytes.iter().skip(from).take_while(|&&byte| wanted(byte)).count()
    };
    let is_name = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b':' | b'.')
            || byte >= 0x80
    };
    let name = skip(start + 1, &|byte| byte == b'/');
    let mut at = skip(name, &is_name);
    if at == name || bytes[name].is_ascii_digit() {
        return 1;
    }
    tokens.push((name..at, Class::Kw));
    let element = code[name..at].to_ascii_lowercase();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => {
                at += 1;
                break;
            }
            b'<' => return at - start,
            b'"' | b'\'' => {
                let end = code[at + 1..].find(char::from(byte));
                let end = end.map_or(code.len(), |end| at + end + 2);
                tokens.push((at..end, Class::St));
                at = end;
            }
            _ if is_name(byte) || matches!(byte, b'@' | b'#' | b'*') => {
                let end = skip(at + 1, &is_name);
                let is_value = bytes.get(at.wrapping_sub(1)) == Some(&b'=');
                tokens.push((at..end, if is_value { Class::St } else { Class::At }));
                at = end;
            }
            _ => at += 1,
        }
    }
    let is_end = name > start + 1;
    let language = match &*element {
        "script" => "javascript",
        "style" => "css",
        _ => return at - start,
    };
    let Some(end) = code[at..].find(&format!("</{element}")).filter(|_| !is_end) else {
        return at - start;
    };
    let inside = super::named(language, &code[at..at + end]);
    tokens.extend(
        inside
            .into_iter()
            .map(|(range, class)| (at + range.start..at + range.end, class)),
    );
    at + end - start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces_of(code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(code).into_iter().map(say).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn markup_is_read() {
        assert_eq!(
            pieces_of(
                "<!DOCTYPE html>\n<p class=\"a\" id=b hidden>x &amp; y & z</p><br/>"
            ),
            "<!DOCTYPE html>=pp p=kw class=at \"a\"=st id=at b=st hidden=at &amp;=dv p=kw br=kw"
        );
        assert_eq!(pieces_of("<!-- a <b> -->1 < 2 <c:d/>"), "<!-- a <b> -->=co c:d=kw");
        assert_eq!(
            pieces_of("<script>let x = 1;</script><style>a { b: c }</style>"),
            "script=kw let=kw 1=dv script=kw style=kw a=kw b=at style=kw"
        );
    }

    #[test]
    fn what_never_ends_is_read_to_the_end() {
        for code in
            ["<", "</", "<a", "<a b=\"c", "<!--", "&", "&a", "<script>", "{{", "<a <b>"]
        {
            pieces_of(code);
        }
        assert_eq!(pieces_of("<a b=\"c"), "a=kw b=at \"c=st");
    }
}
