use super::super::outputs::tests::book;
use super::super::wrap::width;
use super::*;
use proptest::prelude::*;

/// What comparing a listing of Python says, whose output stands in one block.
fn verdict_in(fence: &str, old: &str, stdout: &str) -> Verdict {
    let text = format!("```{fence}\n# a.py\n\"\"\"\nOutput:\n{old}\"\"\"\n```\n");
    let book = book(&text);
    let program = &book.programs[0];
    let expected = Expected::of(&book, program);
    let printed = Printed { stdout: stdout.to_owned(), stderr: String::new() };
    compare(&expected, &printed, &program.tags, 56)
}

fn is_same(fence: &str, old: &str, stdout: &str) -> bool {
    verdict_in(fence, old, stdout) == Verdict::Same
}

fn same(old: &str, stdout: &str) -> bool {
    is_same("python", old, stdout)
}

fn difference(fence: &str, old: &str, stdout: &str) -> Difference {
    match verdict_in(fence, old, stdout) {
        Verdict::Differs(difference) => difference,
        other => panic!("{other:?}"),
    }
}

#[test]
fn outputs_are_compared_exactly() {
    assert!(same("a\nb\n", "a\nb\n"));
    assert!(same("a\nb\n", "a  \r\nb"));
    assert!(same("", "") && same("", "\n") && same("\n", ""));
    assert!(same("aNULb\n", "a\0b"));
    assert!(!same("a\nb\n", "a\n"));
    assert!(!same("a\n", "a\nb\n"));
    assert!(!same("a b\n", "a\nb\n") && !same("a\nb\n", "a b\n"));
    assert!(!same("a\nb\n", "ab\n"));
    assert!(!same("a\n", " a\n") && !same("a  b\n", "a b\n"));
    assert!(!same("a\n", "") && !same("", "a\n"));
    assert!(!same("a\n...\n", "a\nb\n"), "dots stand for themselves");
    assert!(same("a\n...\n", "a\n...\n"));
}

#[test]
fn long_lines_may_stand_wrapped() {
    let words =
        "the quick brown fox jumps over the lazy dog and the quick brown fox sleeps\n";
    let at_56 =
        "the quick brown fox jumps over the lazy dog and the\nquick brown fox sleeps\n";
    assert!(same(at_56, words));
    let at_40 =
        "the quick brown fox jumps over the lazy\ndog and the quick brown fox sleeps\n";
    assert!(same(at_40, words), "another width");
    assert!(same(words, words), "or none");
    let hard = format!("{}\n{}\n", &words[..54], words[54..].trim_end());
    assert!(same(&hard, words), "in a word: {hard}");
    let soon =
        "the quick brown fox jumps over\nthe lazy dog and the quick brown fox sleeps\n";
    assert!(!same(soon, words), "the next word would have fitted");
    let uneven =
        "the quick brown fox jumps over the lazy dog\nand the quick brown fo\nx sleeps\n";
    assert!(!same(uneven, words), "no width fits");
    assert!(!same("the quick brown fox\nsleeps\n", "the quick brown fox sleeps\n"));
    let long = "x".repeat(60);
    assert!(same(&format!("{}\nxxxx\n", "x".repeat(56)), &long));
    assert!(!same(&format!("{}\nxxx\n", "x".repeat(56)), &long));
    // As older books have it.
    let at = "Exception in thread \"main\" java.lang.AssertionError: Loaded.go()\n";
    let old = "Exception in thread \"main\" java.lang.AssertionError:\nLoaded.go()\n";
    assert!(same(old, at));
}

#[test]
fn only_a_part_may_be_shown() {
    let ten = (0..10).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
    let first = "{.python output=first:2}";
    assert!(is_same(first, "line 0\nline 1\n", &ten));
    assert!(is_same(first, "line 0\nline 1\n...\n", &ten));
    assert!(is_same(first, "line 0\nline 1\n...________...________...\n", &ten));
    assert!(!is_same(first, "line 0\n", &ten));
    assert!(!is_same(first, "line 0\nline 2\n", &ten));
    assert!(!is_same(first, "line 0\nline 1\nline 2\n", &ten));
    assert!(is_same(first, "line 0\n", "line 0\n"));
    let ends = "{.python output=ends:2}";
    assert!(is_same(ends, "line 0\nline 1\n...\nline 8\nline 9\n", &ten));
    let own = "line 0\nline 1\n________...________\nline 8\nline 9\n";
    assert!(is_same(ends, own, &ten));
    let no_gap = "line 0\nline 1\nline 8\nline 9\n";
    assert!(!is_same(ends, no_gap, &ten), "the gap has to show");
    assert!(!is_same(ends, "line 0\n...\nline 9\n", &ten));
    assert!(is_same(ends, "a\nb\nc\nd\n", "a\nb\nc\nd\n"));
    let own = "line 0\n...________...________...\nline 9\n";
    assert!(same(own, &ten), "the author's own line");
    assert!(!same(&own.replace("line 0", "line 1"), &ten));
}

