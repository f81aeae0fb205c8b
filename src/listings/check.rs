//! What is wrong with listings before anything runs.

pub mod language;
mod wide;

use super::set::{Listing, ListingKind, ListingSet};
use crate::finding::{self, Code, Finding};
use crate::grammars::session;
use crate::markdown::{BlockForm, FenceFault};
use crate::report::count;
use concfilter::error::Place;
use concfilter::lang;
use concfilter::lang::printed::{self, MarkedOutput};
use concfilter::settings::Listings as Settings;
use concfilter::tags::OutputMatch;

/// Judges the listings of a book. What is too wide is told once a chapter, or with `verbose` of each
/// listing.
pub fn check(book: &ListingSet, settings: &Settings, verbose: bool) -> Vec<Finding> {
    let mut found = before_a_run(book);
    let rules = [unfinished, no_reason, extension, unfilled, sessions, tabs];
    found.extend(by(&rules, book));
    found.extend(wide::check(book, settings, verbose));
    finding::sort(&mut found);
    found
}

/// What is wrong with how listings are marked, so that a run of them proves less than it seems to.
pub fn before_a_run(book: &ListingSet) -> Vec<Finding> {
    let mut found = book.findings.clone();
    found.extend(by(&[fault, no_output, missing, since, path], book));
    found
}

/// A rule that looks at one listing.
type ListingRule = fn(&ListingSet, &Listing) -> Vec<Finding>;

/// What rules find.
fn by(rules: &[ListingRule], book: &ListingSet) -> Vec<Finding> {
    let listings = book.listings.iter().filter(|one| one.block.form != BlockForm::Raw);
    let found =
        listings.flat_map(|listing| rules.iter().map(move |rule| rule(book, listing)));
    found.flatten().collect()
}

/// A path in the first line that no file in the book's tree can have.
fn path(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let tags = &listing.tags;
    let is_named = tags.file.is_some() || tags.continues.is_some();
    if is_named || tags.fragment || listing.block.form == BlockForm::Raw {
        return Vec::new();
    }
    let Some(path) = lang::impossible(&listing.block.code) else { return Vec::new() };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let plain = parts.collect::<Vec<_>>().join("/");
    let hint = format!("Paths begin in the chapter's folder and stay below it: {plain}");
    vec![no_file(book.fence(listing), path).hint(hint)]
}

/// That no file can have a listing's path.
pub(super) fn no_file(place: Place, path: &str) -> Finding {
    let short: String = path.chars().take(40).collect();
    let dots = if short.len() < path.len() { "…" } else { "" };
    let message = format!("no file can be made of {short}{dots}: the listing is not run");
    Finding::new(Code::ListingPath, place, message)
}

/// A version of nothing that runs listings.
fn since(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let found = super::run::since_unknown(&listing.tags);
    let finding = |(message, hint): (String, String)| {
        at_fence(book, listing, Code::ListingTagWrong, &message).hint(hint)
    };
    found.map(finding).into_iter().collect()
}

/// That a book has code blocks, and none of them is a file that could be run.
pub fn nothing_to_run(book: &ListingSet) -> Option<Finding> {
    let first = book.listings.iter().find(|one| one.block.form != BlockForm::Raw)?;
    if !book.programs.is_empty() {
        return None;
    }
    let number =
        book.listings.iter().filter(|one| one.block.form != BlockForm::Raw).count();
    let message = format!(
        "nothing is run: {}, and none of them names its file",
        count(number, "code block"),
    );
    Some(at_fence(book, first, Code::ListingsNone, &message).hint(
        "Begin a listing with its path in a comment (`# chapter/name.py`), or name it on the fence: \
         {.python file=\"name.py\"}; with `listings: {run: all}` in book.yaml blocks without a name run, too",
    ))
}

fn at_fence(book: &ListingSet, listing: &Listing, code: Code, message: &str) -> Finding {
    Finding::new(code, book.fence(listing), message)
}

