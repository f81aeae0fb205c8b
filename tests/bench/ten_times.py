#!/usr/bin/env python3
"""Builds a book and one ten times as long, and tells how time and memory grow.

Usage: ten_times.py CHAPTERS, with concbook and pandoc on PATH.

Each book is built once, with nothing remembered. Memory is the most that a process took, beside that of pandoc while
it reads the longer book and writes its AST as JSON, and the size of that JSON. Numbers to look at; no test asserts them.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time


def measured(command, folder):
    """Wall time in seconds, and the most memory of a process in megabytes."""
    start = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    chapters = int(sys.argv[1])
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as temp:
        taken = []
        for number in (chapters, 10 * chapters):
            book = pathlib.Path(temp, f"book{number}")
            subprocess.run([sys.executable, here / "book.py", book, str(number)], check=True)
            build = ["concbook", "build", ".", "--epubcheck", "never", "--output", pathlib.Path(temp, "out")]
            taken.append(measured(build, book))
            print(f"{number:5} chapters {taken[-1][0]:7.2f} s, {taken[-1][1]:6.0f} MB")
        print(f"      ten times the book takes {taken[1][0] / taken[0][0]:.1f} times the time")
        ast = pathlib.Path(temp, "ast.json")
        names = sorted(path.name for path in book.glob("*.md"))
        _, memory = measured(["pandoc", "-t", "json", "-o", ast, *names], book)
        print(f"      its AST: {memory:.0f} MB in pandoc, {ast.stat().st_size / 1e6:.0f} MB of JSON; "
              f"the build takes {taken[1][1] / memory:.2f} times the first")


main()
