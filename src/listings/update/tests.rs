use super::super::outputs::{self, tests::book};
use super::super::run::Target;
use super::write::spliced;
use super::*;
use crate::fsx;
use crate::markdown::Dialect;
use crate::project::Chapter;
use proptest::prelude::*;

/// Standard output with `<n>` for the token of mark n.
fn printed(stdout: &str) -> Printed {
    let stdout = stdout.replace('<', "\u{1}concbook:").replace('>', "\u{2}");
    Printed { stdout, stderr: "oops\n".to_owned() }
}

/// What one program's output changes.
fn one(
    book: &ListingSet,
    program: &Program,
    expected: &Expected,
    printed: &Printed,
) -> Update {
    splices(book, &[(program, expected, printed)], 56).remove(0)
}

fn update_of(text: &str, stdout: &str) -> (String, Vec<String>) {
    let book = book(text);
    let program = &book.programs[0];
    let expected = Expected::of(&book, program);
    let update = one(&book, program, &expected, &printed(stdout));
    let told =
        |one: &Finding| format!("{} {}", one.place.line.unwrap_or_default(), one.code);
    let new = spliced(text, &update.splices).unwrap();
    (new, update.findings.iter().map(told).collect())
}

/// The chapter after its program printed this; a second time changes nothing.
fn updated(text: &str, stdout: &str) -> String {
    let (new, findings) = update_of(text, stdout);
    assert_eq!(findings, [""; 0], "{text}");
    assert_eq!(update_of(&new, stdout), (new.clone(), vec![]), "a second time");
    new
}

/// That the output in a chapter comes back when it was taken out.
fn comes_back(full: &str, empty: &str, stdout: &str) {
    assert_eq!(updated(empty, stdout), full);
    assert_eq!(updated(full, stdout), full, "nothing changes");
}

#[test]
fn marks_are_filled() {
    let full = "a\n\n```python\n# a.py\nprint(1)\n#: 1\nif x:\n    f()\n    #: 2\n    #: 3\ng()\n#:\nh()\n```\n\nb\n";
    let empty = full.replace("#: 1", "#:").replace("    #: 2\n    #: 3", "    #:");
    comes_back(full, &empty, "1\n<0>2\n3\n<1><2>");
    let other = full.replace("#: 1", "#: 7\n#:   8\n#:\n#: 9");
    assert_eq!(updated(full, "7\n  8\n\n9\n<0>2\n3\n<1><2>"), other);
    assert_eq!(updated(&other, "1\n<0>2\n3\n<1><2>"), full);
    assert_eq!(updated(full, "<0>2\n3<1><2>"), full.replace("#: 1", "#:"));
}

#[test]
fn what_is_printed_behind_the_last_mark_goes_to_the_end() {
    let text = "```python\n# a.py\nf()\n#: 1\ng()\n\n```\n";
    let new = "```python\n# a.py\nf()\n#: 1\ng()\n#: 2\n#: 3\n\n```\n";
    assert_eq!(update_of(text, "1\n<0>2\n3\n").0, new);
    assert_eq!(updated(new, "1\n<0>2\n3\n"), new);
}

