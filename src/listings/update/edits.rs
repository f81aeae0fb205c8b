//! What changes in a program when it shows what it prints.

use super::super::compare::{
    Cause, Comparison, ErrorLines, cause, ellipsis, equal, is_own, lines, normalize,
    shown,
};
use super::super::instrument::{PrintedPart, PrintedParts};
use super::super::outputs::{Chunk, ERRORS, Enclosure, Errors, Expected, Shape};
use super::super::prompts;
use super::super::set::Program;
use super::super::wrap::wrap;
use super::placed::placed;
use super::{Refused, harm};
use crate::finding::Code;
use concfilter::tags::OutputMatch;

/// A place in a program: a line from 0, and a byte in it.
pub(super) type At = (usize, usize);

/// New text for a stretch of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub from: At,
    pub to: At,
    /// The text; its lines end with `\n`, but for the last.
    pub text: String,
}

/// What changes, and what has to be read when the changed program is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProgramEdits {
    pub all: Vec<Edit>,
    /// The chunks that are new or changed: their number, and what they have to show, whole.
    pub chunks: Vec<(usize, Vec<String>)>,
    /// What they have to show of errors, where that changes.
    pub errors: Option<Vec<String>>,
}

/// What changes in a program that printed this.
pub(super) fn edits(
    program: &Program,
    expected: &Expected,
    parts: &PrintedParts,
    stderr: &str,
    rule: Comparison,
) -> Result<ProgramEdits, Refused> {
    let mut made = ProgramEdits { all: Vec::new(), chunks: Vec::new(), errors: None };
    let is_empty = expected.chunks.iter().all(Chunk::is_unfilled);
    let is_wanted = match rule.output {
        OutputMatch::None => false,
        // A sample is one run's; it stays.
        OutputMatch::Sample => is_empty,
        _ => true,
    };
    if !is_wanted || expected.shape == Shape::None {
        return Ok(made);
    }
    if expected.shape == Shape::Prompts {
        return records(program, expected, parts, rule);
    }
    let mut new: Vec<Option<Vec<String>>> = vec![None; expected.chunks.len()];
    let said = ErrorLines::of(stderr);
    for part in &parts.parts {
        take(part, expected, &said, rule, &mut new)?;
    }
    let errors = errors(expected, stderr, rule);
    let writer = Writer { program, expected, rule, code: program.code.lines().collect() };
    for (number, (chunk, new)) in expected.chunks.iter().zip(new).enumerate() {
        let own = expected.errors.as_ref().filter(|errors| errors.chunk == number);
        let has_errors = own.is_some() && errors.is_some();
        if new.is_none() && !has_errors {
            continue;
        }
        let edit = writer.chunk(chunk, new.as_deref(), own, errors.as_deref())?;
        made.all.push(edit);
        if let Some(new) = new {
            made.chunks.push((number, new));
        }
    }
    made.errors = errors;
    let rest = ordered(&parts.rest, rule);
    if !rest.is_empty() {
        made.all.push(writer.at_the_end(&rest)?);
        made.chunks.push((expected.chunks.len(), rest));
    }
    Ok(made)
}

