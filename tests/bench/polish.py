"""Runs commands in turn and prints the median time of each, its ratio to the second, memory, and the
size of what it wrote: `polish.py RUNS FOLDER [NAME COMMAND FILE]... DIRECTORY`."""

import os
import statistics
import subprocess
import sys
import time


def run(command, directory):
    """Seconds on the clock, and MiB at most in memory. Findings are no failure."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command.split(), cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) > 1:
        sys.exit(f"{command}: exit status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    rounds, folder, *rest, directory = sys.argv[1:]
    commands = list(zip(rest[::3], rest[1::3], rest[2::3]))
    runs = {name: [] for name, _, _ in commands}
    for _ in range(int(rounds)):
        for name, command, _ in commands:
            runs[name].append(run(command, directory))
    size = os.path.getsize(f"{folder}/raw.epub")
    print(f"{size / 1000:.0f} kB given, median of {rounds} runs")
    clocks = {name: statistics.median(one for one, _ in each) for name, each in runs.items()}
    first = next(iter(clocks.values()))
    for name, _, file in commands:
        memory = max(mib for _, mib in runs[name])
        print(
            f"{name:16} {clocks[name] * 1000:8.0f} ms {memory:6.0f} MiB"
            f" {os.path.getsize(file) / 1000:8.0f} kB   the first takes {first / clocks[name]:6.4f} of it"
        )


main()
