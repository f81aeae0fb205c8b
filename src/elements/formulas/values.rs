//! The values that the attributes of formulas have (MathML 3, section 2.1.5).

use crate::elements::aria;
use crate::elements::attributes::{is_escaped, is_number};

/// What the value of an attribute is.
#[derive(Clone, Copy)]
enum FormulaValue {
    Any,
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    Length,
    LengthOr(&'static [&'static str]),
    Lengths(&'static [&'static str]),
    TwoLengths,
    Padded,
    Integer,
    Unsigned,
    Count,
    Number,
    Color,
    ColorOrNone,
    Identifier,
    Names,
    Place,
    Groups,
    Character,
    Address,
    Name,
}

use FormulaValue::{
    Address, Any, Character, Color, ColorOrNone, Count, Groups, Identifier, Integer,
    Length, LengthOr, Lengths, Name, Names, Number, Padded, Place, TwoLengths, Unsigned,
    Word, Words,
};

const SWITCH: &[&str] = &["false", "true"];
const SIDES: &[&str] = &["center", "left", "right"];
const LINES: &[&str] = &["dashed", "none", "solid"];
const ROWS: &[&str] = &["axis", "baseline", "bottom", "center", "top"];
const THICKNESS: &[&str] = &["medium", "thick", "thin"];
const GROUPS: &[&str] = &["center", "decimalpoint", "left", "right"];
const BREAKS: &[&str] = &["auto", "badbreak", "goodbreak", "newline", "nobreak"];
const BREAKS_OF_SPACE: &[&str] =
    &["auto", "badbreak", "goodbreak", "indentingnewline", "newline", "nobreak"];
const STRIKES: &[&str] = &[
    "downdiagonalstrike",
    "horizontalstrike",
    "none",
    "updiagonalstrike",
    "verticalstrike",
];
const VARIANTS: &[&str] = &[
    "bold",
    "bold-fraktur",
    "bold-italic",
    "bold-sans-serif",
    "bold-script",
    "double-struck",
    "fraktur",
    "initial",
    "italic",
    "looped",
    "monospace",
    "normal",
    "sans-serif",
    "sans-serif-bold-italic",
    "sans-serif-italic",
    "script",
    "stretched",
    "tailed",
];
const DIVISIONS: &[&str] = &[
    ":right=right",
    "left)(right",
    "left/\\right",
    "lefttop",
    "mediumstackedrightright",
    "righttop",
    "shortstackedrightright",
    "stackedleftleft",
    "stackedleftlinetop",
    "stackedrightright",
];

/// What means something else at some elements.
fn value(element: &str, attribute: &str) -> FormulaValue {
    match (element, attribute) {
        ("mpadded", "depth" | "height" | "lspace" | "voffset" | "width") => Padded,
        ("mtable", "width") => LengthOr(&["auto"]),
        ("mtable" | "mstack", "align") => Place,
        ("mtd", "columnalign") => Word(SIDES),
        ("mtr" | "mlabeledtr" | "mtd", "rowalign") => Word(ROWS),
        ("mtd", "groupalign") => Words(GROUPS),
        ("maligngroup", "groupalign") => Word(GROUPS),
        ("mspace", "linebreak") => Word(BREAKS_OF_SPACE),
        _ => words(attribute).unwrap_or_else(|| measure(attribute)),
    }
}

/// What has words for values.
fn words(attribute: &str) -> Option<FormulaValue> {
    Some(match attribute {
        "accent" | "accentunder" | "bevelled" | "displaystyle" | "equalcolumns"
        | "equalrows" | "fence" | "largeop" | "movablelimits" | "separator"
        | "stretchy" | "symmetric" => Word(SWITCH),
        "align" | "charalign" | "denomalign" | "numalign" => Word(SIDES),
        "alignmentscope" => Words(SWITCH),
        "columnalign" => Words(SIDES),
        "columnlines" | "rowlines" => Words(LINES),
        "crossout" => Words(STRIKES),
        "dir" => Word(&["ltr", "rtl"]),
        "display" => Word(&["block", "inline"]),
        "edge" => Word(&["left", "right"]),
        "fontstyle" => Word(&["italic", "normal"]),
        "fontweight" => Word(&["bold", "normal"]),
        "form" => Word(&["infix", "postfix", "prefix"]),
        "frame" => Word(LINES),
        "indentalign" => Word(&["auto", "center", "id", "left", "right"]),
        "indentalignfirst" | "indentalignlast" => {
            Word(&["auto", "center", "id", "indentalign", "left", "right"])
        }
        "infixlinebreakstyle" => Word(&["after", "before", "duplicate"]),
        "linebreak" => Word(BREAKS),
        "linebreakstyle" => {
            Word(&["after", "before", "duplicate", "infixlinebreakstyle"])
        }
        "location" => Word(&["e", "n", "ne", "nw", "s", "se", "sw", "w"]),
        "longdivstyle" => Word(DIVISIONS),
        "mathvariant" => Word(VARIANTS),
        "overflow" => Word(&["elide", "linebreak", "scale", "scroll", "truncate"]),
        "rowalign" => Words(ROWS),
        "side" => Word(&["left", "leftoverlap", "right", "rightoverlap"]),
        "stackalign" => Word(GROUPS),
        _ => return None,
    })
}

