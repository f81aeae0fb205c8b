//! The parser's calls, on a stack that is large enough for what is read.

use crate::elements::depth::depth;

/// So many levels, any stack has room for.
const SHALLOW: usize = 8;

/// The stack for more of them: a level takes up to 40 KB in a program that is not optimised. What is not used takes
/// no memory.
const STACK: usize = 32 << 20;

/// What is made of CSS; nothing where its blocks stand too deep in each other to be read.
pub(super) fn within_depth<T>(css: &str, read: impl FnOnce() -> T) -> Option<T> {
    match depth(css) {
        (_, Some(_)) => None,
        (0..=SHALLOW, None) => Some(read()),
        _ => Some(stacker::grow(STACK, read)),
    }
}

#[cfg(test)]
mod tests {
    use crate::css::{
        Stylesheet, inline, inline_dark_colour, inline_text_colour, text_colours,
    };
    use crate::elements::depth::DEEPEST;

    /// Each way in which CSS can stand in itself, on a stack as threads have it.
    #[test]
    fn no_css_is_deeper_than_its_stack() {
        for (start, open, end, close) in [
            ("", "p{margin:0;", "", ""),
            ("", "p{&{", "", ""),
            ("", "@media print{", "p{color:red}", "}"),
            ("", "@layer a{", "", ""),
            ("", "@container (width>1px){", "", ""),
            ("", "@scope{", "", ""),
            ("@supports ", "(not ", "(a:b)", ")"),
            ("@media ", "(", "width>1px", ")"),
            ("p", ":not(", "a", ")"),
            ("p", ":is(", "a", ")"),
            ("p{width:", "calc(", "1px", ")"),
            ("p{width:", "var(--a,", "1px", ")"),
            ("p{background:", "image-set(", "", ""),
            ("p{color:", "color-mix(in srgb,", "", ""),
            ("p{--a:", "{[(", "", ""),
        ] {
            for levels in [SMALL, DEEPEST - 2, 20_000] {
                let css =
                    [start, &open.repeat(levels), end, &close.repeat(levels)].concat();
                Stylesheet::parse(&css);
                text_colours(&css);
                inline(&css);
                inline_dark_colour(&css);
                inline_text_colour(&css);
            }
        }
    }

    const SMALL: usize = super::SHALLOW;

    #[test]
    fn what_stands_deep_is_read_to_the_limit() {
        let css = |levels: usize| {
            format!(
                "{}p{{font-family:A}}{}",
                "@media screen{".repeat(levels),
                "}".repeat(levels)
            )
        };
        assert_eq!(Stylesheet::parse(&css(DEEPEST - 1)).rules.len(), 1);
        assert_eq!(Stylesheet::parse(&css(DEEPEST)).rules.len(), 0);
    }
}