#[test]
fn blocks_are_filled() {
    let full = "```java\n// A.java\nclass A {}\n/* Output:\na\n\n  b\n*/\n```\n";
    let empty = full.replace("a\n\n  b\n", "");
    comes_back(full, &empty, "a\n\n  b\n");
    assert_eq!(updated(full, ""), empty);
    let line = "```java\n// A.java\n/* Output: */\n```\n";
    assert_eq!(updated(line, "a\n"), "```java\n// A.java\n/* Output:\na\n*/\n```\n");
    let line = line.replace("Output:", "Output: 42");
    assert_eq!(updated(&line, "42\n"), line);
    assert_eq!(updated(&line, "43\n"), "```java\n// A.java\n/* Output:\n43\n*/\n```\n");
    assert_eq!(updated(&line, ""), "```java\n// A.java\n/* Output: */\n```\n");
    let shared = "```java\n// A.java\n} /* Output: (First 2 Lines)\na*///:~\n```\n";
    let new =
        "```java\n// A.java\n} /* Output: (First 2 Lines)\nb\nc\n...\n*///:~\n```\n";
    assert_eq!(updated(shared, "b\nc\nd\n"), new);
    // An author who shows as many lines as are asked for, and no dots, wants none.
    let bare = "```{.python output=first:2}\n# a.py\nf()\n#: a\n#: b\n```\n";
    assert_eq!(updated(bare, "a\nc\nd\n"), bare.replace("#: b", "#: c"));
    let dots = bare.replace("#: b", "#: b\n#: …");
    assert_eq!(updated(&dots, "a\nc\nd\n"), dots.replace("#: b", "#: c"));
    let python = "```python\n# a.py\n\"\"\"\nOutput:\na\n\"\"\"\n```\n";
    comes_back(python, &python.replace("a\n\"\"\"", "\"\"\""), "a\n");
}

#[test]
fn a_part_is_shown_where_the_listing_says_so() {
    let ten = (0..10).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let text = "```java\n// A.java\n/* Output: (First and Last 2 Lines)\n*/\n```\n";
    let full = text.replace("*/", "0\n1\n...\n8\n9\n*/");
    comes_back(&full, text, &ten);
    let own = full.replace("...", "...________...________...");
    assert_eq!(updated(&own, &ten), own);
    assert_eq!(updated(&own.replace("8\n", "7\n"), &ten), own, "the author's line stays");
    let text = "```{.python output=first:2}\n# a.py\nf()\n#:\n```\n";
    assert_eq!(updated(text, &ten), text.replace("#:", "#: 0\n#: 1\n#: ..."));
}

#[test]
fn long_lines_are_wrapped() {
    let words = "the quick brown fox jumps over the lazy dog and sleeps and sleeps\n";
    let text = "```python\n# a.py\nif x:\n    f()\n    #:\n```\n";
    let full = text.replace(
        "    #:",
        "    #: the quick brown fox jumps over the lazy dog and\n    #: sleeps and sleeps",
    );
    comes_back(&full, text, words);
    // As an older edition had it.
    let old = text.replace(
        "    #:",
        "    #: the quick brown fox jumps over the\n    #: lazy dog and sleeps and sleeps",
    );
    assert_eq!(updated(&old, words), old);
}

#[test]
fn errors_have_their_part() {
    let text = "```java\n// A.java\n/* Output:\na\n___[ Error Output ]___\n*/\n```\n";
    let full = text.replace("*/", "oops\n*/");
    comes_back(&full, text, "a\n");
    assert_eq!(updated(text, "b\n"), full.replace("a\n_", "b\n_"));
    let python = "```python\n# a.py\nf()\n#: ___[ Error Output ]___\n```\n";
    let full = python.replace("___\n", "___\n#: oops\n");
    comes_back(&full, python, "");
}

#[test]
fn what_the_author_meant_otherwise_is_let_alone() {
    for (shown, stdout) in [
        // This went to standard error, and is no output that is gone.
        ("a\n#: oops", "a\n"),
        ("oops", "b\n"),
        // This stands for lines that nobody wants to see.
        ("...", "0\n1\n2\n"),
        ("0\n#: …\n#: 8", "0\n1\n2\n"),
    ] {
        let text = format!("```python\n# a.py\nf()\n#: {shown}\n```\n");
        let told = vec!["4 listing-output-refused".to_owned()];
        assert_eq!(update_of(&text, stdout), (text.clone(), told), "{shown}");
    }
    // A program may print dots.
    let text = "```python\n# a.py\nf()\n#: ...\n#: 1\n```\n";
    assert_eq!(updated(text, "...\n2\n"), text.replace("1\n", "2\n"));
}

