//! What pandoc leaves as the author wrote it is told, and what is meant as text is not.

use crate::support;
use crate::support::TempBook;
use std::path::Path;

const YAML: &str = "to: epub3\ninput-files: [a.md, b.md]\nmetadata:\n  title: A Book\n  \
                    author: Ann Author\n  lang: en\n";

/// Builds a book in a format; its findings without their hints, their files by name alone.
fn findings(book: &TempBook, pandoc: &Path) -> Vec<String> {
    let dir = book.path("");
    let out = book.path("out");
    let more = ["--epubcheck", "never"];
    let (_, _, said) = support::build((&dir, &out), pandoc, &more);
    said.lines()
        .filter(|line| {
            ["error[", "warning[", "info["].iter().any(|one| line.contains(one))
        })
        .map(|line| line.replace(&dir.display().to_string(), ""))
        .collect()
}

fn book(format: &str, a: &str, b: &str) -> TempBook {
    TempBook::new()
        .file("book.yaml", format!("from: {format}\n{YAML}"))
        .file("a.md", a)
        .file("b.md", b)
        .file("y.png", &include_bytes!("../build/dot.png")[..])
}

/// In Markdown of pandoc's and of GitHub's.
const EVERYWHERE: &str = "# One

Text [^gone], [text][gone], @fig:x, [@knuth], $x$ {#eq:x}.

{{#include a.rs}}

- {{< video x.mp4 >}} and \"{% raw %}\"

> !!!

| a | b |
|---|---|
| [`code`][nowhere] | {{ site.url }} |

Twice[^1] [^gone].

[^1]: A note with [^none].

*[HTML]: Hyper

```mermaid
graph
```

```pyhton
x
```

```frobnicate
x
```

![](y.png) <img src=\"y.png\"/>

```rust
fn f() {}
{{#include x.rs}}
```
";

#[test]
fn what_stays_as_it_was_written_is_told_where_it_stands() {
    for (version, pandoc) in support::pandoc_versions() {
        for format in ["markdown", "gfm+tex_math_dollars"] {
            let leanpub = "# Two\n\n{title=\"a b.py\", lang=python}\n~~~\nprint(1)\n~~~\n\n\
                           <<(code/a.py)\n\n{pagebreak}\n\nW> Care.\n";
            let book = book(format, EVERYWHERE, leanpub);
            let told = findings(&book, &pandoc);
            let literal = |place: &str, text: &str| {
                format!("{place}: warning[markup-literal]: {text} stays in the text: ")
            };
            for wanted in [
                literal("b.md:3:1", "{title=\"a b.py\", lang=python}"),
                literal("b.md:8:1", "<<(code/a.py)"),
                literal("b.md:10:1", "{pagebreak}"),
                literal("b.md:12:1", "W>"),
                literal("a.md:3:6", "[^gone]"),
                literal("a.md:3:15", "[text][gone]"),
                literal("a.md:3:29", "@fig:x"),
                literal("a.md:3:37", "[@knuth]"),
                literal("a.md:3:51", "{#eq:x}"),
                "a.md:5:1: error[include-missing]: there is no file a.rs".to_owned(),
                literal("a.md:7:3", "{{< video x.mp4 >}}"),
                literal("a.md:7:28", "{% raw %}"),
                literal("a.md:13:10", "[…][nowhere]"),
                literal("a.md:13:23", "{{ site.url }}"),
                literal("a.md:15:11", "[^gone]"),
                literal("a.md:17:19", "[^none]"),
                literal("a.md:19:1", "*[HTML]:"),
                "a.md:21:1: warning[diagram-source]: a mermaid diagram".to_owned(),
                "a.md:25:1: warning[listing-language]: no language is called pyhton"
                    .to_owned(),
                "a.md:29:1: info[listing-language]: no language is called frob"
                    .to_owned(),
                "a.md:33:1: warning[image-alt-missing]: the picture y.png".to_owned(),
                "a.md:33:12: warning[image-alt-missing]: the picture y.png".to_owned(),
                "a.md:37:1: error[include-missing]: there is no file x.rs".to_owned(),
            ] {
                let count = told.iter().filter(|line| line.starts_with(&wanted)).count();
                assert_eq!(count, 1, "pandoc {version}, {format}: {wanted} in {told:#?}");
            }
            assert_eq!(told.len(), 23, "pandoc {version}, {format}: {told:#?}");
        }
    }
}

/// Nothing of it is a leftover.
const MEANT: &str = "# One

- [ ] a task
- [x] done [sic], array[i], `[^gone]` and \\[^a\\] and \\[text\\]\\[gone\\]

The class \\[^a-z\\] of @decorator, ann@example.org; m[0][1], map[string][]int.

A [text][there], a note[^1], `{{#include a.rs}}`, {name}, {{ name }}, a ::: b.

[there]: b.md
[^1]: A note.

```{.mylang .numberLines}
{% raw %} [^gone]
```

```jsonc
x
```

```text
@fig:x
```

```md
{{#include x.rs}}
```

    {{< indented >}}

![What it shows](y.png)

<img src=\"y.png\" aria-hidden=\"true\"/> <img src=\"y.png\" role=\"presentation\"/>

He said:
- no

~~~
:::
~~~
";

#[test]
fn what_is_meant_as_text_is_not_told() {
    for (version, pandoc) in support::pandoc_versions() {
        let decorations = "# Two\n\n![](y.png){role=presentation} ![](y.png){alt=\"\"}\n";
        let book = book("markdown", MEANT, decorations);
        let told = findings(&book, &pandoc);
        assert_eq!(told, [""; 0], "pandoc {version}");
    }
}

#[test]
fn what_a_filter_reads_is_no_leftover() {
    let filter = "function CodeBlock() return pandoc.Para({pandoc.Str('drawn')}) end\n\
                  function Cite() return pandoc.Str('Figure 1') end\n";
    for (version, pandoc) in support::pandoc_versions() {
        let text = "# One\n\nIn @fig:x.\n\n```mermaid\ngraph\n```\n";
        let book =
            book("markdown\nfilters: [draw.lua, concfilter]", text, "# Two\n\nText.\n")
                .file("draw.lua", filter);
        assert_eq!(findings(&book, &pandoc), [""; 0], "pandoc {version}");
    }
}

#[test]
fn chapters_and_books_without_text_are_told() {
    for (version, pandoc) in support::pandoc_versions() {
        let chapters = book("markdown", "# One\n\nText.\n", "<!-- later -->\n");
        let wanted = "b.md: warning[chapter-empty]: the chapter is empty";
        assert_eq!(findings(&chapters, &pandoc), [wanted], "pandoc {version}");
        let chapters = book("markdown", "# One\n\nText.\n", "\n");
        assert_eq!(findings(&chapters, &pandoc), [wanted], "pandoc {version}");
        // A page with a part's title is one.
        let parts = book("markdown", "# Part\n", "# One\n\nText.\n");
        assert_eq!(findings(&parts, &pandoc), [""; 0], "pandoc {version}");
        let none = book("markdown", "# One\n", "\n");
        let told = findings(&none, &pandoc);
        assert!(told[0].contains("error[book-empty]: the book has headings"), "{told:?}");
    }
}

#[test]
fn a_listing_that_became_inline_code_is_told() {
    for (version, pandoc) in support::pandoc_versions() {
        // pandoc 3 reads a block here, 2.17 inline code; both read inline code below.
        let text = "# One\n\n1.  Step:\n    ```c\n    x\n    ```\n\nThe `c` and `x`.\n";
        let deep = "# Two\n\n1. Step:\n    ```c\n    x\n    ```\n\n1.  Fine:\n\n    ```c\n    y\n```\n";
        let told = findings(&book("markdown", text, deep), &pandoc);
        let mut wanted = vec![
            "a.md:4:5: error[listing-inline]: pandoc reads inline code here, and no listing",
            "b.md:4:5: error[listing-inline]: the fence is indented deeper than the list's text: \
             pandoc reads inline code",
        ];
        if version.starts_with('3') {
            wanted.remove(0);
        }
        assert_eq!(told, wanted, "pandoc {version}");
    }
}

/// The same callouts in the dialects of their tools.
const CALLOUTS: &[(&str, &str)] = &[
    ("markdown", "> [!NOTE]\n> Text.\n"),
    ("gfm", "> [!NOTE]\n> Text.\n"),
    ("commonmark_x", "> [!NOTE]\n> Text.\n"),
    ("gfm", ":::note\nText.\n:::\n"),
    ("gfm", ":::note\n\nText.\n\n:::\n"),
    ("gfm", ":::note[Note]\nText.\n:::\n"),
    ("markdown", ":::note\nText.\n:::\n"),
    ("markdown", ":::note[Note]\nText.\n:::\n"),
    ("markdown", ":::note Note\nText.\n:::\n"),
    ("markdown", "::: {.callout-note}\nText.\n:::\n"),
    ("markdown", "::: {.callout-note title=\"Note\"}\nText.\n:::\n"),
    ("markdown", "::: {.callout-note}\n## Note\n\nText.\n:::\n"),
    ("markdown", "!!! note\n    Text.\n"),
    ("gfm", "!!! note \"Note\"\n    Text.\n"),
    ("markdown", "!!! note\n\n    Text.\n"),
    ("gfm", "??? tip \"Note\"\n\n    Text.\n\n    ```c\n    x\n    ```\n"),
    ("markdown", "1. One\n\n    !!! warning \"Note\"\n\n        Text.\n"),
    ("markdown", "- a\n\n  > [!NOTE]\n  > Text.\n"),
    ("markdown", "<details>\n<summary>Note</summary>\n\nText.\n\n</details>\n"),
    ("gfm", "<details open>\n<summary>Note</summary>\n\nText.\n\n</details>\n"),
];

#[test]
fn callouts_of_every_tool_are_read() {
    for (version, pandoc) in support::pandoc_versions() {
        for format in ["markdown", "gfm", "commonmark_x"] {
            let own = CALLOUTS.iter().filter(|(of, _)| *of == format);
            let texts: Vec<&str> = own.map(|(_, text)| *text).collect();
            let text = format!("# One\n\n{}", texts.join("\n\nBetween.\n\n"));
            let book = book(format, &text, "# Two\n\nText.\n");
            assert_eq!(findings(&book, &pandoc), [""; 0], "pandoc {version}, {format}");
            let page = page(&book);
            let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
            let titles = flat.split("class=\"title\">").skip(1);
            let titles = titles.map(|title| words(title.split("</div>").next().unwrap()));
            let titles: Vec<String> = titles.collect();
            assert_eq!(
                titles,
                vec!["Note"; texts.len()],
                "pandoc {version}, {format}: {page}"
            );
            let count = |text: &str| flat.matches(text).count();
            let callouts =
                count("class=\"callout") + count(" callout\"") + count(" callout ");
            assert!(callouts >= texts.len(), "pandoc {version}, {format}: {page}");
            assert_eq!(
                count("<p>Text.</p>"),
                texts.len(),
                "pandoc {version}, {format}: {page}"
            );
            for sign in ["[!", ":::", "!!!", "<details", "<h2"] {
                assert!(!page.contains(sign), "pandoc {version}, {format}: {page}");
            }
        }
        // What the author's stylesheet sets is the author's own, and no callout.
        for name in ["sidebar", "note"] {
            let text = format!("# One\n\n::: {name}\nText.\n:::\n");
            let plain = book("markdown", &text, "# Two\n\nText.\n");
            assert_eq!(findings(&plain, &pandoc), [""; 0], "pandoc {version}");
            assert!(page(&plain).contains("callout"), "pandoc {version}");
            let yaml = std::fs::read_to_string(plain.path("book.yaml")).unwrap();
            let own = plain
                .file("book.yaml", format!("css: [own.css]\n{yaml}"))
                .file("own.css", format!(".{name} {{ margin: 1em }}"));
            assert_eq!(findings(&own, &pandoc), [""; 0], "pandoc {version}");
            assert!(!page(&own).contains("callout"), "pandoc {version}");
        }
    }
}

/// The first page of the built book.
fn page(book: &TempBook) -> String {
    let file = std::fs::read(book.path("out/a-book.epub")).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    std::io::read_to_string(zip.by_name("EPUB/text/ch001.xhtml").unwrap()).unwrap()
}

/// The text of a piece of HTML.
fn words(html: &str) -> String {
    let outside =
        html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    outside.collect::<String>().trim().to_owned()
}
