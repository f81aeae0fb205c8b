//! Source code read by its grammar: names that it defines, imports, calls and uses.
//!
//! `tree` reads programs and fragments and tells what each name is; `session` finds what was typed
//! in the record of a console. `pieces` tells keywords, strings, comments and the like apart, for
//! highlighting. `outline` is the tree itself, as a list.

mod comments;
mod fragment;
mod grammar;
pub mod outline;
pub mod pieces;
mod rules;
pub mod session;
pub mod tree;

use unicode_ident::{is_xid_continue, is_xid_start};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A class, struct, union or enum.
    Class,
    /// An interface, a trait, an alias or a parameter for a type.
    Type,
    /// A function that belongs to no class.
    Function,
    /// A function of a class.
    Method,
    /// A macro.
    Macro,
    /// A module, package or namespace.
    Module,
    /// A constant, or one value of an enum.
    Constant,
    /// A variable of a class, struct or object.
    Field,
    /// A parameter of a function.
    Parameter,
    /// Any other variable, and names whose kind the code does not show.
    Variable,
}

/// What the code does with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It is made here.
    Defined,
    /// It comes from another module.
    Imported,
    /// It is called, or an object of it is made.
    Called,
    /// It is mentioned otherwise.
    Used,
}

/// A name at one place of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The name without marks such as `@`, `$` and `r#`.
    pub name: String,
    /// What it stands for.
    pub kind: NameKind,
    /// What is done with it.
    pub role: Role,
    /// Where the name starts in the listing, in bytes.
    pub offset: usize,
}

/// The names of a listing, in the order of its text.
pub type Reading = Vec<Occurrence>;

/// Whether text is a name as Unicode's annex 31 has it, with `_` and `$`, and more than `_`.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let start = |c: char| is_xid_start(c) || c == '_' || c == '$';
    chars.next().is_some_and(start)
        && chars.all(|c| is_xid_continue(c) || c == '$')
        && text.contains(|c: char| c != '_' && c != '$')
}
