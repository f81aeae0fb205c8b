//! Changes of a program as new text for the bytes of its chapters.

use super::super::compare::{Comparison, equal, lines};
use super::super::outputs::{Expected, Shape};
use super::super::set::{ListingKind, ListingSet, Origin, Program};
use super::edits::{At, Edit, ProgramEdits};
use super::{Refused, Splice, harm};
use crate::markdown::Index;
use crate::project::Chapter;
use concfilter::tags::OutputMatch;
use std::collections::{BTreeMap, BTreeSet};

/// What a program's edits come to, before its chapters are read again.
pub(super) struct PlannedUpdate {
    splices: Vec<Splice>,
    /// By the numbers of the listings that change, the code that they are to have.
    codes: BTreeMap<usize, String>,
    /// The line of the program where it changes first, from 0.
    line: usize,
}

/// The splices of a program's edits; refused when the program would be read otherwise than meant.
pub(super) fn plan(
    (book, repeated): (&ListingSet, &RepeatedListings<'_>),
    program: &Program,
    expected: &Expected,
    edits: &ProgramEdits,
    rule: Comparison,
) -> Result<PlannedUpdate, Refused> {
    let first = edits.chunks.first().and_then(|(number, _)| expected.chunks.get(*number));
    let line = first.map(|chunk| chunk.lines.start);
    let line = line.or(edits.all.first().map(|edit| edit.from.0)).unwrap_or_default();
    let mut planned = PlannedUpdate { splices: Vec::new(), codes: BTreeMap::new(), line };
    if edits.all.is_empty() {
        return Ok(planned);
    }
    let wrong = |why: &str| harm::refused(line, why.to_owned());
    if !is_read(book, program, expected, edits, rule) {
        return Err(wrong("it would be read otherwise"));
    }
    let mut codes = BTreeMap::new();
    let code: Vec<&str> = program.code.lines().collect();
    for edit in &edits.all {
        let number = program
            .lines
            .get(edit.from.0)
            .map(|origin| origin.listing)
            .or(program.listings.first().copied())
            // What a program has of others is theirs to show.
            .filter(|number| program.listings.contains(number));
        let Some(number) = number else { continue };
        for twin in repeated.of(book, number) {
            let splice = splice(book, (program, &code), edit, twin);
            let splice = splice.ok_or_else(|| wrong("it goes over several listings"))?;
            planned.splices.push(splice);
            let own = codes
                .entry(twin)
                .or_insert_with(|| (Vec::new(), &book.listings[twin].block.code));
            own.0.push(in_listing(program, edit));
        }
    }
    let codes = codes.into_iter().map(|(listing, (edits, code))| {
        (listing, edited(code, &edits.iter().collect::<Vec<_>>()))
    });
    planned.codes = codes.collect();
    let is_own = |one: &Splice| {
        let chapter = book.chapters.get(one.chapter);
        chapter.is_some_and(|chapter| match one.in_file {
            Some(_) => chapter.written_lines(&one.range).is_some(),
            None => chapter.written_range(&one.range).is_some(),
        })
    };
    if planned.splices.iter().all(is_own) { Ok(planned) } else { Err(included(line)) }
}

/// The splices of the plans of several programs, each refused when a chapter would be read otherwise than
/// meant. All are tried at once, and where that goes wrong halves of them: a chapter of many programs is
/// not read again for each.
pub(super) fn tried(
    book: &ListingSet,
    plans: Vec<Result<PlannedUpdate, Refused>>,
) -> Vec<Result<Vec<Splice>, Refused>> {
    let all: Vec<(usize, &PlannedUpdate)> = plans
        .iter()
        .enumerate()
        .filter_map(|(at, plan)| Some((at, plan.as_ref().ok()?)))
        .collect();
    let mut sound = BTreeSet::new();
    try_all(book, &all, &mut sound);
    let settled = plans.into_iter().enumerate().map(|(at, plan)| {
        let plan = plan?;
        if sound.contains(&at) {
            return Ok(plan.splices);
        }
        Err(harm::refused(plan.line, "it would end the code block".to_owned()))
    });
    settled.collect()
}

/// Adds the numbers of the plans that leave the blocks of chapters as they are.
fn try_all(
    book: &ListingSet,
    plans: &[(usize, &PlannedUpdate)],
    sound: &mut BTreeSet<usize>,
) {
    if are_blocks(book, plans) {
        sound.extend(plans.iter().map(|(at, _)| at));
    } else if plans.len() > 1 {
        let (front, back) = plans.split_at(plans.len() / 2);
        try_all(book, front, sound);
        try_all(book, back, sound);
    }
}

/// Why output is not written where the chapter's text is not what its file holds: a file that is included
/// may be included by others, too.
fn included(line: usize) -> Refused {
    Refused {
        hint: "Write it there by hand, or put the listing into the chapter's own text"
            .to_owned(),
        ..harm::refused(line, "it stands in an included file".to_owned())
    }
}

/// The listings that are passed over because they show the same once more, by the paths of their files.
pub(super) struct RepeatedListings<'b>(BTreeMap<&'b str, Vec<usize>>);

