//! The fields of forms: which attributes a field of each type may have, and which values (HTML,
//! section 4.10.5), as EPUBCheck 5.3 has them in its grammar.

use super::attributes::is_number;

/// What every field may have.
const EVERYWHERE: &[&str] = &["disabled", "form", "name", "type"];

/// What most fields may have.
const MOST: &[&str] = &[
    "autocomplete",
    "list",
    "maxlength",
    "minlength",
    "pattern",
    "placeholder",
    "readonly",
    "required",
    "size",
];

const SENDS: &[&str] =
    &["formaction", "formenctype", "formmethod", "formnovalidate", "formtarget"];

/// A type of field.
struct Field {
    name: &'static str,
    /// Whether it may have what most may have; a number has no size, though.
    most: bool,
    /// What else it may have.
    attributes: &'static [&'static str],
    /// What it holds.
    value: FieldValue,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldValue {
    Text,
    Number,
    Email,
    Color,
    /// A moment, by its shape: zeros stand for digits.
    Moment(&'static [&'static str]),
}

const fn field(
    name: &'static str,
    most: bool,
    attributes: &'static [&'static str],
    value: FieldValue,
) -> Field {
    Field { name, most, attributes, value }
}

const STEPS: &[&str] = &["max", "min", "step", "value"];
const BUTTON: &[&str] = &["popovertarget", "popovertargetaction", "value"];
const CLOCK: &[&str] =
    &["00:00", "00:00:00", "00:00:00.0", "00:00:00.00", "00:00:00.000"];

/// All types of fields.
const FIELDS: &[Field] = &[
    field("button", true, BUTTON, FieldValue::Text),
    field("checkbox", true, &["checked", "value"], FieldValue::Text),
    field("color", true, &["value"], FieldValue::Color),
    field("date", true, STEPS, FieldValue::Moment(&["0000-00-00"])),
    field("datetime-local", true, STEPS, FieldValue::Moment(&["0000-00-00T"])),
    field("email", true, &["multiple", "value"], FieldValue::Email),
    field("file", true, &["accept", "capture", "multiple"], FieldValue::Text),
    field("hidden", false, &["autocomplete", "value"], FieldValue::Text),
    field(
        "image",
        true,
        &["alt", "height", "popovertarget", "popovertargetaction", "src", "width"],
        FieldValue::Text,
    ),
    field("month", true, STEPS, FieldValue::Moment(&["0000-00"])),
    field("number", true, STEPS, FieldValue::Number),
    field("password", true, &["value"], FieldValue::Text),
    field("radio", true, &["checked", "value"], FieldValue::Text),
    field("range", true, STEPS, FieldValue::Number),
    field("reset", true, BUTTON, FieldValue::Text),
    field("search", true, &["dirname", "value"], FieldValue::Text),
    field("submit", true, BUTTON, FieldValue::Text),
    field("tel", true, &["value"], FieldValue::Text),
    field("text", true, &["dirname", "value"], FieldValue::Text),
    field("time", true, STEPS, FieldValue::Moment(CLOCK)),
    field("url", true, &["value"], FieldValue::Text),
    // EPUBCheck knows no week, however it is written.
    field("week", true, STEPS, FieldValue::Moment(&[])),
];

/// A field by its type; one without a type, or with one that is none, is one of text.
fn find(kind: &str) -> &'static Field {
    let known = |kind: &str| FIELDS.iter().find(|one| one.name == kind);
    known(kind).or_else(|| known("text")).unwrap_or(&FIELDS[0])
}

/// Whether there is a type of fields of that name.
pub fn is_field(kind: &str) -> bool {
    find(kind).name == kind
}

/// Whether a field of that type may have an attribute that some field may have.
pub fn may_have(kind: &str, attribute: &str) -> bool {
    let field = find(kind);
    let has_size = attribute != "size" || field.value != FieldValue::Number;
    EVERYWHERE.contains(&attribute)
        || field.attributes.contains(&attribute)
        || field.most && MOST.contains(&attribute) && has_size
        || matches!(field.name, "image" | "submit") && SENDS.contains(&attribute)
}

