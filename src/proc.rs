//! Child processes: each with a time limit and in a process group of its own, so that nothing
//! it started outlives it, nor this process, though that be killed. Where the system has no groups,
//! only the child itself is ended, and not by a kill.

mod janitor;

#[cfg(any(not(unix), feature = "portable-std"))]
#[path = "proc/std_only.rs"]
mod system;
#[cfg(all(unix, not(feature = "portable-std")))]
#[path = "proc/unix.rs"]
mod system;

use crate::interrupt;
use concfilter::error::{Error, Result};
pub use janitor::Janitor;
use std::any::Any;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use wait_timeout::ChildExt;

/// A program to run to its end, with what it reads and how long it may take.
#[derive(Debug, Clone)]
pub struct Process {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    stdin: Vec<u8>,
    limit: Duration,
    held: Option<Arc<dyn Any + Send + Sync>>,
}

/// What a finished program left behind.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// All it wrote to standard output.
    pub stdout: Vec<u8>,
    /// All it wrote to standard error, as text.
    pub stderr: String,
}

impl Process {
    /// A program, by path or by name on `PATH`, with a limit of ten minutes.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            dir: None,
            stdin: Vec::new(),
            limit: Duration::from_mins(10),
            held: None,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The folder it runs in.
    #[must_use]
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// What it reads from standard input; nothing when unsaid.
    #[must_use]
    pub fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = bytes;
        self
    }

    /// How long it may take before it and all it started are ended.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// What is to stay until it has ended, such as a folder that it was given.
    #[must_use]
    pub fn holding(mut self, held: Arc<dyn Any + Send + Sync>) -> Self {
        self.held = Some(held);
        self
    }

    /// The program's name without its folders, for messages.
    pub fn name(&self) -> String {
        self.program
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Runs it to its end. An exit code other than 0 is no error here: it stands in the
    /// outcome.
    ///
    /// # Errors
    /// The program cannot be started, or did not end within its limit.
    pub fn run(mut self) -> Result<Outcome> {
        let (input, limit) = (std::mem::take(&mut self.stdin), self.limit);
        self.start()?.finish(&input, limit)
    }

    /// Starts it before it is known what it is to read, and how long it may take for that.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(self) -> Result<StartedProcess> {
        let name = self.name();
        let cannot_start = |error| {
            Error::new(format!("cannot start {}: {error}", self.program.display()))
        };
        // The shell before it would tell in words of its own that it is not there.
        self.look_up().map_err(cannot_start)?;
        let mut command = system::gated(&self.program);
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        system::in_own_group(&mut command);
        // A terminal's Ctrl-C does not reach another group, so that it is ended by us.
        let (mut child, guard) =
            interrupt::guarded(|| command.spawn(), |child| kill_later(child))
                .map_err(cannot_start)?;
        janitor::of_process().started(child.id());
        let stdin = child.stdin.take().map(|mut pipe| {
            // One that is gone already is told of by how it ended.
            let _ = pipe.write_all(system::GO);
            pipe
        });
        Ok(StartedProcess { name, child, stdin, guard: Some(guard), _held: self.held })
    }
}

/// A program that runs, and waits for what it is to read. It is ended where nobody lets it finish.
#[derive(Debug)]
pub struct StartedProcess {
    name: String,
    child: Child,
    stdin: Option<ChildStdin>,
    /// Ends it with this process.
    guard: Option<interrupt::Guard>,
    /// What goes when it has ended.
    _held: Option<Arc<dyn Any + Send + Sync>>,
}

