//! A book that is built again is, to the byte, the one that is built anew: whatever changed, whatever is
//! remembered, in whatever state that is. And what did not change is not made again.
//!
//! Few edits are tried in each run; `CONCBOOK_EDITS=200` tries as many.

use crate::support::{TempBook, build, pandoc_versions, repo, skip};
use concbook::epub::Epub;
use concbook::proc::Process;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A sequence that looks random and is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % below
    }
}

/// A book that is edited.
struct Edited {
    book: TempBook,
    /// The names of its chapters, in their order.
    chapters: Vec<String>,
    /// Lines of `book.yaml` beside those that are always there.
    options: BTreeSet<&'static str>,
    dice: Dice,
    made: usize,
}

/// What an author may set and take away again.
const OPTIONS: &[&str] = &[
    "toc: true",
    "split-level: 2",
    "number-sections: true",
    "highlight-style: tango",
    "css: own.css",
    "filters: [upper.lua]",
    "reference-location: section",
    "columns: 40",
];

const PICTURE: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">";

impl Edited {
    fn new() -> Self {
        let book = TempBook::new()
            .file("own.css", "p { color: red }")
            .file("upper.lua", "function Str(s) return pandoc.Str(s.text) end")
            .file("a.svg", format!("{PICTURE}<path d=\"M1 1h4\" stroke=\"red\"/></svg>"))
            .file("b.svg", format!("{PICTURE}<path d=\"M1 1h4\" stroke=\"red\"/></svg>"));
        let mut edited = Self {
            book,
            chapters: Vec::new(),
            options: BTreeSet::new(),
            dice: Dice(0x2545_f491_4f6c_dd1d),
            made: 0,
        };
        for _ in 0..4 {
            edited.add();
        }
        edited.write_settings();
        edited
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.book.path(name), text).unwrap();
    }

    fn write_settings(&self) {
        let mut yaml = format!("input-files: [{}]\n", self.chapters.join(", "));
        self.options.iter().for_each(|line| writeln!(yaml, "{line}").unwrap());
        yaml += "metadata: {title: T, lang: en, identifier: 'urn:x', author: A}\n";
        self.write("book.yaml", yaml);
    }

    /// A chapter with something of each kind.
    fn text(&mut self) -> String {
        self.made += 1;
        let number = self.made;
        let other = self.dice.roll(number) + 1;
        let picture = ["a.svg", "b.svg"][self.dice.roll(2)];
        // What pandoc has to write itself stands in some chapters alone.
        let odd = if number.is_multiple_of(3) {
            format!(
                "<span id=\"raw{number}\">raw</span> and $x^2$; \\raw{{}} is lost.\n\n\
                 <img src=\"a.svg\" alt=\"A\">\n"
            )
        } else {
            String::new()
        };
        format!(
            "# Chapter {number} {{#c{number}}}\n\n\
             Words of {number} with `name_{number}`, [one](#c{other}), [gone](#c99) and a\n\
             note.[^a] A second one,[^b] in [it]{{#in{number}}}.\n\n\
             [^a]: With ![a picture]({picture}) and `run()`.\n\n\
             [^b]: [Back](#in{number}).\n\n\
             ## Part {{#p{number}}}\n\n![A picture](b.svg){{#fig{number}}}\n\n\
             [there]{{#s{number}}}, [to](#raw{other})\n\
             and [it](#fig{other}).\n\n\
             ```{{#cb{number} .python}}\ndef f_{number}():\n\treturn {other}\n```\n\n\
             | a | b |\n|---|---|\n| {number} | *x* |\n\n{odd}"
        )
    }

    fn add(&mut self) {
        let text = self.text();
        let name = format!("n{}.md", self.made);
        self.write(&name, text);
        let at = self.dice.roll(self.chapters.len() + 1);
        self.chapters.insert(at, name);
    }

    fn any(&mut self) -> usize {
        self.dice.roll(self.chapters.len())
    }

    /// One edit at random; what it was.
    fn edit(&mut self) -> String {
        let one = self.any();
        let name = self.chapters[one].clone();
        let done = match self.dice.roll(10) {
            0 => {
                self.add();
                "a chapter more".to_owned()
            }
            1 if self.chapters.len() > 2 => {
                self.chapters.remove(one);
                format!("{name} left out")
            }
            2 => {
                self.chapters.rotate_left(1);
                "another order".to_owned()
            }
            3 => {
                let to = format!("m{}", self.chapters[one]);
                fs::rename(self.book.path(&name), self.book.path(&to)).unwrap();
                self.chapters[one].clone_from(&to);
                format!("{name} renamed")
            }
            4 => {
                let option = OPTIONS[self.dice.roll(OPTIONS.len())];
                if !self.options.remove(option) {
                    self.options.insert(option);
                }
                option.to_owned()
            }
            5 => {
                let width = self.dice.roll(8) + 1;
                let svg =
                    format!("{PICTURE}<path d=\"M1 1h{width}\" stroke=\"red\"/></svg>");
                self.write("a.svg", svg);
                "another picture".to_owned()
            }
            6 => {
                let color = ["red", "green", "blue"][self.dice.roll(3)];
                self.write("own.css", format!("p {{ color: {color} }}"));
                let add = self.dice.roll(9);
                let lua =
                    format!("function Str(s) return pandoc.Str(s.text..'{add}') end");
                self.write("upper.lua", lua);
                "another stylesheet and filter".to_owned()
            }
            7 => {
                let spoiled = self.spoil();
                format!("{spoiled} entries spoiled")
            }
            8 => "nothing".to_owned(),
            _ => {
                let text = fs::read_to_string(self.book.path(&name)).unwrap();
                self.made += 1;
                let more = format!("{text}\nMore words of {}.\n", self.made);
                self.write(&name, more);
                format!("{name} edited")
            }
        };
        self.write_settings();
        done
    }

    /// Cuts off, or changes, some of what is remembered; how many entries.
    fn spoil(&mut self) -> usize {
        let mut spoiled = 0;
        for file in remembered(&self.book.path("")) {
            let mut bytes = fs::read(&file).unwrap();
            match self.dice.roll(6) {
                0 => bytes.truncate(bytes.len() / 2),
                // One that was emptied before has no byte to change.
                1 if !bytes.is_empty() => {
                    let at = self.dice.roll(bytes.len());
                    bytes[at] ^= 1;
                }
                2 => bytes.clear(),
                _ => continue,
            }
            fs::write(&file, bytes).unwrap();
            spoiled += 1;
        }
        spoiled
    }

    /// The ePub and what was said, without the name of the folder.
    fn build(&self, pandoc: &Path, out: &str, args: &[&str]) -> (Vec<u8>, String) {
        let mut program = Process::new(env!("CARGO_BIN_EXE_concbook"))
            .arg("build")
            .args([self.book.path(""), "-o".into(), self.book.path(out)])
            .args(["--epubcheck", "never", "--keep-pictures", "--pandoc"])
            .arg(pandoc)
            .args(args);
        // As the documents of long books, these are not kept from one stage to the next.
        if self.made % 2 == 1 {
            program = program.env("CONCBOOK_KEPT_BYTES", "0");
        }
        let said = program.run().unwrap().stderr;
        let epub = fs::read(self.book.path(out).join("t.epub"));
        (
            epub.unwrap_or_else(|_| panic!("{said}")),
            said.replace(&format!("/{out}/"), "/"),
        )
    }
}