/// A fence that pandoc does not take for one.
fn fault(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let (code, message, hint) = match listing.block.fault {
        None => return Vec::new(),
        Some(FenceFault::Unclosed) => (
            Code::ListingUnclosed,
            "the fence is never closed",
            "Close it with a fence of the same kind and at least the same length",
        ),
        Some(FenceFault::Inline) => (
            Code::ListingInline,
            "what stands behind the fence makes pandoc read inline code or text",
            "Write one word, or all in braces: {.python .norun key=\"value\"}",
        ),
        Some(FenceFault::InlineDeep) => (
            Code::ListingInline,
            "the fence is indented deeper than the list's text: pandoc reads inline code",
            "Put a blank line before it, or indent it as far as the text of its item",
        ),
        Some(FenceFault::InlineBefore3) => (
            Code::ListingInline,
            "a word before attributes makes pandoc before 3 read inline code",
            "Put the word into the braces: {.python .norun}",
        ),
        Some(FenceFault::NoAttributes) => (
            Code::ListingAttributes,
            "the book's format has no attributes: pandoc takes them for a language",
            "Write `from: gfm+attributes` in book.yaml, or say it with tags in the listing",
        ),
    };
    vec![at_fence(book, listing, code, message).hint(hint)]
}

fn unfinished(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let wrong =
        || at_fence(book, listing, Code::ListingUnfinished, "the listing is unfinished");
    listing.tags.bad.then(wrong).into_iter().collect()
}

fn no_reason(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    if !listing.tags.norun
        || listing.tags.reason.is_some()
        || listing.kind != ListingKind::File
    {
        return Vec::new();
    }
    let message = "the listing is not run, and nothing says why";
    vec![at_fence(book, listing, Code::ListingNoReason, message).hint("Add reason=\"…\"")]
}

/// A file whose extension is another language's than the one on the fence.
fn extension(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let Some(path) = &listing.path else { return Vec::new() };
    let by_file = lang::of_file(path);
    let on_fence = listing.block.attr.1.iter().find_map(|class| lang::canonical(class));
    match (on_fence, by_file) {
        (Some(fence), Some(file))
            if !lang::may_be_in(path, fence)
                && ![fence, file]
                    .iter()
                    .any(|one| matches!(*one, "text" | "markdown")) =>
        {
            let message = format!("{path} is {file}, and the fence says {fence}");
            vec![at_fence(book, listing, Code::ListingExtension, &message)]
        }
        _ => Vec::new(),
    }
}

/// A mark without text, and with none of its kind beside it.
fn unfilled(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    if listing.kind != ListingKind::File || listing.tags.norun {
        return Vec::new();
    }
    let lines: Vec<&str> = listing.block.code.lines().collect();
    let marks = printed::marks(&lines);
    let marked = |line: usize| marks.iter().any(|(marked, _)| *marked == line);
    let is_lone = |(line, mark): &(usize, MarkedOutput)| {
        mark.text.trim().is_empty()
            && !line.checked_sub(1).is_some_and(marked)
            && !marked(line + 1)
    };
    let finding = |line: usize| {
        let place = book.place(listing, line);
        Finding::new(Code::ListingUnfilled, place, "the mark waits for output")
    };
    marks.iter().filter(|one| is_lone(one)).map(|(line, _)| finding(*line)).collect()
}

/// Whether a listing shows what it prints.
fn has_output(code: &str) -> bool {
    let lines: Vec<&str> = code.lines().collect();
    !printed::marks(&lines).is_empty() || !printed::blocks(&lines).is_empty()
}

fn no_output(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    if listing.kind != ListingKind::File || listing.tags.norun {
        return Vec::new();
    }
    // One file may be made of several listings, and any of them may show the output.
    let program = || listing.path.as_deref().and_then(|path| book.program(path));
    let code = || program().map_or(&*listing.block.code, |program| &*program.code);
    let has_tag = || {
        let lines: Vec<&str> = listing.block.code.lines().collect();
        let mut tags = listing.tag_lines.iter().filter_map(|&line| lines.get(line));
        tags.any(|line| line.contains("{ErrorOutputExpected}"))
    };
    let wanted = match listing.tags.output {
        OutputMatch::Exact | OutputMatch::First(_) | OutputMatch::Ends(_) => true,
        _ => has_tag(),
    };
    if !wanted || has_output(code()) {
        return Vec::new();
    }
    let message = "the listing has to have output, and shows none";
    vec![
        at_fence(book, listing, Code::ListingNoOutput, message)
            .hint("Add a lone `#:` where it goes, or `/* Output:` and `*/` at the end"),
    ]
}

