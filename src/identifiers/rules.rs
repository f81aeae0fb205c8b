//! What may be wrong with the identifiers of a book. Each rule rather passes over a mistake than
//! blames what is meant so.
//!
//! ```text
//! `readlien()` in a book whose listings have readline     a slip of the finger
//! ```

use super::resemblance::{is_special_slip, slip, words};
use super::scan::Mention;
use super::vocabulary::path;
use super::{Identifier, RuleContext, Treatment};
use crate::finding::{Code, Finding};
use concfilter::filter::noun;
use concfilter::names::known::{self, WordKind};
use std::collections::{BTreeMap, BTreeSet};

/// Applies every rule.
pub(super) fn check(context: &RuleContext<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for mention in context.mentions {
        by_name.entry(&mention.name).or_default().push(mention);
    }
    let mut findings = Vec::new();
    spellings(context, &by_name, &mut findings);
    typos(context, &by_name, &mut findings);
    for mentions in by_name.values() {
        brackets(context, mentions, &mut findings);
        marks(mentions, &mut findings);
    }
    findings
}

fn is_known(context: &RuleContext<'_>, name: &str) -> bool {
    const ALL: [WordKind; 7] = [
        WordKind::Keyword,
        WordKind::Builtin,
        WordKind::Exception,
        WordKind::Module,
        WordKind::Decorator,
        WordKind::Macro,
        WordKind::Dunder,
    ];
    let bare = name.trim_matches('_');
    ALL.into_iter()
        .any(|sort| context.known.is(name, sort) || context.known.is(bare, sort))
}

/// Marked names that no listing has and that are one slip away from one that a listing has.
fn typos(
    context: &RuleContext<'_>,
    by_name: &BTreeMap<&str, Vec<&Mention>>,
    findings: &mut Vec<Finding>,
) {
    let mut parts = BTreeSet::new();
    for (name, _) in context.listed.all() {
        parts.extend(words(name).into_iter().map(str::to_lowercase));
    }
    let is_word = |word: &str| {
        let word = word.to_lowercase();
        parts.contains(&word) || context.words.contains(&word)
    };
    let strangers = context.identifiers.iter().filter(|row| row.marked > 0);
    for row in strangers {
        for written in path(&row.name) {
            if context.listed.has(written) || is_known(context, written) {
                continue;
            }
            let meant = context.listed.all().find(|(name, _)| {
                slip(written, name).is_some_and(|(word, _)| !is_word(word))
            });
            let (meant, of_language) = match meant {
                Some((meant, _)) => (meant.to_owned(), false),
                None => match of_language(context, written, &is_word) {
                    Some(meant) => (meant, true),
                    None => continue,
                },
            };
            let marked = by_name.get(&*row.name).into_iter().flatten();
            for mention in marked.filter(|mention| mention.marked) {
                let message = if of_language {
                    format!("no listing has `{written}`, but its language has `{meant}`")
                } else {
                    format!("no listing has `{written}`, but some have `{meant}`")
                };
                let hint =
                    format!("Write `{}`", mention.written.replace(written, &meant));
                findings.push(
                    Finding::new(Code::IdentifierTypo, mention.place.clone(), message)
                        .hint(hint),
                );
            }
        }
    }
}

/// What Python has between underscores that is an English word, too: the filter does not take those for names.
const SPECIAL: &[&str] = &[
    "annotations",
    "await",
    "bases",
    "builtins",
    "bytes",
    "call",
    "class",
    "complex",
    "contains",
    "copy",
    "deepcopy",
    "delete",
    "dict",
    "enter",
    "exit",
    "file",
    "float",
    "format",
    "future",
    "hash",
    "import",
    "index",
    "instancecheck",
    "invert",
    "main",
    "missing",
    "module",
    "name",
    "next",
    "package",
    "path",
    "prepare",
    "qualname",
    "reduce",
    "reversed",
    "round",
    "slots",
    "subclasses",
    "trunc",
    "version",
    "weakref",
];

/// A keyword of the book's languages, or a name between underscores, that a word is with a slip in it.
fn of_language(
    context: &RuleContext<'_>,
    written: &str,
    is_word: &impl Fn(&str) -> bool,
) -> Option<String> {
    let of = |sort: WordKind| {
        let languages = context.listed.languages.iter();
        languages.flat_map(move |language| known::words(language, sort))
    };
    let inner = written.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    if let Some(inner) = inner {
        let python = context.listed.languages.contains("python");
        let special = SPECIAL.iter().copied().filter(|_| python);
        let mut all = of(WordKind::Dunder).chain(special);
        if all.clone().any(|name| name == inner) {
            return None;
        }
        let meant = all.find(|name| is_special_slip(inner, name))?;
        return Some(format!("__{meant}__"));
    }
    let meant = of(WordKind::Keyword)
        .find(|name| slip(written, name).is_some_and(|(word, _)| !is_word(word)))?;
    Some(meant.to_owned())
}

