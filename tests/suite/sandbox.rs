//! Listings that do harm are contained, and those after them still pass; and a Python that is forked
//! runs a script as a fresh one does.
//!
//! Every listing here is bounded by itself: were the sandbox broken, it would end all the same.

use crate::support::{repo, skip, without_browser};
use concbook::proc::Process;
use concbook::sandbox::{
    self, Bound, Command, End, FinishedRun, ForkServer, RunLimits, Sandbox, SandboxKind,
    Script, ServerSetup, Tree, visible,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Modules that are loaded in advance: some that the scripts import, and some that they do not.
const PRELOAD: &[&str] = &[
    "ctypes",
    "asyncio",
    "concurrent.futures",
    "dataclasses",
    "email.mime.text",
    "json",
    "logging.handlers",
    "multiprocessing.pool",
    "multiprocessing.shared_memory",
    "pathlib",
    "queue",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
    "unittest.mock",
    "urllib.request",
    "xml.etree.ElementTree",
    "zoneinfo",
    "no_such_module",
];

/// The Python on `PATH` itself, not what a version manager puts before it.
fn python() -> Option<PathBuf> {
    let ask =
        ["-c", "import sys; print(sys.executable if sys.version_info >= (3, 8) else '')"];
    let said = Process::new("python3").args(ask).run().ok()?.stdout;
    let path = String::from_utf8(said).ok()?.trim().to_owned();
    (!path.is_empty()).then(|| path.into())
}

/// The sandboxes that are to be had here, the portable one among them.
fn sandboxes() -> Vec<Box<dyn Sandbox>> {
    let kinds = [
        SandboxKind::Bubblewrap,
        SandboxKind::Namespaces,
        SandboxKind::ProcessGroup,
        SandboxKind::Portable,
    ];
    let found = kinds.into_iter().filter_map(|kind| match sandbox::of_kind(kind) {
        Ok(sandbox) => Some(sandbox),
        Err(why) => {
            eprintln!("skipped: {kind:?}: {why}");
            None
        }
    });
    found.collect()
}

fn limits() -> RunLimits {
    RunLimits {
        time: Duration::from_mins(1),
        memory: 256 << 20,
        processes: 64,
        output: 1 << 20,
        file: 16 << 20,
        ..RunLimits::default()
    }
}

fn env() -> Vec<(String, String)> {
    let path = std::env::var("PATH").unwrap();
    let fixed = [("LC_ALL", "C.UTF-8"), ("PYTHONHASHSEED", "0"), ("PATH", &path)];
    let fixed = fixed.into_iter().chain([("PYTHONDONTWRITEBYTECODE", "1")]);
    fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A way to run a script of a tree.
enum Way<'a> {
    Fresh(&'a dyn Sandbox, PathBuf),
    Forked(Box<dyn ForkServer>),
}

impl<'a> Way<'a> {
    /// All ways in a sandbox: both, where it has a fork server.
    fn all(sandbox: &'a dyn Sandbox, tree: &Tree) -> Vec<Self> {
        let Some(python) = python() else {
            skip("no python3 from 3.8 on");
            return Vec::new();
        };
        let server = server(sandbox, tree, &python);
        let fresh = Self::Fresh(sandbox, python);
        std::iter::once(fresh).chain(server.map(Self::Forked)).collect()
    }

    fn run(&mut self, tree: &Tree, path: &str, limits: RunLimits) -> FinishedRun {
        match self {
            Self::Fresh(sandbox, python) => {
                let path = tree.path().join(path);
                let command = Command {
                    program: python.clone(),
                    args: vec![path.file_name().unwrap().to_owned()],
                    env: env(),
                    dir: path.parent().unwrap().to_owned(),
                    stdin: None,
                    network: false,
                    limits,
                    writable: vec![tree.path().to_owned()],
                    readable: visible::of_environment(&env()),
                    bounded: vec![tree.path().to_owned()],
                };
                sandbox.run(&command).unwrap()
            }
            Self::Forked(server) => {
                let (args, env) = (Vec::new(), Vec::new());
                let script =
                    Script { path: path.to_owned(), args, env, stdin: None, limits };
                server.run(&script).unwrap()
            }
        }
    }
}

/// The fork server of a sandbox, if it has one.
fn server(
    sandbox: &dyn Sandbox,
    tree: &Tree,
    python: &Path,
) -> Option<Box<dyn ForkServer>> {
    let preload: Vec<String> = PRELOAD.iter().map(|&name| name.to_owned()).collect();
    let writable = [tree.path().to_owned()];
    let (tree, env) = (tree.path(), env());
    let server = sandbox.fork_server(&ServerSetup {
        python,
        tree,
        env: &env,
        preload: &preload,
        writable: &writable,
        readable: &visible::of_environment(&env),
    })?;
    Some(server.unwrap())
}

const HARMLESS: &str = "import os, mine\nprint(sorted(os.listdir('.')), mine.VALUE)\n";

/// Runs a listing in every sandbox that says it holds these bounds, and in all ways, each time
/// followed by a harmless one that has to find everything as it was.
fn contained(
    source: &str,
    limits: &RunLimits,
    bounds: &[Bound],
    check: impl Fn(SandboxKind, &FinishedRun),
) {
    let files =
        [("a/bad.py", source), ("a/good.py", HARMLESS), ("a/mine.py", "VALUE = 3\n")];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let mut tree = Tree::new(files).unwrap();
    let _apart = without_browser();
    for sandbox in sandboxes() {
        if bounds.iter().any(|bound| sandbox.unheld().contains(bound)) {
            continue;
        }
        for mut way in Way::all(&*sandbox, &tree) {
            let ran = way.run(&tree, "a/bad.py", limits.clone());
            check(sandbox.kind(), &ran);
            tree.restore().unwrap();
            let ran = way.run(&tree, "a/good.py", RunLimits::default());
            assert_eq!(
                ran.end,
                End::Exit(0),
                "{:?}: {}",
                sandbox.kind(),
                text(&ran.stderr)
            );
            assert_eq!(text(&ran.stdout), "['bad.py', 'good.py', 'mine.py'] 3\n");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a process is left whose command line has this in it.
fn runs(mark: &str) -> bool {
    let pids = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    pids.into_iter().any(|pid| {
        fs::read(pid.join("cmdline")).is_ok_and(|line| text(&line).contains(mark))
    })
}

/// Waits, but not for ever.
fn soon(what: &str, mut is: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_listing_that_never_ends_is_ended() {
    let limits = RunLimits { time: Duration::from_secs(4), ..limits() };
    let source = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n";
    contained(source, &limits, &[], |_, ran| {
        assert_eq!(ran.end, End::Timeout);
        assert_eq!(text(&ran.stdout), "begun\n");
    });
}

#[test]
fn a_listing_that_ignores_signals_is_ended() {
    let limits = RunLimits { time: Duration::from_secs(1), ..limits() };
    let source = "import signal, time\n\
                  for one in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n    \
                  signal.signal(one, signal.SIG_IGN)\ntime.sleep(600)\n";
    contained(source, &limits, &[], |_, ran| assert_eq!(ran.end, End::Timeout));
}

#[test]
fn a_listing_that_forks_without_end_is_ended() {
    // 1024 processes at most.
    let source = "import os, time\nfor _ in range(10): os.fork()\ntime.sleep(60)\n";
    contained(source, &limits(), &[Bound::Processes], |_, ran| {
        assert_eq!(ran.end, End::Processes);
    });
}

#[test]
fn a_listing_that_forks_out_of_its_group_is_ended() {
    let source = "import os, time\nfor _ in range(8):\n    if not os.fork(): os.setsid()\n\
                  time.sleep(60)\n";
    contained(source, &limits(), &[Bound::Processes], |_, ran| {
        assert_eq!(ran.end, End::Processes);
    });
}

#[test]
fn a_listing_that_fills_memory_is_ended() {
    // 1 GiB at most.
    let source = "import time\nheld = [b'x' * (1 << 20) for _ in range(1 << 10)]\n\
                  time.sleep(60)\n";
    contained(source, &limits(), &[Bound::Memory], |_, ran| match ran.end {
        End::Memory => {}
        // Python may be told first that there is no more.
        end => assert!(text(&ran.stderr).contains("MemoryError"), "{end:?}"),
    });
}

#[test]
fn memory_that_processes_share_counts_once() {
    let source = "import os, time\nheld = b'x' * (100 << 20)\n\
                  for _ in range(8):\n    if not os.fork():\n        time.sleep(0.5)\n        os._exit(0)\n\
                  for _ in range(8): os.wait()\nprint('done')\n";
    contained(source, &limits(), &[], |kind, ran| {
        assert_eq!(
            (ran.end, text(&ran.stdout).as_str()),
            (End::Exit(0), "done\n"),
            "{kind:?}"
        );
    });
}

#[test]
fn a_listing_that_prints_without_end_is_ended() {
    for stream in ["stdout", "stderr"] {
        let source =
            format!("import sys\nwhile True: print('x' * 1000, file=sys.{stream})\n");
        contained(&source, &limits(), &[], |_, ran| {
            assert_eq!(ran.end, End::Output);
            assert_eq!(ran.stdout.len() + ran.stderr.len(), 1 << 20);
        });
    }
}

#[test]
fn what_a_listing_leaves_running_is_ended() {
    let mark = format!("{}.25", 70_000 + std::process::id());
    // One in the listing's group, one that left it, and one whose parent is gone as well. All
    // hold the pipes open.
    let source = format!(
        "import os, subprocess, time\n\
         sleep = ['sleep', '{mark}']\n\
         subprocess.Popen(sleep)\n\
         subprocess.Popen(sleep, start_new_session=True)\n\
         pid = os.fork()\n\
         if not pid:\n    os.setsid()\n    subprocess.Popen(sleep)\n    os._exit(0)\n\
         os.waitpid(pid, 0)\nprint('done')\n"
    );
    contained(&source, &limits(), &[Bound::Descendants], |kind, ran| {
        assert_eq!((ran.end, text(&ran.stdout).as_str()), (End::Exit(0), "done\n"));
        assert!(!runs(&mark), "{kind:?}: something is left");
    });
}

#[test]
fn what_a_listing_runs_is_ended_with_it() {
    let mark = format!("{}.75", 70_000 + std::process::id());
    let limits = RunLimits { time: Duration::from_secs(1), ..limits() };
    let source = format!(
        "import subprocess\nsubprocess.run(['setsid', 'sh', '-c', 'sleep {mark}; true'])\n"
    );
    contained(&source, &limits, &[Bound::Descendants], |kind, ran| {
        assert_eq!(ran.end, End::Timeout);
        assert!(!runs(&mark), "{kind:?}: something is left");
    });
}

#[test]
fn a_listing_that_reads_finds_nothing() {
    contained("print(input('name? '))\n", &limits(), &[], |_, ran| {
        assert_eq!((ran.end, text(&ran.stdout).as_str()), (End::Exit(1), "name? "));
        assert!(text(&ran.stderr).ends_with("EOFError: EOF when reading a line\n"));
    });
}

#[test]
fn a_listing_that_deletes_its_folder_harms_only_itself() {
    let source = "import os, shutil\nshutil.rmtree(os.getcwd())\nprint('gone')\n";
    contained(source, &limits(), &[], |_, ran| {
        assert_eq!((ran.end, text(&ran.stdout).as_str()), (End::Exit(0), "gone\n"));
    });
}

#[test]
fn a_listing_that_leaves_odd_files_harms_only_itself() {
    let source = "import os\nos.mkfifo('pipe')\nos.symlink('/', 'link')\nos.mkdir('locked')\n\
                  os.truncate(os.open('sparse', os.O_CREAT | os.O_RDWR), 10 << 20)\n\
                  os.remove('mine.py')\nos.mkdir('mine.py')\nos.chmod('good.py', 0)\n\
                  for _ in range(3000):\n    os.mkdir('deep')\n    os.chdir('deep')\n\
                  os.chdir('/')\n";
    contained(source, &limits(), &[], |_, ran| {
        assert_eq!(ran.end, End::Exit(0), "{}", text(&ran.stderr));
    });
}

#[test]
fn a_file_is_not_larger_than_allowed() {
    let source = "with open('large', 'wb') as file:\n    \
                  while True: file.write(bytes(1 << 20))\n";
    contained(source, &limits(), &[Bound::FileSize], |_, ran| {
        assert_eq!(ran.end, End::Exit(1), "{}", text(&ran.stderr));
        assert!(text(&ran.stderr).contains("File too large"));
    });
}

#[test]
fn what_a_listing_writes_is_bounded_in_all() {
    let bounds = RunLimits { disk: 8 << 20, entries: 500, ..limits() };
    for do_it in ["file.write(bytes(1 << 17))", "pass"] {
        let source = format!(
            "import time\nfor number in range(1500):\n    \
             with open(f'{{number}}', 'wb') as file: {do_it}\n\
             time.sleep(30)\n"
        );
        contained(&source, &bounds, &[], |kind, ran| {
            assert_eq!(ran.end, End::Disk, "{kind:?}: {}", text(&ran.stderr));
        });
    }
}

#[test]
fn a_listing_sees_no_home_no_sockets_and_no_disks() {
    let home = std::env::var("HOME").unwrap();
    let marked: Vec<_> = [&*home, "/var/tmp"]
        .iter()
        .map(|folder| {
            let dir =
                tempfile::Builder::new().prefix("marked-").tempdir_in(folder).unwrap();
            fs::write(dir.path().join("secret"), "seen").unwrap();
            dir
        })
        .collect();
    let [at_home, at_tmp] = &marked[..] else { panic!() };
    let socket = at_tmp.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let source = format!(
        "import os, socket, stat\n\
         for path in ({:?}, {:?}, '/etc/shadow'):\n    \
         try: print('seen' if open(path).read() else 'none')\n    \
         except OSError: print('none')\n\
         print(sorted(set(os.listdir('/run')) - {{'systemd', 'mount'}}))\n\
         try: socket.socket(socket.AF_UNIX).connect({:?}); print('connected')\n\
         except OSError: print('none')\n\
         try: open('/proc/sys/kernel/hostname', 'w').close(); print('writable')\n\
         except OSError: print('none')\n\
         print([name for name in os.listdir('/dev') if stat.S_ISBLK(os.lstat('/dev/' + name).st_mode)])\n\
         try: open({:?} + '/new', 'w'); print('written')\n\
         except OSError: print('none')\n",
        at_home.path().join("secret"),
        at_tmp.path().join("secret"),
        socket,
        home,
    );
    let tree = Tree::new([("a.py".to_owned(), source.into_bytes())]).unwrap();
    for sandbox in sandboxes() {
        if !sandbox.unheld().is_empty() {
            continue;
        }
        for mut way in Way::all(&*sandbox, &tree) {
            let ran = way.run(&tree, "a.py", limits());
            let wanted = "none\nnone\nnone\n[]\nnone\nnone\n[]\nnone\n";
            let said = text(&ran.stdout);
            assert_eq!(said, wanted, "{:?} {}", sandbox.kind(), text(&ran.stderr));
        }
    }
}

#[test]
fn a_namespace_has_no_network_and_a_system_that_stays() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let source = format!(
        "import os, socket\n\
         for do in (lambda: socket.create_connection(('127.0.0.1', {port}), 5),\n           \
         lambda: open(os.path.dirname(os.__file__) + '/concbook-was-here', 'w')):\n    \
         try: do(); print('done')\n    \
         except OSError: print('refused')\n\
         server = socket.create_server(('127.0.0.1', 0))\n\
         socket.create_connection(server.getsockname())\n"
    );
    let files = [("a.py".to_owned(), source.into_bytes())];
    let tree = Tree::new(files.clone()).unwrap();
    for sandbox in sandboxes() {
        if !sandbox.unheld().is_empty() {
            continue;
        }
        for mut way in Way::all(&*sandbox, &tree) {
            let ran = way.run(&tree, "a.py", limits());
            assert_eq!(text(&ran.stdout), "refused\nrefused\n", "{:?}", sandbox.kind());
            assert_eq!(ran.end, End::Exit(0), "{}", text(&ran.stderr));
        }
    }
}

#[test]
fn a_server_that_a_listing_kills_is_started_again() {
    let files = [
        ("kill.py", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"),
        ("fine.py", "print('fine')\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let tree = Tree::new(files.clone()).unwrap();
    for sandbox in sandboxes() {
        let Some(mut server) =
            python().and_then(|python| server(&*sandbox, &tree, &python))
        else {
            continue;
        };
        let script = |path: &str| Script {
            path: path.to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            stdin: None,
            limits: limits(),
        };
        assert!(server.run(&script("kill.py")).is_err());
        assert_eq!(text(&server.run(&script("fine.py")).unwrap().stdout), "fine\n");
    }
}

#[test]
fn input_arguments_and_variables_reach_a_script() {
    let source =
        "import os, sys\nprint(sys.argv[1:], os.environ['A'], sys.stdin.read())\n";
    let files = [("a.py".to_owned(), source.as_bytes().to_vec())];
    let tree = Tree::new(files.clone()).unwrap();
    for sandbox in sandboxes() {
        let Some(mut server) =
            python().and_then(|python| server(&*sandbox, &tree, &python))
        else {
            continue;
        };
        let mut script = Script {
            path: "a.py".to_owned(),
            args: vec!["ä b".to_owned(), String::new()],
            env: vec![("A".to_owned(), "x=y".to_owned())],
            stdin: Some(b"in".to_vec()),
            limits: limits(),
        };
        assert_eq!(text(&server.run(&script).unwrap().stdout), "['ä b', ''] x=y in\n");
        script.env.push(("PYTHONHASHSEED".to_owned(), "1".to_owned()));
        assert!(server.run(&script).is_err(), "an interpreter reads that when it starts");
    }
}

#[test]
fn what_a_script_reads_is_noted() {
    let files = [
        (
            "a/main.py",
            "import os, json\nimport other, package.inner\nopen('../data.txt')\n\
                       try: import absent\nexcept ImportError: pass\n",
        ),
        ("a/other.py", ""),
        ("a/package/__init__.py", ""),
        ("a/package/inner.py", ""),
        ("a/starts.py", "import os\nos.system('true')\n"),
        ("a/unread.py", ""),
        ("data.txt", ""),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let tree = Tree::new(files.clone()).unwrap();
    for sandbox in sandboxes() {
        let server = python().and_then(|python| server(&*sandbox, &tree, &python));
        let Some(mut way) = server.map(Way::Forked) else { continue };
        let read = way.run(&tree, "a/main.py", limits()).read.unwrap();
        let has =
            |path: &str| read.iter().any(|read| same(read, &tree.path().join(path)));
        for path in [
            "a/main.py",
            "a/other.py",
            "a/package/__init__.py",
            "a/package/inner.py",
            "data.txt",
            "a/absent.py",
            "a/absent/__init__.py",
            "a/json.py",
        ] {
            assert!(has(path), "{path} is not in {read:?}");
        }
        assert!(!has("a/unread.py") && !has("a"));
        assert_eq!(way.run(&tree, "a/starts.py", limits()).read, None);
    }
}

fn same(read: &Path, path: &Path) -> bool {
    let plain = |path: &Path| {
        path.components().fold(PathBuf::new(), |mut plain, part| {
            if part.as_os_str() == ".." {
                plain.pop();
            } else {
                plain.push(part);
            }
            plain
        })
    };
    plain(read) == plain(path)
}

/// All scripts under `tests/sandbox`.
fn scripts() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in ["plain", "shadow"] {
        for entry in fs::read_dir(repo("tests/sandbox").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((format!("{folder}/{name}"), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn a_forked_python_runs_a_script_as_a_fresh_one_does() {
    let files = scripts();
    let mut tree = Tree::new(files.clone()).unwrap();
    let Some(sandbox) = sandboxes().into_iter().next() else { return };
    let mut ways = Way::all(&*sandbox, &tree);
    for (path, _) in &files {
        let mut results = Vec::new();
        for way in &mut ways {
            let ran = way.run(&tree, path, RunLimits::default());
            tree.restore().unwrap();
            let texts = [&ran.stdout, &ran.stderr].map(|bytes| plain(&text(bytes)));
            results.push((ran.end, texts));
        }
        if let [fresh, forked] = results.as_slice() {
            assert_eq!(forked, fresh, "{path}");
        }
    }
}

/// A text without the numbers of scratch folders.
fn plain(text: &str) -> String {
    let parts = text.split("scratch-");
    parts.map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect()
}

/// Not a test: what `nothing_is_left_of_a_run_that_is_killed` runs and kills.
#[test]
#[ignore = "runs for a minute"]
fn for_a_minute() {
    let mark = std::env::var("CONCBOOK_TEST_MARK").unwrap();
    let kind = match std::env::var("CONCBOOK_TEST_KIND").unwrap().as_str() {
        "Bubblewrap" => SandboxKind::Bubblewrap,
        "Namespaces" => SandboxKind::Namespaces,
        "ProcessGroup" => SandboxKind::ProcessGroup,
        _ => SandboxKind::Portable,
    };
    let source = format!("import os\nos.system('sleep {mark}; true')\n");
    let tree = Tree::new([("a.py".to_owned(), source.into_bytes())]).unwrap();
    let sandbox = sandbox::of_kind(kind).unwrap();
    let mut ways = Way::all(&*sandbox, &tree);
    let at = usize::from(std::env::var("CONCBOOK_TEST_FORKED").is_ok());
    ways[at].run(&tree, "a.py", limits());
}

#[test]
fn nothing_is_left_of_a_run_that_is_killed() {
    for sandbox in sandboxes() {
        for forked in [false, true] {
            if forked && sandbox.kind() == SandboxKind::Portable {
                continue;
            }
            if python().is_none() {
                return skip("no python3 from 3.8 on");
            }
            let mark =
                format!("{}.{}3", 70_000 + std::process::id(), u8::from(forked) + 1);
            let tmp = tempfile::tempdir().unwrap();
            let mut command =
                std::process::Command::new(std::env::current_exe().unwrap());
            command
                .args(["--exact", "sandbox::for_a_minute", "--ignored"])
                .env("CONCBOOK_TEST_MARK", &mark)
                .env("CONCBOOK_TEST_KIND", format!("{:?}", sandbox.kind()))
                .env("TMPDIR", tmp.path());
            if forked {
                command.env("CONCBOOK_TEST_FORKED", "1");
            }
            let quiet = std::process::Stdio::null;
            let mut child = command.stdout(quiet()).stderr(quiet()).spawn().unwrap();
            let kind = sandbox.kind();
            soon(&format!("{kind:?} does not start"), || runs(&mark));
            child.kill().unwrap();
            child.wait().unwrap();
            soon(&format!("{kind:?}, forked {forked}: a process is left"), || {
                !runs(&mark)
            });
            let empty = || fs::read_dir(tmp.path()).unwrap().next().is_none();
            soon(&format!("{kind:?}, forked {forked}: a folder is left"), empty);
        }
    }
}
