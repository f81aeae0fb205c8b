//! What the nodes of a syntax tree mean, as rules: data, a file a language.
//!
//! A line is `kind role leaf < parent < grandparent … ? condition`. The leaf is the node of a
//! name. A parent is a node's kind, behind `:` the field in which the child has to stand; `|`
//! separates alternatives, `*` allows any number of the parent, also none. `@name` stands for
//! alternatives given by `group name = …`. The first rule that fits decides; `- -` leaves the
//! name out.
//!
//! Tree-sitter has queries for this. Each takes several milliseconds to compile, which a filter
//! of a single page would pay for every page; rules are read in a fraction of one.

use super::{NameKind, Role};
use std::collections::BTreeMap;
use tree_sitter::{Language, Node};

/// What a rule says about a name: a kind, or how the kind is to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameMeaning {
    NameKind(NameKind),
    /// Something with members, as `a` in `a.b`.
    Owner,
    /// Nothing but the name: its shape and its other uses tell.
    Name,
}

/// A node on the way from the root: its kind, and its field in its parent (0 for none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathNode {
    pub kind: u16,
    pub field: u16,
}

impl PathNode {
    /// The kind of a node around what could not be parsed.
    pub(super) const ERROR: u16 = u16::MAX;
}

/// One kind of parent, and the field in which the child stands (0 for any).
#[derive(Debug, Clone, Copy)]
struct Parent {
    kind: u16,
    field: u16,
}

/// How much of a leaf is the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamePart {
    /// All of it.
    Whole,
    /// The name it begins with.
    Lead,
    /// The last name of a path.
    Last,
}

#[derive(Debug)]
struct RuleStep {
    parents: Vec<Parent>,
    /// Any number of them.
    many: bool,
}

#[derive(Debug)]
struct GrammarRule {
    meaning: Option<(NameMeaning, Role)>,
    steps: Vec<RuleStep>,
    condition: Option<Condition>,
}

/// What a chain of parents cannot tell.
#[derive(Debug)]
enum Condition {
    /// A name as of a class: a capital first, and not all capitals.
    Upper,
    /// The last, the only of its parent's named children.
    Last,
    First,
    Only,
    /// An argument list in parentheses follows.
    Called,
    /// The parent's first parameter is `self` or `cls`.
    Receiver,
    /// The name is the last part of a path in a string.
    Path,
    /// A `$` stands before it.
    Dollar,
    /// The parent is the arguments of `attr_reader`, `attr_writer` or `attr_accessor`.
    Attribute,
    /// A child of the parent that comes later is of this kind.
    Before(u16),
    /// A child of the parent is this word.
    With(String),
}

/// The rules of one language, by the kind of leaf.
#[derive(Debug, Default)]
pub(super) struct GrammarRules {
    by_leaf: Vec<Vec<GrammarRule>>,
}

impl GrammarRules {
    /// Reads texts of rules. A group keeps its first meaning, so that one text can widen the
    /// groups of the next. Nodes that the grammar does not have are left out.
    pub(super) fn read(texts: &[&str], language: &Language) -> Self {
        let mut reader =
            RuleReader { language, groups: BTreeMap::new(), unknown: Vec::new() };
        reader.read(texts)
    }

    /// What the first rule that fits says about a leaf; `None` when none does or the leaf is to
    /// be left out. `path` leads from the root to the leaf, both included.
    pub(super) fn apply(
        &self,
        path: &[PathNode],
        leaf: Node,
        code: &str,
    ) -> Option<(NameMeaning, Role, NamePart)> {
        let kind = path.last()?.kind;
        let rules = self.by_leaf.get(usize::from(kind))?;
        let fits = |rule: &&GrammarRule| {
            parents_fit(&rule.steps, path)
                && rule.condition.as_ref().is_none_or(|it| it.holds(leaf, code))
        };
        let rule = rules.iter().find(fits)?;
        let part = match rule.condition {
            Some(Condition::Path) => NamePart::Last,
            Some(Condition::Dollar) => NamePart::Lead,
            _ => NamePart::Whole,
        };
        rule.meaning.map(|(meaning, role)| (meaning, role, part))
    }

