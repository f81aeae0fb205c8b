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
