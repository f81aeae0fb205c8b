//! The values an element ends up with: origin, specificity, order, inheritance (CSS Cascade 4,
//! section 6).
//!
//! ```text
//! code { font-family: A }   .x code { font-family: B }     in <p class="x"><code>: B, for it is more specific
//! body { font-size: 80% }   p { font-size: 50% }           in <body><p>: 0.4 of the reader's size
//! ```

use super::{
    Asked, CssWideKeyword, Declaration, Element, Family, Property, Rule, Size,
    Stylesheet, Value, Weight, inline,
};
use crate::elements::{is_code, is_heading};

/// The rules that hold in one document.
#[derive(Debug)]
pub struct Cascade<'s, 'a> {
    rules: Vec<&'s Rule<'a>>,
}

/// The font of an element's own text.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// Families in order of preference; empty where the choice is the reading system's.
    pub families: Vec<Family>,
    /// The size as a multiple of the size the reader chose.
    pub size: f32,
    /// The root element's size, for `rem`.
    root: f32,
    /// The weight, 400 when normal.
    pub weight: f32,
    /// Whether it is italic or oblique.
    pub italic: bool,
}

/// What an element has before any stylesheet and without a parent.
static INITIAL: Computed =
    Computed { families: Vec::new(), size: 1.0, root: 1.0, weight: 400.0, italic: false };

impl<'s, 'a> Cascade<'s, 'a> {
    /// The cascade of stylesheets in the order the document names them. Rules for some devices
    /// only are left out.
    pub fn new(sheets: impl IntoIterator<Item = &'s Stylesheet<'a>>) -> Self
    where
        'a: 's,
    {
        let rules = sheets.into_iter().flat_map(|sheet| &sheet.rules);
        Self { rules: rules.filter(|rule| !rule.conditional).collect() }
    }

    /// What the rules ask of an element; see [`Asked::of`].
    pub fn asked(&self) -> Option<Asked> {
        Asked::of(self.rules.iter().copied())
    }

    /// The font of an element, given that of its parent; `None` for the root element.
    pub fn computed(
        &self,
        element: &impl Element,
        parent: Option<&Computed>,
    ) -> Computed {
        let parent = parent.unwrap_or(&INITIAL);
        let mut own = parent.clone();
        by_default(element.local_name(), &mut own, parent);
        let style = element.attr("style").map(inline).unwrap_or_default();
        let mut found: Vec<(bool, u64, &Declaration)> = Vec::new();
        for rule in &self.rules {
            if let Some(specificity) = rule.specificity(element) {
                let weigh = |one| (false, u64::from(specificity), one);
                found.extend(rule.declarations.iter().map(weigh));
            }
        }
        // A style attribute outweighs every selector.
        found.extend(style.iter().map(|one| (false, u64::MAX, one)));
        for one in &mut found {
            one.0 = one.2.important;
        }
        // The sort is stable, so order decides last.
        found.sort_by_key(|&(important, specificity, _)| (important, specificity));
        for (.., declaration) in found {
            own.apply(&declaration.value, parent);
        }
        if element.parent().is_none() {
            own.root = own.size;
        }
        own
    }
}

impl Computed {
    fn apply(&mut self, value: &Value, parent: &Self) {
        match value {
            Value::Families(families) => self.families.clone_from(families),
            Value::Size(Size::Absolute(_, px)) => self.size = px / 16.0,
            Value::Size(Size::Relative(factor)) => self.size = parent.size * factor,
            Value::Size(Size::Root(factor)) => self.size = parent.root * factor,
            Value::Size(Size::Other) => self.size = parent.size,
            Value::Weight(Weight::Absolute(weight)) => self.weight = *weight,
            Value::Weight(Weight::Bolder) => self.weight = bolder(parent.weight),
            Value::Weight(Weight::Lighter) => self.weight = lighter(parent.weight),
            Value::Italic(italic) => self.italic = *italic,
            Value::Keyword(property, keyword) => {
                let from =
                    if *keyword == CssWideKeyword::Inherit { parent } else { &INITIAL };
                match property {
                    Property::Family => self.families.clone_from(&from.families),
                    Property::Size => self.size = from.size,
                    Property::Weight => self.weight = from.weight,
                    Property::Style => self.italic = from.italic,
                }
            }
        }
    }
}

/// The relative weights of CSS Fonts 4, section 2.2.1.
fn bolder(weight: f32) -> f32 {
    match weight {
        w if w < 350.0 => 400.0,
        w if w < 550.0 => 700.0,
        w => w.max(900.0),
    }
}

fn lighter(weight: f32) -> f32 {
    match weight {
        w if w < 100.0 => w,
        w if w < 550.0 => 100.0,
        w if w < 750.0 => 400.0,
        _ => 700.0,
    }
}

