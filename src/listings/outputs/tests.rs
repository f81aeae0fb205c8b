use super::*;

pub(in crate::listings) fn book(text: &str) -> ListingSet {
    ListingSet::of_text(text)
}

fn expected(fence: &str, code: &str) -> Expected {
    let book = book(&format!("```{fence}\n{code}\n```\n"));
    Expected::of(&book, &book.programs[0])
}

fn chunks(found: &Expected) -> Vec<(Range<usize>, String)> {
    let told = |chunk: &Chunk| (chunk.lines.clone(), chunk.text.join("|"));
    found.chunks.iter().map(told).collect()
}

#[test]
fn marks_that_adjoin_are_one_chunk() {
    let found = expected(
        "python",
        "# a.py\nprint(1, 2)\n#: 1\n#: 2\nif x:\n    print(3)\n    #: 3\n#: 4\nf()\n#:",
    );
    assert_eq!(found.shape, Shape::Marks);
    let text = |text: &str| text.to_owned();
    assert_eq!(
        chunks(&found),
        [(2..4, text("1|2")), (6..7, text("3")), (7..8, text("4")), (9..10, text(""))]
    );
    assert_eq!(found.chunks[1].lead, "    #: ");
    assert!(found.ends && found.chunks[3].is_unfilled());
    assert_eq!(found.joined(), "1\n2\n3\n4\n\n");
    assert!(!expected("python", "# a.py\nf()\n#: 1\ng()").ends);
    assert!(expected("python", "# a.py\nf()\n#: 1\n\n# the end").ends);
}

#[test]
fn what_stands_in_a_string_is_no_mark() {
    let code = "# a.py\nx = \"\"\"\n#: 1\n\"\"\"\nprint(x)\n#: 2";
    assert_eq!(chunks(&expected("python", code)), [(5..6, "2".to_owned())]);
    let code = "# a.py\nx = '''\n/* Output:\n1\n*/\n'''";
    assert_eq!(expected("python", code).shape, Shape::None);
    let code = "// a.js\nlet x = `\n//> 1\n`;\n/*\n//> 2\n*/\nf();\n//> 3";
    assert_eq!(chunks(&expected("javascript", code)), [(8..9, "3".to_owned())]);
    let code = "# a.sh\ncat <<E\n#: 1\nE\n#: 2";
    assert_eq!(chunks(&expected("bash", code)), [(4..5, "2".to_owned())]);
}

#[test]
fn a_block_at_the_end_is_all_output() {
    let found = expected("java", "// A.java\nclass A {}\n/* Output:\na\n\nb\n*/\n");
    assert_eq!(
        (found.shape, chunks(&found)),
        (Shape::Block, vec![(3..6, "a||b".into())])
    );
    let found = expected("java", "// A.java\n/* Output: */");
    assert_eq!(chunks(&found), [(2..2, String::new())]);
    let found = expected("java", "// A.java\n/* Output: 42 */");
    assert_eq!(chunks(&found), [(2..2, "42".to_owned())]);
    let found = expected("java", "// A.java\n} /* Output: (Sample)\na\nb*///:~");
    assert_eq!(chunks(&found), [(2..3, "a|b".to_owned())]);
    let found = expected("python", "# a.py\n\"\"\"\nOutput:\na\n\"\"\"");
    assert_eq!(chunks(&found), [(3..4, "a".to_owned())]);
    assert_eq!(
        expected("java", "// A.java\n/* Output:\na\n*/\nclass A {}").shape,
        Shape::None
    );
}

#[test]
fn errors_are_kept_apart() {
    let found =
        expected("java", "// A.java\n/* Output:\na\n___[ Error Output ]___\nb\nc\n*/");
    let text = vec!["b".to_owned(), "c".to_owned()];
    assert_eq!(found.errors, Some(Errors { line: 3, chunk: 0, text }));
    assert_eq!(chunks(&found), [(2..6, "a".to_owned())]);
    let found = expected("python", "# a.py\nf()\n#: ___[ Error Output ]___\n#: b");
    assert_eq!(found.errors.map(|one| (one.line, one.text)), Some((2, vec!["b".into()])));
}

#[test]
fn two_hashes_are_a_comment_where_the_author_has_a_mark() {
    let two = "```python\n# a.py\nprint(1)\n## 1\n```\n";
    let alone = book(two);
    assert_eq!(Expected::of(&alone, &alone.programs[0]).shape, Shape::Marks);
    let both = book(&format!("{two}\n```python\n# b.py\nf()\n#: 1\n```\n"));
    assert_eq!(Expected::of(&both, &both.programs[0]).shape, Shape::None);
    let said = two.replace("python", "{.python output=exact}");
    let both = book(&format!("{said}\n```python\n# b.py\nf()\n#: 1\n```\n"));
    assert_eq!(Expected::of(&both, &both.programs[0]).shape, Shape::Marks);
}

#[test]
fn what_is_compared() {
    let compared = |fence: &str, code: &str| {
        let book = book(&format!("```{fence}\n{code}\n```\n"));
        let program = &book.programs[0];
        Expected::of(&book, program).is_compared(&program.tags)
    };
    assert!(compared("python", "# a.py\nf()\n#: 1"));
    assert!(!compared("python", "# a.py\nf()"));
    assert!(compared("{.python output=none}", "# a.py\nf()"));
    assert!(!compared("{.python output=sample}", "# a.py\nf()\n#: 1"));
}

#[test]
fn a_block_may_be_the_output_of_a_command() {
    let book = book(
        "```python\n# a.py\n```\n\n```{.text of=a.py cmd=\"mypy a.py\"}\nok\n\nno\n```\n",
    );
    let (program, expected) = of_command(&book, 1).unwrap();
    assert_eq!(chunks(&expected), [(0..3, "ok||no".to_owned())]);
    assert_eq!((&*program.path, program.lines[2].line), ("a.py", 8));
    assert!(of_command(&book, 0).is_none() && of_command(&book, 9).is_none());
}
