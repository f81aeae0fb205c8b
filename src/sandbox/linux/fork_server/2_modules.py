# Modules loaded in advance, and hidden until a script imports them.

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
    loading = []

    def noting(name, globals=None, locals=None, fromlist=(), level=0):
        importer = (globals or {}).get("__name__") or ""
        package = (globals or {}).get("__package__") or importer
        full = _absolute(name, package, level)
        spec = getattr(sys.modules.get(importer), "__spec__", None)
        if not getattr(spec, "_initializing", False) and loading:
            # A function of another module, called while this one is loaded; or it is not
            # written in Python.
            importer = loading[-1]
        before = len(sys.modules)
        loading.append(importer)
        try:
            result = original(name, globals, locals, fromlist, level)
        finally:
            loading.pop()
        found = needs.setdefault(importer, set())
        found.update(_parents(full))
        found.update(list(sys.modules)[before:])
        found.update(name for name in ("%s.%s" % (full, item) for item in fromlist or ())
                     if name in sys.modules)
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
    sys.modules.pop("__mp_main__", None)
    for name in list(sys.modules):
        if name not in _loaded:
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
    for one in found:
        reads.module(one)
    shown = {one: hidden.pop(one) for one in found}
    for one, module in shown.items():
        if one != name:
            sys.modules[one] = module
        parent, _, child = one.rpartition(".")
        above = shown.get(parent) or sys.modules.get(parent)
        if above is not None:
            above.__dict__.setdefault(child, module)
    if "multiprocessing" in shown:
        sys.modules["__mp_main__"] = sys.modules["__main__"]
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
        if getattr(hidden.get(name), "__spec__", None) is not None:
            module = show(name)
            if module is not None:
                return _bootstrap.ModuleSpec(name, Loader(module), origin=module.__spec__.origin,
                                             is_package=hasattr(module, "__path__"))
        return None
