//! The elements of formulas (MathML 3, as EPUB 3.3 takes it, section 6.1.3.1): what each may hold and
//! have, as EPUBCheck 5.3 has it in its grammar.

mod values;

pub use values::{is_name, may_be};

use super::aria;

/// What an element of a formula holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaContent {
    /// Any number of expressions.
    Expressions,
    /// So many expressions.
    Number(usize),
    /// At least so many parts of a stacked sum.
    Stack(usize),
    /// What one column of such a sum may hold.
    Columns,
    /// The same, and what is carried.
    Carries,
    /// An expression, and pairs of scripts around it.
    Scripts,
    /// Rows of a table.
    Rows,
    /// At least so many cells of a row.
    Cells(usize),
    /// Characters.
    Characters,
    /// Characters, and what stands within lines of HTML.
    Prose,
    /// An expression, and notes on what it means.
    Meaning,
    /// Text alone.
    Text,
    /// Another form of the expression, in a grammar of its own.
    Other,
    /// Nothing.
    Nothing,
}

/// Elements by their names: what each holds, and what it may have besides what all have.
const ELEMENTS: &[(&str, FormulaContent, &[&str])] = &[
    ("annotation", FormulaContent::Text, &["cd definitionURL encoding name src"]),
    ("annotation-xml", FormulaContent::Other, &["cd encoding name src"]),
    ("maction", FormulaContent::Expressions, &[COLORS, "actiontype selection"]),
    ("maligngroup", FormulaContent::Nothing, &[COLORS, "groupalign"]),
    ("malignmark", FormulaContent::Nothing, &[COLORS, "edge"]),
    (
        "math",
        FormulaContent::Expressions,
        &[
            COLORS,
            STYLES,
            "altimg altimg-height altimg-valign altimg-width alttext cdgroup display macros \
             maxwidth mode overflow",
        ],
    ),
    ("menclose", FormulaContent::Expressions, &[COLORS, "notation"]),
    ("merror", FormulaContent::Expressions, &[COLORS]),
    ("mfenced", FormulaContent::Expressions, &[COLORS, "close open separators"]),
    (
        "mfrac",
        FormulaContent::Number(2),
        &[COLORS, "bevelled denomalign linethickness numalign"],
    ),
    (
        "mglyph",
        FormulaContent::Nothing,
        &[COLORS, FONTS, "alt height index mathsize mathvariant src valign width"],
    ),
    ("mi", FormulaContent::Characters, TOKEN),
    (
        "mlabeledtr",
        FormulaContent::Cells(1),
        &[COLORS, "columnalign groupalign rowalign"],
    ),
    ("mlongdiv", FormulaContent::Stack(3), &[COLORS, "longdivstyle position shift"]),
    (
        "mmultiscripts",
        FormulaContent::Scripts,
        &[COLORS, "subscriptshift superscriptshift"],
    ),
    ("mn", FormulaContent::Characters, TOKEN),
    (
        "mo",
        FormulaContent::Characters,
        &[
            COLORS,
            FONTS,
            INDENTS,
            "accent dir fence form largeop linebreakmultchar linebreakstyle lineleading lspace \
             mathsize mathvariant maxsize minsize movablelimits rspace separator stretchy symmetric",
        ],
    ),
    ("mover", FormulaContent::Number(2), &[COLORS, "accent align"]),
    (
        "mpadded",
        FormulaContent::Expressions,
        &[COLORS, "depth height lspace voffset width"],
    ),
    ("mphantom", FormulaContent::Expressions, &[COLORS]),
    ("mprescripts", FormulaContent::Nothing, &[COLORS]),
    ("mroot", FormulaContent::Number(2), &[COLORS]),
    ("mrow", FormulaContent::Expressions, &[COLORS, "dir"]),
    (
        "ms",
        FormulaContent::Characters,
        &[COLORS, FONTS, "dir lquote mathsize mathvariant rquote"],
    ),
    (
        "mscarries",
        FormulaContent::Carries,
        &[COLORS, "crossout location position scriptsizemultiplier"],
    ),
    ("mscarry", FormulaContent::Columns, &[COLORS, "crossout location"]),
    ("msgroup", FormulaContent::Stack(0), &[COLORS, "position shift"]),
    (
        "msline",
        FormulaContent::Nothing,
        &[COLORS, "leftoverhang length mslinethickness position rightoverhang"],
    ),
    (
        "mspace",
        FormulaContent::Nothing,
        &[COLORS, FONTS, INDENTS, "depth dir height mathsize mathvariant width"],
    ),
    ("msqrt", FormulaContent::Expressions, &[COLORS]),
    ("msrow", FormulaContent::Columns, &[COLORS, "position"]),
    (
        "mstack",
        FormulaContent::Stack(0),
        &[COLORS, "align charalign charspacing stackalign"],
    ),
    (
        "mstyle",
        FormulaContent::Expressions,
        &[
            COLORS,
            FONTS,
            STYLES,
            "mediummathspace thickmathspace thinmathspace verythickmathspace verythinmathspace \
             veryverythickmathspace veryverythinmathspace",
        ],
    ),
    ("msub", FormulaContent::Number(2), &[COLORS, "subscriptshift"]),
    ("msubsup", FormulaContent::Number(3), &[COLORS, "subscriptshift superscriptshift"]),
    ("msup", FormulaContent::Number(2), &[COLORS, "superscriptshift"]),
    (
        "mtable",
        FormulaContent::Rows,
        &[
            COLORS,
            "align alignmentscope columnalign columnlines columnspacing columnwidth \
             displaystyle equalcolumns equalrows frame framespacing groupalign minlabelspacing \
             rowalign rowlines rowspacing side width",
        ],
    ),
    (
        "mtd",
        FormulaContent::Expressions,
        &[COLORS, "columnalign columnspan groupalign rowalign rowspan"],
    ),
    ("mtext", FormulaContent::Prose, TOKEN),
    ("mtr", FormulaContent::Cells(0), &[COLORS, "columnalign groupalign rowalign"]),
    ("munder", FormulaContent::Number(2), &[COLORS, "accentunder align"]),
    ("munderover", FormulaContent::Number(3), &[COLORS, "accent accentunder align"]),
    ("none", FormulaContent::Nothing, &[COLORS]),
    ("semantics", FormulaContent::Meaning, &["cd definitionURL encoding name"]),
];

