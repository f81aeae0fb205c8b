//! A program that is killed leaves no half-written file and no process, and the next run finds nothing left
//! of it.
//!
//! Each command is killed ten times; `CONCBOOK_KILLS=250` kills each of them as often, `CONCBOOK_BIN` names another
//! executable, such as an optimised one.

#![cfg(target_os = "linux")]

use crate::support::{TempBook, copy, pandoc_versions};
use concbook::fsx;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Parts of a whole that look like chance and are the same each time (Marsaglia's xorshift).
struct Chance(u64);

impl Default for Chance {
    fn default() -> Self {
        Self(0x2545_f491_4f6c_dd1d)
    }
}

impl Chance {
    fn part(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 40).unwrap()) / f64::from(1 << 24)
    }
}

/// A command in a book, and the folder for its temporary files.
struct Killed {
    book: TempBook,
    args: Vec<String>,
    kills: u32,
}

impl Killed {
    fn new(book: TempBook, args: &[&str]) -> Self {
        fs::create_dir(book.path("temp")).unwrap();
        let kills = std::env::var("CONCBOOK_KILLS").ok();
        let kills = kills.map_or(10, |kills| kills.parse().unwrap());
        Self { book, args: args.iter().map(|arg| (*arg).to_owned()).collect(), kills }
    }

    fn command(&self) -> Command {
        self.of(&self.args)
    }

    /// Another command in the same book.
    fn of(&self, args: &[String]) -> Command {
        let program = std::env::var_os("CONCBOOK_BIN");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_concbook").into());
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(self.book.path(""))
            .env("TMPDIR", self.book.path("temp"))
            // So that what is saved again makes the same bytes.
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command
    }

    /// Kills the command at moments that are spread over its whole time, each from the state that `reset` makes,
    /// and lets it run to its end. Each time, `made` is in no file another than before or after.
    fn at_any_time(&self, made: &str, reset: impl Fn(&Path)) {
        let folder = self.book.path(made);
        reset(&folder);
        let before = contents(&folder);
        let start = Instant::now();
        assert!(self.command().status().unwrap().success(), "{:?}", self.args);
        let mut whole = start.elapsed();
        let after = contents(&folder);
        assert_ne!(before, after);
        let mut chance = Chance::default();
        let mut killed = 0;
        for _ in 0..self.kills {
            reset(&folder);
            if self.kill_after(whole.mul_f64(chance.part())) {
                killed += 1;
                whole = whole.mul_f64(1.005);
            } else {
                // The machine has become faster than it was.
                whole = whole.mul_f64(0.97);
            }
            for (path, content) in contents(&folder) {
                let is = |known: &BTreeMap<PathBuf, Vec<u8>>| {
                    known.get(&path).is_some_and(|known| *known == content)
                };
                // Beside a file stands what was to replace it, until the next run.
                assert!(
                    is_half(&path) || is(&before) || is(&after),
                    "half: {}",
                    path.display()
                );
            }
        }
        assert!(killed > self.kills / 2, "it was killed {killed} times only");
        assert!(self.command().status().unwrap().success(), "{:?}", self.args);
        assert_eq!(contents(&folder), after);
        self.nothing_is_left();
    }

    /// Kills it after a time; whether it was still there.
    fn kill_after(&self, time: Duration) -> bool {
        let mut child = self.command().spawn().unwrap();
        sleep(time);
        let _ = child.kill();
        !child.wait().unwrap().success()
    }

