//! Roles, and the states and properties that go with them (WAI-ARIA 1.2, its module for publications,
//! ARIA in HTML), as EPUBCheck 5.3 has them in its grammar, asked for every element and role.

/// What every element may have.
const EVERYWHERE: &[&str] = &[
    "atomic",
    "busy",
    "controls",
    "current",
    "describedby",
    "description",
    "details",
    "disabled",
    "errormessage",
    "flowto",
    "haspopup",
    "hidden",
    "invalid",
    "keyshortcuts",
    "label",
    "labelledby",
    "live",
    "owns",
    "relevant",
    "roledescription",
];

/// What else an element with a role may have; it has to have what an exclamation mark stands behind.
const ROLES: &[(&str, &str)] = &[
    ("alert", "expanded"),
    ("alertdialog", "expanded modal"),
    ("application", "expanded"),
    ("article", "expanded"),
    ("banner", "expanded"),
    ("button", "expanded pressed"),
    ("cell", "colindex colspan rowindex rowspan"),
    ("checkbox", "checked!"),
    ("columnheader", "colspan expanded readonly required rowindex rowspan selected sort"),
    ("combobox", "expanded! activedescendant autocomplete orientation readonly required"),
    ("complementary", "expanded"),
    ("contentinfo", "expanded"),
    ("definition", "expanded"),
    ("dialog", "expanded modal"),
    ("directory", "expanded"),
    ("doc-abstract", ""),
    ("doc-acknowledgments", ""),
    ("doc-afterword", ""),
    ("doc-appendix", ""),
    ("doc-backlink", ""),
    ("doc-biblioentry", ""),
    ("doc-bibliography", ""),
    ("doc-biblioref", ""),
    ("doc-chapter", ""),
    ("doc-colophon", ""),
    ("doc-conclusion", ""),
    ("doc-cover", ""),
    ("doc-credit", ""),
    ("doc-credits", ""),
    ("doc-dedication", ""),
    ("doc-endnote", ""),
    ("doc-endnotes", ""),
    ("doc-epigraph", ""),
    ("doc-epilogue", ""),
    ("doc-errata", ""),
    ("doc-example", ""),
    ("doc-footnote", ""),
    ("doc-foreword", ""),
    ("doc-glossary", ""),
    ("doc-glossref", ""),
    ("doc-index", ""),
    ("doc-introduction", ""),
    ("doc-noteref", ""),
    ("doc-notice", ""),
    ("doc-pagebreak", ""),
    ("doc-pagelist", ""),
    ("doc-part", ""),
    ("doc-preface", ""),
    ("doc-prologue", ""),
    ("doc-pullquote", ""),
    ("doc-qna", ""),
    ("doc-subtitle", ""),
    ("doc-tip", ""),
    ("doc-toc", ""),
    ("document", "expanded"),
    ("feed", "expanded"),
    ("figure", "expanded"),
    ("form", "expanded"),
    ("graphics-document", ""),
    ("graphics-object", ""),
    ("graphics-symbol", ""),
    (
        "grid",
        "activedescendant colcount expanded level multiselectable readonly rowcount",
    ),
    (
        "gridcell",
        "colindex colspan expanded level readonly required rowindex rowspan selected",
    ),
    ("group", "activedescendant expanded"),
    ("heading", "expanded level"),
    ("img", "expanded"),
    ("link", "expanded"),
    ("list", "expanded"),
    ("listbox", "activedescendant expanded multiselectable orientation required"),
    ("listitem", "expanded level posinset setsize"),
    ("log", "expanded"),
    ("main", "expanded"),
    ("marquee", "expanded"),
    ("math", "expanded"),
    ("menu", "activedescendant expanded orientation"),
    ("menubar", "activedescendant expanded orientation"),
    ("menuitem", "expanded posinset setsize"),
    ("menuitemcheckbox", "checked!"),
    ("menuitemradio", "checked! posinset selected setsize"),
    ("navigation", "expanded"),
    ("none", ""),
    ("note", "expanded"),
    ("option", "checked posinset selected setsize"),
    ("presentation", ""),
    ("progressbar", "valuemax valuemin valuenow valuetext"),
    ("radio", "checked! posinset selected setsize"),
    ("radiogroup", "activedescendant expanded orientation required"),
    ("region", "expanded"),
    ("row", "activedescendant colindex expanded level rowindex selected"),
    ("rowgroup", "activedescendant expanded"),
    ("rowheader", "colspan expanded readonly required rowindex rowspan selected sort"),
    ("scrollbar", "orientation! valuemax! valuemin! valuenow! valuetext"),
    ("search", "expanded orientation"),
    ("searchbox", "activedescendant autocomplete multiline readonly required"),
    ("separator", "expanded orientation"),
    ("slider", "valuemax! valuemin! valuenow! orientation valuetext"),
    ("spinbutton", "valuemax! valuemin! valuenow! required valuetext"),
    ("status", "expanded"),
    ("switch", "checked!"),
    ("tab", "expanded posinset selected setsize"),
    ("table", "colcount rowcount"),
    ("tablist", "activedescendant expanded level multiselectable orientation"),
    ("tabpanel", "expanded"),
    ("term", "expanded"),
    ("textbox", "activedescendant autocomplete multiline readonly required"),
    ("timer", "expanded"),
    ("toolbar", "activedescendant expanded orientation"),
    ("tooltip", "expanded"),
    ("tree", "activedescendant expanded multiselectable orientation required"),
    (
        "treegrid",
        "activedescendant colcount expanded level multiselectable orientation readonly required rowcount",
    ),
    ("treeitem", "checked expanded level posinset selected setsize"),
];

