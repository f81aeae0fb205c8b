//! How deep blocks and brackets of CSS stand in each other. The parser calls itself for each level, and a
//! stylesheet of a few kilobytes could ask for more levels than a stack has:
//!
//! ```text
//! @media print{@media print{@media print{…      p{width:calc(calc(calc(…
//! ```

/// The most levels that a stylesheet is read with. What authors write and programs make stays below a dozen.
pub const DEEPEST: usize = 100;

/// What is said of CSS with more levels.
pub const TOO_DEEP: &str = "blocks and brackets stand more than 100 deep in each other";

/// How many levels CSS has, and the byte at which there are more than [`DEEPEST`] (CSS Syntax 3, section 5.4.7: a
/// block ends with its own bracket alone). No more than one are counted beyond that.
pub fn depth(css: &str) -> (usize, Option<usize>) {
    let bytes = css.as_bytes();
    let (mut open, mut deepest, mut at) = (Vec::new(), 0, 0);
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            b'/' if bytes.get(at + 1) == Some(&b'*') => comment(&bytes[at..]),
            b'"' | b'\'' => string(&bytes[at..]),
            b'(' | b'[' | b'{' => {
                open.push(closing(byte));
                deepest = deepest.max(open.len());
                if deepest > DEEPEST {
                    return (deepest, Some(at));
                }
                1
            }
            _ => {
                if open.last() == Some(&byte) {
                    open.pop();
                }
                1
            }
        };
    }
    (deepest, None)
}

fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// How many bytes a comment has.
fn comment(bytes: &[u8]) -> usize {
    let end = bytes.windows(2).skip(2).position(|two| two == b"*/");
    end.map_or(bytes.len(), |end| end + 4)
}

/// How many bytes a string has; its line ends one that is not closed.
fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' | b'\x0c' => return at,
            _ if byte == bytes[0] => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_as_the_parser_goes_into_them() {
        for (css, levels) in [
            ("", 0),
            ("p { margin: 0 } q { margin: 0 }", 1),
            ("@media print { p:not(.a) { width: calc(1px) } }", 3),
            ("p { a: ')' \"}\" /* } */ \\}; b: (1) }", 2),
            // A bracket of another kind ends nothing.
            ("{){){){", 4),
            ("p { a: 'x\n} q {", 1),
            ("/*/ {{{ */ {", 1),
            ("/* {{{", 0),
            ("\"\\\"{{", 0),
            ("\\", 0),
        ] {
            assert_eq!(depth(css), (levels, None), "{css}");
        }
        for open in ["(", "[", "{", "{)", "a{b:(", "@media print{"] {
            let (levels, place) = depth(&open.repeat(DEEPEST + 1));
            assert_eq!(levels, DEEPEST + 1, "{open}");
            assert!(place.is_some(), "{open}");
            let closed = depth(&"{}()[]".repeat(1000));
            assert_eq!(closed, (1, None));
        }
    }
}