/// Whether an attribute of a field of that type may have that value; `many` is whether the field holds
/// several values.
pub fn may_be(kind: &str, attribute: &str, text: &str, many: bool) -> bool {
    let field = find(kind);
    let is_number = |least: f64| {
        is_number(text) && text.trim().parse::<f64>().is_ok_and(|number| number > least)
    };
    match (attribute, field.value) {
        ("type", _) => is_field(text),
        ("maxlength" | "minlength", _) => text.trim().parse::<u64>().is_ok(),
        ("size", _) => text.trim().parse::<u64>().is_ok_and(|number| number > 0),
        ("step", FieldValue::Moment(_))
            if matches!(field.name, "date" | "month" | "week") =>
        {
            text == "any" || text.trim().parse::<u64>().is_ok_and(|number| number > 0)
        }
        ("step", _) => text == "any" || is_number(0.0),
        ("value", FieldValue::Email) if many => text.split(',').all(is_address),
        ("value", FieldValue::Email) => is_address(text),
        ("value", FieldValue::Color) => text.is_empty() || is_color(text),
        ("value", FieldValue::Number) if text.is_empty() => field.name == "number",
        ("value", FieldValue::Moment(_)) if text.is_empty() => true,
        ("value" | "max" | "min", FieldValue::Number) => is_number(f64::NEG_INFINITY),
        ("value" | "max" | "min", FieldValue::Moment(shapes)) => is_moment(text, shapes),
        ("alt", _) => !text.trim().is_empty(),
        ("capture", _) => matches!(text, "environment" | "user"),
        ("name" | "dirname", _) => !text.is_empty(),
        _ => true,
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@')
    })
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| {
        hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether a text has one of the shapes; years may be longer, and a day ends with a time of day.
fn is_moment(text: &str, shapes: &[&str]) -> bool {
    let shape: String =
        text.trim().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shapes.iter().any(|wanted| match wanted.strip_suffix('T') {
        Some(day) => shape
            .split_once(['T', ' '])
            .is_some_and(|(date, time)| is_shape(date, day) && CLOCK.contains(&time)),
        None => is_shape(&shape, wanted),
    })
}

fn is_shape(shape: &str, wanted: &str) -> bool {
    let longer = shape.len().saturating_sub(wanted.len());
    let is_year =
        wanted.starts_with("0000") && shape[..longer].bytes().all(|b| b == b'0');
    shape == wanted || (is_year && shape.get(longer..) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_what_its_type_may_have() {
        assert!(may_have("checkbox", "checked") && !may_have("text", "checked"));
        assert!(may_have("", "dirname") && !may_have("number", "size"));
        assert!(may_have("image", "formaction") && !may_have("hidden", "required"));
        assert!(is_field("week") && !is_field("weeks") && !is_field(""));
    }

    #[test]
    fn values_are_those_of_the_type() {
        let may_be = |kind, name, text| may_be(kind, name, text, false);
        for (kind, name, right, wrong) in [
            ("date", "value", "2020-01-31", "31.1.2020"),
            ("date", "step", "2", "2.5"),
            ("month", "min", "12020-01", "2020"),
            ("week", "value", "", "2020-W09"),
            ("time", "value", "09:30:00.5", "9:30"),
            ("datetime-local", "value", "2020-01-31T09:30", "2020-01-31"),
            ("number", "value", "-1.5", "one"),
            ("range", "max", "5", ""),
            ("color", "value", "#FF0000", "red"),
            ("email", "value", "a@b", "a"),
            ("text", "size", "20", "0"),
            ("image", "alt", "Go", ""),
        ] {
            assert!(may_be(kind, name, right), "{kind} {name} {right}");
            assert!(!may_be(kind, name, wrong), "{kind} {name} {wrong}");
        }
    }
}