/// Which roles an element may have, and what it may have without one. A question mark stands behind a
/// role that needs nothing there, for the element says it by itself; a plus sign behind what the
/// element may have with every role. An element that is not here may have any role, and has nothing
/// without one.
const ELEMENTS: &[(&str, &str, &str)] = &[
    (
        "a",
        "button checkbox doc-backlink doc-biblioref doc-glossref doc-noteref link menuitem \
         menuitemcheckbox menuitemradio option radio switch tab treeitem",
        "expanded",
    ),
    ("area", "button link", "expanded"),
    (
        "article",
        "application article document feed main none presentation region",
        "expanded",
    ),
    (
        "aside",
        "complementary doc-dedication doc-example doc-footnote doc-glossary doc-pullquote \
         doc-tip feed none note presentation region search",
        "expanded",
    ),
    ("audio", "application", ""),
    ("body", "application document none presentation", "expanded"),
    ("br", "none presentation", ""),
    (
        "button",
        "button checkbox combobox link menuitem menuitemcheckbox menuitemradio option radio tab",
        "expanded pressed",
    ),
    (
        "button button",
        "button checkbox link menuitem menuitemcheckbox menuitemradio option radio switch tab",
        "expanded pressed",
    ),
    (
        "button reset",
        "button checkbox link menuitem menuitemcheckbox menuitemradio option radio switch",
        "expanded pressed",
    ),
    ("caption", "", ""),
    ("col", "", ""),
    ("colgroup", "", ""),
    ("datalist", "", ""),
    ("dd", "definition", "expanded"),
    ("details", "group", "activedescendant expanded"),
    ("dialog", "alertdialog", "expanded"),
    ("dl", "group list none presentation", ""),
    ("dt", "listitem term", "expanded"),
    ("embed", "application document img none presentation", ""),
    ("fieldset", "group none presentation radiogroup", "activedescendant expanded"),
    ("figcaption", "group none presentation", ""),
    ("figure", ANY, "expanded"),
    ("footer", "contentinfo doc-footnote group none presentation", "expanded"),
    ("form", "form none presentation search", "expanded"),
    ("h1", HEADING, "expanded level"),
    ("h2", HEADING, "expanded level"),
    ("h3", HEADING, "expanded level"),
    ("h4", HEADING, "expanded level"),
    ("h5", HEADING, "expanded level"),
    ("h6", HEADING, "expanded level"),
    ("header", "banner doc-footnote group none presentation", "expanded"),
    (
        "hr",
        "doc-pagebreak none presentation separator",
        "orientation valuemax valuemin valuenow valuetext",
    ),
    ("iframe", "application document img none presentation", ""),
    (
        "img",
        "button checkbox doc-cover img link math menuitem menuitemcheckbox menuitemradio none \
         option presentation progressbar radio scrollbar separator slider switch tab treeitem",
        "expanded",
    ),
    (
        "input button",
        "button checkbox combobox link menuitem menuitemcheckbox menuitemradio option radio \
         switch tab",
        "expanded placeholder+ pressed",
    ),
    (
        "input checkbox",
        "button checkbox menuitemcheckbox? option switch?",
        "checked placeholder+ required+",
    ),
    ("input color", "", "placeholder+"),
    ("input date", "", DATE),
    ("input datetime-local", "", DATE),
    ("input email", "textbox", TEXT_FIELD),
    ("input file", "", "placeholder+ required+"),
    ("input hidden", "", ""),
    (
        "input image",
        "button link menuitem menuitemcheckbox menuitemradio radio switch",
        "expanded placeholder+ pressed",
    ),
    (
        "input list",
        "combobox",
        "activedescendant autocomplete expanded placeholder+ readonly required",
    ),
    ("input month", "", DATE),
    (
        "input number",
        "spinbutton",
        "placeholder+ required valuemax valuemin valuenow valuetext",
    ),
    ("input password", "", "placeholder+ required+"),
    (
        "input radio",
        "menuitemradio? radio",
        "checked placeholder+ posinset required+ selected setsize",
    ),
    (
        "input range",
        "slider",
        "orientation placeholder+ valuemax valuemin valuenow valuetext",
    ),
    ("input reset", "button", "expanded placeholder+ pressed"),
    ("input search", "searchbox", TEXT_FIELD),
    ("input submit", "button", "expanded placeholder+ pressed"),
    ("input tel", "textbox", TEXT_FIELD),
    ("input text", "combobox searchbox spinbutton textbox", TEXT_FIELD),
    ("input time", "", DATE),
    ("input url", "textbox", TEXT_FIELD),
    ("input week", "", DATE),
    ("label", "", ""),
    ("legend", "", ""),
    (
        "li",
        "doc-biblioentry doc-endnote listitem menuitem menuitemcheckbox menuitemradio none \
         option presentation radio separator tab treeitem",
        "expanded level posinset setsize",
    ),
    ("main", "main", "expanded"),
    ("map", "", ""),
    ("math", "", ""),
    ("menu", LIST, "expanded"),
    (
        "menu li",
        "listitem menuitem menuitemcheckbox menuitemradio none option presentation tab treeitem",
        "",
    ),
    ("meter", "", "valuemax valuemin"),
    (
        "nav",
        "doc-index doc-pagelist doc-toc menu menubar navigation none presentation tablist",
        "expanded",
    ),
    ("object", "application document img", ""),
    ("ol", LIST, "expanded"),
    ("optgroup", "group", "activedescendant expanded"),
    ("option", "option", "checked posinset selected setsize"),
    ("output", ANY, "expanded"),
    ("picture", "", ""),
    ("progress", "progressbar", "valuemax valuemin valuenow valuetext"),
    ("search", "form group none presentation region search", "expanded"),
    (
        "section",
        "alert alertdialog application banner complementary contentinfo dialog doc-abstract \
         doc-acknowledgments doc-afterword doc-appendix doc-bibliography doc-chapter \
         doc-colophon doc-conclusion doc-credit doc-credits doc-dedication doc-endnotes \
         doc-epigraph doc-epilogue doc-errata doc-example doc-foreword doc-glossary doc-index \
         doc-introduction doc-notice doc-pagelist doc-part doc-preface doc-prologue \
         doc-pullquote doc-qna doc-toc document feed group log main marquee navigation none \
         note presentation region search status tabpanel",
        "expanded",
    ),
    (
        "select",
        "combobox listbox menu",
        "activedescendant autocomplete expanded multiselectable readonly required",
    ),
    ("source", "", ""),
    ("summary", "button", "expanded pressed"),
    ("table", ANY, "colcount rowcount"),
    ("tbody", ANY, "activedescendant expanded"),
    ("td", ANY, "colspan rowindex rowspan"),
    ("textarea", "textbox", TEXT_FIELD),
    ("tfoot", ANY, "activedescendant expanded"),
    (
        "th",
        ANY,
        "colindex colspan expanded readonly required rowindex rowspan selected sort",
    ),
    ("thead", ANY, "activedescendant expanded"),
    ("tr", ANY, "activedescendant expanded level selected"),
    ("track", "", ""),
    ("ul", LIST, "expanded"),
    ("video", "application", ""),
    ("wbr", "none presentation", ""),
];

