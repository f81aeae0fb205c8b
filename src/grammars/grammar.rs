//! The grammars, each with the rules that tell what its nodes mean and the wrappers that make a
//! file of a fragment.

use super::pieces::NodeShape;
use super::rules::GrammarRules;
use std::sync::LazyLock;
use tree_sitter::Language;
use tree_sitter_language::LanguageFn;

/// A language that can be read.
pub(super) struct Grammar {
    /// The name as `lang` writes it.
    name: &'static str,
    parser: LanguageFn,
    /// Texts of rules: what the first says about a node wins.
    rules: &'static [&'static str],
    /// What a fragment may stand in, when it is no file.
    pub wrappers: &'static [(&'static str, &'static str)],
}

const C: &str = include_str!("rules/c.rules");
const CPP: &str = include_str!("rules/cpp.rules");
const JAVASCRIPT: &str = include_str!("rules/javascript.rules");
const TYPESCRIPT: &str = include_str!("rules/typescript.rules");

const IN_CLASS: (&str, &str) = ("class X {\n", "\n}");

const GRAMMARS: &[Grammar] = &[
    Grammar {
        name: "bash",
        parser: tree_sitter_bash::LANGUAGE,
        rules: &[include_str!("rules/bash.rules")],
        wrappers: &[],
    },
    Grammar {
        name: "c",
        parser: tree_sitter_c::LANGUAGE,
        rules: &[C],
        wrappers: &[("void x() {\n", "\n}"), ("struct x {\n", "\n};")],
    },
    Grammar {
        name: "cpp",
        parser: tree_sitter_cpp::LANGUAGE,
        rules: &[CPP, C],
        wrappers: &[("class X {\n", "\n};"), ("void x() {\n", "\n}")],
    },
    Grammar {
        name: "cs",
        parser: tree_sitter_c_sharp::LANGUAGE,
        rules: &[include_str!("rules/cs.rules")],
        wrappers: &[IN_CLASS],
    },
    Grammar {
        name: "go",
        parser: tree_sitter_go::LANGUAGE,
        rules: &[include_str!("rules/go.rules")],
        wrappers: &[
            ("type x struct {\n", "\n}"),
            ("func x() {\n", "\n}"),
            ("type x interface {\n", "\n}"),
        ],
    },
    Grammar {
        name: "java",
        parser: tree_sitter_java::LANGUAGE,
        rules: &[include_str!("rules/java.rules")],
        wrappers: &[IN_CLASS, ("class X { void x() {\n", "\n}}")],
    },
    Grammar {
        name: "javascript",
        parser: tree_sitter_javascript::LANGUAGE,
        rules: &[JAVASCRIPT],
        wrappers: &[IN_CLASS, ("({\n", "\n})")],
    },
    Grammar {
        name: "kotlin",
        parser: tree_sitter_kotlin_ng::LANGUAGE,
        rules: &[include_str!("rules/kotlin.rules")],
        wrappers: &[IN_CLASS],
    },
    Grammar {
        name: "python",
        parser: tree_sitter_python::LANGUAGE,
        rules: &[include_str!("rules/python.rules")],
        wrappers: &[("if x:\n pass\n", ""), ("try:\n pass\n", "")],
    },
    Grammar {
        name: "ruby",
        parser: tree_sitter_ruby::LANGUAGE,
        rules: &[include_str!("rules/ruby.rules")],
        wrappers: &[],
    },
    Grammar {
        name: "rust",
        parser: tree_sitter_rust::LANGUAGE,
        rules: &[include_str!("rules/rust.rules")],
        wrappers: &[
            ("struct X {\n", "\n}"),
            ("impl X {\n", "\n}"),
            ("fn x() { match x {\n", "\n}}"),
        ],
    },
    Grammar {
        name: "typescript",
        parser: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        rules: &[TYPESCRIPT, JAVASCRIPT],
        wrappers: &[IN_CLASS, ("({\n", "\n})")],
    },
    // The same language with markup in it, in which `<T>x` is no type assertion.
    Grammar {
        name: "tsx",
        parser: tree_sitter_typescript::LANGUAGE_TSX,
        rules: &[TYPESCRIPT, JAVASCRIPT],
        wrappers: &[IN_CLASS],
    },
];

/// A grammar made ready on first use: a book needs one or two of them.
pub(super) struct LoadedGrammar {
    pub language: Language,
    pub rules: GrammarRules,
    /// What each kind of node looks like, by its number.
    pub shapes: Vec<NodeShape>,
    pub grammar: &'static Grammar,
}

/// The grammar of a language; `None` for one that has none.
pub(super) fn of(name: &str) -> Option<&'static LoadedGrammar> {
    type Slot = LazyLock<LoadedGrammar, Box<dyn Fn() -> LoadedGrammar + Send + Sync>>;
    static READY: LazyLock<Vec<Slot>> = LazyLock::new(|| {
        let slot = |grammar: &'static Grammar| -> Slot {
            LazyLock::new(Box::new(move || {
                let language = Language::from(grammar.parser);
                let rules = GrammarRules::read(grammar.rules, &language);
                let shapes = NodeShape::all(&language);
                LoadedGrammar { language, rules, shapes, grammar }
            }))
        };
        GRAMMARS.iter().map(slot).collect()
    });
    let at = GRAMMARS.iter().position(|grammar| grammar.name == name)?;
    READY.get(at).map(|slot| &**slot)
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    #[test]
    fn grammars_have_their_tables_compressed() {
        let lock = include_str!("../../Cargo.lock");
        let packages = lock.split("[[package]]");
        let is_grammar = |package: &&str| {
            package.contains("name = \"tree-sitter-")
                && !package.contains("-language\"\nv")
        };
        let grammars: Vec<&str> = packages.filter(is_grammar).collect();
        // One crate has TypeScript and what it calls TSX.
        assert_eq!(grammars.len(), GRAMMARS.len() - 1);
        for grammar in grammars {
            assert!(!grammar.contains("source = "), "not of vendor/:{grammar}");
        }
    }

    #[test]
    fn rules_name_nodes_that_exist() {
        for grammar in GRAMMARS {
            let language = Language::from(grammar.parser);
            // The second text is shared with another grammar, which has other nodes too.
            let own = &grammar.rules[..1];
            let unknown = rules::unknown(own, &language);
            assert_eq!(unknown, Vec::<String>::new(), "{}", grammar.name);
        }
    }
}