/// What reading systems bring along for the elements of HTML (HTML, section 15.3).
fn by_default(name: &str, own: &mut Computed, parent: &Computed) {
    match name {
        _ if is_code(name) => {
            own.families = vec![Family::Generic("monospace".to_owned())];
        }
        _ if is_heading(name) || name == "th" => own.weight = 700.0,
        "b" | "strong" => own.weight = bolder(parent.weight),
        "i" | "em" | "cite" | "var" | "dfn" | "address" => own.italic = true,
        _ => {}
    }
    let factor = match name {
        "h1" => 2.0,
        "h2" => 1.5,
        "h3" => 1.17,
        "h5" | "small" | "sub" | "sup" => 0.83,
        "h6" => 0.67,
        _ => return,
    };
    own.size = parent.size * factor;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// An element with its ancestors; siblings are not needed here.
    #[derive(Debug, Clone)]
    struct Line<'t>(&'t [(&'t str, Attrs)]);

    type Attrs = Vec<(Cow<'static, str>, String)>;

    impl Element for Line<'_> {
        fn name(&self) -> &str {
            self.0.last().unwrap().0
        }
        fn attrs(&self) -> &[(Cow<'static, str>, String)] {
            &self.0.last().unwrap().1
        }
        fn parent(&self) -> Option<Self> {
            (self.0.len() > 1).then(|| Line(&self.0[..self.0.len() - 1]))
        }
        fn prev(&self) -> Option<Self> {
            None
        }
        fn next(&self) -> Option<Self> {
            None
        }
        fn is_empty(&self) -> bool {
            false
        }
    }

    /// The font of the last of a line of elements, written `name.class` or `name@style`.
    fn computed(css: &str, line: &[&str]) -> Computed {
        let attr =
            |name: &'static str, value: &str| vec![(name.into(), value.to_owned())];
        let line: Vec<_> = line
            .iter()
            .map(|text| match text.split_once('@') {
                Some((name, style)) => (name, attr("style", style)),
                None => match text.split_once('.') {
                    Some((name, class)) => (name, attr("class", class)),
                    None => (*text, Vec::new()),
                },
            })
            .collect();
        let sheet = Stylesheet::parse(css);
        let cascade = Cascade::new([&sheet]);
        let mut parent = None;
        for end in 1..=line.len() {
            parent = Some(cascade.computed(&Line(&line[..end]), parent.as_ref()));
        }
        parent.unwrap()
    }

    fn family(css: &str, line: &[&str]) -> String {
        computed(css, line).families.first().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn families_are_inherited_and_code_has_its_own() {
        assert_eq!(family("body{font-family:A}", &["html", "body", "p"]), "A");
        assert_eq!(family("body{font-family:A}", &["html", "body", "pre"]), "monospace");
        assert_eq!(family("*{font-family:A}", &["html", "body", "pre"]), "A");
        assert_eq!(
            family(
                "body{font-family:A} pre{font-family:inherit}",
                &["html", "body", "pre"]
            ),
            "A"
        );
    }

    #[test]
    fn importance_then_style_then_specificity_then_order_decide() {
        assert_eq!(family("p{font-family:A}p{font-family:B}", &["p"]), "B");
        assert_eq!(family("p.x{font-family:A}p{font-family:B}", &["p.x"]), "A");
        assert_eq!(family("p{font-family:A}", &["p@font-family:B"]), "B");
        assert_eq!(family("p{font-family:A!important}", &["p@font-family:B"]), "A");
        assert_eq!(family("div > p{font-family:A}p{font-family:B}", &["div", "p"]), "A");
        assert_eq!(family("p:not(.x){font:italic 1em/2 A}", &["p"]), "A");
        assert_eq!(family("@media print{p{font-family:A}}", &["p"]), "");
    }

    #[test]
    fn sizes_multiply_and_weights_step() {
        let css = "body{font-size:80%} p{font-size:50%} b{font-size:2rem}";
        assert!((computed(css, &["html", "body", "p"]).size - 0.4).abs() < 1e-6);
        let b = computed(css, &["html", "body", "b"]);
        assert!((b.size - 2.0).abs() < 1e-6 && b.weight > 699.0);
    }

    #[test]
    fn selectors_the_matcher_does_not_know_hold_for_nothing() {
        let css = "p:has(b),&,p:nth-child(1 of p),p::before,::slotted(p),:host(p),p::part(x),\
                   :is(:has(b)),p||q,:nth-col(1){font-family:A}";
        assert_eq!(family(css, &["p"]), "");
        assert_eq!(
            family("p{& b{font-family:A} &:hover{font-family:B}}", &["p", "b"]),
            ""
        );
    }
}