    /// Whether a process of the run is there: by its folder of temporary files in its environment or its
    /// arguments.
    fn running(&self) -> Vec<String> {
        let mark = self.book.path("temp").display().to_string();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let text = |file: &str| {
                let text = fs::read(entry.path().join(file)).unwrap_or_default();
                String::from_utf8_lossy(&text).replace('\0', " ")
            };
            let words = text("cmdline");
            if words.contains(&mark) || text("environ").contains(&mark) {
                found.push(words);
            }
        }
        found
    }

    fn nothing_is_left(&self) {
        let start = Instant::now();
        while !self.running().is_empty() {
            let running = self.running();
            assert!(start.elapsed() < Duration::from_secs(10), "runs on: {running:?}");
            sleep(Duration::from_millis(5));
        }
        let dirs = fs::read_dir(self.book.path("temp")).unwrap();
        assert_eq!(dirs.count(), 0, "{:?}", self.args);
        let all = files(&self.book.path(""));
        let half: Vec<_> = all.iter().filter(|path| is_half(path.as_ref())).collect();
        assert!(half.is_empty(), "{:?}: {half:?}", self.args);
    }
}

/// The paths of all files in a folder, relative to it.
fn files(folder: &Path) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                found.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Whether a file is one that was to replace another.
fn is_half(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.starts_with(".concbook-") && name.ends_with(".tmp")
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = files(folder).into_iter();
    all.map(|name| (name.clone().into(), fs::read(folder.join(name)).unwrap())).collect()
}

fn remake(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).unwrap();
}

const YAML: &str = "input-files: [a.md]\nmetadata: {title: A, lang: en}\n";

fn chapter() -> String {
    let listing =
        |number| format!("\n```python\n# x{number}.py\nprint({number})\n#:\n```\n");
    let listings: String = (0..12).map(listing).collect();
    format!("# A\n{listings}")
}

/// A build with a filter of the author's.
fn build(filter: &str) -> Killed {
    let (_, pandoc) = pandoc_versions().remove(0);
    let book = TempBook::new()
        .file("book.yaml", format!("{YAML}filters: [./slow.sh]\n"))
        .file("a.md", chapter())
        .file("slow.sh", filter);
    fsx::permit(&book.path("slow.sh"), 0o755).unwrap();
    let pandoc = pandoc.to_str().unwrap();
    Killed::new(
        book,
        &["build", ".", "-o", "made", "--epubcheck", "never", "--pandoc", pandoc],
    )
}

#[test]
fn a_build_and_a_pack_that_are_killed_leave_nothing() {
    let built = build("#!/bin/sh\ncat\n");
    built.at_any_time("made", remake);
    let made = files(&built.book.path("made"));
    let epub = made.iter().find(|name| name.contains(".epub")).unwrap();
    fs::rename(built.book.path("made").join(epub), built.book.path("raw.epub")).unwrap();
    let packed = Killed {
        args: ["pack", "raw.epub", "-o", "packed/out.epub"].map(str::to_owned).into(),
        ..built
    };
    packed.at_any_time("packed", |folder| {
        remake(folder);
        fs::write(folder.join("out.epub"), "old").unwrap();
    });
}

#[test]
fn listings_that_are_written_by_runs_that_are_killed_are_old_or_new() {
    let book = TempBook::new().file("book.yaml", YAML).file("a.md", chapter());
    let extract = Killed::new(book, &["listings", "extract", ".", "-o", "files"]);
    extract.at_any_time("files", remake);
    let book = TempBook::new().file("b/book.yaml", YAML).file("b/a.md", "");
    let update = Killed::new(book, &["listings", "update", "--no-cache", "b"]);
    update.at_any_time("b", |folder| fs::write(folder.join("a.md"), chapter()).unwrap());
}

/// A book of three chapters in the folder `b`, of which the first can be saved anew, and the command that
/// builds it.
fn chapters() -> (Killed, impl Fn(&str)) {
    let (_, pandoc) = pandoc_versions().remove(0);
    let book = TempBook::new()
        .file("b/book.yaml", YAML.replace("[a.md]", "[a.md, b.md, c.md]"))
        .file("b/a.md", "")
        .file("b/b.md", "# B\n\nText of `f()`[^1] and [A](#a).\n\n[^1]: Note.\n")
        .file("b/c.md", chapter().replace("# A", "# C"));
    let first = book.path("b/a.md");
    let pandoc = pandoc.to_str().unwrap();
    let args = ["build", "b", "-o", "made", "--epubcheck", "never", "--pandoc", pandoc];
    let save = move |text: &str| {
        fs::write(&first, format!("# A\n\nText {text}.\n\n> A quote.\n")).unwrap();
    };
    (Killed::new(book, &args), save)
}

