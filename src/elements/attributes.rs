//! Which attributes an element may have, and which values (HTML, section 3.2.6, as EPUBCheck 5.3 has
//! it in its grammar).

use super::aria;
use super::formulas::is_name;
use super::letters::LetterIndex;

/// What every element may have.
static EVERYWHERE: LetterIndex = LetterIndex::of(&[
    "about",
    "accesskey",
    "autocapitalize",
    "autofocus",
    "class",
    "content",
    "contenteditable",
    "datatype",
    "dir",
    "draggable",
    "enterkeyhint",
    "hidden",
    "id",
    "inert",
    "inlist",
    "inputmode",
    "is",
    "itemid",
    "itemprop",
    "itemref",
    "itemscope",
    "itemtype",
    "lang",
    "nonce",
    "popover",
    "prefix",
    "property",
    "rel",
    "resource",
    "rev",
    "role",
    "slot",
    "spellcheck",
    "style",
    "tabindex",
    "title",
    "translate",
    "typeof",
    "vocab",
    "xmlns",
]);

/// What else an element may have.
const OWN: &[(&str, &[&str])] = &[
    (
        "a",
        &[
            "download",
            "href",
            "hreflang",
            "name",
            "ping",
            "referrerpolicy",
            "target",
            "type",
        ],
    ),
    (
        "area",
        &[
            "alt", "coords", "download", "href", "hreflang", "ping", "shape", "target",
            "type",
        ],
    ),
    (
        "audio",
        &["autoplay", "controls", "crossorigin", "loop", "muted", "preload", "src"],
    ),
    ("base", &["href", "target"]),
    ("blockquote", &["cite"]),
    (
        "button",
        &[
            "disabled",
            "form",
            "formaction",
            "formenctype",
            "formmethod",
            "formnovalidate",
            "formtarget",
            "name",
            "popovertarget",
            "popovertargetaction",
            "type",
            "value",
        ],
    ),
    ("canvas", &["height", "width"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("dialog", &["open"]),
    ("embed", &["height", "src", "type", "width"]),
    ("fieldset", &["disabled", "form", "name"]),
    (
        "form",
        &[
            "accept-charset",
            "action",
            "autocomplete",
            "enctype",
            "method",
            "name",
            "novalidate",
            "target",
        ],
    ),
    (
        "iframe",
        &[
            "allow",
            "allowfullscreen",
            "height",
            "loading",
            "name",
            "referrerpolicy",
            "sandbox",
            "src",
            "srcdoc",
            "width",
        ],
    ),
    (
        "img",
        &[
            "alt",
            "border",
            "crossorigin",
            "decoding",
            "fetchpriority",
            "generator-unable-to-provide-required-alt",
            "height",
            "ismap",
            "loading",
            "referrerpolicy",
            "sizes",
            "src",
            "srcset",
            "usemap",
            "width",
        ],
    ),
    (
        "input",
        &[
            "accept",
            "alt",
            "autocomplete",
            "capture",
            "checked",
            "dirname",
            "disabled",
            "form",
            "formaction",
            "formenctype",
            "formmethod",
            "formnovalidate",
            "formtarget",
            "height",
            "list",
            "max",
            "maxlength",
            "min",
            "minlength",
            "multiple",
            "name",
            "pattern",
            "placeholder",
            "popovertarget",
            "popovertargetaction",
            "readonly",
            "required",
            "size",
            "src",
            "step",
            "type",
            "value",
            "width",
        ],
    ),
    ("ins", &["cite", "datetime"]),
    ("label", &["for"]),
    ("li", &["value"]),
    (
        "link",
        &[
            "as",
            "blocking",
            "color",
            "crossorigin",
            "disabled",
            "fetchpriority",
            "href",
            "hreflang",
            "imagesizes",
            "imagesrcset",
            "integrity",
            "media",
            "referrerpolicy",
            "sizes",
            "type",
        ],
    ),
    ("map", &["name"]),
    ("meta", &["charset", "http-equiv", "media", "name"]),
    ("meter", &["high", "low", "max", "min", "optimum", "value"]),
    ("object", &["data", "form", "height", "name", "type", "usemap", "width"]),
    ("ol", &["reversed", "start", "type"]),
    ("optgroup", &["disabled", "label"]),
    ("option", &["disabled", "label", "selected", "value"]),
    ("output", &["for", "form", "name"]),
    ("param", &["name", "value"]),
    ("progress", &["max", "value"]),
    ("q", &["cite"]),
    (
        "script",
        &[
            "async",
            "blocking",
            "charset",
            "crossorigin",
            "defer",
            "fetchpriority",
            "integrity",
            "language",
            "nomodule",
            "referrerpolicy",
            "src",
            "type",
        ],
    ),
    (
        "select",
        &["autocomplete", "disabled", "form", "multiple", "name", "required", "size"],
    ),
    ("slot", &["name"]),
    ("source", &["height", "media", "sizes", "src", "srcset", "type", "width"]),
    ("style", &["blocking", "media", "type"]),
    ("table", &["border"]),
    ("td", &["colspan", "headers", "rowspan"]),
    (
        "textarea",
        &[
            "autocomplete",
            "cols",
            "dirname",
            "disabled",
            "form",
            "maxlength",
            "minlength",
            "name",
            "placeholder",
            "readonly",
            "required",
            "rows",
            "wrap",
        ],
    ),
    ("th", &["colspan", "headers", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["default", "kind", "label", "src", "srclang"]),
    (
        "video",
        &[
            "autoplay",
            "controls",
            "crossorigin",
            "height",
            "loop",
            "muted",
            "playsinline",
            "poster",
            "preload",
            "src",
            "width",
        ],
    ),
];

/// Attributes that are either there or not: their value is empty, or their own name.
static SWITCHES: LetterIndex = LetterIndex::of(&[
    "allowfullscreen",
    "autofocus",
    "autoplay",
    "checked",
    "controls",
    "default",
    "disabled",
    "formnovalidate",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "novalidate",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
]);

/// Attributes of which a number of words is a value.
const WORDS: &[(&str, &[&str])] = &[
    ("autocapitalize", &["characters", "none", "off", "on", "sentences", "words"]),
    ("contenteditable", &["", "false", "plaintext-only", "true"]),
    ("crossorigin", &["", "anonymous", "use-credentials"]),
    ("decoding", &["async", "auto", "sync"]),
    ("dir", &["auto", "ltr", "rtl"]),
    ("draggable", &["false", "true"]),
    ("enterkeyhint", &["done", "enter", "go", "next", "previous", "search", "send"]),
    ("fetchpriority", &["auto", "high", "low"]),
    ("hidden", &["", "hidden", "until-found"]),
    (
        "inputmode",
        &["decimal", "email", "none", "numeric", "search", "tel", "text", "url"],
    ),
    ("kind", &["captions", "chapters", "descriptions", "metadata", "subtitles"]),
    ("loading", &["eager", "lazy"]),
    ("popover", &["", "auto", "hint", "manual"]),
    ("preload", &["", "auto", "metadata", "none"]),
    (
        "referrerpolicy",
        &[
            "",
            "no-referrer",
            "no-referrer-when-downgrade",
            "origin",
            "origin-when-cross-origin",
            "same-origin",
            "strict-origin",
            "strict-origin-when-cross-origin",
            "unsafe-url",
        ],
    ),
    ("scope", &["col", "colgroup", "row", "rowgroup"]),
    ("shape", &["circle", "default", "poly", "rect"]),
    ("spellcheck", &["", "false", "true"]),
    ("translate", &["", "no", "yes"]),
    ("xml:space", &["default", "preserve"]),
];

/// Whether an element may have an attribute of that name.
pub fn may_have(element: &str, name: &str) -> bool {
    if let Some(rest) = name.strip_prefix("data-") {
        return is_data(rest);
    }
    if let Some(rest) = name.strip_prefix("aria-") {
        return aria::is_attribute(rest);
    }
    // Attributes with a prefix are not HTML's.
    name.contains(':')
        || name.starts_with("on")
        || EVERYWHERE.find(name).is_some()
        || OWN.iter().any(|(one, own)| *one == element && own.contains(&name))
}

/// Whether every element may have an attribute of that name.
pub fn is_common(name: &str) -> bool {
    name.starts_with("data-")
        || name.starts_with("aria-")
        || name.starts_with("on")
        || name.contains(':')
        || EVERYWHERE.find(name).is_some()
}

/// Whether an attribute says all by being there: its name is a value of it.
pub fn is_switch(name: &str) -> bool {
    name == "hidden" || SWITCHES.find(name).is_some()
}

/// Whether an element may have an attribute only because a script listens to it.
pub fn is_handler(name: &str) -> bool {
    name.starts_with("on") && name.len() > 2
}

/// Whether a text is a moment or a duration as `datetime` has them (HTML, section 4.5.14), roughly.
fn is_time(value: &str) -> bool {
    let value = value.trim();
    let shape: String =
        value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let date = ["0000", "0000-00", "0000-00-00", "00-00", "0000-W00"];
    let time = ["00:00", "00:00:00"];
    let (day, moment) = match shape.split_once(['T', ' ']) {
        Some((day, moment)) => (day.to_owned(), Some(moment.to_owned())),
        None => (shape.clone(), None),
    };
    let clock = |moment: &str| {
        let moment = moment.trim_end_matches('Z');
        let moment = moment.split_once(['+', '-']).map_or(moment, |(first, _)| first);
        let moment = moment.split_once('.').map_or(moment, |(first, _)| first);
        time.contains(&moment)
    };
    match moment {
        _ if shape.starts_with('P') => shape.len() > 2 && shape.is_ascii(),
        Some(moment) => day == "0000-00-00" && clock(&moment),
        None => date.contains(&&*day) || clock(&day),
    }
}

/// What metadata in attributes says by an address, or by a name that stands for one.
const ADDRESSES: &[&str] = &[
    "about", "datatype", "itemid", "ping", "property", "rel", "resource", "rev",
    "typeof", "vocab",
];

const SANDBOX: &[&str] =
    &["allow-forms", "allow-same-origin", "allow-scripts", "allow-top-navigation"];

const ENCODINGS: &[&str] =
    &["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Whether a text names a window: those that begin with a line are known.
fn is_target(text: &str) -> bool {
    let known = ["_blank", "_parent", "_self", "_top"];
    !text.starts_with('_') || known.contains(&&*text.to_ascii_lowercase())
}

/// Whether a text is a number of that kind.
fn number_is(text: &str, is_right: impl Fn(f64) -> bool) -> bool {
    is_number(text) && text.trim().parse().is_ok_and(is_right)
}

/// Whether what is escaped in an address is (RFC 3986, section 2.1).
pub(super) fn is_escaped(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether a text is a list of prefixes, each with a colon and what it stands for (`RDFa` 1.1, section
/// 5).
fn are_prefixes(text: &str) -> bool {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    parts.len().is_multiple_of(2)
        && parts.chunks(2).all(|pair| {
            pair[0]
                .strip_suffix(':')
                .is_some_and(|name| is_name(name) && !name.contains(':'))
        })
}

/// Whether a text begins as a media type does.
fn is_media_type(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$&+-^_".contains(c);
    text.split_once('/').is_some_and(|(kind, rest)| {
        !kind.is_empty() && kind.chars().all(is_part) && rest.starts_with(is_part)
    })
}

/// Whether a text has the form of a language tag (RFC 5646, section 2.1).
fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(at, part)| {
        (1..=8).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || at > 0 && byte.is_ascii_digit())
    })
}

/// Whether a text is a number as XML has them (XML Schema, section 3.2.4).
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.bytes().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')
    }) && text.parse::<f64>().is_ok()
}