impl<'b> RepeatedListings<'b> {
    pub(super) fn of_book(book: &'b ListingSet) -> Self {
        let mut found = BTreeMap::<&str, Vec<usize>>::new();
        for (number, listing) in book.listings.iter().enumerate() {
            if let (ListingKind::Skipped(_), Some(path)) = (&listing.kind, &listing.path)
            {
                found.entry(path).or_default().push(number);
            }
        }
        Self(found)
    }

    /// A listing, and those that show the same once more.
    fn of(&self, book: &ListingSet, number: usize) -> Vec<usize> {
        let Some(own) = book.listings.get(number) else { return Vec::new() };
        let again = own.path.as_deref().filter(|_| own.kind == ListingKind::File);
        let again = again.and_then(|path| self.0.get(path)).into_iter().flatten();
        let is_twin =
            |other: &&usize| book.listings[**other].block.code == own.block.code;
        std::iter::once(number).chain(again.filter(is_twin).copied()).collect()
    }
}

/// The splice of an edit in one of the listings that show the text; `code` are the program's lines.
fn splice(
    book: &ListingSet,
    (program, code): (&Program, &[&str]),
    edit: &Edit,
    listing: usize,
) -> Option<Splice> {
    let own = book.listings.get(listing)?;
    let chapter = book.chapters.get(own.chapter)?;
    let text = &*chapter.text;
    let Some(first) = program.lines.get(edit.from.0) else {
        // There is no line yet: it comes behind the fence.
        let at =
            text[own.block.range.start..].find(['\n', '\r'])? + own.block.range.start;
        let new = format!("\n{}", edit.text);
        let in_file = in_file(chapter, own.block.range.start, &new, own.block.crlf);
        let text = with_prefix(&new, &own.block.prefix, own.block.crlf);
        return Some(Splice { chapter: own.chapter, range: at..at, text, in_file });
    };
    let last = program.lines.get(edit.to.0)?;
    if first.listing != last.listing {
        return None;
    }
    let place = |origin: &Origin, (line, col): At| {
        let bytes = own.block.lines.get(origin.index)?;
        // Of a tab that the fence's own indentation cuts, some spaces are not in the source.
        let cut = code.get(line)?.len().checked_sub(bytes.len())?;
        Some((bytes.start + col.saturating_sub(cut), cut))
    };
    let (from, cut) = place(first, edit.from)?;
    let (to, _) = place(last, edit.to)?;
    let start = own.block.lines.get(first.index)?.start;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let prefix = &text[line..start];
    // Its indentation stands in the prefix then.
    let cut_off = |line: &str| line.get(cut..).unwrap_or_default().to_owned();
    let new = match edit.from.1 {
        0 => edit.text.split('\n').map(cut_off).collect::<Vec<_>>().join("\n"),
        _ => edit.text.clone(),
    };
    Some(Splice {
        chapter: own.chapter,
        range: from..to,
        text: with_prefix(&new, prefix, own.block.crlf),
        in_file: in_file(chapter, start, &new, own.block.crlf),
    })
}

/// New text for a line with this byte as it stands in the chapter's file, where that has other signs before
/// its lines: the text of `MkDocs`'s callouts is indented, and read as a quote.
fn in_file(chapter: &Chapter, at: usize, new: &str, crlf: bool) -> Option<String> {
    let lead = chapter.written_lead(at).filter(|_| chapter.is_rewritten(at))?;
    Some(with_prefix(new, lead, crlf))
}

/// Text as it stands in a chapter: with what a list or a quote puts before each line, and the
/// chapter's line ends.
fn with_prefix(text: &str, prefix: &str, crlf: bool) -> String {
    let mut lines = text.split('\n');
    let mut made = lines.next().unwrap_or_default().to_owned();
    let end = if crlf { "\r\n" } else { "\n" };
    // What begins an item of a list stands before its first line only.
    let blank: String = prefix
        .chars()
        .map(|c| if c.is_whitespace() || c == '>' { c } else { ' ' })
        .collect();
    for line in lines {
        made.push_str(end);
        made.push_str(if line.is_empty() { blank.trim_end() } else { &blank });
        made.push_str(line);
    }
    made
}