fn remembered(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir.join(".concbook/build"))
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.sort();
    files
}

#[test]
fn a_book_that_is_built_again_is_the_one_that_is_built_anew() {
    let edits = std::env::var("CONCBOOK_EDITS").ok();
    let edits = edits.map_or(8, |edits| edits.parse().unwrap());
    for (_, pandoc) in pandoc_versions() {
        let mut edited = Edited::new();
        let mut done = vec!["the first time".to_owned()];
        for _ in 0..edits {
            let again = edited.build(&pandoc, "out", &[]);
            let anew = edited.build(&pandoc, "new", &["--in-one-run"]);
            assert_eq!(again.1, anew.1, "{done:?}");
            assert!(again.0 == anew.0, "{done:?}");
            done.push(edited.edit());
        }
    }
}

/// What it is, and what does it.
type NamedEdit<'a> = (&'a str, Box<dyn Fn(&mut Edited) + 'a>);

/// What one chapter shares with others: a change of it is one of theirs, too.
#[test]
fn what_chapters_share_is_seen_in_each_of_them() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let mut edited = Edited::new();
    let chapter = |id: &str, more: &str| {
        format!(
            "# {id} {{#{id}}}\n\nCall `fetch_rows`, fetch_rows and MakeBoat, __init__ and **init**.\n\n{more}\n\n\
             ```{{.python file=boats.py}}\ndef {id}_row(): pass\n```\n"
        )
    };
    edited.chapters = ["one.md", "two.md", "three.md"].map(str::to_owned).into();
    let write = |edited: &Edited, name: &str, more: &str| {
        edited.write(name, chapter(name.trim_end_matches(".md"), more));
    };
    write(&edited, "one.md", "[a](two.md#part) [b](#gone) [c](more.md) [d](shop.epub)");
    write(
        &edited,
        "two.md",
        "## Part {#part}\n\n![A](a.svg) [x]{#two-x}\n\n::: note\nN\n:::",
    );
    write(&edited, "three.md", "## Part {#parts}\n\n[up](one.md) `p`{=html} ![B](b.svg)");
    edited.write_settings();
    let yaml = |edited: &Edited, more: &str| {
        edited.write_settings();
        let text = fs::read_to_string(edited.book.path("book.yaml")).unwrap();
        edited.write("book.yaml", text + more);
    };
    let text = |name: &'static str, more: &'static str| -> Box<dyn Fn(&mut Edited)> {
        Box::new(move |edited| {
            let stem = name.trim_end_matches(".md");
            edited.write(name, chapter(stem, more));
        })
    };
    let edits: Vec<NamedEdit<'_>> = vec![
        ("nothing", Box::new(|_| {})),
        ("words", text("one.md", "[a](two.md#part) [b](#gone) [c](more.md) More words.")),
        ("an identifier of another", text("three.md", "## Part {#part}\n\n[x]{#gone}")),
        ("a link to what nothing led to", text("one.md", "[a](two.md#two-x) [b](#gone)")),
        (
            "a name of a listing that another mentions",
            text(
                "two.md",
                "## Part\n\n![A](a.svg)\n\n```python\nclass MakeBoat: pass\n```",
            ),
        ),
        ("bold words", text("one.md", "**init** and __init__ and __name__.")),
        (
            "a listing of the same file",
            text("one.md", "```{.python file=boats.py}\nx = 1\n```"),
        ),
        ("a kind of callout", text("three.md", ":::tip\nText.\n:::")),
        ("an open callout", text("one.md", ":::note\n\nText.")),
        ("its end", text("two.md", "Text.\n\n:::\n\nMore.")),
        (
            "text before the heading",
            Box::new(|edited| {
                edited.write("two.md", "Text.\n\n# Two\n\nMore.");
            }),
        ),
        (
            "a link to a file beside",
            text("two.md", "[c](more.md) ![A](a.svg) ![P](one.md)"),
        ),
        ("an ePub beside", Box::new(|edited| edited.write("shop.epub", "text"))),
        ("words beside a link to it", text("one.md", "[d](shop.epub) More words.")),
        (
            "and it is gone",
            Box::new(|edited| {
                fs::remove_file(edited.book.path("shop.epub")).unwrap();
            }),
        ),
        ("that file", Box::new(|edited| edited.write("more.md", "text"))),
        (
            "a picture that is gone",
            Box::new(|edited| {
                fs::remove_file(edited.book.path("a.svg")).unwrap();
            }),
        ),
        ("and one that is none", Box::new(|edited| edited.write("a.svg", "text"))),
        ("a definition that another uses", text("one.md", "[ref]: https://example.org")),
        ("its use", text("two.md", "[text][ref]")),
        ("another definition", text("one.md", "[ref]: https://example.org/2")),
        ("two of them swapped", Box::new(|edited| edited.chapters.swap(0, 2))),
        (
            "how names are set",
            Box::new(|edited| {
                yaml(
                    edited,
                    "concbook: {identifiers: {bold: false, plain: {after: 1}}}\n",
                );
            }),
        ),
        (
            "what is learned",
            Box::new(|edited| {
                yaml(edited, "concbook: {identifiers: {detect: learned}}\n");
            }),
        ),
        (
            "the language",
            Box::new(|edited| {
                let text = fs::read_to_string(edited.book.path("book.yaml")).unwrap();
                edited.write("book.yaml", text.replace("lang: en", "lang: de"));
            }),
        ),
        (
            "a stylesheet that sets notes",
            Box::new(|edited| {
                edited.options.insert("css: own.css");
                edited.write("own.css", ".note { color: red }");
                edited.write_settings();
            }),
        ),
        (
            "a title in a chapter",
            Box::new(|edited| {
                edited.write("one.md", "---\ntitle: First\nauthor: B\n---\n\nText.\n");
            }),
        ),
        ("a chapter that is empty", Box::new(|edited| edited.write("one.md", ""))),
        ("a mark of our own", text("one.md", "[x]{data-concbook-place=\"2:3\"}")),
    ];
    let again = |edited: &Edited, done: &str| {
        let again = edited.build(&pandoc, "out", &[]);
        let anew = edited.build(&pandoc, "new", &["--in-one-run"]);
        assert_eq!(again.1, anew.1, "{done}");
        assert!(again.0 == anew.0, "{done}");
    };
    again(&edited, "the first time");
    for (done, edit) in edits {
        edit(&mut edited);
        again(&edited, done);
    }
}

