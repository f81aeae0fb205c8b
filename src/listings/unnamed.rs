//! Blocks that are run though they name no file: which, under what path, and what rustdoc puts around them.
//!
//! ````text
//! # book.yaml: listings: {run: all}
//! ```rust                           03_types/block_7.rs, the seventh block of its chapter
//! let x: u8 = "1".parse()?;    ─►   fn main() { fn _inner() -> … { let x: u8 = "1".parse()?;
//! # Ok::<(), Error>(())               Ok::<(), Error>(())
//! ```                               } _inner().unwrap() }
//! ````

use super::set::{Listing, ListingKind, Program};
use super::{prompts, run};
use crate::markdown::Block;
use crate::project::Manifest;
use concfilter::error::{Error, Result};
use concfilter::lang;
use concfilter::settings::{LanguageSelection, Listings as Settings};
use globset::{GlobBuilder, GlobMatcher};
use regex::Regex;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// What `book.yaml` says of blocks without a name.
pub(super) struct Unnamed {
    run: Vec<LanguageSelection>,
    session: Vec<LanguageSelection>,
    /// The languages that the author has commands for.
    commands: Vec<String>,
    globs: BTreeMap<String, GlobMatcher>,
}

/// Programs that several blocks may make, by their chapter and their language.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// The one of the block before.
    pub last: BTreeMap<(usize, String), usize>,
    /// Those with a name, and the chapter's own.
    pub named: BTreeMap<((usize, String), Option<String>), usize>,
}

/// What is run of a block without a name.
#[derive(Debug)]
pub(super) struct UnnamedProgram {
    /// Its language, by its usual name.
    pub language: String,
}

impl Unnamed {
    pub(super) fn read(settings: &Settings, manifest: &Manifest) -> Result<Self> {
        let mut globs = BTreeMap::new();
        for (key, all) in [("run", &settings.run), ("session", &settings.session)] {
            for glob in all.iter().filter_map(|one| one.glob.as_ref()) {
                let made = GlobBuilder::new(glob).literal_separator(true).build();
                let made = made.map_err(|error| {
                    let place = manifest.setting_place(&["listings", key, glob]);
                    Error::new(error.to_string()).at(place)
                })?;
                globs.insert(glob.clone(), made.compile_matcher());
            }
        }
        Ok(Self {
            run: settings.run.clone(),
            session: settings.session.clone(),
            commands: settings.commands.iter().map(|one| one.0.clone()).collect(),
            globs,
        })
    }

    /// What is run of a listing in the chapter with this path; `None` where nothing is.
    pub(super) fn kind(
        &self,
        listing: &Listing,
        chapter: &Path,
    ) -> Option<UnnamedProgram> {
        let tags = &listing.tags;
        if listing.kind != ListingKind::Fragment || tags.fragment {
            return None;
        }
        let is_asked = tags.program || tags.session.is_some();
        if let Some(language) = prompts::language(listing) {
            // It is named for its prompt, or for what is typed there.
            let names = if language == prompts::PYTHON {
                [prompts::PYTHON, "python", "doctest"]
            } else {
                [prompts::SHELL, "bash", "shell-session"]
            };
            let is_meant =
                is_asked || names.iter().any(|name| self.holds(&self.run, name, chapter));
            return is_meant.then(|| UnnamedProgram { language: language.to_owned() });
        }
        let mut language = listing.language.clone().unwrap_or_default();
        // No prompt stands in it, so it is no record.
        let is_record = [prompts::PYTHON, prompts::SHELL].contains(&&*language);
        if is_record && is_asked {
            let typed = if language == prompts::PYTHON { "python" } else { "bash" };
            typed.clone_into(&mut language);
        }
        let can_run = || {
            !is_record
                && (run::has_toolchain(&language) || self.commands.contains(&language))
        };
        let is_meant = is_asked || self.holds(&self.run, &language, chapter) && can_run();
        is_meant.then_some(UnnamedProgram { language })
    }

    /// Whether the blocks of a chapter that are in one language are one program.
    pub(super) fn is_session(&self, language: &str, chapter: &Path) -> bool {
        self.holds(&self.session, language, chapter)
    }

    fn holds(&self, all: &[LanguageSelection], language: &str, chapter: &Path) -> bool {
        let is_in =
            |glob: &str| self.globs.get(glob).is_some_and(|one| one.is_match(chapter));
        LanguageSelection::holds(all, language, is_in)
    }
}

/// Extensions, of which a language's is the first that is one of its own.
const EXTENSIONS: &[&str] = &[
    "py", "rs", "java", "kt", "go", "c", "cpp", "js", "ts", "sh", "rb", "pl", "php",
    "lua",
];

/// The type that a file of Java's has to be named for: the public one, else the first.
static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*(?P<public>public\s+)?(?:(?:abstract|final|sealed|static|strictfp)\s+)*(?:class|interface|enum|record)\s+(?P<name>\w+)")
        .expect("the expression is constant")
});

impl UnnamedProgram {
    /// The path in the tree: the number of the block in its chapter.
    pub(super) fn path(&self, folder: &str, block: &Block) -> String {
        let number = block.number + 1;
        if self.language == "java" {
            let types: Vec<_> = TYPE.captures_iter(&block.code).collect();
            let public = types.iter().find(|one| one.name("public").is_some());
            if let Some(named) = public.or(types.first()) {
                return format!("{folder}/block_{number}/{}.java", &named["name"]);
            }
        }
        let of_language = |extension: &&&str| {
            lang::of_file(&format!("a.{extension}")) == Some(&self.language)
        };
        let extension = EXTENSIONS.iter().find(of_language).copied();
        format!("{folder}/block_{number}.{}", extension.unwrap_or(&self.language))
    }
}