#[test]
fn looser_where_the_listing_says_so() {
    let norm = |norm: &str| format!("{{.python norm=\"{norm}\"}}");
    assert!(is_same(&norm("addr"), "A@1b6d3586\n", "A@2a2a2a2a\n"));
    assert!(!is_same(&norm("addr"), "A@1b6d3586\n", "B@2a2a2a2a\n"));
    assert!(is_same(&norm("digits"), "took  9 s\n", "took 10 s\n"));
    assert!(is_same(&norm("date"), "at 12:00:01\n", "at 13:30:59\n"));
    assert!(is_same(&norm("sort"), "b\na\n", "a\nb\n"));
    assert!(!is_same(&norm("sort"), "b\na\na\n", "a\nb\nb\n"));
    let none = "{.python output=none}";
    assert!(is_same(none, "", "") && is_same(none, "a\n", ""));
    assert!(!is_same(none, "", "a\n"));
    let sample = verdict_in("{.python output=sample}", "a\n", "b\n");
    assert_eq!(sample, Verdict::NotCompared);
    let long = format!("{} at 0x7f12 and {}\n", "word".repeat(10), "more".repeat(5));
    let old = format!("{} at 0x1 and\n{}\n", "word".repeat(10), "more".repeat(5));
    assert!(is_same(&norm("addr"), &old, &long));
    assert!(!is_same(&norm("addr"), &old.replace("more", "less"), &long));
    let long = format!("{}12345678 x\n", "w".repeat(52));
    let old = format!("{}8765\n4321 x\n", "w".repeat(52));
    assert!(is_same(&norm("digits"), &old, &long), "a number that is cut");
}

#[test]
fn a_difference_tells_what_would_normalize_it() {
    let found = difference("python", "a\nA@1b6d3586\nc\n", "a\nA@7b6d3586\nc\n");
    assert_eq!(found.diff, "  a\n- A@1b6d3586\n+ A@7b6d3586\n  c\n");
    assert_eq!(found.suggested.map(|norm| norm.to_string()).as_deref(), Some("addr"));
    assert_eq!((found.line, found.unfilled), (3, false));
    let suggested = |old: &str, new: &str| {
        difference("python", old, new).suggested.map(|one| one.to_string())
    };
    assert_eq!(suggested("a\nb\n", "b\na\n").as_deref(), Some("sort"));
    assert_eq!(suggested("0.20 s\n", "0.21 s\n").as_deref(), Some("digits"));
    assert_eq!(suggested("at 10:00\n1\n", "at 11:00\n1\n").as_deref(), Some("date"));
    let both = suggested("b at 0x12\na\n", "a\nb at 0x34\n");
    assert_eq!(both.as_deref(), Some("addr sort"));
    assert_eq!(suggested("a\n", "b\n"), None);
    assert!(difference("python", "", "a\n").unfilled);
    assert_eq!(suggested("", "a\n"), None);
}

#[test]
fn marks_are_compared_one_by_one() {
    let text = "```python\n# a.py\nf()\n#: 1\ng()\n#: 2\nh()\n```\n";
    let book = book(text);
    let expected = Expected::of(&book, &book.programs[0]);
    let verdict = |stdout: &str| {
        let stdout = stdout.replace('<', "\u{1}concbook:").replace('>', "\u{2}");
        let printed = Printed { stdout, stderr: String::new() };
        compare(&expected, &printed, &book.programs[0].tags, 56)
    };
    assert_eq!(verdict("1\n<0>2\n<1>"), Verdict::Same);
    assert_eq!(verdict("1\n2\n"), Verdict::Same, "without tokens");
    let Verdict::Differs(found) = verdict("1\n2\n<0><1>") else { panic!() };
    assert_eq!((found.line, &*found.diff), (2, "  1\n+ 2\n  ⋮\n- 2\n"));
    let Verdict::Differs(found) = verdict("1\n<0>2\n<1>3\n") else { panic!() };
    assert_eq!((found.line, &*found.diff), (5, "+ 3\n"));
    assert!(!found.unfilled);
}

