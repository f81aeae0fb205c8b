//! What pandoc said of the whole book, as findings at the chapters' lines.
//!
//! ````text
//! Citeproc: citation knuth not found               ─►  where a chapter says @knuth
//! Not rendering RawBlock (Format "tex") "\\newpage"  ─►  where a chapter says \newpage
//! ````

use crate::finding::{Code, Finding, Subject};
use crate::pandoc::Message;
use crate::project::Chapter;
use concfilter::error::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Findings of what pandoc said; `place` tells where those are that no chapter says.
pub fn findings(
    messages: &[Message],
    chapters: &[Arc<Chapter>],
    place: &dyn Fn(&str) -> Place,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut unrendered = Unrendered::default();
    for message in messages {
        if let Some(key) = missing_citation(&message.text) {
            found.extend(citations(key, chapters, place(&message.text)));
        } else if let Some((format, text)) = not_rendered(&message.text) {
            unrendered.add(&format, &text, chapters);
        } else {
            found.extend(message.finding(&place(&message.text)));
        }
    }
    found.extend(unrendered.findings(chapters));
    found
}

/// The key of a citation that no bibliography has.
fn missing_citation(text: &str) -> Option<&str> {
    text.strip_prefix("Citeproc: citation ")?.strip_suffix(" not found")
}

/// Whether a key is a cross-reference of Quarto's or of pandoc-crossref's: `sec-intro`, `fig:boat`.
fn is_cross_reference(key: &str) -> bool {
    key.split_once(['-', ':']).is_some_and(|(kind, rest)| {
        !rest.is_empty() && ["sec", "fig", "tbl", "eq", "lst"].contains(&kind)
    })
}

/// A finding for each place that cites a key.
fn citations(key: &str, chapters: &[Arc<Chapter>], place: Place) -> Vec<Finding> {
    let finding = |place| {
        let message = format!("no bibliography has {key:?}");
        Finding::new(Code::CitationMissing, place, message)
            .about(Subject::Citation(key.to_owned()))
            .hint(if is_cross_reference(key) {
                "Readers get the key with question marks; a cross-reference is read by pandoc-crossref, named \
                 before citeproc under filters, or is a link: [text](#name)"
            } else {
                "Readers get the key with question marks; add it to the bibliography"
            })
    };
    let mut found = Vec::new();
    for chapter in chapters {
        let forms = [format!("@{key}"), format!("@{{{key}}}")];
        let mut places: Vec<usize> = forms
            .iter()
            .flat_map(|form| outside_code(chapter, form))
            .filter(|&at| !goes_on(&chapter.text[at..], key))
            // As in an address of mail.
            .filter(|&at| !chapter.text[..at].ends_with(char::is_alphanumeric))
            .collect();
        places.sort_unstable();
        found.extend(places.into_iter().map(|at| finding(chapter.place(at))));
    }
    if found.is_empty() {
        found.push(finding(place));
    }
    found
}

/// Whether a text that begins with a citation has a longer key than this.
fn goes_on(text: &str, key: &str) -> bool {
    let Some(rest) = text.strip_prefix('@').and_then(|text| text.strip_prefix(key))
    else {
        return false;
    };
    let mut rest = rest.chars();
    match rest.next() {
        Some(c) if c.is_alphanumeric() || c == '_' => true,
        // One of these belongs to a key only in its midst.
        Some(c) if ":.#$%&-+?<>~/".contains(c) => {
            rest.next().is_some_and(|c| c.is_alphanumeric() || c == '_')
        }
        _ => false,
    }
}

/// Where a chapter has a text outside of code.
fn outside_code(chapter: &Chapter, wanted: &str) -> Vec<usize> {
    let index = &chapter.index;
    let in_code = |at: &usize| {
        index.codes.iter().any(|code| code.range.contains(at))
            || index.blocks.iter().any(|block| block.range.contains(at))
    };
    let all = chapter.text.match_indices(wanted).map(|(at, _)| at);
    all.filter(|at| !in_code(at)).collect()
}

/// The format and the text of what the ePub leaves out.
fn not_rendered(text: &str) -> Option<(String, String)> {
    let rest = text.strip_prefix("Not rendering Raw")?;
    let rest = rest.strip_prefix("Block ").or_else(|| rest.strip_prefix("Inline "))?;
    let rest = rest.strip_prefix("(Format ")?;
    let (format, rest) = string(rest)?;
    let (text, _) = string(rest.strip_prefix(") ")?)?;
    Some((format, text))
}

/// A string as Haskell writes it, and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                '&' => {}
                digit if digit.is_ascii_digit() => {
                    let mut number = u32::from(digit) - u32::from('0');
                    while let Some((_, digit)) =
                        chars.next_if(|(_, c)| c.is_ascii_digit())
                    {
                        number = number * 10 + u32::from(digit) - u32::from('0');
                    }
                    out.extend(char::from_u32(number));
                }
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    None
}

/// The number of a chapter, a format, a command.
type UnrenderedKind = (usize, String, String);