/// Puts around the text of a program what its language wants and its author need not write.
pub(super) fn complete(program: &mut Program) {
    if program.language.as_deref() == Some("rust")
        && !run::defines_main("rust", &program.code)
    {
        wrap(program);
    }
}

/// A `main` around statements of Rust's, as rustdoc writes it: what belongs to the crate stays outside. No
/// line moves.
fn wrap(program: &mut Program) {
    let is_outside = |line: &str| {
        let line = line.trim();
        ["#![", "//", "extern crate "].iter().any(|start| line.starts_with(start))
            || line.is_empty()
    };
    let Some(first) = program.code.lines().position(|line| !is_outside(line)) else {
        return;
    };
    // Statements that end with a result may use `?`.
    let returns = program.code.trim_end().ends_with("(())");
    let (before, behind) = if returns {
        (
            "fn main() { fn _inner() -> ::core::result::Result<(), impl ::core::fmt::Debug> { ",
            "} _inner().unwrap() }\n",
        )
    } else {
        ("fn main() { ", "}\n")
    };
    let starts = super::outputs::starts(&program.code);
    let at = starts.get(first).copied().unwrap_or_default();
    program.code.insert_str(at, before);
    program.code.push_str(behind);
    program.lines.extend(program.lines.last().copied());
}

#[cfg(test)]
mod tests {
    use crate::listings::ListingSet;
    use crate::markdown::Dialect;
    use crate::project::{Chapter, Manifest};
    use concfilter::settings::Settings;
    use serde_json::json;
    use std::sync::Arc;

    /// The programs of a chapter: path and text of each.
    fn programs(settings: &serde_json::Value, text: &str) -> Vec<(String, String)> {
        let dialect = Dialect::CommonMark { attributes: true };
        let chapter = Arc::new(Chapter::of_text("b/a.md", text, dialect));
        let settings = Settings::read(&json!({"listings": settings})).unwrap().listings;
        let book =
            ListingSet::read(vec![chapter], &settings, &Manifest::default()).unwrap();
        for program in &book.programs {
            assert_eq!(program.lines.len(), program.code.lines().count());
        }
        book.programs.into_iter().map(|one| (one.path, one.code)).collect()
    }

    fn paths(settings: &serde_json::Value, text: &str) -> Vec<String> {
        programs(settings, text).into_iter().map(|one| one.0).collect()
    }

    const TEXT: &str = "```python\na = 1\n```\n\n```text\nx\n```\n\n```rust\nlet a = 1;\n```\n\n\
        ```{.python .program}\nb\n```\n\n```{.python .fragment}\nc\n```\n\n\
        ```java\nclass A {}\npublic final class B {}\n```\n\n```python\n# d.py\n```\n";

    #[test]
    fn blocks_without_a_name_are_run_where_the_book_asks_for_it() {
        assert_eq!(paths(&json!({}), TEXT), ["a/block_4.py", "a/d.py"]);
        assert_eq!(
            paths(&json!({"run": "all"}), TEXT),
            [
                "a/block_1.py",
                "a/block_3.rs",
                "a/block_4.py",
                "a/block_6/B.java",
                "a/d.py"
            ]
        );
        let rust = json!({"run": {"b/*": ["rust"], "c/*": "all"}});
        assert_eq!(paths(&rust, TEXT), ["a/block_3.rs", "a/block_4.py", "a/d.py"]);
    }

    #[test]
    fn blocks_of_a_chapter_are_one_program_where_the_book_asks_for_it() {
        let text = "```python\na = 1\n```\n\n```python notest\nno\n```\n\n\
            ```{.python expect=error}\nfail()\n```\n\n```python\nb\n```\n\n\
            ```{.python session=x}\nc\n```\n\n```python continuation\nd\n```\n\n\
            ```{.python session=x}\ne\n```\n";
        let own = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        assert_eq!(
            programs(&json!({"run": "all", "session": "chapter"}), text),
            [
                own("a/block_1.py", "a = 1\nb\n"),
                own("a/block_2.py", "no\n"),
                own("a/block_3.py", "a = 1\nfail()\n"),
                own("a/block_5.py", "c\nd\ne\n"),
            ]
        );
        let alone = programs(&json!({"run": "python"}), text);
        assert_eq!(alone[3], own("a/block_4.py", "b\n"));
        assert_eq!(alone[4], own("a/block_5.py", "c\nd\ne\n"));
    }

    #[test]
    fn statements_of_rust_are_put_into_a_main() {
        let of = |code: &str| {
            let text = format!("```rust\n{code}```\n");
            programs(&json!({"run": "all"}), &text).remove(0).1
        };
        assert_eq!(of("fn main() {}\n"), "fn main() {}\n");
        assert_eq!(
            of("#![allow(x)]\n\n# use a::b;\nb();\n"),
            "#![allow(x)]\n\nfn main() {   use a::b;\nb();\n}\n"
        );
        assert_eq!(
            of("let x = a()?;\n# Ok::<(), E>(())\n"),
            "fn main() { fn _inner() -> ::core::result::Result<(), impl ::core::fmt::Debug> { \
             let x = a()?;\n  Ok::<(), E>(())\n} _inner().unwrap() }\n"
        );
    }
}
