//! What an identifier is in the languages of a book, beyond what is one in any: Lisp's
//! `*standard-output*`, C's `unsigned int`, Rust's `&mut T`.
//!
//! Only what an author has marked is asked for here, so that a form is enough.

use super::code::{is_identifier, is_type_name};
use super::languages;
use std::collections::BTreeSet;

/// The kinds of languages that have names of a form of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LanguageFamily {
    /// `start_link/2`.
    Beam,
    /// C and its kin: `struct foo`, `int*`, `#include`.
    C,
    /// `--var`, `#id`, `:hover`.
    Css,
    /// `[]byte`, `map[string]int`, `chan int`.
    Go,
    /// A name may hold most signs.
    Lisp,
    /// `x'`, `'a`, `Maybe Int`.
    Ml,
    /// `:name`, `Array#each`.
    Ruby,
    /// `&mut T`, `'static`, `#[derive]`.
    Rust,
    /// `GROUP BY`.
    Sql,
    /// `int[]`.
    Typed,
}

/// The forms that names have in the languages of a book.
#[derive(Debug, Clone, Default)]
pub struct Forms(BTreeSet<LanguageFamily>);

impl Forms {
    /// Those of languages by their names on a fence.
    pub fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut families = BTreeSet::new();
        for language in languages {
            let Some(language) = languages::of_fence(language) else { continue };
            families.extend(family(language.name));
            if matches!(language.name, "elixir" | "erlang" | "prolog") {
                families.insert(LanguageFamily::Beam);
            }
            let (_, signs) = language.syntax.name_characters();
            if signs.contains(['*', '?']) && signs.contains('-') && !language.is_data {
                families.insert(LanguageFamily::Lisp);
            } else if signs.contains('\'') {
                families.insert(LanguageFamily::Ml);
            }
        }
        Self(families)
    }

    /// Whether any of the languages has forms of its own.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether inline code is an identifier in one of the languages.
    pub fn is_identifier(&self, code: &str) -> bool {
        self.0.iter().any(|family| family.is_identifier(code))
    }

    /// Whether a name may have a pointer's `*` before it.
    pub fn have_pointers(&self) -> bool {
        use LanguageFamily::{C, Go, Rust};
        [C, Go, Rust].iter().any(|family| self.0.contains(family))
    }

    /// Whether functions are told by how many arguments they take: `map/2`.
    pub fn have_arity(&self) -> bool {
        self.0.contains(&LanguageFamily::Beam)
    }

    /// Whether a word in capitals is one of SQL's, and the book is about SQL.
    pub fn is_sql(&self, word: &str) -> bool {
        self.0.contains(&LanguageFamily::Sql) && is_sql_word(word)
    }
}

fn family(language: &str) -> Option<LanguageFamily> {
    Some(match language {
        "c" | "cpp" | "objectivec" | "objectivecpp" | "cuda" => LanguageFamily::C,
        "css" | "scss" | "sass" | "less" => LanguageFamily::Css,
        "go" => LanguageFamily::Go,
        "ruby" | "elixir" | "crystal" => LanguageFamily::Ruby,
        "rust" => LanguageFamily::Rust,
        "sql" | "sqlpostgresql" | "sqlmysql" => LanguageFamily::Sql,
        "java" | "cs" | "typescript" | "kotlin" | "d" => LanguageFamily::Typed,
        _ => return None,
    })
}

