import os
import subprocess
import sys

run = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv); sys.exit(3)"],
                     capture_output=True, text=True)
print(run.stdout, run.returncode)
print(sys.argv, getattr(sys, "orig_argv", 0), sys.flags, sys.path)
print(os.getcwd(), os.environ["PWD"] == os.getcwd(), sorted(os.environ))
print(sys.stdin, sys.stdout, sys.stderr, sys.stdin.buffer, sys.stdout.isatty())
print(sys.stdout.line_buffering, sys.stderr.line_buffering, sys.stdout.seekable())
print(repr(sys.stdin.read()), open("/dev/null").fileno(), __file__, __doc__)
