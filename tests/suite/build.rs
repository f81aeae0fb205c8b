//! `concbook build` as an author runs it: the sample book, and books with a mistake in them.

use crate::support;
use crate::support::{TempBook, concbook, copy};
use std::fs;
use std::path::Path;

const YAML: &str = "from: markdown\nto: epub3\ninput-files: [a.md, b.md]\n\
                    metadata:\n  title: A Book\n  author: Ann Author\n  lang: en\n";

/// Builds with one pandoc, without `EPUBCheck`: exit code and standard error.
fn build(book: &Path, pandoc: &Path, epubcheck: &str) -> (i32, String) {
    let out = book.join("out");
    let (code, stdout, stderr) =
        support::build((book, &out), pandoc, &["--epubcheck", epubcheck]);
    assert_eq!(stdout, "", "standard output is for data");
    (code, stderr)
}

/// The only ePub of a build.
fn epub(book: &Path) -> Vec<u8> {
    let mut files: Vec<_> = fs::read_dir(book.join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    fs::read(files.remove(0)).unwrap()
}

#[test]
fn the_sample_book_is_clean_and_every_build_gives_the_same_bytes() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    for (version, pandoc) in support::pandoc_versions() {
        let one = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let example = support::repo("examples/concurrency");
        copy(&example, &one.path().join("book"));
        copy(&example, &other.path().join("another/place"));
        let books = [one.path().join("book"), other.path().join("another/place")];
        let time = fs::metadata(books[0].join("book.yaml")).unwrap().modified().unwrap();
        for book in &books {
            // The time of the newest source is part of the book.
            set_times(book, time);
        }
        let (code, said) = build(&books[0], &pandoc, judge);
        assert_eq!(code, 0, "pandoc {version}: {said}");
        assert!(said.contains("0 errors, 0 warnings"), "pandoc {version}: {said}");
        let (code, said) = build(&books[1], &pandoc, "never");
        assert_eq!(code, 0, "{said}");
        assert!(epub(&books[0]) == epub(&books[1]), "pandoc {version}: other bytes");
    }
}

fn set_times(folder: &Path, time: std::time::SystemTime) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            set_times(&path, time);
        } else {
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
    }
}

#[test]
fn links_and_pictures_that_lead_nowhere_have_a_place() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    for (_, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", YAML)
            .file(
                "a.md",
                "# One\n\nA [good link](b.md#two), a [dead one](gone.md),\n\
                 a [dead heading](b.md#three), a [file](notes.txt).\n\n\
                 ![Missing](none.png)\n\n![Broken](broken.png)\n",
            )
            .file("broken.png", &include_bytes!("../build/dot.png")[..20])
            .file("b.md", "# Two\n\n![On the web](http://127.0.0.1:9/x.png)\n")
            .file("notes.txt", "Notes");
        let (code, said) = build(&book.path(""), &pandoc, judge);
        assert_eq!(code, 1, "{said}");
        let at = |place: &str| format!("{}{place}", book.path("").display());
        for line in [
            at(
                "a.md:3:28: error[link-dead]: the link leads to gone.md, which does not exist",
            ),
            at("a.md:4:3: error[link-dead]: the link leads to \"b.md#three\""),
            at("a.md:4:33: warning[link-outside]"),
            at("a.md:6:1: error[image-missing]: the picture none.png does not exist"),
            at("a.md:8:1: error[image-broken]: the picture broken.png cannot be read"),
            at("b.md:3:1: warning[image-not-fetched]"),
        ] {
            assert!(said.contains(&line), "{line}\nis not in\n{said}");
        }
        assert_eq!(said.matches(": error[").count(), 4, "{said}");
        assert_eq!(said.matches(": warning[").count(), 2, "{said}");
    }
}

