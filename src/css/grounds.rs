//! Rules that give a box a ground of its own and leave the colour of its text to the page: where a
//! reader's page is dark, its text is light, and cannot be read on a light ground.
//!
//! ```text
//! .note { background: #eee }   asks for   :where(.note) { color: #000; }
//! ```
//!
//! `:where` weighs nothing, so any colour that the author sets holds (Selectors 4, section 17).

use lightningcss::declaration::DeclarationBlock;
use lightningcss::printer::PrinterOptions;
use lightningcss::properties::{Property, PropertyId};
use lightningcss::rules::{CssRule, CssRuleList};
use lightningcss::stylesheet::{ParserOptions, StyleAttribute, StyleSheet};
use lightningcss::traits::ToCss;
use lightningcss::values::color::{CssColor, RGBA};
use std::fmt::Write as _;

/// How opaque a ground is, of 255, that hides the page.
const OPAQUE: u8 = 230;

/// The rules that a stylesheet lacks for text on grounds of its own; empty where it lacks none.
pub fn text_colours(css: &str) -> String {
    let options = ParserOptions { error_recovery: true, ..ParserOptions::default() };
    let mut out = String::new();
    if let Ok(sheet) = StyleSheet::parse(css, options) {
        add(&sheet.rules, &mut out);
    }
    out
}

/// The colour that the text lacks in a `style` attribute.
pub fn inline_text_colour(style: &str) -> Option<&'static str> {
    let style = StyleAttribute::parse(style, ParserOptions::default()).ok()?;
    missing(&style.declarations)
}

/// The colour of a `style` attribute that is meant for white paper: dark, and without a ground of its own.
pub fn inline_ink(style: &str) -> Option<String> {
    let style = StyleAttribute::parse(style, ParserOptions::default()).ok()?;
    let block = &style.declarations;
    let mut ink = None;
    for property in block.declarations.iter().chain(&block.important_declarations) {
        match property {
            Property::Color(colour) => ink = opaque(colour),
            Property::BackgroundColor(_) | Property::Background(_) => return None,
            _ => {}
        }
    }
    // Such a colour has a contrast of at least 3 on white.
    let ink = ink.filter(|&ink| luminance(ink) < 0.3)?;
    Some(format!("#{:02x}{:02x}{:02x}", ink.red, ink.green, ink.blue))
}

fn add(rules: &CssRuleList<'_>, out: &mut String) {
    for rule in &rules.0 {
        match rule {
            CssRule::Style(rule) => {
                let Some(colour) = missing(&rule.declarations) else { continue };
                let plain =
                    rule.selectors.0.iter().filter(|one| !one.has_pseudo_element());
                let selectors: Vec<String> = plain
                    .filter_map(|one| one.to_css_string(PrinterOptions::default()).ok())
                    .collect();
                if !selectors.is_empty() {
                    let _ = writeln!(
                        out,
                        ":where({}) {{ color: {colour}; }}",
                        selectors.join(", ")
                    );
                }
            }
            CssRule::Media(rule) => {
                let mut inside = String::new();
                add(&rule.rules, &mut inside);
                let query = rule.query.to_css_string(PrinterOptions::default());
                if let (false, Ok(query)) = (inside.is_empty(), query) {
                    let _ = write!(out, "@media {query} {{\n{inside}}}\n");
                }
            }
            CssRule::LayerBlock(rule) => add(&rule.rules, out),
            _ => {}
        }
    }
}

/// Black or white, whichever can be read on the ground of a block that sets no colour of text.
fn missing(block: &DeclarationBlock<'_>) -> Option<&'static str> {
    let mut ground = None;
    let all = block.declarations.iter().chain(&block.important_declarations);
    for property in all {
        match property {
            Property::Color(_) | Property::All(_) => return None,
            Property::Unparsed(one) if one.property_id == PropertyId::Color => {
                return None;
            }
            Property::BackgroundColor(colour) => ground = opaque(colour),
            Property::Background(layers) => {
                let is_plain = layers.len() == 1
                    && layers[0].image == lightningcss::values::image::Image::None;
                ground = layers
                    .first()
                    .filter(|_| is_plain)
                    .and_then(|one| opaque(&one.color));
            }
            _ => {}
        }
    }
    // Where both contrast alike (WCAG 2.2, relative luminance).
    ground.map(|ground| if luminance(ground) > 0.179 { "#000" } else { "#fff" })
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
    fn a_ground_without_a_colour_gets_one() {
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
    fn dark_ink_is_for_white_paper() {
        assert_eq!(inline_ink("margin: 0; color: navy").as_deref(), Some("#000080"));
        for style in [
            "color: yellow",
            "color: navy; background: #fff",
            "color: rgb(0 0 0 / .5)",
            "margin: 0",
        ] {
            assert_eq!(inline_ink(style), None, "{style}");
        }
    }

    #[test]
    fn attributes_are_read_as_rules_are() {
        assert_eq!(inline_text_colour("margin: 0; background: #222"), Some("#fff"));
        assert_eq!(inline_text_colour("background: #222; color: red"), None);
        assert_eq!(inline_text_colour("background"), None);
    }
}
