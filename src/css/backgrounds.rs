//! Rules that give a box a background of its own and leave the colour of its text to the page: where a
//! reader's page is dark, its text is light, and cannot be read on a light background.
//!
//! ```text
//! .note { background: #eee }   asks for   :where(.note) { color: #000; }
//! ```
//!
//! `:where` weighs nothing, so any colour that the author sets holds (Selectors 4, section 17).
//!
//! Links in such a box have the other fault: a reader in the dark gives all links a light colour, with more
//! weight than a plain rule has.
//!
//! ```text
//! .note { background: #eee }   asks for   :where(.note) a[href][href] { color: var(--link); }
//! ```

use super::guard::within_depth;
use lightningcss::declaration::DeclarationBlock;
use lightningcss::printer::PrinterOptions;
use lightningcss::properties::{Property, PropertyId};
use lightningcss::rules::{CssRule, CssRuleList};
use lightningcss::stylesheet::{ParserOptions, StyleAttribute, StyleSheet};
use lightningcss::traits::ToCss;
use lightningcss::values::color::{CssColor, RGBA};
use std::fmt::Write as _;

/// How opaque a background is, of 255, that hides the page.
const OPAQUE: u8 = 230;

/// The rules that a stylesheet lacks for text on grounds of its own; empty where it lacks none.
pub fn text_colours(css: &str) -> String {
    let mut out = String::new();
    of_sheet(css, |rules| add(rules, &text_rule, &mut out));
    out
}

/// The same rules for engines that know no `:where`. They weigh as much as the author's, so they have to stand
/// before them.
pub fn plain_text_colours(css: &str) -> String {
    let mut out = String::new();
    let rule = |selectors: &str, block: &DeclarationBlock<'_>| {
        let colour = missing(block)?;
        Some(format!("{selectors} {{ color: {colour}; }}\n"))
    };
    of_sheet(css, |rules| add(rules, &rule, &mut out));
    out
}

/// The rules by which links in boxes with a background of their own have the colour of the text there, for engines
/// that know neither `:where` nor variables: `.note { background: #222 }` gives `.note a { color: inherit; }`.
pub fn plain_link_colours(css: &str) -> String {
    let mut out = String::new();
    let rule = |selectors: &str, block: &DeclarationBlock<'_>| {
        opaque_background(block)?;
        // Commas part selectors only where there are no brackets, and such engines drop what has them.
        let plain = Some(selectors).filter(|all| !all.contains('('))?;
        let links: Vec<String> =
            plain.split(", ").map(|one| format!("{one} a")).collect();
        Some(format!("{} {{ color: inherit; }}\n", links.join(", ")))
    };
    of_sheet(css, |rules| add(rules, &rule, &mut out));
    out
}

/// What is made of the rules of a stylesheet, if it can be read.
fn of_sheet<T>(css: &str, make: impl FnOnce(&CssRuleList<'_>) -> T) -> Option<T> {
    let read = || {
        let options = ParserOptions { error_recovery: true, ..ParserOptions::default() };
        StyleSheet::parse(css, options).ok().map(|sheet| make(&sheet.rules))
    };
    within_depth(css, read).flatten()
}

/// What the declarations of a `style` attribute say, if it can be read.
fn of_style<T>(
    style: &str,
    read_block: impl FnOnce(&DeclarationBlock<'_>) -> Option<T>,
) -> Option<T> {
    let read = || {
        let style = StyleAttribute::parse(style, ParserOptions::default()).ok()?;
        read_block(&style.declarations)
    };
    within_depth(style, read).flatten()
}

/// The rules by which links in boxes with a background of their own have a colour that can be read there. The
/// colour is the base stylesheet's; where that has none, it is the text's.
pub fn link_colours(css: &str) -> String {
    let mut out = String::new();
    of_sheet(css, |rules| add(rules, &link_rule, &mut out));
    out
}

/// Whether a stylesheet says which colour links have, anywhere.
pub fn colours_links(css: &str) -> bool {
    of_sheet(css, any_colours_links).unwrap_or_default()
}

fn any_colours_links(rules: &CssRuleList<'_>) -> bool {
    rules.0.iter().any(|rule| match rule {
        CssRule::Style(rule) => {
            has_colour(&rule.declarations)
                && rule.selectors.0.iter().any(|one| {
                    one.to_css_string(PrinterOptions::default())
                        .is_ok_and(|selector| means_link(&selector))
                })
        }
        CssRule::Media(rule) => any_colours_links(&rule.rules),
        CssRule::LayerBlock(rule) => any_colours_links(&rule.rules),
        _ => false,
    })
}

/// Whether what a selector selects is a link: `a`, `.note a:hover`, `:link`.
fn means_link(selector: &str) -> bool {
    let subject =
        selector.rsplit([' ', '>', '+', '~']).next().expect("a split has a first part");
    let is_behind_name = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_');
    [":link", ":visited", ":any-link"].iter().any(|one| subject.contains(one))
        || subject
            .strip_prefix('a')
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(is_behind_name))
}

/// The colour that the text lacks in a `style` attribute.
pub fn inline_text_colour(style: &str) -> Option<&'static str> {
    of_style(style, missing)
}