/// Words by which an interpreter refuses what was typed.
const REFUSALS: &[&str] =
    &["SyntaxError", "IndentationError", "TabError", "syntax error", "error:"];

/// What was typed at a prompt and does not parse. A record that shows how the interpreter refuses
/// it is right as it is.
fn sessions(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let code = &listing.block.code;
    if listing.path.is_some() || REFUSALS.iter().any(|refusal| code.contains(refusal)) {
        return Vec::new();
    }
    // Authors leave things out, and no prompt's language has a word for it.
    if code.lines().any(|line| line.contains('…') || line.trim_end().ends_with("...")) {
        return Vec::new();
    }
    let language = listing.language.as_deref().unwrap_or_default();
    // A table has a `%` behind its first word, too: a record begins with a prompt.
    let first = code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if session::typed(language, first).is_none() {
        return Vec::new();
    }
    let finding = |(language, at): (&str, usize)| {
        let line = code[..at.min(code.len())].matches('\n').count();
        let next = code.lines().nth(line + 1).unwrap_or_default();
        // Some consoles continue a statement without a mark, and say so when they begin anew.
        let is_fine = next.starts_with([' ', '\t']) || code[at..].starts_with("=====");
        let message = format!("what was typed here is no {language}");
        let place = book.place(listing, line);
        (!is_fine).then(|| Finding::new(Code::ListingSession, place, message))
    };
    session::faults(language, code).into_iter().filter_map(finding).collect()
}

/// Tabs at the beginning of lines, but for languages that want them.
fn tabs(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    const WANTED: &[&str] = &["go", "makefile", "csv", "diff", "text"];
    let is_makefile = |path: &String| path.ends_with("Makefile");
    if listing.language.as_deref().is_none_or(|language| WANTED.contains(&language))
        || listing.path.as_ref().is_some_and(is_makefile)
    {
        return Vec::new();
    }
    let mut lines = listing.block.code.lines().enumerate().filter(|(_, line)| {
        line.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t')
    });
    let Some((first, _)) = lines.next() else { return Vec::new() };
    let message = format!("{} indented with tabs", count(lines.count() + 1, "line"));
    vec![Finding::new(Code::ListingTabs, book.place(listing, first), message)]
}

