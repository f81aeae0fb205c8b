//! Declarations that choose a font, as values of our own.

use lightningcss::declaration::DeclarationBlock;
use lightningcss::printer::PrinterOptions;
use lightningcss::properties::custom::{Token, TokenOrValue};
use lightningcss::properties::font::{
    AbsoluteFontWeight, FontFamily, FontSize, FontStyle, FontWeight, RelativeFontSize,
};
use lightningcss::properties::{Property as Css, PropertyId};
use lightningcss::traits::ToCss;
use lightningcss::values::length::LengthValue;
use lightningcss::values::percentage::DimensionPercentage;
use std::fmt;

/// One entry of a `font-family` list (CSS Fonts 4, section 2.1).
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Family {
    /// A family by name.
    Named(String),
    /// A generic family: `serif`, `monospace`, ….
    Generic(String),
}

impl Family {
    /// Its name, of whichever kind.
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) | Self::Generic(name) => name,
        }
    }

    /// Whether it is the family of this name; names are compared without regard to case (CSS
    /// Fonts 4, section 5.1).
    pub fn is_named(&self, other: &str) -> bool {
        matches!(self, Self::Named(name) if name.to_lowercase() == other.to_lowercase())
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The value of `font-size`.
#[derive(Debug, Clone, PartialEq)]
pub enum Size {
    /// A length that is the same whatever the reader chose: its text, and its pixels.
    Absolute(String, f32),
    /// A multiple of the parent's size.
    Relative(f32),
    /// A multiple of the root element's size.
    Root(f32),
    /// What depends on the window or has to be calculated.
    Other,
}

/// The value of `font-weight`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weight {
    /// From 1 to 1000; 400 is normal, 700 bold.
    Absolute(f32),
    /// `bolder`.
    Bolder,
    /// `lighter`.
    Lighter,
}

/// A property that choosing a font depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// `font-family`.
    Family,
    /// `font-size`.
    Size,
    /// `font-weight`.
    Weight,
    /// `font-style`.
    Style,
}

/// A keyword that every property takes (CSS Cascade 4, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CssWideKeyword {
    /// The parent's value; `unset` and `revert` too, since all four properties are inherited.
    Inherit,
    /// The value that the property begins with.
    Initial,
}

/// What a declaration says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `font-family`: families in order of preference.
    Families(Vec<Family>),
    /// `font-size`.
    Size(Size),
    /// `font-weight`.
    Weight(Weight),
    /// `font-style`: whether it is italic or oblique.
    Italic(bool),
    /// Any of them with a keyword of all.
    Keyword(Property, CssWideKeyword),
}

/// One declaration about fonts. A shorthand becomes several.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// What it says.
    pub value: Value,
    /// Whether it is `!important`.
    pub important: bool,
    /// The byte of the text it stands at.
    pub offset: usize,
}

/// The declarations about fonts of a block; `locate` tells where a property stands.
pub(super) fn declarations(
    block: &DeclarationBlock<'_>,
    locate: impl Fn(&str) -> usize,
) -> Vec<Declaration> {
    let normal = block.declarations.iter().map(|property| (property, false));
    let important = block.important_declarations.iter().map(|property| (property, true));
    let mut out = Vec::new();
    for (property, important) in normal.chain(important) {
        let values = values(property);
        if !values.is_empty() {
            let offset = locate(property.property_id().name());
            let own = |value| Declaration { value, important, offset };
            out.extend(values.into_iter().map(own));
        }
    }
    out
}

