//! A small shell beside this process that reads from a pipe and waits for its end: then this process is
//! gone, however it ended, and what it left is ended and removed. No signal handler can do that
//! when the process is killed.

use super::start;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// It reads which process groups run. When the pipe ends, these are killed, and the folder that
/// is its argument is removed; before that, all processes whose environment names something in the folder,
/// for they have left their group. The file that is locked in the folder goes last. After `.`, nothing
/// has to be removed.
const JANITOR: &str = r#"trap '' HUP INT TERM
running= told=
while read -r what group; do
  case $what in
    +) running="$running $group" ;;
    -) left=; for one in $running; do [ "$one" = "$group" ] || left="$left $one"; done; running=$left ;;
    .) told=1; break ;;
  esac
done
for group in $running; do kill -s KILL -- "-$group" 2>/dev/null; done
[ -z "$told" ] && [ -n "$1" ] || exit 0
for round in 1 2 3 4 5 6 7 8 9; do
  found=$(cd /proc && grep -lsF -- "$1/" [0-9]*/environ) || break
  for one in $found; do kill -s KILL "${one%%/*}" 2>/dev/null; done
done
[ -d "$1" ] || exit 0
chmod -R u+rwX -- "$1"
rm -rf -- "$1"/*
rm -rf -- "$1""#;

/// The shell, where the system has one, and the pipe it reads from.
#[derive(Debug)]
pub struct Janitor(Mutex<Option<(Child, ChildStdin)>>);

/// The one that ends what [`Process::run`](super::Process::run) started.
pub(super) fn of_process() -> &'static Janitor {
    static JANITOR: OnceLock<Janitor> = OnceLock::new();
    JANITOR.get_or_init(|| Janitor::start(None))
}

impl Janitor {
    /// Starts one that removes a folder if this process is killed.
    pub fn start(folder: Option<&Path>) -> Self {
        let args = ["-c", JANITOR, "concbook-janitor"].map(Into::into);
        let folder = folder.map(|folder| folder.as_os_str().to_owned());
        let args: Vec<_> = args.into_iter().chain(folder).collect();
        let env = [("PATH".to_owned(), std::env::var("PATH").unwrap_or_default())];
        let streams = [Stdio::piped(), Stdio::null(), Stdio::null()];
        let child =
            start(Path::new("/bin/sh"), &args, &env, Path::new("/"), streams).ok();
        let with_pipe = |mut child: Child| child.stdin.take().map(|pipe| (child, pipe));
        Self(Mutex::new(child.and_then(with_pipe)))
    }

    /// Tells it of a process group that runs now.
    pub fn started(&self, group: u32) {
        self.send(&format!("+ {group}\n"));
    }

    /// Tells it of a process group that is over.
    pub fn ended(&self, group: u32) {
        self.send(&format!("- {group}\n"));
    }

    fn send(&self, line: &str) {
        if let Some((_, pipe)) = self.lock().as_mut() {
            // Without a janitor the worst is what a kill leaves.
            let _ = pipe.write_all(line.as_bytes());
        }
    }

    /// Has it kill the groups that run, and waits for that.
    pub fn end(&self) {
        self.send(".\n");
        if let Some((mut child, pipe)) = self.lock().take() {
            drop(pipe);
            let _ = child.wait();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Child, ChildStdin)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