/// What has lengths, numbers and the like for values.
fn measure(attribute: &str) -> FormulaValue {
    match attribute {
        "cd" | "name" => Name,
        "altimg" | "cdgroup" | "definitionURL" | "href" | "src" => Address,
        "altimg-height"
        | "altimg-width"
        | "depth"
        | "fontsize"
        | "height"
        | "indentshift"
        | "leftoverhang"
        | "lineleading"
        | "lspace"
        | "maxwidth"
        | "mediummathspace"
        | "minlabelspacing"
        | "minsize"
        | "rightoverhang"
        | "rspace"
        | "scriptminsize"
        | "subscriptshift"
        | "superscriptshift"
        | "thickmathspace"
        | "thinmathspace"
        | "valign"
        | "verythickmathspace"
        | "verythinmathspace"
        | "veryverythickmathspace"
        | "veryverythinmathspace"
        | "width" => Length,
        "altimg-valign" => LengthOr(&["bottom", "middle", "top"]),
        "background" | "mathbackground" => ColorOrNone,
        "charspacing" => LengthOr(&["loose", "medium", "tight"]),
        "class" | "epub:type" => Names,
        "color" | "mathcolor" => Color,
        "columnspacing" | "rowspacing" => Lengths(&[]),
        "columnspan" | "rowspan" | "selection" => Count,
        "columnwidth" => Lengths(&["auto", "fit"]),
        "decimalpoint" => Character,
        "framespacing" => TwoLengths,
        "groupalign" => Groups,
        "id" => Identifier,
        "indentshiftfirst" | "indentshiftlast" => LengthOr(&["indentshift"]),
        "index" | "position" | "scriptlevel" | "shift" => Integer,
        "length" => Unsigned,
        "linethickness" | "mslinethickness" => LengthOr(THICKNESS),
        "mathsize" => LengthOr(&["big", "normal", "small"]),
        "maxsize" => LengthOr(&["infinity"]),
        "scriptsizemultiplier" => Number,
        _ => Any,
    }
}

/// Whether an attribute, where it may stand, may have that value.
pub fn may_be(element: &str, name: &str, text: &str) -> bool {
    if let Some(state) = name.strip_prefix("aria-") {
        return aria::may_be(state, text);
    }
    let own = text;
    let text = text.trim();
    let mut parts = text.split_ascii_whitespace();
    let some = !text.is_empty();
    match value(element, name) {
        Any => true,
        Word(these) => these.contains(&text),
        Words(these) => {
            (some || name == "crossout") && parts.all(|one| these.contains(&one))
        }
        Length => is_length(text),
        LengthOr(these) => these.contains(&text) || is_length(text),
        Lengths(these) => some && parts.all(|one| these.contains(&one) || is_length(one)),
        TwoLengths => parts.clone().count() == 2 && parts.all(is_length),
        Padded => is_padded(text),
        Integer => text.parse::<i64>().is_ok(),
        Unsigned => text.parse::<u64>().is_ok(),
        Count => text.parse::<u64>().is_ok_and(|number| number > 0),
        Number => is_number(text) && !text.contains(['e', 'E']),
        Color => is_color(text),
        ColorOrNone => is_color(text) || text == "transparent",
        Identifier => some && !own.contains(char::is_whitespace),
        Names => some && parts.all(is_name),
        Place => is_place(text),
        Groups => are_groups(text),
        Character => text.chars().count() == 1,
        Address => is_escaped(text),
        Name => is_name(text) && !text.contains(':') && is_start(text),
    }
}

