//! What a lexical reader has to know of a language: its comments and its strings.

/// How a language writes what is no code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax {
    /// What begins a comment that ends with the line.
    pub line_comments: &'static [&'static str],
    /// What begins and ends a comment.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// What begins and ends a string, the longest first; whether it may hold line ends, and
    /// whether `\` escapes in it.
    pub strings: &'static [(&'static str, &'static str, bool, bool)],
    /// Whether `'` may begin a lifetime or stand in a number, so that it is a string only where
    /// it ends after one character.
    pub char_quote: bool,
    /// Whether only what is assigned, defined or begins with `$` is a name: the other words are
    /// commands and what they are given.
    pub shell: bool,
    /// Whether a name may end in `?` or `!`.
    pub marked_names: bool,
}

const QUOTED: (&str, &str, bool, bool) = ("\"", "\"", false, true);
const SINGLE: (&str, &str, bool, bool) = ("'", "'", false, true);
const BACKTICK: (&str, &str, bool, bool) = ("`", "`", true, true);

const C: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    strings: &[QUOTED],
    char_quote: true,
    shell: false,
    marked_names: false,
};

const PYTHON: Syntax = Syntax {
    line_comments: &["#"],
    block_comments: &[],
    strings: &[
        ("\"\"\"", "\"\"\"", true, true),
        ("'''", "'''", true, true),
        QUOTED,
        SINGLE,
    ],
    char_quote: false,
    shell: false,
    marked_names: false,
};

/// For languages without an entry: the marks most of them share.
const OTHER: Syntax = Syntax {
    line_comments: &["//", "#", "--", ";;"],
    block_comments: &[("/*", "*/")],
    strings: &[QUOTED],
    char_quote: true,
    shell: false,
    marked_names: false,
};

/// The syntax of a language by its canonical name; `None` for one whose words are no names, as
/// text, data and printed output.
pub(super) fn of(language: Option<&str>) -> Option<Syntax> {
    Some(match language? {
        "python" | "r" | "julia" | "nim" | "gdscript" | "perl" => PYTHON,
        "elixir" => Syntax { marked_names: true, ..PYTHON },
        "ruby" | "crystal" => Syntax {
            block_comments: &[("=begin", "=end")],
            strings: &[QUOTED, SINGLE],
            marked_names: true,
            ..PYTHON
        },
        "rust" => Syntax {
            strings: &[
                ("r##\"", "\"##", true, false),
                ("r#\"", "\"#", true, false),
                ("\"", "\"", true, true),
            ],
            ..C
        },
        "go" => Syntax { strings: &[("`", "`", true, false), QUOTED], ..C },
        "javascript" | "typescript" | "dart" | "php" | "groovy" => {
            Syntax { strings: &[BACKTICK, QUOTED, SINGLE], char_quote: false, ..C }
        }
        "java" | "kotlin" | "scala" | "swift" => {
            Syntax { strings: &[("\"\"\"", "\"\"\"", true, false), QUOTED], ..C }
        }
        "cs" => Syntax {
            strings: &[
                ("\"\"\"", "\"\"\"", true, false),
                ("@\"", "\"", true, false),
                ("\"", "\"", false, true),
            ],
            ..C
        },
        "c" | "cpp" | "objectivec" | "zig" | "d" => C,
        "bash" | "powershell" | "fish" => {
            Syntax { shell: true, strings: &[SINGLE], ..PYTHON }
        }
        "haskell" | "lua" | "sql" | "ada" | "elm" => Syntax {
            line_comments: &["--"],
            block_comments: &[("{-", "-}"), ("--[[", "]]")],
            strings: &[QUOTED],
            char_quote: true,
            shell: false,
            marked_names: false,
        },
        "clojure" | "lisp" | "scheme" | "commonlisp" | "racket" => {
            Syntax { line_comments: &[";"], block_comments: &[("#|", "|#")], ..OTHER }
        }
        "text" | "plain" | "txt" | "output" | "none" | "json" | "yaml" | "toml"
        | "xml" | "html" | "css" | "ini" | "csv" | "markdown" | "latex"
        | "dockerfile" | "makefile" | "http" | "svg" | "log" | "mermaid" | "dot"
        | "graphviz" | "properties" | "gitignore" => {
            return None;
        }
        _ => OTHER,
    })
}
