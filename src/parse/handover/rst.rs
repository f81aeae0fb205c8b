//! What one chapter of reStructuredText defines for the others.
//!
//! ````text
//! .. _name: a.html          name_
//! .. |short| replace:: x    |short|
//! .. [1] A note.            [1]_
//! .. role:: key             :key:`x`
//! Heading                   Heading_
//! =======
//! ````

use std::collections::BTreeMap;

/// A definition: by what it is referred to, how it is written, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    /// As it is written, to stand behind the text.
    Written(String),
    /// As it is written, to stand before the text.
    Before(String),
    /// A place in the chapter, to which a link leads by this name.
    Place(String),
}

/// The definitions in a text, by what they are called where they are referred to: `name_`, `|name|`,
/// `[name]_`, `:name:`.
pub(super) fn definitions(text: &str) -> BTreeMap<String, Definition> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix(".. ") {
            let count = 1 + lines[number + 1..]
                .iter()
                .take_while(|one| one.starts_with(' '))
                .count();
            let written = lines[number..number + count].join("\n") + "\n";
            if let Some((name, one)) = directive(rest.trim_start(), written) {
                found.entry(name).or_insert(one);
            }
        } else if number > 0 && is_underline(line, lines[number - 1]) {
            let title = lines[number - 1].trim();
            found
                .entry(format!("{}_", key(title)))
                .or_insert(Definition::Place(title.to_owned()));
        }
    }
    found
}

fn directive(rest: &str, written: String) -> Option<(String, Definition)> {
    if let Some(rest) = rest.strip_prefix('_') {
        let (name, rest) = match rest.strip_prefix('`') {
            Some(quoted) => quoted.split_once("`:")?,
            None => rest.split_once(':')?,
        };
        let is_place = rest.trim().is_empty() && written.lines().count() == 1;
        let one = if is_place {
            Definition::Place(name.to_owned())
        } else {
            Definition::Written(written)
        };
        return (name != "_").then(|| (format!("{}_", key(name)), one));
    }
    if let Some((name, _)) = rest.strip_prefix('|').and_then(|rest| rest.split_once('|'))
    {
        return Some((format!("|{}|", key(name)), Definition::Written(written)));
    }
    if let Some((name, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
    {
        // `[#]` and `[*]` number themselves, and belong to the reference in their text.
        let is_anonymous = matches!(name, "#" | "*");
        return (!is_anonymous)
            .then(|| (format!("[{}]_", key(name)), Definition::Written(written)));
    }
    let name = rest.strip_prefix("role::")?.split('(').next()?.trim();
    Some((format!(":{name}:"), Definition::Before(written)))
}

/// Whether a text may refer to what is called so.
pub(super) fn uses(text: &str, name: &str) -> bool {
    match name.strip_suffix('_').filter(|name| !name.starts_with('[')) {
        Some(name) => [format!("{name}_"), format!("`{name}`_"), format!("<{name}_>`_")]
            .iter()
            .any(|one| text.contains(one.as_str())),
        None => text.contains(name),
    }
}

/// A text in which names are looked up: their case and their blanks make no difference.
pub(super) fn key(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a line underlines the one above it.
fn is_underline(line: &str, above: &str) -> bool {
    let line = line.trim_end();
    let first = line.chars().next();
    first.is_some_and(|first| {
        first.is_ascii_punctuation()
            && line.chars().all(|c| c == first)
            && line.len() > 1
            && !above.trim().is_empty()
            && !above
                .starts_with(|c: char| c.is_ascii_punctuation() && !"`*|".contains(c))
            && line.chars().count() >= above.trim_end().chars().count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found() {
        let text = "One\n===\n\n.. _A b: http://x\n.. _`c: d`:\n   http://y\n.. _place:\n\n\
                    .. |s| replace:: S\n   more\n.. [1] note\n.. role:: own(code)\n.. note:: no\n";
        let found = definitions(text);
        let names: Vec<_> = found.keys().map(String::as_str).collect();
        assert_eq!(names, [":own:", "[1]_", "a b_", "c: d_", "one_", "place_", "|s|"]);
        assert_eq!(found["place_"], Definition::Place("place".to_owned()));
        assert_eq!(
            found["|s|"],
            Definition::Written(".. |s| replace:: S\n   more\n".to_owned())
        );
        assert!(
            uses("see `a b`_", "a b_") && uses("[1]_", "[1]_") && !uses("[1]", "[1]_")
        );
    }
}