/// Whether a text is a length: a number, with or without a unit, or a space that has a name.
fn is_length(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    is_space(text)
        || after_number(number).is_some_and(|unit| unit == "%" || is_unit(unit))
}

fn is_unit(text: &str) -> bool {
    matches!(text, "" | "cm" | "em" | "ex" | "in" | "mm" | "pc" | "pt" | "px")
}

/// What stands behind the number at a text's beginning; `None` where there is none.
fn after_number(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let is_one = number.matches('.').count() < 2 && number != "." && !number.is_empty();
    is_one.then_some(rest)
}

fn is_space(text: &str) -> bool {
    let text = text.strip_prefix("negative").unwrap_or(text);
    let Some(width) = text.strip_suffix("mathspace") else { return false };
    matches!(
        width,
        "medium"
            | "thick"
            | "thin"
            | "verythick"
            | "verythin"
            | "veryverythick"
            | "veryverythin"
    )
}

/// Whether a text is a length as `<mpadded>` has them: by itself, or of its content, as `+50%height` and `depth`
/// (MathML 3, section 3.3.6).
fn is_padded(text: &str) -> bool {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some(unit) = after_number(number).map(str::trim) else { return false };
    let of = unit.strip_prefix('%').unwrap_or(unit).trim();
    matches!(of, "" | "depth" | "height" | "width") || is_unit(unit) || is_space(unit)
}

/// Whether a text is a color as MathML has them: other than CSS, sixteen names alone.
fn is_color(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "aqua", "black", "blue", "fuchsia", "gray", "green", "lime", "maroon", "navy",
        "olive", "purple", "red", "silver", "teal", "white", "yellow",
    ];
    match text.strip_prefix('#') {
        Some(hex) => {
            matches!(hex.len(), 3 | 6) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        None => NAMES.contains(&&*text.to_ascii_lowercase()),
    }
}

/// Whether a text says where a table stands by its line, and by which of its rows.
fn is_place(text: &str) -> bool {
    let mut parts = text.split_ascii_whitespace();
    let place = parts.next().is_some_and(|one| ROWS.contains(&one));
    let row = parts.next().is_none_or(|one| {
        let digits = one.strip_prefix('-').unwrap_or(one);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    place && row && parts.next().is_none()
}

/// Whether a text is a name token of XML.
pub fn is_name(text: &str) -> bool {
    let is_part = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '-' | '_' | '.' | ':' | '\u{b7}')
            || c > '\u{2ff}'
    };
    !text.is_empty() && text.chars().all(is_part)
}

/// Whether a text begins as a name of XML does.
fn is_start(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Whether a text is a list of lists of alignments, each in braces.
fn are_groups(text: &str) -> bool {
    text.split_inclusive('}').all(|group| {
        let inside = group.trim().strip_prefix('{').and_then(|one| one.strip_suffix('}'));
        inside.is_some_and(|list| {
            let mut parts = list.split_ascii_whitespace().peekable();
            parts.peek().is_some() && parts.all(|one| GROUPS.contains(&one))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known() {
        for (element, name, right, wrong) in [
            ("mo", "stretchy", "true", "yes"),
            ("mi", "mathvariant", "double-struck", "outline"),
            ("mi", "mathcolor", "Red", "orange"),
            ("mi", "mathbackground", "transparent", "none"),
            ("mspace", "width", "-0.5em", "1rem"),
            ("mspace", "height", "negativeverythinmathspace", "+1em"),
            ("mpadded", "width", "+50% height", "wide"),
            ("mtable", "columnalign", "left right", "left middle"),
            ("mtd", "columnalign", "left", "left right"),
            ("mtable", "align", "axis -3", "axis x"),
            ("mtable", "framespacing", "1em 2em", "1em"),
            ("mtable", "columnwidth", "auto 2em", "auto wide"),
            ("mtable", "groupalign", "{left right} {left}", "left"),
            ("mstyle", "scriptlevel", "+1", "x"),
            ("mstyle", "decimalpoint", ",", ",,"),
            ("mfrac", "linethickness", "thin", "fat"),
            ("mtd", "rowspan", "2", "0"),
            ("math", "display", "block", "big"),
            ("mi", "class", "a b", "a/b"),
            ("mi", "id", "a", "a b"),
            ("mi", "href", "a%20b", "50%"),
        ] {
            assert!(may_be(element, name, right), "{element} {name} {right}");
            assert!(!may_be(element, name, wrong), "{element} {name} {wrong}");
        }
    }
}
