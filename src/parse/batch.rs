//! Chapters that one process of pandoc reads after one another, a process for each core: to start it and to
//! map so large a program takes as long as to read a chapter.
//!
//! `pandoc lua` does it, where it can do what the command line does: Markdown, options that readers have, and
//! no paths that lead from a chapter's folder. What it cannot, or fails at, is read by a process of its own,
//! which also tells errors in the words that authors know.

use super::patience;
use super::said::PandocOutput;
use crate::fsx;
use crate::pandoc::Pandoc;
use crate::proc::StartedProcess;
use crate::project::{Chapter, Project};
use concfilter::error::Result;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

const READ: &str = include_str!("read.lua");

/// The same by a run that was started ahead.
const READ_LATER: &str = concat!(include_str!("ahead.lua"), include_str!("read.lua"));

/// The first version of pandoc whose Lua tells what a reader warned of.
const OLDEST: (u32, u32) = (3, 2);

/// How many bytes a run reads at most that was started before they were there: it has the memory for so many.
const MOST_AHEAD: usize = 1_000_000;

/// Starts a run that reads chapters, for the next build: until then it maps the program, and the memory that a text
/// takes. A run that waits already stays. Where it cannot be started, the next build tells why.
pub fn read_ahead(pandoc: &Pandoc) {
    if pandoc.version() >= OLDEST
        && !pandoc.has_kept()
        && let Ok(run) = reader(pandoc, MOST_AHEAD, READ_LATER)
    {
        pandoc.keep(run);
    }
}

/// A run that reads chapters of so many bytes. `pandoc lua` has a temporary file as long as it runs, and leaves it
/// where it is killed; it is given a folder that we remove.
fn reader(pandoc: &Pandoc, bytes: usize, program: &str) -> Result<StartedProcess> {
    let temp = fsx::temp_dir()?;
    let job = patience::job(pandoc, bytes).args(["lua", "-E", "-e", program]);
    job.env("TMPDIR", temp.path()).holding(Arc::new(temp)).start()
}

/// How a book's chapters are read in this way.
#[derive(Debug)]
pub(super) struct ChapterBatch<'a> {
    pandoc: &'a Pandoc,
    /// The format where a file's name tells none.
    format: &'a str,
    /// Whether the name of a chapter's file tells the format.
    is_by_name: bool,
    /// pandoc's `ReaderOptions`.
    options: Value,
    /// How far apart tab stops are; none where tabs stay.
    tabs: Option<usize>,
}

impl<'a> ChapterBatch<'a> {
    /// The way for a book whose chapters are read with these options; none where pandoc's Lua cannot do what
    /// they ask for.
    pub(super) fn of(
        project: &'a Project,
        pandoc: &'a Pandoc,
        options: &Map<String, Value>,
    ) -> Option<Self> {
        let format = project.manifest.format();
        if pandoc.version() < OLDEST || !format.is_none_or(is_markdown) {
            return None;
        }
        // What pandoc's command line has in place of the values that the library begins with.
        let mut read = Map::from_iter([("columns".to_owned(), json!(72))]);
        let mut tabs = Some(4);
        for (key, value) in options {
            match (&**key, value) {
                ("from" | "reader" | "dpi", _) => {}
                ("tab-stop", Value::Number(stop)) => {
                    tabs = tabs.and(usize::try_from(stop.as_u64()?).ok());
                    read.insert("tab_stop".to_owned(), value.clone());
                }
                ("preserve-tabs", Value::Bool(true)) => tabs = None,
                ("preserve-tabs", Value::Bool(false)) => {}
                ("columns", _) => {
                    read.insert("columns".to_owned(), value.clone());
                }
                ("strip-comments", Value::Bool(_)) => {
                    read.insert("strip_comments".to_owned(), value.clone());
                }
                ("default-image-extension", Value::String(_)) => {
                    read.insert("default_image_extension".to_owned(), value.clone());
                }
                ("indented-code-classes", Value::Array(_)) => {
                    read.insert("indented_code_classes".to_owned(), value.clone());
                }
                // These change nothing that is read.
                ("resource-path" | "request-headers" | "no-check-certificate", _) => {}
                _ => return None,
            }
        }
        // A stop of 0 is one that the command line refuses.
        (tabs != Some(0)).then(|| Self {
            pandoc,
            format: format.unwrap_or("markdown"),
            is_by_name: format.is_none(),
            options: Value::Object(read),
            tabs,
        })
    }

    /// Whether a chapter can be read in this way.
    pub(super) fn takes(&self, chapter: &Chapter) -> bool {
        !self.is_by_name || is_named_markdown(&chapter.path)
    }

    /// What pandoc says of each of these chapters; nothing of one that it cannot read so.
    pub(super) fn read(&self, chapters: &[&Chapter]) -> Vec<Option<PandocOutput>> {
        let groups = rayon::current_num_threads().clamp(1, 8);
        let shares = shares(chapters, groups);
        let read: Vec<Vec<Option<PandocOutput>>> = shares
            .par_iter()
            .map(|share| {
                let own: Vec<&Chapter> = share.iter().map(|&at| chapters[at]).collect();
                // Whatever went wrong, a process for each chapter tells it.
                self.read_share(&own).unwrap_or_else(|_| vec![None; own.len()])
            })
            .collect();
        let mut all = vec![None; chapters.len()];
        for (share, read) in shares.iter().zip(read) {
            for (&at, said) in share.iter().zip(read) {
                all[at] = said;
            }
        }
        all
    }

