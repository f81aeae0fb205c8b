//! What `pandoc -d book.yaml` makes of a book, and what `concbook build` makes of it: text,
//! headings, where links lead, notes, pictures and formulas have to be the same.
//!
//! Each folder of `tests/parity` with a `book.yaml` is a book. Where ours is meant to differ stands
//! in `rules.rs`; what differs beside that, in the book's file `expect.differences`, whose
//! form `expected.rs` tells. A listed difference that no longer occurs fails, too. A new one
//! is printed as it is written in that file. `CONCBOOK_BIN` names another executable than cargo's,
//! such as an optimised one. `PARITY_BOOKS=a,b` compares these books alone. `PARITY_OUTLINES=DIR`
//! writes both outlines of every book there, to be read side by side.

mod book;
mod chapters;
mod container;
mod expected;
mod markup;
mod outline;
mod pictures;
mod rules;

use crate::support;
use book::{Book, Used};
use expected::Expected;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Where the books of other people lie, beside this repository.
const CORPORA: &str = "../shared/corpora/books";

/// A book to compare.
struct Case {
    name: String,
    /// Where it lies.
    folder: PathBuf,
    /// Its `book.yaml`.
    yaml: PathBuf,
}

impl Case {
    /// A folder of ours, with its book.
    fn in_folder(name: &str, folder: PathBuf) -> Self {
        Self { name: name.to_owned(), yaml: folder.join("book.yaml"), folder }
    }

    /// A book of other people; nothing where it is missing, which is said.
    fn foreign(name: &str) -> Option<Self> {
        let folder = support::repo(CORPORA).join(name);
        if !folder.is_dir() {
            eprintln!("skipped: {name} is not beside this repository, under {CORPORA}");
            return None;
        }
        let yaml = support::repo("tests/books").join(name).join("book.yaml");
        Some(Self { name: name.to_owned(), folder, yaml })
    }