/// What the next build makes of a memory that one before had no time to write is what one without it makes.
#[test]
fn builds_that_are_killed_spoil_nothing_that_they_remember() {
    let (build, save) = chapters();
    let path = |name| build.book.path(name);
    let made = || {
        assert!(build.command().status().unwrap().success());
        contents(&path("made"))
    };
    save("that was edited");
    let clean = made();
    let forget = || {
        let _ = fs::remove_dir_all(path("b/.concbook"));
        let _ = fs::remove_dir_all(path("made"));
    };
    forget();
    save("as it was");
    made();
    copy(&path("b/.concbook"), &path("warm"));
    assert!(!files(&path("warm")).is_empty(), "nothing is remembered");
    let reset = || {
        forget();
        copy(&path("warm"), &path("b/.concbook"));
        save("that was edited");
    };
    reset();
    let start = Instant::now();
    assert_eq!(made(), clean);
    let mut whole = start.elapsed();
    let (mut chance, mut killed) = (Chance::default(), 0);
    for _ in 0..build.kills {
        reset();
        let was_killed = build.kill_after(whole.mul_f64(chance.part()));
        whole = whole.mul_f64(if was_killed { 1.005 } else { 0.97 });
        killed += u32::from(was_killed);
        assert_eq!(made(), clean);
    }
    // A machine that has much to do takes another time each time.
    assert!(killed > build.kills / 4, "it was killed {killed} times only");
    build.nothing_is_left();
}

/// A preview builds as long as something is saved; whenever it is killed, the book is as its author saved it.
#[test]
fn previews_that_are_killed_while_chapters_are_saved_leave_nothing() {
    let (build, save) = chapters();
    let path = |name| build.book.path(name);
    let start = Instant::now();
    save("at first");
    assert!(build.command().status().unwrap().success());
    let whole = start.elapsed();
    fs::remove_dir_all(path("b/.concbook")).unwrap();
    let pandoc = build.args.last().unwrap();
    let watch = ["watch", "b", "--port", "0", "--pandoc", pandoc].map(str::to_owned);
    let mut chance = Chance::default();
    for number in 0..build.kills {
        save(&format!("before {number}"));
        let mut child = build.of(&watch).spawn().unwrap();
        sleep(whole.mul_f64(chance.part()));
        save(&format!("while it ran {number}"));
        let saved = contents(&path("b"));
        sleep(whole.mul_f64(chance.part()));
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "the preview ended by itself: {ended:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, content) in contents(&path("b")) {
            let is_ours = name.starts_with(".concbook");
            assert!(
                is_ours || saved.get(&name) == Some(&content),
                "half: {}",
                name.display()
            );
        }
    }
    assert!(build.command().status().unwrap().success());
    build.nothing_is_left();
    let made = contents(&path("made"));
    fs::remove_dir_all(path("b/.concbook")).unwrap();
    assert!(build.command().status().unwrap().success());
    assert_eq!(contents(&path("made")), made);
}

#[test]
fn what_a_build_started_ends_with_it() {
    let killed = build("#!/bin/sh\nsleep 60\n");
    let mut child = killed.command().spawn().unwrap();
    let start = Instant::now();
    while !killed.running().iter().any(|words| words.contains("sleep 60")) {
        assert!(start.elapsed() < Duration::from_secs(30), "the filter does not start");
        sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    while !killed.running().is_empty() {
        let running = killed.running();
        assert!(start.elapsed() < Duration::from_secs(10), "runs on: {running:?}");
        sleep(Duration::from_millis(5));
    }
    fs::write(killed.book.path("slow.sh"), "#!/bin/sh\ncat\n").unwrap();
    assert!(killed.command().status().unwrap().success());
    killed.nothing_is_left();
}