#[test]
fn bytes_outside_the_output_stay() {
    for (full, empty) in [
        // Windows line ends.
        ("x\r\n\r\n```python\r\n# a.py\r\nf()\r\n#: 1\r\n#: 2\r\n```\r\n", "#:"),
        // In a list, in a quote, and in both.
        ("- x\n\n  ```python\n  # a.py\n\n  f()\n  #: 1\n  #: 2\n  ```\n- y\n", "#:"),
        ("> ```python\n> # a.py\n>\n> f()\n> #: 1\n> #: 2\n> ```\n", "#:"),
        (
            "> 1. x\n>\n>    ~~~~python\n>    # a.py\n>    f()\n>    #: 1\n>    #: 2\n>    ~~~~\n",
            "#:",
        ),
        // Other fences, and no fence.
        ("~~~python\n# a.py\nf()\n#: 1\n#: 2\n~~~\n", "#:"),
        ("````python\n# a.py\nx = '''\n```\n'''\nf()\n#: 1\n#: 2\n````\n", "#:"),
        ("a\n\n    # a.py\n    f()\n    #: 1\n    #: 2\n\nb\n", "#:"),
        ("a\n\n\t# a.py\n\tf()\n\t#: 1\n\t#: 2\n\nb\n", "#:"),
        // Tabs.
        ("```go\n// a.go\nfunc f() {\n\tg()\n\t//> 1\n\t//> 2\n}\n```\n", "//>"),
        ("- ```python\n  # a.py\n  f()\n  #: 1\n  #: 2\n", "#:"),
    ] {
        let text = empty_of(full, empty);
        if full.starts_with("- ```") {
            // It is never closed: no program comes of it.
            assert!(book(full).programs.is_empty());
            continue;
        }
        comes_back(full, &text, "1\n2\n");
    }
    let block =
        "> /* x */\n>\n> ```java\n> // A.java\n> /* Output:\n> a\n>\n> b\n> */\n> ```\n";
    comes_back(block, &block.replace("> a\n>\n> b\n", ""), "a\n\nb\n");
    let list = "- x\n\n  ```java\r\n  // A.java\r\n  /* Output:\r\n  a\r\n\r\n  b\r\n  */\r\n  ```\r\n";
    comes_back(list, &list.replace("  a\r\n\r\n  b\r\n", ""), "a\n\nb\n");
}

/// A chapter with one lone mark for its output.
fn empty_of(full: &str, mark: &str) -> String {
    let (one, two) = (format!("{mark} 1"), format!("{mark} 2"));
    let lines = full.split_inclusive('\n').filter(|line| !line.contains(&two));
    lines.map(|line| line.replace(&one, mark)).collect()
}

#[test]
fn what_is_the_same_stays() {
    let text =
        "```{.python norm=digits}\n# a.py\nf()\n#: took 1.25 s\ng()\n#: 1  \n```\n";
    assert_eq!(updated(text, "took 2.5 s\n<0>1\n"), text);
    let new = text.replace("1  ", "x");
    assert_eq!(updated(text, "took 2.5 s\n<0>x\n"), new);
    let sample = "```{.python output=sample}\n# a.py\nf()\n#: 1\n```\n";
    assert_eq!(updated(sample, "2\n"), sample);
    assert_eq!(update_of(&sample.replace("#: 1", "#:"), "1\n").0, sample);
    let none = "```{.python output=none}\n# a.py\nf()\n#: 1\n```\n";
    assert_eq!(updated(none, "2\n"), none);
    let bare = "```python\n# a.py\nf()\n```\n";
    assert_eq!(updated(bare, "2\n"), bare);
}

#[test]
fn without_tokens_only_what_is_clear_is_written() {
    let text = "```python\n# a.py\nf()\n#: 1\ng()\n#: 2\nh()\n#: 3\n```\n";
    assert_eq!(updated(text, "1\n2\n3\n"), text);
    assert_eq!(updated(text, "1\n7\n3\n"), text.replace("#: 2", "#: 7"));
    assert_eq!(updated(&text.replace("#: 2", "#:"), "1\n2\n3\n"), text);
    let refused = (text.to_owned(), vec!["4 listing-output-unplaced".to_owned()]);
    assert_eq!(update_of(text, "7\n8\n9\n"), refused);
    assert_eq!(update_of(text, "1\n7\n2\n3\n"), refused);
}

