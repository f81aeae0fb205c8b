//! A book that is built again is, to the byte, the one that is built anew: whatever changed, whatever is
//! remembered, in whatever state that is. And what did not change is not made again.
//!
//! Few edits are tried in each run; `CONCBOOK_EDITS=200` tries as many.

use crate::support::{TempBook, build, pandoc_versions, skip};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

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
        format!(
            "# Chapter {number} {{#c{number}}}\n\n\
             Words of {number} with `name_{number}`, [one](#c{other}), [gone](#c99) and a\n\
             note.[^a] A second one,[^b] in [it]{{#in{number}}}.\n\n\
             [^a]: With ![a picture]({picture}) and `run()`.\n\n\
             [^b]: [Back](#in{number}).\n\n\
             ## Part {{#p{number}}}\n\n![A picture](b.svg){{#fig{number}}}\n\n\
             [there]{{#s{number}}}, <span id=\"raw{number}\">raw</span>, [to](#raw{other})\n\
             and [it](#fig{other}); \\raw{{}} is lost.\n\n\
             ```{{#cb{number} .python}}\ndef f_{number}():\n\treturn {other}\n```\n\n\
             | a | b |\n|---|---|\n| {number} | $x^2$ |\n\n<img src=\"a.svg\" alt=\"A\">\n"
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
        let args = [&["--epubcheck", "never", "--keep-pictures"], args].concat();
        let (_, _, said) =
            build((&self.book.path(""), &self.book.path(out)), pandoc, &args);
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

/// A pandoc that notes each of its runs in a file.
#[cfg(unix)]
fn counted(book: &TempBook, pandoc: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = book.path("bin");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("pandoc");
    let runs = folder.join("runs").display().to_string();
    let script = format!("#!/bin/sh\necho >> {runs}\nexec {} \"$@\"\n", pandoc.display());
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
        let runs = fs::read(beside.path("bin/runs")).unwrap_or_default().len();
        fs::write(beside.path("bin/runs"), "").unwrap();
        runs
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
    // The version, what is handed to the chapter and read with it, the chapter's own file.
    let warm = runs();
    assert!(warm <= 4, "{warm} runs, and {cold} for the whole book");
    fs::remove_file(edited.book.path("out/t.epub")).unwrap();
    edited.build(&pandoc, "out", &[]);
    edited.build(&pandoc, "out", &["--no-cache"]);
    assert!(runs() > 2, "without the cache all is made anew");
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