/// A pandoc that notes each of its runs in a file.
#[cfg(unix)]
fn counted(book: &TempBook, pandoc: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = book.path("bin");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("pandoc");
    let runs = folder.join("runs").display().to_string();
    let script = format!(
        "#!/bin/sh\nsaid=$(echo \"$*\" | tr '\\n' ' ')\necho \"$said\" >> {runs}\nexec {} \"$@\"\n",
        pandoc.display()
    );
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[cfg(unix)]
#[test]
fn what_has_not_changed_is_not_made_again() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let mut edited = Edited::new();
    for _ in 0..16 {
        edited.add();
    }
    edited.write_settings();
    // Beside the book: what lies in its folder is looked at for changes.
    let beside = TempBook::new();
    let pandoc = counted(&beside, &pandoc);
    let runs = || {
        let runs = fs::read_to_string(beside.path("bin/runs")).unwrap_or_default();
        fs::write(beside.path("bin/runs"), "").unwrap();
        runs.lines().count()
    };
    let first = edited.build(&pandoc, "out", &[]);
    let cold = runs();
    let second = edited.build(&pandoc, "out", &[]);
    assert!(first == second);
    assert_eq!(runs(), 1, "only its version is asked for");
    let name = edited.chapters[3].clone();
    let text = fs::read_to_string(edited.book.path(&name)).unwrap();
    edited.write(&name, text + "\nMore words.\n");
    edited.build(&pandoc, "out", &[]);
    // The version, what is handed to the chapter and read with it.
    let warm = runs();
    assert!(warm <= 3, "{warm} runs, and {cold} for the whole book");
    fs::remove_file(edited.book.path("out/t.epub")).unwrap();
    edited.build(&pandoc, "out", &[]);
    edited.build(&pandoc, "out", &["--no-cache"]);
    assert!(runs() > 2, "without the cache all is made anew");
}