#[test]
fn what_would_end_its_carrier_is_refused() {
    let refused = |text: &str, stdout: &str| {
        let (new, findings) = update_of(text, stdout);
        assert_eq!(new, text);
        findings
    };
    let one = |line: u32| vec![format!("{line} listing-output-refused")];
    let java = "```java\n// A.java\n/* Output:\n*/\n```\n";
    assert_eq!(refused(java, "a */ b\n"), one(4));
    assert_eq!(refused(java, "C:\\users\n"), one(4));
    assert_eq!(refused(java, "a\u{7}b\n"), one(4));
    assert_eq!(refused(java, "```\n"), one(4));
    assert_eq!(refused(java, "a\n   ````  \nb\n"), one(4));
    assert_eq!(
        updated(java, "x ```\n``\n```python\n"),
        java.replace("*/", "x ```\n``\n```python\n*/")
    );
    assert_eq!(updated(java, "a\0b"), java.replace("*/", "aNULb\n*/"));
    let tildes = java.replace("```", "~~~");
    assert_eq!(updated(&tildes, "```\n"), tildes.replace("*/", "```\n*/"));
    assert_eq!(refused(&tildes, "~~~\n"), one(4));
    assert_eq!(
        refused("```python\n# a.py\n\"\"\"\nOutput:\n\"\"\"\n```\n", "\"\"\"\n"),
        one(5)
    );
    assert_eq!(
        refused("```python\n# a.py\n\"\"\"\nOutput:\n\"\"\"\n```\n", "\\x\n"),
        one(5)
    );
    assert_eq!(refused("```rust\n// a.rs\n/* Output:\n*/\n```\n", "/*\n"), one(4));
    assert_eq!(refused("```c\n// a.c\nf();\n//>\n```\n", "a\\\n"), one(4));
    let marks = "```python\n# a.py\nf()\n#:\n```\n";
    assert_eq!(
        updated(marks, "```\n*/\n\"\"\"\n"),
        marks.replace("#:", "#: ```\n#: */\n#: \"\"\"")
    );
    // It would be read for what went to standard error.
    assert_eq!(refused(marks, "___[ Error Output ]___\n"), one(4));
    let own = "```python\n# a.py\nf()\n#: 1\n#: ...________...\n#: 9\n```\n";
    assert_eq!(updated(own, "1\n2\n3\n9\n"), own);
    assert_eq!(refused(own, "2\n3\n9\n"), one(4));
}

#[test]
fn what_is_shown_twice_is_written_twice() {
    let text = "```python\n# a.py\nf()\n#: 1\n```\n\nAgain:\n\n> ```python\n> # a.py\n> f()\n> #: 1\n> ```\n";
    assert_eq!(updated(text, "2\n"), text.replace("#: 1", "#: 2"));
}

#[test]
fn a_program_may_have_several_listings() {
    let text = "```python\n# a.py\nf()\n#: 1\n```\n\nThen\n\n```{.python continues=a.py}\ng()\n#: 2\nh()\n```\n";
    let new =
        text.replace("#: 1", "#: 3").replace("#: 2", "#: 4").replace("h()", "h()\n#: 5");
    assert_eq!(update_of(text, "3\n<0>4\n<1>5\n").0, new);
    let java = "```java\n// A.java\nf();\n//> 1\n// Continued ...\n```\n\n```java\n// ... Continuing\ng();\n```\n";
    let new = java.replace("g();", "g();\n//> 2");
    assert_eq!(update_of(java, "1\n<0>2\n").0, new);
}

