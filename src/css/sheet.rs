//! A stylesheet's rules about fonts, with the places they stand at.
//!
//! ```text
//! @font-face { font-family: "A"; src: url(a.ttf) }   a face: A, of the file a.ttf
//! h1 { font-family: A, serif; color: red }           a rule: h1, with its family and not its colour
//! ```

use super::guard::within_depth;
use super::select::{SupportedSelector, supported};
use super::value::{Declaration, Family, Weight, declarations, family, weight};
use lightningcss::media_query::{MediaList, MediaType};
use lightningcss::rules::font_face::{
    FontFaceProperty, FontFaceRule, FontFormat, FontStyle, Source as CssSource,
};
use lightningcss::rules::{CssRule, CssRuleList, Location};
use lightningcss::selector::SelectorList;
use lightningcss::stylesheet::{ParserOptions, StyleAttribute, StyleSheet};

/// What a stylesheet says about fonts; it borrows from the text.
#[derive(Debug, Default)]
pub struct Stylesheet<'a> {
    /// Its `@font-face` rules, in their order.
    pub faces: Vec<FontFace>,
    /// Its style rules that say something about fonts, in their order.
    pub rules: Vec<Rule<'a>>,
    /// The stylesheets it imports; they stand before its own rules.
    pub imports: Vec<Import>,
}

/// An `@import` rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The reference as written.
    pub url: String,
    /// Whether it holds on some devices only.
    pub conditional: bool,
}

/// A style rule.
#[derive(Debug)]
pub struct Rule<'a> {
    /// What it holds for; see [`Rule::specificity`].
    pub(super) selectors: SelectorList<'a>,
    /// Which of them the matcher knows.
    pub(super) supported: Vec<SupportedSelector>,
    /// What it says about fonts.
    pub declarations: Vec<Declaration>,
    /// The byte of the text it begins at.
    pub offset: usize,
    /// Whether it holds on some devices only, because of an `@media` around it.
    pub conditional: bool,
}

/// An `@font-face` rule (CSS Fonts 4, section 4).
#[derive(Debug, Clone, PartialEq)]
pub struct FontFace {
    /// The family it adds a face to; empty when unsaid.
    pub family: String,
    /// The weights it stands for, least and most.
    pub weight: (f32, f32),
    /// Whether it is italic or oblique.
    pub italic: bool,
    /// Its files, in order of preference.
    pub sources: Vec<FaceSource>,
    /// The byte of the text it begins at.
    pub offset: usize,
}

/// A file that an `@font-face` rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceSource {
    /// The reference as written.
    pub url: String,
    /// What `format()` calls it, in lower case.
    pub format: Option<String>,
}

impl<'a> Stylesheet<'a> {
    /// Reads a stylesheet. What is no CSS is passed over, as in a reading system (CSS Syntax 3,
    /// section 2.2); one whose blocks stand too deep in each other says nothing.
    pub fn parse(text: &'a str) -> Self {
        within_depth(text, || {
            let options =
                ParserOptions { error_recovery: true, ..ParserOptions::default() };
            let mut out = Self::default();
            if let Ok(sheet) = StyleSheet::parse(text, options) {
                out.add(&mut Bytes::of(text), sheet.rules, false);
            }
            out
        })
        .unwrap_or_default()
    }

    fn add(&mut self, bytes: &mut Bytes<'_>, rules: CssRuleList<'a>, conditional: bool) {
        for rule in rules.0 {
            match rule {
                CssRule::Import(rule) => self.imports.push(Import {
                    url: rule.url.to_string(),
                    conditional: conditional || is_conditional(&rule.media),
                }),
                CssRule::FontFace(rule) => self.faces.push(face(bytes, &rule)),
                CssRule::Style(rule) => {
                    let offset = bytes.at(rule.loc);
                    let found = |name: &str| find_property(bytes.text, offset, name);
                    let declarations = declarations(&rule.declarations, found);
                    if !declarations.is_empty() {
                        let selectors = rule.selectors;
                        self.rules.push(Rule {
                            supported: supported(&selectors),
                            selectors,
                            declarations,
                            offset,
                            conditional,
                        });
                    }
                    self.add(bytes, rule.rules, conditional);
                }
                CssRule::Media(rule) => {
                    self.add(
                        bytes,
                        rule.rules,
                        conditional || is_conditional(&rule.query),
                    );
                }
                CssRule::Supports(rule) => self.add(bytes, rule.rules, conditional),
                CssRule::LayerBlock(rule) => self.add(bytes, rule.rules, conditional),
                CssRule::Container(rule) => self.add(bytes, rule.rules, true),
                _ => {}
            }
        }
    }
}

/// Reads the value of a `style` attribute; places are counted from its first byte.
pub fn inline(text: &str) -> Vec<Declaration> {
    let read = || {
        let options = ParserOptions { error_recovery: true, ..ParserOptions::default() };
        let style = StyleAttribute::parse(text, options).ok()?;
        let place = |name: &str| text.find(name).unwrap_or_default();
        Some(declarations(&style.declarations, place))
    };
    within_depth(text, read).flatten().unwrap_or_default()
}

/// Whether a list of media leaves out some screen.
fn is_conditional(media: &MediaList<'_>) -> bool {
    let everywhere = |query: &lightningcss::media_query::MediaQuery<'_>| {
        query.qualifier.is_none()
            && query.condition.is_none()
            && matches!(query.media_type, MediaType::All | MediaType::Screen)
    };
    !media.media_queries.is_empty() && !media.media_queries.iter().any(everywhere)
}

