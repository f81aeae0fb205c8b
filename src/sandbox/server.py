"""A Python that has imported what listings import, and forks a finished interpreter for each.

Started as `python3 server.py TREE SCRATCH MODULE...` with a socket of whole messages for its standard
input; SCRATCH are folders to empty after each script, joined by colons. A request carries the script's standard input, output and error, and the
fields below; the answer tells how the script ended and which files below TREE it opened. Who asks
watches its time, memory and output, and ends everything when it takes too much.
"""
import sys
_first = dict(globals())  # what a script finds in its globals
_loaded = set(sys.modules)  # what an interpreter has loaded when a script begins

import _io, _signal, _socket, _weakref, atexit, builtins, gc, posix, resource, time

_external = sys.modules["_frozen_importlib_external"]
_bootstrap = sys.modules["_frozen_importlib"]
TREE = sys.argv[1]
SCRATCH = sys.argv[2].split(":")
LIMIT = 1 << 18  # bytes of a message
SOCKET, NOTE = 900, 901  # out of the way of the numbers that a script sees


# --- modules loaded in advance, and hidden until a script imports them ---------------------------

hidden = {}  # name: module
needs = {}  # name of a module: names of the modules that it imported when it was loaded
safe = getattr(sys.flags, "safe_path", False)
stdlib = sys.path[:] if safe else sys.path[1:]


def _absolute(name, package, level):
    if not level:
        return name
    base = package.rsplit(".", level - 1)[0] if level > 1 else package
    return base + "." + name if name else base


def _parents(name):
    while name:
        yield name
        name = name.rpartition(".")[0]


def load(names):
    """Imports modules, and notes which import which."""
    original = builtins.__import__

    def noting(name, globals=None, locals=None, fromlist=(), level=0):
        before = len(sys.modules)
        result = original(name, globals, locals, fromlist, level)
        try:
            importer = (globals or {}).get("__name__") or ""
            package = (globals or {}).get("__package__") or importer
            full = _absolute(name, package, level)
            found = set(_parents(full))
            for item in fromlist or ():
                if full + "." + str(item) in sys.modules:
                    found.add(full + "." + item)
            needs.setdefault(importer, set()).update(found)
            if len(sys.modules) > before:
                needs.setdefault(full, set()).update(list(sys.modules)[before:])
        except Exception:
            pass
        return result

    import warnings
    for name in names:
        before = set(sys.modules)
        builtins.__import__ = noting
        try:
            with warnings.catch_warnings():
                # A module that warns has to warn the script that imports it.
                warnings.simplefilter("error")
                noting(name)
        except BaseException:
            for new in set(sys.modules) - before:
                del sys.modules[new]
        finally:
            builtins.__import__ = original


def hide():
    for name in list(sys.modules):
        if name not in _loaded and getattr(sys.modules[name], "__spec__", None) is not None:
            hidden[name] = sys.modules.pop(name)
    for name, module in hidden.items():
        parent, _, child = name.rpartition(".")
        above = hidden.get(parent) or sys.modules.get(parent)
        if above is not None and above.__dict__.get(child) is module:
            delattr(above, child)


def show(name):
    """Takes a module out of hiding, and makes all that it needs as loaded as if that had been
    imported now. The module itself is put in its place by who imports it."""
    waiting, found = [name], []
    seen = set(waiting)
    while waiting:
        one = waiting.pop()
        if one in hidden:
            found.append(one)
        for more in needs.get(one, ()):
            if more not in seen:
                seen.add(more)
                waiting.append(more)
    if shadowed({one.partition(".")[0] for one in found}):
        # The script has a module of such a name: everything is loaded as if for the first time.
        hidden.clear()
        return None
    shown = {one: hidden.pop(one) for one in found}
    for one, module in shown.items():
        if one != name:
            sys.modules[one] = module
        parent, _, child = one.rpartition(".")
        above = shown.get(parent) or sys.modules.get(parent)
        if above is not None:
            above.__dict__.setdefault(child, module)
    return shown[name]


_names = {}


def shadowed(tops):
    """Whether a folder that comes before the standard library has a module of such a name."""
    for entry in sys.path:
        if entry in stdlib:
            return False
        if not isinstance(entry, str):
            return True
        names = _names.get(entry)
        if names is None:
            reads.quiet = True
            try:
                names = posix.listdir(entry or ".")
            except OSError:
                names = ()
            reads.quiet = False
            names = _names[entry] = {one.partition(".")[0] for one in names}
        if not tops.isdisjoint(names):
            return True
    return False