#[test]
fn what_cannot_be_built_is_said_with_its_place_and_nothing_is_written() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    let good = |yaml: &str| {
        let book = TempBook::new().file("a.md", "# One\n").file("b.md", "# Two\n");
        if yaml.is_empty() { book } else { book.file("book.yaml", yaml) }
    };
    for (yaml, says) in [
        (String::new(), "book.yaml: error: there is no book.yaml"),
        ("input-files: [a.md\n".to_owned(), "book.yaml:2:1: error: book.yaml is no YAML"),
        ("- a\n- b\n".to_owned(), "book.yaml has to be a map"),
        (YAML.replace("b.md", "c.md"), "there is no chapter c.md"),
        (
            YAML.replace("input-files: [a.md, b.md]", "toc: true"),
            "the book has no chapters",
        ),
        (
            format!("{YAML}  concbook: yes please\n"),
            "concbook has to be a map, but is text",
        ),
        (
            format!("{YAML}  concbook: {{plain: [x]}}\n"),
            "concbook has no setting \"plain\"",
        ),
        (format!("{YAML}no-such-option: 1\n"), "no-such-option"),
    ] {
        let book = good(&yaml);
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 2, "{yaml}: {said}");
        assert!(said.contains(says), "{yaml}: {said}");
        assert!(!book.path("out").exists(), "{yaml}: something was written");
    }
}

#[test]
fn chapters_come_from_globs_too() {
    for (_, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file(
                "book.yaml",
                "metadata:\n  title: T\n  lang: en\n  concbook:\n    chapters: 'part-*/*.md'\n",
            )
            .file("part-1/01.md", "# One\n\n[on](../part-2/01.md)\n")
            .file("part-2/01.md", "# Two\n\n[back](../part-1/01.md#one)\n")
            .file("notes/01.md", "# Not a chapter\n");
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("2 chapters"), "{said}");
    }
}

/// What authors type between their Markdown: none of it may keep a reader from opening the book.
const RAW: &str = r#"# 1. Raw <a name="top"></a>

A line<br>another<hr>
A Vec<T> of HashMap<K, V>, <b>bold, <font color="red">red</b></font>, <kbd>Ctrl</kbd>, <tt>tt</tt>.

<!-- a comment -- with two hyphens --->

<p align="center"><img src="dot.png" width="50%" border=0><br>
&copy; Ann&nbsp;Author <a href="b.md#end">the end</a> <a href="gone.html">gone</a></p>

<center><table border=1 cellpadding=3><tr><td align=right width=20 nowrap>1<td>2</table></center>

<details><summary>More</summary>