impl StartedProcess {
    /// Gives it all that it is to read, and waits for its end.
    ///
    /// # Errors
    /// It did not end within its limit.
    pub fn finish(mut self, input: &[u8], limit: Duration) -> Result<Outcome> {
        let stdin = self.stdin.take();
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        std::thread::scope(|scope| {
            // A program may end without reading all: that is its right, so a failed write is
            // not ours to report.
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(input)));
            let out = scope.spawn(move || read_all(stdout));
            let err = scope.spawn(move || read_all(stderr));
            let waited = self.wait(limit);
            let name = &self.name;
            let status = waited
                .map_err(|error| Error::new(format!("cannot wait for {name}: {error}")))?
                .ok_or_else(|| self.did_not_end(limit))?;
            Ok(Outcome {
                status,
                stdout: out.join().unwrap_or_default(),
                stderr: String::from_utf8_lossy(&err.join().unwrap_or_default())
                    .into_owned(),
            })
        })
    }

    /// Gives it all that it is to read; what it says up to the end of so many lines, or all where it says fewer. A large
    /// program takes long to go when all is said, and nobody here waits for that.
    ///
    /// # Errors
    /// It said less within its limit, and did not end.
    pub fn answer(
        mut self,
        input: Vec<u8>,
        lines: usize,
        limit: Duration,
    ) -> Result<Vec<u8>> {
        let stdin = self.stdin.take();
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let (sender, answers) = mpsc::channel();
        // As in `finish`.
        std::thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&input)));
        std::thread::spawn(move || read_all(stderr));
        // Who waits no longer does not hear of it.
        std::thread::spawn(move || sender.send(read_lines(stdout, lines)));
        let said = answers.recv_timeout(limit).map_err(|_| self.did_not_end(limit))?;
        std::thread::spawn(move || self.wait(limit));
        Ok(said)
    }

    fn did_not_end(&self, limit: Duration) -> Error {
        let (name, limit) = (&self.name, limit.as_secs());
        Error::new(format!("{name} did not end within {limit} s"))
            .hint("It was stopped; run it by hand to see where it hangs")
    }

    /// Waits for its end, and brings it about where it does not come; how it ended by itself.
    fn wait(&mut self, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
        let waited = self.child.wait_timeout(limit);
        if matches!(waited, Ok(Some(_))) {
            // What it left running would hold its pipes open.
            system::kill_group(self.child.id());
            // It is gone, and its number may soon be another's.
            self.guard = None;
            janitor::of_process().ended(self.child.id());
        } else {
            self.end();
        }
        waited
    }

    /// Ends it and all that it started, unless it ended by itself.
    fn end(&mut self) {
        let Some(guard) = self.guard.take() else { return };
        end_group(&mut self.child);
        janitor::of_process().ended(self.child.id());
        drop(guard);
    }
}

impl Drop for StartedProcess {
    fn drop(&mut self) {
        self.end();
    }
}

impl Process {
    /// Why the program cannot be started, as the system would tell it.
    fn look_up(&self) -> std::io::Result<()> {
        let has_path = self.env.iter().any(|(name, _)| name == "PATH");
        let relative = self.program.is_relative() && self.dir.is_some();
        match self.program.to_str() {
            // It is looked for where only the program's own start can tell.
            _ if has_path || relative => Ok(()),
            Some(name) if !name.contains('/') => match find(name) {
                Some(_) => Ok(()),
                None => std::fs::metadata(name).map(|_| ()),
            },
            _ => system::may_start(&self.program),
        }
    }
}

/// Starts a program and leaves it to the caller: in a process group of its own, with `env` for
/// its whole environment.
///
/// # Errors
/// The program cannot be started.
pub fn start(
    program: &Path,
    args: &[OsString],
    env: &[(String, String)],
    dir: &Path,
    [stdin, stdout, stderr]: [Stdio; 3],
) -> Result<Child> {
    #[expect(clippy::disallowed_methods, reason = "a caller that waits for it otherwise")]
    let mut command = std::process::Command::new(program);
    command
        .args(args)
        .env_clear()
        .envs(env.iter().map(|(key, value)| (key, value)))
        .current_dir(dir)
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr);
    system::in_own_group(&mut command);
    command.spawn().map_err(|error| {
        Error::new(format!("cannot start {}: {error}", program.display()))
    })
}

/// How a child and, where the system has process groups, everything in its group is ended.
fn kill_later(child: &Child) -> interrupt::Undo {
    let group = child.id();
    Box::new(move || system::kill_group(group))
}

fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // What came before a broken pipe is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

/// What a pipe gives up to the end of so many lines.
fn read_lines(pipe: Option<impl Read>, lines: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let mut pipe = BufReader::with_capacity(1 << 16, pipe);
        for _ in 0..lines {
            // As in `read_all`.
            if !matches!(pipe.read_until(b'\n', &mut bytes), Ok(1..)) {
                break;
            }
        }
    }
    bytes
}

/// The signal that ended a process; `None` where it ended by itself, or the system has no signals.
pub fn signal(status: ExitStatus) -> Option<i32> {
    system::signal(status)
}

/// Ends the child and, where the system has process groups, everything in the child's.
pub fn end_group(child: &mut Child) {
    system::kill_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
}