#[test]
fn the_output_of_a_command_is_all_of_its_block() {
    let text = "```python\n# a.py\n```\n\n> ```{.text of=a.py cmd=\"mypy a.py\"}\n> ok\n>\n> no\n> ```\n";
    let new_of = |text: &str, stdout: &str| {
        let book = book(text);
        let (program, expected) = outputs::of_command(&book, 1).unwrap();
        let update = one(&book, &program, &expected, &printed(stdout));
        assert_eq!(update.findings, [], "{text}");
        spliced(text, &update.splices).unwrap()
    };
    assert_eq!(new_of(text, "ok\n\nno\n"), text);
    assert_eq!(new_of(text, "one\n"), text.replace("> ok\n>\n> no\n", "> one\n"));
    let empty = text.replace("> ok\n>\n> no\n", "");
    assert_eq!(new_of(&empty, "ok\n\nno\n"), text);
    let unclosed = "```python\n# a.py\n```\n\n```{.text of=a.py cmd=x}\nok\n";
    assert!(outputs::of_command(&book(unclosed), 1).is_none());
}

#[test]
fn a_changed_program_runs_twice() {
    let text = "```python\n# a.py\nf()\n#: 1\n```\n\n```python\n# b.py\ng()\n#:\n```\n\n```python\n# c.py\nh()\n#: 3\n```\n";
    let book = book(text);
    let runs = std::cell::RefCell::new(Vec::new());
    let told = |outputs: [[&'static str; 3]; 2]| {
        runs.borrow_mut().clear();
        let run = |targets: &[Target]| {
            let turn = runs.borrow().len();
            runs.borrow_mut().push(targets.to_vec());
            let one = |job: &Target| match job {
                Target::Program(number) => Some(printed(outputs[turn][*number])),
                Target::Command(_) => None,
            };
            Ok(targets.iter().map(one).collect())
        };
        let outcome = update(&book, 56, &run).unwrap();
        let codes: Vec<String> = outcome
            .findings
            .iter()
            .map(|one| format!("{} {}", one.code, one.hint.clone().unwrap()))
            .collect();
        (spliced(text, &outcome.splices).unwrap(), codes)
    };
    let same = told([["1\n", "2\n", "3\n"], ["", "2\n", ""]]);
    assert_eq!(same, (text.replace("#:\n", "#: 2\n"), vec![]));
    let all = [Target::Program(0), Target::Program(1), Target::Program(2)];
    assert_eq!(*runs.borrow(), [all.to_vec(), vec![Target::Program(1)]]);
    let (new, findings) =
        told([["1\n", "at 10:00:00\n", "3\n"], ["", "at 10:00:01\n", ""]]);
    assert_eq!(new, text);
    let hint = "With norm=\"date\" they are the same; else say output=sample";
    assert_eq!(findings, [format!("listing-output-unstable {hint}")]);
    let (new, findings) = told([["1\n", "x\n", "3\n"], ["", "y\n", ""]]);
    assert_eq!((new, findings.len()), (text.to_owned(), 1));
    assert!(findings[0].contains("say output=sample"));
    told([["1\n", "", "3\n"], ["", "", ""]]);
    assert_eq!(runs.borrow().len(), 1, "nothing changed");
}

#[test]
fn a_file_that_changed_meanwhile_is_let_alone() {
    let dir = fsx::temp_dir().unwrap();
    let path = dir.path().join("a.md");
    let text = "\u{feff}é\r\n#:\r\n";
    fsx::write_atomic(&path, text.as_bytes()).unwrap();
    let read =
        |text: &str| Chapter::of_text(path.to_str().unwrap(), text, Dialect::Pandoc);
    let chapter = read(&fsx::read_text(&path).unwrap());
    let splice =
        Splice { chapter: 0, range: 4..6, text: "#: 1".to_owned(), in_file: None };
    assert_eq!(write(&chapter, &[]).unwrap(), ChapterUpdate::Unchanged);
    let edited = format!("{text}more\r\n");
    fsx::write_atomic(&path, edited.as_bytes()).unwrap();
    let done = write(&chapter, std::slice::from_ref(&splice)).unwrap();
    assert_eq!(done, ChapterUpdate::Meanwhile);
    assert_eq!(fsx::read(&path).unwrap(), edited.as_bytes());
    fsx::write_atomic(&path, text.as_bytes()).unwrap();
    assert_eq!(
        write(&chapter, std::slice::from_ref(&splice)).unwrap(),
        ChapterUpdate::Done
    );
    assert_eq!(fsx::read(&path).unwrap(), "\u{feff}é\r\n#: 1\r\n".as_bytes());
    assert_eq!(
        fsx::files_below(dir.path()).unwrap().len(),
        1,
        "nothing is left beside it"
    );
    let twice = [splice.clone(), splice];
    assert!(write(&read("é\r\n#: 1\r\n"), &twice).is_err());
}

#[test]
fn one_output_that_would_end_its_block_keeps_no_other_from_being_written() {
    let listing = |name: &str| {
        format!("```python\n# {name}.py\nf()\n'''\nOutput:\nold\n'''\n```\n\n")
    };
    let text: String = ["a", "b", "c", "d", "e"].map(listing).concat();
    let book = book(&text);
    let all: Vec<(Expected, Printed)> = book
        .programs
        .iter()
        .enumerate()
        .map(|(number, program)| {
            let stdout = if number == 2 { "x\n```\ny\n" } else { "new\n" };
            (Expected::of(&book, program), printed(stdout))
        })
        .collect();
    let programs: Vec<_> = book
        .programs
        .iter()
        .zip(&all)
        .map(|(program, (expected, printed))| (program, expected, printed))
        .collect();
    let updates = splices(&book, &programs, 56);
    let refused: Vec<bool> = updates.iter().map(|one| one.splices.is_empty()).collect();
    assert_eq!(refused, [false, false, true, false, false]);
    assert_eq!(updates[2].findings.len(), 1);
}

#[test]
fn a_review_is_a_diff() {
    let text = "x\n\n```python\n# a.py\nf()\n#: 1\n```\n";
    let book = book(text);
    let expected = Expected::of(&book, &book.programs[0]);
    let update = one(&book, &book.programs[0], &expected, &printed("2\n"));
    let diff = review(&book, &update.splices);
    assert!(diff.starts_with("--- a.md\n+++ a.md\n@@ -3,5 +3,5 @@\n"), "{diff}");
    assert!(diff.contains("\n-#: 1\n+#: 2\n"), "{diff}");
    assert_eq!(review(&book, &[]), "");
}

proptest! {
    #[test]
    fn any_output_comes_back(
        lines in proptest::collection::vec(
            prop_oneof!["[ -~]{0,80}", "[a-z`~*/\"#:. ]{0,12}", "\\PC{0,70}"], 1..6,
        ),
        shape in 0_usize..6,
        crlf in any::<bool>(),
    ) {
        let (fence, prefix, open, close) = [
            ("```", "", "#:", ""),
            ("~~~", "> ", "\"\"\"\nOutput:", "\"\"\""),
            ("````", "- ", "#:", ""),
            ("```", "  ", "\"\"\" Output:", "\"\"\""),
            ("```", "> - ", "'''\nOutput:", "'''"),
            ("~~~~", "", "\"\"\"\nOutput: (First 3 Lines)", "\"\"\""),
        ][shape];
        let rest = prefix.replace('-', " ");
        let mut text = String::from("Before.\n\n");
        text.extend([prefix, fence, "python\n"]);
        let code = format!("# a.py\n\nf()\n{open}\n{close}\n{fence}");
        for line in code.lines() {
            text.extend([&*rest, line, "\n"]);
        }
        text.push_str("\nBehind.\n");
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let stdout = lines.join("\n");
        let (new, findings) = update_of(&text, &stdout);
        if findings.is_empty() {
            let (again, none) = update_of(&new, &stdout);
            prop_assert_eq!((&again, none.len()), (&new, 0));
            prop_assert!(new.starts_with("Before.") && new.trim_end().ends_with("Behind."));
            prop_assert_eq!(new.matches('\n').count(), new.matches("\r\n").count().max(
                if crlf { 0 } else { new.matches('\n').count() }
            ));
            // Taken out and put in again, it is the same.
            let (empty, _) = update_of(&new, "");
            if update_of(&empty, &stdout).1.is_empty() {
                prop_assert_eq!(update_of(&empty, &stdout).0, new);
            }
        } else {
            prop_assert_eq!(new, text);
        }
    }
}