Hidden [up](#top) and https://example.org in [a link to https://example.org](https://example.org).

</details>

<iframe width="560" src="https://www.example.org/embed/x" frameborder="0" allowfullscreen></iframe>

<video src="https://www.example.org/x.mp4" controls></video>

<script>if (1 < 2 && 3) { alert("x") }</script>
<style>p { color: red }</style>

<svg width="10" height="10" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>

<div id="twice" class="a">x</div>
<div id="twice">y</div>

<P CLASS=x>Capitals <IMG SRC="dot.png" ALT="A dot">

- [ ] open
- [x] done[^1]

``` {.python startFrom="3" .numberLines}
x = 1
```

[^1]: A note with <i>unclosed emphasis.
"#;

#[test]
fn raw_html_in_a_chapter_ends_in_a_valid_book() {
    let judge = if support::epubcheck() { "always" } else { "never" };
    for (version, pandoc) in support::pandoc_versions() {
        for from in ["markdown", "gfm", "commonmark_x"] {
            let yaml = YAML.replace("from: markdown", &format!("from: {from}"));
            let book = TempBook::new()
                .file("book.yaml", yaml)
                .file("dot.png", include_bytes!("../build/dot.png"))
                .file("a.md", RAW)
                .file(
                    "b.md",
                    "# 2. Raw\n\n[back](a.md#top)[^1]\n\n<a id=end>End</a>\n\n[^1]: N.\n",
                );
            let (code, said) = build(&book.path(""), &pandoc, judge);
            let errors: Vec<_> =
                said.lines().filter(|line| line.contains(": error[")).collect();
            assert_eq!(code, 1, "{version} {from}: {said}");
            assert!(
                errors.len() == 1 && errors[0].contains("gone.html"),
                "pandoc {version} from {from}: {said}"
            );
            let pages = pages(&epub(&book.path("")));
            for text in ["Vec&lt;T>", "HashMap&lt;K", "https://www.example.org/embed/x"] {
                let found =
                    pages.contains(text) || pages.contains(&text.replace('>', "&gt;"));
                assert!(found, "pandoc {version} from {from}: {text} is lost\n{pages}");
            }
        }
    }
}

#[test]
fn what_is_wrong_in_the_epub_is_told_by_the_chapters_line() {
    let a = "# A\n\nText.\n\n<a id=\"b\"></a>\n\n## B\n\n<p id=\"c\">x</p>\n\n\
             [y]{#c}\n\n<!-- one -- two -->\n\n## One {#d}\n\nText.\n\n## Two {#d}\n";
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", YAML)
            .file("a.md", a)
            .file("b.md", "# An arrow ⟿\n\nAnd a word in ᚱᚢᚾᛖᛋ.\n");
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 0, "pandoc {version}: {said}");
        for line in [
            "a.md:11:5: warning[id-duplicate]: the identifier \"c\" is there twice",
            "a.md:13:1: warning[html-repaired]",
            "the identifier \"d\" is there twice",
            "b.md:3:15: warning[glyph-missing]: ᚱ",
        ] {
            assert!(said.contains(line), "pandoc {version}: no {line:?} in {said}");
        }
        // An anchor beside a heading of the same name is none too many.
        assert!(!said.contains("\"b\" is there twice"), "{said}");
    }
}

#[test]
fn a_hidden_listing_never_takes_its_twin() {
    let a =
        "# One\n\n```python\nx = 1\n```\n\n```{.python file=_secret.py}\nx = 1\n```\n";
    for (version, pandoc) in support::pandoc_versions() {
        let yaml = format!(
            "{YAML}  concbook: {{listings: {{files: {{\"a/_*.py\": {{hidden: true}}}}}}}}\n"
        );
        let book = TempBook::new()
            .file("book.yaml", yaml)
            .file("a.md", a)
            .file("b.md", "# Two\n\nText.\n");
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert!(code == 0 && said.contains("1 listing,"), "pandoc {version}: {said}");
        let pages = pages(&epub(&book.path("")));
        assert!(!pages.contains("_secret.py"), "pandoc {version}: {pages}");
        // pandoc reads code in raw HTML, where CommonMark has none.
        let three =
            a.replace("# One\n", "# One\n\n<div>\n```python\nx = 1\n```\n</div>\n");
        fs::write(book.path("a.md"), three).unwrap();
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert!(code == 0 && said.contains("2 listings,"), "pandoc {version}: {said}");
    }
}

#[test]
fn what_is_wrong_with_a_setting_is_told_by_its_line() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    let yaml = "input-files:\n- a.md\nmetadata:\n  lang: en\n  concbook:\n    listings:\n      \
                files:\n        a/x.py:\n          nurun: true\n";
    let titled = yaml.replace("lang: en", "title: T");
    for (yaml, line) in [
        (yaml.to_owned(), "book.yaml:3:1: error[title-missing]"),
        (yaml.replace("lang: en", "title: ''"), "book.yaml:4:3: error[title-missing]"),
        (titled.clone(), "book.yaml:9:11: error[listing-tag-unknown]"),
        (
            titled.replace("      files:", "      fils:"),
            "book.yaml:7:7: error: concbook.listings has no setting \"fils\"",
        ),
        (
            titled.replace("listings:", "fetch: 1\n    listings:"),
            "book.yaml:6:5: error: concbook.fetch has to be true or false",
        ),
        (
            titled.replace("- a.md", "- a.md\n- c.md"),
            "book.yaml:3:3: error: there is no chapter",
        ),
        (
            titled.replace(
                "      files:",
                "      trees:\n        more: none/*.md\n      files:",
            ),
            "book.yaml:8:9: error: the tree more has no files",
        ),
        (
            titled
                .replace("input-files:\n- a.md\n", "")
                .replace("concbook:", "concbook:\n    chapters: [a.md, '[']"),
            "book.yaml:4:22: error",
        ),
    ] {
        let book = TempBook::new()
            .file("book.yaml", &yaml)
            .file("a.md", "# One\n\n```python\n# x.py\n```\n");
        let (_, said) = build(&book.path(""), &pandoc, "never");
        assert!(said.contains(line), "{yaml}: {said}");
    }
}