fn values(property: &Css<'_>) -> Vec<Value> {
    match property {
        Css::FontFamily(list) => {
            let list = families(list);
            // The parser takes `inherit` for a generic family.
            let keyword = match &*list {
                [Family::Generic(word)] => css_wide_keyword(word),
                _ => None,
            };
            vec![keyword.map_or(Value::Families(list), |keyword| {
                Value::Keyword(Property::Family, keyword)
            })]
        }
        Css::FontSize(value) => vec![Value::Size(size(value))],
        Css::FontWeight(value) => vec![Value::Weight(weight(value))],
        Css::FontStyle(value) => vec![Value::Italic(*value != FontStyle::Normal)],
        Css::Font(font) => vec![
            Value::Families(families(&font.family)),
            Value::Size(size(&font.size)),
            Value::Weight(weight(&font.weight)),
            Value::Italic(font.style != FontStyle::Normal),
        ],
        Css::Unparsed(unparsed) => {
            let properties: &[Property] = match unparsed.property_id {
                PropertyId::FontFamily => &[Property::Family],
                PropertyId::FontSize => &[Property::Size],
                PropertyId::FontWeight => &[Property::Weight],
                PropertyId::FontStyle => &[Property::Style],
                PropertyId::Font => {
                    &[Property::Family, Property::Size, Property::Weight, Property::Style]
                }
                _ => &[],
            };
            let [TokenOrValue::Token(Token::Ident(word))] = unparsed.value.0.as_slice()
            else {
                return Vec::new();
            };
            let Some(keyword) = css_wide_keyword(word) else { return Vec::new() };
            properties.iter().map(|&property| Value::Keyword(property, keyword)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a keyword that every property takes means for a font's properties.
fn css_wide_keyword(word: &str) -> Option<CssWideKeyword> {
    match &*word.to_ascii_lowercase() {
        "inherit" | "unset" | "revert" | "revert-layer" => Some(CssWideKeyword::Inherit),
        "initial" => Some(CssWideKeyword::Initial),
        _ => None,
    }
}

fn families(list: &[FontFamily<'_>]) -> Vec<Family> {
    list.iter().map(family).collect()
}

/// A family, with its name as it was meant: the parser keeps it to itself, so it is written out
/// and read back.
pub(super) fn family(family: &FontFamily<'_>) -> Family {
    let text = family.to_css_string(PrinterOptions::default()).unwrap_or_default();
    match family {
        FontFamily::Generic(_) => Family::Generic(text),
        FontFamily::FamilyName(_) => Family::Named(unescape(&text)),
    }
}

/// Takes quotes and escapes off a string or identifier (CSS Syntax 3, section 4.3.7).
fn unescape(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut chars = inner.unwrap_or(text).chars().peekable();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut hex = String::new();
        while hex.len() < 6
            && let Some(digit) = chars.next_if(char::is_ascii_hexdigit)
        {
            hex.push(digit);
        }
        if hex.is_empty() {
            out.extend(chars.next());
        } else {
            chars.next_if(char::is_ascii_whitespace);
            let code = u32::from_str_radix(&hex, 16).unwrap_or(0);
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
    out
}

fn size(size: &FontSize) -> Size {
    match size {
        FontSize::Length(DimensionPercentage::Percentage(part)) => Size::Relative(part.0),
        FontSize::Length(DimensionPercentage::Calc(_)) => Size::Other,
        FontSize::Length(DimensionPercentage::Dimension(length)) => match length {
            LengthValue::Em(n) => Size::Relative(*n),
            // The height of an x and the width of a zero are about half the size.
            LengthValue::Ex(n) | LengthValue::Ch(n) => Size::Relative(n / 2.0),
            LengthValue::Rem(n) => Size::Root(*n),
            // Nothing is nothing in any unit: `0` hides text and fixes no size.
            length => match length.to_px() {
                Some(0.0) => Size::Relative(0.0),
                Some(px) => Size::Absolute(written(length), px),
                None => Size::Other,
            },
        },
        FontSize::Absolute(word) => Size::Absolute(written(word), 16.0),
        FontSize::Relative(RelativeFontSize::Larger) => Size::Relative(1.2),
        FontSize::Relative(RelativeFontSize::Smaller) => Size::Relative(1.0 / 1.2),
    }
}

fn written(value: &impl ToCss) -> String {
    value.to_css_string(PrinterOptions::default()).unwrap_or_default()
}

/// A weight.
pub(super) fn weight(weight: &FontWeight) -> Weight {
    match weight {
        FontWeight::Absolute(AbsoluteFontWeight::Weight(n)) => Weight::Absolute(*n),
        FontWeight::Absolute(AbsoluteFontWeight::Normal) => Weight::Absolute(400.0),
        FontWeight::Absolute(AbsoluteFontWeight::Bold) => Weight::Absolute(700.0),
        FontWeight::Bolder => Weight::Bolder,
        FontWeight::Lighter => Weight::Lighter,
    }
}