    /// Whether any rule is about nodes of this kind.
    pub(super) fn knows(&self, kind: u16) -> bool {
        self.by_leaf.get(usize::from(kind)).is_some_and(|rules| !rules.is_empty())
    }
}

/// Whether the steps fit the parents of the path's last node.
fn parents_fit(steps: &[RuleStep], path: &[PathNode]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    let mut path = path;
    loop {
        if step.many && parents_fit(rest, path) {
            return true;
        }
        let [above @ .., child] = path else { return false };
        let Some(parent) = above.last() else { return false };
        let fits = step.parents.iter().any(|one| {
            one.kind == parent.kind && (one.field == 0 || one.field == child.field)
        });
        if !fits {
            return false;
        }
        if !step.many {
            return parents_fit(rest, above);
        }
        path = above;
    }
}

impl Condition {
    fn holds(&self, leaf: Node, code: &str) -> bool {
        let text = |node: Node| code.get(node.byte_range()).unwrap_or_default();
        match self {
            Self::Upper => is_upper_camel(text(leaf)),
            Self::Last => leaf.next_named_sibling().is_none(),
            Self::First => leaf.prev_named_sibling().is_none(),
            Self::Only => {
                leaf.next_named_sibling().is_none() && leaf.prev_named_sibling().is_none()
            }
            Self::Called => {
                leaf.next_sibling().is_some_and(|next| text(next).starts_with('('))
            }
            Self::Receiver => leaf
                .parent()
                .and_then(|parent| parent.child_by_field_name("parameters"))
                .and_then(|parameters| parameters.named_child(0))
                .is_some_and(|first| {
                    let mut words = text(first).split(|c: char| !c.is_alphanumeric());
                    words.any(|word| word == "self" || word == "cls")
                }),
            Self::Path => true,
            Self::Dollar => code[..leaf.start_byte()].ends_with('$'),
            Self::Attribute => leaf
                .parent()
                .and_then(|arguments| arguments.prev_named_sibling())
                .is_some_and(|method| text(method).starts_with("attr_")),
            Self::Before(kind) => {
                let mut next = leaf.next_named_sibling();
                while let Some(node) = next {
                    if node.kind_id() == *kind {
                        return true;
                    }
                    next = node.next_named_sibling();
                }
                false
            }
            Self::With(word) => leaf.parent().is_some_and(|parent| {
                let mut cursor = parent.walk();
                parent.children(&mut cursor).any(|child| child.kind() == word)
            }),
        }
    }
}

/// `Name`, `N`, but not `NAME`: how most languages write the name of a type.
pub(super) fn is_upper_camel(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && !is_capitals(name)
}

/// `MAX_SIZE`, of two letters or more: how most languages write a constant.
pub(super) fn is_capitals(name: &str) -> bool {
    name.chars().filter(|c| c.is_uppercase()).count() > 1
        && !name.contains(char::is_lowercase)
}

struct RuleReader<'a> {
    language: &'a Language,
    groups: BTreeMap<&'a str, &'a str>,
    /// What the texts name and the grammar does not have, and lines that are no rules.
    unknown: Vec<String>,
}