#[cfg(unix)]
#[test]
fn a_chapter_that_has_not_changed_is_not_read() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let mut edited = Edited::new();
    for _ in 0..6 {
        edited.add();
    }
    // What leads nowhere is asked of the disk each time.
    for name in &edited.chapters {
        let text = fs::read_to_string(edited.book.path(name)).unwrap();
        edited.write(name, text.replace("[gone](#c99)", "gone"));
    }
    edited.write_settings();
    let beside = TempBook::new();
    let counting = counted(&beside, &pandoc);
    edited.build(&counting, "out", &[]);
    // The documents of all chapters are spoiled, but not what tells them apart: who reads one has to ask pandoc.
    let mut spoiled = 0;
    for file in remembered(&edited.book.path("")) {
        let mut bytes = fs::read(&file).unwrap();
        let has = |text: &str| String::from_utf8_lossy(&bytes).contains(text);
        if has("pandoc-api-version") && has("\"Header\"") {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(&file, bytes).unwrap();
            spoiled += 1;
        }
    }
    assert!(spoiled >= edited.chapters.len(), "{spoiled}");
    let name = edited.chapters[3].clone();
    let text = fs::read_to_string(edited.book.path(&name)).unwrap();
    edited.write(&name, text + "\nMore words.\n");
    fs::write(beside.path("bin/runs"), "").unwrap();
    let again = edited.build(&counting, "out", &[]);
    let runs = fs::read_to_string(beside.path("bin/runs")).unwrap();
    // The version, and the chapter.
    assert!(runs.lines().count() <= 2, "{runs}");
    assert!(again == edited.build(&pandoc, "new", &["--in-one-run"]));
}

/// Each line behind a mark, or as far behind its margin.
fn indented(text: &str, first: &str, margin: &str) -> String {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(at, line)| match (at, line) {
        (0, line) => format!("{first}{line}\n"),
        (_, "") => format!("{}\n", margin.trim_end()),
        (_, line) => format!("{margin}{line}\n"),
    });
    lines.collect()
}

