#!/usr/bin/env python3
"""Times `concbook build` beside pandoc alone, which makes the same book with its own highlighting.

Usage: builds.py RUNS CHAPTERS, with concbook and pandoc on PATH.

Each way is run in turn, RUNS times, and told by its median: wall and processor time, its children's
too, as shares of pandoc's. Numbers to look at; no test asserts them.

  cold        nothing is remembered
  edited      one chapter was changed since the last build
  unchanged   nothing was
  editions    color, eink and kindle at once, nothing remembered
"""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def timed(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used


def main():
    runs, chapters = int(sys.argv[1]), sys.argv[2]
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as temp:
        book, out = pathlib.Path(temp, "book"), pathlib.Path(temp, "out")
        subprocess.run([sys.executable, here / "book.py", book, chapters], check=True)
        (out / "alone").mkdir(parents=True)
        edited = book / "chapter03.md"
        build = ["concbook", "build", ".", "--epubcheck", "never", "--output", out]

        def forget():
            shutil.rmtree(book / ".concbook", ignore_errors=True)

        def edit():
            edited.write_text(edited.read_text() + "\nA line more.\n")

        ways = {
            "pandoc": (None, ["pandoc", "-d", "book.yaml", "-o", out / "alone" / "book.epub"]),
            "cold": (forget, build),
            "edited": (edit, build),
            "unchanged": (None, build),
            "editions": (forget, [*build, "--edition", "color,eink,kindle"]),
        }
        times = {name: [] for name in ways}
        for _ in range(runs):
            for name, (prepare, command) in ways.items():
                if prepare:
                    prepare()
                times[name].append(timed(command, book))
                if name == "editions":
                    forget()
        size = sum(file.stat().st_size for file in book.glob("*.md"))
        print(f"{chapters} chapters, {size / 1e6:.1f} MB, {os.cpu_count()} processors, medians of {runs}")
        middle = {
            name: [statistics.median(one[part] for one in all_) for part in (0, 1)]
            for name, all_ in times.items()
        }
        for name, (wall, used) in middle.items():
            print(f"{name:10} {wall:7.3f} s wall ({wall / middle['pandoc'][0]:.3f})   "
                  f"{used:7.3f} s of processors ({used / middle['pandoc'][1]:.3f})")


main()
