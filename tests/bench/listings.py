"""Runs the listings of generated books plainly and with concbook, in turn, and prints medians:
`listings.py RUNS FOLDER`, where FOLDER holds books that `make_listings.py` makes, each named by its kind."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from make_listings import NEWER


def shell(command, folder, codes=(0,)):
    """Seconds that a shell command takes, and what it prints; it has to end with one of these codes."""
    start = time.perf_counter()
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)
    if done.returncode not in codes:
        sys.exit(f"{command}: exit status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start, done.stdout


def concbook(folder, failing):
    """Seconds that concbook takes; as many listings fail as do by themselves."""
    seconds, out = shell(f"concbook listings run --format json {folder}", folder, codes=(0, 1))
    totals = json.loads(out)["totals"]
    if totals["listings"] - totals["passed"] != failing:
        sys.exit(f"{failing} had to fail: {totals}")
    return seconds


def mdbook(folder):
    """The chapters as a book of mdBook's."""
    root = folder / "mdbook"
    (root / "src").mkdir(parents=True)
    (root / "book.toml").write_text('[book]\ntitle = "T"\n[rust]\nedition = "2021"\n')
    summary = ["# Summary\n"]
    for chapter in sorted((folder / "chapters").iterdir()):
        shutil.copy(chapter, root / "src")
        summary.append(f"- [{chapter.stem}]({chapter.name})")
    (root / "src/SUMMARY.md").write_text("\n".join(summary) + "\n")
    return root


def plain(language, folder):
    """What runs the listings of a language plainly, and in which folder."""
    cores = len(os.sched_getaffinity(0))
    files = folder / "files"
    if language not in ("java", "rust"):
        # The interpreter itself: a script that chooses one takes longer than the listing.
        own = subprocess.check_output(["python3", "-c", "import sys; print(sys.executable)"], text=True)
        return f"find . -name '*.py' | xargs -P {cores} -n 1 {own.strip()} >/dev/null", files
    if language == "java":
        one = 'd=$(mktemp -d); javac -d $d $1 && java -cp $d $(basename $1 .java); rm -r $d'
        return f"find . -name '*.java' | xargs -P {cores} -n 1 sh -c '{one}' sh >/dev/null", files
    return "mdbook test >/dev/null", mdbook(folder)


def is_newer(file):
    return any(text in file.read_text() for text in NEWER)


def main():
    rounds, out = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    needed = {
        "python": "python3",
        "asleep": "python3",
        "newer": "python3",
        "java": "javac",
        "rust": "mdbook",
    }
    for language, tool in needed.items():
        if not shutil.which(tool):
            print(f"{language}: left out, for there is no {tool}", file=sys.stderr)
            continue
        folder = out / language
        if not folder.is_dir():
            continue
        command, where = plain(language, folder)
        runs = {"plain": [], "cold": [], "warm": []}
        listings = list((folder / "files").rglob("*.*"))
        failing = sum(1 for file in listings if is_newer(file)) if language == "newer" else 0
        for _ in range(rounds):
            # xargs ends with 123 where a program failed.
            runs["plain"].append(shell(command, where, codes=(0, 123))[0])
            shutil.rmtree(folder / ".concbook", ignore_errors=True)
            runs["cold"].append(concbook(folder, failing))
            runs["warm"].append(concbook(folder, failing))
        base = statistics.median(runs["plain"])
        print(f"{len(listings)} listings in {language}, {failing} fail, median of {rounds} runs")
        for name, seconds in runs.items():
            median = statistics.median(seconds)
            print(f"  {name:6} {median:8.3f} s   {median / base:6.3f} of plain")


main()