/// A listing that another is the output of, or that has to run before it, and that is not there.
/// What it `needs` may be any file.
fn missing(book: &ListingSet, listing: &Listing) -> Vec<Finding> {
    let tags = &listing.tags;
    let named = [("of", &tags.of), ("setup", &tags.setup)];
    let named = named.iter().filter_map(|(key, name)| Some((*key, name.as_ref()?)));
    let finding = |(key, name): (&str, &String)| {
        let message = format!("{key}={name} names no listing of the book");
        at_fence(book, listing, Code::ListingMissing, &message)
    };
    named
        .filter(|(_, name)| book.named(listing.chapter, name).is_none())
        .map(finding)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and code of each finding.
    fn found(text: &str) -> Vec<String> {
        let book = ListingSet::of_text(text);
        let told = |one: &Finding| format!("{} {}", one.place.line.unwrap(), one.code);
        check(&book, &Settings::default(), true).iter().map(told).collect()
    }

    fn python(code: &str) -> Vec<String> {
        found(&format!("```python\n{code}\n```\n"))
    }

    #[test]
    fn a_good_listing_has_no_finding() {
        assert_eq!(python("# a.py\nprint(1)\n#: 1\n#:\n#: 2"), [""; 0]);
        assert_eq!(found("```go\n// a.go\nfunc f() {\n\tx()\n}\n```\n"), [""; 0]);
        assert_eq!(found("```{=html}\n\t<b>\n```\n"), [""; 0]);
    }

    #[test]
    fn what_pandoc_reads_otherwise_is_found() {
        assert_eq!(found("```python {.norun}\nx\n```\n"), ["1 listing-inline"]);
        assert_eq!(found("a\n\n```{.python norun}\nx\n```\n"), ["3 listing-inline"]);
        assert_eq!(found("```python\nx\n"), ["1 listing-unclosed"]);
    }

    #[test]
    fn what_is_left_to_do_is_found() {
        assert_eq!(python("# !!! a.py"), ["1 listing-unfinished"]);
        assert_eq!(python("# a.py\n# extract: no-run"), ["1 listing-no-reason"]);
        assert_eq!(python("# a.py\n# extract: no-run, a window"), [""; 0]);
        assert_eq!(found("```{.python .norun}\nshown\n```\n"), [""; 0]);
        assert_eq!(python("# a.py\nprint(1)\n#:"), ["4 listing-unfilled"]);
        assert_eq!(python("# a.py\nprint(1)\n#:\n#: 1"), [""; 0]);
        let exact =
            |code: &str| found(&format!("```{{.python output=exact}}\n{code}\n```\n"));
        assert_eq!(exact("# a.py\nprint(1)"), ["1 listing-no-output"]);
        assert_eq!(exact("# a.py\nprint(1)\n#: 1"), [""; 0]);
        assert_eq!(exact("# a.py\nprint(1)\n\"\"\"\nOutput:\n1\n\"\"\""), [""; 0]);
        let java = "```java\n// A.java\n// {ErrorOutputExpected}\n";
        assert_eq!(found(&format!("{java}```\n")), ["1 listing-no-output"]);
        assert_eq!(found(&format!("{java}/* Output:\n*/\n```\n")), [""; 0]);
    }

    #[test]
    fn a_file_of_another_language_is_found() {
        assert_eq!(python("# a.go"), ["1 listing-extension"]);
        assert_eq!(found("```text\n# a.py\n```\n"), [""; 0]);
        assert_eq!(found("```c\n// a.hpp\n```\n"), [""; 0]);
        assert_eq!(found("```java\n// A.JAVA\n```\n"), [""; 0]);
    }

    #[test]
    fn what_a_page_cannot_show_is_found() {
        let wide = "x".repeat(57);
        assert_eq!(python(&format!("a\n{wide}\n{wide}")), ["3 listing-wide"]);
        assert_eq!(python(&"é".repeat(56)), [""; 0]);
        assert_eq!(found(&format!("```{{.python .hidden}}\n{wide}\n```\n")), [""; 0]);
        assert_eq!(python("if x:\n\ty"), ["3 listing-tabs"]);
        assert_eq!(python("x = 1\t# one"), [""; 0]);
    }

    #[test]
    fn a_slip_at_the_prompt_is_found() {
        assert_eq!(python(">>> a = 1\n>>> f(a\n>>> b"), ["3 listing-session"]);
        assert_eq!(python(">>> f(a))\nSyntaxError: unmatched ')'"), [""; 0]);
        assert_eq!(python(">>> for x in y:\n...     f(x)\n...\n1\n>>> x"), [""; 0]);
        assert_eq!(
            found("```\n$ ls | wc\n2\n$ if x; then\n```\n"),
            ["4 listing-session"]
        );
    }

    #[test]
    fn a_listing_that_is_not_there_is_missed() {
        let of = |name: &str| {
            found(&format!(
                "```python\n# b/area.py\n```\n\n```{{.text of={name} cmd=\"mypy\"}}\nok\n```\n"
            ))
        };
        assert_eq!(of("area.py"), [""; 0]);
        assert_eq!(of("b/area.py"), [""; 0]);
        assert_eq!(of("rea.py"), ["5 listing-missing"]);
        assert_eq!(
            found("```{.python setup=_s.py}\n# a.py\n```\n"),
            ["1 listing-missing"]
        );
    }
}