const ANY: &str = "*";
const HEADING: &str = "doc-subtitle heading none presentation tab";
const LIST: &str = "directory group list listbox menu menubar none presentation radiogroup \
    tablist toolbar tree";
const DATE: &str = "placeholder+ required+ valuemax+ valuemin+";
const TEXT_FIELD: &str =
    "activedescendant autocomplete multiline placeholder+ readonly required";

/// What the value of a state or property is.
enum StateValue {
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words, each once.
    Words(&'static [&'static str]),
    /// A whole number from one on.
    Count,
    /// A whole number from zero on, or −1 for one that is not known.
    Size,
    /// A number.
    Number,
    /// The identifier of one element.
    Identifier,
    /// Whatever it is.
    Any,
}

const SWITCH: &[&str] = &["false", "true"];
const STATE: &[&str] = &["false", "true", "undefined"];

fn value(attribute: &str) -> StateValue {
    use StateValue::{Any, Count, Identifier, Number, Size, Word, Words};
    match attribute {
        "activedescendant" | "details" | "errormessage" => Identifier,
        "atomic" | "busy" | "disabled" | "hidden" | "modal" | "multiline"
        | "multiselectable" | "readonly" | "required" => Word(SWITCH),
        "autocomplete" => Word(&["both", "inline", "list", "none"]),
        "checked" | "pressed" => Word(&["false", "mixed", "true", "undefined"]),
        "colcount" | "rowcount" | "setsize" => Size,
        "colindex" | "colspan" | "level" | "posinset" | "rowindex" | "rowspan" => Count,
        "current" => Word(&["date", "false", "location", "page", "step", "time", "true"]),
        "expanded" | "selected" => Word(STATE),
        "haspopup" => {
            Word(&["dialog", "false", "grid", "listbox", "menu", "tree", "true"])
        }
        "invalid" => Word(&["false", "grammar", "spelling", "true"]),
        "live" => Word(&["assertive", "off", "polite"]),
        "orientation" => Word(&["horizontal", "undefined", "vertical"]),
        "relevant" => Words(&["additions", "removals", "text"]),
        "sort" => Word(&["ascending", "descending", "none", "other"]),
        "valuemax" | "valuemin" | "valuenow" => Number,
        _ => Any,
    }
}

