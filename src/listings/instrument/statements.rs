//! Statements that write a token, by language: what they are, and where they may stand.

/// How a language writes to its standard output, in the order of all that it wrote before.
pub(super) struct Statements {
    language: &'static str,
    /// The statement, with `@` for the token's escaped text.
    form: &'static str,
    /// The kinds of node in which a statement stands.
    holders: &'static [&'static str],
}

const ALL: &[Statements] = &[
    Statements {
        language: "python",
        // What is buffered is written first, wherever `sys.stdout` leads at the moment.
        form: "[getattr(_, \"flush\", int)() for _ in (__import__(\"sys\").stdout, \
               __import__(\"sys\").__stdout__)], __import__(\"os\").write(1, b\"@\")",
        holders: &["module", "block"],
    },
    Statements {
        language: "javascript",
        form: "process.stdout.write(\"@\");",
        holders: &["program", "statement_block", "switch_case", "switch_default"],
    },
    Statements {
        language: "typescript",
        // Without the types of Node, `process` is no name.
        form: "Reflect.get(globalThis, \"process\").stdout.write(\"@\");",
        holders: &["program", "statement_block", "switch_case", "switch_default"],
    },
    Statements { language: "ruby", form: "STDOUT.write(\"@\")", holders: &["program"] },
    Statements { language: "bash", form: "printf '@'", holders: &["program"] },
    Statements {
        language: "java",
        form: "java.lang.System.out.print(\"@\");",
        holders: &["block", "constructor_body", "switch_block_statement_group"],
    },
    Statements { language: "kotlin", form: "print(\"@\")", holders: &["block"] },
    Statements {
        language: "cs",
        form: "System.Console.Write(\"@\");",
        holders: &["block"],
    },
    Statements {
        language: "go",
        form: "fmt.Print(\"@\")",
        holders: &["block", "statement_list"],
    },
    Statements { language: "rust", form: "::std::print!(\"@\");", holders: &["block"] },
    Statements {
        language: "c",
        form: "fputs(\"@\", stdout);",
        holders: &["compound_statement"],
    },
];

/// C++ has two libraries for it; without either there is no statement.
const CPP: &[(&str, Statements)] = &[
    (
        "iostream",
        Statements {
            language: "cpp",
            // Unformatted, so that a width that is set waits for the next text.
            form: "::std::cout.write(\"@\", sizeof \"@\" - 1);",
            holders: &["compound_statement"],
        },
    ),
    (
        "cstdio",
        Statements {
            language: "cpp",
            form: "::std::fputs(\"@\", stdout);",
            holders: &["compound_statement"],
        },
    ),
    (
        "stdio.h",
        Statements {
            language: "cpp",
            form: "::fputs(\"@\", stdout);",
            holders: &["compound_statement"],
        },
    ),
];

impl Statements {
    /// The statements of a language; `None` where there are none, or where the program lacks what
    /// they need.
    pub(super) fn of(language: &str, code: &str) -> Option<&'static Self> {
        let imports = |name: &str| {
            code.lines().any(|line| {
                let line = line.trim_start();
                line.starts_with('#') && line.contains(&format!("<{name}>"))
            })
        };
        match language {
            "cpp" => CPP.iter().find(|(name, _)| imports(name)).map(|(_, one)| one),
            "c" if !imports("stdio.h") => None,
            "go" if !code
                .lines()
                .any(|line| matches!(line.trim(), "import \"fmt\"" | "\"fmt\"")) =>
            {
                None
            }
            "tsx" => Self::of("typescript", code),
            _ => ALL.iter().find(|one| one.language == language),
        }
    }

    /// The statement that writes a token of printable characters between two control characters.
    pub(super) fn writing(&self, token: &str) -> String {
        let inside = token.trim_matches(['\u{1}', '\u{2}']);
        let (one, two) = match self.language {
            "javascript" | "typescript" | "ruby" | "kotlin" | "cs" => {
                ("\\u0001", "\\u0002")
            }
            "rust" => ("\\u{1}", "\\u{2}"),
            _ => ("\\001", "\\002"),
        };
        self.form.replace('@', &format!("{one}{inside}{two}"))
    }

    /// Whether a statement may stand in some nodes, the nearest first, behind one of the kind
    /// `before` that has this text, and as the last there.
    pub(super) fn may_stand(
        &self,
        holders: &[&str],
        before: Option<&str>,
        text: Option<&str>,
        is_last: bool,
    ) -> bool {
        if !holders.first().is_some_and(|holder| self.holders.contains(holder)) {
            return false;
        }
        // Behind these nothing is ever run, which some compilers refuse.
        let leaves = ["return", "throw", "break", "continue", "goto", "raise", "jump"];
        let text: String = text.unwrap_or_default().split_whitespace().collect();
        if before.is_some_and(|kind| leaves.iter().any(|one| kind.contains(one)))
            || leaves.iter().any(|one| text.starts_with(one))
            || text.starts_with("while(true)")
            || text.starts_with("for(;;)")
        {
            return false;
        }
        // The last expression of a block is its value, but for functions and loops.
        let has_none = ["function_body", "for_statement", "while_statement"];
        self.language != "kotlin"
            || !is_last
            || holders.get(1).is_some_and(|above| has_none.contains(above))
    }
}