#[cfg(unix)]
#[test]
fn pages_that_pandoc_need_not_write_are_as_it_writes_them() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let specimen = repo("src/build/write/html/specimen.md");
    let specimen = fs::read_to_string(specimen).unwrap();
    let without_notes: String = specimen
        .lines()
        .filter(|line| !line.contains("[^"))
        .fold(String::new(), |all, line| all + line + "\n");
    let chapters = [
        specimen.clone(),
        indented(&specimen, "> ", "> "),
        indented(&specimen, "- ", "  "),
        format!("Term\n{}", indented(&specimen, ":   ", "    ")),
        format!("::: {{#all .note}}\n::: two\n{specimen}\n:::\n:::\n"),
        format!("A note[^n].\n\n{}", indented(&without_notes, "[^n]: ", "    ")),
        format!(
            "## Second\n\n{specimen}\n\n#### Fourth {{.one key=v}}\n\n### Third[^1]\n"
        ),
    ];
    let mut edited = Edited::new();
    edited.chapters.clear();
    for (at, text) in chapters.iter().enumerate() {
        let name = format!("s{at}.md");
        // Each identifier stands once in a book.
        let text = text.replace("concbook-specimen", &format!("s{at}"));
        let pictures =
            "![*a* `b` \"c\"[^p]](a.svg){#p .c k=v width=50%}\n\n[^p]: ![](b.svg)";
        edited
            .write(&name, format!("# Chapter {at} {{#s{at}}}\n\n{text}\n\n{pictures}\n"));
        edited.chapters.push(name);
    }
    edited.write_settings();
    let beside = TempBook::new();
    let ours = edited.build(&counted(&beside, &pandoc), "out", &["--no-cache"]);
    let theirs = edited.build(&pandoc, "new", &["--in-one-run"]);
    assert_eq!(ours.1, theirs.1);
    assert!(ours.0 == theirs.0);
    let runs = fs::read_to_string(beside.path("bin/runs")).unwrap();
    let written = runs.lines().filter(|run| run.contains("--output")).count();
    assert_eq!(written, 1, "pandoc writes what stands in for all pages: {runs}");
}

#[test]
fn the_specimen_is_what_pandoc_reads() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let folder = repo("src/build/write/html");
    let read = Command::new(pandoc)
        .args(["--from", "markdown", "--to", "json"])
        .arg(folder.join("specimen.md"))
        .output()
        .unwrap();
    let mut read: Value = serde_json::from_slice(&read.stdout).unwrap();
    let blocks = read["blocks"].as_array_mut().unwrap();
    // Comments only keep lists apart.
    blocks.retain(|block| block["t"] != "RawBlock");
    let kept = fs::read(folder.join("specimen.json")).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept, read["blocks"]);
}

#[test]
fn files_outside_the_folder_are_looked_at_each_time() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let around = TempBook::new();
    let book = around.path("book");
    // What the whole repository holds, may be shown.
    fs::create_dir_all(around.path(".git")).unwrap();
    fs::write(around.path(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::create_dir_all(&book).unwrap();
    let yaml = "metadata: {title: T, author: A, lang: en}\ninput-files: [a.md, b.md]\n\
                css: a.css\n";
    fs::write(book.join("book.yaml"), yaml).unwrap();
    fs::write(book.join("b.md"), "# Two\n\nText.\n").unwrap();
    let shows = [
        ("# One\n\nA ![picture](../s.svg).\n", "p {}\n"),
        ("# One\n\nText.\n", "p { background: url(../s.svg) }\n"),
    ];
    let circle = |radius: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">\
             <circle r=\"{radius}\"/></svg>"
        )
    };
    for (chapter, css) in shows {
        fs::write(book.join("a.md"), chapter).unwrap();
        fs::write(book.join("a.css"), css).unwrap();
        for radius in 1..4 {
            fs::write(around.path("s.svg"), circle(radius)).unwrap();
            let out = around.path("out.epub");
            let (_, _, said) = build((&book, &out), &pandoc, &["--epubcheck", "never"]);
            let epub = fs::read(&out).unwrap_or_else(|_| panic!("{said}"));
            let epub = Epub::from_bytes("out.epub", &epub).unwrap();
            let wanted = format!("r=\"{radius}\"");
            let mut texts =
                epub.entries().iter().map(|entry| String::from_utf8_lossy(&entry.data));
            let is_shown = texts.any(|text| text.contains(&wanted));
            assert!(is_shown, "{chapter:?} {css:?} {radius}: {said}");
            if radius == 2 {
                // An edit of another chapter finds the picture as it is.
                fs::write(book.join("b.md"), "# Two\n\nMore text.\n").unwrap();
            }
        }
    }
}

#[test]
fn a_book_that_cannot_be_remembered_is_built() {
    let Some((_, pandoc)) = pandoc_versions().pop() else { return skip("no pandoc") };
    let edited = Edited::new();
    edited.write(".concbook", "a file in the place of the folder");
    let again = edited.build(&pandoc, "out", &[]);
    let anew = edited.build(&pandoc, "new", &["--no-cache"]);
    assert!(again == anew);
}
