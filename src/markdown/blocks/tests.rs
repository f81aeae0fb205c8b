use super::*;
use crate::markdown::Index;

fn blocks(text: &str, dialect: Dialect) -> Vec<Block> {
    Index::read(text, dialect).blocks
}

/// The one block of a text.
#[track_caller]
fn one(text: &str) -> Block {
    let mut found = blocks(text, Dialect::Pandoc);
    assert_eq!(found.len(), 1, "{text}");
    let block = found.remove(0);
    // What is said to stand in a line stands there.
    let lines = block.lines.iter().map(|line| &text[line.clone()]);
    for (written, line) in lines.zip(block.code.lines()) {
        assert!(line.ends_with(written), "{written:?} in {line:?}");
    }
    let before = &text[..block.lines.first().map_or(0, |line| line.start)];
    if !block.lines.is_empty() {
        assert_eq!(before.matches('\n').count() + 1, block.first, "{text}");
    }
    block
}

#[test]
fn fences_of_every_kind_are_read() {
    let block = one("a\n\n```python\nx = 1\n\ny\n```\n");
    assert_eq!((&*block.code, block.line, block.first), ("x = 1\n\ny\n", 3, 4));
    assert_eq!(
        (block.attr.1, block.fault, block.form),
        (vec!["python".to_owned()], None, BlockForm::Fenced)
    );
    assert_eq!(one("~~~ go\nx\n~~~~\n").code, "x\n");
    assert_eq!(one("````\n```\nx\n```\n````\n").code, "```\nx\n```\n");
    assert_eq!(one("```\n```\n").code, "");
    assert_eq!(one("text\n```py\nx\n```\nmore").code, "x\n");
    let block = one("    # a.py\n\n    x\n\ntext");
    assert_eq!(
        (&*block.code, block.form, block.first),
        ("# a.py\n\nx\n", BlockForm::Indented, 1)
    );
    assert_eq!(one("```{=html}\n<b>\n```\n").form, BlockForm::Raw);
    let block = one("```{.python\n file=a.py}\nx\n```\n");
    assert_eq!(
        (block.attr.get("file"), &*block.code, block.first),
        (Some("a.py"), "x\n", 3)
    );
}

#[test]
fn lines_in_containers_have_no_prefix() {
    let block = one("- a\n\n  ```python\n  x\n    y\n\n  z\n  ```\n");
    assert_eq!((&*block.code, &*block.prefix), ("x\n  y\n\nz\n", "  "));
    let block = one("> ```\n> x\n>\n>   y\n> ```\n");
    assert_eq!((&*block.code, &*block.prefix), ("x\n\n  y\n", "> "));
    let block = one("1. > - ```\n   >   x\n   >   ```\n");
    assert_eq!((&*block.code, &*block.prefix), ("x\n", "   >   "));
    let block = one("a[^1]\n\n[^1]: Note\n\n    ```go\n    x\n    ```\n");
    assert_eq!((&*block.code, &*block.prefix), ("x\n", "    "));
    let block = one("  ```\n  x\n y\n  ```\n");
    assert_eq!(block.code, "x\ny\n");
    let block = one("- ```\n  ```\n");
    assert_eq!((&*block.code, &*block.prefix), ("", "  "));
}

#[test]
fn tabs_and_line_ends_stay_what_they_are() {
    let block = one("```go\r\nf() {\r\n\tx\r\n\r\n}\r\n```\r\n");
    assert_eq!((&*block.code, block.crlf), ("f() {\n\tx\n\n}\n", true));
    assert_eq!(block.fault, None);
    let block = one("- a\n\n  ```go\n\tx\n  ```\n");
    assert_eq!(block.code, "  x\n");
    assert!(!block.crlf);
}

#[test]
fn what_is_no_block_is_none() {
    for text in
        ["<!--\n```python\nx\n```\n-->\n", "a `b` c\n", "---\na: |\n    x\n---\n", ""]
    {
        assert_eq!(blocks(text, Dialect::Pandoc), [], "{text}");
    }
}

#[test]
fn a_fence_that_never_closes_is_a_fault() {
    let fault = |text| one(text).fault;
    assert_eq!(fault("```python\nx = 1\n"), Some(FenceFault::Unclosed));
    assert_eq!(fault("```python\nx = 1"), Some(FenceFault::Unclosed));
    assert_eq!(fault("````\nx\n```\n"), Some(FenceFault::Unclosed));
    assert_eq!(fault("```"), Some(FenceFault::Unclosed));
    assert_eq!(fault("> ```\n> x\n\ntext\n"), Some(FenceFault::Unclosed));
    assert_eq!(fault("> ```\n> x\n> ```\n"), None);
    assert_eq!(one("```\nx\n\n").code, "x\n");
}

#[test]
fn what_pandoc_reads_as_inline_code_is_a_fault() {
    let fault = |info: &str, from: &str| {
        let text = format!("```{info}\nx\n```\n");
        blocks(&text, Dialect::of(from)).remove(0).fault
    };
    assert_eq!(fault("python {.norun}", "markdown"), Some(FenceFault::InlineBefore3));
    assert_eq!(fault("python numberLines", "markdown"), Some(FenceFault::Inline));
    assert_eq!(fault("{.python norun}", "markdown"), Some(FenceFault::Inline));
    assert_eq!(fault("{.python .norun}", "markdown"), None);
    assert_eq!(fault("python title", "gfm"), None);
    assert_eq!(fault("{.python file=a.py}", "gfm"), Some(FenceFault::NoAttributes));
    assert_eq!(fault("python {.norun}", "gfm+attributes"), None);
    assert_eq!(fault("python {.norun}", "commonmark_x"), None);
}

#[test]
fn cells_of_a_grid_table_that_span_others_hold_blocks() {
    let text = "\
+-------------------+---------+
| Across            | ```c    |
|                   | x;      |
| ~~~ py            | ```     |
| a + b             +---------+
| ~~~               | One     |
+=========+=========+---------+
| Two     | ``` go            |
+---------+ y()               |
| Three   | ```               |
+---------+-------------------+
";
    let found = blocks(text, Dialect::Pandoc);
    let codes: Vec<(&str, &str)> =
        found.iter().map(|block| (&*block.info, &*block.code)).collect();
    assert_eq!(codes, [("py", "a + b\n"), ("c", "x;\n"), ("go", "y()\n")]);
    let at = text.find("y()").unwrap();
    assert_eq!((found[2].lines.len(), &found[2].lines[0]), (1, &(at..at + 3)));
    // Borders that lead nowhere are no cells.
    let torn = text.replace("| Three   | ```", "| Three     ```");
    assert_eq!(blocks(&torn, Dialect::Pandoc), []);
}
