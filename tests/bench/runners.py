"""Runs the blocks of generated chapters with the programs that authors run such blocks with, and with
concbook, in turn; tells whether all of them find the same blocks wrong, and prints medians:
`runners.py RUNS FOLDER`. Each block is a program, or goes on in its chapter's session, as the other
program has it; every twentieth is wrong.

pytest with pytest-markdown-docs, `python -m doctest`, and `mdbook test`; what is not here is said."""

import importlib.util
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

CHAPTERS, BLOCKS = 10, int(os.environ.get("RUNNER_BLOCKS", "200"))

PYTHON = """from dataclasses import dataclass
import {module}

@dataclass
class Ship:
    name: str
    crates: int

fleet = [Ship("Alba", {n}), Ship("Brise", 5)]
assert sum(ship.crates for ship in fleet) == {wanted}
"""

DOCTEST = """>>> from dataclasses import dataclass
>>> import {module}
>>> @dataclass
... class Ship:
...     name: str
...     crates: int
>>> fleet = [Ship("Alba", {n}), Ship("Brise", 5)]
>>> sum(ship.crates for ship in fleet)
{wanted}

"""

RUST = """#[derive(Debug, Clone)]
struct Ship {{
    crates: u64,
}}

fn main() {{
    let fleet = vec![Ship {{ crates: {n} }}, Ship {{ crates: 5 }}];
    assert_eq!(fleet.iter().map(|ship| ship.crates).sum::<u64>(), {wanted});
}}
"""

MODULES = ["json", "re", "itertools", "functools", "random", "queue", "textwrap", "asyncio"]


def make(folder, fence, text, blocks, session):
    """A book of chapters with blocks in one language."""
    (folder / "src").mkdir(parents=True)
    names = []
    for chapter in range(CHAPTERS):
        lines = [f"# Chapter {chapter + 1}\n"]
        for n in range(chapter, blocks, CHAPTERS):
            wanted = n + 5 + (n % 20 == 7)
            code = text.format(n=n, wanted=wanted, module=MODULES[n % len(MODULES)])
            lines.append(f"Words before the block {n}.\n\n```{fence}\n{code}```\n")
        names.append(f"src/{chapter + 1:02}.md")
        (folder / names[-1]).write_text("\n".join(lines))
    links = "".join(f"- [Chapter]({pathlib.Path(name).name})\n" for name in names)
    (folder / "src/SUMMARY.md").write_text("# Summary\n\n" + links)
    (folder / "book.toml").write_text('[book]\ntitle = "T"\n[rust]\nedition = "2021"\n')
    inputs = "".join(f"  - {name}\n" for name in names)
    (folder / "book.yaml").write_text(
        f"from: gfm\ninput-files:\n{inputs}metadata:\n  title: T\n  lang: en\n"
        f"  concbook: {{listings: {{run: all{', session: chapter' if session else ''}}}}}\n"
    )
    return names


def shell(command, folder):
    """Seconds that a command takes, and what it says on its two outputs."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout, done.stderr


def fences(folder):
    """Of each chapter the lines, from 1, in which blocks begin."""
    found = {}
    for file in sorted((folder / "src").glob("[0-9]*.md")):
        lines = file.read_text().splitlines()
        opens = [n for n, line in enumerate(lines, 1) if re.match(r"```\w", line)]
        found[file.name] = opens
    return found


def block(opens, file, line):
    """A block by its chapter and number: the last that begins before the line behind this one."""
    return file, sum(1 for at in opens[file] if at <= line + 1)


def concbook(folder, opens, cold):
    if cold:
        shutil.rmtree(folder / ".concbook", ignore_errors=True)
    seconds, said, _ = shell(["concbook", "listings", "run", "--format", "json", "."], folder)
    told = json.loads(said)
    wrong = set()
    for one in told["findings"]:
        file = pathlib.Path(one["file"]).name
        shown = re.findall(r"^- (\d+)$", one.get("detail", ""), re.M)
        if shown:
            # What a wrong block shows is its number and six, and no other shows that.
            numbers = [int(text) - 6 for text in shown]
            wrong |= {(file, n // CHAPTERS + 1) for n in numbers}
        else:
            wrong.add(block(opens, file, one["line"]))
    failed = sum(1 for one in told["listings"] if one["status"] != "passed")
    if (failed == 0) != (not wrong):
        sys.exit(f"concbook tells of {len(wrong)} wrong blocks, and {failed} programs failed")
    return seconds, wrong


def pytest(folder, names, opens):
    command = [sys.executable, "-m", "pytest", "--markdown-docs", "-p", "no:cacheprovider", "-q", "-rf", "src"]
    seconds, said, _ = shell(command, folder)
    told = re.findall(r"^FAILED src/(\S+\.md)\S*?\[line:(\d+)\]", said, re.M)
    return seconds, {block(opens, file, int(line)) for file, line in told}


def doctest(folder, names, opens):
    seconds, wrong = 0.0, set()
    for name in names:
        # One program a chapter: its names go from block to block.
        took, said, _ = shell([sys.executable, "-m", "doctest", name], folder)
        seconds += took
        told = re.findall(r'^File "(\S+\.md)", line (\d+)', said, re.M)
        wrong |= {block(opens, pathlib.Path(file).name, int(line)) for file, line in told}
    return seconds, wrong


def mdbook(folder, names, opens):
    seconds, *said = shell(["mdbook", "test"], folder)
    said = "\n".join(said)
    told = re.findall(r"^test \S*?(\d+\.md) - .*?\(line (\d+)\) \.\.\. FAILED", said, re.M)
    return seconds, {block(opens, file, int(line)) for file, line in told}


def has(module):
    return importlib.util.find_spec(module) is not None


RUNNERS = [
    ("pytest --markdown-docs", pytest, ("python", PYTHON, 1, False), lambda: has("pytest_markdown_docs")),
    ("python -m doctest", doctest, ("pycon", DOCTEST, 1, True), lambda: True),
    (
        "mdbook test",
        mdbook,
        ("rust", RUST, 4, False),
        lambda: shutil.which("mdbook") and shutil.which("rustdoc"),
    ),
]


def main():
    rounds, out = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name, runner, (fence, text, divisor, session), is_here in RUNNERS:
        if not is_here():
            print(f"{name}: not here")
            continue
        folder = out / f"runner-{fence}"
        blocks = BLOCKS // divisor
        names = make(folder, fence, text, blocks, session)
        opens = fences(folder)
        runs = {"other": [], "cold": [], "warm": []}
        for _ in range(rounds):
            seconds, wrong = runner(folder, names, opens)
            runs["other"].append(seconds)
            for state in ("cold", "warm"):
                seconds, found = concbook(folder, opens, state == "cold")
                runs[state].append(seconds)
                if found != wrong:
                    sys.exit(f"{name} finds other blocks wrong: {sorted(found ^ wrong)}")
        base = statistics.median(runs["other"])
        print(f"{name}: {blocks} blocks, {len(wrong)} wrong for both, median of {rounds} runs")
        for state, seconds in runs.items():
            median = statistics.median(seconds)
            print(f"  {state:6} {median:8.3f} s   {median / base:6.3f} of it")


main()
