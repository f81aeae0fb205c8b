//! Matching selectors against elements (Selectors 4).

use super::{Element, Rule, local};
use lightningcss::selector::{
    Component, PseudoClass, PseudoElement, Selector, SelectorList,
};
use lightningcss::values::ident::Ident;
use lightningcss::values::string::CowArcStr;
use parcel_selectors::attr::{
    AttrSelectorOperation, CaseSensitivity, NamespaceConstraint,
};
use parcel_selectors::context::{MatchingContext, MatchingMode, QuirksMode};
use parcel_selectors::matching::{ElementSelectorFlags, matches_selector};
use parcel_selectors::parser::{NthType, SelectorImpl};
use parcel_selectors::{Element as Selectable, OpaqueElement};

/// A selector of a rule that the matcher knows, with a quick test that most elements fail.
#[derive(Debug)]
pub(super) struct SupportedSelector {
    /// Its place among the rule's selectors.
    at: usize,
    quick_reject: QuickReject,
}

/// What an element has to have so that a selector can match it: the name, class or identifier in the
/// selector's last part.
#[derive(Debug)]
enum QuickReject {
    Nothing,
    Name(String),
    Class(String),
    Id(String),
}

/// The selectors that the matcher knows.
pub(super) fn supported(all: &SelectorList<'_>) -> Vec<SupportedSelector> {
    let known = all.0.iter().enumerate().filter(|(_, selector)| is_supported(selector));
    known
        .map(|(at, selector)| SupportedSelector {
            at,
            quick_reject: quick_reject(selector),
        })
        .collect()
}

/// The test for a selector: `div > p.note` can match only what has the class `note`.
fn quick_reject(selector: &Selector<'_>) -> QuickReject {
    let of = |part: &Component<'_>| match part {
        Component::LocalName(name) => Some(QuickReject::Name(name.name.0.to_string())),
        Component::Class(class) => Some(QuickReject::Class(class.0.to_string())),
        Component::ID(id) => Some(QuickReject::Id(id.0.to_string())),
        _ => None,
    };
    let parts = || selector.iter().filter_map(of);
    // Elements of one name are many, those of one class fewer.
    let named = |one: &QuickReject| !matches!(one, QuickReject::Name(_));
    parts().find(named).or_else(|| parts().next()).unwrap_or(QuickReject::Nothing)
}

impl QuickReject {
    fn may_match(&self, element: &impl Element) -> bool {
        match self {
            Self::Nothing => true,
            Self::Name(name) => element.local_name() == name,
            Self::Class(class) => element
                .attr("class")
                .is_some_and(|all| all.split_ascii_whitespace().any(|one| one == class)),
            Self::Id(id) => element.attr("id") == Some(id),
        }
    }
}

impl Rule<'_> {
    /// The specificity with which the rule holds for an element, or `None` when it does not.
    /// Rules for parts of an element, such as its first line, do not hold for the element.
    pub fn specificity(&self, element: &impl Element) -> Option<u32> {
        let can = self.supported.iter().filter(|one| one.quick_reject.may_match(element));
        let mut selectors = can.filter_map(|one| self.selectors.0.get(one.at)).peekable();
        selectors.peek()?;
        let subject = ElementAdapter(element.clone());
        let holding = selectors.filter(|selector| matches(selector, &subject));
        holding.map(Selector::specificity).max()
    }
}

impl<'i> Rule<'i> {
    /// Its selectors that the matcher knows.
    pub(super) fn known(&self) -> impl Iterator<Item = &Selector<'i>> {
        self.supported.iter().filter_map(|one| self.selectors.0.get(one.at))
    }
}

fn matches<'i, E: Element>(selector: &Selector<'i>, element: &ElementAdapter<E>) -> bool {
    let mut context: MatchingContext<'_, 'i, Selectors<'i>> =
        MatchingContext::new(MatchingMode::Normal, None, None, QuirksMode::NoQuirks);
    matches_selector(selector, 0, None, element, &mut context, &mut |_, _| {})
}

/// Whether the matcher knows all parts of a selector: it stops the program at some.
fn is_supported(selector: &Selector<'_>) -> bool {
    !selector.has_pseudo_element()
        && selector.iter_raw_match_order().all(|part| match part {
            Component::Nesting | Component::Has(_) | Component::NthOf(_) => false,
            Component::Nth(data) => !matches!(data.ty, NthType::Col | NthType::LastCol),
            Component::Is(list)
            | Component::Where(list)
            | Component::Any(_, list)
            | Component::Negation(list) => list.iter().all(is_supported),
            Component::Host(Some(selector)) | Component::Slotted(selector) => {
                is_supported(selector)
            }
            _ => true,
        })
}