/// Whether there is such a state or property; its name is without `aria-`.
pub fn is_attribute(name: &str) -> bool {
    let of_a_role =
        |(_, list): &(&str, &'static str)| words(list).any(|(word, _)| word == name);
    EVERYWHERE.contains(&name) || name == "placeholder" || ROLES.iter().any(of_a_role)
}

/// Whether a state or property may have that value.
pub fn may_be(name: &str, text: &str) -> bool {
    let integer = || text.trim().parse::<i64>().ok();
    match value(name) {
        StateValue::Word(these) => these.contains(&text),
        StateValue::Words(these) => {
            let parts: Vec<&str> = text.split_ascii_whitespace().collect();
            let is_first = |(at, one): (usize, &&str)| {
                these.contains(one) && !parts[..at].contains(one)
            };
            text.trim() == "all"
                || !parts.is_empty() && parts.iter().enumerate().all(is_first)
        }
        StateValue::Count => integer().is_some_and(|number| number >= 1),
        StateValue::Size => integer().is_some_and(|number| number >= -1),
        StateValue::Number => super::attributes::is_number(text),
        StateValue::Identifier => !text.is_empty() && !text.contains(char::is_whitespace),
        StateValue::Any => true,
    }
}

/// The words of a list, each with the sign behind it.
fn words(list: &'static str) -> impl Iterator<Item = (&'static str, Option<char>)> {
    list.split_ascii_whitespace().map(|word| match word.chars().last() {
        Some(sign @ ('!' | '?' | '+')) => (&word[..word.len() - 1], Some(sign)),
        _ => (word, None),
    })
}

fn of_role(role: &str) -> Option<&'static str> {
    ROLES.iter().find(|(one, _)| *one == role).map(|(_, list)| *list)
}