#[test]
fn what_the_epub_shows_of_a_setting_is_told_by_its_line() {
    let Some((_, pandoc)) = support::pandoc_versions().pop() else {
        return support::skip("no pandoc");
    };
    let yaml = "input-files: [a.md]\nepub-cover-image: dot.png\nmetadata:\n  title: T\n  \
                lang: no language\n";
    let book = TempBook::new()
        .file("book.yaml", yaml)
        .file("dot.png", include_bytes!("../build/dot.png"))
        .file("a.md", "# One\n");
    let (_, said) = build(&book.path(""), &pandoc, "never");
    for line in [
        "book.yaml:2:1: warning[cover-small]",
        "book.yaml:5:3: warning[language-invalid]",
    ] {
        assert!(said.contains(line), "{line}\nis not in\n{said}");
    }
}

/// What is wrong in the ePub is told by the very line, though the same text stands elsewhere, too; a
/// picture by the name that the author gave it, a setting by its line in `book.yaml`.
#[test]
fn what_is_wrong_in_the_epub_is_told_by_what_the_author_wrote() {
    let dot = include_bytes!("../build/dot.png");
    let yaml =
        "from: markdown\ninput-files: [a.md]\nmetadata:\n  title: T\n  lang: POSIX\n";
    let a = "# A\n\n`<!-- one -- two -->`\n\n## B\n\n<!-- one -- two -->\n\n![A dot](img/dot.png)\n";
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", yaml)
            .file("a.md", a)
            .file("img/dot.png", &dot[..dot.len() - 14]);
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 1, "pandoc {version}: {said}");
        for line in [
            "a.md:7:1: warning[html-repaired]",
            "a.md:9:1: error[image-broken]: the picture is damaged",
            "  | img/dot.png\n",
            "book.yaml:5:3: warning[language-invalid]",
        ] {
            assert!(said.contains(line), "pandoc {version}: no {line:?} in {said}");
        }
        assert!(!said.contains("EPUB/media"), "pandoc {version}: {said}");
        assert!(!pages(&epub(&book.path(""))).contains("data-concbook"));
    }
}

/// All documents of an ePub, one after another.
fn pages(epub: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).unwrap();
        let is_page = file.name().is_ok_and(|name| name.ends_with(".xhtml"));
        if is_page {
            all.push_str(&std::io::read_to_string(file).unwrap());
        }
    }
    all
}

/// A listing with tags, a hidden one, and one that the book hides.
const LISTED: &str = "# One\n\n```java\n// a/Lisa.java\n// {ThrowsException}\nclass Lisa {}\n```\n\n\
    ```{.python .hidden}\n# hidden.py\n```\n\n```python\n# _secret.py\nif x:\n\ty\n```\n\n\
    ```python\n# wide.py\nx = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n```\n\n\
    ```java\n// b/Bart.java\n// {ThrowsExeption}\n```\n";

