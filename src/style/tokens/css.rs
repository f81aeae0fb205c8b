//! Reads stylesheets: selectors outside of braces, properties and values inside.
//!
//! ```text
//! a { b: c }   a: kw (a selector), b: at (a property)
//! ```

use super::{Class, Token};

/// The tokens of a stylesheet, of SCSS and Less as well.
pub(super) fn read(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut at, mut in_value) = (0, false);
    while let Some(c) = code.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &code[at..];
        let name = |skip: usize| {
            let end =
                rest[skip..].find(|c: char| !(c.is_alphanumeric() || "-_%".contains(c)));
            end.map_or(rest.len(), |end| skip + end)
        };
        let (length, class) = match c {
            '/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |end| end + 2), Some(Class::Co))
            }
            '/' if rest.starts_with("//") && !code[..at].ends_with(':') => {
                (rest.find('\n').unwrap_or(rest.len()), Some(Class::Co))
            }
            '"' | '\'' => {
                let end = rest[1..].find([c, '\n']).map_or(rest.len(), |end| end + 2);
                (end, Some(Class::St))
            }
            '@' => (name(1), Some(Class::Kw)),
            '#' if in_value => (name(1), Some(Class::Dv)),
            '.' | '#' if name(1) > 1 && !in_value => (name(1), Some(Class::At)),
            '0'..='9' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || ".%".contains(c)));
                (end.unwrap_or(rest.len()), in_value.then_some(Class::Dv))
            }
            c if c.is_alphabetic() || matches!(c, '-' | '_' | '$') => {
                let end = name(c.len_utf8());
                let class = word(&rest[end..], in_value);
                (end, class)
            }
            c => {
                match c {
                    '{' | '}' | ';' => in_value = false,
                    ':' if is_declaration(rest) => in_value = true,
                    _ => {}
                }
                (c.len_utf8(), None)
            }
        };
        tokens.extend(class.map(|class| (at..at + length, class)));
        at += length;
    }
    tokens
}

/// What a word is, by what follows.
fn word(after: &str, in_value: bool) -> Option<Class> {
    if in_value {
        return after.starts_with('(').then_some(Class::Fu);
    }
    let is_property =
        after.trim_start().starts_with(':') && is_declaration(after.trim_start());
    Some(if is_property { Class::At } else { Class::Kw })
}

/// Whether a colon stands before a value, and not in a selector such as `a:hover {`.
fn is_declaration(rest: &str) -> bool {
    let end = rest.find(['{', '}', ';']);
    end.is_none_or(|end| !rest[end..].starts_with('{') || rest[..end].contains('\n'))
        && !rest.starts_with("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stylesheets_are_read() {
        let code = "a:hover > .b, #c { color: #fff; margin: 0 1em }\n/* d */ @media print { \
                    p::after { content: \"x\"; width: calc(1px + 2%) } }";
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        assert_eq!(
            read(code).into_iter().map(say).collect::<Vec<_>>().join(" "),
            "a=kw hover=kw .b=at #c=at color=at #fff=dv margin=at 0=dv 1em=dv /* d */=co \
             @media=kw print=kw p=kw after=kw content=at \"x\"=st width=at calc=fu 1px=dv 2%=dv"
        );
    }
}