    fn read_share(&self, chapters: &[&Chapter]) -> Result<Vec<Option<PandocOutput>>> {
        let texts: Vec<String> =
            chapters.iter().map(|chapter| self.as_opened(&chapter.text)).collect();
        let sizes: Vec<usize> = texts.iter().map(String::len).collect();
        let job = json!({
            "format": self.format, "options": self.options, "sizes": sizes,
        });
        let stdin = format!("{job}\n{}", texts.concat());
        let ahead = Some(stdin.len()).filter(|&bytes| bytes <= MOST_AHEAD);
        let run = match ahead.and_then(|_| self.pandoc.take_kept()) {
            Some(run) => run,
            None => reader(self.pandoc, stdin.len(), READ)?,
        };
        let limit = patience::limit(stdin.len());
        let answer = run.answer(stdin.into_bytes(), 2 * chapters.len(), limit)?;
        let mut lines = answer.split(|&byte| byte == b'\n');
        let mut said = Vec::new();
        for chapter in chapters {
            let (messages, document) = (lines.next(), lines.next());
            said.push(messages.zip(document).and_then(|(messages, document)| {
                Some(PandocOutput {
                    stderr: as_printed(messages, &chapter.path)?,
                    stdout: document.to_vec(),
                })
            }));
        }
        Ok(said)
    }

    /// A text as pandoc's command line opens it: without carriage returns, and with blanks for tabs.
    fn as_opened(&self, text: &str) -> String {
        let text = text.replace('\r', "");
        match self.tabs {
            Some(stop) if text.contains('\t') => without_tabs(&text, stop),
            _ => text,
        }
    }
}

/// Whether a format is one of those in which a text holds all that is read of it.
pub(super) fn is_markdown(format: &str) -> bool {
    let base = format.split(['+', '-']).next().unwrap_or_default();
    let is_known = matches!(
        base,
        "markdown"
            | "markdown_strict"
            | "markdown_phpextra"
            | "markdown_mmd"
            | "commonmark"
            | "commonmark_x"
            | "gfm"
    );
    // Paths that lead from the chapter's folder are told by the name of the file that pandoc opens.
    is_known && !format.contains("+rebase_relative_paths") && !format.contains("+lhs")
}

/// Whether pandoc takes a file with this name for Markdown.
pub(super) fn is_named_markdown(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(
        extension,
        Some("md" | "markdown" | "mkd" | "mkdn" | "mdwn" | "mdown" | "Rmd" | "txt")
    )
}

/// Shares out chapters so that each share has about as much text.
fn shares(chapters: &[&Chapter], number: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..chapters.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(chapters[at].text.len()));
    let mut shares = vec![(0_usize, Vec::new()); number.min(chapters.len())];
    for at in order {
        if let Some(share) = shares.iter_mut().min_by_key(|share| share.0) {
            share.0 += chapters[at].text.len();
            share.1.push(at);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// Blanks in the place of tabs, up to the next multiple of `stop`; each line ends with a newline.
fn without_tabs(text: &str, stop: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let mut column = 0;
        for c in line.chars() {
            if c == '\t' {
                let blanks = stop - column % stop;
                out.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            } else {
                out.push(c);
                column += 1;
            }
        }
        out.push('\n');
    }
    out
}

/// Messages as the command line prints them of a file; nothing where they are not to be read.
fn as_printed(messages: &[u8], path: &Path) -> Option<String> {
    let messages: Vec<Value> = serde_json::from_slice(messages).ok()?;
    let mut text = String::new();
    for message in messages {
        let level = message["verbosity"].as_str()?;
        let pretty = with_name(message["pretty"].as_str()?, &path.to_string_lossy());
        let _ = writeln!(text, "[{level}] {}", pretty.replace('\n', "\n  "));
    }
    Some(text)
}

/// `at line 7 column 3` as pandoc says it of a text that has a name: `at a.md line 7 column 3`.
fn with_name(message: &str, name: &str) -> String {
    const AT: &str = "at line ";
    let mut out = String::new();
    let mut rest = message;
    while let Some(at) = rest.find(AT) {
        let (before, after) = (&rest[..at], &rest[at + AT.len()..]);
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        let is_place = digits > 0 && after[digits..].starts_with(" column ");
        out += before;
        out += if is_place { "at " } else { AT };
        if is_place {
            out += name;
            out += " line ";
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_end_at_the_next_stop() {
        assert_eq!(without_tabs("a\tb\t\tc", 4), "a   b       c\n");
        assert_eq!(without_tabs("é\tb\n\tc\n", 8), "é       b\n        c\n");
    }

    #[test]
    fn messages_name_the_file() {
        let of = |text| with_name(text, "a.md");
        assert_eq!(
            of("Div at line 1 column 1 unclosed at line 16 column 1, closing"),
            "Div at a.md line 1 column 1 unclosed at a.md line 16 column 1, closing"
        );
        assert_eq!(of("Look at line x"), "Look at line x");
        let said = br#"[{"verbosity": "WARNING", "pretty": "a\nb"}]"#;
        assert_eq!(as_printed(said, Path::new("a.md")).unwrap(), "[WARNING] a\n  b\n");
        assert_eq!(as_printed(b"", Path::new("a.md")), None);
    }

    #[test]
    fn shares_are_about_as_large() {
        let of = |length: usize| {
            Chapter::of_text(
                "a.md",
                &"x".repeat(length),
                crate::markdown::Dialect::Pandoc,
            )
        };
        let chapters: Vec<Chapter> = [9, 1, 5, 4].map(of).into();
        let chapters: Vec<&Chapter> = chapters.iter().collect();
        assert_eq!(shares(&chapters, 2), [vec![0, 1], vec![2, 3]]);
        assert_eq!(shares(&chapters[..1], 2), [vec![0]]);
    }
}
