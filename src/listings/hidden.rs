//! Lines of a listing that its page leaves out and its program has, as mdBook and rustdoc write them.
//!
//! ````text
//! ```rust              page          program
//! # fn main() {                        fn main() {
//! run();               run();        run();
//! # }                                  }
//! ##[x]                #[x]           #[x]
//! ```
//! ````
//!
//! In a program of Rust's, blanks take the place of the sign, so that columns stay what they are.

use crate::grammars::outline;
use crate::markdown::Block;

/// A listing with hidden lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Its text on the page.
    pub page: String,
    /// Its text as a program, line for line.
    pub program: String,
    /// The lines that are hidden, from 0.
    pub lines: Vec<usize>,
}

/// A line of a listing.
enum PageLine {
    Shown(String),
    Hidden(String),
}

impl Hidden {
    /// The listing that a block is; `None` where no line of it is hidden. `signs` are those of languages whose
    /// fences name none.
    pub(super) fn read(
        language: Option<&str>,
        block: &Block,
        signs: &[(String, String)],
    ) -> Option<Self> {
        let of_language = signs.iter().find(|(name, _)| Some(&**name) == language);
        let of_language = of_language.map(|(_, sign)| &**sign);
        if let Some(sign) = own_sign(&block.info).or(of_language) {
            return Self::of(&block.code, |line| with_sign(line, sign));
        }
        if language != Some("rust") || !block.code.contains('#') {
            return None;
        }
        let all = Self::of(&block.code, of_rust)?;
        // In a string a line may begin so and mean itself.
        let texts = texts(&all.program);
        let mut at = 0;
        let keeps: Vec<bool> = all
            .program
            .split_inclusive('\n')
            .map(|line| {
                let start = at;
                at += line.len();
                texts.iter().any(|text| text.start < start && start < text.end)
            })
            .collect();
        let mut number = 0;
        Self::of(&block.code, |line| {
            number += 1;
            if keeps.get(number - 1) == Some(&true) { None } else { of_rust(line) }
        })
    }

    /// A text, where `read` changes a line of it.
    fn of(code: &str, mut read: impl FnMut(&str) -> Option<PageLine>) -> Option<Self> {
        let (mut page, mut program, mut is_changed) =
            (String::new(), String::new(), false);
        let mut lines = Vec::new();
        for (number, line) in code.lines().enumerate() {
            let own = read(line);
            is_changed |= own.is_some();
            match own {
                Some(PageLine::Hidden(text)) => {
                    program.extend([&*text, "\n"]);
                    lines.push(number);
                }
                Some(PageLine::Shown(text)) => {
                    program.extend([&*text, "\n"]);
                    page.extend([&*text, "\n"]);
                }
                None => {
                    program.extend([line, "\n"]);
                    page.extend([line, "\n"]);
                }
            }
        }
        is_changed.then_some(Self { page, program, lines })
    }
}

/// A line as rustdoc reads it; `None` for one that stays as it is.
fn of_rust(line: &str) -> Option<PageLine> {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    if let Some(rest) = text.strip_prefix("##") {
        return Some(PageLine::Shown(format!("{indent}#{rest}")));
    }
    let rest = text.strip_prefix("# ").or_else(|| (text == "#").then_some(""))?;
    let sign = " ".repeat(text.len() - rest.len());
    Some(PageLine::Hidden(format!("{indent}{sign}{rest}")))
}

/// A line in a listing whose fence names a sign of its own.
fn with_sign(line: &str, sign: &str) -> Option<PageLine> {
    let text = line.trim_start();
    let rest = text.strip_prefix(sign)?;
    Some(PageLine::Hidden(format!("{}{rest}", &line[..line.len() - text.len()])))
}

/// The sign that a fence names: `python,hidelines=~`.
fn own_sign(info: &str) -> Option<&str> {
    let words = info.split([',', ' ', '{', '}']);
    words.filter_map(|word| word.strip_prefix("hidelines=")).find(|sign| !sign.is_empty())
}

/// The bytes of the strings and comments of a program of Rust's, where they go over several lines.
fn texts(code: &str) -> Vec<std::ops::Range<usize>> {
    let nodes = outline::of("rust", code).unwrap_or_default();
    let is_text = |kind: &str| kind.contains("string") || kind.contains("comment");
    let texts = nodes.into_iter().filter(|node| is_text(node.kind));
    texts
        .map(|node| node.bytes)
        .filter(|bytes| code[bytes.clone()].trim_end().contains('\n'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{Dialect, Index};

    fn of(info: &str, code: &str) -> Option<(String, String)> {
        let text = format!("```{info}\n{code}```\n");
        let dialect = Dialect::CommonMark { attributes: false };
        let block = Index::read(&text, dialect).blocks.remove(0);
        let language = info.split(',').next();
        Hidden::read(language, &block, &[]).map(|one| (one.page, one.program))
    }

    #[test]
    fn lines_are_hidden_as_rustdoc_hides_them() {
        let code = "# use x::y;\n#[test]\n    # let a = 1;\n#\n##[a] x\n#![b]\ny();\n";
        let (page, program) = of("rust,ignore", code).unwrap();
        assert_eq!(page, "#[test]\n#[a] x\n#![b]\ny();\n");
        assert_eq!(
            program,
            "  use x::y;\n#[test]\n      let a = 1;\n \n#[a] x\n#![b]\ny();\n"
        );
        assert_eq!(of("rust", "#[test]\nfn a() {}\n"), None);
        assert_eq!(of("python", "# a\nx\n"), None);
    }

    #[test]
    fn a_sign_may_be_the_books() {
        let text = "```python\n~import a\nb\n```\n";
        let dialect = Dialect::CommonMark { attributes: false };
        let block = Index::read(text, dialect).blocks.remove(0);
        let signs = [("python".to_owned(), "~".to_owned())];
        let read = |language| Hidden::read(Some(language), &block, &signs);
        assert_eq!(read("python").map(|one| one.page), Some("b\n".to_owned()));
        assert_eq!(read("ruby"), None);
    }

    #[test]
    fn a_line_of_a_string_means_itself() {
        let code =
            "# fn main() {\nlet a = r#\"\n# Title\n## Two\n\"#;\n/*\n# b\n*/\n# }\n";
        let (page, program) = of("rust", code).unwrap();
        assert_eq!(page, "let a = r#\"\n# Title\n## Two\n\"#;\n/*\n# b\n*/\n");
        assert!(program.starts_with("  fn main() {\nlet a = r#\"\n# Title\n"));
        assert_eq!(of("rust", "let a = r#\"\n# Title\n\"#;\n"), None);
    }

    #[test]
    fn a_fence_may_name_its_sign() {
        let (page, program) =
            of("python,hidelines=~", "~import a\nif b:\n  ~a()\n  c\n").unwrap();
        assert_eq!(page, "if b:\n  c\n");
        assert_eq!(program, "import a\nif b:\n  a()\n  c\n");
    }
}