class Loader:
    """Hands out a module that is loaded already."""

    def __init__(self, module):
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


class Finder:
    """Finds hidden modules; everything else is found as ever."""

    def find_spec(self, name, path=None, target=None):
        if name in hidden:
            module = show(name)
            if module is not None:
                return _bootstrap.ModuleSpec(name, Loader(module), origin=module.__spec__.origin,
                                             is_package=hasattr(module, "__path__"))
        return None


# --- what a script reads ---------------------------------------------------------------------------

class Reads:
    """Notes the files below the tree that are opened, listed or looked for."""

    STARTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn",
              "pty.spawn"}
    PATHS = {"open", "os.listdir", "os.scandir", "sqlite3.connect"}

    def __init__(self):
        self.seen = set()
        self.tree = TREE + "/"
        self.quiet = False

    def note(self, path):
        if path not in self.seen:
            self.seen.add(path)
            try:
                posix.write(NOTE, path.encode("utf-8", "surrogateescape") + b"\0")
            except OSError:
                pass

    def unknown(self):
        self.note("?")

    def path(self, path):
        if isinstance(path, bytes):
            path = path.decode("utf-8", "surrogateescape")
        elif path is None:
            path = "."
        if not isinstance(path, str):
            return
        if path[:1] != "/":
            path = posix.getcwd() + "/" + path
        if path.startswith(self.tree) and "/__pycache__/" not in path:
            self.note(path)

    def hook(self, event, args):
        if event == "import":
            self.imported(args[0])
        elif event in self.PATHS:
            if event == "os.listdir" and (self.quiet or sys._getframe(1).f_code in LOOKS):
                return
            self.path(args[0])
        elif event in self.STARTS:
            self.unknown()

    def imported(self, name):
        if name.startswith("multiprocessing.popen_") and not name.endswith("_fork"):
            # Another interpreter reads files, too, and nobody sees it.
            self.unknown()
        parent, _, child = name.rpartition(".")
        if parent:
            entries = getattr(sys.modules.get(parent), "__path__", ())
        else:
            entries = sys.path
        for entry in entries:
            if isinstance(entry, str) and (entry + "/").startswith(self.tree):
                self.note(entry + "/" + child + ".py")
                self.note(entry + "/" + child + "/__init__.py")


reads = Reads()
# Who lists a folder to find a module in it is told by `imported`.
LOOKS = {_external.FileFinder._fill_cache.__code__}


# --- the life of a script --------------------------------------------------------------------------

class Request:
    def __init__(self, message):
        fields = message.decode("utf-8", "surrogateescape").split("\0")
        self.path, self.folder, self.name = fields[:3]
        self.data, self.file, self.files, self.processes = map(int, fields[3:7])
        count = int(fields[7])
        self.args = fields[8:8 + count]
        self.env = [field.partition("=")[::2] for field in fields[8 + count:]]


def child(request, streams):
    """All that a new process does before the script's first line."""
    posix.setsid()
    _signal.pthread_sigmask(_signal.SIG_SETMASK, first_mask)
    for number, stream in enumerate(streams):
        posix.dup2(stream, number)
    for stream in streams:
        posix.close(stream)
    posix.chdir(request.folder)
    limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, request.file),
              (resource.RLIMIT_NOFILE, request.files), (resource.RLIMIT_DATA, request.data)]
    if request.processes:
        limits.append((resource.RLIMIT_NPROC, request.processes))
    for what, limit in limits:
        hard = resource.getrlimit(what)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (limit, limit))
    os = sys.modules["os"]
    for key, value in request.env + [("PWD", request.folder)]:
        os.environ[key] = value
    if any(key == "TZ" for key, _ in request.env):
        time.tzset()
    stdin = _io.open(0, "rb", -1, None, None, None, False)
    stdin.raw.name = "<stdin>"
    sys.stdin = sys.__stdin__ = _io.TextIOWrapper(
        stdin, sys.stdin.encoding, sys.stdin.errors, "\n", False)
    sys.stdin.mode = "r"
    process = hidden.get("multiprocessing.process")
    if process is not None:
        process.ORIGINAL_DIR = request.folder
    logging = hidden.get("logging")
    if logging is not None:
        whole = isinstance(logging._startTime, int)
        logging._startTime = time.time_ns() if whole else time.time()
    sys.argv = [request.name] + request.args
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [sys.orig_argv[0], request.name] + request.args
    sys.path[:] = stdlib if safe else [request.folder] + stdlib
    filename = request.path if sys.version_info >= (3, 9) else request.name
    reads.note(request.path)
    main = type(sys)("__main__")
    main.__dict__.clear()
    main.__dict__.update(_first)
    if "__annotations__" in _first:
        main.__dict__["__annotations__"] = {}
    main.__dict__["__file__"] = filename
    main.__dict__["__loader__"] = _external.SourceFileLoader("__main__", filename)
    sys.modules["__main__"] = main
    sys.addaudithook(reads.hook)
    return filename