#[test]
fn what_is_meant_for_tools_stays_out_of_the_book() {
    for (version, pandoc) in support::pandoc_versions() {
        let yaml = format!(
            "{YAML}  concbook: {{listings: {{files: {{\"a/_*.py\": {{hidden: true}}}}}}}}\n"
        );
        let book = TempBook::new()
            .file("book.yaml", yaml)
            .file("a.md", LISTED)
            .file("b.md", "# Two\n\nText.\n");
        let (code, said) = build(&book.path(""), &pandoc, "never");
        let at = |place: &str| format!("{}{place}", book.path("").display());
        for line in [
            at(
                "a.md:21:1: warning[listing-wide]: the line has 66 characters, more than 56",
            ),
            at("a.md:26:1: error[listing-tag-unknown]: there is no tag {ThrowsExeption}"),
        ] {
            assert!(said.contains(&line), "pandoc {version}: {line}\nis not in\n{said}");
        }
        assert!(code == 1 && said.contains("3 listings"), "pandoc {version}: {said}");
        let pages = pages(&epub(&book.path("")));
        assert!(pages.contains("Lisa.java") && pages.contains("wide.py"));
        for gone in ["ThrowsException", "hidden.py", "_secret.py"] {
            assert!(!pages.contains(gone), "pandoc {version}: {gone} is shown\n{pages}");
        }
        // What ends in a separator is a folder, whatever it is called.
        let out = book.path("out.epub").join("");
        let args = ["build", "--listings", "off", "--epubcheck", "never", "-o"];
        let args = args.iter().map(std::ffi::OsString::from);
        let dir = book.path("");
        let (code, _, said) = concbook(args.chain([
            out.into(),
            dir.into(),
            "--pandoc".into(),
            pandoc.clone().into(),
        ]));
        assert!(code == 0 && !said.contains("[listing-"), "pandoc {version}: {said}");
        assert!(book.path("out.epub").is_dir(), "pandoc {version}: {said}");
    }
}

#[test]
fn faults_of_links_and_fences_are_told_once_and_with_what_helps() {
    for (version, pandoc) in support::pandoc_versions() {
        let book = TempBook::new()
            .file("book.yaml", YAML)
            .file("x.png", &include_bytes!("../build/dot.png")[..])
            .file("c.md", "# C\n")
            .file(
                "a.md",
                "# One ^[Note, [dead](n.md).]\n\n\
                 ![A [dead](gone.md) caption [y]{#id} ^[note [dead](more.md)]](x.png)\n\n\
                 [later]() [x](www.site.com) [y](example.org/path) [m](ann@site.org) [t](#)\n\n\
                 [near](b.md#twoo) [near](#sortng) [far](b.md#unheard-of) [h](c.html) \
                 [dep](b.md#DEP0111)\n\nText <a href=\"\">without</a>.\n",
            )
            .file(
                "b.md",
                "# Two\n\n## Sorting\n\n```{.python linenos=1 timeoutt=5s lst-cap=\"x\"}\nx\n```\n\n\
                 ## DEP0112\n\n## DEP0111: Old one\n",
            );
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 1, "{said}");
        let told: Vec<String> = said
            .lines()
            .filter(|line| line.contains("error[") || line.contains("warning["))
            .map(|line| line.replace(&book.path("").display().to_string(), ""))
            .collect();
        let nearest = |id: &str| {
            format!(
                "  hint: The nearest is {id} in b.md; headings are named by their text"
            )
        };
        assert_eq!(
            told,
            [
                "a.md:1:15: error[link-dead]: the link leads to n.md, which does not exist",
                "a.md:3:5: error[link-dead]: the link leads to gone.md, which does not exist",
                "a.md:3:45: error[link-dead]: the link leads to more.md, which does not exist",
                "a.md:5:1: error[link-dead]: the link has no address",
                "a.md:5:11: error[link-dead]: the link to www.site.com lacks https://",
                "a.md:5:29: error[link-dead]: the link to example.org/path lacks https://",
                "a.md:5:51: error[link-dead]: the link to ann@site.org lacks mailto:",
                "a.md:5:69: error[link-dead]: the link has no address",
                "a.md:7:1: error[link-dead]: the link leads to \"b.md#twoo\", but no heading or \
                 element is named so",
                "a.md:7:19: error[link-dead]: the link leads to \"#sortng\", but no heading or \
                 element is named so",
                "a.md:7:35: error[link-dead]: the link leads to \"b.md#unheard-of\", but no heading \
                 or element is named so",
                "a.md:7:58: warning[link-outside]: the link leads to c.html, which is not part of \
                 the book",
                "a.md:7:70: error[link-dead]: the link leads to \"b.md#DEP0111\", but no heading or \
                 element is named so",
                "a.md:9:9: error[link-dead]: the link has no address",
                "b.md:5:1: error[listing-tag-unknown]: there is no attribute timeoutt=",
            ],
            "pandoc {version}"
        );
        assert!(said.contains(&nearest("#two")), "{said}");
        assert!(said.contains(&nearest("#sorting")), "{said}");
        assert!(said.contains(&nearest("#dep0111-old-one")), "{said}");
    }
}

