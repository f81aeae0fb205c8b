//! What a carrier says, before its values are read.

use super::{Carrier, Problem};
use super::{keys, others};
use crate::ast::build::Attr;
use crate::lang;

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TagEntry {
    pub key: &'static str,
    pub value: String,
    pub carrier: Carrier,
}

/// Classes of so few letters are languages more often than slips: `.bat` is no `.bad`.
const SHORT: usize = 3;

/// The attributes of a fence. Classes that are languages or belong to stylesheets are nobody's
/// mistake; a class much like one of ours is.
pub(super) fn on_fence(attr: &Attr, problems: &mut Vec<Problem>) -> Vec<TagEntry> {
    let carrier = Carrier::Fence;
    let mut said = Vec::new();
    for class in &attr.1 {
        if let Some(key) = known(class, keys::marks()) {
            said.push(TagEntry { key, value: "true".to_owned(), carrier });
        } else if lang::canonical(class).is_none()
            && !others::is_word(attr, class)
            && class.len() > SHORT
            && let Some(near) = keys::near(class, keys::marks())
        {
            problems.push(unknown(
                carrier,
                format!("there is no mark .{class}"),
                Some(&format!(".{near}")),
            ));
        }
    }
    for (key, value) in &attr.2 {
        match known(key, keys::all()) {
            Some(key) => said.push(TagEntry { key, value: value.clone(), carrier }),
            // Other tools have attributes of their own.
            None => problems.extend(keys::meant(key).map(|near| {
                let message = format!("there is no attribute {key}=");
                unknown(carrier, message, Some(&format!("{near}=")))
            })),
        }
    }
    said
}

/// The keys that `book.yaml` has for a listing. Several globs may say the same key: the last one
/// holds, so that a general one can come first.
pub(super) fn in_book(
    given: &[(String, String)],
    problems: &mut Vec<Problem>,
) -> Vec<TagEntry> {
    let mut said: Vec<TagEntry> = Vec::new();
    for (number, (key, value)) in given.iter().enumerate() {
        let carrier = Carrier::Book(number);
        match known(key, keys::all().filter(|key| *key != "file")) {
            Some(key) => {
                said.retain(|one| one.key != key);
                said.push(TagEntry { key, value: value.clone(), carrier });
            }
            None => problems.push(unknown(
                carrier,
                format!("concbook.listings.files has no key {key:?}"),
                keys::near(key, keys::all()),
            )),
        }
    }
    said
}

fn known(
    word: &str,
    mut all: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    all.find(|one| *one == word)
}

/// The problem of a word that does not exist.
pub(super) fn unknown(carrier: Carrier, message: String, near: Option<&str>) -> Problem {
    let hint = near.map(|near| format!("Did you mean {near}?"));
    Problem { carrier, unknown: true, message, hint }
}
