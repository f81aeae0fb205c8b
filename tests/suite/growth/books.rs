//! Kinds of things of which a book may have many.

use super::{Files, Kind};

const YAML: &str = "input-files: [a.md]\nmetadata:\n  title: T\n  lang: en\n";
const READ: &[&str] = &[
    "listings list .",
    "listings check .",
    "listings extract . -o files",
    "identifiers .",
];
const READ_ALONE: &[&str] =
    &["listings list .", "listings check .", "listings extract . -o files"];
const BUILD: &[&str] = &["build . -o made --no-cover --epubcheck never"];
const ALL: &[&str] = &[
    "listings check .",
    "identifiers .",
    "build . -o made --no-cover --epubcheck never",
];
const RUN: &[&str] = &["listings run . --no-cache", "listings update . --no-cache"];

fn many(number: usize, one: impl Fn(usize) -> String) -> String {
    (0..number).map(one).collect()
}

fn with(yaml: &str, chapter: &str, more: Vec<(String, String)>) -> Files {
    let mut files = vec![
        ("book.yaml".to_owned(), format!("{YAML}{yaml}").into_bytes()),
        ("a.md".to_owned(), format!("# A\n\n{chapter}").into_bytes()),
    ];
    files.extend(more.into_iter().map(|(name, text)| (name, text.into_bytes())));
    files
}

fn chapter(text: String) -> Files {
    with("", &text, Vec::new())
}

const fn kind(
    name: &'static str,
    commands: &'static [&'static str],
    files: fn(usize) -> Files,
) -> Kind {
    Kind { name, commands, files }
}

