//! Quarto's and knitr's cells, whose language stands in braces: pandoc reads inline code there. They are read
//! as the listings that those tools make of them.
//!
//! ````text
//! ```{python}                  ```python
//! ```{r, echo=FALSE}     ─►    ```{.r .hidden}
//! ````
//!
//! What lines at a cell's head say (`#| eval: false`) is for `concfilter::tags`.

use super::origins::Assembly;
use crate::markdown::Dialect;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A cell's fence, behind what a list or a quote puts before it.
static FENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?P<braces>\{[ \t]*(?P<language>[A-Za-z][A-Za-z0-9_+-]*)(?P<options>[ \t,][^{}\n]*)?\})[ \t]*\r?$")
        .expect("the expression is constant")
});

/// The languages of cells: those of Quarto's engines and of knitr's. Other tools have directives in braces.
const LANGUAGES: &[&str] = &[
    "awk",
    "bash",
    "c",
    "cpp",
    "css",
    "dot",
    "fortran",
    "go",
    "haskell",
    "html",
    "java",
    "javascript",
    "js",
    "julia",
    "mermaid",
    "node",
    "ojs",
    "octave",
    "perl",
    "php",
    "python",
    "r",
    "rcpp",
    "ruby",
    "rust",
    "sas",
    "scala",
    "sed",
    "sh",
    "sql",
    "stan",
    "stata",
    "typescript",
    "zsh",
];

/// Whether a text may have any.
pub(super) fn may_have(text: &str) -> bool {
    ["```{", "~~~{", "``` {", "~~~ {"].iter().any(|sign| text.contains(sign))
        && !edits(text, Dialect::Pandoc).is_empty()
}

/// A text with its cells as pandoc reads them.
pub(super) fn read(text: Assembly, dialect: Dialect) -> Assembly {
    let edits = edits(&text.text, dialect);
    if edits.is_empty() { text } else { text.replaced(&edits) }
}

fn edits(text: &str, dialect: Dialect) -> Vec<(Range<usize>, String)> {
    let has_attributes = !matches!(dialect, Dialect::CommonMark { attributes: false });
    // A fence within another one is text, so all fences are read in their order to know which are.
    let mut open: Option<(char, usize)> = None;
    let mut at = 0;
    let mut edits = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let Some(mark) = bare.chars().next().filter(|c| matches!(c, '`' | '~')) else {
            continue;
        };
        let size = bare.len() - bare.trim_start_matches(mark).len();
        if size < 3 {
            continue;
        }
        match open {
            Some((sign, least)) => {
                if sign == mark && size >= least && bare.len() == size {
                    open = None;
                }
                continue;
            }
            None => open = Some((mark, size)),
        }
        let Some(found) = FENCE.captures(line) else { continue };
        let language = found["language"].to_lowercase();
        if !LANGUAGES.contains(&&*language) {
            continue;
        }
        let braces = found.get(1).map_or(0..0, |braces| braces.range());
        let options = found.name("options").map_or("", |options| options.as_str());
        let marks = marks(options);
        let new = if marks.is_empty() || !has_attributes {
            language
        } else {
            format!("{{.{language}{marks}}}")
        };
        edits.push((start + braces.start..start + braces.end, new));
    }
    edits
}

/// What knitr's options in braces say, as attributes of ours.
fn marks(options: &str) -> String {
    let mut marks = String::new();
    for option in options.split([',', ' ', '\t']) {
        let Some((key, value)) = option.split_once('=') else { continue };
        let value = value.trim_matches(['"', '\'']).to_ascii_lowercase();
        match (key, &*value) {
            ("eval", "false" | "f") => marks.push_str(" .norun reason=\"eval=FALSE\""),
            ("echo" | "include", "false" | "f") if !marks.contains(" .hidden") => {
                marks.push_str(" .hidden");
            }
            ("error", "true" | "t") => marks.push_str(" expect=error"),
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::super::origins::SourceFile;
    use super::*;

    fn of(text: &str, dialect: Dialect) -> Assembly {
        let mut made = Assembly::default();
        let file = SourceFile::new("a.md".into(), "a.md".to_owned(), text.to_owned());
        let own = made.add_file(file);
        made.copy(own, 0..text.len());
        read(made, dialect)
    }

    #[test]
    fn cells_are_what_pandoc_reads() {
        let text = "```{python}\nx\n```\n\n> ~~~ {r label, echo=FALSE, eval=F}\n> y\n> ~~~\n\n\
            ````markdown\n```{python}\n```\n````\n\n```{note}\nz\n```\n\n```{.python}\n```\n";
        let made = of(text, Dialect::Pandoc);
        assert_eq!(
            made.text,
            "```python\nx\n```\n\n> ~~~ {.r .hidden .norun reason=\"eval=FALSE\"}\n> y\n> ~~~\n\n\
             ````markdown\n```{python}\n```\n````\n\n```{note}\nz\n```\n\n```{.python}\n```\n"
        );
        let place =
            |what: &str| made.origins.place(made.text.find(what).unwrap()).to_string();
        assert_eq!(place("x\n"), "a.md:2:1");
        assert_eq!(place("y\n"), "a.md:6:3");
        let plain = of(text, Dialect::CommonMark { attributes: false });
        assert!(plain.text.contains("~~~ r\n"), "{}", plain.text);
        assert!(may_have(text) && !may_have("```{note}\nz\n```\n"));
    }
}
