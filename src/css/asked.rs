//! What rules ask of an element, so that elements which are the same to all rules are looked at once.

use super::{Element, Rule, local};
use lightningcss::selector::{Combinator, Component, PseudoClass, Selector};
use std::collections::BTreeSet;

/// What rules ask of an element and of those that it stands in: names of elements, and of their classes,
/// identifiers and attributes these.
///
/// ```text
/// div > p.note, :lang(ja) em          classes: note; attributes: lang
/// <p class="note wide" id="p1">       "p", and class "note"
/// <p class="note" title="x">          the same
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    classes: BTreeSet<String>,
    ids: BTreeSet<String>,
    /// By their names without a prefix.
    attributes: BTreeSet<String>,
    /// Whether an element is a link.
    links: bool,
}

impl Asked {
    /// What rules ask; nothing where one of them looks at siblings or at what an element holds.
    pub fn of<'r, 'i: 'r>(rules: impl IntoIterator<Item = &'r Rule<'i>>) -> Option<Self> {
        let mut asked = Self::default();
        let is_known =
            rules.into_iter().all(|rule| rule.known().all(|one| asked.note(one)));
        is_known.then_some(asked)
    }

    /// Notes what a selector asks; whether that is all.
    fn note(&mut self, selector: &Selector<'_>) -> bool {
        selector.iter_raw_match_order().all(|part| match part {
            Component::Combinator(combinator) => {
                matches!(combinator, Combinator::Child | Combinator::Descendant)
            }
            Component::LocalName(_)
            | Component::ExplicitUniversalType
            | Component::ExplicitAnyNamespace
            | Component::Root => true,
            Component::Class(class) => {
                self.classes.insert(class.0.to_string());
                true
            }
            Component::ID(id) => {
                self.ids.insert(id.0.to_string());
                true
            }
            Component::AttributeInNoNamespaceExists { local_name, .. }
            | Component::AttributeInNoNamespace { local_name, .. } => {
                self.attributes.insert(local_name.0.to_string());
                true
            }
            Component::Is(all)
            | Component::Where(all)
            | Component::Any(_, all)
            | Component::Negation(all) => all.iter().all(|one| self.note(one)),
            Component::NonTSPseudoClass(class) => {
                match class {
                    PseudoClass::Link | PseudoClass::AnyLink(_) => self.links = true,
                    PseudoClass::Lang { .. } => {
                        self.attributes.insert("lang".to_owned());
                    }
                    // The matcher says no to all others.
                    _ => {}
                }
                true
            }
            _ => false,
        })
    }

    /// Writes what an element is to the rules besides the elements that it stands in: where that is the same, so is
    /// what they say of it. The marks between cannot stand in a name.
    pub fn signature(&self, element: &impl Element, text: &mut String) {
        text.clear();
        text.push_str(element.name());
        let mut add = |mark: char, value: &str| {
            text.push(mark);
            text.push_str(value);
        };
        for (key, value) in element.attrs() {
            let name = local(key);
            if key == "class" {
                let asked = value.split_ascii_whitespace();
                asked
                    .filter(|one| self.classes.contains(*one))
                    .for_each(|one| add('\u{1}', one));
            } else if key == "id" && self.ids.contains(value) {
                add('\u{2}', value);
            }
            if key == "style" || self.attributes.contains(name) {
                add('\u{3}', key);
                add('\u{4}', value);
            } else if name == "href" && self.links {
                add('\u{5}', "");
            }
        }
    }
}
