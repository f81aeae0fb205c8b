//! Nouns that say what the name before them is.

/// Nouns behind a name that say what it is: `the next method`, `a with block`. What an author
/// marks before one of them is not the word's other meaning.
const NOUNS: &[&str] = &[
    "argument",
    "arguments",
    "attribute",
    "attributes",
    "block",
    "blocks",
    "class",
    "classes",
    "command",
    "constructor",
    "decorator",
    "enum",
    "event",
    "exception",
    "exceptions",
    "expression",
    "expressions",
    "field",
    "fields",
    "function",
    "functions",
    "instance",
    "instances",
    "interface",
    "interfaces",
    "keyword",
    "keywords",
    "loop",
    "loops",
    "macro",
    "macros",
    "method",
    "methods",
    "module",
    "modules",
    "object",
    "objects",
    "operator",
    "operators",
    "option",
    "options",
    "package",
    "packages",
    "parameter",
    "parameters",
    "properties",
    "property",
    "statement",
    "statements",
    "struct",
    "structs",
    "trait",
    "traits",
    "type",
    "types",
    "value",
    "values",
    "variable",
    "variables",
    "variant",
    "variants",
];

/// The word itself where it is such a noun.
pub fn noun(word: &str) -> Option<&'static str> {
    NOUNS.binary_search(&word).ok().and_then(|at| NOUNS.get(at)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_sorted_to_be_searched() {
        assert!(NOUNS.is_sorted());
        assert_eq!(noun("blocks"), Some("blocks"));
    }
}
