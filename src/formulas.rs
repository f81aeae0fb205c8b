//! A formula of MathML as a drawing, for readers that show none.

use crate::bundled::{BundledFile, bundled_file};
use crate::epub::{Document, NodeId};
use formulary::{Item, LayoutOptions, MathFont, Warning};
use std::sync::LazyLock;

/// The font whose outlines formulas are drawn with, and whose metrics say where each stands.
static FONT: LazyLock<MathFont<'static>> = LazyLock::new(|| {
    static FILE: BundledFile =
        bundled_file!("stix-two-math/STIXTwoMath-Regular.otf", "STIXTwoMath-Regular.otf");
    MathFont::new(FILE.data(), 0).expect("the font in `fonts/` has what formulas need")
});

/// How many pixels an em of a drawing has: sharp on electronic paper in twice the size of its text.
const PIXELS_PER_EM: f32 = 64.0;

/// What formulary leaves free around a formula, in pixels.
const MARGIN: f32 = 2.0;

/// A drawing of a formula.
#[derive(Debug, Clone, PartialEq)]
pub struct FormulaImage {
    /// An SVG of outlines, black, [`PIXELS_PER_EM`] pixels an em.
    pub svg: String,
    /// How wide it is, in ems.
    pub width: f32,
    /// How much of it stands below the line, in ems.
    pub depth: f32,
}

/// Draws a formula: the text of a `<math>` element.
///
/// # Errors
/// What it holds that cannot be drawn: nothing is drawn in part.
pub fn draw(mathml: &str) -> Result<FormulaImage, String> {
    let mathml = prepared(mathml)?;
    let formula = formulary::parse(&mathml).map_err(|error| error.to_string())?;
    match formula.warnings.first() {
        None => {}
        Some(Warning::UnknownElement { element }) => {
            return Err(format!("<{element}> cannot be drawn"));
        }
        Some(Warning::InvalidStructure { element, detail }) => {
            return Err(format!("<{element}> is not as it should be: {detail}"));
        }
    }
    if formula.has_arabic_text() {
        return Err("it has Arabic letters".to_owned());
    }
    let options = LayoutOptions { font_size: PIXELS_PER_EM };
    let layout = formulary::layout(&formula, &FONT, &options);
    let is_missing = |item: &Item| matches!(item, Item::Glyph { id, .. } if id.0 == 0);
    if layout.items.iter().any(is_missing) {
        return Err("it has a character that the font lacks".to_owned());
    }
    if layout.width <= 0.0 {
        return Err("it is empty".to_owned());
    }
    Ok(FormulaImage {
        svg: formulary::svg::to_svg(&layout, &FONT),
        width: (layout.width + 2.0 * MARGIN) / PIXELS_PER_EM,
        depth: (layout.descent + MARGIN) / PIXELS_PER_EM,
    })
}

/// The formula as formulary understands it: the alignment of cells, which pandoc gives to each, is
/// its table's; a bar over a term is the character that grows; around a function's name, as in
/// `n log n`, there is a thin space, as TeX has it.
fn prepared(mathml: &str) -> Result<String, String> {
    let mut tree = Document::parse(mathml).map_err(|error| error.to_string())?;
    let nodes: Vec<_> = tree.descendants(tree.root()).collect();
    for node in nodes {
        match tree.local_name(node) {
            Some("mtable") if tree.attr(node, "columnalign").is_none() => {
                let row = tree.children(node).first().copied();
                let cells = row.map(|row| tree.children(row)).unwrap_or_default();
                let align = |&cell| tree.attr(cell, "columnalign").unwrap_or("center");
                let all: Vec<&str> = cells.iter().map(align).collect();
                let all = all.join(" ");
                tree.set_attr(node, "columnalign", all);
            }
            Some("mo") if tree.text(node) == "\u{af}" => tree.set_text(node, "\u{203e}"),
            Some("mo") if tree.text(node) == "\u{2061}" => {
                space_function(&mut tree, node);
            }
            _ => {}
        }
    }
    Ok(tree.to_xml())
}

/// Sets a function's name, behind which stands the invisible sign that applies it, apart from what is
/// no bracket or operator beside it.
fn space_function(tree: &mut Document, sign: NodeId) {
    const THIN: &[(&str, &str)] = &[("width", "0.167em")];
    let Some(function) = tree.parent(sign) else { return };
    let beside = |tree: &Document, step: isize| {
        let outer = tree.parent(function)?;
        let all = tree.children(outer);
        let at =
            all.iter().position(|&child| child == function)?.checked_add_signed(step)?;
        let name = tree.local_name(*all.get(at)?)?;
        Some(name != "mo" && name != "mspace")
    };
    if beside(tree, 1) == Some(true) {
        let space = tree.create_element("mspace", THIN);
        tree.append(function, space);
    }
    if beside(tree, -1) == Some(true) {
        let space = tree.create_element("mspace", THIN);
        tree.insert(function, 0, space);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inside: &str) -> Result<FormulaImage, String> {
        draw(&format!(
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{inside}</math>"
        ))
    }

    #[test]
    fn a_fraction_is_higher_than_its_parts_and_reaches_below_the_line() {
        let (one, half) = (of("<mn>1</mn>"), of("<mfrac><mn>1</mn><mn>2</mn></mfrac>"));
        let (one, half) = (one.unwrap(), half.unwrap());
        assert!(half.depth > one.depth + 0.2, "{} {}", half.depth, one.depth);
        assert!(half.svg.contains("<path") && half.svg.contains("<rect"));
        let wide = of("<mn>1</mn><mo>+</mo><mn>1</mn>").unwrap();
        assert!(wide.width > 2.0 * one.width);
    }

    #[test]
    fn what_cannot_be_drawn_whole_is_not_drawn() {
        assert!(of("<menclose notation=\"box\"><mi>x</mi></menclose>").is_err());
        assert!(of("<mi>\u{1f600}</mi>").is_err());
        assert!(of("").is_err());
        assert!(draw("<math><mi></math>").is_err());
    }

    #[test]
    fn cells_stand_as_each_says() {
        let cells = |align: &str| {
            let cell = format!("<mtd columnalign=\"{align}\"><mi>x</mi></mtd>");
            let wide = "<mtd><mi>x</mi><mi>y</mi><mi>z</mi></mtd>";
            of(&format!("<mtable><mtr>{cell}</mtr><mtr>{wide}</mtr></mtable>")).unwrap()
        };
        assert_ne!(cells("left").svg, cells("right").svg);
    }
}