pub(super) const KINDS: &[Kind] = &[
    kind("programs", READ, |n| {
        chapter(many(n, |i| format!("```python\n# a{i}.py\nx{i} = {i}\n```\n\n")))
    }),
    kind("programs in a build", BUILD, |n| {
        chapter(many(n, |i| format!("```python\n# a{i}.py\nx{i} = {i}\n```\n\n")))
    }),
    kind("programs of one name", READ, |n| {
        chapter(many(n, |i| format!("```python\n# a.py\nx{i} = {i}\n```\n\n")))
    }),
    kind("parts of a program", READ, |n| {
        chapter(
            "```{.python file=a.py}\nx = 1\n```\n\n".to_owned()
                + &many(n, |i| {
                    format!("```{{.python continues=a.py}}\nx{i} = {i}\n```\n\n")
                }),
        )
    }),
    kind("programs that import the one before", READ, |n| {
        chapter(many(n, |i| {
            format!(
                "```python\n# a{}.py\nimport a{i}\nfrom a{i} import x\n```\n\n",
                i + 1
            )
        }))
    }),
    kind("programs that need the one before", READ, |n| {
        chapter(many(n, |i| {
            format!("```{{.python file=a{}.py needs=a{i}.py}}\nx = {i}\n```\n\n", i + 1)
        }))
    }),
    kind("fragments", READ, |n| {
        chapter(many(n, |i| format!("```python\nx{i} = {i}\n```\n\n")))
    }),
    kind("fragments of Java", READ, |n| {
        chapter(many(n, |i| {
            format!(
                "```java\n// a/A{i}.java\npackage a;\nclass A{i} {{ B{i} b; }}\n```\n\n"
            )
        }))
    }),
    kind("lines of a program", READ, |n| {
        chapter(format!(
            "```python\n# a.py\n{}```\n",
            many(n, |i| format!("x{i} = f({i})\n"))
        ))
    }),
    kind("tags", READ, |n| {
        chapter(format!(
            "```java\n// A.java\n{}class A {{}}\n```\n",
            many(n, |i| format!("// {{Requires: x{i}}}\n"))
        ))
    }),
    kind("attributes of a fence", READ, |n| {
        chapter(format!(
            "```{{.python {}}}\nx = 1\n```\n",
            many(n, |i| format!("a{i}=1 "))
        ))
    }),
    kind("needs", READ, |n| {
        chapter(format!(
            "```{{.python file=a.py needs=\"{}\"}}\nx = 1\n```\n",
            many(n, |i| format!("x{i}.py,"))
        ))
    }),
    kind("unclosed fences", READ, |n| chapter("```python\nx\n\n~~~~\n".repeat(n))),
    kind("fences in lists", READ, |n| {
        chapter(many(n, |i| format!("- a\n\n  ```python\n  x{i}\n  ```\n\n")))
    }),
    kind("indented code", READ, |n| chapter(many(n, |i| format!("p\n\n    x{i}\n\n")))),
    // pandoc's own time doubles with a few of them more, in one paragraph and behind it, which has a limit
    // (`hostile::a_chapter_that_pandoc_never_reads_is_told_of`).
    kind("open brackets", READ_ALONE, |n| chapter("[a *b `c\n".repeat(n))),
    kind("open brackets of paragraphs", READ_ALONE, |n| {
        chapter("[a *b `c\n\n".repeat(n))
    }),
    kind("open HTML", ALL, |n| chapter("a <b <!-- x\n".repeat(n))),
    kind("lines of output", RUN, |n| {
        chapter(format!(
            "```python\n# a.py\nfor i in range({n}):\n    print(i * i)\n{}```\n",
            many(n, |i| format!("#: {i}\n"))
        ))
    }),
    kind("statements that print", RUN, |n| {
        chapter(format!(
            "```python\n# a.py\n{}```\n",
            many(n, |i| format!("print({i})\n#:\n"))
        ))
    }),
    kind("programs that run", RUN, |n| {
        chapter(many(n / 8, |i| format!("```python\n# a{i}.py\nprint({i})\n#:\n```\n\n")))
    }),
    kind("examples of a record", RUN, |n| {
        chapter(format!("```pycon\n{}```\n", many(n, |i| format!(">>> {i}\n{i}\n"))))
    }),
    kind("words in code", ALL, |n| {
        chapter(many(n, |i| format!("Call `f{i}()` now.\n\n")))
    }),
    kind("one word in code", ALL, |n| chapter("Call `f()` or f now.\n\n".repeat(n))),
    kind("words", ALL, |n| chapter(many(n, |i| format!("word{i} someName{i} ")))),
    kind("headings", ALL, |n| chapter(many(n, |i| format!("## H {i}\n\nx\n\n")))),
    kind("headings of one text", ALL, |n| chapter("## Same\n\nx\n\n".repeat(n))),
    kind("links", ALL, |n| {
        chapter(many(n, |i| format!("## H{i}\n\n[l](#h{}) [m](#gone{i})\n\n", i * 7 % n)))
    }),
    kind("notes", ALL, |n| {
        chapter(many(n, |i| format!("t[^{i}]\n\n[^{i}]: Note {i}.\n\n")))
    }),
    kind("definitions of links", ALL, |n| {
        chapter(many(n, |i| {
            format!("[l{i}] and [m][l{i}].\n\n[l{i}]: https://x/{i}\n\n")
        }))
    }),
    kind("definitions that lack", ALL, |n| {
        chapter(many(n, |i| format!("[l][l{i}] t[^{i}]\n\n")))
    }),
    kind("definitions of another chapter", BUILD, |n| {
        let mut files =
            chapter(many(n, |i| format!("[l{i}] and [m][l{i}] t[^{i}].\n\n")));
        files[0].1 = YAML.replace("[a.md]", "[a.md, b.md]").into_bytes();
        let text = many(n, |i| format!("[l{i}]: https://x/{i}\n\n[^{i}]: Note.\n\n"));
        files.push(("b.md".to_owned(), format!("# B\n\n{text}").into_bytes()));
        files
    }),
    kind("pictures that lack", BUILD, |n| {
        chapter(many(n, |i| format!("![p{i}](lost{i}.png)\n\n")))
    }),
    kind("tables", BUILD, |n| {
        chapter(many(n, |i| format!("| a | b |\n|---|---|\n| {i} | c |\n\n")))
    }),
    kind("rows", BUILD, |n| {
        chapter(
            "| a | b |\n|---|---|\n".to_owned() + &many(n, |i| format!("| {i} | c |\n")),
        )
    }),
    kind("callouts", BUILD, |n| {
        chapter(many(n, |i| format!("> [!NOTE]\n> Text {i}\n\n::: warning\nx\n:::\n\n")))
    }),
    kind("formulas", BUILD, |n| chapter(many(n, |i| format!("$x_{{{i}}} = {i}$\n\n")))),
    kind("raw HTML", BUILD, |n| {
        chapter(many(n, |i| {
            format!(
                "<div id=\"d{i}\" class=\"c\">\n\n<b>x</b> <a href=\"#d{i}\">l</a>\n\n</div>\n\n"
            )
        }))
    }),
    kind("unclosed raw HTML", BUILD, |n| {
        chapter(many(n, |i| format!("<div>{i} <b>\n\n")))
    }),
    kind("lines that break", BUILD, |n| chapter(many(n, |i| format!("line {i}\\\n")))),
    kind("leftovers of other tools", BUILD, |n| {
        chapter(many(n, |i| format!("{{% x{i} %}} {{{{ y{i} }}}} :::{{z}} @fig:{i}\n\n")))
    }),
    kind("includes", READ, |n| {
        with(
            "",
            &many(n, |i| format!("```python\n{{{{#include x.py:{}}}}}\n```\n\n", i + 1)),
            vec![("x.py".to_owned(), many(n, |i| format!("x{i} = {i}\n")))],
        )
    }),
    kind("lines that are included", READ, |n| {
        with(
            "",
            "```python\n{{#include x.py}}\n```\n",
            vec![("x.py".to_owned(), many(n, |i| format!("x{i} = {i}\n")))],
        )
    }),
    kind("chapters", ALL, |n| {
        let n = n / 4;
        let names = many(n, |i| format!("c{i}.md, "));
        let mut files = with("", "", Vec::new());
        files[0].1 = YAML.replace("a.md", &names).into_bytes();
        files.extend((0..n).map(|i| {
            let text = format!(
                "# C{i}\n\n`f{i}()` [l](c0.md)\n\n```python\n# a.py\nx = {i}\n```\n"
            );
            (format!("c{i}.md"), text.into_bytes())
        }));
        files
    }),
    kind("files beside the book", READ, |n| {
        with("", "", (0..n).map(|i| (format!("x{i}.py"), "x".to_owned())).collect())
    }),
    kind("keys of the metadata", ALL, |n| {
        with(&many(n, |i| format!("  key{i}: v\n")), "", Vec::new())
    }),
    kind("keys that are unknown", &["listings check ."], |n| {
        with(&many(n, |i| format!("key{i}: v\n")), "", Vec::new())
    }),
    kind("creators", BUILD, |n| {
        with(&format!("  author: [{}]\n", many(n, |i| format!("A{i}, "))), "", Vec::new())
    }),
    kind("words that are identifiers", ALL, |n| {
        with(
            &format!(
                "  concbook:\n    identifiers:\n      plain: [{}]\n",
                many(n, |i| format!("w{i}, "))
            ),
            &many(n, |i| format!("w{i} ")),
            Vec::new(),
        )
    }),
];
