//! Elements by the path that leads to them, each as far as rules ask for it: where that is the same, every
//! rule says the same of both.

use super::TypesetElement;
use crate::css::{Asked, Element, Rule};
use crate::epub::dom::{Document, NodeId, NodeValues, SpanClass};
use std::collections::{HashMap, HashSet};

/// Paths, each with a number; 0 is the place above the root.
#[derive(Debug)]
pub(super) struct PathNumbers {
    asked: Asked,
    /// What elements are to the rules, each with a number.
    signatures: HashMap<String, usize>,
    /// By the number of the parent's path, and what the element is to the rules.
    numbers: HashMap<(usize, usize), usize>,
    /// By the number of the parent's path, and the class of a mark.
    of_marks: HashMap<(usize, SpanClass), usize>,
    /// What an element is to the rules is written here, so that no memory is asked for.
    signature: String,
}

impl PathNumbers {
    /// Those that rules tell apart which ask so much.
    pub(super) fn of(asked: Asked) -> Self {
        Self {
            asked,
            signatures: HashMap::new(),
            numbers: HashMap::new(),
            of_marks: HashMap::new(),
            signature: String::new(),
        }
    }

    /// The number of an element's path by that of its parent: one that was given before, or the next.
    pub(super) fn number(
        &mut self,
        parent: usize,
        element: &TypesetElement<'_>,
    ) -> usize {
        let mark = element.marks.last();
        if let Some(known) = mark.and_then(|mark| self.of_marks.get(&(parent, mark))) {
            return *known;
        }
        let number = self.number_of(parent, element);
        if let Some(mark) = mark {
            self.of_marks.insert((parent, mark), number);
        }
        number
    }

    fn number_of(&mut self, parent: usize, element: &impl Element) -> usize {
        self.asked.signature(element, &mut self.signature);
        let next = self.signatures.len();
        let known = self.signatures.get(&self.signature).copied();
        let signature = known.unwrap_or_else(|| {
            self.signatures.insert(self.signature.clone(), next);
            next
        });
        let next = self.numbers.len() + 1;
        *self.numbers.entry((parent, signature)).or_insert(next)
    }
}

/// The paths in one document.
#[derive(Debug)]
pub struct Paths<'p> {
    doc: &'p Document,
    /// Nothing where a rule asks for more than the path.
    numbers: Option<PathNumbers>,
    met: HashSet<usize>,
    /// The numbers of its elements' paths.
    known: NodeValues<Option<usize>>,
}

impl<'p> Paths<'p> {
    /// Those of a document for which these rules hold.
    pub fn of<'r, 'i: 'r>(
        doc: &'p Document,
        rules: impl IntoIterator<Item = &'r Rule<'i>>,
    ) -> Self {
        let numbers = Asked::of(rules).map(PathNumbers::of);
        Self { doc, numbers, met: HashSet::new(), known: doc.values(None) }
    }

    /// Whether no element with this one's path was asked about before, as far as can be told.
    pub fn is_new(&mut self, element: &TypesetElement<'_>) -> bool {
        let Some(mut number) = self.number(element.id) else { return true };
        let levels = element.marks.levels();
        for marks in levels {
            let inner = TypesetElement { marks, ..element.clone() };
            if let Some(numbers) = &mut self.numbers {
                number = numbers.number(number, &inner);
            }
        }
        self.met.insert(number)
    }

    fn number(&mut self, element: NodeId) -> Option<usize> {
        let Self { doc, numbers, known, .. } = self;
        let (numbers, doc) = (numbers.as_mut()?, *doc);
        let mut open = vec![element];
        let above =
            |&node: &NodeId| doc.parent(node).filter(|&one| doc.name(one).is_some());
        let mut number = loop {
            let last = open.last()?;
            match (known[*last], above(last)) {
                (Some(number), _) => {
                    open.pop();
                    break number;
                }
                (None, Some(parent)) => open.push(parent),
                (None, None) => break 0,
            }
        };
        for &id in open.iter().rev() {
            number = numbers.number(number, &TypesetElement::new(doc, id));
            known[id] = Some(number);
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::Stylesheet;

    #[test]
    fn the_same_path_is_new_once() {
        let sheet = Stylesheet::parse("p.x b { font-weight: 400 }");
        let doc = Document::parse(
            "<body><p class=\"x\"><b id=\"1\"/></p><p><b/></p><p class=\"y x\"><b/></p></body>",
        );
        let doc = doc.unwrap();
        let all: Vec<NodeId> = doc.descendants(doc.root()).collect();
        let mut paths = Paths::of(&doc, &sheet.rules);
        let new: Vec<bool> = all
            .iter()
            .map(|&node| paths.is_new(&TypesetElement::new(&doc, node)))
            .collect();
        assert_eq!(new, [true, true, true, true, true, false, false]);
        let siblings = Stylesheet::parse("p + p { font-weight: 400 }");
        let mut paths = Paths::of(&doc, &siblings.rules);
        assert!(all.iter().all(|&node| paths.is_new(&TypesetElement::new(&doc, node))));
    }

    #[test]
    fn elements_are_told_apart_by_what_rules_ask() {
        let css = "div > p.note {font: 1em A} :lang(ja) em, [title] {font-weight: 700} \
                   #x:not(.y b) {font-style: italic} a:hover, a:link {font-family: B}";
        let sheet = Stylesheet::parse(css);
        let asked = Asked::of(&sheet.rules).unwrap();
        let doc = Document::parse(
            "<html><p class=\"note a\" id=\"b\"/><p class=\"note\"/><p class=\"a\"/>\
             <p id=\"x\"/><p title=\"t\"/><p xml:lang=\"ja\"/><a href=\"c\"/>\
             <a href=\"d\"/><a/></html>",
        );
        let doc = doc.unwrap();
        let html = doc.root_element().unwrap();
        let signature = |&id: &_| {
            let mut text = String::new();
            asked.signature(&TypesetElement::new(&doc, id), &mut text);
            text
        };
        let all: Vec<String> = doc.children(html).iter().map(signature).collect();
        assert_eq!((&all[0], &all[6]), (&all[1], &all[7]));
        let different: HashSet<&String> = all.iter().collect();
        assert_eq!(different.len(), 7, "{all:?}");
        for css in ["p + p", "p:first-child", "p:empty", "p:not(b ~ i)"] {
            let css = format!("{css} {{font: 1em A}}");
            assert_eq!(Asked::of(&Stylesheet::parse(&css).rules), None, "{css}");
        }
    }
}