/// An edit in the lines of its listing.
fn in_listing(program: &Program, edit: &Edit) -> Edit {
    let index = |line: usize| program.lines.get(line).map_or(0, |origin| origin.index);
    Edit {
        from: (index(edit.from.0), edit.from.1),
        to: (index(edit.to.0), edit.to.1),
        text: edit.text.clone(),
    }
}

/// A text with its edits, which are in its order.
fn edited(code: &str, edits: &[&Edit]) -> String {
    let starts = super::super::outputs::starts(code);
    let place =
        |(line, col): At| starts.get(line).map_or(code.len(), |start| start + col);
    let mut made = String::with_capacity(code.len());
    let mut at = 0;
    for edit in edits {
        made.push_str(code.get(at..place(edit.from)).unwrap_or_default());
        made.push_str(&edit.text);
        at = place(edit.to);
    }
    let rest = code.get(at..).unwrap_or_default();
    made.push_str(rest);
    if code.is_empty() && !made.ends_with('\n') {
        made.push('\n');
    }
    made
}

/// Whether the changed program, read again, shows what it printed.
fn is_read(
    book: &ListingSet,
    program: &Program,
    expected: &Expected,
    edits: &ProgramEdits,
    rule: Comparison,
) -> bool {
    let mut changed = program.clone();
    changed.code = edited(&program.code, &edits.all.iter().collect::<Vec<_>>());
    changed.lines = new_lines(program, &edits.all, changed.code.lines().count());
    let read = if expected.enclosure.is_none() && expected.shape == Shape::Block {
        Expected::of_all(&changed)
    } else {
        Expected::of(book, &changed)
    };
    let rule = Comparison { widest: read.widest, ..rule };
    let is_shown = |(number, new): &(usize, Vec<String>)| {
        let chunk = read.chunks.get(*number..=*number).unwrap_or_default();
        !chunk.is_empty() && equal(&lines(chunk), new, rule)
    };
    let grown = edits.chunks.iter().any(|(number, _)| *number == expected.chunks.len());
    let errors = match (&edits.errors, &read.errors) {
        (None, _) => read.errors.is_some() == expected.errors.is_some(),
        (Some(new), Some(read)) => {
            let mut chunk = expected.chunks.get(read.chunk).cloned();
            chunk.iter_mut().for_each(|chunk| chunk.text.clone_from(&read.text));
            let rule = Comparison { output: OutputMatch::Unsaid, ..rule };
            chunk.is_some_and(|chunk| equal(&lines(&[chunk]), new, rule))
        }
        (Some(_), None) => false,
    };
    read.shape == expected.shape
        && read.chunks.len() == expected.chunks.len() + usize::from(grown)
        && errors
        && edits.chunks.iter().all(is_shown)
}

/// Where the lines of a changed program come from; a new one has the place of the one it replaces.
fn new_lines(program: &Program, edits: &[Edit], number: usize) -> Vec<Origin> {
    let mut lines = Vec::with_capacity(number);
    let mut at = 0;
    for edit in edits {
        lines.extend(program.lines.get(at..edit.from.0).into_iter().flatten());
        let origin = program.lines.get(edit.from.0);
        let count = edit.text.matches('\n').count() + 1;
        lines.extend(origin.into_iter().flat_map(|one| std::iter::repeat_n(*one, count)));
        at = edit.to.0 + 1;
    }
    lines.extend(program.lines.get(at..).into_iter().flatten());
    lines
}

/// Whether the chapters have the same code blocks with the splices of plans as without, but for the
/// listings that were to change, which have the code they were to have.
fn are_blocks(book: &ListingSet, plans: &[(usize, &PlannedUpdate)]) -> bool {
    let mut chapters = BTreeMap::<usize, Vec<Splice>>::new();
    for splice in plans.iter().flat_map(|(_, plan)| &plan.splices) {
        chapters.entry(splice.chapter).or_default().push(splice.clone());
    }
    let codes: BTreeMap<usize, &String> = plans
        .iter()
        .flat_map(|(_, plan)| plan.codes.iter().map(|(at, code)| (*at, code)))
        .collect();
    chapters.into_iter().all(|(number, own)| {
        let Some(chapter) = book.chapters.get(number) else { return false };
        let Some(text) = super::write::spliced(&chapter.text, &own) else { return false };
        let old = &chapter.index.blocks;
        let new = Index::read(&text, chapter.index.dialect).blocks;
        let listings = book.listings.iter().enumerate();
        let numbers: Vec<usize> =
            listings.filter(|(_, one)| one.chapter == number).map(|(at, _)| at).collect();
        old.len() == new.len()
            && old.len() == numbers.len()
            && numbers.iter().zip(old.iter().zip(&new)).all(|(at, (old, new))| {
                let code = codes.get(at).copied().unwrap_or(&old.code);
                new.code == *code && new.info == old.info && new.fault == old.fault
            })
    })
}