fn face(bytes: &mut Bytes<'_>, rule: &FontFaceRule<'_>) -> FontFace {
    let mut face = FontFace {
        family: String::new(),
        weight: (400.0, 400.0),
        italic: false,
        sources: Vec::new(),
        offset: bytes.at(rule.loc),
    };
    for property in &rule.properties {
        match property {
            FontFaceProperty::FontFamily(name) => {
                let (Family::Named(name) | Family::Generic(name)) = family(name);
                face.family = name;
            }
            FontFaceProperty::FontStyle(style) => {
                face.italic = *style != FontStyle::Normal;
            }
            FontFaceProperty::FontWeight(range) => {
                if let (Weight::Absolute(a), Weight::Absolute(b)) =
                    (weight(&range.0), weight(&range.1))
                {
                    face.weight = (a.min(b), a.max(b));
                }
            }
            FontFaceProperty::Source(sources) => {
                face.sources.extend(sources.iter().filter_map(|source| match source {
                    CssSource::Url(source) => Some(FaceSource {
                        url: source.url.url.to_string(),
                        format: source.format.as_ref().map(format_name),
                    }),
                    CssSource::Local(_) => None,
                }));
            }
            _ => {}
        }
    }
    face
}

fn format_name(format: &FontFormat<'_>) -> String {
    match format {
        FontFormat::WOFF => "woff",
        FontFormat::WOFF2 => "woff2",
        FontFormat::TrueType => "truetype",
        FontFormat::OpenType => "opentype",
        FontFormat::EmbeddedOpenType => "embedded-opentype",
        FontFormat::Collection => "collection",
        FontFormat::SVG => "svg",
        FontFormat::String(other) => return other.to_ascii_lowercase(),
    }
    .to_owned()
}

/// Which byte a location of the parser's is. Rules come one behind the other, so that each is looked for
/// from the last one on, and a sheet of any number of rules is walked through once.
struct Bytes<'t> {
    text: &'t str,
    /// The byte at which each line begins.
    lines: Vec<usize>,
    /// The last location that was asked for, by line and UTF-16 units, and its byte.
    last: (u32, u32, usize),
    /// How many characters were walked over.
    #[cfg(test)]
    steps: usize,
}

impl<'t> Bytes<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            lines: std::iter::once(0).chain(ends).collect(),
            last: (0, 0, 0),
            #[cfg(test)]
            steps: 0,
        }
    }

    /// The byte of a location: the parser counts lines from 0 and UTF-16 units from 1.
    fn at(&mut self, at: Location) -> usize {
        let wanted = at.column.saturating_sub(1);
        let line = usize::try_from(at.line).unwrap_or(usize::MAX);
        let begin = self.lines.get(line).copied().unwrap_or(self.text.len());
        let (mut units, mut byte) = match self.last {
            (line, units, byte) if line == at.line && units <= wanted => (units, byte),
            _ => (0, begin),
        };
        for c in self.text.get(byte..).unwrap_or_default().chars() {
            if units >= wanted {
                break;
            }
            units += u32::try_from(c.len_utf16()).unwrap_or(1);
            byte += c.len_utf8();
            #[cfg(test)]
            {
                self.steps += 1;
            }
        }
        self.last = (at.line, units, byte);
        byte
    }
}

/// Where a property stands in the rule at `start`; the rule itself when it is not found, since
/// the parser keeps no places of declarations.
fn find_property(text: &str, start: usize, name: &str) -> usize {
    let find = || {
        let rule = text.get(start..)?;
        let open = rule.find('{')?;
        let block = &rule[open..];
        let block = &block[..block.find('}').unwrap_or(block.len())];
        let is_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
        let (at, _) = block.match_indices(name).find(|(at, _)| {
            !block[..*at].ends_with(is_name)
                && !block[at + name.len()..].starts_with(is_name)
        })?;
        Some(start + open + at)
    };
    find().unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::{Size, Value};

    #[test]
    fn rules_and_faces_come_with_their_places() {
        let text = "p{}\n@font-face { font-family: 'A B'; font-weight: bold; \
                    src: url(a.ttf) format('truetype') }\nh1 { font-family: A B, serif;\n\
                    font-size: 12pt !important }";
        let sheet = Stylesheet::parse(text);
        let face = &sheet.faces[0];
        assert_eq!((&*face.family, face.weight, face.offset), ("A B", (700.0, 700.0), 4));
        assert_eq!(face.sources[0].format.as_deref(), Some("truetype"));
        let [family, size] = &sheet.rules[0].declarations[..] else { panic!() };
        assert_eq!(&text[family.offset..family.offset + 11], "font-family");
        assert_eq!(&text[size.offset..size.offset + 9], "font-size");
        assert!(size.important);
        assert!(
            matches!(&size.value, Value::Size(Size::Absolute(text, _)) if text == "12pt")
        );
    }

    #[test]
    fn places_of_rules_take_a_walk_through_the_sheet_and_no_more() {
        for between in ["\n", " ", "/* 😀 */"] {
            let text = format!("p {{ color: red }}{between}").repeat(500);
            let sheet = StyleSheet::parse(&text, ParserOptions::default()).unwrap();
            let mut bytes = Bytes::of(&text);
            for (number, rule) in sheet.rules.0.iter().enumerate() {
                let CssRule::Style(rule) = rule else { panic!("a style rule") };
                assert_eq!(bytes.at(rule.loc), number * (16 + between.len()));
            }
            assert!(bytes.steps <= text.len(), "{} steps", bytes.steps);
        }
    }

    #[test]
    fn what_is_no_css_is_passed_over() {
        let sheet =
            Stylesheet::parse("}}} a { b } @@ p { font-size: 1em; color: } <!-- {");
        assert!(sheet.faces.is_empty());
        assert!(inline("font-size").is_empty());
    }
}
