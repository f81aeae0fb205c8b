# What a script reads.

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

    def module(self, name):
        """Notes a module that may lie outside the tree."""
        top = name.partition(".")[0]
        if top not in STDLIB and not self.quiet:
            self.note("@" + top)

    def imported(self, name):
        if name.startswith("multiprocessing.popen_") and not name.endswith("_fork"):
            # Another interpreter reads files, too, and nobody sees it.
            self.unknown()
        self.module(name)
        parent, _, child = name.rpartition(".")
        if parent:
            entries = getattr(sys.modules.get(parent), "__path__", ())
        else:
            entries = sys.path
        for entry in entries:
            if isinstance(entry, str) and (entry + "/").startswith(self.tree):
                self.note(entry + "/" + child + ".py")
                self.note(entry + "/" + child + "/__init__.py")


STDLIB = getattr(sys, "stdlib_module_names", ())
reads = Reads()
# Who lists a folder to find a module in it is told by `imported`.
LOOKS = {_external.FileFinder._fill_cache.__code__}
