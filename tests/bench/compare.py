"""Runs commands in turn and prints the median time of each, its ratio to the first, and memory:
`compare.py RUNS FOLDER NAME COMMAND [NAME COMMAND]...`. Each reads FOLDER/large.json."""

import os
import statistics
import subprocess
import sys
import time


def run(command, folder):
    """Seconds on the clock, and MiB at most in memory, of the command and all it started."""
    start = time.perf_counter()
    with open(f"{folder}/large.json", "rb") as given, open(f"{folder}/out", "wb") as out:
        process = subprocess.Popen(command.split(), stdin=given, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command}: exit status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    rounds, folder, *rest = sys.argv[1:]
    commands = dict(zip(rest[::2], rest[1::2]))
    runs = {name: [] for name in commands}
    # In turn, so that what else the machine does strikes all alike.
    for _ in range(int(rounds)):
        for name, command in commands.items():
            runs[name].append(run(command, folder))
    size = os.path.getsize(f"{folder}/large.json") / 2**20
    print(f"{size:.1f} MiB of JSON, median of {rounds} runs")
    first = None
    for name, measured in runs.items():
        middle = statistics.median(seconds for seconds, _ in measured)
        first = first or middle
        memory = max(mib for _, mib in measured)
        print(
            f"{name:20} {middle * 1000:8.0f} ms {memory:6.0f} MiB"
            f"   the first takes {first / middle:5.3f} of it"
        )


main()
