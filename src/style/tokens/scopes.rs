//! Reads a listing by expressions, line by line: for languages without a grammar, and for what
//! does not parse.
//!
//! The expressions are those of Sublime Text's editors, which name what they find by scopes such
//! as `keyword.control.loop`. They are slower than a grammar and need nothing to be whole.

use super::{Class, Token};
use std::sync::LazyLock;
use syntect::parsing::{
    ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet,
};

/// A line that is longer was written by a program, and would take long.
const LONGEST_LINE: usize = 4_000;

/// What a longer listing holds is data.
const LONGEST: usize = 1 << 17;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What scopes mean, by what they begin with: the first that fits decides. `None` ends the
/// search at what is plain inside something else.
const MEANINGS: &[(&str, Option<Class>)] = &[
    ("comment", Some(Class::Co)),
    ("punctuation.definition.comment", Some(Class::Co)),
    ("constant.character.escape", Some(Class::Sc)),
    ("constant.other.placeholder", Some(Class::Sc)),
    ("meta.interpolation", None),
    ("punctuation.section.interpolation", Some(Class::Sc)),
    ("string.unquoted.heredoc", Some(Class::St)),
    ("string.unquoted", None),
    ("string", Some(Class::St)),
    ("punctuation.definition.string", Some(Class::St)),
    ("keyword.operator.assignment", None),
    ("keyword.operator.word", Some(Class::Kw)),
    ("keyword.operator.logical.python", Some(Class::Kw)),
    ("keyword.operator", None),
    ("keyword.name.ini", Some(Class::At)),
    ("keyword.other.unit", Some(Class::Dv)),
    ("keyword", Some(Class::Kw)),
    ("storage.type.numeric", Some(Class::Dv)),
    ("storage.type.primitive", Some(Class::Dt)),
    ("storage.type.buildin", Some(Class::Dt)),
    ("storage", Some(Class::Kw)),
    ("variable.language", Some(Class::Kw)),
    ("variable.annotation", Some(Class::At)),
    ("constant.numeric", Some(Class::Dv)),
    ("constant.language", Some(Class::Dv)),
    ("constant", Some(Class::Dv)),
    ("entity.name.function", Some(Class::Fu)),
    ("support.function", Some(Class::Fu)),
    ("variable.function", Some(Class::Fu)),
    ("entity.type.function", Some(Class::Fu)),
    ("entity.name.tag.yaml", Some(Class::At)),
    ("entity.name.tag.toml", Some(Class::At)),
    ("entity.name.tag", Some(Class::Kw)),
    ("entity.name.table", Some(Class::Kw)),
    ("entity.section", Some(Class::Kw)),
    ("entity.other.attribute-name", Some(Class::At)),
    ("support.type.property-name", Some(Class::At)),
    ("meta.property-name", Some(Class::At)),
    ("entity.other.inherited-class", Some(Class::Dt)),
    ("entity.name.section", Some(Class::Kw)),
    ("entity.name.label", Some(Class::At)),
    ("entity.name.namespace", None),
    ("entity.name", Some(Class::Dt)),
    ("support.type", Some(Class::Dt)),
    ("support.class", Some(Class::Dt)),
    ("support.constant", Some(Class::Dv)),
    ("markup.heading", Some(Class::Kw)),
    ("markup.inserted", Some(Class::St)),
    ("markup.deleted", Some(Class::Al)),
    ("markup.raw", Some(Class::St)),
    ("meta.diff.header", Some(Class::At)),
    ("meta.diff.range", Some(Class::Pp)),
    ("meta.annotation", Some(Class::At)),
    ("meta.preprocessor", Some(Class::Pp)),
    // Code inside a string is code.
    ("source", None),
];

/// Languages by the names that authors write, where the syntaxes know them by another.
const ALIASES: &[(&str, &str)] = &[
    ("commonlisp", "lisp"),
    ("fortran", "f90"),
    ("fsharp", "f#"),
    ("handlebars", "html"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("objectivec", "objective-c"),
    ("scheme", "lisp"),
];

static SCOPES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let read = |&(name, class): &(&str, _)| Some((Scope::new(name).ok()?, class));
    MEANINGS.iter().filter_map(read).collect()
});

/// A name in JSON, which is a string elsewhere.
static KEY: LazyLock<Scope> =
    LazyLock::new(|| Scope::new("meta.mapping.key.json").unwrap_or_default());

static STORED: LazyLock<Scope> =
    LazyLock::new(|| Scope::new("storage.type").unwrap_or_default());