/// The implementation of selectors that lightningcss keeps private, by way of its public types.
trait Implementation {
    type Of;
}

impl<'i, I: SelectorImpl<'i>> Implementation
    for parcel_selectors::parser::Selector<'i, I>
{
    type Of = I;
}

type Selectors<'i> = <Selector<'i> as Implementation>::Of;

/// An element as `parcel_selectors` asks for it.
#[derive(Debug, Clone)]
struct ElementAdapter<E>(E);

impl<'i, E: Element> Selectable<'i> for ElementAdapter<E> {
    type Impl = Selectors<'i>;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.0.name().as_bytes().first().unwrap_or(&0))
    }

    fn parent_element(&self) -> Option<Self> {
        self.0.parent().map(Self)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev().map(Self)
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.0.next().map(Self)
    }

    fn has_local_name(&self, name: &Ident<'i>) -> bool {
        self.0.local_name() == &*name.0
    }

    /// Namespaces are known by their prefix only; an element without one may be in any.
    fn has_namespace(&self, namespace: &CowArcStr<'i>) -> bool {
        self.0.name().split_once(':').is_none_or(|(prefix, _)| prefix == &**namespace)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&CowArcStr<'i>>,
        name: &Ident<'i>,
        operation: &AttrSelectorOperation<&lightningcss::values::string::CSSString<'i>>,
    ) -> bool {
        let name: &str = &name.0;
        self.0.attrs().iter().any(|(key, value)| {
            let prefix = key.split_once(':').map_or("", |(prefix, _)| prefix);
            let named = match namespace {
                NamespaceConstraint::Any => local(key) == name,
                NamespaceConstraint::Specific(url) => {
                    local(key) == name && prefix == url.as_ref() as &str
                }
            };
            named && operation.eval_str(value)
        })
    }

    fn match_non_ts_pseudo_class<F>(
        &self,
        class: &PseudoClass<'i>,
        _: &mut MatchingContext<'_, 'i, Self::Impl>,
        _: &mut F,
    ) -> bool
    where
        F: FnMut(&Self, ElementSelectorFlags),
    {
        match class {
            PseudoClass::Link | PseudoClass::AnyLink(_) => self.is_link(),
            PseudoClass::Lang { languages } => {
                languages.iter().any(|language| self.has_language(language))
            }
            _ => false,
        }
    }

    fn is_link(&self) -> bool {
        self.0.local_name() == "a" && self.0.attr("href").is_some()
    }

    fn has_id(&self, id: &Ident<'i>, case: CaseSensitivity) -> bool {
        self.0.attr("id").is_some_and(|own| case.eq(own.as_bytes(), id.0.as_bytes()))
    }

    fn has_class(&self, class: &Ident<'i>, case: CaseSensitivity) -> bool {
        let mut classes =
            self.0.attr("class").unwrap_or_default().split_ascii_whitespace();
        classes.any(|own| case.eq(own.as_bytes(), class.0.as_bytes()))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn is_root(&self) -> bool {
        self.0.parent().is_none()
    }

    // There are neither shadow trees nor elements that are parts of another here, and names of
    // elements and attributes keep their case, as in all XML.

    fn is_html_element_in_html_document(&self) -> bool {
        false
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn pseudo_element_originating_element(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn match_pseudo_element(
        &self,
        _: &PseudoElement<'i>,
        _: &mut MatchingContext<'_, 'i, Self::Impl>,
    ) -> bool {
        false
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn imported_part(&self, _: &Ident<'i>) -> Option<Ident<'i>> {
        None
    }

    fn is_part(&self, _: &Ident<'i>) -> bool {
        false
    }
}

impl<E: Element> ElementAdapter<E> {
    /// Whether the element's language is this one or a kind of it (`en` takes `en-GB`).
    fn has_language(&self, language: &str) -> bool {
        let line = std::iter::successors(Some(self.0.clone()), Element::parent);
        let own = |element: &E| {
            let own = element.attr("xml:lang").or_else(|| element.attr("lang"));
            own.map(str::to_ascii_lowercase)
        };
        let language = language.to_ascii_lowercase();
        line.into_iter().find_map(|element| own(&element)).is_some_and(|own| {
            own.strip_prefix(&*language)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }
}
