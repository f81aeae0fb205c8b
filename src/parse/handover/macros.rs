//! Macros of TeX: what a chapter defines outside formulas is known in all chapters behind it.
//!
//! ````text
//! \newcommand{\set}[1]{\{#1\}}      "\\set", and the bytes of the definition
//! $\set{x}$                         uses "\\set"
//! ````

use super::hidden::HiddenBytes;
use std::collections::BTreeSet;
use std::ops::Range;

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Macro {
    /// With its backslash; of an environment the name alone.
    pub name: String,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// pandoc keeps a definition that is there already rather than this one.
    pub yields: bool,
}

/// How a definition goes on behind its command.
#[derive(Clone, Copy)]
enum DefinitionShape {
    /// A macro, optional arguments in brackets, so many groups.
    Command(usize),
    /// An environment, the same.
    Environment,
    /// `\def\name#1#2{…}`.
    Def,
    /// `\let\name=\other`.
    Let,
    /// `\newif\ifname`.
    If,
}

/// The commands, and whether what they define yields to what is there.
const COMMANDS: &[(&str, DefinitionShape, bool)] = &[
    ("newcommand", DefinitionShape::Command(1), true),
    ("renewcommand", DefinitionShape::Command(1), false),
    ("providecommand", DefinitionShape::Command(1), true),
    ("DeclareRobustCommand", DefinitionShape::Command(1), true),
    ("DeclareMathOperator", DefinitionShape::Command(1), true),
    ("newenvironment", DefinitionShape::Environment, true),
    ("renewenvironment", DefinitionShape::Environment, false),
    ("provideenvironment", DefinitionShape::Environment, true),
    ("def", DefinitionShape::Def, false),
    ("gdef", DefinitionShape::Def, false),
    ("edef", DefinitionShape::Def, false),
    ("xdef", DefinitionShape::Def, false),
    ("let", DefinitionShape::Let, false),
    ("newif", DefinitionShape::If, false),
];

/// The definitions in a text, in their order. Those within a formula hold there alone.
pub(super) fn definitions(text: &str, hidden: &HiddenBytes) -> Vec<Macro> {
    let mut found: Vec<Macro> = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('\\').map(|at| from + at) {
        if let Some(end) = hidden.at(at) {
            from = end;
            continue;
        }
        let name = control(&text[at..]);
        from = at + name.len().max(2).min(text.len() - at);
        from = text.ceil_char_boundary(from);
        let Some(one) = definition(text, at, name) else { continue };
        from = one.range.end;
        if !in_formula(&text[..at]) {
            found.push(one);
        }
    }
    found
}

/// Whether what follows on a text stands in a formula, which no blank line is in.
fn in_formula(before: &str) -> bool {
    let paragraph = before.rsplit("\n\n").next().unwrap_or(before);
    let is_inline = paragraph.ends_with('$') && !paragraph.ends_with("\\$");
    is_inline || paragraph.matches("$$").count() % 2 == 1
}

/// The definition that begins with the command at a byte.
fn definition(text: &str, at: usize, command: &str) -> Option<Macro> {
    let (_, shape, yields) =
        COMMANDS.iter().find(|(name, ..)| command.strip_prefix('\\') == Some(name))?;
    let mut cursor = Cursor { text, at: at + command.len() };
    cursor.skip("*");
    let name = match shape {
        DefinitionShape::Command(groups) => {
            let name = cursor.name()?;
            cursor.optional();
            for _ in 0..*groups {
                cursor.group()?;
            }
            name
        }
        DefinitionShape::Environment => {
            let name = cursor.group()?;
            cursor.optional();
            cursor.group()?;
            cursor.group()?;
            name.trim_matches(['{', '}']).trim()
        }
        DefinitionShape::Def => {
            let name = cursor.name()?;
            let open = cursor.rest().find('{')?;
            let parameters = &cursor.rest()[..open];
            if parameters.contains("\n\n") {
                return None;
            }
            cursor.at += open;
            cursor.group()?;
            name
        }
        DefinitionShape::Let => {
            let name = cursor.name()?;
            cursor.skip("=");
            cursor.blanks();
            let other = control(cursor.rest());
            cursor.at += other.len().max(cursor.rest().chars().next()?.len_utf8());
            name
        }
        DefinitionShape::If => cursor.name()?,
    };
    Some(Macro { name: name.to_owned(), range: at..cursor.at, yields: *yields })
}

/// The names of macros and environments that a text uses.
pub(super) fn uses(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices('\\') {
        let name = control(&text[at..]);
        names.insert(name);
        if name == "\\begin"
            && let Some(rest) = text[at + name.len()..].strip_prefix('{')
            && let Some((name, _)) = rest.split_once('}')
        {
            names.insert(name);
        }
    }
    names
}

/// The control sequence that a text begins with, or nothing.
fn control(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('\\') else { return "" };
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    &text[..=letters.max(first)]
}

/// Where a definition is read.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        // A blank line ends a paragraph, and with it a definition.
        if rest[..rest.len() - trimmed.len()].matches('\n').count() < 2 {
            self.at += rest.len() - trimmed.len();
        }
    }

    fn skip(&mut self, text: &str) {
        self.blanks();
        if self.rest().starts_with(text) {
            self.at += text.len();
        }
    }

    /// A control sequence, in braces or not.
    fn name(&mut self) -> Option<&'t str> {
        self.blanks();
        let braced = self.rest().starts_with('{');
        if braced {
            let group = self.group()?;
            let name = group[1..group.len() - 1].trim();
            return (control(name) == name && !name.is_empty()).then_some(name);
        }
        let name = control(self.rest());
        self.at += name.len();
        (!name.is_empty()).then_some(name)
    }

    /// What stands in brackets, as often as it does.
    fn optional(&mut self) {
        loop {
            let at = self.at;
            self.blanks();
            let end = self.rest().strip_prefix('[').and_then(|rest| rest.find(']'));
            let Some(end) = end else {
                self.at = at;
                return;
            };
            self.at += end + 2;
        }
    }

    /// What stands in braces, with them.
    fn group(&mut self) -> Option<&'t str> {
        self.blanks();
        let rest = self.rest();
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' => depth += 1,
                '}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                if at == 0 {
                    return None;
                }
                self.at += at + 1;
                return Some(&rest[..=at]);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use crate::project::Chapter;

    #[test]
    fn definitions_are_found_outside_code_and_formulas() {
        let text = "\\newcommand{\\set}[1]{\\{#1\\}}\n\\def\\two#1#2{#1 {#2}}\n\n\
                    `\\newcommand{\\code}{x}` \\let\\le=\\leq\n\n$$\\newcommand{\\a}{1}\n\
                    \\newcommand{\\b}{2} \\a$$\n\n\\DeclareMathOperator*{\\argmin}{arg\\,min}\n\n\
                    \\newenvironment{thm}[1]\n{\\begin{x}}\n{\\end{x}}\n\n    \\def\\in{x}\n\n\
                    \\newcommand\\open{\n";
        let chapter = Chapter::of_text("a.md", text, Dialect::Pandoc);
        let found = definitions(text, &HiddenBytes::of(&chapter));
        let names: Vec<_> = found.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["\\set", "\\two", "\\le", "\\argmin", "thm"]);
        assert_eq!(&text[found[1].range.clone()], "\\def\\two#1#2{#1 {#2}}");
        assert!(uses("a \\begin{thm}\\x1").is_superset(&BTreeSet::from(["thm", "\\x"])));
    }
}
