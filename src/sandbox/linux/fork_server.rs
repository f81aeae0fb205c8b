//! A Python that is started once and forked for each script: see the files in `fork_server/`, which are
//! one program.

use super::running::{Running, input, pipe};
use super::watch::{Over, Watch};
use super::{LinuxSandbox, Mechanism, bwrap, processes};
use crate::fsx;
use crate::sandbox::scratch::Scratch;
use crate::sandbox::temp_root::Folder;
use crate::sandbox::{
    Command, End, FinishedRun, ForkServer, RunLimits, Script, ServerSetup, shell,
};
use concfilter::error::{Error, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    SocketFlags, SocketType, recv, sendmsg, socketpair,
};
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Instant;

const SERVER: &str = concat!(
    include_str!("fork_server/1_begin.py"),
    include_str!("fork_server/2_modules.py"),
    include_str!("fork_server/3_reads.py"),
    include_str!("fork_server/4_script.py"),
    include_str!("fork_server/5_serve.py"),
);

/// Bytes of a message, either way.
const MESSAGE: usize = 1 << 18;

/// How long a server may take to load its modules.
const READY: i64 = 60;

const NO_START: &str = "Python did not start in the sandbox";

/// Whether these variables can be given to a Python that runs already. What an interpreter reads
/// only when it starts, the language too, needs a process of its own.
fn takes(env: &[(String, String)]) -> bool {
    let is_early = |name: &str| {
        let starts = ["PYTHON", "LC_", "LD_", "GLIBC_", "MALLOC_"];
        starts.iter().any(|start| name.starts_with(start))
            || matches!(name, "LANG" | "LANGUAGE")
    };
    !env.iter().any(|(name, _)| is_early(name))
}

/// The server, which is started again when it was ended with a script.
#[derive(Debug)]
pub(super) struct PythonServer {
    sandbox: LinuxSandbox,
    command: Command,
    tree: PathBuf,
    preload: Vec<String>,
    /// Where the server's source lies.
    _folder: Folder,
    live: Option<LiveServer>,
}

/// A server that runs.
#[derive(Debug)]
struct LiveServer {
    running: Running,
    socket: OwnedFd,
    /// The server's own process.
    server: u32,
    /// The ends of its own output. It has none but when it fails.
    output: [OwnedFd; 2],
}

impl PythonServer {
    /// Starts a Python in a sandbox without network, with these modules loaded, as far as they
    /// can be.
    pub(super) fn start(sandbox: &LinuxSandbox, setup: &ServerSetup<'_>) -> Result<Self> {
        let folder = Folder::new("server")?;
        let source = folder.path().join("server.py");
        fsx::write_new(&source, SERVER.as_bytes(), 0o644)?;
        // Each script has its own limits; these are the bounds of them all.
        let limits = RunLimits {
            memory: 1 << 40,
            disk: 1 << 40,
            file: 1 << 40,
            files: 4096,
            ..RunLimits::default()
        };
        let command = Command {
            program: setup.python.to_owned(),
            args: vec![source.clone().into()],
            env: setup.env.to_vec(),
            dir: setup.tree.to_owned(),
            stdin: None,
            network: false,
            limits,
            writable: setup.writable.to_vec(),
            readable: setup.readable.iter().cloned().chain([source]).collect(),
            bounded: vec![setup.tree.to_owned()],
        };
        let mut server = Self {
            sandbox: sandbox.clone(),
            command,
            tree: setup.tree.to_owned(),
            preload: setup.preload.to_vec(),
            _folder: folder,
            live: None,
        };
        server.live = Some(server.serve()?);
        Ok(server)
    }

    /// The message that asks for a script.
    fn request(&self, script: &Script) -> Result<Vec<u8>> {
        let path = self.tree.join(&script.path);
        let folder = path.parent().unwrap_or(&self.tree).display().to_string();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let limits = &script.limits;
        let processes =
            self.sandbox.threads.map_or(0, |base| shell::processes(limits, base));
        let mut fields = vec![
            path.display().to_string(),
            folder,
            name,
            shell::data(limits, super::STACKS).to_string(),
            limits.file.to_string(),
            limits.files.to_string(),
            processes.to_string(),
            script.args.len().to_string(),
        ];
        fields.extend(script.args.iter().cloned());
        fields.extend(script.env.iter().map(|(name, value)| format!("{name}={value}")));
        let message = fields.join("\0").into_bytes();
        let plain = !fields.iter().any(|field| field.contains('\0'));
        if plain && message.len() < MESSAGE / 2 {
            Ok(message)
        } else {
            Err(Error::new("the arguments of this script need a Python of their own"))
        }
    }

