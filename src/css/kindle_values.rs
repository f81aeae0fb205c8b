//! The properties, functions and units of CSS that Kindle knows.
//!
//! From Amazon's Kindle Publishing Guidelines (what Kindle Format 8 and Enhanced Typesetting support) and
//! from the properties that a book has once it is converted: what a converted book has no room for, is
//! dropped, whatever was written.

/// Properties, without the prefix of an engine.
const PROPERTIES: &[&str] = &[
    "background",
    "background-attachment",
    "background-clip",
    "background-color",
    "background-image",
    "background-origin",
    "background-position",
    "background-repeat",
    "background-size",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-collapse",
    "border-radius",
    "border-spacing",
    "border-top-left-radius",
    "border-top-right-radius",
    "bottom",
    "box-decoration-break",
    "box-shadow",
    "box-sizing",
    "clear",
    "color",
    "column-count",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "hyphens",
    "left",
    "letter-spacing",
    "line-break",
    "line-height",
    "list-style",
    "list-style-image",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "opacity",
    "outline",
    "outline-color",
    "outline-offset",
    "outline-style",
    "outline-width",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "page-break-after",
    "page-break-before",
    "page-break-inside",
    "position",
    "right",
    "ruby-align",
    "ruby-position",
    "src",
    "text-align",
    "text-align-last",
    "text-combine-upright",
    "text-decoration",
    "text-decoration-color",
    "text-emphasis-color",
    "text-emphasis-style",
    "text-indent",
    "text-orientation",
    "text-shadow",
    "text-transform",
    "top",
    "transform",
    "transform-origin",
    "unicode-bidi",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    // What draws Kindle Format 8 is WebKit, which has known it from the beginning.
    "word-wrap",
    "writing-mode",
    "z-index",
];

/// The sides of a border, and what each has.
const BORDERS: (&[&str], &[&str]) =
    (&["", "-top", "-right", "-bottom", "-left"], &["", "-color", "-style", "-width"]);

const FUNCTIONS: &[&str] = &[
    "format",
    "hsl",
    "hsla",
    "local",
    "rgb",
    "rgba",
    "rotate",
    "scale",
    "translate",
    "url",
];

const UNITS: &[&str] = &[
    "ch", "cm", "deg", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax",
    "vmin", "vw",
];

/// Ways to display a box.
const DISPLAY: &[&str] = &[
    "block",
    "inherit",
    "inline",
    "inline-block",
    "list-item",
    "none",
    "table",
    "table-caption",
    "table-cell",
    "table-column",
    "table-column-group",
    "table-footer-group",
    "table-header-group",
    "table-row",
    "table-row-group",
];

/// Whether Kindle knows a property, in lower case.
pub(super) fn shows_property(name: &str) -> bool {
    if name.starts_with("-amzn-") {
        return true;
    }
    let plain =
        ["-webkit-", "-epub-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let name = plain.unwrap_or(name);
    if PROPERTIES.binary_search(&name).is_ok() {
        return true;
    }
    let (sides, parts) = BORDERS;
    name.strip_prefix("border").is_some_and(|rest| {
        sides
            .iter()
            .any(|side| rest.strip_prefix(side).is_some_and(|part| parts.contains(&part)))
    })
}

/// What of a value Kindle does not know: `min()`, `cqi`, `display: flex`.
pub(super) fn shows_value(property: &str, value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    if property == "display" {
        let word = value.split(['!', ' ']).next().unwrap_or_default();
        return (!DISPLAY.contains(&word)).then(|| format!("display: {word}"));
    }
    let plain = without_strings(&value);
    words(&plain).find_map(|(word, is_function)| {
        if is_function {
            return (!FUNCTIONS.contains(&word)).then(|| format!("{word}()"));
        }
        let unit =
            word.trim_start_matches(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let is_number = word[..word.len() - unit.len()].contains(char::is_numeric);
        (is_number && !unit.is_empty() && !UNITS.contains(&unit)).then(|| unit.to_owned())
    })
}

/// The words of a value, and whether each is a function's name. A colour's digits are none.
fn words(value: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_word = |c: char| c.is_alphanumeric() || "-_.+#".contains(c);
    let mut rest = value;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|c| !is_word(c));
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = behind;
            if !word.starts_with('#') {
                return Some((word, behind.starts_with('(')));
            }
        }
    })
}

/// A value without what stands in quotation marks or is an address.
fn without_strings(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find(['"', '\'']).into_iter().chain(rest.find("url(")).min()
    {
        let (before, behind) = rest.split_at(at);
        let open = if behind.starts_with("url(") { "url(" } else { &behind[..1] };
        let close = if open == "url(" { ")" } else { open };
        out.push_str(before);
        let inside = &behind[open.len()..];
        rest = inside.find(close).map_or("", |end| &inside[end + 1..]);
        out.push(' ');
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_in_order() {
        assert!(PROPERTIES.is_sorted());
    }

    #[test]
    fn values_are_known_or_not() {
        for (property, value, lost) in [
            ("color", "#1e9cqi", None),
            ("color", "color-mix(in srgb, red, blue)", Some("color-mix()")),
            ("margin", "-.5em auto +2px 10%", None),
            ("width", "3cqw", Some("cqw")),
            ("src", "url('a(1min).ttf') format(\"min()\")", None),
            ("font-family", "\"3cqi\", X1", None),
            ("display", "none !important", None),
            ("display", "grid", Some("display: grid")),
        ] {
            assert_eq!(shows_value(property, value).as_deref(), lost, "{value}");
        }
        for name in ["border-left", "border-top-color", "-webkit-hyphens", "-amzn-x"] {
            assert!(shows_property(name), "{name}");
        }
        for name in ["border-inline-start", "-moz-hyphens", "--x", "orphans"] {
            assert!(!shows_property(name), "{name}");
        }
    }
}