fn is_data(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !rest.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether an attribute, where it may stand, may have that value.
pub fn may_be(element: &str, name: &str, value: &str) -> bool {
    let is_integer = || {
        let digits = value.trim().trim_start_matches(['-', '+']);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_whole = || is_integer() && value.trim().parse::<i64>().is_ok_and(|n| n >= 0);
    let is_count = || is_integer() && value.trim().parse::<i64>().is_ok_and(|n| n >= 1);
    if let Some(rest) = name.strip_prefix("aria-") {
        return aria::may_be(rest, value);
    }
    match (element, name) {
        _ if SWITCHES.find(name).is_some() => value.is_empty() || value == name,
        ("progress", "max") => number_is(value, |number| number > 0.0),
        ("progress", "value") => number_is(value, |number| number >= 0.0),
        ("del" | "ins", "datetime") => {
            is_time(value)
                && value.trim().get(4..).is_some_and(|rest| rest.starts_with('-'))
                && value.trim().len() >= "0000-00-00".len()
        }
        (_, "method" | "formmethod") => ["dialog", "get", "post"].contains(&value),
        (_, "enctype" | "formenctype") => ENCODINGS.contains(&value),
        (_, "target" | "formtarget") => is_target(value),
        ("meta", "charset") => value.eq_ignore_ascii_case("utf-8"),
        ("track", "label") => !value.trim().is_empty(),
        ("button" | "input", "popovertarget") => {
            !value.is_empty() && !value.contains(char::is_whitespace)
        }
        ("button" | "input", "popovertargetaction") => {
            ["hide", "show", "toggle"].contains(&value)
        }
        ("form", "autocomplete") => ["off", "on"].contains(&value),
        ("textarea", "wrap") => ["hard", "soft"].contains(&value),
        ("button" | "fieldset" | "form" | "output" | "select" | "textarea", "name")
        | (_, "dirname" | "formaction" | "itemprop") => !value.trim().is_empty(),
        ("a" | "area" | "link", "href") | (_, "xml:base") => is_escaped(value),
        ("ol", "type") => ["1", "A", "I", "a", "i"].contains(&value),
        ("button", "type") => ["button", "reset", "submit"].contains(&value),
        ("a" | "area" | "object" | "source" | "link" | "embed", "type") => {
            is_media_type(value)
        }
        ("table", "border") => matches!(value, "" | "1"),
        ("img", "border") => value == "0",
        ("td" | "th", "colspan") | ("col" | "colgroup", "span") => is_count(),
        ("td" | "th", "rowspan") => is_whole(),
        ("li", "value") | ("ol", "start") => is_integer(),
        ("meter" | "progress", _)
            if OWN.iter().any(|(one, own)| *one == element && own.contains(&name)) =>
        {
            is_number(value)
        }
        (
            "img" | "input" | "object" | "iframe" | "video" | "canvas" | "embed",
            "width" | "height",
        ) => is_whole(),
        (_, "tabindex") => is_integer(),
        ("select", "size") | ("textarea", "cols" | "rows") => {
            is_integer() && value.trim().parse::<i64>().is_ok_and(|n| n >= 1)
        }
        (_, "prefix") => are_prefixes(value),
        (_, "itemtype") => !value.trim().is_empty() && is_escaped(value),
        (_, key) if ADDRESSES.contains(&key) => is_escaped(value),
        ("iframe", "sandbox") => {
            value.split_ascii_whitespace().all(|one| SANDBOX.contains(&one))
        }
        ("img" | "object", "usemap") => value.starts_with('#') && value.len() > 1,
        ("a", "name") | (_, "id") => {
            !value.is_empty() && !value.contains(char::is_whitespace)
        }
        (_, "epub:type") => {
            !value.trim().is_empty() && value.split_ascii_whitespace().all(is_name)
        }
        (_, "lang" | "xml:lang" | "hreflang" | "srclang") => {
            value.is_empty() || is_language(value)
        }
        ("time", "datetime") => is_time(value),
        (_, "src" | "data" | "poster" | "action") => !value.is_empty(),
        _ => WORDS.iter().all(|(one, words)| *one != name || words.contains(&value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_their_values_are_known() {
        assert!(
            may_have("p", "class") && may_have("p", "data-a") && may_have("ol", "start")
        );
        assert!(!may_have("p", "align") && !may_have("ul", "start"));
        assert!(
            !may_have("p", "data-")
                && !may_have("p", "data-A")
                && !may_have("p", "aria-x")
        );
        assert!(may_be("td", "colspan", "2") && !may_be("td", "colspan", "0"));
        assert!(may_be("img", "width", "50") && !may_be("img", "width", "50%"));
        assert!(may_be("video", "controls", "") && !may_be("video", "controls", "yes"));
        assert!(may_be("p", "dir", "rtl") && !may_be("p", "dir", "right"));
        for (element, name, right, wrong) in [
            ("img", "width", "0", "-1"),
            ("progress", "max", "2", "0"),
            ("del", "datetime", "2020-01-31", "2020"),
            ("form", "method", "post", "put"),
            ("a", "target", "_BLANK", "_new"),
            ("a", "href", "a%20b", "50%"),
            ("p", "lang", "en-US", "en_US"),
            ("p", "epub:type", "a b", "a/b"),
            ("a", "type", "text/html", "html"),
            ("p", "prefix", "a: https://x.org/", "a https://x.org/"),
        ] {
            assert!(may_be(element, name, right), "{element} {name} {right}");
            assert!(!may_be(element, name, wrong), "{element} {name} {wrong}");
        }
        assert!(is_handler("onclick") && !is_handler("on"));
    }
}