#[test]
fn errors_are_compared_where_the_book_has_them() {
    let text = "```java\n// A.java\n/* Output:\na\n___[ Error Output ]___\nb\n*/\n```\n";
    let book = book(text);
    let program = &book.programs[0];
    let expected = Expected::of(&book, program);
    let verdict = |stdout: &str, stderr: &str| {
        let printed = Printed { stdout: stdout.to_owned(), stderr: stderr.to_owned() };
        compare(&expected, &printed, &program.tags, 56)
    };
    assert_eq!(verdict("a\n", "b\n"), Verdict::Same);
    let Verdict::Differs(found) = verdict("a\n", "c\n") else { panic!() };
    assert_eq!((found.line, &*found.diff), (3, "- b\n+ c\n"));
    assert!(matches!(verdict("b\n", "b\n"), Verdict::Differs(_)));
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ab ]{0,12}",
        3 => "[a-c]{0,3}( {1,3}[a-z]{1,20}){0,12}",
        1 => "[a-zé=]{50,130}",
        1 => Just("...".to_owned()),
    ]
}

fn plain(lines: &[String]) -> Vec<String> {
    normalize(&lines.join("\n"))
}

/// Lines as they are wrapped at a width.
fn wrapped(lines: &[String], width: usize) -> Vec<String> {
    lines.iter().flat_map(|line| wrap(line, 0, width)).map(str::to_owned).collect()
}

fn are_equal(old: &[String], new: &[String]) -> bool {
    let widest = old.iter().map(|line| width(line)).max().unwrap_or_default();
    let rule = Comparison {
        output: OutputMatch::Unsaid,
        norm: Norm::default(),
        width: 56,
        widest,
    };
    let old: Vec<OutputLine> =
        old.iter().map(|text| OutputLine { column: 0, text }).collect();
    equal(&old, new, rule)
}

proptest! {
    #[test]
    fn what_is_wrapped_is_unwrapped(
        lines in proptest::collection::vec(line(), 0..6),
        narrow in 40_usize..56,
    ) {
        let new = plain(&lines);
        prop_assert!(are_equal(&wrapped(&new, 56), &new), "at the book's width");
        // At a narrower width a line that would fit the book is not taken for wrapped.
        let is_clear = |line: &String| !(narrow..=56).contains(&width(line));
        let old = wrapped(&new, narrow);
        if new.iter().all(is_clear) && old.iter().all(|line| width(line) <= narrow) {
            prop_assert!(are_equal(&old, &new), "at {}: {:?}", narrow, old);
        }
    }

    #[test]
    fn outputs_that_differ_are_never_the_same(
        old in proptest::collection::vec(line(), 0..6),
        other in proptest::collection::vec(line(), 0..6),
        joined in 0_usize..6,
        by in 0_usize..3,
    ) {
        // One that has nothing to do with the first, and one of which one line is two lines of
        // the first.
        let old = plain(&old);
        let mut near = old.clone();
        if joined + 1 < near.len() {
            let next = near.remove(joined + 1);
            near[joined].push_str(["", " ", "x"][by]);
            near[joined].push_str(&next);
        }
        for new in [plain(&other), plain(&near)] {
            if old == new || !are_equal(&old, &new) {
                continue;
            }
            // The same letters in the same order, and every line that fits is a line there.
            let letters = |lines: &[String]| lines.concat().replace([' ', '\t'], "");
            prop_assert_eq!(letters(&old), letters(&new));
            for line in new.iter().filter(|line| width(line) <= 56) {
                prop_assert!(old.contains(line), "{:?} in {:?}", line, old);
            }
            // No line that was cut is shorter than the book is wide but for a word.
            let longest = new.iter().flat_map(|line| line.split_whitespace()).map(width).max();
            let least = 32_usize.saturating_sub(longest.unwrap_or_default() + 3);
            prop_assert!(old.iter().any(|line| width(line) >= least));
        }
    }
}