/// What changes in a record of what was typed at prompts.
fn records(
    program: &Program,
    expected: &Expected,
    parts: &PrintedParts,
    rule: Comparison,
) -> Result<ProgramEdits, Refused> {
    let mut made = ProgramEdits { all: Vec::new(), chunks: Vec::new(), errors: None };
    let code: Vec<&str> = program.code.lines().collect();
    let length = |line: usize| code.get(line).map_or(0, |line| line.len());
    for part in &parts.parts {
        let number = part.chunks.start;
        let (Some(chunk), Some(example)) =
            (expected.chunks.get(number), expected.examples.get(number))
        else {
            continue;
        };
        if prompts::equal(example, &chunk.text, &part.text, rule.norm) {
            continue;
        }
        let refused = |message: &str, hint: &str| Refused {
            line: example.line,
            code: Code::ListingOutputRefused,
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        if part.chunks.len() > 1 {
            return Err(refused(
                "it ends before all of it was typed",
                "Mend it, or part it",
            ));
        }
        if let Some((message, hint)) = prompts::refusal(example, &chunk.text, &part.text)
        {
            return Err(refused(message, hint));
        }
        let text = prompts::written(example, &chunk.text, &part.text);
        // The prompt stands before it.
        let (before, last) = (chunk.lines.start - 1, chunk.lines.end - 1);
        let line = |text: &String| {
            format!("\n{}{text}", chunk.lead).trim_end_matches(' ').to_owned()
        };
        let new: String = text.iter().map(line).collect();
        made.all.push(Edit {
            from: (before, length(before)),
            to: (last, length(last)),
            text: new,
        });
        made.chunks.push((number, text));
    }
    Ok(made)
}

/// What the chunks of one part have to show, where that is something else.
fn take(
    part: &PrintedPart,
    expected: &Expected,
    said: &ErrorLines<'_>,
    rule: Comparison,
    new: &mut [Option<Vec<String>>],
) -> Result<(), Refused> {
    let chunks = expected.chunks.get(part.chunks.clone()).unwrap_or_default();
    let printed = ordered(&part.text, rule);
    let Some(first) = chunks.first() else { return Ok(()) };
    if equal(&lines(chunks), &printed, rule) {
        return Ok(());
    }
    let is_trimmed = matches!(rule.output, OutputMatch::First(_) | OutputMatch::Ends(_));
    let own = chunks.iter().find(|chunk| chunk.text.iter().any(|line| is_own(line)));
    if let Some(chunk) = own.filter(|_| !is_trimmed) {
        return Err(Refused {
            line: chunk.lines.start,
            code: Code::ListingOutputRefused,
            message:
                "the author leaves out some of this output, and the rest has changed"
                    .to_owned(),
            hint: "Write it by hand, or say output=first:N or output=ends:N".to_owned(),
        });
    }
    let cause = cause(&lines(chunks), &printed, said).filter(|_| !is_trimmed);
    if let Some(cause) = cause {
        return Err(because(first.lines.start, cause));
    }
    if chunks.len() == 1 {
        new[part.chunks.start] = Some(printed);
        return Ok(());
    }
    match placed(chunks, &printed, rule).filter(|_| !is_trimmed) {
        Some(all) => {
            for (at, own) in part.chunks.clone().zip(all) {
                new[at] = own;
            }
            Ok(())
        }
        None => Err(Refused {
            line: first.lines.start,
            code: Code::ListingOutputUnplaced,
            message: "which of these statements printed what cannot be told".to_owned(),
            hint: "Write it by hand, or put a mark where a statement may stand"
                .to_owned(),
        }),
    }
}

/// Why something is not written over what the author meant by it.
fn because(line: usize, cause: Cause) -> Refused {
    let (message, hint) = match cause {
        Cause::Errors => (
            "the book shows as output what goes to standard error",
            "Put a line `___[ Error Output ]___` before it, or let the listing print it",
        ),
        Cause::LeftOut => (
            "the author leaves out some of this output, and nothing says how much",
            "Say output=first:N or output=ends:N, or show a line `[...]` in place of the dots",
        ),
    };
    Refused {
        line,
        code: Code::ListingOutputRefused,
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

/// The lines of an output. Where their order means nothing it is always the same.
fn ordered(text: &str, rule: Comparison) -> Vec<String> {
    let mut lines = normalize(text);
    if rule.norm.sort {
        lines.sort();
    }
    lines
}

/// What the book has to show of standard error, where it shows something else.
fn errors(expected: &Expected, stderr: &str, rule: Comparison) -> Option<Vec<String>> {
    let errors = expected.errors.as_ref()?;
    let chunk = expected.chunks.get(errors.chunk)?;
    let old = Chunk { text: errors.text.clone(), ..chunk.clone() };
    let new = normalize(stderr);
    let rule = Comparison { output: OutputMatch::Unsaid, ..rule };
    (!equal(&lines(&[old]), &new, rule)).then_some(new)
}

/// Makes edits of what is printed.
struct Writer<'a> {
    program: &'a Program,
    expected: &'a Expected,
    rule: Comparison,
    /// The lines of the program.
    code: Vec<&'a str>,
}

impl Writer<'_> {
    /// The edit of a chunk: its output where that is new, and its errors where they are.
    fn chunk(
        &self,
        chunk: &Chunk,
        new: Option<&[String]>,
        own: Option<&Errors>,
        errors: Option<&[String]>,
    ) -> Result<Edit, Refused> {
        let mut text: Vec<String> = match new {
            Some(new) => {
                let old = lines(std::slice::from_ref(chunk));
                self.wrapped(
                    chunk,
                    &shown(new, self.rule.output, &ellipsis(&old, self.rule.output)),
                )
            }
            None => chunk.text.clone(),
        };
        if let Some(own) = own {
            text.push(ERRORS.to_owned());
            match errors {
                Some(errors) => text.extend(self.wrapped(chunk, errors)),
                None => text.extend(own.text.iter().cloned()),
            }
        }
        let language = self.program.language.as_deref().unwrap_or_default();
        if let Some(message) = harm::of(language, self.expected, &text) {
            return Err(harm::refused(chunk.lines.start, message));
        }
        let lead = |line: &String| format!("{}{line}", chunk.lead).trim_end().to_owned();
        let mut full: Vec<String> = text.iter().map(lead).collect();
        if let Some(enclosure) = &self.expected.enclosure {
            return Ok(self.enclosed(enclosure, &full));
        }
        if full.is_empty() {
            full.push(chunk.lead.trim_end().to_owned());
        }
        let last = chunk.lines.end.saturating_sub(1).max(chunk.lines.start);
        let from = (chunk.lines.start, 0);
        Ok(Edit { from, to: (last, self.length(last)), text: full.join("\n") })
    }

    /// The edit of what stands between the first and the last line of a comment.
    fn enclosed(&self, enclosure: &Enclosure, full: &[String]) -> Edit {
        let mut text: String = full.iter().flat_map(|line| ["\n", &**line]).collect();
        let closing = self.code.get(enclosure.closes).copied().unwrap_or_default();
        let before = closing.get(..enclosure.close_at).unwrap_or_default();
        let is_alone = enclosure.closes > enclosure.head && before.trim().is_empty();
        let to = if is_alone {
            (enclosure.closes - 1, self.length(enclosure.closes - 1))
        } else {
            text.push(if full.is_empty() { ' ' } else { '\n' });
            (enclosure.closes, enclosure.close_at)
        };
        let head = self.code.get(enclosure.head).copied().unwrap_or_default();
        // Blanks behind the word stay, unless the output begins there.
        let behind = head.get(enclosure.head_end..).unwrap_or_default();
        let from = if enclosure.closes > enclosure.head && behind.trim().is_empty() {
            (enclosure.head, head.len())
        } else {
            (enclosure.head, enclosure.head_end)
        };
        Edit { from, to: to.max(from), text }
    }

    /// The edit that shows, at the end of the last listing, what was printed behind the last mark.
    fn at_the_end(&self, rest: &[String]) -> Result<Edit, Refused> {
        let lead =
            self.expected.chunks.last().map_or("#: ", |chunk| chunk.lead.trim_start());
        let chunk = Chunk { lines: 0..0, text: Vec::new(), lead: lead.to_owned() };
        let text = self.wrapped(
            &chunk,
            &shown(rest, self.rule.output, &ellipsis(&[], self.rule.output)),
        );
        let is_tag = |line: usize| {
            self.code[line].trim_end_matches(['.', '…', ' ']).ends_with("Continued")
        };
        let line = (0..self.code.len())
            .rev()
            .find(|line| !self.code[*line].trim().is_empty() && !is_tag(*line))
            .unwrap_or_default();
        let language = self.program.language.as_deref().unwrap_or_default();
        if let Some(message) = harm::of(language, self.expected, &text) {
            return Err(harm::refused(line, message));
        }
        let full =
            text.iter().map(|text| format!("\n{lead}{text}").trim_end().to_owned());
        let at = (line, self.length(line));
        Ok(Edit { from: at, to: at, text: full.collect() })
    }

    fn wrapped(&self, chunk: &Chunk, new: &[String]) -> Vec<String> {
        let column = chunk.column();
        let wrapped = new.iter().flat_map(|line| wrap(line, column, self.rule.width));
        wrapped.map(str::to_owned).collect()
    }

    fn length(&self, line: usize) -> usize {
        self.code.get(line).map_or(0, |line| line.len())
    }
}