    /// What is wrong with the book, as a message; nothing where all is as it should be.
    fn judge(&self, pandoc: &(String, PathBuf), used: &mut Used) -> Option<String> {
        let version = &pandoc.0;
        let folder = support::repo("tests/parity").join(&self.name);
        let expected = Expected::read(&folder.join("expect.differences"));
        if !expected.is_for(version) {
            eprintln!("skipped: {} is not for pandoc {version}", self.name);
            return None;
        }
        let book = Book::new(&self.name, &self.folder, &self.yaml, &pandoc.1);
        let (new, gone) = expected.judge(version, book.differences(pandoc, used));
        let mut text = String::new();
        for (differences, says) in [
            (new, "what pandoc has (-) and we have (+)"),
            (gone, "remove it from the list, it no longer occurs"),
        ] {
            if !differences.is_empty() {
                let _ = writeln!(text, "\n{} with pandoc {version}: {says}", self.name);
            }
            for one in differences {
                let _ = write!(text, "\n{}", one.written());
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// Compares books, each with every pandoc.
fn compare(cases: &[Case], pandocs: &[(String, PathBuf)]) -> Used {
    if pandocs.is_empty() {
        support::skip("no pandoc");
    }
    let mut used = Used::new();
    let mut messages = Vec::new();
    for case in cases {
        for pandoc in pandocs {
            messages.extend(case.judge(pandoc, &mut used));
        }
    }
    assert!(messages.is_empty(), "{}", messages.concat());
    used
}

/// The books of this repository.
fn own() -> Vec<Case> {
    let mut cases =
        vec![Case::in_folder("sample", support::repo("examples/concurrency"))];
    let folder = support::repo("tests/parity");
    let mut folders: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.join("book.yaml").is_file()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        cases.push(Case::in_folder(&name, folder));
    }
    if let Some(wanted) = wanted() {
        cases.retain(|case| wanted.split(',').any(|name| name == case.name));
    }
    cases
}

/// The names of the books to compare, where not all are.
fn wanted() -> Option<String> {
    std::env::var("PARITY_BOOKS").ok()
}

#[test]
fn our_books_say_what_pandoc_says() {
    let pandocs = support::pandoc_versions();
    let used = compare(&own(), &pandocs);
    if pandocs.is_empty() || wanted().is_some() {
        return;
    }
    let idle: Vec<_> = rules::RULES
        .iter()
        .map(|rule| rule.name)
        .filter(|name| used.get(name).is_none_or(|&count| count == 0))
        .collect();
    assert!(idle.is_empty(), "rules that no book needs, to be removed: {idle:?}");
}

/// The newest pandoc judges other people's books with each run; the oldest before a release.
fn foreign(name: &str, newest: bool) {
    let Some(case) = Case::foreign(name) else { return };
    let mut pandocs = support::pandoc_versions();
    let newest_pandoc = pandocs.pop();
    compare(&[case], &if newest { newest_pandoc.into_iter().collect() } else { pandocs });
}

#[test]
fn learn_go_with_tests_says_what_pandoc_says() {
    foreign("learn-go-with-tests", true);
}

#[test]
fn practical_python_says_what_pandoc_says() {
    foreign("practical-python", true);
}

#[test]
#[ignore = "two whole books: by hand, before a release"]
fn other_peoples_books_say_what_an_old_pandoc_says() {
    foreign("learn-go-with-tests", false);
    foreign("practical-python", false);
}

/// Every folder is a book, so that no list stays when its book has gone.
#[test]
fn every_list_of_differences_belongs_to_a_book() {
    if wanted().is_some() {
        return;
    }
    let names: Vec<_> = own().into_iter().map(|case| case.name).collect();
    let foreign = ["learn-go-with-tests", "practical-python"];
    for entry in std::fs::read_dir(support::repo("tests/parity")).unwrap() {
        let path: &Path = &entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_one = names.contains(&name) || foreign.contains(&&*name);
        assert!(!path.is_dir() || is_one, "{name} is no book");
    }
}

/// A document with one of each that the comparison looks at.
const PAGE: &str = r##"<html lang="en"><body><section id="a"><h1>One</h1>
<p>See <a href="#b" title="T">there</a>, <em>now</em>, <a href="#c">lost</a>.<br/>Next.</p>
<ul><li><p>x</p><p>y</p></li><li></li></ul><ol start="3" type="a"><li>z</li></ol></section>
<blockquote lang="de"><p>q</p></blockquote><pre class="python"><code>a

b
</code></pre><table><thead><tr><th style="text-align: right;">h</th></tr></thead>
<tbody><tr><td>c<p id="b">d</p></td></tr></tbody></table>
<p><span class="math inline"><em>x</em><sup>2</sup></span>
<math><semantics><mi>y</mi><annotation encoding="application/x-tex">\frac y z</annotation>
</semantics></math><img src="none.png" alt="A"/> <code>a b</code></p>
<audio src="s.mp3"></audio><p>End <strong></strong></body></html>"##;

const OUTLINE: &str = "=====
h1 One
See [there](→ d \"T\"), *now*, [lost](→ nowhere: #c). ⏎ Next.
- x
  y
-
a3. z
{lang de} > q
code python
    a

    b
|| h {right} |
| c ¶ d |
$*x*^2^$ $\\frac y z$![A](missing: none.png) `a b`
<audio missing: s.mp3></audio>
End";

#[test]
fn an_outline_says_what_a_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let container = container::Container {
        files: std::iter::once(("a.xhtml".to_owned(), Vec::new())).collect(),
        package: markup::Element::default(),
        spine: Vec::new(),
        nav: None,
    };
    let names = outline::Names {
        pictures: &pictures::Pictures::of(folder.path()),
        chapters: &chapters::Chapters::new(Path::new(""), folder.path(), "", Vec::new()),
    };
    let document =
        outline::Document { name: "a.xhtml".to_owned(), tree: markup::parse(PAGE) };
    let lines = outline::outline(&container, &[document], &names);
    let text: Vec<_> = lines.iter().map(|line| &*line.text).collect();
    assert_eq!(text.join("\n"), OUTLINE);
}