impl<'a> RuleReader<'a> {
    fn read(&mut self, texts: &[&'a str]) -> GrammarRules {
        let mut rules = GrammarRules::default();
        let lines = texts.iter().flat_map(|text| text.lines());
        for line in lines.filter(|line| !(line.is_empty() || line.starts_with('#'))) {
            if let Some((name, group)) =
                line.strip_prefix("group ").and_then(|rest| rest.split_once(" = "))
            {
                self.groups.entry(name).or_insert(group);
            } else if self.rule(line, &mut rules).is_none() {
                self.unknown.push(line.to_owned());
            }
        }
        rules
    }

    fn rule(&mut self, line: &'a str, rules: &mut GrammarRules) -> Option<()> {
        let (meaning, line) = line.split_once(' ')?;
        let (role, line) = line.trim_start().split_once(' ')?;
        let (chain, condition) = match line.split_once(" ? ") {
            Some((chain, condition)) => (chain, Some(condition)),
            None => (line, None),
        };
        let mut nodes = chain.split(" < ").map(str::trim);
        let leaves = nodes.next()?;
        let meaning =
            if meaning == "-" { None } else { Some((kind(meaning)?, self::role(role)?)) };
        let nodes: Vec<_> = nodes.collect();
        for leaf in leaves.split('|') {
            let Some(id) = self.kind(leaf) else { continue };
            let steps: Vec<RuleStep> = nodes.iter().map(|node| self.step(node)).collect();
            if steps.iter().any(|step| step.parents.is_empty() && !step.many) {
                continue;
            }
            let condition = match condition {
                Some(text) => Some(self.condition(text)?),
                None => None,
            };
            let id = usize::from(id);
            if rules.by_leaf.len() <= id {
                rules.by_leaf.resize_with(id + 1, Vec::new);
            }
            rules.by_leaf[id].push(GrammarRule { meaning, steps, condition });
        }
        Some(())
    }

    fn step(&mut self, text: &'a str) -> RuleStep {
        let (text, many) = match text.strip_suffix('*') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut parents = Vec::new();
        for alternative in text.split('|') {
            let group = alternative.strip_prefix('@').map(|name| self.groups.get(name));
            match group {
                Some(Some(group)) => {
                    parents.extend(group.split('|').filter_map(|one| self.parent(one)));
                }
                Some(None) => self.unknown.push(alternative.to_owned()),
                None => parents.extend(self.parent(alternative)),
            }
        }
        RuleStep { parents, many }
    }

    fn parent(&mut self, text: &str) -> Option<Parent> {
        let (kind, field) = match text.split_once(':') {
            Some((kind, field)) => (kind, Some(field)),
            None => (text, None),
        };
        let kind = self.kind(kind)?;
        let Some(field) = field else { return Some(Parent { kind, field: 0 }) };
        let Some(field) = self.language.field_id_for_name(field) else {
            self.unknown.push(text.to_owned());
            return None;
        };
        Some(Parent { kind, field: field.get() })
    }

    fn kind(&mut self, name: &str) -> Option<u16> {
        match self.language.id_for_node_kind(name, true) {
            0 => {
                self.unknown.push(name.to_owned());
                None
            }
            id => Some(id),
        }
    }

    fn condition(&mut self, text: &str) -> Option<Condition> {
        Some(match text.split_once(' ') {
            Some(("before", kind)) => Condition::Before(self.kind(kind)?),
            Some(("with", word)) => Condition::With(word.to_owned()),
            Some(_) => return None,
            None => match text {
                "upper" => Condition::Upper,
                "last" => Condition::Last,
                "first" => Condition::First,
                "only" => Condition::Only,
                "called" => Condition::Called,
                "receiver" => Condition::Receiver,
                "path" => Condition::Path,
                "dollar" => Condition::Dollar,
                "attribute" => Condition::Attribute,
                _ => return None,
            },
        })
    }
}

fn kind(name: &str) -> Option<NameMeaning> {
    Some(NameMeaning::NameKind(match name {
        "class" => NameKind::Class,
        "type" => NameKind::Type,
        "function" => NameKind::Function,
        "method" => NameKind::Method,
        "macro" => NameKind::Macro,
        "module" => NameKind::Module,
        "constant" => NameKind::Constant,
        "field" => NameKind::Field,
        "parameter" => NameKind::Parameter,
        "variable" => NameKind::Variable,
        "owner" => return Some(NameMeaning::Owner),
        "name" => return Some(NameMeaning::Name),
        _ => return None,
    }))
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "defined" => Role::Defined,
        "imported" => Role::Imported,
        "called" => Role::Called,
        "used" => Role::Used,
        _ => return None,
    })
}

/// What is wrong with rules: nodes that the grammar does not have, and lines that are no rules.
#[cfg(test)]
pub(super) fn unknown(texts: &[&str], language: &Language) -> Vec<String> {
    let mut reader =
        RuleReader { language, groups: BTreeMap::new(), unknown: Vec::new() };
    reader.read(texts);
    reader.unknown
}