/// What an element may be, and have.
#[derive(Debug, Clone, Copy)]
pub struct Permission {
    roles: &'static str,
    attributes: &'static str,
}

impl Permission {
    /// By the name of the element, for some with what makes it another: `input checkbox`,
    /// `button reset`, `menu li`.
    pub fn of(element: &str) -> Self {
        let found = ELEMENTS.iter().find(|(one, ..)| *one == element);
        let (roles, attributes) =
            found.map_or((ANY, ""), |(_, roles, attributes)| (*roles, *attributes));
        Self { roles, attributes }
    }

    /// Whether it may have that role.
    pub fn may_be(self, role: &str) -> bool {
        of_role(role).is_some()
            && (self.roles == ANY || words(self.roles).any(|(one, _)| one == role))
    }

    /// Whether it may have that state or property.
    pub fn may_have(self, role: Option<&str>, attribute: &str) -> bool {
        let is_there = |list: &'static str, sign: Option<char>| {
            words(list)
                .any(|(one, its)| one == attribute && (sign == its || sign.is_none()))
        };
        EVERYWHERE.contains(&attribute)
            || match role {
                None => is_there(self.attributes, None),
                Some(role) => {
                    is_there(self.attributes, Some('+'))
                        || !self.is_implied(role)
                            && is_there(of_role(role).unwrap_or_default(), None)
                }
            }
    }

    /// What it has to have with that role.
    pub fn needs(self, role: &str) -> impl Iterator<Item = &'static str> {
        let list =
            if self.is_implied(role) { "" } else { of_role(role).unwrap_or_default() };
        words(list).filter(|(_, sign)| *sign == Some('!')).map(|(one, _)| one)
    }

    /// Whether the element says by itself what goes with that role.
    fn is_implied(self, role: &str) -> bool {
        words(self.roles).any(|(one, sign)| one == role && sign == Some('?'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_the_roles_that_they_may_have() {
        let may_be = |element, role| Permission::of(element).may_be(role);
        assert!(may_be("a", "doc-noteref") && !may_be("a", "heading"));
        assert!(may_be("p", "note") && !may_be("p", "nothing") && !may_be("h3", "note"));
        assert!(!may_be("caption", "note") && may_be("input checkbox", "switch"));
    }

    #[test]
    fn states_go_with_roles() {
        let may_have =
            |element, role, attribute| Permission::of(element).may_have(role, attribute);
        assert!(may_have("p", None, "label") && !may_have("p", None, "level"));
        assert!(may_have("p", Some("heading"), "level") && may_have("h2", None, "level"));
        assert!(!may_have("input checkbox", Some("switch"), "checked"));
        assert!(may_have("input text", Some("spinbutton"), "placeholder"));
        let needs = |element, role| Permission::of(element).needs(role).next();
        assert_eq!(needs("span", "checkbox"), Some("checked"));
        assert_eq!(needs("input checkbox", "switch"), None);
    }

    #[test]
    fn values_are_known() {
        for (name, right, wrong) in [
            ("hidden", "true", "yes"),
            ("level", "2", "0"),
            ("setsize", "-1", "-2"),
            ("valuenow", "1.5e2", "x"),
            ("relevant", "text additions", "text text"),
            ("activedescendant", "a", "a b"),
            ("current", "page", "here"),
        ] {
            assert!(may_be(name, right) && !may_be(name, wrong), "{name}");
        }
        assert!(is_attribute("sort") && is_attribute("label") && !is_attribute("foo"));
    }

    #[test]
    fn every_role_and_attribute_is_known() {
        for (element, roles, own) in ELEMENTS {
            for (role, _) in words(roles).filter(|(role, _)| *role != ANY) {
                assert!(of_role(role).is_some(), "{element}: {role}");
            }
            for (one, _) in words(own) {
                assert!(is_attribute(one), "{element}: {one}");
            }
        }
    }
}