impl LanguageFamily {
    fn is_identifier(self, code: &str) -> bool {
        match self {
            Self::Beam => is_arity(code),
            Self::C => is_c_type(code) || is_directive(code),
            Self::Css => is_css(code),
            Self::Go => is_go_type(code),
            Self::Lisp => is_symbol(code),
            Self::Ml => is_ml(code),
            Self::Ruby => is_ruby(code),
            Self::Rust => is_rust(code),
            Self::Sql => code.split(' ').all(is_sql_word),
            Self::Typed => code.strip_suffix("[]").is_some_and(is_identifier),
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// `start_link/2`, `Enum.map/2`, `empty?/1`.
fn is_arity(code: &str) -> bool {
    code.rsplit_once('/').is_some_and(|(name, count)| {
        (1..3).contains(&count.len())
            && count.bytes().all(|byte| byte.is_ascii_digit())
            && name.trim_end_matches(['?', '!']).split(['.', ':']).all(is_word)
    })
}

/// `struct foo`, `unsigned int`, `const char *`, `int*`: words of the grammar around one name, and stars.
fn is_c_type(code: &str) -> bool {
    const WORDS: &[&str] = &[
        "auto", "bool", "char", "class", "const", "double", "enum", "extern", "float",
        "inline", "int", "long", "register", "restrict", "short", "signed", "static",
        "struct", "typename", "union", "unsigned", "void", "volatile",
    ];
    let bare = code.trim_end_matches(['*', '&', ' ']);
    let stars = bare.len() < code.len();
    let words: Vec<&str> = bare.split(' ').collect();
    let names = words.iter().filter(|word| !WORDS.contains(word)).count();
    (stars || words.len() > 1)
        && names <= 1
        && words.iter().all(|word| is_type_name(word))
        && (names < words.len() || stars && words.len() == 1)
}

/// `#include`, `#define`.
fn is_directive(code: &str) -> bool {
    const WORDS: &[&str] = &[
        "define", "elif", "else", "endif", "error", "if", "ifdef", "ifndef", "include",
        "line", "pragma", "undef", "warning",
    ];
    code.strip_prefix('#').is_some_and(|word| WORDS.contains(&word))
}

/// `--gap`, `#main`, `.card`, `:hover`, `background-color`.
fn is_css(code: &str) -> bool {
    let vendor = code.starts_with("-webkit-")
        || code.starts_with("-moz-")
        || code.starts_with("-ms-");
    let bare =
        ["--", "#", "::", ":", ".", "@"].iter().find_map(|mark| code.strip_prefix(mark));
    let name = bare.unwrap_or(if vendor { &code[1..] } else { code });
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
    let is_colour =
        code.starts_with('#') && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let known = languages::of_fence("css")
        .is_some_and(|css| css.known().iter().any(|(word, _)| *word == name));
    is_name && !is_colour && (bare.is_some() || vendor || known)
}

/// `[]byte`, `map[string]int`, `chan int`, `*T`.
fn is_go_type(code: &str) -> bool {
    let bare = ["[]", "chan ", "<-chan ", "chan<- ", "..."]
        .iter()
        .find_map(|mark| code.strip_prefix(mark));
    if let Some(bare) = bare {
        return is_go_type(bare) || is_identifier(bare);
    }
    let value = code.strip_prefix("map[").and_then(|rest| rest.split_once(']'));
    value.is_some_and(|(key, value)| {
        is_identifier(key) && (is_go_type(value) || is_identifier(value))
    })
}

/// What Lisp reads as one symbol, with the marks before it: `let*`, `:test`, `#'car`, `&rest`.
fn is_symbol(code: &str) -> bool {
    let bare = ["#'", "'", ":", "&", ",@", "#:", "@"]
        .iter()
        .find_map(|mark| code.strip_prefix(mark))
        .unwrap_or(code);
    let is_sign = |c: char| "*+-/<=>!?&%$~^._:#'".contains(c);
    bare.chars().all(|c| c.is_alphanumeric() || is_sign(c))
        && (bare.chars().any(char::is_alphabetic) || matches!(bare, "1+" | "1-"))
        && !bare.starts_with(['/', '.', '#'])
        && !bare.starts_with("--")
        && !bare.ends_with(['/', '.', ':'])
        && !bare.starts_with(|c: char| c.is_ascii_digit() && !bare.contains(['+', '-']))
        && bare.matches('/').count() < 2
        && !super::is_file(bare)
}

/// `x'`, `'a`, and types of several words: `Maybe Int`, `'a list`, `IO ()`.
fn is_ml(code: &str) -> bool {
    let is_name = |word: &str| {
        let bare = word.trim_end_matches('\'');
        let bare = bare.strip_prefix('\'').unwrap_or(bare);
        bare.split('.').all(is_word)
    };
    let primed = code.contains('\'') && is_name(code);
    let words: Vec<&str> = code.split(' ').collect();
    let is_type = |word: &&str| {
        let word = word.trim_matches(['(', ')', '[', ']']);
        word.is_empty()
            || word.starts_with(|c: char| c.is_uppercase()) && is_name(word)
            || word.len() == 1 && is_word(word)
            || word.starts_with('\'') && is_name(word)
    };
    // `Maybe Int` is a type, `Hello World` may be; nobody marks that as code without quotes.
    let last_is_constructor = words.last().is_some_and(|last| is_word(last))
        && words.len() > 1
        && words[..words.len() - 1]
            .iter()
            .all(|word| word.starts_with('\'') && is_name(word));
    let is_upper = |word: &&str| {
        word.trim_start_matches(['(', '[']).starts_with(|c: char| c.is_uppercase())
    };
    let is_applied =
        words.len() > 1 && words.iter().all(is_type) && words.iter().any(is_upper);
    primed || is_applied || last_is_constructor
}

/// `:name`, `Array#each`, `Foo.bar?`.
fn is_ruby(code: &str) -> bool {
    let bare = code.trim_end_matches(['?', '!', '=']);
    let symbol = bare.strip_prefix(':').is_some_and(is_word);
    let member = bare.split_once(['#', '.']).is_some_and(|(class, method)| {
        class
            .split("::")
            .all(|part| is_word(part) && part.starts_with(|c: char| c.is_uppercase()))
            && is_word(method)
    });
    code.len() <= bare.len() + 1 && (symbol || member) && !super::is_file(code)
}

/// `&mut T`, `*const T`, `dyn Error`, `'static`, `#[derive(Debug)]`, `println!()`, `vec![]`.
fn is_rust(code: &str) -> bool {
    if let Some(inside) = code.strip_prefix("#[").or(code.strip_prefix("#![")) {
        return inside.strip_suffix(']').is_some_and(is_identifier);
    }
    if let Some(name) = code.strip_prefix('\'').or(code.strip_prefix("&'")) {
        let (name, kind) =
            name.split_once(' ').map_or((name, None), |(name, kind)| (name, Some(kind)));
        return is_word(name)
            && kind.is_none_or(|kind| is_rust(kind) || is_identifier(kind));
    }
    if let Some(name) = ["!()", "![]", "!{}", "!(..)", "!(...)", "!(…)"]
        .iter()
        .find_map(|end| code.strip_suffix(end))
    {
        return name.split("::").all(is_word);
    }
    let bare = ["&mut ", "mut ", "*const ", "*mut ", "dyn ", "impl ", "&"]
        .iter()
        .find_map(|mark| code.strip_prefix(mark));
    bare.is_some_and(|bare| {
        !bare.starts_with(' ') && (is_rust(bare) || is_identifier(bare))
    })
}

/// `SELECT`, `GROUP`, `VARCHAR`.
fn is_sql_word(word: &str) -> bool {
    use super::languages::WordClass;
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && languages::of_fence("sql").is_some_and(|sql| {
            matches!(
                sql.word(word),
                Some(WordClass::Keyword | WordClass::Type | WordClass::Constant)
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(languages: &[&str], names: &[&str], others: &[&str]) {
        let forms = Forms::of(languages.iter().copied());
        for name in names {
            assert!(
                forms.is_identifier(name) || is_identifier(name),
                "{languages:?} {name}"
            );
            assert!(
                is_identifier(name) || !Forms::of(["python"]).is_identifier(name),
                "{name}"
            );
        }
        for other in others {
            assert!(!forms.is_identifier(other), "{languages:?} {other}");
        }
    }

    #[test]
    fn languages_have_names_of_their_own() {
        let lisp = [
            "make-instance",
            "*standard-output*",
            ":test",
            "let*",
            "string=?",
            "->vector",
            "#'car",
            "&rest",
            "1+",
            "clojure.string/join",
            "call/cc",
        ];
        check(
            &["lisp"],
            &lisp,
            &["(car x)", "42", "\"a\"", "a b", "/etc/x", "main.lisp", "--flag"],
        );
        check(
            &["css"],
            &[
                "background-color",
                "#main",
                "--gap",
                ".card",
                ":hover",
                "::before",
                "-webkit-box",
                "@media",
            ],
            &["#fff", "left-pad", "1px", "a b", "style.css"],
        );
        check(
            &["c"],
            &[
                "struct foo",
                "unsigned int",
                "int*",
                "const char *",
                "char **",
                "#include",
                "long long",
                "FILE *",
            ],
            &["a * b", "x = 1", "foo bar", "*", "return x", "#foo"],
        );
        check(
            &["rust"],
            &[
                "&mut T",
                "'static",
                "&'a str",
                "#[derive]",
                "#[derive(Debug)]",
                "println!()",
                "vec![]",
                "dyn Error",
                "*const T",
                "Result<(), E>",
                "Box<dyn Error>",
                "&mut self",
            ],
            &["'c' + 1", "vec![1]", "let x", "&& x"],
        );
        check(
            &["go"],
            &["[]byte", "map[string]int", "chan int", "[]*T"],
            &["[]", "x[1]int"],
        );
        check(
            &["haskell"],
            &["x'", "foldl'", "Maybe Int", "IO ()", "Data.Map", "Either String a"],
            &["f x", "x + y"],
        );
        check(&["ocaml"], &["x'", "'a", "'a list", "List.map"], &["let x", "a b"]);
        check(
            &["ruby"],
            &[":name", "Array#each", "empty?", "Foo::Bar#x?", "@count"],
            &["a#b", "x ? y", ":1"],
        );
        check(
            &["elixir"],
            &["start_link/2", "Enum.map/2", "empty?/1"],
            &["1/2", "a/b", "x/123", "-/2"],
        );
        check(
            &["sql"],
            &["GROUP BY", "SELECT", "INNER JOIN", "NOT NULL", "VARCHAR(255)"],
            &["SELECT x", "HELLO WORLD"],
        );
        check(&["java"], &["int[]", "String[]"], &["[]", "a[]b"]);
    }
}
