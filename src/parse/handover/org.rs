//! What one chapter of Org defines for the others.
//!
//! ````text
//! #+MACRO: greet Hello $1     {{{greet(Ann)}}}, in the chapters behind it
//! #+LINK: wp https://w.org/   [[wp:Org]], in the chapters behind it
//! <<place>>                   [[place]]
//! [fn:1] A note.              [fn:1]
//! ````

use std::collections::BTreeMap;

/// What a chapter defines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Definitions {
    /// Lines of macros and of link abbreviations, each with what its use holds.
    pub keywords: Vec<(String, String)>,
    /// The names of places.
    pub places: Vec<String>,
    /// Notes by their labels, as they are written.
    pub notes: BTreeMap<String, String>,
}

/// The definitions in a text.
pub(super) fn definitions(text: &str) -> Definitions {
    let mut found = Definitions::default();
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if let Some((keyword, rest)) =
            line.trim_start().strip_prefix("#+").and_then(|line| line.split_once(':'))
        {
            let name = rest.split_whitespace().next().unwrap_or_default();
            let used = match &*keyword.to_lowercase() {
                "macro" => format!("{{{{{{{name}"),
                "link" => format!("[[{name}:"),
                _ => continue,
            };
            found.keywords.push((used, format!("{line}\n")));
        } else if let Some((label, _)) =
            line.strip_prefix("[fn:").and_then(|rest| rest.split_once(']'))
        {
            let more = lines[number + 1..].iter();
            let more = more.take_while(|one| {
                !one.is_empty() && !one.starts_with("[fn:") && !one.starts_with('*')
            });
            let written: Vec<_> = std::iter::once(line).chain(more).copied().collect();
            found.notes.entry(label.to_owned()).or_insert(written.join("\n") + "\n");
        }
        let mut rest = *line;
        while let Some((name, behind)) =
            rest.split_once("<<").and_then(|(_, rest)| rest.split_once(">>"))
        {
            if !name.starts_with('<') {
                found.places.push(name.to_owned());
            }
            rest = behind;
        }
    }
    found
}

/// Whether a text may refer to a place.
pub(super) fn uses_place(text: &str, name: &str) -> bool {
    text.contains(&format!("[[{name}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found() {
        let text = "#+MACRO: greet Hello $1\n#+link: wp https://w/\n* H\n<<a b>> x <<c>>\n\n\
                    [fn:1] One\nmore\n\n[fn:x] Two\n";
        let found = definitions(text);
        assert_eq!(found.places, ["a b", "c"]);
        assert_eq!(found.notes["1"], "[fn:1] One\nmore\n");
        let used: Vec<_> = found.keywords.iter().map(|one| &*one.0).collect();
        assert_eq!(used, ["{{{greet", "[[wp:"]);
        assert!(uses_place("[[a b][x]]", "a b") && !uses_place("[[a]]", "a b"));
    }
}
