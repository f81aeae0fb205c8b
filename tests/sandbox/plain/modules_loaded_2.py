import sys
a=set(sys.modules)
import multiprocessing
print([m for m in sorted(sys.modules) if m not in a]); a=set(sys.modules)
import logging.handlers
print([m for m in sorted(sys.modules) if m not in a]); a=set(sys.modules)
import ctypes, email, xml, shelve, http, tempfile, unittest.mock
print([m for m in sorted(sys.modules) if m not in a]); a=set(sys.modules)
