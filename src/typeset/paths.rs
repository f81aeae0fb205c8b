//! Elements by the path that leads to them, each as far as rules ask for it: where that is the same, every
//! rule says the same of both.

use super::TypesetElement;
use crate::css::{Asked, Rule};
use crate::epub::{Document, NodeId};
use std::collections::{HashMap, HashSet};

/// The paths in one document.
#[derive(Debug)]
pub struct Paths<'p> {
    doc: &'p Document,
    /// Nothing where a rule asks for more than the path.
    asked: Option<Asked>,
    /// By the number of the parent's path, and what the element is to the rules.
    numbers: HashMap<(usize, String), usize>,
    met: HashSet<usize>,
    /// The numbers of its elements' paths.
    known: HashMap<NodeId, usize>,
}

impl<'p> Paths<'p> {
    /// Those of a document for which these rules hold.
    pub fn of<'r, 'i: 'r>(
        doc: &'p Document,
        rules: impl IntoIterator<Item = &'r Rule<'i>>,
    ) -> Self {
        Self {
            doc,
            asked: Asked::of(rules),
            numbers: HashMap::new(),
            met: HashSet::new(),
            known: HashMap::new(),
        }
    }

    /// Whether no element with this one's path was asked about before, as far as can be told.
    pub fn is_new(&mut self, element: NodeId) -> bool {
        let Some(number) = self.number(element) else { return true };
        self.met.insert(number)
    }

    fn number(&mut self, element: NodeId) -> Option<usize> {
        let Self { doc, asked, numbers, known, .. } = self;
        let (asked, doc) = (asked.as_ref()?, *doc);
        let mut open = vec![element];
        let above =
            |&node: &NodeId| doc.parent(node).filter(|&one| doc.name(one).is_some());
        let mut number = loop {
            let last = open.last()?;
            match (known.get(last), above(last)) {
                (Some(&number), _) => {
                    open.pop();
                    break number;
                }
                (None, Some(parent)) => open.push(parent),
                (None, None) => break 0,
            }
        };
        for &id in open.iter().rev() {
            let path = (number, asked.signature(&TypesetElement { doc, id }));
            // 0 is the place above the root.
            let next = numbers.len() + 1;
            number = *numbers.entry(path).or_insert(next);
            known.insert(id, number);
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
        let new: Vec<bool> = all.iter().map(|&node| paths.is_new(node)).collect();
        assert_eq!(new, [true, true, true, true, true, false, false]);
        let siblings = Stylesheet::parse("p + p { font-weight: 400 }");
        let mut paths = Paths::of(&doc, &siblings.rules);
        assert!(all.iter().all(|&node| paths.is_new(node)));
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
        let signature = |&id: &_| asked.signature(&TypesetElement { doc: &doc, id });
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