/// Whether a `style` attribute sets a background that hides the page.
pub fn has_inline_background(style: &str) -> bool {
    of_style(style, opaque_background).is_some()
}

/// The colour of a `style` attribute that is meant for white paper: dark, and without a background of its own.
pub fn inline_dark_colour(style: &str) -> Option<String> {
    of_style(style, dark_colour)
}

/// The same of its declarations.
fn dark_colour(block: &DeclarationBlock<'_>) -> Option<String> {
    let mut colour = None;
    for property in block.declarations.iter().chain(&block.important_declarations) {
        match property {
            Property::Color(new) => colour = opaque(new),
            Property::BackgroundColor(_) | Property::Background(_) => return None,
            _ => {}
        }
    }
    // Such a colour has a contrast of at least 3 on white.
    let colour = colour.filter(|&colour| luminance(colour) < 0.3)?;
    Some(format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue))
}

/// Adds what `rule_for` makes of the selectors and the declarations of each rule.
fn add(
    rules: &CssRuleList<'_>,
    rule_for: &dyn Fn(&str, &DeclarationBlock<'_>) -> Option<String>,
    out: &mut String,
) {
    for rule in &rules.0 {
        match rule {
            CssRule::Style(rule) => {
                let plain =
                    rule.selectors.0.iter().filter(|one| !one.has_pseudo_element());
                let selectors: Vec<String> = plain
                    .filter_map(|one| one.to_css_string(PrinterOptions::default()).ok())
                    .collect();
                if !selectors.is_empty() {
                    out.extend(rule_for(&selectors.join(", "), &rule.declarations));
                }
            }
            CssRule::Media(rule) => {
                let mut inside = String::new();
                add(&rule.rules, rule_for, &mut inside);
                let query = rule.query.to_css_string(PrinterOptions::default());
                if let (false, Ok(query)) = (inside.is_empty(), query) {
                    let _ = write!(out, "@media {query} {{\n{inside}}}\n");
                }
            }
            CssRule::LayerBlock(rule) => add(&rule.rules, rule_for, out),
            _ => {}
        }
    }
}

fn text_rule(selectors: &str, block: &DeclarationBlock<'_>) -> Option<String> {
    let colour = missing(block)?;
    Some(format!(":where({selectors}) {{ color: {colour}; }}\n"))
}

/// Twice the attribute weighs more than the rules of readers, which are for `a:link`.
fn link_rule(selectors: &str, block: &DeclarationBlock<'_>) -> Option<String> {
    opaque_background(block)?;
    Some(format!(":where({selectors}) a[href][href] {{ color: var(--link); }}\n"))
}

/// Black or white, whichever can be read on the background of a block that sets no colour of text.
fn missing(block: &DeclarationBlock<'_>) -> Option<&'static str> {
    // Where both contrast alike (WCAG 2.2, relative luminance).
    let colour = |background| if luminance(background) > 0.179 { "#000" } else { "#fff" };
    opaque_background(block).filter(|_| !has_colour(block)).map(colour)
}

/// Whether a block says which colour text has.
fn has_colour(block: &DeclarationBlock<'_>) -> bool {
    let mut all = block.declarations.iter().chain(&block.important_declarations);
    all.any(|property| match property {
        Property::Color(_) | Property::All(_) => true,
        Property::Unparsed(one) => one.property_id == PropertyId::Color,
        _ => false,
    })
}

/// The background that a block sets, where it hides the page.
fn opaque_background(block: &DeclarationBlock<'_>) -> Option<RGBA> {
    let mut background = None;
    let all = block.declarations.iter().chain(&block.important_declarations);
    for property in all {
        match property {
            Property::BackgroundColor(colour) => background = opaque(colour),
            Property::Background(layers) => {
                let is_plain = layers.len() == 1
                    && layers[0].image == lightningcss::values::image::Image::None;
                background = layers
                    .first()
                    .filter(|_| is_plain)
                    .and_then(|one| opaque(&one.color));
            }
            _ => {}
        }
    }
    background
}

fn opaque(colour: &CssColor) -> Option<RGBA> {
    match colour.to_rgb() {
        Ok(CssColor::RGBA(colour)) if colour.alpha >= OPAQUE => Some(colour),
        _ => None,
    }
}

fn luminance(colour: RGBA) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(colour.red) + 0.7152 * part(colour.green) + 0.0722 * part(colour.blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_without_a_colour_gets_one() {
        for (css, wanted) in [
            (".a { background: #eee }", ":where(.a) { color: #000; }\n"),
            (
                "p > .a, .b { background-color: navy }",
                ":where(p > .a, .b) { color: #fff; }\n",
            ),
            (
                "@media print { .a { background: hsl(60 100% 90%) } }",
                "@media print {\n:where(.a) { color: #000; }\n}\n",
            ),
            (".a { background: #eee; color: #333 }", ""),
            (".a { background: #eee; color: var(--ink) }", ""),
            (".a { background: none }", ""),
            (".a { background: rgba(0, 0, 0, 0.05) }", ""),
            (".a { background: url(a.png) #eee }", ""),
            (".a { background: var(--paper) }", ""),
            (".a { background: currentColor }", ""),
            (".a::before { background: #eee }", ""),
            (".a { color: red", ""),
        ] {
            assert_eq!(text_colours(css), wanted, "{css}");
        }
    }

    #[test]
    fn links_on_a_background_have_a_colour_for_it() {
        for (css, wanted) in [
            (
                ".a { background: #eee; color: #333 }",
                ":where(.a) a[href][href] { color: var(--link); }\n",
            ),
            (
                "@media print { .a, p::before { background: navy } }",
                "@media print {\n:where(.a) a[href][href] { color: var(--link); }\n}\n",
            ),
            (".a { color: #333 }", ""),
        ] {
            assert_eq!(link_colours(css), wanted, "{css}");
        }
    }

    #[test]
    fn a_sheet_that_colours_links_is_known() {
        for css in
            ["a { color: red }", "p, .b > a:hover { color: red }", ":link { color: red }"]
        {
            assert!(colours_links(css), "{css}");
        }
        for css in ["a { margin: 0 }", "aside { color: red }", "a p, .a { color: red }"] {
            assert!(!colours_links(css), "{css}");
        }
    }

    #[test]
    fn dark_colours_are_for_white_paper() {
        assert_eq!(
            inline_dark_colour("margin: 0; color: navy").as_deref(),
            Some("#000080")
        );
        for style in [
            "color: yellow",
            "color: navy; background: #fff",
            "color: rgb(0 0 0 / .5)",
            "margin: 0",
        ] {
            assert_eq!(inline_dark_colour(style), None, "{style}");
        }
    }

    #[test]
    fn attributes_are_read_as_rules_are() {
        assert_eq!(inline_text_colour("margin: 0; background: #222"), Some("#fff"));
        assert_eq!(inline_text_colour("background: #222; color: red"), None);
        assert_eq!(inline_text_colour("background"), None);
    }
}
