//! Names read with the language's grammar.
//!
//! Names in comments and strings are none, except where a string holds code, as in an f-string.
//!
//! ```text
//! def run(x): x.go()   run: a function, defined; x: a parameter, defined, then used; go: a method, called
//! ```

use super::fragment::{self, ParsedFragment};
use super::rules::{NameMeaning, NamePart, PathNode, is_capitals, is_upper_camel};
use super::{NameKind, Occurrence, Reading, Role, is_name, session};
use std::collections::{BTreeMap, BTreeSet};
use tree_sitter::Node;

/// Reads a listing. `language` is the canonical name as `lang` writes it, or empty for a record
/// of a console on a fence without a language.
///
/// `None` when the language has no grammar here, or when the listing does not parse, neither as
/// a file nor as a part of one: then only its words can be read.
pub fn read(language: &str, code: &str) -> Option<Reading> {
    let Some(records) = session::typed(language, code) else {
        return names(language, code).map(resolve);
    };
    let mut found = None;
    for typed in records {
        let Some(mut names) = names(typed.language, &typed.text) else { continue };
        for name in &mut names {
            name.offset = typed.source(name.offset);
        }
        found.get_or_insert_with(Vec::new).extend(resolve(names));
    }
    let mut found: Reading = found?;
    found.sort_by_key(|occurrence| occurrence.offset);
    Some(found)
}

/// A name before its kind is settled.
pub(super) struct FoundName {
    name: String,
    meaning: NameMeaning,
    role: Role,
    offset: usize,
}

fn names(language: &str, code: &str) -> Option<Vec<FoundName>> {
    let parsed = fragment::parse(language, code)?;
    Some(walk(&parsed, code.len(), |_| {}))
}

/// Goes through a listing's tree, calls `see` with each node, and gives the names.
pub(super) fn walk(
    parsed: &ParsedFragment,
    length: usize,
    mut see: impl FnMut(Node),
) -> Vec<FoundName> {
    let ParsedFragment { tree, text, before, loaded } = parsed;
    let listing = *before..before + length;
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    let mut path: Vec<PathNode> = Vec::new();
    loop {
        let node = cursor.node();
        see(node);
        let kind = node.kind_id();
        // What stands in an error by itself may be no code at all.
        let stray = path.last().is_some_and(|parent| parent.kind == PathNode::ERROR);
        let field = cursor.field_id().map_or(0, std::num::NonZero::get);
        path.push(PathNode { kind, field });
        if loaded.rules.knows(kind)
            && !stray
            && listing.contains(&node.start_byte())
            && let Some((meaning, role, part)) = loaded.rules.apply(&path, node, text)
            && let Some((name, at)) = name(&text[node.byte_range()], part)
        {
            let start = node.start_byte() + at;
            if is_whole(text, start, name.len()) {
                let (name, offset) = (name.to_owned(), start - before);
                found.push(FoundName { name, meaning, role, offset });
            }
        }
        if cursor.goto_first_child() {
            continue;
        }
        loop {
            path.pop();
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// The name in a leaf's text, and where it starts there.
fn name(text: &str, part: NamePart) -> Option<(&str, usize)> {
    let word = |c: char| unicode_ident::is_xid_continue(c) || c == '$';
    let name = match part {
        NamePart::Whole => {
            let marks = ["r#", "@@", "@", "#", ":", "`"];
            let bare = marks.iter().find_map(|mark| text.strip_prefix(mark));
            bare.unwrap_or(text).trim_end_matches('`')
        }
        NamePart::Lead => &text[..text.find(|c| !word(c)).unwrap_or(text.len())],
        // `v2` at the end of a path is a version of what stands before it.
        NamePart::Last => text.rsplit('/').find(|part| !is_version(part))?,
    };
    // Ruby's `empty?` and `save!`.
    let core = name.strip_suffix(['?', '!']).unwrap_or(name);
    is_name(core).then(|| (name, name.as_ptr() as usize - text.as_ptr() as usize))
}

/// Whether a name is no part of a longer word: grammars end a name where a character follows
/// that their language does not allow in one.
fn is_whole(text: &str, start: usize, len: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].ends_with(word) && !text[start + len..].starts_with(word)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Settles the kinds: what a name is where it is made, it is where it is used.
pub(super) fn resolve(found: Vec<FoundName>) -> Reading {
    let mut made: BTreeMap<&str, Option<NameKind>> = BTreeMap::new();
    let (mut called, mut owners) = (BTreeSet::new(), BTreeSet::new());
    for one in &found {
        match (one.meaning, one.role) {
            (NameMeaning::NameKind(kind), Role::Defined | Role::Imported) => {
                let kind = shaped(kind, &one.name);
                let known = made.entry(&one.name).or_insert(Some(kind));
                // Two kinds of thing with one name: none is more likely.
                if *known != Some(kind) {
                    *known = None;
                }
            }
            (NameMeaning::NameKind(NameKind::Function), Role::Called) => {
                called.insert(&*one.name);
            }
            (NameMeaning::Owner, _) => {
                owners.insert(&*one.name);
            }
            _ => {}
        }
    }
    let guess = |name: &str, role: Role| match name {
        _ if is_capitals(name) => NameKind::Constant,
        _ if is_upper_camel(name) => NameKind::Class,
        _ if called.contains(name) => NameKind::Function,
        _ if role == Role::Imported && owners.contains(name) => NameKind::Module,
        _ => NameKind::Variable,
    };
    for one in found.iter().filter(|one| one.role == Role::Imported) {
        let kind = || Some(guess(&one.name, one.role));
        made.entry(&one.name).or_insert_with(kind);
    }
    let settle = |one: &FoundName| {
        let name = &*one.name;
        let made = made.get(name).copied().flatten();
        let is_made_here = matches!(one.role, Role::Defined | Role::Imported);
        match one.meaning {
            NameMeaning::NameKind(kind) if is_made_here => shaped(kind, name),
            NameMeaning::NameKind(kind) => match made {
                Some(made) if may_be(kind, made) => made,
                _ => shaped(kind, name),
            },
            NameMeaning::Owner | NameMeaning::Name => {
                made.unwrap_or_else(|| guess(name, one.role))
            }
        }
    };
    let kinds: Vec<NameKind> = found.iter().map(settle).collect();
    let occurrence = |(one, kind): (FoundName, NameKind)| Occurrence {
        name: one.name,
        kind,
        role: one.role,
        offset: one.offset,
    };
    found.into_iter().zip(kinds).map(occurrence).collect()
}

/// A variable whose name is all capitals is a constant.
fn shaped(kind: NameKind, name: &str) -> NameKind {
    match kind {
        NameKind::Variable | NameKind::Field if is_capitals(name) => NameKind::Constant,
        _ => kind,
    }
}

/// Whether what is used as one kind can be what was made as another: `a.size` is no variable
/// `size`, and a variable `size` is no field.
fn may_be(used: NameKind, made: NameKind) -> bool {
    match used {
        NameKind::Method => matches!(
            made,
            NameKind::Method
                | NameKind::Function
                | NameKind::Class
                | NameKind::Constant
                | NameKind::Macro
        ),
        NameKind::Field => {
            !matches!(made, NameKind::Variable | NameKind::Parameter | NameKind::Module)
        }
        _ => made != NameKind::Field,
    }
}

#[cfg(test)]
mod tests;