def run(filename):
    """Runs the script as the interpreter does; the code to end with."""
    main = sys.modules["__main__"].__dict__
    try:
        with _io.open_code(filename) as file:
            source = file.read()
    except OSError as error:
        name = sys.executable
        sys.stderr.write("%s: can't open file %r: [Errno %d] %s\n"
                         % (name, filename, error.errno, error.strerror))
        return 2
    try:
        exec(compile(source, filename, "exec", 0, True), main)
        return 0
    except SystemExit as error:
        return code(error)
    except BaseException as error:
        # As the interpreter shows it: from the script's first frame.
        trace = error.__traceback__
        trace = trace.tb_next if trace else None
        error = error.with_traceback(trace)
        kind = type(error)
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        flush(sys.stdout)
        try:
            sys.excepthook(kind, error, trace)
        except SystemExit as late:
            return code(late)
        except BaseException as late:
            late.__traceback__ = late.__traceback__ and late.__traceback__.tb_next
            sys.stderr.write("Error in sys.excepthook:\n")
            sys.__excepthook__(type(late), late, late.__traceback__)
            sys.stderr.write("\nOriginal exception was:\n")
            sys.__excepthook__(kind, error, trace)
        return -2 if issubclass(kind, KeyboardInterrupt) else 1


def code(error):
    """The exit code of a `SystemExit`, whose message is printed."""
    value = error.code
    if value is None:
        return 0
    if isinstance(value, int):
        return int(value) & 0xFF if -(1 << 63) <= value < 1 << 63 else 0xFF
    try:
        flush(sys.stdout)
        sys.stderr.write(str(value) + "\n")
    except BaseException:
        pass
    return 1


def flush(stream):
    try:
        if stream is not None and not getattr(stream, "closed", False):
            stream.flush()
    except BaseException:
        return False
    return True


def finish(status):
    """Ends the process as the interpreter ends: threads, exit functions, what is left."""
    threading = sys.modules.get("threading")
    try:
        if threading is not None:
            threading._shutdown()
    except BaseException as error:
        sys.stderr.write("Exception ignored in: %r\n" % threading)
        sys.__excepthook__(type(error), error, error.__traceback__)
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass  # told already
    if not flush_all():
        status = 120 if status >= 0 else status
    # Threads that are left do not run on while the interpreter ends.
    sys.setswitchinterval(1000)
    # The script's own modules go away, and what only they held.
    own = [name for name, module in list(sys.modules.items())
           if name not in _loaded and str(getattr(module, "__file__", "")).startswith(TREE)]
    sys.last_type = sys.last_value = sys.last_traceback = sys.last_exc = None
    left = [_weakref.ref(sys.modules.pop(name)) for name in own]
    left.append(_weakref.ref(sys.modules.pop("__main__")))
    gc.collect()
    for module in reversed(left):
        space = getattr(module(), "__dict__", {})
        for private in (True, False):
            for name in list(space):
                if name != "__builtins__" and (name[:1] == "_") == private:
                    space[name] = None
    gc.collect()
    flush_all()
    if status == -2:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
        posix.kill(posix.getpid(), _signal.SIGINT)
    posix._exit(status & 0xFF)


def flush_all():
    good = flush(sys.stdout)
    flush(sys.stderr)
    return good


# --- the server ------------------------------------------------------------------------------------

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
    kept = {folder: set(posix.listdir(folder)) for folder in SCRATCH if folder}
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
subreaper()
load(sys.argv[3:])
hide()
sys.meta_path.insert(0, Finder())
gc.collect()
gc.freeze()
finish(run(child(*serve())))
