# The life of a script, in the process that was forked for it.

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
    main.__dict__["__doc__"] = None
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
            if late.__context__ is error:
                late.__context__ = None
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
    gc.collect()
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