/// Raw text that the ePub leaves out, together where it is of the same kind.
#[derive(Default)]
struct Unrendered {
    /// By chapter, format and command: where it stands first, and how often.
    found: BTreeMap<UnrenderedKind, (usize, usize)>,
    /// So many of a text are told of already, by chapter.
    reported: BTreeMap<(usize, String), usize>,
}

impl Unrendered {
    /// Adds a text, at its next place in the chapters.
    fn add(&mut self, format: &str, text: &str, chapters: &[Arc<Chapter>]) {
        // Definitions are read by pandoc itself and mean nothing to a reader.
        const DEFINE: &[&str] = &[
            "\\newcommand",
            "\\renewcommand",
            "\\providecommand",
            "\\DeclareMathOperator",
            "\\def\\",
            "\\let\\",
            "\\newenvironment",
            "\\renewenvironment",
            "\\usepackage",
            "%",
        ];
        let text = text.trim();
        let line = text.lines().next().unwrap_or_default().trim_end();
        if line.is_empty() || DEFINE.iter().any(|word| text.starts_with(word)) {
            return;
        }
        for (number, chapter) in chapters.iter().enumerate() {
            let told = self.reported.entry((number, line.to_owned())).or_default();
            let Some((at, _)) = chapter.text.match_indices(line).nth(*told) else {
                continue;
            };
            *told += 1;
            let key = (number, format.to_owned(), command(line));
            let (first, times) = self.found.entry(key).or_insert((at, 0));
            *first = at.min(*first);
            *times += 1;
            return;
        }
    }

    fn findings(self, chapters: &[Arc<Chapter>]) -> Vec<Finding> {
        let finding = |((chapter, format, command), (at, times)): (
            UnrenderedKind,
            (usize, usize),
        )| {
            let chapter = &chapters[chapter];
            let others = match times {
                1 => String::new(),
                2 => ", here and once more".to_owned(),
                times => format!(", here and {} times more", times - 1),
            };
            let message =
                format!("{command} is {format} and is left out of the ePub{others}");
            Finding::new(Code::RawDropped, chapter.place(at), message).hint(
                "Write it as Markdown, or give readers of the ePub something else in its \
                 place, as raw HTML",
            )
        };
        self.found.into_iter().map(finding).collect()
    }
}

/// What raw text begins with, as it is told: a command with its name, else its first words.
fn command(line: &str) -> String {
    if let Some(rest) = line.strip_prefix('\\') {
        let name: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
        let environment =
            rest.strip_prefix("begin{").and_then(|rest| rest.split_once('}'));
        return match environment {
            Some((environment, _)) => format!("\\begin{{{environment}}}"),
            None if name.is_empty() => line.chars().take(2).collect(),
            None => format!("\\{name}"),
        };
    }
    let mut short: String = line.chars().take(30).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::Dialect;
    use crate::pandoc::Level;

    fn told(text: &str, messages: &[&str]) -> Vec<String> {
        let chapter = Arc::new(Chapter::of_text("a.md", text, Dialect::Pandoc));
        let messages: Vec<_> = messages
            .iter()
            .map(|&text| Message { level: Level::Info, text: text.to_owned() })
            .collect();
        let found = findings(&messages, &[chapter], &|_| Place::file("book.yaml"));
        found.iter().map(|found| format!("{}: {}", found.place, found.message)).collect()
    }

    #[test]
    fn cross_references_are_no_sources() {
        for (key, is_one) in [
            ("sec-intro", true),
            ("fig:boat", true),
            ("sec-", false),
            ("knuth-84", false),
        ] {
            assert_eq!(is_cross_reference(key), is_one, "{key}");
        }
    }

    #[test]
    fn a_missing_citation_is_told_wherever_it_is_cited() {
        let text = "@a, `@a`, [see @a; @{a}] @a:b @a. @ab x@a\n";
        let found = told(text, &["Citeproc: citation a not found"]);
        let places: Vec<_> =
            found.iter().map(|one| one.split(": ").next().unwrap()).collect();
        assert_eq!(places, ["a.md:1:1", "a.md:1:16", "a.md:1:20", "a.md:1:31"]);
        let found = told("x", &["Citeproc: citation a not found"]);
        assert_eq!(found, ["book.yaml: no bibliography has \"a\""]);
    }

    #[test]
    fn raw_text_that_is_left_out_is_told_once_a_kind() {
        let text = "x\\index{ä}\n\n\\newpage\n\n\\index{y}\n\n\\newcommand{\\a}{b}\n";
        let of = |kind: &str, text: &str| {
            format!("Not rendering Raw{kind} (Format \"tex\") {text}")
        };
        let messages = [
            of("Inline", r#""\\index{\228}""#),
            of("Block", r#""\\newpage""#),
            of("Block", r#""\\index{y}""#),
            of("Block", r#""\\newcommand{\\a}{b}""#),
        ];
        let messages: Vec<_> = messages.iter().map(String::as_str).collect();
        assert_eq!(
            told(text, &messages),
            [
                "a.md:1:2: \\index is tex and is left out of the ePub, here and once more",
                "a.md:3:1: \\newpage is tex and is left out of the ePub",
            ]
        );
    }
}
