//! A program that is told to end, at any time, leaves no temporary folder, no half-written file and
//! no process.

#![cfg(unix)]

use crate::support::{self, copy, pandoc_versions};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Runs concbook in a folder of its own for temporary files, tells it to end after `after`, and
/// gives whether that ended it. Then no temporary folder may be left.
fn interrupted(args: &[&str], dir: &Path, signal: Signal, after: Duration) -> bool {
    let temp = dir.join("temp");
    fs::create_dir_all(&temp).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_concbook"))
        .args(args)
        .current_dir(dir)
        .env("TMPDIR", &temp)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(after);
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    // It may have ended by itself.
    let _ = kill_process(pid, signal);
    let status = child.wait().unwrap();
    let left = names(&temp);
    assert!(left.is_empty(), "{args:?} after {after:?}: {left:?}");
    match status.signal() {
        Some(number) => {
            assert_eq!(number, signal.as_raw(), "{args:?}");
            true
        }
        None => false,
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// Interrupts a command later and later, until it ends before that.
fn at_any_time(args: &[&str], dir: &Path, made: &str) {
    let mut after = Duration::from_millis(20);
    // Who starts the tests may have all of them ignore the second one, as a shell does in the background.
    let mut signals = [Signal::TERM, Signal::INT, Signal::HUP].into_iter().cycle();
    let mut ended = 0;
    while interrupted(args, dir, signals.next().unwrap(), after) {
        ended += 1;
        let half: Vec<_> = names(&dir.join(made))
            .into_iter()
            .filter(|name| name.contains(".tmp"))
            .collect();
        assert!(half.is_empty(), "{args:?} after {after:?}: {half:?}");
        after = after.mul_f32(1.5);
        assert!(after < Duration::from_mins(1), "{args:?} never ends");
    }
    assert!(ended > 0, "{args:?} was never interrupted");
}

#[test]
fn a_build_that_is_interrupted_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    copy(&support::repo("examples/concurrency"), &dir.path().join("book"));
    let (_, pandoc) = pandoc_versions().remove(0);
    let pandoc = pandoc.to_str().unwrap();
    let args =
        ["build", "book", "-o", "made", "--epubcheck", "never", "--pandoc", pandoc];
    at_any_time(&args, dir.path(), "made");
}

#[test]
fn a_run_of_listings_that_is_interrupted_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join("book");
    fs::create_dir_all(&book).unwrap();
    fs::write(book.join("book.yaml"), "input-files: [a.md]\nmetadata: {title: A}\n")
        .unwrap();
    let listing = "# a.py\nimport tempfile, time\n\
                   tempfile.mkdtemp()\nopen('made', 'w').close()\ntime.sleep(1.5)\n";
    fs::write(book.join("a.md"), format!("# A\n\n```python\n{listing}```\n")).unwrap();
    at_any_time(&["listings", "run", "book"], dir.path(), "book");
}