/// What stands between the folders of `PATH` and of `CLASSPATH`.
pub const PATH_SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

/// The path of a program on `PATH`, or `None`. A name with a slash is looked up as it is.
pub fn find(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Path::new(name).is_file().then(|| PathBuf::from(name));
    }
    let path = std::env::var_os("PATH")?;
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = std::env::split_paths(&path)
        .map(|dir| dir.join(&file_name))
        .find(|file| file.is_file())?;
    // A job may run in another folder, where a relative entry of PATH means nothing.
    std::path::absolute(found).ok()
}

#[cfg(test)]
#[cfg(all(unix, not(feature = "portable-std")))]
mod tests {
    use super::*;
    use rustix::process::Pid;

    #[test]
    fn input_reaches_the_program_and_its_output_comes_back() {
        let outcome = Process::new("cat").stdin(b"hello".to_vec()).run().unwrap();
        assert!(outcome.status.success());
        assert_eq!(outcome.stdout, b"hello");
    }

    #[test]
    fn a_program_that_never_ends_is_ended_with_its_children() {
        let job = Process::new("sh")
            .args(["-c", "sleep 60 & wait"])
            .limit(Duration::from_millis(100));
        let error = job.run().unwrap_err();
        assert!(error.message().contains("did not end"), "{error}");
    }

    #[test]
    fn what_a_program_left_running_is_waited_for_by_nobody() {
        let job = Process::new("sh").args(["-c", "sleep 60 & echo $!"]);
        let outcome = job.limit(Duration::from_secs(30)).run().unwrap();
        let pid = String::from_utf8(outcome.stdout).unwrap();
        let pid = Pid::from_raw(pid.trim().parse().unwrap());
        let start = std::time::Instant::now();
        while rustix::process::test_kill_process(pid.unwrap()).is_ok() {
            assert!(start.elapsed() < Duration::from_secs(20), "it runs on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_program_that_was_started_ahead_reads_what_comes_later_or_is_ended() {
        let started = Process::new("cat").start().unwrap();
        let outcome = started.finish(b"later", Duration::from_secs(30)).unwrap();
        assert_eq!(outcome.stdout, b"later");
        let unused = Process::new("cat").start().unwrap();
        let pid = Pid::from_raw(i32::try_from(unused.child.id()).unwrap()).unwrap();
        assert!(rustix::process::test_kill_process(pid).is_ok());
        drop(unused);
        assert!(rustix::process::test_kill_process(pid).is_err());
    }

    #[test]
    fn a_program_that_has_said_all_is_not_waited_for() {
        let start = |script| Process::new("sh").args(["-c", script]).start().unwrap();
        let limit = Duration::from_secs(2);
        let begin = std::time::Instant::now();
        let started = start("cat; echo more; exec sleep 60");
        let pid = Pid::from_raw(i32::try_from(started.child.id()).unwrap()).unwrap();
        let said = started.answer(b"a\nb\n".to_vec(), 2, limit).unwrap();
        assert_eq!((&*said, begin.elapsed() < limit), (&b"a\nb\n"[..], true));
        while rustix::process::test_kill_process(pid).is_ok() {
            assert!(begin.elapsed() < Duration::from_secs(20), "it runs on");
            std::thread::sleep(Duration::from_millis(5));
        }
        // One that says less ends with what it has said, or at its limit.
        let said = start("cat").answer(b"a\nb".to_vec(), 3, limit).unwrap();
        assert_eq!(said, b"a\nb");
        let short = Duration::from_millis(100);
        let error = start("echo a; sleep 60").answer(Vec::new(), 2, short).unwrap_err();
        assert!(error.message().contains("did not end"), "{error}");
    }

    #[test]
    fn a_program_that_nobody_lets_go_does_not_start() {
        // As when this process is killed before anybody knows of the program.
        let mut child = system::gated(Path::new("echo"))
            .arg("started")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        assert_eq!(read_all(child.stdout.take()), b"");
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Process::new("no-such-program").run().unwrap_err();
        assert!(error.message().starts_with("cannot start no-such-program"), "{error}");
        let error = Process::new("/no/such/program").run().unwrap_err();
        assert!(error.message().contains("No such file"), "{error}");
        let error = Process::new("/etc/passwd").run().unwrap_err();
        assert!(error.message().contains("ermission denied"), "{error}");
    }
}