/// One name of several words in two spellings, of which the listings have at most one.
fn spellings(
    context: &RuleContext<'_>,
    by_name: &BTreeMap<&str, Vec<&Mention>>,
    findings: &mut Vec<Finding>,
) {
    let is_candidate = |row: &&Identifier| {
        path(&row.name).count() == 1 && row.marked > 0 && !is_known(context, &row.name)
    };
    let squeeze = |name: &str| name.replace('_', "").to_lowercase();
    let mut groups: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for row in context.identifiers.iter().filter(is_candidate) {
        groups.entry(squeeze(&row.name)).or_default().insert(&row.name, row.marked);
    }
    for (name, found) in context.listed.all() {
        if let Some(group) = groups.get_mut(&squeeze(name)) {
            group.insert(name, found.count + group.get(name).unwrap_or(&0));
        }
    }
    let is_compound = |group: &BTreeMap<&str, usize>| {
        group.len() > 1 && group.keys().any(|name| words(name).len() > 1)
    };
    for group in groups.values().filter(|group| is_compound(group)) {
        let rank = |name: &&str| (context.listed.has(name), group.get(name).copied());
        let Some(usual) = group.keys().copied().max_by_key(rank) else { continue };
        for odd in group.keys().copied() {
            if odd == usual || context.listed.has(odd) || is_case(odd, usual) {
                continue;
            }
            let mentions = by_name.get(odd).into_iter().flatten();
            for mention in mentions.filter(|mention| mention.marked) {
                let message = format!("`{odd}` is spelt `{usual}` elsewhere");
                findings.push(Finding::new(
                    Code::IdentifierSpelling,
                    mention.place.clone(),
                    message,
                ));
            }
        }
    }
}

/// Names that may both be right: `Serve` is public and `serve` is not, `MAX_SIZE` is constant and
/// `max_size` is not, `gRPC` is a thing and `grpc` the package for it.
fn is_case(one: &str, other: &str) -> bool {
    let first = |name: &str| name.trim_start_matches('_').chars().next();
    let capitals = |name: &str| !name.contains(char::is_lowercase);
    let is_small = |name: &str| first(name).is_some_and(char::is_lowercase);
    let is_word = |name: &str| is_small(name) && words(name).len() < 2;
    first(one) != first(other)
        || capitals(one) != capitals(other)
        || is_word(one)
        || is_word(other)
}

/// Functions without `()` that have them in most places.
fn brackets(
    context: &RuleContext<'_>,
    mentions: &[&Mention],
    findings: &mut Vec<Finding>,
) {
    let marked = || mentions.iter().filter(|mention| mention.marked);
    let with = marked().filter(|mention| mention.written.ends_with("()")).count();
    // `the run function` is the function itself.
    let bare = || {
        marked().filter(|mention| {
            mention.written == mention.name && noun(&mention.next).is_none()
        })
    };
    let Some(first) = mentions.first() else { return };
    // The function itself and its call are two things; who means one mostly writes one.
    if with < 3 || with < 3 * bare().count() {
        return;
    }
    if !context.listed.may_be_called(&first.name) || context.listed.is_value(&first.name)
    {
        return;
    }
    for mention in bare() {
        let name = &mention.name;
        let message = format!("`{name}` is written `{name}()` in {with} other places");
        findings.push(Finding::new(
            Code::IdentifierBrackets,
            mention.place.clone(),
            message,
        ));
    }
}

/// Identifiers that the author marks in most places, where the marks are missing.
fn marks(mentions: &[&Mention], findings: &mut Vec<Finding>) {
    let marked = mentions.iter().filter(|mention| mention.marked).count();
    let bare: Vec<_> = mentions
        .iter()
        .filter(|mention| !mention.marked && mention.set == Treatment::Bold)
        .collect();
    if marked < bare.len() {
        return;
    }
    for mention in bare {
        let message = format!(
            "`{}` has no backticks here, but in {}",
            mention.written,
            if marked == 1 {
                "1 other place".to_owned()
            } else {
                format!("{marked} others")
            },
        );
        findings.push(
            Finding::new(Code::IdentifierUnmarked, mention.place.clone(), message)
                .hint("The filter sets it as an identifier all the same"),
        );
    }
}