    /// Starts the server.
    fn serve(&self) -> Result<LiveServer> {
        let failed = |error: rustix::io::Errno| {
            Error::new(format!("cannot speak with a Python in the sandbox: {error}"))
        };
        let (socket, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )
        .map_err(failed)?;
        let (out, print) = pipe()?;
        let (err, complain) = pipe()?;
        let mut command = self.command.clone();
        command.args.push(self.tree.clone().into());
        let scratch = self.sandbox.scratch()?;
        let folders = folders(&scratch);
        let folders: Vec<_> = folders.iter().map(|path| path.to_string_lossy()).collect();
        command.args.push(folders.join(":").into());
        command.args.extend(self.preload.iter().map(Into::into));
        let streams = [theirs.into(), print.into(), complain.into()];
        let running = self.sandbox.start(&command, streams, scratch)?;
        let mut fds = [PollFd::new(&socket, PollFlags::IN)];
        let wait = Timespec { tv_sec: READY, tv_nsec: 0 };
        let mut greeting = [0; 16];
        let ready = poll(&mut fds, Some(&wait)).map_err(failed)? > 0
            && recv(&socket, &mut greeting, RecvFlags::empty())
                .is_ok_and(|(_, n)| n == 5);
        running.look_for_inner();
        if matches!(self.sandbox.mechanism, Mechanism::ProcessGroup) {
            // The server itself notices when nobody asks any more, and ends its script first.
            running.leave();
        }
        let server = running.program();
        let live = LiveServer { running, socket, server, output: [out, err] };
        if ready { Ok(live) } else { Err(live.failure()) }
    }
}

impl ForkServer for PythonServer {
    fn run(&mut self, script: &Script) -> Result<FinishedRun> {
        if !takes(&script.env) {
            return Err(Error::new(
                "the variables of this script need a Python of their own",
            ));
        }
        let request = self.request(script)?;
        let (stdout, stdout_writer) = pipe()?;
        let (stderr, stderr_writer) = pipe()?;
        let streams = [input(script.stdin.as_deref())?, stdout_writer, stderr_writer];
        let waiting =
            self.live.take().filter(|live| live.send(&request, &streams).is_ok());
        let live = if let Some(live) = waiting {
            live
        } else {
            let live = self.serve()?;
            live.send(&request, &streams)?;
            live
        };
        let start = Instant::now();
        drop(streams);
        let bounded = self.command.bounded.clone();
        let mut watch = Watch::new(&script.limits, start, [stdout, stderr], &bounded);
        let find = |most| processes::descendants(live.server, most);
        let over = watch.until(live.socket.as_fd(), find, || true);
        let (end, read) = match over {
            Over::Limit(end) => {
                // All of the server's namespace goes: that is sure, and not often needed.
                drop(live);
                (end, None)
            }
            Over::Done => {
                let answer = live.receive()?;
                self.live = Some(live);
                answer
            }
        };
        watch.rest();
        let [stdout, stderr] = watch.printed();
        Ok(FinishedRun { end, stdout, stderr, elapsed: start.elapsed(), read })
    }
}

/// All folders that a run may leave something in, but for those it was given.
fn folders(scratch: &Scratch) -> Vec<&Path> {
    let mut all = vec![scratch.home.as_path(), scratch.tmp.as_path()];
    if scratch.folder.is_none() {
        all.push(Path::new(bwrap::SHARED_MEMORY));
    }
    all
}

impl LiveServer {
    /// Why there is no server.
    fn failure(self) -> Error {
        let limits = RunLimits::default();
        let Self { output: [out, err], .. } = &self;
        let copies = [out.try_clone(), err.try_clone()];
        drop(self);
        let [Ok(out), Ok(err)] = copies else { return Error::new(NO_START) };
        let mut watch = Watch::new(&limits, Instant::now(), [out, err], &[]);
        watch.rest();
        let [_, stderr] = watch.printed();
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        let last = stderr.lines().rfind(|line| !line.trim().is_empty());
        Error::new(last.map_or(NO_START.to_owned(), |last| format!("{NO_START}: {last}")))
    }

    fn send(&self, request: &[u8], streams: &[OwnedFd; 3]) -> Result<()> {
        let streams = streams.each_ref().map(AsFd::as_fd);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        control.push(SendAncillaryMessage::ScmRights(&streams));
        sendmsg(&self.socket, &[IoSlice::new(request)], &mut control, SendFlags::NOSIGNAL)
            .map(|_| ())
            .map_err(|error| Error::new(format!("the fork server is gone: {error}")))
    }

    /// How a script ended, and what it read.
    fn receive(&self) -> Result<(End, Option<Vec<PathBuf>>)> {
        let mut message = vec![0; MESSAGE];
        let count =
            recv(&self.socket, &mut message, RecvFlags::empty()).map_or(0, |(_, n)| n);
        let mut fields = message[..count].split(|&byte| byte == 0);
        let status = fields
            .next()
            .and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
        let status = status.ok_or_else(|| Error::new("the fork server ended"))?;
        let fields: Vec<&[u8]> = fields.filter(|field| !field.is_empty()).collect();
        let known = !fields.contains(&b"?".as_slice());
        let path =
            |field: &&[u8]| PathBuf::from(std::ffi::OsString::from_vec(field.to_vec()));
        let read = known.then(|| fields.iter().map(path).collect());
        Ok((End::of_status(ExitStatus::from_raw(status)), read))
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        self.running.stop(self.server);
    }
}