/// The tokens of a listing, in their order; none for a language that is not known.
pub(super) fn read(language: &str, code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let Some(syntax) = syntax(language).filter(|_| code.len() <= LONGEST) else {
        return tokens;
    };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut offset = 0;
    for line in code.split_inclusive('\n') {
        // The expressions want an end on every line.
        let text =
            if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        if line.len() > LONGEST_LINE {
            break;
        }
        let Ok(changes) = state.parse_line(&text, &SYNTAXES) else { break };
        let mut at = 0;
        for (next, change) in
            changes.into_iter().chain([(line.len(), ScopeStackOp::Noop)])
        {
            let next = next.min(line.len());
            if next > at {
                let class = class(&stack, &line[at..next]);
                add(&mut tokens, offset + at..offset + next, class);
                at = next;
            }
            if stack.apply(&change).is_err() {
                return tokens;
            }
        }
        offset += line.len();
    }
    tokens
}

/// Whether there are expressions for a language.
pub(super) fn knows(language: &str) -> bool {
    syntax(language).is_some()
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let known = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(language));
    SYNTAXES.find_syntax_by_token(known.map_or(language, |(_, name)| name))
}

/// What the innermost scope that means something says of a text.
fn class(stack: &ScopeStack, text: &str) -> Option<Class> {
    let meaning = |scope: &Scope| {
        SCOPES.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|found| found.1)
    };
    match stack.scopes.iter().rev().find_map(meaning).flatten()? {
        Class::St if stack.scopes.iter().any(|scope| KEY.is_prefix_of(*scope)) => {
            Some(Class::At)
        }
        // Some syntaxes call arrows and the like keywords; they look like operators.
        Class::Kw
            if !text.contains(|c: char| {
                c.is_alphanumeric() || c.is_whitespace() || c == '#'
            }) =>
        {
            None
        }
        // And types the words that begin their definition.
        Class::Kw
            if text.starts_with(char::is_uppercase)
                && stack.scopes.last().is_some_and(|last| STORED.is_prefix_of(*last)) =>
        {
            Some(Class::Dt)
        }
        class => Some(class),
    }
}

/// Adds a stretch, to the one before where both are the same.
fn add(tokens: &mut Vec<Token>, range: std::ops::Range<usize>, class: Option<Class>) {
    let Some(class) = class else { return };
    match tokens.last_mut() {
        Some((last, known)) if *known == class && last.end == range.start => {
            last.end = range.end;
        }
        _ => tokens.push((range, class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(language: &str, code: &str) -> String {
        let say = |(range, class): Token| format!("{}={}", &code[range], class.name());
        read(language, code).into_iter().map(say).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn settings_and_markup_are_read() {
        for (language, code, expected) in [
            ("json", "{\"a\": [1, null, \"x\"]}", "\"a\"=at 1=dv null=dv \"x\"=st"),
            ("yaml", "a: b # c\nd: 1", "a=at # c\n=co d=at 1=dv"),
            ("toml", "[p]\nn = \"x\"", "p=kw n=at \"x\"=st"),
            ("ini", "[p]\nn=1", "p=kw n=at 1=st"),
            ("html", "<p class=\"a\">x</p>", "p=kw class=at \"a\"=st p=kw"),
            ("css", ".b { color: red }", ".b=at color=at red=dv"),
            ("diff", "@@ -1 @@\n-x\n+y", "@@ -1 @@\n=pp -x\n=al +y=st"),
            ("markdown", "# H\n\n`b`", "# H\n=kw `b`=st"),
        ] {
            assert_eq!(said(language, code), expected, "{language}");
        }
    }

    #[test]
    fn programs_are_read() {
        for (language, code, expected) in [
            ("sql", "SELECT a FROM t WHERE b = 'x'", "SELECT=kw FROM=kw WHERE=kw 'x'=st"),
            ("haskell", "f :: Int -> a\nf x = show 1", "f=fu Int=dt 1=dv"),
            ("swift", "func f() -> Int { 1 } // c", "func=kw f=fu Int=dt 1=dv // c=co"),
            ("elixir", "def f(a), do: :ok", "def=kw f=fu do:=dv :ok=dv"),
            ("scala", "def f(a: Int) = 1", "def=kw f=fu Int=dt 1=dv"),
            ("lua", "local x = print(nil)", "local=kw print=fu nil=dv"),
            ("r", "f <- function(x) mean(x)", "f=fu function=kw mean=fu"),
            ("php", "<?php return strlen(\"x\");", "return=kw strlen=fu \"x\"=st"),
            ("dockerfile", "FROM a\nRUN b # c", "FROM=kw RUN =kw"),
            ("fsharp", "let f x = 1", "let=kw 1=dv"),
            ("klingon", "x", ""),
        ] {
            assert_eq!(said(language, code), expected, "{language}");
        }
    }
}