/// A page of the finished ePub.
fn page(book: &TempBook, name: &str) -> String {
    let mut zip =
        zip::ZipArchive::new(std::io::Cursor::new(epub(&book.path("")))).unwrap();
    let mut file = zip.by_name(&format!("EPUB/text/{name}")).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    text
}

#[test]
fn what_other_tools_read_behind_a_fence_is_shown() {
    for (version, pandoc) in support::pandoc_versions() {
        let yaml = YAML.replace("from: markdown", "from: gfm");
        let book = TempBook::new()
            .file("book.yaml", yaml)
            .file(
                "a.md",
                "# One\n\n```c [kernel.c] {2-3}\nint x;\nint y;\nint z;\n```\n\n\
                 - ```js{1} title=\"What it is\" linenums=\"8\"\n  var x\n  ```\n",
            )
            .file("b.md", "# Two\n\n```js\nvar x, y\n```\n");
        let (code, said) = build(&book.path(""), &pandoc, "never");
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains("[listing-"), "pandoc {version}: {said}");
        let page = page(&book, "ch001.xhtml");
        assert!(
            page.contains("<figcaption><code>kernel.c</code></figcaption>"),
            "{page}"
        );
        assert!(page.contains("<figcaption>What it is</figcaption>"), "{page}");
        assert_eq!(page.matches("line in0 marked").count(), 3, "{page}");
        assert!(
            page.contains("<pre class=\"javascript numberLines listing\">"),
            "{page}"
        );
        assert!(page.contains("counter-reset: source-line 7\""), "{page}");
    }
}

#[test]
fn a_files_name_stands_once_and_its_file_keeps_it() {
    let chapter = "# One\n\n``` {.python #go .numberLines}\n# go.py\n\nx = 1\n```\n\n\
                   Look at [the value](#go-3), [its file](#go-1).\n\n\
                   > - ```java\n>   // B.java\n>   class B {}\n>   ```\n";
    for (version, pandoc) in support::pandoc_versions() {
        for more in ["", "highlight-style: null\n", "highlight-style: tango\n"] {
            let book = TempBook::new()
                .file("book.yaml", format!("{more}{YAML}"))
                .file("a.md", chapter)
                .file("b.md", "# Two\n");
            let (code, said) = build(&book.path(""), &pandoc, "never");
            assert_eq!(code, 0, "pandoc {version} {more}: {said}");
            assert!(!said.contains("[link-"), "{said}");
            let page = page(&book, "ch001.xhtml");
            assert!(!page.contains("# go.py") && !page.contains("// B.java"), "{page}");
            for wanted in [
                "<figcaption><code id=\"go-1\">go.py</code></figcaption>",
                "counter-reset: source-line 2",
                "id=\"go-3\"",
                "<figcaption><code>B.java</code></figcaption>",
            ] {
                assert!(page.contains(wanted), "pandoc {version} {more}: {page}");
            }
            let (code, _, said) =
                concbook(["listings", "extract", book.path("").to_str().unwrap()]);
            assert_eq!(code, 0, "{said}");
            let file = std::fs::read_to_string(book.path("code/a/go.py")).unwrap();
            assert_eq!(file, "# go.py\n\nx = 1\n");
        }
    }
}
