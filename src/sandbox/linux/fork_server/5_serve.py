# The server, and what it does after each script.

def descendants(pid):
    found, at = [pid], 0
    while at < len(found):
        try:
            for task in posix.listdir("/proc/%d/task" % found[at]):
                with _io.open("/proc/%d/task/%s/children" % (found[at], task), "rb") as file:
                    found += [int(one) for one in file.read().split()]
        except OSError:
            pass
        at += 1
    return found[1:]


def kill(pid, signal):
    try:
        posix.kill(pid, signal)
    except OSError:
        pass


def sweep(group):
    """Ends what a script left behind. Its orphans are this process's children."""
    while True:
        try:
            if posix.waitpid(-1, posix.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        try:
            posix.killpg(group, _signal.SIGKILL)
        except OSError:
            pass
        halted = set()
        while True:
            new = set(descendants(posix.getpid())) - halted
            if not new:
                break
            for pid in new:
                kill(pid, _signal.SIGSTOP)
            halted |= new
        for pid in halted:
            kill(pid, _signal.SIGKILL)
        time.sleep(0.0005)


def clean(folder, kept):
    """Removes what is new in a folder of scratch files."""
    try:
        names = posix.listdir(folder)
    except OSError:
        return
    for name in names:
        if name not in kept:
            remove(folder + "/" + name)


def remove(path):
    try:
        posix.unlink(path)
    except IsADirectoryError:
        try:
            posix.chmod(path, 0o700)
            for name in posix.listdir(path):
                remove(path + "/" + name)
            posix.rmdir(path)
        except OSError:
            pass
    except OSError:
        pass


def subreaper():
    """Makes orphans of scripts children of this process."""
    try:
        import ctypes
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    except Exception:
        pass


def serve():
    kept = {folder: set(posix.listdir(folder)) for folder in SCRATCH}
    socket = _socket.socket(fileno=SOCKET)
    note = posix.memfd_create("reads")
    posix.dup2(note, NOTE, False)
    posix.close(note)
    socket.send(b"ready")
    while True:
        message, control, _, _ = socket.recvmsg(LIMIT, 64)
        if not message:
            posix._exit(0)
        streams = memoryview(control[0][2]).cast("i").tolist()
        request = Request(message)
        pid = posix.fork()
        if not pid:
            socket.close()
            return request, streams
        for stream in streams:
            posix.close(stream)
        status = wait(pid, socket)
        sweep(pid)
        size = posix.lseek(NOTE, 0, 2)
        reads = posix.pread(NOTE, min(size, LIMIT // 2), 0) if size else b""
        if size > LIMIT // 2:
            reads = b"?"
        posix.ftruncate(NOTE, 0)
        posix.lseek(NOTE, 0, 0)
        for folder in kept:
            clean(folder, kept[folder])
        socket.send(b"%d\0" % status + reads)


def wait(pid, socket):
    """Waits for a script; ends with it when nobody waits for the answer any more."""
    while True:
        found, status = posix.waitpid(pid, posix.WNOHANG)
        if found:
            return status
        if _signal.sigtimedwait({_signal.SIGCHLD}, 1.0) is None:
            try:
                gone = socket.recv(1, _socket.MSG_PEEK | _socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            if gone:
                sweep(pid)
                posix._exit(0)


first_mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGCHLD})
posix.dup2(0, SOCKET, False)
posix.close(0)
posix.open("/dev/null", posix.O_RDONLY)
posix.set_inheritable(0, True)
load(["ctypes"] + sys.argv[3:])
subreaper()
hide()
sys.meta_path.insert(0, Finder())
gc.collect()
gc.freeze()
finish(run(child(*serve())))