/// What all may have.
const EVERYWHERE: &str = "class href id other style xref xmlns";
const COLORS: &str = "mathbackground mathcolor";
const FONTS: &str = "background color fontfamily fontsize fontstyle fontweight";
const TOKEN: &[&str] = &[COLORS, FONTS, "dir mathsize mathvariant"];
const INDENTS: &str = "indentalign indentalignfirst indentalignlast indentshift indentshiftfirst \
    indentshiftlast indenttarget linebreak";
/// What a part of a formula hands on to all in it.
const STYLES: &str = "accent accentunder align alignmentscope bevelled charalign charspacing close \
    columnalign columnlines columnspacing columnspan columnwidth crossout decimalpoint denomalign \
    depth dir displaystyle edge equalcolumns equalrows fence form frame framespacing groupalign \
    height indentalign indentalignfirst indentalignlast indentshift indentshiftfirst \
    indentshiftlast indenttarget infixlinebreakstyle largeop leftoverhang length linebreak \
    linebreakmultchar linebreakstyle lineleading linethickness location longdivstyle lquote lspace \
    mathsize mathvariant maxsize minlabelspacing minsize movablelimits mslinethickness notation \
    numalign open position rightoverhang rowalign rowlines rowspacing rowspan rquote rspace \
    scriptlevel scriptminsize scriptsizemultiplier selection separator separators shift side \
    stackalign stretchy subscriptshift superscriptshift symmetric valign width";

/// What is no expression by itself.
const PARTS: &[&str] = &[
    "annotation",
    "annotation-xml",
    "math",
    "mglyph",
    "mlabeledtr",
    "mprescripts",
    "mscarries",
    "mscarry",
    "msgroup",
    "msline",
    "msrow",
    "mtd",
    "mtr",
    "none",
];

fn find(
    element: &str,
) -> Option<&'static (&'static str, FormulaContent, &'static [&'static str])> {
    ELEMENTS.iter().find(|(one, ..)| *one == element)
}

/// What an element of a formula holds; `None` for what is none.
pub fn holds(element: &str) -> Option<FormulaContent> {
    find(element).map(|(_, holds, _)| *holds)
}

/// Whether an element is an expression, or part of one.
pub fn is_expression(element: &str) -> bool {
    find(element).is_some() && !PARTS.contains(&element)
}

/// Whether an element may stand in one that holds that. The order is another question.
pub fn may_hold(holds: FormulaContent, element: &str) -> bool {
    match holds {
        FormulaContent::Expressions | FormulaContent::Number(_) => is_expression(element),
        FormulaContent::Stack(_) => {
            is_expression(element)
                || matches!(element, "mscarries" | "msgroup" | "msline" | "msrow")
        }
        FormulaContent::Columns => is_expression(element) || element == "none",
        FormulaContent::Carries => {
            is_expression(element) || matches!(element, "mscarry" | "none")
        }
        FormulaContent::Scripts => {
            is_expression(element) || matches!(element, "mprescripts" | "none")
        }
        FormulaContent::Rows => matches!(element, "mlabeledtr" | "mtr"),
        FormulaContent::Cells(_) => element == "mtd",
        FormulaContent::Characters | FormulaContent::Prose => {
            matches!(element, "malignmark" | "mglyph")
        }
        FormulaContent::Meaning => {
            is_expression(element) || matches!(element, "annotation" | "annotation-xml")
        }
        FormulaContent::Text | FormulaContent::Nothing | FormulaContent::Other => false,
    }
}

/// Whether an element of a formula may have an attribute of that name.
pub fn may_have(element: &str, name: &str) -> bool {
    if let Some(state) = name.strip_prefix("aria-") {
        return aria::Permission::of("math").may_have(None, state);
    }
    if let Some((prefix, local)) = name.split_once(':') {
        return match prefix {
            "xml" => local == "base",
            "epub" => local == "type",
            _ => true,
        };
    }
    let lists = find(element).map_or(&[][..], |(.., lists)| lists);
    std::iter::once(&EVERYWHERE)
        .chain(lists)
        .any(|list| list.split_ascii_whitespace().any(|one| one == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_hold_and_have_what_they_may() {
        assert!(ELEMENTS.is_sorted_by(|(a, ..), (b, ..)| a < b));
        assert!(
            may_hold(FormulaContent::Rows, "mtr")
                && !may_hold(FormulaContent::Rows, "mi")
        );
        assert!(may_hold(FormulaContent::Expressions, "mfrac") && !is_expression("mtd"));
        assert!(!is_expression("apply") && holds("apply").is_none());
        assert!(may_have("mo", "stretchy") && !may_have("mi", "stretchy"));
        assert!(may_have("mi", "aria-label") && !may_have("math", "role"));
        assert!(may_have("math", "epub:type") && !may_have("math", "xml:lang"));
    }
}
